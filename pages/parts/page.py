"""Draws a page as the catalogue lists it: heading, the page's own controls, and the displays of one section."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from displays.pages import Entry, Page
from pages.parts.place import heading, place, place_numbers
from pages.parts.sections import choose_section


def draw(page: Page, controls: Callable[[], None] | None = None, **choices: Callable[[], str]) -> None:
    """Draw the page.

    controls: drawn under the heading, before anything is asked of the data. choices: for each thing that a display
    is of (subject, method) the control that chooses it, drawn once, before the first display that needs it.
    """
    heading(page.title, page.lead)
    if controls is not None:
        controls()
    chosen = {name: cache(choose) for name, choose in choices.items()}
    for entry in choose_section(page).displays:
        _place(entry, {name: chosen[name]() for name in entry.arguments})


def _place(entry: Entry, arguments: dict[str, str]) -> None:
    if entry.tiles:
        place_numbers(entry.function, **arguments)
    else:
        place(entry.function, **arguments)
