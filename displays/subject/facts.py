"""What is known of one subject: one fact a row, each with its denominator or place and a note."""

from __future__ import annotations

from displays.absent import NOT_COLLECTED, absence
from displays.adverse_events.deaths import causality, cause, date_of
from displays.display import day
from displays.escalation.evaluation import why_not_evaluable, why_pending
from displays.groups import present
from displays.heart.evaluable import category_words
from displays.remission.reasons import lasted, without_response
from displays.words import amount, counted, exactly, on_day, short_dose
from queries import View
from queries.frames import rows_of

UNKNOWN = "–"
SEX = {"M": "male", "F": "female"}


def facts(row, view: View) -> list[dict]:
    """The facts of a row of `subject_header`: MEASURE, NOW, DENOM, NOTE, as text."""
    return [
        _person(row),
        _disease(row, view),
        _fact("Site", row.SITEID, row.SITENAM),
        _group(row, view),
        _dlt(row, view),
        _response(row, view),
        _dose(row, view),
        _prior(row, view),
        _heart(row, view),
        _qtc(row, view),
        _events(row),
        status(row),
    ]


def years(age: float) -> str:
    """An age in full years; of an infant in months."""
    return counted(int(age), "year") if age >= 1 else f"{age * 12:.0f} months"


def _fact(measure: str, now, denom="", note="") -> dict:
    known = str(now) if present(now) and str(now) else UNKNOWN
    note = note or ("not recorded" if known == UNKNOWN else "")
    return {"MEASURE": measure, "NOW": known, "DENOM": denom if present(denom) else "", "NOTE": note}


def _person(row) -> dict:
    weight = f"{exactly(row.WEIGHT)} kg" if present(row.WEIGHT) else ""
    return _fact("Age", years(row.AGE) if present(row.AGE) else None, SEX.get(row.SEX, "sex not given"), weight)


def _disease(row, view: View) -> dict:
    transplant = "after a prior transplant" if row.PRIHSCT == "Y" else ""
    note = "" if present(row.DISEASE) else _absent(view, "mh", "no primary diagnosis recorded")
    return _fact("Disease", row.DISEASE, transplant, note)


def _group(row, view: View) -> dict:
    if not present(row.TRTA):
        return _fact("Group", None, "", "not assigned to a dose")
    unit = view.trial.dose_unit
    short = short_dose(row.TRTA, unit)
    if short == row.TRTA:
        return _fact("Group", row.TRTA, "", _cohort(row, view))
    return _fact("Dose level", short, unit, _cohort(row, view))


def _cohort(row, view: View) -> str:
    if not present(row.COHORT):
        return ""
    return "expansion" if view.trial.is_expansion(row.COHORT) else f"cohort {row.COHORT}"


def _dlt(row, view: View) -> dict:
    if not present(row.DLTSTAT):
        return _fact("DLT evaluation", None, "", "not treated" if row.SAFFL != "Y" else NOT_COLLECTED)
    notes = {
        "DLT": _toxicity(row),
        "Pending": why_pending(row),
        "Not evaluable": why_not_evaluable(row),
        "No DLT": f"through day {view.trial.dlt_window_days}",
    }
    return _fact("DLT evaluation", row.DLTSTAT, "", notes.get(row.DLTSTAT) or "")


def _toxicity(row) -> str:
    """Term, grade and day; of several the worst grade and the first day."""
    worst, first = ("worst ", "first ") if row.NDLT > 1 else ("", "")
    return f"{row.DLTTERM}, {worst}grade {exactly(row.DLTGR, 0)}, {first}{on_day(row.DLTADY)}"


def _response(row, view: View) -> dict:
    if not present(row.BEST):
        return _fact("Best response", None, "", _absent(view, "rs", "no assessment after the first infusion"))
    when = on_day(row.BESTDY) if present(row.BESTDY) else ""
    return _fact("Best response", row.BEST, when, without_response(row) or _confirmed(row, view))


def _confirmed(row, view: View) -> str:
    """Whether a remission lasted, where the protocol asks for it; empty elsewhere."""
    state = lasted("CONFIRMED" if present(row.CONFFL) else row.CONFIRM, view.trial.response.confirmation_days)
    not_counted = (
        ", not counted as a remission" if row.CONFIRM in ("LOST", "LOST TOLD") and not present(row.CONFFL) else ""
    )
    return f"over {view.trial.response.confirmation_days} days: {state}{not_counted}" if state else ""


def _dose(row, view: View) -> dict:
    """The study drug received, and that other drugs in EX are not counted."""
    fact = _received(row, view)
    other = f"other drugs in EX, not counted: {row.OTHERDRUG}" if present(row.OTHERDRUG) else ""
    return fact | {"NOTE": "; ".join(part for part in (fact["NOTE"], other) if part)}


def _received(row, view: View) -> dict:
    """The study drug received in the trial's unit; where doses were given in another, the number of administrations."""
    if row.SAFFL != "Y":
        return _fact("Cumulative dose", "0", "no infusion")
    if not present(row.NCOURSE):
        return _fact(view.trial.drug, None, "", "infusions without a date")
    courses = counted(int(row.NCOURSE), "course")
    if str(row.DOSEU).lower().replace("²", "2") != view.trial.unit.code:
        number = int(row.NDOSE) if present(row.NDOSE) else None
        return _fact(view.trial.drug, number, "administrations", courses)
    given = counted(int(row.NDOSE), "administration") if present(row.NDOSE) else "administrations, number not known,"
    spent = f"{given} in {courses}"
    if not present(row.CUMDOSE):
        return _fact(view.trial.drug, None, "", f"{spent}; {int(row.CUMMISS)} without a known dose or date")
    return _fact(view.trial.drug, amount(row.CUMDOSE), view.trial.amount_unit, spent)


