"""Puts a Display on a page: finding, figure or table, population, details, download; a click leads to the subject."""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Callable
from functools import partial

import streamlit as st

import visit
from displays import Display
from export import FORMATS, images_available, write
from pages.parts.table import draw_table, screen_table

LOG = logging.getLogger("safety")
SUBJECT_PAGE = "pages/closed/subject.py"
CHART_CONFIG = {
    "displaylogo": False,
    "modeBarButtons": [["zoom2d", "pan2d", "resetScale2d"]],
    "displayModeBar": "hover",
    "responsive": True,
}


def heading(title: str, lead: str) -> None:
    """The page's title and the question that it answers."""
    st.html(f'<div class="page-head"><h1>{html.escape(title)}</h1><p>{html.escape(lead)}</p></div>')


def place(function: Callable[..., Display], **arguments) -> None:
    """Draw a display as a block of the page that reruns alone."""
    _block(function, arguments)


def place_numbers(function: Callable[..., Display], **arguments) -> None:
    """Draw a display whose table is rows of MEASURE, NOW, DENOM, PREVIOUS, CHANGE, NOTE as number tiles."""
    _block(function, arguments, tiles=True)


@st.fragment
def _block(function: Callable[..., Display], arguments: dict, tiles: bool = False) -> None:
    try:
        made, table = visit.display(function, screen_table, **arguments)
    except Exception:
        LOG.exception("display %s failed", function.__name__)
        st.error(
            f"This display could not be made ({function.__name__.replace('_', ' ')}). The others are not affected; the server's log says why."
        )
        return
    _draw(made, table, tiles)


def _draw(made: Display, table: dict, tiles: bool) -> None:
    supposed = f'<span class="supposed">{html.escape(made.hypothetical)}</span>' if made.hypothetical else ""
    first, *more = re.split(r"(?<=[.!?]) (?=[A-Z0-9−])", made.finding, maxsplit=1)
    rest = f'<p class="more">{html.escape(more[0])}</p>' if more else ""
    st.html(
        f'<section class="finding">{supposed}<h2>{html.escape(made.title)}</h2><p>{html.escape(first)}</p>{rest}</section>'
    )
    if not made.collected:
        return
    if tiles:
        st.html(_tiles(made))
    elif made.figure is not None:
        _figure(made)
    else:
        _table(made, table, f"rows-{made.name}")
    if made.population:
        st.html(f'<p class="population">{html.escape(made.population)}</p>')
    _more(made, table, drawn_table=made.figure is None and not tiles)


def _figure(made: Display) -> None:
    selection = {} if made.audience == "open" else {"on_select": "rerun", "selection_mode": "points"}
    event = st.plotly_chart(
        made.figure, theme=None, key=f"figure-{made.name}", config=CHART_CONFIG, alt=made.alt, **selection
    )
    if selection and event.selection.points:
        _go_to_subject(_first(event.selection.points[0].get("customdata")), made)


def _first(customdata) -> str | None:
    """The USUBJID that a mark carries, however Plotly wrapped it."""
    if isinstance(customdata, dict):
        customdata = customdata.get("0")
    return customdata[0] if isinstance(customdata, (list, tuple)) and customdata else customdata


def _table(made: Display, table: dict, key: str) -> None:
    _go_to_subject(draw_table(made, table, key), made)


def _go_to_subject(usubjid: str | None, made: Display) -> None:
    # Marks that stand for no subject (a bar of a dose level) carry nothing, or something else.
    if usubjid and usubjid in visit.subject_ids():
        visit.choose_subject(str(usubjid))
        st.switch_page(SUBJECT_PAGE)


def _more(made: Display, table: dict, drawn_table: bool) -> None:
    with st.container(horizontal=True, gap="small", key=f"more-{made.name}"):
        details = st.toggle(
            "Details",
            key=f"details-{made.name}",
            help="The numbers, the definition with its source, the question in SQL",
        )
        # What is supposed is never written to a file.
        download = None if made.hypothetical else st.popover("Download", on_change="rerun", key=f"download-{made.name}")
    if download and download.open:
        with download:
            _downloads(made)
    if details:
        _details(made, table, drawn_table)


def _details(made: Display, table: dict, drawn_table: bool) -> None:
    with st.container(border=True, key=f"detail-{made.name}"):
        if not drawn_table:
            _table(made, table, f"numbers-{made.name}")
        told = {"Definition": made.method, "Source": made.source, "Data": f"{made.data_line}. Filters: {made.filters}."}
        # As text, never as Markdown: a site's name or a trial definition could hold a link.
        st.html(
            "".join(f"<p class='told'><b>{what}.</b> {html.escape(text)}</p>" for what, text in told.items() if text)
        )
        for question in made.questions:
            st.code(question.text(), language="sql")


def _downloads(made: Display) -> None:
    images = images_available()
    for kind, form in FORMATS.items():
        st.download_button(
            form.label,
            partial(write, made, kind),
            file_name=f"{made.name}_{made.cut.isoformat()}.{kind}",
            mime=form.mime,
            key=f"{kind}-{made.name}",
            on_click="ignore",
            disabled=form.needs_browser and not images,
            width="stretch",
        )
    if not images:
        st.caption("Images need Chromium or Chrome on the server, and there is none. CSV and XLSX work without it.")


def _tiles(made: Display) -> str:
    return '<div class="tiles">' + "".join(_tile(row) for row in made.table.itertuples()) + "</div>"


def _tile(row) -> str:
    changed = f'<span class="change">{html.escape(str(row.CHANGE))}</span>' if row.CHANGE else ""
    lines = "".join(f"<small>{html.escape(str(text))}</small>" for text in (row.DENOM, row.NOTE) if text)
    return f'<div class="tile"><label>{html.escape(row.MEASURE)}</label><strong>{html.escape(str(row.NOW))}</strong>{changed}{lines}</div>'
