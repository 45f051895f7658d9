"""Which row of one cut is which of another: rows found again by key, whatever the types of their values."""

from __future__ import annotations

from collections.abc import Iterable

import numpy
import pandas
from pandas import DataFrame, Series, concat

Key = tuple[str, ...] | tuple[tuple[str, ...], ...]
"""The columns by which a row is found again; or several such keys, the surest first."""


def match(now: DataFrame, before: DataFrame, key: Key) -> DataFrame:
    """Which row of this cut is which of the previous one: their places NOW and BEFORE, each once, the surest key first.

    Rows that share a key are told apart by their order. A missing value is a value like any other.
    """
    keys = (key,) if isinstance(key[0], str) else key
    left, right = numpy.arange(len(now)), numpy.arange(len(before))
    found = []
    for columns in keys:
        here, there = _keyed(now, before, columns)
        former = DataFrame({"BEFORE": right, **_numbered(there[right])})
        pairs = DataFrame({"NOW": left, **_numbered(here[left])}).merge(former, on=["KEY", "NTH"])[["NOW", "BEFORE"]]
        left, right = _without(left, pairs["NOW"], len(now)), _without(right, pairs["BEFORE"], len(before))
        found.append(pairs)
    return concat(found, ignore_index=True).astype("int64")


def _without(places: numpy.ndarray, found: Series, number: int) -> numpy.ndarray:
    """The places, of so many rows, that were not found."""
    open_ = numpy.ones(number, dtype=bool)
    open_[found] = False
    return places[open_[places]]


def _keyed(now: DataFrame, before: DataFrame, columns: Iterable[str]) -> tuple[numpy.ndarray, numpy.ndarray]:
    """The key of each row of the two frames, as a number that rows with the same key share."""
    numbers = numpy.zeros(len(now) + len(before), dtype="int64")
    for column in columns:
        codes, values = pandas.factorize(_alike(now[column], before[column]))
        numbers = pandas.factorize(numbers * (len(values) + 1) + codes)[0]
    return numbers[: len(now)], numbers[len(now) :]


def _alike(now: Series, before: Series) -> numpy.ndarray | Series:
    """The values of a column of both frames, comparable: numbers and dates as they are, where both cuts hold the same
    kind of them; all else as text."""
    if now.dtype == before.dtype and now.dtype.kind in "iubfM":
        return concat([now, before]).to_numpy()
    if now.dtype == before.dtype == "str":
        return concat([now, before]).fillna("")
    return numpy.array([*_texts(now), *_texts(before)], dtype=object)


def _texts(column: Series) -> list[str]:
    return [value if isinstance(value, str) else text(value) for value in column.tolist()]


def _numbered(keys: numpy.ndarray) -> dict[str, numpy.ndarray]:
    """Each key with the how many-th row of it this is."""
    return {"KEY": keys, "NTH": Series(keys).groupby(keys).cumcount().to_numpy()}


def text(value) -> str:
    """A value of a cell as text; "" where it is missing."""
    if value is None or pandas.isna(value):
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
