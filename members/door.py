"""Who is signed in: visits that only this server knows, and the delay that grows with failed attempts."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from threading import Lock, Semaphore

from members.proof import UNREADABLE, Account, MembersError
from members.store import Member, Members

IDLE_SECONDS, LONGEST_SECONDS = 30 * 60, 12 * 60 * 60
"""A visit ends after so long without a click, and after so long in any case."""
FREE_ATTEMPTS, LONGEST_DELAY, FORGET_SECONDS = 3, 900.0, 24 * 60 * 60
MOST_AT_ONCE = 4
"""So many passwords are held against their hash at once: each takes 64 MiB."""
MOST_KNOWN = 10_000


@dataclass(frozen=True)
class SignedIn:
    """A visit: whose it is, as what, since when (s), when the last click was, and by which password or account."""

    name: str
    role: str
    began: float
    last: float
    proof: str | Account


@dataclass(frozen=True)
class Attempt:
    """What became of an attempt to sign in: the token of the visit, or how long to wait (s) before the next.

    held: whether it was held against the list, or came before its time. early: how many came so since the last held.
    """

    token: str = ""
    wait: float = 0.0
    member: Member | None = None
    held: bool = False
    early: int = 0


class Door:
    """Lets members in and knows them again. Times are seconds of a clock that never goes back."""

    def __init__(
        self, members: Members, clock: Callable[[], float] = time.monotonic, today: Callable[[], date] | None = None
    ) -> None:
        self.members, self._clock = members, clock
        self._today = today or (lambda: datetime.now(UTC).date())
        self._visits: dict[str, SignedIn] = {}
        self._failed: dict[str, tuple[int, float]] = {}
        self._came: dict[str, datetime] = {}
        self._early = 0
        self._lock, self._room = Lock(), Semaphore(MOST_AT_ONCE)

    def sign_in(self, name: str, password: str, client: str) -> Attempt:
        """Hold name and password against the list. Failures of a name and of a client each make the next wait longer.

        client: the network address that asks; empty where that of a proxy is all that is known, which is everybody's.
        MembersError where the list cannot be read.
        """
        places = (f"name {name}", *([f"client {client}"] if client else []))
        if (wait := self._begin(places)) > 0:
            return Attempt(wait=wait)
        with self._room:
            member = self.members.verified(name, password, self._today())
        with self._lock:
            early, self._early = self._early, 0
            if member is None:
                wait = max(delay_after(self._failed.get(place, (0, 0.0))[0]) for place in places)
                return Attempt(wait=wait, held=True, early=early)
            return Attempt(self._let_in(member, places), 0.0, member, held=True, early=early)

    def sign_in_as(self, account: Account) -> Attempt:
        """Let in the member of an account that its sign-in service has proved just now. MembersError as above."""
        member = self.members.of(account)
        if member is None or not member.may_come(self._today()):
            return Attempt(held=True)
        with self._lock:
            return Attempt(self._let_in(member), member=member, held=True)

    def _begin(self, places: tuple[str, ...]) -> float:
        """How long to wait still; where not at all, the attempt counts as failed until it is seen not to be, so that
        many at once are as many failures."""
        now = self._clock()
        with self._lock:
            known = {place: self._failed.get(place, (0, now)) for place in places}
            wait = max(last + delay_after(count) - now for count, last in known.values())
            self._early += wait > 0
            if wait <= 0:
                for place, (count, last) in known.items():
                    self._failed[place] = (count + 1 if now - last < FORGET_SECONDS else 1), now
                if len(self._failed) > MOST_KNOWN:
                    self._failed = dict(sorted(self._failed.items(), key=lambda item: item[1])[-MOST_KNOWN // 2 :])
            return wait

    def _let_in(self, member: Member, places: tuple[str, ...] = ()) -> str:
        """The token of a new visit; the failures of the name are forgotten, those of the client stay."""
        token, now = secrets.token_urlsafe(32), self._clock()
        for name in places[:1]:
            self._failed.pop(name, None)
        for client in places[1:]:
            count, last = self._failed.get(client, (1, now))
            self._failed[client] = count - 1, last
        self._visits = {key: visit for key, visit in self._visits.items() if not _is_over(visit, now)}
        self._visits[key_of(token)] = SignedIn(member.name, member.role, now, now, member.proof)
        self._came[member.name] = datetime.now(UTC)
        return token

    def find(self, token: str, *, click: bool = False) -> SignedIn | None:
        """The visit of a token, while it lasts and the member may stay. click: it is used now, and so lasts longer.

        MembersError, in words for readers, where the list cannot be read.
        """
        now = self._clock()
        with self._lock:
            visit = self._visits.get(key_of(token)) if token else None
            if visit is None:
                return None
            if _is_over(visit, now) or not self._may_stay(visit):
                del self._visits[key_of(token)]
                return None
            if click:
                visit = self._visits[key_of(token)] = replace(visit, last=now)
            return visit

    def sign_out(self, token: str) -> SignedIn | None:
        """End the visit of a token; whose it was, where there was one."""
        return self.end(key_of(token))

    def end(self, key: str) -> SignedIn | None:
        """The same of what is kept of the token."""
        with self._lock:
            return self._visits.pop(key, None)

    def last_came(self) -> dict[str, str]:
        """Name → when the member last signed in since the server was started (UTC, ISO 8601)."""
        with self._lock:
            return {name: came.isoformat() for name, came in self._came.items()}

    def _may_stay(self, visit: SignedIn) -> bool:
        """Whether the list still has the member so: neither revoked, expired, of another role, password or account."""
        try:
            member = self.members.find(visit.name)
        except MembersError as error:
            raise MembersError(UNREADABLE) from error
        return (
            member is not None
            and member.may_come(self._today())
            and (member.role, member.proof) == (visit.role, visit.proof)
        )


def delay_after(failures: int) -> float:
    """How long (s) the next attempt waits after so many failures in a row."""
    return 0.0 if failures < FREE_ATTEMPTS else min(2.0 ** (failures - FREE_ATTEMPTS + 1), LONGEST_DELAY)


def _is_over(visit: SignedIn, now: float) -> bool:
    return now - visit.last > IDLE_SECONDS or now - visit.began > LONGEST_SECONDS


def key_of(token: str) -> str:
    """What the server keeps of a token: who reads its memory cannot use it."""
    return hashlib.sha256(token.encode()).hexdigest()
