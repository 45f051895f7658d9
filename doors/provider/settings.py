"""What the server is told of the sign-in service: its address, and what it knows this dashboard by."""

from __future__ import annotations

import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from members.proof import EXAMPLE, ISSUER, is_issuer

CLIENT, HOSTS = "SAFETY_OIDC_CLIENT", "SAFETY_OIDC_HOSTS"
SECRET, SECRET_FILE = "SAFETY_OIDC_SECRET", "SAFETY_OIDC_SECRET_FILE"
HOST = re.compile(r"[a-z0-9.-]+(:\d+)?")


@dataclass(frozen=True)
class Settings:
    """issuer: the service's own name, an address. client, secret: what it knows this dashboard by. hosts: those that
    are asked, with the port where it is not the usual one; the issuer's first."""

    issuer: str
    client: str
    secret: str = field(repr=False)
    hosts: tuple[str, ...]


def settings_of(environment: Mapping[str, str]) -> Settings:
    """The settings as they are named. ValueError, one sentence: one is missing or cannot be used."""
    told = {name: environment.get(name, "").strip() for name in (ISSUER, CLIENT, HOSTS)}
    if not told[ISSUER]:
        raise ValueError(f"Sign-in with a service needs its address: name it in {ISSUER}, such as {EXAMPLE}.")
    if not is_issuer(told[ISSUER]):
        raise ValueError(
            f"{ISSUER} is {told[ISSUER]!r}, which is not the address of a sign-in service: "
            f"write it as the service names its issuer, with https, such as {EXAMPLE}."
        )
    if not told[CLIENT]:
        raise ValueError(f"Sign-in with a service needs the name that it gave this dashboard: set {CLIENT}.")
    hosts = (urlsplit(told[ISSUER]).netloc, *_more_hosts(told[HOSTS]))
    return Settings(told[ISSUER], told[CLIENT], _secret(environment), hosts)


def _more_hosts(named: str) -> list[str]:
    hosts = named.replace(",", " ").split()
    if wrong := [host for host in hosts if not HOST.fullmatch(host)]:
        raise ValueError(f"{HOSTS} names {wrong[0]!r}, which is not a host: write names alone, such as {EXAMPLE[8:]}.")
    return hosts


def _secret(environment: Mapping[str, str]) -> str:
    """The secret that the service gave this dashboard; ValueError where there is none, or others can read its file."""
    secret, named = environment.get(SECRET, "").strip(), environment.get(SECRET_FILE, "").strip()
    if secret and named:
        raise ValueError(f"Both {SECRET} and {SECRET_FILE} are set; unset one, so that it is clear which secret holds.")
    if named:
        secret = _secret_in(Path(named))
    if not secret:
        raise ValueError(
            f"Sign-in with a service needs the secret that it gave this dashboard: "
            f"write it to a file of its owner alone and name that in {SECRET_FILE}, or set {SECRET}."
        )
    return secret


def _secret_in(path: Path) -> str:
    try:
        mode, secret = stat.S_IMODE(path.stat().st_mode), path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not text"
        raise ValueError(f"The file {path} of {SECRET_FILE} cannot be read ({why}): name another.") from error
    if mode & 0o077:
        raise ValueError(f"Others than its owner can read the file {path} of {SECRET_FILE}: chmod 600 closes it.")
    if not secret:
        raise ValueError(f"The file {path} of {SECRET_FILE} is empty: write the service's secret into it.")
    return secret
