"""The way to the sign-in service and back. What follows, visit, wall and sign-out, is the same as with a password."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote

from anyio import to_thread
from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from audit import RecordError
from doors.asked import client_of, local
from doors.cookies import BEGUN, VISIT
from doors.provider.begun import Begun, ServiceError, UnprovenError
from doors.signin import MOST_SIGNING_IN, SignIn
from members import UNREADABLE, Account, Door, MembersError

if TYPE_CHECKING:  # Authlib takes half a second to import, and is imported where a service is named
    from doors.provider.service import Service

What = TypeVar("What")
BEGIN, BACK = "/sign-in/begin", "/sign-in/return"
MOST_SECONDS = 600
"""So long a sign-in at the service may take."""
MOST_LETTERS = 2000
"""Of a place to go on to, which is kept in a cookie: browsers keep 4096 letters of one, all included."""
MOST_EARLIER = 4
"""Of visits that a browser brings."""
SECONDS_BETWEEN = 60.0
"""Refusals of nobody in particular are in the record once a minute, with how many there were: nobody fills a disk."""
NOT_BEGUN = "This sign-in was begun in another tab or browser, or more than ten minutes ago; sign in again."
NOT_PROVED = "The sign-in service did not confirm who you are; sign in again."
NOT_LISTED = (
    "This account may not sign in here, or its access has ended. If it should have access, give whoever runs the "
    "server its subject: {subject}"
)
PLAIN = ":/%#?=@[]!$&'()*+,;"
MANY = "Many are signing in at this moment; try again in a minute."


class RefusedError(Exception):
    """Why a sign-in is refused, as the page says it. why: as the record says it; empty where that has it already."""

    def __init__(self, said: str, status: int, why: str) -> None:
        super().__init__(said)
        self.status, self.why = status, why


class AtService:
    """Routes of the mode `oidc`. way_in: the door's pages and cookies, the same as with a password."""

    def __init__(self, way_in: SignIn) -> None:
        self.way_in = way_in
        self.service: Service | None = None
        # What a browser brings back is signed with a key that ends with the process, as every visit does.
        self._signed = URLSafeTimedSerializer(secrets.token_bytes(32), salt=BEGUN)
        self._crowd, self._untold, self._told = 0, 0, -SECONDS_BETWEEN

    def use(self, service: Service | None) -> None:
        """From now on members come by this service; without one, not by any."""
        self.service = service

    @property
    def host(self) -> str:
        """The service that a page names; empty where there is none."""
        return self.service.host if self.service else ""

    def routes(self) -> list[Route]:
        return [Route(BEGIN, self.begin, methods=["GET"]), Route(BACK, self.come_back, methods=["GET"])]

    async def begin(self, request: Request) -> Response:
        """To the service; the browser remembers what it must bring back."""
        to = local(request.query_params.get("to", "/"))
        if self.service is None or self.way_in.door() is None:
            return RedirectResponse("/")
        try:
            with self._in_turn():
                address, begun = await self.service.begin(self._back(request))
        except ServiceError as error:
            return self.way_in.sign_in_page(request, to, str(error), 503)
        answer = RedirectResponse(address)
        self._remember(request, answer, begun, to)
        return answer

    async def come_back(self, request: Request) -> Response:
        """From the service, with what it says of who came."""
        door, service = self.way_in.door(), self.service
        if door is None or service is None:
            return RedirectResponse("/")
        begun, to, earlier = self._begun(request)
        if begun is None:  # another that is on its way in this browser may yet come back: its cookie stays
            return await self._refuse(request, to, RefusedError(NOT_BEGUN, 403, "not begun here, or long ago"))
        answer = await self._answer(request, door, service, begun, to, earlier)
        self.way_in.cookies.set(request, answer, BEGUN, "", samesite="lax")
        return answer

    async def _answer(
        self, request: Request, door: Door, service: Service, begun: Begun, to: str, earlier: list[str]
    ) -> Response:
        try:
            with self._in_turn():
                account = await self._account(request, service, begun)
                token = await self._in_room(self._visit, door, account, client_of(request))
            self.way_in.end_earlier(door, [*earlier, *self.way_in.brought(request)])
            return self._let_in(request, token, to)
        except RefusedError as error:
            return await self._refuse(request, to, error)
        except (ServiceError, RecordError) as error:
            return self.way_in.sign_in_page(request, to, str(error), 503)
        except MembersError:
            return self.way_in.sign_in_page(request, to, UNREADABLE, 503)

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        """ServiceError where too many sign in at once: the service is not asked at anybody's will."""
        if self._crowd >= MOST_SIGNING_IN:
            raise ServiceError(MANY)
        self._crowd += 1
        try:
            yield
        finally:
            self._crowd -= 1

    async def _in_room(self, what: Callable[..., What], *told) -> What:
        """What waits for a disk, in the threads of the door."""
        return await to_thread.run_sync(what, *told, limiter=self.way_in.room)

    async def _refuse(self, request: Request, to: str, error: RefusedError) -> Response:
        await self._in_room(self._tell, error.why, client_of(request))
        return self.way_in.sign_in_page(request, to, str(error), error.status)

    def _back(self, request: Request) -> str:
        """Where the service leads back to: the address of the dashboard that this browser uses; the wall knows it."""
        host = request.headers["host"]
        return next(one for one in self.way_in.cookies.addresses() if one.split("://")[1] == host) + BACK

    def _remember(self, request: Request, answer: Response, begun: Begun, to: str) -> None:
        """Lax: the browser comes back from another website, and does not bring then the visit that it has now."""
        place = quote(to, safe=PLAIN)
        earlier = self.way_in.brought(request)[:MOST_EARLIER]
        signed = self._signed.dumps([asdict(begun), place if len(place) <= MOST_LETTERS else "/", earlier])
        self.way_in.cookies.set(request, answer, BEGUN, str(signed), samesite="lax", seconds=MOST_SECONDS)

    def _begun(self, request: Request) -> tuple[Begun | None, str, list[str]]:
        """What this browser began, where that is what comes back now, the place where the browser wants to go, and
        what is kept of the visits that it had."""
        try:
            kept, to, earlier = self._signed.loads(self.way_in.cookies.read(request, BEGUN), max_age=MOST_SECONDS)
        except BadData:
            return None, "/", []
        begun, state = Begun(**kept), request.query_params.get("state", "")
        same = secrets.compare_digest(state.encode(), begun.state.encode()) and self._back(request) == begun.back
        return begun if same else None, to, earlier

    async def _account(self, request: Request, service: Service, begun: Begun) -> Account:
        told = request.query_params
        if told.get("iss", service.settings.issuer) != service.settings.issuer:  # RFC 9207: another service's answer
            raise RefusedError(NOT_PROVED, 401, "another service answered")
        if not told.get("code"):
            raise RefusedError(NOT_PROVED, 401, "the service gave no code")
        try:
            return await service.account(begun, told["code"])
        except UnprovenError as error:
            raise RefusedError(NOT_PROVED, 401, str(error)) from error

    def _visit(self, door: Door, account: Account, client: str) -> str:
        """The token of the visit of an account, which is in the record before it is answered."""
        attempt, facts = door.sign_in_as(account), account._asdict() | {"client": client}
        if attempt.member is not None:
            self.way_in.note("sign-in", at_once=True, who=attempt.member.name, role=attempt.member.role, **facts)
            return attempt.token
        known = door.members.of(account)
        who = known.name if known else "an account that is in no list"
        self.way_in.note("sign-in refused", at_once=True, who=who, **facts)
        raise RefusedError(NOT_LISTED.format(subject=account.subject), 401, "")

    def _let_in(self, request: Request, token: str, to: str) -> Response:
        """A page that goes on by itself: a browser that was led here by another website would not bring the cookie,
        which is for this one alone (SameSite=Strict), to a place that it was led on to."""
        answer = self.way_in.signed_in_page(request, to)
        answer.headers["Refresh"] = f"0;url={to}"
        self.way_in.cookies.set(request, answer, VISIT, token)
        return answer

    def _tell(self, why: str, client: str) -> None:
        """Tell the record of a refusal of somebody whom the service did not prove, or count it for the next entry."""
        self._untold += bool(why)
        if not why or time.monotonic() - self._told < SECONDS_BETWEEN:
            return
        facts = {"why": why, "client": client, "times": self._untold}
        self._told, self._untold = time.monotonic(), 0
        with suppress(RecordError):  # it is refused all the same
            self.way_in.note("sign-in refused", at_once=True, who="nobody who was recognised", **facts)
