"""A pack as a book: a tagged PDF with a cover, contents, one display a page, its SQL, and a form to fill in."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from displays import Display
from displays.words import table_in_words
from export.browser import images_available
from export.deck.tables import Grid, widths_of
from export.deck.text import SMALLEST
from export.fitted import fitted
from export.images import render
from export.letters import shown
from export.made import Book, Part
from export.since import COLUMNS
from export.typeset import in_shipped_font, typeset

TEMPLATE = Path(__file__).with_name("book.typ")
CHART = (1000, 540)
"""Width and height of a chart in points; on the page three quarters of it, so that its letters have 10.5 points."""
ACROSS = 757 * SMALLEST / 8
"""How wide a page is where its letters are as large as those that columns are measured with, not 8 points."""
LOOKED_AT = 200
"""Rows by which the width of columns is found."""
LONGEST_METHOD = 300
NO_BROWSER = "The chart needs Chromium or Chrome on the machine that made this book; its numbers are in the table."


def book(made: Book, prepared: datetime, by: str = "") -> bytes:
    """The bytes of the PDF (PDF/UA-1); without a browser tables stand in place of charts."""
    told = shown(contents(made, prepared, by))
    return typeset(TEMPLATE, told, pdf_standards=["ua-1"], timestamp=int(prepared.timestamp()))


def contents(made: Book, prepared: datetime, by: str) -> dict:
    """What stands in the book, as its template reads it."""
    parts, group, drawing = [], "", images_available()
    for number, part in enumerate(made.parts, 1):
        new = "" if part.place.page.title == group else part.place.page.title
        parts.append({"key": str(number), "group": new, **_part(part, drawing)})
        group = part.place.page.title
    return {
        "title": made.title,
        "study": made.study,
        "synthetic": made.synthetic,
        "foot": made.marks,
        "cover": made.cover(prepared, by),
        "since": _since(made),
        "parts": parts,
        "questions": _questions(made),
        "form": made.whole and made.pack.session == "closed",
        "whole": made.whole,
    }


def _since(made: Book) -> dict:
    """What changed since the previous pack; {} where none was named."""
    if made.since is None:
        return {}
    texts = [[str(value) for value in made.since.table[column]] for column in COLUMNS]
    return {"finding": made.since.sentence, **_table(list(COLUMNS.values()), texts)}


def _part(part: Part, drawing: bool) -> dict:
    made = part.display
    charted = made is not None and made.figure is not None and drawing
    return {
        "title": part.title,
        "finding": part.finding,
        "more": part.more,
        "drawings": _drawings(made) if made is not None and charted else [],
        "alt": made.alt if made else "",
        **(
            _table(*table_in_words(made))
            if made is not None and not charted
            else {"head": [], "widths": [], "rows": []}
        ),
        "about": _about(part, drawing),
        "method": _short(made.method) if made else "",
        "definition": _definition(made) if made else [],
    }


def _drawings(made: Display) -> list[str]:
    """The chart, in as many drawings as a page of the book needs it in."""
    return [in_shipped_font(render(figure, "svg").decode()) for figure in fitted(made, *CHART)]


def _table(head: list[str], texts: list[list[str]]) -> dict:
    """A table as words, and how wide each column is beside the others: as its words need, and for few lines."""
    rows = list(zip(*texts, strict=True))
    looked_at = Grid(tuple(head), tuple(rows[:LOOKED_AT]), (False,) * len(head))
    return {"head": head, "widths": list(widths_of(looked_at, ACROSS)) if head else [], "rows": [*map(list, rows)]}


def _about(part: Part, drawing: bool) -> list[str]:
    """What stands under a display: a remark of whoever made the pack, and of whom it is."""
    made = part.display
    if made is None:
        return [part.item.note] if part.item.note else []
    lines = [
        part.item.note and f"Note: {part.item.note}",
        made.population,
        f"Filters: {made.filters}",
        NO_BROWSER if made.figure is not None and not drawing else "",
    ]
    return [line for line in lines if line]


def _short(method: str) -> str:
    """A method that the page has room for; a longer one stands with the definitions."""
    return f"Method: {method}" if 0 < len(method) <= LONGEST_METHOD else ""


def _definition(made: Display) -> list[str]:
    return [text for text in (made.method, f"Source: {made.source}" if made.source else "") if text]


def _questions(made: Book) -> list[dict[str, str]]:
    """Every question that was asked, once."""
    asked = {
        question.text(): question.name for part in made.parts if part.display for question in part.display.questions
    }
    return [{"name": name.replace("_", " "), "text": text} for text, name in asked.items()]
