"""The displays of a pack in their order, and all that it could hold as boxes to tick: one small component.

A widget for each button of a hundred rows would cost every click more than the page itself.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import orjson
import streamlit as st

import visit
from displays.titles import TITLES
from export.editing import can_be_in_a_pack
from export.pack import Item, Pack
from export.presets import in_book_order
from pages.parts.my_pack import apply, my_pack, notes_of, place_in_visit, title_of

HERE = Path(__file__).parent
KEY = "pack-list"
_list = st.components.v2.component(
    "safety.pack",
    html='<div class="pack"></div><p class="said" role="status"></p>',
    css=(HERE / "pack_list.css").read_text(encoding="utf-8"),
    js=(HERE / "pack_list.js").read_text(encoding="utf-8"),
)


def draw_list(*, choosing: bool) -> None:
    """Draw the pack in its order, or the displays to choose from; what the reader does changes the pack."""
    pack = my_pack()
    drawn = {
        "turn": st.session_state.get(place_in_visit("acts"), 0),
        "items": [] if choosing else [_row(pack, item) for item in pack.items],
        "groups": _groups(pack) if choosing else None,
        "back": st.session_state.pop(place_in_visit("back to"), None),
    }
    key = f"{KEY}-{visit.session()}-{'all' if choosing else 'order'}"
    _list(data=orjson.dumps(drawn), key=key, on_did_change=_changed(key))


def _changed(key: str):
    return lambda: apply(getattr(st.session_state[key], "did", None))


def _row(pack: Pack, item: Item) -> dict:
    return {"page": item.place.page.title, "title": title_of(item), "notes": notes_of(pack, item)}


def _groups(pack: Pack) -> list[dict]:
    """The displays that the session may show and that are of the trial as a whole, in the order of a board's book."""
    held = Counter(item.display for item in pack.items)
    groups = []
    for page in in_book_order():
        entries = [entry for part in page.seen_in(visit.session()) for entry in part.displays]
        names = [entry.function.__name__ for entry in entries if can_be_in_a_pack(entry) and not entry.arguments]
        if names:
            displays = [{"name": name, "title": TITLES[name], "number": held[name]} for name in names]
            groups.append({"page": page.title, "displays": displays})
    return groups
