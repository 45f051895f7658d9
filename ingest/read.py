"""Reads one delivered file, of whatever format, into a table; IngestError says in one line why it cannot."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import pyreadstat
from pyarrow import Table

from ingest.dataset_json import read_dataset_json
from ingest.delimited import read_delimited
from ingest.delivery import IngestError, one_line
from ingest.parquet import read_parquet
from ingest.sas_dates import dates_as_text
from ingest.table import Pieces, frame_of, from_series, table_of, with_columns
from ingest.xport import Layout, layout
from ingest.xport_values import pieces

_SAS7BDAT_MAGIC = bytes.fromhex("0000000000000000000000 00c2ea8160b31411cfbd92080009c7318c181f1011".replace(" ", ""))
Progress = Callable[[int, int], None]
"""Told how many rows of a file are read, and how many it has."""


@dataclass(frozen=True)
class File:
    """One file as read: its table, the dataset's name inside it, the encoding, and remarks."""

    table: Table
    format: str
    inside: str = ""
    encoding: str = ""
    remarks: tuple[str, ...] = field(default=())


def read_file(path: Path, file: str, progress: Progress = lambda rows, of: None) -> File:
    """Read one file; `file` is the name the reader knows it by."""
    try:
        with open(path, "rb") as stream:
            _refuse_no_data(stream.read(200), file)
            stream.seek(0)
            return READERS[path.suffix.lower()](path, stream, file, progress)
    except OSError as error:
        raise IngestError(f"{file} cannot be read ({error.strerror}); check the file and who may read it.") from error


def _refuse_no_data(head: bytes, file: str) -> None:
    if not head:
        raise IngestError(f"{file} is empty (0 bytes); ask for the file again, or take it out of the folder.")
    if re.match(rb"\s*(<!doctype html|<html|<\?xml|<head)", head, re.IGNORECASE):
        raise IngestError(f"{file} is a web page, not data (a failed download?); ask for the file again.")


def _transport(path: Path, stream: BinaryIO, file: str, progress: Progress) -> File:
    found = layout(stream, file)
    table, encoding = _transported(stream, found, file, progress)
    formats = {variable.name: variable.format for variable in found.variables if not variable.text}
    dated = [name for name in formats if name.upper().endswith("DTC")]
    frame, moments = dates_as_text(frame_of(table.select(dated)), formats)
    table = with_columns(table, {name: from_series(frame[name]) for name in moments})
    return File(table, f"XPT v{found.version}", found.name, encoding, _remarks(moments))


def _transported(stream: BinaryIO, found: Layout, file: str, progress: Progress) -> tuple[Table, str]:
    """The table and its encoding: UTF-8, or Windows-1252 where any text is not UTF-8."""
    for encoding, named in (("utf-8", "UTF-8"), ("cp1252", "Windows-1252")):
        read = Pieces([variable.name for variable in found.variables])
        try:
            for piece in pieces(stream, found, encoding, file):
                read.add(piece)
                progress(read.rows, found.rows)
        except UnicodeDecodeError:
            continue
        return read.table(), named
    raise IngestError(f"{file} holds text in neither UTF-8 nor Windows-1252; ask for the file in UTF-8.")


def _delimited(path: Path, stream: BinaryIO, file: str, progress: Progress) -> File:
    frame, encoding, remarks = read_delimited(stream.read(), file)
    return File(table_of(frame), "CSV", encoding=encoding, remarks=remarks)


def _dataset_json(path: Path, stream: BinaryIO, file: str, progress: Progress) -> File:
    frame, format_, inside = read_dataset_json(stream.read(), file)
    return File(table_of(frame), format_, inside, "UTF-8")


def _sas7bdat(path: Path, stream: BinaryIO, file: str, progress: Progress) -> File:
    if not stream.read(len(_SAS7BDAT_MAGIC)) == _SAS7BDAT_MAGIC:
        raise IngestError(f"{file} is no SAS7BDAT file: its first bytes are not SAS's; ask for the file again.")
    frame, meta, encoding = _with_fallback(path, file)
    if not len(frame.columns):
        raise IngestError(f"{file} has no variables; ask for the file again, or take it out of the folder.")
    if len(frame) != (meta.number_rows or 0):
        raise IngestError(
            f"{file} is cut short: {meta.number_rows:,} rows announced, {len(frame):,} read; ask for the file again."
        )
    frame, moments = dates_as_text(frame, meta.original_variable_types)
    inside = (meta.table_name or "").strip()
    return File(table_of(frame), "SAS7BDAT", inside, meta.file_encoding or encoding, _remarks(moments))


def _with_fallback(path: Path, file: str):
    """Read with the file's own encoding (UTF-8 where it names none), else as Windows-1252."""
    for encoding in (None, "WINDOWS-1252"):
        try:
            frame, meta = pyreadstat.read_sas7bdat(str(path), disable_datetime_conversion=True, encoding=encoding)
            return frame, meta, "Windows-1252" if encoding else "UTF-8"
        except UnicodeDecodeError:
            continue
        except Exception as error:  # noqa: BLE001  damaged headers end its parser in errors of any kind
            if encoding is None and "convert" in str(error).lower():
                continue
            raise IngestError(
                f"{file} cannot be read ({one_line(error)}): damaged or cut short; ask for the file again."
            ) from error
    raise IngestError(f"{file} holds text in neither UTF-8 nor Windows-1252; ask for the file in UTF-8.")


def _parquet(path: Path, stream: BinaryIO, file: str, progress: Progress) -> File:
    table, moments = read_parquet(path, file, progress)
    if not table.column_names:
        raise IngestError(f"{file} has no columns; ask for the file again, or take it out of the folder.")
    return File(table, "Parquet", encoding="UTF-8", remarks=_remarks(moments))


def _remarks(columns: list[str]) -> tuple[str, ...]:
    return (
        (f"dates were delivered as numbers or times and are kept as ISO 8601 text: {', '.join(columns)}",)
        if columns
        else ()
    )


READERS = {
    ".xpt": _transport,
    ".csv": _delimited,
    ".tsv": _delimited,
    ".json": _dataset_json,
    ".ndjson": _dataset_json,
    ".parquet": _parquet,
    ".sas7bdat": _sas7bdat,
}
"""Ending of a file's name → what reads it."""
