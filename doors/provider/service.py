"""The questions to the sign-in service, by Authlib: where a browser is sent, and whose account comes back."""

from __future__ import annotations

import logging
import time
from asyncio import Lock
from typing import Any
from urllib.parse import urlsplit

import httpx2
from authlib.integrations.starlette_client import StarletteOAuth2App

from doors.provider.begun import Begun, ServiceError, UnprovenError
from doors.provider.settings import HOSTS, Settings
from members import Account
from members.proof import is_subject

LOG = logging.getLogger("safety")
SECONDS = 10.0
"""A service that takes longer to answer does not answer."""
KNOWN_SECONDS, PAUSE_SECONDS = 300.0, 5.0
"""So long what the service says of itself is believed, and after a failure so long it is not asked: nobody can have it
asked at will."""
LEEWAY_SECONDS = 120
"""By so much the clocks of the service and of this server may differ."""
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
"""Signatures that only the service can make. It may also list some with the secret or without any."""
DISCOVERY = "/.well-known/openid-configuration"
BY_DEFAULT = ("client_secret_basic",)
ADDRESSES = ("authorization_endpoint", "token_endpoint", "jwks_uri")
LISTS = ("token_endpoint_auth_methods_supported", "id_token_signing_alg_values_supported")


class Service:
    """One service. Nothing is asked of another host than those named: redirections are not followed.

    transport: for tests of what a service could say of itself.
    """

    def __init__(self, settings: Settings, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        self.settings, self.host = settings, settings.hosts[0]
        self._asking: dict[str, Any] = {"timeout": SECONDS}
        self._asking |= {"transport": transport} if transport else {}
        self._lock = Lock()
        self._known: tuple[float, StarletteOAuth2App] | None = None
        self._failed: tuple[float, ServiceError] | None = None

    async def begin(self, back: str) -> tuple[str, Begun]:
        """Where the browser is sent, and what is to be remembered of it. It asks for the password anew: a visit that
        has ended is not opened again by one click of whoever sits there now. ServiceError: it cannot be used."""
        app = await self._app()
        told = await app.create_authorization_url(back, prompt="login")
        return told["url"], Begun(told["state"], told["nonce"], told["code_verifier"], back, time.time())

    async def account(self, begun: Begun, code: str) -> Account:
        """The account that the service proves for a code. UnprovenError, ServiceError: it does not, or cannot."""
        app = await self._app()
        try:
            token = await app.fetch_access_token(begun.back, code=code, code_verifier=begun.verifier)
            claims = await app.parse_id_token(token, begun.nonce, self._expected(), leeway=LEEWAY_SECONDS)
        except httpx2.HTTPError as error:
            raise self._unusable(error) from error
        except Exception as error:  # whatever it is, nothing is proved
            LOG.warning("the sign-in service %s: %s: %.200r", self.host, type(error).__name__, str(error))
            raise UnprovenError(f"the service does not prove it: {type(error).__name__}") from error
        if claims is None or not is_subject(claims["sub"]):
            raise UnprovenError("the service names no account")
        if not _is_between(begun.at, claims.get("auth_time", begun.at), time.time()):
            raise UnprovenError("the service did not ask for the password anew")
        return Account(self.settings.issuer, claims["sub"])

    def _expected(self) -> dict[str, dict]:
        return {
            "iss": {"essential": True, "value": self.settings.issuer},
            "aud": {"essential": True, "value": self.settings.client},
            "sub": {"essential": True},
        }

    async def _app(self) -> StarletteOAuth2App:
        """Authlib's client as the service last described itself. One asks, the others wait for what comes of it."""
        async with self._lock:
            now = time.monotonic()
            if self._failed and now - self._failed[0] < PAUSE_SECONDS:
                raise self._failed[1]
            if self._known is None or now - self._known[0] > KNOWN_SECONDS:
                try:
                    self._known = now, self._app_of(await self._discovered())
                except ServiceError as error:
                    self._failed = time.monotonic(), error
                    raise
            return self._known[1]

    async def _discovered(self) -> dict:
        """What the service says of itself (OpenID Connect Discovery 1.0); ServiceError unless it is of this issuer."""
        try:
            async with httpx2.AsyncClient(**self._asking) as client:
                answer = await client.get(self.settings.issuer.rstrip("/") + DISCOVERY)
                told = answer.raise_for_status().json()
            if told["issuer"] != self.settings.issuer:
                raise ValueError(f"it names its issuer {told['issuer']!r}")
            for name in ADDRESSES:
                self._refuse_address(told[name])
            for name in LISTS:
                if not isinstance(told.get(name) or [], list):
                    raise ValueError(f"its {name} is no list")
            return told
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError, KeyError, TypeError, AttributeError) as error:
            raise self._unusable(error) from error

    def _app_of(self, told: dict) -> StarletteOAuth2App:
        """Authlib's client, which learns no more of what the service says than is needed."""
        ways, listed = (told.get(name) or () for name in LISTS)
        by_post = "client_secret_basic" not in (ways or BY_DEFAULT)
        return StarletteOAuth2App(
            None,
            client_id=self.settings.client,
            client_secret=self.settings.secret,
            authorize_url=told["authorization_endpoint"],
            access_token_url=told["token_endpoint"],
            client_kwargs={
                **self._asking,
                "scope": "openid",
                "code_challenge_method": "S256",
                "token_endpoint_auth_method": "client_secret_post" if by_post else "client_secret_basic",
            },
            jwks_uri=told["jwks_uri"],
            id_token_signing_alg_values_supported=[name for name in ALGORITHMS if name in listed] or ["RS256"],
        )

    def _unusable(self, error: Exception) -> ServiceError:
        LOG.error("the sign-in service %s: %s: %s", self.host, type(error).__name__, error)
        return ServiceError(
            f"The sign-in service {self.host} does not answer as it should; try again in a few minutes."
        )

    def _refuse_address(self, address: str) -> None:
        """ValueError for a host that is not named, and for one asked in the clear where the issuer is not."""
        scheme, host, *_ = urlsplit(address)
        if scheme != urlsplit(self.settings.issuer).scheme or host not in self.settings.hosts:
            raise ValueError(f"it leads to {address}, which is of no host of the service; {HOSTS} can name more")


def _is_between(first: float, told: object, last: float) -> bool:
    """Whether what a service says is a time (s), neither before the first nor after the last, as clocks differ."""
    if not isinstance(told, int | float) or isinstance(told, bool):
        return False
    return first - LEEWAY_SECONDS <= told <= last + LEEWAY_SECONDS
