"""The random-intercept model and concentration-QTc: published fits, a library, and the likelihood written out."""

from __future__ import annotations

from math import isnan, nan

import numpy
import pytest
from scipy.optimize import minimize
from scipy.stats import linregress, t

from stats.mixed import concentration_qtc, random_intercept

ORTHODONT = "Pinheiro and Bates 2000, distance ~ age with a random intercept of 27 children (R nlme, lme, REML)"
GIRLS = (
    "21 20 21.5 23|21 21.5 24 25.5|20.5 24 24.5 26|23.5 24.5 25 26.5|21.5 23 22.5 23.5|20 21 21 22.5|21.5 22.5 23 25|"
    "23 23 23.5 24|20 21 22 21.5|16.5 19 19 19.5|24.5 25 28 28"
)
BOYS = (
    "26 25 29 31|21.5 22.5 23 26.5|23 22.5 24 27.5|25.5 27.5 26.5 27|20 23.5 22.5 26|24.5 25.5 27 28.5|22 22 24.5 26.5|"
    "24 21.5 24.5 25.5|23 20.5 31 26|27.5 28 31 31.5|23 23 23.5 25|21.5 23.5 24 28|17 24.5 26 29.5|22.5 25.5 25.5 26|"
    "23 24.5 26 30|22 21.5 23.5 25"
)
DISTANCE = [float(value) for child in f"{GIRLS}|{BOYS}".split("|") for value in child.split()]
SUBJECT = ["A"] * 5 + ["B"] * 3 + ["C"] * 6 + ["D"] * 4 + ["E"] * 2
CONC = [0, 820, 1510, 960, 240, 0, 1180, 640, 0, 410, 1720, 1330, 700, 150, 0, 990, 1240, 310, 0, 1450]
CHANGE = [-2, 6, 14, 9, 1, 3, 11, 8, -6, -1, 9, 7, 0, -4, 1, 12, 13, 6, -3, 4]


def test_the_orthodontic_example_comes_out(agrees):
    design = numpy.column_stack([numpy.ones(108), [8, 10, 12, 14] * 27])
    found = random_intercept(DISTANCE, design, numpy.repeat(range(27), 4))
    errors = numpy.sqrt(numpy.diag(found.covariance))
    agrees(found.effects[0], 16.76111, "intercept", within=5e-6, source=ORTHODONT)
    agrees(found.effects[1], 0.66019, "age", within=5e-6, source=ORTHODONT)
    agrees(errors[0], 0.8023952, "standard error of the intercept", within=5e-7, source=ORTHODONT)
    agrees(errors[1], 0.0616059, "standard error of age", within=5e-8, source=ORTHODONT)
    agrees(found.between, 2.114724, "standard deviation between children", within=5e-7, source=ORTHODONT)
    agrees(found.within, 1.431592, "residual standard deviation", within=5e-7, source=ORTHODONT)
    agrees(found.log_likelihood, -223.5013, "restricted log likelihood", within=5e-5, source=ORTHODONT)
    agrees(found.df[1], 80, "degrees of freedom of age", source=ORTHODONT)


def test_unequal_numbers_of_pairs_agree_with_a_general_library(agrees):
    found = concentration_qtc(CONC, CHANGE, SUBJECT)
    source = "statsmodels 0.15.0, MixedLM, REML"
    agrees(found.intercept, -1.23130809, "intercept", within=1e-7, source=source)
    agrees(found.slope, 0.00840179, "slope", within=1e-8, source=source)
    agrees(found.between, 3.86608893, "standard deviation between subjects", within=1e-6, source=source)
    agrees(found.within, 1.47673428, "residual standard deviation", within=1e-6, source=source)


def criterion(logs, y, x, group) -> float:
    """-2 restricted log likelihood with the covariance of all rows written out."""
    between, within = numpy.exp(logs)
    wide = within * numpy.eye(len(y)) + between * (group[:, None] == group[None, :])
    inverse = numpy.linalg.inv(wide)
    normal = x.T @ inverse @ x
    left = y - x @ numpy.linalg.solve(normal, x.T @ inverse @ y)
    rest = (len(y) - x.shape[1]) * numpy.log(2 * numpy.pi)
    return float(numpy.linalg.slogdet(wide)[1] + numpy.linalg.slogdet(normal)[1] + left @ inverse @ left + rest)


def test_no_variances_are_likelier_than_those_found_also_where_subjects_do_not_differ():
    draw = numpy.random.default_rng(12)
    at_zero = 0
    for number in range(24):
        group = numpy.sort(draw.integers(0, 7, 40))
        x = numpy.column_stack([numpy.ones(40), draw.uniform(0, 3, 40)])
        y = x @ [1, 2] + draw.normal(0, [0, 0.5, 4][number % 3], 7)[group] + draw.normal(0, 3, 40)
        found = random_intercept(y, x, group)
        at_zero += found.between < 1e-3
        start = numpy.log([max(found.between, 1e-3) ** 2, found.within**2])
        search = minimize(criterion, start, args=(y, x, group), method="Nelder-Mead", options={"xatol": 1e-8})
        assert -2 * found.log_likelihood <= search.fun + 1e-5, number
        if found.between > 0.1:
            assert numpy.exp(search.x / 2) == pytest.approx([found.between, found.within], rel=1e-3), number
    assert at_zero >= 2


