"""What the server keeps for the pack of a visit: the pack made, and the manifest that the next one is compared with.

A reload is a new visit for the server. The tab of the browser keeps a token that finds again what was kept, for the
same browser, or the member signed in there, alone.
"""

from __future__ import annotations

import re
from collections import Counter
from threading import Lock
from uuid import uuid4

import streamlit as st

import visit
from export.workshop import WORKSHOP

TOKEN = "pack visit"
SESSIONS = ("open", "closed")
_HELD: Counter[tuple[str, str]] = Counter()
_LOCK = Lock()


def place() -> tuple[tuple[str, str], str]:
    """Where the workshop keeps what belongs to this visit in this session."""
    st.session_state.setdefault(TOKEN, uuid4().hex)
    return _owner(), visit.session()


def _owner() -> tuple[str, str]:
    return visit.visit_of_browser(), st.session_state[TOKEN]


def token_to_keep() -> str:
    """What the tab is to keep over a reload; "" where nothing is kept here."""
    if TOKEN not in st.session_state or not any(WORKSHOP.holds((_owner(), session)) for session in SESSIONS):
        return ""
    return st.session_state[TOKEN]


def find_again(token: object) -> None:
    """Take up what a token of the tab leads to, where this visit has begun nothing else."""
    if isinstance(token, str) and re.fullmatch("[0-9a-f]{32}", token) and not token_to_keep():
        st.session_state[TOKEN] = token


def hold() -> None:
    """In every run of a visit that has something kept: the visit is there, and it stays."""
    if TOKEN in st.session_state:
        _held(_owner())


def _left(owner: tuple[str, str]) -> None:
    """A connection has gone; another one of the same visit, after a reload or in another tab, may still be there."""
    with _LOCK:
        _HELD[owner] -= 1
        if _HELD[owner] > 0:
            return
        del _HELD[owner]
    for session in SESSIONS:
        WORKSHOP.leave((owner, session))


@st.cache_resource(scope="session", show_spinner=False, on_release=_left)
def _held(owner: tuple[str, str]) -> tuple[str, str]:
    """Remembered while the browser is connected; then what is kept goes, unless the visit comes back soon."""
    with _LOCK:
        _HELD[owner] += 1
    for session in SESSIONS:
        WORKSHOP.come((owner, session))
    return owner
