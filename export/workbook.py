"""A display as an XLSX workbook: a sheet with the numbers, and one that says what they are."""

from __future__ import annotations

import io
from collections.abc import Iterable

import pandas
import xlsxwriter

from displays import Display
from export.provenance import missing, numbers, provenance, steady

NUMBER_FORMATS = {
    "percent": "0.0%",
    "integer": "0",
    "decimal1": "0.0",
    "decimal2": "0.00",
    "amount": "[>=100]0;General",
    "p": "0.0000",
    "date": "d mmm yyyy",
}
HEADINGS_ROW = 4
NARROWEST, WIDEST = 9, 60
LONGEST_TEXT = 32000
"""A cell of a workbook holds no more letters."""


TEXT_STAYS_TEXT = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "nan_inf_to_errors": False,
}
"""Text is written as text, never as a formula or a link."""


def workbook(display: Display) -> bytes:
    """The bytes of the XLSX file of one display."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, TEXT_STAYS_TEXT)
    numbers_sheet(book, "Numbers", display)
    about = [(f"SQL: {question.name}", question.text()) for question in display.questions]
    about_sheet(book, "About", [*provenance(display), *about])
    book.set_properties({"title": display.title, "comments": "Synthetic data" if display.synthetic else ""})
    book.close()
    return out.getvalue()


def numbers_sheet(book: xlsxwriter.Workbook, name: str, display: Display) -> None:
    """A sheet with a display's finding and its numbers, unformatted, under headings that can be filtered."""
    sheet = book.add_worksheet(name)
    synthetic = "Synthetic data" if display.synthetic else ""
    marks = (display.data_line, f"Filters: {display.filters}", synthetic)
    sheet.write_string(0, 0, display.title, book.add_format({"bold": True, "font_size": 14}))
    sheet.write_string(1, 0, display.finding)
    sheet.write_string(2, 0, " · ".join(mark for mark in marks if mark))
    frame = numbers(display)
    kinds = [display.formats.get(column) for column in display.labels if column in display.table.columns]
    for place, (heading, kind) in enumerate(zip(frame.columns, kinds, strict=True)):
        _column(book, sheet, place, heading, frame.iloc[:, place], kind)
    sheet.freeze_panes(HEADINGS_ROW + 1, 0)
    if len(frame.columns):
        sheet.autofilter(HEADINGS_ROW, 0, HEADINGS_ROW + len(frame), len(frame.columns) - 1)


def _column(book, sheet, place: int, heading: str, values: pandas.Series, kind: str | None) -> None:
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    form = book.add_format({"num_format": NUMBER_FORMATS[kind]} if kind in NUMBER_FORMATS else {"valign": "top"})
    dates = book.add_format({"num_format": NUMBER_FORMATS["date"]})
    sheet.write_string(HEADINGS_ROW, place, heading, head)
    sheet.set_column(place, place, _width(heading, values.dropna().astype(str)))
    for row, value in enumerate(values, start=HEADINGS_ROW + 1):
        _cell(sheet, row, place, value, form, dates)


def _width(heading: str, texts: Iterable[str]) -> int:
    return min(max(len(heading) + 2, *(len(text) + 2 for text in texts), NARROWEST), WIDEST)


def _cell(sheet, row: int, column: int, value, form, dates) -> None:
    if missing(value):
        sheet.write_blank(row, column, None)
    elif isinstance(value, str):
        sheet.write_string(row, column, value)
    elif hasattr(value, "strftime"):
        sheet.write_datetime(row, column, pandas.Timestamp(value).to_pydatetime(), dates)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    else:
        sheet.write_number(row, column, steady(float(value)), form)


def about_sheet(book: xlsxwriter.Workbook, name: str, rows: Iterable[tuple[str, str]]) -> None:
    """A sheet of what is said in words."""
    sheet = book.add_worksheet(name)
    bold, wrap = book.add_format({"bold": True, "valign": "top"}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 110)
    for row, (what, text) in enumerate(rows):
        sheet.write_string(row, 0, what, bold)
        sheet.write_string(row, 1, text[:LONGEST_TEXT], wrap)
