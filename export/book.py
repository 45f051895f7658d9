"""A pack as a book: a tagged PDF with a cover, contents, one display a page, its SQL, and a form to fill in."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from displays import Display
from displays.words import table_in_words
from export.browser import images_available
from export.deck.appendix import NONE_KEPT, earlier_ones
from export.deck.tables import Grid, widths_of
from export.deck.text import SMALLEST
from export.fitted import fitted
from export.images import render
from export.letters import shown
from export.made import Book, Part
from export.manifest import compact, in_brief, in_words, manifest
from export.since import COLUMNS, SENTENCES
from export.typeset import in_shipped_font, typeset

TEMPLATE = Path(__file__).with_name("book.typ")
CHART = (1000, 540)
"""Width and height of a chart in points; on the page three quarters of it, so that its letters have 10.5 points."""
ACROSS = 757 * SMALLEST / 8
"""How wide a page is where its letters are as large as those that columns are measured with, not 8 points."""
LOOKED_AT = 200
"""So many rows, and of each column that with the longest word, by which the width of columns is found."""
LONGEST_WORD = 280.0
"""Points, of letters of the size that columns are measured with: a name of a setting or a column is not broken."""
SMALLER = 0.85
"""A chart that then has room on one page is drawn so much smaller; its letters have 9 points."""
LONGEST_METHOD = 300
MOST_RECOMMENDED = 4
"""So many earlier recommendations stand on the form of the book, which is one page."""
NO_BROWSER = "The chart needs Chromium or Chrome on the machine that made this book; its numbers are in the table."


def book(made: Book, prepared: datetime, by: str = "") -> bytes:
    """The bytes of the PDF (PDF/UA-1); without a browser tables stand in place of charts."""
    return printed(contents(made, prepared, by), prepared)


def printed(told: dict, prepared: datetime) -> bytes:
    """The PDF of what stands in a book."""
    return typeset(TEMPLATE, shown(told), pdf_standards=["ua-1"], timestamp=int(prepared.timestamp()))


def contents(made: Book, prepared: datetime, by: str) -> dict:
    """What stands in the book, as its template reads it."""
    parts, group, drawing, told = [], "", images_available(), dict[str, int]()
    for number, part in enumerate(made.parts, 1):
        new = "" if part.place.page.title == group else part.place.page.title
        parts.append({"key": str(number), "group": new, **_part(part, drawing), **_definition(part, number, told)})
        group = part.place.page.title
    for part in parts:
        part["elsewhere"] = [[str(key), parts[key - 1]["title"]] for key in part["elsewhere"]]
    return {
        "title": made.title,
        "study": made.study,
        "synthetic": made.synthetic,
        "foot": made.marks,
        "cover": made.cover(prepared, by),
        "since": _since(made),
        "parts": parts,
        "questions": _questions(made),
        **_provenance(made, prepared, by),
        "form": made.whole and made.pack.session == "closed",
        "recommended": _recommended(made),
        "whole": made.whole,
    }


def _provenance(made: Book, prepared: datetime, by: str) -> dict:
    """The manifest, in lines to be read and as the file that is attached; nothing in sheets alone."""
    told = in_brief(manifest(made, prepared, by)) if made.whole else None
    return {"provenance": [*map(list, in_words(told))] if told else [], "manifest": compact(told) if told else ""}


def _since(made: Book) -> dict:
    """What changed since the previous pack; {} where none was named."""
    if made.since is None:
        return {}
    texts = [[str(value) for value in made.since.table[column]] for column in COLUMNS]
    return {"finding": made.since.sentence, **_table(list(COLUMNS.values()), texts)}


def _recommended(made: Book) -> list[str]:
    """What the board recommended before, the latest first, as far as the form has room, and how many more there are."""
    told = made.recommendations or [NONE_KEPT]
    rest = len(told) - MOST_RECOMMENDED
    return [*told[:MOST_RECOMMENDED], *([earlier_ones(rest)] if rest > 0 else [])]


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
    }


def _drawings(made: Display) -> list[str]:
    """The chart, in as many drawings as a page of the book needs it in; somewhat smaller where one then does."""
    figures = fitted(made, *CHART)
    if len(figures) > 1 and len(smaller := fitted(made, *(round(side / SMALLER) for side in CHART))) < len(figures):
        figures = smaller
    return [in_shipped_font(render(figure, "svg").decode()) for figure in figures]


def _table(head: list[str], texts: list[list[str]]) -> dict:
    """A table as words, and how wide each column is beside the others: as its words need, and for few lines."""
    rows = list(zip(*texts, strict=True))
    longest = [max(rows, key=lambda row: max(map(len, row[at].split()), default=0)) for at in range(len(head)) if rows]
    looked_at = Grid(tuple(head), (*rows[:LOOKED_AT], *longest), (False,) * len(head))
    widths = list(widths_of(looked_at, ACROSS, LONGEST_WORD)) if head else []
    return {"head": head, "widths": widths, "rows": [*map(list, rows)]}


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


def _definition(part: Part, number: int, told: dict[str, int]) -> dict:
    """What defines a display, each sentence once in a book, and under which displays (numbers) the other ones stand.

    told: sentence → the display under which it stands.
    """
    if (made := part.display) is None:
        return {"definition": [], "elsewhere": []}
    sentences = list(dict.fromkeys(filter(None, SENTENCES.split(made.method))))
    own = " ".join(sentence for sentence in sentences if told.setdefault(sentence, number) == number)
    elsewhere = dict.fromkeys(told[sentence] for sentence in sentences if told[sentence] != number)
    return {
        "definition": [text for text in (own, f"Source: {made.source}" if made.source else "") if text],
        "elsewhere": list(elsewhere),
    }


def _questions(made: Book) -> list[dict[str, str]]:
    """Every question that was asked, once."""
    asked = {
        question.text(): question.name for part in made.parts if part.display for question in part.display.questions
    }
    return [{"name": name.replace("_", " "), "text": text} for text, name in asked.items()]
