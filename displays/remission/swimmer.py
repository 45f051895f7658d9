"""Every treated subject's course since the first infusion: courses, remission, relapse, transplant and death."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame, Series

from displays.absent import absence
from displays.display import Display, display, not_collected
from displays.drawing import crowd
from displays.groups import no_subjects
from displays.remission.definitions import caveat, confirmation, doubts, kinds, responses_collected
from displays.remission.reasons import lasted
from displays.remission.swimmer_figure import LOST, UNDATED, bars, swimmer_figure
from displays.since import SINCE_LABELS, compare
from displays.words import counted, listed
from queries import View
from queries.frames import rows_of

LABELS = {
    "SUBJID": "Subject",
    "DISEASE": "Disease",
    "TRTA": "Group",
    "KIND": "Event",
    "ADY": "Day",
    "ADT": "Date",
    "DETAIL": "Detail",
    "LASTED": "Confirmation",
    "STATUS": "Status",
    "SINCE": SINCE_LABELS["SINCE"],
}
NO_EVENTS = ("Follow-up", "Last assessment")
"""Rows that move with every cut and are not events."""


WORST = f"the {crowd.NAMED} who died earliest"
ALL_LISTED = "all are in the table"
SWIMMER = ("swimmer", "Course of every subject")


def swimmer(view: View) -> Display:
    """Every treated subject's course in days since the first infusion, the longest followed first."""
    if "ex" not in view.cut.delivered:
        return not_collected(view, *SWIMMER, "Infusions")
    table = _compared(view)
    if table.empty:
        return no_subjects(view, *SWIMMER)
    subjects = bars(table)
    return display(
        view,
        *SWIMMER,
        finding=_finding(view, table, subjects),
        table=table,
        labels=LABELS,
        formats={"ADT": "date", "DETAIL": "words"},
        figure=_figure(table, subjects),
        population=" ".join(filter(None, [_population(subjects), crowd.words(subjects, WORST, ALL_LISTED)])),
        method=f"The green line inside a bar is the time in remission: from the investigator's first {kinds(view)} "
        f"that counts as a remission to relapse or death, dotted after the last assessment. {_stars(table)}A partial "
        f"date is placed at the earliest day that it can mean. {confirmation(view)}{_undated_method(table)}"
        f"{caveat(view)}",
        source="Infusions (EX), responses (RS), transplants (PR), deaths and end of study (DM, DS, fatal AE); the last "
        "day known alive from every dated record.",
        questions=("response_timeline", "remission_doubts", "remission_doubt_counts", "response_best"),
    )


def _figure(table: DataFrame, subjects: DataFrame) -> go.Figure:
    """The figure of every subject; of very many of those who died first after the first infusion."""
    if not crowd.crowded(subjects):
        return swimmer_figure(table, subjects)
    order = subjects.sort_values(["STATUS", "LASTDY"], key=_died_first, kind="stable")
    drawn = table[table.USUBJID.isin(crowd.first_subjects(order))]
    return swimmer_figure(drawn, bars(drawn))


def _died_first(column: Series) -> Series:
    return column != "died" if column.name == "STATUS" else column


def _compared(view: View) -> DataFrame:
    """The events with SINCE "new" where the previous cut did not hold them.

    A death without a date moves with the last day known alive and is still the same one.
    """
    now, before = view.ask("response_timeline"), view.ask_previous("response_timeline")
    key, days = ("USUBJID", "KIND", "KEYDAY"), view.trial.response.confirmation_days
    now = now.assign(LASTED=[lasted(code, days) for code in now.CONFIRM])
    found = compare(_keyed(now), None if before is None else _keyed(before), key, lambda row: "").rows
    return found.assign(SINCE=found.SINCE.mask(found.KIND.isin(NO_EVENTS), "")).drop(columns="KEYDAY")


def _keyed(events: DataFrame) -> DataFrame:
    return events.assign(KEYDAY=events.ADY.mask(events.KIND == UNDATED, 0))


def _finding(view: View, table: DataFrame, subjects: DataFrame) -> list[str]:
    responses = responses_collected(view)
    number = table.groupby("KIND").USUBJID.nunique()
    remission = f"{number.get('Remission', 0)} reached remission, " if responses else ""
    transplants = number.get("Transplant", "an unknown number" if "pr" in view.cut.unread else 0)
    other = number.get("Later therapy", 0)
    later = f", {other} began a later therapy" if other else ""
    undated = f" ({number[UNDATED]} without a usable date)" if UNDATED in number else ""
    return [
        f"Of {counted(len(subjects), 'treated subject')}, {remission}{transplants} had a transplant"
        f"{later} and {sum(subjects.STATUS == 'died')} died{undated}.",
        _relapses(table, view) if responses else f"Responses: {absence(view.cut, 'rs')}.",
        _lost(table, view),
        doubts(view) if responses else "",
        _new(table),
    ]


def _new(table: DataFrame) -> str:
    if not (table.SINCE != "").any():
        return ""
    events = counted(sum((table.SINCE == "new") & (table.KIND != "Course")), "event")
    return f"New since the previous meeting: {events} (ringed)."


def _relapses(table: DataFrame, view: View) -> str:
    """Relapses out of the remissions, by assessment and by other records; those without a remission apart."""
    first = table[table.KIND == "Remission"].groupby("USUBJID").ADY.min().to_dict()
    relapses = rows_of(table[table.KIND == "Relapse"])
    after = {row.USUBJID for row in relapses if row.USUBJID in first and row.ADY > first[row.USUBJID]}
    never = table[~table.USUBJID.isin(list(first))]
    without = {kind: never[never.KIND == kind].USUBJID.nunique() for kind in ("Relapse", "Progression")}
    parts = [counted(number, kind.lower()) for kind, number in without.items() if number]
    told = int((view.ask("remission_doubts").NTOLD > 0).sum())
    others = f" by assessment, {told} by a disposition or adverse event" if told else ""
    return f"{len(after)} of {len(first)} in remission relapsed{others}" + (
        f"; {listed(parts)} without a remission." if parts else "."
    )


def _lost(table: DataFrame, view: View) -> str:
    """Who had a response that was lost too early to count where the protocol asks that it lasts, and by what record."""
    number = table[table.KIND == LOST].USUBJID.nunique()
    if not number:
        return ""
    told = int((view.ask("response_best").CONFIRM == "LOST TOLD").sum())
    how = f": {number - told} by assessment, {told} by a disposition or adverse event" if told else ""
    return f"{counted(number, 'remission').capitalize()} lost early, not counted (open star with a dot){how}."


def _stars(table: DataFrame) -> str:
    unconfirmed = table[table.KIND == "Remission"].LASTED.notna().any()
    return "An open star is a remission that is not confirmed. " if unconfirmed else ""


def _population(subjects: DataFrame) -> str:
    number = subjects.STATUS.value_counts()
    ongoing = [f"{number.get('ongoing', 0)} on study at the data cut (arrow)"]
    where = [*ongoing, f"{number.get('off study', 0)} off study alive"]
    if "not collected" in number:
        unknown = f"whether {number['not collected']} others are still on study was not collected"
        where = [*(ongoing if number.get("ongoing", 0) else []), unknown]
    return (
        f"{len(subjects)} treated, from the first infusion (day 1) to death or the last day known alive; "
        f"{number.get('died', 0)} died, {', '.join(where)}."
    )


def _undated_method(table: DataFrame) -> str:
    undated = "A death without a usable date is drawn at the last day known alive. "
    return undated if (table.KIND == UNDATED).any() else ""
