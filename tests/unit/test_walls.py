"""Who is answered: every Host and Origin that a browser, a forger or a mistaken setting can bring."""

from __future__ import annotations

import asyncio

import pytest
from streamlit import net_util
from streamlit.web.server.starlette.starlette_websocket import _is_origin_allowed

from doors.walls import OwnAddressesOnly, own_addresses

NAMED = ("https://safety.example.org", "https://dsmb.example.org:8443")
OWN, OTHER = "safety.example.org", "dsmb.example.org:8443"
GET, POST, WEBSOCKET = "GET", "POST", "websocket"


def answered(kind: str, *headers: tuple[str, str], path: str = "/") -> bool:
    """Whether a request reaches what lies behind; else it got a 403 and nothing behind has seen it."""
    seen, sent = [], []

    async def behind(scope, receive, send) -> None:
        seen.append(scope)

    async def send(message) -> None:
        sent.append(message)

    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers]
    of_kind = {"type": "websocket"} if kind == WEBSOCKET else {"type": "http", "method": kind}
    scope = of_kind | {"path": path, "headers": raw}
    asyncio.run(OwnAddressesOnly(behind, lambda: NAMED)(scope, None, send))
    start = {"type": "websocket.http.response.start" if kind == WEBSOCKET else "http.response.start", "status": 403}
    assert len(seen) == (not sent) and (not sent or sent[0].items() >= start.items())
    return bool(seen)


@pytest.mark.parametrize("host", [OWN, OTHER])
@pytest.mark.parametrize("kind", [GET, "HEAD", POST, "PUT", "DELETE", "OPTIONS", WEBSOCKET])
def test_a_page_of_the_dashboard_may_ask_whatever_it_asks(kind, host):
    assert answered(kind, ("Host", host), ("Origin", f"https://{host}"))


@pytest.mark.parametrize("kind", [GET, POST, WEBSOCKET])
@pytest.mark.parametrize(
    "host",
    [
        *("", "evil.example", "evil.example:443", "localhost", "127.0.0.1", "*", "null"),
        *(f"{OWN}:443", f"{OWN}:80", f"{OWN}.", f".{OWN}", f"a.{OWN}", f"{OWN}.evil.example", OWN.upper(), f"x@{OWN}"),
        *(f"{OWN}/", f"https://{OWN}", f"{OWN}, evil.example", f"evil.example, {OWN}", f"{OWN} evil", f"{OWN}\xa0"),
        *("dsmb.example.org", "dsmb.example.org:443", "dsmb.example.org:08443", f"[{OWN}]"),
    ],
)
def test_no_other_host_is_answered_whatever_origin_it_brings(kind, host):
    for origin in (f"https://{host}", f"https://{OWN}", f"http://{host}"):
        assert not answered(kind, ("Host", host), ("Origin", origin))
    assert not answered(kind, ("Host", host))


@pytest.mark.parametrize("kind", [GET, POST, WEBSOCKET])
@pytest.mark.parametrize("hosts", [(), (OWN, OWN), (OWN, "evil.example"), ("evil.example", OWN)], ids=str)
def test_one_host_is_needed(kind, hosts):
    assert not answered(kind, *(("Host", host) for host in hosts), ("Origin", f"https://{OWN}"))


@pytest.mark.parametrize("kind", [GET, "HEAD", POST, WEBSOCKET])
@pytest.mark.parametrize(
    "origins",
    [
        *([""], ["null"], ["https://evil.example"], [f"http://{OWN}"], [f"https://{OWN}:443"], [f"https://{OWN}/"]),
        *([OWN], [f"HTTPS://{OWN}"], [f"https://{OWN}."], [f"https://x@{OWN}"], [f"https://{OWN}.evil.example"]),
        *([f"https://{OTHER}"], ["https://safety.example.org:8501"], [f"https://evil.example https://{OWN}"]),
        *([f"https://{OWN}"] * 2, [f"https://{OWN}", "https://evil.example"]),
    ],
    ids=str,
)
def test_a_foreign_origin_is_refused_by_every_method(kind, origins):
    assert not answered(kind, ("Host", OWN), *(("Origin", origin) for origin in origins))


