"""QT time corrected for heart rate, its categories and its CTCAE grade. Read through `stats.cardiac`."""

from __future__ import annotations

import numpy

from stats import checks

QTC_LIMITS_MS = (450, 480, 500)
QTC_CHANGE_LIMITS_MS = (30, 60)
"""Limits of ICH E14 (2005), section 3.2.3: above each, not at it."""


def qtcf(qt_ms, rr_ms):
    """QT corrected by Fridericia: QT / cube root of RR in seconds. Milliseconds in and out;
    nan stays nan. Fridericia 1920."""
    return _corrected(qt_ms, rr_ms, lambda qt, rr: qt / numpy.cbrt(rr))


def qtcb(qt_ms, rr_ms):
    """QT corrected by Bazett: QT / square root of RR in seconds;
    too long at the fast rates of children. Bazett 1920."""
    return _corrected(qt_ms, rr_ms, lambda qt, rr: qt / numpy.sqrt(rr))


def qtc_framingham(qt_ms, rr_ms):
    """QT corrected by Framingham: QT + 154 ms for each second RR falls short of one.
    Sagie, Am J Cardiol 1992;70:797."""
    return _corrected(qt_ms, rr_ms, lambda qt, rr: qt + 154 * (1 - rr))


def rr_from_heart_rate(beats_per_minute):
    """RR interval in milliseconds of a heart rate in beats a minute."""
    return checks.plain(60_000 / checks.positive("heart rate", _missing_as_nan(beats_per_minute)))


def qtc_category(qtc_ms) -> str | None:
    """The ICH E14 category of a QTc (replicates of a time point averaged first); None where it is missing."""
    return _category("qtc_ms", qtc_ms, QTC_LIMITS_MS)


def qtc_change_category(change_ms) -> str | None:
    """The ICH E14 category of a change of QTc from baseline; None where it is missing."""
    return _category("change_ms", change_ms, QTC_CHANGE_LIMITS_MS)


def esc_qtcf_band(qtcf_ms) -> str | None:
    """ "<480", "480-500" (correct reversible causes, close monitoring) or ">500" (prolonged).
    ESC 2022, table 3 and footnote."""
    qtc = _qtc("qtcf_ms", qtcf_ms)
    if qtc is None:
        return None
    if qtc < 480:
        return "<480"
    return "480-500" if qtc <= 500 else ">500"


def qtc_grade(qtc_ms, baseline_qtc_ms=None, *, serious_arrhythmia=False):
    """CTCAE v5.0 grade 0 to 4 of "Electrocardiogram QT corrected interval prolonged"; nan where QTc is missing.

    G1 450 to 480 ms; G2 to 500 ms; G3 above 500 ms, or more than 60 ms above baseline; G4 torsade de pointes,
    polymorphic ventricular tachycardia or signs of serious arrhythmia. Between the whole milliseconds of the text the
    higher grade holds (480.3 ms is G2). A missing baseline grades by the value alone. Single values or arrays.
    """
    return _by_element(_qtc_grade, qtc_ms, baseline_qtc_ms, serious_arrhythmia)


def _qtc_grade(qtc_ms, baseline_qtc_ms, serious_arrhythmia) -> float:
    qtc, baseline = _qtc("qtc_ms", qtc_ms), _qtc("baseline_qtc_ms", baseline_qtc_ms)
    if checks.truth("serious_arrhythmia", serious_arrhythmia):
        return 4
    if qtc is None:
        return numpy.nan
    if qtc > 500 or (baseline is not None and round(qtc - baseline, 6) > 60):
        return 3
    if qtc > 480:
        return 2
    return 1 if qtc >= 450 else 0


def _by_element(function, *values):
    """Apply to single values, or to arrays of one length element by element: a number, or an array of numbers."""
    try:
        table = numpy.broadcast(*(numpy.asarray(value, dtype=object) for value in values))
    except ValueError:
        raise ValueError(f"the arrays differ in length: {[numpy.size(value) for value in values]}") from None
    results = numpy.array([function(*row) for row in table], dtype=float).reshape(table.shape)
    if results.ndim:
        return results
    return int(results) if results == results else numpy.nan


def _qtc(name: str, value) -> float | None:
    value = checks.number(name, value)
    if value is not None and not 0 < value < 2000:
        raise ValueError(f"{name} must be a time in milliseconds; got {value:g}")
    return value


def _corrected(qt_ms, rr_ms, formula):
    qt, rr = (checks.positive(name, _missing_as_nan(value)) for name, value in (("qt_ms", qt_ms), ("rr_ms", rr_ms)))
    for name, values in (("qt_ms", qt), ("rr_ms", rr)):
        if (values < 10).any():
            raise ValueError(f"{name} is given in milliseconds; {values[values < 10].flat[0]:g} looks like seconds")
    return checks.plain(formula(qt, rr / 1000))


def _missing_as_nan(value):
    return numpy.nan if value is None else value


def _category(name: str, value, limits: tuple[int, ...]) -> str | None:
    value = checks.number(name, value)
    if value is None:
        return None
    passed = [limit for limit in limits if value > limit]
    if not passed:
        return f"<={limits[0]}"
    above = limits[len(passed)] if len(passed) < len(limits) else None
    return f">{passed[-1]} to {above}" if above else f">{passed[-1]}"
