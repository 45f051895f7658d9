"""The order of a deck: cover, contents, what changed, the displays, abbreviations, recommendation."""

from __future__ import annotations

from datetime import datetime

from pptx.slide import Slide

from export.deck.appendix import abbreviation_slides, definition_slides, recommendation_slide, since_slides
from export.deck.frame import Deck
from export.deck.geometry import BOTTOM, EDGE, WITHIN
from export.deck.part_slides import Entry, part_slides
from export.deck.shapes_xml import LINK, MUTED, Box, Run
from export.deck.text import LEADING, SMALLEST, lines
from export.made import Book, Progress, silent

LISTED = 92.0
"""Points from the top: where a list of slides begins."""
SHORT = 14
"""A pack of so many displays has them all in its contents, and their definitions on slides of their own."""


def deck(made: Book, prepared: datetime, by: str = "", progress: Progress = silent) -> bytes:
    """The bytes of the PPTX file; the same pack of the same time is the same bytes.

    progress: told before each display; what it raises ends the making.
    """
    out = Deck(_footer(made))
    _cover(out, made, prepared, by)
    contents = out.slide("Contents")
    since_slides(out, made)
    short = len(made.parts) <= SHORT
    entries = _parts(out, made, prepared, progress, short=short)
    _list(out, contents, entries)
    out.finish(contents)
    if short:
        definition_slides(out, made)
    abbreviation_slides(out)
    if made.pack.session == "closed":
        recommendation_slide(out)
    return out.written(f"{made.study}: {made.title}", made.marks, by, prepared)


def _footer(made: Book) -> str:
    filters = made.view.filters
    return " · ".join(filter(None, (made.marks, filters.words() if filters.any_set else "")))


def _cover(out: Deck, made: Book, prepared: datetime, by: str) -> None:
    slide = out.slide(made.title, sizes=(36, 32, 28, 24), kicker=made.study)
    mark = [[Run("Synthetic data", 24, True)], []] if made.synthetic else []
    told = [[Run(f"{name}: ", 18, colour=MUTED), Run(words, 18)] for name, words in made.cover(prepared, by)]
    out.text(slide, "Cover", Box(EDGE, 150, WITHIN, 300), [*mark, *told])
    out.finish(slide)


def _parts(out: Deck, made: Book, prepared: datetime, progress: Progress, *, short: bool) -> list[Entry]:
    """The slides of all displays, with a slide before each page of the dashboard unless the pack is short."""
    entries: list[Entry] = []
    section, own = None, []
    for place, part in enumerate(made.parts):
        begins = place == 0 or made.parts[place - 1].place.page is not part.place.page
        if begins and not short:
            _close(out, section, own)
            section, own = out.slide(part.place.page.title, sizes=(32,)), []
            entries.append(Entry(part.place.page.title, section, out.number))
        progress(f"PPTX {place + 1} of {len(made.parts)}: {part.title}")
        first = part_slides(out, made, part, prepared)
        (entries if short else own).append(first)
    _close(out, section, own)
    return entries


def _close(out: Deck, section: Slide | None, entries: list[Entry]) -> None:
    if section is not None:
        _list(out, section, entries)
        out.finish(section)


def _list(out: Deck, slide: Slide, entries: list[Entry]) -> None:
    """Words with the number of their slide, each a link to it; in two columns where they are many, as far as they go.

    How many more there are is said.
    """
    size = 18 if len(entries) <= 14 else SMALLEST
    room = BOTTOM - LISTED
    each = int(room / (size * LEADING + 5))
    more = max(len(entries) - 2 * each, 0)
    entries = entries[: 2 * each]
    columns = 1 if len(entries) <= each else 2
    per = -(-len(entries) // columns)
    wide = (WITHIN - 24 * (columns - 1)) / columns
    rows = [entries[start : start + per] for start in range(0, len(entries), per)] if entries else []
    for column, listed in enumerate(rows):
        told = [
            [
                Run(f"{one.number:\u2007>3}  ", size, colour=MUTED),
                Run(_cut(one.words, size, wide - 44), size, slide=one.slide, colour=LINK),
            ]
            for one in listed
        ]
        if more and column == len(rows) - 1:
            told[-1] = [Run(f"and {more + 1} more", size, colour=MUTED)]
        out.text(slide, "Contents", Box(EDGE + column * (wide + 24), LISTED, wide, room), told)


def _cut(words: str, size: int, wide: float) -> str:
    """A line that is not broken."""
    first = lines(words, size, wide)
    return words if len(first) == 1 else f"{first[0]} …"
