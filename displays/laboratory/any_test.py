"""Any laboratory test over time by dose: every subject's line, median and quartiles, normal limits and grades."""

from __future__ import annotations

from dataclasses import dataclass

from pandas import DataFrame

from displays.display import Display, blank, display, not_collected
from displays.groups import no_subjects, present, treated
from displays.laboratory.any_test_figure import course_figure
from displays.laboratory.any_test_panel import Course
from displays.laboratory.tests import NO_RESULT, chosen, grading
from displays.subject.style import unit_words
from displays.words import counted, exactly, first_of, rate, sentence
from queries import Question, View
from queries.frames import rows_of

COURSE = ("any_test", "Over time by dose")
TIMES = (("day", "By day"), ("visit", "By visit"))
MOST_LINES = 120
"""So many subjects have a line of their own each; of more the most severe alone, the others in median and quartiles."""
NAMED_LINES = 12
LABELS = {
    "TRTA": "Dose",
    "WHEN": "Week or visit",
    "N": "Subjects (n)",
    "MEDIAN": "Median",
    "Q1": "Lower quartile",
    "Q3": "Upper quartile",
    "LOW": "Lowest",
    "HIGH": "Highest",
}


@dataclass(frozen=True)
class Found:
    """What a cut holds of one test: what can be drawn, the bands, who has a line, and the lines."""

    scope: object
    bands: DataFrame
    subjects: DataFrame
    lines: DataFrame
    cuts: DataFrame
    questions: tuple[Question, ...]


def any_test(view: View, test: str = "", by: str = "day") -> Display:
    """The course of one laboratory test in every treated subject, with median and quartiles of each dose."""
    if "lb" not in view.cut.received:
        return not_collected(view, *COURSE, "Laboratory results", "lb")
    if not treated(view):
        return no_subjects(view, *COURSE)
    wanted = chosen(view, test)
    found = _found(view, wanted[0], by) if wanted else None
    if found is None or not found.scope.NDRAWN:
        words = NO_RESULT if wanted is None else f"No result of {wanted[1]} has a study day, so none can be drawn."
        return blank(view, *COURSE, words, collected=True)
    code, name = wanted
    if found.bands.empty:
        return blank(view, *COURSE, f"No result of {name} was delivered with a planned visit.", collected=True)
    lines = _news(view, code, found)
    scope = found.scope
    log = scope.LOW >= 0 and present(scope.LEAST) and scope.HIGH > view.trial.log_ratio * scope.LEAST
    course = Course(scope, found.bands, lines, found.cuts, by, log, found.subjects["TRTA"].value_counts().to_dict())
    return display(
        view,
        COURSE[0],
        f"{name} over time by dose",
        finding=_finding(view, name, found, lines),
        table=_table(found.bands, by),
        labels=LABELS,
        formats={"N": "integer"} | dict.fromkeys(("MEDIAN", "Q1", "Q3", "LOW", "HIGH"), "amount"),
        figure=course_figure(view, course),
        questions=found.questions,
        population=_population(view, found, by),
        method=_method(view, code, found, by, log),
        source=f"Laboratory results as delivered (LB). NCI CTCAE v{view.trial.ctcae_version}.",
    )


def _found(view: View, code: str, by: str) -> Found:
    scope = next(rows_of(view.ask("lab_course_scope", test=code)))
    drawn = dict(test=code, unit=scope.UNIT)
    limits = dict(low=_number(scope.ANRLO), high=_number(scope.ANRHI))
    subjects = view.ask("lab_course_subjects", **drawn)
    people = subjects["USUBJID"].head(MOST_LINES if len(subjects) <= MOST_LINES else NAMED_LINES).tolist()
    asked = (
        view.question("lab_course_scope", test=code),
        view.question("lab_course_bands", **drawn, by=by.upper()),
        view.question("lab_course_subjects", **drawn),
        view.question("lab_course_lines", **drawn, people=people),
        view.question("lab_grade_cuts", **drawn, **limits),
    )
    return Found(
        scope,
        view.ask("lab_course_bands", **drawn, by=by.upper()),
        subjects,
        view.ask("lab_course_lines", **drawn, people=people),
        view.ask("lab_grade_cuts", **drawn, **limits),
        asked,
    )


def _number(value) -> float | None:
    return float(value) if present(value) else None


