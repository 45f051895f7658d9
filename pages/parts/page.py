"""Draws a page as the catalogue lists it: heading, the page's own controls, and the displays of one section."""

from __future__ import annotations

import html
from collections.abc import Callable
from functools import cache

import streamlit as st

from displays.pages import Page
from pages.parts.place import place
from pages.parts.sections import choose_section


def draw(page: Page, controls: Callable[[], None] | None = None, **choices: Callable[[], str]) -> None:
    """Draw the page.

    controls: drawn under the heading, before anything is asked of the data. choices: for each thing that a display
    is of (subject, method) the control that chooses it, drawn once, before the first display that needs it.
    """
    st.html(f'<div class="page-head"><h1>{html.escape(page.title)}</h1><p>{html.escape(page.lead)}</p></div>')
    if controls is not None:
        controls()
    chosen = {name: cache(choose) for name, choose in choices.items()}
    for entry in choose_section(page).displays:
        place(entry, **{name: chosen[name]() for name in entry.arguments})
