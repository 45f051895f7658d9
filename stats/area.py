"""Areas under a concentration curve and under its first moment, whole and between two times."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, isnan, log1p, nan

import numpy

from stats import checks
from stats.curve import Curve, checked_route, curve, from_dose


@dataclass(frozen=True)
class Area:
    """Area under a part of a curve. extrapolated_pct: share beyond the last measurable sample; why: reason of nan."""

    auc: float
    aumc: float
    extrapolated_pct: float
    why: str = ""


def auc(
    time_h,
    conc,
    start_h: float,
    end_h: float,
    *,
    route: str = "infusion",
    method: str = "linear-up log-down",
    below="PKNCA",
    lambda_z: float = nan,
    clast: float | None = None,
) -> Area:
    """Area under the concentrations between two times (hours after the start of the dose), interpolated at both.

    Arguments, missing values and ValueError as of `stats.noncompartmental.nca`. end_h may be infinite. Beyond the last
    measurable concentration the curve falls with lambda_z (1/h) from clast, which is the concentration measured there
    unless given; without lambda_z that part, and so the area, is nan. 0 where every concentration is below the limit.
    Sources: Gabrielsson and Weiner, Pharmacokinetic and Pharmacodynamic Data Analysis, ch. 2.8; linear-up log-down:
    Purves, J Pharmacokinet Biopharm 1992;20:211.
    """
    samples = curve(time_h, conc, method=method, below=below)
    start, end, rate = float(start_h), float(end_h), _rate(lambda_z)
    if not 0 <= start < end:
        raise ValueError(f"start_h must be 0 or more and below end_h; got {start_h!r} and {end_h!r}")
    route = checked_route(route)
    if not len(samples.time):
        return Area(nan, nan, nan, "no concentration")
    if samples.last is None:
        return Area(0.0, 0.0, nan, "every concentration is below the limit of quantification")
    whole = from_dose(samples, route)
    return _between(whole.before(samples.time[samples.last]), start, end, rate, clast)


def tail(start: float, end: float, conc: float, rate: float) -> tuple[float, float]:
    """Area and first moment of an exponential fall from a concentration at `start` to `end`, which may be infinite."""
    if end == inf:
        return conc / rate, conc * start / rate + conc / rate**2
    return _falling(start, end, conc, rate * (end - start))


def areas(samples: Curve) -> tuple[float, float]:
    """Area under the curve and under its first moment, from the first to the last sample, by the curve's own rule."""
    corners = zip(samples.time[:-1], samples.time[1:], samples.conc[:-1], samples.conc[1:], strict=True)
    parts = [_part(*corner, samples.log_down) for corner in corners]
    return float(sum(area for area, _ in parts)), float(sum(moment for _, moment in parts))


def _between(whole: Curve, start: float, end: float, rate: float, clast: float | None) -> Area:
    tlast = float(whole.time[-1])
    if end > tlast and isnan(rate):
        return Area(nan, nan, nan, f"last measurable sample at {tlast:g} h, and no terminal phase to extrapolate from")
    measured = areas(_cut(whole, start, min(end, tlast))) if start < tlast else (0.0, 0.0)
    beyond = (0.0, 0.0)
    if end > tlast:
        first, conc = max(start, tlast), float(whole.conc[-1]) if clast is None else checks.above_zero("clast", clast)
        beyond = tail(first, end, conc * exp(-rate * (first - tlast)), rate)
    total = measured[0] + beyond[0]
    return Area(total, measured[1] + beyond[1], 100 * beyond[0] / total if total else nan)


def _cut(whole: Curve, start: float, end: float) -> Curve:
    """The part of a curve between two times, with its concentrations at both."""
    inside = whole.time[(whole.time > start) & (whole.time < end)]
    time = numpy.concatenate([[start], inside, [end]])
    return Curve(time, numpy.array([whole.at(moment) for moment in time]), time, whole.log_down)


def _part(t1: float, t2: float, c1: float, c2: float, log_down: bool) -> tuple[float, float]:
    """Area and first moment between two samples; the first moment of a linear part is itself a trapezoid, as WinNonlin
    and PKNCA take it, and not the integral of the line times time."""
    if log_down and c1 > c2 > 0:
        return _falling(t1, t2, c1, log1p((c1 - c2) / c2))
    step = t2 - t1
    return step * (c1 + c2) / 2, step * (t1 * c1 + t2 * c2) / 2


def _falling(t1: float, t2: float, c1: float, fall: float) -> tuple[float, float]:
    """The same of an exponential fall by exp(-fall); for a slight fall as a series, which does not cancel."""
    step = t2 - t1
    if fall < 1e-3:
        area, moment = 1 - fall / 2 + fall**2 / 6, 1 / 2 - fall / 3 + fall**2 / 8
    else:
        area, moment = (1 - exp(-fall)) / fall, (1 - exp(-fall) * (1 + fall)) / fall**2
    return c1 * step * area, t1 * c1 * step * area + c1 * step**2 * moment


def _rate(lambda_z) -> float:
    return nan if checks.missing(lambda_z) else checks.above_zero("lambda_z", lambda_z)
