"""Draws one subject's course: strips above one another, one axis of study days, on one screen."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame

from displays.drawing import house
from displays.drawing.marks import legend_entry
from displays.drawing.panels import domains, heading, subplot_names
from displays.subject import others
from displays.subject.bars import ROW_PIXELS
from displays.subject.events import events_strip
from displays.subject.lanes import Lane
from displays.subject.medicines import MOST, medicines_strip
from displays.subject.response import PIXELS as RESPONSE_PIXELS
from displays.subject.response import response_strip
from displays.subject.strip import Span, Strip
from displays.subject.treatment import PIXELS as TREATMENT_PIXELS
from displays.subject.treatment import treatment_strip
from displays.subject.values import value_strip
from queries import View
from queries.frames import rows_of

GAP_PIXELS, TOP_PIXELS, BOTTOM_PIXELS = 24, 58, 50
LEAST_PIXELS, MOST_PIXELS = 50, 110
"""How high a strip of values is."""
LEAST_TERMS, MOST_TERMS = 4, 24
GRADED = ("Adverse events", "Blood counts", "Liver", "Kidney")
"""Whose marks are coloured by their grade."""
EARLIEST_DAY = -60
"""One old event of the medical history must not squeeze the treatment into a corner."""
DAYS = dict(showgrid=True, gridcolor="#eef2f5", nticks=12, zeroline=False)
HEIGHTS = dict(zeroline=False, nticks=4, automargin=False, fixedrange=True)


def course_figure(view: View, rows: DataFrame, lanes: list[Lane], grey: DataFrame) -> go.Figure:
    """The figure of a subject's rows that have a place in it. lanes: those that have rows; grey: rows of the others."""
    span = _span(rows)
    strips = _strips(view, rows, lanes, grey, span)
    inner = sum(strip.pixels for strip in strips) + GAP_PIXELS * (len(strips) - 1)
    names, tops = subplot_names(len(strips)), domains([strip.pixels for strip in strips], GAP_PIXELS)
    placed = list(zip(strips, [f"y{name}" for name in names], tops, strict=True))
    return house.figure(
        *[trace.update(xaxis="x", yaxis=y) for strip, y, _ in placed for trace in strip.traces],
        *_legend(rows, lanes, any(trace.meta == "Other subjects" for strip in strips for trace in strip.traces)),
        height=inner + TOP_PIXELS + BOTTOM_PIXELS,
        margin=dict(t=TOP_PIXELS, b=BOTTOM_PIXELS, l=48, r=16),
        showlegend=True,
        bargap=0,
        barmode="overlay",
        annotations=[note for strip, y, domain in placed for note in _notes(strip, y, domain[1])],
        shapes=[*_everywhere(rows, placed, view), *_levels(placed)],
        legend=_legend_place(inner),
        xaxis=DAYS
        | dict(range=[span.low, span.high], anchor=placed[-1][1], title="Study day (day 1 = first infusion)"),
        **{f"yaxis{y[1:]}": HEIGHTS | dict(domain=domain, anchor="x") | strip.axis for strip, y, domain in placed},
    )


def _strips(view: View, rows: DataFrame, lanes: list[Lane], grey: DataFrame, span: Span) -> list[Strip]:
    """Treatment, then each lane; names of events and medicines, and the height of values, as far as a screen allows."""
    limits = view.ask("lane_limits")
    terms, pixels = _room(rows, lanes)
    made = {
        "Adverse events": lambda own: events_strip(own, span, terms),
        "Medicines": lambda own: medicines_strip(own, span),
        "Response": lambda own: response_strip(own, span),
    }
    treatment = treatment_strip(rows[rows["PANEL"].isin(["Infusions", "Milestones"])], span, view)
    return [treatment] + [
        made[lane.panel](rows[rows["PANEL"] == lane.panel])
        if lane.panel
        else value_strip(lane, rows[rows["TRACE"].isin(lane.traces)], grey, limits, span, pixels)
        for lane in lanes
    ]


