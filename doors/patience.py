"""How long the server waits for a browser: a connection on which a request, or its rest, does not come is ended.

Uvicorn, which Streamlit brings and h11 with it, waits without end for a request once a connection is open, and for the
rest of it; it has no setting for that, so its class of a connection is given one. What Streamlit has it end already: a
connection that brings no other request within 5 seconds of an answer, and a websocket whose browser leaves a ping
unanswered for 30.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

REQUEST_SECONDS = 20.0
"""Until the headers of a request are there: from the opening of a connection, or from the answer to the one before."""
BODY_SECONDS = 120.0
"""From then on until all of it is there: 8 MB at less than a megabit a second."""
REQUEST, BODY, NOTHING = "request", "body", ""
WAITED_FOR = {h11.IDLE: REQUEST, h11.SEND_BODY: BODY}


@dataclass
class Patience:
    """What a connection is waited for, and the timer that ends it."""

    waited_for: str = NOTHING
    timer: asyncio.TimerHandle | None = None

    def look(self, connection: H11Protocol) -> None:
        """Something came, perhaps a little of it: only what is waited for next has time of its own."""
        now = waited_for(connection)
        if now != self.waited_for:
            self.end()
            self.waited_for = now
            if now != NOTHING:
                seconds = REQUEST_SECONDS if now == REQUEST else BODY_SECONDS
                self.timer = connection.loop.call_later(seconds, connection.transport.abort)

    def end(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None


def waited_for(connection: H11Protocol) -> str:
    """What the browser has still to send; nothing of a connection that became a websocket."""
    if connection.transport.get_protocol() is not connection:
        return NOTHING
    return WAITED_FOR.get(connection.conn.their_state, NOTHING)


def wait_no_longer() -> None:
    """From now on connections of this process are not waited for without end."""
    for name in ("connection_made", "data_received", "on_response_complete"):
        _add(name, lambda connection: _patience(connection).look(connection))
    _add("connection_lost", lambda connection: _patience(connection).end())


def _patience(connection: H11Protocol) -> Patience:
    return vars(connection).setdefault("patience", Patience())


def _add(name: str, more: Callable[[H11Protocol], None]) -> None:
    method = getattr(H11Protocol, name)

    @wraps(method)
    def with_more(connection: H11Protocol, *told) -> None:
        method(connection, *told)
        more(connection)

    setattr(H11Protocol, name, with_more)


wait_no_longer()
