"""What a subject was given in the first course against what was planned, in words.

`row` is a row of any question that gives the facts of the dose (DOSECD, DOSESHR, MISSINF, MISSREAS; TRTP, GIVENTRT).
"""

from __future__ import annotations

from pandas import DataFrame

from displays.groups import present
from displays.words import MOST_LISTED, counted, first_of, listed, percent
from queries.frames import rows_of
from trial import Trial

AWAITED = {
    "TOXICITY": "toxicity",
    "DOUBT": "reason in doubt",
    "NOREASON": "no reason delivered",
}
"""DOSECD of a smaller dose that an adjudicator must look at → why."""
SHORT = {"REDUCED", *AWAITED}


def smaller_dose(row) -> str:
    """ "missed infusion 3, 67 % of the planned dose of course 1"; "" where the stated share was given."""
    if not present(row.DOSECD) or row.DOSECD not in SHORT:
        return ""
    return ", ".join(part for part in (missed(row), f"{_share(row)} of the planned dose of course 1") if part)


def smaller_dose_in_short(row) -> str:
    """The missed infusions, else the share: what fits beside a mark."""
    return missed(row) or f"{_share(row)} of the dose" if smaller_dose(row) else ""


def reduced(row) -> str:
    """Why a subject is not evaluable by the dose: "67 % of the planned dose of course 1: parent's wish"."""
    return smaller_dose(row) + _reason(row) if row.DOSECD == "REDUCED" else ""


def dose_awaited(row) -> str:
    """Why a subject is pending by the dose: "awaiting adjudication of missed infusion 3, 67 % … (toxicity): sepsis"."""
    if not present(row.DOSECD):
        return ""
    if row.DOSECD == "UNKNOWN":
        return "dose of course 1 not known"
    if row.DOSECD in AWAITED:
        return f"awaiting adjudication of {smaller_dose(row)} ({AWAITED[row.DOSECD]}){_reason(row)}"
    return ""


def missed(row) -> str:
    """ "missed infusions 2 and 3"; "" where none was."""
    if not present(row.MISSINF):
        return ""
    numbers = row.MISSINF.split(", ")
    return f"missed infusion{'s' if len(numbers) > 1 else ''} {listed(numbers)}"


def dose_note(row) -> str:
    """What the level alone does not tell: "assigned 160, given 130 mg/m²/day"; "120 % of the planned dose"."""
    other = row.DOSECD in ("ABOVE", "BELOW")
    share = f"{_share(row)} of the planned dose of course 1" if other else ""
    return "; ".join(part for part in (two_levels(row), share) if part)


def notable_doses(rows: DataFrame) -> str:
    """Who was given another level than assigned, or more or less than planned, with the doses; "" where nobody was."""
    other = rows[rows["GIVENTRT"].notna() | rows["DOSECD"].isin(["ABOVE", "BELOW"])]
    told = [f"{row.SUBJID} ({note})" for row in rows_of(other) if (note := dose_note(row))]
    them = first_of(told, MOST_LISTED)
    return f"{counted(len(told), 'subject')} with another dose than assigned: {them}" if told else ""


def dose_method(trial: Trial) -> str:
    """What the dose of the first course decides: for the definition of who is evaluable."""
    counted_at = "given" if trial.counted_at_given else "assigned"
    return (
        f"Below {percent(trial.minimum_dose_share)} of the planned dose of course 1 a subject without a DLT is not "
        "evaluable where the delivered reason is not toxicity, and pending where it is toxicity, in doubt or not "
        "delivered; pending too where the dose is not known. More than the planned dose, or less within that share, is "
        f"named where it differs by more than {percent(trial.dose_tolerance)}, and stays evaluable. "
        f"Who was given another level throughout course 1 (within {percent(trial.dose_tolerance)}) is counted at the "
        f"dose {counted_at}."
    )


def two_levels(row) -> str:
    """ "assigned 160 mg/m²/day, given 130 mg/m²/day"; "" where the level given is the assigned one, or none."""
    if not present(row.GIVENTRT):
        return ""
    return f"assigned {row.TRTP if present(row.TRTP) else 'no planned level'}, given {row.GIVENTRT}"


def _reason(row) -> str:
    return f": {row.MISSREAS}" if present(row.MISSREAS) else ""


def _share(row) -> str:
    """The share as a percentage; with a decimal where a whole one could be taken for the limit."""
    whole = percent(row.DOSESHR)
    near = whole.removesuffix(" %").endswith(("0", "5")) and abs(row.DOSESHR * 100 - round(row.DOSESHR * 100)) > 0.05
    return f"{row.DOSESHR * 100:.1f} %" if near and row.DOSESHR >= 0.01 else whole
