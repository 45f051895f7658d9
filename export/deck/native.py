"""A display's figure as charts that can be edited in PowerPoint, where it can be drawn there as on the screen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import plotly.graph_objects as go

from export.deck.axes import Crowded, Refused, axes_of, number
from export.deck.chart import Bars, Line, Mark, Series
from export.deck.rich import plain

MOST_MARKS, MOST_SERIES, MOST_WORDS, MOST_PANELS, MOST_LINES = 420, 48, 34, 4, 14
"""Of a figure with more, a picture is easier to read than a chart is to edit."""
SYMBOLS = {
    "circle": "circle",
    "square": "square",
    "diamond": "diamond",
    "triangle-up": "triangle",
    "x": "x",
    "x-thin": "x",
    "cross": "plus",
    "cross-thin": "plus",
    "star": "star",
    "line-ns": "plus",
    "line-ew": "dash",
}
DASHES = {"solid": "solid", "dash": "dash", "dot": "sysDot", "dashdot": "dashDot", "longdash": "lgDash"}
PLACES = {"left": "l", "right": "r", "top": "t", "bottom": "b"}
NAMES = {
    "lower": "Lower limit",
    "upper": "Upper limit",
    "curve": "Curve",
    "firm": "Curve, enough at risk",
    "subjects": "Subjects",
    "changed": "New or changed since the previous cut",
    "estimate": "Estimate",
}
"""What a trace without a name is, by its meta."""
LIMIT_WIDTH, RULE = 1.0, "#d5dce2"
BAND = 0.4
"""Opacity at which a limit's line is drawn where the screen has a band of paler colour."""


def traces_of(figure: go.Figure, pair: tuple[str, str]) -> list[Any]:
    """The traces of a figure on one pair of axes."""
    return [trace for trace in figure.data if (trace.xaxis or "x", trace.yaxis or "y") == pair]


def check(figure: go.Figure) -> None:
    """Refused, where the figure holds what a chart of PowerPoint cannot show as it is."""
    kinds = {trace.type for trace in figure.data}
    if not kinds or not kinds <= {"bar", "scatter"} or len(kinds) > 1:
        raise Refused(f"traces of the types {', '.join(sorted(kinds)) or 'none'}")
    if len(axes_of(figure)) > MOST_PANELS:
        raise Crowded("more panels than a slide holds")
    points = sum(len(_values(trace.y)) for trace in figure.data if "lines" not in (getattr(trace, "mode", "") or ""))
    if points > MOST_MARKS or len(figure.data) > MOST_SERIES:
        raise Crowded("hundreds of marks")
    if len([one for one in figure.layout.annotations if one.text]) > MOST_WORDS:
        raise Crowded("many words within the plot")
    if any(one.showarrow is not False or one.textangle for one in figure.layout.annotations if one.text):
        raise Refused("arrows or words at an angle")
    straight = all(one.type == "line" and (one.x0 == one.x1 or one.y0 == one.y1) for one in figure.layout.shapes)
    if not straight or len(figure.layout.shapes) > MOST_LINES:
        raise Refused("shapes")


def series_of(traces: list[Any]) -> list[Series]:
    """The series of the traces of one pair of axes, each group of the legend named once.

    Marks of several colours become a series of each, named as the legend names them; rings lie behind what they mark.
    """
    found = _all(traces)
    entries = [one for one in found if one.in_legend and one.marks and not _drawn(one)]
    legend: dict[tuple[str, str] | None, Series] = {}
    for one in entries:
        if one.marks[0].fill:
            legend.setdefault(_look(one), one)
    parted = [part for one in found for part in _parted(one, legend)]
    shown = {_look(one) for one in parted if one.in_legend and _drawn(one)}
    kept = [one for one in parted if _drawn(one) or one.in_legend and _look(one) not in shown]
    return sorted(kept, key=lambda one: not _rings(one))


def _rings(one: Series) -> bool:
    return bool(one.marks) and not one.marks[0].fill and one.line is None and _drawn(one)


def _drawn(one: Series) -> bool:
    """Whether any of its points is on the chart."""
    return any(value is not None for value in one.y)


def _look(one: Series) -> tuple[str, str] | None:
    """What a legend tells of marks by: shape and colour."""
    return (one.marks[0].symbol, one.marks[0].fill or one.marks[0].edge) if one.marks else None


