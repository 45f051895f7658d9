"""Names beside a chart are whole on slides, sheets and in the book, and no word runs off a page of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pypdfium2
import pytest

from export.book import contents, printed
from export.deck.geometry import WITHIN
from export.drawn import Drawn
from export.fitted import fitted, narrower
from export.frame import labels
from export.lettering import lines_of

PREPARED = datetime(2008, 3, 5, 14, tzinfo=UTC)


@pytest.mark.parametrize("room", [(WITHIN, 360), (WITHIN, 250), (912, 410), (1000, 540)])
def test_the_names_of_groups_of_events_are_whole_on_as_many_lines_as_they_need(closed_books, room):
    made = next(part.display for part in closed_books("2008-02-29").parts if part.name == "ae_heat_map")
    told = [" ".join(lines_of(text)) for part in fitted(made, *room) for text in labels(Drawn.of(part), "y")]
    assert "General disorders and administration site conditions" in told
    assert not [text for text in told if "…" in text] and "Respiratory, thoracic and mediastinal" in told
    assert any("…" in text for text in made.figure.layout.yaxis.ticktext) and narrower(made, 436, 300) is not None


def test_a_word_without_an_end_stays_on_the_page_of_the_book(closed_books):
    closed = closed_books("2008-02-29")
    part = next(part for part in closed.parts if part.name == "every_dlt")
    part = replace(part, item=replace(part.item, note="X" * 400))
    made = replace(closed, parts=(part,))
    book = pypdfium2.PdfDocument(printed(contents(made, PREPARED, ""), PREPARED))
    wide = book[0].get_width()
    ends = [
        words.get_charbox(at)[2]
        for words in (page.get_textpage() for page in book)
        for at in range(words.count_chars())
        if words.get_text_range(at, 1) == "X"
    ]
    assert len(ends) >= 400 and max(ends) < wide - 30
