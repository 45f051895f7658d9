"""Sign-in by the account of a sign-in service: a real OpenID provider, and what somebody could send in between."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import websockets
from acknowledging import acknowledge_all
from openid_provider import CLIENT, SECRET, WORDS, provider
from playwright.sync_api import expect
from server import serving
from test_browser import WIDE, Reader, browser  # noqa: F401
from test_doors import LAST, Way, opened

from doors.provider.begun import UnprovenError
from doors.provider.routes import NOT_BEGUN, NOT_LISTED, NOT_PROVED
from doors.provider.settings import Settings
from members import Account
from members.roles import ADMINISTRATOR

ROLES = {
    "c.closed": "closed member",
    "r.revoked": "closed member",
    "e.expired": "statistician",
    "a.admin": ADMINISTRATOR,
}
LINK = "/heart?section=qtc"


class AtService(Way):
    """A server that lets in whom a service knows, and that service."""

    def __init__(self, address: str, folder, service) -> None:
        super().__init__(address, folder)
        self.service = service

    def begin(self, to: str = "/", visit: str = "visit=") -> tuple[str, str]:
        """(where the service is asked, the cookie of the sign-in that was begun). visit: the browser's until now."""
        status, headers, _ = self.ask("GET", f"/sign-in/begin?{urlencode({'to': to})}", Cookie=visit)
        assert status == 307 and headers["Location"].startswith(f"{self.service.issuer}/oauth/authorize?")
        assert all(word in headers["Set-Cookie"] for word in ("HttpOnly", "SameSite=lax", "Max-Age=600", "Path=/"))
        return headers["Location"], headers["Set-Cookie"].split(";")[0]

    def back(self, name: str, to: str = "/", visit: str = "visit=", **changed: str) -> tuple[str, str]:
        """(where the service leads the browser back to, the cookie). changed: of what the service is asked."""
        address, cookie = self.begin(to, visit)
        asked = {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()} | changed
        led = self.service.asked(f"{address.split('?')[0]}?{urlencode(asked)}", name)
        assert led.startswith(f"{self.address}/sign-in/return?")
        return led.removeprefix(self.address), cookie

    def by_account(self, name: str, to: str = "/"):
        path, cookie = self.back(name, to)
        return self.ask("GET", path, Cookie=cookie)

    def visit(self, name: str) -> str:
        status, headers, _ = self.by_account(name)
        assert status == 200
        return cookies(headers)["visit"]


def cookies(headers) -> dict[str, str]:
    """Name → the cookie as a browser sends it, of those that an answer sets."""
    told = [one.split(";")[0] for one in headers.get_all("Set-Cookie")]
    return {one.partition("=")[0]: one for one in told if not one.endswith('=""')}


@pytest.fixture(scope="module")
def service():
    with provider() as running:
        running.knows(*ROLES, "n.nobody")
        yield running


@pytest.fixture(scope="module")
def way(service, sample_cuts, tmp_path_factory):
    folder = tmp_path_factory.mktemp("account")
    secret = folder / "secret"
    secret.touch(0o600)
    secret.write_text(f"{SECRET}\n")
    settings = {
        "SAFETY_SIGN_IN": "oidc",
        "SAFETY_SESSION": "open",  # the first screen of the closed session is not made ready for this
        "SAFETY_MEMBERS": str(folder / "members.toml"),
        "SAFETY_RECORD": str(folder / "record.jsonl"),
        "SAFETY_OIDC_ISSUER": service.issuer,
        "SAFETY_OIDC_CLIENT": CLIENT,
        "SAFETY_OIDC_SECRET_FILE": str(secret),
    }
    made = AtService("", folder, service)
    for name, role in ROLES.items():
        made.members.add(name, role, Account(service.issuer, name), date(2008, 2, 29) if name == "e.expired" else LAST)
    made.members.add("p.password", "closed member", WORDS, LAST)
    acknowledge_all(folder / "record.jsonl", sample_cuts.values())
    with serving(next(iter(sample_cuts.values())).path.parent, **settings) as server:
        made.address = server.address
        service.serves(CLIENT, f"{server.address}/sign-in/return")
        yield made


def test_a_member_comes_in_by_the_account_to_the_place_of_the_link_and_is_out_after_the_sign_out(way):
    _, _, text = way.ask("GET", f"/sign-in?{urlencode({'to': LINK})}")
    assert f'href="/sign-in/begin?{urlencode({"to": LINK})}"' in text
    status, headers, text = way.by_account("c.closed", LINK)
    assert status == 200 and headers["Refresh"] == f"0;url={LINK}" and "/watch.js" not in text
    assert set(cookies(headers)) == {"visit", "form"}
    sent = next(one for one in headers.get_all("Set-Cookie") if one.startswith("visit=")).lower()
    assert all(word in sent for word in ("httponly", "samesite=strict", "path=/")) and "expires" not in sent
    assert "max-age" not in sent
    visit = cookies(headers)["visit"]
    assert asyncio.run(opened(way, visit, "conduct")).errors == ()
    told = way.told("sign-in")[-1]
    assert (told["who"], told["role"], told["issuer"], told["subject"]) == (
        *("c.closed", "closed member"),
        *(way.service.issuer, "c.closed"),
    )
    assert way.sign_out(visit) == (303, '"storage"')
    assert way.ask("GET", "/visit", Cookie=visit)[0] == 401
    with pytest.raises(websockets.InvalidStatus):
        asyncio.run(opened(way, visit))


def test_another_sign_in_in_the_same_browser_ends_the_visit_before_it(way):
    first = way.visit("c.closed")
    path, cookie = way.back("a.admin", visit=first)
    assert way.ask("GET", "/visit", Cookie=first)[0] == 200
    second = cookies(way.ask("GET", path, Cookie=cookie)[1])["visit"]  # from another website the first does not come
    assert [way.ask("GET", "/visit", Cookie=one)[0] for one in (first, second)] == [401, 200]


