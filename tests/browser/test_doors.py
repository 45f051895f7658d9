"""Who is let in: over the wire and in a browser, with every cookie, form and message that somebody could send."""

from __future__ import annotations

import asyncio
import http.client
import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import MagicMock
from urllib.parse import urlencode, urlsplit

import pytest
import websockets
from acknowledging import acknowledge_all
from playwright.sync_api import expect
from server import serving
from starlette.routing import Mount
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.web.server.starlette.starlette_app import create_streamlit_routes
from test_browser import WIDE, Reader, browser  # noqa: F401
from viewer import Viewer

from displays.catalogue import PAGES
from doors.bound import MOST_FILES
from doors.signin import FOR_ADMINISTRATORS
from members import Members
from visit.tickets import NOT_SEEN, OF_ANOTHER, UNKNOWN, USED

WORDS, WRONG = "four green hearts beat", "five green hearts beat"
NAMES = {"c.closed": "closed member", "o.open": "open member", "a.admin": "administrator", "r.revoked": "closed member"}
NAMES |= {"s.stat": "statistician"}
WAITING = "2007-11-30"
"""The data cut whose findings nobody has acknowledged at first."""
CONDUCT = "section Trial conduct · Flow and accrual"
LAST = datetime.now(UTC).date() + timedelta(days=1)


class Way:
    """A server that lets members in, its list and its record."""

    def __init__(self, address: str, folder: Path) -> None:
        self.address, self.members, self.record = address, Members(folder / "members.toml"), folder / "record.jsonl"

    def ask(self, method: str, path: str, fields: dict | None = None, body: str | bytes | None = None, **headers: str):
        """(status, headers, text) of a request as a browser of this address sends it."""
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=20)
        body = urlencode(fields) if fields is not None else body
        sent = {"Content-Type": "application/x-www-form-urlencoded"} if fields is not None else {}
        sent |= {"Origin": self.address} if method == "POST" else {}
        connection.request(
            method, path, body, sent | {name.replace("_", "-"): value for name, value in headers.items()}
        )
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode("utf-8", "replace")

    def form(self) -> tuple[str, str]:
        """The token of a fresh form, in the page and in its cookie."""
        _, headers, text = self.ask("GET", "/sign-in")
        return re.search('name="form" value="([^"]+)"', text)[1], headers["Set-Cookie"].split(";")[0]

    def sign_in(self, name: str, password: str = WORDS, **fields: str):
        form, cookie = self.form()
        return self.ask("POST", "/sign-in", {"form": form, "name": name, "password": password} | fields, Cookie=cookie)

    def visit(self, name: str) -> str:
        """The cookie of a new visit."""
        status, headers, _ = self.sign_in(name)
        assert status == 303
        return headers["Set-Cookie"].split(";")[0]

    def viewer(self, cookie: str, resumed: str = ""):
        return Viewer.opened(self.address, resumed, Cookie=cookie)

    def fetch(self, token: str, cookie: str):
        """(status, headers, text) of the file of a token."""
        return self.ask("POST", "/file", None, token, Cookie=cookie)

    def sign_out(self, visit: str) -> tuple[int, str]:
        """Sign out as a browser does: (status, what it empties)."""
        _, headers, text = self.ask("GET", "/sign-out", Cookie=visit)
        form = re.search('name="form" value="([^"]+)"', text)[1]
        both = f"{visit}; {headers['Set-Cookie'].split(';')[0]}"
        assert self.ask("POST", "/sign-out", {"form": "other"}, Cookie=both)[0] == 303
        assert self.ask("GET", "/visit", Cookie=visit)[0] == 200
        status, headers, _ = self.ask("POST", "/sign-out", {"form": form}, Cookie=both)
        return status, headers["Clear-Site-Data"]

    def told(self, action: str) -> list[dict]:
        return [told for line in self.record.read_text().splitlines() if (told := json.loads(line))["action"] == action]


@pytest.fixture(scope="module")
def way(sample_cuts, tmp_path_factory):
    folder = tmp_path_factory.mktemp("doors")
    members = Members(folder / "members.toml")
    for name, role in NAMES.items():
        members.add(name, role, WORDS, LAST)
    settings = {
        "SAFETY_SIGN_IN": "members",
        "SAFETY_MEMBERS": str(folder / "members.toml"),
        "SAFETY_RECORD": str(folder / "record.jsonl"),
    }
    acknowledge_all(folder / "record.jsonl", [cut for day, cut in sample_cuts.items() if day.isoformat() != WAITING])
    with serving(next(iter(sample_cuts.values())).path.parent, **settings) as server:
        yield Way(server.address, folder)


