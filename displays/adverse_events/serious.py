"""Serious adverse events, one by one."""

from __future__ import annotations

from dataclasses import replace

from pandas import DataFrame

from displays.adverse_events.events import EVENT_LABELS, compare_events, of_subject, spoken
from displays.display import Display, day, display, not_collected
from displays.escalation.words import GRADES
from displays.groups import NO_LEVEL, nobody, present, treated
from displays.since import SINCE_LABELS, Compared, since
from displays.words import counted, first_of, listed, on_day, sentence, term_in_words
from queries import View
from queries.frames import rows_of

SERIOUS = ("serious_listing", "Serious adverse events")
CRITERIA = {
    "AESDTH": "death",
    "AESLIFE": "life-threatening",
    "AESHOSP": "hospitalisation",
    "AESDISAB": "disability",
    "AESCONG": "congenital anomaly",
    "AESMIE": "medically important",
    "AESCAN": "cancer",
    "AESINTV": "intervention required",
}
LABELS = (
    {column: EVENT_LABELS[column] for column in ("SUBJID", "TRTA", "AEDECOD", "AETERM", "GRADE")}
    | {"BEGAN": "Onset", "ENDED": "End", "DAYSLAST": "Days since last infusion"}
    | {column: EVENT_LABELS[column] for column in ("CAUSALITY", "ACTION", "OUTCOME")}
    | {"WHY": "Criteria", "AEBODSYS": EVENT_LABELS["AEBODSYS"], "NARRATIVE": "Narrative as delivered"}
    | SINCE_LABELS
)
HIDDEN = ("AETERM", "AEBODSYS", "NARRATIVE")
FATAL_GRADE = 5
RELATED_FIRST = {"Y": 0, "N": 2}


def serious_listing(view: View) -> Display:
    """Each serious adverse event with its dates, relation, action, outcome and criteria of seriousness."""
    if "ae" not in view.cut.received:
        return not_collected(view, *SERIOUS, "Adverse events")
    events = _listed(view)
    table = _worst_first(_in_words(events.rows))
    return display(
        view,
        *SERIOUS,
        finding=_finding(view, table),
        table=table,
        labels=LABELS,
        brief=tuple(column for column in LABELS if column not in HIDDEN),
        over={"BEGAN": "When", "ENDED": "When", "DAYSLAST": "When"},
        sorts={"BEGAN": "ASTDT", "ENDED": "AENDT"},
        formats={"AEDECOD": "words", "DAYSLAST": "integer"},
        population=_population(view, table, events),
        method="Serious: reported as serious, any criterion of seriousness, or fatal. Fatal events first, then by "
        "grade, those related to study drug first. Days since last infusion: from the last infusion of the study drug "
        "up to the onset, of what began before the first infusion and was fatal after it up to the death; not given "
        f"for a partial date. {GRADES}",
        source="Adverse events, their supplemental values and exposure as delivered.",
        questions=("ae_serious", "ae_serious_unknown"),
    )


def _listed(view: View) -> Compared:
    """The serious events in words beside those of the previous cut, of the subjects that the filters leave."""
    # compared without the filters: an event known before is not new because its subject has come under them since
    every = compare_events(view.cut.ask("ae_serious"), view.previous.ask("ae_serious") if view.previous else None)
    if not view.filters.any_set:
        return replace(every, rows=spoken(every.rows))
    own, before = view.ask("ae_serious"), view.ask_previous("ae_serious")
    gone = every.gone if before is None else every.gone[every.gone["USUBJID"].isin(before["USUBJID"])]
    return replace(every, rows=spoken(every.rows[every.rows["USUBJID"].isin(own["USUBJID"])]), gone=gone)


def _in_words(events: DataFrame) -> DataFrame:
    rows = list(rows_of(events))
    return events.assign(
        TRTA=events["TRTA"].fillna(NO_LEVEL),
        BEGAN=[_when(row.ASTDT, row.ASTDTF, row.ADY, row.AESTDTC) for row in rows],
        ENDED=[_ended(row) for row in rows],
        WHY=[criteria(row) for row in rows],
    )


def _when(date, partial, study_day, text) -> str:
    """ "18 Mar 2007 (day 12)"; what a partial date says; "not stated"."""
    if not present(date):
        return "date not stated"
    if present(partial):
        return f"{text} (day not stated)" if present(text) else f"by {day(date)}"
    return f"{day(date)} ({on_day(study_day)})" if present(study_day) else day(date)


