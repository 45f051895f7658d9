"""Rank statistics of few subjects: published values, and counting every way one by one."""

from __future__ import annotations

from itertools import combinations, permutations
from math import isnan, nan

import numpy
import pytest
from scipy.stats import mannwhitneyu, rankdata, spearmanr

from stats.ranks import MOST_EXACT_GROUPS, least_correlation, least_superiority, rank_correlation, rank_test

STATXACT = "Mehta and Patel, StatXact-5 manual 2001, p. 229: diastolic blood pressure, with ties (R exactRankTests)"
HOLLANDER = "Hollander and Wolfe 1973, p. 69: permeability constants (R 4.2, wilcox.test)"
TUNA = "Hollander and Wolfe 1973, p. 185: lightness and quality of canned tuna (R 4.2, cor.test: S = 48)"
GROUPS = [
    dict(id="blood pressure", a=[94, 108, 110, 90], b=[80, 94, 85, 90, 90, 90, 108, 94, 78, 105, 88], p=0.0989)
    | dict(tolerance=5e-5, source=STATXACT),
    dict(id="permeability", a=[0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46])
    | dict(b=[1.15, 0.88, 0.90, 0.74, 1.21], p=0.2544, tolerance=5e-5, source=HOLLANDER),
]
LIGHTNESS = [44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2, 60.1]
QUALITY = [2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2, 2.8, 3.8]


@pytest.mark.parametrize("case", GROUPS, ids=lambda case: case["id"])
def test_groups_agree_with_published_values(case, agrees):
    agrees(rank_test(case["a"], case["b"]).p, case["p"], f"P of {case['id']}")


def test_correlation_agrees_with_published_values(agrees):
    found = rank_correlation(LIGHTNESS, QUALITY)
    agrees(found.rho, 0.6, "rho", within=1e-9, source=TUNA)
    agrees(found.p, 0.0968, "P", within=5e-5, source=TUNA)


def naive(a, b) -> float:
    """The share of all choices of as many subjects whose rank sum is as far from its mean."""
    ranks = rankdata([*a, *b])
    mean = len(a) * ranks.mean()
    far = [
        abs(sum(chosen) - mean) >= abs(ranks[: len(a)].sum() - mean) - 1e-9 for chosen in combinations(ranks, len(a))
    ]
    return sum(far) / len(far)


def test_every_choice_and_every_order_is_counted():
    draw = numpy.random.default_rng(4)
    for _ in range(40):
        a, b = (draw.integers(0, 6, draw.integers(1, 6)).tolist() for _ in range(2))
        found = rank_test(a, b)
        assert found.p == pytest.approx(naive(a, b), rel=1e-12), (a, b)
        pairs = [(x > y) + (x == y) / 2 for x in a for y in b]
        assert found.superiority == pytest.approx(sum(pairs) / len(pairs))
    for _ in range(4):
        x, y = draw.integers(0, 5, 6).tolist(), draw.integers(0, 5, 6).tolist()
        if min(len(set(x)), len(set(y))) == 1:
            continue
        far = [abs(spearmanr(x, order).statistic) for order in permutations(y)]
        rho = spearmanr(x, y).statistic
        found = rank_correlation(x, y)
        assert found.rho == pytest.approx(rho)
        assert found.p == pytest.approx(sum(value >= abs(rho) - 1e-9 for value in far) / len(far)), (x, y)


def test_without_ties_it_is_scipys_exact_test_and_above_the_limit_its_approximation():
    draw = numpy.random.default_rng(8)
    a, b = draw.normal(0.5, 1, 14), draw.normal(0, 1, 11)
    assert rank_test(a, b).p == pytest.approx(mannwhitneyu(a, b, method="exact").pvalue)
    many, few = draw.integers(0, 30, MOST_EXACT_GROUPS), draw.integers(3, 33, 40)
    approximate = rank_test(many, few)
    expected = mannwhitneyu(many, few, method="asymptotic", use_continuity=False).pvalue
    assert not approximate.exact and approximate.p == pytest.approx(expected)
    x, y = draw.normal(size=20), draw.normal(size=20)
    long = rank_correlation(x, y)
    assert not long.exact and (long.rho, long.p) == pytest.approx(tuple(spearmanr(x, y)))


def test_an_empty_group_has_no_p_and_missing_values_are_left_out():
    for a, b in (([], []), ([], [1, 2]), ([1], []), ([None, nan], [1])):
        found = rank_test(a, b)
        assert isnan(found.p) and isnan(found.superiority)
    assert (rank_test([1, None], [2, nan, 3]).with_event, rank_test([1], [2, nan, 3]).without) == (1, 2)
    assert rank_test([1, 2, 3], [4, 5, 6]).p == pytest.approx(0.1) and rank_test([5, 5], [5, 5, 5]).p == 1
    assert rank_test([4] * MOST_EXACT_GROUPS, [4, 4]).p == 1
    assert rank_correlation([1, 2, None], [1, 2, 3]).why == "fewer than three pairs"
    assert rank_correlation([1, 1, 1], [1, 2, 3]).why == "one of the two does not vary"
    assert rank_correlation([1, 2, 3], [1, 2, 3]).p == pytest.approx(1 / 3)
    assert rank_correlation(range(12), range(12)).p == 0


def test_the_least_that_can_be_told_from_chance():
    for first, second in ((2, 3), (3, 3), (3, 4), (4, 4), (2, 8), (4, 7)):
        sums = numpy.array([sum(chosen) for chosen in combinations(range(1, first + second + 1), first)])
        middle = first * (first + second + 1) / 2
        told = [value for value in set(sums) if (abs(sums - middle) >= abs(value - middle)).mean() <= 0.05]
        above = [(value - first * (first + 1) / 2) / (first * second) for value in told if value > middle]
        expected = min(above) if above else nan
        assert least_superiority(first, second) == pytest.approx(expected, nan_ok=True), (first, second)
    assert isnan(least_superiority(3, 3)) and least_superiority(4, 4) == 1 and isnan(least_superiority(0, 9))
    assert least_superiority(100, 100) == pytest.approx(least_superiority(100, 101), abs=0.002)


def test_the_least_correlation_is_where_p_reaches_the_limit():
    for pairs in (5, 6, 7):
        ranks = numpy.arange(pairs) - (pairs - 1) / 2
        rhos = numpy.abs(numpy.array(list(permutations(ranks))) @ ranks / (ranks @ ranks)).round(9)
        least = min(value for value in set(rhos) if (rhos >= value).mean() <= 0.05)
        assert least_correlation(pairs) == pytest.approx(least, abs=5e-4)
    assert isnan(least_correlation(4)) and least_correlation(9) == 0.7
    assert least_correlation(30) == pytest.approx(0.361, abs=5e-4)


@pytest.mark.parametrize(
    ("call", "what"),
    [
        (lambda: rank_test([float("inf")], [1]), "with_event"),
        (lambda: rank_correlation([1, 2], [1]), "differ in length"),
        (lambda: rank_correlation([1, 2, float("inf")], [1, 2, 3]), "x must be"),
    ],
)
def test_impossible_input_is_named(call, what):
    with pytest.raises(ValueError, match=what):
        call()
