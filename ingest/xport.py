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
    # a row of numbers alone may be zeros, one with text never is
    blanks = b" \0" if any(variable.text for variable in variables) else b" "
    ends = [_filled_from(stream, rows_at, size, filling) - rows_at for filling in (blanks, b" \0")]
    rows = _rows(size - rows_at, *ends, width, file)
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


def _filled_from(stream: BinaryIO, rows_at: int, end: int, filling: bytes) -> int:
    """Where the observations end: nothing but filling follows, to the next 80 bytes or a size of some system's own."""
    while end > rows_at:
        start = max(rows_at, end - BLOCK)
        stream.seek(start)
        if said := stream.read(end - start).rstrip(filling):
            return start + len(said)
        end = start
    return rows_at


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


def _rows(size: int, last: int, filled: int, width: int, file: str) -> int:
    """Whole rows in so many bytes, up to the last that can be of a row; what lies behind is filling.

    filled: from where on all is blank or zero; so may be the beginning of a row that is none."""
    rows = -(-last // width)
    left = size - (rows - 1) * width
    if left >= width or not rows:
        return rows
    if filled <= (rows - 1) * width and left < RECORD:
        return rows - 1
    raise IngestError(
        f"{file} is cut short: after {rows - 1:,} whole rows {left} bytes of another one follow; {AGAIN}."
    )


def _compare_with_header(content: bytes, rows_at: int, version: int, rows: int, file: str) -> None:
    announced = content[rows_at + 48 : rows_at + 63].strip()
    if version == 8 and announced.isdigit() and int(announced) and int(announced) != rows:
        raise IngestError(
            f"{file} is cut short: its header announces {int(announced):,} rows and {rows:,} were found; {AGAIN}."
        )
