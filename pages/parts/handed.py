"""A button that makes a file: the click issues a ticket, and the page fetches the file with it, once.

Streamlit's own button for a download leaves the file at an address that any visit could use again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import orjson
import streamlit as st

import visit
from queries import View

_hand = st.components.v2.component("safety.hand", js=(Path(__file__).parent / "hand.js").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class File:
    """A file that a reader may want. what: the display or the pack; kind: the format; of: the data that it is made of,
    where those may be other than the ones shown now; subjects (USUBJID): those that it is of, each by itself."""

    what: str
    kind: str
    make: Callable[[], bytes]
    name: str
    mime: str
    of: View | None = None
    subjects: tuple[str, ...] = ()


def file_button(label: str, file: File, key: str, **look) -> None:
    """The button; a click reruns the block of the page that it is in. look: as Streamlit's own button has it."""
    if st.button(label, key=key, **look):
        token = visit.ticket(file.what, file.kind, file.make, file.name, file.mime, file.of, file.subjects)
        _hand(data=orjson.dumps({"token": token, "name": file.name}), key=f"hand-{key}")
