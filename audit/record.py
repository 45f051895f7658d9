"""The record while a server runs: one writer, which puts entries on disk soon, or at once where it must be."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Condition, Thread

from audit.chain import FIRST, FOUND, RESUMED, Head, head_path, line_of, read_head, read_line, write_head
from audit.standing import Standing, read_standing
from audit.verify import against, hashes_of

GATHER_SECONDS, RETRY_SECONDS, PATIENCE_SECONDS = 0.05, 0.1, 5.0
"""How long the writer waits for more entries before it writes; how long after a failure it tries again; how long an
entry that must be on disk at once is waited for."""
LONGEST_LINE, LONGEST_TEXT = 1 << 20, 2_000
"""Bytes of an entry, among which the last one is looked for at the start; letters of each text in it."""
NOT_WRITTEN = "The record of who saw what cannot be written ({why}); closed pages wait until it can."
Clock = Callable[[], datetime]


class RecordError(RuntimeError):
    """The record cannot be written, in one sentence."""


def now() -> datetime:
    return datetime.now(UTC)


class Record:
    """An append-only file of entries. One server writes to it; another that tries is refused.

    Raises RecordError where the file cannot be opened, is held by another server, or does not end as a record does.
    standing: what its entries say that still holds, as far as they are on disk.
    """

    def __init__(self, path: Path, clock: Clock = now) -> None:
        self.path, self._clock = path, clock
        self._entries: list[dict] = []
        self._first, self.standing = b"", Standing()
        self._asked, self._written, self._trouble, self._over = 0, 0, "", False
        self._change = Condition()
        try:
            self._file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK, 0o600)
        except OSError as error:
            raise RecordError(f"The record {path} cannot be opened ({error.strerror}); name another file.") from error
        try:
            self._refuse_what_is_no_record()
            self._hold()
            action, told = self._take_up()
            self._size = os.fstat(self._file).st_size
        except BaseException:
            os.close(self._file)
            raise
        self._writer = Thread(target=self._write_on, name="record", daemon=True)
        self._writer.start()
        try:
            self.write(action, at_once=True, **told)
            self.standing = self._read_standing()
        except BaseException:
            self.close()
            raise

    def write(self, action: str, *, at_once: bool = False, **facts) -> None:
        """Add an entry. Raises RecordError where the last ones, or one that must be on disk at once, could not be
        written; it is tried again until it can.

        facts: what is said beside time and action, in order; what is empty or None is left out.
        """
        told = {name: _short(value) for name, value in facts.items() if value not in (None, "", (), [])}
        with self._change:
            self._refuse()
            self._entries.append({"time": _text(self._clock()), "action": action, **told})
            self._asked += 1
            number = self._asked
            self._change.notify_all()
            if at_once:
                self._change.wait_for(lambda: self._written >= number or self._trouble, PATIENCE_SECONDS)
                self._refuse()
                if self._written < number:
                    raise RecordError("The record could not be written in time.")

    def check(self) -> None:
        """RecordError where entries cannot be written at present, also where the file is no longer where it was."""
        with self._change:
            self._refuse()
            try:
                here = os.path.samestat(os.fstat(self._file), os.stat(self.path))
            except OSError:
                here = False
        if not here:
            raise RecordError(NOT_WRITTEN.format(why="its file was moved or removed; put it back"))

    def close(self) -> None:
        """Write what waits, and give the file back; a writer that a disk holds up keeps it until the process ends."""
        with self._change:
            self._over = True
            self._change.notify_all()
        self._writer.join(PATIENCE_SECONDS)
        if not self._writer.is_alive():  # the number of a closed file may soon be that of another
            os.close(self._file)

    def _refuse(self) -> None:
        if self._trouble or self._over:
            raise RecordError(self._trouble or "The record is closed.")

    def _refuse_what_is_no_record(self) -> None:
        found = os.fstat(self._file)
        if not stat.S_ISREG(found.st_mode):
            raise RecordError(f"The record {self.path} is no file that keeps what is written; name another.")
        if stat.S_IMODE(found.st_mode) & 0o077:
            raise RecordError(f"Others than its owner can read the record {self.path}; chmod 600 closes it.")

    def _refuse_another_file(self) -> None:
        """OSError where the file was moved, removed or written by somebody else: what follows would be in no record."""
        here, there = os.fstat(self._file), os.stat(self.path)
        if not os.path.samestat(here, there) or here.st_size != self._size:
            raise OSError(errno.ESTALE, "its file was moved or changed; put it back, or start the server again")

    def _hold(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise RecordError(
                f"The record {self.path} is written by another server; give each server a file of its own."
            ) from error

    def _take_up(self) -> tuple[str, dict]:
        """Where the file ends, and the entry with which this server goes on."""
        size = os.fstat(self._file).st_size
        self._head = Head()
        if not size:
            self._refuse_emptied()
            return FIRST, {}
        *lines, last = os.pread(self._file, LONGEST_LINE, max(size - LONGEST_LINE, 0)).split(b"\n")
        if last:  # a server that was ended while it wrote leaves half an entry: it stays, and the next one tells of it
            self._first = b"\n"  # with that entry, so that no start leaves the end of a line without it
        if last and not _is_entry(last):
            self._head = self._end(lines[-1]) if lines else Head()
            return RESUMED, {"torn": hashlib.sha256(last).hexdigest()} | self._found()
        self._head = self._end(last or lines[-1])
        return "server started", self._found()

    def _found(self) -> dict:
        """What the file beside the record says otherwise. The first start may have ended before it wrote that file."""
        beside = read_head(self.path)
        if not beside and self._head.entries <= 1:
            return {}
        behind = beside is not None and beside.entries < self._head.entries
        return {FOUND: " ".join(against(self._head, beside, hashes_of(self.path) if behind else {}))}

    def _refuse_emptied(self) -> None:
        """The first start may have ended before its first entry was written."""
        beside = read_head(self.path)
        if head_path(self.path).exists() and (beside is None or beside.entries):
            raise RecordError(
                f"The record {self.path} is empty, but {head_path(self.path).name} beside it tells of entries; "
                "restore the record, or move both away."
            )

    def _end(self, line: bytes) -> Head:
        try:
            told = read_line(line)
            return Head(told["n"], told["hash"])
        except (ValueError, KeyError) as error:
            raise RecordError(
                f"The record {self.path} does not end as a record does; look at it with python -m audit verify."
            ) from error

    def _read_standing(self) -> Standing:
        """Read at the start, after the entry that tells of half an entry before it."""
        try:
            return read_standing(self.path)
        except OSError as error:
            raise RecordError(f"The record {self.path} cannot be read ({error.strerror}).") from error

    def _write_on(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: self._entries or self._over)
                self._change.wait_for(lambda: self._over, RETRY_SECONDS if self._trouble else GATHER_SECONDS)
                entries = list(self._entries)
            if entries:
                self._put(entries)
            if self._over and (self._trouble or not self._entries):
                return

    def _put(self, entries: list[dict]) -> None:
        lines, head, coming, trouble = [self._first], self._head, [], ""
        try:
            for facts in entries:
                line, head = line_of(facts, head)
                lines.append(line + b"\n")
                coming.append(head.hash)
            self._append(b"".join(lines), replace(self._head, coming=tuple(coming)), head)
            self._first = b""
        except (OSError, TypeError, ValueError) as error:  # whatever it is, the writer lives on to say it
            why = getattr(error, "strerror", None) or error
            trouble = NOT_WRITTEN.format(why=why)
        with self._change:
            self._trouble = trouble
            if not trouble:
                self._head = head
                self._written += len(entries)
                del self._entries[: len(entries)]
                for facts in entries:
                    self.standing.take(facts)
            self._change.notify_all()

    def _append(self, text: bytes, announced: Head, head: Head) -> None:
        """All of the text, on disk, or nothing of it. It is announced first: what else is found there after the last
        known entry was not written by a server."""
        self._refuse_another_file()
        write_head(self.path, announced)
        try:
            done = 0
            while done < len(text):
                done += os.write(self._file, text[done:])
            os.fsync(self._file)
            write_head(self.path, head)
        except OSError:
            os.ftruncate(self._file, self._size)
            raise
        self._size += len(text)


def _short(value: object) -> object:
    """A fact as an entry says it: of a text that somebody made long, the beginning, and how long it is."""
    if not isinstance(value, str) or len(value) <= LONGEST_TEXT:
        return value
    return f"{value[:LONGEST_TEXT]} … ({len(value):,} letters)"


def _is_entry(line: bytes) -> bool:
    try:
        return bool(read_line(line))
    except ValueError:
        return False


def _text(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
