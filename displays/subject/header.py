"""One subject: who it is and what came of the treatment, the adverse events and the heart values as tables."""

from __future__ import annotations

from pandas import DataFrame

from displays.display import Display, day, display, plain
from displays.escalation.evaluation import why_not_evaluable, why_pending
from displays.groups import everybody, present
from displays.heart.definitions import own_units
from displays.remission.reasons import without_response
from displays.since import SINCE_LABELS
from displays.subject.known import ALONE, unknown
from displays.words import amount, counted, exactly, on_day, short_dose
from queries import View

FACTS = {
    "MEASURE": "About",
    "NOW": "Now",
    "DENOM": "Of",
    "NOTE": "Note",
} | SINCE_LABELS


def subject_header(view: View, subject: str) -> Display:
    """Who is this subject, how was the subject treated, and what came of it?"""
    view = everybody(view)
    found = _one(view.ask("subject_header", usubjid=subject))
    if found is None:
        return unknown(view, "subject_header", "Subject", subject)
    earlier = view.ask_previous("subject_header", usubjid=subject)
    before = None if earlier is None else _one(earlier)
    now, then = (
        _facts(found, view),
        {} if before is None else {fact["MEASURE"]: fact["NOW"] for fact in _facts(before, view)},
    )
    table = DataFrame([fact | _change(fact, then) for fact in now]).assign(USUBJID=subject)
    return display(
        view,
        "subject_header",
        title=f"Subject {found.SUBJID}",
        finding=_finding(found, view),
        table=table,
        labels=FACTS,
        population=ALONE + _news(table, view, earlier, before),
        method="Cumulative dose: the sum of what was infused. Earlier anthracyclines in mg/m² of doxorubicin, by the factors of the trial's definition "
        "(Feijen 2019; ESC 2022). "
        + own_units(view)
        + " DLT evaluation, best response and CTRCD as defined on the pages of dose, remission and heart.",
        source="adsl, adex, addl, adrs, adcv.",
        questions=(view.question("subject_header", usubjid=subject),),
    )


def _one(frame: DataFrame):
    return next(frame.itertuples(), None)


def _facts(row, view: View) -> list[dict]:
    facts = [
        _person(row),
        _disease(row, view),
        _fact("Site", row.SITEID, row.SITENAM),
        _group(row, view),
        _dlt(row, view),
        _response(row, view),
    ]
    return facts + [_dose(row, view), _earlier(row, view), _heart(row, view), _events(row), _status(row)]


def _fact(measure: str, now, denom="", note="") -> dict:
    return {
        "MEASURE": measure,
        "NOW": str(now) if present(now) and str(now) else "–",
        "DENOM": denom if present(denom) else "",
        "NOTE": note,
    }


def _person(row) -> dict:
    sex = {"M": "male", "F": "female"}.get(row.SEX, "sex not given")
    body = f"{exactly(row.WEIGHT)} kg" if present(row.WEIGHT) else ""
    return _fact("Age", _years(row.AGE) if present(row.AGE) else "–", sex, body)


def _years(age: float) -> str:
    return counted(int(age), "year") if age >= 1 else f"{age * 12:.0f} months"


def _disease(row, view: View) -> dict:
    earlier = "after an earlier transplant" if row.PRIHSCT == "Y" else ""
    return _fact(
        "Disease",
        row.DISEASE,
        earlier,
        "" if present(row.DISEASE) else _not_here(view, "mh", "no primary diagnosis recorded"),
    )


def _group(row, view: View) -> dict:
    dose = row.TRTA if present(row.TRTA) else None
    cohort = (
        ("expansion" if row.COHORT == view.trial.expansion_cohort else f"cohort {row.COHORT}")
        if present(row.COHORT)
        else ""
    )
    short = short_dose(dose, view.trial.dose_unit) if dose else None
    return _fact(
        "Dose level" if short != dose else "Group",
        short,
        view.trial.dose_unit if short != dose else "",
        cohort if dose else "not assigned to a dose",
    )


def _dlt(row, view: View) -> dict:
    if not present(row.DLTSTAT):
        return _fact("DLT evaluation", "–", "", "not treated" if row.SAFFL != "Y" else "not collected in this cut")
    notes = {
        "DLT": _dlt_words(row),
        "Pending": why_pending(row),
        "Not evaluable": why_not_evaluable(row),
        "No DLT": f"through day {view.trial.dlt_window_days}",
    }
    return _fact("DLT evaluation", row.DLTSTAT, "", notes.get(row.DLTSTAT) or "")


def _dlt_words(row) -> str:
    """Term, grade and day; of several the worst grade and the first day."""
    several = row.NDLT > 1
    return f"{row.DLTTERM}, {'worst ' if several else ''}grade {exactly(row.DLTGR, 0)}, {'first ' if several else ''}{on_day(row.DLTADY)}"


def _response(row, view: View) -> dict:
    if present(row.BEST):
        return _fact(
            "Best response",
            row.BEST,
            on_day(row.BESTDY) if present(row.BESTDY) else "",
            without_response(row) or "",
        )
    return _fact("Best response", "–", "", _not_here(view, "rs", "no assessment after the first infusion"))


