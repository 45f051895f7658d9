"""A figure laid out in a box of a slide: a chart for each pair of its axes, with the words that stand in it."""

from __future__ import annotations

from dataclasses import replace
from math import ceil, log10
from typing import Any

import plotly.graph_objects as go

from export.deck.axes import Crowded, Refused, axes_of, axis, number
from export.deck.chart import Axis, Chart, Line, Series, Words
from export.deck.native import DASHES, check, series_of, traces_of
from export.deck.rich import pieces, plain, rejoined, size_of
from export.deck.text import LEADING, SMALLEST, width

INK, MUTED = "#1d2a35", "#5b6b78"
LINE = SMALLEST * LEADING
GAP, EDGE, TITLE = 6.0, 8.0, 20.0
"""Points: between plot and labels, at the chart's edge, and for the title of an axis."""
LEGEND_MARK, LEGEND_ROW = 46.0, 21.0
LEAST_PLOT = 64.0
"""A plot that is lower cannot be read."""
LEAST_ROW = 15.0
Domains = tuple[tuple[float, float], tuple[float, float]]
"""The shares of the paper that a panel fills: across (left, right) and up (bottom, top)."""
BETWEEN = (18.0, 10.0)
"""Points between two panels beside and above one another."""
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
            _without_legend(_chart(figure, pair, *each)),
            (place % columns) * (each[0] + BETWEEN[0]),
            (place // columns) * (each[1] + BETWEEN[1]),
        )
        for place, pair in enumerate(pairs)
    ]


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


def _titles(chart: Chart) -> tuple[float, float]:
    """The room that the titles of the vertical and the horizontal axis take."""
    high = chart.height - chart.top - chart.bottom
    rows = ceil(width(chart.y.title, SMALLEST) / max(high, 1.0)) if chart.y.title else 0
    return rows * TITLE, TITLE if chart.x.title else 0.0


def _without_legend(chart: Chart) -> Chart:
    drawn = [one for one in chart.series if any(y is not None for y in one.y)]
    return replace(chart, series=tuple(replace(one, in_legend=False) for one in drawn), legend_height=0.0)


def _chart(figure: go.Figure, pair: tuple[str, str], wide: float, high: float) -> Chart:
    """The chart of one pair of axes; its margins grow until all its words are within the box."""
    traces = traces_of(figure, pair)
    told = [_axis_of(figure, name) for name in pair]
    series = series_of(traces)
    bars = traces[0].type == "bar"
    if bars:
        return _of_bars(figure, traces, series, told, wide, high)
    shown = [] if figure.layout.showlegend is False else [one for one in series if one.in_legend]
    single = len(axes_of(figure)) == 1
    legend = _legend_height(shown, wide) if single and (len(shown) > 1 or figure.layout.showlegend) else 0.0
    if not legend:
        series = [replace(one, in_legend=False) for one in series]
    xs, ys = _extents(series)
    margins = [EDGE, legend + EDGE, EDGE + 6, EDGE]
    for _ in range(3):
        length = (wide - margins[0] - margins[2], high - margins[1] - margins[3])
        if min(length) < LEAST_PLOT:
            raise Crowded("more words than the plot has room for")
        x = axis(told[0], xs, length[0], side="x")
        y = axis(told[1], ys, length[1], side="y")
        chart = Chart("points", tuple(series), x, y, wide, high, margins[0], margins[1], margins[2], margins[3])
        labels = [*_labels(chart, "x"), *_labels(chart, "y")]
        words = _annotations(figure, pair, chart)
        needed = _margins(chart, [*labels, *words], legend)
        if all(abs(new - old) < 0.5 for new, old in zip(needed, margins, strict=True)):
            break
        margins = needed
    _refuse_crowds(labels)
    lines = _lines(figure, pair, chart)
    drawn = (*lines, *chart.series)
    below = _labels_height(chart)
    return replace(chart, series=drawn, words=(*labels, *words), legend_height=legend, labels_below=below)


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


