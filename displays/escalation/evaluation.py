"""A subject's DLT evaluation in words: the status, why it is pending, why it is not evaluable.

`row` is a row of any question that gives the evaluation's facts (addl: DLTSTAT, DAYSLEFT, UNJTERM, DOSECD, GONECD …).
"""

from __future__ import annotations

from pandas import DataFrame

from displays.escalation.dose import dose_awaited, reduced, smaller_dose_in_short
from displays.groups import present
from displays.words import counted

GONE = {"WITHDRAWN": "withdrawn", "LOST TO FOLLOW-UP": "lost to follow-up"}


def status_words(row) -> str:
    """The status as one phrase: "Pending, 3 days left", "DLT: Sepsis grade 4", "Not evaluable: missed infusion 3"."""
    if row.DLTSTAT == "DLT":
        return f"DLT: {row.DLTTERM}" + (f" grade {row.DLTGR:g}" if present(row.DLTGR) else "")
    if row.DLTSTAT == "Pending":
        return f"Pending, {why_pending(row)}"
    return f"Not evaluable: {why_not_evaluable(row)}" if row.DLTSTAT == "Not evaluable" else str(row.DLTSTAT)


def status_but_days(row) -> str:
    """The status as one phrase without the days left: days that go by are no change of state."""
    return f"Pending, {awaited_but_days(row)}" if row.DLTSTAT == "Pending" else status_words(row)


def why_pending(row, left: str = "left") -> str:
    """ "awaiting adjudication of Rash; 3 days left"; "" where the subject is not pending. `left` goes with the days."""
    if row.DLTSTAT != "Pending":
        return ""
    days = f"{counted(int(row.DAYSLEFT), 'day')} {left}" if present(row.DAYSLEFT) and not _absent(row) else ""
    return "; ".join(part for part in (awaited_but_days(row), days) if part)


def awaited_but_days(row) -> str:
    """What a pending subject awaits beside the end of the window: an adjudication, or records up to that end."""
    if row.DLTSTAT != "Pending":
        return ""
    unseen = f"last seen on day {row.SEENADY:g}" if present(row.SEENADY) else ""
    otherwise = f"otherwise not evaluable: {_absent(row)}" if _absent(row) else unseen
    return "; ".join(part for part in (_adjudication(row), dose_awaited(row), otherwise) if part)


def why_not_evaluable(row) -> str:
    """ "missed infusion 3, 67 % of the planned dose of course 1: parents' wish"; "" unless not evaluable."""
    return _absent(row) if row.DLTSTAT == "Not evaluable" else ""


def not_evaluable_in_short(row) -> str:
    """As `why_not_evaluable`, without the reason of an infusion that was not given."""
    short = smaller_dose_in_short(row) if reduced(row) else ""
    return "; ".join(part for part in (short, _gone(row)) if part)


def with_reasons(table: DataFrame) -> DataFrame:
    """The rows with PENDREAS and NEREASN: why pending, why not evaluable; None where neither applies."""
    rows = list(table.itertuples())
    return table.assign(
        PENDREAS=[why_pending(row) or None for row in rows], NEREASN=[why_not_evaluable(row) or None for row in rows]
    )


def _adjudication(row) -> str:
    terms = [row.UNJTERM] if present(row.UNJTERM) else []
    if not terms and not row.NUNTERM:
        return ""
    return "awaiting adjudication of " + ", ".join(terms + ["an event without a term"] * bool(row.NUNTERM))


def _absent(row) -> str:
    """A smaller dose, with the reason, and how observation ended before the end of the window."""
    return "; ".join(part for part in (reduced(row), _gone(row)) if part)


def _gone(row) -> str:
    if not present(row.GONECD):
        return ""
    why = row.GONEREAS if present(row.GONEREAS) else ""
    words = {
        "DIED": f"died of {why}" if why else "died",
        "LEFT STUDY": f"left the study ({why or 'no reason given'})",
    }
    return f"{(GONE | words)[row.GONECD]} on day {row.GONEADY:g}"
