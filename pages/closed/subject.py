"""One subject on one page; who it is stays in the visit, never in the address."""

import streamlit as st

from displays.subject.course import subject_course
from displays.subject.header import subject_header
from displays.subject.tables import subject_adverse_events, subject_heart
from pages.parts.place import heading, place, place_numbers
from visit import choose_subject, chosen_subject, guard, view

guard("closed")
heading("Subject", "What happened to this subject: dose, toxicity, heart and leukaemia on one axis of time")

chosen = chosen_subject()
subjects = view().ask("subject_list", usubjid=chosen).set_index("USUBJID")


def label(usubjid: str) -> str:
    """Number, dose and disease, and what the DLT evaluation says where it is not "No DLT"."""
    row = subjects.loc[usubjid]
    told = [row["SUBJID"], row["TRTA"], row["DISEASE"], row["DLTSTAT"] if row["DLTSTAT"] != "No DLT" else None]
    return " · ".join(part for part in told if isinstance(part, str))


if subjects.empty:
    st.info("No subjects match the filters.")
    st.stop()

st.session_state["subject_choice"] = chosen if chosen in subjects.index else None
st.selectbox(
    "Subject",
    list(subjects.index),
    key="subject_choice",
    format_func=label,
    placeholder="Choose a subject",
    on_change=lambda: choose_subject(st.session_state["subject_choice"]),
)
if st.session_state["subject_choice"] is None:
    st.info("Choose a subject. Every mark and every row of the other pages that stands for a subject leads here too.")
    st.stop()

place_numbers(subject_header, subject=chosen)
place(subject_course, subject=chosen)
place(subject_adverse_events, subject=chosen)
place(subject_heart, subject=chosen)
