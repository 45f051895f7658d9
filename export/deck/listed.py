"""Slides of a table that is no display's: what changed, or what abbreviations mean."""

from __future__ import annotations

from export.deck.entry import Entry
from export.deck.frame import Deck
from export.deck.geometry import BOTTOM, EDGE, WITHIN, body_top
from export.deck.shapes_xml import Box, Run
from export.deck.tables import Grid, Piece, Split, split, table_xml
from export.deck.text import LEADING, SMALLEST

LINE = SMALLEST * LEADING


def pieces_of(title: str, grid: Grid, most: int) -> Split:
    """A table as pieces for slides of a title, every column of it whole."""
    room = BOTTOM - body_top(f"{title} – continued (99 of 99)") - LINE - 6
    return split(grid, WITHIN, room, room, most, every_column=True)


def table_slides(out: Deck, title: str, grid: Grid, kicker: str, most: int) -> Entry:
    """At most so many slides of a table; the line of the contents that leads to the first of them."""
    found = pieces_of(title, grid, most)
    number = len(found.pieces)
    slides = [] if found.pieces else [out.slide(title, kicker=kicker)]
    for slide in slides:
        out.finish(slide)
    for place, piece in enumerate(found.pieces, 1):
        said = _left_out(found, len(grid.rows)) if place == number else ""
        slides.append(
            _slide(out, title + (f" – continued ({place} of {number})" if place > 1 else ""), piece, kicker, said)
        )
    return Entry(title, slides[0], out.number - len(slides) + 1)


def _left_out(found: Split, rows: int) -> str:
    shown = rows - found.left
    return f"{shown} of {rows} rows are shown; all are in the workbook of the pack." if found.left else ""


def _slide(out: Deck, title: str, piece: Piece, kicker: str, said: str):
    slide = out.slide(title, kicker=kicker)
    box = Box(EDGE, body_top(title), sum(piece.widths), sum(piece.heights))
    out.table(slide, box, table_xml(piece), kicker, title)
    if said:
        out.text(slide, "Text", Box(EDGE, BOTTOM - LINE, WITHIN, LINE), [[Run(said)]])
    out.finish(slide)
    return slide
