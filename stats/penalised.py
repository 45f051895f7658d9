"""Logistic regression with Firth's penalty, which stays finite where few had the event, or where a value divides them.

The Python libraries that offer it bring a machine-learning library with them, for a model of two coefficients.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, nan, sqrt

import numpy
from scipy.optimize import brentq
from scipy.stats import chi2

from stats import checks

STEPS, SMALL, LONGEST, FARTHEST = 200, 1e-10, 5.0, 200.0
"""Newton steps at most; change of the penalised likelihood that ends them; longest step; standard errors searched."""


@dataclass(frozen=True)
class Penalised:
    """Coefficients with the intercept first, and their limits by the profile penalised likelihood at `level`.

    On the scale of the log odds, per unit of each column. why: the reason of nan.
    """

    coefficients: tuple[float, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    level: float
    n: int
    events: int
    why: str = ""


def penalised_logistic(columns, event, *, level: float = 0.95) -> Penalised:
    """Firth's penalised logistic regression of an event (1 or True, else 0) on one or more columns.

    columns: one list of values, or several as an array of shape (subjects, columns); in any units. Limits are those
    where twice the penalised log likelihood, the others maximised, falls by the chi-squared quantile; ±inf where it
    never does. nan with a reason where nobody, or everybody, had the event or a column does not vary by itself.
    ValueError: lengths that differ, a missing or infinite value, an event other than 0 or 1.
    Sources: Firth, Biometrika 1993;80:27; Heinze and Schemper, Stat Med 2002;21:2409.
    """
    happened = _events(event)
    return _fitted(_columns(columns, len(happened)), happened, checks.confidence_level(level))


def _fitted(values: numpy.ndarray, happened: numpy.ndarray, level: float, wanted: int | None = None) -> Penalised:
    """The regression; with the limits of all coefficients, or of the first few that are wanted."""
    number, events = len(happened), int(happened.sum())
    design = numpy.column_stack([numpy.ones(number), values])
    if events in (0, number) or number < 3 or numpy.linalg.matrix_rank(design) < design.shape[1]:
        gone = (nan,) * design.shape[1]
        return Penalised(gone, gone, gone, level, number, events, _why(number, events))
    scales = numpy.concatenate([[1.0], values.std(axis=0)])
    fit = _Fit(design / scales, happened)
    best, highest = fit.maximum()
    quantile = float(chi2.ppf(level, 1))
    limits = [fit.limits(place, best, highest, quantile) for place in range(len(best))[:wanted]]
    return Penalised(
        tuple(float(value) for value in best / scales),
        tuple(float(low / scale) for (low, _), scale in zip(limits, scales, strict=False)),
        tuple(float(high / scale) for (_, high), scale in zip(limits, scales, strict=False)),
        level,
        number,
        events,
    )


def chances(exposure, event, at, *, level: float = 0.95) -> list[tuple[float, float, float]]:
    """The probability of the event at each exposure of `at`, with its pointwise profile limits.

    Arguments, nan and ValueError as of `penalised_logistic`, of which this is the intercept once the exposure is
    counted from the place asked for.
    Source: Heinze and Schemper, Stat Med 2002;21:2409.
    """
    happened, level = _events(event), checks.confidence_level(level)
    values = _columns(exposure, len(happened))
    fits = [_fitted(values - checks.finite("at", place), happened, level, 1) for place in at]
    return [(_chance(fit.coefficients[0]), _chance(fit.lower[0]), _chance(fit.upper[0])) for fit in fits]


def _chance(log_odds: float) -> float:
    """The probability of a log odds."""
    return 1 / (1 + exp(-log_odds)) if not log_odds < -700 else 0.0


@dataclass(frozen=True)
class _Fit:
    """The penalised likelihood of one data set."""

    design: numpy.ndarray
    happened: numpy.ndarray

    def maximum(
        self, fixed: int | None = None, at: float = 0.0, start: numpy.ndarray | None = None
    ) -> tuple[numpy.ndarray, float]:
        """The coefficients with the highest penalised likelihood, one of them held where that is asked for."""
        free = [place for place in range(self.design.shape[1]) if place != fixed]
        now = numpy.zeros(self.design.shape[1]) if start is None else start.copy()
        if fixed is not None:
            now[fixed] = at
        height, score, information = self._point(now)
        for _ in range(STEPS):
            step = numpy.zeros(len(now))
            step[free] = numpy.linalg.solve(information[numpy.ix_(free, free)], score[free]) if free else 0.0
            step *= min(1.0, LONGEST / max(numpy.abs(step).max(), SMALL))
            new, halved = self._point(now + step), 0
            while new[0] < height and halved < 30:
                step, halved = step / 2, halved + 1
                new = self._point(now + step)
            done = abs(new[0] - height) < SMALL and numpy.abs(step).max() < 1e-7
            now, (height, score, information) = now + step, new
            if done:
                break
        return now, height

    def limits(self, place: int, best: numpy.ndarray, highest: float, quantile: float) -> tuple[float, float]:
        """Where the profile falls by half the quantile on either side of the best coefficient."""
        inverse = numpy.linalg.inv(self._point(best)[2])
        error = sqrt(float(inverse[place, place]))
        # how the others follow near the best, so that each search starts close to its end
        path = inverse[place] / inverse[place, place]

        def fall(value: float) -> float:
            return 2 * (highest - self.maximum(place, value, best + path * (value - best[place]))[1]) - quantile

        return _crossing(fall, best[place], -error), _crossing(fall, best[place], error)

    def _point(self, now: numpy.ndarray) -> tuple[float, numpy.ndarray, numpy.ndarray]:
        """Penalised log likelihood, its score and the information."""
        line = numpy.clip(self.design @ now, -500, 500)
        share = 1 / (1 + numpy.exp(-line))
        weight = share * (1 - share)
        information = self.design.T @ (self.design * weight[:, None])
        sign, size = numpy.linalg.slogdet(information)
        if sign <= 0 or not numpy.isfinite(size):
            return -numpy.inf, numpy.zeros(len(now)), numpy.eye(len(now))
        height = float((self.happened * line - numpy.logaddexp(0, line)).sum() + size / 2)
        leverage = weight * numpy.einsum("ij,ij->i", self.design @ numpy.linalg.inv(information), self.design)
        return height, self.design.T @ (self.happened - share + leverage * (0.5 - share)), information


def _crossing(fall: Callable[[float], float], best: float, step: float) -> float:
    """The value beyond `best` in the direction of `step` at which `fall` becomes 0; infinite where it does not."""
    near, far = best, best + 2 * step
    while fall(far) < 0:
        near, far = far, best + 2 * (far - best)
        if abs(far - best) > FARTHEST * abs(step):
            return float(numpy.copysign(numpy.inf, step))
    return float(brentq(fall, near, far, xtol=1e-8 * max(1.0, abs(far))))


def _events(event) -> numpy.ndarray:
    wrong = [value for value in event if checks.missing(value) or value not in (0, 1)]
    if wrong:
        raise ValueError(f"event must be 0 or 1; got {wrong[0]!r}")
    return numpy.array([float(value) for value in event])


def _columns(columns, number: int) -> numpy.ndarray:
    values = numpy.asarray(columns, dtype=float)
    values = values[:, None] if values.ndim == 1 else values
    if len(values) != number:
        raise ValueError(f"columns and event differ in length: {len(values)} and {number}")
    if not numpy.isfinite(values).all():
        raise ValueError("columns must be finite numbers; leave out who has none")
    return values


def _why(number: int, events: int) -> str:
    if number < 3:
        return "fewer than three subjects"
    if events in (0, number):
        return "no subject had the event" if not events else "every subject had the event"
    return "the exposure does not vary"
