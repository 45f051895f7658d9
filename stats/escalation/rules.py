"""Rule-based designs: 3+3 with and without de-escalation, and Rolling Six."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy
import pandas
from scipy.stats import beta

from stats import checks
from stats.escalation.outcomes import Decision, Outcomes, count, start
from stats.escalation.reasons import NOT_REACHED, Part

MOST_AT_ONE_LEVEL = 6


@dataclass(frozen=True)
class _SixAtMost:
    """What 3+3 and Rolling Six share: the second DLT closes a level, and six subjects at most are foreseen at a level.

    Where more are enrolled the design still answers: two DLTs close the level whatever the number; with fewer it waits
    for pending subjects that could make two; else the level is read as with six evaluated. The reason says so.
    A level below the current one that its pending subjects could still close holds the escalation above it too.
    """

    levels: int
    name: ClassVar[str]
    decides_pending = True

    def __post_init__(self):
        object.__setattr__(self, "levels", checks.whole("levels", self.levels, least=1))

    def decide(self, outcomes: Outcomes | str) -> Decision:
        """What the rule says now. ValueError: a level that does not exist."""
        outcomes = Outcomes.of(outcomes, self.levels)
        if not outcomes.cohorts:
            return start()
        decision = self._decide(outcomes)
        return replace(decision, parts=(*decision.parts, *_beyond_six(outcomes, self.levels)))

    def _decide(self, outcomes: Outcomes) -> Decision:
        closed = self.eliminated(outcomes) or self.levels + 1
        if closed == 1:
            return _none_tolerated(count(outcomes, 1))
        for level in range(1, min(outcomes.level, closed - 1)):
            if could_close(outcomes, level):
                return _waits_for(outcomes, level)
        if outcomes.level < closed:
            return self._at(outcomes, outcomes.level, closed)
        return self._above_tolerated(outcomes, closed)

    def eliminated(self, outcomes: Outcomes | str) -> int | None:
        """The lowest level closed by a second DLT, with all above it; None while all are open."""
        outcomes = Outcomes.of(outcomes, self.levels)
        return next((level for level in range(1, self.levels + 1) if outcomes.dlt_at(level) >= 2), None)

    def _at(self, outcomes: Outcomes, level: int, closed: int) -> Decision:
        raise NotImplementedError

    def _above_tolerated(self, outcomes: Outcomes, closed: int) -> Decision:
        raise NotImplementedError

    def _short_of_six(self, outcomes: Outcomes, level: int, known: tuple[Part, ...]) -> Decision | None:
        """What a level that may be named lacks: subjects to six, or outcomes of six; None where neither."""
        if outcomes.enrolled_at(level) < MOST_AT_ONE_LEVEL:
            return Decision(level, "stay", (*known, Part("filled to six", level)))
        if outcomes.evaluated_at(level) < MOST_AT_ONE_LEVEL:
            return Decision(None, "suspend", (*known, Part("six at", level), Part("wait")))
        return None

    def _ends_at(self, level: int, known: tuple[Part, ...]) -> Decision:
        """The end of the escalation: below a closed level the MTD, at the highest planned level a dose tolerated."""
        verdict = Part("MTD", level) if level < self.levels else Part(NOT_REACHED, level)
        return Decision(level, "stop", (*known, verdict))

    def probability_above(self, outcomes: Outcomes | str, threshold: float) -> numpy.ndarray:
        """P(DLT rate above threshold) per level from its own subjects and a flat prior; nan where nobody was evaluated.

        The design itself estimates nothing: this is for rules that wrap it.
        """
        return beta_above(Outcomes.of(outcomes, self.levels), self.levels, threshold)


@dataclass(frozen=True)
class ThreePlusThree(_SixAtMost):
    """3+3: three subjects, three more after one DLT; up after 0 of 3 or at most 1 of 6, closed by the second DLT.

    `deescalate` treats six subjects at the level below a closed one before it is named MTD; without it the trial stops
    there. `six_at_highest` asks six evaluated of the highest level too before it is called tolerated; the published
    design ends there with three. A second DLT counts at once, without waiting for the cohort. Pending: enrolment goes
    on to three (or six), then waits.
    Source: Storer, Biometrics 1989;45:925; Korn, Stat Med 1994;13:1799 (with de-escalation).
    """

    deescalate: bool = False
    six_at_highest: bool = False
    name = "3+3"
    pending_convention = (
        "A pending subject is neither with nor without a DLT: the cohort is filled up to three (or six) subjects, "
        "then the design waits until all are evaluated."
    )

    def __post_init__(self):
        super().__post_init__()
        for name, value in (("deescalate", self.deescalate), ("six_at_highest", self.six_at_highest)):
            if not isinstance(value, bool):
                raise ValueError(f"{name} must be True or False; got {value!r}")

    def table(self, n_max: int = 6) -> pandas.DataFrame:
        """By subjects evaluated at the level: up at or below, down at or above;
        -1 where the cohort is to be completed first."""
        last = min(checks.whole("n_max", n_max, least=1), MOST_AT_ONE_LEVEL)
        return boundary_frame(
            (n, {3: 0, 6: 1}.get(n, -1), 2 if n >= 2 else None, 2 if n >= 2 else None) for n in range(1, last + 1)
        )

    def _at(self, outcomes: Outcomes, level: int, closed: int) -> Decision:
        enrolled, evaluated = outcomes.enrolled_at(level), outcomes.evaluated_at(level)
        known = count(outcomes, level)
        if enrolled < 3 or 3 < enrolled < MOST_AT_ONE_LEVEL:
            return Decision(level, "stay", (known, Part("cohort incomplete", level)))
        if enrolled > MOST_AT_ONE_LEVEL and could_close(outcomes, level):
            return _waits_for(outcomes, level)
        if evaluated < min(enrolled, MOST_AT_ONE_LEVEL):
            return Decision(None, "suspend", (known, Part("wait for cohort")))
        if known.dlt == 1 and enrolled == 3:
            return Decision(level, "stay", (known, Part("three more", level)))
        if level + 1 < closed:
            if outcomes.enrolled_at(level + 1) >= MOST_AT_ONE_LEVEL:  # the trial has been there and came back
                return self._at(outcomes, level + 1, closed)
            return Decision(level + 1, "escalate", (known, Part("next cohort", level + 1)))
        if enrolled == 3 and level < self.levels and self.deescalate:
            return Decision(level, "stay", (known, Part("closed", closed), Part("six needed", level)))
        if level == self.levels and self.six_at_highest:
            above = (known, Part("none higher"))
            return self._short_of_six(outcomes, level, above) or self._ends_at(level, above)
        return self._ends_at(level, (known, Part("none higher")))

    def _above_tolerated(self, outcomes: Outcomes, closed: int) -> Decision:
        below, known = closed - 1, count(outcomes, closed)
        if could_close(outcomes, below) and not (self.deescalate and outcomes.enrolled_at(below) < MOST_AT_ONE_LEVEL):
            return _waits_for(outcomes, below, known)
        if not self.deescalate:
            return Decision(below, "stop", (known, Part("above MTD", below)))
        if outcomes.enrolled_at(below) < MOST_AT_ONE_LEVEL:
            return Decision(below, "de-escalate", (known, Part("filled to six", below)))
        if outcomes.evaluated_at(below) < MOST_AT_ONE_LEVEL:
            return Decision(None, "suspend", (known, Part("six at", below), Part("wait")))
        return Decision(below, "stop", (known, count(outcomes, below), Part("MTD", below)))


@dataclass(frozen=True)
class RollingSix(_SixAtMost):
    """Rolling Six: two to six subjects at a level at the same time,
    decided at each enrolment by who is known and who is pending.

    Its table is by enrolled, evaluated and DLT, so it has columns of its own.

    The published table, completed by its own rows for the states it leaves out. At the highest open level "escalate"
    means: fill up to six subjects; the escalation ends there with six evaluated and at most one DLT.
    Source: Skolnik, J Clin Oncol 2008;26:190; table 2 of JAMA Netw Open 2020;3(5):e204787, column Rolling 6.
    """

    name = "Rolling Six"
    pending_convention = (
        "A pending subject is neither with nor without a DLT, but holds a place among the six: the published table "
        "decides by the numbers enrolled, evaluated and with a DLT. "
        "Enrolled subjects awaiting their first infusion are pending."
    )

    def table(self, n_max: int = 6) -> pandas.DataFrame:
        """Every state of a level: enrolled, with_dlt, without_dlt, pending, decision
        (escalate | stay | de-escalate | suspend)."""
        last = min(checks.whole("n_max", n_max, least=1), MOST_AT_ONE_LEVEL)
        states = [
            (n, dlt, evaluated - dlt, n - evaluated)
            for n in range(1, last + 1)
            for evaluated in range(n + 1)
            for dlt in range(evaluated + 1)
        ]
        rows = [(*state, rolling_six_row(state[0], state[1] + state[2], state[1])) for state in states]
        return pandas.DataFrame(rows, columns=["enrolled", "with_dlt", "without_dlt", "pending", "decision"])

    def _at(self, outcomes: Outcomes, level: int, closed: int) -> Decision:
        return self._settled(outcomes, level, closed, (count(outcomes, level),))

    def _above_tolerated(self, outcomes: Outcomes, closed: int) -> Decision:
        below, known = closed - 1, count(outcomes, closed)
        decision = self._settled(outcomes, below, closed, (known, count(outcomes, below)))
        return replace(decision, action="de-escalate") if decision.action == "stay" else decision

    def _settled(self, outcomes: Outcomes, level: int, closed: int, known: tuple[Part, ...]) -> Decision:
        enrolled, evaluated, dlt = outcomes.enrolled_at(level), outcomes.evaluated_at(level), outcomes.dlt_at(level)
        row = rolling_six_row(enrolled, evaluated, dlt)
        if row == "suspend" and enrolled > MOST_AT_ONE_LEVEL:
            return _waits_for(outcomes, level, *known[:-1])
        if row == "suspend":
            return Decision(None, "suspend", (*known, Part("six enrolled"), Part("wait")))
        if row == "stay":
            return Decision(level, "stay", (*known, Part("next subject", level)))
        if level + 1 < closed:
            if outcomes.enrolled_at(level + 1) >= MOST_AT_ONE_LEVEL:  # the trial has been there and came back
                return self._at(outcomes, level + 1, closed)
            return Decision(level + 1, "escalate", (*known, Part("next subject", level + 1)))
        above = (*known, Part("none higher open"))
        return self._short_of_six(outcomes, level, above) or self._ends_at(level, above)


def _none_tolerated(known: Part) -> Decision:
    return Decision(None, "stop", (known, Part("lowest not tolerated"), Part("no dose")))


def could_close(outcomes: Outcomes, level: int) -> bool:
    """Whether the pending subjects of an open level could give it its second DLT."""
    dlt = outcomes.dlt_at(level)
    return dlt < 2 <= dlt + outcomes.enrolled_at(level) - outcomes.evaluated_at(level)


def _waits_for(outcomes: Outcomes, level: int, *known: Part) -> Decision:
    return Decision(None, "suspend", (*known, count(outcomes, level), Part("could close", level), Part("wait")))


def _beyond_six(outcomes: Outcomes, levels: int) -> list[Part]:
    """Each level at which more are enrolled than the design foresees."""
    numbers = {level: outcomes.enrolled_at(level) for level in range(1, levels + 1)}
    return [
        Part("beyond six", level, enrolled=number, limit=MOST_AT_ONE_LEVEL)
        for level, number in numbers.items()
        if number > MOST_AT_ONE_LEVEL
    ]


def rolling_six_row(enrolled: int, evaluated: int, dlt: int) -> str:
    """The published table for one level: what the next subject does, were there levels without end above and below.

    It ends at six enrolled. With more, which it does not foresee: wait for pending that could make two DLTs, else as
    with six evaluated.
    """
    if dlt >= 2:
        return "de-escalate"
    if enrolled > MOST_AT_ONE_LEVEL:
        return "suspend" if dlt + enrolled - evaluated >= 2 else "escalate"
    if dlt == 1 and evaluated == 6:
        return "escalate"
    if dlt == 0 and ((evaluated >= 3 and evaluated == enrolled) or evaluated >= 5):
        return "escalate"
    return "stay" if enrolled < 6 else "suspend"


def beta_above(outcomes: Outcomes, levels: int, threshold: float) -> numpy.ndarray:
    """P(DLT rate > threshold) per level under a flat prior; nan where nobody was evaluated."""
    evaluated, dlt = outcomes.evaluated(levels), outcomes.dlt(levels)
    chance = beta.sf(checks.share("threshold", threshold), 1 + dlt, 1 + evaluated - dlt)
    return numpy.where(evaluated > 0, chance, numpy.nan)


def boundary_frame(rows) -> pandas.DataFrame:
    """n with its limits; -1 means never escalate, None that no number of DLTs does."""
    columns = ["n", "escalate_if_at_most", "deescalate_if_at_least", "eliminate_if_at_least"]
    frame = pandas.DataFrame(list(rows), columns=columns, dtype=object)
    return frame.astype({"n": int, "escalate_if_at_most": int})
