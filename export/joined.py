"""Lines that a figure breaks for a phone joined for the width of a sheet, and the room closed up that they leave."""

from __future__ import annotations

import re
from itertools import accumulate, pairwise

from displays.drawing.narrow import HARD, SOFT
from export.boxes import Plot
from export.cuts import standing
from export.drawn import TEXT, Drawn, many
from export.lettering import measured
from export.rows import sliceable

LEAST_GAP = 3.0
"""Points that stay free between what stands above one another."""
BETWEEN_WORDS = re.compile(r" (?![^<]*>)")


def joined(drawn: Drawn, across: float) -> float:
    """Put the words of a drawing in lines as long as its plot, of so many points, is wide; the points they leave."""
    plot, left = Plot(drawn, across, drawn.height), 0.0
    for note in drawn.annotations:
        if SOFT in str(note.get("text")):
            before = plot.note(note)
            note["text"] = HARD.join(_lines(line, across - before.left) for line in note["text"].split(HARD))
            left += (before.bottom - before.top) - measured(note["text"], TEXT)[1]
    return left


def _lines(text: str, room: float) -> str:
    """A line without its soft ends, broken anew between words where it is wider than the room."""
    lines = [""]
    for word in BETWEEN_WORDS.split(text.replace(SOFT, " ")):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if lines[-1] and measured(longer, TEXT)[0] > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return HARD.join(lines)


def closed_up(drawn: Drawn, high: float, room: float, across: float) -> tuple[Drawn, float]:
    """The drawing with less empty room between its rows, and how high its plot then is: `room` where that is enough.

    high: the points of its plot as it is. What stands at the rows keeps its distances, so that nothing comes to lie on
    another thing; a drawing without rows is left as it is.
    """
    if high <= room or not sliceable(drawn):
        return drawn, high
    taken = _taken(Plot(drawn, across, high), high)
    gaps = [after[0] - before[1] for before, after in pairwise(taken)]
    least = [min(gap, LEAST_GAP) for gap in gaps]
    spare = sum(gaps) - sum(least)
    share = 1 - min((high - room) / spare, 1) if spare > 0 else 1.0
    new_gaps = [low + (gap - low) * share for gap, low in zip(gaps, least, strict=True)]
    lost = list(accumulate(gap - new for gap, new in zip(gaps, new_gaps, strict=True)))
    places = list(zip([after for after, _ in taken[1:]], gaps, lost, strict=True))
    return _moved(drawn, high, places, lost[-1] if lost else 0.0)


def _taken(plot: Plot, high: float) -> list[tuple[float, float]]:
    """From where to where down the plot something stands, edges of the plot included."""
    within = [(max(top, 0.0), min(bottom, high)) for top, bottom in standing(plot) if bottom > 0 and top < high]
    return _merged([(0.0, 0.0), *within, (high, high)])


def _merged(ends: list[tuple[float, float]]) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for top, bottom in sorted(ends):
        if found and top <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], bottom))
        else:
            found.append((top, bottom))
    return found


def _moved(drawn: Drawn, high: float, places: list[tuple[float, float, float]], lost: float) -> tuple[Drawn, float]:
    """The drawing with all that is at its rows moved up; places: where a gap ends, its height, what is lost so far."""
    drawn = drawn.copy()
    first, last = drawn.span("y")
    each = (last - first) / high

    def place(y: float | None) -> float | None:
        if y is None:
            return None
        down, gone = (last - y) / each, 0.0
        for end, gap, so_far in places:
            if down >= end:
                gone = so_far
            elif down > end - gap:
                gone += (so_far - gone) * (down - end + gap) / gap
                break
            else:
                break
        return y + gone * each

    for trace in drawn.data:
        trace["y"] = [place(y) for y in many(trace.get("y"))]
    for note in drawn.annotations:
        if (note.get("yref") or "y") == "y":
            note["y"] = place(note["y"])
    for shape in drawn.shapes:
        if (shape.get("yref") or "y") == "y":
            shape["y0"], shape["y1"] = place(shape["y0"]), place(shape["y1"])
    axis = drawn.axis("y")
    if axis.get("tickvals"):
        axis["tickvals"] = [place(value) for value in axis["tickvals"]]
    axis["range"] = [first + lost * each, last]
    return drawn, high - lost
