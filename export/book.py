"""A pack as a book: a tagged PDF with a cover, contents, one display a page, its SQL, and a form to fill in."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from displays import Display
from displays.words import table_in_words
from export.browser import images_available
from export.fitted import fitted
from export.images import render
from export.letters import shown
from export.made import Book, Part
from export.since import COLUMNS
from export.typeset import in_shipped_font, typeset

TEMPLATE = Path(__file__).with_name("book.typ")
CHART = (1000, 540)
"""Width and height of a chart in points; on the page three quarters of it, so that its letters have 10.5 points."""
NARROWEST, WIDEST = 6, 34
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
    widths = [_width(heading, column) for heading, column in zip(COLUMNS.values(), texts, strict=True)]
    rows = [list(row) for row in zip(*texts, strict=True)]
    return {"finding": made.since.sentence, "head": list(COLUMNS.values()), "widths": widths, "rows": rows}


def _part(part: Part, drawing: bool) -> dict:
    made = part.display
    charted = made is not None and made.figure is not None and drawing
    return {
        "title": part.title,
        "finding": part.finding,
        "more": part.more,
        "drawings": _drawings(made) if made is not None and charted else [],
        "alt": made.alt if made else "",
        **(_rows(made) if made is not None and not charted else {"head": [], "widths": [], "rows": []}),
        "about": _about(part, drawing),
        "method": _short(made.method) if made else "",
        "definition": _definition(made) if made else [],
    }


def _drawings(made: Display) -> list[str]:
    """The chart, in as many drawings as a page of the book needs it in."""
    return [in_shipped_font(render(figure, "svg").decode()) for figure in fitted(made, *CHART)]


def _rows(made: Display) -> dict:
    """The table as words, and how wide each column is beside the others."""
    head, texts = table_in_words(made)
    widths = [_width(heading, column) for heading, column in zip(head, texts, strict=True)]
    return {"head": head, "widths": widths, "rows": [list(row) for row in zip(*texts, strict=True)]}


def _width(heading: str, texts: list[str]) -> int:
    """As wide as its longest word at least, and as most of its texts."""
    words = [len(word) for text in [heading, *texts] for word in re.split(r"\s+", text)]
    lengths = sorted(map(len, texts)) or [0]
    return min(max(*words, lengths[int(len(lengths) * 0.9)], NARROWEST), WIDEST)


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
