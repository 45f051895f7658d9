"""Which data cuts were withdrawn: a small file beside the cuts, to which entries are added and none taken from.

It lies there and not in the record of who saw what, so that dashboard, packs and loads know of it alike.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path

from queries.cut import CutError
from queries.files import as_written

FILE = "withdrawn.toml"
HEAD = """# Which data cuts were withdrawn or restored, by whom and why; the last entry of a cut holds.
# Written by the dashboard and by python -m ingest.withdraw: entries are added, none is taken away.
"""
WITHDRAWN, RESTORED = "withdrawn", "restored"
NOT_SAID = "Say who you are, and why, in a sentence; nothing was changed."
LONGEST = 300
"""Letters of a reason and of a name."""


class WithdrawalError(CutError):
    """What cannot be withdrawn or restored, or a file that cannot be read or written: one sentence."""


@dataclass(frozen=True)
class Told:
    """An entry: of which file of which cut, whether withdrawn or restored, when (UTC), by whom, and why."""

    cut: date
    sha256: str
    action: str
    when: datetime
    who: str
    reason: str

    @property
    def mark(self) -> str:
        """As it is said wherever the cut is named."""
        return f"was withdrawn on {self.when.day} {self.when:%b %Y} by {self.who}"

    @property
    def words(self) -> str:
        """The same with the reason."""
        return f"{self.mark}, because: {self.reason}"


def withdrawn(path: Path) -> Told | None:
    """How a cut was withdrawn; None where it was not, or is another file by now. WithdrawalError: cannot be known."""
    known = [told for told in read_told(path.parent) if f"cut_{told.cut}" == path.stem]
    if not known:
        return None
    digest = digest_of(path)
    last = next((told for told in reversed(known) if told.sha256 == digest), None)
    return last if last and last.action == WITHDRAWN else None


def withdraw(path: Path, who: str, reason: str, action: str = WITHDRAWN) -> Told:
    """Mark a cut as withdrawn, or as restored. WithdrawalError: no name or reason, it is so already, or no writing."""
    who, reason = _one_line(who), _one_line(reason)
    if not who or not reason:
        raise WithdrawalError(NOT_SAID)
    with _changing(path.parent) as entries:
        known = withdrawn(path)
        if known and action == WITHDRAWN:
            raise WithdrawalError(f"{path.name} {known.words}; nothing was changed.")
        if not known and action == RESTORED:
            raise WithdrawalError(f"{path.name} is not withdrawn; nothing was changed.")
        now = datetime.now(UTC).replace(microsecond=0)
        day = date.fromisoformat(path.stem.removeprefix("cut_"))
        entries.append(Told(day, digest_of(path), action, now, who, reason))
        return entries[-1]


def _one_line(text: str) -> str:
    return " ".join(text.split()).encode("utf-8", "replace").decode()[:LONGEST]


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, which is read once as it was written."""
    try:
        return _digest(path, as_written(path))
    except OSError as error:
        raise WithdrawalError(f"{path.name} cannot be read ({error.strerror}).") from error


@lru_cache(maxsize=64)
def _digest(path: Path, _written: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_told(folder: Path) -> tuple[Told, ...]:
    """The entries of a folder of cuts, in their order. WithdrawalError: which cuts were withdrawn cannot be known."""
    path = folder / FILE
    try:
        return _read(path, as_written(path))
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, TypeError, AttributeError, KeyError) as error:
        raise WithdrawalError(
            f"{FILE} beside the data cuts cannot be read ({type(error).__name__}), so it is not known which of them "
            "were withdrawn: put back the one that was kept."
        ) from error


@lru_cache(maxsize=8)
def _read(path: Path, _written: int) -> tuple[Told, ...]:
    told = tuple(Told(**one) for one in tomllib.loads(path.read_text(encoding="utf-8"))["told"])
    for one in told:
        texts = (one.sha256, one.who, one.reason)
        right = (
            type(one.cut) is date and isinstance(one.when, datetime) and all(isinstance(text, str) for text in texts)
        )
        if not right or one.action not in (WITHDRAWN, RESTORED):
            raise ValueError("an entry is not one")
    return told


@contextmanager
def _changing(folder: Path) -> Iterator[list[Told]]:
    """The entries to add to; written whole at the end, one change at a time."""
    try:
        with open(folder / f"{FILE}.lock", "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            entries = list(read_told(folder))
            yield entries
            _write(folder / FILE, entries)
    except OSError as error:
        raise WithdrawalError(
            f"{FILE} beside the data cuts cannot be written ({error.strerror}); nothing was changed."
        ) from error


def _write(path: Path, entries: list[Told]) -> None:
    """Replace the file, whole or not at all."""
    lines = [HEAD]
    for told in entries:
        lines += ["\n[[told]]\n", *(f"{name} = {_toml(value)}\n" for name, value in asdict(told).items())]
    beside = path.with_suffix(".new")
    try:
        with beside.open("w", encoding="utf-8") as file:
            file.write("".join(lines))
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except OSError:
        with suppress(OSError):
            beside.unlink()
        raise


def _toml(value: str | date) -> str:
    """A value as TOML has it: a text as JSON writes it, where TOML wants one more letter escaped."""
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
