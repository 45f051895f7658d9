"""What this tab of the browser keeps, so that a reload loses nothing; and the links of the page's own text.

A reload is a new visit for the server, and a subject never stands in the address. A small component keeps subject,
list, what is supposed and how far each place was scrolled in the tab's own storage, and hands them back; what comes
from the browser is checked against the cut. It also tells the server which link of the text was followed.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import orjson
import streamlit as st

import visit
from displays.catalogue import PAGES
from displays.pages import Page
from export.pack import PackError, read_pack
from pages.parts.my_pack import begin_with, my_pack, prepare_by, prepared_by
from pages.parts.origin import choose_subject, chosen_subject, go_to_subject, keep_origin, origin
from pages.parts.pack_kept import find_again, token_to_keep
from pages.parts.sections import chosen_section, open_at
from pages.parts.what_if import MOST, SHOWN, STATE, Supposed

LOG = logging.getLogger("safety")
CHOICES = ("choice-", "lanes")
"""What the keys of choices begin with."""
HERE = Path(__file__).parent
SCRIPT = "".join((HERE / script).read_text(encoding="utf-8") for script in ("print.js", "tab.js"))
_tab = st.components.v2.component("safety.tab", js=SCRIPT)


def keep_tab(page: Page) -> None:
    """Draw the component: it stores what the visit knows, or hands back what it knew before a reload."""
    fresh = "tab known" not in st.session_state
    place = f"{page.key}/{chosen_section(page).key}"
    told = {"fresh": fresh, "place": place, "back": st.session_state.pop("back", False), "keep": _to_keep()}
    came = _tab(data=orjson.dumps(told), key="tab", on_kept_change=_nothing, on_went_change=_nothing)
    st.session_state["tab known"] = True
    if kept := _new("kept", came.kept):
        _take_back(kept)
    if went := _new("went", came.went):
        _go(went)


def _new(name: str, came: object) -> object:
    """What came with this run, unless it came with the one before: sent as a lasting value, it would have the page run
    in circles."""
    before, st.session_state[f"tab {name}"] = st.session_state.get(f"tab {name}"), came
    return came if came != before else None


def _to_keep() -> dict[str, Any]:
    pack: dict[str, Any] = {"pack": my_pack().text} if my_pack().items else {}
    if (by := prepared_by()) != visit.reader().name:
        pack["by"] = {visit.session(): by}
    if token := token_to_keep():
        pack["made"] = token
    if visit.session() == "open":
        return pack
    supposed: Supposed = st.session_state.get(STATE) or Supposed()
    came = origin()
    known = {
        "subject": chosen_subject(),
        "origin": came.page and {"page": came.page, "section": came.section, "subjects": list(came.subjects)},
        "supposed": supposed.anything
        and {"dose": supposed.dose, "results": supposed.results, "resolved": supposed.resolved},
        "selected": list(st.session_state.get("selected", ())),
        "asked": bool(st.session_state.get(SHOWN)),
        "chosen": {key: st.session_state[key] for key in st.session_state if str(key).startswith(CHOICES)},
    }
    return pack | {name: value for name, value in known.items() if value}


def _take_back(kept: object) -> None:
    """What the tab handed back, as far as the cut has it; anything else is left out."""
    if not isinstance(kept, dict):
        return
    _take_pack_back(kept.get("pack"))
    find_again(kept.get("made"))
    by = kept.get("by")
    if isinstance(by, dict) and isinstance(by.get(visit.session()), str):
        prepare_by(by[visit.session()])
    if visit.session() == "open" or chosen_subject() is not None:
        st.rerun()
    known = visit.subject_ids()
    if isinstance(kept.get("subject"), str) and kept["subject"] in known:
        choose_subject(kept["subject"])
    came, supposed = kept.get("origin"), kept.get("supposed")
    if isinstance(came, dict) and isinstance(came.get("page"), str) and came["page"] in {page.key for page in PAGES}:
        listed = tuple(usubjid for usubjid in _texts(came.get("subjects")) if usubjid in known)
        keep_origin(came["page"], str(came.get("section") or ""), listed)
    for key, value in _chosen(kept.get("chosen")).items():
        st.session_state[key] = value
    st.session_state["selected"] = tuple(usubjid for usubjid in _texts(kept.get("selected")) if usubjid in known)
    if isinstance(supposed, dict):
        st.session_state[STATE] = _supposed(supposed)
        st.session_state[SHOWN] = kept.get("asked") is True
    st.rerun()


def _take_pack_back(kept: object) -> None:
    """The pack that the tab kept, where it is one of this session and the visit has begun no other."""
    try:
        pack = read_pack(kept) if isinstance(kept, str) else None
    except PackError:
        return
    if pack is not None and pack.session == visit.session() and not my_pack().items:
        begin_with(pack)


def _chosen(kept: object) -> dict[str, str | list[str]]:
    """What was chosen of displays; whether it can be chosen now is asked where the choice is drawn."""
    chosen = kept if isinstance(kept, dict) else {}
    return {
        key: _texts(value) if isinstance(value, list) else str(value)
        for key, value in chosen.items()
        if str(key).startswith(CHOICES)
    }


def _supposed(told: dict) -> Supposed:
    """A supposition as the tab kept it; whether the cut has its dose and its subjects is asked where it is applied."""
    resolved = told.get("resolved") if isinstance(told.get("resolved"), dict) else {}
    letters = {str(usubjid): letter for usubjid, letter in resolved.items() if letter in ("T", "N", "X")}
    results = told.get("results") if isinstance(told.get("results"), str) else ""
    possible = set(results) <= set("NTP") and max(map(results.count, "NTP")) <= MOST
    return Supposed(str(told.get("dose") or ""), results if possible else "", letters)


def _go(went: object) -> None:
    """Follow a link of the page's text: to a subject, or to a section of a page."""
    if not isinstance(went, dict):
        return
    if isinstance(went.get("subject"), str):
        go_to_subject(went["subject"], tuple(_texts(went.get("subjects"))))
    page = next((known for known in PAGES if known.key == went.get("page")), None)
    if page is not None and page.seen_in(visit.session()):
        open_at(page, str(went.get("section") or ""))
        st.switch_page(page.path)


def _texts(sent: object) -> list[str]:
    """The texts of a list that the browser sent; anything else is none."""
    return [one for one in sent if isinstance(one, str)] if isinstance(sent, list) else []


def _nothing() -> None:
    """What came is read from the component; Streamlit wants a function all the same."""
