"""Why a stopping rule does not count a subject yet, or leaves the subject out, in words."""

from __future__ import annotations

from displays.escalation.evaluation import why_not_evaluable, why_pending
from displays.groups import present
from displays.heart.evaluable import NOT_EVALUABLE


def reason(row) -> str | None:
    """The REASONCD of a row of `stopping_subjects` in words: "on day 23 of 90"; None where there is nothing to say."""
    code = row.REASONCD
    if not present(code):
        return None
    if code in NOT_EVALUABLE:
        return NOT_EVALUABLE[code]
    return REASONS[code](row)


REASONS = {
    "DLT NOT EVALUABLE": why_not_evaluable,
    "DLT PENDING": lambda row: why_pending(row, "of the DLT window left"),
    "LVEF TOO EARLY": lambda row: f"last comparable LVEF on day {row.LVEFDY:g} of {row.NEEDED:g}",
    "TOO EARLY": lambda row: f"on day {row.LASTDY:g} of {row.NEEDED:g}",
    "FIRST DOSE": lambda row: "date of the first infusion not known",
    "DIED UNDATED": lambda row: "died, day not known",
    "LEFT": lambda row: f"left the study on day {row.LASTDY:g}",
}
