"""Puts a Display on a page: finding, figure or table, population, details, download; a click leads to the subject."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace
from functools import partial

import streamlit as st

import visit
from displays import Display
from displays.catalogue import PAGES
from displays.pages import Entry
from export import FORMATS, PAINTER, images_available, write
from pages.parts.add_to_pack import draw_add
from pages.parts.choices import ask_choices, file_name
from pages.parts.dock import behind_marks, dock, mark_words, rerun_if_docked
from pages.parts.handed import File, file_button
from pages.parts.made import made_or_said
from pages.parts.markup import draw_html
from pages.parts.origin import go_to_subject
from pages.parts.shown import Shown, as_text, preparing
from pages.parts.summary import screen_html, shown_as_part
from pages.parts.table import Rows, draw_table

CHART_CONFIG = {
    "displaylogo": False,
    "modeBarButtons": [["select2d", "zoom2d", "pan2d", "resetScale2d"]],
    "displayModeBar": "hover",
    "responsive": True,
}


def place(entry: Entry, **arguments: Hashable) -> None:
    """Draw a display as a block of the page that reruns alone."""
    _block(entry, arguments)
    if entry.leads:
        page = next(known for known in PAGES if known.key == entry.leads)
        draw_html(
            f'<p class="leads"><a class="to" href="{page.key}" data-page="{page.key}">More: {page.title} →</a></p>'
        )


@st.fragment
def place_together(entries: tuple[Entry, ...]) -> None:
    """Draw displays on one screen, and below it a line for each with its tools."""
    made = [(entry, found) for entry in entries if (found := made_or_said(entry.function, shown_as_part)) is not None]
    draw_html(screen_html({display.name: display.tiles for _, (display, _) in made}, visit.view().filters))
    for entry, (display, again) in made:
        with st.container(horizontal=True, vertical_alignment="top", gap="small", key=f"tools-{display.name}"):
            st.markdown(as_text(display.title), width="stretch")
            details = _tools(display, again, entry, {}) if display.collected else False
        if details:
            _details(display, in_words=False)


@st.fragment
def _block(entry: Entry, arguments: dict) -> None:
    chosen = ask_choices(entry)
    if (found := made_or_said(entry.function, preparing(entry), **(arguments | chosen))) is not None:
        display, again = found
        _draw(replace(display, file=file_name(display.file, chosen, entry)), again, entry, arguments | chosen)


def _draw(display: Shown, again: Callable[[], Display], entry: Entry, arguments: dict) -> None:
    with st.container(horizontal=True, vertical_alignment="top", gap="small", key=f"head-{display.name}"):
        draw_html(display.heading, width="stretch")
        details = _tools(display, again, entry, arguments) if display.collected else False
    if not display.collected:
        return
    if not entry.in_words:
        _numbers(display)
    if display.population:
        draw_html(display.population)
    if details:
        _details(display, entry.in_words)


def _numbers(display: Shown) -> None:
    """The display as tiles, as a chart, or as a table."""
    if display.tiles:
        draw_html(display.tiles)
    elif display.chart is not None:
        _figure(display)
    else:
        _table(display, display.brief, f"rows-{display.name}")


def _figure(display: Shown) -> None:
    """The chart; a click or a box over its marks docks the list of the subjects behind them."""
    key = f"figure-{display.name}"
    selection = {"on_select": partial(_dock_marks, display, key), "selection_mode": ("points", "box")}
    st.plotly_chart(
        display.chart,
        theme=None,
        key=key,
        config=CHART_CONFIG,
        alt=display.alt,
        **({} if display.public else selection),
    )
    rerun_if_docked()


def _dock_marks(display: Shown, key: str) -> None:
    points = st.session_state[key].selection.points
    dock(display.title, behind_marks(points, display.behind), mark_words(points, display.behind))


def _table(display: Shown, rows: Rows, key: str) -> None:
    """A table; a row leads to its subject, a cell that stands for several docks the list of them."""
    chosen = draw_table(rows, key)
    go_to_subject(chosen.subject, rows.in_order)
    if chosen.cell in display.behind:
        dock(display.title, display.behind[chosen.cell])
        rerun_if_docked()


def _tools(display: Shown, again: Callable[[], Display], entry: Entry, arguments: dict) -> bool:
    """The tools of a display, each with a name of its own for a screen reader; whether its details are wanted."""
    key = f"details-{display.name}"
    shown = bool(st.session_state.get(key))
    with st.container(horizontal=True, gap="small", width="content", key=f"more-{display.name}"):
        own = f"*{as_text(display.title)}*"
        words = f"Hide details {own}" if shown else f"Details {own}"
        st.button(words, key=f"{key}-button", type="tertiary", on_click=_switch, args=(key,))
        # What is supposed is never written to a file.
        if not display.hypothetical:
            download = st.popover(f"Download {own}", on_change="rerun", key=f"download-{display.name}", type="tertiary")
            if download.open:
                with download:
                    _downloads(display, again)
            draw_add(entry, arguments, display.title)
        draw_html(display.link)
    return shown


def _switch(key: str) -> None:
    st.session_state[key] = not st.session_state.get(key, False)


def _details(display: Shown, in_words: bool) -> None:
    with st.container(border=True, key=f"detail-{display.name}"):
        if in_words:
            _numbers(display)
        if display.tiles or display.chart or display.brief != display.rows:
            _table(display, display.rows, f"numbers-{display.name}")
        draw_html(display.details)
        for question in display.questions:
            st.code(question, language="sql")


def _downloads(display: Shown, again: Callable[[], Display]) -> None:
    images = images_available()
    PAINTER.warm_up()
    for kind, form in FORMATS.items():
        name = f"{display.file}.{form.ending or kind}"
        file_button(
            form.label,
            File(display.name, kind, partial(_file, again, kind), name, form.mime),
            key=f"{kind}-{display.name}",
            disabled=form.needs_browser and not images,
            width="stretch",
        )
    if not images:
        st.caption("Images need Chromium or Chrome on the server, and there is none. CSV and XLSX work without it.")


def _file(again: Callable[[], Display], kind: str) -> bytes:
    """A file is made of the display itself, made again when the file is asked for."""
    return write(again(), kind)
