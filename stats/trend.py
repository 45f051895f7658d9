"""Whether a rate rises or falls with the dose: the exact test for trend, given how many events there were in all, and
its approximation for groups in which the tables are too many to be counted."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from math import comb, erfc, lcm, sqrt

from stats import checks

ALTERNATIVES = ("two-sided", "rising", "falling")


def trend(events, n, scores, *, alternative: str = "two-sided") -> float:
    """P-value of the exact conditional Cochran-Armitage test: the chance of such a trend if all rates are the same.

    events of n subjects (whole numbers) in each group, with the group's score, such as its dose. The statistic is the
    sum of the scores of the subjects with an event; its distribution is that of all tables with the groups' sizes and
    the number of events seen. Two-sided adds the tables whose statistic lies as far from its mean or farther.
    nan where fewer than two different scores have a subject; 1 where none, or all, had an event.
    ValueError: events above n, not whole, negative; lists of different length; a score that is no number; unknown
    alternative.
    Sources: Cochran, Biometrics 1954;10:417; Armitage, Biometrics 1955;11:375; exact: Williams, Biometrics
    1988;44:421; Mehta, Patel and Senchaudhuri, J Comput Graph Stat 1992;1:21.
    """
    if alternative not in ALTERNATIVES:
        raise ValueError(f"unknown alternative {alternative!r}; it is one of {', '.join(ALTERNATIVES)}")
    groups = _groups(events, n, scores)
    if len({score for _, number, score in groups if number}) < 2:
        return float("nan")
    ways = _ways([(number, score) for _, number, score in groups], sum(seen for seen, _, _ in groups))
    observed, total = sum(seen * score for seen, _, score in groups), sum(ways.values())
    mean = Fraction(sum(score * number for score, number in ways.items()), total)
    as_far = {
        "rising": lambda score: score >= observed,
        "falling": lambda score: score <= observed,
        "two-sided": lambda score: abs(score - mean) >= abs(observed - mean),
    }[alternative]
    return float(Fraction(sum(number for score, number in ways.items() if as_far(score)), total))


def trend_normal(events, n, scores) -> float:
    """Two-sided P-value of the Cochran-Armitage test by the normal approximation, for groups of many subjects.

    Arguments, nan, 1 and ValueError as of `trend`; without a continuity correction.
    Sources: Cochran, Biometrics 1954;10:417; Armitage, Biometrics 1955;11:375.
    """
    groups = _groups(events, n, scores)
    if len({score for _, number, score in groups if number}) < 2:
        return float("nan")
    seen, subjects = sum(x for x, _, _ in groups), sum(number for _, number, _ in groups)
    if seen in (0, subjects):
        return 1.0
    rate, mean = Fraction(seen, subjects), Fraction(sum(number * score for _, number, score in groups), subjects)
    apart = sum(x * (score - mean) for x, _, score in groups)
    variance = rate * (1 - rate) * sum(number * (score - mean) ** 2 for _, number, score in groups)
    return erfc(sqrt(apart**2 / variance / 2))


def _groups(events, n, scores) -> list[tuple[int, int, int]]:
    """Events, subjects and score of each group; scores in whole numbers of one unit, so that equal sums are equal."""
    events, n = list(events), list(n)
    exact = [Fraction(str(checks.finite("score", float(score)))) for score in scores]
    unit = lcm(*[score.denominator for score in exact])
    scores = [int(score * unit) for score in exact]
    if not len(events) == len(n) == len(scores):
        raise ValueError(f"events, n and scores differ in length: {len(events)}, {len(n)} and {len(scores)}")
    seen, number = checks.counts(events, n)
    return [(int(x), int(size), score) for x, size, score in zip(seen, number, scores, strict=True)]


def _ways(groups: list[tuple[int, int]], events: int) -> dict[int, int]:
    """Sum of scores → in how many ways the events can fall on the subjects of the groups with that sum."""
    found: dict[tuple[int, int], int] = {(0, 0): 1}
    for number, score in groups:
        longer: dict[tuple[int, int], int] = defaultdict(int)
        choices = [comb(number, here) for here in range(min(number, events) + 1)]
        for (so_far, total), ways in found.items():
            for here, chosen in enumerate(choices[: events - so_far + 1]):
                longer[so_far + here, total + here * score] += ways * chosen
        found = longer
    return {total: ways for (so_far, total), ways in found.items() if so_far == events}