def _legend_height(shown: list[Series], wide: float) -> float:
    if not shown:
        return 0.0
    rows, used = 1, 0.0
    for one in shown:
        needed = width(one.name, SMALLEST) + LEGEND_MARK
        if used and used + needed > wide - 2 * EDGE:
            rows, used = rows + 1, 0.0
        used += needed
    return rows * LEGEND_ROW + 4


def _margins(chart: Chart, words: list[Words], legend: float) -> list[float]:
    """The margins that the labels, titles and words outside the plot need: left, top, right, bottom."""
    plot_right, plot_bottom = chart.width - chart.right, chart.height - chart.bottom
    own_x = LINE + GAP if chart.x.step is not None else 0.0
    own_y = _own_width(chart.y) + GAP if chart.y.step is not None else 0.0
    left = max([own_y, *(chart.left - one.left for one in words)])
    top = max([0.0, *(chart.top - one.top for one in words)])
    right = max([0.0, *(one.left + one.width - plot_right for one in words)])
    bottom = max([own_x, *(one.top + one.height - plot_bottom for one in words)])
    titles = _titles(chart)
    below = max(bottom, _labels_height(chart) + titles[1])
    labels_left = max([own_y, *(chart.left - one.left for one in words if one.align == "right")])
    left = max(left, labels_left + titles[0])
    return [left + EDGE, max(top, 8.0) + legend, max(right + 4, 16.0), below + 4]


def _own_width(axis_: Axis) -> float:
    """How wide the widest of an axis's own labels is."""
    per = 100 if "%" in axis_.form else 1
    ends = [f"{value * per:.6g}{'%' if per == 100 else ''}" for value in (axis_.low, axis_.high)]
    step = f"{(axis_.low + (axis_.step or 0)) * per:.6g}{'%' if per == 100 else ''}"
    return max(width(text, SMALLEST) for text in (*ends, step))


def _labels_height(chart: Chart) -> float:
    if chart.x.step is not None:
        return LINE + GAP
    return max((len(pieces(text)) * LINE + GAP for _, text in chart.x.ticks), default=0.0)


def place(chart: Chart, x: float, y: float) -> tuple[float, float]:
    """Where a point lies, in points from the chart's upper left corner."""
    across, up = chart.width - chart.left - chart.right, chart.height - chart.top - chart.bottom
    return chart.left + chart.x.share(x) * across, chart.top + (1 - chart.y.share(y)) * up


def _labels(chart: Chart, side: str) -> list[Words]:
    """The labels of an axis that stand at places of their own, as words beside the plot."""
    found = []
    for at, text in getattr(chart, side).ticks:
        lines = tuple(tuple(line) for line in pieces(text))
        wide, high = size_of([list(line) for line in lines], SMALLEST)
        if side == "x":
            middle = place(chart, at, chart.y.low)[0]
            box = (middle - wide / 2 - 2, chart.height - chart.bottom + GAP / 2, "center")
        else:
            middle = place(chart, chart.x.low, at)[1]
            box = (chart.left - GAP - _over_edge(chart) - wide - 2, middle - high / 2, "right")
        found.append(Words(lines, box[0], box[1], wide + 4, high, INK, box[2]))
    return found


def _over_edge(chart: Chart) -> float:
    """How far marks at the left end reach over it."""
    at_edge = [one for one in chart.series if one.marks and any(x == chart.x.low for x in one.x)]
    return max((mark.size / 2 for one in at_edge for mark in one.marks), default=0.0)


def _refuse_crowds(labels: list[Words]) -> None:
    """Refused, where labels of the vertical axis would lie on one another."""
    rows = sorted((one for one in labels if one.align == "right"), key=lambda one: one.top)
    if any(low.top - high.top < LEAST_ROW for high, low in zip(rows, rows[1:], strict=False)):
        raise Crowded("more rows than the slide has room for")


def _annotations(figure: go.Figure, pair: tuple[str, str], chart: Chart) -> list[Words]:
    domains = _domains(figure, pair)
    own = [one for one in figure.layout.annotations if one.text and _belongs(figure, one, pair)]
    return [_annotation(one, chart, domains) for one in own]


