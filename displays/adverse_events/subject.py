"""One subject's adverse events, row by row."""

from __future__ import annotations

from pandas import DataFrame

from displays.adverse_events.events import COMPARED, compare_events, headings, spoken
from displays.display import Display, display, not_collected, plain
from displays.escalation.words import GRADES
from displays.groups import everybody, present
from displays.since import SINCE_LABELS, since
from displays.subject.known import ALONE, known, unknown
from displays.words import counted, exactly, listed, on_day, sentence, term_in_words
from queries import View
from queries.frames import rows_of

LABELS = headings(
    "AEDECOD",
    "AETERM",
    "ATOXGR",
    "ADY",
    "AENDY",
    "AESERC",
    "CAUSALITY",
    "DLT",
    "DLTRS",
    "ACTION",
    "OUTCOME",
    "ASTDT",
    "AENDT",
    "AEBODSYS",
)
BRIEF = ("AEDECOD", "ATOXGR", "ADY", "AENDY", "AESERC", "CAUSALITY", "DLT", "ACTION", "OUTCOME", *SINCE_LABELS)
COMPARED_IN_FULL = COMPARED | {"AESEV": "severity", "AESERC": "serious", "AENDT": "end"}


SUBJECT_ADVERSE_EVENTS = ("subject_adverse_events", "Adverse events")


def subject_adverse_events(view: View, subject: str) -> Display:
    """Every adverse event of one subject, before and after the first infusion."""
    view = everybody(view)
    if not known(view, subject):
        return unknown(view, *SUBJECT_ADVERSE_EVENTS, subject)
    if "ae" not in view.cut.received:
        return not_collected(view, *SUBJECT_ADVERSE_EVENTS, "Adverse events")
    now, before = (ask("subject_adverse_events", usubjid=subject) for ask in (view.ask, view.ask_previous))
    events = compare_events(now, before, COMPARED_IN_FULL)
    table = spoken(events.rows)
    news = since(view, plain(events.words("event", lambda row: row.AEDECOD)))
    return display(
        view,
        *SUBJECT_ADVERSE_EVENTS,
        finding=_finding(table),
        table=table,
        labels=LABELS,
        brief=BRIEF,
        population=f"{ALONE} {_number(table)} {news}".rstrip(),
        method="Serious: reported as serious, any seriousness criterion, or grade 5. "
        f"DLT as adjudicated by the sponsor. Grade: CTCAE as reported by the site. {GRADES}",
        source="adae.",
        questions=(view.question("subject_adverse_events", usubjid=subject),),
        formats={"ASTDT": "date", "AENDT": "date"},
    )


def _number(table: DataFrame) -> str:
    earlier = int((table["TRTEMFL"] != "Y").sum())
    return sentence(f"{counted(len(table), 'adverse event')} in all, {earlier} of them before the first infusion")


def _finding(table: DataFrame) -> str:
    if table.empty:
        return "No adverse events are recorded."
    after = table[table["TRTEMFL"] == "Y"]
    severe = after[after["ATOXGR"].fillna(0) >= 3].sort_values("ADY")
    words = (
        f"{len(severe)} of {counted(len(after), 'adverse event')} on or after the first infusion "
        f"{'was' if len(severe) == 1 else 'were'} of grade 3 or worse"
    )
    return words + (f": {listed([_severe(row) for row in rows_of(severe)])}." if len(severe) else ".")


def _severe(row) -> str:
    verdict = ", DLT" if row.DLTFL == "Y" else ""
    by = " by outcome" if present(row.ATOXGRIM) else ""
    return f"{plain(term_in_words(row.AEDECOD))} (grade {exactly(row.ATOXGR, 0)}{by}, {on_day(row.ADY)}{verdict})"
