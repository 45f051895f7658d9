"""Firth's penalised logistic regression: the endometrial cancer example, 2 × 2 tables, and a second computation."""

from __future__ import annotations

from math import isnan, log, nan

import numpy
import pytest
from scipy.optimize import minimize
from scipy.stats import chi2

from stats.penalised import chances, penalised_logistic

NEOVASCULAR = "0000000000000000000001111100000000000000000000011110000000000000000000100011010"
GRADE = "0000000000000000011111111110000000000000000111111111100000000000000001111111111"
PULSATILITY = (
    "13 16 8 34 20 5 17 10 26 17 8 7 20 10 18 16 18 8 29 12 20 38 22 7 25 15 7 28 11 19 10 10 18 14 21 11 17 "
    "25 16 19 15 33 24 48 12 19 2 22 40 5 0 21 15 29 15 12 3 20 23 12 22 42 15 13 14 19 12 13 10 12 49 6 5 17 "
    "11 21 5 19 33 "
)
HEIGHT = (
    "1.64 2.26 3.14 2.68 1.28 2.31 1.8 1.68 1.56 2.31 2.01 1.89 3.15 1.23 1.27 1.76 2 2.64 0.88 1.27 1.37 0.97 "
    "1.14 0.88 0.91 0.58 0.97 1.5 1.33 2.37 1.82 3.13 1.31 1.92 1.64 2.01 1.88 1.93 2.11 1.29 1.72 0.75 1.92 "
    "1.84 1.11 1.61 1.18 1.44 1.18 0.93 1.17 1.19 1.06 2.02 2.29 2.33 2.9 1.7 1.41 2.25 1.54 1.97 1.75 2.16 "
    "2.57 1.37 3.61 2.04 2.17 1.69 0.27 1.84 1.3 0.96 1.01 0.98 0.35 1.02 0.85 "
)
LOGISTF = "R logistf on the endometrial cancer data of Heinze and Schemper, Stat Med 2002;21:2409"
NAMES = ("intercept", "neovascularisation", "pulsatility index", "endometrium height")
COEFFICIENTS = (3.77455951, 2.92927330, -0.03475175, -2.60416387)
LOWER = (1.0825371, 0.6097244, -0.1244587, -4.3651832)
UPPER = (7.20928050, 7.85463171, 0.04045547, -1.23272106)


def test_the_endometrial_example_comes_out(agrees):
    columns = [
        [float(one) for one in NEOVASCULAR],
        *([float(x) for x in text.split()] for text in (PULSATILITY, HEIGHT)),
    ]
    found = penalised_logistic(numpy.array(columns).T, [int(one) for one in GRADE])
    for at, name in enumerate(NAMES):
        agrees(found.coefficients[at], COEFFICIENTS[at], f"{name}: coefficient", within=1e-5, source=LOGISTF)
        agrees(found.lower[at], LOWER[at], f"{name}: lower 95 % limit", within=1e-5, source=LOGISTF)
        agrees(found.upper[at], UPPER[at], f"{name}: upper 95 % limit", within=1e-5, source=LOGISTF)


TABLES = [(7, 3, 2, 8), (5, 0, 5, 10), (6, 0, 0, 6), (1, 9, 4, 1)]
"""Exposed with and without the event, others with and without."""


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_of_a_two_by_two_table_it_adds_a_half_to_each_cell(table, agrees):
    a, b, c, d = table
    found = penalised_logistic([1] * (a + b) + [0] * (c + d), [1] * a + [0] * b + [1] * c + [0] * d)
    expected = log((a + 0.5) * (d + 0.5) / (b + 0.5) / (c + 0.5))
    source = "Firth, Biometrika 1993;80:27: the saturated table"
    agrees(found.coefficients[1], expected, "log odds ratio", within=1e-7, source=source)
    assert found.lower[1] < expected < found.upper[1]


def height(now, x, y) -> float:
    line = now[0] + now[1] * x
    share = 1 / (1 + numpy.exp(-line))
    design = numpy.column_stack([numpy.ones(len(x)), x])
    information = design.T @ numpy.diag(share * (1 - share)) @ design
    return float((y * line - numpy.log1p(numpy.exp(line))).sum() + log(numpy.linalg.det(information)) / 2)


def test_a_second_computation_of_maximum_and_profile_agrees():
    draw = numpy.random.default_rng(6)
    for _ in range(6):
        x = draw.normal(2, 0.8, 24)
        y = (draw.random(24) < 1 / (1 + numpy.exp(2 - x))).astype(int)
        if not 5 <= y.sum() <= 19:
            y[:5], y[5:10] = 1, 0
        found = penalised_logistic(x, y)
        search = {"method": "Nelder-Mead", "options": {"xatol": 1e-9, "fatol": 1e-12, "maxiter": 5000}}
        best = minimize(lambda now, x=x, y=y: -height(now, x, y), [0, 0], **search)
        assert found.coefficients == pytest.approx(tuple(best.x), abs=1e-5)
        for limit in (found.lower[1], found.upper[1]):
            rest = minimize(lambda a, x=x, y=y, b=limit: -height((a[0], b), x, y), [found.coefficients[0]], **search)
            assert 2 * (rest.fun - best.fun) == pytest.approx(chi2.ppf(0.95, 1), abs=1e-5)


def test_chances_follow_the_coefficients_and_hold_between_their_limits():
    x, y = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [0, 0, 1, 0, 0, 1, 0, 1, 1, 1]
    found, curve = penalised_logistic(x, y), chances(x, y, [1, 5.5, 20])
    for place, (middle, low, high) in zip((1, 5.5, 20), curve, strict=True):
        line = found.coefficients[0] + found.coefficients[1] * place
        assert middle == pytest.approx(1 / (1 + numpy.exp(-line)), abs=1e-6) and 0 <= low < middle < high <= 1
    scaled = penalised_logistic([1000 * value for value in x], y)
    assert scaled.coefficients[1] * 1000 == pytest.approx(found.coefficients[1])
    assert scaled.upper[1] * 1000 == pytest.approx(found.upper[1])


def test_groups_apart_have_a_finite_estimate():
    found = penalised_logistic([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [0] * 5 + [1] * 5)
    assert 0 < found.coefficients[1] < 5 and found.lower[1] > 0 and found.upper[1] > found.coefficients[1]


def test_what_carries_no_model_says_why():
    for x, y, why in (
        ([], [], "fewer than three subjects"),
        ([1, 2, 3], [0, 0, 0], "no subject had the event"),
        ([1, 2, 3], [1, 1, 1], "every subject had the event"),
        ([2, 2, 2], [1, 0, 1], "the exposure does not vary"),
    ):
        found = penalised_logistic(x, y)
        assert found.why == why and all(map(isnan, found.coefficients + found.lower + found.upper))
    assert isnan(chances([1, 2, 3], [0, 0, 0], [2])[0][0])


@pytest.mark.parametrize(
    ("call", "what"),
    [
        (lambda: penalised_logistic([1, 2], [0]), "differ in length"),
        (lambda: penalised_logistic([1, nan], [0, 1]), "finite"),
        (lambda: penalised_logistic([1, 2], [0, 2]), "0 or 1; got 2"),
        (lambda: penalised_logistic([1, 2], [0, None]), "0 or 1; got None"),
        (lambda: penalised_logistic([1, 2], [0, 1], level=95), "level"),
    ],
)
def test_impossible_input_is_named(call, what):
    with pytest.raises(ValueError, match=what):
        call()
