"""The router: reader, session, data cut, navigation. Draws nothing of the trial's results itself."""

from __future__ import annotations

import html

import streamlit as st

import visit
from audit import RecordError
from displays.catalogue import PACK, PAGES
from displays.pages import Page
from displays.words import counted
from pages.parts.add_to_pack import draw_said
from pages.parts.address import read_address, write_address
from pages.parts.dock import draw_dock
from pages.parts.find import clear_after_found, draw_found
from pages.parts.line import draw_line
from pages.parts.links import to_html
from pages.parts.look import MARK, STYLE
from pages.parts.markup import draw_html
from pages.parts.my_pack import my_pack
from pages.parts.pack_kept import hold
from pages.parts.sections import chosen_section, open_at
from pages.parts.standing import draw_acknowledging, draw_withdrawing
from pages.parts.tab import keep_tab
from pages.parts.what_if import apply_what_if
from queries import View

NO_SIGN_IN = "No sign-in: this dashboard is open to whoever uses this machine."
SIGNED_OUT = "You are signed out. Reload the page to sign in."
GROUPS = {False: "", True: "More"}


def main() -> None:
    st.set_page_config(page_icon=MARK, layout="wide")
    draw_html(STYLE)
    try:
        refuse_nobody()
        section = read_address()
        page, drawn = navigate()
        open_at(page, section)
        st.session_state["page"] = page
        clear_after_found()
        view = draw_line()
    except ValueError as error:  # CutError, or a setting that cannot be used: a sentence for whoever runs the server
        st.error(str(error))
        st.stop()
    if not page.seen_in(visit.session()):
        visit.guard("closed")
    write_address(chosen_section(page).key)
    keep_tab(page)
    note_page(page)
    hold()
    draw_found()
    draw_acknowledging(page)
    apply_what_if()
    drawn.run()
    draw_withdrawing(page)
    draw_said()
    draw_dock()
    footer(view)


def refuse_nobody() -> None:
    """Nothing is drawn for a reader who may see nothing: one who is signed out, or an administrator."""
    reader = visit.reader()
    if not reader.audiences:
        st.error("An administrator sees no data; who has access is at /access." if reader.role else SIGNED_OUT)
        st.stop()


def note_page(page: Page) -> None:
    """The page is in the record before it is drawn; in the closed session it is not drawn where it cannot be."""
    try:
        visit.note("page", page=page.key, section=chosen_section(page).key)
    except RecordError as error:
        if visit.session() == "closed":
            st.error(str(error))
            st.stop()


def navigate():
    """The page asked for, of those that the session shows, and what draws it.

    Where no closed session is to be had, a closed page's address leads to it all the same: it says whose it is.
    """
    session = visit.session()
    known = {page.key: page for page in PAGES if page.seen_in(session)}
    groups: dict[str, list] = {words: [] for words in GROUPS.values()}
    for page in known.values():
        groups[GROUPS[page.more]].append(_made(page, _title(page), default=page is PAGES[0]))
    others = {} if visit.reader().may_see("closed") else {page.key: page for page in PAGES if page.key not in known}
    for page in others.values():
        groups[GROUPS[False]].append(_made(page, page.title, visibility="hidden"))
    drawn = st.navigation({words: pages for words, pages in groups.items() if pages}, position="top")
    return (known | others).get(drawn.url_path, PAGES[0]), drawn


def _made(page: Page, title: str, **shown):
    """A page as the navigation has it, made once a visit: each time it is made its file is looked for."""
    kept, key = st.session_state.setdefault("navigation", {}), (page.key, title, *shown.items())
    if key not in kept:
        kept[key] = st.Page(page.path, title=title, url_path=page.key, **shown)
    return kept[key]


def _title(page: Page) -> str:
    """How the navigation calls a page: of the pack also how many displays it has."""
    number = len(my_pack().items) if page is PACK else 0
    return f"{page.title} ({number})" if number else page.title


def footer(view: View) -> None:
    """What every screen says at its end: whose data these are, and what the trial definition assumes."""
    count = len(view.trial.assumptions)
    reader = visit.reader()
    signed = f"Signed in as {reader.name}, {reader.role}." if reader.name else NO_SIGN_IN
    invented = "Synthetic data: every subject is invented. " if view.trial.synthetic else ""
    out = ' <a href="/sign-out" target="_self">Sign out</a>.' if reader.name else ""
    words = f"{counted(count, 'assumption')} not found in a public source"
    assumed = f" {to_html('assumptions', words)}." if count else ""
    with st.container(key="foot"):
        draw_html(f"<footer>{html.escape(invented)}{html.escape(signed)}{out}{assumed}</footer>")


main()
