"""A concentration curve: its samples in order, from the dose on, and values below the limit of quantification."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log, nan

import numpy

from stats import checks

ROUTES = {"infusion": "infusion", "bolus": "bolus", "extravascular": "extravascular"}
ROUTES |= {"iv_infusion": "infusion", "iv_bolus": "bolus"}
METHODS = {"linear-up log-down": True, "linear-up/log-down": True, "linear": False}
"""Rule of the areas → whether falling parts are logarithmic."""
BELOW: dict[str, Mapping[str, str | float]] = {
    "PKNCA": {"first": "keep", "middle": "drop", "last": "keep"},
    "WinNonlin": {"first": "keep", "middle": "keep", "last": "keep"},
}
"""Named rules for values below the limit of quantification (given as 0): before the first measurable value, between
measurable ones, after the last. keep: as 0; drop: left out; a number: as that concentration."""
POSITIONS = ({"first", "middle", "last"}, {"before.tmax", "after.tmax"})


@dataclass(frozen=True)
class Curve:
    """Samples by time. place: where each was in what was given; log_down: whether falling parts are logarithmic."""

    time: numpy.ndarray
    conc: numpy.ndarray
    place: numpy.ndarray
    log_down: bool

    @property
    def last(self) -> int | None:
        """Index of the last measurable concentration."""
        measurable = numpy.flatnonzero(self.conc > 0)
        return int(measurable[-1]) if len(measurable) else None

    def before(self, moment: float) -> Curve:
        """The samples up to and including a moment."""
        return self.only(self.time <= moment)

    def only(self, kept: numpy.ndarray) -> Curve:
        """Some of the samples."""
        return Curve(self.time[kept], self.conc[kept], self.place[kept], self.log_down)

    def starting_with(self, conc: float) -> Curve:
        """The same with a concentration at time 0 that was not sampled."""
        time, values, place = (
            numpy.concatenate([[new], old]) for new, old in ((0.0, self.time), (conc, self.conc), (-1, self.place))
        )
        return Curve(time, values, place, self.log_down)

    def at(self, moment: float) -> float:
        """The concentration at a moment between the first and the last sample, by the rule of the areas."""
        after = int(numpy.searchsorted(self.time, moment))
        if self.time[after] == moment:
            return float(self.conc[after])
        share = (moment - self.time[after - 1]) / (self.time[after] - self.time[after - 1])
        high, low = self.conc[after - 1], self.conc[after]
        if self.log_down and high > low > 0:
            return float(high * (low / high) ** share)
        return float(high + share * (low - high))


def curve(time_h, conc, *, method: str, below) -> Curve:
    """The samples that can be used, by time: a missing concentration is left out, one of 0 is handled by `below`."""
    if method not in METHODS:
        raise ValueError(f"unknown method {method!r}; it is one of linear-up log-down, linear")
    time, values = _numbers("time_h", time_h), _numbers("conc", conc)
    if len(time) != len(values):
        raise ValueError(f"time_h and conc differ in length: {len(time)} and {len(values)}")
    used = numpy.flatnonzero(~numpy.isnan(values))
    order = used[numpy.argsort(time[used], kind="stable")]
    _refuse(time[order], values[order])
    return _below(Curve(time[order], values[order], order, METHODS[method]), below)


def from_dose(samples: Curve, route: str) -> Curve:
    """The curve from time 0 on; where that was not sampled, after a bolus the value extrapolated back, else 0."""
    if ROUTES[route] != "bolus":
        return samples if samples.time[0] == 0 else samples.starting_with(0.0)
    if samples.time[0] == 0 and samples.conc[0] == 0:
        samples = samples.only(samples.time > 0)
    return samples if samples.time[0] == 0 else samples.starting_with(_back_extrapolated(samples))


def checked_route(route: str) -> str:
    """The route by its name in the house; ValueError: an unknown one."""
    if route not in ROUTES:
        raise ValueError(f"unknown route {route!r}; it is one of infusion, bolus, extravascular")
    return ROUTES[route]


def _back_extrapolated(samples: Curve) -> float:
    """The concentration at time 0 as WinNonlin takes it: on the line through the logarithms of the first two samples
    where they fall, else the first measurable one."""
    measurable = samples.conc[samples.conc > 0]
    if len(samples.conc) > 1 and samples.conc[0] > samples.conc[1] > 0:
        rate = log(samples.conc[0] / samples.conc[1]) / (samples.time[1] - samples.time[0])
        return float(samples.conc[0] * exp(rate * samples.time[0]))
    return float(measurable[0]) if len(measurable) else 0.0


def _below(samples: Curve, below) -> Curve:
    """The samples with the rule for values below the limit applied to each 0, by its position."""
    rule = _rule(below)
    if not (samples.conc == 0).any():
        return samples
    conc, kept = samples.conc.copy(), numpy.ones(len(samples.conc), dtype=bool)
    for index in numpy.flatnonzero(samples.conc == 0):
        told = rule[_position(samples, int(index), rule)]
        kept[index] = told != "drop"
        conc[index] = 0.0 if isinstance(told, str) else float(told)
    return Curve(samples.time, conc, samples.place, samples.log_down).only(kept)


def _rule(below) -> Mapping[str, str | float]:
    if isinstance(below, str) and below in BELOW:
        return BELOW[below]
    rule = dict(below) if isinstance(below, Mapping) else dict.fromkeys(POSITIONS[0], below)
    if set(rule) not in POSITIONS:
        raise ValueError(f"below names first, middle and last, or before.tmax and after.tmax; got {below!r}")
    for told in rule.values():
        if told not in ("keep", "drop") and checks.at_least_zero("below", told) is None:
            raise ValueError(f"below is keep, drop or a concentration; got {told!r}")
    return rule


def _position(samples: Curve, index: int, rule: Mapping) -> str:
    """Where a value below the limit lies; where nothing is measurable, all are first."""
    measurable = numpy.flatnonzero(samples.conc > 0)
    if "before.tmax" in rule:
        return "before.tmax" if not len(measurable) or index < samples.conc.argmax() else "after.tmax"
    if not len(measurable) or index < measurable[0]:
        return "first"
    return "last" if index > measurable[-1] else "middle"


def _numbers(name: str, values) -> numpy.ndarray:
    try:
        array = numpy.array([nan if checks.missing(value) else value for value in values], dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be a list of numbers; got {values!r}") from None
    wrong = numpy.isinf(array) | (array < 0)
    if wrong.any():
        place = int(wrong.argmax())
        raise ValueError(f"{name} must be finite and not negative; number {place + 1} is {array[place]:g}")
    return array


def _refuse(time: numpy.ndarray, values: numpy.ndarray) -> None:
    if numpy.isnan(time).any():
        raise ValueError(f"the concentration {values[numpy.isnan(time)][0]:g} has no time")
    same = numpy.flatnonzero(numpy.diff(time) == 0)
    if len(same):
        first = int(same[0])
        raise ValueError(f"two concentrations at {time[first]:g} h: {values[first]:g} and {values[first + 1]:g}")
