"""The single events behind the DLT counts: every DLT, and every other grade ≥ 3 event in the window."""

from __future__ import annotations

from pandas import DataFrame

from displays.adverse_events.events import end, headings, listed_events, new_words, of_subject, of_subjects
from displays.display import Display, display, not_collected
from displays.escalation.dose import dose_note
from displays.escalation.outside import outside_window, place
from displays.escalation.words import definition, protocol
from displays.groups import NO_LEVEL, dlts_collected, nobody, treated
from displays.since import SINCE_LABELS, Compared, since
from displays.words import MOST_LISTED, counted, first_of, listed, sentence
from queries import View
from queries.frames import rows_of
from trial import Trial

FATAL_GRADE = 5
EVERY_DLT = ("every_dlt", "Every DLT")


def every_dlt(view: View) -> Display:
    """Each adjudicated DLT with its grade, onset, outcome and reason."""
    if not dlts_collected(view):
        return not_collected(view, *EVERY_DLT, "DLTs")
    events = listed_events(view, "dlt_events")
    table = events.rows.assign(
        INWINDOW=events.rows["DLTWINFL"].map({"Y": "yes"}).fillna("no"),
        TRTA=events.rows["TRTA"].fillna(NO_LEVEL),
        NOTE=[_note(row, view.trial) for row in rows_of(events.rows)],
        END=[end(row) for row in rows_of(events.rows)],
    ).sort_values("ATOXGR", ascending=False, kind="stable", na_position="first", ignore_index=True)
    labels = headings(*WORDS, "INWINDOW", "DLTRS", *["NOTE"] * int(table["NOTE"].any()))
    return display(
        view,
        *EVERY_DLT,
        finding=_dlt_finding(view, table),
        table=table,
        labels=labels,
        brief=DLT_BRIEF,
        questions=("dlt_events", "dlts_of_nobody"),
        population=_dlt_population(view, events),
        method=definition(view) + " Every adjudicated DLT is listed, also one that does not count.",
        source=protocol(view),
    )


WORDS = ("SUBJID", "TRTA", "COHORT", "AEDECOD", "GRADE", "ONSET", "END", "OUTCOME", "CAUSALITY")
DLT_BRIEF = ("SUBJID", "TRTA", "AEDECOD", "GRADE", "ONSET", "END", "OUTCOME", "DLTRS", "NOTE", *SINCE_LABELS)
NOT_DLT_BRIEF = ("SUBJID", "TRTA", "AEDECOD", "GRADE", "ONSET", "END", "OUTCOME", "CAUSALITY", "DLTRS", *SINCE_LABELS)


def _note(row, trial: Trial) -> str:
    disagree = "evaluations of this event disagree: counted as a DLT" if row.DLTEVAL > 1 else ""
    return "; ".join(part for part in (dose_note(row), place(row, trial), disagree) if part)


def _dlt_finding(view: View, table: DataFrame) -> list[str]:
    number = treated(view)
    if not number:
        return [nobody(view)]
    told = [
        _dlts(table, counted(number, "treated subject")),
        _terms(table),
        *outside_window(table, view.trial),
        _of_nobody(view),
    ]
    return [*map(sentence, filter(None, told)), _dlt_news(view, table)]


def _of_nobody(view: View) -> str:
    """ "1 subject not in DM had a DLT (X-9), counted at no dose"; "" where nobody."""
    names = list(view.ask("dlts_of_nobody")["USUBJID"])
    if not names:
        return ""
    return f"{counted(len(names), 'subject')} not in DM had a DLT ({first_of(names, MOST_LISTED)}), counted at no dose"


def _dlts(table: DataFrame, subjects: str) -> str:
    if table.empty:
        return f"no event was adjudicated as a DLT in {subjects}"
    return f"{counted(len(table), 'DLT')} in {table['USUBJID'].nunique()} of {subjects}; {_ended(table)}"


def _ended(table: DataFrame) -> str:
    """How the DLTs ended: "5 recovered, 1 not recovered and 1 fatal"."""
    return listed([f"{n} {outcome.lower()}" for outcome, n in table["OUTCOME"].value_counts().items()])


def _terms(table: DataFrame) -> str:
    return listed([f"{term} ({n})" for term, n in table["AEDECOD"].value_counts().items()]) if len(table) else ""


def _dlt_news(view: View, table: DataFrame) -> str:
    changed = table[(table["SINCE"] == "changed") & (table["WASDLT"].fillna("") != table["DLTFL"])]
    again = first_of([f"{of_subject(row)} ({row.PREVIOUS})" for row in rows_of(changed)], MOST_LISTED)
    words = new_words(table, "DLT") + (f"; re-adjudicated: {again}" if len(changed) else "")
    return since(view, words)


def _dlt_population(view: View, events: Compared) -> str:
    number = treated(view)
    words = f"All adverse events of {counted(number, 'treated subject')}." if number else "No treated subjects."
    lost = of_subjects(events.gone)
    return words + (f" No longer a DLT or withdrawn since the previous cut: {lost}." if lost else "")