def test_an_origin_is_needed_where_browsers_send_one():
    for kind in (POST, "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "get", WEBSOCKET):
        assert not answered(kind, ("Host", OWN))
    assert answered(GET, ("Host", OWN)) and answered("HEAD", ("Host", OWN))


@pytest.mark.parametrize("name", ["X-Forwarded-Host", "Forwarded", "X-Host", "X-Original-Host", ":authority"])
def test_no_other_header_stands_for_the_host(name):
    assert not answered(GET, ("Host", "evil.example"), (name, OWN))
    assert answered(GET, ("Host", OWN), (name, "evil.example"))


@pytest.mark.parametrize("path", [f"https://{OWN}/", "https://evil.example/", "evil.example:443", "*", ""])
def test_a_path_that_names_a_host_is_refused(path):
    assert not answered(GET, ("Host", OWN), path=path)


def test_what_starts_and_ends_the_server_passes():
    passed = []

    async def behind(scope, receive, send) -> None:
        passed.append(scope["type"])

    asyncio.run(OwnAddressesOnly(behind, lambda: NAMED)({"type": "lifespan"}, None, None))
    assert passed == ["lifespan"]


def test_streamlit_takes_what_is_let_through_without_looking_up_its_own_address(monkeypatch):
    def look_up() -> None:
        raise AssertionError("asked the network for its own address")

    monkeypatch.setattr(net_util, "get_external_ip", look_up)
    monkeypatch.setattr(net_util, "get_internal_ip", look_up)
    for address in (*NAMED, *own_addresses("", "127.0.0.1", 8501, False)):
        assert _is_origin_allowed(address, address.split("://")[1])


@pytest.mark.parametrize(
    ("listening", "port", "encrypted", "expected"),
    [
        ("127.0.0.1", 8501, False, "http://127.0.0.1:8501 http://localhost:8501 http://[::1]:8501"),
        ("localhost", 80, False, "http://localhost http://127.0.0.1 http://[::1]"),
        ("::1", 443, True, "https://[::1] https://127.0.0.1 https://localhost"),
        ("127.0.0.2", 80, True, "https://127.0.0.2:80 https://127.0.0.1:80 https://localhost:80 https://[::1]:80"),
        ("192.168.1.5", 8501, False, "http://192.168.1.5:8501"),
        ("2001:DB8:0::5", 8501, True, "https://[2001:db8::5]:8501"),
        ("Board.example.org", 8501, False, "http://board.example.org:8501"),
    ],
)
def test_unset_the_addresses_are_those_listened_on(listening, port, encrypted, expected):
    assert own_addresses("", listening, port, encrypted) == tuple(expected.split())
    assert own_addresses(" \n", listening, port, encrypted) == tuple(expected.split())


@pytest.mark.parametrize("listening", ["", "0.0.0.0", "::", "0:0::0", "fe80::1%eth0", "127.1", "unix:///run/socket"])
def test_listening_where_no_browser_could_name_it_needs_the_setting(listening):
    with pytest.raises(ValueError, match=f"listen on {listening or 'every address of this machine'}, .*SAFETY_ADDRESS"):
        own_addresses("", listening, 8501, False)
    assert own_addresses(NAMED[0], listening, 8501, False) == (NAMED[0],)


@pytest.mark.parametrize("between", [" ", ",", ", ", "\n", " \t, "])
def test_several_addresses_are_named_and_those_listened_on_are_then_none(between):
    assert own_addresses(f" {between.join(NAMED)} ", "127.0.0.1", 8501, False) == NAMED


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:8501", "http://localhost", "https://[2001:db8::5]:8443", "http://safety_app:8080"],
)
def test_an_address_is_taken_as_browsers_write_it(address):
    assert own_addresses(address, "127.0.0.1", 8501, False) == (address,)


@pytest.mark.parametrize(
    ("written", "usual"),
    [
        ("https://safety.example.org/", "https://safety.example.org"),
        ("HTTPS://Safety.Example.org", "https://safety.example.org"),
        ("https://safety.example.org:443", "https://safety.example.org"),
        ("http://safety.example.org:0080", "http://safety.example.org"),
        ("https://safety.example.org.", "https://safety.example.org"),
        ("https://safety.example.org/board?x#y", "https://safety.example.org"),
        ("https://user:secret@safety.example.org", "https://safety.example.org"),
        ("http://[2001:DB8:0::5]:8501", "http://[2001:db8::5]:8501"),
        ("https://safety.example.org:", "https://safety.example.org"),
    ],
)
def test_an_address_written_otherwise_is_refused_with_the_way_to_write_it(written, usual):
    with pytest.raises(ValueError, match=rf"write it as browsers do: {usual}\.$".replace("[", r"\[")):
        own_addresses(written, "127.0.0.1", 8501, False)


@pytest.mark.parametrize(
    "written",
    [
        *("safety.example.org", "safety.example.org:443", "//safety.example.org", "https://", "https:safety", "*"),
        *("https://*.example.org", "https://*", "null", "ftp://safety.example.org", "wss://safety.example.org"),
        *("https://0.0.0.0", "http://[::]:8501", "http://127.1", "http://0x7f.1", "http://1.2.3.256", "http://[::1"),
        *("https://safety.example.org:0", "https://safety.example.org:65536", "https://safety.example.org:x"),
        *("https://münchen.example", "https://-a.example", "https://a..example", "https://.", "https://a b", ","),
        *("http://::1", "http://[fe80::1%25eth0]", f"{NAMED[0]} x", f"x,{NAMED[0]}", f"{NAMED[0]};{NAMED[1]}"),
        *("https://a\x00.example", "https://[safety.example.org]", f"{NAMED[0]}, "[:-1]),
    ],
)
def test_what_is_no_address_is_refused_in_one_sentence(written):
    with pytest.raises(ValueError) as refused:
        own_addresses(written, "127.0.0.1", 8501, False)
    text = str(refused.value)
    assert text.startswith("SAFETY_ADDRESS names '") and "such as https://safety.example.org" in text
    assert "\n" not in text
