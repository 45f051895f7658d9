"""A long page in sections: one is drawn at a time, and the choice is kept while the reader looks at other pages."""

from __future__ import annotations

import streamlit as st

from displays.pages import Page, Section


def choose_section(page: Page) -> Section:
    """The section of the page that the reader wants, the first one at first; a page of one section asks nothing."""
    sections = {section.key: section for section in page.sections}
    if len(sections) == 1:
        return page.sections[0]
    key = f"section-{page.key}"
    if st.session_state.get(key) not in sections:
        st.session_state[key] = page.sections[0].key
    chosen = st.segmented_control(
        "Section",
        list(sections),
        key=key,
        format_func=lambda known: sections[known].title,
        required=True,
        label_visibility="collapsed",
        width="stretch",
        persist_state="session",
    )
    return sections[chosen]