JUDGED_NOT_DLT = ("judged_not_dlt", "Grade 3 or worse in the window, not a DLT")


def judged_not_dlt(view: View) -> Display:
    """Each grade 3 or worse event inside the window that is not a DLT, with the reason; those not adjudicated first."""
    if not dlts_collected(view):
        return not_collected(view, *JUDGED_NOT_DLT, "DLT adjudications")
    # an event that was adjudicated as a DLT since leaves this list, but it is not gone
    events = listed_events(view, "dlt_judged_not", leaving="ae_events")
    table = _worst_first(events.rows)
    return display(
        view,
        *JUDGED_NOT_DLT,
        finding=_not_finding(view, table),
        table=table,
        labels=headings(*WORDS, "VERDICT", "DLTRS"),
        brief=NOT_DLT_BRIEF if (table["DLTFL"] == "N").all() else (*NOT_DLT_BRIEF, "VERDICT"),
        questions=("dlt_judged_not",),
        population=_not_population(view, events),
        method=definition(view) + " Listed: treatment-emergent events of grade 3 or worse (without a grade: severe) "
        "whose onset is, or by its partial date may be, inside the window.",
        source=protocol(view),
    )


def _worst_first(events: DataFrame) -> DataFrame:
    """Those not adjudicated first, then by grade; events of one term stand together, the more frequent term first."""
    rows = events.assign(
        END=[end(row) for row in rows_of(events)],
        OPEN=events["DLTFL"].isna(),
        FREQUENT=events["AEDECOD"].map(events["AEDECOD"].value_counts()),
    )
    by = ["OPEN", "ATOXGR", "FREQUENT", "AEDECOD"]
    return rows.sort_values(by, ascending=[False, False, False, True], kind="stable", ignore_index=True)


def _not_finding(view: View, table: DataFrame) -> list[str]:
    number = treated(view)
    if not number:
        return [nobody(view)]
    words = [_events_in_window(table, counted(number, "treated subject")), fatal_words(table), related_words(table)]
    return [*map(sentence, filter(None, words)), news_of_others(view, table)]


def fatal_words(table: DataFrame) -> str:
    """The fatal ones, by name."""
    rows = table[table["ATOXGR"] == FATAL_GRADE]
    return f"fatal: {first_of([_fatal_one(row) for row in rows_of(rows)])}" if len(rows) else ""


def _fatal_one(row) -> str:
    return f"{row.SUBJID} ({row.AEDECOD}, {row.ONSET.lower()}, {row.CAUSALITY.lower()})"


def related_words(table: DataFrame) -> str:
    """How many of those adjudicated are related to study drug, and the terms of more than one event."""
    related = int((table.loc[table["DLTFL"] == "N", "RELFL"] == "Y").sum())
    parts = [f"{related} related to study drug"] if related else []
    several = table["AEDECOD"].value_counts()
    several = [f"{n} of {term.lower()}" for term, n in several[several > 1].items()]
    return "; ".join([*parts, *([first_of(several)] if several else [])])


def news_of_others(view: View, table: DataFrame) -> str:
    """How many are new, and which were changed, as old → new."""
    changed = [f"{of_subject(row)} ({row.PREVIOUS})" for row in rows_of(table[table["SINCE"] == "changed"])]
    return since(view, f"{new_words(table, 'event')}; changed: {first_of(changed) if changed else 'none'}")


def _events_in_window(table: DataFrame, whom: str) -> str:
    if table.empty:
        return f"no grade ≥ 3 event other than DLTs began in the window of {whom}"
    adjudicated = table[table["DLTFL"] == "N"]
    waiting = len(table) - len(adjudicated)
    verb = "is" if waiting < 2 else "are"
    judged = found_no_dlt(adjudicated, whom, thing(table))
    return f"in the DLT window {judged}; {waiting or 'none'} {verb} still to be adjudicated"


def thing(events: DataFrame) -> str:
    """What is listed: an event without a grade is there because it was called severe."""
    graded = events["ATOXGR"].notna()
    if graded.all():
        return "grade ≥ 3 event"
    return "grade ≥ 3 or ungraded severe event" if graded.any() else "ungraded severe event"


def found_no_dlt(events: DataFrame, whom: str, thing: str) -> str:
    """How many events were adjudicated not dose-limiting, and in how many of whom."""
    if events.empty:
        return f"no {thing} in {whom} was adjudicated not dose-limiting"
    subjects, one = events["USUBJID"].nunique(), len(events) == 1
    words = f"{counted(len(events), thing)} in {subjects} of {whom} {'was' if one else 'were'}"
    words += " adjudicated not dose-limiting"
    return words


def _not_population(view: View, events: Compared) -> str:
    number = treated(view)
    whom = counted(number, "treated subject")
    words = f"Events with onset in the DLT window of {whom}." if number else "No treated subjects."
    lost = of_subjects(events.gone)
    held = "Adverse events of the previous cut (any grade, any time) that are not in this cut"
    return words + (f" {held}: {lost}." if lost else "")
