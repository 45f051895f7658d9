"""Model-assisted designs: BOIN, Keyboard and mTPI-2. Each is a table of limits by the number evaluated at the level."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import ceil, floor, log

import numpy
import pandas
from scipy.stats import beta

from stats import checks
from stats.escalation.outcomes import NO_CONVENTION, Decision, Outcomes, count, start, whatever_is_pending
from stats.escalation.reasons import Part
from stats.escalation.rules import beta_above, boundary_frame

NOISE = 1e-9


@dataclass(frozen=True)
class Limits:
    """For one number evaluated: up at or below, down at or above, closed for good at or above (None: never)."""

    escalate_at_most: int
    deescalate_at_least: int | None
    eliminate_at_least: int | None


class _ByLimits:
    """What the interval designs share: how limits at the current level become a decision."""

    levels: int
    decides_pending = False
    pending_convention = NO_CONVENTION

    def decide(self, outcomes: Outcomes | str) -> Decision:
        """What the design says now. ValueError: a level that does not exist."""
        outcomes = Outcomes.of(outcomes, self.levels)
        if not outcomes.cohorts:
            return start()
        return whatever_is_pending(self._decide, outcomes) if outcomes.pending else self._decide(outcomes)

    def table(self, n_max: int) -> pandas.DataFrame:
        """Limits for 1 to n_max subjects evaluated at a level: n, escalate_if_at_most, deescalate_if_at_least,
        eliminate_if_at_least."""
        limits = [self.limits(n) for n in range(1, checks.whole("n_max", n_max, least=1) + 1)]
        return boundary_frame(
            (n, row.escalate_at_most, row.deescalate_at_least, row.eliminate_at_least)
            for n, row in enumerate(limits, 1)
        )

    def probability_above(self, outcomes: Outcomes | str, threshold: float) -> numpy.ndarray:
        """P(DLT rate above threshold) per level under a flat prior; nan where nobody was evaluated."""
        return beta_above(Outcomes.of(outcomes, self.levels), self.levels, threshold)

    def eliminated(self, outcomes: Outcomes | str) -> int | None:
        """The lowest level closed for good, with all above it; None while all are open."""
        outcomes = Outcomes.of(outcomes, self.levels)
        return next((level for level in range(1, self.levels + 1) if self._too_toxic(outcomes, level)), None)

    def limits(self, n: int) -> Limits:
        """The limits for n subjects (1 or more) evaluated at one level."""
        return _limits(self, checks.whole("n", n, least=1))

    def _too_toxic(self, outcomes: Outcomes, level: int) -> bool:
        evaluated = outcomes.evaluated_at(level)
        limit = self.limits(evaluated).eliminate_at_least if evaluated else None
        return limit is not None and outcomes.dlt_at(level) >= limit

    def _decide(self, outcomes: Outcomes) -> Decision:
        level, ceiling = outcomes.level, (self.eliminated(outcomes) or self.levels + 1) - 1
        known, limits = count(outcomes, level), self.limits(outcomes.evaluated_at(level))
        up, down = limits.escalate_at_most, limits.deescalate_at_least
        if ceiling == 0:
            return Decision(None, "stop", (count(outcomes, 1), Part("lowest too toxic"), Part("no dose")))
        if level > ceiling:
            return Decision(
                ceiling, "de-escalate", (known, Part("closed from", ceiling + 1), Part("next below", ceiling))
            )
        if down is not None and outcomes.dlt_at(level) >= down:
            return self._down(level, (known, Part("many DLTs", limit=down)))
        if outcomes.dlt_at(level) <= up:
            return self._up(level, ceiling, (known, Part("few DLTs", limit=up)))
        return Decision(level, "stay", (known, Part("between limits")))

    def _down(self, level: int, known: tuple[Part, ...]) -> Decision:
        if level == 1:
            return Decision(1, "stay", (*known, Part("lowest open", 1)))
        return Decision(level - 1, "de-escalate", (*known, Part("next", level - 1)))

    def _up(self, level: int, ceiling: int, known: tuple[Part, ...]) -> Decision:
        if level == self.levels:
            return Decision(level, "stay", (*known, Part("highest", level)))
        if level == ceiling:
            return Decision(level, "stay", (*known, Part("higher closed", level + 1)))
        return Decision(level + 1, "escalate", (*known, Part("next", level + 1)))


@dataclass(frozen=True)
class BOIN(_ByLimits):
    """Bayesian optimal interval design: the observed DLT rate is held against two fixed limits around the target.

    `p_saf` and `p_tox` are the rates for which up and down are surely right (0.6 and 1.4 times the target unless
    given). A level with 3 or more evaluated is closed, with all above, when P(rate > target) exceeds `cutoff` under a
    flat prior.
    Source: Liu and Yuan, J R Stat Soc C 2015;64:507; R package BOIN 2.7.2.
    """

    target: float
    levels: int
    p_saf: float | None = None
    p_tox: float | None = None
    cutoff: float = 0.95
    name = "BOIN"

    def __post_init__(self):
        _check_design(self)
        for name, value in (("p_saf", self.p_saf), ("p_tox", self.p_tox)):
            if value is not None:
                checks.share(name, value)
        low, high = self._around
        if not 0 < low < self.target < high < 1:
            raise ValueError(
                "p_saf (unless given 0.6 times the target), target and p_tox (1.4 times) must rise between 0 and 1; "
                f"got {low:g}, {self.target:g}, {high:g}"
            )

    @property
    def _around(self) -> tuple[float, float]:
        low = 0.6 * self.target if self.p_saf is None else self.p_saf
        return low, 1.4 * self.target if self.p_tox is None else self.p_tox

    @property
    def lambda_e(self) -> float:
        """The observed rate at or below which to escalate."""
        low, target = self._around[0], self.target
        return log((1 - low) / (1 - target)) / log(target * (1 - low) / (low * (1 - target)))

    @property
    def lambda_d(self) -> float:
        """The observed rate at or above which to de-escalate."""
        high, target = self._around[1], self.target
        return log((1 - target) / (1 - high)) / log(high * (1 - target) / (target * (1 - high)))

    def _limits(self, n: int) -> Limits:
        eliminate = elimination_limit(n, self.target, self.cutoff) if n >= 3 else None
        down = ceil(self.lambda_d * n - NOISE)
        return Limits(floor(self.lambda_e * n + NOISE), down if eliminate is None else min(down, eliminate), eliminate)


@dataclass(frozen=True)
class Keyboard(_ByLimits):
    """Keyboard: the likeliest of equally wide keys of the DLT rate lies left of, on or right of the target key.

    The target key reaches `margin` to either side of the target; the cut keys at both ends are weighed up to full
    width. A level with `closes_from` or more evaluated is closed, with all above, when P(rate > target) exceeds
    `cutoff`: from the first subject on as the authors' package does; a trial's own rule closes from three on, as BOIN.
    Source: Yan, Mandrekar and Yuan, Clin Cancer Res 2017;23:3994; R package Keyboard 0.1.3.
    """

    target: float
    levels: int
    margin: float = 0.05
    cutoff: float = 0.95
    closes_from: int = 1
    name = "Keyboard"

    def __post_init__(self):
        _check_design(self)
        checks.whole("closes_from", self.closes_from, least=1)
        _check_interval(self.target, self.margin, self.margin)

    def _limits(self, n: int) -> Limits:
        actions = _strongest(n, self.target - self.margin, self.target + self.margin, ties="up")
        closed = elimination_limit(n, self.target, self.cutoff) if n >= self.closes_from else None
        return _as_limits(actions, closed)


@dataclass(frozen=True)
class MTPI2(_ByLimits):
    """mTPI-2: as Keyboard, with the target interval from target - epsilon1 to target + epsilon2;
    ties go to the lower interval.

    A level with 2 or more evaluated is closed, with all above, when P(rate > target)
    exceeds `certainty` under a flat prior.
    Source: Guo, Contemp Clin Trials 2017;58:23.
    """

    target: float
    levels: int
    epsilon1: float = 0.05
    epsilon2: float = 0.05
    certainty: float = 0.95
    name = "mTPI-2"

    def __post_init__(self):
        _check_design(self)
        _check_interval(self.target, self.epsilon1, self.epsilon2)

    @property
    def cutoff(self) -> float:
        return self.certainty

    def _limits(self, n: int) -> Limits:
        actions = _strongest(n, self.target - self.epsilon1, self.target + self.epsilon2, ties="down")
        return _as_limits(actions, elimination_limit(n, self.target, self.certainty) if n >= 2 else None)


@cache
def elimination_limit(n: int, target: float, cutoff: float) -> int | None:
    """The fewest DLTs of n, at least one, for which P(rate > target) exceeds the cutoff under a flat prior;
    None where not even n do."""
    dlt = numpy.arange(1, n + 1)
    above = numpy.flatnonzero(beta.sf(target, 1 + dlt, 1 + n - dlt) > cutoff)
    return int(dlt[above[0]]) if len(above) else None


@cache
def _limits(design, n: int) -> Limits:
    return design._limits(n)


@cache
def _keys(low: float, high: float) -> tuple[numpy.ndarray, int]:
    """Edges of keys as wide as the target key, laid from it to 0 and to 1, and the target key's number."""
    width = high - low
    left = [low - width * step for step in range(1, ceil(low / width - NOISE))]
    right = [high + width * step for step in range(1, ceil((1 - high) / width - NOISE))]
    edges = [0.0, *reversed(left), low, high, *right, 1.0] if low > NOISE else [0.0, high, *right, 1.0]
    return numpy.array(edges), edges.index(low) if low > NOISE else 0


