"""Definitions of cardiac dysfunction, grades and baselines, as the reader sees them, with their sources."""

from __future__ import annotations

from displays.words import counted, listed
from queries import View

CATEGORIES = ("none", "mild", "moderate", "severe", "very severe")
BAD = CATEGORIES[2:]
"""Moderate or worse."""

FALLS_POINTS = (-10, -20)
"""The falls of LVEF that matter, in percentage points: CTCAE v5.0 grades 2 and 3."""

CTRCD = (
    "CTRCD (cancer therapy-related cardiac dysfunction). Without symptoms: severe = new LVEF below 40 %; "
    "moderate = new LVEF 40 to 49 % by a fall of 10 points or more, or by a smaller fall with strain (GLS) declined by "
    "more than 15 % of its baseline or a new biomarker elevation; mild = LVEF 50 % or more with either of these. "
    "Strain is that of the same echocardiogram, biomarkers are those within {days} of it; an elevation is "
    "new when the biomarker was not above its limit at baseline. Strain or a biomarker that is not available so counts "
    "as not shown; where it could make a fall under 10 points moderate or severe (LVEF below 50 %), that is possible, "
    "and the rate and a stopping rule are given with and without it. "
    "Without a baseline LVEF by the same method: below 40 % severe, baseline unknown; 40 to 49 % "
    "moderate or worse possible, not counted as known; otherwise no category. Of a limit (< 40) or a range (55-60) "
    "only what every value in it has is assessed; a later LVEF that cannot be read, or that is doubtful (0.32 %, an "
    "unknown unit), is possibly severe."
)
FAILURE = (
    "With symptoms (heart failure; words of the term: {terms}), with or without an echocardiogram, of grade {grade} "
    "or more or ungraded, "
    "begun since the first infusion and not reported as unrelated: very severe = inotropes, mechanical support or "
    "transplant, or fatal; severe = admitted to hospital; moderate = treatment of heart failure begun as an "
    "outpatient; mild = none of these; severity not known counts as moderate or worse. A cardiac event, or one "
    "that may mean heart failure, of grade {possible} or more or ungraded, without an LVEF compared since, is "
    "possibly CTRCD."
)
NAMED_TERMS = 3
"""So many terms of heart failure are named in the definition; the trial's definition has them all."""
MARKER_LIMITS = (
    "The biomarker limits are adult ones, since no paediatric ones are published: NT-proBNP 125 pg/mL or more, "
    "troponin above the laboratory's upper limit as delivered (99th percentile)."
)
CTCAE5 = (
    "CTCAE v5.0, Ejection fraction decreased: grade 2 = LVEF 40 to 50 % or a fall of 10 to 19 points; grade 3 = 20 to "
    "39 % or a fall of 20 points or more; grade 4 = below 20 %. Falls are percentage points; without a baseline the "
    "grade is at least that of the absolute value, and not known above 50 %."
)
CTCAE6 = (
    "CTCAE v6.0, Left ventricular dysfunction: grade 1 = LVEF 50 % or more with strain declined by more than 15 % or a "
    "new biomarker elevation; grade 2 = LVEF 40 to 49 % with a fall of 10 points or more or either of these; "
    "grade 3 = new LVEF below 40 %. Without a baseline a value below 50 % is taken as new, and 50 % or more without "
    "strain or biomarker has no known grade."
)
BASELINE = (
    "Baseline: the delivered flag, else the last result before the first infusion; a flag after it is not followed. A "
    "result of day 1 without a time, time point or flag is neither baseline nor later. Change only from a "
    "baseline by the same imaging method{unstated}. Of several readings on one day that of the {reader} is taken "
    "(an unnamed reader is the investigator), then the worse; nothing is averaged."
)
UNSTATED = "; where the data state no method at all, by one method (assumption)"
ESC = "Lyon and others, 2022 ESC Guidelines on cardio-oncology, Eur Heart J 2022;43:4229, table 3"


MEASURES = {
    "LVEF": "LVEF",
    "SF": "shortening fraction",
    "GLS": "strain",
    "TROPONIN": "troponin",
    "NTPROBNP": "NT-proBNP",
}
"""A measurement within a sentence."""
TESTS = {"TROPONI": "Troponin I", "TROPONT": "Troponin T", "BNPPRONT": "NT-proBNP"}
"""CDISC's code of a laboratory test → its name."""


def method(series: str) -> str:
    """By which imaging or test a value was measured, in words."""
    return TESTS.get(series, series)


def ctcae(view: View) -> str:
    """The definition of the grades in use."""
    version = ejection_version(view)
    own = (
        ""
        if version == view.trial.ctcae_version
        else f"The trial's CTCAE v{view.trial.ctcae_version} is not used here. "
    )
    return own + (CTCAE6 if version == "6.0" else CTCAE5)


def ejection_version(view: View) -> str:
    """The version of CTCAE by which ejection fractions are graded: v5.0 where the trial's own is v4.03."""
    return "6.0" if view.trial.ctcae_version == "6.0" else "5.0"


def baseline(view: View) -> str:
    """Which result is the baseline, what is compared with it, and whose reading counts."""
    unstated = UNSTATED if view.trial.unstated_methods_compared else ""
    return BASELINE.format(reader=view.trial.heart_reader.lower(), unstated=unstated)


def ctrcd(view: View) -> str:
    """The definition of CTRCD without symptoms, with the days between echocardiogram and biomarker."""
    return CTRCD.format(days=counted(view.trial.marker_window_days, "day"))


def failure(view: View) -> str:
    """The definition of CTRCD with symptoms, with the terms of heart failure."""
    stated = view.trial.content["heart_failure"]
    terms = stated["terms"][:NAMED_TERMS] + [f"{len(stated['terms']) - NAMED_TERMS} other terms of the definition"]
    named = listed(terms if len(stated["terms"]) > NAMED_TERMS else stated["terms"])
    return FAILURE.format(terms=named, grade=stated["minimum_grade"], possible=stated["possible_grade"])


def dysfunction(view: View) -> str:
    """The definitions of CTRCD, of its biomarker limits, of the grades in use and of the baseline."""
    return f"{ctrcd(view)} {failure(view)} {MARKER_LIMITS} {ctcae(view)} {baseline(view)}"


def sources(view: View) -> str:
    """Where the definitions come from, and the datasets."""
    return f"{ESC}; NCI CTCAE v{ejection_version(view)}. Data: CV, LB, AE, CM and PR."


def own_units(view: View) -> str:
    """That the study drug and prior anthracyclines are never added together, and why."""
    why = f": {view.trial.drug_equivalence}" if view.trial.drug_equivalence else ""
    return f"{view.trial.drug} is shown in its own {view.trial.amount_unit} and is never added to them{why}."
