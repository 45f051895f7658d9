"""The legend of a figure: within its chart, or as a line of text above several."""

from __future__ import annotations

from dataclasses import replace

import plotly.graph_objects as go

from displays.drawing.house import INK
from export.deck.axes import axes_of
from export.deck.chart import Chart, Series
from export.deck.native import series_of
from export.deck.room import EDGE
from export.deck.text import SMALLEST, width

LEGEND_MARK, LEGEND_ROW = 46.0, 21.0
GLYPHS = {
    "circle": "●",
    "square": "■",
    "diamond": "◆",
    "triangle": "▲",
    "x": "✕",
    "plus": "+",
    "dash": "–",
    "star": "★",
}


def legend_of(figure: go.Figure) -> list[tuple[str, str, str]]:
    """The legend of a figure of several panels: sign, colour, words."""
    if figure.layout.showlegend is False or len(axes_of(figure)) == 1:
        return []
    found, named = [], set()
    for series in series_of(list(figure.data)):
        if series.in_legend and series.name not in named:
            named.add(series.name)
            found.append((*_sign(series), series.name))
    return found


def _sign(series: Series) -> tuple[str, str]:
    """The sign that stands for a series in a line of text, and its colour."""
    if series.marks:
        mark = series.marks[0]
        ring = mark.symbol == "circle" and not mark.fill
        return "○" if ring else GLYPHS[mark.symbol], mark.fill or mark.edge
    return "—", series.line.colour if series.line else INK


def without_legend(chart: Chart) -> Chart:
    """The chart without the series that stand in its legend alone."""
    drawn = [one for one in chart.series if any(y is not None for y in one.y)]
    return replace(chart, series=tuple(replace(one, in_legend=False) for one in drawn), legend_height=0.0)


def legend_height(shown: list[Series], wide: float) -> float:
    """How high a legend of these series is, in as many rows as it needs."""
    if not shown:
        return 0.0
    rows, used = 1, 0.0
    for one in shown:
        needed = width(one.name, SMALLEST) + LEGEND_MARK
        if used and used + needed > wide - 2 * EDGE:
            rows, used = rows + 1, 0.0
        used += needed
    return rows * LEGEND_ROW + 4
