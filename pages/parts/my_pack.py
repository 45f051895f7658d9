"""The pack that a visit puts together, one for each session: kept while one walks from page to page, never in the
address. What the closed session put together is never seen in the open one."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

import visit
from displays.titles import TITLES
from export.editing import change, choices_in_words, empty, filters_of, move, put, take, take_all
from export.pack import LONGEST_TITLE, PLACES, Item, Pack
from queries import Filters

MOST_UNDONE = 30
SAID = "pack said"
ORDER, ALL = "order", "all"
"""What the list of the page shows: the pack in its order, or all displays to choose from."""


@dataclass(frozen=True)
class Step:
    """A change that can be undone: what it did, in words, and the pack before it."""

    words: str
    before: Pack


def place_in_visit(what: str = "") -> str:
    """Where the visit keeps the pack of the session that is shown, or something of it."""
    return f"pack {visit.session()} {what}".strip()


def my_pack() -> Pack:
    """The pack of this visit in this session."""
    return st.session_state.get(place_in_visit()) or empty(visit.session())


def keep(pack: Pack, words: str) -> None:
    """Keep a changed pack; words: what was changed, should the reader want it undone."""
    before = my_pack()
    if pack == before:
        return
    steps = st.session_state.get(place_in_visit("steps"), ())
    st.session_state[place_in_visit("steps")] = (*steps, Step(words, before))[-MOST_UNDONE:]
    st.session_state[place_in_visit()] = pack


def begin_with(pack: Pack) -> None:
    """Begin with a pack: what was before is not to be had again."""
    st.session_state[place_in_visit()] = pack
    st.session_state[place_in_visit("shown")] = ORDER


def prepared_by() -> str:
    """Who prepares the pack, as its files say; the reader, where nobody else was named."""
    return st.session_state.get(place_in_visit("by"), visit.reader().name)


def prepare_by(name: str) -> None:
    """Name who prepares the pack."""
    st.session_state[place_in_visit("by")] = name[:LONGEST_TITLE]


def last_step() -> Step | None:
    """The last change."""
    steps = st.session_state.get(place_in_visit("steps"), ())
    return steps[-1] if steps else None


def undo() -> None:
    """Take the last change back."""
    steps = st.session_state.get(place_in_visit("steps"), ())
    if steps:
        st.session_state[place_in_visit("steps")] = steps[:-1]
        st.session_state[place_in_visit()] = steps[-1].before


def say(words: str) -> None:
    """Say something briefly at the end of the next run of the whole page."""
    st.session_state[SAID] = words


def may_hold(name: str) -> bool:
    """Whether the pack of this session may hold a display."""
    return name in PLACES and (visit.session() == "closed" or PLACES[name].section.audience == "open")


def title_of(item: Item) -> str:
    """What an item is called: its display, and the subject of whom it is."""
    return f"{TITLES[item.display]}: {number_of(item.subject)}" if item.subject else TITLES[item.display]


def number_of(usubjid: str) -> str:
    """A subject's number, or that this data cut does not have the subject."""
    numbers = {known: number for number, known in visit.subject_numbers().items()}
    if usubjid in numbers:
        return numbers[usubjid]
    return usubjid if usubjid in visit.subject_ids() else f"{usubjid} (not in this data cut)"


def notes_of(pack: Pack, item: Item) -> list[str]:
    """What is said of an item under its title: what was chosen, filters of its own, what is written under it."""
    filters = pack.filters_of(item).words() if item.filters is not None and item.filters != pack.filters else ""
    chosen = choices_in_words(item, visit.view()) if item.chosen else ""
    return [*filter(None, (chosen, filters)), *([f"“{item.note}”"] if item.note else [])]


def filters_now() -> tuple[dict[str, tuple[str, ...]], str]:
    """The filters that the dashboard has now as a pack keeps them, and in words; without subjects selected by hand."""
    kept = filters_of(visit.view().filters)
    return kept, Pack("", "closed", (), kept).filters_of(Item("")).words()


def everybody() -> str:
    """How it is said that no filter is set."""
    return Filters().words()


def apply(acts: object) -> None:
    """Do what the reader did in the list, in its order; each act has a number and is done once."""
    done = st.session_state.get(place_in_visit("acts"), 0)
    for act in acts if isinstance(acts, list) else []:
        if isinstance(act, dict) and isinstance(act.get("n"), int) and act["n"] > done:
            done = act["n"]
            _apply(act)
    st.session_state[place_in_visit("acts")] = done


def _apply(act: dict) -> None:
    pack, name, at, to = my_pack(), act.get("name"), act.get("at"), act.get("to")
    places = range(len(pack.items))
    here = isinstance(at, int) and at in places
    if act.get("do") == "edit" and here:
        st.session_state[place_in_visit("edited")] = at
    elif act.get("do") == "move" and here and isinstance(to, int) and to in places:
        keep(move(pack, at, to), f"moved “{title_of(pack.items[at])}”")
    elif act.get("do") == "take" and here:
        keep(take(pack, at), f"took out “{title_of(pack.items[at])}”")
    elif act.get("do") == "put" and isinstance(name, str) and may_hold(name):
        keep(put(pack, Item(name)), f"added “{TITLES[name]}”")
    elif act.get("do") == "take all" and isinstance(name, str) and name in TITLES:
        keep(take_all(pack, name), f"took out “{TITLES[name]}”")


def edit(at: int, **parts) -> None:
    """Change the note or the filters of an item."""
    pack = my_pack()
    keep(change(pack, at, **parts), f"changed “{title_of(pack.items[at])}”")
