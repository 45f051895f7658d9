"""What the door refuses is in the record: who, what was asked for, never what follows a path; and nobody fills it."""

from __future__ import annotations

import asyncio
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from starlette.routing import Router
from streamlit.proto.BackMsg_pb2 import BackMsg

from doors.bound import OwnUploads, Visits
from doors.cookies import Cookies
from doors.members_only import MembersOnly
from doors.refusals import ANOTHERS, FIRST_SECONDS, FOREIGN, LONGEST_SECONDS, NO_ADMINISTRATOR, NO_DATA, NO_VISIT
from doors.signin import SignIn
from doors.walls import OwnAddressesOnly
from members import Door, Members, proof
from visit.messages import is_click, page_of

WORDS = "four green hearts beat"
ROLES = {"c.closed": "closed member", "a.admin": "administrator"}
HOST = (b"host", b"here")


class Wall:
    """All that refuses, before a server that answers nothing of Streamlit's; what it tells the record."""

    def __init__(self, folder: Path) -> None:
        members = Members(folder / "members.toml")
        for name, role in ROLES.items():
            members.add(name, role, WORDS, date.max)
        self.door, self.told, self.now = Door(members), [], 1000.0
        self.visits = {name: self.door.sign_in(name, WORDS, "").token for name in ROLES} | {"forged": "f" * 43}
        cookies = Cookies(lambda: ("http://here",))
        way_in = SignIn(lambda: self.door, cookies, self.note)
        way_in.refusals.clock = lambda: self.now
        uploads = OwnUploads(
            Router(way_in.routes()),
            Visits(cookies, lambda: True),
            lambda _session, _visit: False,
            lambda _session: 0,
            partial(way_in.refusals.tell, why=ANOTHERS),
        )
        inner = MembersOnly(uploads, way_in, is_click, page_of)
        told = partial(way_in.refusals.tell, why=FOREIGN, of_members=True)
        self.app = OwnAddressesOnly(inner, lambda: ("http://here",), told)

    def note(self, action: str, *, at_once: bool = False, **facts) -> None:
        assert action == "refused" and at_once
        self.told.append({name: value for name, value in facts.items() if value})

    def ask(self, path: str, who: str = "", method: str = "GET", origin: str = "http://here") -> int:
        """The status of an answer to the browser of somebody."""
        sent: list[dict] = []

        async def send(message: dict) -> None:
            sent.append(message)

        headers = [HOST, (b"origin", origin.encode()), (b"cookie", f"visit={self.visits.get(who, '')}".encode())]
        asked = {"type": "http", "method": method, "path": path, "query_string": b"subject=101-003", "headers": headers}
        asyncio.run(self.app(asked, None, send))
        return sent[0]["status"]

    def look_at(self, page: str, who: str) -> None:
        """A page that the browser of somebody asks for on its websocket."""
        message = BackMsg()
        message.rerun_script.page_name = page
        told = iter([{"type": "websocket.receive", "bytes": message.SerializeToString()}, {"type": "websocket.close"}])

        async def behind(_scope, receive, _send) -> None:
            while (await receive())["type"] == "websocket.receive":
                pass

        async def receive() -> dict:
            return next(told)

        headers = [HOST, (b"cookie", f"visit={self.visits[who]}".encode())]
        wall = self.app.app
        wall.app = behind
        asyncio.run(wall({"type": "websocket", "path": "/_stcore/stream", "headers": headers}, receive, None))


@pytest.fixture
def wall(tmp_path, monkeypatch) -> Wall:
    monkeypatch.setattr(proof, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    return Wall(tmp_path)


CLOSED = {"who": "c.closed", "role": "closed member"}
UPLOAD = "/_stcore/upload_file/another/file"


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        (("/access", "c.closed"), 403, CLOSED | {"asked": "/access", "why": NO_ADMINISTRATOR}),
        (("/_stcore/metrics", "c.closed"), 403, CLOSED | {"asked": "/_stcore/metrics", "why": NO_ADMINISTRATOR}),
        (("/media/a.pdf", "forged"), 401, {"who": "nobody who was recognised", "asked": "/media/a.pdf"}),
        (("/access", "forged"), 303, {"who": "nobody who was recognised", "asked": "/access", "why": NO_VISIT}),
        (("/visit", "c.closed", "GET", "http://evil"), 403, CLOSED | {"asked": "/visit", "why": FOREIGN}),
        ((UPLOAD, "c.closed", "PUT"), 403, CLOSED | {"asked": UPLOAD, "why": ANOTHERS}),
    ],
)
def test_what_is_refused_is_told_with_who_asked_for_what_and_why(wall, asked, status, told):
    assert wall.ask(*asked) == status
    assert wall.told == [{"why": NO_VISIT} | told]


def test_a_page_that_an_administrator_asks_for_is_told_and_one_of_a_member_is_not(wall):
    wall.look_at("heart", "c.closed")
    wall.look_at("heart", "a.admin")
    assert wall.told == [{"who": "a.admin", "role": "administrator", "asked": "heart", "why": NO_DATA}]


@pytest.mark.parametrize(
    "asked", [("/media/a.pdf", ""), ("/visit", "forged", "GET", "http://evil"), ("/access", "a.admin"), ("/access", "")]
)
def test_who_brings_no_visit_or_is_answered_is_not_told(wall, asked):
    wall.ask(*asked)
    assert wall.told == []


def test_refusals_that_go_on_are_ever_fewer_entries_with_how_often_each_was(wall):
    for _second in range(2 * 3600):
        wall.ask("/access", "c.closed") if _second % 10 == 0 else None
        wall.now += 1
    times = [told.get("times", 1) for told in wall.told]
    assert times == [1, 6, 12, 24, 48, 96, 192]
    wall.ask("/access", "forged")  # another's are told all the same
    assert wall.told[-1]["who"] == "nobody who was recognised"
    wall.now += 3 * LONGEST_SECONDS
    for wait in (0, FIRST_SECONDS):
        wall.now += wait
        wall.ask("/access", "c.closed")
    assert [told.get("times", 1) for told in wall.told[-2:]][-1] == 1 and len(wall.told) == 10


def test_what_is_asked_for_has_an_entry_of_its_own_but_nobody_makes_many(wall):
    for number in range(100):
        wall.ask(f"/media/{number}", "forged")
    assert [told["asked"] for told in wall.told] == [f"/media/{number}" for number in range(9)]
    wall.now += FIRST_SECONDS
    wall.ask("/media/more", "forged")
    assert wall.told[-1]["times"] == 92


def test_a_long_path_is_cut(wall):
    wall.ask(f"/media/{'x' * 5000}", "forged")
    assert len(wall.told[0]["asked"]) == 200