def _strongest(n: int, low: float, high: float, ties: str) -> list[str]:
    """Where the key of highest posterior density (mass by width) lies with 0, 1, … n DLTs of n under a flat prior:
    E left of the target key, S on it, D right of it."""
    edges, target_key = _keys(low, high)
    dlt = numpy.arange(n + 1)[:, None]
    density = numpy.diff(beta.cdf(edges, 1 + dlt, 1 + n - dlt)) / numpy.diff(edges)
    strongest = density >= density.max(axis=1, keepdims=True) * (1 - NOISE)
    last = len(edges) - 2 - strongest[:, ::-1].argmax(axis=1)
    keys = last if ties == "up" else strongest.argmax(axis=1)
    return [("E", "S", "D")[side] for side in 1 + numpy.sign(keys - target_key)]


def _as_limits(actions: list[str], eliminate: int | None) -> Limits:
    """Actions for 0, 1, … n DLTs as limits; elimination is de-escalation at the least."""
    up = max(
        (dlt for dlt, action in enumerate(actions) if action == "E" and (eliminate is None or dlt < eliminate)),
        default=-1,
    )
    down = min((dlt for dlt, action in enumerate(actions) if action == "D"), default=None)
    known = [limit for limit in (down, eliminate) if limit is not None]
    return Limits(up, min(known) if known else None, eliminate)


def _check_design(design) -> None:
    checks.share("target", design.target)
    object.__setattr__(design, "levels", checks.whole("levels", design.levels, least=1))
    checks.certainty("the cutoff for closing a level", design.cutoff)


def _check_interval(target: float, below: float, above: float) -> None:
    for value in (below, above):
        checks.finite("the width of the target interval to either side", value)
    if not (below > 0 and above > 0 and target - below > NOISE and target + above < 1):
        raise ValueError(
            f"the target interval {target - below:g} to {target + above:g} must lie between 0 and "
            f"1 around the target {target:g}"
        )
