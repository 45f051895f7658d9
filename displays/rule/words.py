"""How the displays of the escalation rule speak: doses in place of level numbers, who was read and who was not."""

from __future__ import annotations

from displays.display import day
from displays.groups import dlts_collected
from displays.rule.design import name_of, rule_of
from displays.since import since
from queries import View
from stats.escalation import Decision, Outcomes
from stats.escalation.outcomes import count
from stats.escalation.reasons import VERDICTS, count_words, in_words
from trial import Trial

ACTIONS = {
    "escalate": ("▲", "#cde5d5"),
    "stay": ("=", "#e9eef2"),
    "de-escalate": ("▼", "#f0c8cc"),
    "suspend": ("…", "#e9e8c0"),
    "stop": ("■", "#b9c6d1"),
}
"""Action → its sign, which grey print keeps, and its colour."""
JOINED = {"stay": "at", "stop": "with"}
"""What joins an action to its dose; all others: "to"."""
OF_PENDING = frozenset({"pending in all", "whatever pending"})
"""Clauses that the sentence on the pending subjects says."""
OF_THE_TOP = frozenset({"none higher", "none higher open"})
"""Clauses that "the highest dose studied" says."""
MODEL = (
    "rate at the posterior mean of the model's parameter, 90 % limits by a normal approximation of it (as R's dfcrm)"
)


def comparable(cut) -> bool:
    """Whether a previous cut shows what the rule said then: its definition states a rule, it held adjudicated DLTs."""
    return rule_of(cut.trial) is not None and dlts_collected(View(cut))


def news(view: View, words: str) -> str:
    """What is new since the previous cut, or that the previous cut cannot be compared; "" where none is."""
    if view.previous is None or comparable(view.previous):
        return since(view, words)
    return f"The cut of {day(view.previous.date)} held no adjudicated DLTs or no rule to compare with."


def dose(rank: int, trial: Trial) -> str:
    """The label of a level counted from 1: "190 mg/m²/day"."""
    return trial.dose_levels[rank - 1].label


def dose_number(rank: int, trial: Trial) -> str:
    """The dose alone, for figures whose axis has the unit."""
    return f"{trial.dose_levels[rank - 1].dose:g}"


def reason(decision: Decision, trial: Trial) -> str:
    """The whole reason of a decision, in doses."""
    return in_words(decision.parts, lambda rank: dose(rank, trial))


def said(decision: Decision, trial: Trial, known: Outcomes | None = None) -> str:
    """A decision in few words: "escalate to 230 mg/m²/day"."""
    if decision.action == "stop" and decision.dose and not decision.mtd_reached:
        return f"stop: {not_reached(dose(decision.dose, trial))}"
    if decision.selected:
        return f"stay at {selected_highest(dose(decision.dose, trial))}"
    return " ".join(part for part in said_in_parts(decision, lambda rank: dose(rank, trial), known) if part)


def recommended(design, decision: Decision, trial: Trial, known: Outcomes | None = None) -> str:
    """ "Rolling Six recommends: escalate to 230 mg/m²/day"."""
    return f"{name_of(design)} recommends: {after_colon(said(decision, trial, known))}"


def after_colon(words: str) -> str:
    """A decision in words where a colon is before it already: "stop, no dose tolerated"."""
    return words.replace("stop: ", "stop, ", 1)


def not_reached(place: str) -> str:
    """What is said of the highest planned dose that was tolerated."""
    return f"MTD not reached; {place} is the highest dose studied and was tolerated"


def selected_highest(place: str) -> str:
    """What is said of the highest planned dose where a design that has no end selects it."""
    return f"{place} (selected, highest planned)"


def said_in_parts(decision: Decision, name, known: Outcomes | None = None) -> tuple[str, str]:
    """A decision as the action and what it is about; `name` gives a level's name."""
    if decision.action == "stop":
        return "stop:", _ended(decision, name)
    if decision.dose is None:
        return "suspend enrolment,", "awaiting pending subjects"
    if known is not None and not known.cohorts:
        return ("start", f"at {name(decision.dose)}")
    return decision.action, f"{'at' if decision.action == 'stay' else 'to'} {name(decision.dose)}"


def verdict_words(action: str, rank: int | None, trial: Trial) -> str:
    """An action with its dose: "escalate to 230 mg/m²/day", "stop"."""
    if rank is None:
        return action
    return f"{action} {JOINED.get(action, 'to')} {dose(rank, trial)}"


def _ended(decision: Decision, name) -> str:
    if decision.dose is None:
        return "no dose tolerated"
    return f"MTD is {name(decision.dose)}" if decision.mtd_reached else f"MTD not reached at {name(decision.dose)}"


def counts_at(known: Outcomes, rank: int, trial: Trial) -> str:
    """ "2 of 6 evaluable subjects at 190 mg/m²/day had a DLT (1 pending)"."""
    return count_words(count(known, rank), lambda level: dose(level, trial))


def why(decision: Decision, known: Outcomes, trial: Trial) -> str:
    """The design's reason without the counts before it and what the finding says elsewhere; "" where that is all."""
    said_before = count(known, known.level) if known.cohorts else None
    parts = decision.parts[1:] if decision.parts[:1] == (said_before,) else decision.parts
    at_the_top = decision.action == "stop" and not decision.mtd_reached
    elsewhere = VERDICTS | OF_PENDING | (OF_THE_TOP if at_the_top else frozenset())
    return in_words(tuple(part for part in parts if part.code not in elsewhere), lambda rank: dose(rank, trial))
