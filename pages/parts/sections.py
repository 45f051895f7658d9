"""A long page in sections: one is drawn at a time; which one is in the address, and kept while one looks elsewhere."""

from __future__ import annotations

import streamlit as st

from displays.pages import Page, Section
from pages.parts.address import section_key
from visit import session


def open_at(page: Page, section: str | None) -> None:
    """Let a page show a section, by its key; None leaves the one that the reader saw last."""
    if section is not None:
        st.session_state[section_key(page.key)] = section


def chosen_section(page: Page) -> Section:
    """The section that the reader wants, of those that the session shows; the first one at first."""
    sections = page.seen_in(session())
    wanted = st.session_state.get(section_key(page.key))
    return next((part for part in sections if part.key == wanted), sections[0])


def draw_sections(page: Page) -> None:
    """The sections to choose from; a page of one section asks nothing."""
    titles = {part.key: part.title for part in page.seen_in(session())}
    if len(titles) == 1:
        return
    key = section_key(page.key)
    st.session_state[key] = chosen_section(page).key
    with st.container(key="sections"):
        st.pills(
            "Section",
            list(titles),
            key=key,
            format_func=titles.get,
            required=True,
            label_visibility="collapsed",
            persist_state="session",
        )
