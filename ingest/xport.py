"""SAS transport files (XPT version 5 and 8): whether the file is whole, before its values are read.

Readers return garbage or fewer rows from a file of several members or one cut short, without an
error; so the layout is read here: header records of 80 bytes, descriptions of the variables, and
observations one after the other, filled up with blanks (by some writers zero bytes) to the next 80.
"""

from __future__ import annotations

from dataclasses import dataclass

from ingest.delivery import IngestError
from ingest.xport_variables import Variable, described

RECORD = 80
HEADERS = {
    5: {"library": b"LIBRARY ", "member": b"MEMBER  ", "names": b"NAMESTR ", "rows": b"OBS     "},
    8: {"library": b"LIBV8   ", "member": b"MEMBV8  ", "names": b"NAMSTV8 ", "rows": b"OBSV8   "},
}
AGAIN = "ask for the file again, transferred as binary"


@dataclass(frozen=True)
class Layout:
    """The layout of a transport file: its version, variables in the order of the header, and rows.

    names_at, rows_at: where the descriptions and the observations begin, in bytes.
    """

    version: int
    variables: tuple[Variable, ...]
    rows: int
    names_at: int
    rows_at: int

    @property
    def width(self) -> int:
        """Bytes of one row."""
        return sum(variable.length for variable in self.variables)


def layout(content: bytes, file: str) -> Layout:
    """The layout of a whole transport file of one dataset; IngestError says why it is not one."""
    version = _version(content, file)
    if len(content) % RECORD:
        raise IngestError(
            f"{file} is cut short or altered: {len(content):,} bytes are no whole number of 80-byte records; {AGAIN}."
        )
    _one_member(content, version, file)
    header = _header(content, version, "names", file)
    number = _number(content[header + 54 : header + 58])
    if not number:
        raise IngestError(f"{file} has no variables; ask for the file again, or take it out of the folder.")
    rows_header = _header(content, version, "rows", file, header)
    variables = described(content, header + RECORD, rows_header, number, version, file)
    width = sum(variable.length for variable in variables)
    rows = _rows(content[rows_header + RECORD :], width, any(v.text for v in variables), file)
    _compare_with_header(content, rows_header, version, rows, file)
    return Layout(version, variables, rows, header + RECORD, rows_header + RECORD)


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


def _rows(body: bytes, width: int, text: bool, file: str) -> int:
    """Whole rows; what is left over must be the blanks or zero bytes that fill the last record."""
    rows, left = divmod(len(body), width)
    if left >= RECORD or not _is_filling(body[rows * width :], True):
        raise IngestError(
            f"{file} is cut short: after {rows:,} whole rows {left} bytes of another one follow; {AGAIN}."
        )
    # A short row fits into the filling: rows of nothing but blanks at the end are filling.
    while (
        rows
        and width < RECORD
        and (len(body) - (rows - 1) * width) < RECORD
        and _is_filling(body[(rows - 1) * width : rows * width], text)
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
