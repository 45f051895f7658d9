"""The way in: what is answered without a visit, whose address is believed, and what a browser may ask of the server."""

from __future__ import annotations

import asyncio
from threading import Event

import pytest
from starlette.requests import Request
from streamlit.proto.BackMsg_pb2 import BackMsg

from doors.asked import client_of
from doors.cookies import Cookies
from doors.members_only import MembersOnly, is_private
from doors.signin import MOST_SIGNING_IN, SignIn
from members import Door, Members
from members.door import MOST_AT_ONCE
from visit.messages import is_click, is_of_a_reader

HERE = "http://127.0.0.1:8501"


@pytest.mark.parametrize("path", ["/_stcore/health", "/heart/_stcore/health", "/", "/media-x", "/authors"])
def test_the_shell_and_the_health_are_answered_without_a_visit(path):
    assert not is_private(path)


@pytest.mark.parametrize(
    "path",
    [
        "/media/a/_stcore/health",
        "/component/a/_stcore/health",
        "/_stcore/upload_file/a/_stcore/health",
        "/_stcore",
    ],
)
def test_a_path_that_only_ends_like_them_is_not(path):
    assert is_private(path)


@pytest.mark.parametrize(
    ("told", "believed"),
    [
        ("10.0.0.7", "10.0.0.7"),
        ("127.0.0.2", ""),
        ("::1", ""),
        ("x" * 9000, ""),
        ("<b>", ""),
        ("2001:DB8::1", "2001:db8::1"),
    ],
)
def test_a_client_is_a_network_address_or_nobody(told, believed):
    assert client_of(Request({"type": "http", "client": (told, 0), "headers": []})) == believed


def test_a_browser_asks_for_rows_and_for_nothing_that_makes_files_or_writes_beside_the_program():
    for asked in ("deferred_file", "dataframe_chunk", "install_skills", "dismiss_skills_nudge"):
        message = BackMsg()
        getattr(message.backend_operation_request, asked).SetInParent()
        assert is_of_a_reader(message.SerializeToString()) == (asked == "dataframe_chunk"), asked
    assert not is_of_a_reader(b"") and not is_of_a_reader(b"\xff\xff")


def test_a_page_that_looks_again_by_itself_is_no_click():
    by_hand, by_itself = BackMsg(), BackMsg(app_heartbeat=True)
    by_hand.rerun_script.page_name = "pack"
    assert is_click(by_hand.SerializeToString()) and not is_click(by_itself.SerializeToString())
    by_itself.rerun_script.is_auto_rerun = True
    assert not is_click(by_itself.SerializeToString()) and not is_click(b"\xff\xff") and not is_click(b"")
    assert is_of_a_reader(by_itself.SerializeToString())


def test_only_a_click_lets_a_visit_last_longer(tmp_path):
    clicks: list[bool] = []
    door = Door(Members(tmp_path / "members.toml"))
    door.find = lambda _token, *, click=False: clicks.append(click) or True

    async def behind(_scope, receive, _send) -> None:
        while (await receive())["type"] == "websocket.receive":
            pass

    told = iter(
        [{"type": "websocket.receive", "bytes": sent} for sent in (b"c", b"")] + [{"type": "websocket.disconnect"}]
    )

    async def receive() -> dict:
        return next(told)

    wall = MembersOnly(behind, SignIn(lambda: door, Cookies(lambda: (HERE,)), print), is_click=bool)
    asyncio.run(wall({"type": "websocket", "path": "/_stcore/stream", "headers": []}, receive, print))
    assert clicks == [True, True, False]


def test_a_crowd_at_the_door_waits_in_a_room_of_its_own_and_the_rest_is_sent_away(tmp_path, monkeypatch):
    door, go, held = Door(Members(tmp_path / "members.toml")), Event(), []
    monkeypatch.setattr(door.members, "all", dict)
    monkeypatch.setattr(door.members, "verified", lambda name, *_told: held.append(name) or go.wait(20) and None)
    way = SignIn(lambda: door, Cookies(lambda: (HERE,)), lambda *_told, **_facts: None)

    async def crowd() -> list[int]:
        asked = [asyncio.create_task(way.sign_in(attempt(f"n{number}"))) for number in range(60)]
        while len(held) < MOST_AT_ONCE:
            await asyncio.sleep(0.01)
        assert await asyncio.wait_for(asyncio.to_thread(lambda: True), 5)
        go.set()
        return [answer.status_code for answer in await asyncio.gather(*asked)]

    found = asyncio.run(crowd())
    assert found.count(401) == MOST_SIGNING_IN and found.count(503) == 60 - found.count(401)


def attempt(name: str) -> Request:
    body = f"form=token&name={name}&password=wrong".encode()

    async def receive() -> dict:
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(b"host", b"127.0.0.1:8501"), (b"cookie", b"form=token")]
    return Request({"type": "http", "method": "POST", "client": None, "path": "/sign-in", "headers": headers}, receive)
