"""Packs of earlier cuts, of a trial with one subject and of one with none: every format holds what the tables hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import plotly.graph_objects as go
import pytest
from conftest import CUT_DATES, SAMPLE
from deck_checks import Package
from raw import raw
from read_back import wrong_in_book, wrong_in_csv, wrong_in_page, wrong_in_workbook
from read_sheets import texts_of, wrong_in_drawing, wrong_in_sheets
from read_slides import wrong_in_slides

import export.browser
from displays.words import brief_columns, cell
from export import images_available, write
from export.book import book
from export.deck import deck
from export.images import render
from export.made import Book, Part, make
from export.pack import Item, Pack
from export.page import page
from export.presets import preset
from export.sheets import sheets
from export.workbook_of_pack import workbook_of_pack
from queries import View

PREPARED = datetime(2008, 3, 5, 14, tzinfo=UTC)
WRITTEN: dict[str, Callable[[Book], object]] = {
    "xlsx": lambda made: workbook_of_pack(made, PREPARED),
    "html": lambda made: page(made, PREPARED),
    "pdf": lambda made: book(made, PREPARED),
    "pptx": lambda made: Package(deck(made, PREPARED)),
    "csv": lambda made: {part.name: write(part.display, "csv") for part in made.parts},
    "sheets": lambda made: [sheets(part.display) for part in made.parts],
}
READ: dict[str, Callable[[Book, object], list[str]]] = {
    "xlsx": wrong_in_workbook,
    "html": wrong_in_page,
    "pdf": wrong_in_book,
    "pptx": wrong_in_slides,
    "csv": wrong_in_csv,
    "sheets": lambda made, drawn: [
        fault for part, own in zip(made.parts, drawn, strict=True) for fault in wrong_in_sheets(part.display, own)
    ],
}
FIRST_ROWS = 40
FEW = {"none": (), "one": ("NCT00430443-101-003",)}


@pytest.fixture
def without_browser(monkeypatch):
    """Tables stand where a browser would draw a chart."""
    monkeypatch.setattr(export.browser.shutil, "which", lambda name: None)


@pytest.fixture(scope="module")
def few(file_of_cut, trial):
    """few("one") → the newest cut of the sample trial with these subjects alone."""
    delivered = raw(SAMPLE / "cuts" / CUT_DATES[2].isoformat())

    def view(which: str) -> View:
        own = {
            name: frame[frame["USUBJID"].isin(FEW[which])] if "USUBJID" in frame else frame
            for name, frame in delivered.items()
        }
        return View(file_of_cut(own, trial, CUT_DATES[2]))

    return cache(view)


@pytest.fixture(scope="module")
def unlike_the_newest(closed_books):
    """unlike_the_newest(book) → the pack with those of its displays whose table or chart is another one there, and of
    their long tables, which are read whole in the newest cut, the first rows."""
    newest = {part.name: part.display for part in closed_books("2008-02-29").parts}

    def other(part: Part) -> bool:
        made, then = part.display, newest[part.name]
        return not made.table.equals(then.table) or made.figure != then.figure

    def shortened(part: Part) -> Part:
        return replace(part, display=replace(part.display, table=part.display.table.head(FIRST_ROWS)))

    return lambda made: replace(made, parts=tuple(shortened(part) for part in made.parts if other(part)))


@pytest.mark.parametrize("session", ["open", "closed"])
@pytest.mark.parametrize("cut", ["none", "one", "2007-08-31", "2007-11-30"])
def test_every_format_holds_the_numbers_of_every_display(
    cut, session, views, few, closed_books, unlike_the_newest, without_browser
):
    if session == "closed" and cut in views:
        made = unlike_the_newest(closed_books(cut))
    else:
        made = make(preset(session), views[cut] if cut in views else few(cut))
    assert not made.failed and len(made.parts) > (10 if session == "open" else 60)
    assert {kind: READ[kind](made, write(made)) for kind, write in WRITTEN.items()} == dict.fromkeys(READ, [])


def test_every_format_of_the_newest_cut_holds_the_numbers_of_the_open_session(views, without_browser):
    made = make(preset("open"), views["2008-02-29"])
    assert {kind: READ[kind](made, write(made)) for kind, write in WRITTEN.items()} == dict.fromkeys(READ, [])


@pytest.fixture(scope="module")
def two(views) -> Book:
    """A table, and a chart that PowerPoint can draw."""
    return make(Pack("Two", "closed", (Item("every_dlt"), Item("dlt_by_dose"))), views["2008-02-29"])


def another(text: str) -> str:
    """A text with another last digit."""
    return re.sub(r"\d(?=\D*$)", lambda digit: str((int(digit[0]) + 1) % 10), text)


def with_another_number(part: Part) -> Part:
    """A display in whose table the last number of the last row is another, and in whose chart a mark and a note."""
    made, table = part.display, part.display.table.copy()
    last = table.index[-1]
    name = next(
        name
        for name in reversed(brief_columns(made))
        if re.search(r"\d", cell(table[name][last], made.formats.get(name)))
    )
    value = table[name][last]
    table[name] = [*table[name][:-1], another(value) if isinstance(value, str) else value + 1]
    figure = made.figure and go.Figure(made.figure)
    if figure:
        marks = next(trace for trace in figure.data if trace.mode == "markers")
        marks.y = [*marks.y[:-1], marks.y[-1] + 0.25]
        note = next(note for note in reversed(figure.layout.annotations) if re.search(r"\d", note.text))
        note.text = another(note.text)
    return replace(part, display=replace(made, table=table, figure=figure))


@pytest.fixture(scope="module")
def planted(two) -> Book:
    """The same pack with one other number in each of its displays."""
    return replace(two, parts=tuple(map(with_another_number, two.parts)))


@pytest.mark.parametrize("kind", WRITTEN)
def test_one_other_number_is_found_in_every_format(kind, two, planted, without_browser):
    assert READ[kind](two, WRITTEN[kind](two)) == []
    found = READ[kind](two, WRITTEN[kind](planted))
    assert all(any(fault.startswith(part.name) for fault in found) for part in two.parts), found


@pytest.mark.skipif(not images_available(), reason="no Chromium on this machine to draw the charts with")
def test_one_other_number_is_found_in_a_drawing(two, planted):
    for part, other in zip(two.parts, planted.parts, strict=True):
        pairs = zip(sheets(part.display), sheets(other.display), strict=True)
        right, wrong = next(pair for pair in pairs if texts_of(pair[0]) != texts_of(pair[1]))
        assert wrong_in_drawing(right, render(wrong, "svg")) and wrong_in_drawing(right, render(right, "svg")) == []
