"""What one visit knows: the reader, the data cut and the one before, the filters."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

import streamlit as st

from audit import RecordError
from displays import Display
from displays.display import Audience, now_and_then
from queries import Cut, View
from queries.recommendations import beside
from visit import recording
from visit.caches import ALL, DISPLAYS, FACTS
from visit.cuts import (
    available_cuts,
    cut_of,
    data_folder,
    earlier_cut,
    mark_at,
    shown_cuts,
    waiting_since,
    withdrawn,
)
from visit.facts import filter_options, numbers_of, site_names, subjects_of
from visit.in_run import find_anew, once_in_run
from visit.tickets import OTHERWISE, RefusedError, Ticket, Tickets
from visit.who import door, reader, reader_of, served, use_door

__all__ = [
    "available_cuts",
    "cut_of",
    "data_folder",
    "door",
    "earlier_cut",
    "filter_options",
    "mark_at",
    "reader",
    "reader_of",
    "served",
    "shown_cuts",
    "site_names",
    "subjects_of",
    "use_door",
    "waiting_since",
    "withdrawn",
]
What = TypeVar("What")
VISIT_HEADER = "X-Visit"
"""What tells a run whose connection it draws for; the wall of the server writes it."""
TICKETS = Tickets()


def forget() -> None:
    """Empty every cache: for tests, which change what lies under the same key."""
    for kept in ALL:
        kept.clear()


def session() -> Audience:
    """The session that this run shows: the open one where the reader may see no other, or chose it.

    PermissionError where the reader may see none.
    """
    return once_in_run("session", _session)


def _session() -> Audience:
    seen_by = reader()
    if not seen_by.audiences:
        raise PermissionError("nobody is signed in who may see this")
    chosen = st.session_state.get("session", "closed")
    return "closed" if chosen == "closed" and seen_by.may_see("closed") else "open"


def guard(audience: str) -> None:
    """The first line of every page: a reader outside the page's audience sees nothing of it."""
    if audience == "closed" and session() == "open":
        with suppress(RecordError):  # it is refused all the same
            note("refused", page=st.session_state["page"].key if "page" in st.session_state else "")
        st.error("This page belongs to the closed session; this is the open session.")
        st.stop()
    if "view" not in st.session_state:
        st.error("Open the dashboard at its start page.")
        st.stop()


def note(action: str, **facts) -> None:
    """Add to the record what this reader does now, with session, cuts and filters; the same again is one entry.

    RecordError where a record is kept and cannot be written: what belongs to the closed session is then not shown.
    """
    if recording.keeps():
        entry = {**_who(), "session": session(), **facts, **recording.facts_of(view())}
        if session() == "closed":
            recording.check()  # the same again is no entry, and is shown only while entries can be written
        if st.session_state.get(f"noted {action}") != entry:
            recording.note(action, **entry)
            st.session_state[f"noted {action}"] = entry


def ticket(
    what: str,
    kind: str,
    make: Callable[[], bytes],
    name: str,
    mime: str,
    of: View | None = None,
    subjects: Iterable[str] = (),
) -> str:
    """The token with which this visit fetches a file, once and within a minute, of the data and the session of now.

    what: the display or the pack; kind: the format; of: the data that it is made of, where those may be other than the
    ones shown now; subjects: those that it is of, each by itself. The file is made when it is fetched, unless one of
    its data cuts stands otherwise by then, and is in the record before it leaves.
    """
    seen = of or view()
    facts = {**_who(), "session": session(), "display": what, "format": kind, "subjects": list(subjects)}
    facts |= recording.facts_of(seen) if recording.keeps() else {}
    return TICKETS.issue(Ticket(visit_of_browser(), session(), name, mime, facts, partial(_made_of, seen, make)))


def _made_of(seen: View, make: Callable[[], bytes]) -> bytes:
    """The file, as long as what must be said of its cuts is what it says. RefusedError otherwise."""
    if any(cut.mark != mark_at(cut.path) for cut in (seen.cut, seen.previous) if cut and not cut.hypothetical):
        raise RefusedError(OTHERWISE)
    return make()


def visit_of_browser() -> str:
    """What tells this visit's browser, or the member who is signed in there, from every other; it outlives a reload."""
    return st.context.headers.get(VISIT_HEADER, "")


def _who() -> dict:
    by = reader()
    return {"who": by.name, "role": by.role}


def view() -> View:
    """The view of this run; an open session has no filters."""
    return once_in_run("view", _view)


def _view() -> View:
    chosen: View = st.session_state["view"]
    return chosen.pooled() if session() == "open" else chosen


