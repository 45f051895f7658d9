"""The DLT rate of one level and the chance that it is above the target, each against numerical integration."""

import by_integration
import numpy
import pytest
from scipy.stats import beta

from stats.escalation import BOIN, CRM, MTPI2, Keyboard, RollingSix, ThreePlusThree
from stats.escalation.estimates import flat_posterior

INTEGRATED = "numerical integration of the likelihood"
COUNTS = [
    (0, 3, 0.9),
    (1, 3, 0.9),
    (3, 3, 0.9),
    (0, 6, 0.9),
    (1, 6, 0.9),
    (2, 6, 0.95),
    (5, 12, 0.9),
    (1, 1, 0.8),
    (3, 30, 0.9),
]


@pytest.mark.parametrize("dlt, n, level", COUNTS, ids=[f"{dlt} of {n}, {level:.0%}" for dlt, n, level in COUNTS])
def test_flat_posterior_by_integration(dlt, n, level, agrees):
    found = flat_posterior(n, dlt, level)
    agrees(
        found.estimate,
        by_integration.mean(n, dlt),
        f"posterior mean after {dlt} of {n}",
        within=1e-9,
        source=INTEGRATED,
    )
    limits = [by_integration.quantile(n, dlt, (1 - level) / 2), by_integration.quantile(n, dlt, (1 + level) / 2)]
    agrees([found.lower, found.upper], limits, f"{level:.0%} limits after {dlt} of {n}", within=1e-9, source=INTEGRATED)


def test_flat_posterior_takes_one_number_or_one_a_level():
    levels = flat_posterior([3, 0, 6], [0, 0, 2])
    assert levels.estimate.tolist() == pytest.approx([1 / 5, numpy.nan, 3 / 8], nan_ok=True)
    assert (
        numpy.isnan([levels.lower[1], levels.upper[1]]).all() and (levels.lower[[0, 2]] < levels.estimate[[0, 2]]).all()
    )
    assert isinstance(flat_posterior(3, 1).estimate, float) and numpy.isnan(flat_posterior(0, 0).upper)
    assert flat_posterior(6, 2).lower == flat_posterior(6, 2, 0.90).lower > flat_posterior(6, 2, 0.95).lower


@pytest.mark.parametrize(
    "evaluated, dlt, level, what",
    [(3, 4, 0.9, "4 of 3"), (3, 1, 90, "90"), (-1, 0, 0.9, "-1"), ([3, 3], [1, 1, 1], 0.9, "length")],
)
def test_impossible_input_is_named(evaluated, dlt, level, what):
    with pytest.raises(ValueError, match=what):
        flat_posterior(evaluated, dlt, level)


OUTCOMES = ["1NNN 2NTT", "1NNT 2NNNNNT 3TTT", "1NNNTTT 2NNN"]
OF_THE_LEVEL = [BOIN(0.3, 3), Keyboard(0.25, 3), MTPI2(0.3, 3), ThreePlusThree(3), RollingSix(3)]


@pytest.mark.parametrize("outcomes", OUTCOMES)
@pytest.mark.parametrize("threshold", [0.2, 0.3, 0.33])
def test_over_the_target_by_integration(outcomes, threshold, agrees):
    """Interval designs and the designs by rule: each level from its own subjects;
    undefined where nobody was evaluated."""
    results = ["".join(word[1:] for word in outcomes.split() if word[0] == level) for level in "123"]
    expected = [by_integration.mass(len(seen), seen.count("T"), threshold, 1) if seen else None for seen in results]
    for design in OF_THE_LEVEL:
        obtained = design.probability_above(outcomes, threshold)
        agrees(
            obtained,
            expected,
            f"{design.name}, {outcomes}: P(rate > {threshold}) per level",
            within=1e-9,
            source=INTEGRATED,
        )


MODELS = [("empiric", (0.05, 0.12, 0.25, 0.4)), ("logistic", (0.06, 0.14, 0.25, 0.38))]


@pytest.mark.parametrize("outcomes", ["1NNN", "1NNN 2NNT 3NTT 2NNN", "1NTT", "1NNN 2NNN 3NNN 4NNT"])
@pytest.mark.parametrize("model, skeleton", MODELS, ids=["empiric", "logistic"])
def test_crm_limits_and_over_the_target_by_integration(model, skeleton, outcomes, agrees):
    """Rates at the posterior mean of beta and 1.645 standard deviations beyond it;
    P(over target) from the exact posterior of beta."""
    fit, integrated, said = (
        CRM(skeleton, 0.25, model).fit(outcomes),
        by_integration.Crm(skeleton, outcomes, model),
        f"{model} CRM, {outcomes}",
    )
    agrees(
        [fit.beta, fit.beta_variance**0.5],
        [integrated.beta, integrated.sd],
        f"{said}: posterior mean and standard deviation of beta",
        within=1e-6,
        source=INTEGRATED,
    )
    agrees(fit.p_tox, integrated.rates(), f"{said}: P(DLT) per level", within=1e-6, source=INTEGRATED)
    agrees(
        fit.lower90,
        integrated.rates(beyond=1.6448536),
        f"{said}: lower 90 % limit per level",
        within=1e-6,
        source=INTEGRATED,
    )
    agrees(
        fit.upper90,
        integrated.rates(beyond=-1.6448536),
        f"{said}: upper 90 % limit per level",
        within=1e-6,
        source=INTEGRATED,
    )
    expected = [integrated.above(level, 0.25) for level in range(1, 5)]
    agrees(fit.p_over_target, expected, f"{said}: P(rate > 0.25) per level", within=1e-4, source=INTEGRATED)


def test_over_the_target_of_one_dlt_of_one_is_a_square():
    assert (
        BOIN(0.3, 1).probability_above("1T", 0.3)[0] == pytest.approx(1 - 0.3**2) == pytest.approx(beta.sf(0.3, 2, 1))
    )
