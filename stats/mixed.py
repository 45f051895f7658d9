"""The linear mixed model with a random intercept of each subject, and concentration-QTc by it.

Restricted maximum likelihood needs one number to be searched for, the ratio of the two variances. A general library
did not converge in a quarter of small data sets whose subjects hardly differ, which is where this model is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan, log, nan, pi, sqrt

import numpy
from scipy.optimize import brentq, minimize_scalar
from scipy.stats import t

from stats import checks

GRID = 61
"""Shares of the variance between subjects that are tried before the search is refined around the best."""


@dataclass(frozen=True)
class RandomIntercept:
    """Fixed effects in the order of the columns, their covariance, and the two standard deviations.

    df: degrees of freedom of each effect, within subjects where its column varies within one, else between them.
    log_likelihood: restricted. residuals: of each row, without the subject's own deviation. why: the reason of nan.
    """

    effects: numpy.ndarray
    covariance: numpy.ndarray
    between: float
    within: float
    df: tuple[int, ...]
    df_between: int
    log_likelihood: float
    residuals: numpy.ndarray
    n: int
    subjects: int
    why: str = ""


@dataclass(frozen=True)
class ConcentrationQTc:
    """Change of QTc from baseline against concentration: slope (ms per unit) with its two-sided interval at `level`.

    intercept: change at concentration 0, of the mean baseline, and over the time points taken alike; between, within:
    standard deviations in ms; residuals: in ms, in the order of the pairs used (`used`: their places). with_baseline,
    with_time: whether these are in the model. Degrees of freedom: df of the slope within subjects, df_between of a
    predicted change.
    """

    slope: float
    standard_error: float
    lower: float
    upper: float
    level: float
    df: int
    df_between: int
    intercept: float
    covariance: numpy.ndarray
    between: float
    within: float
    residuals: tuple[float, ...]
    used: tuple[int, ...]
    pairs: int
    subjects: int
    with_baseline: bool
    with_time: bool
    why: str = ""

    def at(self, concentration: float) -> tuple[float, float, float]:
        """The mean change at a concentration, with its two-sided interval at the model's level; nan without a model."""
        if isnan(self.slope):
            return nan, nan, nan
        place = numpy.array([1.0, checks.finite("concentration", concentration)])
        middle = self.intercept + self.slope * concentration
        half = float(t.ppf((1 + self.level) / 2, self.df_between)) * sqrt(float(place @ self.covariance @ place))
        return middle, middle - half, middle + half


def random_intercept(response, design, subject) -> RandomIntercept:
    """Restricted maximum likelihood of response = design × effects + deviation of the subject + residual.

    response: numbers; design: array of shape (rows, columns), the intercept among them; subject: labels. nan with a
    reason for fewer than two subjects, columns that depend on each other, or no residual variation.
    ValueError: lengths that differ, a missing or infinite value.
    Sources: Laird and Ware, Biometrics 1982;38:963; degrees of freedom within and between subjects: Pinheiro and
    Bates, Mixed-Effects Models in S and S-PLUS, 2000, section 2.4.2.
    """
    y, x = numpy.asarray(response, dtype=float), numpy.asarray(design, dtype=float)
    if not len(y) == len(x) == len(subject):
        raise ValueError(f"response, design and subject differ in length: {len(y)}, {len(x)} and {len(subject)}")
    if not numpy.isfinite(y).all() or not numpy.isfinite(x).all():
        raise ValueError("response and design must be finite numbers; leave out the rows that have none")
    labels, group = numpy.unique([str(one) for one in subject], return_inverse=True)
    varies = _varies_within(x, group, len(labels))
    df_within, df_between = len(y) - len(labels) - sum(varies), len(labels) - (x.shape[1] - sum(varies))
    why = _why(x, len(labels), min(df_within, df_between))
    found = None if why else _reml(y, x, group)
    if found is None:
        effects, wide = numpy.full(x.shape[1], nan), numpy.full((x.shape[1], x.shape[1]), nan)
        why = why or "the response does not vary around the line"
        return RandomIntercept(effects, wide, nan, nan, (), 0, nan, numpy.array([]), len(y), len(labels), why)
    effects, covariance, between, within, height = found
    df = tuple(df_within if inside else df_between for inside in varies)
    left = y - x @ effects
    return RandomIntercept(effects, covariance, between, within, df, df_between, height, left, len(y), len(labels))


