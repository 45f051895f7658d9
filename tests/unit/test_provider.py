"""The sign-in service as it is named, and what one could say of itself."""

from __future__ import annotations

import asyncio
import time
from contextlib import nullcontext, suppress
from pathlib import Path

import pytest
from server import free_port

from doors.provider.begun import Begun, ServiceError, UnprovenError
from doors.provider.settings import CLIENT, HOSTS, SECRET, SECRET_FILE, Settings, settings_of
from members import Account
from members.proof import ISSUER

ADDRESS = "https://login.example.org/trial"
NAMED = {ISSUER: ADDRESS, CLIENT: "dashboard", SECRET: "seven quiet doors open"}
TOLD = {
    "issuer": ADDRESS,
    "authorization_endpoint": f"{ADDRESS}/authorize",
    "token_endpoint": f"{ADDRESS}/token",
    "jwks_uri": f"{ADDRESS}/keys",
}
BACK = "https://safety.example.org/sign-in/return"


def test_the_settings_of_a_service_are_read_and_its_secret_is_shown_nowhere(tmp_path):
    file = tmp_path / "secret"
    file.touch(0o600)
    file.write_text("seven quiet doors open\n")
    for named in (NAMED, NAMED | {SECRET: "", SECRET_FILE: str(file)}):
        settings = settings_of(named)
        assert settings == Settings(ADDRESS, "dashboard", "seven quiet doors open", ("login.example.org",))
        assert "seven" not in repr(settings)
    more = settings_of(NAMED | {HOSTS: "tokens.example.org, keys.example.org:8443"})
    assert more.hosts == ("login.example.org", "tokens.example.org", "keys.example.org:8443")


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({ISSUER: ""}, f"name it in {ISSUER}"),
        ({ISSUER: "http://login.example.org"}, "with https"),
        ({ISSUER: "https://login.example.org/?a=b"}, "is not the address of a sign-in service"),
        ({ISSUER: "https://somebody@login.example.org"}, "is not the address of a sign-in service"),
        ({ISSUER: "login.example.org"}, "is not the address of a sign-in service"),
        ({CLIENT: " "}, f"set {CLIENT}"),
        (
            {HOSTS: "keys.example.org https://tokens.example.org"},
            "names 'https://tokens.example.org', which is not a host",
        ),
        ({SECRET: ""}, f"name that in {SECRET_FILE}, or set {SECRET}"),
        ({SECRET_FILE: "there"}, "unset one"),
        ({SECRET: "", SECRET_FILE: "nowhere"}, "cannot be read (No such file or directory)"),
        ({SECRET: "", SECRET_FILE: "open"}, "chmod 600"),
        ({SECRET: "", SECRET_FILE: "empty"}, "is empty"),
        ({SECRET: "", SECRET_FILE: "bytes"}, "cannot be read (it is not text)"),
    ],
)
def test_a_setting_that_is_missing_or_cannot_be_used_is_said_in_a_sentence(changed, why, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, content, mode in (("open", b"x", 0o640), ("empty", b" \n", 0o600), ("bytes", b"\xff", 0o600)):
        Path(name).write_bytes(content)
        Path(name).chmod(mode)
    with pytest.raises(ValueError) as refused:
        settings_of(NAMED | changed)
    assert why in str(refused.value) and len(str(refused.value).splitlines()) == 1
    assert "seven quiet doors open" not in str(refused.value)


@pytest.fixture
def begin():
    """begin(what the service says of itself, or the answer itself) → (where a browser is sent, the hosts asked)."""
    from httpx2 import MockTransport, Response

    from doors.provider.service import Service

    def ask(told: dict | Response, **named: str) -> tuple[str, list[str]]:
        asked: list[str] = []

        def answer(request) -> Response:
            asked.append(request.url.host)
            return told if isinstance(told, Response) else Response(200, json=told)

        service = Service(settings_of(NAMED | named), MockTransport(answer))

        async def twice() -> str:
            first, _ = await service.begin(BACK)
            assert first.split("?")[0] == (await service.begin(BACK))[0].split("?")[0]
            return first

        return asyncio.run(twice()), asked

    return ask


def test_a_browser_is_sent_to_the_service_which_is_asked_of_itself_once(begin):
    address, asked = begin(TOLD)
    assert address.startswith(f"{ADDRESS}/authorize?") and asked == ["login.example.org"]
    for told in (
        "response_type=code",
        "scope=openid",
        "prompt=login",
        "code_challenge_method=S256",
        "nonce=",
        "state=",
    ):
        assert f"{told}" in address
    assert "seven" not in address
    elsewhere = TOLD | {"token_endpoint": "https://tokens.example.org/token"}
    assert begin(elsewhere, **{HOSTS: "tokens.example.org"})[1] == ["login.example.org"]


@pytest.mark.parametrize(
    "changed",
    [
        {"issuer": "https://login.example.org"},
        {"issuer": None},
        {"authorization_endpoint": "https://evil.example/authorize"},
        {"token_endpoint": "https://evil.example/token"},
        {"token_endpoint": "https://login.example.org:8443/token"},
        {"token_endpoint": "https://login.example.org@evil.example/token"},
        {"jwks_uri": "http://login.example.org/trial/keys"},
        {"jwks_uri": None},
        {"jwks_uri": ["keys"]},
        {"token_endpoint_auth_methods_supported": 5},
        {"id_token_signing_alg_values_supported": "RS256"},
    ],
)
def test_a_service_of_another_name_or_that_leads_to_another_host_is_not_used(begin, changed):
    with pytest.raises(ServiceError, match="^The sign-in service login.example.org does not answer as it should; try"):
        begin(TOLD | changed)


def test_an_answer_that_is_none_or_leads_elsewhere_is_not_used(begin):
    from httpx2 import Response

    for answer in (
        Response(200, text="<html>"),
        Response(200, json=["issuer"]),
        Response(200, json="issuer"),
        Response(500, json=TOLD),
        Response(302, headers={"location": "https://evil.example"}),
    ):
        with pytest.raises(ServiceError):
            begin(answer)


def test_a_service_that_is_not_there_is_asked_again_after_a_pause_alone(monkeypatch):
    from doors.provider import service

    down = service.Service(settings_of(NAMED | {ISSUER: f"http://127.0.0.1:{free_port()}"}))
    asked = []
    discovered = down._discovered
    monkeypatch.setattr(down, "_discovered", lambda: asked.append(1) or discovered())

    async def three() -> None:
        for pause in (service.PAUSE_SECONDS, service.PAUSE_SECONDS, 0.0):
            monkeypatch.setattr(service, "PAUSE_SECONDS", pause)
            with pytest.raises(ServiceError):
                await down.begin(BACK)

    asyncio.run(three())
    assert len(asked) == 2


def test_signatures_that_anybody_could_make_are_not_believed():
    from doors.provider.service import Service

    told = TOLD | {"id_token_signing_alg_values_supported": ["none", "HS256", "PS256"]}
    app = Service(settings_of(NAMED))._app_of(told)
    assert app.server_metadata["id_token_signing_alg_values_supported"] == ["PS256"]
    assert Service(settings_of(NAMED))._app_of(TOLD).server_metadata["id_token_signing_alg_values_supported"] == [
        "RS256"
    ]


@pytest.fixture(scope="module")
def proved():
    """proved(what the service claims otherwise, begun so many seconds ago) → the account, or UnprovenError."""
    from httpx2 import MockTransport, Response
    from joserfc import jwt
    from joserfc.jwk import ECKey

    from doors.provider.service import Service

    key = ECKey.generate_key("P-256", parameters={"kid": "k"})

    def ask(changed: dict, ago: float = 0.0) -> Account:
        now = time.time()
        begun = Begun("state", "nonce", "verifier", BACK, now - ago)
        claims = {"iss": ADDRESS, "aud": "dashboard", "sub": "4711", "nonce": "nonce", "iat": int(now)}
        claims |= {"exp": int(now) + 60} | changed
        token = jwt.encode({"alg": "ES256", "kid": "k"}, {k: v for k, v in claims.items() if v is not LEFT_OUT}, key)
        answers = {
            "openid-configuration": TOLD | {"id_token_signing_alg_values_supported": ["ES256"]},
            "token": {"access_token": "a", "token_type": "Bearer", "id_token": token},
            "keys": {"keys": [key.as_dict(private=False)]},
        }
        told = MockTransport(lambda request: Response(200, json=answers[request.url.path.rpartition("/")[2]]))
        return asyncio.run(Service(settings_of(NAMED), told).account(begun, "code"))

    return ask


@pytest.mark.parametrize("when", [None, -60, 0.5])
def test_an_account_is_proved_where_the_service_says_so_and_asked_for_the_password_just_now(proved, when):
    told = {"auth_time": time.time() + when if when else LEFT_OUT}
    assert proved(told, ago=30) == Account(ADDRESS, "4711")


LEFT_OUT = object()
ODD = (None, True, -1, 10**400, float("nan"), float("inf"), "", "x", "x" * 300, "é", [], ["4711"], {"a": 1})


@pytest.mark.parametrize("claim", ["sub", "auth_time", "iss", "aud", "nonce", "iat", "exp", "amr", "azp", "at_hash"])
def test_a_claim_of_another_kind_proves_nothing_and_fails_nothing(proved, claim):
    let_in = []
    for odd in ODD:
        with suppress(UnprovenError):
            assert proved({claim: odd}).issuer == ADDRESS
            let_in.append(odd)
    if claim in ("sub", "auth_time", "iss", "aud", "nonce"):
        assert let_in == (["x"] if claim == "sub" else [])
        with pytest.raises(UnprovenError) if claim != "auth_time" else nullcontext():
            proved({claim: LEFT_OUT})
