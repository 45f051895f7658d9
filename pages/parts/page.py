"""Draws a page as the catalogue lists it: its sections to choose from, and the displays of one of them."""

from __future__ import annotations

import html
from collections.abc import Callable, Hashable
from functools import cache

import streamlit as st

from displays.pages import Page
from pages.parts.markup import draw_html
from pages.parts.place import place, place_together
from pages.parts.section_print import draw_print
from pages.parts.sections import chosen_section, draw_sections


def draw(page: Page, **choices: Callable[[], Hashable]) -> None:
    """Draw the page.

    choices: for each thing that a display is of (subject, lanes, method) the control that chooses it, drawn once,
    before the first display that needs it.
    """
    draw_html(f'<div class="page-head"><h1>{html.escape(page.title)}</h1><p>{html.escape(page.lead)}</p></div>')
    with st.container(horizontal=True, vertical_alignment="center", key="section-line"):
        draw_sections(page)
        printing = st.container(width="content", key="print")
    part, chosen = chosen_section(page), {name: cache(choose) for name, choose in choices.items()}
    if part.one_screen:
        place_together(part.displays)
    else:
        for entry in part.displays:
            place(entry, **{name: chosen[name]() for name in entry.arguments})
    with printing:
        draw_print(page, part, chosen)
