"""The making of a pack on the page: begun, watched while one goes on reading, stopped, and fetched."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st

import visit
from displays.display import data_line, marks_of
from displays.titles import TITLES
from displays.words import counted, listed
from export.browser import images_available
from export.folder import FORMATS_OF_PACKS, IMAGES
from export.workshop import WORKSHOP, Made, Order, Work
from pages.parts.handed import File, file_button
from pages.parts.markup import draw_html
from pages.parts.my_pack import my_pack, place_in_visit, prepared_by
from pages.parts.pack_files import draw_comparison
from pages.parts.pack_kept import hold, place
from pages.parts.shown import as_text, on_screen
from queries import Filters

SECONDS = 1.0
"""How often the page looks how far the pack is."""
NAMES = {
    "pptx": "Slides (PPTX)",
    "pdf": "Book (PDF)",
    "xlsx": "Workbook (XLSX)",
    "html": "Page (HTML)",
    "png": "Images (PNG)",
    "svg": "Drawings (SVG)",
}
MEDIA = {
    "pdf": "application/pdf",
    "html": "text/html",
    "json": "application/json",
    "zip": "application/zip",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
SUPPOSED = "What is supposed is never written to a file: go back to the actual data first."


def draw_making() -> None:
    """The formats to make, the button, and how far the pack is or what was made."""
    work = WORKSHOP.work(place())
    busy = work is not None and not work.over
    formats = _ask_formats()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="pack-make"):
        before = draw_comparison()
        reason = _why_not(formats)
        words = "Make the pack" if work is None or busy else "Make it anew"
        if st.button(words, key="pack-begin", type="primary", disabled=busy or bool(reason), help=reason or None):
            _begin(formats, before)
            st.rerun()
    if work is not None:
        st.fragment(run_every=SECONDS if busy else None)(_draw_work)(busy)


def _ask_formats() -> tuple[str, ...]:
    """The formats that the reader wants; images are not to be had without a browser on the server."""
    images, wanted = images_available(), []
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="pack-formats"):
        for kind in FORMATS_OF_PACKS:
            possible = images or kind not in IMAGES
            key = place_in_visit(f"as {kind}")
            st.session_state.setdefault(key, kind not in IMAGES)
            ticked = st.checkbox(NAMES[kind], key=key, disabled=not possible, persist_state="session")
            wanted += [kind] * (ticked and possible)
    if not images:
        st.caption("Images need Chromium or Chrome on the server, and there is none. The other formats do not.")
    return tuple(wanted)


def _why_not(formats: tuple[str, ...]) -> str:
    if visit.view().cut.hypothetical:
        return SUPPOSED
    if not my_pack().items:
        return "Choose at least one display."
    return "" if formats else "Choose at least one format."


def _begin(formats: tuple[str, ...], before: dict | None) -> None:
    view = replace(visit.view(), filters=Filters())
    WORKSHOP.start(place(), Order(my_pack(), view, formats, prepared_by().strip(), before, _address()))
    hold()


def _address() -> str:
    """The address at which the reader has the dashboard; empty where it is not known."""
    parts = urlsplit(st.context.url or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def _draw_work(busy: bool) -> None:
    """How far the pack is; it alone is drawn again while it is made."""
    work = WORKSHOP.work(place())
    if work is None or busy and work.over:
        st.rerun()  # the whole page: what was made, or the button again
    elif not work.over:
        _draw_progress(work)
    elif work.made is not None:
        _draw_made(work, work.made)
    else:
        st.error(as_text(work.reason))


def _draw_progress(work: Work) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="pack-progress"):
        ahead = WORKSHOP.ahead(work)
        waiting = f"Waiting: {counted(ahead, 'other pack is', 'other packs are')} before this one"
        st.progress(work.share, text=as_text(waiting if work.state == "waiting" else work.said or "Beginning"))
        if st.button("Stop", key="pack-stop"):
            WORKSHOP.stop(place())
            st.rerun()


def _draw_made(work: Work, made: Made) -> None:
    draw_html(f'<p class="made" role="status">{on_screen(_made_words(work))}</p>')
    if made.failed:
        names = listed([f"“{TITLES[name]}”" for name in made.failed])
        st.warning(as_text(f"Could not be made, and is said to be missing in every file: {names}. The log says why."))
    if _marked_otherwise(work.order):
        st.warning("A data cut of this pack was withdrawn, restored or acknowledged since it was made: make it anew.")
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="pack-made"):
        _offer(work.order, made.archive, "All files (ZIP)", type="primary")
        for path in made.files:
            if path.is_file():
                _offer(work.order, path, NAMES.get(path.suffix[1:], "Manifest (JSON)"))


def _made_words(work: Work) -> str:
    order = work.order
    made = counted(len(order.pack.items), "display")
    data = data_line(order.view.cut.date, order.view.previous_date, marks_of(order.view))
    images = [NAMES[kind] for kind in order.formats if kind in IMAGES]
    inside = f" {listed(images)}: in the ZIP file." if images else ""
    return f"{_older(order)}“{order.pack.title}”, {made}, made {order.prepared:%H:%M} UTC. {data}.{inside}"


def _older(order: Order) -> str:
    """Where what was made is not what the page shows now."""
    if order.view.key != replace(visit.view(), filters=Filters()).key:
        return "Of other data than the dashboard shows now: "
    return "" if order.pack == my_pack() else "Before the last change of the pack: "


def _marked_otherwise(order: Order) -> bool:
    """Whether what must be said of a cut of the pack is no longer what its files say."""
    return any(visit.mark_at(cut.path) != cut.mark for cut in (order.view.cut, order.view.previous) if cut)


def _offer(order: Order, path: Path, words: str, **look: str) -> None:
    kind = path.suffix[1:]
    file_button(
        f"{words}, {_size(path)}",
        File("pack", kind, path.read_bytes, path.name, MEDIA[kind], order.view, _subjects(order)),
        key=f"pack-get-{kind}",
        **look,
    )


def _subjects(order: Order) -> tuple[str, ...]:
    """Of whom the pack has displays of a single subject."""
    return tuple(dict.fromkeys(item.subject for item in order.pack.items if item.subject))


def _size(path: Path) -> str:
    size = path.stat().st_size
    return f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{max(size // 1000, 1)} kB"
