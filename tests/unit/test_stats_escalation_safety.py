"""What must hold whatever happens: random trials through every design, pending subjects,
wrapped rules, impossible input."""

from functools import cache, lru_cache

import numpy
import pytest
from scipy.stats import beta

from stats.escalation import (
    BOIN,
    CRM,
    MTPI2,
    Decision,
    Keyboard,
    Outcomes,
    RollingSix,
    ThreePlusThree,
    crm_skeleton,
    dont_skip,
    select_mtd,
    stop_at,
    stop_when_too_toxic,
)
from stats.escalation import crm as model

LEVELS = 5
INTERVAL = [
    BOIN(0.3, LEVELS),
    BOIN(0.2, LEVELS),
    Keyboard(0.25, LEVELS),
    Keyboard(0.3, LEVELS),
    Keyboard(0.2, LEVELS, closes_from=3),
    MTPI2(0.3, LEVELS),
    MTPI2(0.2, LEVELS),
]
BY_RULE = [ThreePlusThree(LEVELS), ThreePlusThree(LEVELS, deescalate=True), RollingSix(LEVELS)]
MODEL = [
    CRM(crm_skeleton(0.05, 0.25, 3, LEVELS), 0.25),
    CRM(crm_skeleton(0.06, 0.3, 2, LEVELS, "logistic"), 0.3, "logistic"),
]
WRAPPED = [dont_skip(design) for design in MODEL] + [
    stop_at(stop_when_too_toxic(dont_skip(MODEL[0]), 1, 0.35, 0.8), 24),
    stop_when_too_toxic(dont_skip(MODEL[0]), 1, 0.25, 0.9, exact=True),
]
LEAST = {BOIN: 3, MTPI2: 2}
"""Evaluated subjects from which a level is closed; Keyboard's number is a setting."""
TRIALS, TRIALS_OF_A_MODEL = 250, 60
"""More than 2,500 trials of fifteen designs, of up to fifteen cohorts each."""


