"""Rates with honest intervals: one proportion, the difference of two, and Fisher's exact test. Never Wald."""

from __future__ import annotations

from dataclasses import dataclass

import numpy
from scipy.stats import beta, binom, hypergeom, norm

from stats import checks

METHODS = ("clopper-pearson", "wilson", "jeffreys", "agresti-coull", "mid-p")
DIFFERENCES = ("miettinen-nurminen", "newcombe", "mee")
ALTERNATIVES = ("two-sided", "less", "greater")
BISECTIONS = 60
"""Halvings of a span of at most 1: the limits are exact to the last digits of a float."""


@dataclass(frozen=True)
class Interval:
    """An estimate with its lower and upper limit, as shares; arrays where arrays were asked for."""

    estimate: float
    lower: float
    upper: float


def interval(events, n, *, method: str = "clopper-pearson", level: float = 0.95) -> Interval:
    """How large the true rate can be, given `events` of `n` subjects.

    Whole numbers or arrays of one shape give floats or arrays. 0 of 0 has no rate: estimate and limits are nan.
    At 0 of n the lower limit is exactly 0, at n of n the upper exactly 1 (for Jeffreys by convention).
    ValueError: events above n, not whole, negative; unknown method; level outside (0, 1).
    Sources: Clopper and Pearson 1934; Wilson 1927; Jeffreys and Agresti-Coull as in Brown, Cai and DasGupta,
    Stat Sci 2001;16:101; mid-p as in Berry and Armitage, Statistician 1995;44:417.
    """
    method = _method(method, METHODS)
    tail = (1 - checks.confidence_level(level)) / 2
    events, n = checks.counts(events, n)
    with numpy.errstate(divide="ignore", invalid="ignore"):
        estimate = events / n
        lower, upper = _LIMITS[method](events, n, tail)
    empty = n == 0
    lower = numpy.where(empty, numpy.nan, numpy.where(events == 0, 0.0, numpy.maximum(lower, 0)))
    upper = numpy.where(empty, numpy.nan, numpy.where(events == n, 1.0, numpy.minimum(upper, 1)))
    return Interval(*map(checks.plain, (estimate, lower, upper)))


def difference(x1, n1, x2, n2, *, method: str = "miettinen-nurminen", level: float = 0.95) -> Interval:
    """How far two rates differ: x1 of n1 minus x2 of n2, between -1 and 1.

    Whole numbers or arrays of one shape give floats or arrays. A group of 0 subjects gives nan.
    ValueError as for `interval`.
    Sources: Miettinen and Nurminen, Stat Med 1985;4:213 (score, variance times N/(N-1)); Mee, Biometrics 1984;40:1175
    (the same without that factor); Newcombe, Stat Med 1998;17:873, method 10 (Wilson limits combined).
    """
    method = _method(method, DIFFERENCES)
    level = checks.confidence_level(level)
    (x1, n1), (x2, n2) = checks.counts(x1, n1), checks.counts(x2, n2)
    try:
        x1, n1, x2, n2 = numpy.broadcast_arrays(x1, n1, x2, n2)
    except ValueError:
        raise ValueError(f"the two groups differ in length: {x1.shape} and {x2.shape}") from None
    with numpy.errstate(divide="ignore", invalid="ignore"):
        estimate = x1 / n1 - x2 / n2
        if method == "newcombe":
            lower, upper = _newcombe(x1, n1, x2, n2, level)
        else:
            lower, upper = _score_limits(x1, n1, x2, n2, level, corrected=method == "miettinen-nurminen")
    empty = numpy.isnan(estimate)
    limits = (numpy.where(empty, numpy.nan, limit) for limit in (lower, upper))
    return Interval(*map(checks.plain, (estimate, *limits)))


def fisher(x1, n1, x2, n2, *, alternative: str = "two-sided") -> float:
    """P-value of Fisher's exact test that x1 of n1 and x2 of n2 (whole numbers) come from one rate.

    "less" and "greater" ask whether the first rate is the lower or the higher one. A group of 0 subjects gives nan.
    Two-sided adds every table no likelier than the one seen, as R's fisher.test does (relative tolerance 1e-7).
    Source: Fisher 1935; Agresti, Categorical Data Analysis, 2013, section 3.5.
    """
    alternative = _method(alternative, ALTERNATIVES, name="alternative")
    (x1, n1), (x2, n2) = checks.counts(x1, n1), checks.counts(x2, n2)
    if n1 == 0 or n2 == 0:
        return float("nan")
    table = hypergeom(int(n1 + n2), int(x1 + x2), int(n1))
    if alternative == "less":
        return min(1.0, float(table.cdf(x1)))
    if alternative == "greater":
        return min(1.0, float(table.sf(x1 - 1)))
    chance = table.pmf(numpy.arange(max(0, x1 + x2 - n2), min(n1, x1 + x2) + 1))
    return min(1.0, float(chance[chance <= table.pmf(x1) * (1 + 1e-7)].sum()))


