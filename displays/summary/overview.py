"""The state of the trial in pooled numbers, and what changed since the previous meeting."""

from __future__ import annotations

from pandas import DataFrame, isna, notna

from displays.display import Display, day, display
from displays.words import change, counted, listed, rate
from queries import View

MEASURES = {
    "MEASURE": "Measure",
    "NOW": "Now",
    "DENOM": "Out of",
    "PREVIOUS": "Previous cut",
    "CHANGE": "Change",
    "NOTE": "Note",
}
BY_CRITERION = {
    "Serious adverse events": "Serious by a criterion only",
    "Subjects with an SAE": "Subjects with an SAE by a criterion only",
}
SPOKEN = {
    "Enrolled": ("subject enrolled", "subjects enrolled"),
    "Treated": ("treated", "treated"),
    "Evaluable for DLT": ("evaluable for DLT", "evaluable for DLT"),
    "Subjects with a DLT": ("subject with a DLT", "subjects with a DLT"),
    "Deaths": ("death", "deaths"),
    "Serious adverse events": ("serious adverse event", "serious adverse events"),
    "Remissions": ("remission", "remissions"),
}


def what_changed(view: View) -> Display:
    """Enrolled, treated, evaluable, DLTs, deaths, SAEs and remissions: now, before, and the change."""
    view = view.pooled()
    now, before = view.ask("overview_measures"), view.ask_previous("overview_measures")
    known = {} if before is None else dict(zip(before["MEASURE"], before["NUMBER"]))
    table = DataFrame(
        [_measure(row, known, now, view) for row in now.itertuples() if row.SORT <= 8], columns=list(MEASURES)
    ).astype({"PREVIOUS": "Int64"})
    return display(
        view,
        "what_changed",
        title="What changed since the previous meeting",
        finding=_changes_in_words(now, known, view),
        table=table,
        labels=MEASURES,
        population=_who(now),
        method="Enrolled: an enrolment date, or treated. Treated: at least one infusion. Evaluable: a DLT, or all "
        f"{view.trial.infusions_per_course} infusions of course 1 given and the whole DLT window observed ({view.trial.dlt_window_days} days). Serious adverse events: treatment-emergent events reported as serious, or with any seriousness "
        "criterion, or of grade 5. Remissions: subjects whose best response is a remission (CR, CRi; CRh for AML).",
        source="adsl, addl, adae, adrs.",
        questions=("overview_measures",),
        audience="open",
    )


def _measure(row, known: dict, now: DataFrame, view: View) -> dict:
    before = known.get(row.MEASURE)
    collected = notna(row.NUMBER)
    both = collected and before is not None and notna(before)
    return {
        "MEASURE": row.MEASURE,
        "NOW": int(row.NUMBER) if collected else "–",
        "DENOM": ""
        if not collected
        else "in " + _subjects(now)
        if isna(row.OUTOF)
        else f"of {row.OUTOF} {row.POPULATION}",
        "PREVIOUS": int(before) if before is not None and notna(before) else None,
        "CHANGE": change(row.NUMBER, before) if both else "",
        "NOTE": "; ".join(
            filter(None, [_note(row, now, collected), f"{int(before)} on {day(view.previous.date)}" if both else ""])
        ),
    }


def _subjects(now: DataFrame) -> str:
    subjects = _number(now, "Subjects with an SAE")
    return counted(int(subjects), "subject") if notna(subjects) else "subjects"


def _note(row, now: DataFrame, collected: bool) -> str:
    if not collected:
        return "not collected in this cut"
    if row.MEASURE in BY_CRITERION:
        return _by_criterion(int(_number(now, BY_CRITERION[row.MEASURE])))
    if row.MEASURE != "Evaluable for DLT":
        return ""
    return f"{_number(now, 'Pending')} pending, {_number(now, 'Not evaluable')} not evaluable"


def _by_criterion(number: int) -> str:
    # A reader who counts AESER alone must be able to find the difference.
    return f"of these {number} by a criterion only, AESER does not say Y" if number else ""


def _number(now: DataFrame, measure: str):
    return now.set_index("MEASURE")["NUMBER"][measure]


def _changes_in_words(now: DataFrame, known: dict, view: View) -> str:
    if not _number(now, "Enrolled"):
        return (
            "No subjects match the filters."
            if len(view.cut.table("adsl"))
            else "No subjects: not collected in this cut."
        )
    if view.previous is None:
        return _state(now) + " No earlier cut is chosen to compare with."
    parts = [
        _difference(row, known[row.MEASURE])
        for row in now.itertuples()
        if row.MEASURE in SPOKEN and notna(row.NUMBER) and notna(known.get(row.MEASURE))
    ]
    parts = [part for part in parts if part]
    since = f"Since {day(view.previous.date)}: "
    return since + (listed(parts) if parts else "no change in any of these numbers") + "."


def _difference(row, before) -> str:
    difference = int(row.NUMBER - before)
    if difference == 0:
        return ""
    number = abs(difference)
    return f"{number} {'more' if difference > 0 else 'fewer'} {SPOKEN[row.MEASURE][number != 1]}"


def _state(now: DataFrame) -> str:
    of = now.set_index("MEASURE")
    words = f"Now {of.NUMBER['Enrolled']} enrolled and {of.NUMBER['Treated']} treated"
    if notna(of.NUMBER["Subjects with a DLT"]):
        words += f"; {rate(int(of.NUMBER['Subjects with a DLT']), int(of.OUTOF['Subjects with a DLT']), ci=False)} evaluable had a DLT"
    if notna(of.NUMBER["Remissions"]):
        words += f"; {rate(int(of.NUMBER['Remissions']), int(of.OUTOF['Remissions']), ci=False)} evaluable for response reached a remission"
    return words + f"; {_number(now, 'Deaths')} died."


def _who(now: DataFrame) -> str:
    missing = [
        row.MEASURE.lower().replace("dlt", "DLT").replace("sae", "SAE")
        for row in now.itertuples()
        if row.SORT <= 8 and isna(row.NUMBER)
    ]
    words = (
        f"{counted(int(now.set_index('MEASURE')['OUTOF']['Enrolled']), 'subject')} screened, all dose levels together."
    )
    return words + (f" Not collected in this cut: {listed(missing)}." if missing else "")
