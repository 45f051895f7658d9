"""Files that a browser hands in: for sessions of its own visit, few at a time, those on their way among them."""

from __future__ import annotations

import asyncio

from doors.bound import MOST_FILES, BoundToVisit, OwnUploads, Visits
from doors.cookies import Cookies

HEADERS = [(b"host", b"here"), (b"cookie", b"browser=" + b"b" * 43)]


def test_files_on_their_way_count_until_they_are_there():
    go, arrived = asyncio.Event(), []

    async def behind(scope, _receive, _send) -> None:
        arrived.append(scope["path"])
        await go.wait()

    wall = OwnUploads(
        behind, Visits(Cookies(tuple), lambda: False), lambda session, _visit: session == "s", lambda _s: 0
    )

    async def put(number: int, session: str = "s") -> list[int]:
        sent: list[int] = []

        async def send(message: dict) -> None:
            sent.append(message.get("status", 0))

        path = f"/_stcore/upload_file/{session}/{number}"
        await wall({"type": "http", "method": "PUT", "path": path, "headers": HEADERS}, None, send)
        return sent[:1]

    async def handed_in() -> list[list[int]]:
        coming = [asyncio.create_task(put(number)) for number in range(MOST_FILES + 1)]
        await asyncio.sleep(0)
        go.set()
        return [*await asyncio.gather(*coming), await put(9), await put(9, "another")]

    assert asyncio.run(handed_in()) == [*[[]] * MOST_FILES, [429], [], [403]]
    assert len(arrived) == MOST_FILES + 1


def test_what_a_browser_says_of_its_visit_itself_reaches_nobody_behind():
    told: list[list[tuple[bytes, bytes]]] = []

    async def behind(scope, _receive, _send) -> None:
        told.append([(name, value) for name, value in scope["headers"] if name.lower() == b"x-visit"])

    visits = Visits(Cookies(tuple), lambda: False)
    wall = BoundToVisit(behind, visits, lambda _scope: False)
    for kind in ("http", "websocket"):
        headers = [*HEADERS, (b"X-Visit", b"another's"), (b"x-visit", b"another's")]
        asyncio.run(wall({"type": kind, "method": "GET", "path": "/", "headers": headers}, None, None))
    assert told == [[], [(b"x-visit", visits.of({"type": "http", "headers": HEADERS}).encode())]]
