"""What the reader chooses of one display, above it; kept while one walks from page to page."""

from __future__ import annotations

import re

import streamlit as st

import visit
from displays.pages import Choice, Entry, Options
from displays.words import told_apart

CHANGED = "choice changed"
PILLS, SEVERAL_PILLS = 8, 20
"""So many options are seen at once; more are searched in a list."""
Chosen = dict[str, str | tuple[str, ...]]
"""Argument → what the reader wants."""


def ask_choices(entry: Entry) -> Chosen:
    """What the reader wants of each choice; without the choices of which the data leave nothing."""
    if st.session_state.pop(CHANGED, False):
        st.rerun()  # the whole page, so that the tab keeps what was chosen
    offered, chosen = _settled(entry)
    if offered:
        with st.container(horizontal=True, vertical_alignment="center", key=f"choices-{entry.function.__name__}"):
            for choice, options in offered.items():
                _ask(entry, choice, options)
    return chosen


def chosen_now(entry: Entry) -> Chosen:
    """What is chosen of a display now, without asking for it."""
    chosen: Chosen = {}
    for choice in entry.choices:
        if options := _options(choice, chosen):
            chosen[choice.argument] = _value(_key(entry, choice), choice, options)
    return chosen


def _settled(entry: Entry) -> tuple[dict[Choice, Options], Chosen]:
    """What can be chosen, and what is: one choice after the other, since options may depend on those before."""
    offered: dict[Choice, Options] = {}
    chosen: Chosen = {}
    for choice in entry.choices:
        if options := _options(choice, chosen):
            offered[choice] = options
            chosen[choice.argument] = _wanted(_key(entry, choice), choice, options)
    return offered, chosen


def _options(choice: Choice, chosen: Chosen) -> Options:
    """What can be chosen after what was; nothing where one that it depends on has nothing to choose."""
    earlier = choice.earlier(chosen)
    return () if earlier is None else visit.fact(choice.of, **earlier)


def _key(entry: Entry, choice: Choice) -> str:
    return f"choice-{entry.function.__name__}-{choice.argument}"


def _wanted(key: str, choice: Choice, options: Options) -> str | tuple[str, ...]:
    """What is chosen, kept in the visit before it is asked for."""
    value = _value(key, choice, options)
    st.session_state[key] = list(value) if choice.several else value
    return value


def _value(key: str, choice: Choice, options: Options) -> str | tuple[str, ...]:
    """What the visit keeps of a choice as far as it can be chosen now; else what stands there at first."""
    kept, words = st.session_state.get(key), dict(options)
    if choice.several:
        return tuple(value for value in words if isinstance(kept, (list, tuple)) and value in kept)
    return kept if isinstance(kept, str) and kept in words else options[0][0]


def _ask(entry: Entry, choice: Choice, options: Options) -> None:
    """Draw one choice; what is chosen in it is already in the visit."""
    words, title = told_apart(dict(options)), choice.title
    asked = dict(
        key=_key(entry, choice),
        on_change=_changed,
        format_func=words.get,
        persist_state="session",
        label_visibility="visible" if len(entry.choices) > 1 else "collapsed",
    )
    if choice.several and len(words) <= SEVERAL_PILLS:
        st.pills(title, list(words), selection_mode="multi", **asked)
    elif choice.several:
        st.multiselect(title, list(words), width=420, **asked)
    elif len(words) <= PILLS:
        st.pills(title, list(words), required=True, **asked)
    else:
        st.selectbox(title, list(words), width=420, **asked)


def _changed() -> None:
    st.session_state[CHANGED] = True


def file_name(name: str, chosen: Chosen, entry: Entry) -> str:
    """The name of the display's files, with what was chosen where it is not what stands there at first."""
    other = []
    for choice in entry.choices:
        value = chosen.get(choice.argument)
        if value is not None and value != choice.first(_options(choice, chosen)):
            other += [value] if isinstance(value, str) else value
    return "_".join([name, *(re.sub(r"\W+", "-", value) for value in other)])
