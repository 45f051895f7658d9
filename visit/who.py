"""Who is looking, and what they may see: asked anew at every run, block and file."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from members import Door, audiences_of
from visit.in_run import once_in_run

USER = "visit"
"""Under which name Streamlit knows the visit of a connection (`server.trustedUserHeaders`)."""
SESSION_SETTING = "SAFETY_SESSION"
OPEN_ALONE, BOTH = frozenset({"open"}), frozenset({"open", "closed"})
_DOOR: list[tuple[Door, Callable[[str], str]]] = []
_DATA: list[Callable[[], bool]] = []
"""Whether the data can show an open session alone."""


@dataclass(frozen=True)
class Reader:
    """Who is looking, and to which audiences of the meeting they belong: open, closed. No name: nobody signs in."""

    audiences: frozenset[str]
    name: str = ""
    role: str = ""

    def may_see(self, audience: str) -> bool:
        return audience in self.audiences


NOBODY = Reader(frozenset())


def use_door(door: Door | None, cookie: Callable[[str], str] = str) -> None:
    """From now on readers are the members whom the door let in; without a door, whoever reaches the server.

    cookie: Host of a request → the name of the cookie that tells its visit.
    """
    _DOOR[:] = [(door, cookie)] if door else []


def use_data(open_alone: Callable[[], bool]) -> None:
    """From now on the open session alone is served where this says so."""
    _DATA[:] = [open_alone]


def door() -> Door | None:
    """The door of this server; None where nobody signs in."""
    return _DOOR[0][0] if _DOOR else None


def reader() -> Reader:
    """The reader of this run: the member of the visit, as the list of members has them now; NOBODY without a visit."""
    return once_in_run("reader", lambda: reader_of(_token(_DOOR[0][1]) if _DOOR else ""))


def reader_of(token: str, *, click: bool = False) -> Reader:
    """The reader of the visit that a token tells. click: the visit is used now, and so lasts longer."""
    if not _DOOR:
        return Reader(served())
    found = _DOOR[0][0].find(token, click=click)
    return Reader(audiences_of(found.role) & served(), found.name, found.role) if found else NOBODY


def served() -> frozenset[str]:
    """The sessions that this server shows at all, of SAFETY_SESSION: open (the open session alone), closed or unset
    (both). ValueError for anything else, so that a misspelt word never opens the closed session.

    The open session alone, too, where the folder of cuts holds a file for an open session."""
    wanted = os.environ.get(SESSION_SETTING, "").strip().lower()
    if wanted not in ("", "open", "closed"):
        raise ValueError(
            f"{SESSION_SETTING} is {wanted!r}; it can be open (the open session's pages alone) or closed (all pages)."
        )
    return OPEN_ALONE if wanted == "open" or (_DATA and _DATA[0]()) else BOTH


def _token(cookie: Callable[[str], str]) -> str:
    """The token that this connection brought when it was opened."""
    return st.context.cookies.get(cookie(st.context.headers.get("host", "")), "")
