"""Two values compared, as the record of validation keeps the comparison."""

from __future__ import annotations

import math
from numbers import Number

import numpy
import pandas

DIGITS = 10
"""Significant digits kept, so that the last bits of another processor do not change the record."""


def comparison(what: str, obtained, expected, within: float) -> dict:
    """One comparison as it is recorded: judged on the full values, kept rounded."""
    return {
        "what": what,
        "expected": rounded(expected),
        "obtained": rounded(obtained),
        "within": within,
        "deviation": deviation(rounded(obtained), rounded(expected)),
        "passed": same(obtained, expected, within),
    }


def plain(value):
    """A value as JSON knows it; undefined is None."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, numpy.ndarray, pandas.Series)):
        return [plain(item) for item in value]
    if isinstance(value, numpy.generic):
        value = value.item()
    if value is None or value is pandas.NA or value is pandas.NaT:
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else str(value)
    return value if isinstance(value, (bool, int, float, str)) else str(value)


def same(obtained, expected, within: float) -> bool:
    """Whether two values agree: numbers within a tolerance, lists element by element, anything else exactly."""
    if isinstance(obtained, list) and isinstance(expected, list):
        if len(obtained) != len(expected):
            return False
        return all(same(a, b, within) for a, b in zip(obtained, expected, strict=True))
    if _is_number(obtained) and _is_number(expected):
        return abs(obtained - expected) <= within
    return type(obtained) is type(expected) and obtained == expected


def rounded(value):
    """A value as it is kept."""
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return float(f"{round(value, 15):.{DIGITS}g}") if isinstance(value, float) else value


def deviation(obtained, expected) -> float | None:
    """The largest absolute difference between numbers in the same place; None where there are none."""
    if isinstance(obtained, list) and isinstance(expected, list):
        found = [deviation(a, b) for a, b in zip(obtained, expected, strict=False)]
        return max((one for one in found if one is not None), default=None)
    return float(f"{abs(obtained - expected):.3g}") if _is_number(obtained) and _is_number(expected) else None


def _is_number(value) -> bool:
    return isinstance(value, Number) and not isinstance(value, bool)
