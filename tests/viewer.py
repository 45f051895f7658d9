"""A viewer without a browser: speaks Streamlit's own messages over its live connection."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg


@dataclass(frozen=True)
class Visit:
    """What one page cost one viewer."""

    page: str
    seconds: float
    elements: int
    errors: tuple[str, ...]


async def visit(address: str, pages: list[str], query: str = "", patience: float = 60) -> list[Visit]:
    """Open a session and go through pages, one after another (clicks on the navigation)."""
    url = address.replace("http://", "ws://") + "/_stcore/stream"
    async with websockets.connect(url, origin=address, max_size=None, subprotocols=["streamlit"]) as connection:
        return [await asyncio.wait_for(_open(connection, page, query), patience) for page in pages]


async def _open(connection, page: str, query: str) -> Visit:
    message = BackMsg()
    message.rerun_script.page_name = page
    message.rerun_script.query_string = query
    started = time.perf_counter()
    await connection.send(message.SerializeToString())
    elements, errors = 0, []
    while True:
        received = ForwardMsg()
        received.ParseFromString(await connection.recv())
        if received.WhichOneof("type") == "delta":
            element = received.delta.new_element
            kind = element.WhichOneof("type")
            elements += 1
            if kind == "exception" or (kind == "alert" and element.alert.format == element.alert.ERROR):
                errors.append(str(element)[:300])
        if received.WhichOneof("type") == "page_not_found":
            errors.append("page not found")
        if (
            received.WhichOneof("type") == "script_finished"
            and received.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
        ):
            return Visit(page, time.perf_counter() - started, elements, tuple(errors))


def visit_together(address: str, viewers: int, pages: list[str]) -> list[Visit]:
    """Many viewers at once, each with a session of their own; every visit of every viewer."""

    async def all_of_them():
        visits = await asyncio.gather(*(visit(address, pages) for _ in range(viewers)))
        return [one for of_viewer in visits for one in of_viewer]

    return asyncio.run(all_of_them())
