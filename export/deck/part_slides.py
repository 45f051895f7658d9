"""The slides of one display: the finding as title, its chart or table, of whom it is, its definition in the notes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode

from pptx.slide import Slide

from displays import Display
from export.deck.bodies import GAP, Body, bodies, in_words, put, room_above
from export.deck.entry import Entry
from export.deck.frame import Deck
from export.deck.geometry import BOTTOM, EDGE, WITHIN, body_top
from export.deck.shapes_xml import LINK, MUTED, Box, Run
from export.deck.text import SMALLEST, height
from export.deck.told import IN_APPENDIX, IN_NOTES, LINE, Told, fitting, told_of
from export.made import Book, Part
from export.since import SENTENCES

MOST_BELOW, MOST_BELOW_TABLE = 4, 10
"""Lines of text under a chart, and in the room that a table leaves."""
NONE: frozenset[str] = frozenset()
NO_COMPARISON = "No comparison"


def part_slides(out: Deck, made: Book, part: Part, prepared: datetime, shared: frozenset[str] = NONE) -> Entry:
    """The slides of a display; the line of the contents that leads to the first of them.

    shared: the sentences of definitions that stand in the appendix of the deck.
    """
    display = part.display
    where = " › ".join(filter(None, (part.place.page.title, part.place.section.title, part.title)))
    if display is None:
        return _failed(out, part, where)
    in_words_alone = part.place.entry.in_words
    told, note = told_of(display, finding=not in_words_alone), _note(part)
    wished, left = fitting(told.below, MOST_BELOW * LINE)
    middle = in_words if in_words_alone else bodies
    room = room_above(BOTTOM - body_top(part.finding) - told.high, note)
    shown, left = _filled(middle(display, wished, room), told.below, left)
    if left or told.below and not any(body.words for body in shown):
        told = told.ending(IN_APPENDIX if shared & set(SENTENCES.split(display.method)) else IN_NOTES)
    first = None
    for number, body in enumerate(shown, 1):
        title = part.finding + _continued(number, len(shown), body.counted)
        slide = out.slide(title, kicker=where)
        _put(out, slide, body, told, body_top(title), display, prepared)
        _text_below(out, slide, [note, body.remark, body.words])
        _link(out, slide, made, part)
        out.finish(slide, _notes(display, note) if number == 1 else "")
        first = first or Entry(part.title, slide, out.number)
    assert first is not None
    return first


def _put(out: Deck, slide: Slide, body: Body, told: Told, top: float, made: Display, prepared: datetime) -> None:
    """Of whom it is and by which definition under the title, which ends at `top`; and the body."""
    words = [[Run(text, colour=MUTED)] for text in told.above]
    out.text(slide, "Of whom", Box(EDGE, top - 4, WITHIN, told.high), words)
    put(out, slide, body, top + told.high, made, prepared)


def _continued(number: int, slides: int, counted: str) -> str:
    """What follows the title on a later slide of a display; the last one says where rows are left out."""
    told = [f"{number} of {slides}"] if number > 1 else []
    told += [counted] if counted else []
    words = "continued " if number > 1 else ""
    return f" – {words}({'; '.join(told)})" if told else ""


def _note(part: Part) -> str:
    """What whoever made the pack says of a display: it stands on each of its slides, which have room made for it."""
    return f"Note: {part.item.note}" if part.item.note else ""


def _filled(shown: list[Body], parts: tuple[str, ...], left: bool) -> tuple[list[Body], bool]:
    """What a table leaves of its last slide has words; and whether there are others still."""
    last = shown[-1]
    if last.charts or last.images or last.said:
        return shown, left
    high = sum(last.table.heights) if last.table else 0.0
    free = room_above(last.high, last.remark) - high - GAP
    words, left = fitting(parts, min(free, MOST_BELOW_TABLE * LINE))
    return [*shown[:-1], replace(last, words=words)], left


def _failed(out: Deck, part: Part, where: str) -> Entry:
    """The slide of a display that could not be made."""
    slide = out.slide(part.finding, kicker=where)
    _text_below(out, slide, [_note(part)])
    out.finish(slide, _note(part))
    return Entry(part.title, slide, out.number)


def _text_below(out: Deck, slide: Slide, told: list[str]) -> None:
    """Texts one under the other at the foot of the body."""
    if texts := [text for text in told if text]:
        tall = sum(height(text, SMALLEST, WITHIN) for text in texts)
        out.text(slide, "Text", Box(EDGE, BOTTOM - tall, WITHIN, tall), _lines_of(texts))


def _lines_of(texts: list[str]) -> list[list[Run]]:
    """A paragraph for each line that somebody wrote."""
    return [[Run(line)] for text in texts for line in text.split("\n")]


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


def _notes(made: Display, note: str) -> str:
    told = [
        note,
        " ".join(made.sentences[1:]),
        f"Definition: {made.method}" if made.method else "",
        f"Population: {made.population}" if made.population else "",
        f"Filters: {made.filters}",
        f"Source: {made.source}" if made.source else "",
        f"Data: {made.data_line}",
        *(f"SQL, {question.name.replace('_', ' ')}:\n{question.text()}" for question in made.questions),
    ]
    return "\n\n".join(filter(None, told))
