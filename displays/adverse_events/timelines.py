"""The adverse events of every subject on one axis of days, with infusions, the last day known and death."""

from __future__ import annotations

from pandas import DataFrame

from displays.adverse_events.timelines_figure import figure
from displays.display import Display, display, not_collected
from displays.escalation.words import GRADES, emergence, emergent
from displays.groups import nobody, present
from displays.since import SINCE_LABELS, compare_numbers, since
from displays.words import counted, exactly, first_of, on_day, sentence
from queries import View
from queries.frames import rows_of

TIMELINES = ("ae_timelines", "Adverse events of each subject over time")
MOST_SUBJECTS = 40
"""So many lines are one screen; of more subjects those with the worst events are drawn."""
EVENTS = (("all", "All events"), ("severe", "Grade ≥ 3 or serious"))
CHOSEN = {"all": "adverse event", "severe": "adverse event of grade 3 or worse, or serious,"}
SPANS = (("whole", "Whole follow-up"), ("first", "First 60 days"))
UNTIL = {"whole": None, "first": 60}
"""The last day drawn; None for all."""
LABELS = {
    "SUBJID": "Subject",
    "TRTA": "Dose level",
    "DISEASE": "Disease",
    "AEDECOD": "Event",
    "GRADE": "Grade",
    "ADY": "Onset (day)",
    "AENDY": "End (day)",
    "ONGOING": "Ongoing",
    "AESERC": "Serious",
    "RELATED": "Related",
} | {"SINCE": SINCE_LABELS["SINCE"]}
RELATED = {"Y": "related", "N": "not related"}


def ae_timelines(view: View, events: str = "all", days: str = "whole") -> Display:
    """When each subject's adverse events began, how grave, serious and related they were, and which are ongoing."""
    if "ae" not in view.cut.received:
        return not_collected(view, *TIMELINES, "Adverse events")
    asked = dict(events=events, most=MOST_SUBJECTS)
    rows = view.ask("ae_timeline", **asked)
    table = _events(view, rows, asked)
    shown = rows["USUBJID"].nunique()
    return display(
        view,
        *TIMELINES,
        finding=_finding(view, rows, table, events),
        table=table,
        labels=LABELS,
        formats={"AEDECOD": "words", "ADY": "integer", "AENDY": "integer"},
        figure=figure(view, rows, table, UNTIL[days]) if shown else None,
        population=_population(view, rows, table, shown),
        method=f"{emergence(view.trial)} Day 1: the first infusion. Each mark: the onset of an event, at its earliest "
        "possible day where the date is partial; of what began before the first infusion and was fatal after it the "
        "death. A line ends with death or the last contact. Subjects by dose, then "
        f"disease, then first infusion. Ongoing: no end or recovery was delivered, and the subject is alive. {GRADES}",
        source="Adverse events and exposure as delivered.",
        questions=(view.question("ae_timeline", **asked),),
    )


def _events(view: View, rows: DataFrame, asked: dict) -> DataFrame:
    """The events of the rows in words, marked where the previous cut did not hold so many of the subject's term."""
    events = rows[rows["KIND"] == "EVENT"].reset_index(drop=True)
    table = events.assign(
        GRADE=[exactly(grade, 0) if present(grade) else "not graded" for grade in events["ATOXGR"]],
        RELATED=events["RELFL"].map(RELATED).fillna("not known"),
        AESERC=events["AESERC"].map({"Y": "yes", "N": "no"}).fillna("not known"),
        ONGOING=events["ONGOFL"].map({"Y": "yes"}).fillna("no"),
    )
    return table.assign(SINCE=_new(view, table, asked))


def _new(view: View, table: DataFrame, asked: dict) -> list[str]:
    if view.previous is None:
        return [""] * len(table)
    before = view.previous.ask("ae_timeline", **asked | {"most": 10**6})
    key = ("USUBJID", "AEDECOD", "ADY")
    marked = compare_numbers(table.assign(HELD=1), before[before["KIND"] == "EVENT"].assign(HELD=1), key, "HELD")
    return ["new" if since else "" for since in marked["SINCE"]]


def _finding(view: View, rows: DataFrame, table: DataFrame, events: str) -> list[str]:
    if rows.empty:
        return [nobody(view)]
    whom = counted(rows["USUBJID"].nunique(), "treated subject")
    if table.empty:
        return [f"No {CHOSEN[events]} with a day in {whom}.", _ungraded(rows)]
    within = int((table["COUNTDY"] <= view.trial.dlt_window_days).sum())
    ongoing, serious = int((table["ONGOING"] == "yes").sum()), int((table["AESERC"] == "yes").sum())
    first = f"{within} of {counted(len(table), 'adverse event')} in {whom} began by day {view.trial.dlt_window_days}"
    first += f"; {serious or 'none'} serious, {ongoing or 'none'} ongoing"
    late = table[(table["ATOXGR"].fillna(0) >= 3) & (table["COUNTDY"] > view.trial.dlt_window_days)]
    late = late.sort_values("ATOXGR", ascending=False, kind="stable")
    named = first_of(
        [f"{row.SUBJID} {row.AEDECOD} (grade {row.GRADE}, {on_day(row.COUNTDY)})" for row in rows_of(late)]
    )
    return [
        sentence(first),
        sentence(f"grade 3 or worse after it: {named}") if len(late) else "",
        _ungraded(rows),
        since(view, counted(int((table["SINCE"] == "new").sum()), "new event")),
    ]


def _ungraded(rows: DataFrame) -> str:
    """That events without a grade are not shown where those of grade 3 or worse are asked for; "" where none is."""
    number, subjects = int(rows["NUNGR"].iloc[0]), int(rows["NUNGRSUBJ"].iloc[0])
    if not number:
        return ""
    verb = "is" if number == 1 else "are"
    return sentence(f"{counted(number, 'event')} without a grade in {counted(subjects, 'subject')} {verb} not shown")


def _population(view: View, rows: DataFrame, table: DataFrame, shown: int) -> str:
    if not shown:
        return "No treated subjects."
    total, undated = int(rows["NTREATED"].iloc[0]), int(rows.drop_duplicates("USUBJID")["NUNDATED"].sum())
    ends = rows[(rows["KIND"] == "END") & (rows["DTHFL"] == "Y") & (rows["DTHDAYFL"] != "Y")]
    whom = counted(total, "treated subject")
    parts = [
        f"the {shown} of {total:,} treated subjects with the worst events" if shown < total else whom,
        f"{counted(undated, 'event')} without a day, not drawn" if undated else "",
        f"died on a day not known: {first_of(list(ends['SUBJID']))}" if len(ends) else "",
        emergent(view.trial),
    ]
    return " ".join(sentence(part) for part in parts if part)