@pytest.fixture(scope="module", autouse=True)
def fits_are_kept():
    """The tests ask the same trials: a model is fitted to each once, however many there are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(model, "_fit", lru_cache(maxsize=None)(model._fit.__wrapped__))
        yield


def identity(design):
    number = (INTERVAL + BY_RULE + MODEL + WRAPPED).index(design)
    return f"{design.name.split(',')[0].replace(' ', '-')}-{number}"


@cache
def states(design, pending=True):
    return tuple(random_states(design, pending))


def random_states(design, pending):
    """Every state of random trials with its decision: cohorts of 1 to 3,
    some subjects still pending when the design is asked."""
    generator = numpy.random.default_rng(20071130)
    for _ in range(TRIALS if design in INTERVAL + BY_RULE else TRIALS_OF_A_MODEL):
        rates, outcomes, level = numpy.sort(generator.random(LEVELS)), Outcomes(), 1
        for _ in range(15):
            size = int(generator.integers(1, 4))
            if design in BY_RULE:
                size = min(size, 6 - outcomes.enrolled_at(level))
            results = "".join("T" if happened else "N" for happened in generator.random(size) < rates[level - 1])
            asked = "".join(
                "P" if pending and waits else result
                for result, waits in zip(results, generator.random(size) < 0.3, strict=True)
            )
            outcomes = outcomes.adding(level, asked)
            decision = design.decide(outcomes)
            yield outcomes, decision
            if decision.action == "suspend":
                outcomes = Outcomes(tuple(resolve(cohort, rates, generator) for cohort in outcomes.cohorts))
                decision = design.decide(outcomes)
                yield outcomes, decision
            if decision.action == "stop":
                break
            level = decision.dose


def resolve(cohort, rates, generator):
    rate = rates[cohort.level - 1]
    results = "".join("NT"[int(generator.random() < rate)] if result == "P" else result for result in cohort.results)
    return type(cohort)(cohort.level, results)


@cache
def over_target(target, n, dlt):
    """P(rate > target) after so many DLTs among n, from a uniform prior."""
    return 1 - beta.cdf(target, 1 + dlt, 1 + n - dlt)


def too_toxic(design, outcomes):
    """The lowest level the design has to close, by its own words and nothing of its code; None while all are open."""
    for level in range(1, LEVELS + 1):
        n, dlt = outcomes.evaluated_at(level), outcomes.dlt_at(level)
        if design in BY_RULE:
            closed = dlt >= 2
        else:
            least = LEAST.get(type(design)) or design.closes_from
            closed = n >= least and over_target(design.target, n, dlt) > 0.95
        if closed:
            return level
    return None


@pytest.mark.parametrize("design", INTERVAL + BY_RULE + WRAPPED + MODEL, ids=identity)
def test_every_decision_means_what_it_says(design):
    for outcomes, decision in states(design):
        assert isinstance(decision, Decision) and len(decision.reason) > 20 and decision.reason.rstrip().endswith(".")
        if decision.action == "suspend":
            assert decision.dose is None and outcomes.pending
        elif decision.action != "stop":
            assert 1 <= decision.dose <= LEVELS
            expected = "stay"
            if decision.dose != outcomes.level:
                expected = "escalate" if decision.dose > outcomes.level else "de-escalate"
            assert decision.action == expected, (str(outcomes), decision)


@pytest.mark.parametrize("design", INTERVAL + BY_RULE + WRAPPED, ids=identity)
def test_no_level_is_ever_skipped(design):
    for outcomes, decision in states(design):
        highest = max(cohort.level for cohort in outcomes.cohorts)
        assert decision.dose is None or decision.dose <= min(outcomes.level, highest) + 1, (str(outcomes), decision)


@pytest.mark.parametrize("design", INTERVAL + BY_RULE, ids=identity)
def test_nobody_is_enrolled_at_or_above_a_closed_level(design):
    closed_levels = 0
    for outcomes, decision in states(design):
        closed = too_toxic(design, outcomes if design in BY_RULE else outcomes.resolved("N"))
        if closed is not None and not outcomes.pending or closed is not None and design in BY_RULE:
            closed_levels += 1
            assert decision.dose is None or decision.dose < closed, (str(outcomes), decision)
            assert closed > 1 or (decision.action, decision.dose) == ("stop", None)
    assert closed_levels > 20


@pytest.mark.parametrize("design", INTERVAL, ids=identity)
def test_no_escalation_that_the_table_forbids_even_if_every_pending_subject_has_a_dlt(design):
    table = design.table(60).set_index("n").to_dict("index")
    for outcomes, decision in states(design):
        worst = outcomes.resolved("T")
        row = table[worst.evaluated_at(worst.level)]
        if decision.action == "escalate":
            assert worst.dlt_at(worst.level) <= row["escalate_if_at_most"]
        if decision.action == "stay" and outcomes.level > 1:
            down = row["deescalate_if_at_least"]
            assert down is None or worst.dlt_at(worst.level) < down


@pytest.mark.parametrize("design", BY_RULE, ids=identity)
def test_no_rule_based_escalation_its_paper_forbids(design):
    for outcomes, decision in states(design):
        level = outcomes.level
        n, known, dlt = outcomes.enrolled_at(level), outcomes.evaluated_at(level), outcomes.dlt_at(level)
        if decision.action == "escalate":
            assert (dlt == 0 and known >= 3) or (dlt == 1 and known == 6), (str(outcomes), decision)
            assert known == n or isinstance(design, RollingSix)
        if decision.action in ("escalate", "stay", "de-escalate") and decision.dose == level:
            assert n < 6


@pytest.mark.parametrize("design", INTERVAL + BY_RULE + WRAPPED + MODEL, ids=identity)
def test_the_order_of_subjects_within_a_cohort_does_not_matter(design):
    generator = numpy.random.default_rng(6)
    for number, (outcomes, decision) in enumerate(states(design)):
        if number % 3 == 0:
            shuffled = Outcomes(
                tuple(type(c)(c.level, "".join(generator.permutation(list(c.results)))) for c in outcomes.cohorts)
            )
            again = design.decide(shuffled)
            assert (again.dose, again.action) == (decision.dose, decision.action)


@pytest.mark.parametrize("design", INTERVAL + BY_RULE + MODEL, ids=identity)
def test_one_dlt_more_never_leads_higher(design):
    generator = numpy.random.default_rng(7)
    for outcomes, decision in states(design, pending=False):
        at = generator.integers(len(outcomes.cohorts))
        cohort = outcomes.cohorts[at]
        if "N" in cohort.results and decision.dose is not None:
            worse = list(outcomes.cohorts)
            worse[at] = type(cohort)(cohort.level, cohort.results.replace("N", "T", 1))
            again = design.decide(Outcomes(tuple(worse)))
            assert again.dose is None or again.dose <= decision.dose, (str(outcomes), decision, again)


@pytest.mark.parametrize("design", INTERVAL + MODEL + WRAPPED, ids=identity)
def test_a_decision_despite_pending_subjects_is_the_one_every_outcome_of_theirs_leads_to(design):
    decided = 0
    for outcomes, decision in states(design):
        if outcomes.pending and decision.action != "suspend":
            decided += 1
            for result in "NT":
                known = design.decide(outcomes.resolved(result))
                assert (known.dose, known.action) == (decision.dose, decision.action)
    assert decided > 20


def test_a_suspended_design_says_what_it_waits_for():
    decision = BOIN(0.3, 3).decide("1NNN 2NNP")
    assert decision.action == "suspend"
    assert "escalate to dose level 3 if none" in decision.reason and "stay at dose level 2 if all" in decision.reason
    assert BOIN(0.3, 3).decide("1NNN 2TTTP").action == "de-escalate"


@pytest.mark.parametrize(
    "text, n, dlt, pending",
    [
        ("1NNN 2NTP", [3, 2, 0], [0, 1, 0], 1),
        ("", [0, 0, 0], [0, 0, 0], 0),
        ("3T 1N", [1, 0, 1], [0, 0, 1], 0),
        ("1NNN2NT", [3, 2, 0], [0, 1, 0], 0),
    ],
)
def test_outcomes_are_counted(text, n, dlt, pending):
    outcomes = Outcomes.parse(text)
    assert (outcomes.evaluated(3).tolist(), outcomes.dlt(3).tolist(), outcomes.pending) == (n, dlt, pending)
    assert Outcomes.parse(str(outcomes)) == outcomes


def test_outcomes_from_counts_keep_the_current_level_last():
    outcomes = Outcomes.from_counts([3, 6, 3], [0, 1, 2], level=2)
    assert outcomes.level == 2 and outcomes.evaluated(3).tolist() == [3, 6, 3] and outcomes.dlt(3).tolist() == [0, 1, 2]


def test_wrapped_rules():
    crm = CRM((0.05, 0.1, 0.25, 0.4, 0.6), 0.25)
    assert crm.decide("1NN 2NN 3NN").dose == 5 and dont_skip(crm).decide("1NN 2NN 3NN").dose == 4
    down = "1NNN 2NNN 3NNN 4TTT"
    assert (
        dont_skip(crm, when_deescalating=True).decide(down).dose == 3
        and dont_skip(crm).decide(down).dose == crm.decide(down).dose
    )
    guarded = stop_when_too_toxic(crm, 1, 0.35, 0.8)
    assert guarded.decide("2NTN 1TT").action != "stop" and guarded.decide("1NNN").action != "stop"
    assert (guarded.decide("2TTT 1TTT").dose, guarded.decide("2TTT 1TTT").action) == (None, "stop")
    assert stop_when_too_toxic(crm, "any", 0.5, 0.7).decide("1NNN 2NNN 3NNT 3NNN 3TNT 2NNN").action == "stop"
    full = stop_at(BOIN(0.3, 5), 6).decide("1NNN 2NTT")
    assert (full.dose, full.action) == (1, "stop") and stop_at(BOIN(0.3, 5), 7).decide(
        "1NNN 2NTT"
    ).action == "de-escalate"
    assert stop_when_too_toxic(BOIN(0.3, 5), 1, 0.3, 0.5).decide("").action == "stay"
    assert (dont_skip(crm).decide("1NNN 2NNN 2NNP").dose, crm.decide("1NNN 2NNN 2NNP").action) == (3, "suspend")
    assert "no level skipped" in dont_skip(crm).name and dont_skip(crm).levels == 5


def test_probability_above_a_threshold_is_the_posterior_of_each_level():
    above = BOIN(0.3, 3).probability_above("1NNN 2NTT", 0.3)
    assert above[:2] == pytest.approx([1 - beta.cdf(0.3, 1, 4), 1 - beta.cdf(0.3, 3, 2)]) and numpy.isnan(above[2])
    assert (
        numpy.isnan(MODEL[0].probability_above("", 0.3)).all()
        and numpy.isnan(MODEL[0].probability_above("1PP", 0.3)).all()
    )


@pytest.mark.parametrize(
    "call, what",
    [
        (lambda: BOIN(1.2, 5), "target.*1.2"),
        (lambda: BOIN(0.3, 0), "levels.*0"),
        (lambda: BOIN(0.3, 5, p_saf=0.4), "0.4"),
        (lambda: BOIN(0.3, 5, cutoff=1.5), "1.5"),
        (lambda: Keyboard(0.3, 5, margin=0.4), "-0.1"),
        (lambda: Keyboard(0.0, 5), "target"),
        (lambda: Keyboard(0.3, 5, closes_from=0), "closes_from.*0"),
        (lambda: MTPI2(0.3, 5, epsilon1=-0.1), "interval"),
        (lambda: MTPI2(0.3, 2.5), "2.5"),
        (lambda: ThreePlusThree(-1), "-1"),
        (lambda: CRM((0.1, 0.1, 0.3), 0.25), "rise"),
        (lambda: CRM((0.3, 0.1), 0.25), "rise"),
        (lambda: CRM((), 0.25), "empty"),
        (lambda: CRM((0.1, 1.2), 0.25), "1.2"),
        (lambda: CRM((0.1, 0.3), 0.25, model="probit"), "probit"),
        (lambda: CRM((0.1, 0.3), 25), "25"),
        (lambda: CRM((0.1, 0.3), 0.25, prior_sd=0), "prior_sd"),
        (lambda: CRM((0.1, 0.97), 0.25, "logistic"), "0.97"),
        (lambda: BOIN(0.3, 5).decide("6NNN"), "level 6"),
        (lambda: BOIN(0.3, 5).decide("0N"), "level 0"),
        (lambda: BOIN(0.3, 5).decide("1NNX"), "X"),
        (lambda: BOIN(0.3, 5).decide("NNN"), "NNN"),
        (lambda: BOIN(0.3, 5).decide("1"), "1"),
        (lambda: BOIN(0.3, 5).decide("1nnn"), "n"),
        (lambda: RollingSix(4).decide("5N"), "level 5"),
        (lambda: MODEL[0].decide("9N"), "level 9"),
        (lambda: MODEL[0].fit("1NN", weights=[1]), "2 subjects, 1"),
        (lambda: MODEL[0].fit("1N", weights=[2]), "0 to 1"),
        (lambda: crm_skeleton(0.3, 0.25, 3, 5), "halfwidth"),
        (lambda: crm_skeleton(0.05, 0.25, 6, 5), "start_level"),
        (lambda: crm_skeleton(0.05, 0.25, 3, 5, "x"), "x"),
        (lambda: select_mtd([3, 3], [0], 0.3), "length"),
        (lambda: select_mtd([3], [4], 0.3), "4 of 3"),
        (lambda: select_mtd([], [], 0.3), "empty"),
        (lambda: select_mtd([3], [1], 30), "30"),
        (lambda: stop_when_too_toxic(MODEL[0], 6, 0.3, 0.8), "level 6"),
        (lambda: stop_at(MODEL[0], 0), "subjects"),
        (lambda: stop_when_too_toxic(MODEL[0], 1, 0.3, 80), "80"),
        (lambda: Keyboard(0.05, 3), "target interval"),
        (lambda: MTPI2(0.3, 3, epsilon1=0.3), "target interval"),
        (lambda: ThreePlusThree(3, deescalate="no"), "deescalate"),
        (lambda: Outcomes.from_counts([3], [0, 1], 1), "one number per dose level"),
        (lambda: Outcomes.from_counts([3, 0], [0, 0], 2), "level 2"),
        (lambda: BOIN(0.3, 5).limits(2.5), "2.5"),
        (lambda: select_mtd([3], [3], 0.3, cutoff=95), "95"),
        (lambda: CRM(0.3, 0.3), "0.3"),
        (lambda: CRM((0.1, 0.3), 0.25, intercept=float("nan")), "intercept"),
        (lambda: crm_skeleton(0.05, 0.3, 3, 5, "logistic", -1), "intercept"),
        (lambda: Outcomes.parse(None), "None"),
        (lambda: BOIN(0.3, 5).decide(["1N"]), "1N"),
        (lambda: BOIN(0.3, 5, p_saf="a"), "p_saf"),
        (lambda: BOIN(0.3, 5).table(0), "n_max"),
    ],
)
def test_impossible_input_is_named(call, what):
    with pytest.raises(ValueError, match=what):
        call()
