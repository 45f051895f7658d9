"""A subject's DLT evaluation in words: the status, why it is pending, why it is not evaluable.

`row` is a row of any question that gives the evaluation's facts (addl: DLTSTAT, DAYSLEFT, PENDCD, UNJTERM, DOSECD …).
"""

from __future__ import annotations

from calendar import month_name

from pandas import DataFrame

from displays.escalation.dose import dose_awaited, reduced, smaller_dose_in_short
from displays.groups import present, words_of
from displays.words import counted, on_day

GONE = {
    "WITHDRAWN": "withdrawn",
    "LOST TO FOLLOW-UP": "lost to follow-up",
    "TRANSPLANT": "transplanted",
    "NEW THERAPY": "began another therapy",
}
UNNAMED = "an event without a term"


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
    """What a pending subject awaits beside the end of the window: an adjudication, a grade, a cause, records."""
    if row.DLTSTAT != "Pending":
        return ""
    codes = row.PENDCD.split(";") if present(row.PENDCD) else []
    first = [words(row) for code, words in PENDING.items() if code in codes]
    last = [words(row) for code, words in WAITING.items() if code in codes]
    return "; ".join(part for part in (*first, _otherwise(row, codes), *last) if part)


def _otherwise(row, codes: list[str]) -> str:
    """What would make the subject not evaluable, were nothing else open; of a death alone, no more than of what."""
    less = _absent(row) if row.GONECD != "DIED" else reduced(row)
    died = _gone(row) if row.GONECD == "DIED" and "DEATH" not in codes else ""
    return "; ".join(part for part in (f"otherwise not evaluable: {less}" if less else "", died) if part)


def why_not_evaluable(row) -> str:
    """ "missed infusion 3, 67 % of the planned dose of course 1: parents' wish"; "" unless not evaluable."""
    return _absent(row) if row.DLTSTAT == "Not evaluable" else ""


def not_evaluable_in_short(row) -> str:
    """As `why_not_evaluable`, without the reason of an infusion that was not given."""
    short = smaller_dose_in_short(row) if reduced(row) else ""
    return "; ".join(part for part in (short, _gone(row)) if part)


def with_reasons(table: DataFrame) -> DataFrame:
    """The rows with PENDREAS and NEREASN: why pending, why not evaluable; None where neither applies."""
    pending, mute = table["DLTSTAT"] == "Pending", table["DLTSTAT"] == "Not evaluable"
    return table.assign(
        PENDREAS=words_of(table, pending, why_pending), NEREASN=words_of(table, mute, why_not_evaluable)
    )


def _adjudication(row) -> str:
    terms = [row.UNJTERM] if present(row.UNJTERM) else []
    return "awaiting adjudication of " + ", ".join(terms + [UNNAMED] * bool(row.NUNTERM)) + _not_known_of_it(row)


def _not_known_of_it(row) -> str:
    """ " (grade not known)", " (grade of some not known)": the severity delivered, or the window, may not hold."""
    codes = row.UNJCD.split(";") if present(row.UNJCD) else []
    some = " of some" if "SOME" in codes else ""
    known = [f"{word}{some} not known" for code, word in (("GRADE", "grade"), ("ONSET", "onset")) if code in codes]
    return f" ({', '.join(known)})" if known else ""


def _stopped(row) -> str:
    """ "ended treatment on day 14 (adverse event), an event of it was neither delivered nor adjudicated"."""
    day = f"on {on_day(row.STOPADY)}" if present(row.STOPADY) else "on a day not known"
    return f"ended treatment {day} ({row.STOPREAS}); the event was not delivered or not adjudicated"


def _named(terms) -> str:
    return terms if present(terms) and terms else UNNAMED


def _death(row) -> str:
    """ "cause of death on day 12 not known", "died of sepsis on day 12, cause not adjudicated"."""
    if not present(row.GONEADY) and not present(row.GONEREAS):
        return "cause and day of death not known"
    day = f" on {on_day(row.GONEADY)}" if present(row.GONEADY) else " (day not known)"
    return (
        f"died of {row.GONEREAS}{day}, cause not adjudicated"
        if present(row.GONEREAS)
        else f"cause of death{day} not known"
    )


def _before(row) -> str:
    return f"date of the DLT to be resolved ({_named(row.BEFTERM)}, {on_day(row.BEFADY)})"


