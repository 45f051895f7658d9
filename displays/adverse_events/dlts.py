"""The single events behind the DLT counts: every DLT, and every grade 3 or worse event that is none."""

from __future__ import annotations

from pandas import DataFrame

from displays.display import Display, display, not_collected
from displays.escalation.words import definition, protocol, since
from displays.groups import dlts_collected, nobody, present
from displays.since import gone_events, mark_events
from displays.words import counted, listed, sentence
from queries import View

EVENT_LABELS = {
    "SUBJID": "Subject",
    "TRTA": "Dose level",
    "COHORT": "Cohort",
    "AEDECOD": "Event",
    "GRADE": "Grade",
    "ONSET": "Onset",
    "OUTCOME": "Outcome",
    "CAUSALITY": "Causality",
}
ENDING_LABELS = {"CHANGED": "Change", "BEFORE": "Before → now"}


def every_dlt(view: View) -> Display:
    """Each adjudicated DLT with its grade, onset, outcome and reason."""
    name, title = "every_dlt", "Every DLT"
    if not dlts_collected(view):
        return not_collected(view, name, title, "DLTs")
    table = events(view, "dlt_events")
    table = table.assign(
        INWINDOW=["yes" if row.DLTWINFL == "Y" else "no" for row in table.itertuples()],
        NOTE=[_note(row) for row in table.itertuples()],
    )
    labels = (
        EVENT_LABELS
        | {"INWINDOW": "Inside the window", "DLTRS": "Reason of the adjudication"}
        | ({"NOTE": "Note"} if table["NOTE"].any() else {})
        | ENDING_LABELS
    )
    return display(
        view,
        name,
        title=title,
        finding=_dlt_finding(view, table),
        table=table,
        labels=labels,
        questions=("dlt_events",),
        population=_dlt_population(view, table),
        method=definition(view) + " Every adjudicated DLT counts, also one with onset outside the window.",
        source=protocol(view),
    )


def _note(row) -> str:
    return "evaluations of this event disagree: counted as a DLT" if row.DLTEVAL > 1 else ""


def _dlt_finding(view: View, table: DataFrame) -> str:
    if not _treated(view):
        return nobody(view)
    if table.empty:
        return sentence(f"no event was judged a DLT in {counted(_treated(view), 'treated subject')}") + _dlt_news(
            view, table
        )
    terms = table["AEDECOD"].value_counts()
    text = (
        f"{counted(len(table), 'DLT')} in {table['USUBJID'].nunique()} of {counted(_treated(view), 'treated subject')}: "
        + listed([f"{term} ({n})" for term, n in terms.items()])
    )
    outside = (table["INWINDOW"] == "no").sum()
    text += (
        f"; {outside} began outside the window and {'counts' if outside == 1 else 'count'} as judged" if outside else ""
    )
    return sentence(text) + _dlt_news(view, table)


def _dlt_news(view: View, table: DataFrame) -> str:
    if view.previous is None:
        return ""
    judged = [
        f"{row.AEDECOD} of {row.SUBJID} ({row.BEFORE})" for row in table.itertuples() if row.BEFORE.startswith("DLT ")
    ]
    text = f"{since(view)}: {news_of(table, 'DLT')}"
    return " " + sentence(text + (f"; judged anew: {listed(judged)}" if judged else ""))


def _dlt_population(view: View, table: DataFrame) -> str:
    text = sentence(
        f"all adverse events of {counted(_treated(view), 'treated subject')}"
        if _treated(view)
        else "no treated subjects"
    )
    lost = _no_longer_dlt(view, table)
    return text + (f" No longer a DLT or withdrawn since the previous cut: {listed(lost)}." if lost else "")


def _no_longer_dlt(view: View, table: DataFrame) -> list[str]:
    before = view.ask_previous("dlt_events")
    if before is None:
        return []
    return [f"{row.AEDECOD} of {row.SUBJID}" for row in gone_events(table, before).itertuples()]


