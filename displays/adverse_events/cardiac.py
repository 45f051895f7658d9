"""Cardiac adverse events of any grade, at any time."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame

from displays.adverse_events.events import compare_events, headings, of_subject, spoken
from displays.display import Display, display, not_collected, plain
from displays.drawing import house
from displays.drawing.marks import outline, who
from displays.groups import nobody, present, treated, window
from displays.since import Compared, since
from displays.words import amount, counted, first_of, on_day, sentence
from queries import View
from queries.frames import rows_of

BEFORE, INSIDE, AFTER = "Before the first infusion", "Inside the DLT window", "After the DLT window"
LABELS = headings(
    "SUBJID",
    "TRTA",
    "DISEASE",
    "AEDECOD",
    "AETERM",
    "ATOXGR",
    "ASTDT",
    "ADY",
    "AENDT",
    "TIMING",
    "CUMDOSE",
    "CAUSALITY",
    "AESERC",
    "DLT",
    "ACTION",
    "OUTCOME",
)
OF_THE_WINDOW = ("TIMING", "DLT")
"""Without a trial definition there is no DLT window to be inside of."""
MOST_DRAWN = 60
"""More events than these make no readable chart: the table is shown in its place."""


CARDIAC_EVENTS = ("cardiac_events", "Cardiac adverse events of any grade, at any time")


def cardiac_events(view: View) -> Display:
    """Every cardiac adverse event of any grade at any time, inside the DLT window and after it."""
    if "ae" not in view.cut.received:
        return not_collected(view, *CARDIAC_EVENTS, "Adverse events")
    events = compare_events(view.ask("heart_events"), view.ask_previous("heart_events"))
    table = in_words(events.rows)
    hidden = () if view.trial.defined else OF_THE_WINDOW
    return display(
        view,
        *CARDIAC_EVENTS,
        finding=[*_finding(view, table), _by_terms(view)],
        table=table,
        labels={column: words for column, words in LABELS.items() if column not in hidden},
        formats={"CUMDOSE": "amount", "ATOXGR": "integer"},
        figure=_figure(view, table) if 0 < table["ADY"].notna().sum() <= MOST_DRAWN else None,
        population=_population(view, events),
        method=_method(view),
        source="Data: AE, EX. Terms: trial.toml.",
        questions=("heart_events", "heart_classes"),
    )


def _method(view: View) -> str:
    return (
        "Cardiac: system organ class Cardiac disorders, or a preferred term that the trial definition lists under "
        "heart (ejection fraction, troponin, QT and others that MedDRA codes elsewhere), or one with a word of heart "
        "failure, known or possible, or of another cardiac event (cardiac arrest, myocardial infarction, arrhythmia "
        "and others; [heart_failure] cardiac_terms). "
        f"{window(view) + ' ' if view.trial.defined else ''}"
        "A partial onset is placed at its earliest possible day. Study drug by onset: of what began before the first "
        "infusion and was fatal after it by the death."
    )


def in_words(events: DataFrame) -> DataFrame:
    """The events in words, with TIMING: before the first infusion, inside the DLT window or after it."""
    return spoken(events).assign(TIMING=[_timing(row) for row in rows_of(events)])


def _timing(row) -> str:
    if row.TRTEMFL == "N":
        return BEFORE
    return INSIDE if row.DLTWINFL == "Y" else AFTER


def _finding(view: View, table: DataFrame) -> list[str]:
    number = treated(view)
    if not number:
        return [nobody(view)]
    whom = counted(number, "treated subject")
    if table.empty:
        if _unclassed(view):
            return [f"No cardiac adverse event was recognised by its term in {whom}."]
        return [f"No cardiac adverse event was reported in {whom}."]
    words = f"{counted(len(table), 'cardiac event')} in {table['USUBJID'].nunique()} of {whom}{_begun_before(table)}"
    after = f"{int((table['TIMING'] == AFTER).sum())} of them after the DLT window; " if view.trial.defined else ""
    return [sentence(words), sentence(after + _worst(table))]


def _unclassed(view: View) -> int:
    """How many events there are, where the system organ class was delivered of none."""
    came = view.ask("heart_classes").iloc[0]
    return 0 if came.NCLASS else int(came.NEVENTS)


def _by_terms(view: View) -> str:
    """That cardiac events are known by their terms alone; empty where the system organ class was delivered."""
    number = _unclassed(view)
    if not number or not treated(view):
        return ""
    return (
        f"The system organ class (AEBODSYS) was not delivered: of {counted(number, 'adverse event')}, cardiac ones are "
        "recognised by their terms alone."
    )


def _begun_before(table: DataFrame) -> str:
    """How many events began before treatment, and how many without them; empty where none did."""
    before, later = table[table["TIMING"] == BEFORE], table[table["TIMING"] != BEFORE]
    if before.empty:
        return ""
    rest = f"{len(later)} in {counted(later['USUBJID'].nunique(), 'subject')} since"
    return f"; {len(before)} of them began before the first infusion ({rest})"


def _worst(table: DataFrame) -> str:
    graded = table[table["ATOXGR"].notna()]
    if graded.empty:
        severe = int((table["AESEV"].str.upper() == "SEVERE").sum())
        return f"none is graded, {severe} severe as delivered"
    high = graded[graded["ATOXGR"] >= 3].sort_values("ATOXGR", ascending=False, kind="stable")
    named = first_of([f"{row.SUBJID} {row.AEDECOD} (grade {row.ATOXGR}, {on_day(row.ADY)})" for row in rows_of(high)])
    return f"grade 3 or worse: {named}" if len(high) else f"none of the {len(graded)} graded is of grade 3 or worse"


def _population(view: View, events: Compared) -> str:
    table = events.rows
    undated, ungraded = int(table["ADY"].isna().sum()), int(table["ATOXGR"].isna().sum())
    whom = counted(treated(view), "treated subject")
    words = [sentence(f"{whom}; {counted(len(table), 'event')}")]
    words += [f"{counted(undated, 'event')} without an onset date, in the table only."] * (undated > 0)
    words += [f"{counted(ungraded, 'event')} without a grade."] * (ungraded > 0)
    implied = int(table["ATOXGRIM"].notna().sum())
    words += [f"{counted(implied, 'event')} graded by the outcome (fatal 5, life-threatening 4)."] * (implied > 0)
    return " ".join([*words, since(view, events.words("event", of_subject))]).rstrip()


def _figure(view: View, table: DataFrame) -> go.Figure:
    rows = table[table["ADY"].notna()].sort_values(["ADY", "SUBJID"], ascending=False).reset_index(drop=True)
    low = min(rows["ADY"].min(), 0)
    high = max(max(_last_day(row) for row in rows_of(rows)), view.trial.dlt_window_days)
    pad = 0.06 * (high - low)
    fig = house.figure(
        _courses(rows),
        _marks(rows, view.trial.amount_unit),
        height=130 + 44 * len(rows),
        margin=dict(t=30, l=14, r=14),
        xaxis=dict(title="Day since first infusion (number: grade)", range=[low - pad, high + pad]),
        yaxis=dict(visible=False, range=[-0.6, len(rows) - 0.2]),
    )
    if view.trial.defined:
        _window(fig, view.trial.dlt_window_days)
    for row in rows_of(rows):
        _named(fig, row, (row.ADY - low) / (high - low))
    return fig


def _marks(rows: DataFrame, unit: str) -> go.Scatter:
    grades = [row if present(row) else None for row in rows["ATOXGR"]]
    return go.Scatter(
        x=rows["ADY"],
        y=rows.index,
        mode="markers+text",
        showlegend=False,
        cliponaxis=False,
        customdata=rows[["USUBJID"]],
        marker=dict(
            size=17,
            opacity=1,
            color=[house.GRADE.get(grade, house.PAPER) for grade in grades],
            line=outline(rows["SINCE"]),
        ),
        text=["?" if grade is None else f"{grade}" for grade in grades],
        textfont=dict(color=["#ffffff" if (grade or 0) >= house.ON_DARK else house.INK for grade in grades]),
        hovertext=[_hover(row, unit) for row in rows_of(rows)],
        hoverinfo="text",
    )


def _window(fig: go.Figure, days: int) -> None:
    fig.add_vrect(x0=0.5, x1=days + 0.5, fillcolor="#eef2f5", line_width=0, layer="below")
    fig.add_annotation(
        x=0.5,
        xanchor="left",
        y=1,
        yref="paper",
        yanchor="bottom",
        text="DLT window",
        showarrow=False,
        font=dict(color=house.MUTED),
    )


def _named(fig: go.Figure, row, place: float) -> None:
    """Subject and event above the mark, towards the side with more room; `place`: 0 at the left end, 1 at the right."""
    side = next(name for name, end in (("left", 0.33), ("center", 0.67), ("right", 2)) if place < end)
    fig.add_annotation(
        x=row.ADY,
        y=row.Index + 0.28,
        xanchor=side,
        yanchor="bottom",
        showarrow=False,
        text=f"{plain(row.SUBJID)} {plain(row.AEDECOD)}" + (" (new)" if row.SINCE == "new" else ""),
    )


def _courses(rows: DataFrame) -> go.Scatter:
    """From onset to end; an event without an end runs on to the cut."""
    x, y = [], []
    for row in rows_of(rows):
        x += [row.ADY, _last_day(row), None]
        y += [row.Index, row.Index, None]
    return go.Scatter(x=x, y=y, mode="lines", line=dict(color="#a9b8c4", width=3), hoverinfo="skip", showlegend=False)


def _last_day(row) -> int:
    return max(row.AENDY if present(row.AENDY) else row.CUTDY, row.ADY)


def _hover(row, unit: str) -> str:
    end = f"day {int(row.AENDY)}" if present(row.AENDY) else "no end reported"
    grade = f"grade {row.ATOXGR}" if present(row.ATOXGR) else "not graded"
    return (
        f"{who(row)}<br>{plain(row.AEDECOD)}, {grade}<br>{on_day(row.ADY)} to {end}; {row.TIMING.lower()}"
        f"<br>study drug by onset {amount(row.CUMDOSE)} {unit}"
    )
