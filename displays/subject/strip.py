"""One strip of a subject's course: what is drawn in it, before the figure gives it its place."""

from __future__ import annotations

from dataclasses import dataclass

from displays.drawing import house

Span = tuple[float, float]
"""The first and the last day of the axis."""


@dataclass(frozen=True)
class Strip:
    """A strip of the course.

    axis: what its vertical axis is, beside its place. traces, notes: marks and words, without their axes.
    levels: limits worth a dotted line. days: the strip carries the days under it as well; in so long a figure one axis
    at the foot is too far away.
    """

    heading: str
    pixels: int
    axis: dict
    traces: list
    notes: list[dict]
    levels: tuple[float, ...] = ()
    days: bool = False


def heading(title: str, details: str = "") -> str:
    """The title of a strip, and in grey what its marks and numbers are."""
    return f"<b>{title}</b>" + (f"  <span style='color:{house.MUTED}'>{details}</span>" if details else "")
