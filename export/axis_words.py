"""Titles and labels of vertical axes as the height of a plot leaves them room."""

from __future__ import annotations

import re

from export.drawn import TEXT, Drawn
from export.frame import AT_EDGE, ROW, title_of, wrapped_label
from export.lettering import BREAK, lines_of, measured

A_VALUE = re.compile(r"[−-]?[\d.,]+ ?%?")


def retitled(drawn: Drawn, high: float) -> float:
    """Part the titles of the axes at the left into lines that are no longer than the axis is high, on a plot of so many
    points; how much wider the margin then is."""
    more = 0.0
    for name in drawn.names("y"):
        low, top = drawn.domain(name)
        title, room = title_of(drawn, name), (top - low) * high
        at_left = drawn.domain(drawn.axis(name).get("anchor") or "x")[0] <= AT_EDGE
        if not title or not at_left or measured(title, TEXT)[0] <= room:
            continue
        told = drawn.axis(name)["title"]
        parted = wrapped_label(BREAK.sub(" ", title), room)
        drawn.axis(name)["title"] = (dict(told) if isinstance(told, dict) else {}) | {"text": parted}
        more = max(more, ROW * (len(lines_of(parted)) - len(lines_of(title))))
    return more


def without_touching(drawn: Drawn, high: float) -> None:
    """Leave out the labels of a scale that would lie on the names beside them, on a plot of so many points."""
    for name in drawn.names("y"):
        axis = drawn.axis(name)
        if not axis.get("ticktext") or axis.get("visible") is False:
            continue
        low, top = drawn.domain(name)
        first, last = drawn.span(name)
        each = (top - low) * high / (abs(last - first) or 1)
        pairs = list(zip(axis["tickvals"], map(str, axis["ticktext"]), strict=False))
        names = [pair for pair in pairs if not A_VALUE.fullmatch(pair[1])]
        kept = [pair for pair in pairs if pair in names or not any(_touch(pair, other, each) for other in names)]
        axis["tickvals"], axis["ticktext"] = [value for value, _ in kept], [text for _, text in kept]


def _touch(one: tuple, other: tuple, each: float) -> bool:
    """Whether two labels of a vertical axis lie on one another, a unit of which is so many points."""
    between = sum(measured(text, TEXT)[1] for _, text in (one, other)) / 2
    return abs(float(one[0]) - float(other[0])) * each < between - 2
