"""Puts a Display on a page: finding, figure or table, population, details, download; a click leads to the subject."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial

import streamlit as st

import visit
from displays import Display
from displays.catalogue import PAGES, SUBJECT
from displays.pages import Entry
from export import FORMATS, images_available, write
from pages.parts.shown import Shown, shown, shown_as_tiles
from pages.parts.table import Rows, draw_table

LOG = logging.getLogger("safety")
CHART_CONFIG = {
    "displaylogo": False,
    "modeBarButtons": [["zoom2d", "pan2d", "resetScale2d"]],
    "displayModeBar": "hover",
    "responsive": True,
}


def place(entry: Entry, **arguments: str) -> None:
    """Draw a display as a block of the page that reruns alone."""
    _block(entry.function, arguments, shown_as_tiles if entry.tiles else shown)
    if entry.leads:
        page = next(known for known in PAGES if known.key == entry.leads)
        st.page_link(page.path, label=f"More on the page {page.title} →")


@st.fragment
def _block(function: Callable[..., Display], arguments: dict, prepare: Callable[[Display], Shown]) -> None:
    try:
        display, again = visit.display(function, prepare, **arguments)
    except Exception:
        LOG.exception("display %s failed", function.__name__)
        st.error(
            f"This display could not be made ({function.__name__.replace('_', ' ')}). "
            "The others are not affected; the server's log says why."
        )
        return
    _draw(display, again)


def _draw(display: Shown, again: Callable[[], Display]) -> None:
    st.html(display.heading)
    if not display.collected:
        return
    if display.tiles:
        st.html(display.tiles)
    elif display.chart is not None:
        _figure(display)
    else:
        _table(display.brief, f"rows-{display.name}")
    if display.population:
        st.html(display.population)
    _more(display, again)


def _figure(display: Shown) -> None:
    selection = {} if display.public else {"on_select": "rerun", "selection_mode": "points"}
    event = st.plotly_chart(
        display.chart, theme=None, key=f"figure-{display.name}", config=CHART_CONFIG, alt=display.alt, **selection
    )
    if selection and event.selection.points:
        _go_to_subject(_first(event.selection.points[0].get("customdata")))


def _first(customdata) -> str | None:
    """The USUBJID that a mark carries, however Plotly wrapped it."""
    if isinstance(customdata, dict):
        customdata = customdata.get("0")
    return customdata[0] if isinstance(customdata, (list, tuple)) and customdata else customdata


def _table(rows: Rows, key: str) -> None:
    _go_to_subject(draw_table(rows, key))


def _go_to_subject(usubjid: str | None) -> None:
    # Marks that stand for no subject (a bar of a dose level) carry nothing, or something else.
    if usubjid and usubjid in visit.subject_ids():
        visit.choose_subject(str(usubjid))
        st.switch_page(SUBJECT.path)


def _more(display: Shown, again: Callable[[], Display]) -> None:
    with st.container(horizontal=True, gap="small", key=f"more-{display.name}"):
        details = st.toggle(
            "Details",
            key=f"details-{display.name}",
            help="The numbers, the definition with its source, the question in SQL",
        )
        # What is supposed is never written to a file.
        wanted = not display.hypothetical
        download = st.popover("Download", on_change="rerun", key=f"download-{display.name}") if wanted else None
    if download and download.open:
        with download:
            _downloads(display, again)
    if details:
        _details(display)


def _details(display: Shown) -> None:
    with st.container(border=True, key=f"detail-{display.name}"):
        if display.tiles or display.chart or display.brief != display.rows:
            _table(display.rows, f"numbers-{display.name}")
        st.html(display.details)
        for question in display.questions:
            st.code(question, language="sql")


def _downloads(display: Shown, again: Callable[[], Display]) -> None:
    images = images_available()
    for kind, form in FORMATS.items():
        st.download_button(
            form.label,
            partial(_file, again, kind),
            file_name=f"{display.file}.{kind}",
            mime=form.mime,
            key=f"{kind}-{display.name}",
            on_click="ignore",
            disabled=form.needs_browser and not images,
            width="stretch",
        )
    if not images:
        st.caption("Images need Chromium or Chrome on the server, and there is none. CSV and XLSX work without it.")


def _file(again: Callable[[], Display], kind: str) -> bytes:
    """A file is made of the display itself, made again when the file is asked for."""
    return write(again(), kind)
