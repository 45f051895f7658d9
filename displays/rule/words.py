"""How the displays of the escalation rule speak: doses in place of level numbers, who was read and who was not."""

from __future__ import annotations

from displays.display import day
from displays.groups import dlts_collected, present
from displays.rule.design import IMPOSSIBLE, name_of, rule_of
from displays.since import since
from queries import View
from stats.escalation import Decision, Outcomes
from stats.escalation.outcomes import count
from stats.escalation.reasons import VERDICTS, count_words, in_words
from trial import Trial

ACTIONS = {
    "escalate": ("▲", "#cde5d5"),
    "stay": ("=", "#e9eef2"),
    "de-escalate": ("▼", "#f3c6b4"),
    "suspend": ("…", "#fbe9b8"),
    "stop": ("■", "#b9c6d1"),
    IMPOSSIBLE: ("?", "#ffffff"),
}
"""Action → its sign, which grey print keeps, and its colour."""
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
    return " ".join(part for part in said_in_parts(decision, lambda rank: dose(rank, trial), known) if part)


def recommended(design, decision: Decision, trial: Trial, known: Outcomes | None = None) -> str:
    """ "Rolling Six recommends: escalate to 230 mg/m²/day"; that it makes no recommendation where it does not apply."""
    verb = "makes" if decision.action == IMPOSSIBLE else "recommends:"
    return f"{name_of(design)} {verb} {said(decision, trial, known)}"


def said_in_parts(decision: Decision, name, known: Outcomes | None = None) -> tuple[str, str]:
    """A decision as the action and what it is about; `name` gives a level's name."""
    if decision.action == "stop":
        return ("stop:", f"MTD is {name(decision.dose)}" if decision.dose else "no dose tolerated")
    if decision.dose is None:
        return (
            ("wait", "for the pending subjects")
            if decision.action == "suspend"
            else ("no recommendation:", "this is outside the rule")
        )
    if known is not None and not known.cohorts:
        return ("start", f"at {name(decision.dose)}")
    return decision.action, f"{'at' if decision.action == 'stay' else 'to'} {name(decision.dose)}"


def counts_at(known: Outcomes, rank: int, trial: Trial) -> str:
    """ "2 of 6 evaluable subjects at 190 mg/m²/day had a DLT (1 pending)"."""
    return count_words(count(known, rank), lambda level: dose(level, trial))


def why(decision: Decision, known: Outcomes, trial: Trial) -> str:
    """The design's reason without the counts before it and what only repeats the decision; "" where that is all."""
    said_before = count(known, known.level) if known.cohorts else None
    parts = decision.parts[1:] if decision.parts[:1] == (said_before,) else decision.parts
    return in_words(tuple(part for part in parts if part.code not in VERDICTS), lambda rank: dose(rank, trial))


def target(view: View) -> float:
    """The DLT rate the trial holds its dose against: the protocol's, else that of the designs."""
    return view.trial.target_rate if present(view.trial.target_rate) else view.trial.escalation["target"]
