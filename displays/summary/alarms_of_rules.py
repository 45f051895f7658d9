"""Alarms of the stopping rules, of DLTs that the escalation rule cannot read, and of what the load found."""

from __future__ import annotations

import re

from pandas import DataFrame

from displays.escalation.findings import deciding_findings, without_supplements
from displays.escalation.findings_words import said_of_findings
from displays.groups import everybody
from displays.rule.alarms import Alarms, alarms, unread
from displays.stopping.asked import rule_states
from displays.stopping.state import MET, NEAR, NOT_MET, UNKNOWN, RuleState
from displays.stopping.words import further_words, of_cohort
from displays.summary.alarm import Alarm, dropped, not_assessed
from displays.summary.who import Who, marked
from displays.words import counted, listed, on_days
from queries import View
from queries.frames import rows_of

EVENTS = {
    "dlt": "DLT",
    "early_death": "death by day {days}",
    "ae": "event that it counts",
    "ctrcd_moderate": "subject with CTRCD moderate or worse",
    "ctrcd_severe": "subject with CTRCD severe or worse",
}
"""What a rule counts, by its kind, of one."""
PEOPLE = {
    "treated": ("treated subject", "treated subjects"),
    "evaluable for heart": ("subject evaluable for cardiac function", "subjects evaluable for cardiac function"),
    "evaluable for DLT": ("subject evaluable for DLT", "subjects evaluable for DLT"),
}
STOPPING, RULE, FINDINGS = "stopping_overview", "rule_now", "findings_that_decide"


def of_stopping_rules(view: View) -> list[Alarm]:
    """The stopping rules that are met or near, or cannot be assessed, each beside what it was."""
    if not view.trial.stopping_rules:
        return [not_assessed("stopping rules: none is defined for this trial", STOPPING)]
    found, before = alarms(view.cut), {now.rule.name: was for now, was in rule_states(everybody(view))}
    kinds = {"met": found.met, "certain": found.certain, "unreadable": found.unreadable, "near": found.near}
    made = [_alarm(kind, now, before[now.rule.name]) for kind, states in kinds.items() for now in states]
    over = [_over(now, was) for now in found.every if (was := before[now.rule.name]) is not None and _is_over(now, was)]
    absent = [_absent(now, before[now.rule.name]) for now in found.absent]
    return [*made, *_of_unread(found), *over, *absent]


def _alarm(kind: str, now: RuleState, was: RuleState | None) -> Alarm:
    name = f"Stopping rule {now.rule.name}"
    if now.state == UNKNOWN:
        return Alarm(kind, f"{name} cannot be assessed: what it counts was {now.absent}", STOPPING)
    return Alarm(
        kind,
        f"{name} is {now.state}: {_counted(now)}; {_further(now)}",
        STOPPING,
        marked(_events(now), None if was is None else _events(was)),
        _before(now, was),
    )


def _counted(now: RuleState) -> str:
    """ "3 deaths by day 30 in 32 treated subjects", with what the possible events add as the score has it."""
    what, (one, several) = EVENTS.get(now.rule.counts, "subject"), PEOPLE[now.rule.population]
    whose = f"{one if now.n == 1 else several}{of_cohort(now.rule, now.expansion)}"
    name, rest = what.format(days=now.rule.within_days), now.score.removeprefix(f"{now.events} of {now.n}")
    return f"{counted(now.events, name, _plural(name))} in {now.n} {whose}{rest}"


def _plural(name: str) -> str:
    first, space, rest = name.partition(" ")
    return f"{first}s{space}{rest}"


def _further(now: RuleState) -> str:
    """ "one more event would meet it"."""
    return further_words(now).replace("1 more event", "one more event", 1)


def _is_over(now: RuleState, was: RuleState) -> bool:
    return now.state == NOT_MET and was.state in (MET, NEAR)


def _over(now: RuleState, was: RuleState) -> Alarm:
    """A rule that was met or near and is not now: more subjects were counted, or an event was withdrawn."""
    text = f"Stopping rule {now.rule.name} is no longer {was.state}: {_counted(now)}; {_further(now)}"
    return Alarm("gone", text, STOPPING, tuple(_events(now)), f"was {was.score}{dropped(_events(now), _events(was))}")


def _events(now: RuleState) -> list[Who]:
    happened = now.counted[now.counted["STATUS"] == "Event"]
    return [Who(row.USUBJID, row.SUBJID, on_days(row.EVENTDY, row.EVENTLDY)) for row in rows_of(happened)]


def _before(now: RuleState, was: RuleState | None) -> str:
    """ "was 2 of 26, not met", "was 3 of 32, near, 102-005 no longer"; "" where it stands as it did or no cut is
    compared."""
    if was is None:
        return ""
    lost = dropped(_events(now), _events(was))
    if (was.state, was.events) == (now.state, now.events) and not lost:
        return ""
    return "was not assessed" if was.state == UNKNOWN else f"was {was.score}, {was.state}{lost}"


def _absent(now: RuleState, was: RuleState | None) -> Alarm:
    previous = f"was {was.score}, {was.state}" if was is not None and was.state in (MET, NEAR) else ""
    return not_assessed(f"stopping rule {now.rule.name} (what it counts was {now.absent})", STOPPING, previous)


def _of_unread(found: Alarms) -> list[Alarm]:
    """The DLTs that no design can read, which hold a higher dose."""
    return [Alarm("unreadable", words, RULE)] if (words := unread(found)) else []


def of_findings(view: View) -> list[Alarm]:
    """What the load found that could change a decision, in one line, with the subjects that it names."""
    table = without_supplements(deciding_findings(view))
    if table.empty:
        return []
    number, new = len(table), int((table["SINCE"] == "new").sum())
    said, more = said_of_findings(table)
    what = listed([*said, *[f"{more} more"] * bool(more)])
    text = f"{counted(number, 'data-quality finding')} could change a decision: {what}"
    people = _named_in(view, table)
    example = ", for example" if people and len(people) < int(table["NRECS"].sum()) else ""
    return [Alarm("data", f"{text}{example}", FINDINGS, people, _newly_found(number, new))]


def _named_in(view: View, table: DataFrame) -> tuple[Who, ...]:
    """The subjects that the examples of the findings name: "NCT00430443-104-001: 466 → 465"."""
    words = {word for text in table["EXAMPLES"].dropna() for word in re.split(r"[\s:;,|]+", str(text))}
    subjects = view.cut.table("adsl")
    named = subjects[subjects["USUBJID"].isin(words)]
    return tuple(Who(row.USUBJID, row.SUBJID) for row in rows_of(named))


def _newly_found(number: int, new: int) -> str:
    if not new:
        return ""
    return "new" if new == number else f"{new} new"