def _ended(row) -> str:
    if not present(row.AENDT):
        return "fatal" if _fatal(row) else "no end delivered"
    return _when(row.AENDT, row.AENDTF, row.AENDY, None)


def criteria(row) -> str:
    """The criteria of seriousness in words; how else the event is serious where none was delivered."""
    if present(row.CRITERIA):
        return sentence(listed([CRITERIA[code] for code in row.CRITERIA.split(";")]))[:-1]
    return "None delivered (fatal)" if _fatal(row) and row.AESER != "Y" else "None delivered"


def _fatal(row) -> bool:
    return bool(present(row.ATOXGR) and row.ATOXGR == FATAL_GRADE)


def _worst_first(table: DataFrame) -> DataFrame:
    order = table.assign(GRADED=-table["ATOXGR"].fillna(0), BY=table["RELFL"].map(RELATED_FIRST).fillna(1))
    return table.loc[order.sort_values(["GRADED", "BY"], kind="stable").index].reset_index(drop=True)


def _finding(view: View, table: DataFrame) -> list[str]:
    number = treated(view)
    if not number and table.empty:
        return [nobody(view)]
    whom = counted(number, "treated subject")
    if table.empty:
        return [sentence(f"no serious adverse event in {whom}"), _unknown(view), _news(view, table)]
    dosed = table[table["SAFFL"] == "Y"]
    fatal, related = int((table["ATOXGR"] == FATAL_GRADE).sum()), int((table["RELFL"] == "Y").sum())
    events, subjects = counted(len(table), "serious adverse event"), table["USUBJID"].nunique()
    of_whom = f"{dosed['USUBJID'].nunique()} of {whom}" if number else f"{counted(subjects, 'subject')} not treated"
    first = f"{events} in {of_whom}: "
    first += f"{fatal or 'none'} fatal, {related or 'none'} related to study drug"
    return [
        sentence(first),
        *map(sentence, filter(None, (_apart(table), _terms(table)))),
        _unknown(view),
        _news(view, table),
    ]


def _apart(table: DataFrame) -> str:
    """The events before the first infusion, those of subjects never treated, and those of unknown relation."""
    dosed = table["SAFFL"] == "Y"
    before, untreated = int((dosed & (table["TRTEMFL"] != "Y")).sum()), table[~dosed]
    unknown = int(table["RELFL"].isna().sum())
    parts = [f"{before} of them not treatment-emergent"] if before else []
    parts += [f"{len(untreated)} in {untreated['USUBJID'].nunique()} not treated"] if len(untreated) else []
    parts += [f"relation not known of {unknown}"] if unknown else []
    return "; ".join(parts)


def _terms(table: DataFrame) -> str:
    number = table["AEDECOD"].value_counts()
    return "most frequent: " + listed([f"{term_in_words(term)} {n}" for term, n in number.head(3).items()])


def _unknown(view: View) -> str:
    found = view.ask("ae_serious_unknown").iloc[0]
    if not found.NEVENTS:
        return ""
    return sentence(
        f"of {counted(int(found.NEVENTS), 'more event')} in {counted(int(found.NSUBJ), 'subject')} it is not known "
        "whether they were serious"
    )


def _news(view: View, table: DataFrame) -> str:
    new, changed = table[table["SINCE"] == "new"], table[table["SINCE"] == "changed"]
    named = first_of([f"{row.SUBJID} {term_in_words(row.AEDECOD)}" for row in rows_of(new)])
    words = counted(len(new), "new serious event") + (f" ({named})" if len(new) else "")
    moved = first_of([f"{row.SUBJID} {term_in_words(row.AEDECOD)}: {row.PREVIOUS}" for row in rows_of(changed)])
    return since(view, words + (f"; changed: {moved}" if len(changed) else ""))


def _population(view: View, table: DataFrame, events: Compared) -> str:
    number, untreated = treated(view), table.loc[table["SAFFL"] != "Y", "USUBJID"].nunique()
    whom = [counted(number, "treated subject")] if number else []
    whom += [f"{counted(untreated, 'subject')} not treated"] if untreated else []
    if not whom:
        return "No subjects."
    text = f"serious events at any time of {' and of '.join(whom)}"
    lost = first_of([of_subject(row) for row in rows_of(events.gone)]) if len(events.gone) else ""
    return sentence(text) + (f" Listed at the previous cut and no longer: {lost}." if lost else "")
