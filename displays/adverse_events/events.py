"""What the displays of single adverse events share: headings, words, and which events are new or changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

import numpy
from pandas import DataFrame, Series, concat

from displays.display import day
from displays.groups import everybody, present
from displays.since import SINCE_LABELS, Compared, compare, places_of, text, values
from displays.words import counted, listed
from queries import View
from queries.frames import rows_of

EVENT_LABELS = {
    "SUBJID": "Subject",
    "TRTA": "Dose level",
    "COHORT": "Cohort",
    "DISEASE": "Disease",
    "AEDECOD": "Event",
    "AETERM": "As reported",
    "HEART": "Cardiac",
    "ATOXGR": "Grade",
    "GRADE": "Grade",
    "ASTDT": "Onset date",
    "ONSET": "Onset",
    "ADY": "Onset (day)",
    "AENDT": "End date",
    "AENDY": "End (day)",
    "END": "End and duration",
    "TIMING": "When",
    "CUMDOSE": "Study drug by onset ({unit})",
    "CAUSALITY": "Causality",
    "AESERC": "Serious",
    "VERDICT": "Adjudication",
    "DLT": "DLT",
    "INWINDOW": "Inside the window",
    "DLTRS": "Reason of the adjudication",
    "ACTION": "Action taken",
    "OUTCOME": "Outcome",
    "AEBODSYS": "System organ class",
    "NOTE": "Note",
}
"""Column → heading, for every display of single events."""

EVENT_KEYS = (
    ("USUBJID", "AEDECOD", "AESTDTC"),
    ("USUBJID", "AEDECOD", "AESEQ"),
    ("USUBJID", "AEDECOD"),
    ("USUBJID", "AETERM"),
)
"""How an event is found again: numbering, dates and coding may each be corrected between two cuts."""

COMPARED = {
    "DLTFL": "adjudication",
    "ATOXGR": "grade",
    "AEDECOD": "event",
    "AESTDTC": "onset",
    "AEREL": "causality",
    "AEOUT": "outcome",
}
"""Column → word: a list of events marks an event as changed when one of these has changed."""
WHOLE_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
VERDICT = {"Y": "DLT", "N": "not a DLT"}
ADJUDICATION = {"Y": "Adjudicated as a DLT", "N": "Adjudicated not a DLT"}
OUTCOMES = {
    "RECOVERED/RESOLVED": "Recovered",
    "RECOVERED/RESOLVED WITH SEQUELAE": "Recovered with sequelae",
    "RECOVERING/RESOLVING": "Recovering",
    "NOT RECOVERED/NOT RESOLVED": "Not recovered",
}
"""CDISC's outcomes that are two words in one; the others are words already."""


def headings(*columns: str) -> dict[str, str]:
    """The headings of these columns of an event, and of what changed since the previous cut."""
    return {column: EVENT_LABELS[column] for column in columns} | SINCE_LABELS


def every_event(view: View, compared: dict[str, str] = COMPARED) -> Compared:
    """The events of all subjects, whatever the filters, beside those of the previous cut: of those whose events are not
    the same in both cuts, since none of the others' is new, changed or gone. Of nobody where no cut is compared.

    Which event is which is found once for all that compare them.
    """
    whole = everybody(view)
    if view.previous is None:
        return compare_events(whole.ask("ae_events").iloc[:0], None, compared)
    now, before, places = whole.once("events that differ", lambda: _that_differ(whole))
    return compare_events(now, before, compared, places)


def _that_differ(whole: View) -> tuple[DataFrame, DataFrame, numpy.ndarray]:
    """The events of both cuts of those whose events are not the same, and which is which (see `places_of`)."""
    digests = concat([ask("event_digests") for ask in (whole.ask, whole.ask_previous)])
    others = digests.drop_duplicates(keep=False)["USUBJID"].unique()
    now, before = (_of(ask("ae_events"), others) for ask in (whole.ask, whole.ask_previous))
    return now, before, places_of(now, before, EVENT_KEYS)


def _of(events: DataFrame, subjects: Sequence[str]) -> DataFrame:
    return events[events["USUBJID"].isin(subjects)].reset_index(drop=True)


def compare_events(
    now: DataFrame,
    before: DataFrame | None,
    compared: dict[str, str] = COMPARED,
    places: numpy.ndarray | None = None,
) -> Compared:
    """The events of this cut beside those of the previous one; PREVIOUS says what changed: "grade 2 → 3"."""
    return compare(
        now,
        before,
        EVENT_KEYS,
        values(*compared),
        words=lambda was, row: "; ".join(_changes(was, row, compared)),
        places=places,
        read=compared,
    )


def _changes(was, row, compared: dict[str, str]) -> Iterable[str]:
    for column, word in compared.items():
        then, now = getattr(was, column), getattr(row, column)
        if text(then) != text(now):
            yield f"{word} {_spoken(column, then)} → {_spoken(column, now)}"


def _spoken(column: str, value) -> str:
    if column == "DLTFL":
        return VERDICT.get(text(value), "none")
    if column == "AEOUT":
        return outcome(value).lower()
    if hasattr(value, "strftime") and present(value):
        return day(value)
    if column == "AESTDTC" and WHOLE_DATE.fullmatch(text(value)):
        return day(date.fromisoformat(text(value)))
    return (text(value).lower() if column in ("AEREL", "AESEV") else text(value)) or "not stated"


