"""Each stopping rule's boundary with the path of the trial."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame, concat

from displays.display import Display
from displays.since import SINCE_LABELS, compare
from displays.stopping.charts_figure import figure
from displays.stopping.frame import Both, rules_display
from displays.stopping.state import RuleState
from queries import View
from stats.stopping import posterior_probability

STOPPING_CHARTS = ("stopping_charts", "Stopping boundaries and the path of the trial")
LABELS = {
    "RULE": "Rule",
    "KIND": "Row",
    "N": "Subjects (n)",
    "EVENTS": "Events so far",
    "LIMIT": "Met from (events)",
    "POSTERIOR": "P(true rate > threshold)",
    "SUBJID": "Subject",
    "TRTA": "Dose",
    "DISEASE": "Disease",
    "TRTSDT": "First infusion",
    "STATUS": "Counted as",
    "EVENTTERM": "Event",
    "EVENTDY": "on day",
    "LVEFDY": "Last comparable LVEF on day",
} | SINCE_LABELS
FORMATS = {
    "POSTERIOR": "percent",
    "N": "integer",
    "EVENTS": "integer",
    "LIMIT": "integer",
    "EVENTDY": "integer",
    "LVEFDY": "integer",
}
COLUMNS = [*list(LABELS)[:6], "USUBJID", *list(LABELS)[6:], "EVENTLDY"]


def stopping_charts(view: View) -> Display:
    """One boundary chart a rule: the events that would meet it, and the events counted as subjects entered."""
    return rules_display(
        view,
        *STOPPING_CHARTS,
        _made,
        labels=LABELS,
        formats=FORMATS,
        method="Of more than 120 subjects the last ten with the event are marked one by one on each path. "
        "The boundary is drawn half an event below the number that meets the rule: a mark in the region is met.",
    )


def _made(view: View, both: Both) -> tuple[DataFrame, go.Figure]:
    table = concat([_rows(now, was) for now, was in both], ignore_index=True)
    return table, figure(view, both, table)


def _rows(now: RuleState, was: RuleState | None) -> DataFrame:
    """The path (a row a counted subject) and the boundary beyond it (a row a number of subjects)."""
    if now.subjects is None:
        return DataFrame(columns=COLUMNS)
    rest = DataFrame({"N": range(now.n + 1, len(now.boundary.table) + 1)}).assign(
        RULE=now.rule.name, KIND="Boundary", STATUS="", SINCE="", PREVIOUS=""
    )
    rows = concat([part for part in (_path(now, was), rest) if len(part)], ignore_index=True)
    return (
        rows.assign(LIMIT=[now.limit(n) for n in rows["N"]])
        .reindex(columns=COLUMNS)
        .astype(dict.fromkeys(("LIMIT", "EVENTS", "EVENTDY", "EVENTLDY", "LVEFDY"), "Int64"))
    )


def _path(now: RuleState, was: RuleState | None) -> DataFrame:
    """The subjects in the count, marked where new or counted otherwise, with P(rate > threshold) after each."""
    # by what decides alone: the running numbers of those after a new subject are others too
    here, there = (None if one is None else one.counted[["USUBJID", "STATUS"]] for one in (now, was))
    marks = compare(here, there, ("USUBJID",), lambda row: row.STATUS).rows
    path = now.counted.assign(SINCE=marks["SINCE"], PREVIOUS=marks["PREVIOUS"])
    number, events = path["N"].to_numpy(), path["EVENTS"].to_numpy()
    return path.assign(
        RULE=now.rule.name,
        KIND="Path",
        LVEFDY=path["LVEFDY"] if now.rule.heart else None,
        POSTERIOR=posterior_probability(events, number, now.rule.threshold, now.rule.prior) if len(path) else [],
    )