def fisher_table(table, *, alternative: str = "two-sided") -> float:
    """Fisher's exact test of a two by two table ((events, no events) of each group)."""
    if numpy.shape(table) != (2, 2):
        raise ValueError(f"Fisher's test takes a two by two table; got shape {numpy.shape(table)}")
    (a, b), (c, d) = table
    return fisher(a, a + b, c, c + d, alternative=alternative)


def _method(method: str, known: tuple[str, ...], name: str = "method") -> str:
    chosen = {"midp": "mid-p"}.get(str(method).lower(), str(method).lower().replace("_", "-"))
    if chosen not in known:
        raise ValueError(f"unknown {name} {method!r}; it is one of {', '.join(known)}")
    return chosen


def _clopper_pearson(events, n, tail):
    return beta.ppf(tail, events, n - events + 1), beta.ppf(1 - tail, events + 1, n - events)


def _wilson(events, n, tail):
    z = norm.ppf(1 - tail)
    centre = (events + z**2 / 2) / (n + z**2)
    half = z / (n + z**2) * numpy.sqrt(events * (n - events) / n + z**2 / 4)
    return centre - half, centre + half


def _jeffreys(events, n, tail):
    return beta.ppf(tail, events + 0.5, n - events + 0.5), beta.ppf(1 - tail, events + 0.5, n - events + 0.5)


def _agresti_coull(events, n, tail):
    z = norm.ppf(1 - tail)
    centre = (events + z**2 / 2) / (n + z**2)
    half = z * numpy.sqrt(centre * (1 - centre) / (n + z**2))
    return centre - half, centre + half


def _mid_p(events, n, tail):
    def above(rate):
        return binom.sf(events, n, rate) + binom.pmf(events, n, rate) / 2 - tail

    def below(rate):
        return tail - binom.cdf(events, n, rate) + binom.pmf(events, n, rate) / 2

    zero, one = numpy.zeros(events.shape), numpy.ones(events.shape)
    return _bisect(above, zero, one), _bisect(below, zero, one)


_LIMITS = {
    "clopper-pearson": _clopper_pearson,
    "wilson": _wilson,
    "jeffreys": _jeffreys,
    "agresti-coull": _agresti_coull,
    "mid-p": _mid_p,
}


def _bisect(function, low, high):
    """Where a function that rises through 0 between low and high does so."""
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        rising = function(middle) < 0
        low, high = numpy.where(rising, middle, low), numpy.where(rising, high, middle)
    return (low + high) / 2


def _newcombe(x1, n1, x2, n2, level):
    first, second = (interval(x, n, method="wilson", level=level) for x, n in ((x1, n1), (x2, n2)))
    estimate = first.estimate - numpy.asarray(second.estimate)
    below = numpy.hypot(first.estimate - numpy.asarray(first.lower), second.upper - numpy.asarray(second.estimate))
    above = numpy.hypot(first.upper - numpy.asarray(first.estimate), second.estimate - numpy.asarray(second.lower))
    return estimate - below, estimate + above


def _score_limits(x1, n1, x2, n2, level, corrected):
    z = norm.ppf((1 + level) / 2)
    estimate = x1 / n1 - x2 / n2
    factor = (n1 + n2) / (n1 + n2 - 1) if corrected else 1.0

    def beyond(delta):
        distance = estimate - delta
        variance = _constrained_variance(x1, n1, x2, n2, delta) * factor
        # 0/n against 0/m at delta 0: no distance and no variance, hence no evidence against it
        return numpy.where(distance == 0, -1.0, distance**2 - z**2 * variance)

    lower = _bisect(lambda delta: -beyond(delta), -numpy.ones(estimate.shape), estimate)
    upper = _bisect(beyond, estimate, numpy.ones(estimate.shape))
    # an estimate of -1 or 1 is itself the limit: nothing lies beyond
    return numpy.where(estimate <= -1, -1.0, lower), numpy.where(estimate >= 1, 1.0, upper)


def _constrained_variance(x1, n1, x2, n2, delta):
    """Variance of the difference at the likeliest pair of rates that lie `delta` apart."""
    ratio, p1, p2 = n2 / n1, x1 / n1, x2 / n2
    a = 1 + ratio
    b = -(1 + ratio + p1 + ratio * p2 + delta * (ratio + 2))
    c = delta**2 + delta * (2 * p1 + ratio + 1) + p1 + ratio * p2
    d = -p1 * delta * (1 + delta)
    v = (b / (3 * a)) ** 3 - b * c / (6 * a**2) + d / (2 * a)
    u = numpy.where(v < 0, -1, 1) * numpy.sqrt(numpy.maximum((b / (3 * a)) ** 2 - c / (3 * a), 0))
    cosine = numpy.where(u == 0, 0, v / numpy.where(u == 0, 1, u**3))
    angle = (numpy.pi + numpy.arccos(numpy.clip(cosine, -1, 1))) / 3
    rate = numpy.clip(2 * u * numpy.cos(angle) - b / (3 * a), numpy.maximum(0, delta), numpy.minimum(1, 1 + delta))
    return rate * (1 - rate) / n1 + (rate - delta) * (1 - rate + delta) / n2
