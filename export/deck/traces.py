"""A trace of a Plotly figure as a series of PowerPoint: its points, line, marks, error bars and words."""

from __future__ import annotations

from typing import Any

from displays.drawing.house import RULE
from export.deck.axes import Refused, number
from export.deck.chart import Bars, Line, Mark, Series
from export.deck.rich import plain

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
    "limits": "From the lower to the upper limit",
    "curve": "Curve",
    "firm": "Curve, enough at risk",
    "model": "Geometric mean by the model",
    "mean": "Geometric mean",
    "courses": "Courses of subjects",
    "strong": "Courses of subjects, drawn strongly",
    "subjects": "Subjects",
    "events": "Subjects with the event",
    "changed": "New or changed since the previous cut",
    "estimate": "Estimate",
    "top": "Upper edge of where the rule is met",
    "boundary": "Fewest events that meet the rule",
    "path": "Events so far, by subject",
    "now": "Now",
    "previous cut": "At the previous cut",
    "QTCF": "QTcF",
    "QTCB": "QTcB",
}
"""What a trace is by its name, or by its meta where it has none, in words of a reader."""
LIMIT_WIDTH = 1.0
BAND = 0.4
"""Opacity at which a limit's line is drawn where the screen has a band of paler colour."""


def series_of_trace(trace: Any, after: list[Any], in_legend: bool) -> Series:
    """A trace as a series of PowerPoint; Refused where it has none that looks the same."""
    name = _name(trace)
    if trace.type == "bar":
        return _bar(trace, name, in_legend)
    x, y = _stepped(trace, [number(v) for v in values_of(trace.x)], [number(v) for v in values_of(trace.y)])
    # a point without a place along the axis would be drawn at its beginning
    y = tuple(None if across is None else up for across, up in zip(x, y, strict=True))
    mode = trace.mode or "lines"
    marks = _marks(trace, len(y)) if "markers" in mode else ()
    words = tuple(plain(str(text or "")) for text in _each(trace.text, len(y), "")) if "text" in mode else ()
    places = tuple(_place(str(at or "")) for at in _each(trace.textposition, len(y), "")) if words else ()
    colour = _colour(trace.textfont.color) if words and isinstance(trace.textfont.color, str) else ""
    line = _line(trace, after) if "lines" in mode or trace.fill else None
    return Series(name, x, y, line, marks, _bars(trace), words, places, colour, (), in_legend)


def _name(trace: Any) -> str:
    """What a reader calls the series of a trace; of several groups each with its own."""
    if trace.name:
        return NAMES.get(trace.name) or plain(trace.name)
    kind = "Lines" if (getattr(trace, "mode", "") or "") == "lines" else "Points"
    return ": ".join(filter(None, (plain(trace.legendgroup or ""), NAMES.get(str(trace.meta), kind))))


def _bar(trace: Any, name: str, in_legend: bool) -> Series:
    if trace.base is not None or (trace.marker.pattern and trace.marker.pattern.shape):
        raise Refused("floating or patterned bars")
    lying = trace.orientation == "h"
    values, of = (trace.x, trace.y) if lying else (trace.y, trace.x)
    numbers = tuple(number(value) for value in values_of(values))
    fills = tuple(_colour(one) for one in _each(trace.marker.color, len(numbers), RULE))
    words = tuple(plain(str(text or "")) for text in _each(trace.text, len(numbers), ""))
    font = trace.textfont.color
    colour = _colour(font) if isinstance(font, str) else ""
    return Series(
        name,
        tuple(str(one) for one in values_of(of)),
        numbers,
        words=words,
        word_colour=colour,
        fills=fills,
        in_legend=in_legend,
    )


def values_of(told: Any) -> list[Any]:
    """The values of a trace along one axis."""
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
