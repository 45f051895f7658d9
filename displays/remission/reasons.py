"""Why a response assessment does not count, and why a subject has no best response, in words.

`row` is a row of a question that gives the facts of `adrs`: REASONCD, REASTXT (as delivered) and REASONDY (study day).
"""

from __future__ import annotations

from displays.groups import present

ASSESSMENT = {
    "NOT TREATED": "not treated",
    "OTHER EVALUATOR": "other evaluator",
    "NO DATE": "no date",
    "NOT RECOGNISED": "response not recognised",
    "BEFORE TREATMENT": "before treatment",
    "REPEATED": "repeated on the day",
    "TRANSPLANT": "after transplant",
    "NEW THERAPY": "after new therapy",
}
SUBJECT = {
    "DIED": "died on day {day} before a first assessment",
    "PROGRESSED": "progressed before a first assessment",
    "AWAITING": "day {day}, no assessment yet",
    "NOT EVALUATED": "only assessments that could not be evaluated",
    "TRANSPLANT": "transplant on day {day} before a first assessment",
    "NEW THERAPY": "new therapy on day {day} before a first assessment",
    "LEFT STUDY": "{text} on day {day} without an assessment",
    "NO ASSESSMENT": "no assessment by day {day}",
}


def not_counted(row) -> str | None:
    """Why an assessment does not count towards the best response; None where it does."""
    return ASSESSMENT[row.REASONCD] if present(row.REASONCD) else None


def without_response(row) -> str | None:
    """Why a subject has no best response: "died on day 12 before a first assessment"; None where there is one."""
    if not present(row.REASONCD):
        return None
    day = f"{row.REASONDY:g}" if present(row.REASONDY) else "not known"
    text = row.REASTXT if present(row.REASTXT) else "left the study"
    return SUBJECT[row.REASONCD].format(day=day, text=text)
