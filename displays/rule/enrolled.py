"""Who awaits the first infusion, and who is pending where the rule cannot read it."""

from __future__ import annotations

from pandas import DataFrame

from displays.display import day
from displays.groups import present
from displays.words import MOST_LISTED, first_of
from queries.frames import rows_of


def awaiting(row) -> str:
    """ "enrolled on 3 Mar 2008, awaiting the first infusion", or what is to be confirmed. Reads AWAITCD, AWAITDT."""
    codes = row.AWAITCD.split(";") if present(row.AWAITCD) else ["STATED"]
    when = f"on {day(row.AWAITDT)}" if present(row.AWAITDT) else "on a day not known"
    if "STATED" in codes:
        late = " and not treated: to be confirmed"
        return f"enrolled {when}" + (late if "LONG" in codes else ", awaiting the first infusion")
    since = f" since {day(row.AWAITDT)}" if present(row.AWAITDT) else ""
    return f"assigned to the dose level{since}, no infusion or enrolment delivered: to be confirmed"


def pending_elsewhere(rows: DataFrame) -> str:
    """Who is pending or enrolled at no planned level, which no design can read; "" where nobody.

    rows: the answer of `rule_outcomes` with RANK.
    """
    waiting = rows[rows["RANK"].isna() & (rows["RESULT"] == "P")]
    if waiting.empty:
        return ""
    who = first_of([f"{row.SUBJID} ({_how(row)})" for row in rows_of(waiting)], MOST_LISTED)
    verb, them = ("is", "this subject") if len(waiting) == 1 else ("are", "these subjects")
    return f"{who} {verb} at no planned level; the rule cannot read {them}"


def _how(row) -> str:
    arm = f"arm {row.ARM}, " if present(row.ARM) else ""
    return arm + ("pending" if row.TRTFL == "Y" else awaiting(row))