def concentration_qtc(
    concentration, change, subject, *, baseline=None, time=None, level: float = 0.90
) -> ConcentrationQTc:
    """Linear mixed model of the change of QTc (ms) on concentration with a random intercept of each subject.

    One entry a pair of an ECG and a sample: concentration (any unit), change from baseline, subject; baseline QTc (ms)
    enters as its difference from the mean over subjects, time (labels of planned times) as a factor whose effects add
    up to 0. Pairs with a missing value are left out. nan with a reason where the data carry no model.
    Intervals by Student's t, with the degrees of freedom within subjects for the slope and, more cautiously, between
    subjects for a predicted change.
    Sources: Garnett et al., J Pharmacokinet Pharmacodyn 2018;45:383; ICH E14/S7B Questions and Answers 2022, 5.1.
    """
    level = checks.confidence_level(level)
    rows = _pairs(concentration, change, subject, baseline, time)
    used = tuple(place for place, *_ in rows)
    conc, ms = (numpy.array([row[at] for row in rows], dtype=float) for at in (1, 2))
    people = [row[3] for row in rows]
    columns = [numpy.ones(len(rows)), conc]
    with_baseline = baseline is not None and len({row[4] for row in rows}) > 1
    if with_baseline:
        columns.append(_centred([row[4] for row in rows], people))
    with_time = time is not None and len({row[5] for row in rows}) > 1
    if with_time:
        columns += _factor([str(row[5]) for row in rows])
    model = random_intercept(ms, numpy.column_stack(columns) if rows else numpy.empty((0, 2)), people)
    if model.why:
        gone = numpy.full((2, 2), nan)
        nothing = (nan, nan, nan, nan, level, 0, 0, nan, gone, nan, nan, ())
        return ConcentrationQTc(*nothing, used, len(rows), model.subjects, with_baseline, with_time, model.why)
    slope, error = float(model.effects[1]), sqrt(float(model.covariance[1, 1]))
    half = float(t.ppf((1 + level) / 2, model.df[1])) * error
    return ConcentrationQTc(
        slope,
        error,
        slope - half,
        slope + half,
        level,
        model.df[1],
        model.df_between,
        float(model.effects[0]),
        model.covariance[:2, :2],
        model.between,
        model.within,
        tuple(float(value) for value in model.residuals),
        used,
        len(rows),
        model.subjects,
        with_baseline,
        with_time,
    )


