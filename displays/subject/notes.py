"""The note beside a record of a subject's course: an infusion's course, what an event was, how it was measured."""

from __future__ import annotations

from pandas import DataFrame, Series

from displays.adverse_events.events import outcome
from displays.groups import present
from displays.heart.definitions import method
from displays.subject.medicines import MEANINGS
from displays.words import exactly
from queries.frames import rows_of


def worded(rows: DataFrame | None) -> DataFrame | None:
    """The rows of `subject_timeline` and `lane_values` with NOTE in words; text delivered as a note stays as it is."""
    if rows is None:
        return None
    return rows.assign(NOTE=Series([_note(row) for row in rows_of(rows)], index=rows.index, dtype=object))


def _note(row) -> str | None:
    words = WORDS.get(row.PANEL)
    return words(row) if words else row.NOTE


def _infusion(row) -> str:
    return f"course {row.COURSE:.0f}, day {row.COURSEDY:.0f}"


def _medicine(row) -> str:
    """Why it matters, what it was for, and a date that was not written in full."""
    words = [
        MEANINGS.get(row.MARK, ""),
        f"for: {row.NOTE}" if present(row.NOTE) else "",
        f"start: {row.STDTC}" if present(row.STDTC) else "",
        f"end: {row.ENDTC}" if present(row.ENDTC) else "",
    ]
    return ", ".join(filter(None, words))


def _concentration(row) -> str:
    course = f"course {row.COURSE:.0f}, day {row.COURSEDY:.0f}" if present(row.COURSE) and present(row.COURSEDY) else ""
    hours = f"{exactly(row.NRRLT)} h after the start of the infusion" if present(row.NRRLT) else ""
    return ", ".join(filter(None, [course, hours, "" if present(row.AVAL) else row.AVALC]))


def _event(row) -> str:
    severity = row.AESEV.lower() if present(row.AESEV) and not present(row.GRADE) else ""
    words = [
        "serious" if row.AESERC == "Y" else "",
        "related" if row.RELFL == "Y" else "",
        severity,
        outcome(row.AEOUT).lower() if present(row.AEOUT) else "",
    ]
    return ", ".join(filter(None, words))


def _heart(row) -> str:
    category = f"CTRCD {row.CTRCD}" if present(row.CTRCD) and row.CTRCD != "none" else ""
    rise = "new elevation" if row.RISEFL == "Y" else ""
    return ", ".join(filter(None, [method(row.SERIES), category, rise]))


WORDS = {
    "Infusions": _infusion,
    "Adverse events": _event,
    "Medicines": _medicine,
    "Heart": _heart,
    "Concentrations": _concentration,
}
