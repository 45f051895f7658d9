"""Alarms of the laboratory: candidates of Hy's law. Who is near is none."""

from __future__ import annotations

from pandas import DataFrame

from displays.absent import absence
from displays.laboratory.hys_law import (
    WITHOUT_RESULT,
    candidates,
    hys_law_before,
    hys_law_of,
    met_words,
    not_assessable,
)
from displays.summary.alarm import NOT_ASSESSED_BEFORE, Alarm, none_now, not_assessed, was
from displays.summary.who import Who, marked
from displays.words import counted
from queries import View

LAW, LEADS = "Laboratory criteria of Hy's law", "liver_peaks"


def of_liver(view: View) -> list[Alarm]:
    """Who meets Hy's law after the first infusion, cholestasis not excluded included; in whom it cannot be told."""
    if "lb" not in view.cut.received:
        return [not_assessed(f"Hy's law ({absence(view.cut, 'lb')})", LEADS)]
    rows, then = hys_law_of(view), hys_law_before(view)
    people, open_ = _people(rows), _open(rows)
    former = None if then is None else _people(then)
    if not people:
        gone = [none_now(LAW, LEADS, former, _assessed(then))] if former else []
        return [*gone, *open_]
    whom = f"{LAW} met in {len(people)} of {counted(_assessed(rows), 'assessed subject')}"
    unknown = NOT_ASSESSED_BEFORE if view.previous and then is None else ""
    previous = unknown or was(people, former, 0 if then is None else _assessed(then))
    return [Alarm("liver", whom, LEADS, marked(people, former), previous), *open_]


def _people(rows: DataFrame) -> list[Who]:
    return [Who(row.USUBJID, row.SUBJID, met_words(row)) for row in candidates(rows).itertuples()]


def _assessed(rows: DataFrame) -> int:
    return len(rows) - len(not_assessable(rows))


def _open(rows: DataFrame) -> list[Alarm]:
    """In how many results could meet it and do not tell; where nobody has results of both, that."""
    unknown = not_assessable(rows)
    doubtful = unknown[~unknown["HYCD"].isin(WITHOUT_RESULT)]
    if len(rows) and len(unknown) == len(rows):
        return [not_assessed(f"Hy's law (in none of {counted(len(rows), 'treated subject')})", LEADS)]
    if doubtful.empty:
        return []
    return [not_assessed(f"Hy's law in {len(doubtful)} of {counted(len(rows), 'treated subject')}", LEADS)]
