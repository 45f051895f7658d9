"""Time to event: Kaplan-Meier, median, numbers at risk, log-rank and cumulative incidence with competing risks."""

from __future__ import annotations

import numpy
import pandas
from scipy.stats import chi2 as chi_squared
from scipy.stats import norm

from stats import checks
from stats.proportions import Interval

SAME_TIME = 1e-9
"""Times closer than this, relative to their size, are one time: 0.1 + 0.2 and 0.3 months."""


def kaplan_meier(time, event, *, level: float = 0.95) -> pandas.DataFrame:
    """Share of subjects still free of the event after each time seen, with log-log limits.

    `time` since start, one per subject, any unit, 0 or more; `event` 1 (or True) where it happened, 0 where censored.
    Frame, one row a distinct time: time, at_risk, events, censored, survival, standard_error (Greenwood), lower, upper.
    Limits are nan while survival is 1 and once it is 0, where log-log limits do not exist. No subjects: no rows.
    ValueError: unequal lengths, missing or negative times, events other than 0 and 1, level outside (0, 1).
    Source: Kaplan and Meier 1958; Greenwood 1926; Kalbfleisch and Prentice 2002, section 1.4 (log-log limits).
    """
    z = norm.ppf((1 + checks.confidence_level(level)) / 2)
    time, event = _clean(time, event, whether=True)
    table = _life_table(time, event)
    at_risk, events = table.at_risk.to_numpy(), table.events.to_numpy()
    with numpy.errstate(divide="ignore", invalid="ignore"):
        survival = numpy.cumprod(1 - events / at_risk)
        greenwood = numpy.sqrt(numpy.cumsum(events / (at_risk * (at_risk - events))))
        lower, upper = _log_log(survival, survival * greenwood, z)
        error = numpy.where(survival > 0, survival * greenwood, numpy.nan)
    return table.assign(survival=survival, standard_error=error, lower=lower, upper=upper)


def median(time, event, *, level: float = 0.95) -> Interval:
    """Time by which half the subjects had the event, with its interval; nan where the curve does not come down to it.

    Where survival is exactly one half over a stretch, the middle of the stretch is given, as R's survfit does.
    Source: Brookmeyer and Crowley, Biometrics 1982;38:29, on the log-log limits.
    """
    curve = kaplan_meier(time, event, level=level)
    return Interval(*(_crossing(curve.time, curve[column]) for column in ("survival", "lower", "upper")))


def survival_at(curve: pandas.DataFrame, times) -> pandas.DataFrame:
    """The Kaplan-Meier row in force at each asked time: survival, lower, upper;
    1 before the first, nan after the last time seen."""
    times = _clean_times("times", times)
    row = numpy.searchsorted(curve.time.to_numpy(), times * (1 + SAME_TIME), side="right") - 1
    values = {"time": times}
    for column, before in (("survival", 1.0), ("lower", numpy.nan), ("upper", numpy.nan)):
        known = numpy.append(curve[column].to_numpy(dtype=float), before)
        values[column] = known[row]
    frame = pandas.DataFrame(values)
    last = curve.time.max() if len(curve) else -numpy.inf
    frame.loc[frame.time > last * (1 + SAME_TIME), ["survival", "lower", "upper"]] = numpy.nan
    return frame


def numbers_at_risk(time, times) -> numpy.ndarray:
    """How many subjects were still followed, without event, just before each of `times`."""
    time, times = _clean_times("time", time), _clean_times("times", times)
    return (time[None, :] >= times[:, None] * (1 - SAME_TIME)).sum(axis=1)


