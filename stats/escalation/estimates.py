"""The DLT rate of one dose level from its own subjects alone."""

from __future__ import annotations

import numpy
from scipy.stats import beta

from stats import checks
from stats.proportions import Interval


def flat_posterior(evaluated, dlt, level: float = 0.90) -> Interval:
    """The DLT rate per dose level under a flat prior: posterior mean and
    equal-tailed limits of Beta(1 + DLT, 1 + none).

    Whole numbers or arrays of one shape, one per level, give floats or arrays of shares;
    nan where nobody was evaluated.
    ValueError: more DLTs than evaluated; level outside (0, 1).
    Source: beta-binomial conjugacy, with the prior that the interval designs assume (Liu and Yuan 2015;
    Yan 2017; Guo 2017).
    """
    dlt, evaluated = checks.counts(dlt, evaluated)
    a, b, tail = 1 + dlt, 1 + evaluated - dlt, (1 - checks.confidence_level(level)) / 2
    values = (a / (a + b), beta.ppf(tail, a, b), beta.ppf(1 - tail, a, b))
    return Interval(*(checks.plain(numpy.where(evaluated > 0, value, numpy.nan)) for value in values))
