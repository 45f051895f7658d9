""" "Add to pack" on a display: it goes into the pack of this visit as it is on screen, of the same subjects."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace

import streamlit as st

import visit
from displays.pages import Entry
from displays.subject.lanes import DEFAULT
from displays.words import counted
from export.editing import can_be_in_a_pack, place_of, put
from export.pack import Item, PackError
from pages.parts.my_pack import ORDER, SAID, filters_now, keep, my_pack, place_in_visit, say, title_of
from pages.parts.shown import as_text


def draw_add(entry: Entry, arguments: Mapping[str, Hashable], title: str) -> None:
    """The button; none where a pack cannot say of what the display is.

    arguments: what it is of, and what is chosen of it now.
    """
    if not can_be_in_a_pack(entry):
        return
    name = entry.function.__name__
    if st.button(f"Add to pack *{as_text(title)}*", key=f"add-{name}", type="tertiary"):
        _add(entry, arguments)
        st.rerun()  # the whole page: the navigation says how many displays the pack has


def draw_said() -> None:
    """What was said of the pack since the last run."""
    if words := st.session_state.pop(SAID, ""):
        st.toast(as_text(words))


def _add(entry: Entry, arguments: Mapping[str, Hashable]) -> None:
    filters = visit.view().filters
    if filters.subjects:
        number = counted(len(filters.subjects), "selected subject")
        say(f"Not added: a pack cannot keep the choice of {number}. Clear it on the line above the page first.")
        return
    pack, item = my_pack(), _item(entry, arguments)
    if place_of(pack, item, visit.view()) is not None:
        say(f"Already in the pack, which has {counted(len(pack.items), 'display')}.")
        return
    try:
        keep(put(pack, item), f"added “{title_of(item)}”")
        st.session_state[place_in_visit("shown")] = ORDER
    except PackError as error:
        say(str(error))
        return
    first = " The pack shows the lanes that the course has at first." * _other_lanes(arguments)
    say(f"Added to the pack: {counted(len(my_pack().items), 'display')}.{first}")


def _item(entry: Entry, arguments: Mapping[str, Hashable]) -> Item:
    chosen = {choice.argument: arguments[choice.argument] for choice in entry.choices if arguments.get(choice.argument)}
    item = Item(entry.function.__name__, chosen, str(arguments.get("subject", "") if _of_one(entry) else ""))
    if visit.session() == "open":
        return item
    kept, _ = filters_now()
    return item if kept == dict(my_pack().filters) else replace(item, filters=kept)


def _of_one(entry: Entry) -> bool:
    return "subject" in entry.arguments


def _other_lanes(arguments: Mapping[str, Hashable]) -> bool:
    return arguments.get("lanes", DEFAULT) != DEFAULT
