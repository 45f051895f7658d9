"""Reads one delivered file, of whatever format, into a frame; IngestError says in one line why it cannot."""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import pandas
import pyreadstat
from pandas import DataFrame

from ingest.dataset_json import read_dataset_json
from ingest.delimited import read_delimited
from ingest.delivery import IngestError, storable
from ingest.sas_dates import dates_as_text, iso
from ingest.xport import layout
from ingest.xport_values import is_plain, numbers, plainest, refuse_zero_bytes_in_text
from ingest.xport_variables import stored_order

_SAS7BDAT_MAGIC = bytes.fromhex("0000000000000000000000 00c2ea8160b31411cfbd92080009c7318c181f1011".replace(" ", ""))


@dataclass(frozen=True)
class File:
    """One file as read: its frame, the dataset's name inside it, the encoding, and remarks."""

    frame: DataFrame
    format: str
    inside: str = ""
    encoding: str = ""
    remarks: tuple[str, ...] = field(default=())


def read_file(path: Path, file: str) -> File:
    """Read one file; `file` is the name the reader knows it by."""
    return READERS[path.suffix.lower()](path, _content(path, file), file)


def _content(path: Path, file: str) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise IngestError(f"{file} cannot be read ({error.strerror}); check the file and who may read it.") from error
    if not content:
        raise IngestError(f"{file} is empty (0 bytes); ask for the file again, or take it out of the folder.")
    if re.match(rb"\s*(<!doctype html|<html|<\?xml|<head)", content[:200], re.IGNORECASE):
        raise IngestError(f"{file} is a web page, not data (a failed download?); ask for the file again.")
    return content


def _transport(path: Path, content: bytes, file: str) -> File:
    expected = layout(content, file)
    refuse_zero_bytes_in_text(content, expected, file)
    plain = is_plain(content, expected)
    with nullcontext(path) if plain else _written(plainest(content, expected), path) as readable:
        frame, meta, encoding = _with_fallback(pyreadstat.read_xport, readable, file)
    stored = [variable.name for variable in stored_order(expected.variables)]
    if len(frame) != expected.rows or list(frame.columns) != stored:
        raise IngestError(
            f"{file}: {expected.rows:,} rows of {len(stored)} variables are in the file and {len(frame):,} of "
            f"{len(frame.columns)} could be read; ask for the file again."
        )
    frame = frame.assign(**numbers(content, expected, file))[[variable.name for variable in expected.variables]]
    frame, moments = dates_as_text(frame, meta.original_variable_types)
    return File(
        storable(frame), f"XPT v{expected.version}", (meta.table_name or "").strip(), encoding, _remarks(moments)
    )


@contextmanager
def _written(content: bytes, path: Path) -> Iterator[Path]:
    """A file of this content, as long as it is needed."""
    with tempfile.TemporaryDirectory(prefix="safety-read-") as folder:
        written = Path(folder) / f"file{path.suffix.lower()}"
        written.write_bytes(content)
        yield written


def _delimited(path: Path, content: bytes, file: str) -> File:
    frame, encoding, remarks = read_delimited(content, file)
    return File(frame, "CSV", encoding=encoding, remarks=remarks)


def _dataset_json(path: Path, content: bytes, file: str) -> File:
    frame, format_, inside = read_dataset_json(content, file)
    return File(storable(frame), format_, inside, "UTF-8")


def _sas7bdat(path: Path, content: bytes, file: str) -> File:
    if not content.startswith(_SAS7BDAT_MAGIC):
        raise IngestError(f"{file} is no SAS7BDAT file: its first bytes are not SAS's; ask for the file again.")
    frame, meta, encoding = _with_fallback(pyreadstat.read_sas7bdat, path, file)
    if not len(frame.columns):
        raise IngestError(f"{file} has no variables; ask for the file again, or take it out of the folder.")
    if len(frame) != (meta.number_rows or 0):
        raise IngestError(
            f"{file} is cut short: {meta.number_rows:,} rows announced, {len(frame):,} read; ask for the file again."
        )
    frame, moments = dates_as_text(frame, meta.original_variable_types)
    return File(
        storable(frame), "SAS7BDAT", (meta.table_name or "").strip(), meta.file_encoding or encoding, _remarks(moments)
    )


def _with_fallback(read, path: Path, file: str):
    """Read with the file's own encoding (UTF-8 where it names none), else as Windows-1252."""
    for encoding in (None, "WINDOWS-1252"):
        try:
            frame, meta = read(str(path), disable_datetime_conversion=True, encoding=encoding)
            return frame, meta, "Windows-1252" if encoding else "UTF-8"
        except UnicodeDecodeError:
            continue
        except Exception as error:  # noqa: BLE001  damaged headers end its parser in errors of any kind
            if encoding is None and "convert" in str(error).lower():
                continue
            raise IngestError(
                f"{file} cannot be read ({_one_line(error)}): damaged or cut short; ask for the file again."
            ) from error
    raise IngestError(f"{file} holds text in neither UTF-8 nor Windows-1252; ask for the file in UTF-8.")


def _parquet(path: Path, content: bytes, file: str) -> File:
    try:
        frame = pandas.read_parquet(
            io.BytesIO(content), dtype_backend="numpy_nullable", page_checksum_verification=True
        )
    except Exception as error:  # noqa: BLE001  its reader meets damage with errors of any kind
        raise IngestError(f"{file} is no whole Parquet file ({_one_line(error)}); ask for the file again.") from error
    if not len(frame.columns):
        raise IngestError(f"{file} has no columns; ask for the file again, or take it out of the folder.")
    moments = [c for c in frame.columns if str(c).upper().endswith("DTC") and _is_time(frame[c])]
    frame = frame.assign(**{c: iso(pandas.to_datetime(frame[c])) for c in moments})
    return File(storable(frame.reset_index(drop=True)), "Parquet", encoding="UTF-8", remarks=_remarks(moments))


def _is_time(column: pandas.Series) -> bool:
    if pandas.api.types.is_datetime64_any_dtype(column):
        return True
    return column.dtype == object and pandas.api.types.infer_dtype(column, skipna=True) in ("date", "datetime")


def _remarks(columns: list[str]) -> tuple[str, ...]:
    return (
        (f"dates were delivered as numbers or times and are kept as ISO 8601 text: {', '.join(columns)}",)
        if columns
        else ()
    )


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split()).rstrip(".") or type(error).__name__


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
