"""Why a response assessment does not count, why a subject has no best response, and whether a remission lasted.

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
    "AFTER DEATH": "after death",
    "REPEATED": "repeated on the day",
    "CONTRADICTED": "a less favourable response on the same day",
    "TRANSPLANT": "after transplant",
    "NEW THERAPY": "after new therapy",
    "DATE UNCLEAR": "partial date, perhaps after transplant or new therapy",
}
SUBJECT = {
    "DIED": "died on day {day} before a first assessment",
    "DIED AFTER NE": "died on day {day}; the assessments before could not be evaluated",
    "DIED LATER": "died on day {day} without an assessment, not an early death",
    "DIED UNDATED": "died, date not known, without an assessment",
    "PROGRESSED": "progressed before a first assessment",
    "PROGRESSED AFTER NE": "progressed; the assessments before could not be evaluated",
    "AWAITING": "day {day}, no assessment yet",
    "AWAITING AFTER NE": "day {day}, no assessment yet that could be evaluated",
    "NOT READ": "only assessments whose response or date could not be read",
    "NOT EVALUATED": "only assessments that could not be evaluated",
    "TRANSPLANT": "transplant on day {day} before a first assessment",
    "NEW THERAPY": "new therapy on day {day} before a first assessment",
    "LEFT STUDY": "not assessed ({text} on day {day})",
    "OTHERS ONLY": "assessed by another evaluator only",
    "NO ASSESSMENT": "no assessment by day {day}",
}
CONFIRMATION = {
    "CONFIRMED": "confirmed",
    "LOST": "lost within {days} days",
    "LOST TOLD": "lost within {days} days by a disposition or adverse event",
    "NOT YET DUE": "not yet due",
    "TRANSPLANT": "not assessable: transplant",
    "NEW THERAPY": "not assessable: new therapy",
    "DIED": "not assessable: died",
    "LEFT STUDY": "not assessable: left the study",
    "DATE UNCLEAR": "not known: partial date",
    "CONTRADICTED": "contradicted: PR or NR within {days} days",
    "NOT READ": "not known: an assessment could not be read",
    "RECURRED": "not confirmed: relapse, progression, PR or NR after {days} days",
    "NOT ASSESSED": "no remission assessed after {days} days",
}
"""Whether a remission lasted the days that the protocol asks for, and why that is not known."""


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


def lasted(code, days: int) -> str | None:
    """Whether a remission lasted: "confirmed", "lost within 28 days", or why it is not known; None where not asked."""
    return CONFIRMATION[code].format(days=days) if present(code) else None
