"""Answers as frames: from DuckDB's columns to pandas', for a large cut without a Python string for each cell."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any

import duckdb
import pandas
import pyarrow
from pandas import DataFrame, Series
from pandas.arrays import BooleanArray, IntegerArray

from queries.parsed import parsed

KINDS = frozenset(
    "VARCHAR BOOLEAN TINYINT SMALLINT INTEGER BIGINT UTINYINT USMALLINT UINTEGER UBIGINT DOUBLE DATE TIMESTAMP".split()
)
"""The types of columns that are taken over in Arrow's form; an answer with any other one is not."""


LARGE_ROWS = 5_000
"""An answer of fewer rows weighs nothing: of a cut of many subjects a few large ones fill the memory."""


def bytes_of(answer: object) -> float:
    """The memory that a large answer takes, as pandas holds it; 0 of a small one, and of what is no frame."""
    if not isinstance(answer, DataFrame) or len(answer) < LARGE_ROWS:
        return 0
    return float(answer.memory_usage(index=False).sum())


def answered(cursor: duckdb.DuckDBPyConnection, sql: str, parameters: dict) -> DataFrame:
    """The answer to a question: the same frame, with the same types, whichever way it comes."""
    if pandas.get_option("mode.string_storage") == "python":
        return cursor.execute(parsed(sql), parameters).df()
    found = cursor.sql(sql, params=parameters)
    if not {str(kind) for kind in found.types} <= KINDS:
        return found.df()
    table = found.to_arrow_table().combine_chunks()
    columns = {name: _column(table.column(place)) for place, name in enumerate(table.column_names)}
    return DataFrame(columns, index=range(len(table)), copy=False)


def _column(values: pyarrow.ChunkedArray) -> Series:
    """A column as DuckDB itself gives it to pandas: whole numbers and answers with a gap are masked, text of which
    nothing is there is of no type, days are times."""
    kind, gaps = values.type, values.null_count
    if pyarrow.types.is_string(kind) or pyarrow.types.is_large_string(kind):
        nothing = gaps == len(values)
        return Series([None] * len(values), dtype=object) if nothing else Series(values.to_pandas(), dtype="str")
    if pyarrow.types.is_date(kind):
        return Series(values.cast(pyarrow.timestamp("us")).to_numpy())
    if gaps and (pyarrow.types.is_integer(kind) or pyarrow.types.is_boolean(kind)):
        answers = pyarrow.types.is_boolean(kind)
        known = values.fill_null(False if answers else 0).to_numpy().copy()
        return Series((BooleanArray if answers else IntegerArray)(known, values.is_null().to_numpy()))
    return Series(values.to_numpy())


def rows_of(frame: DataFrame) -> Iterator[tuple]:
    """The rows as named tuples, Index first, as `itertuples` gives them. Of few rows, that spends most of its time on
    the kind of tuple and on finding each column; of a large cut it makes each cell of text by itself."""
    columns = [column.tolist() for _, column in frame.items()]
    return map(_row(tuple(frame.columns)), zip(frame.index, *columns, strict=True))


@lru_cache(maxsize=1024)
def _row(columns: tuple[str, ...]) -> Callable[[Iterable], tuple]:
    kind: Any = namedtuple("Row", ("Index", *columns), rename=True)  # type: ignore[misc]
    return kind._make