def set_view(chosen: View) -> None:
    """What the router settled for this run, before the page draws."""
    st.session_state["view"] = chosen
    find_anew("view")


def show_session(asked: Audience) -> None:
    """From now on the reader wants this session, as far as they may see it."""
    st.session_state["session"] = asked
    find_anew("session", "view")


def fact(function: Callable[..., What], **arguments) -> What:
    """What a function finds in the present view, found once for the same arguments."""
    seen = view()
    return FACTS((function, *seen.key, *sorted(arguments.items())), lambda: function(seen, **arguments))


def once(function: Callable[[], What]) -> What:
    """What a function finds that is the same in every view, found once."""
    return FACTS(function, function)


def display(
    function: Callable[..., Display], prepare: Callable[[Display, dict[str, str]], What], **arguments
) -> tuple[What, Callable[[], Display]]:
    """What `prepare` makes for the screen of the display that a function makes of the present view, and how to make
    the display again (a file is made of it, later and outside the run).

    prepare: takes the display and the subjects that may be named (number → USUBJID).
    Kept for every reader who may see it, under the files of both cuts as written, the filters, the session
    and the arguments. PermissionError where the reader may not: a block that reruns alone passes no guard.
    RecordError in the closed session while the record cannot be written.
    """
    seen, shown_in = view(), session()
    if shown_in == "closed":
        recording.check()
    make = partial(_made, function, seen, shown_in, arguments)
    key = _key(function, prepare, seen, shown_in, arguments)
    return DISPLAYS(key, lambda: prepare(make(), _named_in(shown_in, seen.cut))), make


def again(function: Callable[..., Display], **arguments) -> Callable[[], Display]:
    """How to make a display of the present view, later and outside the run; PermissionError then, as above."""
    return partial(_made, function, view(), session(), arguments)


def _key(function: Callable, prepare: Callable, seen: View, shown_in: Audience, arguments: dict) -> tuple:
    """All that decides what a display is and who may see it."""
    folder = seen.cut.path.parent
    table = once_in_run(("recommendations", folder), lambda: beside(folder))
    return function, prepare, *seen.key, table, shown_in, *sorted(arguments.items())


def _named_in(shown_in: Audience, cut: Cut) -> dict[str, str]:
    """Number → USUBJID of the subjects that a session may name."""
    return numbers_of(cut) if shown_in == "closed" else {}


def make_ready(functions: Iterable[Callable[..., Display]], prepare: Callable[[Display, dict[str, str]], Any]) -> None:
    """Make displays of the newest cut beside the one before, for the closed session, before a reader asks for them."""
    found = {path: mark_at(path) for path in reversed(available_cuts().values())}
    newest, *earlier = [path for path, mark in found.items() if not mark] or found
    cut = cut_of(newest)
    seen = View(cut, earlier_cut(cut, earlier[0]) if earlier else None)
    for function in functions:
        DISPLAYS.make_ready(
            _key(function, prepare, seen, "closed", {}),
            lambda function=function: prepare(_made(function, seen, "closed", {}), _named_in("closed", seen.cut)),
        )


def _made(function: Callable[..., Display], seen: View, shown_in: Audience, arguments: dict) -> Display:
    made = now_and_then(function, seen, **arguments)
    if shown_in == "open" and made.audience != "open":
        raise PermissionError(f"{made.name} belongs to the closed session")
    return made


def subject_numbers() -> dict[str, str]:
    """Number → USUBJID of every subject of the present cut, filtered or not; a number of two subjects leads nowhere."""
    return numbers_of(view().cut)


def subject_ids() -> frozenset[str]:
    """Every subject of the present cut, filtered or not."""
    return subjects_of(view().cut)


def selected(cut: Cut) -> tuple[str, ...]:
    """The subjects (USUBJID) that the reader wants to see alone on every page, as far as a cut has them."""
    return tuple(usubjid for usubjid in st.session_state.get("selected", ()) if usubjid in subjects_of(cut))


def subjects_found(text: str) -> list[str]:
    """The subjects (USUBJID) whose number or identifier holds the text, whole numbers first.

    PermissionError in an open session.
    """
    if session() == "open":
        raise PermissionError("the open session names no subject")
    wanted = text.strip().casefold()
    numbers = {usubjid: number for number, usubjid in subject_numbers().items()}
    known = {usubjid: numbers.get(usubjid, usubjid).casefold() for usubjid in subject_ids()}
    found = [usubjid for usubjid, number in known.items() if wanted in number or wanted in usubjid.casefold()]
    return sorted(found, key=lambda usubjid: (known[usubjid] != wanted, known[usubjid]))
