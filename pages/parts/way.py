"""The way from one subject: back to where one came from, to the previous and the next of the list."""

from __future__ import annotations

import streamlit as st

from pages.parts.markup import draw_html
from pages.parts.origin import choose_subject, go_back, origin


def draw_way_back() -> None:
    """Back to the display that one came from."""
    if origin().words and st.button(f"← {origin().words}", key="go-back", type="tertiary"):
        go_back()


def draw_neighbours(chosen: str | None, everybody: list[str]) -> None:
    """Previous and next in the list one came from, or of all subjects."""
    listed = [usubjid for usubjid in origin().subjects if usubjid in everybody]
    subjects, of = (listed, "in this list") if chosen in listed and len(listed) > 1 else (everybody, "subjects")
    if chosen not in subjects:
        return
    place = subjects.index(chosen)
    for words, other in (("‹ Previous", place - 1), ("Next ›", place + 1)):
        there = 0 <= other < len(subjects)
        neighbour = subjects[other] if there else None
        st.button(words, key=words, type="tertiary", disabled=not there, on_click=choose_subject, args=(neighbour,))
    draw_html(f'<p class="place">{place + 1} of {len(subjects)} {of}</p>')
