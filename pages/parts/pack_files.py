"""A pack saved to and loaded from a small file, and the earlier pack that the next one is compared with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

import visit
from displays.display import day
from displays.words import counted
from export.earlier import read_manifest
from export.editing import file_name
from export.pack import Pack, PackError, read_pack
from export.workshop import WORKSHOP
from pages.parts.handed import File, file_button
from pages.parts.markup import draw_html
from pages.parts.my_pack import ORDER, keep, my_pack, place_in_visit
from pages.parts.pack_kept import place
from pages.parts.shown import as_text
from visit.uploads import forget_file

OF_A_PACK, OF_A_MANIFEST = 1, 8
"""So many megabytes may a file have."""
REFUSED = "refused"


def draw_files() -> None:
    """The buttons that save the pack and load another, and what became of the last file."""
    pack, view = my_pack(), visit.view()
    name = file_name(pack, view.trial.short_title or view.cut.study)
    file_button(
        "Save the pack",
        File("list of a pack", "json", pack.text.encode, name, "application/json"),
        key="pack-save",
        disabled=not pack.items,
        help="A small file that lists the displays; the same pack can be made of the next data cut",
    )
    with st.popover("Load a pack", key="pack-load"):
        _ask_file("A file that this page saved", "file", _load, OF_A_PACK)


def draw_comparison() -> dict | None:
    """The manifest of the earlier pack with which the next is compared, where the reader gave one."""
    before = WORKSHOP.compared(place())
    with st.popover("Compare with an earlier pack", key="pack-compare"):
        st.caption("The new pack then begins with what changed: findings, numbers and rows, old → new.")
        _ask_file("The earlier pack's file that ends in _manifest.json", "manifest", _compare, OF_A_MANIFEST)
    if before is not None:
        draw_html(f"<p>{_words(before)}</p>")
        st.button("Do not compare", key="pack-compare-no", type="tertiary", on_click=_forget)
    return before


def _words(before: dict) -> str:
    prepared, data = str(before.get("prepared"))[:10], str(before.get("data_as_of"))[:10]
    return f"Compared with the pack prepared {_day(prepared)}, data as of {_day(data)}."


def _day(text: str) -> str:
    """A date of a manifest as the screen writes it; a text that is not a date is never shown."""
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return "on an unknown day"


def _forget() -> None:
    WORKSHOP.compare(place(), None)


def draw_refused() -> None:
    """Why a file was refused, once."""
    if words := st.session_state.pop(place_in_visit(REFUSED), ""):
        st.error(as_text(words))


def _ask_file(label: str, what: str, take: Callable[[str], None], most: int) -> None:
    """Ask for a file; it is taken whole or refused, and never kept as a file."""
    number = place_in_visit(f"{what} number")
    key = f"pack-{what}-{st.session_state.get(number, 0)}"

    def taken() -> None:
        if (file := st.session_state.get(key)) is not None:
            st.session_state[number] = st.session_state.get(number, 0) + 1  # the next one begins empty
            try:
                take(_text(file, most))
            except PackError as error:
                st.session_state[place_in_visit(REFUSED)] = str(error)
            finally:
                forget_file(file)

    st.file_uploader(label, type="json", key=key, max_upload_size=most, on_change=taken)


def _text(file: UploadedFile, most: int) -> str:
    if file.size > most * 1024 * 1024:
        raise PackError(f"The file is larger than {most} MB; choose one that the Pack page made.")
    try:
        return file.getvalue().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PackError("The file holds no text; choose one that the Pack page made.") from error


def _load(text: str) -> None:
    pack = _of_this_session(read_pack(text))
    keep(pack, f"loaded a pack of {counted(len(pack.items), 'display')}")
    st.session_state[place_in_visit("shown")] = ORDER


def _of_this_session(pack: Pack) -> Pack:
    """PackError for a pack of the other session."""
    if pack.session != visit.session():
        raise PackError(
            f"This is a pack of the {pack.session} session, and this is the {visit.session()} one; nothing was loaded."
        )
    return pack


def _compare(text: str) -> None:
    before = read_manifest(text)
    view = visit.view()
    here = {"trial": view.trial.short_title or view.cut.study, "session": visit.session()}
    for what, known in here.items():
        if before.get(what) != known:
            raise PackError(f"The earlier pack is of another {what}; choose a manifest of this one.")
    WORKSHOP.compare(place(), before)
