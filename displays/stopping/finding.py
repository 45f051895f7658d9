"""What the board reads first of all stopping rules together, and each one's denominator."""

from __future__ import annotations

from displays.since import since
from displays.stopping.notes import met_earlier, nobody, runs
from displays.stopping.state import MET, NEAR, UNKNOWN, RuleState
from displays.stopping.words import of_cohort
from displays.words import listed, sentence
from queries import Filters, View
from trial.stopping_rule import StoppingRule

UNFILTERED = "Filters do not apply to a stopping rule: every subject counts."


def finding(view: View, both: list[tuple[RuleState, RuleState | None]]) -> list[str]:
    """Which rules are met, which near, which were met earlier, and what moved since the previous cut."""
    judged = [now for now, _ in both if now.state != UNKNOWN]
    unknown: dict[str, list[str]] = {}
    for now, _ in both:
        if now.state == UNKNOWN:
            unknown.setdefault(now.absent, []).append(now.rule.name)
    words = _alarms(judged, " that can be assessed" if unknown else "") + _earlier(judged)
    words += [f"cannot be assessed, since what they count was {why}: {listed(of)}" for why, of in unknown.items()]
    return [*map(sentence, words), since(view, _moved(both))]


def _alarms(judged: list[RuleState], which: str) -> list[str]:
    """The rules met and near, or that there are none."""
    words, one = [], len(judged) == 1
    met = [now for now in judged if now.state == MET]
    certain = [now for now in judged if now.certain_from is not None]
    near = [now for now in judged if now.state == NEAR and now.certain_from is None]
    for rules, verb in (
        (met, "met"),
        (certain, "near and will be met whatever happens"),
        (near, "near, one more event would meet it"),
    ):
        names = [_named_rule(now) for now in rules]
        several = f"{len(names)} of {_rules(judged, which)} {'is' if len(names) == 1 else 'are'}"
        if names:
            words.append(f"{f'the stopping rule{which} is' if one else several} {verb}: {listed(names)}")
    if words or not judged:
        return words
    if one:
        return [f"the stopping rule{which} is neither met nor near: {_named_rule(judged[0])}"]
    return [f"none of {_rules(judged, which)} is met or near"]


def _rules(judged: list[RuleState], which: str) -> str:
    return f"{'the ' if which else ''}{len(judged)} stopping rules{which}"


def _named_rule(now: RuleState) -> str:
    return f"{now.rule.name} ({now.score}{_from(now)})"


def _from(now: RuleState) -> str:
    """ "; from 3 subjects on" of a rule that will be met whatever happens."""
    return f"; from {now.certain_from} subjects on" if now.certain_from is not None else ""


def _earlier(judged: list[RuleState]) -> list[str]:
    """That a rule not met now was met earlier on its path."""
    before = [now for now in judged if met_earlier(now)]
    met = [
        f"{'that' if number else 'the boundary'} of {_named_rule(now)}{'' if number else ' was met'} at "
        f"{runs(now.met_before)}"
        for number, now in enumerate(before)
    ]
    return [f"but as known now, in order of first infusion, {listed(met)}"] if met else []


def _moved(both: list[tuple[RuleState, RuleState | None]]) -> str:
    moved = [
        f"{now.rule.name} went from {was.state} to {now.state}"
        for now, was in both
        if was is not None and was.state != now.state
    ]
    calm = "its status has not changed" if len(both) == 1 else "no rule changed its status"
    return "; ".join(moved) or calm


def population(view: View, both: list[tuple[RuleState, RuleState | None]], filters: Filters) -> str:
    """Each rule's denominator, and that filters do not touch it."""
    rules = [_denominator(now) for now, _ in both if now.subjects is not None]
    words = "Counted: " + "; ".join(rules) + ". " if rules else ""
    chosen = f" The filters now chosen ({filters.words()}) are not applied here." if filters.any_set else ""
    return words + "Near: at most one more event would meet the rule. " + UNFILTERED + chosen


def _denominator(now: RuleState) -> str:
    """ "Early death 17 of 21 treated subjects (3 not observed long enough yet, 1 left out)"."""
    absent, treated = nobody(now), len(now.subjects)
    if absent:
        return f"{now.rule.name} 0 of 0 ({absent})"
    status = now.subjects["STATUS"].value_counts()
    parts = [
        f"{status[key]} {words}"
        for key, words in (("Awaited", _awaited(now.rule)), ("Left out", "left out"))
        if key in status
    ]
    missing = f" ({', '.join(parts)})" if parts else ""
    return (
        f"{now.rule.name} {now.n} of {treated} treated "
        f"subject{'' if treated == 1 else 's'}{of_cohort(now.rule, now.expansion)}{missing}"
    )


def _awaited(rule: StoppingRule) -> str:
    """What is still awaited of a subject that does not count yet."""
    verdict = (
        "with the DLT evaluation pending" if rule.population == "evaluable for DLT" or rule.counts == "dlt" else ""
    )
    if rule.heart and rule.observed:
        heart = f"without a comparable LVEF on day {rule.observed} or later yet"
    else:
        heart = "without a comparable later LVEF yet" if rule.population == "evaluable for heart" else ""
    time = "not observed long enough yet" if rule.observed and not rule.heart else ""
    return " or ".join(words for words in (verdict, heart, time) if words)
