"""Whether a record is whole: every entry as it was written, none left out, added or cut off."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from audit.chain import FOUND, RESUMED, Head, read_head, read_line

MOST_PROBLEMS = 20


@dataclass(frozen=True)
class Verified:
    """What was found: where the record ends, and what is wrong with it, one sentence each; empty where it is whole."""

    head: Head
    problems: tuple[str, ...]


def verify(path: Path, expected: str = "", seen: Callable[[dict], None] | None = None) -> Verified:
    """Read a record from its beginning. OSError where it cannot be read.

    expected: the hash of an entry that the record must hold, written down elsewhere earlier (in minutes, by post):
    who rewrites the whole record, with the file beside it, cannot give it that entry.
    seen: is told the facts of each entry that is one, in their order.
    """
    head, problems, hashes = Head(), [], set()
    torn = ""
    for number, line in enumerate(_lines(path), 1):
        facts, reason = _entry(line)
        if facts is None and not torn and reason == "is no entry":
            torn = hashlib.sha256(line).hexdigest()  # forgiven where the next entry tells of it
            half = number
            continue
        if torn and (facts is None or facts.get("action") != RESUMED or facts.get("torn") != torn):
            problems.append(f"Line {half} is no entry.")
        torn = ""
        if facts is None:
            problems.append(f"Line {number} {reason}.")
            continue
        problems += [f"Line {number}: {told}" for told in _out_of_order(facts, head)]
        if found := facts.get(FOUND):
            problems.append(f"Line {number}: a server that started here found: {found}")
        head = Head(facts["n"] if isinstance(facts.get("n"), int) else head.entries + 1, facts["hash"])
        hashes.add(head.hash)
        if seen:
            seen(facts)
    if torn:
        problems.append(f"Line {half}, the last, is half an entry: the server was ended while it wrote.")
    problems += against(head, read_head(path))
    if expected and expected not in hashes:
        problems.append(f"The record does not hold the entry {expected}.")
    return Verified(head, tuple(problems[:MOST_PROBLEMS]))


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        for line in file:
            yield line.removesuffix(b"\n")


def _entry(line: bytes) -> tuple[dict | None, str]:
    try:
        return read_line(line), ""
    except ValueError as error:
        return None, str(error)


def _out_of_order(facts: dict, head: Head) -> list[str]:
    if facts.get("before") == head.hash and facts.get("n") == head.entries + 1:
        return []
    return [
        f"entry {facts.get('n')} does not follow entry {head.entries}: entries were left out, added or put elsewhere."
    ]


def against(head: Head, beside: Head | None) -> list[str]:
    """What the file beside the record says otherwise; it may be one flush behind, never ahead."""
    if beside is None:
        return ["The file beside the record (.head) is not there or cannot be read."]
    if beside.entries > head.entries:
        return [f"The record ends with entry {head.entries}; it had {beside.entries}: the last were cut off."]
    if beside.entries == head.entries and beside.hash != head.hash:
        return [f"Entry {head.entries} is another than the one that was written."]
    return []
