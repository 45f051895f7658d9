"""Dose proportionality: the power model of exposure against dose, and what its slope allows to be said."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, isnan, log, nan, sqrt

import numpy
from scipy.special import stdtrit

from stats import checks

PROPORTIONAL, NOT_PROPORTIONAL, INCONCLUSIVE = "proportional", "not proportional", "inconclusive"


@dataclass(frozen=True)
class PowerModel:
    """ln(exposure) = intercept + slope × ln(dose). Slope with its interval at `level`; why: the reason of nan.

    residual: standard deviation of ln(exposure) around the line; centre, spread: mean of ln(dose), and the sum of
    squares around it; ratio_of_doses: highest dose over lowest.
    """

    slope: float
    lower: float
    upper: float
    level: float
    intercept: float
    standard_error: float
    r2: float
    residual: float
    n: int
    ratio_of_doses: float
    centre: float
    spread: float
    why: str = ""

    def at(self, dose: float) -> tuple[float, float, float]:
        """Geometric mean exposure at a dose with its interval at the model's level; nan where there is no model."""
        if isnan(self.standard_error):
            return nan, nan, nan
        place = log(checks.above_zero("dose", dose))
        middle = self.intercept + self.slope * place
        error = self.residual * sqrt(1 / self.n + (place - self.centre) ** 2 / self.spread)
        half = _quantile(self.level, self.n) * error
        return exp(middle), exp(middle - half), exp(middle + half)


@dataclass(frozen=True)
class Proportionality:
    """What the interval of the slope allows to be said over a ratio of doses.

    verdict: proportional (the interval lies within the critical one), not proportional (outside), inconclusive; None
    without a slope. rho1: up to this ratio of doses exposure is shown to be proportional; rho2: from this ratio on it
    is shown not to be (infinite where the interval of the slope holds 1).
    """

    verdict: str | None
    lower_critical: float
    upper_critical: float
    rho1: float
    rho2: float


def power_model(dose, exposure, level: float = 0.90) -> PowerModel:
    """The power model by least squares of the logarithms, one value a subject, with the interval of its slope.

    dose and exposure in any unit, above 0; a pair with a missing value is left out. nan with a reason where fewer than
    three pairs or a single dose are left.
    ValueError: lists of different length; a dose or exposure of 0 or less; a level that is no share.
    Sources: Gough et al., Drug Inf J 1995;29:1039; Smith et al., Pharm Res 2000;17:1278.
    """
    level = checks.confidence_level(level)
    pairs = _pairs(dose, exposure)
    across, along = numpy.log(pairs[:, 0]), numpy.log(pairs[:, 1])
    number = len(pairs)
    if number < 3 or len(set(pairs[:, 0])) < 2:
        why = "fewer than three subjects" if number < 3 else "all subjects have the same dose"
        return PowerModel(nan, nan, nan, level, nan, nan, nan, nan, number, nan, nan, nan, why)
    centre, spread = float(across.mean()), float(((across - across.mean()) ** 2).sum())
    slope = float(((across - centre) * along).sum() / spread)
    intercept = float(along.mean()) - slope * centre
    left = float(((along - intercept - slope * across) ** 2).sum())
    total = float(((along - along.mean()) ** 2).sum())
    residual = sqrt(left / (number - 2))
    error = residual / sqrt(spread)
    half = _quantile(level, number) * error
    return PowerModel(
        slope,
        slope - half,
        slope + half,
        level,
        intercept,
        error,
        1 - left / total if total else nan,
        residual,
        number,
        float(pairs[:, 0].max() / pairs[:, 0].min()),
        centre,
        spread,
    )


def critical_interval(
    ratio_of_doses: float, *, theta_low: float = 0.8, theta_high: float = 1.25
) -> tuple[float, float]:
    """Slopes at which dose-normalised exposure changes over the ratio of doses by less than theta_low to theta_high.

    Source: Smith et al., Pharm Res 2000;17:1278: 1 + ln(theta) / ln(ratio).
    """
    if not checks.above_zero("ratio_of_doses", ratio_of_doses) > 1:
        raise ValueError(f"ratio_of_doses is the highest dose over the lowest, above 1; got {ratio_of_doses!r}")
    if not 0 < theta_low < 1 < theta_high:
        raise ValueError(f"theta_low must lie below 1 and theta_high above; got {theta_low!r} and {theta_high!r}")
    return 1 + log(theta_low) / log(ratio_of_doses), 1 + log(theta_high) / log(ratio_of_doses)


def proportionality(
    model: PowerModel, ratio_of_doses: float | None = None, *, theta_low: float = 0.8, theta_high: float = 1.25
) -> Proportionality:
    """Whether exposure is proportional to dose over a ratio of doses, left out that of the model's own doses.

    Source: Smith et al., Pharm Res 2000;17:1278: the interval of the slope against the critical interval; rho1 and
    rho2 are the ratios of doses at which the verdict would change.
    """
    ratio = model.ratio_of_doses if ratio_of_doses is None else ratio_of_doses
    if isnan(model.slope) or checks.missing(ratio):
        return Proportionality(None, nan, nan, nan, nan)
    low, high = critical_interval(ratio, theta_low=theta_low, theta_high=theta_high)
    rho1 = min(_ratio(theta_high, model.upper - 1), _ratio(1 / theta_low, 1 - model.lower))
    rho2 = min(_ratio(theta_high, model.lower - 1), _ratio(1 / theta_low, 1 - model.upper))
    verdict = INCONCLUSIVE
    if low <= model.lower and model.upper <= high:
        verdict = PROPORTIONAL
    elif model.upper < low or model.lower > high:
        verdict = NOT_PROPORTIONAL
    return Proportionality(verdict, low, high, rho1, rho2)


def _ratio(theta: float, beyond: float) -> float:
    """The ratio of doses over which a slope this far beyond 1 changes dose-normalised exposure by theta."""
    exponent = log(theta) / beyond if beyond > 0 else inf
    return exp(exponent) if exponent < 700 else inf


def _quantile(level: float, number: int) -> float:
    return float(stdtrit(number - 2, (1 + level) / 2))


def _pairs(dose, exposure) -> numpy.ndarray:
    """Dose and exposure of the subjects that have both."""
    dose, exposure = list(dose), list(exposure)
    if len(dose) != len(exposure):
        raise ValueError(f"dose and exposure differ in length: {len(dose)} and {len(exposure)}")
    known = [
        (checks.above_zero("dose", one), checks.above_zero("exposure", other))
        for one, other in zip(dose, exposure, strict=True)
        if not checks.missing(one) and not checks.missing(other)
    ]
    return numpy.array(known, dtype=float).reshape(-1, 2)
