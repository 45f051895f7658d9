"""The continual reassessment method with one parameter, its skeletons, and its time-to-event weights."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

import numpy
from scipy.interpolate import CubicSpline
from scipy.special import expit, logit
from scipy.stats import norm

from stats import checks
from stats.escalation.outcomes import NO_CONVENTION, Decision, Outcomes, count, start, towards, whatever_is_pending
from stats.escalation.reasons import Part

MODELS = ("empiric", "logistic")
BETA = numpy.linspace(-10, 10, 2001)
"""The range of the published cases, in steps of a tenth of the narrowest posterior a phase I trial can reach.
A prior wider than about 2.5 standard deviations would be cut by it."""


@dataclass(frozen=True)
class CRMFit:
    """Posterior of a CRM, per level: the rate at the posterior mean of beta and its limits at that mean ± 1.645
    standard deviations (normal approximation, as dfcrm), P(over target) by integration; beta with its variance; the
    recommended level.
    """

    p_tox: numpy.ndarray
    lower90: numpy.ndarray
    upper90: numpy.ndarray
    p_over_target: numpy.ndarray
    beta: float
    beta_variance: float
    mtd: int
    pending_left_out: int


@dataclass(frozen=True)
class CRM:
    """Continual reassessment: the level whose estimated DLT rate is nearest the target.

    Empiric: p = skeleton ** exp(beta); logistic: logit p = intercept + exp(beta) * x, with x such that beta 0 gives the
    skeleton. beta has a normal prior with mean 0 and `prior_sd`; rates are those at the posterior mean of beta. The
    model itself never stops a trial and may skip levels: wrap it (`dont_skip`, `stop_when_too_toxic`).
    Source: O'Quigley, Biometrics 1990;46:33; Cheung, Dose Finding by the CRM, 2011; R package dfcrm 0.2-2.1.
    """

    skeleton: tuple[float, ...]
    target: float
    model: str = "empiric"
    prior_sd: float = 1.34**0.5
    intercept: float = 3.0
    name = "CRM"
    decides_pending = False
    pending_convention = f"The model is fitted to evaluated subjects. {NO_CONVENTION}"

    def __post_init__(self):
        object.__setattr__(self, "skeleton", _skeleton(self.skeleton))
        checks.share("target", self.target)
        if self.model not in MODELS:
            raise ValueError(f"unknown model {self.model!r}; it is one of {', '.join(MODELS)}")
        checks.above_zero("prior_sd", self.prior_sd), checks.finite("intercept", self.intercept)
        if self.model == "logistic" and self.skeleton[-1] >= expit(self.intercept):
            raise ValueError(
                f"with intercept {self.intercept:g} the logistic model holds rates below {expit(self.intercept):g}; "
                f"got {self.skeleton[-1]:g}"
            )

    @property
    def levels(self) -> int:
        """Dose levels: one per rate of the skeleton."""
        return len(self.skeleton)

    def decide(self, outcomes: Outcomes | str) -> Decision:
        """The level nearest the target; level 1 before the first subject. ValueError: a level that does not exist."""
        outcomes = Outcomes.of(outcomes, self.levels)
        if not outcomes.cohorts:
            return start()
        return whatever_is_pending(self._decide, outcomes) if outcomes.pending else self._decide(outcomes)

    def fit(self, outcomes: Outcomes | str, weights=None) -> CRMFit:
        """The posterior after the evaluated subjects; pending ones are left out and counted.

        `weights`, one per subject in order of enrolment, is the share of the DLT window each was followed: then pending
        subjects enter by their weight (TITE-CRM, Cheung and Chappell, Biometrics 2000;56:1177); a DLT counts fully.
        """
        outcomes = Outcomes.of(outcomes, self.levels)
        fitted = _fit(self, _counted(outcomes, weights))
        return replace(fitted, pending_left_out=outcomes.pending if weights is None else 0)

    def select(self, outcomes: Outcomes | str) -> int | None:
        """The level nearest the target among those with evaluated subjects, were the trial over now;
        None where nobody was evaluated."""
        outcomes = Outcomes.of(outcomes, self.levels)
        tried = numpy.flatnonzero(outcomes.evaluated(self.levels))
        return int(tried[self._nearest(self.fit(outcomes).p_tox[tried]) - 1]) + 1 if len(tried) else None

    def probability_above(self, outcomes: Outcomes | str, threshold: float) -> numpy.ndarray:
        """P(DLT rate above threshold) per level by the normal approximation of beta, as dfcrm's limits;
        nan before the first subject."""
        outcomes, threshold = Outcomes.of(outcomes, self.levels), checks.share("threshold", threshold)
        if outcomes.pending == len(outcomes.subjects):
            return numpy.full(self.levels, numpy.nan)
        fit = self.fit(outcomes)
        return norm.cdf(self._beta_at(threshold), fit.beta, fit.beta_variance**0.5)

    def probability_integrated(self, outcomes: Outcomes | str, threshold: float) -> numpy.ndarray:
        """P(DLT rate above threshold) per level by integration of the posterior of beta;
        nan before the first evaluated subject."""
        outcomes, threshold = Outcomes.of(outcomes, self.levels), checks.share("threshold", threshold)
        if outcomes.pending == len(outcomes.subjects):
            return numpy.full(self.levels, numpy.nan)
        return self._over(self._posterior(_counted(outcomes, None)), threshold)

    def _over(self, density: numpy.ndarray, threshold: float) -> numpy.ndarray:
        """P(rate > threshold) per level: the mass of beta below the one at which the level has that rate."""
        below = CubicSpline(BETA, density / (BETA[1] - BETA[0])).antiderivative()
        return numpy.clip(below(numpy.clip(self._beta_at(threshold), BETA[0], BETA[-1])), 0, 1)

    def _decide(self, outcomes: Outcomes) -> Decision:
        fit, level = self.fit(outcomes), outcomes.level
        nearest = Part("nearest target", fit.mtd, rate=float(fit.p_tox[fit.mtd - 1]), threshold=self.target)
        return Decision(fit.mtd, towards(fit.mtd, level), (count(outcomes, level), nearest))

    def _rates(self, value):
        skeleton = numpy.array(self.skeleton)
        if self.model == "empiric":
            return skeleton ** numpy.exp(value)
        return expit(self.intercept + numpy.exp(value) * (logit(skeleton) - self.intercept))

    def _beta_at(self, threshold: float) -> numpy.ndarray:
        """The beta at which each level's rate is the threshold; below it the rate is higher."""
        skeleton = numpy.array(self.skeleton)
        if self.model == "empiric":
            return numpy.log(numpy.log(threshold) / numpy.log(skeleton))
        return numpy.log((logit(threshold) - self.intercept) / (logit(skeleton) - self.intercept))

    def _posterior(self, counted: tuple) -> numpy.ndarray:
        log_likelihood = numpy.zeros(len(BETA))
        for (level, dlt, share), number in counted:
            log_likelihood += number * _log_chance(self, level, dlt, share)
        log_density = log_likelihood - BETA**2 / (2 * self.prior_sd**2)
        density = numpy.exp(log_density - log_density.max())
        return density / density.sum()

    def _nearest(self, p_tox: numpy.ndarray) -> int:
        """Rates rise: only the highest at or below the target and the one above it can be nearest,
        however small the others are."""
        below = max(int((p_tox <= self.target).sum()), 1)
        nearer = below < len(p_tox) and p_tox[below] - self.target < self.target - p_tox[below - 1]
        return below + int(nearer)


