"""The way in for members: a page to sign in, one to sign out, and the cookie that tells a visit.

Starlette runs what must not keep its one thread waiting by anyio, which it brings.
"""

from __future__ import annotations

import html
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, partial
from math import ceil
from pathlib import Path
from string import Template
from urllib.parse import urlencode

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from audit import RecordError
from doors.asked import client_of, form_of, local
from doors.cookies import FORM, VISIT, Cookies
from doors.refusals import NO_ADMINISTRATOR, NO_VISIT, Refusals
from members import UNREADABLE, Door, Member, MembersError, SignedIn
from members.door import MOST_AT_ONCE, Attempt, key_of
from members.roles import ADMINISTRATOR

OF_FORMS = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin"}
"""Without a referrer at all a browser sends a form from no origin, and the wall refuses it."""
FOR_ADMINISTRATORS = "Refused: this page is for an administrator."
MOST_SIGNING_IN = 24
"""So many sign in at once, most of whom wait for their turn; others are asked to come again."""
PARTS = Path(__file__).parent / "parts"


def _page(name: str) -> Template:
    return Template((PARTS / f"{name}.html").read_text(encoding="utf-8"))


PAGE = _page("door")
WATCH_SCRIPT = (PARTS / "watch.js").read_text(encoding="utf-8")
SIGN_IN = _page("door_sign_in")
BY_ACCOUNT = _page("door_account")
SIGNED_IN = _page("door_signed_in")
SIGN_OUT = _page("door_sign_out")
ACCESS = _page("door_access")
Told = Callable[..., None]


class Markup(str):
    """Text that is HTML already."""


