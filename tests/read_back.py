"""Files of packs read back: where what a reader finds in a format is not what the tables of the displays hold.

Each function takes a pack and what one format of it is, and gives a line for each display that differs.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from html.parser import HTMLParser
from typing import Any

import openpyxl
import pypdfium2

from displays import Display
from displays.display import day
from displays.words import brief_columns, cell, full_heading
from export.made import Book
from export.provenance import missing, numbers

Rows = Sequence[Sequence[Any]]
HEADINGS_ROW = 5
"""The row of a sheet of a workbook that holds the headings."""


def unlike(name: str, read: Rows, told: Rows, alike: Callable[[Any, Any], bool] = str.__eq__) -> list[str]:
    """The first row that is not as told, in words; [] where all are."""
    if len(read) != len(told):
        return [f"{name}: {len(read)} rows, not {len(told)}"]
    for number, (found, own) in enumerate(zip(read, told, strict=True)):
        if len(found) != len(own) or not all(map(alike, found, own)):
            return [f"{name}, row {number}: {found}, not {own}"]
    return []


def rows_in_words(made: Display) -> list[list[str]]:
    """The rows of a display's table as screen and paper have them."""
    columns = brief_columns(made)
    texts = [[cell(value, made.formats.get(name)) for value in made.table[name]] for name in columns]
    rows = [list(row) for row in zip(*texts, strict=True)]
    for row, level in zip(rows, made.table[made.level] if made.level else (), strict=False):
        row[0] = "– " * level + row[0]
    return rows


def plain_rows(made: Display) -> list[tuple]:
    """The rows of a display's numbers as they are."""
    return list(numbers(made).itertuples(index=False, name=None))


def same(read: Any, told: Any) -> bool:
    """Whether a cell of a workbook is the display's value."""
    if missing(told) or told == "":
        return read in (None, "")
    if isinstance(told, str) and re.fullmatch(r"[Dd]ay -?\d+", told):
        return read == int(told[4:])
    if isinstance(told, str) and re.fullmatch(r"\d{1,2} [A-Z][a-z]{2} \d{4}", told):
        return day(read) == told
    if isinstance(told, (str, bool)):
        return read == told
    if hasattr(told, "strftime"):
        return f"{read:%Y-%m-%d}" == f"{told:%Y-%m-%d}"
    return isinstance(read, (int, float)) and abs(read - float(told)) <= 1e-12 * abs(float(told))


def wrong_in_workbook(made: Book, written: bytes) -> list[str]:
    """XLSX: the sheet of each display holds its headings and its numbers, unformatted."""
    sheets = openpyxl.load_workbook(io.BytesIO(written), read_only=True).worksheets[1:-1]
    return [
        fault
        for part, sheet in zip(made.parts, sheets, strict=True)
        for fault in wrong_in_sheet(part.name, part.display, sheet)
    ]


def wrong_in_sheet(name: str, made: Display, sheet: Any) -> list[str]:
    """A sheet of a workbook beside the numbers of its display."""
    headings, told = list(numbers(made).columns), plain_rows(made)
    if not headings:
        return []
    first, *rows = sheet.iter_rows(min_row=HEADINGS_ROW, max_col=len(headings), values_only=True)
    rows += [(None,) * len(headings)] * (len(told) - len(rows))  # rows at the end of which each cell is empty
    return unlike(name, [[one or "" for one in first]], [headings]) + unlike(name, rows, told, same)


def wrong_in_csv(made: Book, written: Mapping[str, bytes]) -> list[str]:
    """CSV: the file of each display holds its headings and its numbers, unformatted."""
    found = []
    for part in made.parts:
        rows = list(csv.reader(io.StringIO(written[part.name].decode("utf-8-sig"), newline="")))
        headings, *rows = [row for row in rows if not row[0].startswith("# ")]
        columns = list(numbers(part.display).columns)
        if columns:
            found += unlike(part.name, [headings], [columns]) + unlike(
                part.name, rows, plain_rows(part.display), as_csv
            )
    return found


