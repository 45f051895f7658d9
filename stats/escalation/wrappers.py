"""Rules that wrap any design: stop when too toxic, stop at a number of subjects, do not skip levels."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy

from stats import checks
from stats.escalation.outcomes import Decision, Design, Outcomes, whatever_is_pending
from stats.escalation.reasons import SELECTED, Part
from stats.escalation.selection import selected_by


@dataclass(frozen=True)
class _Wrapped:
    """A design with one rule more; everything the rule does not touch is the design's own."""

    design: Design

    def __getattr__(self, name: str):
        if name.startswith("__") or name == "design":
            raise AttributeError(name)
        return getattr(self.design, name)

    @property
    def name(self) -> str:
        """The design's name and the rule in words."""
        return f"{self.design.name}, {self.rule}"

    def decide(self, outcomes: Outcomes | str) -> Decision:
        """What the design says, with this rule on top of it."""
        outcomes = Outcomes.of(outcomes, self.levels)
        if outcomes.pending and not self.decides_pending:
            return whatever_is_pending(self._decide, outcomes)
        return self._decide(outcomes)

    @property
    def rule(self) -> str:
        """The rule in words."""
        raise NotImplementedError

    def _over(self, decision: Decision, outcomes: Outcomes) -> Decision:
        raise NotImplementedError

    def _decide(self, outcomes: Outcomes) -> Decision:
        return self._over(self.design.decide(outcomes), outcomes)


@dataclass(frozen=True)
class StopWhenTooToxic(_Wrapped):
    at: int | str
    threshold: float
    confidence: float
    exact: bool = False
    above: bool = False

    @property
    def rule(self) -> str:
        words = f"exceeds {self.confidence:g}" if self.above else f"is {self.confidence:g} or more"
        return f"stopped when P(DLT rate > {self.threshold:g}) at level {self.at} {words}"

    def _over(self, decision: Decision, outcomes: Outcomes) -> Decision:
        for level, chance in enumerate(self.chances(outcomes), 1):
            over = chance > self.confidence if self.above else chance >= self.confidence
            if over and self.at in (level, "any"):
                return Decision(None, "stop", (self._why(level, float(chance)), Part("no dose")))
        return decision

    def chances(self, outcomes: Outcomes) -> numpy.ndarray:
        """P(DLT rate > threshold) per level, as this rule takes it."""
        if self.exact and hasattr(self.design, "probability_integrated"):
            return self.design.probability_integrated(outcomes, self.threshold)
        return self.design.probability_above(outcomes, self.threshold)

    def _why(self, level: int, chance: float) -> Part:
        return Part(
            "above the design's target" if self.above else "too toxic",
            level,
            rate=chance,
            threshold=self.threshold,
            confidence=self.confidence,
        )


@dataclass(frozen=True)
class StopAt(_Wrapped):
    subjects: int

    @property
    def rule(self) -> str:
        return f"at most {self.subjects} subjects"

    def _over(self, decision: Decision, outcomes: Outcomes) -> Decision:
        enrolled = len(outcomes.subjects)
        if enrolled < self.subjects:
            return decision
        planned = Part("planned", enrolled=enrolled, limit=self.subjects)
        if decision.action == "suspend":
            return replace(decision, parts=(planned, Part("nobody more"), *decision.parts))
        return Decision(decision.dose, "stop", (planned, Part("trial stops"), *decision.parts))


@dataclass(frozen=True)
class DontSkip(_Wrapped):
    when_deescalating: bool = False

    @property
    def rule(self) -> str:
        return "no level skipped"

    def _over(self, decision: Decision, outcomes: Outcomes) -> Decision:
        if decision.dose is None or not outcomes.cohorts:
            return decision
        lowest = outcomes.level - 1 if self.when_deescalating else 1
        dose = max(min(decision.dose, outcomes.level + 1), lowest)
        if dose == decision.dose:
            return decision
        return replace(decision, dose=dose, parts=(*decision.parts, Part("no level skipped", dose)))


@dataclass(frozen=True)
class SelectsTheHighest(_Wrapped):
    least: int

    @property
    def rule(self) -> str:
        return f"the highest level named as selected from {self.least} evaluated subjects on"

    def _over(self, decision: Decision, outcomes: Outcomes) -> Decision:
        highest = self.levels
        if decision.verdict != ("stay", highest) or outcomes.evaluated_at(highest) < self.least:
            return decision
        if selected_by(unwrapped(self.design), outcomes) != highest:
            return decision
        return replace(decision, parts=(*decision.parts, Part(SELECTED, highest, limit=self.least)))


def unwrapped(design):
    """The design itself, without the rules wrapped around it."""
    return unwrapped(design.design) if isinstance(design, _Wrapped) else design


def stop_when_too_toxic(
    design, at: int | str, threshold: float, confidence: float, *, exact: bool = False, above: bool = False
) -> StopWhenTooToxic:
    """Stop without a dose once P(DLT rate > threshold) at level `at` (or "any" level) reaches the confidence.

    The probability is the design's own: the model's for a CRM, else each level's under a flat prior. Levels without
    evaluated subjects stop no trial of an interval or rule-based design. A CRM's is the normal approximation that dfcrm
    and the escalation package take; `exact` integrates its posterior instead. `above`: only where it exceeds the
    confidence, of the design's own target.
    """
    if at != "any" and not 1 <= checks.whole("at", at, least=1) <= design.levels:
        raise ValueError(f"dose level {at} does not exist; the design has levels 1 to {design.levels}")
    threshold, confidence = checks.share("threshold", threshold), checks.share("confidence", confidence)
    return StopWhenTooToxic(design, at, threshold, confidence, bool(exact), bool(above))


def selects_the_highest(design, least: int) -> SelectsTheHighest:
    """Where it stays at the highest level with so many evaluated there, say whether it would select it: an interval
    design and a CRM go on enrolling there, and "stay" alone does not tell that no higher dose is planned."""
    return SelectsTheHighest(design, checks.whole("least", least, least=1))


def stop_at(design, subjects: int) -> StopAt:
    """Stop once so many subjects are enrolled; the dose is the one the design would have given next."""
    return StopAt(design, checks.whole("subjects", subjects, least=1))


def dont_skip(design, when_deescalating: bool = False) -> DontSkip:
    """Go up at most one level beyond the last cohort's; with `when_deescalating` also down."""
    return DontSkip(design, bool(when_deescalating))