def _belongs(figure: go.Figure, one: Any, pair: tuple[str, str]) -> bool:
    """Whether words are of a pair of axes: by their reference, else by the height at which they stand."""
    refs = {(one.xref or "x").split(" ")[0], (one.yref or "y").split(" ")[0]} - {"paper"}
    if refs:
        return bool(refs & set(pair)) or len(axes_of(figure)) == 1
    pairs = axes_of(figure)
    domains = {known: _domains(figure, known) for known in pairs}
    at = (one.x or 0.0, one.y or 0.0)
    nearest = min(pairs, key=lambda known: _distance(domains[known], at))
    return nearest == pair


def _domains(figure: go.Figure, pair: tuple[str, str]) -> Domains:
    across, up = (figure.layout[f"{name[0]}axis{name[1:]}"].domain or (0.0, 1.0) for name in pair)
    return (across[0], across[1]), (up[0], up[1])


def _distance(domains: Domains, at: tuple[float, float]) -> float:
    """How far words at a share of the paper are from a panel; those above its upper edge belong to it."""
    across = max(domains[0][0] - at[0], at[0] - domains[0][1], 0.0)
    up = abs(at[1] - domains[1][1])
    return across * 10 + up


def _annotation(one: Any, chart: Chart, domains: Domains) -> Words:
    x, across = _at(one.x, one.xref, chart, "x", domains[0])
    y, up = _at(one.y, one.yref, chart, "y", domains[1])
    x, y = x + (one.xshift or 0), y - (one.yshift or 0)
    anchor = one.xanchor if one.xanchor not in (None, "auto") else _auto(across, ("left", "center", "right"))
    yanchor = one.yanchor if one.yanchor not in (None, "auto") else _auto(up, ("bottom", "middle", "top"))
    room = chart.width - x - 4 if anchor == "left" else chart.width
    lines = rejoined(pieces(one.text), SMALLEST, max(room, 60.0))
    wide, high = size_of(lines, SMALLEST)
    left = {"left": x, "right": x - wide - 4}.get(anchor, x - wide / 2 - 2)
    top = {"top": y, "bottom": y - high}.get(yanchor, y - high / 2)
    colour = one.font.color if isinstance(one.font.color, str) and one.font.color.startswith("#") else INK
    paper = one.bgcolor if isinstance(one.bgcolor, str) and one.bgcolor.startswith("#") else ""
    align = anchor if anchor in ("left", "right") else "center"
    return Words(tuple(map(tuple, lines)), left, top, wide + 4, high, colour, align, paper)


def _at(
    value: Any, ref: str | None, chart: Chart, side: str, domain: tuple[float, float]
) -> tuple[float, float | None]:
    """Where a value of an annotation lies in points, and its share of the paper where it is one."""
    across = chart.width - chart.left - chart.right
    up = chart.height - chart.top - chart.bottom
    if ref and (ref == "paper" or ref.endswith("domain")):
        share = float(value or 0)
        if ref == "paper":
            share = (share - domain[0]) / (domain[1] - domain[0])
        return (chart.left + share * across, share) if side == "x" else (chart.top + (1 - share) * up, share)
    axis_: Axis = getattr(chart, side)
    known = number(value)
    at = 10.0**known if axis_.log and known is not None else known
    share = axis_.share(at if at is not None else axis_.low)
    return (chart.left + share * across, None) if side == "x" else (chart.top + (1 - share) * up, None)


def _auto(share: float | None, names: tuple[str, str, str]) -> str:
    if share is None:
        return names[1]
    if share < 1 / 3:
        return names[0]
    return names[2] if share > 2 / 3 else names[1]


