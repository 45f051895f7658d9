"""The exact test for trend: against published values and against counting every way the events can fall."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from math import isnan, nan

import pytest

from displays.remission.by_dose import MOST_EXACT
from stats.proportions import fisher
from stats.trend import trend, trend_normal

STATXACT = "StatXact, example 6 (cytel.com), of Graubard and Korn, Biometrics 1988: malformations by maternal alcohol"
FAGERLAND = "R contingencytables 3.0 (Fagerland, Lydersen and Laake, Statistical Analysis of Contingency Tables, ch. 5)"
CATT = "R CATTexact 0.1.1, its own reference values"
ALCOHOL = dict(events=[48, 38, 5, 1, 1], n=[17114, 14502, 793, 127, 38])
TROPONIN = dict(events=[8, 10, 11, 22], n=[61, 58, 111, 124], scores=[1, 2, 3, 4])
CASES = [
    dict(
        id="drinks a day, two-sided", **ALCOHOL, scores=[0, 0.5, 1.5, 4, 8], p=0.0159, tolerance=5e-5, source=STATXACT
    ),
    dict(id="drinks, one-sided", **ALCOHOL, scores=[0, 0.5, 1.5, 4, 8], how="rising", p=0.0158, tolerance=5e-5)
    | dict(source=STATXACT),
    dict(id="troponin, twice the smaller tail", **TROPONIN, how="doubled", p=0.62494, tolerance=5e-6, source=FAGERLAND),
    dict(id="five small groups, doubled", events=[1, 2, 3, 0, 0], n=[1, 2, 3, 5, 1], scores=[1, 2, 3, 4, 5])
    | dict(how="doubled", p=0.00216, tolerance=5e-6, source=FAGERLAND),
    dict(id="equal rates, one-sided", events=[3, 3, 3], n=[5, 5, 5], scores=[0, 1, 2], how="rising", p=0.622)
    | dict(tolerance=5e-4, source=CATT),
    dict(id="three doses, one-sided", events=[3, 13, 16], n=[48, 50, 52], scores=[0, 10, 35], how="rising", p=0.005)
    | dict(tolerance=5e-4, source=CATT),
]
NORMAL = [
    dict(id="smokers", events=[83, 90, 129, 70], n=[86, 93, 136, 82], scores=[1, 2, 3, 4], p=0.004132, tolerance=5e-7)
    | dict(source="R 4.3, prop.trend.test, the example of its documentation (Fleiss 1981): X-squared = 8.2249"),
    dict(id="drinks a day", **ALCOHOL, scores=[0, 0.5, 1.5, 4, 7], p=0.010, tolerance=5e-4)
    | dict(source="Agresti, Categorical Data Analysis 2013, section 5.3.5: z squared = 6.57"),
]
SMALL = [
    ((0, 1, 2), (2, 3, 2), (130, 160, 190)),
    ((3, 3, 6, 1), (4, 3, 7, 2), (130, 160, 190, 230)),
    ((1, 1, 1, 0), (1, 2, 3, 2), (130, 160, 190, 230)),
    ((2, 0), (2, 5), (0.1, 0.3)),
    ((0, 0, 0), (3, 3, 3), (1, 2, 3)),
    ((3, 3), (3, 3), (1, 2)),
    ((1, 0, 2), (3, 0, 3), (1, 2, 3)),
]


def p_value(case) -> float:
    given = case["events"], case["n"], case["scores"]
    if case.get("how") == "doubled":
        return min(1.0, 2 * min(trend(*given, alternative=side) for side in ("rising", "falling")))
    return trend(*given, alternative=case.get("how", "two-sided"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_trends_agree_with_published_values(case, agrees):
    agrees(p_value(case), case["p"], f"P of {case['id']}")


@pytest.mark.parametrize("case", NORMAL, ids=lambda case: case["id"])
def test_the_normal_approximation_agrees_with_published_values(case, agrees):
    agrees(trend_normal(case["events"], case["n"], case["scores"]), case["p"], f"P of {case['id']}")


def test_of_as_many_subjects_as_are_tested_exactly_the_approximation_agrees():
    size, doses = MOST_EXACT // 5, (130, 160, 190, 230, 280)
    for seen in ((5, 8, 9, 12, 15), (10, 9, 10, 8, 11), (13, 12, 8, 9, 5), (2, 1, 3, 5, 6), (0, 0, 0, 0, 0)):
        table = seen, [size] * 5, doses
        assert trend_normal(*table) == pytest.approx(trend(*table), abs=0.012), seen
        # and both call the same trends
        assert (trend_normal(*table) < 0.05) == (trend(*table) < 0.05), seen


def naive(events, n, scores, alternative) -> float:
    """Every choice of subjects who could have had the events, counted one by one."""
    subjects = [Fraction(str(score)) for score, number in zip(scores, n, strict=True) for _ in range(number)]
    sums = [sum(chosen) for chosen in combinations(subjects, sum(events))]
    observed = sum(x * Fraction(str(score)) for x, score in zip(events, scores, strict=True))
    mean = Fraction(sum(sums), len(sums))
    hits = {
        "two-sided": [abs(value - mean) >= abs(observed - mean) for value in sums],
        "rising": [value >= observed for value in sums],
        "falling": [value <= observed for value in sums],
    }[alternative]
    return sum(hits) / len(sums)


@pytest.mark.parametrize("alternative", ["two-sided", "rising", "falling"])
@pytest.mark.parametrize("table", SMALL, ids=str)
def test_every_way_the_events_can_fall_is_counted(table, alternative):
    assert trend(*table, alternative=alternative) == pytest.approx(naive(*table, alternative), rel=1e-12)


def test_of_two_groups_one_sided_it_is_fishers_test():
    for x, y in ((0, 3), (1, 2), (3, 3), (4, 0)):
        assert trend([x, y], [5, 6], [1, 2], alternative="rising") == pytest.approx(
            fisher(x, 5, y, 6, alternative="less")
        )


def test_neither_scale_nor_direction_of_the_scores_decides():
    events, n = (3, 3, 6, 1), (6, 5, 9, 4)
    assert trend(events, n, (130, 160, 190, 230)) == trend(events, n, (13.0, 16.0, 19.0, 23.0))
    assert trend(events, n, (1, 2, 3, 4)) == trend(events[::-1], n[::-1], (1, 2, 3, 4))


def test_one_dose_has_no_trend_and_no_event_is_no_evidence():
    assert isnan(trend([1, 0], [3, 0], [1, 2]))
    assert isnan(trend([], [], [])) and isnan(trend([1, 2], [3, 3], [5, 5]))
    assert trend([0, 0], [3, 3], [1, 2]) == trend([3, 3], [3, 3], [1, 2]) == 1
    assert isnan(trend_normal([1, 0], [3, 0], [1, 2])) and isnan(trend_normal([], [], []))
    assert trend_normal([0, 0], [3, 3], [1, 2]) == trend_normal([3, 3], [3, 3], [1, 2]) == 1


@pytest.mark.parametrize(
    ("call", "what"),
    [
        (lambda: trend([4, 0], [3, 3], [1, 2]), "4 of 3"),
        (lambda: trend([1, 0], [3, 3], [1]), "differ in length"),
        (lambda: trend([1, 0], [3, 3], [1, nan]), "score"),
        (lambda: trend([1, 0], [3, 3], [1, 2], alternative="up"), "up"),
    ],
)
def test_impossible_trends_are_named(call, what):
    with pytest.raises(ValueError, match=what):
        call()
