"""The stopping rules: met, near or not met, and how many more events would meet each."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import Display
from displays.groups import key_of
from displays.since import SINCE_LABELS, compare
from displays.stopping.frame import Both, rules_display
from displays.stopping.notes import notes, remarks
from displays.stopping.overview_figure import COUNTED, figure
from displays.stopping.state import UNKNOWN, RuleState
from displays.stopping.words import (
    boundary_words,
    briefly,
    event,
    further_words,
    people,
    predicted_method,
    state_words,
)
from displays.words import counted, listed, on_days, percent, sentence
from queries import View
from queries.frames import rows_of

STOPPING_OVERVIEW = ("stopping_overview", "Status of the stopping rules")
LABELS = {
    "RULE": "Rule",
    "COUNTS": "What is counted",
    "STATE": "Status",
    "EVENTS": "Events (subjects)",
    "N": "Counted (n)",
    "LIMIT": "Boundary now (events)",
    "NEXTLIMIT": "Boundary at next subject (events)",
    "FURTHER": "Additional events needed",
    "FURTHERHERE": "Additional events needed, with subjects already counted",
    "THRESHOLD": "Threshold",
    "POSTERIOR": "P(true rate > threshold)",
    "CUTOFF": "Cutoff",
    "PREDICTED": "Chance that it is met after the next cohort",
    "WHO": "Who",
    "NAWAITED": "Awaiting follow-up (n)",
    "NLEFT": "Left out (n)",
    "NOTES": "Not in the count, and cautions",
    "ATTHRESHOLD": "Chance of ever meeting it at the threshold",
    "ATTWICE": "at twice the threshold",
} | SINCE_LABELS
CHANCES = ("THRESHOLD", "POSTERIOR", "CUTOFF", "PREDICTED", "ATTHRESHOLD", "ATTWICE", "WASPOSTERIOR")
WHOLE = ("EVENTS", "N", "LIMIT", "NEXTLIMIT", "FURTHER", "FURTHERHERE", "NAWAITED", "NLEFT")
FORMATS = dict.fromkeys(CHANCES, "percent") | dict.fromkeys(WHOLE, "integer")


def stopping_overview(view: View) -> Display:
    """Every stopping rule on one screen: met, near or not met, and what would meet it."""
    return rules_display(
        view,
        *STOPPING_OVERVIEW,
        _made,
        labels=LABELS,
        formats=FORMATS,
        behind=_behind,
        method="Chances of ever meeting a rule: exact, with an analysis after every subject up to the last planned "
        f"one. {predicted_method(view)}",
    )


def _behind(both: Both) -> dict[str, tuple[str, ...]]:
    """The subjects with an event that each rule counts, in the order in which they are counted."""
    known = [now for now, _ in both if now.subjects is not None and now.events]
    return {
        key_of(COUNTED, now.rule.name): tuple(now.counted.loc[now.counted["STATUS"] == "Event", "USUBJID"])
        for now in known
    }


def _made(view: View, both: Both) -> tuple[DataFrame, go.Figure]:
    table = _table(both, view.trial.escalation["cohort_size"])
    return table, figure(view, table)


def _table(both: Both, cohort: int) -> DataFrame:
    """A row a rule, beside what it was at the previous cut; WASPOSTERIOR is P(true rate > threshold) then.

    cohort: of so many subjects is the next cohort of which PREDICTED speaks.
    """
    rows = DataFrame([_row(now) | _predicted(now, cohort) for now, _ in both])
    known = [was for _, was in both if was is not None]
    before = DataFrame([_brief(was) for was in known]) if known else None
    compared = compare(
        rows,
        before,
        ("RULE",),
        lambda row: (row.STATE, row.EVENTS),
        words=lambda was, _: _previously(was),
        always=True,
    )
    table = compared.rows.assign(WASPOSTERIOR=compared.was["POSTERIOR"])
    return table.astype(dict.fromkeys(WHOLE, "Int64") | dict.fromkeys(CHANCES, "float64"))


def _brief(now: RuleState) -> dict:
    return {
        "RULE": now.rule.name,
        "STATE": now.state,
        "EVENTS": None if now.subjects is None else now.events,
        "N": now.n,
        "POSTERIOR": None if now.subjects is None else now.posterior,
    }


def _previously(was) -> str:
    return UNKNOWN if was.STATE == UNKNOWN else f"{was.STATE}: {was.EVENTS:g} of {was.N:g}"


def _row(now: RuleState) -> dict:
    row = {
        "BRIEFLY": briefly(now.rule),
        "COUNTS": f"{event(now.rule)}, {people(now.rule, now.expansion)}",
        "THRESHOLD": now.rule.threshold,
        "WORDS": state_words(now),
    }
    if now.subjects is None:
        absent = dict.fromkeys((*WHOLE, "CUTOFF", "ATTHRESHOLD", "ATTWICE"))
        return _brief(now) | row | absent | dict.fromkeys(("LIMITS", "WHO", "NOTES", "FURTHERWORDS", "REMARKS"), "")
    return _brief(now) | row | _numbers(now) | _words(now)


def _predicted(now: RuleState, cohort: int) -> dict:
    """The chance that a next cohort meets the rule, and its words; neither where it is met or cannot be met."""
    chance = now.predicted(cohort)
    if chance is None:
        return {"PREDICTED": None, "CHANCE": ""}
    words = f"chance that it is met after the next {counted(cohort, 'subject')}: {percent(chance)}"
    return {"PREDICTED": chance, "CHANCE": words}


def _numbers(now: RuleState) -> dict:
    status = now.subjects["STATUS"]
    return {
        "LIMIT": now.limit(now.n),
        "NEXTLIMIT": now.limit(now.n + 1),
        "FURTHER": now.further,
        "FURTHERHERE": now.fewest,
        "CUTOFF": now.boundary.cutoff,
        "NAWAITED": int((status == "Awaited").sum()),
        "NLEFT": int((status == "Left out").sum()),
        "ATTHRESHOLD": now.boundary.at_threshold,
        "ATTWICE": now.boundary.at_twice,
    }


def _words(now: RuleState) -> dict:
    happened = now.counted[now.counted["STATUS"] == "Event"]
    who = [f"{row.SUBJID} ({row.EVENTTERM}, {on_days(row.EVENTDY, row.EVENTLDY)})" for row in rows_of(happened)]
    here, following = boundary_words(now)
    beside = " ".join(sentence(remark) for remark in remarks(now))
    return {
        "LIMITS": f"Boundary: {here}; next subject {following}",
        "WHO": listed(who),
        "NOTES": notes(now),
        "FURTHERWORDS": further_words(now),
        "REMARKS": beside,
    }
