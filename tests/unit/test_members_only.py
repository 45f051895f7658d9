"""The wall of a server whose readers sign in, where the list of members or the record fails it."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

import pytest
from argon2 import PasswordHasher
from starlette.routing import Router

from audit import RecordError
from doors.cookies import Cookies
from doors.members_only import AGAIN, ENDED, MembersOnly
from doors.signin import SignIn
from members import UNREADABLE, Door, Members, MembersError, proof

SILENCE = {}
"""In place of a message: the browser says nothing for long."""
NAME, WORDS = "m.member", "four green hearts beat"


class Way:
    """The wall before a server of one member who is signed in."""

    def __init__(self, folder: Path) -> None:
        self.members, self.full = Members(folder / "members.toml"), False
        self.members.add(NAME, "closed member", WORDS, date.max)
        self.door = Door(self.members)
        self.cookie = f"visit={self.door.sign_in(NAME, WORDS, '').token}"
        way_in = SignIn(lambda: self.door, Cookies(lambda: ("http://here",)), self.note)
        self.served = Router(way_in.routes())
        self.heard: list[str] = []
        self.told: list[tuple[str, dict]] = []
        self.wall = MembersOnly(self.behind, way_in)

    def note(self, action: str, *, at_once: bool = False, **facts) -> None:
        if self.full:
            raise RecordError("The record cannot be written.")
        self.told.append((action, {name: value for name, value in facts.items() if value}))

    async def behind(self, scope, receive, send) -> None:
        if scope["type"] == "http":
            await self.served(scope, receive, send)
            return
        while (message := await receive())["type"] == "websocket.receive":
            self.heard.append(message["text"])

    def ask(self, path: str, cookie: str = "", **fields: str) -> tuple[int, str]:
        """The status and the text of an answer; fields make it a form that is sent."""
        sent = self._through(
            {"type": "http", "method": "POST" if fields else "GET", "path": path, "query_string": b""},
            [{"type": "http.request", "body": urlencode(fields).encode(), "more_body": False}],
            cookie,
        )
        return sent[0]["status"], b"".join(part["body"] for part in sent[1:]).decode()

    def tell(self, *texts: str | dict, before_last=lambda: None) -> int:
        """The code with which a live connection is closed that sends texts; 0 where it is not."""
        messages = [SILENCE if text is SILENCE else {"type": "websocket.receive", "text": text} for text in texts]
        end = {"type": "websocket.disconnect", "code": 1000}
        sent = self._through({"type": "websocket", "path": "/_stcore/stream"}, [*messages, end], "", before_last)
        return sent[0]["code"] if sent else 0

    def _through(self, scope: dict, messages: list[dict], cookie: str, before_last=lambda: None) -> list[dict]:
        headers = [(b"host", b"here"), (b"cookie", f"{self.cookie}; {cookie}".encode())]
        waiting, sent = list(messages), []

        async def receive() -> dict:
            if len(waiting) == 2:
                before_last()
            if waiting[0] is SILENCE:
                await asyncio.sleep(60)
            return waiting.pop(0)

        async def send(message: dict) -> None:
            sent.append(message)

        asyncio.run(self.wall(scope | {"headers": headers}, receive, send))
        return sent


@pytest.fixture
def way(tmp_path, monkeypatch) -> Way:
    monkeypatch.setattr(proof, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    return Way(tmp_path)


def test_a_list_that_cannot_be_read_lets_nobody_see_more_and_is_said_without_its_path(way):
    aside = way.members.path.with_name("aside")
    assert way.tell("a", "b", before_last=lambda: way.members.path.rename(aside)) == AGAIN and way.heard == ["a"]
    for path in ("/visit", "/access", "/sign-out", "/_stcore/anything", "/media/a.pdf"):
        assert way.ask(path) == (503, UNREADABLE)
    with pytest.raises(MembersError, match=f"^{UNREADABLE}$"):  # a run of a page says it as it is
        way.door.find(way.cookie.removeprefix("visit="))
    aside.rename(way.members.path)
    assert way.ask("/visit") == (200, '{"signed_in":true}')


def test_a_connection_ends_with_its_visit(way):
    assert way.tell("a", "b") == 0
    assert way.tell("c", "d", before_last=lambda: way.members.revoke(NAME, date.today())) == ENDED
    assert way.heard == ["a", "b", "c"]


def test_a_connection_on_which_nothing_comes_ends_with_its_visit_too(way, monkeypatch):
    monkeypatch.setattr("doors.members_only.LOOK_SECONDS", 0.02)
    assert way.tell("a", SILENCE, before_last=lambda: way.members.revoke(NAME, date.today())) == ENDED
    assert way.heard == ["a"]


def test_who_signs_out_is_out_where_the_record_cannot_be_written_too(way):
    way.full = True
    status, text = way.ask("/sign-out", "form=x", form="x")
    assert status == 503 and "The record cannot be written." in text
    assert way.ask("/visit") == (401, '{"signed_in":false}')


def test_another_sign_in_in_the_same_browser_ends_the_visit_before_it(way):
    status, _ = way.ask("/sign-in", "form=x", form="x", name=NAME, password=WORDS)
    assert status == 303 and way.door.find(way.cookie.removeprefix("visit=")) is None
    assert [action for action, _ in way.told] == ["sign-in", "sign-out"]
    assert way.told[-1][1] == {"who": NAME, "role": "closed member", "why": "another sign-in in the same browser"}


def test_a_sign_in_that_fails_ends_no_visit(way):
    assert way.ask("/sign-in", "form=x", form="x", name=NAME, password="not the words of it")[0] == 401
    assert way.ask("/visit")[0] == 200


def test_a_sign_out_ends_every_visit_that_the_browser_brings(way):
    others = [way.door.sign_in(NAME, WORDS, "").token for _ in range(3)]
    brought = f"__Host-visit={others[0]}; visit={others[1]}; form=x"
    assert way.ask("/sign-out", brought, form="x")[0] == 303
    assert [bool(way.door.find(token)) for token in (way.cookie.removeprefix("visit="), *others)] == [False] * 3 + [
        True
    ]
    assert [action for action, _ in way.told] == ["sign-out"] * 3
