"""A delivered dataset in memory: columns of numbers, times and text, in pieces of some ten thousand rows.

Text is kept as codes into the texts of its piece: five million times "HEMATOLOGY" are five million small numbers. So a
large dataset takes no more room than its numbers and codes, and what is asked of its texts is asked of each text once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pandas
import pyarrow
from pandas import DataFrame, Series
from pyarrow import Array, ChunkedArray, DataType, Table, types

PIECE_ROWS = 100_000
"""Rows that are read, and kept, together."""
TEXT = pyarrow.dictionary(pyarrow.int32(), pyarrow.string())


def table_of(frame: DataFrame) -> Table:
    """The table of a frame: every column that is no number or time as text, missing as missing."""
    names = [str(name) for name in frame.columns]
    columns = [from_series(frame.iloc[:, place]) for place in range(len(names))]
    return table_from(names, columns)


def table_from(names: list[str], columns: list[ChunkedArray]) -> Table:
    """A table of columns, of which two may have the same name."""
    fields = [pyarrow.field(name, column.type) for name, column in zip(names, columns, strict=True)]
    return Table.from_arrays(columns, schema=pyarrow.schema(fields))


def from_series(column: Series) -> ChunkedArray:
    """One column of a frame; in a number, what is not a number is missing."""
    if isinstance(column.dtype, pandas.CategoricalDtype):
        column = column.astype(column.cat.categories.dtype)
    if column.dtype == object:
        column = column.map(_text, na_action="ignore").astype("str")
    starts = range(0, max(len(column), 1), PIECE_ROWS)
    return pyarrow.chunked_array([_piece_of(column.iloc[start : start + PIECE_ROWS]) for start in starts])


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _piece_of(column: Series) -> Array:
    found = pyarrow.array(column, from_pandas=True)
    return as_piece(found.combine_chunks() if isinstance(found, ChunkedArray) else found)


def as_piece(array: Array) -> Array:
    """The array as a piece of a table keeps it, text as codes; ArrowInvalid where text is not UTF-8."""
    kind = array.type
    if types.is_dictionary(kind):
        # a file may know more texts than stand in this piece
        if len(array.dictionary) > len(array) or not _is_string(kind.value_type):
            return as_piece(array.dictionary_decode())
        array = array.cast(TEXT)
    elif _is_string(kind) or types.is_null(kind):
        array = array.cast(pyarrow.string()).dictionary_encode()
    else:
        return array
    array.dictionary.validate(full=True)
    return array


def _is_string(kind: DataType) -> bool:
    return types.is_string(kind) or types.is_large_string(kind)


class Pieces:
    """The pieces of a table while it is read: of each, one array a column, of the same types."""

    def __init__(self, names: list[str]):
        self.names, self.rows = names, 0
        self._columns: list[list[Array]] = [[] for _ in names]

    def add(self, piece: list[Array]) -> None:
        """Put a piece after the others."""
        for column, array in zip(self._columns, piece, strict=True):
            column.append(array)
        self.rows += len(piece[0]) if piece else 0

    def table(self) -> Table:
        """The table of all pieces, of which at least one was added."""
        return table_from(self.names, [pyarrow.chunked_array(column) for column in self._columns])


def values(column: ChunkedArray) -> Iterator[Any]:
    """Every value that is there; of a piece each once."""
    for piece in column.chunks:
        yield from piece.drop_null().unique().to_pylist()


def texts(column: ChunkedArray) -> set[str]:
    """The different values, as text."""
    return {str(value) for value in values(column)}


def with_columns(table: Table, changed: dict[str, ChunkedArray]) -> Table:
    """The table with other values under some of its names."""
    for name, column in changed.items():
        table = table.set_column(table.column_names.index(name), name, column)
    return table


def frame_of(table: Table) -> DataFrame:
    """The table as a frame."""
    plain = table.cast(pyarrow.schema([_plain(field) for field in table.schema]))
    return plain.to_pandas(types_mapper={pyarrow.int64(): pandas.Int64Dtype()}.get)


def _plain(field: pyarrow.Field) -> pyarrow.Field:
    return field.with_type(pyarrow.string()) if field.type == TEXT else field


def stacked_tables(tables: Iterable[Table]) -> Table:
    """The rows of all tables; a column that one lacks is missing there."""
    return pyarrow.concat_tables(tables, promote_options="permissive")
