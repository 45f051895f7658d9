"""A display as an XLSX workbook: a sheet with the numbers, and one that says what they are."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime
from functools import lru_cache
from itertools import accumulate

import pandas
import xlsxwriter

from displays import Display
from displays.words import cell
from export.provenance import missing, numbers, provenance, steady

DATE, DAY = "d mmm yyyy", '"Day "0;"Day "-0'
HEADINGS_ROW = 4
NARROWEST, WIDEST = 9, 60
FINDING_WIDTH, LINE_POINTS, MOST_LINES = 110, 15, 27
"""Letters on a line of the finding, which is wrapped over the columns; the height of a line, and lines of a row."""
LONGEST_TEXT = 32000
"""A cell of a workbook holds no more letters."""
LONGEST_FOOTER = 250
A4 = 9
SHOWN_NUMBER = re.compile(r"[-−]?[\d,]+(?:\.(\d+))?( ?%)?")
STUDY_DAY = re.compile(r"[Dd]ay (-?\d{1,5})")
FIRST_YEAR = 1900
"""Excel counts a day in it that never was."""
WHOLE_DATE = re.compile(r"\d{1,2} [A-Z][a-z]{2} \d{4}")


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
    about_sheet(book, "About", [*provenance(display), *about], marks(display))
    book.set_properties({"title": display.title, "comments": "Synthetic data" if display.synthetic else ""})
    book.close()
    return out.getvalue()


def marks(display: Display) -> str:
    """What stands on every sheet: trial, data, filters, session."""
    synthetic = "Synthetic data" if display.synthetic else ""
    session = f"{display.audience.capitalize()} session"
    told = (display.study, synthetic, display.data_line, f"Filters: {display.filters}", session)
    return " · ".join(filter(None, told))


def numbers_sheet(book: xlsxwriter.Workbook, name: str, display: Display) -> None:
    """A sheet with a display's finding and its numbers as on screen, under headings that can be filtered."""
    sheet, frame = book.add_worksheet(name), numbers(display)
    form = lru_cache(maxsize=None)(lambda shown: book.add_format({"num_format": shown, "valign": "top"}))
    kinds = [display.formats.get(column) for column in display.labels if column in display.table.columns]
    texts = [
        [heading, *(cell(value, kind) for value in frame.iloc[:, place])]
        for place, (heading, kind) in enumerate(zip(frame.columns, kinds, strict=True))
    ]
    widths = [_width(*column) for column in texts]
    for place, (column, kind) in enumerate(zip(texts, kinds, strict=True)):
        sheet.set_column(place, place, widths[place])
        _column(book, sheet, form, place, column[0], frame.iloc[:, place], kind)
    high_enough(sheet, HEADINGS_ROW, zip(*texts, strict=True), widths)
    sheet.write_string(0, 0, display.title, book.add_format({"bold": True, "font_size": 14}))
    _finding(book, sheet, display.finding, widths)
    sheet.write_string(2, 0, marks(display))
    sheet.freeze_panes(HEADINGS_ROW + 1, 1)
    if len(frame.columns):
        sheet.autofilter(HEADINGS_ROW, 0, HEADINGS_ROW + len(frame), len(frame.columns) - 1)
        sheet.repeat_rows(HEADINGS_ROW)
    printed_wide(sheet, marks(display))


def printed_wide(sheet, foot: str) -> None:
    """A sheet prints on A4 across, all its columns on one page, with its marks and page number at the foot."""
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.5, bottom=0.7)
    sheet.set_footer(f"&L&8{foot.replace('&', '&&')[: LONGEST_FOOTER - 30]}&R&8&P of &N")


def _finding(book, sheet, finding: str, widths: list[int]) -> None:
    """The finding, wrapped over as many columns as a line of it needs."""
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    reached = list(accumulate(widths)) or [NARROWEST]
    last = next((place for place, width in enumerate(reached) if width >= FINDING_WIDTH), len(reached) - 1)
    high_enough(sheet, 1, [[finding]], [reached[last]])
    if last:
        sheet.merge_range(1, 0, 1, last, "", wrapped)
    sheet.write_string(1, 0, finding, wrapped)


def high_enough(sheet, first: int, rows: Iterable[Iterable[str]], widths: list[int]) -> None:
    """Rows from the first one on as high as their wrapped texts need: not every program finds that by itself."""
    for row, texts in enumerate(rows, first):
        lines = max((_lines(text, width) for text, width in zip(texts, widths, strict=True)), default=1)
        if lines > 1:
            sheet.set_row(row, LINE_POINTS * min(lines, MOST_LINES))


def _lines(text: str, width: int) -> int:
    return sum(max(-(-len(part) // max(width - 2, 1)), 1) for part in text.split("\n"))


def _column(book, sheet, form, place: int, heading: str, values: pandas.Series, kind: str | None) -> None:
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.write_string(HEADINGS_ROW, place, heading, head)
    for row, value in enumerate(values, start=HEADINGS_ROW + 1):
        _cell(sheet, row, place, typed(value), kind, form, wrapped)


def _width(heading: str, *texts: str) -> int:
    words = max((len(word) + 4 for word in heading.split()), default=0)  # beside the arrow of the filter
    return min(max(words, *(len(text) + 2 for text in texts), NARROWEST), WIDEST)


def typed(value):
    """A value of a table as a workbook holds it: a text that is a whole date or a study day alone as such.

    A day that no calendar has, or one before those that a workbook counts, stays the text that was delivered.
    """
    if not isinstance(value, str):
        return value
    if WHOLE_DATE.fullmatch(value):
        with suppress(ValueError):
            found = datetime.strptime(value, "%d %b %Y")
            return found if found.year > FIRST_YEAR else value
    day = STUDY_DAY.fullmatch(value)
    return StudyDay(day[1]) if day else value


class StudyDay(int):
    """A day of a subject's course, which is shown as "Day 12"."""


def shown_as(value, kind: str | None) -> str:
    """The number format with which a workbook shows a number as the screen does."""
    found = SHOWN_NUMBER.fullmatch(cell(value, kind))
    if found is None:
        return "General"
    decimals = f".{'0' * len(found[1])}" if found[1] else ""
    return f"{'#,##0' if ',' in found[0] else '0'}{decimals}{'%' if found[2] else ''}"


def _cell(sheet, row: int, column: int, value, kind: str | None, form, wrapped) -> None:
    if missing(value):
        sheet.write_blank(row, column, None)
    elif isinstance(value, str):
        sheet.write_string(row, column, value[:LONGEST_TEXT], wrapped)
    elif isinstance(value, StudyDay):
        sheet.write_number(row, column, value, form(DAY))
    elif isinstance(value, date):
        sheet.write_datetime(row, column, pandas.Timestamp(value).to_pydatetime(), form(DATE))
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    else:
        sheet.write_number(row, column, steady(float(value)), form(shown_as(value, kind)))


def about_sheet(book: xlsxwriter.Workbook, name: str, rows: Iterable[tuple[str, str]], foot: str) -> None:
    """A sheet of what is said in words."""
    sheet = book.add_worksheet(name)
    bold, wrap = book.add_format({"bold": True, "valign": "top"}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 110)
    for row, (what, text) in enumerate(rows):
        sheet.write_string(row, 0, what, bold)
        sheet.write_string(row, 1, text[:LONGEST_TEXT], wrap)
        high_enough(sheet, row, [[text]], [110])
    printed_wide(sheet, foot)
