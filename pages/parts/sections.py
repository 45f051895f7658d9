"""A long page in sections: one is drawn at a time, and the choice is kept while the reader looks at other pages."""

from __future__ import annotations

import streamlit as st


def choose_section(page: str, sections: list[str]) -> str:
    """The section of the page that the reader wants; the first one at first."""
    key = f"section-{page}"
    if st.session_state.get(key) not in sections:
        st.session_state[key] = sections[0]
    return st.segmented_control(
        "Section",
        sections,
        key=key,
        required=True,
        label_visibility="collapsed",
        width="stretch",
        persist_state="session",
    )