def _dose(row, view: View) -> dict:
    if row.SAFFL != "Y":
        return _fact("Cumulative dose", "0", "no infusion")
    spent = f"{counted(int(row.NDOSE), 'administration')} in {counted(int(row.NCOURSE), 'course')}"
    known = str(row.DOSEU).lower().replace("²", "2") == view.trial.unit.code
    return (
        _fact(view.trial.drug, amount(row.CUMDOSE), view.trial.amount_unit, spent)
        if known
        else _fact(view.trial.drug, int(row.NDOSE), "administrations", f"{counted(int(row.NCOURSE), 'course')}")
    )


def _earlier(row, view: View) -> dict:
    unknown = f"{counted(int(row.PANTMISS), 'agent')} of unknown dose not counted" if row.PANTMISS else ""
    if present(row.PANTDOX):
        return _fact("Earlier anthracyclines", exactly(row.PANTDOX, 0), "mg/m² doxorubicin equivalent", unknown)
    return _fact("Earlier anthracyclines", "–", "", unknown or _not_here(view, "cm", "none recorded"))


def _heart(row, view: View) -> dict:
    if not present(row.NLVEF) or not row.NLVEF:
        return _fact("Lowest LVEF", "–", "", _not_here(view, "cv", "no echocardiogram"))
    ctrcd = f"CTRCD {row.CTRCD}" if present(row.CTRCD) else "no category of CTRCD"
    base = f"baseline {exactly(row.LVEFBASE)} %" if present(row.LVEFBASE) else "no baseline"
    return _fact(
        "Lowest LVEF",
        f"{exactly(row.LVEFLOW)} %" if present(row.LVEFLOW) else "–",
        on_day(row.LVEFLOWDY) if present(row.LVEFLOWDY) else "none after baseline",
        f"{base}, {ctrcd}",
    )


def _events(row) -> dict:
    number = int(row.NAE) if present(row.NAE) else 0
    return _fact(
        "Adverse events",
        number,
        "on or after the first infusion",
        f"{int(row.NAE3)} of grade 3 or worse, {int(row.NSAE)} serious" if number else "",
    )


def _status(row) -> dict:
    if row.DTHFL == "Y":
        return _fact("Status", "Died", _dated(row, row.DTHDT), _lower(row.DCSREAS if row.DCSREAS != "DEATH" else None))
    if row.SAFFL != "Y":
        return _fact("Status", "Not treated", "enrolled" if row.ENRLFL == "Y" else "not enrolled")
    if row.EOSSTT == "OFF STUDY":
        return _fact("Status", "Off study", _dated(row, row.EOSDT), _lower(row.DCSREAS))
    if present(row.EOSDT) or present(row.DCSREAS):
        return _fact(
            "Status",
            "Ended",
            _dated(row, row.EOSDT),
            "; ".join(text for text in (_lower(row.DCSREAS), "whether treatment or study was not collected") if text),
        )
    if present(row.EOTDT) or present(row.EOTREAS):
        return _fact("Status", "Off treatment", _dated(row, row.EOTDT), _lower(row.EOTREAS))
    return _fact("Status", "On treatment", f"day {(row.CUTDT - row.TRTSDT).days + 1} at the data cut")


def _dated(row, date) -> str:
    if not present(date):
        return "date not known"
    return (
        f"day {(date - row.TRTSDT).days + 1}, {day(date)}" if present(row.TRTSDT) and date >= row.TRTSDT else day(date)
    )


def _lower(text) -> str:
    return str(text).lower() if present(text) else ""


def _not_here(view: View, domain: str, otherwise: str) -> str:
    return otherwise if domain in view.cut.delivered else "not collected in this cut"


def _change(fact: dict, then: dict) -> dict:
    before = then.get(fact["MEASURE"])
    return {"SINCE": "changed" if before not in (None, "–", fact["NOW"]) else "", "PREVIOUS": before}


def _news(table: DataFrame, view: View, earlier: DataFrame | None, before) -> str:
    if earlier is None:
        return ""
    since = f" Since {day(view.previous.date)}: "
    if before is None:
        return since + "the subject is new."
    changed = list(table.loc[table["SINCE"] != "", "MEASURE"])
    return since + (f"changed: {'; '.join(changed)}." if changed else "no change in this header.")


def _finding(row, view: View) -> str:
    child = present(row.AGE) and row.AGE < 18
    person = {"M": "boy" if child else "man", "F": "girl" if child else "woman"}.get(row.SEX, "subject")
    words = (
        f"A {person}"
        + (f" of {_years(row.AGE)}" if present(row.AGE) else "")
        + (f" with {row.DISEASE}" if present(row.DISEASE) else "")
    )
    words += f" at {plain(row.TRTA)}" if present(row.TRTA) else ", assigned to no dose"
    told = [f"DLT evaluation: {row.DLTSTAT}"] * present(row.DLTSTAT) + [f"best response {plain(row.BEST)}"] * present(
        row.BEST
    )
    told += [f"lowest LVEF {exactly(row.LVEFLOW)} % on {on_day(row.LVEFLOWDY)}"] * present(row.LVEFLOW)
    status = _status(row)
    return f"{words}. {_joined(told, status)}."


def _joined(told: list[str], status: dict) -> str:
    words = "; ".join([*told, status["NOW"].lower() + (f" ({status['DENOM']})" if status["DENOM"] else "")])
    return words[:1].upper() + words[1:]
