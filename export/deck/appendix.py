"""The slides after those of the displays: definitions, abbreviations, the board's recommendation."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, zip_longest

from export.deck.abbreviations import definitions
from export.deck.entry import Entry
from export.deck.frame import Deck
from export.deck.geometry import BOTTOM, EDGE, WITHIN, body_top
from export.deck.listed import table_slides
from export.deck.shapes_xml import Box, Run
from export.deck.tables import Grid
from export.deck.text import LEADING, SMALLEST, height, kept, lines
from export.made import Book
from export.since import SENTENCES

LINE = SMALLEST * LEADING
DEFINITIONS, FORM = "Definitions", "Recommendation of the board"
LONGEST_SENTENCE = 2000
"""Letters of a sentence of a definition on slides."""
LEAST_LINES = 4
"""Lines of a definition that stand together under its heading."""
HALF = (WITHIN - 16) / 2
LAST, NONE_KEPT = "The board last recommended", "No past recommendation is kept beside the data cuts."
CHOICES = (
    "Continue as planned",
    "Continue with changes",
    "Suspend enrolment",
    "Stop the trial",
    "Escalate to the next dose level",
    "Expand the dose level",
)


def shared_definitions(made: Book) -> dict[str, list[str]]:
    """The sentences of definitions that several displays use, each with the titles of these."""
    return _shared([(part.title, part.display.method) for part in made.parts if part.display])


def _shared(told: list[tuple[str, str]]) -> dict[str, list[str]]:
    """The sentences that the texts of several titles have, each with these titles."""
    titles: dict[str, list[str]] = {}
    for title, text in told:
        for sentence in dict.fromkeys(SENTENCES.split(text)):
            titles.setdefault(sentence, []).append(title)
    return {sentence: names for sentence, names in titles.items() if sentence and len(names) > 1}


def definition_slides(out: Deck, made: Book) -> list[Entry]:
    """The definitions that several displays use, for whoever has the slides without their notes; each is said once."""
    blocks = [_block(names, sentences, made) for names, sentences in _together(shared_definitions(made))]
    pages = list(_pages(blocks, BOTTOM - body_top(DEFINITIONS)))
    slides = []
    for number, page in enumerate(pages, 1):
        title = DEFINITIONS + (f" – continued ({number} of {len(pages)})" if number > 1 else "")
        slide = out.slide(title, kicker="Appendix")
        box = Box(EDGE, body_top(title), WITHIN, BOTTOM - body_top(title))
        out.text(slide, "Definitions", box, [[Run(text, bold=bold)] for text, bold in page])
        out.finish(slide)
        slides.append(Entry(DEFINITIONS, slide, out.number))
    return slides[:1]


def _together(shared: dict[str, list[str]]) -> list[tuple[list[str], list[str]]]:
    """Displays that share sentences, directly or through others, with these sentences in their order."""
    groups: list[tuple[list[str], list[str]]] = []
    for sentence, names in shared.items():
        met = [group for group in groups if set(group[0]) & set(names)]
        titles = dict.fromkeys([*(name for group in met for name in group[0]), *names])
        sentences = [*(one for group in met for one in group[1]), sentence]
        groups = [*(group for group in groups if group not in met), (list(titles), sentences)]
    return groups


def _block(names: list[str], sentences: list[str], made: Book) -> list[tuple[str, bool]]:
    """Heading and text of definitions, with where they are from."""
    told = " ".join(sentence for sentence in sentences if len(sentence) <= LONGEST_SENTENCE)
    source = " ".join(_shared([(p.title, p.display.source) for p in made.parts if p.display and p.title in names]))
    return [(" · ".join(names), True), (f"{told} Source: {source}" if source else told, False)]


def _pages(blocks: list[list[tuple[str, bool]]], room: float) -> Iterator[list[tuple[str, bool]]]:
    """Headings and texts as paragraphs of slides of so many points; a heading never ends a slide."""
    most = int(room / LINE)
    page: list[tuple[int, str, bool]] = []
    for block in blocks:
        found = [
            (place, line, bold)
            for place, (text, bold) in enumerate(block)
            for line in lines(kept(text), SMALLEST, WITHIN, bold=bold)
            if text
        ]
        if page and len(page) + min(len(found), LEAST_LINES) + 1 > most:
            yield _joined(page)
            page = []
        page += [(-1, "", False)] if page else []
        for line in found:
            if len(page) == most:
                yield _joined(page)
                page = []
            page.append(line)
    if page:
        yield _joined(page)


def _joined(page: list[tuple[int, str, bool]]) -> list[tuple[str, bool]]:
    """Lines of one text as one paragraph, which breaks anew where somebody changes it."""
    groups = [list(group) for _, group in groupby(page, key=lambda line: line[0])]
    return [(" ".join(text for _, text, _ in group), group[0][2]) for group in groups]


def abbreviation_slides(out: Deck) -> list[Entry]:
    """What every abbreviation on the slides means, two in a row."""
    found = definitions(_texts(out))
    rows = tuple((*one, *other) for one, other in zip_longest(found[::2], found[1::2], fillvalue=("", "")))
    grid = Grid(("Abbreviation", "Meaning") * 2, rows, (False,) * 4)
    return [table_slides(out, "Abbreviations", grid, "Appendix", 12)] if rows else []


def _texts(out: Deck) -> list[str]:
    """Every text on the slides made so far."""
    told = "{http://schemas.openxmlformats.org/drawingml/2006/main}t"
    found = []
    for slide in out.presentation.slides:
        found += [one.text or "" for one in slide._element.iter(told)]
        for relation in slide.part.rels.values():
            if relation.reltype.endswith("/chart"):
                found += [one.text or "" for one in relation.target_part._element.iter(told)]
    return found


def _that_fit(told: list[str], room: float) -> list[str]:
    """The first texts, which a box of so many points holds, and how many more there are; the first one in any case."""
    for number in range(len(told), 1, -1):
        rest = len(told) - number
        shown = [*told[:number], *([earlier_ones(rest)] if rest else [])]
        if sum(height(text, SMALLEST, HALF) for text in shown) <= room:
            return shown
    return [told[0], *([earlier_ones(len(told) - 1)] if len(told) > 1 else [])]


def earlier_ones(number: int) -> str:
    """How many recommendations a form has no room for, and where they are."""
    return f"and {number} earlier, in the dashboard under Trial conduct."


def recommendation_slide(out: Deck, made: Book) -> list[Entry]:
    """The form in which the board writes what it recommends, blank, beside what it recommended last."""
    slide = out.slide(FORM, kicker="Blank by default")
    told = [[Run("☐  ", 16), Run(choice, 16)] for choice in CHOICES]
    out.text(slide, "Choices", Box(EDGE, 92, HALF, 130), told)
    last = [
        [Run(LAST, bold=True)],
        *([Run(text)] for text in _that_fit(made.recommendations or [NONE_KEPT], 130 - LINE)),
    ]
    out.text(slide, "Last recommendation", Box(EDGE + WITHIN - HALF, 92, HALF, 130), last)
    top = 228.0
    for name in ("Reasons and changes", "Names", "Date and signatures"):
        out.text(slide, name, Box(EDGE, top, WITHIN, 20), [[Run(name, bold=True)]])
        out.rectangle(slide, name, Box(EDGE, top + 20, WITHIN, 66))
        top += 94
    out.finish(slide)
    return [Entry(FORM, slide, out.number)]
