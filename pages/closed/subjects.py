"""One subject on one page; who it is stays in the visit, never in the address."""

import streamlit as st

from displays.catalogue import SUBJECTS
from pages.parts.choose_subject import labels, say_how_many
from pages.parts.lanes import ask_lanes
from pages.parts.made import noted_or_said
from pages.parts.origin import choose_subject, chosen_subject
from pages.parts.page import draw
from pages.parts.profile import draw_profile
from pages.parts.way import draw_neighbours, draw_way_back
from visit import guard, view

guard("closed")


def ask_subject() -> str:
    """The subject shown; the page ends with a hint where there is none to choose or none is chosen."""
    chosen = chosen_subject()
    subjects = view().ask("subject_list", usubjid=chosen).set_index("USUBJID")
    if subjects.empty:
        st.info("No subjects match the filters.")
        st.stop()
    offered = labels(subjects, chosen)
    st.session_state["subject_choice"] = chosen if chosen in subjects.index else None
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="subject-line"):
        draw_way_back()
        st.selectbox(
            "Subject",
            list(offered),
            key="subject_choice",
            format_func=offered.get,
            placeholder="Choose a subject",
            label_visibility="collapsed",
            width=420,
            on_change=lambda: choose_subject(st.session_state["subject_choice"]),
        )
        draw_neighbours(chosen, list(subjects.index))
        if st.session_state["subject_choice"] is not None:
            draw_profile(chosen)
    say_how_many(len(subjects))
    if st.session_state["subject_choice"] is None:
        st.info("Choose a subject. Any mark, row or name of the other pages that belongs to a subject leads here too.")
        st.stop()
    if not noted_or_said("subject", subject=chosen):
        st.stop()
    return chosen


draw(SUBJECTS, subject=ask_subject, lanes=ask_lanes)
