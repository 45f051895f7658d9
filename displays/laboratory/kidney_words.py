"""What the displays of the kidney share: the question, its words, and the definitions."""

from __future__ import annotations

from pandas import DataFrame

from displays.groups import present
from displays.words import exactly, on_day
from queries import Question, View, costly

STAGES = ("no injury", "stage 1", "stage 2", "stage 3")
NOT_KNOWN = "not assessable"
UNIT = "mL/min/1.73 m²"
WHY = {
    "NONE": "no creatinine after the first infusion",
    "UNREAD": "creatinine that cannot be read or dated",
    "NO BASE": "no baseline and no earlier result",
}
SINCE_WHAT = {"PRESUMED": "baseline", "LASTING": "the lowest before the injury"}
"""STAGEBY → what a creatinine is a multiple of."""
NO_GFR = {"AGE": "age not 1 to 25 years, or not known", "HEIGHT": "no height with a unit", "SEX": "sex not known"}
CHILD_YEARS = 10
"""Below this age an adult's upper limit of creatinine hides a rise."""


def question(view: View) -> Question:
    """The question as these displays ask it."""
    return view.question("kidney", **_settings(view))


def _settings(view: View) -> dict:
    return costly.kidney(view.trial)


def kidney(view: View) -> DataFrame:
    """The rows of `kidney` with the stage and the reasons in words, worst first."""
    return _in_words(view.ask("kidney", **_settings(view)))


def kidney_before(view: View) -> DataFrame | None:
    """The same of the previous cut; None where there is none, or it holds no laboratory results."""
    if view.previous is None or "lb" not in view.previous.received:
        return None
    return _in_words(view.ask_previous("kidney", **_settings(view)))


def _in_words(rows: DataFrame) -> DataFrame:
    return rows.assign(
        STAGEWORDS=[STAGES[int(stage)] if present(stage) else NOT_KNOWN for stage in rows["STAGE"]],
        STAGEWHY=[WHY.get(code) for code in rows["STAGECD"]],
        EGFRWHY=[NO_GFR.get(code) for code in rows["EGFRCD"]],
    )


def rise_words(row) -> str:
    """ "stage 3, 7.4 × within 7 days, day 3"; of baseline where the rise is presumed, of what was before it in an
    injury that lasts."""
    if row.STAGEBY == "DIALYSIS":
        return f"{row.STAGEWORDS}, dialysis"
    since = SINCE_WHAT.get(row.STAGEBY, "within 7 days")
    times = f", {exactly(row.RATIO)} × {since}" if present(row.RATIO) else ""
    return f"{row.STAGEWORDS}{times}, {on_day(row.STAGEDY)}"


def limits_words(people: DataFrame) -> str:
    """That one upper limit was delivered for children and adults alike, where it was."""
    known = people[people["ULN"].notna()]
    ages, limits = known["AGE"].dropna(), known["ULN"].round(2).unique()
    if len(limits) != 1 or ages.empty or ages.min() >= CHILD_YEARS or ages.max() < CHILD_YEARS:
        return ""
    return (
        f" One upper limit of normal ({exactly(limits[0])} µmol/L) was delivered for every age: in young children a "
        "rise stays below it, so the multiple of baseline tells more."
    )


def method(view: View) -> str:
    """The definitions of stage, grade and estimated GFR, with the settings in use."""
    formula = (
        "CKiD U25 throughout (1 to 25 years)"
        if view.trial.egfr_formula == "u25"
        else "bedside Schwartz (0.413 × height in cm / creatinine in mg/dL) from 1 to below 18 years, beyond 16 with "
        "caution, and CKiD U25 from 18 to 25"
    )
    return (
        "KDIGO stage of creatinine after the first infusion: 1, 2, 3 from 1.5, 2.0, 3.0 × the lowest result of "
        "the 7 days before, where there is none × baseline (presumed), and while an injury lasts (to the first result "
        "below 1.5 ×) × what it was first compared with; stage 1 also from a rise of 26.5 µmol/L "
        "within 48 hours (by the clock where both results have a time, else 2 calendar days); stage 3 of such an "
        "injury also from 353.6 µmol/L, with dialysis, or "
        "under 18 years with an estimated GFR below 35; urine output is not judged. CTCAE grade: of creatinine "
        f"increased, v{view.trial.ctcae_version}, by the limits delivered with each result. Estimated GFR: "
        f"{formula}, with the latest height (without one the first of the 30 days after it); not interpreted while "
        "creatinine is changing (an injury by the days before it, or "
        f"more than {view.trial.creatinine_steady:.0%} from the result before it within 7 days)."
    ).replace("%", " %")
