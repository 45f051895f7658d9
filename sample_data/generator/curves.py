"""How counts and markers move between the points the story tells."""
from __future__ import annotations

from math import exp, log

from .story import Story, Subject, number


def along(knots: list[tuple[float, float]], day: float) -> float:
    """Value at a day, straight in the logarithm between knots, flat outside them."""
    if day <= knots[0][0]:
        return knots[0][1]
    for (before, low), (after, high) in zip(knots, knots[1:]):
        if day <= after:
            share = (day - before) / (after - before)
            return exp(log(low) * (1 - share) + log(high) * share)
    return knots[-1][1]


def _course_knots(subject: Subject, shape: tuple[tuple[int, float], ...], told: list[tuple[int, float]]) -> list[tuple[float, float]]:
    """The fall and recovery after each course, giving way to what the story tells."""
    knots = []
    for start in subject.courses:
        knots += [(start + offset, value) for offset, value in shape]
    kept = [knot for knot in knots if all(abs(knot[0] - day) > 4 for day, _ in told)]
    for place, start in enumerate(subject.courses[1:], 1):
        kept = [knot for knot in kept if not (subject.courses[place - 1] + 21 < knot[0] < start)]
    return sorted(kept + [(float(day), value) for day, value in told])


def neutrophils(story: Story, subject: Subject) -> list[tuple[float, float]]:
    """Absolute neutrophil count in 10^9/L: nadir about day 12, recovery by day 28 to 42 or not."""
    chance = subject.random("neutrophils")
    depth = chance.uniform(0.03, 0.09) * (130 / float(subject.dose)) ** 1.5
    told = _told(story, subject, "anc")
    recovery = 0.9 if told and told[0][1] >= 0.5 else 0.25
    shape = ((6, 0.35), (11, depth), (15, depth * 1.4), (27, recovery))
    return _with_ends(subject, (-20, chance.uniform(0.35, 1.6)), _course_knots(subject, shape, told), told)


def platelets(story: Story, subject: Subject) -> list[tuple[float, float]]:
    """Platelets in 10^9/L, held up by transfusions at the nadir."""
    chance = subject.random("platelets")
    told = _told(story, subject, "platelets")
    recovery = 70.0 if told and told[0][1] >= 50 else 20.0
    shape = ((6, 32.0), (12, chance.uniform(9, 16)), (18, 19.0), (28, recovery))
    return _with_ends(subject, (-20, chance.uniform(22, 95)), _course_knots(subject, shape, told), told)


def blood_blasts(story: Story, subject: Subject) -> list[tuple[float, float]]:
    """Blasts in blood in percent; below 0.5 they are reported as 0."""
    start = max(6.0, 0.55 * float(subject.baseline_marrow_blasts))
    told = [(day, max(value, 0.1)) for day, value in _told(story, subject, "blood_blasts")]
    first = told[0][1] if told else 10.0
    early = [(-20.0, start), (1.0, start), (8.0, max(0.2, min(start * 0.15, first + 1)))]
    return sorted(early + [(float(day), value) for day, value in told if day > 8])


def _with_ends(subject, before, knots, told):
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
