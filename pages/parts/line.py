"""The line that never scrolls away: trial, cut and the one compared with, filters, find a subject, session."""

from __future__ import annotations

import html
from dataclasses import replace
from datetime import date
from pathlib import Path

import streamlit as st

import visit
from displays.display import data_line, day, marks_of
from displays.words import counted
from pages.parts.find import find_subject
from pages.parts.markup import draw_html
from pages.parts.shown import as_text
from pages.parts.standing import say_standing, say_withdrawn
from pages.parts.what_if import ask_what_if
from queries import IN_ADDRESS, Cut, CutError, Filters, View

NO_COMPARISON = "No comparison"
MISSING = "asked for and not here"
NAMED = {"cut": "the data cut", "previous": "the data cut to compare with"}
SESSIONS = {"closed": "Closed session", "open": "Open session"}


def draw_line() -> View:
    """Draw the line; the cut, the cut to compare with and the filters as the reader chose them, for all pages."""
    cuts = {known.isoformat(): path for known, path in visit.shown_cuts().items()}
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="line"):
        trial = st.container(key="line-trial")
        words = {known: _with_mark(known, path) for known, path in cuts.items()}
        cut = _choose_cut(cuts, words)
        previous = _choose_previous(cut, cuts, words)
        filters = _choose_filters(cut) if visit.session() == "closed" else Filters()
        view = View(cut, previous, filters)
        visit.set_view(view)
        if visit.session() == "closed":
            ask_what_if()
            find_subject()
        _choose_session()
        draw_html(_trial_words(view), trial)
        draw_html('<span class="synthetic">Synthetic data</span>' if view.trial.synthetic else "<span></span>")
    _say_what_is_missing()
    _say_where_older(cut, next(iter(cuts)))
    say_standing(view, date.fromisoformat(next(iter(cuts))))
    return view


def _trial_words(view: View) -> str:
    study = view.trial.short_title or view.cut.study or "Study"
    named = f'<span class="study" title="{html.escape(view.trial.id)}">{html.escape(study)}</span>'
    return f'<header class="banner" data-marks="{html.escape(_marks(view))}">{named}</header>'


def _marks(view: View) -> str:
    """What the foot of each printed sheet says: trial, data, of whom, session."""
    synthetic = "Synthetic data" if view.trial.synthetic else ""
    told = data_line(view.cut.date, view.previous_date, marks_of(view)), view.filters.words(), SESSIONS[visit.session()]
    return " · ".join(filter(None, (view.trial.short_title or view.cut.study, synthetic, *told)))


def _choose_cut(cuts: dict[str, Path], words: dict[str, str]) -> Cut:
    _keep_among("cut", list(cuts))
    with st.popover(f"Data **{_words(st.session_state['cut'])}**", key="choose-cut"):
        chosen = st.selectbox(
            "Data cut",
            list(cuts),
            key="cut",
            format_func=words.__getitem__,
            help="The date up to which the data were delivered",
            on_change=lambda: st.session_state.pop("previous", None),  # another cut had another previous meeting
        )
        say_withdrawn(cuts.values())
    try:
        return visit.cut_of(cuts[chosen])
    except CutError as error:
        others = " Another data cut can be chosen on the line above." if len(cuts) > 1 else ""
        raise CutError(f"{error}{others}") from error


def _choose_previous(cut: Cut, cuts: dict[str, Path], words: dict[str, str]) -> Cut | None:
    days = [known for known in cuts if known < cut.date.isoformat()]
    if cut.for_open_session:
        days = [cut.before.date.isoformat()] if cut.before else []
    earlier = [*days, NO_COMPARISON]
    _keep_among("previous", earlier)
    with st.popover(f"compared with **{_words(st.session_state['previous'])}**", key="choose-previous"):
        chosen = st.selectbox(
            "Previous meeting's data cut",
            earlier,
            key="previous",
            format_func=lambda known: words.get(known) or _words(known),
            help="What is new or changed since then is marked",
        )
    return None if chosen == NO_COMPARISON else cut.before or visit.earlier_cut(cut, cuts[chosen])


def _words(chosen: str) -> str:
    return "no cut" if chosen == NO_COMPARISON else day(date.fromisoformat(chosen))


def _with_mark(known: str, path: Path) -> str:
    return " ".join(filter(None, (_words(known), "(withdrawn)" if visit.withdrawn(path) else visit.mark_at(path))))


def _keep_among(key: str, options: list[str]) -> None:
    """Before a choice of one is drawn: what the visit knows, or the first; drop what cannot be chosen now."""
    asked = st.session_state.get(key)
    if asked not in options:
        st.session_state[key] = options[0]
        if asked is not None:
            st.session_state.setdefault(MISSING, []).append(f"{NAMED[key]} {asked}")


def _choose_filters(cut: Cut) -> Filters:
    """Filters over all pages, kept in the address."""
    options, sites = visit.filter_options(cut), visit.site_names(cut)
    for known in IN_ADDRESS:
        asked = st.session_state.get(known.key) or ()
        st.session_state[known.key] = [value for value in asked if value in options[known.name]]
        lost = [value for value in asked if value not in options[known.name]]
        if lost:
            st.session_state.setdefault(MISSING, []).append(f"{known.label.lower()} {', '.join(map(str, lost))}")
    chosen = Filters(**{known.name: tuple(st.session_state[known.key]) for known in IN_ADDRESS})
    chosen = replace(chosen, subjects=visit.selected(cut))
    with st.popover(f"Filters **{_short(chosen)}**", key="choose-filters"):
        for known in IN_ADDRESS:
            st.multiselect(
                "Group" if known.by_dose and not cut.trial.dose_levels else known.label,
                options[known.name],
                key=known.key,
                select_all=False,
                disabled=not options[known.name],
                placeholder="All" if options[known.name] else "Not collected in this cut",
                format_func=(lambda site: f"{site} {sites.get(site, '')}") if known.name == "sites" else str,
            )
        st.button("Clear all filters", on_click=_clear_filters, disabled=not chosen.any_set)
    if chosen.subjects:
        number = counted(len(chosen.subjects), "selected subject")
        st.button(f"Showing {number} · **Clear**", key="clear-selected", on_click=_clear_selected)
    return chosen


def _clear_selected() -> None:
    st.session_state.pop("selected", None)


def _short(chosen: Filters) -> str:
    """The filters in the words of the line; Markdown in a delivered value is not read as such."""
    return as_text(chosen.words()) if chosen.any_set else "none"


def _clear_filters() -> None:
    _clear_selected()
    for known in IN_ADDRESS:
        st.session_state[known.key] = []


def _choose_session() -> None:
    """Which session of the meeting this is; a reader of both switches."""
    shown = visit.session()
    if not visit.reader().may_see("closed"):
        draw_html(f'<span class="session">{SESSIONS[shown]}</span>')
        return
    st.session_state["session"] = shown
    st.segmented_control(
        "Session",
        list(SESSIONS),
        key="session",
        format_func=SESSIONS.get,
        required=True,
        label_visibility="collapsed",
    )


def _say_what_is_missing() -> None:
    """What the address or an earlier choice named and is not here: said once, where it is left out."""
    if missing := st.session_state.pop(MISSING, []):
        words = html.escape(f"Not here, and left out: {'; '.join(missing)}.")
        draw_html(f'<p class="older" role="status">{words}</p>')


def _say_where_older(cut: Cut, newest: str) -> None:
    if cut.date < date.fromisoformat(newest):
        words = f"Not the newest data: a data cut of {_words(newest)} is available."
        draw_html(f'<p class="older" role="status">{words}</p>')