def _news(view: View, code: str, found: Found) -> DataFrame:
    """The lines with SINCE: a value of grade 3 or worse after baseline that the previous cut did not hold is new."""
    lines = found.lines
    if view.previous is None or "lb" not in view.previous.received:
        return lines.assign(SINCE="")
    people = lines["USUBJID"].unique().tolist()
    before = view.ask_previous("lab_course_lines", test=code, unit=found.scope.UNIT, people=people)
    known = set(zip(before["USUBJID"], before["ADT"], before["AVAL"], strict=True))
    keys = zip(lines["USUBJID"], lines["ADT"], lines["AVAL"], strict=True)
    grave = (lines["GRADE"] >= 3).fillna(False) & (lines["POSTFL"] == "Y")
    return lines.assign(SINCE=["new" if bad and key not in known else "" for key, bad in zip(keys, grave, strict=True)])


def _finding(view: View, name: str, found: Found, lines: DataFrame) -> list[str]:
    """How many had a grade of 3 or worse, the lowest and the highest value, who was worst, and who is new."""
    people, scope = found.subjects, found.scope
    graded = people[people["WORST"].notna()]
    span = f"{exactly(scope.LOW, 3)} to {exactly(scope.HIGH, 3)} {unit_words(scope.UNIT)}".strip()
    if graded.empty:
        return [sentence(f"{name}: {span} in {counted(len(people), 'subject')}; without a CTCAE grade")]
    severe = graded[graded["WORST"] >= 3]
    worst = [f"{row.SUBJID} (grade {row.WORST})" for row in rows_of(graded[graded["WORST"] > 0])]
    new = lines[lines["SINCE"] == "new"]
    return [
        sentence(f"{name}: grade 3 or worse after baseline in {rate(len(severe), len(graded), ci=False)} subjects"),
        sentence(f"values from {span}" + (f"; worst: {first_of(worst, 3)}" if worst else "")),
        _new_words(new),
    ]


def _new_words(new: DataFrame) -> str:
    if new.empty:
        return ""
    names = new.drop_duplicates("USUBJID")["SUBJID"].tolist()
    return sentence(f"{counted(len(new), 'new value')} of grade 3 or worse since the previous cut: {first_of(names)}")


def _logarithmic(view: View) -> str:
    return (
        f"Logarithmic: the largest value is more than {exactly(view.trial.log_ratio)} times the smallest above 0; a 0 "
        "is drawn at the lower edge."
    )


def _table(bands: DataFrame, by: str) -> DataFrame:
    when = [str(row.VISIT) if by == "visit" else f"week {int(row.PLACE) + (row.PLACE >= 0)}" for row in rows_of(bands)]
    return bands.assign(WHEN=[text.replace("-", "−") for text in when])


def _population(view: View, found: Found, by: str) -> str:
    scope, number = found.scope, len(found.subjects)
    words = [f"{number} of {counted(treated(view), 'treated subject')} with {counted(scope.NDRAWN, 'value')} drawn"]
    if number > MOST_LINES:
        words += [f"more than {MOST_LINES}: lines of the {NAMED_LINES} most severe alone"]
    words += [f"{scope.NOTHER} in another unit than {scope.UNIT or 'none'} not drawn"] if scope.NOTHER else []
    words += [f"{scope.NUNDATED} without an exact study day not drawn"] if scope.NUNDATED else []
    words += [f"{scope.NSAME} more of a day whose last value is drawn"] if scope.NSAME else []
    words += [f"{scope.NMARK} below or above the limit of the assay, drawn at that limit"] if scope.NMARK else []
    unplanned = int(found.lines["VISITNUM"].isna().sum())
    words += [f"{unplanned} of no planned visit not drawn"] if by == "visit" and unplanned else []
    return sentence("; ".join(words)) + f" Grades: CTCAE v{view.trial.ctcae_version}."


def _method(view: View, code: str, found: Found, by: str, log: bool) -> str:
    each = "planned visit" if by == "visit" else "week since the first infusion"
    parts = [
        "Of several results of a test on one day (local, central, unscheduled) the last one by time, then by record "
        f"number, counts. Median and quartiles of each {each}: each subject once, with its last value in it, where "
        "three or more have one.",
        _logarithmic(view) if log else "",
        "Dotted: the most frequent normal limits"
        + (f" of the {found.scope.NLIMITS} pairs delivered." if found.scope.NLIMITS > 1 else "."),
        "Shaded: where each CTCAE grade begins, by those limits; a grade that counts from the subject's own baseline "
        "is not shaded.",
        grading(view, code),
    ]
    return " ".join(filter(None, parts))
