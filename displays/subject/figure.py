"""Draws one subject's course: strips above one another, one axis of study days."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame

from displays.drawing import house
from displays.drawing.marks import legend_entry
from displays.drawing.panels import domains, heading, subplot_names
from displays.subject.events import events_strip
from displays.subject.response import response_strip
from displays.subject.strip import Span, Strip
from displays.subject.treatment import treatment_strip
from displays.subject.values import value_strips
from queries import View

GAP_PIXELS, DAYS_PIXELS = 38, 24
TOP_PIXELS, BOTTOM_PIXELS = 92, 56
EARLIEST_DAY = -60
"""One old event of the medical history must not squeeze the treatment into a corner."""
DAYS = dict(showgrid=True, gridcolor="#eef2f5", nticks=8, zeroline=False)
HEIGHTS = dict(zeroline=False, nticks=4, automargin=False, fixedrange=True)


def course_figure(view: View, table: DataFrame) -> go.Figure:
    """The figure of a subject's rows; what has no study day is left to the table."""
    rows = table[table["ADY"].notna()].astype({"ADY": "float64", "AENDY": "float64"})
    span = _span(rows)
    strips = _strips(rows, span, view)
    gaps = [GAP_PIXELS + (DAYS_PIXELS if strip.days else 0) for strip in strips[:-1]]
    inner = sum(strip.pixels for strip in strips) + sum(gaps)
    placed = _placed(strips)
    tops = domains([strip.pixels for strip in strips], gaps)
    return house.figure(
        *[trace.update(xaxis=x, yaxis=y) for strip, x, y in placed for trace in strip.traces],
        *_legend(rows, placed[0][1]),
        height=inner + TOP_PIXELS + BOTTOM_PIXELS,
        margin=dict(t=TOP_PIXELS, b=BOTTOM_PIXELS, l=48, r=16),
        showlegend=True,
        bargap=0,
        barmode="overlay",
        annotations=[note for strip, domain in zip(placed, tops, strict=True) for note in _notes(*strip, domain[1])],
        shapes=[*_everywhere(rows, placed, view), *_levels(placed)],
        legend=_legend_place(inner),
        **_axes(placed, tops, span),
    )


def _strips(rows: DataFrame, span: Span, view: View) -> list[Strip]:
    """The strips that have something to show, from treatment to response."""
    events, response = (rows[rows["PANEL"] == panel] for panel in ("Adverse events", "Response"))
    return [
        treatment_strip(rows[rows["PANEL"].isin(["Infusions", "Milestones"])], span, view),
        *([events_strip(events, span)] if len(events) else []),
        *value_strips(rows),
        *([response_strip(response, span)] if len(response) else []),
    ]


def _placed(strips: list[Strip]) -> list[tuple[Strip, str, str]]:
    """Each strip with its axes of days and of values; strips that carry their own days have an axis of days each."""
    *upper, last = zip(strips, subplot_names(len(strips)), range(1, len(strips) + 1), strict=True)
    own = [(strip, f"x{number + 1}" if strip.days else "x", f"y{name}") for strip, name, number in upper]
    return [*own, (last[0], "x", f"y{last[1]}")]


def _span(rows: DataFrame) -> Span:
    drawn = rows[rows["TRACE"] != "Data cut"]
    ends = drawn["AENDY"].dropna()
    low, high = max(drawn["ADY"].min(), EARLIEST_DAY), max(drawn["ADY"].max(), ends.max() if len(ends) else 1)
    pad = max(3.0, 0.04 * (high - low))
    return low - pad, high + pad


def _axes(placed: list[tuple[Strip, str, str]], tops: list[tuple[float, float]], span: Span) -> dict[str, dict]:
    """The axes of values, one a strip; the axis of days under the last, and those of strips that carry their own."""
    days = DAYS | dict(range=list(span))
    own = {f"xaxis{x[1:]}": days | dict(anchor=y, matches="x") for _, x, y in placed if x != "x"}
    title = dict(text="Study day (day 1 = first infusion)")
    values = {
        f"yaxis{y[1:]}": HEIGHTS | dict(domain=domain, anchor=x) | strip.axis
        for (strip, x, y), domain in zip(placed, tops, strict=True)
    }
    return values | own | {"xaxis": days | dict(anchor=placed[-1][2], title=title)}


def _notes(strip: Strip, x: str, y: str, top: float) -> list[dict]:
    """The strip's heading and its own words."""
    title = heading(strip.heading, top) | dict(xshift=-40, yshift=5)
    return [title, *[dict(xref=x, yref=y) | note for note in strip.notes]]


def _levels(placed: list[tuple[Strip, str, str]]) -> list[dict]:
    look = dict(type="line", layer="below", line=dict(color=house.MUTED, width=1, dash="dot"))
    return [
        dict(xref="paper", x0=0, x1=1, yref=y, y0=level, y1=level, **look)
        for strip, _, y in placed
        for level in strip.levels
    ]


def _everywhere(rows: DataFrame, placed: list[tuple[Strip, str, str]], view: View) -> list[dict]:
    """The DLT window and the milestones run through every strip; drawn first, so that all else lies on top."""
    days = _window(rows, view) + _milestones(rows)
    return [day | dict(xref=x, yref=f"{y} domain", y0=0, y1=1, layer="below") for _, x, y in placed for day in days]


def _window(rows: DataFrame, view: View) -> list[dict]:
    if not view.trial.defined or not (rows["PANEL"] == "Infusions").any():
        return []
    return [dict(type="rect", x0=1, x1=view.trial.dlt_window_days + 1, fillcolor="#f1f4f7", line_width=0)]


def _milestones(rows: DataFrame) -> list[dict]:
    milestones = rows[(rows["PANEL"] == "Milestones") & (rows["TRACE"] != "Data cut")]
    return [
        dict(type="line", x0=row.ADY, x1=row.ADY, line=dict(color=_ink(row), width=1, dash="dot"))
        for row in milestones.itertuples()
    ]


def _ink(row) -> str:
    return house.INK if row.TRACE == "Death" else house.MUTED


def _legend(rows: DataFrame, days: str) -> list[go.Scatter]:
    """The grades that occur, named once for all strips, and what a ring means.

    They are on the first strip's own axis: a trace on another would lay an empty strip over it.
    """
    graded = rows.loc[rows["PANEL"].isin(["Adverse events", "Blood counts"]), "GRADE"].dropna()
    edge = dict(color=house.MUTED, width=0.6)
    entries = [
        (f"Grade {grade}", dict(symbol="square", size=11, color=house.GRADE[grade], line=edge))
        for grade in sorted({int(grade) for grade in graded if grade > 0})
    ]
    if (rows["SINCE"] != "").any():
        entries.append(("New or changed", dict(symbol="circle-open", size=11, color=house.NEW, line_width=2.5)))
    return [legend_entry(name, marker, xaxis=days) for name, marker in entries]


def _legend_place(inner: int) -> dict:
    place = dict(x=0, xanchor="left", y=1 + 34 / inner, yanchor="bottom")
    return dict(itemclick=False, itemdoubleclick=False, entrywidth=0, itemwidth=30, **place)
