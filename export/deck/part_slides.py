"""The slides of one display: the finding as title, its chart or table, of whom it is, its definition in the notes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from pptx.slide import Slide

from displays import Display
from export.deck.bodies import bodies, in_words, put
from export.deck.frame import Deck
from export.deck.geometry import BOTTOM, EDGE, WITHIN, body_top
from export.deck.shapes_xml import LINK, Box, Run
from export.deck.text import LEADING, SMALLEST, height, kept, sentences_that_fit
from export.made import Book, Part

LINE = SMALLEST * LEADING
MOST_BELOW = 4
"""Lines of text under a chart or table."""
FEW_ROWS, MOST_BESIDE_FEW = 5, 10
"""Under a table of few rows there is room for more."""
PARTS = re.compile(r"(?<=[.;]) ")
"""Where a text may end for the room that it has: after a sentence, or what is listed in one."""
IN_NOTES = "More in the notes."
NO_COMPARISON = "No comparison"


@dataclass(frozen=True)
class Entry:
    """A line of the contents: words, and the slide that it leads to."""

    words: str
    slide: Slide
    number: int


def part_slides(out: Deck, made: Book, part: Part, prepared: datetime) -> Entry:
    """The slides of a display; the line of the contents that leads to the first of them."""
    display = part.display
    where = " › ".join(filter(None, (part.place.page.title, part.place.section.title, part.title)))
    if display is None:
        return _failed(out, part, where)
    wished, left = _below(part, display)
    middle = in_words if part.place.entry.in_words else bodies
    shown = middle(display, wished, BOTTOM - body_top(part.finding))
    left = left if any(body.words for body in shown) else f"{wished} {left}".strip()
    slides: list[Slide] = []
    for number, body in enumerate(shown, 1):
        title = part.finding + (f" – continued ({number} of {len(shown)})" if number > 1 else "")
        slide = out.slide(title, kicker=where)
        put(out, slide, body, body_top(title), display, prepared)
        _text_below(out, slide, [body.remark, body.words])
        _link(out, slide, made, part)
        out.finish(slide, _notes(display, left) if number == 1 else "")
        slides.append(slide)
    return Entry(part.title, slides[0], out.number - len(shown) + 1)


def _failed(out: Deck, part: Part, where: str) -> Entry:
    """The slide of a display that could not be made."""
    slide = out.slide(part.finding, kicker=where)
    _text_below(out, slide, [f"Note: {part.item.note}" if part.item.note else ""])
    out.finish(slide)
    return Entry(part.title, slide, out.number)


def _text_below(out: Deck, slide: Slide, told: list[str]) -> None:
    """Texts one under the other at the foot of the body."""
    if texts := [text for text in told if text]:
        tall = sum(height(text, SMALLEST, WITHIN) for text in texts)
        out.text(slide, "Text", Box(EDGE, BOTTOM - tall, WITHIN, tall), [[Run(text)] for text in texts])


def _below(part: Part, display: Display) -> tuple[str, str]:
    """What stands under the chart or the table, and what has no room there: remark, population, other sentences."""
    note = f"Note: {part.item.note}" if part.item.note else ""
    filters = "" if display.filters == "All subjects (no filter)" else f"Filters: {display.filters}."
    told = [text for text in (note, filters, display.population, *display.sentences[1:]) if text]
    parts = [piece for text in told for piece in PARTS.split(kept(text))]
    most = MOST_BELOW if display.figure is not None or len(display.table) > FEW_ROWS else MOST_BESIDE_FEW
    fitting, left = sentences_that_fit(parts, SMALLEST, WITHIN - 130, most * LINE)
    cut = f"{fitting[:-1]} …" if fitting.endswith(";") else fitting
    return f"{cut} {IN_NOTES}".strip() if left else fitting, " ".join(left)


def _link(out: Deck, slide: Slide, made: Book, part: Part) -> None:
    """The link to the live display, of the same cut, comparison, filters and section."""
    if not made.dashboard:
        return
    box = Box(EDGE + WITHIN - 160, 16, 160, 20)
    out.text(
        slide, "Live display", box, [[Run("Open in the dashboard", link=address(made, part), colour=LINK)]], align="r"
    )


def address(made: Book, part: Part) -> str:
    """The address of a display in the dashboard, as its pages read it."""
    previous = made.view.previous_date
    asked: list[tuple[str, str]] = [("session", "open")] if made.pack.session == "open" else []
    asked += [("cut", made.view.cut.date.isoformat())]
    asked += [("previous", previous.isoformat() if previous else NO_COMPARISON)]
    if part.place.section.key:
        asked.append(("section", part.place.section.key))
    filters = made.pack.filters if part.item.filters is None else part.item.filters
    asked += [(key, value) for key, values in filters.items() for value in values]
    base = made.dashboard.rstrip("/")
    name = part.display.name if part.display else part.name
    return f"{base}/{part.place.page.key}?{urlencode(asked)}#d-{name}"


def _notes(made: Display, left: str) -> str:
    told = [
        left,
        f"Definition: {made.method}" if made.method else "",
        f"Population: {made.population}" if made.population else "",
        f"Filters: {made.filters}",
        f"Source: {made.source}" if made.source else "",
        f"Data: {made.data_line}",
        *(f"SQL, {question.name.replace('_', ' ')}:\n{question.text()}" for question in made.questions),
    ]
    return "\n\n".join(filter(None, told))
