"""The course of one laboratory test: a panel a dose, with lines of subjects, median and quartiles."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import plain
from displays.drawing import house
from displays.drawing.marks import legend_entry, new_entry, rings
from displays.groups import dose_colours, doses_in_order, present
from displays.laboratory.any_test_panel import (
    BOTTOM_PIXELS,
    HEIGHT_PIXELS,
    TOP_PIXELS,
    Course,
    across,
    fills,
    grade_shapes,
    heading_of,
    limit_lines,
    places_of,
    shade,
    up,
    visits_of,
)
from queries import View
from queries.frames import rows_of

LEAST_SUBJECTS = 3
"""So many subjects make a median and quartiles."""


def course_figure(view: View, course: Course) -> go.Figure:
    """The panels, the lowest dose first, on the same axes."""
    doses = doses_in_order(view, course.bands["TRTA"])
    colours = dose_colours(view, doses)
    places = places_of(len(doses))
    visits = visits_of(course.bands) if course.by == "visit" else {}
    lines = _with_x(course, visits)
    panels = list(zip(doses, places, strict=True))
    return house.figure(
        *[trace for dose, place in panels for trace in _traces(course, lines, dose, colours[dose], place)],
        *_entries(view, course, lines),
        height=HEIGHT_PIXELS,
        margin=dict(t=TOP_PIXELS, b=BOTTOM_PIXELS, l=62, r=12),
        legend=dict(y=1 + 40 / (HEIGHT_PIXELS - TOP_PIXELS - BOTTOM_PIXELS), itemclick=False, traceorder="normal"),
        annotations=[heading_of(dose, place, course) for dose, place in panels],
        shapes=[shape for _, place in panels for shape in (*grade_shapes(course, place), *limit_lines(course, place))],
        **{f"xaxis{place['name']}": across(course, place, visits) for _, place in panels},
        **{f"yaxis{place['name']}": up(course, place) for _, place in panels},
    )


def _with_x(course: Course, visits: dict) -> DataFrame:
    lines = course.lines
    if course.by == "visit":
        lines = lines[lines["VISITNUM"].isin(list(visits))]
        return lines.assign(X=[visits[number][0] for number in lines["VISITNUM"]])
    return lines.assign(X=lines["ADY"])


def _height(course: Course, values):
    """A value of 0 has no place on a logarithmic axis: it is drawn at the lower edge."""
    return values.clip(lower=course.ends[0]) if course.log else values


def _traces(course: Course, lines: DataFrame, dose: str, colour: str, place: dict) -> list[go.Scatter]:
    axes = dict(xaxis=f"x{place['name']}", yaxis=f"y{place['name']}")
    own = lines[lines["TRTA"] == dose]
    bands = course.bands[(course.bands["TRTA"] == dose) & (course.bands["N"] >= LEAST_SUBJECTS)]
    marked = rings(own["X"], _height(course, own["AVAL"]), own["SINCE"], size=9, width=1.2)
    runs = _runs(course, bands)
    filled = [trace for run in runs for trace in _band(course, run, colour)]
    medians = [_median(course, run, dose) for run in runs]
    return [trace.update(axes) for trace in (*filled, *_lines(course, own), *marked, *medians)]


def _runs(course: Course, bands: DataFrame) -> list[DataFrame]:
    """The bands in runs of neighbouring visits: nothing is drawn across visits with too few subjects."""
    if course.by == "day":
        return [bands]
    return [run for _, run in bands.groupby((bands["X"].diff() > 1).cumsum())]


def _lines(course: Course, own: DataFrame) -> list[go.Scatter]:
    """All subjects of a dose as one trace, with a gap between two; each mark carries its subject."""
    x, y, people, words = [], [], [], []
    for _, rows in own.groupby("USUBJID", sort=False):
        x += [*rows["X"], None]
        y += [*_height(course, rows["AVAL"]), None]
        people += [*([name] for name in rows["USUBJID"]), [None]]
        words += [*_hovers(course, rows), ""]
    line, marker = dict(color="rgba(91,107,120,0.45)", width=1), dict(size=4, color="rgba(29,42,53,0.55)")
    return [
        go.Scatter(
            x=x,
            y=y,
            mode="lines+markers",
            line=line,
            marker=marker,
            customdata=people,
            hovertext=words,
            hoverinfo="text",
            showlegend=False,
        )
    ]


def _hovers(course: Course, rows: DataFrame) -> list[str]:
    return [
        f"<b>{plain(row.SUBJID)}</b> day {row.ADY}: {row.AVALQ if present(row.AVALQ) else ''}{row.AVAL:g}"
        + (f", grade {row.GRADE}" if present(row.GRADE) else "")
        for row in rows_of(rows)
    ]


def _band(course: Course, bands: DataFrame, colour: str) -> list[go.Scatter]:
    look = dict(mode="lines", line=dict(width=0), hoverinfo="skip", showlegend=False)
    red, green, blue = house.parts(colour)
    fill = dict(fill="tonexty", fillcolor=f"rgba({red},{green},{blue},0.45)")
    x = bands["X"]
    return [
        go.Scatter(x=x, y=_height(course, bands["Q1"]), **look),
        go.Scatter(x=x, y=_height(course, bands["Q3"]), **look, **fill),
    ]


def _median(course: Course, bands: DataFrame, dose: str) -> go.Scatter:
    return go.Scatter(
        x=bands["X"],
        y=_height(course, bands["MEDIAN"]),
        mode="lines+markers",
        line=dict(color=house.INK, width=2.4),
        marker=dict(size=6, color=house.INK),
        hovertext=[
            f"{plain(dose)}: median {row.MEDIAN:g}, quartiles {row.Q1:g} to {row.Q3:g} ({row.N} subjects)"
            for row in rows_of(bands)
        ],
        hoverinfo="text",
        showlegend=False,
    )


def _entries(view: View, course: Course, lines: DataFrame) -> list[go.Scatter]:
    """What the legend explains: a subject, median and quartiles, the grades that are on the chart."""
    low, high = course.ends
    shaded = sorted({row.GRADE for row in rows_of(course.cuts) if low < row.START < high or fills(row, low, high)})
    return [
        legend_entry("one subject", dict(size=5, color="rgba(29,42,53,0.55)")),
        legend_entry("median (line) and quartiles (band)", dict(size=9, color=house.INK)),
        *[legend_entry(f"CTCAE grade {grade}", dict(symbol="square", size=12, color=shade(grade))) for grade in shaded],
        *new_entry(lines["SINCE"], view.previous_date),
    ]
