"""Texts at marks, each at a side of its mark where it lies on no other text, if there is one."""

from __future__ import annotations

from export.boxes import Box, Plot, at
from export.drawn import Drawn, many

SIDES = (
    "top center",
    "bottom center",
    "middle right",
    "middle left",
    "top right",
    "top left",
    "bottom right",
    "bottom left",
)


def placed_texts(drawn: Drawn, width: float, height: float) -> Drawn:
    """The drawing with those texts at other sides of their marks that lay on another text on a plot of this size."""
    plot = Plot(drawn, width, height)
    standing = [*plot.notes(), *(box for name in drawn.names("y") for box in plot.labels(name))]
    for trace in drawn.data:
        if trace.get("type") == "bar" or "text" not in trace.get("mode", ""):
            continue
        trace["cliponaxis"] = False
        marks = len(many(trace.get("x")))
        asked = [str(at(trace.get("textposition"), number) or "middle center") for number in range(marks)]
        for number in range(marks):
            if asked[number] != "middle center":
                asked[number] = _free(plot, trace, number, asked[number], standing)
            standing += plot.text(trace, number, asked[number])
        if asked:
            trace["textposition"] = asked
    return drawn


def _free(plot: Plot, trace: dict, number: int, asked: str, standing: list[Box]) -> str:
    """The first side, the one asked for before the others, at which a text lies on none that stands already."""
    for side in (asked, *SIDES):
        boxes = plot.text(trace, number, side)
        if not any(box.meets(other) for box in boxes for other in standing) and all(
            box.left > -2 and box.right < plot.width + 2 for box in boxes
        ):
            return side
    return asked
