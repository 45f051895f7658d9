"""Boundaries under other priors by integration; rules whose false alarm is set,
and the chance of ever meeting a boundary, by every sequence of events."""

from itertools import product
from math import comb, gamma

import pandas
import pytest
from scipy.integrate import quad

from stats.stopping import boundary, crossing_probability, geller, pocock, posterior_probability

EVERY_SEQUENCE = "exact enumeration of every sequence"
EVERY_COUNT = "exact count of the sequences by their number of events"
SETTINGS = [
    (12, 0.2, 0.1, (1, 4)),
    (12, 0.1, 0.1, (0.2, 1.8)),
    (12, 0.33, 0.1, (1, 1)),
    (12, 0.05, 0.05, (0.1, 1.9)),
    (10, 0.3, 0.05, (0.6, 1.4)),
    (10, 0.15, 0.1, (0.3, 1.7)),
    (8, 0.15, 0.2, (0.3, 1.7)),
    (6, 0.25, 0.1, (0.5, 1.5)),
]
NOISE = 1e-10


def named(setting):
    n_max, p0, alpha, *prior = setting
    return f"{n_max} subjects, p0 {p0}, alpha {alpha}{f', prior {prior[0][0]} and {prior[0][1]}' if prior else ''}"


def above(n, events, p0, prior):
    """P(rate > p0) by integrating the Beta density, its factor at 1 as a weight."""
    a, b = prior[0] + events, prior[1] + n - events
    return (
        quad(lambda rate: rate ** (a - 1), p0, 1, weight="alg", wvar=(0, b - 1))[0] * gamma(a + b) / gamma(a) / gamma(b)
    )


def tail(n, events, p0):
    """The exact P-value of as many events or more at rate p0."""
    return sum(comb(n, k) * p0**k * (1 - p0) ** (n - k) for k in range(events, n + 1))


def sequences(n_max, rate):
    """Every sequence of events and its chance."""
    for events in product((0, 1), repeat=n_max):
        yield events, rate ** sum(events) * (1 - rate) ** (n_max - sum(events))


def calibrated(n_max, p0, alpha, measure):
    """The lowest limit that sequences exceed with a chance of at most alpha,
    scanning all values of the measure, and that chance.

    A sequence exceeds a limit where the measure does after any of its subjects.
    """
    values = {(n, events): measure(n, events) for n in range(1, n_max + 1) for events in range(n + 1)}
    peaks = [
        (max(values[n, sum(events[:n])] for n in range(1, n_max + 1)), chance)
        for events, chance in sequences(n_max, p0)
    ]
    for limit in sorted(values.values()):
        false_alarm = sum(chance for peak, chance in peaks if peak > limit + NOISE)
        if false_alarm <= alpha:
            return limit, false_alarm, fewest(values, n_max, limit)


def fewest(values, n_max, limit):
    return [
        next((events for events in range(n + 1) if values[n, events] > limit + NOISE), None)
        for n in range(1, n_max + 1)
    ]


FIXED = [
    (24, 0.15, 0.9, (0.3, 1.7)),
    (24, 0.05, 0.9, (0.1, 1.9)),
    (10, 0.33, 0.9, (0.66, 1.34)),
    (20, 0.2, 0.95, (1, 4)),
]


@pytest.mark.parametrize(
    "n_max, p0, cutoff, prior",
    FIXED,
    ids=[f"p0 {p0}, cutoff {cutoff}, prior {prior[0]} and {prior[1]}" for _, p0, cutoff, prior in FIXED],
)
def test_boundary_by_integrating_the_density(n_max, p0, cutoff, prior, agrees):
    values = {(n, events): above(n, events, p0, prior) for n in range(1, n_max + 1) for events in range(n + 1)}
    said, source = f"p0 {p0}, prior {prior[0]} and {prior[1]}", "numerical integration of the Beta density"
    agrees(
        boundary(n_max, p0, cutoff, prior).stop_if_at_least,
        fewest(values, n_max, cutoff),
        f"stop if at least, {said}, cutoff {cutoff}, n = 1 to {n_max}",
        source=source,
    )
    obtained = [posterior_probability(events, 6, p0, prior) for events in range(7)]
    agrees(
        obtained,
        [values[6, events] for events in range(7)],
        f"P(rate > p0) after 0 to 6 of 6, {said}",
        within=1e-9,
        source=source,
    )