def test_without_a_visit_only_the_empty_shell_the_door_and_the_health_are_answered(way):
    for path in ("/", "/heart?section=qtc"):
        status, _, text = way.ask("GET", path)
        assert status == 200 and "/watch.js" in text
    assert [way.ask("GET", path)[0] for path in ("/visit", "/health", "/access")] == [401, 200, 303]


def routes_of_streamlit() -> list[tuple[str, str]]:
    """(method, path) of all that the server has of Streamlit's own, but the files of its shell."""
    routes = [route for route in create_streamlit_routes(MagicMock()) if not isinstance(route, Mount)]
    paths = [(method, route.path) for route in routes for method in getattr(route, "methods", None) or {"GET"}]
    return sorted({(method, re.sub(r"{[^}]*}", "a", path)) for method, path in paths})


@pytest.fixture(scope="module")
def visits(way) -> dict[str, str]:
    """Visits that last through all these tests: two of one member, and an administrator's."""
    names = {"closed": "c.closed", "other": "c.closed", "admin": "a.admin"}
    return {visit: way.visit(name) for visit, name in names.items()}


@pytest.mark.parametrize(("method", "path"), routes_of_streamlit())
def test_what_is_streamlits_own_is_answered_for_a_visit_alone_and_its_metrics_for_an_administrator(
    way, visits, method, path
):
    nobody, closed, admin = (
        way.ask(method, path, Cookie=visit, Origin=way.address) for visit in ("", visits["closed"], visits["admin"])
    )
    assert (nobody[0] == 401) == (path != "/_stcore/health") and 401 not in (closed[0], admin[0])
    if path == "/_stcore/metrics":
        assert closed[0] == 403 and admin[0] in (200, 204)
    else:
        assert closed[2] != FOR_ADMINISTRATORS


@pytest.mark.parametrize("cookie", ["", "visit=", "visit=x", "visit={token}x", "__Host-visit={token}", "form={token}"])
def test_a_forged_cookie_opens_nothing(way, cookie):
    made = cookie.format(token=way.visit("c.closed").partition("=")[2])
    with pytest.raises(websockets.InvalidStatus) as refused:
        asyncio.run(opened(way, made))
    assert refused.value.response.status_code == 401
    assert way.ask("GET", "/media/a.png", Cookie=made)[0] == 401


async def opened(way: Way, cookie: str, page: str = "", query: str = ""):
    async with way.viewer(cookie) as viewer:
        return await viewer.open(page, query)


def test_a_cookie_is_the_servers_alone_and_dead_after_the_sign_out(way):
    status, headers, _ = way.sign_in("c.closed", to="/heart?section=qtc")
    sent = headers["Set-Cookie"].lower()
    assert status == 303 and headers["Location"] == "/heart?section=qtc"
    assert all(word in sent for word in ("httponly", "samesite=strict", "path=/")) and "expires" not in sent
    visit = headers["Set-Cookie"].split(";")[0]
    assert asyncio.run(opened(way, visit)).errors == ()
    assert way.sign_out(visit) == (303, '"storage"')
    assert way.ask("GET", "/visit", Cookie=visit)[0] == 401
    with pytest.raises(websockets.InvalidStatus):
        asyncio.run(opened(way, visit))


def test_a_file_is_fetched_once_by_the_visit_that_asked_for_it_and_by_no_other(way, visits):
    mine, other, past = visits["closed"], visits["other"], way.visit("c.closed")

    async def asked_for(visit: str, files: int) -> list[str]:
        async with way.viewer(visit) as viewer:
            assert (await viewer.open("conduct")).errors == ()
            return [(await viewer.press("Print"), viewer.token)[1] for _ in range(files)]

    (first, second, third), (fourth,) = asyncio.run(asked_for(mine, 3)), asyncio.run(asked_for(past, 1))
    status, headers, text = way.fetch(first, mine)
    assert status == 200 and text.startswith("%PDF") and headers["Cache-Control"] == "no-store"
    assert headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''conduct_")
    export = way.told("export")[-1]
    assert (export["who"], export["display"], export["cut"][:10]) == ("c.closed", CONDUCT, "2008-02-29")
    way.sign_out(past)
    refused = [
        *((first, mine, USED), (first, mine, USED), (second, other, OF_ANOTHER), (second, mine, USED)),
        *((third, "", NOT_SEEN), (third, mine, USED), (fourth, past, NOT_SEEN), ("x" * 43, mine, UNKNOWN)),
        *((fourth, visits["admin"], NOT_SEEN), ("", mine, UNKNOWN), ("x" * 9000, mine, UNKNOWN)),
    ]
    for token, visit, why in refused:
        status, headers, text = way.fetch(token, visit)
        assert (status, text, headers["Cache-Control"]) == (403, why, "no-store"), (token, visit)
    told = [(one.get("who"), one["asked_by"], one["display"], one["why"]) for one in way.told("file refused")]
    assert told == [  # the same again, and what nobody asked for, is not: nobody fills the record with it
        *(("c.closed", "c.closed", CONDUCT, why) for why in (USED, OF_ANOTHER, USED)),
        (None, "c.closed", CONDUCT, NOT_SEEN),
        ("c.closed", "c.closed", CONDUCT, USED),
        (None, "c.closed", CONDUCT, NOT_SEEN),
    ]
    assert len(way.told("export")) == 1


