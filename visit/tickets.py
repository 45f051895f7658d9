"""Files on their way to a reader: each is asked for by a click, and fetched once, by the visit that asked."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from threading import Lock

FETCH_SECONDS = 60.0
"""A page fetches its file at once; a minute is for a busy server."""
KNOWN_SECONDS = 600.0
"""So long the server knows a ticket that can be used no more, to say why and to record who tried."""
MOST_OF_A_VISIT = 32
"""Tickets of one visit that wait to be fetched; the oldest go first."""


@dataclass(frozen=True)
class Ticket:
    """A file that a visit asked for.

    visit: whose; audience: to whom it belongs; facts: what the record says of it, cut and filters among them; make:
    makes its bytes. Times are seconds of a clock that never goes back.
    """

    visit: str
    audience: str
    name: str
    mime: str
    facts: dict
    make: Callable[[], bytes] = field(repr=False)
    begun: float = 0.0
    over: str = ""

    @property
    def waits(self) -> bool:
        return not self.over


class RefusedError(Exception):
    """Why a file is not handed out, in a sentence; facts: the record's of the file that was asked for, once for each
    reason and ticket, so that nobody can fill the record."""

    def __init__(self, why: str, facts: dict | None = None) -> None:
        super().__init__(why)
        self.facts = facts


USED = "Refused: a file is fetched once; choose it again on the page."
LATE = "Refused: the file was asked for more than a minute ago; choose it again on the page."
UNKNOWN = "Refused: no page asked for this file; choose it on a page."
OF_ANOTHER = (
    "Refused: the file was asked for in another visit; reload the page and choose it again. "
    "The browser must keep the cookie of this server."
)
OTHERWISE = (
    "Refused: a data cut of the file was withdrawn, restored or acknowledged meanwhile; choose it again on the page."
)
NOT_SEEN = "Refused: whoever is signed in here may not see this file; sign in first."


class Tickets:
    """The tickets of this server. It keeps of a token what cannot be used in its place."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, Lock()
        self._known: dict[str, Ticket] = {}
        self._told: set[tuple[str, str]] = set()

    def issue(self, ticket: Ticket) -> str:
        """The token with which a file is fetched."""
        token, now = secrets.token_urlsafe(32), self._clock()
        with self._lock:
            self._forget(now)
            waiting = [key for key, known in self._known.items() if known.visit == ticket.visit and known.waits]
            for key in waiting[: max(len(waiting) - MOST_OF_A_VISIT + 1, 0)]:
                self._end(key, LATE)
            self._known[_key(token)] = replace(ticket, begun=now)
        return token

    def take(self, token: str, visit: str, may_see: Callable[[str], bool]) -> Ticket:
        """The ticket of a token, which can be used no more, whoever tried. RefusedError where it may not be used.

        visit: of whoever fetches; may_see: whether they belong to an audience now.
        """
        key, now = _key(token), self._clock()
        with self._lock:
            ticket = self._known.get(key)
            if ticket is None:
                raise RefusedError(UNKNOWN)
            why = self._why_not(ticket, visit, may_see, now)
            if ticket.waits:
                self._end(key, why if why == LATE else USED)
            if not why:
                return ticket
            new = (key, why) not in self._told
            self._told.add((key, why))
        raise RefusedError(why, ticket.facts if new else None)

    def _why_not(self, ticket: Ticket, visit: str, may_see: Callable[[str], bool], now: float) -> str:
        """The gravest reason first: whoever holds another's token learns no more of it."""
        if not may_see(ticket.audience):
            return NOT_SEEN
        if not visit or not secrets.compare_digest(visit, ticket.visit):
            return OF_ANOTHER
        return ticket.over or (LATE if now - ticket.begun > FETCH_SECONDS else "")

    def _end(self, key: str, why: str) -> None:
        """A ticket that is over holds nothing of the data."""
        self._known[key] = replace(self._known[key], over=why, make=bytes)

    def _forget(self, now: float) -> None:
        for key, ticket in list(self._known.items()):
            if now - ticket.begun > KNOWN_SECONDS:
                del self._known[key]
            elif ticket.waits and now - ticket.begun > FETCH_SECONDS:
                self._end(key, LATE)
        self._told = {(key, why) for key, why in self._told if key in self._known}


def _key(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
