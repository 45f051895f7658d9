"""Rules around designs where they change the answer, on both sides of their limits."""

import by_integration
import pytest

from stats.escalation import (
    BOIN,
    CRM,
    MTPI2,
    Keyboard,
    RollingSix,
    ThreePlusThree,
    dont_skip,
    selects_the_highest,
    stop_at,
    stop_when_too_toxic,
)

SKELETON, TARGET = (0.05, 0.1, 0.25, 0.4, 0.6), 0.25
CLOSE = 0.002
"""How far from P(DLT rate > threshold) the confidence is set, to either side."""

OWN_SUBJECTS = [
    (BOIN(0.3, 3), 1, 0.3, "1NTT"),
    (BOIN(0.3, 3), 2, 0.3, "1NNN 2NTT"),
    (BOIN(0.3, 3), "any", 0.33, "1NNN 2NNTTT"),
    (Keyboard(0.25, 3), 1, 0.2, "1NNT"),
    (MTPI2(0.3, 3), "any", 0.3, "1NNT 2NTT"),
    (RollingSix(3), 1, 0.2, "1NNT"),
    (ThreePlusThree(3), 2, 0.25, "1NNN 2NNT"),
    (BOIN(0.25, 3), 1, 0.25, "1NNNT 2NNN"),
]


def both_sides(agrees, design, at, threshold, outcomes, chance, source, **settings):
    """Stopped without a dose where the confidence is just reached, left to the design where it is just missed;
    the design alone goes on."""
    assert design.decide(outcomes).action != "stop"
    for confidence in (round(chance - CLOSE, 4), round(chance + CLOSE, 4)):
        decision = stop_when_too_toxic(design, at, threshold, confidence, **settings).decide(outcomes)
        said = (
            f"{design.name}, {outcomes}: "
            f"P(DLT rate > {threshold}) at level {at} is {chance:.4f}, confidence {confidence:g}"
        )
        agrees(
            decision.action == "stop" and decision.dose is None,
            chance >= confidence,
            f"{said}: stops without a dose",
            source=source,
        )
        assert decision.action == "stop" or decision == design.decide(outcomes)


@pytest.mark.parametrize(
    "design, at, threshold, outcomes", OWN_SUBJECTS, ids=[f"{case[0].name} {case[3]}" for case in OWN_SUBJECTS]
)
def test_too_toxic_by_each_levels_own_subjects(design, at, threshold, outcomes, agrees):
    levels = {word[0]: word[1:] for word in outcomes.split()}
    chances = {
        int(level): by_integration.mass(len(seen), seen.count("T"), threshold, 1) for level, seen in levels.items()
    }
    chance = max(chances.values()) if at == "any" else chances[at]
    both_sides(agrees, design, at, threshold, outcomes, chance, "numerical integration of the likelihood")


@pytest.mark.parametrize(
    "at, outcomes", [(1, "1NTT"), (1, "2TTT 1NTT"), (2, "1NNN 2NTT"), (1, "1NNN 2NNN 3TTT 3TTT"), ("any", "1NNN 2NNT")]
)
@pytest.mark.parametrize("model", ["empiric", "logistic"])
def test_too_toxic_by_the_model(model, at, outcomes, agrees):
    """The CRM's probability is that of its limits: beta is taken for normal
    with its posterior mean and standard deviation."""
    integrated = by_integration.Crm(SKELETON, outcomes, model)
    chance = max(integrated.above_by_normal(level, 0.35) for level in (range(1, 6) if at == "any" else [at]))
    both_sides(
        agrees,
        CRM(SKELETON, TARGET, model),
        at,
        0.35,
        outcomes,
        chance,
        "numerical integration of the posterior of beta, then of the normal density",
    )


@pytest.mark.parametrize("outcomes", ["1TT", "1NTT", "1NTTT", "2TTT 1NTT", "1NNN 2TTTTTT"])
@pytest.mark.parametrize("model", ["empiric", "logistic"])
def test_too_toxic_by_the_whole_posterior_of_the_model(model, outcomes, agrees):
    """The safety stop of a trial's CRM: P(rate at the lowest level > target), beta not taken for normal."""
    chance = by_integration.Crm(SKELETON, outcomes, model).above(1, TARGET)
    design, source = CRM(SKELETON, TARGET, model), "numerical integration of the posterior of beta"
    both_sides(agrees, design, 1, TARGET, outcomes, chance, source, exact=True)
    assert design.fit(outcomes).p_over_target[0] == pytest.approx(chance, abs=1e-6)


@pytest.mark.parametrize("outcomes", ["1TTT", "1TTTTTT", "1NTTTTT", "1NNN 2TTTTTT 1TTT"])
def test_a_crm_that_never_stops_stays_where_its_safety_stop_stops(outcomes):
    alone = CRM(SKELETON, TARGET)
    assert alone.decide(outcomes).verdict == ("stay", 1)
    guarded = stop_when_too_toxic(dont_skip(alone), 1, TARGET, 0.90, exact=True)
    assert guarded.decide(outcomes).verdict == ("stop", None) and guarded.decide("1NNN 2NNT").action != "stop"
    assert "P(DLT rate at dose level 1 > 25 %)" in guarded.decide(outcomes).reason


