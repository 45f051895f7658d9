"""3+3 and Rolling Six with more subjects than they foresee, with pending that could close a level, and at the top."""

from itertools import combinations_with_replacement

import pytest

from stats.escalation import Outcomes, RollingSix, ThreePlusThree

BY_RULE = [ThreePlusThree(3), ThreePlusThree(3, deescalate=True), RollingSix(3)]
CAUTION = ("escalate", "stay", "suspend", "de-escalate", "stop")
"""From the least to the most cautious."""


def ids(design):
    return f"{design.name}{' with de-escalation' if getattr(design, 'deescalate', False) else ''}"


@pytest.mark.parametrize("design", BY_RULE, ids=ids)
@pytest.mark.parametrize("enrolled", [7, 8, 10])
def test_every_state_beyond_six_is_answered(design, enrolled):
    """Two DLTs close the level; fewer, with pending that could make two, wait; else as with six evaluated."""
    for results in combinations_with_replacement("NTP", enrolled):
        dlt, pending = results.count("T"), results.count("P")
        decision = design.decide(f"1NNNNNN 2{''.join(results)}")
        if dlt >= 2:
            expected = (1, "stop")
        elif dlt + pending >= 2:
            expected = (None, "suspend")
        else:
            evaluated_six = "N" * (6 - dlt) + "T" * dlt
            expected = (3, "escalate")
            assert design.decide(f"1NNNNNN 2{evaluated_six}").verdict == ("escalate", 3)
        assert (decision.dose, decision.action) == expected, "".join(results)
        assert (
            f"{enrolled} subjects at dose level 2 are evaluable or pending, more than the 6 that the design foresees"
            in decision.reason
        )


@pytest.mark.parametrize("design", BY_RULE, ids=ids)
def test_a_level_below_with_more_than_six_is_named_too(design):
    decision = design.decide("1NNNNNNNN 2NNN")
    assert decision.verdict == ("escalate", 3) and "8 subjects at dose level 1" in decision.reason
    assert "more than the 6" not in design.decide("1NNNNNN 2NNN").reason


@pytest.mark.parametrize(
    ("design", "outcomes", "dose", "action"),
    [
        (RollingSix(3), "1NPP 2NNN", None, "suspend"),
        (RollingSix(3), "1NNP 2NNN", 3, "escalate"),
        (RollingSix(3), "1NTT 2NNN", None, "stop"),
        (RollingSix(3), "1NNN 2NNNNNPP 3TT", None, "suspend"),
        (RollingSix(3), "1NNNNNPP 2NNN 3TT", None, "suspend"),
        (RollingSix(3), "1NPP 2TT", 1, "de-escalate"),
        (ThreePlusThree(3), "1NPP 2NNN", None, "suspend"),
        (ThreePlusThree(3), "1NPP 2TT", None, "suspend"),
        (ThreePlusThree(3), "1NNP 2TT", 1, "stop"),
        (ThreePlusThree(3, deescalate=True), "1NPP 2TT", 1, "de-escalate"),
        (ThreePlusThree(3, deescalate=True), "1NNNNTPP 2TT", None, "suspend"),
        (ThreePlusThree(3, deescalate=True), "1NNNNNNP 2TT", 1, "stop"),
    ],
)
def test_pending_that_could_close_a_level_hold_what_rests_on_it(design, outcomes, dose, action):
    decision = design.decide(outcomes)
    assert (decision.dose, decision.action) == (dose, action), decision.reason


def test_six_enrolled_and_five_pending_wait():
    assert RollingSix(6).decide("1PPPPPP").verdict == ("suspend", None)
    assert RollingSix(6).decide("1NPPPPP").verdict == ("suspend", None)
    assert RollingSix(6).decide("1PPPPP").verdict == ("stay", 1)


def test_no_unknown_makes_rolling_six_bolder_than_its_worst_or_shyer_than_its_best():
    """States of two levels with up to seven and four subjects, one pending at a time with a DLT, or none."""
    design, asked = RollingSix(3), 0
    for first in _states(7):
        for second in ("", *_states(4)):
            text = f"1{first} 2{second}" if second else f"1{first}"
            unknown = CAUTION.index(design.decide(text).action)
            for level, results in (("1", first), ("2", second)):
                if "P" in results:
                    worst, best = (text.replace(level + results, level + results.replace("P", r, 1)) for r in "TN")
                    assert CAUTION.index(design.decide(worst).action) >= unknown, (text, worst)
                    then = design.decide(best)
                    assert then.action == "stop" and then.dose or CAUTION.index(then.action) <= unknown, (text, best)
                    asked += 1
    assert asked > 3000


def _states(most: int) -> list[str]:
    return ["".join(results) for n in range(1, most + 1) for results in combinations_with_replacement("NTP", n)]


# --- the highest planned level --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("design", "outcomes"),
    [
        (RollingSix(2), "1NNN 2NNNNNN"),
        (RollingSix(2), "1NNN 2NNNNNT"),
        (RollingSix(2), "1NNN 2NNNNNNT"),
        (ThreePlusThree(2, six_at_highest=True), "1NNN 2NNNNNN"),
        (ThreePlusThree(2), "1NNN 2NNN"),
        (ThreePlusThree(2, deescalate=True), "1NNN 2NNTNNN"),
    ],
)
def test_at_the_highest_level_no_mtd_is_reached(design, outcomes):
    decision = design.decide(outcomes)
    assert decision.verdict == ("stop", 2) and not decision.mtd_reached
    assert (
        "the maximum tolerated dose is not reached; dose level 2 is the highest dose studied and was tolerated"
        in decision.reason
    )


def test_below_a_closed_level_the_mtd_is_reached():
    decision = RollingSix(3).decide("1NNN 2NNNNNN 3TT")
    assert decision.verdict == ("stop", 2) and decision.mtd_reached and "not reached" not in decision.reason
    assert not RollingSix(3).decide("1TT").mtd_reached and not RollingSix(3).decide("1NNN").mtd_reached


def test_the_range_of_a_design_without_a_convention():
    from stats.escalation import BOIN

    assert BOIN(0.3, 3).decide("1NNN 2NNP").answers == (("escalate", 3), ("stay", 2))
    assert BOIN(0.3, 3).decide("1NNN 2TTTP").answers == () == RollingSix(3).decide("1NNNPPP").answers
    assert Outcomes.parse("1NNP").pending == 1
