"""Find a subject from every page: searched on the server, so that no list of all subjects is sent."""

from __future__ import annotations

import streamlit as st

import visit
from pages.parts.markup import draw_html
from pages.parts.origin import go_to_subject
from pages.parts.shown import as_text

MOST_SHOWN = 12


def find_subject() -> None:
    """Ask for a number or a part of it; the only subject that matches is shown at once."""
    st.text_input(
        "Find a subject",
        key="find",
        placeholder="Find a subject",
        label_visibility="collapsed",
        max_chars=40,
        width=150,
        on_change=_look,
    )


def draw_found() -> None:
    """The subjects that match, where they are several or none; called below the line."""
    wanted = st.session_state.pop("find-now", False)
    if visit.session() == "open":
        return  # what was looked for in the closed session outlives a switch by one run
    text = (st.session_state.get("find") or "").strip()
    if not text:
        return
    found = visit.subjects_found(text)
    if wanted and len(found) == 1:
        st.session_state["find-clear"] = True
        go_to_subject(found[0], tuple(found))
    with st.container(horizontal=True, gap="small", key="found"):
        draw_html(f"<p>{_words(len(found))}</p>")
        for usubjid in found[:MOST_SHOWN]:
            if st.button(as_text(_number(usubjid)), key=f"found-{usubjid}", type="tertiary"):
                go_to_subject(usubjid, tuple(found))
        st.button("Close", key="found-close", on_click=_close, type="tertiary")


def clear_after_found() -> None:
    """Before the line is drawn: empty the field whose subject is now on screen."""
    if st.session_state.pop("find-clear", False):
        st.session_state["find"] = ""


def _words(number: int) -> str:
    if number == 0:
        return "No subject of this cut has such a number."
    shown = f"; the first {MOST_SHOWN} are shown, type more of the number" if number > MOST_SHOWN else ""
    return f"{number} subject{'s' * (number > 1)}{shown}:"


def _number(usubjid: str) -> str:
    numbers = {known: number for number, known in visit.subject_numbers().items()}
    return numbers.get(usubjid, usubjid)


def _look() -> None:
    st.session_state["find-now"] = True


def _close() -> None:
    st.session_state["find"] = ""
