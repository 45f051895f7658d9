"""A display's figure laid out for a box in points, no text under 14; several figures where one does not hold it."""

from __future__ import annotations

import plotly.graph_objects as go

from displays import Display
from export.axis_words import retitled, without_touching
from export.bands import split_rows
from export.boxes import Plot, collisions
from export.drawn import TEXT, Drawn, many
from export.frame import framed, labels, lifted, set_height
from export.joined import closed_up, joined
from export.lettering import measured
from export.panels import blocks_of, split_panels
from export.placed import placed_texts
from export.rows import nearest_rows, numbered, sliceable, squeezable

SQUEEZED = 0.8
"""Rows may come nearer to each other by so much, where no text then lies on another."""
STRETCHED = 1.5
"""A plot is made higher than on the screen by so much at most."""
LEAST_PLOT = 60
SLACK = 4.0
"""Points by which a text may reach over the edge of a drawing: those between its letters and the ends of its box."""
FEW_MARKS = 3
"""So many marks a row have room in a narrow box."""


def fitted(display: Display, width: float, height: float) -> tuple[go.Figure, ...]:
    """The display's figure for a box of width × height points, one pixel of its layout a point.

    () where the display has no figure. Several where its rows or panels do not fit into one: each with legend and axis,
    as wide as the box and no higher. Of a figure that can neither be squeezed nor parted the height alone is made less.
    """
    return tuple(drawn.figure for drawn in laid_out(display, width, height))


def narrower(display: Display, width: float, height: float) -> tuple[go.Figure, ...]:
    """The same of a figure of rows for a narrow box; () of another one, and where a text or the marks have no room."""
    drawn = numbered(Drawn.of(display.figure))
    places = [y for trace in drawn.data for y in many(trace.get("y")) if y is not None]
    if not sliceable(drawn) or len(places) > FEW_MARKS * len(set(places)):
        return ()
    parts = tuple(part.figure for part in laid_out(display, width, height))
    return () if broken(parts) or any(_cut(Drawn.of(part)) for part in parts) else parts


def broken(parts: tuple[go.Figure, ...]) -> bool:
    """Whether one of the parts of a figure is of less room than what it draws: it shows nothing, or half of a text."""
    return any(map(_broken, map(Drawn.of, parts)))


def _broken(drawn: Drawn) -> bool:
    plot, margin = _plot(drawn), drawn.margin
    texts = [box for box in plot.all_texts() if box.bottom > -margin["t"] and box.top < plot.height + margin["b"]]
    over = [box for box in texts if box.top < -margin["t"] - SLACK or box.bottom > plot.height + margin["b"] + SLACK]
    return bool(over) or not _shows(plot)


def _shows(plot: Plot) -> bool:
    """Whether anything but axes and legend is within the plot: a mark, words, or a shape."""
    drawn = plot.drawn
    marks = [(y, trace.get("yaxis", "y")) for trace in drawn.data for y in many(trace.get("y")) if y is not None]
    words = [(note.get("y", 0), note.get("yref") or "y") for note in drawn.annotations if note.get("text")]
    numbers = any(trace.get("y") is None and trace.get("type") not in ("bar", "scatter") for trace in drawn.data)
    return numbers or bool(drawn.shapes) or any(-SLACK <= plot.down(*at) <= plot.height + SLACK for at in marks + words)


def _plot(drawn: Drawn) -> Plot:
    margin = drawn.margin
    across = drawn.layout["width"] - margin["l"] - margin["r"]
    return Plot(drawn, across, drawn.height - margin["t"] - margin["b"])


def _cut(drawn: Drawn) -> bool:
    """Whether a text reaches over the edge of a drawing, or labels of its horizontal axis touch."""
    plot, margin = _plot(drawn), drawn.margin
    across = plot.width
    over = any(box.left < -margin["l"] or box.right > across + margin["r"] for box in plot.all_texts())
    texts = [measured(text, TEXT)[0] + TEXT / 2 for text in labels(drawn, "x")]
    return over or drawn.axis("x").get("ticktext") is not None and max(texts, default=0) * len(texts) > across


def laid_out(display: Display, width: float, height: float) -> list[Drawn]:
    """The same as plain lists and dicts, to be changed further."""
    if display.figure is None:
        return []
    drawn = Drawn.of(display.figure)
    designed = drawn.height - drawn.margin["t"] - drawn.margin["b"]
    whole = framed(numbered(drawn), width, height)
    across = width - whole.margin["l"] - whole.margin["r"]
    free = joined(whole, across)
    if len(blocks_of(whole)) > 1:
        parts = split_panels(whole, designed, height - around(whole))
    else:
        high = designed if sliceable(whole) else min(designed, height - around(whole))
        lifted(whole, Plot(whole, across, high).outstanding())
        parts = _rows(whole, designed, height - around(whole), across, free)
    return [_finished(part, pixels, across) for part, pixels in parts]


def around(drawn: Drawn) -> float:
    """The points above and below the plot."""
    return drawn.margin["t"] + drawn.margin["b"]


def _finished(drawn: Drawn, pixels: float, across: float) -> Drawn:
    # Plotly places no legend higher above a plot than twice its height
    pixels = max(pixels, drawn.margin["t"] / 2)
    without_touching(drawn, pixels)
    more = retitled(drawn, pixels)
    drawn.margin["l"] += more
    across -= more
    return set_height(placed_texts(drawn, across, pixels), round(pixels + around(drawn)))


def _rows(drawn: Drawn, designed: float, room: float, across: float, free: float) -> list[tuple[Drawn, float]]:
    """The parts of a drawing with one row of panels, each with the height of its plot; free: points to be closed up."""
    if not sliceable(drawn):
        return [(drawn, min(max(room, LEAST_PLOT), designed * STRETCHED))]
    nearest = nearest_rows(drawn)
    designed = max(designed, nearest)
    if free or not squeezable(drawn):
        return _closed(drawn, designed, designed - free, room, across)
    if designed <= room:
        return [(drawn, designed)]
    lying = collisions(drawn, across, designed)
    least = max(SQUEEZED * designed, nearest) if squeezable(drawn) else designed
    if room >= least and collisions(drawn, across, room) <= lying:
        return [(drawn, room)]
    return split_rows(drawn, least if collisions(drawn, across, least) <= lying else designed, room)


def _closed(drawn: Drawn, designed: float, own: float, room: float, across: float) -> list[tuple[Drawn, float]]:
    """The parts of a drawing without the points that its joined words leave, `own` without them: of its rows as far
    apart as on the screen, or closer to each other where that makes fewer parts."""
    close, high = closed_up(drawn, designed, min(own, room), across)
    if high <= room:
        return [(close, high)]
    ways = [closed_up(drawn, designed, own, across), (close, high)]
    return min((split_rows(*way, room) for way in ways), key=len)
