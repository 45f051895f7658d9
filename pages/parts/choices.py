"""What the reader chooses of one display, above it; kept while one walks from page to page."""

from __future__ import annotations

import re

import streamlit as st

import visit
from displays.pages import Choice, Entry, Options

CHANGED = "choice changed"
PILLS = 8
"""So many options are seen at once; more are searched in a list."""


def ask_choices(entry: Entry) -> dict[str, str]:
    """Argument → what the reader wants of each choice; without the choices of which the data leave nothing."""
    if st.session_state.pop(CHANGED, False):
        st.rerun()  # the whole page, so that the tab keeps what was chosen
    asked = {choice: visit.fact(choice.of) for choice in entry.choices}
    if not any(asked.values()):
        return {}
    with st.container(horizontal=True, vertical_alignment="center", key=f"choices-{entry.function.__name__}"):
        return {choice.argument: _ask(entry, choice, options) for choice, options in asked.items() if options}


def _ask(entry: Entry, choice: Choice, options: Options) -> str:
    words, key = dict(options), f"choice-{entry.function.__name__}-{choice.argument}"
    if st.session_state.get(key) not in words:
        st.session_state[key] = options[0][0]
    asked = dict(
        key=key,
        on_change=_changed,
        format_func=words.get,
        label_visibility="visible" if len(entry.choices) > 1 else "collapsed",
    )
    if len(words) <= PILLS:
        return st.pills(choice.title, list(words), required=True, persist_state="session", **asked)
    return st.selectbox(choice.title, list(words), persist_state="session", width=420, **asked)


def _changed() -> None:
    st.session_state[CHANGED] = True


def file_name(name: str, chosen: dict[str, str], entry: Entry) -> str:
    """The name of the display's files, with what was chosen where it is not what stands there at first."""
    first = {choice.argument: options[0][0] for choice in entry.choices if (options := visit.fact(choice.of))}
    other = [value for argument, value in chosen.items() if value != first[argument]]
    return "_".join([name, *(re.sub(r"\W+", "-", value) for value in other)])