def _parted(one: Series, legend: dict) -> list[Series]:
    """A series of marks as one of each look, in the order of the first of each."""
    marks = one.marks if len(one.marks) == len(one.y) else one.marks * len(one.y)
    if one.line is not None or not _drawn(one) or not legend and len(set(marks)) < 2:
        return [one]
    order = list(legend)
    looks = list(dict.fromkeys((mark.symbol, mark.fill or mark.edge) for mark in marks))
    looks.sort(key=lambda look: order.index(look) if look in legend else len(order))
    return [_part_of(one, marks, look, legend.get(look)) for look in looks]


def _part_of(one: Series, marks: tuple[Mark, ...], look: tuple, entry: Series | None) -> Series:
    at = [place for place, mark in enumerate(marks) if (mark.symbol, mark.fill or mark.edge) == look]
    own = _taken(marks, at)
    bars = one.bars and replace(one.bars, plus=_taken(one.bars.plus, at), minus=_taken(one.bars.minus, at))
    return replace(
        one,
        name=entry.name if entry else one.name,
        x=_taken(one.x, at),
        y=_taken(one.y, at),
        marks=own[:1] if len(set(own)) == 1 else own,
        bars=bars,
        words=_taken(one.words, at),
        places=_taken(one.places, at),
        in_legend=one.in_legend or entry is not None,
    )


def _taken(values: tuple, at: list[int]) -> tuple:
    return tuple(values[place] for place in at) if values else ()


def _all(traces: list[Any]) -> list[Series]:
    found, named = [], set()
    for place, trace in enumerate(traces):
        entry = trace.showlegend is not False and bool(trace.name)
        group = trace.legendgroup or trace.name
        found.append(_series(trace, traces[place + 1 : place + 2], entry and group not in named))
        named |= {group} if entry else set()
    return found


def _series(trace: Any, after: list[Any], in_legend: bool) -> Series:
    name = plain(trace.name or "") or NAMES.get(str(trace.meta), "") or _kind(trace)
    if trace.type == "bar":
        return _bar(trace, name, in_legend)
    x, y = _stepped(trace, [number(v) for v in _values(trace.x)], [number(v) for v in _values(trace.y)])
    # a point without a place along the axis would be drawn at its beginning
    y = tuple(None if across is None else up for across, up in zip(x, y, strict=True))
    mode = trace.mode or "lines"
    marks = _marks(trace, len(y)) if "markers" in mode else ()
    words = tuple(plain(str(text or "")) for text in _each(trace.text, len(y), "")) if "text" in mode else ()
    places = tuple(_place(str(at or "")) for at in _each(trace.textposition, len(y), "")) if words else ()
    colour = _colour(trace.textfont.color) if words and isinstance(trace.textfont.color, str) else ""
    line = _line(trace, after) if "lines" in mode or trace.fill else None
    return Series(name, x, y, line, marks, _bars(trace), words, places, colour, (), in_legend)


def _kind(trace: Any) -> str:
    mode = getattr(trace, "mode", "") or ""
    return "Lines" if mode == "lines" else "Points"


def _bar(trace: Any, name: str, in_legend: bool) -> Series:
    if trace.base is not None or (trace.marker.pattern and trace.marker.pattern.shape):
        raise Refused("floating or patterned bars")
    lying = trace.orientation == "h"
    values, of = (trace.x, trace.y) if lying else (trace.y, trace.x)
    numbers = tuple(number(value) for value in _values(values))
    fills = tuple(_colour(one) for one in _each(trace.marker.color, len(numbers), RULE))
    words = tuple(plain(str(text or "")) for text in _each(trace.text, len(numbers), ""))
    font = trace.textfont.color
    colour = _colour(font) if isinstance(font, str) else ""
    return Series(
        name,
        tuple(str(one) for one in _values(of)),
        numbers,
        words=words,
        word_colour=colour,
        fills=fills,
        in_legend=in_legend,
    )


def _values(told: Any) -> list[Any]:
    return [] if told is None else list(told)


def _each(told: Any, length: int, default: Any) -> list[Any]:
    """One value of each point, of a value for all or a list of them."""
    if told is None:
        return [default] * length
    if isinstance(told, str) or not hasattr(told, "__len__"):
        return [told] * length
    return (list(told) + [default] * length)[:length]


