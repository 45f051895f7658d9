"""Rates, their differences and Fisher's test: against published values and against naive recomputation."""

from math import comb, isnan, nan, sqrt

import numpy
import pytest
from scipy.optimize import minimize_scalar
from scipy.stats import norm
from shared import shared_cases

from stats.proportions import DIFFERENCES, METHODS, difference, fisher, fisher_table, interval

ALL_TABLES = [(x, n) for n in (1, 2, 3, 6) for x in range(n + 1)]


def binomial(x, n, rate):
    return comb(n, x) * rate**x * (1 - rate) ** (n - x)


@pytest.mark.parametrize("case", shared_cases("binomial_ci.json", "binomial_ci"))
def test_one_proportion_agrees_with_r(case, agrees):
    given, expected = case["inputs"], case["expected"]
    limits = interval(given["x"], given["n"], method=given["method"], level=given["conf"])
    assert limits.estimate == given["x"] / given["n"]
    agrees(limits.lower, expected["lower"], f"lower {given['conf'] * 100:g} % limit of {given['x']} of {given['n']}")
    agrees(limits.upper, expected["upper"], f"upper {given['conf'] * 100:g} % limit of {given['x']} of {given['n']}")


def test_the_numbers_the_board_knows_by_heart():
    assert interval(0, 3).upper == pytest.approx(0.708, abs=5e-4)
    assert interval(0, 6).upper == pytest.approx(0.459, abs=5e-4)
    assert (interval(0, 3).lower, interval(3, 3).upper) == (0, 1)


@pytest.mark.parametrize("method", METHODS)
def test_nothing_of_nobody_has_no_rate(method):
    limits = interval(0, 0, method=method)
    assert isnan(limits.estimate) and isnan(limits.lower) and isnan(limits.upper)


@pytest.mark.parametrize("x, n", ALL_TABLES)
def test_exact_limits_leave_half_the_error_on_each_side(x, n):
    limits = interval(x, n, level=0.9)
    if x > 0:
        assert sum(binomial(k, n, limits.lower) for k in range(x, n + 1)) == pytest.approx(0.05)
    if x < n:
        assert sum(binomial(k, n, limits.upper) for k in range(x + 1)) == pytest.approx(0.05)


@pytest.mark.parametrize("x, n", ALL_TABLES)
def test_mid_p_counts_the_observed_table_half(x, n):
    limits = interval(x, n, method="mid-p")
    if x > 0:
        assert sum(binomial(k, n, limits.lower) for k in range(x, n + 1)) - binomial(
            x, n, limits.lower
        ) / 2 == pytest.approx(0.025)
    if x < n:
        assert sum(binomial(k, n, limits.upper) for k in range(x + 1)) - binomial(
            x, n, limits.upper
        ) / 2 == pytest.approx(0.025)


@pytest.mark.parametrize("x, n", ALL_TABLES)
def test_wilson_limits_are_where_the_score_statistic_is_critical(x, n):
    rates = numpy.linspace(1e-6, 1 - 1e-6, 400_001)
    accepted = rates[abs(x / n - rates) / numpy.sqrt(rates * (1 - rates) / n) <= norm.ppf(0.975)]
    limits = interval(x, n, method="wilson")
    assert (limits.lower, limits.upper) == pytest.approx((accepted[0], accepted[-1]), abs=5e-6)


