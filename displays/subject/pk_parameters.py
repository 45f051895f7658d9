"""One subject's pharmacokinetic parameters, row by row, with what makes each uncertain."""

from __future__ import annotations

from pandas import DataFrame

from displays.display import Display, blank, display
from displays.groups import everybody, present
from displays.pharmacokinetics.concentrations import (
    PARENT,
    Occasion,
    amount,
    analytes,
    no_concentrations,
    occasion_words,
)
from displays.pharmacokinetics.parameter_words import PARAMETERS, flag_words, note_words, unit_words
from displays.since import SINCE_LABELS, compare
from displays.subject.known import ALONE, earlier, known, news, unknown
from displays.words import counted, sentence
from queries import View
from queries.frames import rows_of

SUBJECT_PARAMETERS = ("subject_parameters", "Pharmacokinetic parameters")
BOARD = (
    "CMAX",
    "TMAX",
    "AUCINT",
    "AUCIFO",
    "AUCPEO",
    "LAMZHL",
    "CLO",
    "CLFO",
    "CLTAU",
    "VSSO",
    "ARAUC",
    "MRAUCINT",
)
"""The parameters shown first; the others are under Details."""
LABELS = {
    "OCCASION": "Infusion",
    "ANALYTENAM": "Analyte",
    "PARAM": "Parameter",
    "VALUE": "Value",
    "NOTES": "Note",
    "SPONSOR": "Sponsor's value",
} | SINCE_LABELS
METHOD = (
    "Derived from this subject's samples; the sponsor's value where none can be derived. Definitions and limits as on "
    "the PK page."
)
SPOKEN = {"CMAX": "Cmax", "AUCINT": "AUC 0 to 24 h", "LAMZHL": "half-life", "CLO": "clearance"}


def subject_parameters(view: View, subject: str) -> Display:
    """The pharmacokinetic parameters of one subject after each infusion, with reasons where there are none."""
    view = everybody(view)
    if not known(view, subject):
        return unknown(view, *SUBJECT_PARAMETERS, subject)
    now, before = (ask("subject_parameters", usubjid=subject) for ask in (view.ask, view.ask_previous))
    if now.empty and not analytes(view):
        return no_concentrations(view, *SUBJECT_PARAMETERS)
    if now.empty:
        return blank(
            view, *SUBJECT_PARAMETERS, "No parameter of this subject: no sample was delivered.", collected=True
        )
    compared = compare(now, earlier(before), ("ANALYTE", "COURSE", "COURSEDY", "PARAMCD"), _value)
    table = _table(view, compared.rows)
    return display(
        view,
        *SUBJECT_PARAMETERS,
        finding=_finding(view, now),
        table=table,
        labels=LABELS,
        population=" ".join(filter(None, [ALONE, _counts(now), news(view, before, compared.words("value"))])),
        method=METHOD,
        source="Concentrations (PC); infusions (EX); the sponsor's parameters (PP, ADPP) where they were delivered.",
        questions=(view.question("subject_parameters", usubjid=subject),),
    )


def _value(row) -> str:
    """ "8,010 ng/mL", or "–" where there is none."""
    return f"{amount(row.AVAL)} {unit_words(row.AVALU)}".strip() if present(row.AVAL) else "–"


def _table(view: View, rows: DataFrame) -> DataFrame:
    """The parameters that a board asks for, parent before metabolite, infusion by infusion."""
    names, order = analytes(view), {code: place for place, code in enumerate(BOARD)}
    rows = rows[rows["PARAMCD"].isin(BOARD)].assign(ORDER=lambda own: own["PARAMCD"].map(order))
    rows = rows.assign(PARENT=rows["ANALYTE"] != PARENT)
    rows = rows.sort_values(["COURSE", "COURSEDY", "PARENT", "ORDER"], kind="stable", ignore_index=True)
    days, words = _days(rows), flag_words(view)
    return rows.assign(
        OCCASION=[sentence(occasion_words((row.COURSE, row.COURSEDY), days))[:-1] for row in rows_of(rows)],
        ANALYTENAM=[names.get(code, code.capitalize()) for code in rows["ANALYTE"]],
        PARAM=[PARAMETERS[code] for code in rows["PARAMCD"]],
        VALUE=[_value(row) for row in rows_of(rows)],
        NOTES=[_note(row, words) for row in rows_of(rows)],
        SPONSOR=[_sponsor(row) for row in rows_of(rows)],
    ).drop(columns=["ORDER", "PARENT"])


def _days(rows: DataFrame) -> list[Occasion]:
    return [(row.COURSE, row.COURSEDY) for row in rows_of(rows[["COURSE", "COURSEDY"]].drop_duplicates())]


def _note(row, words: dict[str, str]) -> str:
    if present(row.REASON):
        used = "the sponsor's value; " if present(row.AVAL) else ""
        return f"{used}not derived: {row.REASON}"
    return "; ".join(note_words(row.NOTE, words))


def _sponsor(row) -> str:
    if not present(row.DELIVERED):
        return ""
    return amount(row.DELIVERED) + (" (differs)" if row.DIFFFL == "Y" else "")


def _finding(view: View, rows: DataFrame) -> list[str]:
    """Cmax, AUC of a day, half-life and clearance of the study drug after each infusion; then what is uncertain."""
    parent = rows[(rows["ANALYTE"] == PARENT) & rows["PARAMCD"].isin(SPOKEN)]
    if parent["AVAL"].isna().all():
        return ["No parameter of the study drug can be derived for this subject."]
    days, words = _days(rows), flag_words(view)
    spoken = [_spoken(occasion_words(day, days), own, words) for day, own in parent.groupby(["COURSE", "COURSEDY"])]
    return [*[values for values, _ in spoken], *[doubts for _, doubts in spoken if doubts]]


def _spoken(when: str, rows: DataFrame, words: dict[str, str]) -> tuple[str, str]:
    """The values after one infusion as a sentence, and what makes them uncertain as another, "" where nothing does."""
    found = {row.PARAMCD: row for row in rows_of(rows)}
    shown = [code for code in SPOKEN if code in found]
    values = [f"{SPOKEN[code]} {_value(found[code])}" for code in shown if present(found[code].AVAL)]
    absent = [SPOKEN[code] for code in shown if not present(found[code].AVAL)]
    doubts = [
        f"{SPOKEN[code]} ({', '.join(why)})"
        for code in shown
        if (why := note_words(found[code].NOTE, words) or _reason(found[code]))
    ]
    said = ", ".join([*values, *([f"no {' or '.join(absent)}"] if absent else [])])
    return sentence(f"{when}: {said}"), sentence(f"uncertain on {when}: {'; '.join(doubts)}") if doubts else ""


def _reason(row) -> list[str]:
    return [row.REASON] if present(row.REASON) and not present(row.AVAL) else []


def _counts(rows: DataFrame) -> str:
    board = rows[rows["PARAMCD"].isin(BOARD)]
    missing = int(board["AVAL"].isna().sum())
    differs = int((board["DIFFFL"] == "Y").sum())
    parts = [counted(len(board), "parameter"), f"{missing} without a value"]
    parts += [f"{differs} differ from the sponsor's"] if differs else []
    return sentence("; ".join(parts))
