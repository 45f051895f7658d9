"""In which state the rule has each dose level: not opened, open, cleared, closed, the MTD, in expansion."""

from __future__ import annotations

from dataclasses import dataclass

from displays.groups import dlts_collected
from displays.rule.alarms import Alarms, alarms
from displays.rule.design import outcomes, rule_of, six_at_most, subjects
from displays.rule.expansion import expansion_rank
from queries import View
from stats.escalation import CRM, Decision, Outcomes
from stats.escalation.wrappers import unwrapped

NOT_OPENED, OPEN, CLEARED, CLOSED, UNKNOWN = "not opened", "open", "cleared", "closed", "not known"
MTD, TOLERATED, SELECTED = "MTD", "highest dose, tolerated", "selected, highest planned"
EXPANSION, NEXT = "expansion", "recommended next"
METHOD = (
    "State of a level, by the rule and of every subject whatever the filters. Not opened: no subject was treated or "
    "awaits the first infusion there. Closed: by the rule; the level and those above are not given again. Cleared: not "
    "closed, and below the current level or the MTD. Open: any other. While a stopping rule is met no dose is named."
)


@dataclass(frozen=True)
class LevelState:
    """state: one of the words above. expansion: whether the trial's expansion is there. why: "" where it is plain."""

    state: str
    expansion: bool = False
    why: str = ""

    @property
    def words(self) -> str:
        """ "MTD · expansion"."""
        return " · ".join([self.state, *[EXPANSION] * self.expansion])


@dataclass(frozen=True)
class _Ruling:
    """What the rule makes of a cut. given: the levels at which anybody was treated or awaits it, counted from 1."""

    design: object
    known: Outcomes
    decision: Decision
    found: Alarms
    given: frozenset[int]
    closed: int | None
    expansion: int | None

    @property
    def top(self) -> int | None:
        """The current level, or the one that the escalation ended with; None before anybody was evaluated."""
        current = self.known.level if self.known.cohorts else None
        return self.decision.dose if self.decision.action == "stop" and self.decision.dose else current


def level_states(view: View) -> dict[str, LevelState]:
    """Dose level → its state by the rule; empty where the trial states no rule."""
    levels = list(enumerate((level.label for level in view.trial.dose_levels), 1))
    design, rows = rule_of(view.trial), subjects(view.cut)
    if design is None:
        return {}
    given = frozenset(rows["RANK"].dropna().astype(int))
    if not dlts_collected(view):
        unknown = LevelState(UNKNOWN, why="DLTs not collected")
        return {label: unknown if rank in given else LevelState(NOT_OPENED) for rank, label in levels}
    known = outcomes(rows, design)
    ruling = _Ruling(
        design,
        known,
        design.decide(known),
        alarms(view.cut),
        given,
        None if isinstance(unwrapped(design), CRM) else unwrapped(design).eliminated(known),
        expansion_rank(view),
    )
    return {label: _state(rank, ruling) for rank, label in levels}


def _state(rank: int, now: _Ruling) -> LevelState:
    here = rank == now.expansion
    if now.closed is not None and rank >= now.closed and rank in now.given:
        return LevelState(CLOSED, here, _why_closed(rank, now))
    if (named := _named(rank, now)) and not now.found.holds(now.decision):
        return LevelState(named, here)
    if rank not in now.given:
        return LevelState(NOT_OPENED)
    if now.top is not None and rank < now.top:
        return LevelState(CLEARED, here)
    return LevelState(OPEN, here, _why_held(rank, now))


def _named(rank: int, now: _Ruling) -> str:
    """What the rule's decision makes of the level that it names; "" of all others."""
    decision = now.decision
    if decision.dose != rank:
        return ""
    if decision.action == "stop":
        return MTD if decision.mtd_reached else TOLERATED
    if decision.selected:
        return SELECTED
    return NEXT if rank not in now.given else ""


def _why_closed(rank: int, now: _Ruling) -> str:
    if rank != now.closed:
        return "above a closed level"
    return "two or more DLTs" if six_at_most(now.design) else "DLT rate too likely above the target"


def _why_held(rank: int, now: _Ruling) -> str:
    """Why nobody is to be enrolled at the current level now; "" where that is not so."""
    if rank != now.top:
        return ""
    if now.found.holds(now.decision):
        return "the board decides first"
    return "enrolment suspended" if now.decision.action == "suspend" else ""
