"""Posteriors by numerical integration of the likelihood: expected values that use no function of `stats`."""

from math import exp, log, sqrt

from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import expit

SPAN = 8
"""The slope of a CRM is integrated from -8 to 8: about seven standard deviations of its prior."""


def _integral(function, low, high):
    return quad(function, low, high, epsabs=0, epsrel=1e-11, limit=300)[0]


def mass(n, dlt, low, high):
    """P(low < rate < high) after `dlt` of `n` under a flat prior."""

    def likelihood(rate):
        return rate**dlt * (1 - rate) ** (n - dlt)

    return _integral(likelihood, low, high) / _integral(likelihood, 0, 1)


def mean(n, dlt):
    """The mean rate after `dlt` of `n` under a flat prior."""
    return _integral(lambda rate: rate ** (dlt + 1) * (1 - rate) ** (n - dlt), 0, 1) / _integral(
        lambda rate: rate**dlt * (1 - rate) ** (n - dlt), 0, 1
    )


def quantile(n, dlt, share):
    """The rate below which this share of the posterior under a flat prior lies."""
    return brentq(lambda rate: mass(n, dlt, 0, rate) - share, 1e-9, 1 - 1e-9, xtol=1e-13)


def subjects(text):
    """ "1NNT 2N" as (level, result) for each subject."""
    return [(int(word[0]), result) for word in text.split() for result in word[1:]]


class Crm:
    """The one-parameter CRM after some outcomes; beta is normal with mean 0 and this variance before them."""

    def __init__(self, skeleton, outcomes, model="empiric", variance=1.34):
        self.skeleton, self.model, self.variance, self.outcomes = skeleton, model, variance, subjects(outcomes)
        self.total = _integral(self.density, -SPAN, SPAN)
        self.beta = _integral(lambda b: b * self.density(b), -SPAN, SPAN) / self.total
        self.sd = sqrt(_integral(lambda b: (b - self.beta) ** 2 * self.density(b), -SPAN, SPAN) / self.total)

    def rate(self, level, b):
        prior = self.skeleton[level - 1]
        return prior ** exp(b) if self.model == "empiric" else float(expit(3 + exp(b) * (log(prior / (1 - prior)) - 3)))

    def density(self, b):
        chance = exp(-b * b / 2 / self.variance)
        for level, result in self.outcomes:
            chance *= self.rate(level, b) if result == "T" else 1 - self.rate(level, b)
        return chance

    def rates(self, beyond=0.0):
        """The rate of each level at the posterior mean of beta, or so many standard deviations beyond it."""
        return [self.rate(level, self.beta + beyond * self.sd) for level in range(1, len(self.skeleton) + 1)]

    def nearest(self, target):
        return min(range(1, len(self.skeleton) + 1), key=lambda level: (abs(self.rates()[level - 1] - target), level))

    def _beta_at(self, level, threshold):
        return brentq(lambda b: self.rate(level, b) - threshold, -SPAN, SPAN, xtol=1e-13)

    def above(self, level, threshold):
        """P(rate of the level > threshold): the mass of beta below the one at which the level has that rate."""
        return _integral(self.density, -SPAN, self._beta_at(level, threshold)) / self.total

    def above_by_normal(self, level, threshold):
        """The same with beta taken for normal with its posterior mean and standard deviation,
        by integrating that density."""
        distance = (self._beta_at(level, threshold) - self.beta) / self.sd
        return _integral(lambda z: exp(-z * z / 2), -40, distance) / sqrt(2 * 3.141592653589793)