def judged_not_dlt(view: View) -> Display:
    """Each grade 3 or worse event inside the window that is no DLT, with the reason; those not judged yet first."""
    name, title = "judged_not_dlt", "Grade 3 or worse in the window, not a DLT"
    if not dlts_collected(view):
        return not_collected(view, name, title, "DLT judgements")
    table = events(view, "dlt_judged_not")
    labels = EVENT_LABELS | {"VERDICT": "Judgement"} | {"DLTRS": "Reason of the adjudication"} | ENDING_LABELS
    return display(
        view,
        name,
        title=title,
        finding=_not_finding(view, table),
        table=table,
        labels=labels,
        questions=("dlt_judged_not",),
        population=_not_population(view, table),
        method=definition(view)
        + " Listed: treatment-emergent events of grade 3 or worse (without a grade: severe) whose onset lies, or by its partial date may lie, inside the window.",
        source=protocol(view),
    )


def _not_finding(view: View, table: DataFrame) -> str:
    treated = _treated(view)
    if not treated:
        return nobody(view)
    open_cases, judged = table[table["VERDICT"] == "Not judged"], table[table["VERDICT"] != "Not judged"]
    if table.empty:
        text = f"no grade ≥ 3 event other than DLTs began in the window of {counted(treated, 'treated subject')}"
    else:
        text = f"{_judged_words(judged, treated)}; {len(open_cases) or 'none'} {'is' if len(open_cases) < 2 else 'are'} still to be judged"
    return sentence(text) + (f" {sentence(f'{since(view)}: {_new_count(table)}')}" if view.previous else "")


def _judged_words(judged: DataFrame, treated: int) -> str:
    if judged.empty:
        return f"no grade ≥ 3 event in {counted(treated, 'treated subject')} was judged not dose-limiting"
    text = f"{counted(len(judged), 'grade ≥ 3 event')} in {judged['USUBJID'].nunique()} of {counted(treated, 'treated subject')} {'was' if len(judged) == 1 else 'were'} judged not dose-limiting"
    related = (judged["RELFL"] == "Y").sum()
    if not related:
        return text
    return text + (", related to study drug" if len(judged) == 1 else f", {related} of them related to study drug")


def news_of(table: DataFrame, kind: str) -> str:
    """ "no new DLT", "2 new DLTs"."""
    new = (table["CHANGED"] == "new").sum()
    return counted(new, f"new {kind}", f"new {kind}s" if new else f"new {kind}")


def _new_count(table: DataFrame) -> str:
    return f"{news_of(table, 'event')}, {(table['CHANGED'] == 'changed').sum() or 'none'} changed"


def _not_population(view: View, table: DataFrame) -> str:
    text = sentence(
        f"events with onset in the DLT window of {counted(_treated(view), 'treated subject')}"
        if _treated(view)
        else "no treated subjects"
    )
    before = view.ask_previous("ae_events")
    if before is None:
        return text
    lost = gone_events(view.ask("ae_events"), before)
    return text + (
        f" Adverse events of the previous cut (any grade, any time) that this cut does not hold: {listed([f'{r.AEDECOD} of {r.SUBJID}' for r in lost.itertuples()])}."
        if len(lost)
        else ""
    )


def events(view: View, question: str) -> DataFrame:
    """The events of a question with GRADE and ONSET in words, CHANGED and BEFORE."""
    return spoken(mark_events(view, view.ask(question)))


def spoken(table: DataFrame) -> DataFrame:
    """The events with GRADE, ONSET, OUTCOME and CAUSALITY as the board reads them."""
    rows = list(table.itertuples())
    return table.assign(
        GRADE=[grade(row) for row in rows],
        ONSET=[onset(row) for row in rows],
        OUTCOME=[_lower(row.AEOUT) for row in rows],
        CAUSALITY=[_lower(row.AEREL) for row in rows],
    )


def _lower(value) -> str:
    return str(value).capitalize() if present(value) else "Not stated"


def grade(row) -> str:
    """The CTCAE grade, else the severity that was reported."""
    return (
        f"{row.ATOXGR:g}"
        if present(row.ATOXGR)
        else f"{str(row.AESEV).lower()} (not graded)"
        if present(row.AESEV)
        else "not graded"
    )


def onset(row) -> str:
    """ "Day 12", or what a partial date allows: "2007-07 (day not stated)"."""
    if not present(row.ASTDT):
        return "date not stated"
    return (
        f"{row.AESTDTC} ({'month' if row.ASTDTF == 'M' else 'day'} not stated)"
        if present(row.ASTDTF)
        else f"Day {row.ADY:g}"
    )


def _treated(view: View) -> int:
    return len(view.ask("dlt_status"))
