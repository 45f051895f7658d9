"""What stands in and beside a plot at places of its own: labels, annotations, and lines at limits."""

from __future__ import annotations

from math import log10
from typing import Any

import plotly.graph_objects as go

from displays.drawing.house import INK, MUTED
from export.deck.axes import Crowded, axes_of, number
from export.deck.chart import Axis, Chart, Line, Series, Words
from export.deck.rich import lines_for, pieces, plain, size_of
from export.deck.room import GAP
from export.deck.text import SMALLEST
from export.deck.traces import DASHES

LEAST_ROW = 15.0
Domains = tuple[tuple[float, float], tuple[float, float]]
"""The shares of the paper that a panel fills: across (left, right) and up (bottom, top)."""


def place(chart: Chart, x: float, y: float) -> tuple[float, float]:
    """Where a point lies, in points from the chart's upper left corner."""
    across, up = chart.width - chart.left - chart.right, chart.height - chart.top - chart.bottom
    return chart.left + chart.x.share(x) * across, chart.top + (1 - chart.y.share(y)) * up


def labels(chart: Chart, side: str) -> list[Words]:
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


def refuse_crowds(labels: list[Words]) -> None:
    """Refused, where labels of the vertical axis would lie on one another."""
    rows = sorted((one for one in labels if one.align == "right"), key=lambda one: one.top)
    if any(low.top - high.top < LEAST_ROW for high, low in zip(rows, rows[1:], strict=False)):
        raise Crowded("more rows than the slide has room for")


def annotations(figure: go.Figure, pair: tuple[str, str], chart: Chart) -> list[Words]:
    """The words of a figure that are of one pair of its axes."""
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
    lines = lines_for(one.text, SMALLEST, max(room, 60.0))
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


def limits(figure: go.Figure, pair: tuple[str, str], chart: Chart) -> list[Series]:
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
            found.append(Series(_limit_name(figure, one), x, y, line))
    return found


def _limit_name(figure: go.Figure, line: Any) -> str:
    """The words that stand at a straight line, or the value that it is at."""
    side = "x" if line.x0 == line.x1 else "y"
    at = line[f"{side}0"]
    words = [plain(one.text) for one in figure.layout.annotations if one.text and str(one[side]) == str(at)]
    known = number(at)
    return f"Line: {(words or [str(at) if known is None else f'{known:.6g}'])[0]}"


def _end(value: Any, ref: str | None, axis_: Axis) -> float:
    if ref and (ref == "paper" or ref.endswith("domain")):
        share = 1 - float(value) if axis_.reversed else float(value)
        if axis_.log:
            return 10.0 ** (log10(axis_.low) + share * (log10(axis_.high) - log10(axis_.low)))
        return axis_.low + share * (axis_.high - axis_.low)
    known = number(value)
    return axis_.low if known is None else known
