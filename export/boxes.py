"""Where things lie on a drawing, in points from the top left of its plot: texts, marks, bars, boxes."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from export.drawn import TEXT, Drawn, many, place_of
from export.frame import TICK, labels
from export.lettering import measured

CLOSER = 0.15 * TEXT
"""Plotly sets lines so much nearer to their mark than lines to each other."""


@dataclass(frozen=True)
class Box:
    """One thing: kind is "label", "note", "text", "mark", "bar" or "shape"; sizes in points."""

    kind: str
    text: str
    left: float
    right: float
    top: float
    bottom: float

    def meets(self, other: Box, slack: float = 2) -> bool:
        """Whether two boxes lie on one another by more than the slack."""
        return (
            min(self.right, other.right) - max(self.left, other.left) > slack
            and min(self.bottom, other.bottom) - max(self.top, other.top) > slack
        )


class Plot:
    """The plot of a drawing at a size in points: turns the places of its axes into points."""

    def __init__(self, drawn: Drawn, width: float, height: float) -> None:
        self.drawn, self.width, self.height = drawn, width, height

    def across(self, value, name: str) -> float:
        """Points from the left, of a value of a horizontal axis or of the paper."""
        if name == "paper":
            return float(value) * self.width
        if name.endswith(" domain"):
            low, high = self.drawn.domain(name.removesuffix(" domain"))
            return (low + (high - low) * float(value)) * self.width
        low, high = self.drawn.domain(name)
        return (low + (high - low) * self._share(value, name)) * self.width

    def down(self, value, name: str) -> float:
        """Points from the top, of a value of a vertical axis or of the paper."""
        if name == "paper":
            return (1 - float(value)) * self.height
        if name.endswith(" domain"):
            low, high = self.drawn.domain(name.removesuffix(" domain"))
            return (1 - (low + (high - low) * float(value))) * self.height
        low, high = self.drawn.domain(name)
        return (1 - (low + (high - low) * self._share(value, name))) * self.height

    def _share(self, value, name: str) -> float:
        first, last = self.drawn.span(name)
        return (place_of(value, self.drawn.axis(name)) - first) / ((last - first) or 1)

    def note(self, note: dict) -> Box:
        """The box of an annotation; on a logarithmic axis its place is an exponent already."""
        wide, high = measured(note.get("text", ""), (note.get("font") or {}).get("size") or TEXT)
        x = self._note_place(note, "x", self.across) + (note.get("xshift") or 0)
        y = self._note_place(note, "y", self.down) - (note.get("yshift") or 0)
        left = x - wide * {"left": 0, "right": 1}.get(note.get("xanchor") or "", 0.5)
        top = y - high * {"top": 0, "bottom": 1}.get(note.get("yanchor") or "", 0.5)
        return Box("note", str(note.get("text", "")), left, left + wide, top, top + high)

    def _note_place(self, note: dict, letter: str, place) -> float:
        ref, value = note.get(f"{letter}ref") or letter, note.get(letter, 0)
        if self.drawn.axis(ref).get("type") == "log":
            value = 10.0 ** float(value)
        return place(value, ref)

    def notes(self) -> list[Box]:
        return [self.note(note) for note in self.drawn.annotations if note.get("text")]

    def labels(self, name: str) -> list[Box]:
        """The labels of the rows of a vertical axis that names them."""
        axis, found = self.drawn.axis(name), []
        if axis.get("ticktext") is None or not labels(self.drawn, name):
            return []
        for value, text in zip(axis["tickvals"], axis["ticktext"], strict=False):
            wide, high = measured(text, TEXT)
            y = self.down(value, name)
            found.append(Box("label", str(text), -TICK - wide, -TICK, y - high / 2, y + high / 2))
        return found

    def texts(self, trace: dict) -> list[Box]:
        """The texts that stand at the marks of a trace, where they are seen."""
        if trace.get("type") == "bar":
            return self._bar_texts(trace)
        if "text" not in str(trace.get("mode", "")):
            return []
        return [box for number in range(len(many(trace.get("x")))) for box in self.text(trace, number)]

    def text(self, trace: dict, number: int, side: str = "") -> list[Box]:
        """The text at one mark, at the side that the trace or the caller asks for; [] where there is none."""
        text, x, y = (at(many(trace.get(name)) or None, number) for name in ("text", "x", "y"))
        if not text or x is None or y is None:
            return []
        place = self.across(x, trace.get("xaxis", "x")), self.down(y, trace.get("yaxis", "y"))
        if not all(map(isfinite, place)):
            return []
        wide, high = measured(text, TEXT)
        where = side or str(at(trace.get("textposition"), number) or "middle center")
        # as Plotly moves a text off its mark: "markers" alone have one to be moved off
        size = at((trace.get("marker") or {}).get("size"), number) or 6
        gap = size / 2 / 0.8 + 1 if "markers" in str(trace.get("mode", "")) else 0
        left = place[0] - wide / 2 + (wide / 2 + gap) * (("right" in where) - ("left" in where))
        top = place[1] - high / 2 + (high / 2 + gap - CLOSER) * (("bottom" in where) - ("top" in where))
        return [Box("text", str(text), left, left + wide, top, top + high)]

    def all_texts(self) -> list[Box]:
        """Notes, labels of rows and texts at marks."""
        boxes = self.notes()
        for name in self.drawn.names("y"):
            boxes += self.labels(name)
        for trace in self.drawn.data:
            boxes += self.texts(trace)
        return [box for box in boxes if isfinite(box.top) and isfinite(box.left)]

    def outstanding(self) -> float:
        """How far texts that belong to the plot stand out above it."""
        inside = [box for trace in self.drawn.data for box in self.texts(trace)]
        noted = [note for note in self.drawn.annotations if str(note.get("yref") or "y") in self.drawn.names("y")]
        tops = [box.top for box in [*inside, *map(self.note, noted)] if box.bottom > -TEXT]
        return max([0.0, *(-top + 2 for top in tops if isfinite(top))])

    def _stacked(self, trace: dict, y) -> float:
        """Where a bar begins that is stacked on others."""
        before = [] if self.drawn.layout.get("barmode") != "stack" else self.drawn.data
        earlier = [other for other in before[: next((n for n, t in enumerate(before) if t is trace), 0)]]
        pairs = [pair for other in earlier for pair in zip(many(other.get("x")), many(other.get("y")), strict=False)]
        return sum(x for x, at_y in pairs if at_y == y and x is not None)

    def _bar_texts(self, trace: dict) -> list[Box]:
        """The texts in the middle of horizontal bars."""
        if trace.get("orientation") != "h" or not trace.get("text") or trace.get("textposition") == "none":
            return []
        axes, found = (trace.get("xaxis", "x"), trace.get("yaxis", "y")), []
        for number, (x, y) in enumerate(zip(many(trace.get("x")), many(trace.get("y")), strict=False)):
            text, base = at(trace["text"], number), at(trace.get("base"), number) or self._stacked(trace, y)
            if not text or x is None or y is None or not isinstance(base, int | float):
                continue
            middle, place = self.across(base + x / 2, axes[0]), self.down(y, axes[1])
            wide, high = measured(text, TEXT)
            left, top = middle - wide / 2, place - high / 2
            found.append(Box("text", str(text), left, left + wide, top, top + high))
        return found


def at(values, number: int):
    """The value of one mark, where each has its own or all have one."""
    if isinstance(values, list):
        return values[number] if number < len(values) else None
    return values


def collisions(drawn: Drawn, width: float, height: float) -> int:
    """How many pairs of texts lie on one another on a plot of this size."""
    boxes, count = sorted(Plot(drawn, width, height).all_texts(), key=lambda box: box.top), 0
    for number, box in enumerate(boxes):
        for other in boxes[number + 1 :]:
            if other.top > box.bottom:
                break
            count += box.meets(other)
    return count
