"""Every treated subject's best response, one mark a subject."""

from __future__ import annotations

import pandas
import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import Display, display, plain
from displays.drawing import crowd, house
from displays.drawing.marks import rings
from displays.groups import no_subjects
from displays.remission.definitions import SOURCE, caveat, no_responses, responses_collected, rules
from displays.remission.reasons import lasted, without_response
from displays.since import SINCE_LABELS, compare
from displays.words import counted, listed
from queries import View
from queries.frames import rows_of
from stats.response import marrow_category

CATEGORIES = {
    "CR": "CR",
    "CRh": "CRh",
    "CRi": "CRi",
    "MLFS": "MLFS",
    "PR": "PR",
    "NR": "NR",
    "PD": "PD",
    "Early death": "Early death",
    "Early progression": "Early progression",
    "Not evaluable": "Not evaluable",
    "Awaiting first assessment": "Awaiting",
}
"""Best responses from best to worst, then those without one, with the names that fit beside a figure."""
WITHOUT_RESPONSE = ("Early death", "Early progression", "Not evaluable", "Awaiting first assessment")
LABELS = {
    "SUBJID": "Subject",
    "DISEASE": "Disease",
    "TRTA": "Group",
    "BEST": "Best response",
    "BESTDY": "Day",
    "LASTED": "Confirmation",
    "INDEPENDENT": "Independent reader",
    "BEFORE": "Marrow blasts before (%)",
    "AFTER": "Lowest after (%)",
    "AFTERDY": "Day of lowest",
    "CATEGORY": "Marrow",
    "MRD": "Last MRD (%)",
    "REASON": "Note",
} | SINCE_LABELS
OPEN, LOST = "-open", "-open-dot"
"""The marks of a remission that is not confirmed where the protocol asks for it, and of one lost too early to count."""


BEST_RESPONSE = ("best_response", "Best response")


def best_response(view: View) -> Display:
    """Every treated subject's best response, in the order from CR to PD."""
    if not responses_collected(view):
        return no_responses(view, *BEST_RESPONSE)
    table = subjects(view)
    if table.empty:
        return no_subjects(view, *BEST_RESPONSE)
    return display(
        view,
        *BEST_RESPONSE,
        finding=[
            *_best(table),
            _lost(table, view.trial.response.confirmation_days),
        ],
        table=table,
        labels=LABELS,
        figure=_figure(table),
        population=_population(table, view.trial.response.confirmation_days),
        method="Best in the order CR, CRh, CRi, MLFS, PR, NR, PD; a remission that counts comes before one that does "
        "not. " + rules(view) + caveat(view),
        source=SOURCE,
        questions=("response_best",),
    )


def subjects(view: View) -> DataFrame:
    """The treated subjects with best response, marrow blasts before and after, and the marrow's category (M1 to M3)."""
    now, before = view.ask("response_best"), view.ask_previous("response_best")
    table = compare(now, before, ("USUBJID",), lambda row: row.BEST).rows
    days = view.trial.response.confirmation_days
    return table.assign(
        REASON=[_note(row) for row in rows_of(table)],
        LASTED=[lasted("CONFIRMED" if row.CONFFL == "Y" else row.CONFIRM, days) for row in rows_of(table)],
        CATEGORY=[marrow_category(blasts) if pandas.notna(blasts) else None for blasts in table.AFTER],
    )


def _note(row) -> str | None:
    """Why there is no best response, or how many assessments beside it could not be read."""
    if pandas.notna(row.UNREADN) and row.UNREADN and pandas.isna(row.REASONCD):
        return f"{counted(row.UNREADN, 'other assessment')} could not be read"
    return without_response(row)


def _lost(table: DataFrame, days: int) -> str:
    """The remissions that are best responses and do not count, where the protocol asks that they last."""
    codes = table[[_confirmation_mark(row) == LOST for row in rows_of(table)]].BEST.value_counts()
    lost = [f"{number} {code}" for code, number in codes.items()]
    return f"Lost within {days} days and not counted as a remission: {listed(lost)}." if lost else ""


def _best(table: DataFrame) -> list[str]:
    """How many had which best response, best first; and of how many there is none, and why."""
    number, subjects = table.BEST.value_counts(), counted(len(table), "treated subject")
    known = [f"{number[code]} {code}" for code in CATEGORIES if code in number and code not in WITHOUT_RESPONSE]
    none = [f"{number[code]} {CATEGORIES[code].lower()}" for code in WITHOUT_RESPONSE if code in number]
    words = f"Best response of {subjects}: {listed(known)}."
    return [words, f"Without a response: {listed(none)}." if none else ""]


