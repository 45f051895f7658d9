"""Hy's law of each subject in words: what displays and alarms say of the question `hys_law`."""

from __future__ import annotations

from pandas import DataFrame

from displays.groups import present, words_of
from displays.words import exactly, on_day
from queries import Question, View, costly
from stats.liver import pattern

RESULTS = {
    "CANDIDATE": "Candidate",
    "ALP RAISED": "Candidate, cholestasis not excluded (ALP raised)",
    "ALP MISSING": "Candidate, cholestasis not excluded (no ALP)",
    "NO ULN": "Not assessable: no upper limit of normal",
    "UNREAD": "Not assessable: a result cannot be read",
    "DATE": "Not assessable: the order of the results is not known",
    "BILI AFTER": "Not assessable: no bilirubin in the days after the rise",
    "NO LIVER": "Not assessable: no ALT or AST after the first infusion",
    "NO BILI": "Not assessable: no bilirubin after the first infusion",
    "NONE": "Not met",
}
"""HYCD → the result in words, the worst first."""
CANDIDATES = ("CANDIDATE", "ALP RAISED", "ALP MISSING")
WITHOUT_RESULT = ("NO LIVER", "NO BILI")


def asked(view: View) -> Question:
    """The question as these displays ask it."""
    return view.question("hys_law", **costly.hys_law(view.trial))


def hys_law_of(view: View) -> DataFrame:
    """The rows of `hys_law`, with RESULT in words; the candidates first, then the nearest."""
    return in_words(view.ask("hys_law", **costly.hys_law(view.trial)))


def hys_law_before(view: View) -> DataFrame | None:
    """The same of the previous cut; None where there is none, or it holds no laboratory results."""
    if view.previous is None or "lb" not in view.previous.received:
        return None
    return in_words(view.ask_previous("hys_law", **costly.hys_law(view.trial)))


def in_words(rows: DataFrame) -> DataFrame:
    """The rows with RESULT, PATTERN of injury and whether the baseline was above its limit (BASEHIGH)."""
    return rows.assign(
        RESULT=[RESULTS[code] for code in rows["HYCD"].tolist()],
        PATTERN=words_of(rows, rows["RRATIO"] > 0, lambda row: pattern(row.RRATIO)),
        BASEHIGH=words_of(rows, (rows["BASELIV"] > 1) | (rows["BASEBILI"] > 1), _high),
        WASBEFORE=["yes" if flag == "Y" else None for flag in rows["BEFOREFL"].tolist()],
    )


def candidates(rows: DataFrame) -> DataFrame:
    """Those who meet the rule by multiples of the upper limit of normal."""
    return rows[rows["HYCD"].isin(CANDIDATES)]


def not_assessable(rows: DataFrame) -> DataFrame:
    """Those of whom it cannot be told."""
    return rows[~rows["HYCD"].isin((*CANDIDATES, "NONE"))]


def peaks(row) -> str:
    """ "ALT 23.2 × ULN, bilirubin 1.2 × ULN"."""
    liver = f"{row.LIVTEST} {multiple(row.PEAKLIV)}" if present(row.PEAKLIV) else "ALT and AST not known"
    return f"{liver}, bilirubin {multiple(row.PEAKBILI) if present(row.PEAKBILI) else 'not known'}"


def multiple(value, of: str = "ULN") -> str:
    """ "3.1 × ULN"; two decimals where one would move it over a limit."""
    rounded = exactly(value) if value >= 10 else exactly(value, 2)
    return f"{rounded} × {of}"


def why(row) -> str:
    """Why it cannot be told of a subject, within a sentence."""
    return RESULTS[row.HYCD].removeprefix("Not assessable: ")


def met_words(row) -> str:
    """ "ALT 8 × ULN, bilirubin 3 × ULN, day 12 and day 15"."""
    before = "; one before treatment too" if row.BEFOREFL == "Y" else ""
    open_ = "" if row.HYCD == "CANDIDATE" else "; cholestasis not excluded"
    return f"{peaks(row)}, {on_day(row.ELEVDY)} and {on_day(row.BILIDY)}{open_}{before}"


def _high(row) -> str | None:
    found = [
        f"{name} {multiple(value)}"
        for name, value in (("ALT or AST", row.BASELIV), ("bilirubin", row.BASEBILI))
        if present(value) and value > 1
    ]
    return "; ".join(found) or None
