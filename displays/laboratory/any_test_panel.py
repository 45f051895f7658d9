"""The panels of the course of a laboratory test: where they stand, their axes, normal limits and shaded grades."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log10

from pandas import DataFrame

from displays.display import plain
from displays.drawing import house
from displays.drawing.small_panels import panel_heading, panel_line, placed
from displays.groups import present
from displays.subject.style import unit_words
from displays.words import as_words
from queries.frames import rows_of

HEIGHT_PIXELS, TOP_PIXELS, BOTTOM_PIXELS = 470, 66, 52
SHADE = 0.45


@dataclass(frozen=True)
class Course:
    """What is drawn. scope: the row of `lab_course_scope`; bands, lines, cuts: the rows of their questions (lines with
    SINCE); by: "day" or "visit"; log: whether the axis is logarithmic; numbers: dose → its subjects."""

    scope: object
    bands: DataFrame
    lines: DataFrame
    cuts: DataFrame
    by: str
    log: bool
    numbers: dict[str, int]

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and the highest value of the axis: all that is drawn and the normal limits, with some room."""
        scope = self.scope
        limits = [value for value in (scope.ANRLO, scope.ANRHI) if present(value) and (value > 0 or not self.log)]
        if self.log:
            low, high = min(scope.LEAST, *limits, scope.HIGH), max(scope.HIGH, *limits, scope.LEAST)
            return low / 1.4, high * 1.4
        low, high = min(scope.LOW, scope.HIGH, *limits), max(scope.HIGH, scope.LOW, *limits)
        room = 0.06 * (high - low) or max(abs(high), 1) * 0.1
        return (low - room if low < 0 else max(0.0, low - room)), high + room


def places_of(number: int) -> list[dict]:
    """Name and domains of each panel: up to three beside one another."""
    return placed(number, inner=HEIGHT_PIXELS - TOP_PIXELS - BOTTOM_PIXELS)


def visits_of(bands: DataFrame) -> dict[float, tuple[float, str]]:
    """Visit number → its place on the axis and its name."""
    rows = bands.drop_duplicates("PLACE").sort_values("X")
    return {row.PLACE: (row.X, as_words(str(row.VISIT))) for row in rows_of(rows)}


def across(course: Course, place: dict, visits: dict) -> dict:
    axis = dict(domain=place["x"], anchor=f"y{place['name']}", matches="x" if place["name"] else None)
    if course.by == "visit":
        step = max(1, ceil(len(visits) / 7))
        ticks = list(visits.values())[::step]
        labels = dict(tickvals=[x for x, _ in ticks], ticktext=[_short(name) for _, name in ticks], tickangle=0)
        return axis | labels | dict(showticklabels=place["lowest"])
    return axis | dict(
        nticks=6, title="Days since first infusion" if place["lowest"] else "", showticklabels=place["lowest"]
    )


def _short(name: str) -> str:
    """A visit's name in two lines."""
    words = plain(name).split()
    half = ceil(len(words) / 2)
    return " ".join(words[:half]) + ("<br>" + " ".join(words[half:]) if words[half:] else "")


def up(course: Course, place: dict) -> dict:
    low, high = course.ends
    axis = dict(domain=place["y"], anchor=f"x{place['name']}", showticklabels=place["left"])
    axis |= dict(title=plain(unit_words(course.scope.UNIT))) if place["left"] else {}
    return axis | (house.log_axis(log10(low), log10(high)) if course.log else dict(range=[low, high], nticks=5))


def heading_of(dose: str, place: dict, course: Course) -> dict:
    return panel_heading(f"<b>{plain(dose).removesuffix('/day')}</b>, n = {course.numbers.get(dose, 0)}", place)


def grade_shapes(course: Course, place: dict) -> list[dict]:
    """A rectangle for each grade, from where it begins to where the next one does, as far as the axis goes."""
    low, high = course.ends
    shapes = []
    for side, cuts in course.cuts.groupby("DIRECTION"):
        starts = cuts.sort_values("GRADE")["START"].tolist()
        ends = [*starts[1:], high if side == "H" else low]
        for grade, start, end in zip(cuts.sort_values("GRADE")["GRADE"], starts, ends, strict=True):
            bottom, top = sorted((min(max(start, low), high), min(max(end, low), high)))
            if top > bottom:
                shapes.append(
                    dict(
                        type="rect",
                        xref=f"x{place['name']} domain",
                        yref=f"y{place['name']}",
                        x0=0,
                        x1=1,
                        y0=bottom,
                        y1=top,
                        line=dict(width=0),
                        fillcolor=shade(grade),
                        layer="below",
                    )
                )
    return shapes


def limit_lines(course: Course, place: dict) -> list[dict]:
    low, high = course.ends
    limits = (course.scope.ANRLO, course.scope.ANRHI)
    return [panel_line(value, place) for value in limits if present(value) and low <= value <= high]


def shade(grade: int) -> str:
    return house.mixed(house.GRADE[grade], SHADE)


def fills(row, low: float, high: float) -> bool:
    """Whether the grade begins beyond the axis on its milder side, so that it fills some of it."""
    return row.START <= low if row.DIRECTION == "H" else row.START >= high
