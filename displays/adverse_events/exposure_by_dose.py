"""Planned and given dose, courses, delays, reductions and interruptions by dose level."""

from __future__ import annotations

from pandas import DataFrame

from displays.adverse_events.exposure import KINDS, SOURCE, had, method, plan, population, summary
from displays.display import Display, display, not_collected
from displays.groups import doses_in_order, nobody
from displays.since import change, since
from displays.words import counted, percent, percent_range, sentence, share
from queries import View

BY_DOSE = ("exposure_by_dose", "Exposure by dose level")
ALL = "All"
NOT_STATED = "not stated"
"""Where the days planned between courses are none of the trial definition."""
LABELS = {
    "TRTA": "Dose level",
    "NTREATED": "Treated (n)",
    "COURSES": "Courses",
    "DOSED": "Given of planned dose",
    "INTENSITY": "Relative dose intensity",
    "LATE": "Course delayed, of those with a later one",
    "REDUCED": "Dose reduced",
    "INTERRUPTED": "Infusion interrupted",
    "MISSED": "Infusion missed",
    "SINCE": "Since previous cut",
}
COLUMNS = {"NREDUCED": "REDUCED", "NINTER": "INTERRUPTED", "NMISSED": "MISSED", "NLATE": "LATE"}


def exposure_by_dose(view: View) -> Display:
    """How much of the planned dose each dose level received, in how many courses, and how many were changed."""
    if "ex" not in view.cut.received:
        return not_collected(view, *BY_DOSE, "Infusions", "ex")
    asked = plan(view.trial)
    subjects = view.ask("exposure_subjects", **asked)
    before = view.ask_previous("exposure_subjects", **asked)
    parts = _groups(view, subjects)
    table = DataFrame([_row(view, name, rows, before) for name, rows in parts], columns=list(LABELS))
    return display(
        view,
        *BY_DOSE,
        finding=_finding(view, subjects, before),
        table=table,
        labels=LABELS,
        behind=_behind(parts),
        population=population(view, subjects),
        method=f"Medians with their range. {method(view)}",
        source=SOURCE,
        questions=(view.question("exposure_subjects", **asked),),
    )


def _groups(view: View, subjects: DataFrame) -> list[tuple[str, DataFrame]]:
    """Each dose level with its subjects, and all of them where there are several levels."""
    doses = doses_in_order(view, subjects["TRTA"])
    parts = [(dose, subjects[subjects["TRTA"] == dose]) for dose in doses]
    return [*parts, (ALL, subjects)] if len(parts) > 1 else parts


def _row(view: View, name: str, rows: DataFrame, before: DataFrame | None) -> dict:
    courses, shares = rows["NCOURSE"], rows["DOSESHR"].dropna()
    told = f"{int(courses.sum())} (median {courses.median():g}, {courses.min()} to {courses.max()})"
    planned = view.trial.course_days is not None
    counts = {words: _share(had(rows, column), _of(rows, column)) for column, words in COLUMNS.items()}
    counts |= {} if planned else {"LATE": NOT_STATED}
    return counts | dict(
        TRTA=name,
        NTREATED=len(rows),
        COURSES=told,
        DOSED=_median(shares, len(rows)),
        INTENSITY=_median(rows["RDI"].dropna(), len(rows)) if planned else NOT_STATED,
        SINCE=_since(name, rows, before),
    )


def _of(rows: DataFrame, column: str) -> DataFrame:
    """The subjects of whom a change is known; of a delay those with a later course."""
    known = rows[rows[column].notna()]
    return known[known["NCOURSE"] > 1] if column == "NLATE" else known


def _share(some: DataFrame, of: DataFrame) -> str:
    return share(len(some), len(of), len(some) / len(of) if len(of) else None)


def _median(shares, number: int) -> str:
    """ "100 % (67 to 100 %)"; of how many where it is not known of all."""
    if shares.empty:
        return "not known"
    text = f"{percent(shares.median())} ({percent_range(shares.min(), shares.max())})"
    return text if len(shares) == number else f"{text}; {number - len(shares)} not known"


def _since(name: str, rows: DataFrame, before: DataFrame | None) -> str:
    """By how many courses the level has grown."""
    if before is None:
        return ""
    was = before if name == ALL else before[before["TRTA"] == name]
    more = change(rows["NCOURSE"].sum(), was["NCOURSE"].sum())
    word = "course" if more in ("+1", "−1") else "courses"
    return f"{more} {word}" if more else ""


def _behind(parts: list[tuple[str, DataFrame]]) -> dict[str, tuple[str, ...]]:
    """Cell → its subjects, those with most changes first."""
    behind = {}
    for place, (_, rows) in enumerate(parts):
        behind[f"NTREATED {place}"] = tuple(rows["USUBJID"])
        for column, words in COLUMNS.items():
            some = had(rows, column).sort_values(column, ascending=False, kind="stable")
            behind |= {f"{words} {place}": tuple(some["USUBJID"])} if len(some) else {}
    return behind


def _finding(view: View, subjects: DataFrame, before: DataFrame | None) -> list[str]:
    if subjects.empty:
        return [nobody(view)]
    shares, intensity = subjects["DOSESHR"].dropna(), subjects["RDI"].dropna()
    dose = f"median dose given {percent(shares.median())} of planned" if len(shares) else "no planned dose is known"
    dose += f" ({percent_range(shares.min(), shares.max())})" if len(shares) else ""
    dose += f"; relative dose intensity {percent(intensity.median())}" if len(intensity) else ""
    words = ""
    if before is not None:
        more = change(subjects["NCOURSE"].sum(), before["NCOURSE"].sum()).removeprefix("+")
        changed = [
            f"{words} {more_with}"
            for column, (words, _) in KINDS.items()
            if (more_with := change(len(had(subjects, column)), len(had(before, column))))
        ]
        words = f"{counted(int(more), 'more course') if more.isdigit() else 'no more courses'}"
        words += f"; {', '.join(changed)}" if changed else ""
    return [sentence(dose), sentence(summary(view, subjects)), since(view, words)]
