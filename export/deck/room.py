"""The room that labels take beside a plot, in points."""

from __future__ import annotations

from export.deck.chart import Axis, Chart
from export.deck.rich import pieces
from export.deck.text import LEADING, SMALLEST, width

LINE = SMALLEST * LEADING
GAP, EDGE, TITLE = 6.0, 8.0, 20.0
"""Points: between plot and labels, at the chart's edge, and for the title of an axis."""


def own_width(axis_: Axis) -> float:
    """How wide the widest of an axis's own labels is."""
    per = 100 if "%" in axis_.form else 1
    ends = [f"{value * per:.6g}{'%' if per == 100 else ''}" for value in (axis_.low, axis_.high)]
    step = f"{(axis_.low + (axis_.step or 0)) * per:.6g}{'%' if per == 100 else ''}"
    return max(width(text, SMALLEST) for text in (*ends, step))


def labels_height(chart: Chart) -> float:
    """How high the labels of the horizontal axis are, with the gap above them."""
    if chart.x.step is not None:
        return LINE + GAP
    return max((len(pieces(text)) * LINE + GAP for _, text in chart.x.ticks), default=0.0)