@lru_cache(maxsize=4096)
def _fit(design: CRM, counted: tuple) -> CRMFit:
    """The posterior after subjects counted by level, DLT and share of the window followed: simulations ask it often."""
    density = design._posterior(counted)
    mean = float((density * BETA).sum())
    variance = float((density * (BETA - mean) ** 2).sum())
    spread = norm.ppf(0.95) * variance**0.5
    over = design._over(density, design.target)
    rates = (design._rates(mean), design._rates(mean + spread), design._rates(mean - spread), over)
    for shared in rates:
        shared.flags.writeable = False
    return CRMFit(*rates, mean, variance, design._nearest(rates[0]), 0)


@lru_cache(maxsize=256)
def _log_chance(design: CRM, level: int, dlt: bool, share: float) -> numpy.ndarray:
    """Log chance of one subject's outcome for every beta; `share` of the DLT window was followed."""
    rate = design._rates(BETA[:, None])[:, level - 1]
    with numpy.errstate(divide="ignore"):
        return numpy.log(rate) if dlt else numpy.log1p(-rate * share)


def crm_skeleton(
    halfwidth: float, target: float, start_level: int, levels: int, model: str = "empiric", intercept: float = 3.0
) -> tuple[float, ...]:
    """Prior DLT rates per level by indifference intervals: the design
    settles on a rate within `halfwidth` of the target.

    `start_level` is the level believed to have the target rate (1 to `levels`).
    Source: Lee and Cheung, Clin Trials 2009;6:227; R package dfcrm, getprior.
    """
    checks.whole("levels", levels, least=1)
    if not 1 <= checks.whole("start_level", start_level, least=1) <= levels:
        raise ValueError(f"start_level must be 1 to {levels}; got {start_level}")
    checks.share("target", target), checks.finite("halfwidth", halfwidth), checks.finite("intercept", intercept)
    if not (halfwidth > 0 and 0 < target - halfwidth and target + halfwidth < 1):
        raise ValueError(f"target {target!r} with halfwidth {halfwidth!r} must stay between 0 and 1")
    if model not in MODELS:
        raise ValueError(f"unknown model {model!r}; it is one of {', '.join(MODELS)}")
    if model == "logistic" and target + halfwidth >= expit(intercept):
        raise ValueError(
            f"with intercept {intercept:g} the logistic model holds rates below {expit(intercept):g}; "
            f"got target {target:g} + halfwidth {halfwidth:g}"
        )
    scale, back = (
        (numpy.log, numpy.exp)
        if model == "empiric"
        else (lambda p: logit(p) - intercept, lambda x: expit(x + intercept))
    )
    step = float(scale(target - halfwidth) / scale(target + halfwidth))
    return tuple(float(back(scale(target) * step ** (start_level - level))) for level in range(1, levels + 1))