@pytest.mark.parametrize("setting", SETTINGS, ids=named)
def test_geller_by_every_sequence(setting, agrees):
    n_max, p0, alpha, prior = setting
    rule, said = geller(n_max, p0, alpha, prior), named(setting)
    cutoff, false_alarm, limits = calibrated(n_max, p0, alpha, lambda n, events: above(n, events, p0, prior))
    agrees(
        rule.table.stop_if_at_least,
        limits,
        f"Geller, {said}: stop if at least, n = 1 to {n_max}",
        source=EVERY_SEQUENCE,
    )
    agrees(rule.cutoff, cutoff, f"Geller, {said}: cutoff of P(rate > p0)", within=1e-9, source=EVERY_SEQUENCE)
    agrees(
        rule.false_alarm, false_alarm, f"Geller, {said}: chance of a false alarm", within=1e-9, source=EVERY_SEQUENCE
    )


@pytest.mark.parametrize("setting", [(46, 0.1, 0.1, (0.2, 1.8)), (30, 0.2, 0.05, (0.4, 1.6))], ids=named)
def test_geller_of_longer_trials_by_counting_sequences(setting, agrees):
    """Too many sequences to write down: those not yet stopped are counted by their number of events,
    once for every cutoff."""
    n_max, p0, alpha, prior = setting
    rule, said = geller(n_max, p0, alpha, prior), named(setting)
    values = {(n, events): above(n, events, p0, prior) for n in range(1, n_max + 1) for events in range(n + 1)}
    chances = {limit: counted(fewest(values, n_max, limit), p0) for limit in values.values()}
    cutoff = min(limit for limit, chance in chances.items() if chance <= alpha)
    agrees(
        rule.table.stop_if_at_least,
        fewest(values, n_max, cutoff),
        f"Geller, {said}: stop if at least, n = 1 to {n_max}",
        source=EVERY_COUNT,
    )
    agrees(
        [rule.cutoff, rule.false_alarm],
        [cutoff, chances[cutoff]],
        f"Geller, {said}: cutoff, chance of a false alarm",
        within=1e-9,
        source=EVERY_COUNT,
    )


def counted(limits, rate):
    """One minus the chance of the sequences that never meet the boundary: number of events → how many of them."""
    open_sequences = {0: 1}
    for limit in limits:
        grown = {}
        for events, ways in open_sequences.items():
            for after in (events, events + 1):
                if limit is None or after < limit:
                    grown[after] = grown.get(after, 0) + ways
        open_sequences = grown
    return 1 - sum(
        ways * rate**events * (1 - rate) ** (len(limits) - events) for events, ways in open_sequences.items()
    )


@pytest.mark.parametrize("setting", [(12, 0.2, 0.1), (12, 0.1, 0.05), (10, 0.33, 0.1), (8, 0.25, 0.2)], ids=named)
def test_pocock_by_every_sequence(setting, agrees):
    n_max, p0, alpha = setting
    rule = pocock(n_max, p0, alpha)
    _, false_alarm, limits = calibrated(n_max, p0, alpha, lambda n, events: -tail(n, events, p0))
    agrees(
        rule.table.stop_if_at_least,
        limits,
        f"Pocock, {named(setting)}: stop if at least, n = 1 to {n_max}",
        source=EVERY_SEQUENCE,
    )
    agrees(
        rule.false_alarm,
        false_alarm,
        f"Pocock, {named(setting)}: chance of a false alarm",
        within=1e-9,
        source=EVERY_SEQUENCE,
    )


BOUNDARIES = {
    "from the first subject": "1 2 2 2 3 3 3 4 4 4",
    "never before the third": "- - 2 3 3 3 4 4 4 5 5 5",
    "at some looks only": "- - 2 - - 3 - - 4 - - 5",
    "at the end alone": "- - - - - - - 3",
    "unreachable": "- - -",
    "falling": "- - 3 3 2 2",
}


@pytest.mark.parametrize("name", BOUNDARIES)
def test_chance_of_ever_meeting_a_boundary_by_every_sequence(name, agrees):
    limits = [None if limit == "-" else int(limit) for limit in BOUNDARIES[name].split()]
    looks = {n: limit for n, limit in enumerate(limits, 1) if limit is not None}
    table = pandas.DataFrame({"n": range(1, len(limits) + 1), "stop_if_at_least": pandas.Series(limits, dtype=object)})
    for rate in (0, 0.05, 0.2, 0.33, 0.6, 1):
        expected = sum(
            chance
            for events, chance in sequences(len(limits), rate)
            if any(sum(events[:n]) >= limit for n, limit in looks.items())
        )
        agrees(
            crossing_probability(table, rate),
            expected,
            f"stop at {BOUNDARIES[name]} events of 1 to {len(limits)}, true rate {rate}",
            within=1e-9,
            source=EVERY_SEQUENCE,
        )
