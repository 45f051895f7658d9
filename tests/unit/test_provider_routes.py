"""The way to the sign-in service and back at an encrypted address, and what can go wrong on this side of it."""

from __future__ import annotations

import asyncio
import json
from datetime import date
from random import Random
from string import ascii_letters
from urllib.parse import quote

import pytest
from starlette.requests import Request

from audit import RecordError
from doors.cookies import Cookies
from doors.provider import routes
from doors.provider.begun import Begun
from doors.provider.routes import AtService
from doors.provider.settings import Settings
from doors.signin import MOST_SIGNING_IN, SignIn
from members import UNREADABLE, Account, Door, Members

HERE, ISSUER = "https://safety.example.org", "https://login.example.org"
SETTINGS = Settings(ISSUER, "dashboard", "seven quiet doors open", ("login.example.org",))


class Proving:
    """A service that proves one account to whoever comes back."""

    settings, host, subject = SETTINGS, "login.example.org", "4711"

    async def begin(self, back: str) -> tuple[str, Begun]:
        return f"{ISSUER}/authorize", Begun("state", "nonce", "verifier", back, 0.0)

    async def account(self, begun: Begun, _code: str) -> Account:
        assert begun == Begun("state", "nonce", "verifier", f"{HERE}/sign-in/return", 0.0)
        return Account(ISSUER, self.subject)


class Way:
    """A list with one member, the record as it would be, and the routes."""

    def __init__(self, folder) -> None:
        self.members, self.told, self.full = Members(folder / "members.toml"), [], False
        self.members.add("j.doe", "statistician", Account(ISSUER, "4711"), date(2099, 1, 31))
        door = Door(self.members)
        self.at = AtService(SignIn(lambda: door, Cookies(lambda: (HERE,)), self.note, lambda: self.at.host))
        self.at.use(Proving())

    def note(self, action: str, *, at_once: bool = False, **facts) -> None:
        if self.full:
            raise RecordError("The record cannot be written.")
        assert at_once
        self.told.append({"action": action} | facts)

    def begin(self, to: str = "/heart"):
        return asyncio.run(self.at.begin(request("/sign-in/begin", f"to={to}")))

    def back(self, cookie: str, query: str = "state=state&code=code"):
        return asyncio.run(self.at.come_back(request("/sign-in/return", query, cookie)))


def request(path: str, query: str, cookie: str = "") -> Request:
    headers = [(b"host", b"safety.example.org"), (b"cookie", cookie.encode())]
    told = {"type": "http", "method": "GET", "path": path, "query_string": query.encode(), "client": None}
    return Request(told | {"headers": headers})


def cookie_of(answer, name: str) -> str:
    """A cookie that an answer sets, with its attributes; empty where it sets none."""
    sent = [value.decode() for key, value in answer.raw_headers if key == b"set-cookie"]
    return next((one for one in sent if one.startswith(f"{name}=")), "")


@pytest.fixture
def way(tmp_path) -> Way:
    return Way(tmp_path)


def test_cookies_are_of_an_encrypted_address_alone(way):
    begun = cookie_of(way.begin(), "__Host-begun")
    answer = way.back(begun.split(";")[0])
    visit = cookie_of(answer, "__Host-visit")
    for sent, samesite in ((begun, "lax"), (visit, "strict")):
        assert {part.strip() for part in sent.split(";")[1:]} >= {
            "HttpOnly",
            "Secure",
            "Path=/",
            f"SameSite={samesite}",
        }
    assert answer.headers["Refresh"] == "0;url=/heart" and "Max-Age" not in visit
    assert "Max-Age=0" in cookie_of(answer, "__Host-begun")
    assert json.dumps(way.told).count("seven") == 0 and [one["action"] for one in way.told] == ["sign-in"]
    assert way.back(begun.split(";")[0].replace("__Host-", "")).status_code == 403  # of another name


@pytest.mark.parametrize(
    ("to", "place"),
    [
        ("/heart?x=é;\"'", "/heart?x=%C3%A9;%22'"),
        ("/" + "a" * 1999, "/" + "a" * 1999),
        ("/" + "a" * 2000, "/"),
        ("/" + "é" * 400, "/"),
        ("/" + "".join(Random(1).choices(ascii_letters, k=1999)), None),
    ],
)
def test_a_place_is_written_as_in_addresses_and_one_that_no_cookie_holds_is_left_out(way, to, place):
    begun = cookie_of(way.begin(quote(to)), "__Host-begun")
    assert len(begun) < 4096 and way.back(begun.split(";")[0]).headers["Refresh"] == f"0;url={place or to}"


def test_nobody_comes_in_whom_the_record_cannot_tell_or_while_the_list_cannot_be_read(way):
    begun = cookie_of(way.begin(), "__Host-begun").split(";")[0]
    way.full = True
    answer = way.back(begun)
    assert answer.status_code == 503 and b"The record cannot be written." in answer.body
    assert not cookie_of(answer, "__Host-visit")
    assert way.back("").status_code == 403  # refused all the same
    way.full = False
    way.members.path.chmod(0o644)
    answer = way.back(begun)
    assert answer.status_code == 503 and UNREADABLE.encode() in answer.body and not cookie_of(answer, "__Host-visit")


def test_refusals_of_nobody_in_particular_are_in_the_record_once_a_minute_with_their_number(way, monkeypatch):
    clock = [1000.0]
    monkeypatch.setattr(routes.time, "monotonic", lambda: clock[0])
    begun = cookie_of(way.begin(), "__Host-begun").split(";")[0]
    for passed in (0, 1, 1, 60):
        clock[0] += passed
        assert way.back("").status_code == 403 and way.back(begun, "state=other").status_code == 403
    Proving.subject, kept = "4712", Proving.subject
    try:
        assert way.back(begun).status_code == 401
    finally:
        Proving.subject = kept
    assert [(one["who"], one.get("times"), one.get("subject")) for one in way.told] == [
        ("nobody who was recognised", 1, None),
        ("nobody who was recognised", 6, None),
        ("an account that is in no list", None, "4712"),
    ]


def test_a_crowd_is_asked_to_come_again(way):
    go = asyncio.Event()

    async def begin(back: str) -> tuple[str, Begun]:
        await go.wait()
        return await Proving().begin(back)

    way.at.service.begin = begin

    async def crowd() -> list[int]:
        asked = [asyncio.create_task(way.at.begin(request("/sign-in/begin", ""))) for _ in range(MOST_SIGNING_IN + 5)]
        await asyncio.sleep(0)
        go.set()
        return [answer.status_code for answer in await asyncio.gather(*asked)]

    found = asyncio.run(crowd())
    assert found.count(307) == MOST_SIGNING_IN and found.count(503) == 5
    assert asyncio.run(crowd()).count(307) == MOST_SIGNING_IN + 5  # nobody waits any more: whoever went made room
