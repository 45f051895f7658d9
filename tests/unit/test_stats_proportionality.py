"""Dose proportionality: against R, the worked example of Smith 2000, and a simulation that knows its slope."""

from __future__ import annotations

from math import exp, inf, isnan, log, nan

import numpy
import pytest
from scipy.stats import linregress
from shared import shared_cases

from stats.noncompartmental import power_model, proportionality
from stats.proportionality import PowerModel, critical_interval

SMITH = "Smith et al., Pharm Res 2000;17:1278, table 2: Cmax over a tenfold ratio of doses"


@pytest.mark.parametrize("case", shared_cases("dose_proportionality.json", "dose_proportionality_power"))
def test_power_models_agree_with_r(case, agrees):
    given, expected = case["inputs"], case["expected"]
    model, wide = (power_model(given["dose"], given["exposure"], level=level) for level in (0.90, 0.95))
    verdict = proportionality(model, theta_low=given["theta_low"], theta_high=given["theta_high"])
    obtained = {
        "slope": model.slope,
        "intercept": model.intercept,
        "se_slope": model.standard_error,
        "r_squared": model.r2,
        "slope_ci90": [model.lower, model.upper],
        "slope_ci95": [wide.lower, wide.upper],
        "dose_ratio_r": model.ratio_of_doses,
        "smith_critical_region": [verdict.lower_critical, verdict.upper_critical],
        "verdict_smith_90": verdict.verdict,
    }
    for name, value in expected.items():
        agrees(obtained[name], value, name)


def with_interval(slope: float, lower: float, upper: float) -> PowerModel:
    return PowerModel(slope, lower, upper, 0.90, 0.0, 0.05, 0.9, 0.1, 12, 10.0, 0.0, 1.0)


def test_the_worked_example_of_smith_comes_out(agrees):
    found = proportionality(with_interval(0.7615, 0.6789, 0.8441), 10)
    agrees(found.lower_critical, 0.903, "critical interval, lower", within=5e-4, source=SMITH)
    agrees(found.upper_critical, 1.097, "critical interval, upper", within=5e-4, source=SMITH)
    agrees(found.rho1, 2.0, "rho 1", within=0.05, source=SMITH)
    agrees(found.rho2, 4.2, "rho 2", within=0.05, source=SMITH)
    agrees(found.verdict, "not proportional", "verdict", source=SMITH)


def test_the_critical_interval_of_the_trial(agrees):
    low, high = critical_interval(310 / 130)
    agrees(low, 0.743, "130 to 310 mg/m²: lower", within=5e-4, source="1 + ln(0.8) / ln(310 / 130)")
    agrees(high, 1.257, "130 to 310 mg/m²: upper", within=5e-4, source="1 + ln(1.25) / ln(310 / 130)")


def test_verdicts_change_at_rho_1_and_rho_2():
    model = with_interval(1.2, 1.1, 1.3)
    found = proportionality(model, 2)
    assert found.rho1 == pytest.approx(1.25 ** (1 / 0.3)) and found.rho2 == pytest.approx(1.25 ** (1 / 0.1))
    assert proportionality(model, found.rho1 - 1e-6).verdict == "proportional"
    assert proportionality(model, found.rho1 + 1e-6).verdict == "inconclusive"
    assert proportionality(model, found.rho2 - 1e-6).verdict == "inconclusive"
    assert proportionality(model, found.rho2 + 1e-6).verdict == "not proportional"
    assert proportionality(with_interval(1, 0.9, 1.1), 2).rho2 == inf


def test_model_at_a_dose_is_the_geometric_mean_with_its_interval_and_slopes_are_those_of_scipy():
    draw = numpy.random.default_rng(3)
    dose = numpy.repeat([130, 160, 190, 230, 280, 310], 3)
    exposure = 5 * dose**1.1 * numpy.exp(draw.normal(0, 0.2, 18))
    model, line = power_model(dose, exposure), linregress(numpy.log(dose), numpy.log(exposure))
    assert (model.slope, model.standard_error) == pytest.approx((line.slope, line.stderr))
    middle, low, high = model.at(190)
    assert middle == pytest.approx(exp(line.intercept + line.slope * log(190))) and low < middle < high
    assert model.lower < model.slope < model.upper


def test_intervals_hold_the_true_slope_as_often_as_they_say():
    draw, held = numpy.random.default_rng(9), 0
    dose = numpy.repeat([130.0, 190.0, 310.0], 3)
    for _ in range(600):
        model = power_model(dose, 2 * dose * numpy.exp(draw.normal(0, 0.3, 9)))
        held += model.lower <= 1 <= model.upper
    assert 0.86 < held / 600 < 0.94


def test_too_few_subjects_or_one_dose_give_no_slope():
    for dose, exposure in (([], []), ([130, 160], [5, 6]), ([130, 160, None], [5, 6, 7]), ([130] * 4, [5, 6, 7, 8])):
        model = power_model(dose, exposure)
        assert isnan(model.slope) and isnan(model.lower) and model.why
        assert proportionality(model).verdict is None and isnan(model.at(130)[0])
    three = power_model([130, 160, 190, 230], [5, 6, 7, nan])
    assert three.n == 3 and three.slope > 0


@pytest.mark.parametrize(
    ("call", "what"),
    [
        (lambda: power_model([1, 2], [1]), "differ in length"),
        (lambda: power_model([0, 2, 3], [1, 2, 3]), "dose"),
        (lambda: power_model([1, 2, 3], [1, 0, 3]), "exposure"),
        (lambda: power_model([1, 2, 3], [1, 2, 3], level=90), "level"),
        (lambda: critical_interval(1), "ratio_of_doses"),
        (lambda: critical_interval(2, theta_low=1.1), "theta_low"),
    ],
)
def test_impossible_models_are_named(call, what):
    with pytest.raises(ValueError, match=what):
        call()
