"""3+3 and Rolling Six against the escalation package and the published table."""

import pytest
from shared import shared_cases

from stats.escalation import Outcomes, RollingSix, ThreePlusThree


@pytest.mark.parametrize("case", shared_cases("rolling_six.json", "rolling_six"))
def test_rolling_six_published_table(case, agrees):
    given = case["inputs"]
    state = "2" + "T" * given["with_dlt"] + "N" * given["without_dlt"] + "P" * given["pending"]
    decision = RollingSix(4).decide(f"1NNN {state}").action.replace("stay", "same")
    agrees(
        decision,
        case["expected"]["decision"],
        f"{given['with_dlt']} with DLT, {given['without_dlt']} without, {given['pending']} pending",
    )


PUBLISHED_ROLLING_SIX = """
0-5 0 0 stay; 6 0 0 suspend; 1-5 1 0 stay; 6 1 0 suspend; 2-5 2 0 stay; 6 2 0 suspend;
3 3 0 escalate; 4-5 3 0 stay; 6 3 0 suspend; 4 4 0 escalate; 5 4 0 stay; 6 4 0 suspend; 5 5 0 escalate; 6 5 0 escalate;
1-5 1-5 1 stay; 6 1-3 1 suspend; 6 4 1 suspend; 6 5 1 suspend; 6 6 1 escalate;
2-6 2-6 2 de-escalate; 1-6 1-6 3 de-escalate
"""
"""JAMA Netw Open 2020;3(5):e204787, table 2, column Rolling 6: enrolled, evaluable, DLT, decision.
6 of 6 without DLT is left out there."""


def published_rows():
    def span(text):
        low, _, high = text.partition("-")
        return range(int(low), int(high or low) + 1)

    for row in PUBLISHED_ROLLING_SIX.replace("\n", " ").split(";"):
        enrolled, evaluated, dlt, decision = row.split()
        for n in span(enrolled):
            for known in span(evaluated):
                if known <= n and int(dlt) <= known:
                    yield n, known, int(dlt), decision


def test_rolling_six_covers_every_published_row(agrees):
    table = RollingSix(5).table()
    table["evaluated"] = table.with_dlt + table.without_dlt
    ours = table.set_index(["enrolled", "evaluated", "with_dlt"]).decision.to_dict()
    published = {(n, known, dlt): decision for n, known, dlt, decision in published_rows() if n}
    for enrolled in range(1, 7):
        states = sorted(state for state in published if state[0] == enrolled)
        agrees(
            [ours[state] for state in states],
            [published[state] for state in states],
            f"{enrolled} enrolled: decisions for every evaluated and DLT count",
            source="JAMA Netw Open 2020;3(5):e204787, table 2, column Rolling 6",
        )
    left_out = {state: decision for state, decision in ours.items() if state not in published and state[2] < 4}
    assert left_out == {(6, 6, 0): "escalate"}
    assert all(decision == "de-escalate" for state, decision in ours.items() if state[2] >= 2)


@pytest.mark.parametrize(
    "outcomes, dose, action",
    [
        ("", 1, "stay"),
        ("1NNN", 2, "escalate"),
        ("1NNP", 1, "stay"),
        ("1NNPPPP", None, "suspend"),
        ("1NNNNNP", 2, "escalate"),
        ("1NNN 2NTT", 1, "de-escalate"),
        ("1NNNNNN 2NTT", 1, "stop"),
        ("1NNNNNP 2NTT", None, "suspend"),
        ("1NNNPPP 2NTT", None, "suspend"),
        ("1NNTNNP 2TT", None, "suspend"),
        ("1NNN 2NTT 1NNT", 1, "stop"),
        ("1NNN 2NTT 1NTT", None, "stop"),
        ("1TT", None, "stop"),
        ("2TT", 1, "de-escalate"),
        ("1NNN 2NNN", 2, "stay"),
        ("1NNN 2NNNNN", 2, "stay"),
        ("1NNN 2NNNNNT", 2, "stop"),
        ("1NNN 2NTT 1NN", 1, "stay"),
        ("1NNN 2NTT 1N", 1, "stay"),
    ],
)
def test_rolling_six_of_two_levels(outcomes, dose, action):
    decision = RollingSix(2).decide(outcomes)
    assert (decision.dose, decision.action) == (dose, action), decision.reason


PACKAGE = shared_cases("three_plus_three.json", "three_plus_three")
AT_ONCE = {"esc-three_plus_three-024", "esc-three_plus_three-037"}
"""Here the package waits for the cohort of three although two DLTs are known, and this project does not, by choice:
no cases of the record."""


def three_plus_three(case):
    (settings,) = case["inputs"]["design"]
    return ThreePlusThree(settings["num_doses"], settings.get("allow_deescalate", False)).decide(
        case["inputs"]["outcomes"]
    )


@pytest.mark.parametrize("case", [case for case in PACKAGE if case.id not in AT_ONCE])
def test_three_plus_three_agrees_with_the_escalation_package(case, agrees):
    outcomes, expected, decision = case["inputs"]["outcomes"], case["expected"], three_plus_three(case)
    agrees(decision.dose, expected["recommended_dose"], f"{outcomes}: recommended level")
    agrees(decision.action != "stop", expected["continue"], f"{outcomes}: goes on")


@pytest.mark.parametrize("case", [case for case in PACKAGE if case.id in AT_ONCE | {"absent"}])
def test_the_second_dlt_counts_at_once_where_the_package_waits_for_the_cohort(case):
    outcomes, decision = Outcomes.parse(case["inputs"]["outcomes"]), three_plus_three(case)
    assert (case["expected"]["recommended_dose"], case["expected"]["continue"]) == (outcomes.level, True)
    assert (decision.dose, decision.action) == (outcomes.level - 1, "stop")


def test_these_are_all_the_cases_in_which_the_package_waits_though_two_dlts_are_known():
    known = [
        (case.id, Outcomes.parse(case.values[0]["inputs"]["outcomes"]))
        for case in PACKAGE
        if case.id != "absent" and "incomplete_cohort" in case.values[0]["tags"]
    ]
    assert {name for name, outcomes in known if outcomes.dlt_at(outcomes.level) >= 2} == (AT_ONCE if known else set())


@pytest.mark.parametrize(
    "deescalate, outcomes, dose, action",
    [
        (False, "1NNP", None, "suspend"),
        (False, "1NP", 1, "stay"),
        (False, "1TTP", None, "stop"),
        (False, "1NNT 1NNP", None, "suspend"),
        (False, "1NNT 1NP", 1, "stay"),
        (False, "1NTP", None, "suspend"),
        (True, "1NNN 2TT", 1, "de-escalate"),
        (True, "1NNT 1NNN 2TTN", 1, "stop"),
        (True, "1NNN 2NTT 1NNP", None, "suspend"),
        (True, "1NNN 2NNT 2TTT 1NNN", 1, "stop"),
        (False, "1NNN 1NNT 2NTT", 1, "stop"),
    ],
)
def test_three_plus_three_with_pending_subjects_and_closed_levels(deescalate, outcomes, dose, action):
    decision = ThreePlusThree(3, deescalate).decide(outcomes)
    assert (decision.dose, decision.action) == (dose, action), decision.reason
