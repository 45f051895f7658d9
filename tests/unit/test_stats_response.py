"""Responses of AML and ALL: published cases and the published wording restated as plain tables."""

from math import nan

import pytest
from shared import shared_cases

from stats.response import all_response, aml_response, cns_status, marrow_category

CASES = "response_criteria.json"
"""The file's definitions (methods *_definition) are wording, restated in the tests below."""


def inputs(case, *also):
    given = case["inputs"]
    return dict(
        marrow_blasts_pct=given["bm_blasts_pct"],
        baseline_marrow_blasts_pct=given["baseline_bm_blasts_pct"],
        circulating_blasts=given["pb_blasts_pct"],
        extramedullary=given["extramedullary"],
        anc_1e9_per_l=given["anc_1e9_L"],
        platelets_1e9_per_l=given["platelets_1e9_L"],
    ) | {key: given[key] for key in also}


@pytest.mark.parametrize("case", shared_cases(CASES, "aml_eln2022_case"))
def test_aml_cases(case, agrees):
    agrees(aml_response(**inputs(case, "marrow_adequate")), case["expected"]["response"], "response in AML")


@pytest.mark.parametrize("case", shared_cases(CASES, "all_response_case"))
def test_all_cases(case, agrees):
    agrees(
        all_response(**inputs(case), baseline_circulating_blasts=0, baseline_extramedullary=False),
        case["expected"]["response"],
        "response in ALL",
    )


@pytest.mark.parametrize("case", shared_cases(CASES, "marrow_category"))
def test_marrow_cases(case, agrees):
    blasts = case["inputs"]["bm_blasts_pct"]
    agrees(marrow_category(blasts), case["expected"]["category"], f"marrow with {blasts} % blasts")


@pytest.mark.parametrize("case", shared_cases(CASES, "cns_status"))
def test_cns_cases(case, agrees):
    given = case["inputs"]
    status = cns_status(
        csf_wbc_per_ul=given["csf_wbc_per_uL"], csf_blasts=given["csf_blasts"], csf_rbc_per_ul=given["csf_rbc_per_uL"]
    )
    agrees(
        status,
        case["expected"]["cns"],
        f"white cells {given['csf_wbc_per_uL']}, red cells {given['csf_rbc_per_uL']} per µL",
    )


def aml(marrow, anc, platelets, before=60, blood=0, disease=False, adequate=True):
    return aml_response(
        marrow_blasts_pct=marrow,
        baseline_marrow_blasts_pct=before,
        circulating_blasts=blood,
        extramedullary=disease,
        anc_1e9_per_l=anc,
        platelets_1e9_per_l=platelets,
        marrow_adequate=adequate,
    )


@pytest.mark.parametrize(
    "marrow, anc, platelets, response",
    [
        (4.9, 1.0, 100, "CR"),
        (0, 3.2, 250, "CR"),
        (0.5, 1.0, 100, "CR"),
        (3, 0.9, 120, "CRh"),
        (3, 0.5, 50, "CRh"),
        (3, 0.7, 60, "CRh"),
        (3, 0.4, 120, "CRi"),
        (3, 1.2, 49, "CRi"),
        (3, 0.4, 60, "MLFS"),
        (3, 0.1, 10, "MLFS"),
        (3, 0.9, 30, "MLFS"),
        (5, 1.0, 100, "PR"),
        (25, 1.5, 150, "PR"),
        (25.1, 1.5, 150, "No response"),
        (12, 0.9, 150, "No response"),
        (12, 1.5, 99, "No response"),
        (None, 1.0, 100, "Not evaluable"),
        (nan, 1.0, 100, "Not evaluable"),
        (3, None, 100, None),
        (3, 1.0, nan, None),
        (12, None, 99, "No response"),
        (12, None, 150, None),
        (30, None, None, "No response"),
    ],
)
def test_aml_after_one_marrow(marrow, anc, platelets, response):
    assert aml(marrow, anc, platelets) == response


def test_aml_elsewhere_and_adequacy():
    assert aml(3, 1.5, 150, blood=1) == "No response" and aml(3, 1.5, 150, disease=True) == "No response"
    assert aml(12, 1.5, 150, blood=2) == "No response"
    assert aml(3, 1.5, 150, blood=None) is None and aml(3, 1.5, 150, disease=None) is None
    assert aml(3, 0.1, 10, adequate=False) == "Not evaluable" and aml(3, 0.1, 10, adequate=None) is None
    assert (
        aml(12, 1.5, 150, before=20) == "No response"
        and aml(12, 1.5, 150, before=24) == "PR"
        and aml(12, 1.5, 150, before=None) is None
    )


