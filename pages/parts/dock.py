"""The list of subjects behind a mark, a bar or a cell, docked beside the chart, with the course of one of them.

What is selected is kept in the visit (and in the tab, over a reload), never in the address. The reader may show the
selected subjects alone on every page; the line says so until that is cleared.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import streamlit as st

import visit
from displays.groups import everybody, treated
from displays.people import Person, people
from displays.subject.course import subject_course
from displays.subject.header import subject_header
from displays.words import counted
from pages.parts.made import made_or_said, noted_or_said
from pages.parts.markup import draw_html
from pages.parts.origin import go_to_subject
from pages.parts.shown import Shown, on_screen, shown

DOCK, OPENED = "dock", "dock opened"
LANES = ("Adverse events", "Neutrophils", "Platelets", "Heart function", "Response")
"""The lanes of the course that are drawn in the dock; the subject's page has them all."""
MOST = 500
"""So many subjects are listed by name, the worst first; of more it is said how many more there are."""
CHART = {"displayModeBar": False, "responsive": True}


@dataclass(frozen=True)
class Dock:
    """What is docked: the display it was selected in, its subjects (USUBJID) worst first, and which one is shown."""

    title: str
    subjects: tuple[str, ...]
    at: int = 0


def behind_marks(points: Iterable[Mapping], behind: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The subjects (USUBJID) behind the marks that Plotly names: a mark's own, or those behind its key."""
    keys = [_first(point.get("customdata")) for point in points]
    carried = [usubjid for key in keys if isinstance(key, str) for usubjid in behind.get(key, (key,))]
    return tuple(dict.fromkeys(carried))


def _first(customdata: object) -> object:
    """What a mark carries first, however Plotly wrapped it."""
    if isinstance(customdata, dict):
        customdata = customdata.get("0")
    return customdata[0] if isinstance(customdata, (list, tuple)) and customdata else customdata


def mark_words(points: Iterable[Mapping], behind: dict[str, tuple[str, ...]]) -> str:
    """What is true of the subjects behind the marks, where their keys say it: "190 mg/m²/day: DLT"."""
    keys = dict.fromkeys(_first(point.get("customdata")) for point in points)
    return "; ".join(key for key in keys if isinstance(key, str) and key in behind)


def dock(title: str, subjects: Iterable[str], words: str = "") -> None:
    """Dock the list of these subjects (USUBJID); those that the cut does not hold are no subjects.

    words: what is true of them, where one thing is.
    """
    if visit.session() == "open":
        return
    known = visit.subject_ids()
    wanted = [usubjid for usubjid in subjects if usubjid in known]
    st.session_state.pop(DOCK, None)
    if wanted:
        listed = people(visit.view(), wanted)
        said = f"{title}. {words}" if words else title
        st.session_state[DOCK] = Dock(said, tuple(person.usubjid for person in listed))
    st.session_state[OPENED] = True


def rerun_if_docked() -> None:
    """In a block that reruns alone: the whole page, where a selection changed what is docked."""
    if st.session_state.pop(OPENED, False):
        st.rerun()


def draw_dock() -> None:
    """The docked list, where there is one; called after the page."""
    if visit.session() == "open":
        return
    docked: Dock | None = st.session_state.get(DOCK)
    if docked is not None:
        with st.container(key="dock"):
            _dock()


@st.fragment
def _dock() -> None:
    """A block that reruns alone: the page's own look at the session does not stand before it."""
    if visit.session() == "open":
        return
    docked: Dock = st.session_state[DOCK]
    known = people(visit.view(), docked.subjects)
    if not known:
        draw_html("<p>This cut holds none of the subjects selected.</p>")
        st.button("Close", key="dock-close", on_click=_close)
        return
    at = min(docked.at, len(known) - 1)
    _head(docked, known)
    _list(known, at)
    _steps(known, at)
    _profile(known[at])


def _head(docked: Dock, known: tuple[Person, ...]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="dock-head"):
        draw_html(f"<h2>{_of(known)}</h2><p>{on_screen(docked.title)}</p>")
        if st.button("Show only these", key="dock-alone", help="On every page, until cleared"):
            st.session_state["selected"] = docked.subjects
            st.rerun()
        if st.button("Close", key="dock-close"):
            st.session_state.pop(DOCK, None)
            st.rerun()


def _of(known: tuple[Person, ...]) -> str:
    """ "4 of 35 treated subjects"; of subjects of whom some were not treated how many they are."""
    if not all(person.treated for person in known):
        return counted(len(known), "subject")
    return f"{len(known)} of {counted(treated(everybody(visit.view())), 'treated subject')}"


def _close() -> None:
    st.session_state.pop(DOCK, None)


def _list(known: tuple[Person, ...], at: int) -> None:
    lines = "".join(
        f"<li{' class=now aria-current=true' if place == at else ''}>"
        f'<a class="who" href="#" data-subject="{html.escape(person.usubjid)}">{on_screen(person.subjid)}</a> '
        f"{on_screen(person.words)}</li>"
        for place, person in enumerate(known[:MOST])
    )
    more = f"<p>{len(known) - MOST} more are not listed.</p>" if len(known) > MOST else ""
    draw_html(f'<ol class="finding docked">{lines}</ol>{more}')


def _steps(known: tuple[Person, ...], at: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="dock-steps"):
        for words, place in (("‹ Previous", at - 1), ("Next ›", at + 1)):
            there = 0 <= place < len(known)
            st.button(words, key=f"dock {words}", type="tertiary", disabled=not there, on_click=_step, args=(place,))
        draw_html(f'<p class="place">{on_screen(known[at].subjid)}: {at + 1} of {len(known)}</p>')
        if st.button("Open the subject", key="dock-open", type="tertiary"):
            go_to_subject(known[at].usubjid, tuple(person.usubjid for person in known))


def _step(place: int) -> None:
    st.session_state[DOCK] = replace(st.session_state[DOCK], at=place)


def _profile(person: Person) -> None:
    """The course of one subject in the lanes that a narrow place holds."""
    if not noted_or_said("subject", subject=person.usubjid):
        return
    header = made_or_said(subject_header, shown, subject=person.usubjid)
    course = made_or_said(subject_course, shown, subject=person.usubjid, lanes=LANES)
    if header is not None:
        draw_html(header[0].heading)
    if course is not None:
        _course(course[0])


def _course(course: Shown) -> None:
    if course.chart is not None:
        st.plotly_chart(course.chart, theme=None, key="dock-chart", config=CHART, alt=course.alt)
    draw_html(course.heading)
