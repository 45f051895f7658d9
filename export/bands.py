"""A drawing of many rows as drawings that each fit, with the axis, the legend and what stands above all rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from export.boxes import Plot
from export.cuts import cut
from export.drawn import TEXT, Drawn, entry_of, many
from export.lettering import LINE
from export.rows import NEAREST, head_of, headings

CONTINUED = " (continued)"


@dataclass(frozen=True)
class Band:
    """Rows from one place of the axis to another, in points from the top of the whole plot."""

    top: float
    bottom: float

    def holds(self, at: float) -> bool:
        return self.top <= at < self.bottom


def split_rows(drawn: Drawn, high: float, room: float) -> list[tuple[Drawn, float]]:
    """The parts of a drawing whose whole plot is `high` points, each with the height of its plot: at most `room`."""
    across = drawn.layout["width"] - drawn.margin["l"] - drawn.margin["r"]
    plot = Plot(drawn, across, high)
    head = head_of(plot)
    more = max(head, TEXT * LINE + 6 if headings(plot) else 0)
    room = max(room, more + 4 * NEAREST)
    parts, top = [], head
    while high - top > room - (more if parts else head):
        left = high - top
        end = cut(plot, top, room - (more if parts else head), left / ceil(left / (room - more - NEAREST)))
        parts.append(Band(top, end))
        top = end
    parts.append(Band(top, high))
    return [_part(plot, band, head, number) for number, band in enumerate(parts)]


def _part(plot: Plot, band: Band, head: float, number: int) -> tuple[Drawn, float]:
    """The drawing of one band, and how high its plot is."""
    drawn, axis = plot.drawn.copy(), plot.drawn.axis("y")
    first, last = drawn.span("y")
    each = (last - first) / plot.height  # of the axis a point, upwards
    heading = _continued(plot, band) if number else None
    more = head + (TEXT * LINE + 6 if heading else 0)
    top = band.top - more if number else 0.0
    _keep_rows(plot, drawn, band, head, top * each)
    drawn.layout["shapes"] = [kept for shape in drawn.shapes if (kept := _kept_shape(plot, shape, band)) is not None]
    if heading:
        at = last - (band.top - TEXT * LINE / 2 - 2) * each
        drawn.layout["annotations"].append(heading | {"y": at, "text": heading["text"] + CONTINUED})
    axis = drawn.axis("y")
    axis["range"] = [last - band.bottom * each, last - top * each]
    _keep_ticks(axis, lambda y: band.holds(plot.down(y, "y")))
    return drawn, band.bottom - top


def _continued(plot: Plot, band: Band) -> dict | None:
    """The heading of the rows that a band begins with, where it stands before the band."""
    before = [note for note in headings(plot) if plot.down(note["y"], "y") < band.top]
    rows = [plot.down(value, "y") for value in plot.drawn.axis("y").get("tickvals") or []]
    own = [plot.down(note["y"], "y") for note in headings(plot) if band.holds(plot.down(note["y"], "y"))]
    first = min((row for row in rows if band.holds(row)), default=band.bottom)
    if not before or any(at < first for at in own):
        return None
    return max(before, key=lambda note: plot.down(note["y"], "y"))


def _keep_ticks(axis: dict, seen) -> None:
    if axis.get("ticktext") is None:
        return
    kept = [pair for pair in zip(axis["tickvals"], axis["ticktext"], strict=False) if seen(pair[0])]
    axis["tickvals"], axis["ticktext"] = [value for value, _ in kept], [text for _, text in kept]


def _keep_rows(plot: Plot, drawn: Drawn, band: Band, head: float, moved: float) -> None:
    """Leave the marks and notes of a band, and those above all rows, moved to where the band begins."""

    def place(y: float) -> float | None:
        points = plot.down(y, "y")
        if points < head:
            return y - moved
        return y if band.holds(points) else None

    drawn.data = [_kept_trace(trace, place) for trace in drawn.data]
    notes = []
    for note in drawn.annotations:
        if (note.get("yref") or "y") != "y":
            notes.append(note)
        elif (y := place(note["y"])) is not None:
            notes.append(note | {"y": y})
    drawn.layout["annotations"] = notes


def _kept_trace(trace: dict, place: Callable[[float], float | None]) -> dict:
    """The marks of a trace that have a place; its entry in the legend stays in any case."""
    ys = [None if y is None else place(y) for y in many(trace.get("y"))]
    kept = [n for n, y in enumerate(many(trace.get("y"))) if y is None or ys[n] is not None]
    if not any(ys[n] is not None for n in kept):
        return entry_of(trace)
    return _chosen(trace, kept, len(ys)) | {"y": [ys[n] for n in kept]}


def _chosen(part, kept: list[int], number: int, name: str = ""):
    """A trace with what each of its marks has, of the marks that are kept."""
    if isinstance(part, dict):
        return {key: _chosen(value, kept, number, key) for key, value in part.items()}
    if isinstance(part, list) and len(part) == number and name not in ("colorscale", "domain", "range"):
        return [part[n] for n in kept]
    return part


def _kept_shape(plot: Plot, shape: dict, band: Band) -> dict | None:
    """A shape as far as it lies in the band; None where it does not."""
    if (shape.get("yref") or "y") != "y":
        return shape
    ends = plot.down(shape["y0"], "y"), plot.down(shape["y1"], "y")
    if max(ends) <= band.top or min(ends) >= band.bottom:
        return None
    first, last = plot.drawn.span("y")
    held = [min(max(end, band.top), band.bottom) for end in ends]
    values = [last - end * (last - first) / plot.height for end in held]
    return shape | {"y0": values[0], "y1": values[1]}
