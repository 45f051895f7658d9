"""What the statistics demand of their input: each check returns the clean
value or raises ValueError saying what and which."""

from __future__ import annotations

import numpy
import pandas


def confidence_level(level: float) -> float:
    """A confidence level as a share, such as 0.95."""
    if isinstance(level, bool) or not _is_number(level) or not 0 < level < 1:
        raise ValueError(f"level must be a share between 0 and 1, such as 0.95; got {level!r}")
    return float(level)


def share(name: str, value: float) -> float:
    """A rate or probability strictly between 0 and 1."""
    if isinstance(value, bool) or not _is_number(value) or not 0 < value < 1:
        raise ValueError(f"{name} must be a rate between 0 and 1; got {value!r}")
    return float(value)


def certainty(name: str, value: float) -> float:
    """How sure one must be: a probability above 0; 1 is never reached, so that nothing follows from it."""
    return 1.0 if _is_number(value) and value == 1 and not isinstance(value, bool) else share(name, value)


def above_zero(name: str, value: float) -> float:
    """One finite number above 0."""
    if isinstance(value, bool) or not _is_number(value) or value <= 0:
        raise ValueError(f"{name} must be a number above 0; got {value!r}")
    return float(value)


def finite(name: str, value: float) -> float:
    """One finite number."""
    if isinstance(value, bool) or not _is_number(value):
        raise ValueError(f"{name} must be a number; got {value!r}")
    return float(value)


def whole(name: str, value, *, least: int = 0) -> int:
    """One whole number, at least `least`."""
    if isinstance(value, bool) or not _is_number(value) or value != int(value) or value < least:
        raise ValueError(f"{name} must be a whole number of at least {least}; got {value!r}")
    return int(value)


def counts(events, n) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Events and subjects as whole numbers, of one shape, with 0 <= events <= n."""
    events, n = _whole_numbers("events", events), _whole_numbers("n", n)
    try:
        events, n = numpy.broadcast_arrays(events, n)
    except ValueError:
        raise ValueError(f"events and n differ in length: {events.shape} and {n.shape}") from None
    if (events > n).any():
        index = tuple(numpy.argwhere(events > n)[0])
        raise ValueError(f"more events than subjects: {events[index]:g} of {n[index]:g}")
    return events, n


def percentage(name: str, value) -> float | None:
    """A measurement in percent, None where it is missing; a share such as 0.55 is refused."""
    value = number(name, value)
    if value is not None and not 0 <= value <= 100:
        raise ValueError(f"{name} must be 0 to 100 %; got {value:g}")
    if value is not None and 0 < value < 1:
        raise ValueError(f"{name} is given in percent; {value:g} looks like a share")
    return value


def number(name: str, value) -> float | None:
    """One number without the noise of floating point (60.3 - 50.3 is 10), None where it is missing."""
    if missing(value):
        return None
    if isinstance(value, (bool, str)) or not _is_number(value):
        raise ValueError(f"{name} must be a number; got {value!r}")
    return round(float(value), 6)


def at_least_zero(name: str, value) -> float | None:
    """One number that cannot be negative, None where it is missing."""
    value = number(name, value)
    if value is not None and value < 0:
        raise ValueError(f"{name} cannot be negative; got {value:g}")
    return value


def missing(value) -> bool:
    """Whether a value is not known: None, pandas' NA or NaT, nan."""
    return value is None or value is pandas.NA or value is pandas.NaT or _is_nan(value)


def missing_in(values) -> numpy.ndarray:
    """Which of many values are not known, as `missing` says of one: an array of booleans."""
    return pandas.isna(pandas.Series(list(values), dtype=object)).to_numpy(dtype=bool)


def truth(name: str, value) -> bool | None:
    """Yes, no or not known (None)."""
    if value is None or value is pandas.NA or _is_nan(value):
        return None
    if value in (0, 1):
        return bool(value)
    raise ValueError(f"{name} must be true, false or missing; got {value!r}")


def positive(name: str, value) -> numpy.ndarray:
    """Numbers above 0; nan stays nan."""
    values = numpy.asarray(value, dtype=float)
    if (values <= 0).any() or numpy.isinf(values).any():
        wrong = values[(values <= 0) | numpy.isinf(values)].flat[0]
        raise ValueError(f"{name} must be above 0; got {wrong:g}")
    return values


def plain(values):
    """A Python number for what came in as one, an array for what came in as an array."""
    values = numpy.asarray(values)
    return values.item() if values.ndim == 0 else values


def _whole_numbers(name: str, values) -> numpy.ndarray:
    if numpy.asarray(values).dtype.kind in "bUS":
        raise ValueError(f"{name} must be whole numbers; got {values!r}")
    try:
        array = numpy.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be whole numbers; got {values!r}") from None
    wrong = ~numpy.isfinite(array) | (array < 0) | (array != numpy.floor(array))
    if wrong.any():
        raise ValueError(f"{name} must be whole numbers, 0 or more; got {array[wrong].flat[0]:g}")
    return array


def _is_number(value) -> bool:
    return isinstance(value, (int, float, numpy.integer, numpy.floating)) and bool(numpy.isfinite(value))


def _is_nan(value) -> bool:
    return isinstance(value, (float, numpy.floating)) and bool(numpy.isnan(value))
