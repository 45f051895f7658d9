"""A deck read back: where its charts, their workbooks and its tables do not hold what the displays hold."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from deck_checks import A, Package, cached, cells, texts, workbook_of
from read_back import rows_in_words, unlike, wrong_in_sheet

from displays import Display
from displays.words import brief_columns, table_in_words
from export.deck.bodies import IN_WORDS, NO_BROWSER
from export.deck.text import kept
from export.made import Book, Part
from export.provenance import missing, steady

SLIDES = r"ppt/slides/slide\d+\.xml"


def slides_of(made: Book, deck: Package) -> dict[str, list[str]]:
    """The slides of each display, in their order, by what stands above their titles."""
    above = defaultdict(set)
    for name, root in deck.of(SLIDES).items():
        for text in texts(root)[:3]:
            above[text].add(name)
    return {part.name: sorted(above[_where(part)], key=_number) for part in made.parts}


def _where(part: Part) -> str:
    return " › ".join(filter(None, (part.place.page.title, part.place.section.title, part.title)))


def _number(name: str) -> int:
    return int(re.findall(r"\d+", name)[0])


def charts_of(deck: Package, names: list[str]) -> list[str]:
    """The charts that can be edited on slides."""
    return [to for name in names for kind, to, _ in deck.relations(name).values() if kind.endswith("/chart")]


def wrong_in_slides(made: Book, deck: Package) -> list[str]:
    """PPTX of a deck that was made without a browser."""
    slides, found = slides_of(made, deck), []
    for part in made.parts:
        names = slides[part.name]
        said = " ".join(text for name in names for text in texts(deck.xml[name])).replace("\u00a0", " ")
        charts = charts_of(deck, names)
        if part.place.entry.in_words:
            found += _said(part, said)
        elif charts:
            found += wrong_in_charts(part.display, deck, charts)
        else:
            rows, heads = ([row for name in names for row in read(deck, name)] for read in (_rows, _heads))
            found += wrong_in_tables(part.display, rows, heads[0] if heads else [], said)
    return found


def _said(part: Part, said: str) -> list[str]:
    """A display that is its sentences."""
    whole = IN_WORDS in said and " ".join(part.display.sentences[1:]) in said
    return [] if whole else [f"{part.name}: its sentences are not whole"]


def wrong_in_charts(made: Display, deck: Package, charts: list[str]) -> list[str]:
    """Charts beside their workbooks, those beside the display's numbers, and the marks of its figure."""
    drawn, found = set(), []
    for chart in charts:
        book = workbook_of(deck, chart)
        for formula, values in cached(deck.xml[chart]):
            drawn |= {value for value in values if isinstance(value, float)}
            if cells(book, formula) != values:
                found.append(f"{made.name}: {formula} is {cells(book, formula)}, drawn is {values}")
        found += wrong_in_sheet(made.name, made, book["Numbers"])
    lost = {steady(float(y)) for y in _marks(made)} - drawn
    return found + ([f"{made.name}: no mark at {sorted(lost)}"] if lost else [])


def _marks(made: Display) -> Iterator[float]:
    """Where the marks and bars of a figure stand."""
    for trace in made.figure.data:
        lying = trace.type == "bar" and trace.orientation == "h"
        if "lines" not in (getattr(trace, "mode", "") or ""):
            pairs = zip(trace.y, trace.x, strict=True) if lying else zip(trace.x, trace.y, strict=True)
            yield from (y for x, y in pairs if not missing(x) and not missing(y))


def _rows(deck: Package, name: str) -> Iterator[list[str]]:
    """The rows of the tables of a slide, without headings and the dashes of lower levels."""
    for table in deck.xml[name].iter(f"{A}tbl"):
        for row in list(table.iter(f"{A}tr"))[1:]:
            first, *others = (_text(one) for one in row.iter(f"{A}tc"))
            yield [re.sub("^(– )*", "", first), *others]


def _heads(deck: Package, name: str) -> Iterator[list[str]]:
    """The headings of the tables of a slide."""
    for table in deck.xml[name].iter(f"{A}tbl"):
        yield [_text(one) for one in next(table.iter(f"{A}tr")).iter(f"{A}tc")]


def _text(one) -> str:
    return "\n".join("".join(texts(paragraph)) for paragraph in one.iter(f"{A}p")).replace("\u00a0", " ")


def wrong_in_tables(made: Display, rows: list[list[str]], head: list[str], said: str) -> list[str]:
    """Tables hold the rows of the display from the first on, and the slides say how many are left and which columns."""
    wide, told = len(rows[0]) if rows else 0, rows_in_words(replace(made, level=""))
    names = [text.replace("\u00a0", " ") for text in map(kept, table_in_words(made)[0])]
    at = [place for place, heading in enumerate(names) if heading in head]
    found = unlike(made.name, rows, [[row[place] for place in at] for row in told[: len(rows)]])
    if len(rows) < len(told) and f"{len(rows)} of {len(told)} rows are shown" not in said:
        found.append(f"{made.name}: {len(rows)} of {len(told)} rows, which is not said")
    if rows and wide < len(brief_columns(made)) and "In the workbook alone: " not in said:
        found.append(f"{made.name}: {wide} columns, which is not said")
    drawn = made.figure is not None and bool(made.figure.data)
    return found + ([f"{made.name}: no word of the missing picture"] if drawn != (NO_BROWSER in said) else [])
