"""The note beside a record of a subject's course: an infusion's course, what an event was, how it was measured."""

from __future__ import annotations

from pandas import DataFrame, Series

from displays.adverse_events.events import outcome
from displays.groups import present
from displays.heart.definitions import method


def worded(rows: DataFrame | None) -> DataFrame | None:
    """The rows of `subject_timeline` with NOTE in words; text that was delivered as a note stays as it is."""
    if rows is None:
        return None
    return rows.assign(NOTE=Series([_note(row) for row in rows.itertuples()], index=rows.index, dtype=object))


def _note(row) -> str | None:
    if row.PANEL == "Infusions":
        return f"course {row.COURSE:.0f}, day {row.COURSEDY:.0f}"
    if row.PANEL == "Adverse events":
        return _event(row)
    return _heart(row) if row.PANEL == "Heart" else row.NOTE


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
