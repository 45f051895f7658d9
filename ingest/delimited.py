"""Delimited text (CSV): every value stays the text it is; a ragged line is an error with its number."""

from __future__ import annotations

import csv
import io
from collections import Counter

from pandas import DataFrame

from ingest.delivery import IngestError

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
csv.field_size_limit(2**31 - 1)


def read_delimited(content: bytes, file: str) -> tuple[DataFrame, str, str]:
    """The frame, the encoding and the name of the delimiter; IngestError for what is not a table."""
    text, encoding = decoded(content, file)
    if "\0" in text:
        raise IngestError(f"{file} is no text file (it holds zero bytes); ask for the file again.")
    delimiter = _delimiter(text)
    rows = _rows(text, delimiter, file)
    header = [name.strip() for name in rows[0][1]]
    _check_header(header, file)
    body = [_whole(row, line, header, file) for line, row in rows[1:]]
    return DataFrame(body, columns=header, dtype="str"), encoding, DELIMITERS[delimiter]


def decoded(content: bytes, file: str) -> tuple[str, str]:
    """The text and its encoding: UTF-8 (with or without mark), UTF-16 with mark, else Windows-1252."""
    marked = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    for encoding in (marked, "cp1252"):
        try:
            return content.decode(encoding), {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}[
                encoding
            ]
        except UnicodeDecodeError:
            continue
    raise IngestError(f"{file} is text in neither UTF-8 nor Windows-1252; ask for the file in UTF-8.")


def _delimiter(text: str) -> str:
    """The delimiter that stands most often in the first line, outside quotes."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    outside = "".join(part for i, part in enumerate(first.split('"')) if i % 2 == 0)
    return max(DELIMITERS, key=outside.count)


def _rows(text: str, delimiter: str, file: str) -> list[tuple[int, list[str]]]:
    """(line number, values) of each line that is not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        rows = [(reader.line_num, row) for row in reader if row]
    except csv.Error as error:
        raise IngestError(f"{file} line {reader.line_num}: {_reason(error)}; ask for the file again.") from error
    if not rows:
        raise IngestError(f"{file} is empty: not even a line of column names; ask for the file again.")
    return rows


def _reason(error: csv.Error) -> str:
    return "a quotation mark is opened and never closed (cut short?)" if "unexpected end" in str(error) else str(error)


def _check_header(header: list[str], file: str) -> None:
    if "" in header:
        raise IngestError(f"{file} line 1: column {header.index('') + 1} has no name; name every column.")
    twice = [name for name, count in Counter(name.upper() for name in header).items() if count > 1]
    if twice:
        raise IngestError(f"{file} line 1: the column {twice[0]} is there twice; name every column once.")


def _whole(row: list[str], line: int, header: list[str], file: str) -> list[str | None]:
    if len(row) != len(header):
        raise IngestError(
            f"{file} line {line}: {len(row)} values under {len(header)} column names; "
            "correct the line (a delimiter inside text needs quotes)."
        )
    return row
