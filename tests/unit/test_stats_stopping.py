"""Stopping boundaries: against R, by integration, and by walking every path of a short trial."""

from itertools import product
from math import nan
from time import process_time

import pandas
import pytest
from scipy.integrate import quad
from scipy.stats import beta as beta_distribution
from scipy.stats import binom
from shared import shared_cases

from stats.stopping import (
    boundary,
    crossing_probability,
    further_events,
    geller,
    pocock,
    posterior_probability,
    thall_simon,
)

CASES = "toxicity_stopping.json"
"""Its repeated significance test after clinfun (method toxbdry) is not offered by this project."""


@pytest.mark.parametrize("case", shared_cases(CASES, "posterior_prob"))
def test_posterior_probability_agrees_with_r(case, agrees):
    given = case["inputs"]
    chance = posterior_probability(given["events"], given["n"], given["p0"], (given["prior_a"], given["prior_b"]))
    agrees(chance, case["expected"]["prob_gt_p0"], f"P(rate > {given['p0']}) after {given['events']} of {given['n']}")


@pytest.mark.parametrize("case", shared_cases(CASES, "posterior_stop_rule"))
def test_boundary_agrees_with_r(case, agrees):
    given = case["inputs"]
    table = boundary(max(given["n"]), given["p0"], given["cutoff"], (given["prior_a"], given["prior_b"]))
    assert table.n.tolist() == given["n"]
    agrees(
        table.stop_if_at_least,
        case["expected"]["stop_if_events_ge"],
        f"stop if at least, p0 {given['p0']}, cutoff {given['cutoff']}, n = 1 to {max(given['n'])}",
    )


def rules_of(kind):
    """R's stoppingrule writes n + 1, or more, where no number of events stops."""
    return [
        case
        for case in shared_cases(CASES, "toxicity_stopping_boundary")
        if case.values[0] is None or case.values[0]["inputs"]["type"] == kind
    ]


@pytest.mark.parametrize("case", rules_of("Pocock"))
def test_pocock_agrees_with_stoppingrule(case, agrees):
    given, expected = case["inputs"], case["expected"]
    rule = pocock(given["n_max"], given["p0"], given["alpha"])
    ours = [
        n + 1 if limit is None else limit for n, limit in zip(rule.table.n, rule.table.stop_if_at_least, strict=True)
    ]
    agrees(
        ours,
        [min(limit, n + 1) for n, limit in zip(expected["n"], expected["stop_if_events_ge"], strict=True)],
        f"Pocock: stop if at least, p0 {given['p0']}, n = 1 to {given['n_max']}",
    )
    agrees(1 - rule.cutoff, expected["critical_value"], "Pocock: limit of the P-value", within=1e-7)


@pytest.mark.parametrize("case", shared_cases(CASES, "thall_simon_boundary"))
def test_thall_simon_agrees_with_ph2bayes(case, agrees):
    given, expected = case["inputs"], case["expected"]
    table = thall_simon(given["nmax"], given["theta"], given["prior_exp"], given["prior_std"], given["delta"])
    changes = table[table.stop_if_at_least.map(str).shift() != table.stop_if_at_least.map(str)]
    agrees(changes.n, expected["n"], f"Thall and Simon: subjects at which the limit rises, theta {given['theta']}")
    agrees(changes.stop_if_at_least, expected["bound"], "Thall and Simon: stop if at least, from these on")


@pytest.mark.parametrize("n", [1, 3, 6, 10])
def test_boundary_by_integration(n):
    def above(events):
        likelihood = lambda p: p**events * (1 - p) ** (n - events)  # noqa: E731
        return quad(likelihood, 0.25, 1)[0] / quad(likelihood, 0, 1)[0]

    stopping = [events for events in range(n + 1) if above(events) > 0.9]
    assert boundary(10, 0.25, 0.9).stop_if_at_least[n - 1] == (stopping[0] if stopping else None)


@pytest.mark.parametrize("n, events", [(4, 2), (12, 5), (20, 3)])
def test_thall_simon_by_integration(n, events):
    """P(experimental > standard + 0.05), integrating over the experimental rate instead of the standard's."""

    def chance(y):
        return quad(
            lambda p: beta_distribution.pdf(p, 0.6 + y, 1.4 + n - y) * beta_distribution.cdf(p - 0.05, 15, 35),
            0,
            1,
            limit=200,
        )[0]

    limit = thall_simon(n, chance(events) - 1e-4, (0.6, 1.4), (15, 35), 0.05).stop_if_at_least[n - 1]
    assert limit == events
    assert thall_simon(n, chance(events) + 1e-4, (0.6, 1.4), (15, 35), 0.05).stop_if_at_least[n - 1] in (
        events + 1,
        None,
    )


@pytest.mark.parametrize("rate", [0.05, 0.2, 0.5])
def test_crossing_probability_by_every_path(rate):
    table = boundary(8, 0.2, 0.85)
    limits = table.stop_if_at_least.tolist()
    crossing = 0.0
    for path in product((0, 1), repeat=8):
        if any(limit is not None and sum(path[:n]) >= limit for n, limit in enumerate(limits, 1)):
            crossing += rate ** sum(path) * (1 - rate) ** (8 - sum(path))
    assert crossing_probability(table, rate) == pytest.approx(crossing)


