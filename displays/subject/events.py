"""Adverse events of one subject as bars, a row for each term."""

from __future__ import annotations

from pandas import DataFrame

from displays.display import plain
from displays.drawing import house
from displays.groups import present
from displays.subject.bars import ROW_PIXELS, bar_rows
from displays.subject.strip import Span, Strip, heading
from displays.subject.style import graded, lines, noted
from displays.words import on_day
from queries.frames import rows_of

UNGRADED = "#aab6bf"


def events_strip(events: DataFrame, span: Span, most: int) -> Strip:
    """One bar an event, coloured by grade with the grade as a number beside it; `most` terms, the worst ones."""
    terms = _terms(events, most)
    told = list(rows_of(events))
    rows = events.assign(
        COLOUR=[house.GRADE[int(row.GRADE)] if present(row.GRADE) else UNGRADED for row in told],
        WORDS=[_grade(row) for row in told],
        HOVER=[_hover(row) for row in told],
    )
    traces, notes, axis = bar_rows(rows, terms, span, "Adverse events")
    title = _heading(events, len(terms))
    return Strip(heading=title, pixels=ROW_PIXELS * len(terms), axis=axis, traces=traces, notes=notes)


def _terms(events: DataFrame, most: int) -> list[str]:
    """The terms in the order of their first day; where there are too many, the worst of them."""
    terms = events.groupby("TRACE").agg(GRADE=("GRADE", "max"), ADY=("ADY", "min")).reset_index()
    worst = terms.sort_values(["GRADE", "ADY"], ascending=[False, True], na_position="last").head(most)
    return list(worst.sort_values(["ADY", "TRACE"])["TRACE"])


def _heading(events: DataFrame, shown: int) -> str:
    hidden = events["TRACE"].nunique() - shown
    grades = "number = grade" if events["GRADE"].notna().any() else "not graded"
    milder = f"; {hidden} milder terms only in the numbers" if hidden > 0 else ""
    return heading("Adverse events", f"{len(events)}, {grades}{milder}")


def _grade(row) -> str:
    """ "3", "3 ›" for an event without an end, "4 ×DLT"."""
    grade = f"<b>{int(row.GRADE)}</b>" if present(row.GRADE) else ""
    going_on = "" if present(row.AENDY) else " ›"
    return grade + going_on + (f" <b style='color:{house.DLT}'>×DLT</b>" if row.MARK == "DLT" else "")


def _hover(row) -> str:
    length = f"{on_day(row.ADY)} to {int(row.AENDY)}" if present(row.AENDY) else f"from {on_day(row.ADY)}, no end"
    toxicity = ["dose-limiting toxicity"] if row.MARK == "DLT" else []
    return lines(row, f"{plain(row.TRACE)}, {length}", *graded(row, "grade"), *noted(row.NOTE), *toxicity)
