"""A figure as plain lists and dicts that can be cut and laid out anew, and its axes."""

from __future__ import annotations

import base64
import re
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite, log10
from typing import Any

import numpy
import pandas
import plotly.graph_objects as go

from displays.drawing import house

TEXT = 14
"""Points: nothing on a sheet is smaller."""
HELD = re.compile(r"^ +| {2,}| +$")
TYPED = {"i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8"}


@dataclass
class Drawn:
    """A figure's traces and layout. Axes are named as in a trace: "x", "y2"."""

    data: list[dict]
    layout: dict

    @classmethod
    def of(cls, figure: go.Figure) -> Drawn:
        """A copy of a figure, with no text under 14 points."""
        drawn = cls.told(figure.to_dict())
        for part in (*drawn.data, {name: value for name, value in drawn.layout.items() if name != "template"}):
            _raise_fonts(part)
        for trace in drawn.data:
            if trace.get("type") == "bar":
                trace["constraintext"] = "none"  # else Plotly makes letters as small as their bar
            if trace.get("type") != "bar" and trace.get("text") is not None:
                trace["text"] = [_held(text) for text in many(trace["text"])]
        for note in drawn.annotations:
            note["text"] = _held(note.get("text"))
        return drawn

    @classmethod
    def told(cls, figure: dict) -> Drawn:
        """A figure as Plotly tells it, with lists in place of arrays."""
        return cls([_plain(trace) for trace in figure["data"]], _plain(figure["layout"]))

    def copy(self) -> Drawn:
        template = self.layout.get("template")
        layout = deepcopy({name: value for name, value in self.layout.items() if name != "template"})
        return Drawn(deepcopy(self.data), layout | {"template": template})

    @property
    def figure(self) -> go.Figure:
        """The figure again."""
        made = go.Figure(data=self.data, _validate=False)
        made.layout = self.layout
        return made

    @property
    def margin(self) -> dict[str, float]:
        return house.TEMPLATE.layout.margin.to_plotly_json() | (self.layout.get("margin") or {})

    @property
    def height(self) -> float:
        return self.layout.get("height") or 420

    @property
    def annotations(self) -> list[dict]:
        return self.layout.get("annotations") or []

    @property
    def shapes(self) -> list[dict]:
        return self.layout.get("shapes") or []

    def axis(self, name: str) -> dict:
        """The axis of a name; {} where the layout does not speak of it."""
        return self.layout.get(key_of(name)) or {}

    def names(self, letter: str) -> list[str]:
        """The axes "x" or "y", in the order of their numbers."""
        told = {key[0] + key[5:] for key in self.layout if re.fullmatch(rf"{letter}axis\d*", key)}
        told |= {trace.get(f"{letter}axis", letter) for trace in self.data}
        return sorted(told or {letter}, key=lambda name: int(name[1:] or 1))

    def domain(self, name: str) -> tuple[float, float]:
        """The share of the width or height that an axis takes."""
        low, high = self.axis(name).get("domain") or (0, 1)
        return low, high

    def span(self, name: str) -> tuple[float, float]:
        """The two ends of an axis (left and right, bottom and top), as numbers of that axis."""
        axis = self.axis(name)
        told = axis.get("range") or self.axis(axis.get("matches", "")).get("range")
        if told is not None:
            return place_of(told[0], {"type": "-"}), place_of(told[1], {"type": "-"})
        values = self._values(name)
        low, high = (min(values), max(values)) if values else (0.0, 1.0)
        pad = 0.05 * (high - low) or 0.5
        return (high + pad, low - pad) if axis.get("autorange") == "reversed" else (low - pad, high + pad)

    def _values(self, name: str) -> list[float]:
        letter, same = name[0], {name, *self._matching(name)}
        found = [0.0] if self._bars(name) else []
        for trace in self.data:
            if trace.get(f"{letter}axis", letter) in same and trace.get("visible", True) is True:
                found += [place_of(value, self.axis(name)) for value in many(trace.get(letter))]
        return [value for value in [*found, *self._noted(letter, same)] if isfinite(value)]

    def _noted(self, letter: str, names: set[str]) -> list[float]:
        """Where notes and shapes stand on axes: as exponents on a logarithmic one, if they are notes."""
        notes = [note for note in self.annotations if (note.get(f"{letter}ref") or letter) in names]
        shapes = [shape for shape in self.shapes if (shape.get(f"{letter}ref") or letter) in names]
        ends = [
            place_of(shape.get(f"{letter}{end}"), self.axis(shape.get(f"{letter}ref") or letter))
            for shape in shapes
            for end in (0, 1)
        ]
        return [place_of(note.get(letter), {}) for note in notes] + ends

    def _bars(self, name: str) -> bool:
        """Whether bars begin at the zero of this axis."""
        along = {"x": "h", "y": "v"}[name[0]]
        return any(trace.get("type") == "bar" and trace.get("orientation", "v") == along for trace in self.data)

    def _matching(self, name: str) -> list[str]:
        target = self.axis(name).get("matches", name)
        names = self.names(name[0])
        return [other for other in names if other == target or self.axis(other).get("matches") == target]