def test_the_whole_posterior_is_that_of_the_level_for_designs_without_a_model():
    design = BOIN(0.3, 3)
    exact, usual = (stop_when_too_toxic(design, 1, 0.3, 0.8, exact=way) for way in (True, False))
    assert exact.decide("1NTT").verdict == usual.decide("1NTT").verdict == ("stop", None)
    assert by_integration.mass(3, 2, 0.3, 1) > 0.8


def test_the_confidence_is_reached_where_it_is_equal(agrees):
    for confidence, stops in ((0.75, True), (0.7500001, False)):
        decision = stop_when_too_toxic(BOIN(0.3, 3), 1, 0.5, confidence).decide("1T")
        agrees(
            decision.action == "stop",
            stops,
            f"BOIN, 1T: P(DLT rate > 0.5) at level 1 is 0.75, confidence {confidence:g}: stops",
            source="closed form: 1 - 0.5 squared",
        )


NEXT = [
    ("1NNN", 3, "escalate", 2),
    ("1NNN 2NTT", 6, "de-escalate", 1),
    ("1NNN 2NNT", 6, "stay", 2),
    ("1NNN 2NNT 2NNN", 9, "escalate", 3),
    ("1T", 1, "stay", 1),
]


@pytest.mark.parametrize("outcomes, enrolled, action, dose", NEXT, ids=[case[0] for case in NEXT])
def test_stopped_at_the_number_planned_with_the_dose_that_would_come_next(outcomes, enrolled, action, dose, agrees):
    source = (
        "subjects counted by hand; the next level by BOIN's limits for target 0.3: "
        "of 3 up at 0 and down from 2, of 6 up at 1"
    )
    for planned, expected in ((enrolled, "stop"), (enrolled + 1, action)):
        decision = stop_at(BOIN(0.3, 4), planned).decide(outcomes)
        agrees(
            [decision.action, decision.dose],
            [expected, dose],
            f"BOIN, {outcomes}, at most {planned} subjects: action and level",
            source=source,
        )


JUMPS = [
    ("1NNN", False),
    ("1NN 2NN 3NN", False),
    ("1NNN 2NNN", False),
    ("3NNN 4TTT", False),
    ("1N 4TTT", True),
    ("1NNN 5TTT", True),
    ("2NNN 5TTT", False),
    ("1NNT 2NNN", False),
]


@pytest.mark.parametrize("outcomes, down", JUMPS, ids=[f"{text}{', down too' if down else ''}" for text, down in JUMPS])
def test_no_level_is_skipped_where_the_model_alone_would(outcomes, down, agrees):
    design, current = CRM(SKELETON, TARGET), int(outcomes.split()[-1][0])
    alone = by_integration.Crm(SKELETON, outcomes).nearest(TARGET)
    expected = max(min(alone, current + 1), current - 1 if down else 1)
    source = "numerical integration of the posterior of beta; then at most one level"
    agrees(design.decide(outcomes).dose, alone, f"CRM alone, {outcomes}: level", source=source)
    agrees(
        dont_skip(design, when_deescalating=down).decide(outcomes).dose,
        expected,
        f"CRM, no level skipped{', down too' if down else ''}, {outcomes}: level",
        source=source,
    )


def test_these_cases_hold_jumps_up_and_down_and_none():
    jumps = [by_integration.Crm(SKELETON, text).nearest(TARGET) - int(text.split()[-1][0]) for text, _ in JUMPS]
    assert (
        max(jumps) > 1 and min(jumps) < -1 and min(map(abs, jumps)) <= 1 and sum(abs(jump) > 1 for jump in jumps) >= 4
    ), jumps


@pytest.mark.parametrize("design, outcomes", [(ThreePlusThree(3), "1NNN 2NNP"), (RollingSix(3), "1NNNNPP")])
def test_a_full_trial_still_waits_for_the_pending(design, outcomes):
    decision = stop_at(design, 6).decide(outcomes)
    assert (decision.action, decision.dose) == ("suspend", None) and decision.reason.startswith(
        "6 subjects are enrolled, 6 were planned"
    )


@pytest.mark.parametrize(
    ("outcomes", "selected"),
    [
        ("1NNN 2NNN 3NNNNNN", True),
        ("1NNN 2NNN 3NNNNNT", True),
        ("1NNN 2NNN 3NNNNN", False),
        ("1NNN 2NNN 3NNNNNNP", False),
        ("1NNNNNN 2NNNNNN 3NNNNTT", True),
        ("1NNN 2NNN", False),
    ],
)
@pytest.mark.parametrize("design", [BOIN(0.3, 3), CRM((0.1, 0.2, 0.3), 0.3)], ids=lambda design: design.name)
def test_the_highest_level_is_said_to_be_selected_from_six_evaluated_on(design, outcomes, selected):
    """The decision is the design's own; while a subject is pending nothing is said of a selection."""
    decision = selects_the_highest(design, 6).decide(outcomes)
    assert decision.verdict == design.decide(outcomes).verdict and not design.decide(outcomes).selected
    assert decision.selected == (selected and decision.verdict == ("stay", 3))
    if design.name == "BOIN":
        assert decision.selected == selected
    words = "dose level 3 would be selected: it is the highest planned dose, 6 or more are evaluable there"
    assert (words in decision.reason.lower()) == decision.selected