def listed_events(view: View, question: str, *, leaving: str | None = None) -> Compared:
    """The events of a question in words, marked as new or changed among all events of all subjects.

    gone: those of the previous cut's answer that this one does not hold; `leaving` names the question whose events are
    looked for instead, where an event may leave the list without being withdrawn.
    """
    # without the filters: an event known before is not new because its subject has come under them since
    every = every_event(view)
    marks = every.rows.assign(WASDLT=every.was["DLTFL"])[["USUBJID", "AESEQ", "SINCE", "PREVIOUS", "WASDLT"]]
    marks = marks.astype({"SINCE": "str", "PREVIOUS": "str"})  # of no event too
    rows = view.ask(question).merge(marks, on=["USUBJID", "AESEQ"], how="left", validate="one_to_one")
    rows = rows.assign(WASDLT=_former_verdict(view, rows)).fillna({"SINCE": "", "PREVIOUS": ""})
    lost = compare(view.ask(leaving or question), view.ask_previous(leaving or question), EVENT_KEYS)
    return replace(lost, rows=spoken(_cohorts_in_words(view, rows)))


def _former_verdict(view: View, rows: DataFrame) -> Series:
    """What each event was adjudicated at the previous cut: as now where its subject's events are the same."""
    return rows["WASDLT"].mask(rows["SINCE"].isna(), rows["DLTFL"]) if view.previous else rows["WASDLT"]


def _cohorts_in_words(view: View, rows: DataFrame) -> DataFrame:
    """The sponsor's code of the expansion cohort as the word; the other cohorts by their names."""
    of_expansion = rows["COHORT"].map(lambda name: present(name) and view.trial.is_expansion(name)).astype(bool)
    return rows.assign(COHORT=rows["COHORT"].mask(of_expansion, "expansion"))


def spoken(events: DataFrame) -> DataFrame:
    """The events with GRADE, ONSET, OUTCOME, CAUSALITY, VERDICT, DLT (ACTION where asked) as the board reads them."""
    rows = list(rows_of(events))
    table = events.assign(
        GRADE=[grade(row) for row in rows],
        ONSET=[onset(row) for row in rows],
        OUTCOME=[outcome(row.AEOUT) for row in rows],
        CAUSALITY=[in_words(row.AEREL) for row in rows],
        VERDICT=events["DLTFL"].map(ADJUDICATION).fillna("Not adjudicated"),
        DLT=events["DLTFL"].map(VERDICT).fillna(""),
    )
    if "AESERC" in table:
        table = table.assign(AESERC=table["AESERC"].fillna("not known"))
    return table.assign(ACTION=[in_words(value) for value in events["AEACN"]]) if "AEACN" in events else table


def in_words(value) -> str:
    """A code of the delivered data as a word: "Not related"; "Not stated" where it is missing."""
    return text(value).capitalize() or "Not stated"


def outcome(value) -> str:
    """How the event ended: "Recovered", "Not recovered", "Fatal"."""
    return OUTCOMES.get(text(value).upper(), in_words(value))


def grade(row) -> str:
    """The CTCAE grade that counts, by outcome where that is so; else the severity that was reported."""
    if present(row.ATOXGR):
        return f"{row.ATOXGR:g}" + (" (by outcome)" if present(row.ATOXGRIM) else "")
    return f"{row.AESEV.lower()} (not graded)" if present(row.AESEV) else "not graded"


def onset(row) -> str:
    """ "Day 12", or what a partial date allows: "2007-07 (day not stated)"."""
    if not present(row.ASTDT):
        return "date not stated"
    if present(row.ASTDTF):
        return f"{row.AESTDTC} ({'month' if row.ASTDTF == 'M' else 'day'} not stated)"
    return f"Day {row.ADY:g}".replace("-", "−")


def end(row) -> str:
    """ "Day 30, 9 days", from the first to the last day; "Ongoing" where no end was delivered, "not stated" of neither.

    A partial end gives the day that its event had lasted to at the latest.
    """
    if not present(row.AENDT):
        return "Fatal" if text(row.AEOUT).upper() == "FATAL" else "No end delivered"
    if not present(row.AENDY):
        return day(row.AENDT)
    until = f"Day {row.AENDY:g} at the latest" if present(row.AENDTF) else f"Day {row.AENDY:g}"
    exact = present(row.ADY) and not present(row.ASTDTF) and not present(row.AENDTF)
    lasted = row.AENDT - row.ASTDT if exact else None
    return until + (f", {counted(lasted.days + 1, 'day')}" if exact and lasted.days >= 0 else "")


def new_words(events: DataFrame, thing: str) -> str:
    """ "no new DLTs", "2 new DLTs"."""
    return counted(int((events["SINCE"] == "new").sum()), f"new {thing}")


def of_subject(row) -> str:
    """ "Rash of 101-001"."""
    return f"{row.AEDECOD} of {row.SUBJID}"


def of_subjects(events: DataFrame) -> str:
    """ "Rash of 101-001 and Fever of 102-002"; "" where there are none."""
    return listed([of_subject(row) for row in rows_of(events)]) if len(events) else ""
