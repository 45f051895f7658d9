"""The router: reader, data cut, filters, navigation. Draws nothing of the trial's results itself."""

from __future__ import annotations

import html
from datetime import date

import streamlit as st

import visit
from displays.catalogue import PAGES
from displays.display import data_line, day
from pages.parts.look import MARK, STYLE
from queries import FILTERS, View

NO_COMPARISON = "No comparison"


def main() -> None:
    st.set_page_config(page_title="Safety dashboard", page_icon=MARK, layout="wide")
    st.html(STYLE)
    try:
        page, audience = navigate()
        chosen = choose_view(audience)
    except ValueError as error:  # CutError, or a setting that cannot be used: a sentence for whoever runs the server
        st.error(str(error))
        st.stop()
    visit.set_view(chosen)
    banner(chosen, audience, newest=max(visit.available_cuts()))
    page.run()
    footer(chosen)


def navigate():
    """The pages this reader may see; the page asked for, and its audience."""
    reader = visit.reader()
    pages = {
        st.Page(page.path, title=page.title, url_path=page.key, default=page is PAGES[0]): page.audience
        for page in PAGES
        if reader.may_see(page.audience)
    }
    page = st.navigation(list(pages), position="top")
    return page, next(audience for known, audience in pages.items() if known.url_path == page.url_path)


def choose_view(audience: str) -> View:
    """The cut, the cut to compare with, and the filters, chosen once for all pages."""
    cuts = visit.available_cuts()
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="choices"):
        with st.popover("Data cut", key="choose-cut"):
            newest_first = [known.isoformat() for known in reversed(cuts)]
            visit.restore_choice("cut", newest_first)
            asked = st.selectbox(
                "Data cut",
                newest_first,
                key="cut",
                help="The date up to which the data were delivered",
                on_change=lambda: st.session_state.pop("previous", None),  # another cut had another previous meeting
            )
            earlier = [other for other in newest_first if other < asked]
            visit.restore_choice("previous", [*earlier, NO_COMPARISON])
            previous = st.selectbox(
                "Previous meeting's data cut",
                [*earlier, NO_COMPARISON],
                key="previous",
                help="What is new or changed since then is marked",
            )
        by_day = {known.isoformat(): path for known, path in cuts.items()}
        cut = visit.cut_of(by_day[asked])
        with st.popover("Filters", key="choose-filters"):
            choose_filters(cut, audience)
        words = st.container(key="filter-words")
    visit.write_address({"cut": newest_first[0], "previous": [*earlier, NO_COMPARISON][0]})
    view = View(cut, visit.earlier_cut(cut, by_day[previous]) if previous in by_day else None, visit.filters_chosen())
    shown = view.pooled() if audience == "open" else view
    words.html(f'<p class="filters">Showing: {html.escape(shown.filters.words())}</p>')
    return view


def choose_filters(cut, audience: str) -> None:
    """Filters over all pages, kept in the address; an open session never shows results by dose."""
    options, sites = visit.filter_options(cut), visit.site_names(cut)
    for known in FILTERS:
        visit.restore_choices(known.key, options[known.name])
        if known.by_dose and audience == "open":
            continue  # the choice is kept for the closed pages; the open session neither uses nor shows it
        st.multiselect(
            "Group" if known.by_dose and not cut.trial.dose_levels else known.label,
            options[known.name],
            key=known.key,
            select_all=False,
            disabled=not options[known.name],
            placeholder="All" if options[known.name] else "Not collected in this cut",
            format_func=(lambda site: f"{site} {sites.get(site, '')}") if known.name == "sites" else str,
        )
    st.button("Clear all filters", on_click=clear_filters, disabled=not visit.filters_chosen().any_set)


def clear_filters() -> None:
    for known in FILTERS:
        st.session_state[known.key] = []


def banner(view: View, audience: str, newest: date) -> None:
    """Which trial, which data, which session of the meeting, and that the data are invented where they are."""
    trial = view.trial
    data = data_line(view.cut.date, view.previous.date if view.previous else None)
    older = f"Not the newest data: a data cut of {day(newest)} is available" if view.cut.date < newest else ""
    parts = [
        ("study", trial.short_title or view.cut.study or "Study"),
        ("", trial.id),
        ("", data),
        ("older", older),
        (f"session {audience}", f"{audience.title()} session"),
        ("synthetic", "Synthetic data" if trial.synthetic else ""),
    ]
    spans = "".join(f'<span class="{kind}">{html.escape(text)}</span>' for kind, text in parts if text)
    st.html(f'<header class="banner">{spans}</header>')


def footer(view: View) -> None:
    assumed = "; ".join(view.trial.assumptions.values())
    note = f"Assumptions not found in a public source: {assumed}." if assumed else ""
    invented = "Synthetic data: every subject is invented. " if view.trial.synthetic else ""
    st.html(f'<footer class="foot">{html.escape(invented + note)}</footer>')


main()
