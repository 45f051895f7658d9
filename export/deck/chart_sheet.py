"""The workbook behind a chart: its points with their limits, and the display's numbers in full."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from displays import Display
from export.deck.chart import Chart
from export.legal import legal
from export.provenance import steady
from export.workbook import TEXT_STAYS_TEXT, numbers_sheet

SHEET = "Chart"
NUMBERS = "Numbers"


@dataclass(frozen=True)
class Column:
    """A column of the sheet: its heading and its values, from the second row on."""

    heading: str
    values: tuple


@dataclass(frozen=True)
class Cells:
    """Where the cells of a series are: formulas of its name, its values, and how far its bars reach."""

    name: str
    x: str
    y: str
    plus: str = ""
    minus: str = ""


def columns_of(chart: Chart) -> list[Column]:
    """The columns of a chart's sheet: of bars one for the categories and one for each series; else two of each."""
    if chart.kind != "points":
        return [Column("", chart.categories), *(Column(one.name, one.y) for one in chart.series)]
    found = []
    for one in chart.series:
        found += [Column(f"{one.name}: horizontal", one.x), Column(one.name, one.y)]
        if one.bars:
            found += [Column(f"{one.name}: up to the upper limit", one.bars.plus)]
            found += [Column(f"{one.name}: down to the lower limit", one.bars.minus)]
    return found


def rows_of(chart: Chart) -> int:
    """How many rows every series is given: LibreOffice loses a series before a longer one."""
    return max((len(one.y) for one in chart.series), default=0)


def cells_of(chart: Chart) -> list[Cells]:
    """The formulas of each series, in the order of the chart."""
    number = rows_of(chart)
    if chart.kind != "points":
        return [
            Cells(_cell(place), _range(0, number), _range(place, number)) for place, _ in enumerate(chart.series, 1)
        ]
    found, place = [], 0
    for one in chart.series:
        limits = (_range(place + 2, number), _range(place + 3, number)) if one.bars else ("", "")
        found.append(Cells(_cell(place + 1), _range(place, number), _range(place + 1, number), *limits))
        place += 4 if one.bars else 2
    return found


def _cell(column: int) -> str:
    return f"{SHEET}!${xl_col_to_name(column)}$1"


def _range(column: int, number: int) -> str:
    name = xl_col_to_name(column)
    return f"{SHEET}!${name}$2:${name}${max(number, 1) + 1}"


def chart_sheet(chart: Chart, display: Display, prepared: datetime) -> bytes:
    """The bytes of the workbook; the same chart of the same time is the same bytes."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, TEXT_STAYS_TEXT)
    sheet = book.add_worksheet(SHEET)
    for place, column in enumerate(columns_of(chart)):
        sheet.write_string(0, place, legal(column.heading))
        sheet.set_column(place, place, 18)
        for row, value in enumerate(column.values, 1):
            if isinstance(value, str):
                sheet.write_string(row, place, legal(value))
            elif value is not None:
                sheet.write_number(row, place, steady(value))
    numbers_sheet(book, NUMBERS, display)
    title = f"{display.study}: {display.title}"
    book.set_properties(
        {"title": legal(title), "comments": "Synthetic data" if display.synthetic else "", "created": prepared}
    )
    book.close()
    return out.getvalue()