def key_of(name: str) -> str:
    """ "yaxis2" of "y2"."""
    return f"{name[:1]}axis{name[1:]}"


def entry_of(trace: dict) -> dict:
    """A trace without its marks: what the legend says of it."""
    marks = ("customdata", "text", "hovertext", "base", "width", "error_x", "error_y", "textposition")
    return {key: value for key, value in trace.items() if key not in marks} | {"x": [None], "y": [None]}


def many(values: Any) -> list:
    """Values as a list; [] where there are none, one where it is one."""
    if values is None:
        return []
    return values if isinstance(values, list) else [values]


def place_of(value: Any, axis: dict) -> float:
    """Where a value lies on an axis: exponents on a logarithmic one, milliseconds of dates; not a number if nowhere."""
    if value is None or isinstance(value, bool):
        return float("nan")
    if isinstance(value, int | float):
        if axis.get("type") == "log":
            return log10(value) if value > 0 else float("nan")
        return float(value)
    try:
        stamp = pandas.Timestamp(value)
    except (TypeError, ValueError):
        return float("nan")
    return float("nan") if stamp is pandas.NaT else float((stamp.tz_localize(None) - EPOCH).total_seconds() * 1000)


EPOCH = pandas.Timestamp(datetime(1970, 1, 1, tzinfo=UTC)).tz_localize(None)


def _plain(value: Any) -> Any:
    """Arrays as lists, all else copied."""
    if isinstance(value, dict):
        if value.get("dtype") in TYPED and "bdata" in value:
            array = numpy.frombuffer(base64.b64decode(value["bdata"]), dtype=value["dtype"])
            shape = [int(part) for part in str(value.get("shape", len(array))).split(",")]
            return _plain(array.reshape(shape))
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, numpy.ndarray) and value.dtype.kind == "M":
        return numpy.datetime_as_string(value, unit="ms").tolist()
    if isinstance(value, numpy.ndarray | pandas.Series):
        return [_plain(part) for part in value.tolist()]
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, numpy.generic):
        return value.item()
    return None if isinstance(value, float) and not isfinite(value) else value


def _held(text: Any) -> Any:
    """A text whose spaces at its ends and beside others stay where a reader of SVG draws one of them alone or none."""
    return HELD.sub(lambda spaces: "\u00a0" * len(spaces[0]), text) if isinstance(text, str) else text


def _raise_fonts(part: Any, name: str = "") -> None:
    """Make no font smaller than 14 points."""
    if isinstance(part, list):
        for each in part:
            _raise_fonts(each, name)
    if not isinstance(part, dict):
        return
    if "font" in name and part.get("size") is not None:
        sizes = part["size"]
        part["size"] = [max(size, TEXT) for size in sizes] if isinstance(sizes, list) else max(sizes, TEXT)
    for key, value in part.items():
        _raise_fonts(value, key)
