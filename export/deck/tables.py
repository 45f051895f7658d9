"""A display's table as tables of PowerPoint: columns as wide as their texts need, rows split over slides."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from displays import Display
from displays.drawing.house import INK, RULE
from displays.since import SINCE_LABELS
from displays.words import brief_columns, table_in_words
from export.deck.shapes_xml import EMU, MUTED, fill
from export.deck.text import FONT, LEADING, SMALLEST, SURE, kept, lines, widest_word, width, xml

SIDE, ABOVE = 5.0, 3.0
"""Points between the edge of a cell and its text."""
NARROWEST, BIT = 34.0, 8.0
"""Points: a column is no narrower, and is made wider by so much at once."""
MOST_ROWS = 20
"""No slide holds more rows."""
LONGEST_WORD = 150.0
"""A word that is wider is broken within."""
NUMBERS = ("percent", "integer", "decimal1", "decimal2", "amount", "p")


@dataclass(frozen=True)
class Grid:
    """A table in words: headings, rows, which columns hold numbers."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]


@dataclass(frozen=True)
class Piece:
    """A part of a grid that fits on a slide: widths of its columns, and height of each row, the heading first."""

    grid: Grid
    widths: tuple[float, ...]
    heights: tuple[float, ...]


@dataclass(frozen=True)
class Split:
    """A grid as pieces. dropped: headings of columns that do not fit; left: rows that were not put on a slide."""

    pieces: tuple[Piece, ...]
    dropped: tuple[str, ...] = ()
    left: int = 0


def grid_of(made: Display) -> Grid:
    """The brief columns of a display, as the screen writes them."""
    head, texts = table_in_words(made)
    numeric = tuple(made.table[column].dtype.kind in "iuf" for column in brief_columns(made))
    return Grid(tuple(head), tuple(zip(*(map(kept, column) for column in texts), strict=True)), numeric)


def split(grid: Grid, wide: float, first: float, high: float, most: int, *, every_column: bool = False) -> Split:
    """A grid as pieces that fit: the first one of so many points of height, the others of `high`, `most` at most.

    Columns that do not fit at the least size of text, or would make a row higher than a slide, are left out, the last
    ones first, and named; with every_column a row that is higher than a slide goes on in the next row instead.
    """
    looked_at = Grid(grid.head, grid.rows[: most * MOST_ROWS], grid.numeric)
    kept = [*range(len(grid.head))] if every_column else _columns_kept(looked_at, wide, min(first, high))
    whole = _of_columns(looked_at, kept)
    widths = widths_of(whole, wide)
    head = _height(whole.head, widths, bold=True)
    part, origins = _without_giants(whole, widths, min(first, high) - head)
    heights = [_height(row, widths, bold=False) for row in part.rows]
    pieces, start = [], 0
    while start < len(part.rows) and len(pieces) < most:
        room, end = (high if pieces else first) - head, start
        while end < len(part.rows) and (end == start or sum(heights[start : end + 1]) <= room):
            end += 1
        rows = Grid(part.head, part.rows[start:end], part.numeric)
        pieces.append(Piece(rows, widths, (head, *heights[start:end])))
        start = end
    dropped = tuple(heading for place, heading in enumerate(grid.head) if place not in kept)
    return Split(tuple(pieces), dropped, len(set(origins[start:])) + len(grid.rows) - len(looked_at.rows))


def _columns_kept(grid: Grid, wide: float, room: float) -> list[int]:
    """The first columns that fit and what is new since the previous cut; as many as make no row higher than the room,
    where there are such."""
    needs = _needs(grid)
    ways = [_columns(grid, number) for number in range(len(grid.head), 0, -1)]
    fitting = [way for way in ways if sum(needs[place] for place in way) <= wide] or ways[-1:]
    for way in fitting:
        fewer = _of_columns(grid, way)
        widths = widths_of(fewer, wide)
        head = _height(fewer.head, widths, bold=True)
        if all(head + _height(row, widths, bold=False) <= room for row in fewer.rows):
            return way
    return fitting[0]


