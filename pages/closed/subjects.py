"""One subject on one page; who it is stays in the visit, never in the address."""

import pandas
import streamlit as st

from displays.catalogue import SUBJECTS
from pages.parts.origin import choose_subject, chosen_subject, go_back, origin
from pages.parts.page import draw
from visit import guard, view

guard("closed")


def ask_subject() -> str:
    """The subject shown; the page ends with a hint where there is none to choose or none is chosen."""
    chosen = chosen_subject()
    subjects = view().ask("subject_list", usubjid=chosen).set_index("USUBJID")
    if subjects.empty:
        st.info("No subjects match the filters.")
        st.stop()
    st.session_state["subject_choice"] = chosen if chosen in subjects.index else None
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="subject-line"):
        draw_way_back()
        st.selectbox(
            "Subject",
            list(subjects.index),
            key="subject_choice",
            format_func=lambda usubjid: label(subjects.loc[usubjid]),
            placeholder="Choose a subject",
            label_visibility="collapsed",
            width=420,
            on_change=lambda: choose_subject(st.session_state["subject_choice"]),
        )
        draw_neighbours(chosen, list(subjects.index))
    if st.session_state["subject_choice"] is None:
        st.info("Choose a subject. Any mark, row or name of the other pages that belongs to a subject leads here too.")
        st.stop()
    return chosen


def draw_way_back() -> None:
    """Back to the display that one came from."""
    if origin().words and st.button(f"← {origin().words}", key="go-back", type="tertiary"):
        go_back()


def draw_neighbours(chosen: str | None, everybody: list[str]) -> None:
    """Previous and next in the list one came from, or of all subjects."""
    listed = [usubjid for usubjid in origin().subjects if usubjid in everybody]
    subjects, of = (listed, "in this list") if chosen in listed and len(listed) > 1 else (everybody, "of all")
    if chosen not in subjects:
        return
    place = subjects.index(chosen)
    for words, other in (("‹ Previous", place - 1), ("Next ›", place + 1)):
        there = 0 <= other < len(subjects)
        neighbour = subjects[other] if there else None
        st.button(words, key=words, type="tertiary", disabled=not there, on_click=choose_subject, args=(neighbour,))
    st.html(f'<p class="place">{place + 1} of {len(subjects)} {of}</p>')


def label(subject: pandas.Series) -> str:
    """Number, dose and disease, and what the DLT evaluation says where it is not "No DLT"."""
    evaluation = subject["DLTSTAT"] if subject["DLTSTAT"] != "No DLT" else None
    parts = [subject["SUBJID"], subject["TRTA"], subject["DISEASE"], evaluation]
    return " · ".join(part for part in parts if isinstance(part, str))


draw(SUBJECTS, subject=ask_subject)
