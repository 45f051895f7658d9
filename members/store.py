"""The list of members: a file that its owner alone can read. Of each it holds a hash of the password and never the
password, or the account at a sign-in service that they are known by."""

from __future__ import annotations

import fcntl
import json
import os
import re
import stat
import tomllib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from members.proof import Account, MembersError, is_password, is_proof, kept_of
from members.roles import ROLES

NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")
HEAD = """# Written by python -m members; the owner alone may read this file.
# A hash is of a password (argon2id); issuer and subject are an account at a sign-in service.
"""


@dataclass(frozen=True)
class Member:
    """One member. expires: the last day on which they may sign in. revoked: the day on which access was taken away.

    hash: of the password; issuer, subject: the account. A member has the one or the other.
    """

    name: str
    role: str
    expires: date
    hash: str = ""
    issuer: str = ""
    subject: str = ""
    revoked: date | None = None

    @property
    def account(self) -> Account:
        return Account(self.issuer, self.subject)

    @property
    def proof(self) -> str | Account:
        """What a visit was begun by: whoever has another now is out."""
        return self.hash or self.account

    def may_come(self, today: date) -> bool:
        """Whether the member may sign in, and stay, on a day."""
        return self.revoked is None and today <= self.expires


class Members:
    """The list in its file, read again whenever file or mode were changed. MembersError where it cannot be used."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read: tuple[tuple, dict[str, Member]] | None = None

    def all(self) -> dict[str, Member]:
        """Name → member."""
        written = self._written()
        if self._read is None or self._read[0] != written:
            self._read = written, read(self.path)
        return self._read[1]

    def find(self, name: str) -> Member | None:
        return self.all().get(name)

    def verified(self, name: str, password: str, today: date) -> Member | None:
        """The member whose name and password these are, where they may sign in today; it takes as long for all."""
        member = self.find(name)
        right = is_password(member.hash if member else "", password)
        return member if member and right and member.may_come(today) else None

    def of(self, account: Account) -> Member | None:
        """The member who is known by an account."""
        return next((one for one in self.all().values() if not one.hash and one.account == account), None)

    def add(self, name: str, role: str, proof: str | Account, expires: date) -> None:
        """Add a member with a password or an account. MembersError: one of what is given will not do, or is taken."""
        if not NAME.fullmatch(name):
            raise MembersError(f"{name!r} is no name of a member: 2 to 64 small letters, digits, dots, @, - or _.")
        if role not in ROLES:
            raise MembersError(f"{role!r} is no role; the roles are {', '.join(ROLES)}.")
        with self._changing() as known:
            if name in known:
                raise MembersError(f"{name} is a member already; reset gives another password or another last day.")
            known[name] = Member(name, role, expires, **kept_of(name, proof))

    def reset(self, name: str, proof: str | Account, expires: date) -> None:
        """Give a member another password or account, and last day; whoever was signed in by the old one is out."""
        self._change(name, lambda one: Member(name, one.role, expires, **kept_of(name, proof)))

    def revoke(self, name: str, today: date) -> None:
        """Take a member's access away; they are out at their next click."""
        self._change(name, lambda one: replace(one, revoked=today))

    def _change(self, name: str, change: Callable[[Member], Member]) -> None:
        with self._changing() as known:
            if name not in known:
                raise MembersError(f"{name} is no member; list shows who is.")
            known[name] = change(known[name])

    @contextmanager
    def _changing(self) -> Iterator[dict[str, Member]]:
        """The members to change; written whole at the end, one change at a time."""
        if not self.path.name:
            raise MembersError(f"The list of members {self.path} is a folder; name a file.")
        try:
            with open(self.path.with_name(f"{self.path.name}.lock"), "w", encoding="utf-8") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                known = dict(read(self.path)) if self.path.exists() else {}
                yield known
                _refuse_twins(self.path, known.values())
                write(self.path, known)
        except OSError as error:
            raise MembersError(f"The list of members {self.path} cannot be written ({error.strerror}).") from error

    def _written(self) -> tuple:
        try:
            found = self.path.stat()
        except OSError as error:
            raise MembersError(f"The list of members {self.path} cannot be read ({error.strerror}).") from error
        return found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_size, found.st_mode


def read(path: Path) -> dict[str, Member]:
    """Name → member of a file; MembersError where it cannot be read, or others than its owner can."""
    try:
        mode, text = stat.S_IMODE(path.stat().st_mode), path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MembersError(
            f"The list of members {path} cannot be read ({error}); python -m members makes it."
        ) from error
    if mode & 0o077:
        raise MembersError(f"Others than its owner can read the list of members {path}; chmod 600 closes it.")
    try:
        told = tomllib.loads(text).get("member", [])
        members = [Member(**one) for one in told]
    except (tomllib.TOMLDecodeError, TypeError, AttributeError, RecursionError) as error:
        raise MembersError(f"The list of members {path} is not as python -m members writes it ({error}).") from error
    for number, member in enumerate(members, 1):
        if wrong := _wrong(member):
            raise MembersError(f"The list of members {path}: the {wrong} of member {number} is not one.")
    known = {member.name: member for member in members}
    if len(known) < len(members):
        raise MembersError(f"The list of members {path} has two members of one name.")
    _refuse_twins(path, members)
    return known


def _refuse_twins(path: Path, members: Iterable[Member]) -> None:
    """MembersError where two members have one account: which of the two came could not be told."""
    accounts = [one.account for one in members if not one.hash]
    if len(set(accounts)) < len(accounts):
        raise MembersError(f"The list of members {path} would have two members of one account; each needs their own.")


def _wrong(member: Member) -> str:
    """Which part of a member is not what it is to be; empty where all are."""
    right = {
        "name": isinstance(member.name, str) and NAME.fullmatch(member.name),
        "role": isinstance(member.role, str) and member.role in ROLES,
        "hash or account": is_proof(member.hash, member.issuer, member.subject),
        "expires": type(member.expires) is date,
        "revoked": member.revoked is None or type(member.revoked) is date,
    }
    return next((name for name, well in right.items() if not well), "")


def write(path: Path, members: dict[str, Member]) -> None:
    """Replace the file, whole or not at all."""
    lines = [HEAD]
    for member in members.values():
        told = {name: value for name, value in asdict(member).items() if value}
        lines += ["\n[[member]]\n", *(f"{name} = {_toml(value)}\n" for name, value in told.items())]
    beside = path.with_name(f"{path.name}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("".join(lines))
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)


def _toml(value: str | date) -> str:
    """A value as TOML has it; texts of members are of ASCII, which TOML writes as JSON does."""
    return value.isoformat() if isinstance(value, date) else json.dumps(value)
