"""The order of a deck: cover, contents, what changed, the displays, abbreviations, recommendation."""

from __future__ import annotations

from datetime import datetime

from pptx.slide import Slide

from export.deck.appendix import (
    abbreviation_slides,
    definition_slides,
    recommendation_slide,
    shared_definitions,
)
from export.deck.entry import Entry
from export.deck.frame import Deck
from export.deck.geometry import BOTTOM, EDGE, WITHIN
from export.deck.part_slides import NONE, part_slides
from export.deck.shapes_xml import LINK, MUTED, Box, Run
from export.deck.since_slides import since_slides
from export.deck.text import LEADING, SMALLEST, lines
from export.made import Book, Progress, silent
from export.manifest import compact, in_brief, in_words, manifest

SIZES = (18, 16, SMALLEST)
"""Of the letters of a list: the largest at which one column holds it."""
LISTED = 100.0
"""Points from the top: where a list of slides begins."""
SHORT = 14
"""A pack of so many displays has its contents on the cover, and on a slide the definitions that several use."""
HALF = (WITHIN - 36) / 2
"""Points: the facts of the cover are so wide where the contents stand beside them."""


def deck(made: Book, prepared: datetime, by: str = "", progress: Progress = silent) -> bytes:
    """The bytes of the PPTX file; the same pack of the same time is the same bytes.

    progress: told before each display; what it raises ends the making.
    """
    out = Deck(_footer(made))
    short = len(made.parts) <= SHORT
    cover = _cover(out, made, prepared, by, HALF if short else WITHIN)
    contents = cover if short else out.slide("Contents")
    entries = since_slides(out, made)
    entries += _parts(out, made, prepared, progress, short=short)
    entries += definition_slides(out, made) if short else []
    entries += abbreviation_slides(out)
    entries += recommendation_slide(out, made) if made.pack.session == "closed" else []
    left = EDGE + WITHIN - HALF if short else EDGE
    _list(out, contents, entries, Box(left, LISTED, EDGE + WITHIN - left, BOTTOM - LISTED), several=not short)
    told = in_brief(manifest(made, prepared, by))
    out.finish(cover, "\n".join(f"{what}: {text}" for what, text in in_words(told) if text))
    if not short:
        out.finish(contents)
    out.keep(compact(told))
    return out.written(f"{made.study}: {made.title}", made.marks, by, prepared)


def _footer(made: Book) -> str:
    filters = made.view.filters
    return " · ".join(filter(None, (made.marks, filters.words() if filters.any_set else "")))


def _cover(out: Deck, made: Book, prepared: datetime, by: str, wide: float) -> Slide:
    slide = out.slide(made.title, sizes=(36, 32, 28, 24), kicker=made.study)
    mark = [[Run("Synthetic data", 24, True)], []] if made.synthetic else []
    told = [[Run(f"{name}: ", 18, colour=MUTED), Run(words, 18)] for name, words in made.cover(prepared, by)]
    out.text(slide, "Cover", Box(EDGE, 150, wide, 300), [*mark, *told])
    return slide


def _parts(out: Deck, made: Book, prepared: datetime, progress: Progress, *, short: bool) -> list[Entry]:
    """The slides of all displays, with a slide before each page of the dashboard unless the pack is short."""
    entries: list[Entry] = []
    shared = frozenset(shared_definitions(made)) if short else NONE
    section, own = None, []
    for place, part in enumerate(made.parts):
        begins = place == 0 or made.parts[place - 1].place.page is not part.place.page
        if begins and not short:
            _close(out, section, own)
            section, own = out.slide(part.place.page.title, sizes=(32,)), []
            entries.append(Entry(part.place.page.title, section, out.number))
        progress(f"PPTX {place + 1} of {len(made.parts)}: {part.title}")
        first = part_slides(out, made, part, prepared, shared)
        (entries if short else own).append(first)
    _close(out, section, own)
    return entries


def _close(out: Deck, section: Slide | None, entries: list[Entry]) -> None:
    if section is not None:
        _list(out, section, entries, Box(EDGE, LISTED, WITHIN, BOTTOM - LISTED))
        out.finish(section)


def _list(out: Deck, slide: Slide, entries: list[Entry], box: Box, *, several: bool = True) -> None:
    """Words with the number of their slide, each a link to it; in two columns where they are many, as far as they go.

    How many more there are is said.
    """
    size = next((one for one in SIZES if len(entries) <= _rows(one, box)), SMALLEST)
    each, most = _rows(size, box), 2 if several else 1
    more = max(len(entries) - most * each, 0)
    entries = entries[: most * each]
    columns = 1 if len(entries) <= each else 2
    per = -(-len(entries) // columns)
    wide = (box.width - 24 * (columns - 1)) / columns
    rows = [entries[start : start + per] for start in range(0, len(entries), per)] if entries else []
    for column, listed in enumerate(rows):
        told = [_line_of(one, size, wide) for one in listed]
        if more and column == len(rows) - 1:
            told[-1] = [Run(f"and {more + 1} more", size, colour=MUTED)]
        out.text(slide, "Contents", Box(box.left + column * (wide + 24), box.top, wide, box.height), told)


def _rows(size: int, box: Box) -> int:
    """How many lines of a list a box holds."""
    return int(box.height / (size * LEADING + 5))


def _line_of(one: Entry, size: int, wide: float) -> list[Run]:
    number = Run(f"{one.number:\u2007>3}  ", size, colour=MUTED)
    return [number, Run(_cut(one.words, size, wide - 44), size, slide=one.slide, colour=LINK)]


def _cut(words: str, size: int, wide: float) -> str:
    """A line that is not broken."""
    first = lines(words, size, wide)
    return words if len(first) == 1 else f"{first[0]} …"
