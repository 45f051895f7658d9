"""What is wrong with a figure that was laid out for a box: small text, texts on one another, texts beyond its edges."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

import plotly.graph_objects as go

from export.boxes import Box, Plot
from export.drawn import Drawn, many
from export.lettering import measured

LEAST = 14
TOUCH = 4
"""Points by which the boxes of two texts may overlap: letters do not fill the height of a line."""


def sizes_of(part: Any, name: str = "") -> Iterator[float]:
    """The size of every font that a figure names."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "size" and "font" in name:
                yield from value if isinstance(value, list | tuple) else [value]
            elif key != "template":
                yield from sizes_of(value, key)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from sizes_of(value, name)


def faults_of(figure: go.Figure, width: float, height: float) -> list[str]:
    """The faults of a figure in a box, in words."""
    told = figure.to_dict()
    faults = [f"text of {size}" for size in sizes_of([told["data"], told["layout"]]) if size < LEAST]
    if figure.layout.width != width or figure.layout.height > height + 0.5:
        faults.append(f"{figure.layout.width} × {figure.layout.height}")
    drawn = Drawn.told(told)
    left, top = drawn.margin["l"], drawn.margin["t"]
    across, down = width - left - drawn.margin["r"], drawn.height - top - drawn.margin["b"]
    faults += [f"{name} cannot be so high" for name, place in drawn.layout.items() if _too_high(name, place)]
    boxes = [*Plot(drawn, across, down).all_texts(), *_legends(drawn, across, down)]
    faults += [f"{one.text} lies on {other.text}" for one, other in _near(boxes) if one.meets(other, TOUCH)]
    beyond = [
        box
        for box in boxes
        if min(box.left + left, box.top + top) < -1
        or max(box.right + left - width, box.bottom + top - drawn.height) > 1
    ]
    return faults + [f"{box.text} is cut" for box in beyond]


def _too_high(name: str, place: Any) -> bool:
    """Whether it is a legend where Plotly places none."""
    return re.fullmatch(r"legend\d*", name) is not None and place["y"] > 3


def _legends(drawn: Drawn, across: float, down: float) -> list[Box]:
    """Each row of the legend, from the upper left of the plot on."""
    found = []
    for name in (key for key in drawn.layout if re.fullmatch(r"legend\d*", key) and drawn.layout.get("showlegend")):
        row, place = [trace for trace in drawn.data if trace.get("legend") == name], drawn.layout[name]
        wide = sum(measured(trace["name"], LEAST)[0] + 45 for trace in row)
        left, bottom = place["x"] * across, (1 - place["y"]) * down
        found.append(Box("legend", name, left, left + wide, bottom - 21, bottom))
    return found


def _near(boxes: list[Box]) -> Iterator[tuple[Box, Box]]:
    """Pairs of boxes that share a height."""
    in_order = sorted(boxes, key=lambda box: box.top)
    for number, box in enumerate(in_order):
        for other in in_order[number + 1 :]:
            if other.top > box.bottom:
                break
            yield box, other


def faults_of_sheet(sheet: go.Figure) -> list[str]:
    """The faults of a whole sheet of 960 × 540 points, words of tables included."""
    return faults_of(sheet, 960, 540)


def words_of(sheet: go.Figure) -> str:
    """All that a sheet says, without tags."""
    texts = [note.text for note in sheet.layout.annotations]
    texts += [text for trace in sheet.select_traces(dict(mode="text")) for text in trace.text]
    return " ".join(html.unescape(" ".join(re.sub("<[^>]*>", " ", text) for text in texts)).split())


def marks_of(figure: go.Figure | None) -> set:
    """What the marks of a figure stand for, each once: the subject, or the row, and where it stands on the axis."""
    if figure is None:
        return set()
    drawn = Drawn.of(figure)
    return {
        (str(own[0] if isinstance(own, list) else own), str(x))
        for trace in drawn.data
        for own, x in zip(many(trace.get("customdata")), many(trace.get("x")), strict=False)
        if x is not None
    }
