"""Creatinine of each subject: baseline, peak, stage, grade, and estimated GFR."""

from __future__ import annotations

from pandas import DataFrame

from displays.display import Display, display, not_collected
from displays.groups import no_subjects, present
from displays.laboratory.kidney_words import UNIT, kidney, kidney_before, method, question
from displays.since import SINCE_LABELS, compare
from displays.words import counted, exactly, on_day, sentence
from queries import View
from queries.frames import rows_of

CREATININE = ("kidney_subjects", "Creatinine and estimated GFR by subject")
LABELS = {
    "SUBJID": "Subject",
    "TRTA": "Dose",
    "AGE": "Age (years)",
    "BASE": "At baseline",
    "PEAK": "Highest after it",
    "XBASE": "× baseline",
    "XULN": "× ULN",
    "STAGEWORDS": "KDIGO",
    "GRADE": "CTCAE grade",
    "EGFRBASE": "GFR at baseline",
    "EGFRLOW": "Lowest GFR after it",
    "PEAKDY": "Day of the highest",
    "STAGEWHY": "Why not assessable",
    "EGFRWHY": "Why no GFR",
    "NCHANGING": "Results while changing (n)",
} | SINCE_LABELS
HIDDEN = ("AGE", "STAGEWHY", "EGFRWHY", "NCHANGING", "PEAKDY")
OVER = dict.fromkeys(("BASE", "PEAK", "XBASE", "XULN"), "Creatinine (µmol/L)")
OVER |= dict.fromkeys(("EGFRBASE", "EGFRLOW"), f"Estimated GFR ({UNIT})")


def kidney_subjects(view: View) -> Display:
    """Each treated subject's creatinine against baseline and limit, stage, grade and estimated GFR, worst first."""
    if "lb" not in view.cut.received:
        return not_collected(view, *CREATININE, "Laboratory results", "lb")
    people = kidney(view)
    if people.empty:
        return no_subjects(view, *CREATININE)
    table = compare(people, kidney_before(view), ("USUBJID",), lambda row: row.STAGEWORDS).rows
    return display(
        view,
        *CREATININE,
        finding=_finding(people),
        table=table,
        labels=LABELS,
        formats={"AGE": "integer", "XBASE": "decimal1", "XULN": "decimal1"}
        | dict.fromkeys(("BASE", "PEAK", "EGFRBASE", "EGFRLOW", "GRADE"), "integer"),
        brief=tuple(column for column in LABELS if column not in HIDDEN),
        over=OVER,
        questions=(question(view),),
        population=sentence(
            f"{counted(len(people), 'treated subject')}; the highest stage first, then the steepest rise"
        )
        + f" Grades: CTCAE v{view.trial.ctcae_version}.",
        method=method(view),
        source=f"KDIGO 2012; NCI CTCAE v{view.trial.ctcae_version}. Data: LB and VS.",
    )


def _finding(people: DataFrame) -> list[str]:
    risen = people[people["XBASE"].notna()].sort_values("XBASE", ascending=False, kind="stable")
    if risen.empty:
        return ["No creatinine after the first infusion can be compared with a baseline."]
    top = next(rows_of(risen))
    number = int((risen["XBASE"] >= 1.5).sum())
    high = int((people["GRADE"] >= 3).sum())
    words = f"creatinine reached 1.5 × baseline in {number or 'none'} of {counted(len(risen), 'subject')}"
    peak = f"{exactly(top.PEAK, 0)} µmol/L, " if present(top.PEAK) else ""
    return [
        sentence(words),
        sentence(f"highest multiple: {top.SUBJID}, {exactly(top.XBASE)} × baseline ({peak}{on_day(top.PEAKDY)})"),
        sentence(f"CTCAE grade 3 or worse in {high or 'none'}"),
    ]