def logrank(time, event, group) -> tuple[float, int, float]:
    """Whether the groups' event times differ: chi-square, degrees of freedom, p.

    One `group` label per subject. Fewer than two groups, or no event at all, compares nothing: nan, degrees, nan.
    ValueError as for `kaplan_meier`, and for a missing label.
    Source: Mantel 1966; Peto and Peto 1972; variance as in Kalbfleisch and Prentice 2002, section 1.5.
    """
    time, event = _clean(time, event, whether=True)
    labels = pandas.Series(list(group), dtype=object)
    if len(labels) != len(time):
        raise ValueError(f"time and group differ in length: {len(time)} and {len(labels)}")
    if labels.isna().any():
        raise ValueError(f"group is missing at position {int(labels.isna().idxmax()) + 1}")
    members = pandas.get_dummies(labels).to_numpy(dtype=float)
    degrees = max(members.shape[1] - 1, 0)
    excess, variance = _observed_minus_expected(time, event, members)
    if degrees == 0 or numpy.linalg.matrix_rank(variance) == 0:
        return float("nan"), degrees, float("nan")
    statistic = float(excess @ numpy.linalg.pinv(variance) @ excess)
    return statistic, degrees, float(chi_squared.sf(statistic, degrees))


def cumulative_incidence(time, event, *, cause, level: float = 0.95) -> pandas.DataFrame:
    """Share of subjects who have had the event of one `cause` by each time, other causes competing.

    `event` is 0 (or None) where censored, else the code of the cause; `cause` is the code asked for (it may have no
    event yet). Frame, one row a distinct time: time, at_risk, events (of the cause), competing, censored, incidence,
    variance, lower, upper. Limits (log-log) are nan while the incidence is 0.
    Source: Aalen and Johansen 1978; variance of Aalen 1978 as in Gray's cmprsk;
    limits as in Choudhury, Stat Med 2002;21:1129.
    """
    z = norm.ppf((1 + checks.confidence_level(level)) / 2)
    if _censored(cause):
        raise ValueError(f"cause must be the code of an event; {cause!r} means censored")
    event = [0 if _censored(code) else 1 + (code != cause) for code in event]
    time, event = _clean(time, event, whether=False)
    table = _life_table(time, event == 1).rename(columns={"censored": "other"})
    competing = _life_table(time, event == 2).events
    table = table.assign(competing=competing, censored=table.other - competing).drop(columns="other")
    incidence, variance = _aalen_johansen(
        *(table[name].to_numpy(dtype=float) for name in ("at_risk", "events", "competing"))
    )
    with numpy.errstate(divide="ignore", invalid="ignore"):
        lower, upper = _log_log(incidence, numpy.sqrt(variance), z)
    return table.assign(incidence=incidence, variance=variance, lower=lower, upper=upper)


def incidence_median(curve: pandas.DataFrame) -> Interval:
    """Time by which half the subjects have had the event of the cause, with its interval; nan where not reached.

    curve: as `cumulative_incidence` gives it. Where the incidence is exactly one half over a stretch, the middle of
    the stretch is given, as `median` does. Source: Brookmeyer and Crowley, Biometrics 1982;38:29, on its limits.
    """
    without = [1 - curve[column] for column in ("incidence", "upper", "lower")]
    return Interval(*(_crossing(curve.time, share) for share in without))


def _clean(time, event, *, whether: bool) -> tuple[numpy.ndarray, numpy.ndarray]:
    time = _clean_times("time", time)
    event = numpy.asarray(event)
    if time.shape != event.shape:
        raise ValueError(f"time and event differ in length: {len(time)} and {event.size}")
    event = pandas.to_numeric(pandas.Series(event, dtype=object), errors="coerce").to_numpy(dtype=float)
    if whether and not numpy.isin(event, (0, 1)).all():
        raise ValueError(f"event must be 0 or 1; got {event[~numpy.isin(event, (0, 1))][0]:g}")
    return time, event


def _clean_times(name: str, values) -> numpy.ndarray:
    try:
        values = numpy.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be numbers; got {values!r}") from None
    if values.ndim != 1:
        raise ValueError(f"{name} must be a list of times; got {values.ndim} dimensions")
    wrong = ~numpy.isfinite(values) | (values < 0)
    if wrong.any():
        index = int(numpy.argmax(wrong))
        raise ValueError(f"{name} must be 0 or more; got {values[index]:g} at position {index + 1}")
    return values


