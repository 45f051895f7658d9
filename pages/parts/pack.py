"""The Pack page: which displays go into the meeting, in which order, of whom, as which files."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

import visit
from displays.words import counted
from export.pack import LONGEST_TITLE, UNTITLED, Item
from export.presets import preset
from pages.parts.choose_subject import labels
from pages.parts.markup import draw_html
from pages.parts.my_pack import ALL, ORDER, filters_now, keep, last_step, my_pack, place_in_visit, prepared_by, undo
from pages.parts.origin import chosen_subject
from pages.parts.pack_files import draw_files, draw_refused
from pages.parts.pack_item import draw_edited
from pages.parts.pack_list import draw_list
from pages.parts.pack_work import draw_making
from pages.parts.shown import as_text, on_screen

READY = {
    "open": {"open": "Open session"},
    "closed": {"closed": "Closed session", "decision": "Dose decision", "hearts": "Hearts", "subject": "One subject"},
}
"""Session → the packs to start from."""


def draw_pack() -> None:
    """The page, from its sentence to the list."""
    number = len(my_pack().items)
    _say_what_it_is(number)
    draw_refused()
    _draw_start()
    _draw_title()
    if visit.session() == "closed":
        _draw_filters()
    draw_making()
    _draw_list(number)
    draw_edited()


def _say_what_it_is(number: int) -> None:
    first = f"The pack holds {counted(number, 'display')}." if number else "The pack is empty."
    more = (
        "Any choice of displays becomes slides, a book, a workbook and a page that agree with the screen. Start from a "
        "ready pack, tick displays below, or press “Add to pack” on any display of the dashboard."
    )
    if visit.session() == "closed":
        more += " The open session has a pack of its own."
    draw_html(
        f'<section class="pack-said"><h2>Pack</h2><p class="first">{first}</p><p class="more">{more}</p></section>'
    )


def _draw_start() -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="pack-start"):
        draw_html("<p><b>Start from</b></p>", width="content")
        for name, words in READY[visit.session()].items():
            if name != "subject":
                st.button(words, key=f"pack-{name}", on_click=_start, args=(name, words))
        if visit.session() == "closed":
            _draw_one_subject()
        draw_files()


def _draw_one_subject() -> None:
    subjects = visit.view().ask("subject_list", usubjid=chosen_subject()).set_index("USUBJID")
    offered = labels(subjects, chosen_subject())
    chosen = st.selectbox(
        "Start from one subject",
        list(offered),
        key="pack-subject",
        index=None,
        format_func=offered.get,
        placeholder="A subject …",
        label_visibility="collapsed",
        width=230,
    )
    st.button(
        "One subject", key="pack-of-subject", disabled=chosen is None, on_click=_start, args=("subject", "", chosen)
    )


def _start(name: str, words: str, subject: str = "") -> None:
    keep(preset(name, subject), f"started from “{words or 'One subject'}”")
    st.session_state[place_in_visit("shown")] = ORDER


def _draw_title() -> None:
    pack, title, by = my_pack(), place_in_visit("title"), place_in_visit("by")
    st.session_state[title] = pack.title
    st.session_state.setdefault(by, prepared_by())
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="pack-title"):
        st.text_input("Title", key=title, max_chars=LONGEST_TITLE, width=320, on_change=_rename)
        st.text_input("Prepared by", key=by, max_chars=LONGEST_TITLE, width=320, persist_state="session")


def _rename() -> None:
    pack = my_pack()
    title = st.session_state[place_in_visit("title")].strip() or UNTITLED
    keep(replace(pack, title=title), f"called it “{title}”")


def _draw_filters() -> None:
    """Of whom the displays are that have no filters of their own."""
    pack, (now, words) = my_pack(), filters_now()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="pack-filters"):
        of_whom = on_screen(pack.filters_of(Item("")).words())
        draw_html(f"<p><b>Of whom:</b> {of_whom}</p>", width="content")
        if now != pack.filters and now:
            st.button(
                f"As on the dashboard now: {as_text(words)}", key="pack-filters-now", on_click=_filter, args=(now,)
            )
        if pack.filters:
            st.button("All subjects", key="pack-filters-all", on_click=_filter, args=({},))
        if visit.view().filters.subjects:
            draw_html("<p>Subjects selected by hand cannot be kept in a pack: its displays are of all of them.</p>")


def _filter(filters: dict) -> None:
    keep(replace(my_pack(), filters=filters), "changed of whom the pack is")


def _draw_list(number: int) -> None:
    """The pack in its order, or all displays to choose from, which is all that an empty pack has to show."""
    shown, words = place_in_visit("shown"), {ORDER: f"In the pack, in order ({number})", ALL: "All displays, to choose"}
    if not number or shown not in st.session_state:
        st.session_state[shown] = ORDER if number else ALL
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="pack-list-head"):
        if number:
            st.segmented_control(
                "List",
                list(words),
                key=shown,
                format_func=words.get,
                required=True,
                label_visibility="collapsed",
                persist_state="session",
            )
        if step := last_step():
            st.button(f"Undo: {as_text(step.words)}", key="pack-undo", on_click=undo, type="tertiary")
    draw_list(choosing=st.session_state[shown] == ALL)
