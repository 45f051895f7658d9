"""What stands between the network and Streamlit: who is answered at which address, and the headers of every answer.

Plain ASGI layers; they know nothing of Streamlit and nothing of the data.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse

SETTING = "SAFETY_ADDRESS"
EXAMPLE = "https://safety.example.org"
USUAL_PORTS = {"http": 80, "https": 443}
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
"""The names of this machine for itself, as browsers write them."""
LABEL = "[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?"
NAME = re.compile(rf"({LABEL}\.)*{LABEL}")
LIKE_A_NUMBER = re.compile(r"(^|\.)(\d+|0x[0-9a-f]*)$")
"""The end of a name that browsers read as a number: 127.1 is 127.0.0.1 to them."""

# Streamlit's page brings inline styles and starts its own scripts; nothing may come from elsewhere.
CONTENT_POLICY = (
    "default-src 'self'; script-src 'self' blob: 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class SecurityHeaders:
    """Adds the security headers to every answer."""

    def __init__(self, app) -> None:
        self.app = app

    async def __call__(self, scope, receive, send) -> None:
        async def with_headers(message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                added = [
                    (k.lower().encode(), v.encode()) for k, v in HEADERS.items() if k.lower().encode() not in present
                ]
                message["headers"] = [*message["headers"], *added]
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


class OwnAddressesOnly:
    """Answers requests to one of the dashboard's own addresses, from its own pages; all others get 403.

    Host must be that of an address, letter by letter: a foreign name that somebody leads to this machine (DNS
    rebinding) makes a foreign page one of ours to the browser. Origin must be the same address. A browser sends it
    with every websocket and with every method but GET and HEAD, so there it is required; it sends none with the
    load of a page, so there it is refused where it is foreign.

    addresses: gives the origins, such as https://safety.example.org; asked at each request. tell: is told of what is
    refused.
    """

    def __init__(
        self, app, addresses: Callable[[], tuple[str, ...]], tell: Callable[[dict], Awaitable[None]] | None = None
    ) -> None:
        self.app, self.addresses, self.tell = app, addresses, tell

    async def __call__(self, scope, receive, send) -> None:
        reason = "" if scope["type"] == "lifespan" else why_refused(scope, self.addresses())
        if reason and self.tell:
            await self.tell(scope)
        answer = PlainTextResponse(reason, status_code=403) if reason else self.app
        await answer(scope, receive, send)


class ReadersMessagesOnly:
    """Drops, on a websocket, the messages with which any browser could disturb others: nothing answers them.

    lets_through: whether a message is one that a reader's page sends.
    """

    def __init__(self, app, lets_through: Callable[[bytes], bool]) -> None:
        self.app, self.lets_through = app, lets_through

    async def __call__(self, scope, receive, send) -> None:
        async def receive_readers():
            message = await receive()
            while message["type"] == "websocket.receive" and not self.lets_through(message.get("bytes") or b""):
                message = await receive()
            return message

        await self.app(scope, receive_readers if scope["type"] == "websocket" else receive, send)


def why_refused(scope, addresses: tuple[str, ...]) -> str:
    """Why an HTTP request or a websocket is not answered, in a sentence; empty where it is."""
    host = _only_value(scope, b"host")
    of_this_host = [address for address in addresses if address.split("://")[1] == host]
    if not of_this_host or not scope["path"].startswith("/"):  # a whole address as path would name another host
        return f"Refused: this is not an address of the dashboard. Whoever runs it names its addresses in {SETTING}."
    if not any(name == b"origin" for name, _ in scope["headers"]) and _is_a_load(scope):
        return ""
    if _only_value(scope, b"origin") not in of_this_host:
        return "Refused: this request does not come from a page of the dashboard."
    return ""


def _is_a_load(scope) -> bool:
    return scope["type"] == "http" and scope["method"] in ("GET", "HEAD")


def _only_value(scope, header: bytes) -> str | None:
    """A header's value; None where it is missing or there more than once."""
    values = [value.decode("latin-1") for name, value in scope["headers"] if name == header]
    return values[0] if len(values) == 1 else None


def own_addresses(setting: str, listening: str, port: int, encrypted: bool) -> tuple[str, ...]:
    """The addresses (origins) at which browsers reach the dashboard, as they write them.

    setting: the addresses named by whoever runs the server, separated by spaces or commas; empty: those that the
    server listens on, with every name of this machine for itself where it listens for this machine alone.
    ValueError, one sentence: the setting cannot be used, or it is needed and empty.
    """
    if setting.strip():
        return tuple(_as_named(written) for written in re.split(r"[\s,]+", setting.strip()))
    host = _host(listening)
    if not host:
        raise ValueError(
            f"The server is set to listen on {listening or 'every address of this machine'}, which is not an address "
            f"that browsers name: set {SETTING} to the addresses at which they reach the dashboard, such as {EXAMPLE}."
        )
    names = dict.fromkeys([host, *LOOPBACK] if _is_loopback(host) else [host])
    return tuple(_origin("https" if encrypted else "http", name, port) for name in names)


def only_this_machine(addresses: tuple[str, ...], listening: str) -> bool:
    """Whether the server listens for this machine alone, and every address is a name of it."""
    return _is_loopback(listening) and all(_is_loopback(urlsplit(one).hostname or "") for one in addresses)


def in_the_clear(addresses: tuple[str, ...]) -> list[str]:
    """The addresses at which passwords would cross a network in the clear."""
    return [one for one in addresses if one.startswith("http://") and not _is_loopback(urlsplit(one).hostname or "")]


def _as_named(written: str) -> str:
    """One address of the setting; ValueError unless it is written as browsers write an origin."""
    try:
        parts = urlsplit(written)
        host, port = _host(parts.hostname or ""), parts.port
    except ValueError:
        host = ""
    if not host or parts.scheme not in USUAL_PORTS or port == 0:
        raise ValueError(
            f"{SETTING} names {written!r}, which is not an address of a website: write scheme, name and, where it is "
            f"not the usual one, port, such as {EXAMPLE}, and several separated by spaces."
        )
    usual = _origin(parts.scheme, host, port or USUAL_PORTS[parts.scheme])
    if written != usual:
        raise ValueError(f"{SETTING} names {written!r}; write it as browsers do: {usual}.")
    return usual


def _origin(scheme: str, host: str, port: int) -> str:
    return f"{scheme}://{host}" if port == USUAL_PORTS[scheme] else f"{scheme}://{host}:{port}"


def _host(name: str) -> str:
    """A host as browsers write it; empty where there is none that they could name."""
    number = _number(name.strip("[]"))
    if number and (number.is_unspecified or "%" in name):
        return ""
    if number:
        return f"[{number}]" if number.version == 6 else str(number)
    name = name.lower().rstrip(".")
    return name if NAME.fullmatch(name) and not LIKE_A_NUMBER.search(name) else ""


def _number(name: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(name)
    except ValueError:
        return None


def _is_loopback(host: str) -> bool:
    number = _number(host.strip("[]"))
    return number.is_loopback if number else host == "localhost"
