"""The command line of the list of members: who may sign in, as what, until when."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from members.proof import ISSUER, Account, MembersError
from members.roles import ROLES
from members.store import Members
from one_line import OneLine, UsageError, day_of

SETTING = "SAFETY_MEMBERS"
YEAR = timedelta(days=365)
EPILOG = f"""The list is a file that its owner alone can read (--file, else {SETTING}). A password is asked for
twice; with --password-stdin it is the first line of standard input. With --subject a member signs in without one, by
that account of the sign-in service (--issuer, else {ISSUER}). Nobody can register themselves.
Roles: {"; ".join(ROLES)}. An open member sees the open session alone,
an administrator no data. A revoked member, and one whose password or account was reset, is out at the next click."""


def main(arguments: list[str] | None = None) -> int:
    """0, or 1 with the reason on one line of stderr."""
    try:
        options = _parsed(arguments)
        if options.file is None:
            raise MembersError(f"Name the list of members with --file or in {SETTING}.")
        print(options.run(Members(options.file), options))
        return 0
    except (MembersError, UsageError, EOFError) as error:
        print(" ".join(str(error).split()) or "No password was given.", file=sys.stderr)
    except KeyboardInterrupt:
        print("Stopped; nothing was changed.", file=sys.stderr)
    return 1


def today() -> date:
    return datetime.now(UTC).date()


def _add(members: Members, options: argparse.Namespace) -> str:
    members.add(options.name, options.role, _account(options) or _password(options), options.expires)
    return f"{options.name} may sign in as {options.role} until {options.expires}."


def _reset(members: Members, options: argparse.Namespace) -> str:
    known = members.find(options.name)
    kept = known.account if known and not known.hash and not options.password_stdin else None
    account = _account(options) or kept
    members.reset(options.name, account or _password(options), options.expires)
    told = f"signs in by {_named(account)}" if account else "has another password"
    return f"{options.name} {told} and may sign in until {options.expires}."


def _revoke(members: Members, options: argparse.Namespace) -> str:
    members.revoke(options.name, today())
    return f"{options.name} may sign in no more."


def _list(members: Members, _options: argparse.Namespace) -> str:
    rows = [
        (one.name, one.role, f"until {one.expires}", _state(one), "" if one.hash else _named(one.account))
        for one in members.all().values()
    ]
    return "\n".join("  ".join(part for part in row if part) for row in sorted(rows)) or "There are no members."


def _state(member) -> str:
    if member.revoked:
        return f"revoked {member.revoked}"
    return "" if member.may_come(today()) else "expired"


def _named(account: Account) -> str:
    return f"the account {account.subject} at {account.issuer}"


def _account(options: argparse.Namespace) -> Account | None:
    """The account that is named; None where it is a password that lets in."""
    if options.subject is None:
        return None
    if not options.issuer:
        raise MembersError(f"Name the sign-in service of the subject with --issuer or in {ISSUER}.")
    return Account(options.issuer, options.subject)


def _password(options: argparse.Namespace) -> str:
    """The password that is typed or read. Bytes that are no text come as an error or as halves of letters."""
    try:
        typed = _typed(options)
        typed.encode("utf-8")
    except UnicodeError:
        raise MembersError("The password is no text in UTF-8; nothing was changed.") from None
    return typed


def _typed(options: argparse.Namespace) -> str:
    if options.password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass(f"Password of {options.name}: ")
    if getpass.getpass("Again: ") != first:
        raise MembersError("The two passwords are not the same; nothing was changed.")
    return first


def _parsed(arguments: list[str] | None) -> argparse.Namespace:
    parser = OneLine(
        prog="python -m members",
        description=__doc__,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    named = os.environ.get(SETTING, "").strip()
    parser.add_argument("--file", type=Path, default=Path(named) if named else None, help="the list of members")
    commands = parser.add_subparsers(required=True, metavar="add | reset | revoke | list", parser_class=OneLine)
    for name, run, told in (
        ("add", _add, "a new member"),
        ("reset", _reset, "another password or account, and last day"),
        ("revoke", _revoke, "take access away"),
        ("list", _list, "who may sign in"),
    ):
        command = commands.add_parser(name, help=told)
        command.set_defaults(run=run)
        if name != "list":
            command.add_argument("name")
        if name == "add":
            command.add_argument("--role", required=True, choices=tuple(ROLES))
        if name in ("add", "reset"):
            command.add_argument(
                "--expires", type=day_of, default=today() + YEAR, help="the last day; by default in a year"
            )
            proof = command.add_mutually_exclusive_group()
            proof.add_argument("--password-stdin", action="store_true")
            proof.add_argument("--subject", help="what the sign-in service calls the member's account")
            command.add_argument("--issuer", default=os.environ.get(ISSUER, "").strip(), help="the service's address")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