def _room(rows: DataFrame, lanes: list[Lane]) -> tuple[int, int]:
    """How many terms of adverse events are shown, and how many pixels high each strip of values is."""
    panels = {lane.panel for lane in lanes}
    values = sum(not lane.panel for lane in lanes)
    terms, medicines = (
        rows.loc[rows["PANEL"] == panel, "TRACE"].nunique() if panel in panels else 0
        for panel in ("Adverse events", "Medicines")
    )
    room = house.SCREEN_PIXELS - TOP_PIXELS - BOTTOM_PIXELS - GAP_PIXELS * len(lanes) - TREATMENT_PIXELS
    room -= RESPONSE_PIXELS * ("Response" in panels) + ROW_PIXELS * min(medicines, MOST)
    shown = min(terms, max((room - LEAST_PIXELS * values) // ROW_PIXELS, LEAST_TERMS), MOST_TERMS)
    left = (room - ROW_PIXELS * shown) // max(values, 1)
    return shown, min(max(left, LEAST_PIXELS), MOST_PIXELS)


def _span(rows: DataFrame) -> Span:
    """The days of the axis: from the first record to the last, and to the death."""
    death = rows.loc[rows["TRACE"] == "Death", "AENDY"]
    low = max(rows["ADY"].min(), EARLIEST_DAY)
    last = min(max(rows["ADY"].max(), rows["AENDY"].max()), rows["LASTADY"].iloc[0])
    pad = max(3.0, 0.04 * (last - low))
    return Span(low - pad, last + pad, last, float(death.iloc[0]) if len(death) else None)


def _notes(strip: Strip, y: str, top: float) -> list[dict]:
    """The strip's heading and its own words."""
    title = heading(strip.heading, top, size=house.TEXT_PIXELS) | dict(xshift=-40, yshift=1)
    return [title, *[dict(xref="x", yref=y) | note for note in strip.notes]]


def _levels(placed: list[tuple[Strip, str, tuple[float, float]]]) -> list[dict]:
    look = dict(type="line", layer="below", xref="paper", x0=0, x1=1)
    return [
        dict(look, yref=y, y0=level.value, y1=level.value, line=dict(color=level.colour, width=1, dash="dot"))
        for strip, y, _ in placed
        for level in strip.levels
    ]


def _everywhere(rows: DataFrame, placed: list[tuple[Strip, str, tuple[float, float]]], view: View) -> list[dict]:
    """The DLT window and the milestones run through every strip; drawn first, so that all else lies on top."""
    days = _window(rows, view) + _milestones(rows)
    return [day | dict(xref="x", yref=f"{y} domain", y0=0, y1=1, layer="below") for _, y, _ in placed for day in days]


def _window(rows: DataFrame, view: View) -> list[dict]:
    if not view.trial.defined or not (rows["PANEL"] == "Infusions").any():
        return []
    return [dict(type="rect", x0=1, x1=view.trial.dlt_window_days + 1, fillcolor="#f1f4f7", line_width=0)]


def _milestones(rows: DataFrame) -> list[dict]:
    milestones = rows[rows["PANEL"] == "Milestones"]
    days = milestones["AENDY"].fillna(milestones["ADY"])
    return [
        dict(type="line", x0=day, x1=day, line=dict(color=_ink(row), width=1, dash="dot"))
        for row, day in zip(rows_of(milestones), days, strict=True)
    ]


def _ink(row) -> str:
    return house.INK if row.TRACE == "Death" else house.MUTED


def _legend(rows: DataFrame, lanes: list[Lane], grey: bool) -> list[go.Scatter]:
    """The grades that occur, named once for all strips, what a ring means, and what is grey."""
    shown = rows["PANEL"].isin({lane.panel for lane in lanes} | {"Infusions", "Milestones"})
    rows = rows[shown | rows["TRACE"].isin({trace for lane in lanes for trace in lane.traces})]
    graded = rows.loc[rows["PANEL"].isin(GRADED), "GRADE"].dropna()
    edge = dict(color=house.MUTED, width=0.6)
    entries = [
        (f"Grade {grade}", dict(symbol="square", size=11, color=house.GRADE[grade], line=edge))
        for grade in sorted({int(grade) for grade in graded if grade > 0})
    ]
    entries += [others.entry()] if grey else []
    if (rows["SINCE"] != "").any():
        entries.append(("New or changed", dict(symbol="circle-open", size=11, color=house.NEW, line_width=2.5)))
    return [legend_entry(name, marker) for name, marker in entries]


def _legend_place(inner: int) -> dict:
    place = dict(x=0, xanchor="left", y=1 + 24 / inner, yanchor="bottom")
    return dict(itemclick=False, itemdoubleclick=False, entrywidth=0, itemwidth=30, **place)
