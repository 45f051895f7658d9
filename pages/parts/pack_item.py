"""One display of a pack: the sentence under it and the subjects of whom it is, in a dialog of its own."""

from __future__ import annotations

import html

import streamlit as st

import visit
from export.pack import LONGEST_NOTE, Item, Pack
from pages.parts.markup import draw_html
from pages.parts.my_pack import edit, everybody, filters_now, my_pack, place_in_visit, title_of
from pages.parts.shown import as_text

AS_THE_PACK, ALL, NOW, OWN = "pack", "all", "now", "own"
NUMBER = "pack dialogs"
"""How many dialogs were opened: each has controls of its own, which know nothing of the item edited before."""


def draw_edited() -> None:
    """The dialog, in the run in which the reader asks for it."""
    at = st.session_state.pop(place_in_visit("edited"), None)
    if at is not None and at < len(my_pack().items):
        number = st.session_state.get(NUMBER, 0) + 1
        st.session_state[NUMBER] = number
        # Left by its buttons alone: a key or a click beside it would lose what was just written.
        st.dialog(as_text(title_of(my_pack().items[at])), dismissible=False)(_draw)(at, number)


def _draw(at: int, number: int) -> None:
    pack = my_pack()
    item = pack.items[at]
    section = item.place.section.title
    draw_html(f"<p>{html.escape(' › '.join(filter(None, (item.place.page.title, section))))}</p>")
    note = st.text_area("A sentence under it", item.note, key=f"pack-note-{number}", max_chars=LONGEST_NOTE, height=110)
    filters = item.filters if visit.session() == "open" else _ask_filters(pack, item, number)
    with st.container(horizontal=True, gap="small"):
        done = st.button("Done", type="primary", key="pack-edited")
        if done:
            edit(at, note=note.strip(), filters=filters)
        if st.button("Cancel", key="pack-not-edited") or done:
            st.session_state[place_in_visit("back to")] = at  # the focus goes to the row from which the reader came
            st.rerun()


def _ask_filters(pack: Pack, item: Item, number: int) -> dict | None:
    """Of whom the display is: as the whole pack, all subjects, those that the dashboard shows now, or as it was."""
    now, words = filters_now()
    told = {AS_THE_PACK: (None, f"As the pack: {pack.filters_of(Item('')).words()}")}
    if pack.filters:
        told[ALL] = ({}, everybody())
    if now and now != pack.filters:
        told[NOW] = (now, f"As on the dashboard now: {words}")
    known = [filters for filters, _ in told.values()]
    if item.filters not in known:
        told[OWN] = (item.filters, pack.filters_of(item).words())
    first = next(kind for kind, (filters, _) in told.items() if filters == item.filters)
    kind = st.radio(
        "Of whom",
        list(told),
        index=list(told).index(first),
        key=f"pack-filters-{number}",
        format_func=lambda kind: told[kind][1],
    )
    return told[kind][0] if kind in told else item.filters
