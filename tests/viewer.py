"""A viewer without a browser: speaks Streamlit's own messages over its live connection."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ssl import SSLContext

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

PATIENCE = 240


@dataclass(frozen=True)
class Visit:
    """What one page cost one viewer; sent: bytes to the browser."""

    page: str
    seconds: float
    elements: int
    errors: tuple[str, ...]
    sent: int = 0


@dataclass
class Viewer:
    """One session: opens pages, sets controls by their labels. token: of the file that it asked for last."""

    connection: object
    page: str = ""
    query: str = ""
    ids: dict[str, str] = field(default_factory=dict)
    set_to: dict[str, WidgetState] = field(default_factory=dict)
    session: str = ""
    token: str = ""

    @classmethod
    @asynccontextmanager
    async def opened(cls, address: str, resumed: str = "", trusts: SSLContext | None = None, **headers: str):
        """resumed: the session that the browser asks for again; trusts: whom, where the address is encrypted;
        headers: what else it brings."""
        async with websockets.connect(
            address.replace("http", "ws", 1) + "/_stcore/stream",
            origin=address,
            ssl=trusts,
            max_size=None,
            subprotocols=["streamlit", *(["x", resumed] if resumed else [])],
            additional_headers={name.replace("_", "-"): value for name, value in headers.items()},
        ) as connection:
            yield cls(connection)

    async def open(self, page: str, query: str = "") -> Visit:
        """Go to a page (a click on the navigation) and wait until it is there."""
        self.page, self.query = page, query
        return await asyncio.wait_for(self._run(), PATIENCE)

    async def set(self, label: str, value: bool | float) -> Visit:
        """Set a switch or a number by its label, and wait for the page."""
        state = WidgetState(id=self.ids[label])
        if isinstance(value, bool):
            state.bool_value = value
        else:
            state.double_value = value
        self.set_to[label] = state
        return await asyncio.wait_for(self._run(), PATIENCE)

    async def press(self, label: str) -> Visit:
        """Press a button by its label, once, and wait for the page."""
        return await asyncio.wait_for(self._run(WidgetState(id=self.ids[label], trigger_value=True)), PATIENCE)

    async def _run(self, *pressed: WidgetState) -> Visit:
        message = BackMsg()
        message.rerun_script.page_name = self.page
        message.rerun_script.query_string = self.query
        message.rerun_script.widget_states.widgets.extend([*self.set_to.values(), *pressed])
        started = time.perf_counter()
        await self.connection.send(message.SerializeToString())
        elements, errors, sent = 0, [], 0
        while True:
            received = ForwardMsg()
            message = await self.connection.recv()
            sent += len(message)
            received.ParseFromString(message)
            if received.WhichOneof("type") == "new_session":
                self.session = received.new_session.initialize.session_id
            if received.WhichOneof("type") == "delta":
                elements += 1
                self._learn(received.delta)
                errors += _errors(received.delta.new_element)
            if received.WhichOneof("type") == "page_not_found":
                errors.append("page not found")
            if (
                received.WhichOneof("type") == "script_finished"
                and received.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
            ):
                return Visit(self.page, time.perf_counter() - started, elements, tuple(errors), sent)

    def _learn(self, delta) -> None:
        """The ids of controls by their labels; an id is what a browser sends back."""
        if delta.WhichOneof("type") == "new_element":
            element = getattr(delta.new_element, delta.new_element.WhichOneof("type"), None)
            if delta.new_element.bidi_component.component_name == "safety.hand":
                self.token = json.loads(delta.new_element.bidi_component.bytes)["token"]
            if getattr(element, "label", "") and hasattr(element, "id"):  # a link has a label, and is no control
                self.ids[element.label] = element.id
        elif delta.add_block.HasField("popover") and delta.add_block.popover.id:
            self.ids[delta.add_block.popover.label] = delta.add_block.popover.id


def _errors(element) -> list[str]:
    kind = element.WhichOneof("type")
    failed = kind == "exception" or (kind == "alert" and element.alert.format == element.alert.ERROR)
    return [str(element)[:300]] if failed else []


async def visit(address: str, pages: list[str], query: str = "") -> list[Visit]:
    """Open a session and go through pages, one after another."""
    async with Viewer.opened(address) as viewer:
        return [await viewer.open(page, query) for page in pages]


def visit_together(address: str, viewers: int, pages: list[str]) -> list[Visit]:
    """Many viewers at once, each with a session of their own; every visit of every viewer."""

    async def all_of_them():
        visits = await asyncio.gather(*(visit(address, pages) for _ in range(viewers)))
        return [one for of_viewer in visits for one in of_viewer]

    return asyncio.run(all_of_them())
