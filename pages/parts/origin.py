"""Where a reader went to a subject from, so that the way back leads there, and previous and next stay in its list."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import streamlit as st

import visit
from displays.catalogue import PAGES, SUBJECTS
from displays.pages import Page
from pages.parts.sections import chosen_section, open_at


@dataclass(frozen=True)
class Origin:
    """The page and section one came from, and the subjects of the list, in its order (USUBJID)."""

    page: str = ""
    section: str = ""
    subjects: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The place as a reader knows it, e.g. "Heart › At a glance"; empty where there is none."""
        page = next((known for known in PAGES if known.key == self.page), None)
        part = next((known for known in page.sections if known.key == self.section), None) if page else None
        return " › ".join(filter(None, [page.title if page else "", part.title if part else ""]))


def chosen_subject() -> str | None:
    """The subject that the reader last went to (USUBJID); kept in the visit, never in the address."""
    return st.session_state.get("subject")


def choose_subject(usubjid: str | None) -> None:
    """Let the subject page show another subject of the same list, or of none."""
    st.session_state["subject"] = usubjid


def origin() -> Origin:
    """Where the reader came from."""
    return Origin(**st.session_state.get("origin", {}))


def keep_origin(page: str, section: str, subjects: tuple[str, ...]) -> None:
    """Remember where the reader is, before a subject is opened."""
    st.session_state["origin"] = asdict(Origin(page, section, subjects))


def go_to_subject(usubjid: str | None, subjects: tuple[str, ...] = ()) -> None:
    """Open the page of a subject; nothing happens for a mark that stands for none."""
    if not usubjid or usubjid not in visit.subject_ids() or visit.session() == "open":
        return
    page: Page | None = st.session_state.get("page")
    if page is not None and page is not SUBJECTS:
        keep_origin(page.key, chosen_section(page).key, subjects)
    elif subjects:
        keep_origin(origin().page, origin().section, subjects)
    choose_subject(str(usubjid))
    st.switch_page(SUBJECTS.path)


def go_back() -> None:
    """Return to the place that one came from, scrolled as it was."""
    came = origin()
    page = next(known for known in PAGES if known.key == came.page)
    open_at(page, came.section)
    st.session_state["back"] = True
    st.switch_page(page.path)