@pytest.mark.parametrize("n", [3, 6, 12])
def test_exact_interval_covers_at_least_as_often_as_it_says(n):
    limits = [interval(x, n) for x in range(n + 1)]
    for rate in numpy.linspace(0.001, 0.999, 199):
        assert sum(binomial(x, n, rate) for x in range(n + 1) if limits[x].lower <= rate <= limits[x].upper) >= 0.95


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("x, n", ALL_TABLES)
def test_limits_are_ordered_mirrored_and_inside_zero_to_one(method, x, n):
    limits, mirrored = interval(x, n, method=method), interval(n - x, n, method=method)
    assert 0 <= limits.lower <= limits.estimate <= limits.upper <= 1
    assert (limits.lower, limits.upper) == pytest.approx((1 - mirrored.upper, 1 - mirrored.lower), abs=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_arrays_give_what_single_numbers_give(method):
    events, n = [0, 1, 3, 0], [3, 6, 3, 0]
    together = interval(numpy.array(events), numpy.array(n), method=method)
    for index, (x, size) in enumerate(zip(events, n, strict=True)):
        alone = interval(x, size, method=method)
        for field in ("estimate", "lower", "upper"):
            assert getattr(together, field)[index] == pytest.approx(getattr(alone, field), nan_ok=True)
    assert isinstance(interval(1, 3, method=method).lower, float)


@pytest.mark.parametrize(
    "arguments, what",
    [
        (dict(events=4, n=3), "4 of 3"),
        (dict(events=-1, n=3), "-1"),
        (dict(events=0, n=-1), "-1"),
        (dict(events=0.5, n=3), "0.5"),
        (dict(events=nan, n=3), "nan"),
        (dict(events="1", n=3), "events"),
        (dict(events=True, n=3), "events"),
        (dict(events=None, n=3), "events"),
        (dict(events=1, n=3, level=95), "95"),
        (dict(events=1, n=3, level=0), "level"),
        (dict(events=1, n=3, level=nan), "level"),
        (dict(events=1, n=3, method="wald"), "wald"),
        (dict(events=[1, 2], n=[3, 3, 3]), "length"),
    ],
)
def test_impossible_input_is_named(arguments, what):
    with pytest.raises(ValueError, match=what):
        interval(**arguments)


DIFFERENCE_CASES = [
    parameter
    for parameter in shared_cases("risk_difference_ci.json")
    if parameter.values[0] is None or parameter.values[0]["inputs"]["method"].replace("_", "-") in DIFFERENCES
]
"""The file also holds Wald, Agresti-Caffo and continuity-corrected Newcombe limits,
which this project does not offer."""


@pytest.mark.parametrize("case", DIFFERENCE_CASES)
def test_difference_agrees_with_published_limits(case, agrees):
    given, expected = case["inputs"], case["expected"]
    limits = difference(given["x1"], given["n1"], given["x2"], given["n2"], method=given["method"], level=given["conf"])
    for field, key in (("estimate", "diff"), ("lower", "lower"), ("upper", "upper")):
        agrees(
            getattr(limits, field),
            expected[key],
            (
                f"{given['method']}, {field} ({given['conf'] * 100:g} %) "
                f"of {given['x1']}/{given['n1']} - {given['x2']}/{given['n2']}"
            ),
        )


@pytest.mark.parametrize(
    "table, method, lower, upper",
    [
        ((56, 70, 48, 80), "mee", 0.0533, 0.3377),
        ((56, 70, 48, 80), "miettinen-nurminen", 0.0528, 0.3382),
        ((56, 70, 48, 80), "newcombe", 0.0524, 0.3339),
        ((9, 10, 3, 10), "mee", 0.1821, 0.8370),
        ((9, 10, 3, 10), "miettinen-nurminen", 0.1700, 0.8406),
        ((9, 10, 3, 10), "newcombe", 0.1705, 0.8090),
        ((6, 7, 2, 7), "miettinen-nurminen", 0.0342, 0.8534),
        ((5, 56, 0, 29), "miettinen-nurminen", -0.0326, 0.1933),
        ((0, 10, 0, 20), "miettinen-nurminen", -0.1658, 0.2844),
        ((0, 10, 0, 10), "miettinen-nurminen", -0.2879, 0.2879),
        ((10, 10, 0, 20), "miettinen-nurminen", 0.7156, 1.0),
        ((10, 10, 0, 10), "miettinen-nurminen", 0.6636, 1.0),
    ],
    ids=lambda value: "{}of{}-{}of{}".format(*value) if isinstance(value, tuple) else None,
)
def test_newcombe_1998_table_2(table, method, lower, upper, agrees):
    limits = difference(*table, method=method)
    agrees(
        [limits.lower, limits.upper],
        [lower, upper],
        f"{method}, limits of {table[0]}/{table[1]} - {table[2]}/{table[3]}",
        within=6e-5,
        source="Newcombe, Stat Med 1998;17:873, table II",
    )


def naive_score(x1, n1, x2, n2, delta):
    """The score statistic with the constrained rates found by maximising the likelihood numerically."""

    def against(rate2):
        rate1 = rate2 + delta
        terms = ((x1, rate1), (n1 - x1, 1 - rate1), (x2, rate2), (n2 - x2, 1 - rate2))
        return -sum(count * numpy.log(max(rate, 1e-300)) for count, rate in terms if count)

    rate2 = minimize_scalar(
        against, bounds=(max(0, -delta), min(1, 1 - delta)), method="bounded", options={"xatol": 1e-10}
    ).x
    rate1 = rate2 + delta
    variance = (rate1 * (1 - rate1) / n1 + rate2 * (1 - rate2) / n2) * (n1 + n2) / (n1 + n2 - 1)
    return (x1 / n1 - x2 / n2 - delta) / sqrt(variance)


@pytest.mark.parametrize(
    "table",
    [(0, 3, 2, 6), (3, 3, 1, 6), (5, 8, 3, 10), (0, 3, 0, 6), (3, 3, 6, 6), (12, 18, 2, 7), (0, 3, 3, 3), (1, 1, 0, 1)],
)
def test_score_limits_by_grid_inversion(table):
    deltas = numpy.arange(-0.9995, 1, 0.001)
    accepted = [delta for delta in deltas if abs(naive_score(*table, delta)) <= norm.ppf(0.975)]
    limits = difference(*table)
    assert (limits.lower, limits.upper) == pytest.approx((accepted[0], accepted[-1]), abs=1.01e-3)


@pytest.mark.parametrize("method", DIFFERENCES)
@pytest.mark.parametrize("first", ALL_TABLES)
@pytest.mark.parametrize("second", [(0, 3), (3, 3), (2, 6), (0, 1)])
def test_difference_is_ordered_and_changes_sign_with_the_groups(method, first, second):
    limits, swapped = difference(*first, *second, method=method), difference(*second, *first, method=method)
    assert -1 <= limits.lower <= limits.estimate <= limits.upper <= 1
    assert (limits.lower, limits.upper) == pytest.approx((-swapped.upper, -swapped.lower), abs=1e-9)


@pytest.mark.parametrize("method", DIFFERENCES)
def test_difference_with_an_empty_group_is_undefined(method):
    for table in ((0, 0, 1, 3), (1, 3, 0, 0), (0, 0, 0, 0)):
        limits = difference(*table, method=method)
        assert isnan(limits.estimate) and isnan(limits.lower) and isnan(limits.upper)


def test_difference_over_arrays():
    together = difference(
        numpy.array([0, 5, 0]), numpy.array([3, 8, 0]), numpy.array([0, 3, 1]), numpy.array([3, 10, 2])
    )
    alone = [difference(0, 3, 0, 3), difference(5, 8, 3, 10), difference(0, 0, 1, 2)]
    assert together.lower == pytest.approx([limits.lower for limits in alone], nan_ok=True)


@pytest.mark.parametrize(
    "arguments, keywords, what",
    [
        ((4, 3, 0, 3), {}, "4 of 3"),
        ((1, 3, 4, 3), {}, "4 of 3"),
        ((-1, 3, 0, 3), {}, "-1"),
        ((1, 3, 1, 3), {"level": 95}, "95"),
        ((1, 3, 1, 3), {"method": "wald"}, "wald"),
        (([1, 1], [3, 3], [1, 1, 1], [3, 3, 3]), {}, "length"),
    ],
)
def test_impossible_difference_is_named(arguments, keywords, what):
    with pytest.raises(ValueError, match=what):
        difference(*arguments, **keywords)


@pytest.mark.parametrize("case", shared_cases("fisher_exact.json", "fisher_exact"))
def test_fisher_agrees_with_r(case, agrees):
    """The file's larger table (method fisher_exact_rxc) asks a question this project does not."""
    for alternative, key in (("two-sided", "p_two_sided"), ("less", "p_less"), ("greater", "p_greater")):
        agrees(
            fisher_table(case["inputs"]["table"], alternative=alternative),
            case["expected"][key],
            f"{alternative} P of {case['inputs']['table']}",
        )


def naive_fisher(x1, n1, x2, n2):
    events = x1 + x2
    ways = {a: comb(n1, a) * comb(n2, events - a) for a in range(max(0, events - n2), min(n1, events) + 1)}
    return sum(way for way in ways.values() if way <= ways[x1]) / sum(ways.values())


@pytest.mark.parametrize("x1, n1", ALL_TABLES)
@pytest.mark.parametrize("x2, n2", ALL_TABLES)
def test_fisher_counts_every_table_no_likelier(x1, n1, x2, n2):
    assert fisher(x1, n1, x2, n2) == pytest.approx(naive_fisher(x1, n1, x2, n2))


def test_fisher_of_an_empty_group_is_undefined_and_of_no_events_is_one():
    assert isnan(fisher(0, 0, 1, 3)) and isnan(fisher(0, 3, 0, 0))
    assert fisher(0, 3, 0, 6) == 1 and fisher(3, 3, 6, 6) == 1


@pytest.mark.parametrize(
    "call, what",
    [
        (lambda: fisher(4, 3, 1, 2), "4 of 3"),
        (lambda: fisher(1, 3, 1, 2, alternative="both"), "both"),
        (lambda: fisher_table([[1, 2, 3], [1, 2, 3]]), "two by two"),
        (lambda: fisher_table([[1, -2], [1, 3]]), "."),
    ],
)
def test_impossible_fisher_is_named(call, what):
    with pytest.raises(ValueError, match=what):
        call()
