"""The command line of the record: whether it is whole, and what is in it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from audit.chain import read_line
from audit.copy import copy
from audit.verify import Verified, verify
from one_line import OneLine

ORDER = ("n", "time", "who", "role", "action")
HIDDEN = ("before", "hash")
EPILOG = """verify reads the whole record and says whether an entry was changed, left out, added or cut off. Its last
line is the hash of the last entry: written down elsewhere and given again as --holds, it shows later that nothing
before it was written anew, and what follows it. copy takes what the file beside the record knows, while a server
writes on. show prints one entry a line; it names subjects, so it is for who may see them."""


def main(arguments: list[str] | None = None) -> int:
    """0, or 1 with the reason on stderr."""
    try:
        options = _parsed(arguments)
        return options.run(options)
    except (ValueError, OSError) as error:
        print(_plain(" ".join(str(error).split())), file=sys.stderr)
        return 1


def _verify(options: argparse.Namespace) -> int:
    found = verify(options.file, options.holds)
    if found.noted:
        print(_noted(found))
    for told in (*found.problems, *found.remarks):
        print(_plain(told), file=sys.stderr)
    if not found.problems:
        print(f"The record is whole: {found.head.entries:,} entries.")
        print(found.head.hash)
    return 1 if found.problems else 0


def _copy(options: argparse.Namespace) -> int:
    found = copy(options.file, options.to)
    for problem in found:
        print(_plain(problem), file=sys.stderr)
    return 1 if found else 0


def _noted(found: Verified) -> str:
    """Where the noted entry is, and what follows it."""
    after, unknown = found.head.entries - found.noted, found.head.entries - max(found.known, found.noted)
    told = f"The noted entry is entry {found.noted:,} of {found.head.entries:,}; {after:,} follow it"
    return (
        f"{told}, {max(unknown, 0):,} of them after the last that the file beside the record knows ({found.known:,})."
    )


def _show(options: argparse.Namespace) -> int:
    for facts in _entries(options.file):
        wanted = all(getattr(options, name) in ("", facts.get(name)) for name in ("who", "action"))
        wanted = wanted and options.subject in ("", *_subjects(facts))
        if wanted and options.since <= str(facts.get("time", "")):
            print(_line(facts))
    return 0


def _subjects(facts: dict) -> list:
    """Of whom an entry is: one subject, or those of a file."""
    several = facts.get("subjects")
    return [facts.get("subject"), *(several if isinstance(several, list) else ())]


def _entries(path: Path) -> Iterator[dict]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                yield read_line(line.removesuffix(b"\n"))
            except ValueError as error:
                print(f"Line {number} {error}.", file=sys.stderr)


def _line(facts: dict) -> str:
    first = [_plain(facts.get(name, "–")) for name in ORDER]
    rest = [f"{_plain(name)}={_plain(value)}" for name, value in facts.items() if name not in (*ORDER, *HIDDEN)]
    return "  ".join([*first, *rest])


def _plain(value: object) -> str:
    """A value on one line: what cannot be printed, or would change how a line reads, is shown by its code point."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=True)
    return "".join(letter if letter.isprintable() else f"<U+{ord(letter):04X}>" for letter in text)


def _parsed(arguments: list[str] | None) -> argparse.Namespace:
    parser = OneLine(
        prog="python -m audit",
        description=__doc__,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="verify | copy | show", parser_class=OneLine)
    verifying = commands.add_parser("verify", help="whether the record is whole")
    verifying.add_argument("file", type=Path)
    verifying.add_argument("--holds", default="", metavar="HASH", help="an entry that it must hold")
    verifying.set_defaults(run=_verify)
    copying = commands.add_parser("copy", help="a copy of it, while a server writes on")
    copying.add_argument("file", type=Path)
    copying.add_argument("to", type=Path)
    copying.set_defaults(run=_copy)
    showing = commands.add_parser("show", help="what is in it, one entry a line")
    showing.add_argument("file", type=Path)
    showing.add_argument("--who", default="", help="of this member alone")
    showing.add_argument("--action", default="", help="of this kind alone, e.g. export")
    showing.add_argument("--subject", default="", help="about this subject (USUBJID) alone")
    showing.add_argument("--since", default="", metavar="TIME", help="from this time on, e.g. 2026-11-30")
    showing.set_defaults(run=_show)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
