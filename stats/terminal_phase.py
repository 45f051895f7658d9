"""The terminal phase of a concentration curve: lambda_z by the best adjusted R² of the logarithms against time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import exp, inf, isnan, log, nan

import numpy

from stats.curve import Curve

TIE = 1e-4
"""Adjusted R² that lie nearer to the best than this count as equal; of equal ones the most samples are taken."""


@dataclass(frozen=True)
class Phase:
    """The chosen line: rate (1/h), fit, samples and span; why: the reason where there is none."""

    rate: float = nan
    r2: float = nan
    r2_adjusted: float = nan
    points: int = 0
    first_h: float = nan
    last_h: float = nan
    clast_predicted: float = nan
    places: tuple[int, ...] = ()
    why: str = ""


def terminal_phase(samples: Curve, *, after_h: float, with_peak: bool, least: int, excluded) -> Phase:
    """The falling line through the last samples with the best adjusted R².

    samples: measurable and not, at their times; used are those above 0, from after_h on (the end of an infusion),
    after the peak or with it, and not among the places `excluded`. least: how many are needed.
    Source: Phoenix WinNonlin User's Guide, lambda_z estimation (largest adjusted R², more points within 1e-4);
    Gabrielsson and Weiner, Pharmacokinetic and Pharmacodynamic Data Analysis, ch. 2.8.
    """
    peak = samples.time[samples.conc.argmax()]
    late = (samples.time >= peak) if with_peak else (samples.time > peak)
    kept = late & (samples.time >= after_h) & (samples.conc > 0) & ~numpy.isin(samples.place, list(excluded))
    used = samples.only(kept)
    if len(used.time) < least:
        named = {2: "two", 3: "three", 4: "four", 5: "five"}.get(least, str(least))
        ends = " and the end of the infusion" if after_h > peak else ""
        return Phase(why=f"fewer than {named} samples {'from Cmax on' if with_peak else 'after Cmax'}{ends}")
    falling = [phase for phase in _lines(used, least) if phase.rate > 0]
    if not falling:
        return Phase(why="the concentrations do not fall after Cmax")
    best = max(map(_fit, falling))
    return max((phase for phase in falling if best - _fit(phase) < TIE or _fit(phase) == best), key=lambda p: p.points)


def _fit(phase: Phase) -> float:
    """Adjusted R²; of two samples there is none, so that any longer line is better."""
    return -inf if isnan(phase.r2_adjusted) else phase.r2_adjusted


def _lines(used: Curve, least: int) -> Iterator[Phase]:
    """The line through the last samples, for every number of them."""
    for first in range(len(used.time) - least + 1):
        yield _line(used.only(numpy.arange(len(used.time)) >= first))


def _line(used: Curve) -> Phase:
    time, logs = used.time, numpy.log(used.conc)
    number, centre = len(time), float(time.mean())
    across, along = time - centre, logs - logs.mean()
    slope = float(across @ along / (across @ across))
    spread = float(along @ along)
    r2 = float((across @ along) ** 2 / ((across @ across) * spread)) if spread else nan
    adjusted = 1 - (1 - r2) * (number - 1) / (number - 2) if number > 2 else nan
    predicted = exp(float(logs.mean()) + slope * (float(time[-1]) - centre))
    ends = float(time[0]), float(time[-1])
    return Phase(-slope, r2, adjusted, number, *ends, predicted, tuple(int(place) for place in used.place))


def half_life(rate: float) -> float:
    """Hours in which the concentration falls by half."""
    return log(2) / rate
