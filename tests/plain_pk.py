"""Non-compartmental analysis in plain Python, for tests: no part of the project's own reading or computing is used."""

from __future__ import annotations

from math import exp, isfinite, log, nan


def area(points: list[tuple[float, float]]) -> tuple[float, float]:
    """AUC and AUMC by the linear trapezoid up and the logarithmic one down."""
    auc = aumc = 0.0
    for (t1, c1), (t2, c2) in zip(points, points[1:], strict=False):
        step = t2 - t1
        if c1 > c2 > 0:
            rate = log(c1 / c2) / step
            auc += (c1 - c2) / rate
            aumc += (t1 * c1 - t2 * c2) / rate + (c1 - c2) / rate**2
        else:
            auc += step * (c1 + c2) / 2
            aumc += step * (t1 * c1 + t2 * c2) / 2
    return auc, aumc


def line(points: list[tuple[float, float]]) -> tuple[float, float]:
    """Falling rate and adjusted R² of the logarithms against time."""
    n = len(points)
    times, logs = [t for t, _ in points], [log(c) for _, c in points]
    mt, ml = sum(times) / n, sum(logs) / n
    sxx = sum((t - mt) ** 2 for t in times)
    sxy = sum((t - mt) * (y - ml) for t, y in zip(times, logs, strict=True))
    syy = sum((y - ml) ** 2 for y in logs)
    r2 = sxy**2 / (sxx * syy) if syy else nan
    return -sxy / sxx, 1 - (1 - r2) * (n - 1) / (n - 2)


def terminal(points: list[tuple[float, float]], end: float) -> tuple[float, list[float]]:
    """Rate and times of the best line after Cmax and the end of the infusion; nan where there is none."""
    peak = max(points, key=lambda point: (point[1], -point[0]))[0]
    late = [(t, c) for t, c in points if t > peak and t >= end and c > 0]
    fits = [(late[first:], *line(late[first:])) for first in range(len(late) - 2)] if len(late) > 2 else []
    falling = [fit for fit in fits if fit[1] > 0]
    if not falling:
        return nan, []
    best = max(fit[2] for fit in falling)
    chosen = max((fit for fit in falling if best - fit[2] < 1e-4), key=lambda fit: len(fit[0]))
    return chosen[1], [t for t, _ in chosen[0]]


def analysed(points: list[tuple[float, float]], end: float, dose_mg: float | None, start_known: bool = True) -> dict:
    """The parameters of one profile (hours, ng/mL; 0 below the limit), by CDISC's codes; nan where undefined."""
    peak = max(points, key=lambda point: (point[1], -point[0]))
    last = max((t for t, c in points if c > 0), default=nan)
    first = min((t for t, c in points if c > 0), default=nan)
    used = [(t, c) for t, c in points if c > 0 or t < first]
    if used[0][0] > 0:
        used = [(0.0, 0.0), *used]
    auc, aumc = area([point for point in used if point[0] <= last])
    rate, times = terminal(used, end)
    tail = used[-1][1] / rate
    infinite = auc + tail
    mrt = (aumc + last * tail + tail / rate) / infinite - end / 2
    clearance = dose_mg * 1e3 / infinite if dose_mg else nan
    found = {"CMAX": peak[1], "TMAX": peak[0], "TLST": last, "AUCLST": auc, "LAMZ": rate, "LAMZHL": log(2) / rate}
    found |= {"LAMZNPT": len(times) or nan, "AUCIFO": infinite, "AUCPEO": 100 * tail / infinite}
    found |= {"CLO": clearance, "MRTIVIFO": mrt, "VSSO": clearance * mrt, "AUCINT": to_24(used, rate)}
    if not start_known:
        found |= dict.fromkeys(("AUCLST", "AUCINT", "AUCIFO", "AUCPEO", "CLO", "MRTIVIFO", "VSSO"), nan)
    return found


def to_24(used: list[tuple[float, float]], rate: float) -> float:
    """AUC from 0 to 24 h: interpolated, or extrapolated by the terminal rate."""
    before = [point for point in used if point[0] <= 24]
    after = [point for point in used if point[0] > 24]
    t, c = before[-1]
    if t == 24:
        end = c
    elif after:
        (t2, c2) = after[0]
        share = (24 - t) / (t2 - t)
        end = c * (c2 / c) ** share if c > c2 > 0 else c + (c2 - c) * share
    elif isfinite(rate):
        end = c * exp(-rate * (24 - t))
    else:
        return nan
    return area([*before, (24.0, end)] if t < 24 else before)[0]