def test_a_session_is_resumed_by_its_own_visit_alone(way, visits):
    mine, other = visits["closed"], visits["other"]

    async def session(visit: str, resumed: str = "") -> str:
        async with way.viewer(visit, resumed) as viewer:
            await viewer.open("methods", "session=open")
            return viewer.session

    async def visited():
        async with way.viewer(mine) as viewer:  # while it is open, and after
            await viewer.open("methods")
            assert await session(other, viewer.session) != viewer.session
            assert (await viewer.open("methods")).errors == ()
        assert await session(other, viewer.session) != viewer.session
        assert await session(mine, viewer.session) == viewer.session

    asyncio.run(visited())


def test_files_are_taken_for_a_session_of_ones_own_few_at_a_time_and_none_too_large(way, visits):
    mine, other = visits["closed"], visits["other"]
    (xsrf,) = [cookie.split(";")[0] for cookie in way.ask("GET", "/_stcore/health")[1].get_all("Set-Cookie")]
    kind = {"Content_Type": "multipart/form-data; boundary=b", "X_Xsrftoken": xsrf.partition("=")[2]}

    def put(visit: str, session: str, file: str, content: bytes = b"{}") -> int:
        body = b'--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n' + content + b"\r\n--b--\r\n"
        path, headers = f"/_stcore/upload_file/{session}/{file}", kind | {"Cookie": f"{visit}; {xsrf}"}
        return way.ask("PUT", path, None, body, Origin=way.address, **headers)[0]

    async def visited():
        async with way.viewer(mine) as viewer:
            await viewer.open("methods", "session=open")
            assert put(other, viewer.session, "0") == 403 and put(mine, "unknown", "0") == 403
            assert put(mine, viewer.session, "0", b"x" * (9 * 2**20)) == 413
            assert [put(mine, viewer.session, str(number)) for number in range(5)] == [*[204] * MOST_FILES, 429]

    asyncio.run(visited())


def test_a_form_of_another_website_or_without_its_token_lets_nobody_in(way):
    form, cookie = way.form()
    told = {"form": form, "name": "c.closed", "password": WORDS}
    assert way.ask("POST", "/sign-in", told, Cookie=cookie, Origin="https://evil.example")[0] == 403
    assert way.ask("POST", "/sign-in", told, Cookie=cookie, Origin="null")[0] == 403
    assert way.ask("POST", "/sign-in", told)[0] == 403
    assert way.ask("POST", "/sign-in", told | {"form": "x"}, Cookie=cookie)[0] == 403
    assert way.ask("POST", "/sign-in", told | {"name": "x" * 9000}, Cookie=cookie)[0] == 403


@pytest.mark.parametrize(
    "to", ["//evil.example", "/\\evil.example", "https://evil.example", "evil", "/a\r\nX: y", "/sign-in"]
)
def test_the_way_leads_to_no_other_website(way, to):
    assert way.sign_in("c.closed", to=to)[1]["Location"] == "/"


def test_an_open_member_gets_the_open_session_alone_whatever_the_address_says(way):
    visit = way.visit("o.open")
    for page in PAGES:
        key = "" if page is PAGES[0] else page.key
        seen = asyncio.run(opened(way, visit, key, "session=closed"))
        refused = "page not found" in seen.errors or "belongs to the closed session" in " ".join(seen.errors)
        assert refused == (page.audience == "closed"), (page.key, seen.errors)
    assert {told["session"] for told in way.told("page") if told["who"] == "o.open"} == {"open"}


def test_an_administrator_sees_who_has_access_and_no_data(way):
    visit = way.visit("a.admin")
    seen = asyncio.run(opened(way, visit, "dose"))
    assert "sees no data" in " ".join(seen.errors) and seen.elements < 6
    status, _, text = way.ask("GET", "/access", Cookie=visit)
    assert status == 200 and all(name in text for name in NAMES) and "$argon2" not in text
    assert way.ask("GET", "/access", Cookie=way.visit("c.closed"))[0] == 403
    text = way.ask("GET", "/access", Cookie=visit)[2]
    cells = dict(re.findall(r"<tr><td>([^<]+)</td>.*?<td>([^<]*)</td></tr>", text))
    there = [told for told in map(json.loads, way.record.read_text().splitlines()) if "refused" not in told["action"]]
    last = {told["who"]: told["time"][:16].replace("T", " ") for told in there if "who" in told}
    assert cells == {name: last.get(name, "never") for name in NAMES} and "never" not in cells["c.closed"]


