"""What each subject's leukaemia did: best response, marrow blasts before and after, every assessment."""

from __future__ import annotations

import pandas
import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import Display, display, not_collected, plain
from displays.drawing import house
from displays.drawing.stacked_rows import placed, subject_figure
from displays.groups import no_subjects
from displays.remission.rates import SOURCE, caveat, rules, without_responses
from displays.words import counted, listed
from queries import View
from stats.response import marrow_category

CATEGORIES = {
    "CR": "CR",
    "CRh": "CRh",
    "CRi": "CRi",
    "MLFS": "MLFS",
    "PR": "PR",
    "NR": "NR",
    "PD": "PD",
    "Early death or progression": "Early death",
    "Not evaluable": "Not evaluable",
    "Awaiting first assessment": "Awaiting",
}
"""Best responses from best to worst, then those without one, with the names that fit beside a figure."""
BEST_LABELS = {
    "SUBJID": "Subject",
    "DISEASE": "Disease",
    "TRTA": "Group",
    "BEST": "Best response",
    "BESTDY": "Day",
    "CONFIRM": "CR in ALL over 4 weeks",
    "BEFORE": "Marrow blasts before (%)",
    "AFTER": "Lowest after (%)",
    "AFTERDY": "Day of lowest",
    "CATEGORY": "Marrow",
    "MRD": "Last MRD (%)",
    "REASON": "Remark",
    "CHANGED": "Change",
}


def best_response(view: View) -> Display:
    """Every treated subject's best response, one mark a subject."""
    title = "Best response"
    absent = without_responses(view, "best_response", title)
    if absent:
        return absent
    table = _subjects(view)
    if table.empty:
        return no_subjects(view, "best_response", title)
    counts = [f"{n} {CATEGORIES[c].lower() if ' ' in c else c}" for c in CATEGORIES if (n := sum(table.BEST == c))]
    unconfirmed = sum(table.CONFIRM == "not yet confirmed")
    note = (
        f"Open mark: CR in ALL not yet confirmed by an assessment 4 weeks later ({unconfirmed})." if unconfirmed else ""
    )
    return display(
        view,
        "best_response",
        title=title,
        table=table,
        labels=BEST_LABELS,
        finding=f"Best response of {counted(len(table), 'treated subject')}: {listed(counts)}.",
        figure=_tiles(table),
        population=f"{len(table)} treated. {note}".strip(),
        method="Best in the order CR, CRh, CRi, MLFS, PR, NR, PD. " + rules(view) + caveat(view),
        source=SOURCE,
        questions=("response_best",),
    )


def _subjects(view: View) -> DataFrame:
    table = view.ask("response_best")
    before = view.ask_previous("response_best")
    changed = "" if before is None else _changes(table, dict(zip(before.USUBJID, before.BEST)))
    category = [marrow_category(value) if pandas.notna(value) else None for value in table.AFTER]
    return table.assign(CATEGORY=category, CHANGED=changed)


def _changes(table: DataFrame, before: dict[str, str]) -> list[str]:
    return [
        "new" if r.USUBJID not in before else "changed" if before[r.USUBJID] != r.BEST else ""
        for r in table.itertuples()
    ]


def _tiles(table: DataFrame) -> go.Figure:
    shown = [c for c in CATEGORIES if " " not in c or sum(table.BEST == c)]
    figure = house.figure(height=40 + 54 * len(shown), showlegend=False)
    texts = []
    for position, category in enumerate(shown):
        rows = table[table.BEST == category].reset_index(drop=True)
        if len(rows):
            _tile_row(figure, rows, -position)
        texts.append(
            dict(
                x=0.5,
                y=0.22 - position,
                xanchor="left",
                yanchor="bottom",
                text=f"<b>{category}</b>  {_split(rows)}",
                showarrow=False,
                font=dict(size=13),
            )
        )
    figure.update_xaxes(visible=False, range=[0.3, max(table.groupby("BEST").size().max(), 12) + 0.7])
    figure.update_yaxes(visible=False, range=[0.55 - len(shown), 0.8])
    figure.update_layout(margin=dict(l=12, r=12, t=12, b=12), annotations=texts)
    return figure


def _tile_row(figure: go.Figure, rows: DataFrame, y: float) -> None:
    symbols = [
        house.DISEASE_SYMBOL.get(r.DISEASE, "square") + ("-open" if r.CONFIRM == "not yet confirmed" else "")
        for r in rows.itertuples()
    ]
    colours = [house.disease_colour(d) for d in rows.DISEASE]
    _rings(figure, rows.index + 1, [y] * len(rows), rows, 20)
    figure.add_scatter(
        x=rows.index + 1,
        y=[y] * len(rows),
        mode="markers",
        customdata=[[u] for u in rows.USUBJID],
        text=_best_hover(rows),
        hovertemplate="%{text}<extra></extra>",
        marker=dict(size=12, symbol=symbols, color=colours, line=dict(color=colours, width=2)),
    )


def _rings(figure: go.Figure, x, y, rows: DataFrame, size: int) -> None:
    """An outline round what is new or changed since the previous cut."""
    marked = [bool(c) for c in rows.CHANGED]
    if any(marked):
        xs, ys = ([value for value, keep in zip(values, marked) if keep] for values in (x, y))
        figure.add_scatter(
            x=xs,
            y=ys,
            mode="markers",
            hoverinfo="skip",
            showlegend=False,
            meta="changed",
            marker=dict(symbol="circle-open", size=size, color=house.NEW, line_width=1.5),
        )