def _prior(row, view: View) -> dict:
    unknown = f"{counted(int(row.PANTMISS), 'agent')} of unknown dose not counted" if row.PANTMISS else ""
    if not present(row.PANTDOX):
        return _fact("Prior anthracyclines", None, "", unknown or _absent(view, "cm", "none recorded"))
    least = "at least " if row.PANTMISS else ""
    return _fact("Prior anthracyclines", f"{least}{exactly(row.PANTDOX, 0)}", "mg/m² doxorubicin equivalent", unknown)


def _heart(row, view: View) -> dict:
    category = f"CTRCD {category_words(row)}" if present(row.CTRCD) else "no category of CTRCD"
    if not present(row.NLVEF) or not row.NLVEF:
        absent = _absent(view, "cv", "no echocardiogram")
        return _fact("Lowest LVEF", None, "", f"{absent}, {category}" if present(row.CTRCD) else absent)
    base = f"baseline {exactly(row.LVEFBASE)} %" if present(row.LVEFBASE) else "no baseline"
    lowest = f"{exactly(row.LVEFLOW)} %" if present(row.LVEFLOW) else None
    when = on_day(row.LVEFLOWDY) if present(row.LVEFLOWDY) else "none after baseline"
    return _fact("Lowest LVEF", lowest, when, f"{base}, {category}")


def _qtc(row, view: View) -> dict:
    longest = longest_qtcf(row, view)
    if longest is None:
        return _fact("Longest QTcF", None, "", _absent(view, "eg", "none after the first infusion that can be read"))
    base = f"baseline {exactly(longest.BASE, 0)} ms" if present(longest.BASE) else "no baseline"
    sign = "> " if longest.BYLIMIT else ""
    return _fact("Longest QTcF", f"{sign}{exactly(longest.WORST, 0)} ms", on_day(longest.ADY), base)


def longest_qtcf(row, view: View):
    """The row of `ecg_subjects` with the longest QTcF after the first infusion, as the page Heart counts it: one
    delivered as a limit is a limit; None where none can be read."""
    found = view.ask("ecg_subjects")
    of = found[(found["USUBJID"] == row.USUBJID) & (found["PARAMCD"] == "QTCF")]
    return None if of.empty or not present(of["WORST"].iloc[0]) else next(rows_of(of))


def _events(row) -> dict:
    number = int(row.NAE) if present(row.NAE) else 0
    severe = f"{int(row.NAE3)} of grade 3 or worse, {int(row.NSAE)} serious" if number else ""
    severe += f" (not known of {int(row.NSERUNK)} more)" if number and row.NSERUNK else ""
    return _fact("Adverse events", number, "on or after the first infusion", severe)


def status(row) -> dict:
    """Where the subject is: died, not treated, off study, off treatment or on treatment, since when and why."""
    if row.DTHFL == "Y":
        return _fact("Status", "Died", _death(row), f"cause: {cause_of_death(row)}")
    if row.SAFFL != "Y":
        stated = "enrolled" if row.ENRLFL == "Y" else "not enrolled"
        return _fact("Status", "Not treated", "may be enrolled" if "ASSIGNED" in str(row.AWAITCD) else stated)
    if row.EOSSTT == "OFF STUDY":
        return _fact("Status", "Off study", _dated(row, row.EOSDT), _lower(row.DCSREAS))
    if present(row.EOSDT) or present(row.DCSREAS):
        notes = [_lower(row.DCSREAS), "whether treatment or study was not collected"]
        return _fact("Status", "Ended", _dated(row, row.EOSDT), "; ".join(filter(None, notes)))
    if present(row.EOTDT) or present(row.EOTREAS):
        return _fact("Status", "Off treatment", _dated(row, row.EOTDT), _lower(row.EOTREAS))
    if not present(row.TRTSDT):
        return _fact("Status", "On treatment", "", "date of the first infusion not known")
    return _fact("Status", "On treatment", f"day {(row.CUTDT - row.TRTSDT).days + 1} at the data cut")


def cause_of_death(row) -> str:
    """Of what the subject died, as delivered: "sepsis, related to the study drug", "not stated", and where it is open
    whether the drug did it."""
    named = cause(row)
    words = [named[:1].lower() + named[1:]]
    words += [f"fatal event {causality(row)} to the study drug"] if causality(row) in ("related", "not related") else []
    words += ["not adjudicated"] if row.CAUSECD == "NOT ADJUDICATED" and not row.NRELATED else []
    return ", ".join(words)


def _death(row) -> str:
    """ "day 24, 11 Nov 2007"; what a partial date allows."""
    return _dated(row, row.DTHDT) if row.DTHDT == row.DTHLDT else date_of(row)


def _dated(row, date) -> str:
    if not present(date):
        return "date not known"
    if not present(row.TRTSDT) or date < row.TRTSDT:
        return day(date)
    return f"day {(date - row.TRTSDT).days + 1}, {day(date)}"


def _lower(text) -> str:
    return str(text).lower() if present(text) else ""


def _absent(view: View, domain: str, otherwise: str) -> str:
    """Why a fact is not known: its dataset was not delivered, or what it says instead."""
    return otherwise if domain in view.cut.delivered else absence(view.cut, domain)
