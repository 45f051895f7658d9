"""A real OpenID provider for tests (canaille): on localhost, in memory, ended by the test that began it.

Its libraries are imported by the test that begins it, not by each process that collects tests.
"""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from server import free_port

WORDS = "four green hearts beat"
CLIENT, SECRET = "safety-dashboard", "seven quiet doors open"


class Threads(ThreadingMixIn, WSGIServer):
    """A browser opens more connections than it uses at first."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_request(self, *_told) -> None:
        pass


class Provider:
    """issuer: its name and address."""

    def __init__(self, app, port: int) -> None:
        self.app, self.issuer = app, f"http://localhost:{port}"
        self._server = make_server("localhost", port, app, server_class=Threads, handler_class=Quiet)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def knows(self, *names: str) -> None:
        """Accounts, each with the same password; the provider's subject of each is its name."""
        from canaille.app import models

        for name in names:
            self._keep(models.User(user_name=name, family_name=name, emails=[f"{name}@example.org"], password=WORDS))

    def serves(self, name: str, back: str, for_itself: bool = True) -> None:
        """A client that is led back to one address; not for itself: its tokens are for another."""
        from canaille.app import models

        client = models.Client(
            client_id=name,
            client_secret=SECRET,
            client_name=name,
            client_uri="http://127.0.0.1",
            redirect_uris=[back],
            grant_types=["authorization_code"],
            response_types=["code"],
            scope=["openid"],
            token_endpoint_auth_method="client_secret_basic",
        )
        self._keep(client)
        if for_itself:
            client.audience = [client]
            self._keep(client)

    def _keep(self, what) -> None:
        from canaille.backends import Backend

        with self.app.app_context():
            Backend.instance.save(what)

    def asked(self, address: str, name: str, password: str = WORDS) -> str:
        """Where the provider leads a browser that asks for an address and then signs in."""
        from httpx2 import Client

        with Client(base_url=self.issuer, timeout=20) as browser:
            told = [None, {"login": name}, {"password": password}]
            while address.startswith((self.issuer, "/")):
                answer = browser.get(address)
                if not answer.has_redirect_location:
                    told.pop(0)
                    answer = browser.post(address, data=told[0])
                address = answer.headers["location"]
            return address

    def end(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _ask_for_all_conditions() -> None:
    """Canaille 0.3.6's memory answers with what meets one of several conditions, where its interface and its databases
    ask for all: any code of a client would be taken for any other."""
    from canaille.backends.memory.backend import MemoryBackend

    by_one = MemoryBackend.do_query

    def by_all(self, model, *_args, **conditions):
        found = [by_one(self, model, **{name: value}) for name, value in conditions.items()] or [by_one(self, model)]
        return [one for one in found[0] if all(any(one.id == other.id for other in also) for also in found[1:])]

    MemoryBackend.do_query = by_all


@contextmanager
def provider():
    """A provider with nobody in it."""
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # it is asked on this machine alone
    from canaille import create_app
    from joserfc.jwk import RSAKey

    _ask_for_all_conditions()
    port, key = free_port(), RSAKey.generate_key(2048)
    key.ensure_kid()
    app = create_app(
        config={
            "TESTING": True,
            "SECRET_KEY": "of a test",
            "WTF_CSRF_ENABLED": False,
            "PREFERRED_URL_SCHEME": "http",
            "SERVER_NAME": f"localhost:{port}",
            "CANAILLE": {
                "DATABASE": "memory",
                "JAVASCRIPT": False,
                "ACL": {"DEFAULT": {"PERMISSIONS": ["use_oidc"]}},
                "LOGGING": {"version": 1, "disable_existing_loggers": False},
            },
            "CANAILLE_OIDC": {"ACTIVE_JWKS": [key.as_dict(private=True)]},
        },
        env_file=os.devnull,
    )
    running = Provider(app, port)
    try:
        yield running
    finally:
        running.end()
        del os.environ["AUTHLIB_INSECURE_TRANSPORT"]
