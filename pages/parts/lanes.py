"""Which lanes of a subject's course are shown: chosen by the reader, kept while one walks from subject to subject."""

from __future__ import annotations

import streamlit as st

from displays.subject.lanes import DEFAULT, LANES


def ask_lanes() -> tuple[str, ...]:
    """The lanes of the course that the reader wants, kept from subject to subject; at first what one screen holds."""
    known = [lane.name for lane in LANES]
    st.session_state["lanes"] = [name for name in st.session_state.get("lanes", DEFAULT) if name in known]
    wanted = st.pills(
        "Lanes",
        known,
        key="lanes",
        selection_mode="multi",
        label_visibility="collapsed",
        persist_state="session",
    )
    return tuple(lane.name for lane in LANES if lane.name in wanted)
