"""Who is answered, byte for byte over the wire: what a program can send that no browser and no library would."""

from __future__ import annotations

import asyncio
import hashlib
import re
import socket
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from server import serving
from viewer import Viewer

OWN, PORT = "{own}", "{port}"
FOREIGN = "evil.example"
OWN_HOST = f"Host: {OWN}"
OK, REFUSED, MALFORMED, NOT_ALLOWED, SWITCHED = 200, 403, 400, 405, 101
HEALTH, STREAM = "/_stcore/health", "/_stcore/stream"
UPGRADE = (
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Protocol: streamlit",
)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A server without data: what is asked here is answered, or not, before any."""
    short = {"STREAMLIT_SERVER_WEBSOCKET_PING_INTERVAL": "1"}
    with serving(tmp_path_factory.mktemp("cuts"), health=HEALTH, **short) as server:
        yield server.address


@contextmanager
def asked(address: str, first: str, *lines: str):
    """A connection on which a request was sent as it is written; {own} and {port} are the server's."""
    own, port = urlsplit(address).netloc, urlsplit(address).port
    text = "\r\n".join([first, *lines, "", ""]).replace(OWN, own).replace(PORT, str(port))
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(text.encode("latin-1"))
        yield connection.makefile("rb")


def status(address: str, first: str, *lines: str) -> int:
    with asked(address, first, *lines) as connection:
        return int(connection.readline().split()[1])


def answer(address: str, first: str, *lines: str) -> str:
    with asked(address, first, *lines, "Connection: close") as connection:
        return connection.read().decode("latin-1")


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        *(("{own}", OK), ("localhost:{port}", OK), ("[::1]:{port}", OK), (" \t{own} \t", OK)),
        *((FOREIGN, REFUSED), (f"{FOREIGN}:{PORT}", REFUSED), ("", REFUSED), ("127.0.0.1", REFUSED)),
        *(("127.0.0.1:1", REFUSED), ("127.0.0.1.:{port}", REFUSED), ("localhost.:{port}", REFUSED)),
        *(("LOCALHOST:{port}", REFUSED), ("127.1:{port}", REFUSED), ("2130706433:{port}", REFUSED)),
        *(("0.0.0.0:{port}", REFUSED), ("127.0.0.2:{port}", REFUSED), ("[::ffff:127.0.0.1]:{port}", REFUSED)),
        *(("::1:{port}", REFUSED), ("a.localhost:{port}", REFUSED), ("{own}.evil.example", REFUSED)),
        *(("x@{own}", REFUSED), ("http://{own}", REFUSED), ("{own}/", REFUSED), ("{own}, evil.example", REFUSED)),
        *(("evil.example\r\n {own}", REFUSED), ("{own}\r\n evil.example", REFUSED), ("{own}\xa0", REFUSED)),
        *(("{own}\r\nHost: evil.example", MALFORMED), ("{own}\r\nhost: {own}", MALFORMED), ("{own}\x00", MALFORMED)),
        *(("{own}\r\nX-Forwarded-Host: evil.example", OK), ("{own}\r\nForwarded: host=evil.example", OK)),
        *(("evil.example\r\nX-Forwarded-Host: {own}", REFUSED), ("evil.example\r\nForwarded: host={own}", REFUSED)),
    ],
    ids=repr,
)
def test_a_host_is_answered_by_its_exact_name(host, expected, address):
    assert status(address, f"GET {HEALTH} HTTP/1.1", f"Host: {host}") == expected
    if expected == REFUSED:
        origin = "http://" + host.split("\r\n")[0]
        assert status(address, f"GET {STREAM} HTTP/1.1", f"Host: {host}", f"Origin: {origin}", *UPGRADE) == REFUSED


@pytest.mark.parametrize(
    ("first", "lines", "expected"),
    [
        ("GET {health} HTTP/1.1", (), MALFORMED),
        ("GET {health} HTTP/1.0", (), REFUSED),
        ("GET {health} HTTP/1.0", ("Host: {own}",), OK),
        ("GET {health} HTTP/1.1", ("Host : {own}",), MALFORMED),
        ("GET {health} HTTP/2", ("Host: {own}",), MALFORMED),
        ("GET {health}", (), MALFORMED),
        ("PRI * HTTP/2.0", (), REFUSED),
        ("GET {health} HTTP/1.1", (":authority: {own}",), MALFORMED),
        ("GET http://{own}{health} HTTP/1.1", ("Host: {own}",), REFUSED),
        ("GET http://evil.example{health} HTTP/1.1", ("Host: {own}",), REFUSED),
        ("GET http://{own}{health} HTTP/1.1", ("Host: evil.example",), REFUSED),
        ("GET evil.example{health} HTTP/1.1", ("Host: {own}",), REFUSED),
        ("OPTIONS * HTTP/1.1", ("Host: {own}", "Origin: http://{own}"), REFUSED),
        ("CONNECT {own} HTTP/1.1", ("Host: {own}", "Origin: http://{own}"), REFUSED),
        ("GET http://{own}/_stcore/stream HTTP/1.1", ("Host: {own}", "Origin: http://{own}", *UPGRADE), REFUSED),
        ("GET /no/page HTTP/1.1", ("Host: evil.example", "Origin: http://evil.example", *UPGRADE), REFUSED),
    ],
)
def test_a_request_names_its_host_once_and_in_its_place(first, lines, expected, address):
    assert status(address, first.replace("{health}", HEALTH), *lines) == expected