def test_without_the_service_nobody_comes_in(way):
    assert way.ask("POST", "/sign-in", {"name": "p.password", "password": WORDS})[1]["Location"] == "/"
    assert way.ask("GET", "/_stcore/stream")[0] == 401 and way.ask("GET", "/visit")[0] == 401


@pytest.mark.parametrize("name", ["n.nobody", "e.expired"])
def test_an_account_that_is_not_in_the_list_and_one_whose_access_has_ended_are_refused(way, name):
    status, headers, text = way.by_account(name)
    assert status == 401 and NOT_LISTED.format(subject=name) in text and "visit" not in cookies(headers)
    told = way.told("sign-in refused")[-1]
    who = name if name in ROLES else "an account that is in no list"
    assert (told["who"], told["subject"], told["issuer"]) == (who, name, way.service.issuer)


def test_one_who_is_revoked_is_out_at_the_next_click(way):
    async def visited():
        visit = way.visit("r.revoked")
        async with way.viewer(visit) as viewer:
            assert (await viewer.open("conduct")).errors == ()
            way.members.revoke("r.revoked", datetime.now(UTC).date())
            with pytest.raises(websockets.ConnectionClosed) as closed:
                await viewer.open("conduct")
            assert closed.value.rcvd.code == 4401
        assert way.ask("GET", "/media/a.png", Cookie=visit)[0] == way.ask("GET", "/visit", Cookie=visit)[0] == 401

    asyncio.run(visited())
    assert way.by_account("r.revoked")[0] == 401


def test_what_somebody_forged_stole_or_sent_again_lets_nobody_in(way):
    path, cookie = way.back("c.closed")
    led_other, other = way.back("c.closed")
    state = parse_qs(urlsplit(path).query)["state"][0]
    kept = [
        (path, "", NOT_BEGUN),  # the way back of another browser
        (path, other, NOT_BEGUN),
        (path, cookie.replace("begun=", "begun=x"), NOT_BEGUN),
        (path.replace(state, state[::-1]), cookie, NOT_BEGUN),
        (path.replace(f"state={state}", ""), cookie, NOT_BEGUN),
        (path.replace("iss=http", "iss=https"), cookie, NOT_PROVED),
        (f"/sign-in/return?state={state}&error=access_denied", cookie, NOT_PROVED),
        (f"/sign-in/return?state={state}&code=guessed", cookie, NOT_PROVED),
        (*way.back("c.closed", nonce="of another sign-in"), NOT_PROVED),
        (*way.back("c.closed", code_challenge="x" * 43), NOT_PROVED),
    ]
    for sent, brought, why in kept:
        status, headers, text = way.ask("GET", sent, Cookie=brought)
        assert (status, "visit" in cookies(headers)) == (403 if why == NOT_BEGUN else 401, False), (sent, brought)
        assert why in unescape(text)
    assert not any(sent.startswith("begun=") for sent in way.ask("GET", path, Cookie=other)[1].get_all("Set-Cookie"))
    assert way.ask("GET", led_other, Cookie=other)[0] == 200
    assert way.ask("GET", path, Cookie=cookie)[0] == 200
    assert way.ask("GET", path, Cookie=cookie)[0] == 401  # its code is used
    told = [one for one in way.told("sign-in refused") if one["who"] == "nobody who was recognised"]
    assert [(one["times"], one["why"]) for one in told] == [(1, "not begun here, or long ago")]


def test_a_token_for_another_client_and_a_sign_in_of_before_prove_nothing(service):
    back = "http://127.0.0.1/sign-in/return"
    from doors.provider.service import (
        Service,  # its library takes half a second to import, in each process of the tests
    )

    service.serves("another", back, for_itself=False)
    service.serves("own", back)

    async def proved(client: str, later: float = 0.0) -> Account:
        asked = Service(Settings(service.issuer, client, SECRET, (urlsplit(service.issuer).netloc,)))
        address, begun = await asked.begin(back)
        led = await asyncio.to_thread(service.asked, address, "c.closed")
        code = parse_qs(urlsplit(led).query)["code"][0]
        return await asked.account(replace(begun, at=begun.at + later), code)

    assert asyncio.run(proved("own")) == Account(service.issuer, "c.closed")
    with pytest.raises(UnprovenError, match="InvalidClaimError"):
        asyncio.run(proved("another"))
    with pytest.raises(UnprovenError, match="did not ask for the password anew"):
        asyncio.run(proved("own", 3600))


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example"])
def test_the_way_leads_to_no_other_website(way, to):
    assert way.by_account("c.closed", to)[1]["Refresh"] == "0;url=/"


def test_the_cookie_of_the_visit_comes_with_the_page_after_the_service(way, browser):  # noqa: F811
    page = Reader(browser, WIDE).page
    page.goto(f"{way.address}/access")
    page.get_by_role("link", name=f"Sign in with {urlsplit(way.service.issuer).netloc}").click()
    page.locator("#login").fill("a.admin")
    page.keyboard.press("Enter")
    page.locator("#password").fill(WORDS)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Who has access")).to_be_visible(timeout=20000)
    assert page.url == f"{way.address}/access"
    page.context.close()


def test_a_service_that_is_gone_is_said_in_a_sentence_and_visits_go_on(way, service):
    visit = way.visit("c.closed")
    path, cookie = way.back("c.closed")
    service.end()
    status, headers, text = way.ask("GET", path, Cookie=cookie)
    assert status == 503 and "does not answer as it should; try again in a few minutes." in text
    assert "visit" not in cookies(headers) and way.ask("GET", "/visit", Cookie=visit)[0] == 200
