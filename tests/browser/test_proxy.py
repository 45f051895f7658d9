"""The dashboard behind nginx as deploy/nginx.conf sets it up: encrypted, for members, and what is let through."""

from __future__ import annotations

import asyncio
import http.client
import json
import re
import time
from contextlib import ExitStack
from pathlib import Path
from ssl import SSLContext
from urllib.parse import urlencode

import nginx
import pytest
import websockets
from playwright.sync_api import expect
from server import serving
from test_browser import browser  # noqa: F401
from test_doors import LAST, WORDS
from viewer import Viewer

from members import Members

pytestmark = pytest.mark.skipif(nginx.PROGRAM is None, reason="nginx is not installed; bin/test installs it")
SECRET = "a-filter-that-stands-in-no-log"


class Behind:
    """A dashboard behind nginx, as a browser reaches it."""

    def __init__(self, folder: Path, ports: nginx.Ports, trusts: SSLContext) -> None:
        self.folder, self.ports, self.trusts = folder, ports, trusts
        self.address = f"https://localhost:{ports.encrypted}"

    def ask(self, method: str, path: str, body: str | bytes | None = None, **headers: str):
        """(status, headers, text), encrypted."""
        connection = http.client.HTTPSConnection("localhost", self.ports.encrypted, timeout=20, context=self.trusts)
        return self._answered(connection, method, path, body, headers)

    def ask_plainly(self, port: int, path: str):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        return self._answered(connection, "GET", path, None, {"Host": f"localhost:{port}"})

    @staticmethod
    def _answered(connection, method: str, path: str, body, headers: dict[str, str]):
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode("utf-8", "replace")

    def sign_in(self, **headers: str):
        _, told, text = self.ask("GET", "/sign-in")
        form = re.search('name="form" value="([^"]+)"', text)[1]
        body = urlencode({"form": form, "name": "o.open", "password": WORDS})
        kind = {"Content_Type": "application/x-www-form-urlencoded", "Origin": self.address}
        return self.ask("POST", "/sign-in", body, Cookie=told["Set-Cookie"].split(";")[0], **kind, **headers)

    def told(self, action: str) -> list[dict]:
        lines = (self.folder / "record.jsonl").read_text().splitlines()
        return [told for line in lines if (told := json.loads(line))["action"] == action]

    def logs(self, last: str) -> dict[str, str]:
        """What nginx logged: file → text, once its last request is there; it writes a line when the answer is gone."""
        until = time.monotonic() + 20
        while last not in (self.folder / "safety.access.log").read_text():
            assert time.monotonic() < until, f"not logged: {last}"
            time.sleep(0.05)
        return {path.name: path.read_text() for path in self.folder.glob("*.log")}


@pytest.fixture(scope="module")
def behind(sample_cuts, tmp_path_factory):
    folder, ports = tmp_path_factory.mktemp("behind"), nginx.Ports.free()
    Members(folder / "members.toml").add("o.open", "open member", WORDS, LAST)
    settings = {
        "SAFETY_ADDRESS": f"https://localhost:{ports.encrypted}",
        "SAFETY_SIGN_IN": "members",
        "SAFETY_SESSION": "open",  # the first screen of the closed session is not made ready for this
        "SAFETY_MEMBERS": str(folder / "members.toml"),
        "SAFETY_RECORD": str(folder / "record.jsonl"),
    }
    with ExitStack() as running:
        trusts = running.enter_context(nginx.proxy(folder, ports))
        reached = {"port": ports.dashboard, "host": f"localhost:{ports.encrypted}"}
        running.enter_context(serving(next(iter(sample_cuts.values())).path.parent, **reached, **settings))
        yield Behind(folder, ports, trusts)


@pytest.fixture(scope="module")
def visit(behind) -> str:
    """The cookie of a visit, begun by a browser that names another address and another website for itself."""
    status, headers, _ = behind.sign_in(
        X_Forwarded_For="198.51.100.7", Forwarded="for=198.51.100.7;host=evil.example", X_Forwarded_Host="evil.example"
    )
    assert status == 303 and headers["Location"] == "/"
    sent = headers["Set-Cookie"]
    assert sent.startswith("__Host-visit=")
    assert all(word in sent.lower() for word in ("; secure", "httponly", "samesite=strict", "path=/"))
    assert "domain" not in sent.lower()
    return sent.split(";")[0]


