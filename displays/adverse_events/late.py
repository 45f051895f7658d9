"""What the DLT window does not see: events that began after it."""

from __future__ import annotations

from dataclasses import replace

from pandas import DataFrame

from displays.adverse_events.events import headings, listed_events, new_words, of_subjects
from displays.display import Display, display, not_collected
from displays.groups import nobody, treated, window
from displays.since import SINCE_LABELS, Compared, since
from displays.words import counted, listed, sentence
from queries import View

RULE = (
    "Late: onset after the DLT window, grade 3 or worse, or any grade where the event is cardiac "
    "(system organ class Cardiac disorders, or a term that the trial lists as cardiac); of what began before the first "
    "infusion and was fatal after it the death counts as its onset."
)
SOURCE = (
    "Adverse events and exposure as delivered; list of terms: trial.toml. Why listed separately: Lowis et al., "
    "Eur J Cancer 2006 (15 of 48 children had cardiac toxicity after the window)."
)
LABELS = headings(
    "SUBJID",
    "TRTA",
    "AEDECOD",
    "HEART",
    "GRADE",
    "ONSET",
    "CUMDOSE",
    "CAUSALITY",
    "OUTCOME",
    "VERDICT",
    "DLTRS",
)


BRIEF = ("SUBJID", "TRTA", "AEDECOD", "GRADE", "ONSET", "CUMDOSE", "CAUSALITY", "OUTCOME", "DLTRS", *SINCE_LABELS)
LATE_EVENTS = ("late_events", "Late events, after the DLT window")


def late_events(view: View) -> Display:
    """Severe events, and cardiac events of any grade, that began after the DLT window."""
    if not view.trial.dose_levels:
        return not_collected(view, *LATE_EVENTS, "Dose levels with a DLT window")
    events = late(view)
    return display(
        view,
        *LATE_EVENTS,
        finding=_finding(view, events.rows),
        table=events.rows.sort_values("ATOXGR", ascending=False, kind="stable", ignore_index=True),
        brief=BRIEF,
        labels=LABELS,
        questions=("ae_late",),
        formats={"CUMDOSE": "amount"},
        population=_population(view, events),
        method=f"{window(view)} {RULE}",
        source=SOURCE,
    )


def late(view: View) -> Compared:
    """The late events in words, with HEART ("yes" or "no"), and those of the previous cut that are late no longer."""
    events = listed_events(view, "ae_late")
    return replace(events, rows=events.rows.assign(HEART=events.rows["CARDFL"].map({"Y": "yes"}).fillna("no")))


def _finding(view: View, table: DataFrame) -> list[str]:
    number = treated(view)
    if not number:
        return [nobody(view)]
    words = sentence(_found(table, counted(number, "treated subject")) + _adjudicated(table))
    return [words, since(view, new_words(table, "late event"))]


def _found(table: DataFrame, whom: str) -> str:
    if table.empty:
        return f"no late event in {whom}"
    return f"{counted(len(table), 'late event')} in {table['USUBJID'].nunique()} of {whom}{_cardiac(table)}"


def _cardiac(table: DataFrame) -> str:
    heart = table[table["HEART"] == "yes"]
    if heart.empty:
        return ", not cardiac" if len(table) == 1 else ", none cardiac"
    worst = f", worst grade {heart['ATOXGR'].max():g}" if heart["ATOXGR"].notna().any() else ""
    return f"; {len(heart)} cardiac in {counted(heart['USUBJID'].nunique(), 'subject')}{worst}"


def _adjudicated(table: DataFrame) -> str:
    verdicts = table["DLTFL"].value_counts()
    words = {"Y": "adjudicated as a DLT", "N": "adjudicated not a DLT"}
    told = [f"{verdicts[flag]} {verdict}" for flag, verdict in words.items() if flag in verdicts]
    return f"; {listed(told)}" if told else ""


def _population(view: View, events: Compared) -> str:
    number = treated(view)
    if not number:
        return "No treated subjects."
    lost = of_subjects(events.gone)
    words = f"Adverse events of {counted(number, 'treated subject')}, each followed to death or the last contact."
    return words + (f" Listed at the previous cut and no longer: {lost}." if lost else "")
