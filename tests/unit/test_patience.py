"""A connection that brings no request, or not the rest of it, is ended; over the wire, with short times."""

from __future__ import annotations

import asyncio
import socket
import time
from threading import Thread

import pytest
import uvicorn
from uvicorn.protocols.http.auto import AutoHTTPProtocol
from uvicorn.protocols.http.h11_impl import H11Protocol

from doors import patience

REQUEST, BODY, SLACK = 0.3, 0.6, 0.25
GET, POST = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n"


async def answering(scope, receive, send) -> None:
    """Answers when the whole request is there, and takes as long for it as a file may."""
    while (await receive()).get("more_body"):
        pass
    if scope["path"] == "/slow":
        await asyncio.sleep(REQUEST + SLACK)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture(scope="module")
def port():
    listening = socket.create_server(("127.0.0.1", 0))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(patience, "REQUEST_SECONDS", REQUEST)
        patched.setattr(patience, "BODY_SECONDS", BODY)
        server = uvicorn.Server(uvicorn.Config(answering, lifespan="off", log_level="critical", timeout_keep_alive=9))
        running = Thread(target=server.run, args=([listening],))
        running.start()
        yield listening.getsockname()[1]
        server.should_exit = True
        running.join()


def lasted(port: int, *sent: bytes, every: float = 0.0) -> tuple[float, bytes]:
    """How long (s) a connection lasts on which this is sent, piece by piece, and what came back."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        started, came = time.monotonic(), b""
        try:
            for piece in sent:
                connection.sendall(piece)
                time.sleep(every)
            while got := connection.recv(4096):
                came += got
        except ConnectionError:
            pass
        return time.monotonic() - started, came


@pytest.mark.parametrize(
    ("sent", "every", "seconds"),
    [
        ((), 0.0, REQUEST),
        ((b"GET / HTTP/1.1\r\n", *[b"X: y\r\n"] * 20), 0.05, REQUEST),
        ((POST,), 0.0, BODY),
        ((POST, *[b"x"] * 30), 0.05, BODY),
    ],
    ids=["nothing", "headers little by little", "no body", "body little by little"],
)
def test_what_does_not_come_in_its_time_is_waited_for_no_longer(port, sent, every, seconds):
    took, came = lasted(port, *sent, every=every)
    assert seconds - 0.05 < took < seconds + 2 * SLACK and came == b""


def test_an_answer_has_its_own_time_and_each_request_begins_anew(port):
    took, came = lasted(port, GET.replace(b"/ ", b"/slow "), POST + b"x" * 100, GET, GET[:10])
    assert came.count(b"200 OK") == 3
    assert took > REQUEST + SLACK


def test_the_server_uses_the_class_of_connections_that_is_watched():
    assert AutoHTTPProtocol is H11Protocol and hasattr(H11Protocol.data_received, "__wrapped__")