def _best_hover(rows: DataFrame) -> list[str]:
    return [
        f"<b>{plain(r.SUBJID)}</b><br>{r.DISEASE}, {plain(r.TRTA)}<br>{r.BEST}"
        + (f" on day {r.BESTDY}" if pandas.notna(r.BESTDY) else "")
        + (f"<br>{plain(r.REASON)}" if pandas.notna(r.REASON) else "")
        for r in rows.itertuples()
    ]


def _split(rows: DataFrame) -> str:
    """The counts at the end of a row in the colours of the diseases."""
    parts = [
        f"<span style='color:{house.disease_colour(d)}'>{len(group)} {d}</span>"
        for d, group in rows.groupby("DISEASE", sort=True)
    ]
    return " · ".join(parts) if parts else f"<span style='color:{house.MUTED}'>0</span>"


def marrow_blasts(view: View) -> Display:
    """Marrow blasts of every treated subject before treatment and at their lowest after."""
    title = "Marrow blasts before and after"
    if not view.cut.ask("response_collected").MARROWS[0]:
        return not_collected(view, "marrow_blasts", title, "Marrow blasts")
    table = _subjects(view)
    if table.empty:
        return no_subjects(view, "marrow_blasts", title)
    table = table.sort_values(["DISEASE", "AFTER", "BEFORE"], na_position="last", ignore_index=True)
    both = table[table.BEFORE.notna() & table.AFTER.notna()]
    return display(
        view,
        "marrow_blasts",
        title=title,
        table=table,
        labels=BEST_LABELS,
        formats={"BEFORE": "decimal1", "AFTER": "decimal1"},
        finding=_blasts_finding(both),
        figure=_dumbbells(table),
        population=f"{len(table)} treated: {len(both)} with a marrow before and after, {sum(table.BEFORE.notna() & table.AFTER.isna())} with one before only (open circle), "
        f"{sum(table.BEFORE.isna() & table.AFTER.notna())} with one after only, {sum(table.BEFORE.isna() & table.AFTER.isna())} with none.",
        method="Before: the last marrow up to the day of the first infusion. After: the lowest percentage later, up to a transplant. "
        "M1 below 5 %, M2 5 to 25 %, M3 above 25 % blasts. " + caveat(view),
        source="Children's Oncology Group marrow categories.",
        questions=("response_best",),
    )


def _blasts_finding(both: DataFrame) -> str:
    if both.empty:
        return "No subject has a marrow both before and after treatment."
    return (
        f"Marrow blasts fell below 5 % (M1) in {sum(both.AFTER < 5)} of {counted(len(both), 'subject')} with a marrow before and after treatment, "
        f"and by half or more in {sum(both.AFTER <= both.BEFORE / 2)} of {len(both)}."
    )


def _dumbbells(table: DataFrame) -> go.Figure:
    subjects, headings = placed(table)
    figure = subject_figure(subjects, headings, top_pixels=56)
    for low, high, name, colour in ((0, 5, "M1", "#e3f1e8"), (5, 25, "M2", "#f6f3e6"), (25, 100, "M3", house.PAPER)):
        figure.add_vrect(
            x0=low,
            x1=high,
            fillcolor=colour,
            line_width=0,
            layer="below",
            annotation=dict(text=name, font=dict(size=12, color=house.MUTED), y=1, yanchor="bottom"),
            annotation_position="top",
        )
    for limit in (5, 25):
        figure.add_vline(x=limit, line=dict(color=house.MUTED, width=1, dash="dash"))
    both = subjects[subjects.BEFORE.notna() & subjects.AFTER.notna()]
    figure.add_scatter(
        x=[x for r in both.itertuples() for x in (r.BEFORE, r.AFTER, None)],
        y=[y for y in both.Y for y in (y, y, None)],
        mode="lines",
        line=dict(color=house.MUTED, width=1.5),
        hoverinfo="skip",
        showlegend=False,
    )
    _blast_marks(figure, subjects[subjects.BEFORE.notna()], "BEFORE", "Before")
    _blast_marks(figure, subjects[subjects.AFTER.notna()], "AFTER", "Lowest after")
    place = dict(x=1, xref="paper", xanchor="left", xshift=4, showarrow=False, font=dict(size=11))
    figure.layout.annotations += tuple(
        go.layout.Annotation(y=row.Y, text=CATEGORIES.get(row.BEST, ""), **place) for row in subjects.itertuples()
    )
    figure.update_xaxes(title="Blasts in bone marrow (%)", range=[-4, 104])
    figure.update_layout(margin_r=84)
    return figure


def _blast_marks(figure: go.Figure, rows: DataFrame, column: str, name: str) -> None:
    before = column == "BEFORE"
    colours = [house.MUTED if before else house.RESPONSE.get(best, house.OTHER) for best in rows.BEST]
    hover = [f"{text}<br>{name.lower()}: {value:g} %" for text, value in zip(_best_hover(rows), rows[column])]
    if not before:
        _rings(figure, rows[column], rows.Y, rows, 19)
    figure.add_scatter(
        x=rows[column],
        y=rows.Y,
        mode="markers",
        name=name,
        customdata=[[u] for u in rows.USUBJID],
        text=hover,
        hovertemplate="%{text}<extra></extra>",
        marker=dict(
            size=9 if before else 12,
            symbol="circle-open" if before else "circle",
            color=colours,
            line=dict(color=house.MUTED if before else house.INK, width=1.5 if before else 0.7),
        ),
        meta=column,
    )