def test_one_who_is_revoked_is_out_at_the_next_click(way):
    async def visited():
        visit = way.visit("r.revoked")
        async with way.viewer(visit) as viewer:
            assert (await viewer.open("dose")).errors == ()
            await viewer.press("Print")
            way.members.revoke("r.revoked", datetime.now(UTC).date())
            with pytest.raises(websockets.ConnectionClosed) as closed:
                await viewer.open("heart")
            assert closed.value.rcvd.code == 4401
        assert way.fetch(viewer.token, visit)[::2] == (403, NOT_SEEN)

    asyncio.run(visited())
    assert way.sign_in("r.revoked")[0] == 401


def test_guessing_takes_ever_longer_and_is_in_the_record(way):
    for _ in range(3):
        status, _, text = way.sign_in("o.open", WRONG)
    assert status == 401 and "next attempt is possible in 2 s" in text
    assert way.sign_in("o.open", WORDS)[0] == 401
    assert way.sign_in("my secret password", WRONG)[0] == 401
    refused = way.told("sign-in refused")
    assert refused[-1]["who"] == "a name that is in no list" and refused[-2]["who"] == "o.open"
    assert "my secret password" not in way.record.read_text() and WORDS not in way.record.read_text()


def test_messages_that_empty_caches_or_end_the_server_are_dropped(way):
    async def visited():
        async with way.viewer(way.visit("c.closed")) as viewer:
            for field in ("clear_cache", "debug_shutdown_runtime", "debug_disconnect_websocket", "load_git_info"):
                await viewer.connection.send(BackMsg(**{field: True}).SerializeToString())
            await viewer.connection.send(b"\xff\xff")
            return await viewer.open("")

    assert asyncio.run(visited()).errors == ()


def test_a_link_from_a_slide_leads_through_the_door_to_its_place_where_findings_are_acknowledged_and_out_again(
    way,
    browser,  # noqa: F811
):
    assert shown_to("c.closed", way) == "2008-02-29"
    reader = Reader(browser, WIDE)
    page = reader.page
    page.goto(f"{way.address}/heart?cut={WAITING}&section=qtc")
    page.wait_for_url(re.compile("/sign-in"), timeout=30000)
    page.get_by_label("Name").fill("s.stat")
    page.get_by_label("Password").fill(WORDS)
    page.keyboard.press("Enter")
    expect(page.locator(".page-head h1")).to_have_text("Heart", timeout=60000)
    expect(page).to_have_url(re.compile(f"/heart.*cut={WAITING}.*section=qtc"))
    expect(page.locator("footer")).to_contain_text("Signed in as s.stat, statistician.")
    again = reader.context.new_page()
    again.goto(f"{way.address}/data?cut={WAITING}")
    acknowledge(again)
    assert shown_to("c.closed", way) == WAITING
    page.evaluate("sessionStorage.setItem('safety.visit', '{}')")
    page.get_by_role("link", name="Sign out").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(re.compile("/sign-in"), timeout=30000)
    assert page.evaluate("sessionStorage.length") == 0
    again.bring_to_front()
    again.wait_for_url(re.compile("/sign-in"), timeout=30000)
    reader.context.close()
    (told,) = [one for one in way.told("findings acknowledged") if one["who"] == "s.stat"]
    assert (told["role"], told["comment"], told["cut"][:10]) == ("statistician", "Asked the sponsor", WAITING)
    assert len(told["findings"]) == len(told["what"]) == 2


def shown_to(name: str, way: Way) -> str:
    """The data cut that a member gets who asks for the one that waits."""
    asked = opened(way, way.visit(name), "conduct", f"cut={WAITING}")
    with ThreadPoolExecutor(1) as beside_the_browser:  # which has a loop of its own in this thread
        assert beside_the_browser.submit(asyncio.run, asked).result().errors == ()
    return [one["cut"][:10] for one in way.told("page") if one["who"] == name][-1]


def acknowledge(page) -> None:
    """Tick the findings that wait one by one, write a comment, and press the button."""
    boxes = page.locator("[data-testid=stCheckbox] label")
    expect(boxes).to_have_count(2, timeout=60000)
    page.get_by_role("button", name="Acknowledge the ticked findings").click()
    expect(page.get_by_text("nothing was acknowledged")).to_be_visible()
    for place in range(2):
        boxes.nth(place).click()
    page.get_by_label("Comment (one line").fill("Asked the sponsor")
    page.get_by_role("button", name="Acknowledge the ticked findings").click()
    expect(page.get_by_text(re.compile(r"acknowledged by s\.stat on"))).to_be_visible(timeout=60000)
    expect(boxes).to_have_count(0)