@dataclass(frozen=True)
class SignIn:
    """Routes of the door: sign-in by password, sign-out, who has access.

    door: who is let in; None while the server needs no sign-in. note: tells the record. service: the name of the
    sign-in service where members come by that and no password is taken (provider/); else empty. came: member → when
    they were last there (UTC, as entries have it) by the record; None where none is whole.
    """

    door: Callable[[], Door | None]
    cookies: Cookies
    note: Told
    service: Callable[[], str] = str
    came: Callable[[], dict[str, str] | None] = lambda: None
    room: CapacityLimiter = field(default_factory=partial(CapacityLimiter, MOST_AT_ONCE))
    """Threads of its own: whoever waits at the door takes none from the pages."""
    crowd: list[Request] = field(default_factory=list)

    @cached_property
    def refusals(self) -> Refusals:
        return Refusals(self.door, self.cookies, self.note)

    def routes(self) -> list[Route]:
        return [
            Route("/sign-in", self.ask, methods=["GET"]),
            Route("/sign-in", self.sign_in, methods=["POST"]),
            Route("/sign-out", self.ask_out, methods=["GET"]),
            Route("/sign-out", self.sign_out, methods=["POST"]),
            Route("/access", self.access, methods=["GET"]),
            Route("/visit", self.visit, methods=["GET"]),
            Route("/watch.js", self.watch, methods=["GET"]),
        ]

    async def ask(self, request: Request) -> Response:
        if self.door() is None:
            return RedirectResponse("/")
        return self.sign_in_page(request, local(request.query_params.get("to", "/")))

    async def sign_in(self, request: Request) -> Response:
        """Let a member in, or say that it was not right, in words that are the same for a wrong name and password."""
        door = self.door()
        if door is None or self.service():
            return RedirectResponse("/", 303)
        told = await form_of(request)
        to = local(told.get("to", "/"))
        if not _same(told.get("form", ""), self.cookies.read(request, FORM)):
            return self.sign_in_page(request, to, "This page was open for long; sign in again.", 403)
        if len(self.crowd) >= MOST_SIGNING_IN:
            return self.sign_in_page(request, to, "Many are signing in at this moment; try again in a minute.", 503)
        try:
            attempt = await self._in_turn(door, told, request)
        except MembersError:
            return self.sign_in_page(request, to, UNREADABLE, 503)
        except RecordError as error:
            return self.sign_in_page(request, to, str(error), 503)
        if attempt.member is None:
            wait = f" The next attempt is possible in {ceil(attempt.wait)} s." if attempt.wait else ""
            return self.sign_in_page(request, to, f"Name and password are not right, or access has ended.{wait}", 401)
        self.end_earlier(door, self.brought(request))
        answer = RedirectResponse(to, 303)
        self.cookies.set(request, answer, VISIT, attempt.token)
        return answer

    def brought(self, request: Request) -> list[str]:
        """What the door keeps of each token of a visit that a browser brings."""
        return [key_of(token) for token in self.cookies.all(request, VISIT)]

    def end_earlier(self, door: Door, keys: list[str]) -> None:
        """End the visits that a browser had before another sign-in: nobody could sign out of them any more."""
        for ended in filter(None, map(door.end, keys)):
            with suppress(RecordError):  # it has ended all the same
                self.note("sign-out", who=ended.name, role=ended.role, why="another sign-in in the same browser")

    async def _in_turn(self, door: Door, told: dict[str, str], request: Request) -> Attempt:
        self.crowd.append(request)
        try:
            return await to_thread.run_sync(self._attempt, door, told, client_of(request), limiter=self.room)
        finally:
            self.crowd.remove(request)

    def _attempt(self, door: Door, told: dict[str, str], client: str) -> Attempt:
        """The attempt, which is in the record before it is answered. A name that is in no list may be a password.

        Attempts before their time are counted in the next entry: one each would let anybody fill the disk.
        """
        name = told.get("name", "").strip().casefold()
        attempt = door.sign_in(name, told.get("password", ""), client)
        if not attempt.held:
            return attempt
        facts = {"client": client, "too_early": attempt.early or None}
        if attempt.member is not None:
            self.note("sign-in", at_once=True, who=name, role=attempt.member.role, **facts)
            return attempt
        known = door.members.find(name) is not None
        self.note("sign-in refused", at_once=True, who=name if known else "a name that is in no list", **facts)
        return attempt

    async def sign_out(self, request: Request) -> Response:
        door, visit = self.door(), self._visit(request)
        told = await form_of(request)
        if door is None or visit is None or not _same(told.get("form", ""), self.cookies.read(request, FORM)):
            return RedirectResponse("/sign-in", 303)
        ended = [door.end(key) for key in self.brought(request)]
        try:
            for one in filter(None, ended):
                self.note("sign-out", who=one.name, role=one.role)
            answer: Response = RedirectResponse("/sign-in", 303)
        except RecordError as error:  # who wants to be out is out all the same
            answer = self.sign_in_page(request, "/", str(error), 503)
        self.cookies.set(request, answer, VISIT, "")
        answer.headers["Clear-Site-Data"] = '"storage"'  # the tab keeps a pack and subjects, for who reloads it
        return answer

    async def ask_out(self, request: Request) -> Response:
        visit = self._visit(request)
        if visit is None:
            return RedirectResponse("/sign-in", 303)
        return self._made(request, "Sign out", SIGN_OUT, name=visit.name, role=visit.role)

    async def access(self, request: Request) -> Response:
        """Who has access and when they last came, for an administrator."""
        door, visit = self.door(), self._visit(request)
        if door is None or visit is None:
            await self.refusals.tell(request.scope, NO_VISIT)
            return RedirectResponse("/sign-in?to=/access", 303)
        if visit.role != ADMINISTRATOR:
            await self.refusals.tell(request.scope, NO_ADMINISTRATOR)
            return PlainTextResponse(FOR_ADMINISTRATORS, 403)
        came = self.came()
        since = "by the record" if came is not None else "since the server was started, which keeps no whole record"
        came = door.last_came() if came is None else came
        rows = "".join(_row(member, came.get(member.name, "")) for member in sorted_by_name(door))
        return self._made(request, "Who has access", ACCESS, rows=Markup(rows), since=since)

    async def visit(self, request: Request) -> Response:
        """Whether somebody is signed in, which the shell of a page asks. It is no click."""
        there = self.door() is None or self._visit(request) is not None
        return JSONResponse({"signed_in": there}, 200 if there else 401, {"Cache-Control": "no-store"})

    async def watch(self, _request: Request) -> Response:
        return Response(WATCH_SCRIPT, media_type="text/javascript", headers={"Cache-Control": "no-store"})

    def _visit(self, request: Request) -> SignedIn | None:
        door = self.door()
        return door.find(self._token(request)) if door else None

    def sign_in_page(self, request: Request, to: str, why: str = "", status: int = 200) -> Response:
        """The page to sign in, which says why it is shown again."""
        if service := self.service():
            begin = f"/sign-in/begin?{urlencode({'to': to})}"
            return self._made(request, "Sign in", BY_ACCOUNT, status, begin=begin, service=service, why=why)
        return self._made(request, "Sign in", SIGN_IN, status, to=to, why=why)

    def signed_in_page(self, request: Request, to: str) -> Response:
        """The page of somebody who has signed in, with the way on."""
        return self._made(request, "Signed in", SIGNED_IN, to=to)

    def _made(self, request: Request, title: str, main: Template, status: int = 200, **told: str) -> Response:
        """A page of the door with a form: what it sends back must bring the token of its cookie."""
        form = secrets.token_urlsafe(32)
        parts = {name: text if isinstance(text, Markup) else html.escape(text) for name, text in told.items()}
        text = PAGE.substitute(title=title, main=main.substitute(parts | {"form": form}))
        answer = HTMLResponse(text, status, OF_FORMS)
        self.cookies.set(request, answer, FORM, form)
        return answer

    def token(self, scope) -> str:
        """The token of the visit that a request or a websocket brings; empty where it brings none."""
        return self._token(Request(scope | {"type": "http"}))

    def _token(self, request: Request) -> str:
        return self.cookies.read(request, VISIT)


def sorted_by_name(door: Door) -> list[Member]:
    return [member for _, member in sorted(door.members.all().items())]


def _row(member: Member, came: str) -> str:
    until = f"revoked {member.revoked}" if member.revoked else member.expires.isoformat()
    cells = (member.name, member.role, until, came[:16].replace("T", " ") or "never")
    return f"<tr>{''.join(f'<td>{html.escape(text)}</td>' for text in cells)}</tr>"


def _same(one: str, other: str) -> bool:
    return bool(one) and secrets.compare_digest(one.encode(), other.encode())
