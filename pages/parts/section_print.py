""" "Print" of a section: its displays as they are on screen, of the same subjects, as sheets of a PDF to print."""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable, Mapping
from datetime import UTC, datetime

import visit
from displays import Display
from displays.display import Audience
from displays.pages import Entry, Page, Section
from export.book import book
from export.editing import choices_in_words, filters_of
from export.made import Book, Part
from export.pack import PLACES, Item, Pack
from pages.parts.choices import chosen_now
from pages.parts.handed import File, file_button
from pages.parts.shown import preparing
from queries import View

LOG = logging.getLogger("safety")

Placed = tuple[Entry, dict]
"""A display of the section, and what it is of and what is chosen of it."""


def draw_print(page: Page, part: Section, arguments: Mapping[str, Callable[[], Hashable]]) -> None:
    """The button; none where there is no display, or something is supposed: that is never written to a file.

    arguments: for each thing that a display is of, what gives it as it is now.
    """
    shown = [
        (entry, {of: arguments[of]() for of in entry.arguments} | chosen_now(entry))
        for entry in part.displays
        if entry.function.__name__ in PLACES
    ]
    seen, session = visit.view(), visit.session()
    if not shown or seen.cut.hypothetical or any(map(_supposed, shown)):
        return
    title = " · ".join(filter(None, (page.title, part.title)))
    name = "_".join(filter(None, (page.key, part.key, seen.cut.date.isoformat())))
    again = [(_item(entry, chosen), visit.again(entry.function, **chosen)) for entry, chosen in shown]
    file_button(
        "Print",
        File(
            f"section {title}",
            "pdf",
            lambda: section_sheets(title, session, seen, again),
            f"{name}.pdf",
            "application/pdf",
        ),
        key="print-section",
        type="tertiary",
        help="This section as a PDF to print, as it is on screen",
    )


def _supposed(placed: Placed) -> bool:
    """Whether the reader supposes something of a display by what is chosen of it: several things left out, say."""
    entry, chosen = placed
    if not any(choice.several and chosen.get(choice.argument) for choice in entry.choices):
        return False
    return visit.display(entry.function, preparing(entry), **chosen)[0].hypothetical


def _item(entry: Entry, chosen: dict) -> Item:
    named = {choice.argument for choice in entry.choices}
    return Item(entry.function.__name__, {name: value for name, value in chosen.items() if name in named})


def section_sheets(title: str, session: Audience, seen: View, again: list[tuple[Item, Callable[[], Display]]]) -> bytes:
    """The displays as the sheets of a PDF; one that cannot be made has a sheet that says so."""
    parts = tuple(_part(item, make, seen) for item, make in again)
    pack = Pack(title, session, tuple(part.item for part in parts), filters_of(seen.filters))
    return book(Book(pack, seen, parts, whole=False), datetime.now(UTC))


def _part(item: Item, make: Callable[[], Display], seen: View) -> Part:
    try:
        return Part(item, make(), choices_in_words(item, seen))
    except Exception as error:
        LOG.exception("display %s failed", item.display)
        return Part(item, None, why=f"{type(error).__name__}: {error}")
