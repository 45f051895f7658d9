"""Stopping rules: how many events among the first n subjects are too many, and how sure one can be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy
import pandas
from scipy.special import betaincc
from scipy.stats import beta, betabinom, binom

from stats import checks

NODES, WEIGHTS = numpy.polynomial.legendre.leggauss(400)
"""Gauss-Legendre points for P(one rate > another)."""


@dataclass(frozen=True)
class Calibrated:
    """A boundary whose chance of a false alarm at p0 was set: the frame, the cutoff found, and the chance it has."""

    table: pandas.DataFrame
    cutoff: float
    false_alarm: float


def posterior_probability(events, n, p0: float, prior: tuple[float, float] = (1, 1)):
    """P(true rate > p0) after `events` of `n`, under a Beta prior. Whole numbers or arrays;
    0 of 0 gives the prior's own.

    ValueError: events above n, p0 outside (0, 1), a prior parameter not above 0. Source: beta-binomial conjugacy.
    """
    events, n = checks.counts(events, n)
    a, b = _prior(prior)
    return checks.plain(beta.sf(checks.share("p0", p0), a + events, b + n - events))


def boundary(n_max: int, p0: float, cutoff: float, prior: tuple[float, float] = (1, 1)) -> pandas.DataFrame:
    """For 1 to n_max subjects the fewest events for which P(rate > p0) exceeds the cutoff.

    Frame: n, stop_if_at_least (None where not even n events stop). A cutoff of 0.9 asks for 90 % certainty.
    Source: Geller et al 2003; Thall and Simon, Biometrics 1994;50:337 (with a known standard).
    """
    checks.share("p0", p0), checks.share("cutoff", cutoff)
    a, b = _prior(prior)
    return _frame(_fewest(n_max, p0, cutoff, a, b))


def geller(n_max: int, p0: float, alpha: float, prior: tuple[float, float]) -> Calibrated:
    """Geller's beta-binomial rule: the boundary on P(rate > p0) whose chance
    of ever stopping at rate p0 is at most alpha.

    The prior usually has mean p0 and the weight of a few subjects, (p0 * w, (1 - p0) * w). The lowest cutoff that keeps
    alpha is found, looking after every subject.
    Source: Geller, Follmann, Leifer and Carter, Advances in Clinical Trial Biostatistics 2003;
    Martens and Logan, Clin Trials 2024;21:152.
    """
    checks.share("alpha", alpha), checks.share("p0", p0)
    posteriors = _posteriors(n_max, p0, *_prior(prior))
    return _calibrated(lambda cutoff: _limits(posteriors > cutoff), p0, alpha)


def pocock(n_max: int, p0: float, alpha: float) -> Calibrated:
    """Pocock's rule: the same one-sided exact binomial P-value stops at every look;
    its limit keeps the false alarm at alpha.

    `cutoff` is one minus that P-value limit.
    Source: Pocock, Biometrika 1977;64:191; Ivanova, Qaqish and Schell, Biometrics 2005;61:540.
    """
    checks.share("alpha", alpha), checks.share("p0", p0)
    p_values = _at_every_count(n_max, lambda n, events: binom.sf(events - 1, n, p0))
    return _calibrated(lambda cutoff: _limits(p_values <= 1 - cutoff), p0, alpha)


def thall_simon(
    n_max: int,
    theta: float,
    prior_experimental: tuple[float, float],
    prior_standard: tuple[float, float],
    delta: float = 0.0,
) -> pandas.DataFrame:
    """For 1 to n_max subjects the fewest events for which P(rate > standard rate + delta) is theta or more.

    The standard's rate is uncertain: its Beta prior carries what is known of it. Frame: n, stop_if_at_least.
    Source: Thall and Simon, Biometrics 1994;50:337.
    """
    checks.share("theta", theta)
    (a, b), standard = _prior(prior_experimental), _prior(prior_standard)
    if not -1 < checks.finite("delta", delta) < 1:
        raise ValueError(f"delta must be between -1 and 1; got {delta!r}")
    every_n = range(1, checks.whole("n_max", n_max, least=1) + 1)
    return _frame(
        _limits(
            _exceeds(a + numpy.arange(n + 1), b + n - numpy.arange(n + 1), *standard, delta) >= theta for n in every_n
        )
    )


def crossing_probability(table: pandas.DataFrame, rate: float) -> float:
    """The chance that a trial with this true rate ever meets the boundary,
    looking after each subject, by exact recursion."""
    if not 0 <= checks.finite("rate", rate) <= 1:
        raise ValueError(f"rate must be between 0 and 1; got {rate!r}")
    limits = {
        int(n): None if pandas.isna(limit) else int(limit)
        for n, limit in zip(table.n, table.stop_if_at_least, strict=True)
    }
    return _crossing([limits.get(n) for n in range(1, max(limits, default=0) + 1)], rate)


def predictive_probability(
    events: int, n: int, table: pandas.DataFrame, *, cohort: int, prior: tuple[float, float], pending: int = 0
) -> float:
    """The chance that the boundary is met once the pending subjects and one cohort of new subjects have been observed.

    Beta-binomial with the rule's own prior, updated by the `events` of `n` counted; the `pending` are resolved by the
    same distribution first. The rule is looked at once, when all are known: 0 where no number of events meets it then.
    ValueError: events above n, a cohort and pending subjects that are nobody, a prior parameter not above 0.
    Source: Lee and Liu, Clin Trials 2008;5:93 (predictive probability of a later look, beta-binomial).
    """
    checks.counts(events, n)
    a, b = _prior(prior)
    more = checks.whole("cohort", cohort) + checks.whole("pending", pending)
    if not more:
        raise ValueError("nobody is awaited: cohort and pending are both 0")
    limit = table.loc[table.n == n + more, "stop_if_at_least"].dropna()
    return float(betabinom.sf(int(limit.iloc[0]) - events - 1, more, a + events, b + n - events)) if len(limit) else 0.0


def further_events(table: pandas.DataFrame, events: int, n: int, able: int = 0) -> int | None:
    """The fewest further events that would meet the boundary at n or more subjects; None where none can.

    Each is of a further subject or of one of the `able` among the n who can still have one: with 1 of 4, two more of
    two new subjects mean 3 of 6. 0: it is met, or will be at a later look whatever the subjects until then turn out.
    """
    checks.counts(events, n), checks.whole("able", able)
    limits = table[(table.n >= n) & table.stop_if_at_least.notna()]
    needed = [
        (max(int(limit) - events, 0), int(size) - n + able)
        for size, limit in zip(limits.n, limits.stop_if_at_least, strict=True)
    ]
    return min((more for more, possible in needed if more <= possible), default=None)


def _prior(prior) -> tuple[float, float]:
    try:
        a, b = prior
        return checks.above_zero("prior", a), checks.above_zero("prior", b)
    except (TypeError, ValueError):
        raise ValueError(f"the prior must be two numbers above 0 (Beta parameters); got {prior!r}") from None


def _posteriors(n_max: int, p0: float, a: float, b: float) -> numpy.ndarray:
    return _at_every_count(n_max, lambda n, events: beta.sf(p0, a + events, b + n - events))


def _at_every_count(n_max: int, measure) -> numpy.ndarray:
    """measure(n, events), a row for each number of subjects from 1 and a column for each of events from 0;
    nan where events exceed subjects."""
    last = checks.whole("n_max", n_max, least=1)
    n, events = numpy.indices((last, last + 1))
    n += 1
    possible = events <= n
    values = numpy.full(n.shape, numpy.nan)
    values[possible] = measure(n[possible], events[possible])
    return values


def _fewest(n_max: int, p0: float, cutoff: float, a: float, b: float) -> list[int | None]:
    """The fewest events for which P(rate > p0) exceeds the cutoff, for each number of subjects from 1; None where none.

    A subject more without an event lowers the probability, so that no limit is below the one before: one walk finds
    all, where every number of events among thousands of subjects would be many millions.
    """
    limits: list[int | None] = []
    events = 0
    for n in range(1, checks.whole("n_max", n_max, least=1) + 1):
        while events <= n and betaincc(a + events, b + n - events, p0) <= cutoff:
            events += 1
        limits.append(events if events <= n else None)
    return limits


def _limits(too_many) -> list[int | None]:
    """The fewest events that are too many, for each number of subjects from 1; None where none are.
    A comparison with nan is false."""
    return [int(row.argmax()) if row.any() else None for row in too_many]


def _frame(limits: list[int | None]) -> pandas.DataFrame:
    return pandas.DataFrame(
        {"n": range(1, len(limits) + 1), "stop_if_at_least": pandas.Series(limits, dtype=object)}
    ).astype({"n": int})


def _crossing(limits: list[int | None], rate: float) -> float:
    ways, crossed = numpy.array([1.0]), 0.0
    for limit in limits:
        with_one_more = numpy.zeros(len(ways) + 1)
        with_one_more[:-1] = ways * (1 - rate)
        with_one_more[1:] += ways * rate
        crossed += 0.0 if limit is None else with_one_more[limit:].sum()
        ways = with_one_more[:limit]
    return float(crossed)


def _calibrated(at_cutoff, p0: float, alpha: float) -> Calibrated:
    """Bisect for the lowest cutoff that keeps alpha; the false alarm falls as the cutoff rises."""
    low, high = 0.0, 1.0
    for _ in range(45):
        middle = (low + high) / 2
        if _crossing(at_cutoff(middle), p0) <= alpha:
            high = middle
        else:
            low = middle
    limits = at_cutoff(high)
    return Calibrated(_frame(limits), high, _crossing(limits, p0))


def _exceeds(a, b, standard_a, standard_b, delta):
    """P(Beta(a, b) > Beta(standard) + delta), integrating over the standard's quantiles."""
    quantiles = beta.ppf((NODES + 1) / 2, standard_a, standard_b)
    above = betaincc(numpy.atleast_1d(a)[:, None], numpy.atleast_1d(b)[:, None], numpy.clip(quantiles + delta, 0, 1))
    return above @ WEIGHTS / 2