def _reml(y, x, group) -> tuple[numpy.ndarray, numpy.ndarray, float, float, float] | None:
    """Effects, covariance, deviations between and within, restricted log likelihood; None without residuals."""
    size = numpy.bincount(group)
    sums_y, sums_x = numpy.bincount(group, weights=y), numpy.array([numpy.bincount(group, weights=c) for c in x.T]).T
    degrees = len(y) - x.shape[1]

    def at(share: float):
        """The criterion (-2 log likelihood) and what it comes from, for a share of the variance between subjects."""
        ratio = share / (1 - share)
        shrink = ratio / (1 + ratio * size)
        normal = x.T @ x - sums_x.T @ (sums_x * shrink[:, None])
        right = x.T @ y - sums_x.T @ (sums_y * shrink)
        effects = numpy.linalg.solve(normal, right)
        squares = float(y @ y - (sums_y * shrink) @ sums_y - effects @ right)
        variance = max(squares, 0.0) / degrees
        spread = float(numpy.log1p(ratio * size).sum()) + numpy.linalg.slogdet(normal)[1]
        criterion = degrees * (log(variance) + 1 + log(2 * pi)) + spread if variance > 1e-20 else numpy.inf
        return criterion, effects, normal, variance, ratio

    def slope(share: float) -> float:
        """How the criterion rises with the ratio of the variances: its root is exact where the criterion is flat."""
        _, effects, normal, variance, ratio = at(share)
        squares, larger = variance * degrees, 1 + ratio * size
        weighted = (sums_x / larger[:, None]).T @ (sums_x / larger[:, None])
        left = ((sums_y - sums_x @ effects) / larger) @ ((sums_y - sums_x @ effects) / larger)
        return float(
            (size / larger).sum() - degrees * left / squares - numpy.trace(numpy.linalg.solve(normal, weighted))
        )

    if (_plain_variance(y, x)) <= 1e-18 * max(1.0, float(y @ y)):
        return None
    shares = numpy.linspace(0, 1, GRID, endpoint=False)
    best = int(numpy.argmin([at(share)[0] for share in shares]))
    ends = shares[max(best - 1, 0)], shares[best + 1] if best + 1 < GRID else 1 - 1e-9
    if slope(ends[0]) < 0 < slope(ends[1]):
        share = brentq(slope, *ends, xtol=1e-15)
    else:
        inner = minimize_scalar(lambda share: at(share)[0], bounds=ends, method="bounded", options={"xatol": 1e-10})
        share = min((float(inner.x), float(shares[best])), key=lambda value: at(value)[0])
    criterion, effects, normal, variance, ratio = at(share)
    if not numpy.isfinite(criterion):
        return None
    return effects, variance * numpy.linalg.inv(normal), sqrt(ratio * variance), sqrt(variance), -criterion / 2


def _plain_variance(y: numpy.ndarray, x: numpy.ndarray) -> float:
    """Mean square around the line without subjects."""
    left = y - x @ numpy.linalg.lstsq(x, y, rcond=None)[0]
    return float(left @ left) / len(y)


def _varies_within(x: numpy.ndarray, group: numpy.ndarray, subjects: int) -> list[bool]:
    """For each column whether it varies within a subject."""
    found = []
    for column in x.T:
        low, high = numpy.full(subjects, numpy.inf), numpy.full(subjects, -numpy.inf)
        numpy.minimum.at(low, group, column)
        numpy.maximum.at(high, group, column)
        found.append(bool((high > low).any()))
    return found


def _why(x: numpy.ndarray, subjects: int, degrees: int) -> str:
    if subjects < 2:
        return "fewer than two subjects"
    if numpy.linalg.matrix_rank(x) < x.shape[1]:
        return "the concentrations do not vary by themselves"
    return "" if degrees > 0 else "fewer subjects or pairs than the model needs"


def _pairs(concentration, change, subject, baseline, time) -> list[tuple]:
    """Place, concentration, change, subject, baseline and time of the pairs in which nothing needed is missing."""
    given = [list(concentration), list(change), list(subject)]
    given += [list(extra) if extra is not None else [0] * len(given[0]) for extra in (baseline, time)]
    if len({len(one) for one in given}) > 1:
        raise ValueError(f"the lists differ in length: {', '.join(str(len(one)) for one in given)}")
    rows = [(place, *row) for place, row in enumerate(zip(*given, strict=True))]
    lacking = numpy.any([checks.missing_in(one) for one in given], axis=0)
    return [row for row, lacks in zip(rows, lacking.tolist(), strict=True) if not lacks]


def _centred(baseline: list[float], people: list) -> numpy.ndarray:
    """Baseline minus its mean, in which each subject counts once."""
    mean = numpy.mean(list(dict(zip(people, baseline, strict=True)).values()))
    return numpy.array(baseline, dtype=float) - mean


def _factor(labels: list[str]) -> list[numpy.ndarray]:
    """One column a level but the last, whose effects add up to 0 over the levels."""
    *levels, last = sorted(set(labels))
    at = numpy.array(labels)
    return [(at == level).astype(float) - (at == last) for level in levels]