def test_a_member_signs_in_and_what_a_browser_says_of_its_address_is_not_believed(behind, visit):
    assert behind.ask("GET", "/visit", Cookie=visit)[0] == 200
    assert behind.ask("GET", "/visit", Cookie=visit.replace("__Host-", ""))[0] == 401
    told = behind.told("sign-in")[0]
    assert told["who"] == "o.open" and "198.51.100.7" not in (behind.folder / "record.jsonl").read_text()


def test_a_page_comes_over_the_websocket_and_a_file_over_its_route(behind, visit):
    async def visited() -> str:
        async with Viewer.opened(behind.address, trusts=behind.trusts, Cookie=visit) as viewer:
            assert (await viewer.open("conduct")).errors == ()
            await viewer.press("Print")
            return viewer.token

    token = asyncio.run(visited())
    status, headers, text = behind.ask("POST", "/file", token, Cookie=visit, Origin=behind.address)
    assert status == 200 and text.startswith("%PDF") and headers["Cache-Control"] == "no-store"
    with pytest.raises(websockets.InvalidStatus) as refused:
        asyncio.run(_opened(behind))
    assert refused.value.response.status_code == 401


async def _opened(behind: Behind) -> None:
    async with Viewer.opened(behind.address, trusts=behind.trusts) as viewer:
        await viewer.open("conduct")


def test_another_host_another_website_and_an_address_in_the_clear_are_refused(behind, visit):
    for host in ("evil.example", "localhost", f"127.0.0.1:{behind.ports.encrypted}"):
        assert behind.ask("GET", "/", Host=host, Cookie=visit)[0] == 403, host
    assert behind.ask("GET", "/", Origin="https://evil.example", Cookie=visit)[0] == 403
    assert behind.ask_plainly(behind.ports.plain, "/")[::2] == (403, REFUSED)
    assert behind.ask_plainly(behind.ports.encrypted, "/")[0] == 400
    assert behind.ask_plainly(behind.ports.dashboard, "/")[0] == 403


REFUSED = "Refused: the dashboard answers encrypted alone; write https.\n"


def test_each_answer_says_to_come_encrypted_and_none_names_the_proxys_version(behind, visit):
    for status, path in ((200, "/"), (200, "/health"), (401, "/_stcore/stream"), (403, "/_stcore/metrics")):
        found, headers, _ = behind.ask("GET", path, Cookie=visit if status == 403 else "")
        assert (found, headers["Strict-Transport-Security"]) == (status, "max-age=63072000"), path
        assert headers["Server"] == "nginx" and headers["X-Frame-Options"] == "DENY"


def test_a_body_is_as_large_as_a_file_of_a_page_at_most(behind, visit):
    sizes = {8 * 2**20: 403, 10 * 2**20: 413}  # the first reaches the dashboard, which knows no such session
    for size, expected in sizes.items():
        path = "/_stcore/upload_file/unknown/0"
        assert behind.ask("PUT", path, b"x" * size, Cookie=visit, Origin=behind.address)[0] == expected


def test_a_member_signs_in_with_a_browser_and_a_page_comes(behind, browser):  # noqa: F811
    context = browser.new_context(ignore_https_errors=True)  # nobody else vouches for this certificate
    page = context.new_page()
    page.goto(f"{behind.address}/conduct")
    page.wait_for_url(re.compile("/sign-in"), timeout=30000)
    page.get_by_label("Name").fill("o.open")
    page.get_by_label("Password").fill(WORDS)
    page.keyboard.press("Enter")
    expect(page.locator(".page-head h1")).to_have_text("Trial conduct", timeout=60000)
    expect(page.locator("footer")).to_contain_text("Signed in as o.open, open member.")
    assert {cookie["name"] for cookie in context.cookies() if cookie["secure"]} >= {"__Host-visit"}
    context.close()


def test_whoever_hurries_at_the_door_waits_others_do_not_and_no_log_holds_a_query(behind, visit):
    hurried = [behind.ask("GET", f"/sign-in?to=/heart?{SECRET}")[0] for _ in range(40)]
    assert hurried[:10] == [200] * 10 and set(hurried) == {200, 429}
    assert behind.ask("GET", f"/heart?{SECRET}", Cookie=visit, Referer=f"{behind.address}/?{SECRET}")[0] == 200
    logs = behind.logs(" GET /heart 200 ")
    assert " GET /sign-in 429 " in logs["safety.access.log"]
    assert [name for name, text in logs.items() if SECRET in text] == []
