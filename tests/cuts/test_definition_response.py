"""Response by blasts and counts as SQL derives it, against stats over a full grid and against published cases."""

from __future__ import annotations

import sys
from itertools import product

import pandas
import pytest
from building import building
from drawn_responses import TERMS, delivery
from faults import Fault, is_found
from shared import shared_cases

from stats.response import all_response, aml_response

CASES = "response_criteria.json"
PUBLISHED = [
    case.values[0]
    for method in ("aml_eln2022_case", "all_response_case")
    for case in shared_cases(CASES, method)
    if case.values[0]
]
GRID = list(
    product(
        ("ALL", "AML"),
        (0, 4.9, 5, 12, 25, 25.1, 70),
        (None, 20, 60),
        (0, 5, 30),
        (None, 10, 40),
        (0.49, 0.5, 0.99, 1),
        (49, 50, 99, 100),
    )
)
"""Disease, marrow blasts and their baseline, blasts in blood and theirs (%), neutrophils and platelets (10^9/L)."""
CLASSES = {"No response": "NR", "SD": "NR"}
"""What SQL does not tell apart: no response and stable disease."""


def published(case):
    given = case["inputs"]
    values = [given[name] for name in ("bm_blasts_pct", "baseline_bm_blasts_pct", "pb_blasts_pct")]
    disease = "AML" if case["method"].startswith("aml") else "ALL"
    return disease, *values, 0, given["anc_1e9_L"], given["platelets_1e9_L"]


SUBJECTS = {f"grid-{n}": case for n, case in enumerate(GRID)} | {case["id"]: published(case) for case in PUBLISHED}


def measurements(subject, case):
    """Rows of LB: baseline on the day of the first infusion, the rest up to a week around the assessment of 1 April."""
    _, marrow, before, blood, blood_before, anc, platelets = case
    values = [
        ("2007-03-01", "BLASTLE", "BONE MARROW", before),
        ("2007-03-01", "BLASTLE", "BLOOD", blood_before),
        ("2007-04-01", "BLASTLE", "BONE MARROW", marrow),
        ("2007-04-02", "BLASTLE", "BLOOD", blood),
        ("2007-03-30", "NEUT", "BLOOD", anc),
        ("2007-04-08", "PLAT", "BLOOD", platelets),
    ]
    return [(subject, *value) for value in values if value[-1] is not None]


@pytest.fixture(scope="module")
def made(trial):
    """Every case of the grid and every published one as a subject of its own, in one cut."""
    one = {
        name: frame.iloc[0].to_dict()
        for name, frame in delivery(
            "id disease arm start\n0 ALL A130 2007-03-01", "id day response evaluator\n0 30 CR ."
        ).items()
    }
    frames = {
        name: pandas.DataFrame([one[name] | {"USUBJID": subject} for subject in SUBJECTS])
        for name in ("dm", "ex", "mh")
    }
    frames["mh"]["MHTERM"] = [TERMS[case[0]] for case in SUBJECTS.values()]
    frames["rs"] = pandas.DataFrame([one["rs"] | {"USUBJID": subject, "RSDTC": "2007-04-01"} for subject in SUBJECTS])
    rows = [row for subject, case in SUBJECTS.items() for row in measurements(subject, case)]
    lab = pandas.DataFrame(rows, columns=["USUBJID", "LBDTC", "LBTESTCD", "LBSPEC", "LBSTRESN"])
    units = lab["LBTESTCD"].map({"BLASTLE": "%"}).fillna("10^9/L")
    frames["lb"] = lab.assign(LBSEQ=range(len(lab)), LBSTRESC=lab["LBSTRESN"].astype(str), LBSTRESU=units)
    return building(frames, trial)


def derived(made):
    """Subject → the response by blasts and counts, missing as None."""
    asked = made.ask("response_assessments")
    return {row.USUBJID: None if pandas.isna(row.DERRESP) else row.DERRESP for row in asked.itertuples()}


