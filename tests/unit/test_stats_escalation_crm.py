"""The CRM and its skeletons against dfcrm and by integrating its posterior."""

import by_integration
import pytest
from shared import shared_cases

from stats.escalation import CRM, Outcomes, crm_skeleton


@pytest.mark.parametrize("case", shared_cases("crm_dfcrm.json", "crm_getprior"))
def test_skeletons_agree_with_dfcrm(case, agrees):
    given = case["inputs"]
    skeleton = crm_skeleton(
        given["halfwidth"], given["target"], given["nu"], given["nlevel"], given["model"], given["intcpt"]
    )
    agrees(
        skeleton,
        case["expected"]["skeleton"],
        f"{given['model']} skeleton, target {given['target']}, half-width {given['halfwidth']}",
    )


def crm_of(given):
    intercept = {} if given["intercept"] is None else {"intercept": given["intercept"]}
    return CRM(tuple(given["skeleton"]), given["target"], given["model"], given["prior_sd"], **intercept)


def one_by_one(given):
    outcomes = Outcomes()
    for level, dlt in zip(given["dose_level_1based"], given["dlt"], strict=True):
        outcomes = outcomes.adding(level, "T" if dlt else "N")
    return outcomes


@pytest.mark.parametrize("case", shared_cases("crm_dfcrm.json", "crm") + shared_cases("crm_dfcrm.json", "titecrm"))
def test_crm_agrees_with_dfcrm(case, agrees):
    given, expected = case["inputs"], case["expected"]
    fit = crm_of(given).fit(one_by_one(given), given.get("weights"))
    agrees(fit.beta, expected["beta_hat"], f"posterior mean of beta, {given['model']} model")
    agrees(fit.p_tox, expected["p_tox"], "P(DLT) per level")
    agrees(fit.mtd, expected["mtd_level_1based"], "recommended level", within=0)
    if "p_tox_lo90" in expected:
        agrees(fit.lower90, expected["p_tox_lo90"], "lower 90 % limit per level")
        agrees(fit.upper90, expected["p_tox_hi90"], "upper 90 % limit per level")
        assert crm_of(given).decide(one_by_one(given)).dose == fit.mtd


@pytest.mark.parametrize("model", ["empiric", "logistic"])
def test_crm_posterior_by_quadrature(model):
    skeleton, outcomes = (0.05, 0.12, 0.25, 0.4), "1NNN 2NNT 3NTT 2NNN"
    fit, integrated = CRM(skeleton, 0.25, model).fit(outcomes), by_integration.Crm(skeleton, outcomes, model)
    assert fit.beta == pytest.approx(integrated.beta, abs=1e-6) and fit.beta_variance == pytest.approx(
        integrated.sd**2, abs=1e-6
    )
    assert fit.p_tox == pytest.approx(integrated.rates(), abs=1e-6) and fit.mtd == integrated.nearest(0.25)
    assert fit.p_over_target == pytest.approx([integrated.above(level, 0.25) for level in (1, 2, 3, 4)], abs=1e-4)


def test_crm_leaves_pending_subjects_out_and_counts_them():
    design = CRM((0.05, 0.12, 0.25, 0.4), 0.25)
    fit, without = design.fit("1NNN 2NPP"), design.fit("1NNN 2N")
    assert fit.pending_left_out == 2 and fit.p_tox.tolist() == without.p_tox.tolist()
    assert design.fit("1NNN 2NPP", weights=[1, 1, 1, 1, 0.5, 0.5]).pending_left_out == 0


def test_crm_before_the_first_subject_is_its_skeleton():
    fit = CRM((0.05, 0.12, 0.25, 0.4), 0.25).fit("")
    assert fit.p_tox == pytest.approx([0.05, 0.12, 0.25, 0.4], abs=1e-6) and fit.mtd == 3
    assert CRM((0.05, 0.12, 0.25, 0.4), 0.25).decide("").dose == 1


def test_rates_far_below_the_target_settle_on_the_highest_of_them():
    """Rates too small for floating point to tell apart are all as far from the target;
    the highest of them is nearest."""
    assert CRM((0.05, 0.12, 0.25, 0.4), 0.25, "logistic", 3.0).decide("4NNN").dose == 4
    design = CRM((0.5, 0.6, 0.7, 0.95), 0.25, "logistic", 3.0)
    p_tox = design.fit("1" + "N" * 60 + " 2" + "N" * 60).p_tox
    chosen = design.decide("1" + "N" * 60 + " 2" + "N" * 60).dose
    assert chosen > 1 and all(abs(p_tox[chosen - 1] - 0.25) <= abs(p - 0.25) for p in p_tox)


def test_a_crm_selects_among_the_levels_that_were_given():
    design = CRM((0.05, 0.12, 0.25, 0.4), 0.25)
    assert (
        design.fit("1NNN").mtd > 1
        and design.select("1NNN") == 1
        and design.select("1NNN 2NNP") == 2
        and design.select("") is None
    )
