"""A display's table laid out on sheets: its headings on each, every cell whole, further rows on further ones."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice, zip_longest
from math import ceil

import pandas

from displays import Display
from displays.words import brief_columns, table_in_words
from export.drawn import TEXT
from export.lettering import LINE, width, wrapped
from export.slip import EDGE, INNER, Slip, Words

GAP, PAD = 14, 4
"""Points between two columns, and above and below the words of a row."""
ROW = TEXT * LINE
COMFORT, LONG = 0.2, 240
"""A column of long texts gets this share of its longest, and up to so many points, before the table is parted."""
SHORT = 13
"""A text of so many letters ("7 (100 %)") stays on one line."""
MOST_SHEETS, MOST_ROWS = 12, 200
"""So many sheets are made of one table at most, which so many rows would more than fill."""


@dataclass(frozen=True)
class Column:
    """One column in words: what it needs at least, and what it would take to be on one line, in points."""

    heading: str
    cells: tuple[str, ...]
    number: bool

    @property
    def least(self) -> float:
        """For its longest word, and for a short text as a whole."""
        texts = [(self.heading, True), *((text, False) for text in self.cells)]
        parts = [(part, bold) for text, bold in texts for part in ([text] if len(text) <= SHORT else text.split(" "))]
        return min(max((width(part, TEXT, bold=bold) for part, bold in parts), default=0), INNER / 2)

    @property
    def wish(self) -> float:
        cells = max((width(text, TEXT) for text in self.cells), default=0)
        return max(self.least, cells, min(width(self.heading, TEXT, bold=True), LONG))

    @property
    def usual(self) -> float:
        """For nine of ten of its cells to be on one line."""
        widths = sorted(width(text, TEXT) for text in self.cells) or [0.0]
        return min(widths[int(len(widths) * 0.9)], LONG)

    @property
    def comfort(self) -> float:
        """So wide that its texts are not too high."""
        return max(self.least, min(self.wish * COMFORT, LONG))


def table_slips(display: Display, top: float, bottom: float) -> list[Slip]:
    """The table between two heights of a sheet (points), part by part; how many rows are not on them says the last."""
    columns = columns_of(display)
    if not columns or display.table.empty:
        return []
    groups = _groups(columns)
    tables = [_pages(group, top, bottom) for group in groups]
    if sum(map(len, tables)) > MOST_SHEETS:
        return _cut_off(display, _pages(groups[0], top, bottom - ROW - 2 * PAD), bottom)
    shown = 1
    for group, pages in zip(groups, tables, strict=True):
        _say_columns(pages, shown, len(group), len(columns))
        shown += len(group) - 1
    return [page for pages in tables for page in pages]


def _say_columns(pages: list[Slip], first: int, number: int, of: int) -> None:
    """Which columns stand on these pages beside the first one, where not all do."""
    if number < of:
        for page in pages:
            columns = f"columns 1 and {first + 1} to {first + number - 1} of {of}"
            page.part = f"{page.part}; {columns}" if page.part else columns


def _cut_off(display: Display, pages: list[Slip], bottom: float) -> list[Slip]:
    """As many sheets as are made of one table, and a sentence that says how many of its rows they hold."""
    kept = pages[:MOST_SHEETS]
    rows = sum(len(page.rules) - 1 for page in kept)
    text = f"The first {rows:,} of {len(display.table):,} rows; every row and column is in the CSV and XLSX files."
    kept[-1].words.append(Words((text,), EDGE, bottom - ROW, bold=True))
    return kept


def columns_of(display: Display) -> list[Column]:
    """The columns that stand for the display, in words."""
    found = []
    for name, heading, texts in zip(brief_columns(display), *table_in_words(display), strict=True):
        values = display.table[name]
        number = pandas.api.types.is_numeric_dtype(values) and not pandas.api.types.is_bool_dtype(values)
        found.append(Column(heading, tuple(texts), number))
    return found


def _groups(columns: list[Column]) -> list[list[tuple[Column, float]]]:
    """The columns, each with its width, in as many tables as they need; the first column heads each of them."""
    if _need(columns, "comfort") <= INNER or len(columns) < 3:
        return [_widths(columns)]
    first, others = columns[0], columns[1:]
    number = 1
    while number < len(others):
        size = ceil(len(others) / number)
        groups = [[first, *others[start : start + size]] for start in range(0, len(others), size)]
        if all(_need(group, "comfort") <= INNER or (len(group) <= 3) for group in groups):
            return [_widths(group) for group in groups]
        number += 1
    return [_widths([first, other]) for other in others]


def _need(columns: list[Column], what: str) -> float:
    return sum(getattr(column, what) for column in columns) + GAP * (len(columns) - 1)


def _widths(columns: list[Column]) -> list[tuple[Column, float]]:
    """Each column with its width: what is spare goes to those that wish for more."""
    room = INNER - GAP * (len(columns) - 1)
    least = [column.comfort for column in columns]
    if sum(least) > room:
        least = [min(column.least, column.comfort) for column in columns]
    if sum(least) > room:
        least = [points * room / sum(least) for points in least]
    usual = _filled(least, [max(column.usual, points) for column, points in zip(columns, least, strict=True)], room)
    return list(zip(columns, _filled(usual, [max(column.wish, 0) for column in columns], room), strict=True))


def _filled(widths: list[float], wished: list[float], room: float) -> list[float]:
    """The widths with what is left of the room: who wishes for least is served first, so that most wishes come true."""
    found, spare = list(widths), max(room - sum(widths), 0)
    order = sorted(range(len(widths)), key=lambda place: wished[place] - widths[place])
    for served, place in enumerate(order):
        more = min(max(wished[place] - widths[place], 0), spare / (len(order) - served))
        found[place] += more
        spare -= more
    return found


def _pages(group: list[tuple[Column, float]], top: float, bottom: float) -> list[Slip]:
    """The rows of one table on as few sheets as hold them, about as many on each."""
    heads = [wrapped(column.heading, points, TEXT, bold=True) for column, points in group]
    number = len(group[0][0].cells)
    rows = [
        [wrapped(text, points, TEXT) for text, (_, points) in zip(row, group, strict=True)]
        for row in islice(zip(*(column.cells for column, _ in group), strict=True), MOST_ROWS)
    ]
    first = top + max(map(len, heads)) * ROW + 2 * PAD
    high = [max(map(len, row)) * ROW + 2 * PAD for row in rows]
    fewest = len(_filling(rows, bottom - first))
    even = sum(high) / fewest
    ends = [end for step in range(8) if (end := first + even * (1 + step / 16)) < bottom]
    end = next((end for end in ends if len(_filling(rows, end - first)) == fewest), bottom)
    return [_page(group, heads, rows, top, first, number) for rows in _filling(rows, end - first)]


def _filling(rows: list[list[list[str]]], room: float) -> list[list[tuple[int, list[list[str]], bool]]]:
    """The rows, or parts of rows higher than a sheet, in sheets: number of a row, its lines, whether it ends there."""
    pages: list[list[tuple[int, list[list[str]], bool]]] = []
    left = 0.0
    for number, row in enumerate(rows, 1):
        rest = row
        while any(rest):
            lines = max(map(len, rest))
            if not pages or (lines * ROW + 2 * PAD > left and (left < room)):
                pages.append([])
                left = room
            fit = max(int((left - 2 * PAD) / ROW), 1)
            now, rest = [each[:fit] for each in rest], [each[fit:] for each in rest]
            pages[-1].append((number, now, not any(rest)))
            left -= min(lines, fit) * ROW + 2 * PAD
    return pages


def _page(group, heads, rows, top: float, first: float, number: int) -> Slip:
    page, y = Slip(_in_row(group, heads, top + PAD, bold=True), [first], [(top, first)]), first
    for _, lines, ends in rows:
        page.words += _in_row(group, lines, y + PAD)
        y += max(map(len, lines)) * ROW + 2 * PAD
        page.rules += [y] if ends else []
    page.part = f"rows {rows[0][0]:,} to {rows[-1][0]:,} of {number:,}" if len(rows) < number else ""
    return page


def _in_row(group: list[tuple[Column, float]], lines: list[list[str]], y: float, *, bold: bool = False) -> list[Words]:
    """The cells of one row, those of numbers at the right end of their column."""
    found, x = [], float(EDGE)
    for (column, points), own in zip_longest(group, lines):
        if any(own):
            found.append(Words(tuple(own), x + points * column.number, y, bold=bold, right=column.number))
        x += points + GAP
    return found
