"""Laboratory answers and exposure told from the story: Hy's law, tumour lysis, recovery of counts, drug given."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import cache

from . import labs
from .cuts import as_delivered
from .exposure import given
from .story import Story, Subject

LIVER, LIVER_LIMIT, BILIRUBIN_LIMIT = ("ALT", "AST"), 3, 2
ADULT_AGE, CREATININE_LIMIT, CHANGE = 18, 1.5, 0.25
RECOVERED_NEUT, ON_DIFFERENT_DAYS = 0.5, 3

Days = dict[int, dict]
"""Day of study (after the first infusion: 0 is its day) → the last result of the test on it."""


def laboratory(story: Story, treated: list[Subject], cut: date) -> dict:
    """What the laboratory of every treated subject says by a cut, and how much of the drug each was given."""
    results = {subject: _by_test(story, subject, cut) for subject in treated}
    near = {subject.subject: _nearness(tests) for subject, tests in results.items()}
    lysis = {subject: _lysis(subject, tests) for subject, tests in results.items()}
    return {
        "hys_law": sorted(name for name, nearness in near.items() if nearness >= 1),
        "hys_law_nearest": max(near, key=near.__getitem__),
        "tumour_lysis": sorted(subject.subject for subject, met in lysis.items() if len(met) >= 2),
        "tumour_lysis_clinical": sorted(
            subject.subject for subject, met in lysis.items() if len(met) >= 2 and _kidney(results[subject])
        ),
        "neutrophils_recovered": {subject.subject: _recovered(subject, results[subject], cut) for subject in treated},
        "exposure": {subject.subject: _exposure(story, subject, cut) for subject in treated},
    }


def _by_test(story: Story, subject: Subject, cut: date) -> dict[str, Days]:
    found: dict[str, Days] = defaultdict(dict)
    for row in as_delivered("LB", _rows(story, subject), subject, cut):
        if row.get("LBSTRESN") is not None and row["LBSPEC"] != "BONE MARROW":
            found[row["LBTESTCD"]][(row["_known"] - subject.first).days] = row
    return found


@cache
def _rows(story: Story, subject: Subject) -> list[dict]:
    return sorted(labs.lb(story, subject), key=lambda row: (row["_known"], row["VISITNUM"]))


def _nearness(tests: dict[str, Days]) -> float:
    """1 from peaks in the quadrant of Hy's law on, whenever they were."""
    liver = [peak for test in LIVER if (peak := _peak(tests[test]))]
    bilirubin = _peak(tests["BILI"])
    return min(max(liver) / LIVER_LIMIT, bilirubin / BILIRUBIN_LIMIT) if liver and bilirubin else 0.0


def _peak(days: Days) -> float:
    """The highest multiple of the upper limit after the first infusion; 0 without a result."""
    return max((row["LBSTRESN"] / row["LBSTNRHI"] for day, row in days.items() if day > 0), default=0.0)


def _lysis(subject: Subject, tests: dict[str, Days]) -> set[str]:
    """The criteria of Cairo and Bishop that the results of days -3 to 8 of course 1 meet."""
    phosphate = 1.45 if subject.age >= ADULT_AGE else 2.1
    limits = {"URATE": (1, 476), "K": (1, 6.0), "PHOS": (1, phosphate), "CA": (-1, 1.75)}
    return {test for test, (sign, limit) in limits.items() if _met(_values(tests, test), tests[test], sign, limit)}


def _values(tests: dict[str, Days], test: str) -> dict[int, float]:
    """Results by day; calcium as corrected by the albumin of the same day."""
    values = {day: row["LBSTRESN"] for day, row in tests[test].items()}
    if test != "CA":
        return values
    albumin = tests["ALB"]
    return {day: value + 0.02 * (40 - albumin[day]["LBSTRESN"]) for day, value in values.items() if day in albumin}


def _met(values: dict[int, float], days: Days, sign: int, limit: float) -> bool:
    base = next(values[day] for day, row in days.items() if row["LBBLFL"] == "Y")
    changed = sign * base * (1 + sign * CHANGE) - 1e-9
    window = {day: sign * value for day, value in values.items() if -3 <= day <= 7}
    return any(value >= sign * limit or (day > 0 and value >= changed) for day, value in window.items())


def _kidney(tests: dict[str, Days]) -> bool:
    """Creatinine of at least 1.5 times its limit in the same days."""
    within = [row for day, row in tests["CREAT"].items() if -3 <= day <= 7]
    return any(row["LBSTRESN"] >= CREATININE_LIMIT * row["LBSTNRHI"] for row in within)


def _recovered(subject: Subject, tests: dict[str, Days], cut: date) -> dict[str, int | None]:
    """Course that fell below the limit → the day of the course on which neutrophils had recovered; None: not yet."""
    starts = [day - 1 for day in subject.courses if subject.date(day) <= cut]
    found = {}
    for number, (start, following) in enumerate(zip(starts, [*starts[1:], None], strict=True), 1):
        own = {day: row["LBSTRESN"] for day, row in tests["NEUT"].items() if _within(day, start, following)}
        if own and min(own.values()) < RECOVERED_NEUT:
            found[str(number)] = _first_recovered(own, start)
    return found


def _within(day: int, start: int, following: int | None) -> bool:
    return start < day and (following is None or day <= following)


def _first_recovered(own: dict[int, float], start: int) -> int | None:
    """The first of three results in a row, or of all that are left, that reach the limit after the lowest one."""
    nadir = min(own, key=lambda day: (own[day], day))
    after = [(day, own[day] >= RECOVERED_NEUT) for day in sorted(own) if day > nadir]
    for place, (day, _) in enumerate(after):
        if all(up for _, up in after[place : place + ON_DIFFERENT_DAYS]):
            return day - start + 1
    return None


def _exposure(story: Story, subject: Subject, cut: date) -> dict:
    """Courses begun, and the drug given in all, in mg/m²."""
    infusions = [row for row in given(story, subject) if row["fraction"] > 0 and row["start"].date() <= cut]
    doses = [round(float(subject.dose) * row["fraction"], 1) for row in infusions]
    return {"courses": len({row["course"] for row in infusions}), "given": round(sum(doses), 1)}
