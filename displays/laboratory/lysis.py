"""Tumour lysis syndrome of each subject in words: what the displays say of the question `tumour_lysis`."""

from __future__ import annotations

from pandas import DataFrame

from displays.groups import present, words_of
from displays.words import exactly, listed, on_day
from queries import Question, View, costly

TESTS = {
    "URATE": "uric acid",
    "K": "potassium",
    "PHOS": "phosphate",
    "CACORR": "corrected calcium",
    "CREAT": "creatinine",
    "LDH": "LDH",
}
RESULTS = {
    "CLINICAL": "Clinical",
    "LABORATORY OPEN": "Laboratory, clinical not assessable",
    "LABORATORY": "Laboratory",
    "UNKNOWN": "Not assessable",
    "OPEN": "Not so far, day 8 not reached",
    "NONE": "Not met",
}
"""TLSCD → the result in words, the worst first."""
MET = ("CLINICAL", "LABORATORY OPEN", "LABORATORY")
ASSESSED = (*MET, "NONE")
DEFINITIONS = {"cairo-bishop": "Cairo and Bishop 2004", "howard": "Howard 2011"}


def parameters(view: View, course: str) -> dict:
    """What the question is asked with."""
    return costly.tumour_lysis(view.trial, int(course))


def asked(view: View, course: str) -> Question:
    """The question as these displays ask it."""
    return view.question("tumour_lysis", **parameters(view, course))


def lysis_of(view: View, course: str) -> DataFrame:
    """The rows of `tumour_lysis` with words: RESULT, CRITERIA, LACKING, ALSO (what makes it clinical), EVENT."""
    return in_words(view.ask("tumour_lysis", **parameters(view, course)))


def lysis_before(view: View, course: str) -> DataFrame | None:
    """The same of the previous cut; None where there is none, or it holds no laboratory results."""
    if view.previous is None or "lb" not in view.previous.received:
        return None
    return in_words(view.ask_previous("tumour_lysis", **parameters(view, course)))


def in_words(rows: DataFrame) -> DataFrame:
    return rows.assign(
        RESULT=[RESULTS[code] for code in rows["TLSCD"]],
        CRITERIA=words_of(rows, rows["METVALUE"].notna() | rows["METCHANGE"].notna(), criteria),
        LACKING=words_of(rows, rows["MISSING"].notna() | rows["UNDATED"].notna(), lacking),
        ALSO=words_of(rows, (rows["CREATFL"] == "Y") | rows["SYMPTOMS"].notna(), also),
        EVENT=words_of(rows, rows["NAE"] != 0, event),
    )


def names(codes: str | None) -> str | None:
    """ "uric acid and phosphate" of "URATE;PHOS"; None where there are none."""
    return listed([TESTS[code] for code in codes.split(";")]) if isinstance(codes, str) and codes else None


def criteria(row) -> str | None:
    """ "phosphate; by change alone: uric acid"."""
    changed = names(row.METCHANGE)
    parts = [names(row.METVALUE), f"by change alone: {changed}" if changed else None]
    return "; ".join(filter(None, parts)) or None


def lacking(row) -> str | None:
    """What would be needed to tell: "potassium; onset of Seizure", where its day of onset decides."""
    decides = row.TLSCD == "LABORATORY OPEN" and present(row.UNDATED)
    return "; ".join(filter(None, [names(row.MISSING), f"onset of {row.UNDATED}" if decides else None])) or None


def also(row) -> str | None:
    """What makes it clinical: "creatinine 3.3 × ULN", an arrhythmia, a seizure; whether or not laboratory is met."""
    kidney = f"creatinine {exactly(row.CREATXULN)} × ULN" if row.CREATFL == "Y" and present(row.CREATXULN) else None
    kidney = kidney or ("creatinine raised" if row.CREATFL == "Y" else None)
    return "; ".join(filter(None, [kidney, row.SYMPTOMS if present(row.SYMPTOMS) else None])) or None


def event(row) -> str | None:
    """The adverse event of that name: "grade 4, day 3"."""
    if not row.NAE:
        return None
    grade = f"grade {int(row.AEGRADE)}" if present(row.AEGRADE) else "not graded"
    return f"{grade}, {on_day(row.AEDY)}"
