"""Where a drawing of many rows may be cut: between its rows, never through a text, a mark or a small box."""

from __future__ import annotations

from math import isfinite

from export.boxes import Plot, at
from export.drawn import TEXT, many
from export.lettering import LINE
from export.rows import headings

FULL = 0.55
"""A part is at least so full, where a better place to cut lies before its end."""
CORE = 0.5
"""Where rows are so near to each other that their texts and marks touch, this share of their heights is not cut."""
LOW = 60
"""Points: a higher shape is a background, which may be cut, if need be."""


def cut(plot: Plot, top: float, room: float, even: float) -> float:
    """The place to cut at, from top on, within the room: where it crosses least, between rows, near to an even part."""
    for share in (1.0, CORE, CORE / 4):
        places = _gaps(standing(plot, share), top, room)
        if late := [place for place in places if place[0] >= top + FULL * even]:
            break
    if not places:
        return top + room
    weak = _weak(plot)
    return min(
        late or places[-1:],
        key=lambda place: (_crossed(place[0], weak), -round(place[1] / 12), abs(place[0] - top - even)),
    )[0]


def _gaps(strong: list[tuple[float, float]], top: float, room: float) -> list[tuple[float, float]]:
    """Where nothing stands: the middle of each gap, and how wide it is."""
    found, reached = [], top
    for first, last in [*sorted(ends for ends in strong if ends[1] > top), (float("inf"), float("inf"))]:
        if first > reached + 0.5 and top + 1 < (reached + min(first, reached + 12)) / 2 <= top + room:
            found.append(((reached + min(first, reached + 12)) / 2, min(first - reached, room)))
        reached = max(reached, last)
    return found


def _crossed(at: float, weak: list[tuple[float, float]]) -> int:
    return sum(first + 1 < at < last - 1 for first, last in weak)


def standing(plot: Plot, share: float = 1.0) -> list[tuple[float, float]]:
    """What no cut may cross: texts, marks, bars, small boxes, from where to where; of each this share of its height."""
    texts = [*plot.notes(), *plot.labels("y"), *(box for trace in plot.drawn.data for box in plot.texts(trace))]
    found = [_core(box.top, box.bottom, share) for box in texts]
    for trace in plot.drawn.data:
        halves = [_half(plot, trace, number) * share for number in range(len(many(trace.get("y"))))]
        places = [plot.down(y, "y") for y in many(trace.get("y"))]
        found += [(place - half, place + half) for place, half in zip(places, halves, strict=True)]
    found += [ends for ends in _shapes(plot) if 0 < ends[1] - ends[0] <= LOW]
    return [(top, bottom) for top, bottom in found if isfinite(top) and isfinite(bottom)]


def _core(top: float, bottom: float, share: float) -> tuple[float, float]:
    off = TEXT * LINE * (1 - share) / 2
    return top + off, bottom - off


def _half(plot: Plot, trace: dict, number: int) -> float:
    """Half the height of a mark or bar."""
    if trace.get("type") == "bar":
        return abs(plot.down(at(trace.get("width"), number) or 0.8, "y") - plot.down(0, "y")) / 2
    return (at((trace.get("marker") or {}).get("size"), number) or 6) / 2 if "markers" in trace.get("mode", "") else 1


def _shapes(plot: Plot, shapes: list[dict] | None = None) -> list[tuple[float, float]]:
    """The upper and lower ends of the shapes that belong to rows."""
    asked = plot.drawn.shapes if shapes is None else shapes
    of_rows = [shape for shape in asked if (shape.get("yref") or "y") == "y"]
    return [
        (min(ends), max(ends))
        for ends in ((plot.down(shape["y0"], "y"), plot.down(shape["y1"], "y")) for shape in of_rows)
    ]


def _weak(plot: Plot) -> list[tuple[float, float]]:
    """What a cut rather does not cross: what holds rows together."""
    large = [ends for ends in _shapes(plot) if ends[1] - ends[0] > LOW]
    across = [shape for shape in plot.drawn.shapes if shape.get("xref") == "paper" and shape.get("type") == "rect"]
    bars = [(top, bottom + 1.5 * TEXT * LINE) for top, bottom in _shapes(plot, across) if bottom - top <= LOW]
    return [*large, *bars, *_between_headings(plot), *_to_their_places(plot)]


def _to_their_places(plot: Plot) -> list[tuple[float, float]]:
    """From words to the place in a row of which they are."""
    of_rows = [note for note in plot.drawn.annotations if note.get("text") and (note.get("yref") or "y") == "y"]
    places = [(plot.note(note), plot.down(note["y"], "y")) for note in of_rows]
    return [(min(box.top, at), max(box.bottom, at)) for box, at in places if isfinite(at)]


def _between_headings(plot: Plot) -> list[tuple[float, float]]:
    """From just above a heading of rows to its first row: a heading is not parted from what it heads."""
    rows = sorted(plot.down(value, "y") for value in plot.drawn.axis("y").get("tickvals") or [])
    found = []
    for note in headings(plot):
        at = plot.down(note["y"], "y")
        found += [(at, row) for row in rows[:] if row > at][:1]
    return found
