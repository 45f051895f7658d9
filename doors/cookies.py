"""The dashboard's cookies: named and set as each of its addresses asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from starlette.requests import Request
from starlette.responses import Response

VISIT, FORM, BROWSER, BEGUN = "visit", "form", "browser", "begun"
"""A member's visit; a form's token; the browser of a reader who does not sign in; a sign-in that is on its way. With
__Host- before them where the address is encrypted."""


@dataclass(frozen=True)
class Cookies:
    """addresses: the dashboard's own."""

    addresses: Callable[[], tuple[str, ...]]

    def named(self, host: str, name: str) -> str:
        """The name of a cookie for this Host."""
        return f"__Host-{name}" if self._secure(host) else name

    def read(self, request: Request, name: str) -> str:
        """The value that a request brings; empty where it brings none."""
        return request.cookies.get(self.named(request.headers.get("host", ""), name), "")

    def all(self, request: Request, name: str) -> list[str]:
        """Every value that a request brings, of each of the two names: a browser may bring more than one."""
        told = ";".join(request.headers.getlist("cookie")).split(";")
        pairs = [one.strip().partition("=") for one in told]
        return [value for named, _, value in pairs if named in (name, f"__Host-{name}") and value]

    def set(
        self,
        request: Request,
        answer: Response,
        name: str,
        value: str,
        *,
        samesite: Literal["strict", "lax"] = "strict",
        seconds: int | None = None,
    ) -> None:
        """Set a cookie on an answer, or take it away (an empty value). seconds: how long; None: with the browser."""
        host = request.headers.get("host", "")
        answer.set_cookie(
            self.named(host, name),
            value,
            max_age=seconds if value else 0,
            path="/",
            secure=self._secure(host),
            httponly=True,
            samesite=samesite,
        )

    def _secure(self, host: str) -> bool:
        """Whether browsers reach this address encrypted, through a proxy or not: then a cookie is for that alone."""
        return f"https://{host}" in self.addresses()
