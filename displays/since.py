"""What changed since the previous cut: subject by subject, event by event."""

from __future__ import annotations

import re
from collections import Counter

import pandas
from pandas import DataFrame, Series

from queries import View

EVENT_KEYS = (
    ("USUBJID", "AEDECOD", "AESTDTC"),
    ("USUBJID", "AEDECOD", "AESEQ"),
    ("USUBJID", "AEDECOD"),
    ("USUBJID", "AETERM"),
)
"""How an event is found again: numbering, dates and coding may each be corrected between two cuts."""

EVENT_WORDS = {
    "DLTFL": "DLT",
    "ATOXGR": "grade",
    "AEDECOD": "event",
    "AESTDTC": "onset",
    "AEREL": "causality",
    "AEOUT": "outcome",
}
VERDICT = {"Y": "DLT", "N": "judged not a DLT"}


def compare_subjects(now: DataFrame, before: DataFrame | None, words) -> DataFrame:
    """`now` with CHANGED ('new', 'changed' or '') and BEFORE; `words` gives a subject's state as text."""
    now = now.assign(STATE=[words(row) for row in now.itertuples()])
    if before is None:
        return now.assign(CHANGED="", BEFORE="")
    states = {row.USUBJID: words(row) for row in before.itertuples()}
    compared = [_subject_change(row, states, words) for row in now.itertuples()]
    return now.assign(CHANGED=[c for c, _ in compared], BEFORE=[b for _, b in compared])


def _subject_change(row, states: dict[str, str], words) -> tuple[str, str]:
    if row.USUBJID not in states:
        return "new", ""
    before = states[row.USUBJID]
    # Days that went by are no change of state.
    return ("changed", before) if _kind(before) != _kind(row.STATE) else ("", "")


def _kind(state: str) -> str:
    return re.sub(r"\d+ days? left$", "", state) if state.startswith("Pending") else state


def compare_events(now: DataFrame, before: DataFrame | None) -> DataFrame:
    """Every event of a cut against every event of the previous one: `now` with CHANGED and BEFORE ("DLT judged not a DLT → DLT")."""
    if before is None:
        return now.assign(CHANGED="", BEFORE="")
    found = match_events(now, before)
    compared = [
        _event_change(row, before.loc[found[index]] if index in found else None) for index, row in now.iterrows()
    ]
    return now.assign(CHANGED=[c for c, _ in compared], BEFORE=[b for _, b in compared])


def mark_events(view: View, listed: DataFrame) -> DataFrame:
    """A list of some events with the CHANGED and BEFORE that `compare_events` finds among all events of all subjects."""
    # without the filters: an event known before is not new because its subject has come under them since
    before = view.previous.ask("ae_events") if view.previous else None
    changes = compare_events(view.cut.ask("ae_events"), before)[["USUBJID", "AESEQ", "CHANGED", "BEFORE"]]
    return listed.merge(changes, on=["USUBJID", "AESEQ"], how="left", validate="one_to_one")


def gone_events(now: DataFrame, before: DataFrame | None) -> DataFrame:
    """The events of the previous cut that this cut holds no more; `now` must be every event of it."""
    if before is None:
        return now.iloc[:0]
    return before.drop(index=list(match_events(now, before).values()))


def match_events(now: DataFrame, before: DataFrame) -> dict:
    """Index of `now` → index of `before`, each used once; the surest key first."""
    found: dict = {}
    for key in EVENT_KEYS:
        left, right = now.drop(index=list(found)), before.drop(index=list(found.values()))
        places = {}
        for index, name in _named(right, key).items():
            places.setdefault(name, index)
        for index, name in _named(left, key).items():
            if name in places:
                found[index] = places.pop(name)
    return found


def _named(events: DataFrame, key: tuple[str, ...]) -> dict:
    """Index → the event's key, with its place among those that share it."""
    seen: Counter = Counter()
    named = {}
    for index, row in zip(events.index, events[list(key)].itertuples(index=False)):
        values = tuple(_text(value) for value in row)
        named[index] = (*values, seen[values])
        seen[values] += 1
    return named


def _event_change(row: Series, before: Series | None) -> tuple[str, str]:
    if before is None:
        return "new", ""
    changes = [
        f"{words} {_value(column, before[column])} → {_value(column, row[column])}"
        for column, words in EVENT_WORDS.items()
        if _text(before[column]) != _text(row[column])
    ]
    return ("changed", "; ".join(changes)) if changes else ("", "")


def _value(column: str, value) -> str:
    text = _text(value)
    return (
        VERDICT.get(text, "not judged")
        if column == "DLTFL"
        else (text.lower() if column in ("AEREL", "AEOUT") else text) or "not stated"
    )


def _text(value) -> str:
    if value is None or pandas.isna(value):
        return ""
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)
