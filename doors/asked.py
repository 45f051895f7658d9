"""What a request asks for: from which client, with which short text or form, and where it wants to go on to."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

MOST_BYTES = 4096


def local(to: str) -> str:
    """A place of this dashboard; its start for every other."""
    well = to.startswith("/") and not to.startswith(("//", "/\\", "/sign-in")) and to.isprintable() and "\\" not in to
    return to if well else "/"


def client_of(request: Request) -> str:
    """The network address that asks, as a proxy on this machine tells it; empty where none is told.

    A proxy that hands on what a browser says of itself may tell anything, so what is no address is left out.
    """
    try:
        told = ip_address(request.client.host if request.client else "")
    except ValueError:
        return ""
    return "" if told.is_loopback else str(told)


async def short_text(request: Request) -> str:
    """The body of a request, where it is a short text; empty for anything else, and where the browser is gone."""
    text = b""
    try:
        async for piece in request.stream():
            text += piece
            if len(text) > MOST_BYTES:
                return ""
        return text.decode("utf-8")
    except (ClientDisconnect, UnicodeDecodeError):
        return ""


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a short form; empty for anything else."""
    try:
        return dict(parse_qsl(await short_text(request), keep_blank_values=True, max_num_fields=8))
    except ValueError:
        return {}
