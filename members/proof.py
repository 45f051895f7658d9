"""What lets a member in: a password, of which a hash is kept, or an account that a sign-in service vouches for."""

from __future__ import annotations

import os
import re
import unicodedata
from typing import NamedTuple
from urllib.parse import urlsplit

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 12, 256
MOST_TYPED = 4 * LONGEST
"""Letters that are looked at: composed they are fewer."""
ISSUER, EXAMPLE = "SAFETY_OIDC_ISSUER", "https://login.example.org"
"""The setting that names the sign-in service, and what it is like."""
HASHER = PasswordHasher()
"""Argon2id with the library's own settings (RFC 9106, the second recommended option: 64 MiB)."""
NOBODY = HASHER.hash(os.urandom(16))
"""What the password of a name that has none is held against, so that an answer takes as long."""
SUBJECT = re.compile(r"[!-~]([ -~]{0,253}[!-~])?")
"""What a service may call an account: up to 255 letters of ASCII (OpenID Connect Core 1.0, section 2)."""
UNREADABLE = "The list of members cannot be read; tell whoever runs the server."
"""What readers are told of it: the error itself names a file of the server."""


class MembersError(ValueError):
    """What is wrong with the list of members or with what was asked of it, in one sentence."""


class Account(NamedTuple):
    """An account at a sign-in service (OpenID provider): the service's own name, an address, and what it calls it."""

    issuer: str
    subject: str


def kept_of(name: str, proof: str | Account) -> dict[str, str]:
    """What the list keeps of a password or an account; MembersError where it will not do."""
    if isinstance(proof, str):
        return {"hash": hash_of(name, proof)}
    if not is_issuer(proof.issuer):
        raise MembersError(f"{proof.issuer!r} is no sign-in service; write its address, such as {EXAMPLE}.")
    if not is_subject(proof.subject):
        raise MembersError(f"{proof.subject!r} is no subject; the service names it, 1 to 255 letters without accents.")
    return proof._asdict()


def is_issuer(address: str) -> bool:
    """Whether an address can be a sign-in service's: encrypted, but on this machine itself, and of nothing else."""
    try:
        parts, port = urlsplit(address), urlsplit(address).port
    except ValueError:
        return False
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1"))
    plain = not (parts.username or parts.query or parts.fragment) and port != 0 and not set("?#\\ ") & set(address)
    return bool(safe and plain and parts.hostname and SUBJECT.fullmatch(address))


def is_subject(told: object) -> bool:
    """Whether a service may call an account so."""
    return isinstance(told, str) and SUBJECT.fullmatch(told) is not None


def composed(password: str) -> str:
    """A password as each keyboard is to give it: an accent and its letter are one (NFC, as NIST SP 800-63B advises)."""
    return unicodedata.normalize("NFC", password)


def hash_of(name: str, password: str) -> str:
    """The hash of a new password; MembersError where it will not do."""
    password = composed(password)
    if not SHORTEST <= len(password) <= LONGEST:
        raise MembersError(f"A password has {SHORTEST} to {LONGEST} letters; some words in a row are easy to remember.")
    if name in password.casefold() or len(set(password)) < 5:
        raise MembersError("The password is too easy to guess; some words in a row are not.")
    return HASHER.hash(password)


def is_password(hashed: str, password: str) -> bool:
    """Whether a password is the one of a hash; where there is no hash it is not, which takes as long to say.

    A hash may be older than the rule that passwords are composed: as it was typed is tried after that.
    """
    if len(password) > MOST_TYPED:
        return False
    return any(_is_of(hashed, one) for one in dict.fromkeys((composed(password), password)) if len(one) <= LONGEST)


def _is_of(hashed: str, password: str) -> bool:
    try:
        return HASHER.verify(hashed or NOBODY, password) and bool(hashed)
    except (VerificationError, InvalidHashError):
        return False


def is_proof(hashed: object, issuer: object, subject: object) -> bool:
    """Whether a list holds, of one member, the hash of a password or an account, and not both."""
    if not (isinstance(hashed, str) and isinstance(issuer, str) and isinstance(subject, str)):
        return False
    if hashed:
        return hashed.startswith("$argon2id$") and not (issuer or subject)
    return is_issuer(issuer) and is_subject(subject)