def _lines(figure: go.Figure, pair: tuple[str, str], chart: Chart) -> list[Series]:
    """The straight lines at limits, as series of two points, which lie behind all others."""
    found = []
    for one in figure.layout.shapes:
        refs = {(one.xref or "x").split(" ")[0], (one.yref or "y").split(" ")[0]} - {"paper"}
        if refs and not refs & set(pair) and len(axes_of(figure)) > 1:
            continue
        x = tuple(_end(value, one.xref, chart.x) for value in (one.x0, one.x1))
        y = tuple(_end(value, one.yref, chart.y) for value in (one.y0, one.y1))
        if all(chart.x.low <= at <= chart.x.high for at in x) and all(chart.y.low <= at <= chart.y.high for at in y):
            line = Line(
                one.line.color or MUTED, float(one.line.width or 1), DASHES.get(one.line.dash or "solid", "dash")
            )
            found.append(Series("Line at a limit", x, y, line))
    return found


def _end(value: Any, ref: str | None, axis_: Axis) -> float:
    if ref and (ref == "paper" or ref.endswith("domain")):
        share = 1 - float(value) if axis_.reversed else float(value)
        if axis_.log:
            return 10.0 ** (log10(axis_.low) + share * (log10(axis_.high) - log10(axis_.low)))
        return axis_.low + share * (axis_.high - axis_.low)
    known = number(value)
    return axis_.low if known is None else known


def _of_bars(
    figure: go.Figure, traces: list[Any], series: list[Series], told: list[Any], wide: float, high: float
) -> Chart:
    """Bars by categories, stacked on one another or beside each other."""
    mode, lying = figure.layout.barmode or "group", traces[0].orientation == "h"
    if mode == "overlay" and len(traces) > 1 or any(one.text for one in figure.layout.annotations):
        raise Refused("bars over one another, or words beside bars")
    named, counted = (told[1], told[0]) if lying else (told[0], told[1])
    order = list(named.categoryarray) if named.categoryarray is not None else list(dict.fromkeys(series[0].x))
    words = dict(zip(map(str, named.tickvals), named.ticktext, strict=True)) if named.ticktext is not None else {}
    keys = [str(one) for one in order if any(str(one) in one_series.x for one_series in series)]
    in_order = [_in_order(one, keys) for one in series]
    stacked = mode in ("stack", "relative")
    totals = [
        sum(one.y[place] or 0 for one in in_order) if stacked else max((one.y[place] or 0) for one in in_order)
        for place in range(len(keys))
    ]
    shown = [one for one in in_order if one.in_legend]
    legend = _legend_height(shown, wide) if figure.layout.showlegend is not False and len(shown) > 1 else 0.0
    scale = axis(counted, [0.0, *totals], wide if lying else high, side="x" if lying else "y")
    categories = tuple("\n".join(plain(part) for part in str(words.get(key, key)).split("<br>")) for key in keys)
    names = Axis(0.0, 1.0, title=plain(named.title.text or ""), reversed=named.autorange == "reversed")
    widest = max(width(line, SMALLEST) for text in categories for line in text.split("\n"))
    tall = max(text.count("\n") + 1 for text in categories) * LINE
    across = (widest if lying else _own_width(scale)) + GAP
    titles = [TITLE if one.title else 0.0 for one in ((scale, names) if lying else (names, scale))]
    below = (LINE if lying else tall) + GAP + titles[0]
    gap = figure.layout.bargap if figure.layout.bargap is not None else 0.2
    return Chart(
        "rows" if lying else "columns",
        tuple(in_order),
        scale if lying else names,
        names if lying else scale,
        wide,
        high,
        across + titles[1] + EDGE,
        legend + EDGE,
        18.0,
        below + 4,
        categories=categories,
        stacked=stacked,
        gap=float(gap),
        legend_height=legend,
        labels_below=(LINE if lying else tall) + GAP,
    )


def _in_order(one: Series, keys: list[str]) -> Series:
    places = {str(key): place for place, key in enumerate(one.x)}
    at = [places.get(key) for key in keys]

    def taken(values: tuple) -> tuple:
        return tuple(None if place is None else values[place] for place in at if values)

    words = tuple(word or "" for word in taken(one.words))
    fills = tuple(fill or one.fills[0] for fill in taken(one.fills))
    return replace(one, x=tuple(keys), y=taken(one.y), words=words, fills=fills)
