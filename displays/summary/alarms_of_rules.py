"""Alarms of the stopping rules, of DLTs that the escalation rule cannot read, and of what the load found."""

from __future__ import annotations

from displays.escalation.findings import deciding_findings
from displays.escalation.findings_words import said_of_findings
from displays.groups import everybody
from displays.rule.alarms import Alarms, alarms, unread
from displays.stopping.asked import rule_states
from displays.stopping.state import UNKNOWN, RuleState
from displays.stopping.words import further_words
from displays.summary.alarm import Alarm, not_assessed
from displays.summary.who import Who, marked
from displays.words import counted, listed, on_days
from queries import View

STOPPING, RULE, FINDINGS = "stopping_overview", "rule_now", "findings_that_decide"


def of_stopping_rules(view: View) -> list[Alarm]:
    """The stopping rules that are met or near, or cannot be assessed, each beside what it was."""
    if not view.trial.stopping_rules:
        return [not_assessed("stopping rules: none is defined for this trial", STOPPING)]
    found, before = alarms(view.cut), {now.rule.name: was for now, was in rule_states(everybody(view))}
    kinds = {"met": found.met, "certain": found.certain, "unreadable": found.unreadable, "near": found.near}
    made = [_alarm(kind, now, before[now.rule.name]) for kind, states in kinds.items() for now in states]
    return [*made, *_of_unread(found), *[_absent(now) for now in found.absent]]


def _alarm(kind: str, now: RuleState, was: RuleState | None) -> Alarm:
    name = f"Stopping rule {now.rule.name}"
    if now.state == UNKNOWN:
        return Alarm(kind, f"{name} cannot be assessed: what it counts was {now.absent}", STOPPING)
    return Alarm(
        kind,
        f"{name} {now.state}: {now.score}; {further_words(now)}",
        STOPPING,
        marked(_events(now), None if was is None else _events(was)),
        _before(now, was),
    )


def _events(now: RuleState) -> list[Who]:
    happened = now.counted[now.counted["STATUS"] == "Event"]
    return [Who(row.USUBJID, row.SUBJID, on_days(row.EVENTDY, row.EVENTLDY)) for row in happened.itertuples()]


def _before(now: RuleState, was: RuleState | None) -> str:
    """ "was 2 of 26, not met"; "" where it stands as it did or no cut is compared."""
    if was is None or (was.state, was.events) == (now.state, now.events):
        return ""
    return "was not assessed" if was.state == UNKNOWN else f"was {was.score}, {was.state}"


def _absent(now: RuleState) -> Alarm:
    return not_assessed(f"stopping rule {now.rule.name} (what it counts was {now.absent})", STOPPING)


def _of_unread(found: Alarms) -> list[Alarm]:
    """The DLTs that no design can read, which hold a higher dose."""
    return [Alarm("unreadable", words, RULE)] if (words := unread(found)) else []


def of_findings(view: View) -> list[Alarm]:
    """What the load found that could change a decision, in one line."""
    table = deciding_findings(view)
    if table.empty:
        return []
    number, new = len(table), int((table["SINCE"] == "new").sum())
    said, more = said_of_findings(table)
    what = listed([*said, *[f"{more} more"] * bool(more)])
    text = f"{counted(number, 'finding')} of the load could change a decision: {what}"
    return [Alarm("data", text, FINDINGS, previous=_newly_found(number, new))]


def _newly_found(number: int, new: int) -> str:
    if not new:
        return ""
    return "new" if new == number else f"{new} new"