def _population(table: DataFrame, days: int) -> str:
    marks = [_confirmation_mark(row) for row in rows_of(table)]
    notes = [
        f"{len(table)} treated.",
        f"{len(table):,} subjects: each bar is as long as the number, all are in the table."
        if crowd.crowded(table)
        else "",
        f"Open mark: remission not confirmed over {days} days ({marks.count(OPEN)})." if OPEN in marks else "",
        f"Open mark with a dot: lost within {days} days, not counted ({marks.count(LOST)})." if LOST in marks else "",
    ]
    return " ".join(filter(None, notes))


def _confirmation_mark(row) -> str:
    """A remission's mark where the protocol asks for confirmation: open until confirmed; "" for all others."""
    if pandas.isna(row.CONFIRM) or row.CONFFL == "Y":
        return ""
    return OPEN if row.REMFL == "Y" else LOST


def _figure(table: DataFrame) -> go.Figure:
    """A row a category, its subjects side by side, with their number by disease above them."""
    shown = [code for code in CATEGORIES if code not in WITHOUT_RESPONSE or (table.BEST == code).any()]
    rows = [table[table.BEST == code].reset_index(drop=True) for code in shown]
    place = dict(x=0.5, xanchor="left", yanchor="bottom", showarrow=False)
    texts = [
        dict(y=0.22 - position, text=f"<b>{code}</b>  {_by_disease(group)}", **place)
        for position, (code, group) in enumerate(zip(shown, rows, strict=True))
    ]
    widest = max(*map(len, rows), 12)
    draw = _bar if crowd.crowded(table) else _tiles
    return house.figure(
        *[trace for position, group in enumerate(rows) if len(group) for trace in draw(group, -position)],
        height=40 + 54 * len(shown),
        showlegend=False,
        margin=dict(l=12, r=12, t=12, b=12),
        annotations=texts,
        barmode="stack",
        xaxis=dict(visible=False, range=[0.3, widest + 0.7]),
        yaxis=dict(visible=False, range=[0.55 - len(shown), 0.8]),
    )


def _bar(rows: DataFrame, y: float) -> list[go.Bar]:
    """Of very many subjects a bar of each disease, as long as their number."""
    return [
        go.Bar(
            x=[number],
            y=[y],
            orientation="h",
            width=0.3,
            marker_color=house.disease_colour(name),
            hovertext=f"{rows.BEST.iloc[0]}: {number:,} {plain(name)}",
            hoverinfo="text",
        )
        for name, number in rows.groupby("DISEASE", sort=True).size().items()
    ]


def _tiles(rows: DataFrame, y: float) -> list[go.Scatter]:
    colours = [house.disease_colour(name) for name in rows.DISEASE]
    x, heights = rows.index + 1, [y] * len(rows)
    tiles = go.Scatter(
        x=x,
        y=heights,
        mode="markers",
        meta="subjects",
        customdata=[[usubjid] for usubjid in rows.USUBJID],
        text=[hover(row) for row in rows_of(rows)],
        hovertemplate="%{text}<extra></extra>",
        marker=dict(
            size=12,
            symbol=[_symbol(row) for row in rows_of(rows)],
            color=colours,
            line=dict(color=colours, width=2),
        ),
    )
    return [*rings(x, heights, rows.SINCE, size=20), tiles]


def _symbol(row) -> str:
    return house.DISEASE_SYMBOL.get(row.DISEASE, "square") + _confirmation_mark(row)


def hover(row) -> str:
    """Subject, disease and group, best response with its day, and the note: the hover box of a subject's mark."""
    day = f" on day {row.BESTDY}" if pandas.notna(row.BESTDY) else ""
    notes = [row.LASTED, row.REASON]
    note = "".join(f"<br>{plain(text)}" for text in notes if pandas.notna(text))
    return f"<b>{plain(row.SUBJID)}</b><br>{row.DISEASE}, {plain(row.TRTA)}<br>{row.BEST}{day}{note}"


def _by_disease(rows: DataFrame) -> str:
    """The number of subjects of each disease, in its colour."""
    if rows.empty:
        return f"<span style='color:{house.MUTED}'>0</span>"
    numbers = rows.groupby("DISEASE", sort=True).size()
    return " · ".join(
        f"<span style='color:{house.disease_colour(name)}'>{number} {name}</span>" for name, number in numbers.items()
    )