ORIGINS = [
    *("null", "", "http://evil.example", "https://{own}", "http://{own}/", "{own}", "http://127.0.0.1", "HTTP://{own}"),
    *("http://localhost:{port}", "http://localhost:3000", "http://127.0.0.1:1", "http://evil.example http://{own}"),
    *("http://{own}.evil.example", "http://x@{own}", "file://"),
]
TWICE = "http://{own}\r\nOrigin: http://evil.example"


@pytest.mark.parametrize("origin", [*ORIGINS, TWICE], ids=repr)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_a_foreign_origin_is_refused(method, origin, address):
    assert status(address, f"{method} {HEALTH} HTTP/1.1", "Host: {own}", f"Origin: {origin}") == REFUSED


@pytest.mark.parametrize("origin", [None, *ORIGINS], ids=repr)
def test_a_websocket_is_opened_from_a_page_of_the_dashboard_alone(origin, address):
    lines = [] if origin is None else [f"Origin: {origin}"]
    assert status(address, f"GET {STREAM} HTTP/1.1", "Host: {own}", *lines, *UPGRADE) == REFUSED


@pytest.mark.parametrize(
    ("origin", "expected"),
    [("http://{own}", SWITCHED), (TWICE, MALFORMED)],
)
def test_a_page_of_the_dashboard_opens_a_websocket_with_its_one_origin(origin, expected, address):
    assert status(address, f"GET {STREAM} HTTP/1.1", "Host: {own}", f"Origin: {origin}", *UPGRADE) == expected


def test_a_websocket_whose_browser_answers_no_ping_is_ended(address):
    with asked(address, f"GET {STREAM} HTTP/1.1", OWN_HOST, "Origin: http://{own}", *UPGRADE) as connection:
        assert b" 101 " in connection.readline() and connection.read()  # to its end, within the time of the socket


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"])
def test_what_could_change_something_is_taken_from_a_page_of_the_dashboard_alone(method, address):
    assert status(address, f"{method} /health HTTP/1.1", "Host: {own}") == REFUSED
    assert status(address, f"{method} /health HTTP/1.1", "Host: {own}", "Origin: http://{own}") == NOT_ALLOWED


def test_a_refusal_is_a_sentence_with_the_security_headers_and_nothing_of_streamlit(address):
    head, body = answer(address, "GET / HTTP/1.0", f"Host: {FOREIGN}").lower().split("\r\n\r\n", 1)
    assert "content-security-policy: default-src 'self'" in head and "x-frame-options: deny" in head
    assert "set-cookie" not in head and "streamlit" not in head
    assert body == (
        "refused: this is not an address of the dashboard. whoever runs it names its addresses in safety_address."
    )


def test_without_data_health_says_so_and_names_no_path(address):
    text = answer(address, "GET /health HTTP/1.0", "Host: {own}")
    assert text.startswith("HTTP/1.1 503 ") and text.endswith('{"status":"no data"}')


def test_without_a_sign_in_a_session_is_resumed_by_its_own_browser_alone(address):
    def cookie(*lines: str) -> str:
        """The cookie that a page gives to a browser which brings these lines; empty where it gives none."""
        given = re.search(
            "set-cookie: (browser=[^;]{40,}); HttpOnly; ", answer(address, "GET / HTTP/1.0", OWN_HOST, *lines)
        )
        return given[1] if given else ""

    mine, other = cookie(), cookie("Cookie: browser=of-another-program")
    assert mine and other and mine != other and not cookie(f"Cookie: {mine}")
    told = hashlib.sha256(mine.partition("=")[2].encode()).hexdigest()

    async def session(resumed: str = "", **headers: str) -> str:
        async with Viewer.opened(address, resumed, **headers) as viewer:
            await viewer.open("")
            return viewer.session

    async def visited():
        first = await session(Cookie=mine)
        for headers in ({}, {"Cookie": other}, {"X_Visit": told}, {"Cookie": other, "X_Visit": told}):
            assert await session(first, **headers) != first, headers
        assert await session(first, Cookie=mine) == first
        of_nobody = await session()
        assert await session(of_nobody) != of_nobody

    asyncio.run(visited())