def _columns(grid: Grid, number: int) -> list[int]:
    """So many columns in their order: of those that compare with the previous cut and say something all, then the first
    ones; the first of all in any case."""
    compared = [
        place
        for place, heading in enumerate(grid.head)
        if place and heading in SINCE_LABELS.values() and any(row[place] for row in grid.rows)
    ]
    others = [place for place in range(len(grid.head)) if place not in compared]
    first = others[: max(number - len(compared), 1)]
    return sorted([*first, *compared[: max(number - len(first), 0)]])


def _of_columns(grid: Grid, kept: list[int]) -> Grid:
    rows = tuple(tuple(row[place] for place in kept) for row in grid.rows)
    return Grid(tuple(grid.head[place] for place in kept), rows, tuple(grid.numeric[place] for place in kept))


def _without_giants(grid: Grid, widths: tuple[float, ...], room: float) -> tuple[Grid, list[int]]:
    """The grid with each row that is higher than a slide as several, and of each row which one of the grid it is of."""
    most = max(int((room - 2 * ABOVE) / (SMALLEST * LEADING)), 1)
    rows, origins = [], []
    for origin, row in enumerate(grid.rows):
        broken = [lines(text, SMALLEST, wide - 2 * SIDE) for text, wide in zip(row, widths, strict=True)]
        number = -(-max(map(len, broken), default=1) // most)
        parts = [tuple(" ".join(one[at * most : (at + 1) * most]) for one in broken) for at in range(number)]
        rows += parts if number > 1 else [row]
        origins += [origin] * max(number, 1)
    return Grid(grid.head, tuple(rows), grid.numeric), origins


def _needs(grid: Grid, longest_word: float = LONGEST_WORD) -> list[float]:
    """The points that each column needs for none of its words to be broken, of those up to so many points."""
    found = []
    for place, heading in enumerate(grid.head):
        words = [widest_word(row[place], SMALLEST) for row in grid.rows]
        longest = max([widest_word(heading, SMALLEST, bold=True), *words])
        found.append(max(min(longest, longest_word) / SURE + 2 * SIDE + 1, NARROWEST))
    return found


def widths_of(grid: Grid, wide: float, longest_word: float = LONGEST_WORD) -> tuple[float, ...]:
    """Each column as wide as it needs; the rest of the room in that of two ways which makes the rows lower.

    longest_word: points; a word that is wider may be broken.
    """
    needs = [min(need, wide) for need in _needs(grid, longest_word)]
    texts = [[width(text, SMALLEST, bold=True) for text in grid.head]]
    texts += [[width(text, SMALLEST) for text in row] for row in grid.rows]
    ways = [tuple(way(texts, needs, wide)) for way in (_by_wish, _bit_by_bit)]
    return min(ways, key=lambda widths: sum(_height(row, widths, bold=False) for row in (grid.head, *grid.rows)))


def _by_wish(texts: list[list[float]], needs: list[float], wide: float) -> list[float]:
    """The room shared by what each column lacks for its longest text: small wishes are met, large ones in part."""
    longest = [max(column) / SURE + 2 * SIDE + 1 for column in zip(*texts, strict=True)]
    wishes = [max(wish - need, 0.0) for wish, need in zip(longest, needs, strict=True)]
    given, room = [0.0] * len(needs), max(wide - sum(needs), 0.0)
    waiting = [column for column, wish in enumerate(wishes) if wish > 0]
    while waiting and room > 0:
        weights = sum(wishes[column] ** 0.5 for column in waiting)
        each = {column: room * wishes[column] ** 0.5 / weights for column in waiting}
        met = [column for column in waiting if wishes[column] <= each[column]]
        for column in met or waiting:
            given[column] = min(wishes[column], each[column])
        room = room - sum(given[column] for column in met) if met else 0.0
        waiting = [column for column in waiting if column not in met]
    return [need + more for need, more in zip(needs, given, strict=True)]


def _bit_by_bit(texts: list[list[float]], needs: list[float], wide: float) -> list[float]:
    """The room given bit by bit to the column that makes most rows higher."""
    widths, room = list(needs), wide - sum(needs)
    high = [row for row in texts if any(_lines_of(*one) > 1 for one in zip(row, widths, strict=True))]
    columns = [[_lines_of(row[place], points) for row in high] for place, points in enumerate(widths)]
    while room > 0 and (place := _highest(columns)) is not None:
        widths[place] += min(BIT, room)
        columns[place] = [_lines_of(row[place], widths[place]) for row in high]
        room -= BIT
    return widths


def _lines_of(text: float, wide: float) -> int:
    """About how many lines a text of so many points has in a column."""
    return ceil(text / ((wide - 2 * SIDE) * SURE))


def _highest(columns: list[list[int]]) -> int | None:
    """The column because of which most rows have more lines than one; None where no row has."""
    blame = [0.0] * len(columns)
    for needed in zip(*columns, strict=True):
        most = max(needed)
        if most > 1:
            blamed = [column for column, number in enumerate(needed) if number == most]
            for column in blamed:
                blame[column] += most / len(blamed)
    return max(range(len(blame)), key=blame.__getitem__) if any(blame) else None


def _height(row: tuple[str, ...], widths: tuple[float, ...], *, bold: bool) -> float:
    most = max(
        (len(lines(text, SMALLEST, wide - 2 * SIDE, bold=bold)) for text, wide in zip(row, widths, strict=True)),
        default=1,
    )
    return most * SMALLEST * LEADING + 2 * ABOVE


def table_xml(piece: Piece) -> str:
    """A piece as a table of PowerPoint."""
    columns = "".join(f'<a:gridCol w="{round(wide * EMU)}"/>' for wide in piece.widths)
    rows = [piece.grid.head, *piece.grid.rows]
    body = "".join(
        _row(row, high, piece.grid.numeric, head=place == 0)
        for place, (row, high) in enumerate(zip(rows, piece.heights, strict=True))
    )
    return f'<a:tbl><a:tblPr firstRow="1"/><a:tblGrid>{columns}</a:tblGrid>{body}</a:tbl>'


def _row(row: tuple[str, ...], high: float, numeric: tuple[bool, ...], *, head: bool) -> str:
    cells = "".join(_cell(text, number, head=head) for text, number in zip(row, numeric, strict=True))
    return f'<a:tr h="{round(high * EMU)}">{cells}</a:tr>'


def _cell(text: str, number: bool, *, head: bool) -> str:
    look = f'lang="en-GB" sz="{SMALLEST * 100}" b="{int(head)}"'
    place = f'<a:pPr algn="{"r" if number else "l"}"/>'
    words = "".join(f"<a:p>{place}{_words(line, look)}</a:p>" for line in text.split("\n"))
    none = "".join(f'<a:{side} w="0"><a:noFill/></a:{side}>' for side in ("lnL", "lnR", "lnT"))
    under = f'<a:lnB w="{12700 if head else 6350}">{fill(MUTED if head else RULE)}</a:lnB>'
    margins = (
        f'marL="{round(SIDE * EMU)}" marR="{round(SIDE * EMU)}" marT="{round(ABOVE * EMU)}" marB="{round(ABOVE * EMU)}"'
    )
    return (
        f"<a:tc><a:txBody><a:bodyPr/><a:lstStyle/>{words}</a:txBody>"
        f'<a:tcPr {margins} anchor="{"b" if head else "t"}">{none}{under}<a:noFill/></a:tcPr></a:tc>'
    )


def _words(text: str, look: str) -> str:
    run = f'{fill(INK)}<a:latin typeface="{FONT}"/>'
    if not text:
        return f"<a:endParaRPr {look}>{run}</a:endParaRPr>"
    return f"<a:r><a:rPr {look}>{run}</a:rPr><a:t>{xml(text)}</a:t></a:r>"
