"""SAS transport files (XPT version 5 and 8): whether the file is whole, before its values are read.

Readers return garbage or fewer rows from a file of several members or one cut short, without an
error; so the layout is read here: header records of 80 bytes, descriptions of the variables, and
observations one after the other, filled up with blanks to the next 80.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

from ingest.delivery import IngestError

RECORD = 80
HEADERS = {
    5: {"library": b"LIBRARY ", "member": b"MEMBER  ", "names": b"NAMESTR ", "rows": b"OBS     "},
    8: {"library": b"LIBV8   ", "member": b"MEMBV8  ", "names": b"NAMSTV8 ", "rows": b"OBSV8   "},
}
AGAIN = "ask for the file again, transferred as binary"


@dataclass(frozen=True)
class Layout:
    """The layout of a transport file: its version, variables, and rows."""

    version: int
    variables: int
    rows: int


def layout(content: bytes, file: str) -> Layout:
    """The layout of a whole transport file of one dataset; IngestError says why it is not one."""
    version = _version(content, file)
    if len(content) % RECORD:
        raise IngestError(
            f"{file} is cut short or altered: {len(content):,} bytes are no whole number of 80-byte records; {AGAIN}."
        )
    _one_member(content, version, file)
    names_at = _header(content, version, "names", file)
    variables = _number(content[names_at + 54 : names_at + 58])
    if not variables:
        raise IngestError(f"{file} has no variables; ask for the file again, or take it out of the folder.")
    rows_at = _header(content, version, "rows", file, names_at)
    width = _row_width(content, names_at, rows_at, variables, file)
    rows = _rows(content[rows_at + RECORD :], width, file)
    _compare_with_header(content, rows_at, version, rows, file)
    return Layout(version, variables, rows)


def _header(content: bytes, version: int, kind: str, file: str, start: int = 0) -> int:
    at = content.find(b"HEADER RECORD*******" + HEADERS[version][kind] + b"HEADER RECORD!!!!!!!", start)
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


def _one_member(content: bytes, version: int, file: str) -> None:
    members = content.count(b"HEADER RECORD*******" + HEADERS[version]["member"])
    if members > 1:
        raise IngestError(f"{file} holds {members} datasets in one file; deliver one file a dataset.")


def _number(digits: bytes) -> int:
    return int(digits) if digits.strip().isdigit() else 0


def _row_width(content: bytes, names_at: int, rows_at: int, variables: int, file: str) -> int:
    member = re.search(rb"HEADER RECORD\*{7}MEMB(?:ER  |V8  )HEADER RECORD!{7}.{26}(\d{4})", content, re.DOTALL)
    length = int(member[1]) if member else 140
    start = names_at + RECORD
    if start + variables * length > rows_at:
        raise IngestError(f"{file} is cut short: {variables} variables are announced and not all described; {AGAIN}.")
    width = sum(struct.unpack_from(">h", content, start + i * length + 4)[0] for i in range(variables))
    if width <= 0:
        raise IngestError(f"{file} is damaged: its variables have no length; {AGAIN}.")
    return width


def _rows(body: bytes, width: int, file: str) -> int:
    """Whole rows; what is left over must be the blanks that fill the last record."""
    rows, left = divmod(len(body), width)
    rest = body[rows * width :]
    if left >= RECORD or rest.strip(b" "):
        raise IngestError(
            f"{file} is cut short: after {rows:,} whole rows {left} bytes of another one follow; {AGAIN}."
        )
    # A short row fits into the filling: rows of nothing but blanks at the end are filling.
    while (
        rows
        and width < RECORD
        and (len(body) - (rows - 1) * width) < RECORD
        and not body[(rows - 1) * width : rows * width].strip(b" ")
    ):
        rows -= 1
    return rows


def _compare_with_header(content: bytes, rows_at: int, version: int, rows: int, file: str) -> None:
    announced = content[rows_at + 48 : rows_at + 63].strip()
    if version == 8 and announced.isdigit() and int(announced) and int(announced) != rows:
        raise IngestError(
            f"{file} is cut short: its header announces {int(announced):,} rows and {rows:,} were found; {AGAIN}."
        )
