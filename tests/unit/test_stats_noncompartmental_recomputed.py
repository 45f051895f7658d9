"""Non-compartmental analysis computed a second time: quadrature of the curve, and every terminal line tried."""

from __future__ import annotations

from math import exp, inf, log

import numpy
import pytest
from scipy.integrate import quad

from stats.noncompartmental import auc, nca

PROFILES = 500
WITHIN = 1e-6
"""Relative difference between the two computations."""


def profile(draw: numpy.random.Generator) -> dict:
    """Two exponentials after an infusion with assay noise, at seven to twelve times, in some the first not at 0."""
    hours = numpy.sort(draw.choice(numpy.arange(1, 481), size=int(draw.integers(6, 12)), replace=False)) / 10
    if draw.random() < 0.7:
        hours = numpy.concatenate([[0.0], hours])
    long = float(draw.choice([0.5, 1, 2, 4]))
    fast, slow, share = draw.uniform(0.3, 1.5), draw.uniform(0.02, 0.2), draw.uniform(0.3, 0.9)
    conc = [
        1000 * (share * _infused(fast, hour, long) + (1 - share) * _infused(slow, hour, long)) for hour in hours
    ] * numpy.exp(draw.normal(0, 0.1, len(hours)))
    return {
        "time": hours,
        "conc": numpy.where(conc < 1, 0, conc),
        "long": long,
        "method": str(draw.choice(["linear", "linear-up log-down"])),
        "dose": float(draw.uniform(10, 500)),
    }


def _infused(rate: float, hour: float, long: float) -> float:
    during = min(hour, long)
    return (1 - exp(-rate * during)) / (rate * long) * exp(-rate * (hour - during))


def naive_line(drawn: dict) -> tuple[float, float, int] | None:
    """Rate, adjusted R² and samples of the best falling line: numpy.polyfit over every set of last samples."""
    peak = drawn["time"][drawn["conc"].argmax()]
    used = (drawn["time"] > peak) & (drawn["time"] >= drawn["long"]) & (drawn["conc"] > 0)
    time, logs = drawn["time"][used], numpy.log(drawn["conc"][used])
    found = []
    for points in range(3, len(time) + 1):
        slope, intercept = numpy.polyfit(time[-points:], logs[-points:], 1)
        left = logs[-points:] - slope * time[-points:] - intercept
        r2 = 1 - (left**2).sum() / ((logs[-points:] - logs[-points:].mean()) ** 2).sum()
        if slope < 0:
            found.append((points, 1 - (1 - r2) * (points - 1) / (points - 2), -slope))
    if not found:
        return None
    best = max(adjusted for _, adjusted, _ in found)
    points, adjusted, rate = max(one for one in found if one[1] > best - 1e-4)
    return rate, adjusted, points


def naive_area(drawn: dict, start: float, end: float, rate: float) -> float:
    """The integral of the curve, piece by piece, values below the limit between others left out."""
    last = numpy.flatnonzero(drawn["conc"] > 0)[-1]
    first = numpy.flatnonzero(drawn["conc"] > 0)[0]
    points = [
        (time, value)
        for at, (time, value) in enumerate(zip(drawn["time"], drawn["conc"], strict=True))
        if at <= last and (value > 0 or at < first)
    ]
    if points[0][0] > 0:
        points.insert(0, (0.0, 0.0))
    total = 0.0
    for (t1, c1), (t2, c2) in zip(points[:-1], points[1:], strict=True):
        logarithmic = drawn["method"] != "linear" and c1 > c2 > 0

        def height(t, t1=t1, t2=t2, c1=c1, c2=c2, logarithmic=logarithmic):
            share = (t - t1) / (t2 - t1)
            return exp(log(c1) + share * (log(c2) - log(c1))) if logarithmic else c1 + share * (c2 - c1)

        low, high = max(t1, start), min(t2, end)
        total += quad(height, low, high, epsrel=1e-11)[0] if low < high else 0
    tlast, clast = points[-1]
    if end > tlast:
        total += quad(lambda t: clast * exp(-rate * (t - tlast)), max(start, tlast), end, epsrel=1e-11)[0]
    return total


def test_five_hundred_random_profiles_computed_twice_agree():
    draw = numpy.random.default_rng(20071130)
    without_line = 0
    for number in range(PROFILES):
        drawn = profile(draw)
        found = nca(drawn["time"], drawn["conc"], dose=drawn["dose"], infusion_h=drawn["long"], method=drawn["method"])
        assert found.auc_last == pytest.approx(naive_area(drawn, 0, found.tlast, 0), rel=WITHIN), number
        line = naive_line(drawn)
        if line is None:
            without_line += 1
            assert found.why["lambda_z"] and found.lambda_z != found.lambda_z
            continue
        assert (found.lambda_z, found.r2_adjusted) == pytest.approx(line[:2], rel=WITHIN), number
        assert found.lambda_z_points == line[2], number
        whole = naive_area(drawn, 0, inf, line[0])
        assert found.auc_inf == pytest.approx(whole, rel=WITHIN), number
        assert found.clearance == pytest.approx(drawn["dose"] / whole, rel=WITHIN), number
        ends = sorted(draw.uniform(0, 60, 2))
        part = auc(drawn["time"], drawn["conc"], *ends, method=drawn["method"], lambda_z=found.lambda_z)
        assert part.auc == pytest.approx(naive_area(drawn, *ends, line[0]), rel=WITHIN), number
    assert without_line < PROFILES / 4


def test_the_first_moment_of_a_falling_part_is_the_integral_of_time_times_concentration():
    for fall in (2.0, 0.5, 1e-2, 2e-3, 5e-4, 1e-6):
        found = nca([1, 3], [10, 10 * exp(-fall)], route="bolus", below="keep")
        start = quad(lambda t, fall=fall: t * 10 * exp(-fall * (t - 1) / 2), 0, 3, epsrel=1e-12)[0]
        assert found.aumc_last == pytest.approx(start, rel=1e-9), fall