@pytest.mark.parametrize("rule", [geller(20, 0.2, 0.1, (1, 4)), geller(30, 0.1, 0.05, (1, 9)), pocock(20, 0.2, 0.1)])
def test_calibrated_rules_keep_their_false_alarm_and_waste_none_of_it(rule):
    alpha = 0.05 if len(rule.table) == 30 else 0.1
    p0 = 0.1 if len(rule.table) == 30 else 0.2
    assert rule.false_alarm == crossing_probability(rule.table, p0) <= alpha
    one_less = rule.table.copy()
    one_less["stop_if_at_least"] = [None if limit is None else limit - 1 for limit in rule.table.stop_if_at_least]
    assert crossing_probability(one_less, p0) > alpha


def test_geller_is_the_boundary_at_its_cutoff():
    rule = geller(20, 0.2, 0.1, (1, 4))
    assert rule.table.equals(boundary(20, 0.2, rule.cutoff, (1, 4)))
    assert crossing_probability(boundary(20, 0.2, rule.cutoff - 0.01, (1, 4)), 0.2) > 0.1


def bisected(at_cutoff, p0: float, alpha: float) -> tuple:
    """The calibration as its definition has it: a whole boundary anew at every step."""
    low, high = 0.0, 1.0
    for _ in range(45):
        middle = (low + high) / 2
        low, high = (low, middle) if crossing_probability(at_cutoff(middle), p0) <= alpha else (middle, high)
    return at_cutoff(high).stop_if_at_least.tolist(), high


@pytest.mark.parametrize("n_max, p0, prior", [(1, 0.5, (1, 1)), (12, 0.02, (1, 1)), (25, 0.3, (0.6, 1.4))])
def test_geller_is_what_a_boundary_built_anew_at_every_step_gives(n_max, p0, prior):
    rule = geller(n_max, p0, 0.1, prior)
    assert (rule.table.stop_if_at_least.tolist(), rule.cutoff) == bisected(
        lambda cutoff: boundary(n_max, p0, cutoff, prior), p0, 0.1
    )


def test_pocock_is_what_p_values_subject_by_subject_give():
    def at(cutoff):
        stops = [[y for y in range(n + 1) if binom.sf(y - 1, n, 0.15) <= 1 - cutoff] for n in range(1, 16)]
        return pandas.DataFrame(
            {
                "n": range(1, 16),
                "stop_if_at_least": pandas.Series([found[0] if found else None for found in stops], dtype=object),
            }
        )

    rule = pocock(15, 0.15, 0.1)
    assert (rule.table.stop_if_at_least.tolist(), rule.cutoff) == bisected(at, 0.15, 0.1)


def test_calibration_for_many_subjects_is_quick():
    """Rebuilding the boundary row by row at each of 45 steps took 2.7 s and more for 300 subjects."""
    started = process_time()
    rules = geller(500, 0.1, 0.1, (0.2, 1.8)), pocock(500, 0.1, 0.1)
    assert process_time() - started < 3 and all(rule.false_alarm <= 0.1 for rule in rules)


def test_posterior_probability_at_its_edges():
    assert posterior_probability(0, 0, 0.3) == pytest.approx(0.7)
    assert posterior_probability(0, 3, 0.3) == pytest.approx(0.7**4) and posterior_probability(
        3, 3, 0.3
    ) == pytest.approx(1 - 0.3**4)
    assert posterior_probability([0, 3], [3, 3], 0.3).tolist() == pytest.approx([0.7**4, 1 - 0.3**4])


def test_limits_never_fall_as_subjects_are_added():
    limits = [limit for limit in boundary(60, 0.15, 0.9, (0.5, 0.5)).stop_if_at_least if limit is not None]
    assert limits == sorted(limits)


@pytest.mark.parametrize("first", [1, 3, 6])
@pytest.mark.parametrize("able", [0, 1, 3])
def test_further_events_by_every_way_on(first, able):
    """Looking from `first` on, the fewest events over every number of further subjects, with or without one."""
    table = boundary(12, 0.33, 0.9)
    table.loc[table.n < first, "stop_if_at_least"] = None
    limits = {n: limit for n, limit in zip(table.n, table.stop_if_at_least, strict=True) if limit is not None}
    for n in range(1, 13):
        for events in range(n + 1):
            here = min(able, n - events)
            ways = [
                new + old
                for size in limits
                if size >= n
                for new in range(size - n + 1)
                for old in range(here + 1)
                if events + new + old >= limits[size]
            ]
            assert further_events(table, events, n, here) == min(ways, default=None)


@pytest.mark.parametrize(
    "call, what",
    [
        (lambda: posterior_probability(4, 3, 0.3), "4 of 3"),
        (lambda: posterior_probability(1, 3, 30), "30"),
        (lambda: posterior_probability(1, 3, 0.3, (0, 1)), "prior"),
        (lambda: posterior_probability(nan, 3, 0.3), "nan"),
        (lambda: boundary(0, 0.3, 0.9), "n_max"),
        (lambda: boundary(2.5, 0.3, 0.9), "n_max"),
        (lambda: geller(10, 30, 0.1, (1, 1)), "30"),
        (lambda: thall_simon(0, 0.9, (1, 1), (1, 1)), "n_max"),
        (lambda: boundary(10, 0.3, 90), "90"),
        (lambda: boundary(10, 1.2, 0.9), "1.2"),
        (lambda: geller(10, 0.3, 5, (1, 1)), "alpha"),
        (lambda: pocock(10, 0.3, 0), "alpha"),
        (lambda: thall_simon(10, 95, (1, 1), (1, 1)), "95"),
        (lambda: thall_simon(10, 0.9, (1, 1), (1, 1), 2), "delta"),
        (lambda: further_events(boundary(5, 0.3, 0.9), 4, 3), "4 of 3"),
    ],
)
def test_impossible_input_is_named(call, what):
    with pytest.raises(ValueError, match=what):
        call()
