"""Who is evaluable for cardiac function, why a subject is not, and categories and grades as they are spoken."""

from __future__ import annotations

from displays.groups import present

NOT_EVALUABLE = {
    "NO BASELINE LVEF": "no baseline LVEF",
    "NO LATER LVEF": "no later LVEF",
    "UNREADABLE LVEF": "later LVEF not readable",
    "LVEF NOT DECIDED": "category of the later LVEF not decided (limit or range)",
    "NO COMPARABLE LVEF": "no later LVEF by the method of the baseline",
}
"""The codes of the questions about the heart (NEREASCD, REASONCD) → words."""
QUALIFIED = {"BASELINE UNKNOWN": ", baseline unknown", "AT LEAST": " or worse"}
NOT_MEASURED = {
    "strain and markers": "strain and biomarkers not measured",
    "strain": "strain not measured",
    "markers": "biomarkers not measured",
}
"""CTRCDMIS, what leaves the category of a small fall to less than 50 % open → words."""
FAILURE = "HEART FAILURE"
"""CTRCDSRC of a category that an adverse event of heart failure gives."""


def category_words(row) -> str:
    """The category of CTRCD of a row that has one: "severe, baseline unknown", "moderate or worse"."""
    return f"{row.CTRCD}{QUALIFIED.get(row.CTRCDQ, '')}" if present(row.CTRCDQ) else row.CTRCD


def small_fall(missing: str) -> str:
    """Why a fall of LVEF under 10 points has no known category: "a fall under 10 points, strain not measured"."""
    return f"a fall under 10 points, {NOT_MEASURED[missing]}: category not known"


def grade_words(row, grade: str = "ATOXGR", qualifier: str = "ATOXGRQ") -> str:
    """The CTCAE grade of a row: "grade 2", "at least grade 2", "grade not known"."""
    value, how = getattr(row, grade), getattr(row, qualifier)
    if not present(value):
        return "grade not known"
    if not present(how):
        return f"grade {value:g}"
    return f"at least grade {value:g}" if how == "AT LEAST" else f"grade {value:g} if new"
