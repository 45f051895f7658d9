"""Body surface area and doxorubicin equivalents: against R's admiral, the guideline's table, and plain arithmetic."""

from math import isnan, nan, sqrt

import numpy
import pytest
from shared import shared_cases

from stats.anthracycline import FACTORS, HIGH_RISK_MG_PER_M2, cumulative, doxorubicin_equivalent, factor
from stats.body import FORMULAS, surface_area

EQUIVALENCE = "anthracycline_equivalence.json"
"""Its records of the older COG rule and of Feijen 2015 are history, not in use here."""


@pytest.mark.parametrize("case", shared_cases("bsa.json", "bsa"))
def test_surface_area_agrees_with_admiral(case, agrees):
    given = case["inputs"]
    area = surface_area(given["height_cm"], given["weight_kg"], formula=given["formula"])
    agrees(
        area, case["expected"]["bsa_m2"], f"{given['formula']}, {given['height_cm']} cm, {given['weight_kg']} kg: m²"
    )


def test_mosteller_is_the_root_of_the_product_and_all_formulas_are_near_it():
    assert surface_area(120, 23) == pytest.approx(sqrt(120 * 23 / 3600))
    for formula in FORMULAS:
        assert surface_area(120, 23, formula=formula) == pytest.approx(0.875, abs=0.05)


@pytest.mark.parametrize("formula", FORMULAS)
def test_surface_area_over_arrays_keeps_missing_values(formula):
    areas = surface_area(numpy.array([75, nan, 150]), numpy.array([10, 20, nan]), formula=formula)
    assert areas[0] == pytest.approx(surface_area(75, 10, formula=formula)) and isnan(areas[1]) and isnan(areas[2])
    assert isnan(surface_area(None, 10, formula=formula))


@pytest.mark.parametrize(
    "call, what",
    [
        (lambda: surface_area(1.2, 23), "metres"),
        (lambda: surface_area(120, 0), "weight_kg"),
        (lambda: surface_area(-120, 23), "-120"),
        (lambda: surface_area(120, 23, formula="magic"), "magic"),
    ],
)
def test_impossible_size_is_named(call, what):
    with pytest.raises(ValueError, match=what):
        call()


@pytest.mark.parametrize(
    "case", shared_cases(EQUIVALENCE, "dox_equivalence_factor") + shared_cases(EQUIVALENCE, "annamycin_factor")
)
def test_factors(case, agrees):
    agrees(factor(case["inputs"]["agent"]), case["expected"]["factor"], f"factor of {case['inputs']['agent']}")


@pytest.mark.parametrize("case", shared_cases(EQUIVALENCE, "dox_equivalent_dose"))
def test_doses(case, agrees):
    agent, dose = case["inputs"]["agent"], case["inputs"]["dose_mg_m2"]
    agrees(
        doxorubicin_equivalent(agent, dose),
        case["expected"]["doxorubicin_equivalent_mg_m2"],
        f"{dose} mg/m² of {agent} as doxorubicin, mg/m²",
    )


@pytest.mark.parametrize("case", shared_cases(EQUIVALENCE, "high_risk_threshold"))
def test_high_risk_threshold(case, agrees):
    agrees(
        HIGH_RISK_MG_PER_M2,
        case["expected"]["planned_cumulative_doxorubicin_equivalent_mg_m2_ge"],
        "high risk from, mg/m²",
    )


def test_agents_are_read_as_they_are_delivered():
    assert factor("DAUNORUBICIN HYDROCHLORIDE") == 0.6 and factor(" Mitoxantrone") == 10.5
    assert isnan(factor("L-Annamycin")) and isnan(factor("liposomal annamycin"))
    assert factor("doxorubicin") == 1 and set(FACTORS) == {
        "doxorubicin",
        "daunorubicin",
        "epirubicin",
        "idarubicin",
        "mitoxantrone",
    }
    assert factor("annamycin", {**FACTORS, "annamycin": 0.3}) == 0.3


def test_cumulative_names_what_it_cannot_add():
    total = cumulative([("Daunorubicin", 180), ("mitoxantrone", 36), ("annamycin", 390), ("idarubicin", None)])
    assert total.doxorubicin_equivalent_mg_per_m2 == pytest.approx(180 * 0.6 + 36 * 10.5)
    assert total.without_factor == ("annamycin",) and total.without_dose == ("idarubicin",)
    assert cumulative([]).doxorubicin_equivalent_mg_per_m2 == 0
    assert isnan(doxorubicin_equivalent("daunorubicin", nan))


@pytest.mark.parametrize(
    "call, what",
    [
        (lambda: factor("vincristine"), "vincristine"),
        (lambda: factor("liposomal daunorubicin"), "liposomal"),
        (lambda: doxorubicin_equivalent("doxorubicin", -5), "negative"),
        (lambda: cumulative([("cytarabine", 100)]), "cytarabine"),
        (lambda: doxorubicin_equivalent("vincristine", 3), "vincristine"),
    ],
)
def test_impossible_anthracycline_is_named(call, what):
    with pytest.raises(ValueError, match=what):
        call()