def _stepped(trace: Any, x: list, y: list) -> tuple[tuple, tuple]:
    """The points; of a line in steps with the corner of each step."""
    shape = trace.line.shape or "linear"
    if shape == "linear" or len(x) < 2:
        return tuple(x), tuple(y)
    if shape != "hv":
        raise Refused(f"lines of the shape {shape}")
    across, up = [x[0]], [y[0]]
    for before, at, to in zip(y, x[1:], y[1:], strict=False):
        if at is None or to is None:
            across.append(None)
            up.append(None)
            continue
        across += [at, at] if before is not None and before != to else [at]
        up += [before, to] if before is not None and before != to else [to]
    return tuple(across), tuple(up)


def _line(trace: Any, after: list[Any]) -> Line | None:
    """How a trace's line is drawn; the edges of a band are drawn as lines of the band's colour."""
    if trace.fill and trace.fill not in ("none", "tonexty"):
        raise Refused("filled areas")
    bands = [one for one in (trace, *after) if one.type == "scatter" and one.fill == "tonexty"]
    own = trace.line.width is None or trace.line.width > 0
    if bands and not own:
        return Line(_band_colour(bands[0].fillcolor), LIMIT_WIDTH, "solid")
    if not own:
        return None
    dash = DASHES.get(trace.line.dash or "solid")
    if dash is None:
        raise Refused("dashes of their own")
    colour = _colour(trace.line.color or trace.marker.color or RULE)
    return Line(_over_paper(colour, trace.opacity), float(trace.line.width or 2), dash)


def _marks(trace: Any, length: int) -> tuple[Mark, ...]:
    marker = trace.marker
    parts = [
        _each(marker.symbol, length, "circle"),
        _each(marker.size, length, 6),
        _each(marker.color, length, ""),
        _each(marker.line.color, length, ""),
        _each(marker.line.width, length, 0),
    ]
    marks = tuple(_mark(*one) for one in zip(*parts, strict=True))
    return marks[:1] if len(set(marks)) == 1 else marks


def _mark(symbol: Any, size: Any, colour: Any, edge: Any, edge_width: Any) -> Mark:
    name = str(symbol or "circle")
    drawn = SYMBOLS.get(name.removesuffix("-open"))
    if drawn is None or not isinstance(colour or "", str):
        raise Refused(f"marks of the shape {name}, or coloured by a scale")
    fill = _colour(colour or RULE)
    outline = _colour(edge) if edge and edge_width else ""
    if name.endswith("-open") or drawn in ("x", "plus", "dash", "star"):
        return Mark(drawn, _size(size), "", _colour(colour or edge or RULE), max(float(edge_width or 1.5), 1.5))
    return Mark(drawn, _size(size), fill, outline, float(edge_width or 0) or 0.75)


def _size(size: Any) -> int:
    return min(max(round(float(size)), 2), 72)


def _bars(trace: Any) -> Bars | None:
    for side, told in (("x", trace.error_x), ("y", trace.error_y)):
        if told.array is not None and told.visible is not False:
            plus = tuple(number(value) for value in told.array)
            minus = plus if told.arrayminus is None else tuple(number(value) for value in told.arrayminus)
            return Bars(side, plus, minus, Line(_colour(told.color or RULE), float(told.thickness or 1.5)))
    return None


def _place(told: str) -> str:
    """Where words stand beside their point: "bottom right" is below it, since a chart has no corners."""
    return next((PLACES[word] for word in told.split() if word in PLACES), "t")


def _colour(told: Any) -> str:
    """A colour as "#rrggbb"; one that lets through what lies behind it, as it is on paper."""
    text = str(told).strip()
    if text.startswith("rgb"):
        parts = [float(part) for part in text[text.index("(") + 1 : -1].split(",")]
        solid = "#" + "".join(f"{round(part):02x}" for part in parts[:3])
        return _over_paper(solid, parts[3] if len(parts) > 3 else None)
    if not (text.startswith("#") and len(text) == 7):
        raise Refused(f"the colour {text}")
    return text


def _band_colour(told: Any) -> str:
    text = str(told)
    if not text.startswith("rgba"):
        return _colour(told)
    parts = [float(part) for part in text[text.index("(") + 1 : -1].split(",")]
    return _over_paper("#" + "".join(f"{round(part):02x}" for part in parts[:3]), BAND)


def _over_paper(colour: str, opacity: float | None) -> str:
    if opacity is None or opacity >= 1:
        return colour
    parts = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - part) * opacity):02x}" for part in parts)