def _counted(outcomes: Outcomes, weights) -> tuple:
    """The subjects that enter, counted by level, DLT and share of the window followed."""
    return tuple(sorted(Counter(_observed(outcomes, weights)).items()))


def _observed(outcomes: Outcomes, weights) -> list[tuple[int, bool, float]]:
    """Every subject that enters as (level, DLT, share of the window followed); a DLT counts fully."""
    subjects = outcomes.subjects
    if weights is None:
        subjects = tuple(subject for subject in subjects if subject[1] != "P")
        weights = [1.0] * len(subjects)
    weights = numpy.asarray(weights, dtype=float)
    if len(weights) != len(subjects):
        raise ValueError(f"one weight per subject: {len(subjects)} subjects, {len(weights)} weights")
    outside = ~((weights >= 0) & (weights <= 1))
    if outside.any():
        raise ValueError(f"weights are shares of the DLT window, 0 to 1; got {weights[outside][0]:g}")
    shares = weights.tolist()
    return [
        (level, result == "T", 1.0 if result == "T" else share)
        for (level, result), share in zip(subjects, shares, strict=True)
    ]


def _skeleton(rates) -> tuple[float, ...]:
    if not isinstance(rates, (list, tuple, numpy.ndarray)) or not len(rates):
        raise ValueError(f"the skeleton is empty or no list; give one prior DLT rate per dose level, got {rates!r}")
    skeleton = tuple(checks.share("skeleton", rate) for rate in rates)
    if any(later <= earlier for earlier, later in pairwise(skeleton)):
        raise ValueError(f"the skeleton must rise from level to level; got {skeleton}")
    return skeleton