def all_(marrow, anc=1.5, platelets=150, before=80, blood=0, blood_before=0, disease=False, disease_before=False):
    return all_response(
        marrow_blasts_pct=marrow,
        baseline_marrow_blasts_pct=before,
        circulating_blasts=blood,
        extramedullary=disease,
        anc_1e9_per_l=anc,
        platelets_1e9_per_l=platelets,
        baseline_circulating_blasts=blood_before,
        baseline_extramedullary=disease_before,
    )


@pytest.mark.parametrize(
    "response, given",
    [
        ("CR", dict(marrow=4.9, anc=1.0, platelets=100)),
        ("CRi", dict(marrow=4.9, anc=0.9)),
        ("CRi", dict(marrow=2, platelets=None, anc=0.2)),
        ("PR", dict(marrow=5)),
        ("PR", dict(marrow=25)),
        ("SD", dict(marrow=26)),
        ("SD", dict(marrow=25, before=40)),
        ("SD", dict(marrow=12, anc=0.8)),
        ("SD", dict(marrow=80)),
        ("SD", dict(marrow=62, before=50)),
        ("PD", dict(marrow=62.5, before=50)),
        ("PD", dict(marrow=3, disease=True)),
        ("SD", dict(marrow=3, disease=True, disease_before=True)),
        ("PR", dict(marrow=10, blood=5, blood_before=10)),
        ("SD", dict(marrow=10, blood=6, blood_before=10)),
        ("PD", dict(marrow=10, blood=12.5, blood_before=10)),
        ("PD", dict(marrow=10, blood=1)),
        (None, dict(marrow=None)),
        (None, dict(marrow=2, anc=None)),
        (None, dict(marrow=2, blood=None)),
        (None, dict(marrow=12, before=None)),
        (None, dict(marrow=30, blood=5, blood_before=None)),
        (None, dict(marrow=3, disease=True, disease_before=None)),
        ("CR", dict(marrow=2, before=None, blood_before=None, disease_before=None)),
    ],
)
def test_all_after_one_marrow(response, given):
    assert all_(**given) == response


def test_marrow_and_cns_at_their_edges():
    assert [marrow_category(value) for value in (0, 0.3, 4.9, 5, 25, 25.1, 100, None, nan)] == ["M1"] * 3 + [
        "M2"
    ] * 2 + ["M3"] * 2 + [None] * 2
    taps = [
        (0, False, 0),
        (40, False, 0),
        (4, True, 9),
        (4, True, 10),
        (5, True, 9),
        (None, True, 0),
        (3, None, 0),
        (5, True, 10),
    ]
    assert [cns_status(csf_wbc_per_ul=w, csf_blasts=b, csf_rbc_per_ul=r) for w, b, r in taps] == [
        "CNS1",
        "CNS1",
        "CNS2a",
        "CNS2b",
        "CNS3a",
        None,
        None,
        None,
    ]


def test_a_bloody_tap_is_compared_with_the_blood():
    """Blood of 50 ×10⁹/L white and 4 ×10¹²/L red cells: 1.25 white per 100 red; twice that is 2.5 per 100."""
    tap = dict(csf_blasts=True, csf_rbc_per_ul=1000, blood_wbc_1e9_per_l=50, blood_rbc_1e12_per_l=4)
    assert cns_status(csf_wbc_per_ul=25, **tap) == "CNS2c" and cns_status(csf_wbc_per_ul=26, **tap) == "CNS3b"
    assert cns_status(csf_wbc_per_ul=None, csf_blasts=None, csf_rbc_per_ul=None, clinical_signs=True) == "CNS3c"


@pytest.mark.parametrize(
    "call, what",
    [
        (lambda: aml(101, 1, 100), "101"),
        (lambda: aml(3, -1, 100), "anc"),
        (lambda: aml(3, 1, -5), "platelets"),
        (lambda: aml(3, 1, 100, disease="no"), "extramedullary"),
        (lambda: all_(3, blood=-1), "circulating"),
        (lambda: marrow_category(-1), "-1"),
        (lambda: cns_status(csf_wbc_per_ul=-3, csf_blasts=True, csf_rbc_per_ul=0), "csf_wbc"),
    ],
)
def test_impossible_input_is_named(call, what):
    with pytest.raises(ValueError, match=what):
        call()
