"""The study drug that each subject has received over time, with the late events on the line."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame, Series, concat

from displays.adverse_events.late import RULE, SOURCE, late
from displays.display import Display, display, not_collected, plain
from displays.drawing import crowd, house
from displays.groups import dose_colours, nobody, present, window
from displays.since import SINCE_LABELS, ringed
from displays.words import amount, amount_range, counted, first_of, sentence
from queries import View
from queries.frames import rows_of

DOSE_LABELS = {
    "SUBJID": "Subject",
    "TRTA": "Dose level",
    "KIND": "Point",
    "COURSE": "Course",
    "ADY": "Day",
    "DOSE": "Dose ({unit})",
    "CUMDOSE": "Cumulative dose ({unit})",
    "AEDECOD": "Late event",
    "GRADE": "Grade",
} | SINCE_LABELS
CARDIAC, OTHER = "Late cardiac event", "Late event"
KINDS = {CARDIAC: ("star", house.ALERT, ""), OTHER: ("triangle-up", house.INK, ", other, grade ≥ 3")}
"""Kind of event → symbol, colour, and what the legend adds."""
CLOSE_DAYS, CLOSE_DOSES = 0.2, 0.08
"""Two names may touch where their marks are nearer than these shares of the axes: 50 px and a line on a phone."""
EVENT_COLUMNS = ["USUBJID", "SUBJID", "TRTA", "TRTAN", "DISEASE", "ADY", "CUMDOSE", "AEDECOD", "GRADE", *SINCE_LABELS]


CUMULATIVE_DOSE = ("cumulative_dose", "Cumulative dose over time, with late events")


def cumulative_dose(view: View) -> Display:
    """How much study drug each subject received over time, with the late events on the line."""
    if not view.trial.dose_levels:
        return not_collected(view, *CUMULATIVE_DOSE, "Dose levels with a DLT window")
    table = _dose_and_events(view)
    return display(
        view,
        *CUMULATIVE_DOSE,
        finding=_finding(view, table),
        table=table,
        labels=DOSE_LABELS,
        questions=("dose_cumulative", "ae_late"),
        formats={"CUMDOSE": "amount", "DOSE": "amount", "ADY": "integer"},
        figure=_figure(view, table) if table["CUMDOSE"].notna().any() else None,
        population=sentence(
            counted(table["USUBJID"].nunique(), "treated subject")
            + ("; each line ends at death or the last contact (any dated record)" if len(table) else "")
            + _unknown(table)
            + (f". {said}" if (said := crowd.words(table, MOST_SEVERE)) else "")
        ),
        method=f"Sum of the doses given ({view.trial.amount_unit} of {view.trial.drug}, never converted into "
        "doxorubicin), other drugs in EX left out; not known from the first infusion on whose dose, date or number is "
        "not known: the line ends before it. "
        f"{window(view)} {RULE}",
        source=SOURCE,
    )


MOST_SEVERE = f"the {crowd.NAMED} with the gravest late events, cardiac ones first, else the highest doses,"


def _dose_and_events(view: View) -> DataFrame:
    late_ones = late(view).rows
    # on the line of the dose an event lies on the day that it counts from
    placed = late_ones.assign(ADY=late_ones["COUNTDY"])
    events = placed[EVENT_COLUMNS].assign(KIND=late_ones["HEART"].map({"yes": CARDIAC, "no": OTHER}))
    dose = view.ask("dose_cumulative").assign(AEDECOD="", GRADE="", SINCE="", PREVIOUS="")
    joined = concat([dose, events], ignore_index=True) if len(events) else dose
    return joined.assign(TRTA=joined["TRTA"].fillna("No planned level")).sort_values(
        ["TRTAN", "USUBJID", "ADY"], kind="stable", ignore_index=True
    )


def _finding(view: View, table: DataFrame) -> str:
    if table.empty:
        return nobody(view)
    total = table[table["KIND"] == "Last day known"].set_index("USUBJID")["CUMDOSE"]
    if len(total) == 1:
        return _one_subject(view, table, total.iloc[0])
    known = total.dropna()
    if known.empty:
        return sentence(f"no cumulative dose is known: {_lacking(total)}{_hearts(view, table)}")
    most = table[table["USUBJID"] == known.idxmax()].iloc[0]
    span = f"cumulative doses run from {_span(view, known.min(), known.max())}"
    highest = f"(median {amount(known.median())}; most: {most.SUBJID} at {most.TRTA})"
    lacking = f"; not known in {_lacking(total)}" if len(known) < len(total) else ""
    return sentence(f"{span} {highest}{lacking}{_hearts(view, table)}")


def _lacking(total: Series) -> str:
    """ "2 of 7 treated subjects": how many have a cumulative dose that is not known."""
    return f"{int(total.isna().sum())} of {counted(len(total), 'treated subject')}"


def _unknown(table: DataFrame) -> str:
    """The subjects whose cumulative dose is not known, by name; "" where every one is."""
    last = table[(table["KIND"] == "Last day known") & table["CUMDOSE"].isna()]
    return f"; cumulative dose not known: {first_of(list(last['SUBJID']))}" if len(last) else ""


def _one_subject(view: View, table: DataFrame, total: float) -> str:
    given = f"has received {_span(view, total, total)}" if present(total) else "has a cumulative dose that is not known"
    return sentence(f"{table['SUBJID'].iloc[0]}, the only treated subject, {given}" + _hearts(view, table))


def _hearts(view: View, table: DataFrame) -> str:
    hit = table[table["KIND"] == CARDIAC]
    if hit.empty:
        return ""
    events = "a late cardiac event" if len(hit) == 1 else "late cardiac events"
    doses = hit["CUMDOSE"].dropna()
    if doses.empty:
        return f"; {events} after a dose that is not known"
    more = f" (and {len(hit) - len(doses)} after a dose that is not known)" if len(doses) < len(hit) else ""
    return f"; {events} after {_span(view, doses.min(), doses.max())}{more}"


def _span(view: View, low: float, high: float) -> str:
    return f"{amount_range(low, high)} {view.trial.amount_unit}"


def _figure(view: View, table: DataFrame) -> go.Figure:
    fig = house.figure(
        height=520,
        showlegend=True,
        xaxis=dict(title="Days since the first infusion (day 1)", rangemode="tozero"),
        yaxis=dict(title=f"Cumulative dose ({view.trial.amount_unit})", rangemode="tozero"),
        margin=dict(t=84),
    )
    fig.add_vrect(
        x0=1,
        x1=view.trial.dlt_window_days,
        fillcolor="#eef2f5",
        line_width=0,
        layer="below",
        annotation_text="DLT window",
        annotation_position="top left",
        annotation_font=dict(color=house.MUTED),
    )
    if crowd.crowded(table):
        fig.add_traces(crowd.band(crowd.quartiles(table[~table["KIND"].isin(KINDS)], "ADY", "CUMDOSE"), house.MUTED))
        table = _worst(table)
    _lines(view, fig, table)
    for kind in KINDS:
        _events(view, fig, table, kind)
    _rings(fig, table)
    return fig


def _worst(table: DataFrame) -> DataFrame:
    """Of very many subjects those with the gravest late events, cardiac ones first, then the highest doses."""
    order = table.assign(LATE=table["KIND"].map({CARDIAC: 0, OTHER: 1}).fillna(2)).sort_values(
        ["LATE", "GRADE", "CUMDOSE"], ascending=[True, False, False], kind="stable"
    )
    return table[table["USUBJID"].isin(crowd.first_subjects(order))]


def _lines(view: View, fig: go.Figure, table: DataFrame) -> None:
    of_events = table["KIND"].isin(KINDS)
    colours = dose_colours(view, table["TRTA"])
    late_ones = set(table.loc[of_events, "USUBJID"])
    named: set[str] = set()
    for usubjid, rows in table[~of_events].groupby("USUBJID", sort=False):
        dose = rows["TRTA"].iloc[0]
        fig.add_scatter(
            x=rows["ADY"],
            y=rows["CUMDOSE"],
            mode="lines",
            line=dict(shape="hv", color=colours[dose], width=3 if usubjid in late_ones else 1.6),
            name=plain(dose),
            legendgroup=dose,
            showlegend=dose not in named,
            customdata=[[usubjid]] * len(rows),
            hoverinfo="text",
            hovertext=[
                f"<b>{plain(row.SUBJID)}</b>, {plain(dose)}<br>day {row.ADY}: {amount(row.CUMDOSE)} "
                f"{view.trial.amount_unit}"
                for row in rows_of(rows)
            ],
        )
        named.add(dose)


def _events(view: View, fig: go.Figure, table: DataFrame, kind: str) -> None:
    rows = table[table["KIND"] == kind]
    if rows.empty:
        return
    symbol, colour, more = KINDS[kind]
    fig.add_scatter(
        x=rows["ADY"],
        y=rows["CUMDOSE"],
        mode="markers+text",
        name=kind + more,
        marker=dict(size=14, symbol=symbol, color=colour, line=dict(color=house.PAPER, width=1)),
        text=[plain(subject) for subject in rows["SUBJID"]],
        textposition=["middle right" if side else "top center" for side in beside(table)[rows.index]],
        customdata=[[usubjid] for usubjid in rows["USUBJID"]],
        hoverinfo="text",
        hovertext=[_event_hover(row, view.trial.amount_unit) for row in rows_of(rows)],
    )


def beside(table: DataFrame) -> Series:
    """Which events have their name beside the mark: those just under another one's, whose names would touch on a phone.

    Table with a row an event and, of others, whatever they are; by its index."""
    events = table[table["KIND"].isin(KINDS)]
    days, doses = CLOSE_DAYS * table["ADY"].max(), CLOSE_DOSES * table["CUMDOSE"].max()
    return Series(
        [
            bool(
                (
                    ((events["ADY"] - row.ADY).abs() < days) & (events["CUMDOSE"] - row.CUMDOSE).between(1e-9, doses)
                ).any()
            )
            for row in rows_of(events)
        ],
        index=events.index,
        dtype=bool,
    )


def _event_hover(row, unit: str) -> str:
    return (
        f"<b>{plain(row.SUBJID)}</b>, {plain(row.TRTA)}<br>{plain(row.AEDECOD)}, grade {row.GRADE}"
        f"<br>day {row.ADY}, after {amount(row.CUMDOSE)} {unit}"
    )


def _rings(fig: go.Figure, table: DataFrame) -> None:
    rows = ringed(table)
    if len(rows):
        fig.add_scatter(
            x=rows["ADY"],
            y=rows["CUMDOSE"],
            mode="markers",
            name="New or changed",
            hoverinfo="skip",
            customdata=[[usubjid] for usubjid in rows["USUBJID"]],
            marker=dict(size=24, symbol="circle-open", color=house.NEW, line=dict(width=2)),
        )
