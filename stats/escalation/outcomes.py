"""What travels through every design: the outcomes so far, cohort by cohort, and the decision they lead to."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy

from stats import checks
from stats.escalation.reasons import COUNT, NOT_REACHED, RANGE, SELECTED, Part, in_words

ACTIONS = ("escalate", "stay", "de-escalate", "suspend", "stop")
NO_CONVENTION = (
    "The design has no convention for pending subjects: the range of its answers is given, from none of them having a "
    "DLT to all of them, and a dose is named only where both ends agree."
)
COHORT = re.compile(r"(\d+)([A-Za-z]+)")


@dataclass(frozen=True)
class Decision:
    """Where the next subject goes: a dose level, or None where nobody may be enrolled; `stop` names the final level.

    parts: the reason in codes and numbers; `reason` is the sentence made from them.
    """

    dose: int | None
    action: str
    parts: tuple[Part, ...]

    @property
    def reason(self) -> str:
        """Why, in sentences that name dose levels by their number."""
        return in_words(self.parts)

    @property
    def mtd_reached(self) -> bool:
        """Whether it names an MTD: not while it goes on, nor where the highest planned dose was tolerated."""
        ended = self.action == "stop" and self.dose is not None
        return ended and all(part.code != NOT_REACHED for part in self.parts)

    @property
    def selected(self) -> bool:
        """Whether it stays at the highest planned dose, which it would select were the trial over."""
        return any(part.code == SELECTED for part in self.parts)

    @property
    def answers(self) -> tuple[tuple[str, int | None], ...]:
        """Verdicts if none and if all of the pending had a DLT, of a design without a convention; else empty."""
        return next((part.verdicts for part in self.parts if part.code == RANGE), ())

    @property
    def verdict(self) -> tuple[str, int | None]:
        """Action and level, as other decisions name this one."""
        return self.action, self.dose


class Design(Protocol):
    """What every escalation design answers; rules that wrap designs answer it too."""

    @property
    def levels(self) -> int: ...

    @property
    def name(self) -> str: ...

    @property
    def decides_pending(self) -> bool:
        """Whether the design has a rule of its own for pending subjects."""

    @property
    def pending_convention(self) -> str: ...

    def decide(self, outcomes: Outcomes | str) -> Decision: ...

    def probability_above(self, outcomes: Outcomes | str, threshold: float) -> numpy.ndarray: ...


@dataclass(frozen=True)
class Cohort:
    """Subjects enrolled together at one level: N no DLT, T DLT, P still pending, one letter each."""

    level: int
    results: str

    def __post_init__(self):
        object.__setattr__(self, "level", _level(self.level))
        wrong = sorted(set(self.results) - set("NTP")) if isinstance(self.results, str) else [self.results]
        if wrong or not self.results:
            raise ValueError(
                f"unknown outcome {wrong[0] if wrong else ''!r} at dose level {self.level}; "
                "it is N (none), T (DLT) or P (pending)"
            )


@dataclass(frozen=True)
class Outcomes:
    """All cohorts in the order of enrolment; the last one says which level is the current one."""

    cohorts: tuple[Cohort, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Outcomes:
        """Read "1NNN 2NTP": at level 1 three without DLT; at level 2 none, a DLT, one pending.
        "" is a trial not begun."""
        if not isinstance(text, str):
            raise ValueError(f"outcomes are written as text, such as '1NNN 2NTP'; got {text!r}")
        left_over = COHORT.sub("", text).split()
        if left_over:
            raise ValueError(f"cannot read {left_over[0]!r} in {text!r}; write cohorts as '1NNN 2NTP'")
        return cls(tuple(Cohort(int(level), results) for level, results in COHORT.findall(text)))

    @classmethod
    def from_counts(cls, evaluated, dlt, level: int) -> Outcomes:
        """Outcomes with so many evaluated and DLTs per level from the lowest,
        `level` being the current one; none pending.

        ValueError: more DLTs than evaluated; nobody evaluated at the current level while others are.
        """
        if numpy.ndim(evaluated) != 1 or numpy.shape(evaluated) != numpy.shape(dlt):
            raise ValueError(f"evaluated and dlt are one number per dose level each; got {evaluated!r} and {dlt!r}")
        dlt, evaluated = checks.counts(dlt, evaluated)
        counts = {index: (int(n), int(d)) for index, (n, d) in enumerate(zip(evaluated, dlt, strict=True), 1) if n}
        if counts and level not in counts:
            raise ValueError(f"nobody is evaluated at dose level {level}, so it cannot be the current one")
        order = [index for index in counts if index != level] + [level] * bool(counts)
        return cls(
            tuple(
                Cohort(index, "N" * (counts[index][0] - counts[index][1]) + "T" * counts[index][1]) for index in order
            )
        )

    @classmethod
    def of(cls, outcomes: Outcomes | str, levels: int) -> Outcomes:
        """Outcomes (or their text) checked against the number of dose levels of a design."""
        outcomes = outcomes if isinstance(outcomes, Outcomes) else cls.parse(outcomes)
        for cohort in outcomes.cohorts:
            if not 1 <= cohort.level <= levels:
                raise ValueError(f"dose level {cohort.level} does not exist; the design has levels 1 to {levels}")
        return outcomes

    def adding(self, level: int, results: str) -> Outcomes:
        """These outcomes and one more cohort."""
        return Outcomes((*self.cohorts, Cohort(level, results)))

    def resolved(self, result: str) -> Outcomes:
        """As if every pending subject had turned out `result` (N or T)."""
        return Outcomes(
            tuple(Cohort(c.level, c.results.replace("P", result)) if "P" in c.results else c for c in self.cohorts)
        )

    @property
    def level(self) -> int:
        """The current dose level: that of the last cohort."""
        return self.cohorts[-1].level

    @cached_property
    def subjects(self) -> tuple[tuple[int, str], ...]:
        """Every subject as (level, result), in the order of enrolment."""
        return tuple((cohort.level, result) for cohort in self.cohorts for result in cohort.results)

    @cached_property
    def pending(self) -> int:
        """How many subjects are pending at all levels."""
        return sum(results.count("P") for results in self._results.values())

    def enrolled_at(self, level: int) -> int:
        """Subjects at a level, the pending among them."""
        return len(self._results.get(level, ""))

    def evaluated_at(self, level: int) -> int:
        """Subjects at a level whose outcome is known."""
        return self.enrolled_at(level) - self._results.get(level, "").count("P")

    def dlt_at(self, level: int) -> int:
        """Subjects with a DLT at a level."""
        return self._results.get(level, "").count("T")

    def evaluated(self, levels: int) -> numpy.ndarray:
        """Evaluated subjects per level from the lowest."""
        return numpy.array([self.evaluated_at(level) for level in range(1, levels + 1)])

    def dlt(self, levels: int) -> numpy.ndarray:
        """Subjects with a DLT per level from the lowest."""
        return numpy.array([self.dlt_at(level) for level in range(1, levels + 1)])

    @cached_property
    def _results(self) -> dict[int, str]:
        """The results of all subjects of a level, one letter each."""
        results: dict[int, str] = {}
        for cohort in self.cohorts:
            results[cohort.level] = results.get(cohort.level, "") + cohort.results
        return results

    def __str__(self) -> str:
        return " ".join(f"{cohort.level}{cohort.results}" for cohort in self.cohorts)


def start() -> Decision:
    """What every design says before the first subject."""
    return Decision(1, "stay", (Part("start", 1),))


def towards(level: int, current: int) -> str:
    """The action that leads from the current level to the next: escalate, stay or de-escalate."""
    if level == current:
        return "stay"
    return "escalate" if level > current else "de-escalate"


def count(outcomes: Outcomes, level: int) -> Part:
    """The current count as the part of a reason: evaluated, with a DLT, pending at a level."""
    evaluated = outcomes.evaluated_at(level)
    return Part(
        COUNT, level, evaluated=evaluated, dlt=outcomes.dlt_at(level), pending=outcomes.enrolled_at(level) - evaluated
    )


def whatever_is_pending(decide: Callable[[Outcomes], Decision], outcomes: Outcomes) -> Decision:
    """For designs without a convention for pending subjects: name a dose only where none and all of them having a DLT
    lead to it, else give the range."""
    best, worst = decide(outcomes.resolved("N")), decide(outcomes.resolved("T"))
    known = (count(outcomes, outcomes.level), Part("pending in all", pending=outcomes.pending))
    if (best.dose, best.action) == (worst.dose, worst.action):
        return Decision(best.dose, best.action, (*known, Part("whatever pending", verdicts=(best.verdict,))))
    waits = (Part(RANGE, verdicts=(best.verdict, worst.verdict)), Part("wait for them"))
    return Decision(None, "suspend", (*known, *waits))


def _level(level) -> int:
    try:
        return checks.whole("dose level", level, least=1)
    except ValueError:
        raise ValueError(f"dose level {level} does not exist; levels are whole numbers from 1") from None
