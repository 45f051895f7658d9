"""Whose what is: each connection of Streamlit is bound to the visit of the browser that opened it.

A visit is a member's, or where nobody signs in the browser's, known by a cookie of its own that opens nothing: it only
tells one browser from another. Streamlit resumes a session, which a browser asks for by its number, for the same visit
alone (`server.trustedUserHeaders`), and a file goes to the visit that asked for it.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from doors.cookies import BROWSER, VISIT, Cookies

HEADER = "X-Visit"
"""What tells Streamlit the visit of a connection; taken away where a browser sends it."""
SHORTEST = 40
"""A cookie of fewer letters is another program's of this machine."""
UPLOADS = "/_stcore/upload_file/"
MOST_FILES = 4
"""So many files of a session are held or come at once; the page takes each as soon as it is there."""
YEAR_SECONDS = 365 * 24 * 60 * 60


@dataclass(frozen=True)
class Visits:
    """Tells visits apart. signs_in: whether readers sign in at this server."""

    cookies: Cookies
    signs_in: Callable[[], bool]

    def of(self, scope) -> str:
        """The visit whose cookie a request or a websocket brings, as the hash of it; empty where it brings none."""
        token = self.cookies.read(Request(scope | {"type": "http"}), VISIT if self.signs_in() else BROWSER)
        return hashlib.sha256(token.encode()).hexdigest() if len(token) >= SHORTEST else ""


class BoundToVisit:
    """Tells Streamlit whose a connection is, and gives a browser that has none the cookie that tells it again.

    is_page: whether the shell of a page is asked for. Where readers sign in, a cookie comes of that alone.
    """

    def __init__(self, app, visits: Visits, is_page: Callable[[dict], bool]) -> None:
        self.app, self.visits, self.is_page = app, visits, is_page

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] == "websocket":
            # One that brings no cookie is of a visit of its own, to which nothing leads back.
            scope = with_header(scope, HEADER, self.visits.of(scope) or secrets.token_hex(32))
        elif scope["type"] == "http":
            send = self._giving(Request(scope), send) if self._lacks_cookie(scope) else send
            scope = without_header(scope, HEADER)
        await self.app(scope, receive, send)

    def _lacks_cookie(self, scope) -> bool:
        return not self.visits.signs_in() and self.is_page(scope) and not self.visits.of(scope)

    def _giving(self, request: Request, send):
        """Lax, not Strict: a page opened from a mail would else get another cookie, and its other tabs no files."""
        given = Response()
        token = secrets.token_urlsafe(32)
        self.visits.cookies.set(request, given, BROWSER, token, samesite="lax", seconds=YEAR_SECONDS)
        cookies = [(name, value) for name, value in given.raw_headers if name == b"set-cookie"]

        async def with_cookie(message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *cookies]
            await send(message)

        return with_cookie


class OwnUploads:
    """Takes the files of a browser for a session of its own visit alone, and few at a time.

    is_of: whether a session is of a visit; held: how many files the server holds of a session;
    tell: is told of what is refused as another visit's.
    """

    def __init__(
        self,
        app,
        visits: Visits,
        is_of: Callable[[str, str], bool],
        held: Callable[[str], int],
        tell: Callable[[dict], Awaitable[None]] | None = None,
    ) -> None:
        self.app, self.visits, self.is_of, self.held, self.tell = app, visits, is_of, held, tell
        self._coming: Counter[str] = Counter()

    async def __call__(self, scope, receive, send) -> None:
        session = session_of_upload(scope)
        if not session:
            await self.app(scope, receive, send)
        elif not self.is_of(session, self.visits.of(scope)):
            if self.tell:
                await self.tell(scope)
            await PlainTextResponse("Refused: this page is of another visit; reload it.", 403)(scope, receive, send)
        elif scope["method"] == "PUT" and self.held(session) + self._coming[session] >= MOST_FILES:
            await PlainTextResponse("Refused: too many files at once; reload the page.", 429)(scope, receive, send)
        else:
            await self._take(session, scope, receive, send)

    async def _take(self, session: str, scope, receive, send) -> None:
        self._coming[session] += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self._coming[session] -= 1
            self._coming += Counter()  # sessions without any go


def session_of_upload(scope) -> str:
    """The session for which a file is handed in or taken away; empty for every other request."""
    parts = scope["path"].partition(UPLOADS)[2].split("/") if scope["type"] == "http" else [""]
    return parts[0] if scope.get("method") in ("PUT", "DELETE") else ""


def with_header(scope: dict, name: str, value: str) -> dict:
    """The scope with one header of this name, ours."""
    rest = without_header(scope, name)
    return rest | {"headers": [*rest["headers"], (name.lower().encode(), value.encode())]}


def without_header(scope: dict, name: str) -> dict:
    """The scope without what a browser says under this name."""
    key = name.lower().encode()
    return scope | {"headers": [(known, told) for known, told in scope["headers"] if known.lower() != key]}
