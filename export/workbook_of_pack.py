"""A pack as one workbook: contents with links, a sheet a display, and where all of it is from."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import datetime

import xlsxwriter

from export.made import Book, Part
from export.manifest import in_words, manifest
from export.provenance import provenance
from export.since import COLUMNS, Since
from export.workbook import LONGEST_TEXT, TEXT_STAYS_TEXT, about_sheet, high_enough, numbers_sheet, printed_wide

LONGEST_NAME = 31
"""A sheet's name has no more letters."""
HEADINGS = ("Sheet", "Page", "Display", "Finding", "Rows", "Note")
WIDTHS = (30, 18, 42, 90, 8, 40)


def workbook_of_pack(made: Book, prepared: datetime, by: str = "") -> bytes:
    """The bytes of the XLSX file; the same pack of the same time is the same bytes."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, TEXT_STAYS_TEXT)
    names = [_name(number, part) for number, part in enumerate(made.parts, 1)]
    _contents(book, made, names)
    if made.since is not None:
        _since(book, made.since, made.marks)
    for name, part in zip(names, made.parts, strict=True):
        if part.display is not None:
            numbers_sheet(book, name, part.display)
    about_sheet(book, "Provenance", _provenance(made, prepared, by), made.marks)
    comments = "Synthetic data" if made.synthetic else ""
    book.set_properties({"title": f"{made.study}: {made.pack.title}", "comments": comments, "created": prepared})
    book.close()
    return out.getvalue()


def _name(number: int, part: Part) -> str:
    """The name of a part's sheet: its number makes it the only one of the name."""
    return re.sub(r"[\[\]:*?/\\]", " ", f"{number} {part.title}")[:LONGEST_NAME].strip("' ")


def _contents(book: xlsxwriter.Workbook, made: Book, names: list[str]) -> None:
    sheet = book.add_worksheet("Contents")
    bold, wrap = book.add_format({"bold": True, "bottom": 1}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet.write_string(0, 0, f"{made.study}: {made.pack.title}", book.add_format({"bold": True, "font_size": 14}))
    sheet.write_string(1, 0, made.marks)
    for place, (heading, width) in enumerate(zip(HEADINGS, WIDTHS, strict=True)):
        sheet.write_string(3, place, heading, bold)
        sheet.set_column(place, place, width)
    for row, (name, part) in enumerate(zip(names, made.parts, strict=True), start=4):
        if part.display is not None:
            sheet.write_url(row, 0, f"internal:'{name.replace(chr(39), chr(39) * 2)}'!A1", string=name)
            sheet.write_number(row, 4, len(part.display.table))
        texts = {1: part.place.page.title, 2: part.title, 3: part.finding, 5: part.item.note}
        for place, text in texts.items():
            sheet.write_string(row, place, text, wrap)
        high_enough(sheet, row, [texts.values()], [WIDTHS[place] for place in texts])
    sheet.freeze_panes(4, 1)
    sheet.autofilter(3, 0, 3 + len(made.parts), len(HEADINGS) - 1)
    sheet.repeat_rows(3)
    printed_wide(sheet, made.marks)


def _since(book: xlsxwriter.Workbook, since: Since, foot: str) -> None:
    sheet = book.add_worksheet("Since the previous pack")
    bold, wrap = book.add_format({"bold": True, "bottom": 1}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet.write_string(0, 0, since.sentence, book.add_format({"bold": True}))
    for place, (column, heading) in enumerate(COLUMNS.items()):
        sheet.write_string(2, place, heading, bold)
        sheet.set_column(place, place, 30)
        for row, value in enumerate(since.table[column], start=3):
            sheet.write_string(row, place, value[:LONGEST_TEXT], wrap)
    sheet.freeze_panes(3, 1)
    sheet.repeat_rows(2)
    printed_wide(sheet, foot)


def _provenance(made: Book, prepared: datetime, by: str) -> Iterator[tuple[str, str]]:
    yield from in_words(manifest(made, prepared, by))
    for part in made.parts:
        if part.display is not None:
            yield f"Display: {part.title}", "\n".join(f"{what}: {text}" for what, text in provenance(part.display))
    asked = {
        question.text(): question.name for part in made.parts if part.display for question in part.display.questions
    }
    for text, name in asked.items():
        yield f"SQL: {name}", text
