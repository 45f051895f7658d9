"""Rank statistics of few subjects: whether two groups differ, and whether two measurements rise together."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, permutations
from math import erfc, nan, sqrt

import numpy
from scipy.stats import norm, rankdata, t

from stats import checks

MOST_EXACT_GROUPS = 200
"""Up to so many subjects the exact distribution of the rank sum is counted."""
MOST_EXACT_PAIRS = 9
"""Up to so many pairs every order is tried."""


@dataclass(frozen=True)
class RankTest:
    """Exposure of those with an event against those without.

    p: two-sided P-value; exact: False where it is by the normal approximation. superiority: share of pairs, one subject
    of each group, in which the one with the event has the higher value, ties counting half. nan where a group is empty.
    """

    p: float
    superiority: float
    with_event: int
    without: int
    exact: bool


@dataclass(frozen=True)
class RankCorrelation:
    """Spearman's rho of n pairs with its two-sided P-value; exact: False where P is by Student's t. nan with `why`."""

    rho: float
    p: float
    n: int
    exact: bool
    why: str = ""


def rank_test(with_event, without) -> RankTest:
    """Two-sided exact Wilcoxon-Mann-Whitney test of two groups, ties included: the rank sum among all ways to choose.

    Two lists of values in one unit, missing ones left out. As far from the mean of the rank sum as observed, or
    farther, counts. Above MOST_EXACT_GROUPS subjects the normal approximation with ties corrected for.
    ValueError: an infinite value.
    Sources: Mann and Whitney, Ann Math Stat 1947;18:50; exact with ties: Streitberg and Röhmel, Stat Software
    Newsletter 1986;12:10.
    """
    first, second = _values("with_event", with_event), _values("without", without)
    if not len(first) or not len(second):
        return RankTest(nan, nan, len(first), len(second), True)
    ranks = numpy.rint(2 * rankdata(numpy.concatenate([first, second]))).astype(int)
    observed, number = int(ranks[: len(first)].sum()), len(ranks)
    below = observed / 2 - len(first) * (len(first) + 1) / 2
    exact = number <= MOST_EXACT_GROUPS
    p = _exact(ranks, len(first), observed) if exact else _normal(ranks, len(first), observed)
    return RankTest(p, below / (len(first) * len(second)), len(first), len(second), exact)


def least_superiority(with_event: int, without: int, *, level: float = 0.05) -> float:
    """The smallest superiority of one group over the other at which the exact test gives P of `level` or less.

    Of groups of so many subjects without ties. nan where even the largest, 1, does not reach it, or a group is empty.
    """
    first, second = checks.whole("with_event", with_event), checks.whole("without", without)
    if not first or not second:
        return nan
    ranks = 2 * numpy.arange(1, first + second + 1)
    if first + second > MOST_EXACT_GROUPS:
        far = -float(norm.ppf(level / 2)) * sqrt(first * second * (first + second + 1) / 12)
        return min(0.5 + far / (first * second), 1.0)
    ways = _ways(ranks, first)
    # both tails: the distribution is symmetrical
    tail = 2 * numpy.cumsum(ways[::-1])[::-1] / ways.sum()
    reached = numpy.flatnonzero((tail <= level * (1 + 1e-12)) & (ways > 0))
    return float((reached[0] / 2 - first * (first + 1) / 2) / (first * second)) if len(reached) else nan


LEAST_RHO = {5: 1.0, 6: 0.886, 7: 0.786, 8: 0.738, 9: 0.700}
"""Pairs → the smallest rho with a two-sided exact P of 0.05 or less (Zar, J Am Stat Assoc 1972;67:578)."""


def least_correlation(pairs: int) -> float:
    """The smallest rank correlation, on either side of 0, at which P is 0.05 or less; nan where none reaches it.

    Exact up to MOST_EXACT_PAIRS pairs without ties (LEAST_RHO), by Student's t above.
    """
    if checks.whole("pairs", pairs) <= MOST_EXACT_PAIRS:
        return LEAST_RHO.get(pairs, nan)
    limit = float(t.ppf(0.975, pairs - 2))
    return limit / sqrt(pairs - 2 + limit**2)


def rank_correlation(x, y) -> RankCorrelation:
    """Spearman's rank correlation of pairs, ties by their mean rank, with its two-sided P-value.

    Pairs with a missing value are left out. Up to MOST_EXACT_PAIRS pairs P counts every order of one side whose rho
    lies as far from 0 or farther; above, Student's t with n - 2 degrees of freedom.
    ValueError: lists of different length; an infinite value.
    Sources: Spearman, Am J Psychol 1904;15:72; Hollander and Wolfe, Nonparametric Statistical Methods, ch. 8.5.
    """
    x, y = list(x), list(y)
    if len(x) != len(y):
        raise ValueError(f"x and y differ in length: {len(x)} and {len(y)}")
    lacking = (checks.missing_in(x) | checks.missing_in(y)).tolist()
    known = [pair for *pair, lacks in zip(x, y, lacking, strict=True) if not lacks]
    first, second = (_values(name, [pair[at] for pair in known]) for at, name in enumerate("xy"))
    if len(known) < 3:
        return RankCorrelation(nan, nan, len(known), True, "fewer than three pairs")
    if numpy.ptp(first) == 0 or numpy.ptp(second) == 0:
        return RankCorrelation(nan, nan, len(known), True, "one of the two does not vary")
    left, right = (rankdata(values) - (len(known) + 1) / 2 for values in (first, second))
    scale = sqrt(float((left @ left) * (right @ right)))
    rho = float(left @ right) / scale
    if len(known) > MOST_EXACT_PAIRS:
        return RankCorrelation(rho, _student(rho, len(known)), len(known), False)
    flat = chain.from_iterable(permutations(range(len(known))))
    orders = numpy.fromiter(flat, dtype=numpy.int8).reshape(-1, len(known))
    p = float((numpy.abs(right[orders] @ left) >= abs(rho) * scale - 1e-9).mean())
    return RankCorrelation(rho, p, len(known), True)


def _exact(ranks: numpy.ndarray, chosen: int, observed: int) -> float:
    """Share of the ways to choose whose sum of (doubled) ranks is as far from its mean as the observed one."""
    ways = _ways(ranks, chosen)
    sums = numpy.arange(len(ways))
    # twice the distance times the number, in whole numbers, so that equal distances are equal
    far = numpy.abs(sums * len(ranks) - chosen * int(ranks.sum())) >= abs(
        observed * len(ranks) - chosen * int(ranks.sum())
    )
    return float(ways[far].sum() / ways.sum())


def _ways(ranks: numpy.ndarray, chosen: int) -> numpy.ndarray:
    """In how many ways so many of the ranks add up to each sum."""
    ways = numpy.zeros((chosen + 1, int(ranks.sum()) + 1))
    ways[0, 0] = 1
    for rank in ranks:
        ways[1:, rank:] += ways[:-1, : ways.shape[1] - rank].copy()
    return ways[chosen]


def _normal(ranks: numpy.ndarray, chosen: int, observed: int) -> float:
    number, spread = len(ranks), float(ranks.var())
    if spread == 0:
        return 1.0
    variance = chosen * (number - chosen) * spread / (number - 1)
    return erfc(abs(observed - chosen * float(ranks.mean())) / sqrt(2 * variance))


def _student(rho: float, pairs: int) -> float:
    if abs(rho) >= 1:
        return 0.0
    return float(2 * t.sf(abs(rho) * sqrt((pairs - 2) / (1 - rho**2)), pairs - 2))


def _values(name: str, values) -> numpy.ndarray:
    if set(map(type, values)) <= {float} and numpy.isfinite(values).all():  # thousands of them are looked at at once
        return numpy.array(values, dtype=float)
    return numpy.array([checks.finite(name, value) for value in values if not checks.missing(value)], dtype=float)
