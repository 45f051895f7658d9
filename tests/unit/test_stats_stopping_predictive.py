"""The chance that a rule is met after the next cohort: against published values and by every sequence."""

from itertools import product

import pytest
from scipy.integrate import quad

from stats.stopping import boundary, predictive_probability


@pytest.mark.parametrize(
    ("events", "n", "p0", "cutoff", "prior", "more", "published", "within", "source"),
    [
        (16, 23, 0.6, 0.90, (0.6, 0.4), 17, 0.5656, 5e-5, "Lee and Liu, Clin Trials 2008;5:93, page 97, table 1"),
        (16, 23, 0.6, 0.90, (0.6, 0.4), 17, 0.5655589, 5e-8, "R package ph2bayes 0.0.2, predprob"),
        (16, 23, 0.5, 0.90, (1, 1), 17, 0.8871897, 5e-8, "R package ph2bye, PredP"),
    ],
)
def test_published_predictive_probabilities(events, n, p0, cutoff, prior, more, published, within, source, agrees):
    chance = predictive_probability(events, n, boundary(n + more, p0, cutoff, prior), cohort=more, prior=prior)
    said = f"{events} of {n}, {more} more: P(met at {n + more}), P(rate > {p0}) above {cutoff}, Beta{prior}"
    agrees(chance, published, said, within=within, source=source)


def sequences(events, n, limit, more, prior):
    """Every sequence of outcomes of the next subjects, weighed by integrating over the posterior of the rate."""
    a, b = prior

    def weight(more_events):
        def density(rate):
            return rate ** (a + events + more_events - 1) * (1 - rate) ** (b + n - events + more - more_events - 1)

        return quad(density, 0, 1, epsabs=0, epsrel=1e-10)[0]

    def everything(rate):
        return rate ** (a + events - 1) * (1 - rate) ** (b + n - events - 1)

    total = quad(everything, 0, 1, epsabs=0, epsrel=1e-10)[0]
    met = sum(
        weight(sum(way)) for way in product((0, 1), repeat=more) if limit is not None and events + sum(way) >= limit
    )
    return met / total


RULES = [(0.05, (0.1, 1.9)), (0.33, (0.66, 1.34)), (0.15, (0.3, 1.7)), (0.33, (1, 1))]


@pytest.mark.parametrize(("p0", "prior"), RULES)
def test_predictive_probability_by_every_sequence(p0, prior, agrees):
    table = boundary(20, p0, 0.9, prior)
    limits = dict(zip(table.n, table.stop_if_at_least, strict=True))
    for events, n, pending, cohort in [(1, 3, 0, 3), (1, 4, 2, 3), (2, 8, 1, 3), (3, 12, 0, 1), (2, 5, 4, 0)]:
        expected = sequences(events, n, limits[n + pending + cohort], pending + cohort, prior)
        obtained = predictive_probability(events, n, table, cohort=cohort, prior=prior, pending=pending)
        said = f"{events} of {n}, {pending} pending and {cohort} new, p0 {p0}, Beta{prior}: chance that the rule is met"
        agrees(obtained, expected, said, within=1e-7, source="numerical integration over every sequence of outcomes")


def test_it_is_1_where_nothing_can_help_and_0_where_no_number_meets_the_rule():
    table = boundary(10, 0.33, 0.9, (1, 1))
    assert predictive_probability(6, 6, table, cohort=1, prior=(1, 1)) == pytest.approx(1)
    assert predictive_probability(0, 6, table, cohort=1, prior=(1, 1)) == 0
    assert predictive_probability(2, 9, table, cohort=3, prior=(1, 1)) == 0, "the boundary ends at 10 subjects"


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        (dict(events=4, n=3, cohort=3), "more events"),
        (dict(events=1, n=3, cohort=0), "nobody"),
        (dict(events=1, n=3, cohort=-1), "cohort"),
        (dict(events=1, n=3, cohort=1, pending=0.5), "pending"),
        (dict(events=1, n=3, cohort=1, prior=(0, 1)), "prior"),
    ],
)
def test_impossible_input_is_named(wrong, what):
    given = {"prior": (1, 1), "table": boundary(6, 0.3, 0.9)} | wrong
    with pytest.raises(ValueError, match=what):
        predictive_probability(**given)
