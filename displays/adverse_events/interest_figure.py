"""Curves of cumulative incidence: all subjects with their interval, and each dose level."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import plain
from displays.drawing import house
from displays.drawing.marks import new_entry, rings, who
from displays.groups import dose_colours, key_of
from displays.words import as_words, on_day, percent, short_dose
from queries import View
from queries.frames import rows_of

HEIGHT = 420
WITH_EVENT = "with the event"
"""What is true of the subjects behind a curve."""
MOST_MARKED = 120
"""Of more events than these the curve alone is drawn."""


def figure(view: View, timed: DataFrame, curves: dict[str, DataFrame]) -> go.Figure:
    """curves: "All" and each dose level → its incidence; a mark of the curve of all is a subject with the event."""
    whole, *levels = curves
    colours, last = dose_colours(view, levels), int(timed["DAYS"].max())
    return house.figure(
        *_band(curves[whole], last),
        *(_steps(view, dose, curves[dose], colours[dose], 1.8) for dose in levels),
        _steps(view, whole, curves[whole], house.INK, 3),
        *_marks(timed, curves[whole]),
        *new_entry(timed["SINCE"], view.previous_date),
        height=HEIGHT,
        showlegend=True,
        legend=dict(itemclick=False, traceorder="normal"),
        margin=dict(t=52, b=72, l=64, r=20),
        shapes=[house.vertical_line(view.trial.dlt_window_days)],
        xaxis=dict(title="Days since first infusion<br>(dashed: end of the DLT window)", range=[0, 1.02 * last]),
        yaxis=dict(title="Share with the event", tickformat=".0%", range=[-0.02, 1.02]),
    )


def _path(curve: DataFrame, column: str) -> tuple[list, list]:
    """The steps of a column of the curve, from 0 on."""
    return [0, *curve["time"]], [0, *curve[column].fillna(0)]


def _steps(view: View, name: str, curve: DataFrame, colour: str, width: float) -> go.Scatter:
    x, y = _path(curve, "incidence")
    words = f"{plain(short_dose(name, view.trial.dose_unit))} (n = {int(curve['at_risk'].iloc[0])})"
    return go.Scatter(
        x=x,
        y=y,
        mode="lines",
        name=words,
        line=dict(shape="hv", color=colour, width=width),
        customdata=[[key_of(WITH_EVENT, name)]] * len(x),
        hovertext=[f"{words}<br>{on_day(day)}: {percent(share)}" for day, share in zip(x, y, strict=True)],
        hoverinfo="text",
    )


def _band(curve: DataFrame, last: int) -> list[go.Scatter]:
    """The interval of all subjects, where it exists."""
    known = curve[curve["lower"].notna()]
    if known.empty:
        return []
    line = dict(shape="hv", width=0)
    days = [*known["time"], last]
    limits = {column: [*known[column], known[column].iloc[-1]] for column in ("lower", "upper")}
    look = dict(mode="lines", line=line, hoverinfo="skip", showlegend=False)
    return [
        go.Scatter(x=days, y=limits["lower"], meta="lower", **look),
        go.Scatter(x=days, y=limits["upper"], meta="upper", fill="tonexty", fillcolor="rgba(91,107,120,0.13)", **look),
    ]


def _marks(timed: DataFrame, curve: DataFrame) -> list[go.Scatter]:
    events = timed[timed["EVNTDESC"] == "Event"].sort_values("DAYS", kind="stable")
    if len(events) > MOST_MARKED:
        return []
    share = curve.set_index("time")["incidence"]
    heights = [share[day] for day in events["DAYS"]]
    return [
        *rings(events["DAYS"], heights, events["SINCE"], size=15),
        go.Scatter(
            x=events["DAYS"],
            y=heights,
            mode="markers",
            showlegend=False,
            meta="events",
            marker=dict(color=house.INK, size=8),
            customdata=events[["USUBJID"]],
            hovertext=[f"{who(row)}<br>{plain(as_words(row.AEDECOD))}, {on_day(row.DAYS)}" for row in rows_of(events)],
            hoverinfo="text",
        ),
    ]
