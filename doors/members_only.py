"""The wall of a server whose readers sign in: what belongs to Streamlit is answered for a visit alone.

The shell of a page holds nothing and is public, so that a link from a slide opens without a second sign-in: a cookie
that other websites cannot use (SameSite=Strict) does not come with it, but with all that the page then asks for. The
websocket, downloads and all else of Streamlit are answered for a visit alone; the shell looks whether there is one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.responses import PlainTextResponse

from doors.refusals import NO_ADMINISTRATOR, NO_DATA, NO_VISIT
from doors.signin import FOR_ADMINISTRATORS, SignIn
from members import UNREADABLE, Door, MembersError, SignedIn, audiences_of
from members.roles import ADMINISTRATOR

PUBLIC = "/_stcore/health"
METRICS = "/_stcore/metrics"
STREAMLITS = ("_stcore", "media", "component", "components", "auth", "oauth2callback")
"""Parts of a path that lead to something of Streamlit's own, of which the shell of a page is not one."""
WATCH = b'<script src="/watch.js"></script></head>'
OWN = ("/sign-in", "/sign-in/begin", "/sign-in/return", "/sign-out", "/access", "/visit", "/health", "/file")
"""What is answered without Streamlit."""
OF_ANOTHER_BODY = (b"content-length", b"etag", b"last-modified")
"""Headers of a page that are not true of it with one more script."""
LOOK_SECONDS = 60.0
"""So long after a message at most is looked whether the visit of a websocket is over."""
ENDED, AGAIN = 4401, 1013
"""The codes with which a websocket is closed: its visit is over; the list of members cannot be read at present."""


class MembersOnly:
    """Answers what belongs to Streamlit for a visit alone, which is looked at again at each message of a browser."""

    def __init__(
        self,
        app,
        way_in: SignIn,
        is_click: Callable[[bytes], bool] = bool,
        page_of: Callable[[bytes], str] = lambda _message: "",
    ) -> None:
        """is_click: whether a message of a browser is of its reader, not of a page that looks again by itself.
        page_of: the page for which a message asks; empty for every other message.
        """
        self.app, self.way_in, self.is_click, self.page_of = app, way_in, is_click, page_of

    async def __call__(self, scope, receive, send) -> None:
        door = None if scope["type"] == "lifespan" else self.way_in.door()
        if door is None:
            await self.app(scope, receive, send)
            return
        try:
            answer = self._websocket if scope["type"] == "websocket" else self._http
            await answer(door, scope, receive, send)
        except MembersError:  # its own words name a file of the server
            await PlainTextResponse(UNREADABLE, 503, {"Cache-Control": "no-store"})(scope, receive, send)

    async def _http(self, door: Door, scope, receive, send) -> None:
        if refused := self._why_refused(door, scope):
            await self.way_in.refusals.tell(scope, NO_VISIT if refused[1] == 401 else NO_ADMINISTRATOR)
            await PlainTextResponse(*refused, {"Cache-Control": "no-store"})(scope, receive, send)
        elif may_be_page(scope):
            await self.app(readable(scope), receive, watched(send))
        else:
            await self.app(scope, receive, send)

    def _why_refused(self, door: Door, scope) -> tuple[str, int] | None:
        """Why what is Streamlit's own is not answered, and the status that says so."""
        if not is_private(scope["path"]):
            return None
        visit = door.find(self.way_in.token(scope), click=True)
        if visit is None:
            return "Refused: sign in first.", 401
        if scope["path"].endswith(METRICS) and visit.role != ADMINISTRATOR:
            return FOR_ADMINISTRATORS, 403
        return None

    async def _websocket(self, door: Door, scope, receive, send) -> None:
        token = self.way_in.token(scope)
        visit = door.find(token, click=True)
        if visit is None:
            await self.way_in.refusals.tell(scope, NO_VISIT)
            await PlainTextResponse("Refused: sign in first.", 401)(scope, receive, send)
            return

        async def receive_for_visit():
            while True:
                message = await _next_or_none(receive)
                if message is not None and message["type"] != "websocket.receive":
                    return message
                if code := _why_closed(door, token, message is not None and self.is_click(message.get("bytes") or b"")):
                    await send({"type": "websocket.close", "code": code})
                    return {"type": "websocket.disconnect", "code": code}
                if message is not None:
                    await self._tell_of_data(visit, scope, message.get("bytes") or b"")
                    return message

        await self.app(scope, receive_for_visit, send)

    async def _tell_of_data(self, visit: SignedIn, scope, message: bytes) -> None:
        """Tell of a page that is asked for in a role which sees no data; the page itself says so."""
        page = self.page_of(message)
        if page and self.is_click(message) and not audiences_of(visit.role):
            await self.way_in.refusals.tell(scope, NO_DATA, page)


async def _next_or_none(receive):
    """The next message; None where a browser says nothing for a while: its visit may be over all the same."""
    try:
        async with asyncio.timeout(LOOK_SECONDS):  # wait_for would begin a task for each message
            return await receive()
    except TimeoutError:
        return None


def _why_closed(door: Door, token: str, click: bool) -> int:
    """The code with which a websocket is closed at a message; 0 where the visit may go on."""
    try:
        return 0 if door.find(token, click=click) else ENDED
    except MembersError:
        return AGAIN


def may_be_page(scope) -> bool:
    """Whether what is asked for may be the shell of a page, and not a file or an answer of the door itself."""
    path = scope["path"]
    a_file = "." in path.rpartition("/")[2]
    return scope["method"] == "GET" and not a_file and path not in OWN and not is_private(path)


def readable(scope):
    """The request without what would have the answer compressed, or left out as known."""
    without = (b"accept-encoding", b"if-none-match", b"if-modified-since")
    return scope | {"headers": [(name, value) for name, value in scope["headers"] if name not in without]}


def watched(send):
    """Hands a page on with the script that looks whether there is a visit."""
    head: list[dict] = []
    body = bytearray()

    async def with_watch(message) -> None:
        if message["type"] == "http.response.start":
            head.append(message)
            if not _is_page(message):
                await send(message)
            return
        if message["type"] != "http.response.body" or not _is_page(head[0]):
            await send(message)
            return
        body.extend(message.get("body", b""))
        if not message.get("more_body"):
            whole = bytes(body).replace(b"</head>", WATCH, 1)
            headers = [(name, value) for name, value in head[0]["headers"] if name.lower() not in OF_ANOTHER_BODY]
            await send(head[0] | {"headers": [*headers, (b"content-length", str(len(whole)).encode())]})
            await send({"type": "http.response.body", "body": whole})

    return with_watch


def _is_page(start: dict) -> bool:
    headers = {name.lower(): value for name, value in start["headers"]}
    return headers.get(b"content-type", b"").startswith(b"text/html")


def is_private(path: str) -> bool:
    """Whether a path is answered for a visit alone: all of Streamlit's own but its health."""
    inside = [part for part in path.split("/") if part in STREAMLITS]
    return bool(inside) and not (len(inside) == 1 and path.endswith(PUBLIC))
