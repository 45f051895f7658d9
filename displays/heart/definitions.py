"""Definitions of cardiac dysfunction, grades and baselines, as the reader sees them, with their sources."""

from __future__ import annotations

from queries import View

CATEGORIES = ("none", "mild", "moderate", "severe")
WINDOW_DAYS = 7
"""How far a biomarker may lie from the echocardiogram that it is assessed with; the same in staging/adcv.sql."""

FALLS_POINTS = (-10, -20)
"""The falls of LVEF that matter, in percentage points: CTCAE v5.0 grades 2 and 3."""

CTRCD = (
    "CTRCD (cancer therapy-related cardiac dysfunction, asymptomatic): severe = new LVEF below 40 %; "
    "moderate = new LVEF 40 to 49 % by a fall of 10 points or more, or by a smaller fall with strain (GLS) declined by "
    "more than 15 % of its baseline or a new biomarker elevation; mild = LVEF 50 % or more with either of these. "
    f"Strain is that of the same echocardiogram, biomarkers are those within {WINDOW_DAYS} days of it; an elevation is "
    "new when the biomarker was not above its limit at baseline. Strain or a biomarker that was not measured counts as "
    "not shown; without a baseline LVEF by the same method there is no category. Symptomatic heart failure is listed "
    "among the cardiac adverse events."
)
MARKER_LIMITS = (
    "The biomarker limits are adult ones, since no paediatric ones are published: NT-proBNP 125 pg/mL or more, "
    "troponin above the laboratory's upper limit as delivered (99th percentile)."
)
CTCAE5 = (
    "CTCAE v5.0, Ejection fraction decreased: grade 2 = LVEF 40 to 50 % or a fall of 10 to 19 points; grade 3 = 20 to "
    "39 % or a fall of 20 points or more; grade 4 = below 20 %. Falls are percentage points; without a baseline the "
    "grade is by absolute value only."
)
CTCAE6 = (
    "CTCAE v6.0, Left ventricular dysfunction: grade 1 = LVEF 50 % or more with strain declined by more than 15 % or a "
    "new biomarker elevation; grade 2 = LVEF 40 to 49 % with a fall of 10 points or more or either of these; "
    "grade 3 = new LVEF below 40 %."
)
BASELINE = (
    "Baseline: the delivered flag, else the last result before or on the day of the first infusion. Change only from a "
    "baseline by the same imaging method. Of several readings on one day the investigator's is taken, then the worse; "
    "nothing is averaged."
)
ESC = "Lyon and others, 2022 ESC Guidelines on cardio-oncology, Eur Heart J 2022;43:4229, table 3"


TESTS = {"TROPONI": "Troponin I", "TROPONT": "Troponin T", "BNPPRONT": "NT-proBNP"}
"""CDISC's code of a laboratory test → its name."""


def method(series: str) -> str:
    """By which imaging or test a value was measured, in words."""
    return TESTS.get(series, series)


def ctcae(view: View) -> str:
    """The definition of the grades in use."""
    return CTCAE6 if view.trial.ctcae_version.startswith("6") else CTCAE5


def dysfunction(view: View) -> str:
    """The definitions of CTRCD, of its biomarker limits, of the grades in use and of the baseline."""
    return f"{CTRCD} {MARKER_LIMITS} {ctcae(view)} {BASELINE}"


def sources(view: View) -> str:
    """Where the definitions come from, and the datasets."""
    return f"{ESC}; NCI CTCAE v{view.trial.ctcae_version}. Data: CV and LB."


def own_units(view: View) -> str:
    """That the study drug and prior anthracyclines are never added together, and why."""
    why = f": {view.trial.drug_equivalence}" if view.trial.drug_equivalence else ""
    return f"{view.trial.drug} is shown in its own {view.trial.amount_unit} and is never added to them{why}."
