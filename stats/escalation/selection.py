"""Which level is the maximum tolerated dose once the trial is over, by isotonic regression."""

from __future__ import annotations

from dataclasses import dataclass

import numpy
import pandas
from scipy.optimize import isotonic_regression
from scipy.stats import beta

from stats import checks
from stats.escalation.intervals import BOIN, elimination_limit

PRIOR = 0.05
"""Beta(0.05, 0.05), as BOIN's select.mtd."""


@dataclass(frozen=True)
class Selection:
    """The selected level (None: none is tolerated) and, per level, what it was selected by."""

    mtd: int | None
    levels: pandas.DataFrame

    @property
    def estimate(self) -> numpy.ndarray:
        """Isotonic DLT rate per level; nan where nobody was evaluated."""
        return self.levels.estimate.to_numpy()

    @property
    def lower(self) -> numpy.ndarray:
        """Lower limit of the DLT rate per level."""
        return self.levels.lower.to_numpy()

    @property
    def upper(self) -> numpy.ndarray:
        """Upper limit of the DLT rate per level."""
        return self.levels.upper.to_numpy()

    @property
    def p_over_target(self) -> numpy.ndarray:
        """P(DLT rate > target) per level, never falling from one level to the next."""
        return self.levels.p_over_target.to_numpy()


def isotonic(values, weights=None) -> numpy.ndarray:
    """The nearest values that never fall from one level to the next (pool adjacent violators). Barlow 1972."""
    values = numpy.asarray(values, dtype=float)
    if numpy.isnan(values).any():
        raise ValueError("values must be numbers; nan has no place in an order")
    return values if len(values) < 2 else isotonic_regression(values, weights=weights).x


def select_mtd(
    n,
    dlt,
    target: float,
    *,
    cutoff: float = 0.95,
    extrasafe: bool = False,
    offset: float = 0.05,
    bound_mtd: bool = False,
    level: float = 0.95,
) -> Selection:
    """The dose level whose isotonic DLT rate is nearest the target, as BOIN selects it at the end of a trial.

    `n` evaluated and `dlt` per level from the lowest. Levels from the first with 3 or more evaluated and P(rate >
    target) above `cutoff` are eliminated; `extrasafe` lowers the cutoff by `offset` for the lowest level; `bound_mtd`
    asks for a rate below BOIN's de-escalation limit. Of equal rates the higher level is taken below the target, the
    lower above it. Frame `levels`: level, n, dlt, estimate, lower, upper (interval at `level`), p_over_target,
    eliminated; nan where n is 0.
    ValueError: unequal lengths, more DLTs than subjects, target or cutoff outside (0, 1).
    Source: Liu and Yuan, J R Stat Soc C 2015;64:507; R package BOIN 2.7.2, select.mtd.
    """
    n, dlt = _counts(n, dlt)
    checks.share("target", target), checks.certainty("cutoff", cutoff)
    if extrasafe:
        checks.share("cutoff - offset", cutoff - checks.finite("offset", offset))
    open_levels = _open(n, dlt, target, cutoff, cutoff - offset if extrasafe else cutoff)
    frame = _estimates(n, dlt, target, checks.confidence_level(level)).assign(eliminated=~open_levels)
    limit = BOIN(target, len(n)).lambda_d if bound_mtd else numpy.inf
    return Selection(_nearest(n, dlt, open_levels, target, limit), frame)


def selected_level(n, dlt, target: float, cutoff: float = 0.95) -> int | None:
    """The level `select_mtd` selects, without its table: for simulations."""
    n, dlt = _counts(n, dlt)
    return _nearest(n, dlt, _open(n, dlt, target, cutoff, cutoff), target, numpy.inf)


def selected_by(design, outcomes) -> int | None:
    """The level that a design selects were the trial over: a CRM as it does itself, an interval design by isotonic
    regression among the levels it has not closed."""
    if hasattr(design, "select"):
        return design.select(outcomes)
    still_open = (design.eliminated(outcomes) or design.levels + 1) - 1
    return (
        selected_level(outcomes.evaluated(still_open), outcomes.dlt(still_open), design.target, design.cutoff)
        if still_open
        else None
    )


def _counts(n, dlt) -> tuple[numpy.ndarray, numpy.ndarray]:
    if numpy.ndim(n) != 1 or numpy.shape(n) != numpy.shape(dlt):
        raise ValueError(f"n and dlt differ in length: {numpy.size(n)} and {numpy.size(dlt)}")
    if not len(n):
        raise ValueError("n is empty; give one number per dose level")
    dlt, n = checks.counts(dlt, n)
    return n.astype(int), dlt.astype(int)


def _open(n, dlt, target, cutoff, cutoff_lowest) -> numpy.ndarray:
    """Which levels are not eliminated: all below the first that is."""
    limits = [elimination_limit(int(subjects), target, cutoff) if subjects >= 3 else None for subjects in n]
    if n[0] >= 3:
        limits[0] = elimination_limit(int(n[0]), target, min(cutoff, cutoff_lowest))
    too_toxic = [limit is not None and events >= limit for limit, events in zip(limits, dlt, strict=True)]
    return numpy.cumsum(too_toxic) == 0


def _moments(n, dlt) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Posterior mean, and one over posterior variance as weight."""
    a, b = dlt + PRIOR, n - dlt + PRIOR
    return a / (a + b), (a + b) ** 2 * (a + b + 1) / (a * b)


def _nearest(n, dlt, open_levels, target, limit) -> int | None:
    candidates = numpy.flatnonzero((n > 0) & open_levels)
    if not len(candidates):
        return None
    mean, weight = _moments(n[candidates], dlt[candidates])
    # a hair's rise from level to level: of equal rates the higher wins below the target, the lower above it
    rate = isotonic(mean, weight) + numpy.arange(1, len(candidates) + 1) * 1e-10
    distance = numpy.where(rate < limit, numpy.abs(rate - target), numpy.inf)
    return None if numpy.isinf(distance).all() else int(candidates[numpy.argmin(distance)]) + 1


def _estimates(n, dlt, target, level) -> pandas.DataFrame:
    treated = n > 0
    a, b = dlt[treated] + PRIOR, (n - dlt)[treated] + PRIOR
    mean, weight = _moments(n[treated], dlt[treated])
    tail = (1 - level) / 2
    columns = {
        "estimate": isotonic(mean, weight),
        "lower": isotonic(beta.ppf(tail, a, b), weight),
        "upper": isotonic(beta.ppf(1 - tail, a, b), weight),
        "p_over_target": isotonic(beta.sf(target, a, b)),
    }
    frame = pandas.DataFrame({"level": numpy.arange(1, len(n) + 1), "n": n, "dlt": dlt})
    for name, values in columns.items():
        frame[name] = numpy.nan
        frame.loc[treated, name] = values
    return frame
