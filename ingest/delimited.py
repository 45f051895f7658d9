"""Delimited text (CSV): every value stays the text it is; a ragged line is an error with its number.

What other programs add is left out and said: R's column of row names, a spreadsheet's empty columns and rows. Decimal
commas become points where all numeric columns agree.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter

from pandas import DataFrame

from ingest.decimal_commas import with_points
from ingest.delivery import IngestError

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
csv.field_size_limit(2**31 - 1)


Lines = list[tuple[int, list[str]]]
"""(line number, values) of each line."""


def read_delimited(content: bytes, file: str) -> tuple[DataFrame, str, tuple[str, ...]]:
    """The frame, the encoding and remarks on how it was read; IngestError for what is not a table."""
    text, encoding = decoded(content, file)
    if "\0" in text:
        raise IngestError(f"{file} is no text file (it holds zero bytes); ask for the file again.")
    named = re.match(r"\s*sep=([,;\t|])\r?\n", text, re.IGNORECASE)  # a spreadsheet's own first line
    text = text[named.end() :] if named else text
    delimiter = named[1] if named else _delimiter(text)
    header, lines, remarks = _plain(_rows(text, delimiter, file), file)
    rows = [_whole(row, line, header, file) for line, row in lines]
    if "\xa0" in text or ("\t" in text and delimiter != "\t"):  # blanks of other kinds would be part of a value
        rows = [[value.strip() for value in row] for row in rows]
    frame = DataFrame(rows, columns=header, dtype="str")
    if delimiter != ",":
        frame, changed = with_points(frame, file)
        remarks += [f"decimal commas were read as points: {', '.join(changed)}"] if changed else []
        remarks.insert(0, f"values are parted by {DELIMITERS[delimiter]}")
    return frame, encoding, tuple(remarks)


def _plain(rows: Lines, file: str) -> tuple[list[str], Lines, list[str]]:
    """The column names and the lines of the table itself, and what was left out."""
    (first, named), *filled = [(line, row) for line, row in rows if any(map(str.strip, row))] or rows[:1]
    header, empty = [name.strip() for name in named], len(rows) - len(filled) - 1
    remarks = [f"{empty:,} lines without any value are left out"] if empty else []
    if filled and all(len(row) == len(header) + 1 for _, row in filled) and _numbers_rows(filled, 0):
        header = ["", *header]  # R's write.table names the columns, and not the row names before them
    width = max([len(header), *(len(row) for _, row in filled)])
    unnamed = [i for i in range(width) if i >= len(header) or not header[i]]
    dropped = {i for i in unnamed if not any(row[i].strip() for _, row in filled if i < len(row))}
    row_names = {i for i in unnamed if i == 0 and i not in dropped and _numbers_rows(filled, i)}
    remarks += [f"{len(dropped)} columns without a name and without a value are left out"] if dropped else []
    remarks += ["the first column, which has no name and numbers the rows, is left out"] if row_names else []
    left = dropped | row_names
    header = [name for i, name in enumerate(header) if i not in left]
    _check_header(header, first, file)
    return header, [(line, [v for i, v in enumerate(row) if i not in left]) for line, row in filled], remarks


def _numbers_rows(rows: Lines, place: int) -> bool:
    """Whether a column holds a different whole number in every row, as row names do, of some rows of a table too."""
    values = [row[place].strip() for _, row in rows if place < len(row)]
    return len(set(values)) == len(rows) and all(re.fullmatch(r"\d{1,9}", value) for value in values)


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


def _rows(text: str, delimiter: str, file: str) -> Lines:
    """Each line that is not blank."""
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


def _check_header(header: list[str], line: int, file: str) -> None:
    if "" in header:
        raise IngestError(
            f"{file} line {line}: column {header.index('') + 1} has no name and holds values; name every column."
        )
    twice = [name for name, count in Counter(name.upper() for name in header).items() if count > 1]
    if twice:
        raise IngestError(f"{file} line {line}: the column {twice[0]} is there twice; name every column once.")


def _whole(row: list[str], line: int, header: list[str], file: str) -> list[str]:
    if len(row) != len(header):
        raise IngestError(
            f"{file} line {line}: {len(row)} values under {len(header)} column names; "
            "correct the line (a delimiter inside text needs quotes)."
        )
    return row
