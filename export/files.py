"""One display as one file, with title, data cut, population, filters and source printed in it."""

from __future__ import annotations

import csv
import io
import re

import pandas
import xlsxwriter
from pandas import DataFrame

from displays import Display
from export.images import render
from export.printed import printed

FORMATS = {
    "png": ("PNG image (300 dpi)", "image/png"),
    "svg": ("SVG drawing", "image/svg+xml"),
    "csv": ("CSV table", "text/csv"),
    "xlsx": ("XLSX workbook", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
SIGNED_NUMBER = re.compile(r"[+-]?[0-9][0-9.,]*")
NUMBER_FORMATS = {
    "percent": "0.0%",
    "integer": "0",
    "decimal1": "0.0",
    "decimal2": "0.00",
    "amount": "[>=100]0;General",
    "p": "0.0000",
    "date": "d mmm yyyy",
}


def write(display: Display, kind: str) -> bytes:
    """The display as the bytes of one file; kind is png, svg, csv or xlsx.

    Raises ValueError for another kind or a hypothetical display, ImagesUnavailable where an image needs a
    browser and there is none.
    """
    if display.hypothetical:
        raise ValueError(f"{display.title}: {display.hypothetical}. What is supposed is never written to a file.")
    if kind not in FORMATS:
        raise ValueError(f"{kind!r} is no format; the formats are {', '.join(FORMATS)}.")
    if kind in ("png", "svg"):
        return render(printed(display), kind)
    return _csv(display) if kind == "csv" else _xlsx(display)


def provenance(display: Display) -> list[tuple[str, str]]:
    """What every file says of itself, as (what, text)."""
    rows = [
        ("Title", display.title),
        ("Finding", display.finding),
        ("Study", display.study),
        ("Data", "Synthetic data" if display.synthetic else ""),
        ("Data cut", display.data_line),
        ("Session", display.audience.title()),
        ("Population", display.population),
        ("Filters", display.filters),
        ("Definition", display.method),
        ("Source", display.source),
    ]
    return [(what, text) for what, text in rows if text]


def numbers(display: Display) -> DataFrame:
    """The table as files hold it: the columns shown, unformatted, under their headings."""
    columns = [column for column in display.labels if column in display.table.columns]
    return display.table[columns].rename(columns=display.labels)


def _csv(display: Display) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for what, text in provenance(display):
        writer.writerow([f"# {what}: {' '.join(text.split())}"])
    frame = numbers(display)
    writer.writerow(frame.columns)
    writer.writerows([_csv_cell(value) for value in row] for row in frame.itertuples(index=False))
    return out.getvalue().encode("utf-8-sig")


def _csv_cell(value):
    if _missing(value):
        return ""
    if isinstance(value, str):
        # A spreadsheet would run text that begins like a formula.
        return (
            "'" + value
            if value.startswith(("=", "+", "-", "@", "\t", "\r")) and not SIGNED_NUMBER.fullmatch(value)
            else value
        )
    return f"{value:%Y-%m-%d}" if hasattr(value, "strftime") else value


def _missing(value) -> bool:
    return value is None or (pandas.api.types.is_scalar(value) and pandas.isna(value))


def _xlsx(display: Display) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": False}
    )
    _numbers_sheet(book, display)
    _about_sheet(book, display)
    book.set_properties({"title": display.title, "comments": "Synthetic data" if display.synthetic else ""})
    book.close()
    return out.getvalue()


def _numbers_sheet(book: xlsxwriter.Workbook, display: Display) -> None:
    sheet = book.add_worksheet("Numbers")
    bold, head = (
        book.add_format({"bold": True, "font_size": 14}),
        book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
    )
    sheet.write_string(0, 0, display.title, bold)
    sheet.write_string(1, 0, display.finding)
    sheet.write_string(
        2,
        0,
        " · ".join(
            text
            for text in (
                display.data_line,
                "Filters: " + display.filters,
                "Synthetic data" if display.synthetic else "",
            )
            if text
        ),
    )
    frame = numbers(display)
    kinds = [display.formats.get(column) for column in display.labels if column in display.table.columns]
    for column, (heading, kind) in enumerate(zip(frame.columns, kinds)):
        sheet.write_string(4, column, heading, head)
        form = book.add_format({"num_format": NUMBER_FORMATS[kind]} if kind else {"valign": "top"})
        dates = book.add_format({"num_format": NUMBER_FORMATS["date"]})
        width = max([len(heading), *frame.iloc[:, column].dropna().astype(str).str.len()], default=8)
        sheet.set_column(column, column, min(max(width + 2, 9), 60))
        for row, value in enumerate(frame.iloc[:, column], start=5):
            _cell(sheet, row, column, value, form, dates)
    sheet.freeze_panes(5, 0)


def _cell(sheet, row: int, column: int, value, form, dates) -> None:
    if _missing(value):
        sheet.write_blank(row, column, None)
    elif isinstance(value, str):
        sheet.write_string(row, column, value)
    elif hasattr(value, "strftime"):
        sheet.write_datetime(row, column, pandas.Timestamp(value).to_pydatetime(), dates)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    else:
        sheet.write_number(row, column, float(value), form)


def _about_sheet(book: xlsxwriter.Workbook, display: Display) -> None:
    sheet = book.add_worksheet("About")
    bold, wrap = book.add_format({"bold": True, "valign": "top"}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 110)
    asked = [(f"SQL: {question.name}", question.text()) for question in display.questions]
    for row, (what, text) in enumerate([*provenance(display), *asked]):
        sheet.write_string(row, 0, what, bold)
        sheet.write_string(row, 1, text[:32000], wrap)
