"""The state of the trial in pooled numbers, and what changed since the previous meeting."""

from __future__ import annotations

from pandas import DataFrame, isna, notna

from displays.absent import absence
from displays.display import Display, day, display
from displays.groups import NOBODY
from displays.remission.definitions import doubts, kinds
from displays.since import SINCE_LABELS, compare_numbers, since
from displays.words import counted, listed, rate, sentence
from queries import View
from queries.frames import rows_of

MEASURES = {
    "MEASURE": "Measure",
    "NOW": "Now",
    "DENOM": "Out of",
    "NOTE": "Note",
} | SINCE_LABELS
BY_CRITERION = {
    "Serious adverse events": "Serious by a criterion only",
    "Subjects with an SAE": "Subjects with an SAE by a criterion only",
}
UNKNOWN = {
    "Serious adverse events": "Seriousness not known",
    "Subjects with an SAE": "Subjects whose seriousness is not known",
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
FEW = "not shown in the open session, where it would be told of fewer than five subjects"
FIRST_CHANGES = 4
"""So many changes are in the first sentence."""
OF_EVALUABLE = {
    "Subjects with a DLT": "evaluable had a DLT",
    "Remissions": "evaluable for response reached a remission",
}


def what_changed(view: View) -> Display:
    """Enrolled, treated, evaluable, DLTs, deaths, SAEs and remissions: now, before, and the change."""
    now = compare_numbers(view.ask("overview_measures"), view.ask_previous("overview_measures"), ("MEASURE",), "NUMBER")
    table = DataFrame([_measure(row, now, view) for row in rows_of(now) if row.SORT <= 8])
    return display(
        view,
        "what_changed",
        title="What changed since the previous meeting",
        finding=_changes_in_words(now, view),
        table=table.astype({"PREVIOUS": "Int64"}),
        labels=MEASURES,
        population=_population(view, now),
        method="Enrolled: an enrolment date, or treated. Treated: at least one infusion. Evaluable: a DLT, or all "
        f"{view.trial.infusions_per_course} infusions of course 1 given and the whole DLT window observed "
        f"({view.trial.dlt_window_days} days). Serious adverse events: treatment-emergent events reported as serious, "
        "or with any seriousness criterion, or of grade 5. Remissions: subjects with a remission that counts "
        f"({kinds(view)}{'; one lost early is none' if view.trial.response.confirmation else ''}).",
        source="adsl, addl, adae, adrs.",
        questions=("overview_measures", "remission_doubt_counts"),
        audience="open",
    )


def _measure(row, now: DataFrame, view: View) -> dict:
    collected = notna(row.NUMBER)
    before = f"{row.PREVIOUS} on {day(view.previous.date)}" if collected and notna(row.PREVIOUS) else ""
    return {
        "MEASURE": row.MEASURE,
        "NOW": int(row.NUMBER) if collected else "–",
        "DENOM": _denominator(row, now) if collected else "",
        "NOTE": "; ".join(
            text for text in (_note(row, now, view) if collected else _absent(row, view), before) if text
        ),
        "SINCE": row.SINCE,
        "PREVIOUS": row.PREVIOUS,
    }


def _denominator(row, now: DataFrame) -> str:
    return f"in {_subjects(now)}" if isna(row.OUTOF) else f"of {row.OUTOF} {row.POPULATION}"


def _subjects(now: DataFrame) -> str:
    subjects = _number(now, "Subjects with an SAE")
    return counted(int(subjects), "subject") if notna(subjects) else "subjects"


def _absent(row, view: View) -> str:
    if getattr(row, "HELD", False):
        return FEW
    return absence(view.cut, *(("rs",) if "remission" in row.MEASURE.lower() else ()))


def _note(row, now: DataFrame, view: View) -> str:
    if row.MEASURE == "Remissions":
        return "; ".join(filter(None, [*_not_among(now, view), doubts(view).rstrip(".")]))
    if row.MEASURE in BY_CRITERION:
        unknown, criterion = (_number(now, names[row.MEASURE]) for names in (UNKNOWN, BY_CRITERION))
        if isna(unknown) or isna(criterion):
            return f"of which seriousness is not known, or by a criterion only: {FEW}"
        also = f"seriousness not known of {int(unknown)} more" if unknown else ""
        return "; ".join(filter(None, (_by_criterion(int(criterion)), also)))
    if row.MEASURE != "Evaluable for DLT":
        return ""
    return f"{_number(now, 'Pending'):g} pending, {_number(now, 'Not evaluable'):g} not evaluable"


def _not_among(now: DataFrame, view: View) -> list[str]:
    """The remissions that are not counted: lost early, and possible ones."""
    lost, possible = (_number(now, name) for name in ("Remissions lost early", "Remissions possible"))
    if isna(lost) or isna(possible):
        return [f"of which lost early or possible: {FEW}"]
    lost, possible = int(lost), int(possible)
    days = view.trial.response.confirmation_days
    return [
        *[f"{lost} lost within {days} days, not counted"] * (lost > 0),
        *[f"possible, not known, in {possible} more (an assessment not read or not dated)"] * (possible > 0),
    ]


def _by_criterion(number: int) -> str:
    # A reader who counts AESER alone must be able to find the difference.
    return f"{number} by a criterion only, not flagged serious by the investigator" if number else ""


def _number(now: DataFrame, measure: str):
    return now.set_index("MEASURE")["NUMBER"][measure]


def _changes_in_words(now: DataFrame, view: View) -> list[str]:
    if not _number(now, "Enrolled"):
        return [NOBODY if view.cut.has_subjects else "No subjects: not collected in this cut."]
    beside = _beside_remissions(now, view)
    if view.previous is None:
        return [*_state(now), *beside, "No earlier cut is chosen to compare with."]
    moved = now[now["MEASURE"].isin(SPOKEN) & (now["SINCE"] != "")]
    parts = [_difference(row) for row in rows_of(moved)]
    first, more = parts[:FIRST_CHANGES], parts[FIRST_CHANGES:]
    words = since(view, listed(first) if first else "no change in any of these numbers")
    return [words, *([sentence(f"also {listed(more)}")] if more else []), *beside]


def _beside_remissions(now: DataFrame, view: View) -> list[str]:
    """What the number of remissions does not show, in a sentence each."""
    if isna(_number(now, "Remissions")):
        return []
    parts = [f"Of remissions, {part}." for part in _not_among(now, view)]
    return [*parts, *filter(None, [doubts(view)])]


def _difference(row) -> str:
    difference = int(row.NUMBER - row.PREVIOUS)
    words = SPOKEN[row.MEASURE][abs(difference) != 1]
    return f"{abs(difference)} {'more' if difference > 0 else 'fewer'} {words}"


def _state(now: DataFrame) -> list[str]:
    of = now.set_index("MEASURE")
    died = _number(now, "Deaths")
    words = f"Now {of.NUMBER['Enrolled']:g} enrolled and {of.NUMBER['Treated']:g} treated"
    words += f"; {died:g} died." if notna(died) else "."
    known = {measure: had for measure, had in OF_EVALUABLE.items() if notna(of.NUMBER[measure])}
    rates = [f"{rate(int(of.NUMBER[it]), int(of.OUTOF[it]), ci=False)} {had}" for it, had in known.items()]
    return [words, *([sentence("; ".join(rates))] if rates else [])]


def _population(view: View, now: DataFrame) -> str:
    missing: dict[str, list[str]] = {}
    for row in rows_of(now[(now["SORT"] <= 8) & now["NUMBER"].isna()]):
        words = row.MEASURE.lower().replace("dlt", "DLT").replace("sae", "SAE")
        missing.setdefault(_absent(row, view), []).append(words)
    screened = int(now.set_index("MEASURE")["OUTOF"]["Enrolled"])
    words = f"{counted(screened, 'subject')} screened, all dose levels together."
    return words + "".join(f" {sentence(f'{why}: {listed(of)}')}" for why, of in missing.items())
