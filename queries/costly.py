"""The questions that cost most where subjects are many: their answers are found at the load, and the cut keeps them.

An answer is kept under the SQL and the parameters that it answers, so none is taken for the answer to another question:
where a definition has changed since the load, or subjects are chosen, it is asked anew.
"""

from __future__ import annotations

from queries.cut import Question, question
from trial import Trial
from trial.stopping_rule import StoppingRule

MANY_SUBJECTS = 1_000
"""Of fewer every question is answered at once, and a cut keeps no answer."""


SUMMARY = (
    "ae_by_dose",
    "ae_events",
    "assessments_due",
    "currency_by_site",
    "deaths",
    "dlt_by_dose",
    "dlt_counts_collected",
    "dlt_events",
    "dlt_status",
    "event_digests",
    "heart_by_dose",
    "heart_elsewhere",
    "hearts_without_echo",
    "late_aplasia",
    "overdue_assessments",
    "overview_judgements",
    "record_digests",
    "remission_by_disease",
    "remission_by_dose",
    "response_best",
    "response_timeline",
    "rule_outcomes",
    "serious_events",
    "symptomatic_hearts",
)
"""What else the Summary and the changed records ask of both cuts: each costs little, together half of a first view."""


def costly(trial: Trial) -> list[Question]:
    """What the Summary and the first view of a page ask of all subjects."""
    return [
        question("hys_law", **hys_law(trial)),
        question("tumour_lysis", **tumour_lysis(trial, 1)),
        question("kidney", **kidney(trial)),
        question("electrolytes"),
        question("ecg_subjects"),
        question("ecg_by_dose"),
        question("pk_samples"),
        question("graded_digests"),
        question("qtc_concentrations", **qtc_concentrations(trial, "PARENT")),
        question("heart_measurements", parameters=["LVEF"], every=True),
        *[question("stopping_subjects", **stopping(rule)) for rule in trial.stopping_rules],
        *[question(name) for name in SUMMARY],
    ]


def hys_law(trial: Trial) -> dict:
    """What `hys_law` is asked with."""
    return dict(days=trial.hys_law_days)


def tumour_lysis(trial: Trial, course: int) -> dict:
    """What `tumour_lysis` is asked with: the course, the trial's definition and the age from which one is adult."""
    definition, adult_age = trial.tumour_lysis
    return dict(course=course, definition=definition, adult_age=adult_age)


def kidney(trial: Trial) -> dict:
    """What `kidney` is asked with."""
    return dict(formula=trial.egfr_formula.upper(), steady=trial.creatinine_steady)


def qtc_concentrations(trial: Trial, analyte: str) -> dict:
    """What `qtc_concentrations` is asked with: an analyte, and how many minutes an ECG and a sample may lie apart."""
    return dict(analyte=analyte, minutes=float(trial.content["pk"]["qtc_gap_minutes"]))


def stopping(rule: StoppingRule) -> dict:
    """What `stopping_subjects` needs to know of a rule."""
    return dict(
        counts=rule.counts,
        population=rule.population,
        cohort=rule.cohort or None,
        category=rule.category or None,
        terms=[term.lower() for term in rule.terms] or None,
        minimum_grade=rule.minimum_grade,
        within_days=rule.within_days,
        observed_days=rule.observed_days,
    )
