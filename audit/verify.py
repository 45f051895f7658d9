"""Whether a record is whole: every entry as it was written, none left out, added or cut off."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from audit.chain import FOUND, RESUMED, Head, read_head, read_line

MOST_PROBLEMS = 20
MOST_BACK = timedelta(minutes=1)
"""So far a clock may be set right unsaid. A time that runs back further is told, and the record is whole all the same:
a server's clock may have been wrong, and what no server wrote is found by the file beside the record."""


@dataclass(frozen=True)
class Verified:
    """What was found: where the record ends, and what is wrong with it, one sentence each; empty where it is whole.

    noted: the number of the entry that it must hold; 0 where it does not. known: how many the file beside it knows.
    remarks: what is to be looked at and makes the record no less whole.
    """

    head: Head
    problems: tuple[str, ...]
    noted: int = 0
    known: int = 0
    remarks: tuple[str, ...] = ()


@dataclass
class Reading:
    """What is known of a record that was read so far. torn: the hash of half an entry, of which the next must tell."""

    head: Head = Head()
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    hashes: dict[int, str] = field(default_factory=dict)
    time: datetime | None = None
    torn: str = ""
    half: int = 0

    def take(self, number: int, line: bytes) -> dict | None:
        """The facts of a line, where it is an entry."""
        facts, reason = _entry(line)
        if facts is None and not self.torn and reason == "is no entry":
            self.torn, self.half = hashlib.sha256(line).hexdigest(), number
            return None  # forgiven where the next entry tells of it
        if self.torn and (facts is None or facts.get("action") != RESUMED or facts.get("torn") != self.torn):
            self.problems.append(f"Line {self.half} is no entry.")
        self.torn = ""
        told = [f"Line {number} {reason}."] if facts is None else self._wrong(number, facts)
        self.problems += told[: max(MOST_PROBLEMS - len(self.problems), 0)]
        if facts is not None:
            self._follow(facts)
        return facts

    def _wrong(self, number: int, facts: dict) -> list[str]:
        found = facts.get(FOUND)
        told = [f"a server that started here found: {found}"] if found else []
        return [
            f"Line {number}: {one}" for one in [*_out_of_order(facts, self.head), *self._of_time(number, facts), *told]
        ]

    def _of_time(self, number: int, facts: dict) -> list[str]:
        now = _time(facts.get("time"))
        if now is None:
            return ["its time is none."]
        if self.time and self.time - now > MOST_BACK and len(self.remarks) < MOST_PROBLEMS:
            back = f"is before that of the entry before it, by {self.time - now}: was a clock set back?"
            self.remarks.append(f"Line {number}: its time, {facts['time']}, {back}")
        return []

    def _follow(self, facts: dict) -> None:
        self.head = Head(facts["n"] if isinstance(facts.get("n"), int) else self.head.entries + 1, facts["hash"])
        self.hashes[self.head.entries] = self.head.hash
        self.time = _time(facts.get("time")) or self.time


def verify(path: Path, expected: str = "", seen: Callable[[dict], None] | None = None) -> Verified:
    """Read a record from its beginning. OSError where it cannot be read.

    expected: the hash of an entry that the record must hold, written down elsewhere earlier (in minutes, by post):
    who rewrites the whole record, with the file beside it, cannot give it that entry.
    seen: is told the facts of each entry that is one, in their order.
    """
    so_far = Reading()
    for number, line in enumerate(_lines(path), 1):
        facts = so_far.take(number, line)
        if seen and facts is not None:
            seen(facts)
    beside, problems = read_head(path), so_far.problems
    if so_far.torn:
        problems.append(f"Line {so_far.half}, the last, is half an entry: the server was ended while it wrote.")
    problems += against(so_far.head, beside, so_far.hashes)
    noted = next((number for number, known in so_far.hashes.items() if expected and known == expected), 0)
    if expected and not noted:
        problems.append(f"The record does not hold the entry {expected}.")
    known = beside.entries if beside else 0
    return Verified(so_far.head, tuple(problems), noted, known, tuple(so_far.remarks))


def hashes_of(path: Path) -> dict[int, str]:
    """The number of each entry of a record → its hash. OSError where it cannot be read."""
    so_far = Reading()
    for number, line in enumerate(_lines(path), 1):
        so_far.take(number, line)
    return so_far.hashes


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        for line in file:
            yield line.removesuffix(b"\n")


def _entry(line: bytes) -> tuple[dict | None, str]:
    try:
        return read_line(line), ""
    except ValueError as error:
        return None, str(error)


def _time(told: object) -> datetime | None:
    """The time of an entry; None where it is none."""
    try:
        time = datetime.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        return None
    return time if time and time.tzinfo else None


def _out_of_order(facts: dict, head: Head) -> list[str]:
    if facts.get("before") == head.hash and facts.get("n") == head.entries + 1:
        return []
    return [
        f"entry {facts.get('n')} does not follow entry {head.entries}: entries were left out, added or put elsewhere."
    ]


def against(head: Head, beside: Head | None, hashes: dict[int, str]) -> list[str]:
    """What the file beside the record says otherwise; it may be one flush behind, which it announces, never ahead."""
    if beside is None:
        return ["The file beside the record (.head) is not there or cannot be read."]
    if beside.entries > head.entries:
        return [f"The record ends with entry {head.entries}; it had {beside.entries}: the last were cut off."]
    known = head.hash if beside.entries == head.entries else hashes.get(beside.entries, beside.hash)
    if known != beside.hash:
        return [f"Entry {beside.entries} is another than the one that was written."]
    after = tuple(hashes.get(number, "") for number in range(beside.entries + 1, head.entries + 1))
    alike = next((place for place, one in enumerate(after) if beside.coming[place : place + 1] != (one,)), len(after))
    if alike == len(after):
        return []
    first, more = beside.entries + alike + 1, len(after) - alike
    what = "entry was" if more == 1 else "entries were"
    return [f"From entry {first} on {more:,} {what} added by no server: it had written {first - 1:,} at most."]
