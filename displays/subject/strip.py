"""One strip of a subject's course: what is drawn in it, before the figure gives it its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from pandas import DataFrame, Series

from displays.drawing import house


class Span(NamedTuple):
    """The first and the last day of the axis; the day on which a bar without an end ends; and the day of the death.

    death: None of a subject who is not known to have died.
    """

    low: float
    high: float
    last: float
    death: float | None = None

    @property
    def least(self) -> float:
        """The days that a bar is wide at least, so that an event of one day is seen."""
        return (self.high - self.low) / 160

    def bars(self, rows: DataFrame) -> tuple[Series, Series]:
        """The left and right ends of bars from ADY to the end of AENDY: none runs past the death, or past the cut."""
        end = self.last + 1 if self.death is None else self.death
        right = (rows["AENDY"].fillna(self.last) + 1).clip(upper=end)
        right = right.clip(lower=(rows["ADY"] + self.least).clip(upper=end))
        return rows["ADY"].clip(lower=self.low).where(rows["ADY"] < right, right - self.least), right


@dataclass(frozen=True)
class Level:
    """A value worth a thin line across a strip. words: what stands at it, where anything does."""

    value: float
    words: str = ""
    colour: str = house.MUTED


@dataclass(frozen=True)
class Strip:
    """A strip of the course.

    axis: what its vertical axis is, beside its place. traces, notes: marks and words, without their axes.
    """

    heading: str
    pixels: int
    axis: dict
    traces: list
    notes: list[dict]
    levels: tuple[Level, ...] = ()


def heading(title: str, details: str = "") -> str:
    """The title of a strip, and in grey what its marks and numbers are."""
    return f"<b>{title}</b>" + (f"  <span style='color:{house.MUTED}'>{details}</span>" if details else "")
