"""SAS transport files (XPT version 5 and 8): whether the file is whole, before its values are read.

Readers return garbage or fewer rows from a file of several members or one cut short, without an
error; so the layout is read here: header records of 80 bytes, descriptions of the variables, and
observations one after the other, filled up with blanks (by some writers zero bytes) to the next 80.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import BinaryIO

from ingest.delivery import IngestError
from ingest.xport_variables import Variable, described

RECORD = 80
HEADERS = {
    5: {"library": b"LIBRARY ", "member": b"MEMBER  ", "names": b"NAMESTR ", "rows": b"OBS     "},
    8: {"library": b"LIBV8   ", "member": b"MEMBV8  ", "names": b"NAMSTV8 ", "rows": b"OBSV8   "},
}
AGAIN = "ask for the file again, transferred as binary"
BLOCK = 2**20
LONGEST_HEADER = 64 * BLOCK
"""More than the descriptions and labels of as many variables as a file can have."""


@dataclass(frozen=True)
class Layout:
    """The layout of a transport file: its version, the dataset's name, variables in the order of the header, and rows.

    rows_at: where the observations begin, in bytes.
    """

    version: int
    name: str
    variables: tuple[Variable, ...]
    rows: int
    rows_at: int

    @property
    def width(self) -> int:
        """Bytes of one row."""
        return sum(variable.length for variable in self.variables)


def layout(stream: BinaryIO, file: str) -> Layout:
    """The layout of a whole transport file of one dataset, open to be read; IngestError says why it is not one."""
    content = _head(stream)
    version = _version(content, file)
    size = stream.seek(0, os.SEEK_END)
    if size % RECORD:
        raise IngestError(
            f"{file} is cut short or altered: {size:,} bytes are no whole number of 80-byte records; {AGAIN}."
        )
    _one_member(stream, version, file)
    header = _header(content, version, "names", file)
    number = _number(content[header + 54 : header + 58])
    if not number:
        raise IngestError(f"{file} has no variables; ask for the file again, or take it out of the folder.")
    rows_header = _header(content, version, "rows", file, header)
    variables = described(content, header + RECORD, rows_header, number, version, file)
    width = sum(variable.length for variable in variables)
    rows_at = rows_header + RECORD
    rows = _rows(size - rows_at, _tail(stream, rows_at), width, any(v.text for v in variables), file)
    _compare_with_header(content, rows_header, version, rows, file)
    return Layout(version, _dataset(content, version), variables, rows, rows_at)


def _head(stream: BinaryIO) -> bytes:
    """The file up to where its observations begin, and somewhat more; all of it where they begin nowhere."""
    content = b""
    while len(content) < LONGEST_HEADER and (block := stream.read(BLOCK)):
        start = max(len(content) - RECORD, 0)
        content += block
        if any(content.find(_mark(kinds["rows"]), start) >= 0 for kinds in HEADERS.values()):
            return content + stream.read(RECORD)
    return content


def _mark(kind: bytes) -> bytes:
    return b"HEADER RECORD*******" + kind + b"HEADER RECORD!!!!!!!"


def _tail(stream: BinaryIO, rows_at: int) -> bytes:
    """The last record of the observations, in which the filling lies."""
    stream.seek(max(rows_at, stream.seek(0, os.SEEK_END) - RECORD))
    return stream.read()


def _dataset(content: bytes, version: int) -> str:
    """The dataset's name, in the second record after the member's header."""
    at = content.find(b"HEADER RECORD*******" + HEADERS[version]["member"]) + 2 * RECORD + 8
    return content[at : at + (32 if version == 8 else 8)].decode("latin-1").strip(" \0")


def _header(content: bytes, version: int, kind: str, file: str, start: int = 0) -> int:
    at = content.find(_mark(HEADERS[version][kind]), start)
    if at < 0:
        raise IngestError(f"{file} is cut short: it ends before its records begin; {AGAIN}.")
    return at


def _version(content: bytes, file: str) -> int:
    for version, kinds in HEADERS.items():
        if content.startswith(b"HEADER RECORD*******" + kinds["library"]):
            return version
    if content.startswith(b"**COMPRESSED**"):
        raise IngestError(
            f"{file} was made by PROC CPORT, which only SAS can read; "
            "ask for SAS transport (XPORT engine), CSV or Parquet."
        )
    raise IngestError(f"{file} is no SAS transport file: its first bytes are {content[:12]!r}; ask for the file again.")


def _one_member(stream: BinaryIO, version: int, file: str) -> None:
    mark, members, end = b"HEADER RECORD*******" + HEADERS[version]["member"], 0, b""
    stream.seek(0)
    while block := stream.read(BLOCK):
        members += (end + block).count(mark)
        end = block[1 - len(mark) :]  # a mark that begins in one block and ends in the next is counted once
    if members > 1:
        raise IngestError(f"{file} holds {members} datasets in one file; deliver one file a dataset.")


def _number(digits: bytes) -> int:
    return int(digits) if digits.strip().isdigit() else 0


def _rows(size: int, tail: bytes, width: int, text: bool, file: str) -> int:
    """Whole rows in so many bytes; what is left over must be the blanks or zero bytes that fill the last record."""
    rows, left = divmod(size, width)
    if left >= RECORD or not _is_filling(tail[len(tail) - left :], True):
        raise IngestError(
            f"{file} is cut short: after {rows:,} whole rows {left} bytes of another one follow; {AGAIN}."
        )
    # A short row fits into the filling: rows of nothing but blanks at the end are filling.
    while (
        rows
        and width < RECORD
        and (start := size - (rows - 1) * width) < RECORD
        and _is_filling(tail[len(tail) - start :][:width], text)
    ):
        rows -= 1
    return rows


def _is_filling(tail: bytes, text: bool) -> bool:
    """Nothing but blanks, or nothing but zero bytes; a row of numbers alone may be zeros, one with text never is."""
    return not tail.strip(b" ") or (text and not tail.strip(b"\0"))


def _compare_with_header(content: bytes, rows_at: int, version: int, rows: int, file: str) -> None:
    announced = content[rows_at + 48 : rows_at + 63].strip()
    if version == 8 and announced.isdigit() and int(announced) and int(announced) != rows:
        raise IngestError(
            f"{file} is cut short: its header announces {int(announced):,} rows and {rows:,} were found; {AGAIN}."
        )
