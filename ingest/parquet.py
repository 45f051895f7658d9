"""Parquet, piece by piece: numbers and times keep their types, everything else is text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas
import pyarrow
import pyarrow.compute
from pyarrow import Array, Field, Schema, types
from pyarrow.parquet import ParquetFile

from ingest.delivery import IngestError, one_line
from ingest.sas_dates import iso
from ingest.table import PIECE_ROWS, Pieces, as_piece, from_series

TEXT = (types.is_string, types.is_large_string, types.is_dictionary, types.is_null)
KEPT = (types.is_integer, types.is_boolean, types.is_timestamp, types.is_duration)
ROW_NUMBERS = re.compile(r"__index_level_\d+__")
"""The column into which pandas writes a frame's index that has no name."""


def read_parquet(path: Path, file: str, progress: Callable[[int, int], None]) -> tuple[pyarrow.Table, list[str]]:
    """The table, and the date variables that were delivered as times; IngestError where the file is damaged.

    progress: told how many rows were read, and how many there are."""
    try:
        schema = ParquetFile(path).schema_arrow
        places = [place for place, name in enumerate(schema.names) if not ROW_NUMBERS.fullmatch(name)]
        pieces = Pieces([schema.names[place] for place in places])
        for batch, of in _batches(path, schema):
            pieces.add([_piece(batch.column(place), schema.field(place)) for place in places])
            progress(pieces.rows, of)
    except Exception as error:  # noqa: BLE001  its reader meets damage with errors of any kind
        raise IngestError(f"{file} is no whole Parquet file ({one_line(error)}); ask for the file again.") from error
    return pieces.table(), [schema.names[place] for place in places if _is_moment(schema.field(place))]


def _batches(path: Path, schema: Schema) -> Iterator[tuple[pyarrow.RecordBatch, int]]:
    """Pieces of the rows, the first of them also of a file without any, and how many rows there are."""
    text = [field.name for field in schema if types.is_string(field.type) or types.is_large_string(field.type)]
    # text is left as the codes under which the file keeps it
    with ParquetFile(path, read_dictionary=text, page_checksum_verification=True) as opened:
        rows = opened.metadata.num_rows
        if not rows:
            yield pyarrow.RecordBatch.from_arrays([pyarrow.nulls(0, t) for t in schema.types], schema=schema), 0
        for batch in opened.iter_batches(batch_size=PIECE_ROWS):
            yield batch, rows


def _piece(array: Array, field: Field) -> Array:
    if _is_moment(field):
        return as_piece(pyarrow.array(iso(pandas.to_datetime(array.to_pandas())), from_pandas=True))
    if any(is_kind(array.type) for is_kind in TEXT) or any(is_kind(array.type) for is_kind in KEPT):
        return as_piece(array)
    if types.is_floating(array.type):
        number = array.cast(pyarrow.float32()) if types.is_float16(array.type) else array
        return pyarrow.compute.if_else(pyarrow.compute.is_nan(number), None, number)
    return from_series(array.to_pandas().astype("object")).combine_chunks()


def _is_moment(field: Field) -> bool:
    """Whether it is a date variable whose values are times, not text."""
    return field.name.upper().endswith("DTC") and (types.is_timestamp(field.type) or types.is_date(field.type))