def test_slope_interval_and_predicted_change_use_the_degrees_of_freedom_they_name():
    found = concentration_qtc(CONC, CHANGE, SUBJECT)
    assert (found.df, found.df_between, found.pairs, found.subjects) == (20 - 5 - 1, 5 - 1, 20, 5)
    half = t.ppf(0.95, 14) * found.standard_error
    assert (found.lower, found.upper) == pytest.approx((found.slope - half, found.slope + half))
    middle, low, high = found.at(1000)
    assert middle == pytest.approx(found.intercept + 1000 * found.slope)
    error = numpy.sqrt(numpy.array([1, 1000]) @ found.covariance @ [1, 1000])
    assert (low, high) == pytest.approx((middle - t.ppf(0.95, 4) * error, middle + t.ppf(0.95, 4) * error))
    fitted = found.intercept + found.slope * numpy.array(CONC)
    assert found.residuals == pytest.approx(tuple(numpy.array(CHANGE) - fitted))


def test_baseline_and_time_enter_as_named_and_the_unit_of_concentration_does_not_matter():
    baseline = [{"A": 410, "B": 400, "C": 430, "D": 395, "E": 415}[one] for one in SUBJECT]
    time = ["pre" if value == 0 else "post" for value in CONC]
    found = concentration_qtc(CONC, CHANGE, SUBJECT, baseline=baseline, time=time)
    assert found.with_baseline and found.with_time and found.df == 20 - 5 - 2 and found.df_between == 5 - 2
    other = concentration_qtc([value / 1000 for value in CONC], CHANGE, SUBJECT, baseline=baseline, time=time)
    assert other.slope == pytest.approx(1000 * found.slope, rel=1e-6)
    assert other.at(1.2) == pytest.approx(found.at(1200), rel=1e-6)
    same = concentration_qtc(CONC, CHANGE, SUBJECT, baseline=[400] * 20, time=["all"] * 20)
    assert not same.with_baseline and not same.with_time
    assert same.slope == pytest.approx(concentration_qtc(CONC, CHANGE, SUBJECT).slope)


def test_where_subjects_do_not_differ_it_is_the_straight_line():
    conc, change = [0, 1, 2, 0, 1, 2], [-1, 0.6, 1, 1, -0.5, 2.9]
    found, line = concentration_qtc(conc, change, list("AAABBB")), linregress(conc, change)
    assert found.between == 0 and found.slope == pytest.approx(line.slope)
    assert found.standard_error == pytest.approx(line.stderr)


def test_intervals_hold_the_true_change_at_least_as_often_as_they_say():
    draw, held = numpy.random.default_rng(2), 0
    conc, subject = numpy.tile([0, 0.5, 1.5, 1.0], 8), numpy.repeat(range(8), 4)
    for _ in range(200):
        change = 4 * conc + draw.normal(0, 4, 8)[subject] + draw.normal(0, 5, 32)
        _, low, high = concentration_qtc(conc, change, subject).at(1.2)
        held += low <= 4.8 <= high
    assert 0.86 < held / 200 < 0.97


def test_what_carries_no_model_says_why():
    for conc, change, subject, why in (
        ([], [], [], "fewer than two subjects"),
        ([0, 1, 2], [1, 2, 4], ["A"] * 3, "fewer than two subjects"),
        ([5, 5, 5, 5], [1, 2, 4, 3], list("AABB"), "the concentrations do not vary by themselves"),
        ([0, 1], [1, 2], list("AB"), "fewer subjects or pairs than the model needs"),
        ([0, 1, 2, 0, 1, 2], [0, 2, 4, 0, 2, 4], list("AAABBB"), "the response does not vary around the line"),
        ([0, 1, nan, None], [1, 2, 4, 3], list("AABB"), "fewer than two subjects"),
    ):
        found = concentration_qtc(conc, change, subject)
        assert found.why == why and isnan(found.slope) and all(map(isnan, found.at(1))), (conc, found.why)


@pytest.mark.parametrize(
    ("call", "what"),
    [
        (lambda: concentration_qtc([1, 2], [1], ["A", "B"]), "differ in length"),
        (lambda: concentration_qtc(CONC, CHANGE, SUBJECT, level=90), "level"),
        (lambda: concentration_qtc([float("inf"), 1], [1, 2], ["A", "B"]), "finite"),
        (lambda: random_intercept([1, 2], [[1], [1]], ["A"]), "differ in length"),
    ],
)
def test_impossible_input_is_named(call, what):
    with pytest.raises(ValueError, match=what):
        call()