def _censored(code) -> bool:
    return (
        code is None or code is False or (isinstance(code, (int, float, numpy.number)) and (code == 0 or code != code))
    )


def _life_table(time: numpy.ndarray, event: numpy.ndarray) -> pandas.DataFrame:
    """One row a distinct time: how many were at risk just before, had the event, were censored."""
    order = numpy.argsort(time, kind="stable")
    time, event = time[order], event[order].astype(bool)
    new = numpy.diff(time, prepend=-1.0) > SAME_TIME * numpy.maximum(1, time)
    start = numpy.flatnonzero(new)
    events = numpy.add.reduceat(event.astype(int), start) if len(start) else numpy.array([], int)
    leaving = numpy.diff(numpy.append(start, len(time)))
    return pandas.DataFrame(
        {"time": time[start], "at_risk": len(time) - start, "events": events, "censored": leaving - events}
    )


def _log_log(share, standard_error, z):
    """Limits of a share between 0 and 1 that cannot leave it; nan at 0 and at 1."""
    inside = (share > 0) & (share < 1)
    with numpy.errstate(over="ignore"):  # a width without end: the limits are 0 and 1
        width = numpy.exp(z * standard_error / (share * numpy.log(share)))
    low, high = share ** (1 / width), share**width
    return (
        numpy.where(inside, numpy.minimum(low, high), numpy.nan),
        numpy.where(inside, numpy.maximum(low, high), numpy.nan),
    )


def _crossing(time: pandas.Series, share: pandas.Series) -> float:
    down = share.notna() & (share <= 0.5 + SAME_TIME)
    if not down.any():
        return float("nan")
    time, share = time[down].to_numpy(), share[down].to_numpy()
    later = numpy.flatnonzero(share < share[0])
    if abs(share[0] - 0.5) < SAME_TIME and len(later):
        return float((time[0] + time[later[0]]) / 2)
    return float(time[0])


def _observed_minus_expected(time, event, members):
    """Per group, events beyond those expected if all groups were one, and the covariance of that."""
    groups = members.shape[1]
    excess, variance = numpy.zeros(groups), numpy.zeros((groups, groups))
    for row in _life_table(time, event).itertuples():
        if not row.events:
            continue
        now = abs(time - row.time) <= SAME_TIME * max(1, row.time)
        share = members[time >= row.time - SAME_TIME * max(1, row.time)].sum(axis=0) / row.at_risk
        excess += members[now & (event == 1)].sum(axis=0) - row.events * share
        if row.at_risk > 1:
            spread = row.events * (row.at_risk - row.events) / (row.at_risk - 1)
            variance += spread * (numpy.diag(share) - numpy.outer(share, share))
    return excess, variance


def _aalen_johansen(at_risk, events, competing):
    """Incidence and Aalen's variance after each time; each step adds its own part of the variance."""
    leaving = events + competing
    with numpy.errstate(divide="ignore", invalid="ignore"):
        after = numpy.cumprod(1 - leaving / at_risk)
        before = numpy.concatenate([[1.0], after[:-1]])[: len(after)]
        incidence = numpy.cumsum(before * events / at_risk)
        still = numpy.where(after > 0, 1 / after, 0.0)
        own, other = (before**2 * count / at_risk**2 * _tied(count, at_risk) for count in (events, competing))
    # row: the time looked back from; column: the step that contributed
    gap = (incidence[None, :] - incidence[:, None]) * still[None, :]
    parts = numpy.tril((1 + gap) ** 2 * own[None, :] + gap**2 * numpy.where(after > 0, other, 0)[None, :])
    return incidence, parts.sum(axis=1)


def _tied(count, at_risk):
    return numpy.where(count > 1, 1 - (count - 1) / numpy.maximum(at_risk - 1, 1), 1.0)