def _late_aplasia(row) -> str:
    """ "aplasia beyond day 42 awaiting adjudication"; where no count shows one, what is known instead."""
    if not present(row.CNTADY):
        return f"aplasia beyond day {row.LATEADY:g} awaiting adjudication"
    why = f"no count after {on_day(row.CNTADY)}"
    if present(row.NEXTADY):
        why = f"next course on {on_day(row.NEXTADY)}, {why} before it"
    return f"counts not known to have recovered: {why}; awaiting adjudication"


ONSETS = {
    "CUT": "after the data cut",
    "EARLY": "before the first infusion though related to study drug",
    "END": "after its own end",
}
"""Code of ONSETCD → where an onset lies that cannot be right."""


def _onset(row) -> str:
    """ "onset of Sepsis to be resolved (dated after its own end)"."""
    where = " or ".join(ONSETS[code] for code in row.ONSETCD.split(";"))
    return f"onset of {_named(row.ONSTERM)} to be resolved (dated {where})"


PENDING = {
    "FIRST DOSE": lambda row: "date of the first infusion not known",
    "DRUG": lambda row: "the drug of an infusion is in doubt",
    "ADJUDICATION": _adjudication,
    "GRADE": lambda row: f"grade of {_named(row.GRDTERM)} not known",
    "CONTRADICTION": lambda row: (
        f"fatal {_named(row.CONTRTERM)}, related to study drug, was adjudicated not a DLT: to be resolved"
    ),
    "DEATH": _death,
    "ONSET": _onset,
    "BEFORE": _before,
    "AFTER DEATH": lambda row: (
        f"date of the DLT to be resolved ({_named(row.BEFTERM)}, {on_day(row.BEFADY)}, after the death)"
    ),
    "NO EVENT": lambda row: "a DLT was adjudicated of an event that was not delivered",
    "NO EVENTS": lambda row: "adverse events were not delivered",
    "ELSEWHERE": lambda row: "a DLT is recorded outside the adverse events",
    "COHORT": lambda row: "delivered in the expansion and in another cohort",
    "DOSE": dose_awaited,
    "STOPPED": _stopped,
}
"""Code of PENDCD → what could still be a DLT, in words."""
WAITING = {
    "UNSEEN": lambda row: f"last seen on day {row.SEENADY:g}",
    "TRANSPLANT": lambda row: f"a transplant may lie in the DLT window: {_when(row.GONEREAS)}",
    "NEW THERAPY": lambda row: f"another therapy may have begun in the DLT window: {_when(row.GONEREAS)}",
    "APLASIA": lambda row: f"counts not recovered by day {row.WINADY:g}; awaited to day {row.LATEADY:g}",
    "UNREAD COUNT": lambda row: (
        f"the last neutrophil or platelet count up to day {row.WINADY:g} cannot be read or dated"
    ),
    "LATE APLASIA": _late_aplasia,
    "APLASIA DEATH": lambda row: f"counts not recovered by day {row.WINADY:g}",
}
"""Code of PENDCD → what is awaited of a subject who is otherwise evaluable, in words."""


def _when(text) -> str:
    """A partial date as delivered: "in June 2007, day not known", "in 2007, day not known", "date not known"."""
    year, _, month = (str(text) if present(text) else "").partition("-")
    if not year.isdigit():
        return "date not known"
    named = f"{month_name[int(month)]} " if month.isdigit() and 1 <= int(month) <= 12 else ""
    return f"in {named}{year}, day not known"


def _seen_before(row) -> bool:
    """Left by a record of a later day than the last contact: what was declared is not what was seen."""
    if row.GONECD not in ("WITHDRAWN", "LOST TO FOLLOW-UP", "LEFT STUDY") or not present(row.SEENADY):
        return False
    if not present(row.GONEADY):
        return True
    late = row.GONECD == "LOST TO FOLLOW-UP" or row.GONEADY >= row.WINADY
    return bool(late and row.SEENADY < row.GONEADY)


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
        "APLASIA": f"counts not recovered by day {row.WINADY:g}, not observed after",
    }
    day = f" on {on_day(row.GONEADY)}" if present(row.GONEADY) else ", day not known"
    if why and row.GONECD in ("TRANSPLANT", "NEW THERAPY"):
        day = f" {_when(why)}"
    if _seen_before(row):
        day = f", last seen on day {row.SEENADY:g}"
    return (GONE | words)[row.GONECD] + (day.replace(" on", "", 1) if row.GONECD == "APLASIA" else day)