def criteria(case):
    disease, marrow, before, blood, blood_before, anc, platelets = case
    given = dict(
        marrow_blasts_pct=marrow,
        baseline_marrow_blasts_pct=before,
        circulating_blasts=blood,
        extramedullary=False,
        anc_1e9_per_l=anc,
        platelets_1e9_per_l=platelets,
    )
    answer = (
        aml_response(**given) if disease == "AML" else all_response(**given, baseline_circulating_blasts=blood_before)
    )
    return CLASSES.get(answer, answer)


def of_the_grid(made, disease):
    """(found, expected) over the grid of one disease."""
    found = derived(made)
    own = {name: criteria(case) for name, case in SUBJECTS.items() if name.startswith("grid-") and case[0] == disease}
    return {name: found[name] for name in own}, own


def test_response_in_aml_is_that_of_stats_over_a_full_grid(made):
    found, expected = of_the_grid(made, "AML")
    assert found == expected and set(found.values()) == {"CR", "CRh", "CRi", "MLFS", "PR", "NR", None}


def test_response_in_all_is_that_of_stats_over_a_full_grid(made):
    found, expected = of_the_grid(made, "ALL")
    assert found == expected and set(found.values()) == {"CR", "CRi", "PR", "NR", "PD", None}


@pytest.mark.parametrize("case", shared_cases(CASES, "aml_eln2022_case"))
def test_published_responses_in_aml_come_out_of_the_sql(made, case, agrees):
    expected = case["expected"]["response"]
    agrees(derived(made)[case["id"]], CLASSES.get(expected, expected), "response by blasts and counts")


@pytest.mark.parametrize("case", shared_cases(CASES, "all_response_case"))
def test_published_responses_in_all_come_out_of_the_sql(made, case, agrees):
    expected = case["expected"]["response"]
    agrees(derived(made)[case["id"]], CLASSES.get(expected, expected), "response by blasts and counts")


def test_the_agreement_with_the_investigator_is_by_class(made):
    """Every investigator says CR here."""
    asked = made.ask("response_assessments")
    classes = {None: None, "CR": "AGREES WITH COUNTS"}
    for row in asked.itertuples():
        found = None if pandas.isna(row.DERRESP) else row.DERRESP
        agreement = None if pandas.isna(row.AGREECD) else row.AGREECD
        assert agreement == classes.get(found, "DIFFERS FROM COUNTS")


FAULTS = [
    Fault("aml-response", "adrs", "b.BLASTBM < 5 then\n", "b.BLASTBM <= 5 then\n"),
    Fault("aml-response", "adrs", "b.ANC >= 1 and b.PLAT >= 100", "b.ANC > 1 and b.PLAT >= 100"),
    Fault("aml-response", "adrs", "b.PLAT >= 50 then 'CRh'", "b.PLAT > 50 then 'CRh'"),
    Fault("aml-response", "adrs", "b.BLASTBM > 25 then 'NR'", "b.BLASTBM >= 25 then 'NR'"),
    Fault("aml-response", "labrole", "then contains(upper(lb.LBSPEC), 'MARROW')", "then true"),
    Fault("all-response", "adrs", "b.BLASTBM >= 1.25 * marrow.BASE", "b.BLASTBM > 2.25 * marrow.BASE"),
    Fault("all-response", "adrs", "b.BLASTPB >= 1.25 * blood.BASE", "b.BLASTPB >= 4 * blood.BASE"),
    Fault("all-response", "adrs", "b.BLASTBM < 5 and b.BLASTPB = 0", "b.BLASTBM < 5"),
    Fault("all-response", "adrs", "not RECOVERED or b.BLASTBM > marrow.BASE / 2\n", "not RECOVERED\n"),
    Fault("all-response", "adrs", "abs(m.ADT - f.RSDT) <= 7", "abs(m.ADT - f.RSDT) <= 6"),
    Fault("all-response", "response_assessments", "when DERRESP = CLASS", "when DERRESP <> CLASS"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_in_the_sql_fails_the_methods_own_tests(made, fault):
    assert is_found(fault, made, sys.modules[__name__])
