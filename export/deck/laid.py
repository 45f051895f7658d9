"""A figure laid out in a box of a slide: a chart for each pair of its axes, with the words that stand in it."""

from __future__ import annotations

from dataclasses import replace
from math import ceil
from typing import Any

import plotly.graph_objects as go

from export.deck.axes import Crowded, axes_of, axis
from export.deck.bars_laid import bars_laid
from export.deck.chart import Chart, Series, Words
from export.deck.legends import legend_height, without_legend
from export.deck.native import check, series_of, traces_of
from export.deck.plot_words import annotations, labels, limits, refuse_crowds
from export.deck.room import EDGE, GAP, LINE, TITLE, labels_height, own_width
from export.deck.text import SMALLEST, width

LEAST_PLOT = 64.0
"""A plot that is lower cannot be read."""
BETWEEN = (18.0, 10.0)
"""Points between two panels beside and above one another."""


def charts(figure: go.Figure, wide: float, high: float) -> list[tuple[Chart, float, float]]:
    """The figure as charts, each with its place (left, top) in a box of so many points.

    Refused where PowerPoint cannot draw it as it is on the screen.
    """
    check(figure)
    pairs = axes_of(figure)
    if len(pairs) == 1:
        return [(_chart(figure, pairs[0], wide, high), 0.0, 0.0)]
    columns, rows = 2, ceil(len(pairs) / 2)
    each = ((wide - BETWEEN[0] * (columns - 1)) / columns, (high - BETWEEN[1] * (rows - 1)) / rows)
    return [
        (
            without_legend(_chart(figure, pair, *each)),
            (place % columns) * (each[0] + BETWEEN[0]),
            (place // columns) * (each[1] + BETWEEN[1]),
        )
        for place, pair in enumerate(pairs)
    ]


def _titles(chart: Chart) -> tuple[float, float]:
    """The room that the titles of the vertical and the horizontal axis take."""
    high = chart.height - chart.top - chart.bottom
    rows = ceil(width(chart.y.title, SMALLEST) / max(high, 1.0)) if chart.y.title else 0
    return rows * TITLE, TITLE if chart.x.title else 0.0


def _chart(figure: go.Figure, pair: tuple[str, str], wide: float, high: float) -> Chart:
    """The chart of one pair of axes; its margins grow until all its words are within the box."""
    traces = traces_of(figure, pair)
    told = [_axis_of(figure, name) for name in pair]
    series = series_of(traces)
    if traces[0].type == "bar":
        return bars_laid(figure, traces, series, told, wide, high)
    legend = _legend(figure, series, wide)
    if not legend:
        series = [replace(one, in_legend=False) for one in series]
    margins = [EDGE, legend + EDGE, EDGE + 6, EDGE]
    for _ in range(3):
        chart = _within(told, series, wide, high, margins)
        beside = [*labels(chart, "x"), *labels(chart, "y")]
        words = annotations(figure, pair, chart)
        needed = _margins(chart, [*beside, *words], legend)
        if all(abs(new - old) < 0.5 for new, old in zip(needed, margins, strict=True)):
            break
        margins = needed
    refuse_crowds(beside)
    drawn = (*limits(figure, pair, chart), *chart.series)
    below = labels_height(chart)
    return replace(chart, series=drawn, words=(*beside, *words), legend_height=legend, labels_below=below)


def _legend(figure: go.Figure, series: list[Series], wide: float) -> float:
    """The points that the legend of a chart alone takes; several charts have one together."""
    shown = [] if figure.layout.showlegend is False else [one for one in series if one.in_legend]
    single = len(axes_of(figure)) == 1
    return legend_height(shown, wide) if single and (len(shown) > 1 or figure.layout.showlegend) else 0.0


def _within(told: list[Any], series: list[Series], wide: float, high: float, margins: list[float]) -> Chart:
    """The series on their axes within margins: left, top, right, bottom."""
    length = (wide - margins[0] - margins[2], high - margins[1] - margins[3])
    if min(length) < LEAST_PLOT:
        raise Crowded("more words than the plot has room for")
    xs, ys = _extents(series)
    x, y = axis(told[0], xs, length[0], side="x"), axis(told[1], ys, length[1], side="y")
    return Chart("points", tuple(series), x, y, wide, high, *margins)


def _axis_of(figure: go.Figure, name: str) -> Any:
    """The axis of a name; where it has no labels, since it is that of another panel, the other's."""
    told = figure.layout[f"{name[0]}axis{name[1:]}"]
    if told.matches and told.showticklabels is False:
        return figure.layout[f"{told.matches[0]}axis{told.matches[1:]}"]
    return told


def _extents(series: list[Series]) -> tuple[list, list]:
    xs = [value for one in series for value in one.x if not isinstance(value, str)]
    ys = [value for one in series for value in one.y]
    for one in series:
        if one.bars:
            along = one.x if one.bars.axis == "x" else one.y
            ends = [
                at + far for at, far in zip(along, one.bars.plus, strict=True) if at is not None and far is not None
            ]
            starts = [
                at - far for at, far in zip(along, one.bars.minus, strict=True) if at is not None and far is not None
            ]
            (xs if one.bars.axis == "x" else ys).extend([*ends, *starts])
    return xs, ys


def _margins(chart: Chart, words: list[Words], legend: float) -> list[float]:
    """The margins that the labels, titles and words outside the plot need: left, top, right, bottom."""
    plot_right, plot_bottom = chart.width - chart.right, chart.height - chart.bottom
    own_x = LINE + GAP if chart.x.step is not None else 0.0
    own_y = own_width(chart.y) + GAP if chart.y.step is not None else 0.0
    left = max([own_y, *(chart.left - one.left for one in words)])
    top = max([0.0, *(chart.top - one.top for one in words)])
    right = max([0.0, *(one.left + one.width - plot_right for one in words)])
    bottom = max([own_x, *(one.top + one.height - plot_bottom for one in words)])
    titles = _titles(chart)
    below = max(bottom, labels_height(chart) + titles[1])
    labels_left = max([own_y, *(chart.left - one.left for one in words if one.align == "right")])
    left = max(left, labels_left + titles[0])
    return [left + EDGE, max(top, 8.0) + legend, max(right + 4, 16.0), below + 4]