def as_csv(read: str, told: Any) -> bool:
    """Whether a field is the display's value; a text that a spreadsheet would run has an apostrophe before it."""
    if missing(told):
        return read == ""
    if isinstance(told, str):
        return read in (told, f"'{told}")
    if hasattr(told, "strftime"):
        return read == f"{told:%Y-%m-%d}"
    return read == str(told) if isinstance(told, bool) else float(read) == float(told)


class Tables(HTMLParser):
    """The cells of each section's table, row by row."""

    def __init__(self, written: str) -> None:
        super().__init__()
        self.rows: dict[str, list[list[str]]] = defaultdict(list)
        self.inside, self.section = False, ""
        self.feed(written)

    def handle_starttag(self, tag, attrs):
        if tag == "section":
            self.section = dict(attrs)["id"]
        if tag == "tr":
            self.rows[self.section].append([])
        if tag in ("td", "th"):
            self.inside = True
            self.rows[self.section][-1].append("")

    def handle_endtag(self, tag):
        self.inside = self.inside and tag not in ("td", "th")

    def handle_data(self, data):
        if self.inside:
            self.rows[self.section][-1][-1] += data


def wrong_in_page(made: Book, written: bytes) -> list[str]:
    """HTML: each section holds the table of its display, and its chart is the figure of the display."""
    text, found = written.decode(), []
    rows = Tables(text).rows
    for number, part in enumerate(made.parts):
        shown = part.display
        columns = [full_heading(shown, name) for name in brief_columns(shown)]
        told = [columns, *rows_in_words(shown)] if columns and len(shown.table) else []
        found += unlike(part.name, rows[f"d{number}"], told)
    figures = re.findall(r'<script type="application/json">(.*?)</script>', text)
    charted = [part for part in made.parts if part.display.figure is not None]
    for drawn, part in zip(figures, charted, strict=True):
        if json.loads(drawn) != json.loads(part.display.figure.to_json()):
            found.append(f"{part.name}: the chart is not that of the display")
    return found


def wrong_in_book(made: Book, written: bytes) -> list[str]:
    """PDF of a book that was made without a browser: the pages of each display end with its whole table."""
    found, pages = [], pages_of(made, written)
    for number, part in enumerate(made.parts):
        head = squeezed("".join(full_heading(part.display, name) for name in brief_columns(part.display)))
        rows = [squeezed("".join(row)) for row in rows_in_words(part.display)]
        if head and rows and not ends_with(pages[number], head, rows):
            found.append(f"{part.name}: its pages do not end with the rows of its table")
    return found


def pages_of(made: Book, written: bytes) -> list[list[str]]:
    """The letters of the pages of each display, by the bookmarks; without what stands at the foot of each page."""
    with pypdfium2.PdfDocument(written) as read:
        texts = [squeezed(page.get_textpage().get_text_range()) for page in read]
        marks = [(mark.level, mark.get_dest().get_index()) for mark in read.get_toc()]
    foot = squeezed(made.marks)
    texts = [text.removesuffix(f"{foot}{number}of{len(texts)}") for number, text in enumerate(texts, 1)]
    firsts = [page for level, page in marks if level == 1][: len(made.parts)]
    after = next(page for level, page in marks if level == 0 and page > firsts[-1])
    return [texts[first:last] for first, last in zip(firsts, [*firsts[1:], after], strict=True)]


def squeezed(text: str) -> str:
    """A text without spaces; a hyphen at the end of a line is read as a sign of its own."""
    return "".join(text.replace("\ufffe", "-").split())


def ends_with(pages: list[str], head: str, rows: list[str]) -> bool:
    """Whether pages end with a table: headings on each, its rows in order; of one that two pages share all letters."""
    texts = [pages[0], *(page.removeprefix(head) for page in pages[1:])]
    whole, at = "".join(texts), sum(map(len, texts)) - sum(map(len, rows))
    ends = [sum(map(len, texts[: number + 1])) for number in range(len(texts))]
    if not whole[: max(at, 0)].endswith(head):
        return False
    for row in rows:
        own, at = whole[at : at + len(row)], at + len(row)
        shared = any(at - len(row) < end < at for end in ends)
        if own != row and not (shared and sorted(own) == sorted(row)):
            return False
    return True
