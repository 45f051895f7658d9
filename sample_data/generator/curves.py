"""How counts and markers move between the points the story tells."""

from __future__ import annotations

from itertools import pairwise
from math import exp, log

from .story import Story, Subject, number

RECOVERED_AFTER_DAYS = 29
PACKED_MARROW_PERCENT = 77


def along(knots: list[tuple[float, float]], day: float) -> float:
    """Value at a day, straight in the logarithm between knots, flat outside them."""
    if day <= knots[0][0]:
        return knots[0][1]
    for (before, low), (after, high) in pairwise(knots):
        if day <= after:
            share = (day - before) / (after - before)
            return exp(log(low) * (1 - share) + log(high) * share)
    return knots[-1][1]


def _course_knots(subject: Subject, shape, told: list[tuple[int, float]], poor: float) -> list[tuple[float, float]]:
    """The fall and recovery after each course (shape: offset and value), giving way to what the story tells."""
    knots = []
    for start in subject.courses:
        before = [value for day, value in told if day <= start]
        knots += [(start, before[-1])] if before else []
        knots += [
            (start + offset, value) for offset, value in (*shape, (RECOVERED_AFTER_DAYS, _recovery(told, start, poor)))
        ]
    kept = [knot for knot in knots if knot[0] in subject.courses or all(abs(knot[0] - day) > 5 for day, _ in told)]
    kept = [knot for knot in kept if not any(0 < start - knot[0] < 8 for start in subject.courses)]
    return sorted(kept + [(float(day), value) for day, value in told if day not in subject.courses])


def _recovery(told: list[tuple[int, float]], start: int, poor: float) -> float:
    """The level a course recovers to: that of the next assessment, else of the last one, else a poor one."""
    after = [value for day, value in told if start < day <= start + 60]
    before = [value for day, value in told if day <= start]
    if after:
        return after[0]
    return before[-1] if before else poor


def neutrophils(story: Story, subject: Subject) -> list[tuple[float, float]]:
    """Absolute neutrophil count in 10^9/L: nadir about day 12, recovery by day 28 to 42 or not."""
    chance = subject.random("neutrophils")
    depth = chance.uniform(0.03, 0.09) * (130 / float(subject.dose)) ** 1.5
    told = _told(story, subject, "anc")
    shape = ((6, 0.35), (11, depth), (15, depth * 1.4))
    return _with_ends(subject, (-20, chance.uniform(0.35, 1.6)), _course_knots(subject, shape, told, poor=0.25))


def platelets(story: Story, subject: Subject) -> list[tuple[float, float]]:
    """Platelets in 10^9/L, held up by transfusions at the nadir."""
    chance = subject.random("platelets")
    told = _told(story, subject, "platelets")
    shape = ((6, 32.0), (12, chance.uniform(9, 16)), (18, 19.0))
    return _with_ends(subject, (-20, chance.uniform(22, 95)), _course_knots(subject, shape, told, poor=20.0))


def blood_blasts(story: Story, subject: Subject) -> list[tuple[float, float]]:
    """Blasts in blood in percent; below 0.5 they are reported as 0."""
    marrow = float(subject.baseline_marrow_blasts)
    start = subject.random("blasts").uniform(90, 96) if marrow >= PACKED_MARROW_PERCENT else 0.55 * marrow
    told = [(day, max(value, 0.1)) for day, value in _told(story, subject, "blood_blasts")]
    first = told[0][1] if told else 10.0
    early = [(-20.0, start), (1.0, start), (8.0, max(0.2, min(start * 0.15, first + 1)))]
    return sorted(early + [(float(day), value) for day, value in told if day > 8])


def _with_ends(
    subject: Subject, before: tuple[float, float], knots: list[tuple[float, float]]
) -> list[tuple[float, float]]:
    ends = [before, (1.0, before[1])]
    if subject.transplant_day and subject.transplant_day + 30 > knots[-1][0]:
        day, level = subject.transplant_day, knots[-1][1]
        ends += [(day - 3.0, level), (day + 6.0, level * 0.04), (day + 18.0, level * 0.1), (day + 40.0, level * 0.9)]
    return sorted(ends + [knot for knot in knots if knot[0] > 1])


def _told(story: Story, subject: Subject, column: str) -> list[tuple[int, float]]:
    rows = [row for row in story.of("responses", subject) if row[column] and row["evaluator"] == "INVESTIGATOR"]
    return [(int(row["day"]), number(row[column])) for row in rows]


def excursion(peak: float, typical: float, day: int, onset: int, end: int) -> float:
    """A marker on its way to a peak at the onset of an event and back to its typical value."""
    if day < onset - 2 or day > end + 4:
        return typical
    if day <= onset:
        return typical + (peak - typical) * (day - onset + 3) / 3
    return typical + (peak - typical) * (end + 5 - day) / (end + 5 - onset)
