"""What the door refuses somebody, as the record has it: who, where that is known, and what was asked for."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request

from audit import RecordError
from doors.asked import client_of
from doors.cookies import VISIT, Cookies
from members import Door, MembersError, SignedIn

NO_VISIT = "its visit is over, or was never begun"
NO_ADMINISTRATOR, NO_DATA = "for an administrator", "an administrator sees no data"
FOREIGN, ANOTHERS = "from a page of another website", "a page of another visit"
NOBODY = "nobody who was recognised"
FIRST_SECONDS, LONGEST_SECONDS = 60.0, 60 * 60.0
"""The same refusal of the same member is an entry once in so long, then in twice as long and so on, with how often it
was meanwhile; two hours after an entry, from the beginning. Nobody fills a disk."""
MOST_OWN = 8
MOST_LETTERS = 200
"""Of what was asked for, which whoever asks may make long."""


@dataclass(frozen=True)
class Told:
    """When a refusal was told last, how long the next waits, and how many wait."""

    last: float
    gap: float = FIRST_SECONDS
    untold: int = 0


@dataclass
class Refusals:
    """door, cookies: by which a visit is known; note: tells the record; clock: seconds that never go back."""

    door: Callable[[], Door | None]
    cookies: Cookies
    note: Callable[..., None]
    clock: Callable[[], float] = time.monotonic
    told: dict[tuple[str, str, str], Told] = field(default_factory=dict)
    room: CapacityLimiter = field(default_factory=partial(CapacityLimiter, 1))
    """A thread of its own: what waits for a disk keeps no page waiting."""

    async def tell(self, scope, why: str, asked: str = "", *, of_members: bool = False) -> None:
        """Tell of a request or a websocket that is refused. Without a cookie of a visit nobody tried anything.

        asked: what for; else the path, never what follows it. of_members: of visits that last alone.
        """
        request = Request(scope | {"type": "http"})
        visit = self._visit(request)
        if visit is None and (of_members or (self.door() and not self.cookies.all(request, VISIT))):
            return
        who = visit.name if visit else NOBODY
        what = (asked or scope["path"])[:MOST_LETTERS]
        if times := self._due(self._key(who, why, what)):
            facts = {"who": who, "role": visit.role if visit else "", "asked": what}
            facts |= {"why": why, "client": client_of(request), "times": times if times > 1 else None}
            await to_thread.run_sync(self._write, facts, limiter=self.room)

    def _visit(self, request: Request) -> SignedIn | None:
        door = self.door()
        with suppress(MembersError):
            found = [door.find(token) for token in self.cookies.all(request, VISIT)] if door else []
            return next(filter(None, found), None)
        return None

    def _key(self, who: str, why: str, what: str) -> tuple[str, str, str]:
        """What counts as the same: of each member and reason a few things have entries of their own, the rest one."""
        since = self.clock() - 2 * LONGEST_SECONDS
        self.told = {key: told for key, told in self.told.items() if told.last >= since or told.untold}
        own = [key for key in self.told if key[:2] == (who, why)]
        return (who, why, what) if (who, why, what) in own or len(own) < MOST_OWN else (who, why, "")

    def _due(self, key: tuple[str, str, str]) -> int:
        """How many such refusals the entry tells of that is due now; 0 where none is."""
        now, known = self.clock(), self.told.get(key)
        if known is None or now - known.last > 2 * LONGEST_SECONDS:
            self.told[key] = Told(now)
            return 1 + (known.untold if known else 0)
        if now - known.last < known.gap:
            self.told[key] = replace(known, untold=known.untold + 1)
            return 0
        self.told[key] = Told(now, min(2 * known.gap, LONGEST_SECONDS))
        return known.untold + 1

    def _write(self, facts: dict) -> None:
        with suppress(RecordError):  # it is refused all the same
            self.note("refused", at_once=True, **facts)
