"""Puts a finished file under its name: whole, once, and never over another one."""

from __future__ import annotations

import os
import platform
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from ingest.delivery import IngestError

NOT_WRITTEN = (duckdb.IOException, duckdb.TransactionException, duckdb.FatalException)
"""What DuckDB makes of a full disk: as a file is opened, as rows are committed, and as they are put into the file."""


def cut_path(folder: Path, day) -> Path:
    return Path(folder) / f"cut_{day.isoformat()}.duckdb"


def refuse_existing(target: Path) -> None:
    """A data cut is never overwritten: what was shown in a meeting stays what was shown."""
    if target.exists():
        raise IngestError(
            f"{target} exists already and a data cut is never overwritten; "
            "move it away, or give another --cut or --out."
        )


@contextmanager
def part_of(target: Path) -> Iterator[Path]:
    """A file of one's own beside the target to write into; whatever happens, nothing of it is left."""
    made = _make_folder(target.parent)
    _remove_stale(target.parent)
    part = target.with_name(f".{target.stem}.{_host()}.{os.getpid()}-{secrets.token_hex(4)}.part")
    try:
        yield part
    finally:
        _remove_part(part)
        _remove_empty(made)


def beside(part: Path) -> Path:
    """The folder for what does not fit into memory while a part is written; it goes with the part."""
    return Path(f"{part}.tmp")


def _remove_part(part: Path) -> None:
    for left in (part, Path(f"{part}.wal")):
        left.unlink(missing_ok=True)
    shutil.rmtree(beside(part), ignore_errors=True)


def _host() -> str:
    return re.sub(r"[^A-Za-z0-9-]", "-", platform.node()) or "host"


def _remove_stale(folder: Path) -> None:
    """Parts of this machine's processes that were killed; those of running ones, and of other machines, stay."""
    for path in folder.glob(".cut_*.part*"):
        named = re.fullmatch(r"\.cut_.+\.([A-Za-z0-9-]+)\.(\d+)-[0-9a-f]{8}\.part(\.wal|\.tmp)?", path.name)
        if named and named[1] == _host() and not _runs(int(named[2])):
            _remove_part(path.with_name(path.name.removesuffix(named[3] or "")))


def _runs(process: int) -> bool:
    if os.name != "posix":
        return True  # elsewhere asking could end it
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True


def publish(part: Path, target: Path) -> None:
    """Give the finished part its name, read-only; IngestError where the name is taken."""
    part.chmod(0o444)
    _to_disk(part)
    try:
        os.link(part, target)
    except FileExistsError:
        refuse_existing(target)
    except OSError:
        _publish_without_links(part, target)
    _to_disk(target.parent)


def _publish_without_links(part: Path, target: Path) -> None:
    """For file systems without hard links: the lock makes "look, then rename" one step."""
    lock = target.with_name(f".{target.stem}.lock")
    try:
        os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except FileExistsError:
        raise IngestError(
            f"{target} is being written by another ingest; wait for it, or delete {lock} if none runs."
        ) from None
    try:
        refuse_existing(target)
        os.rename(part, target)
    finally:
        lock.unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError:
        pass  # some file systems cannot sync a folder; the file itself was closed
    finally:
        os.close(descriptor)


def _make_folder(folder: Path) -> list[Path]:
    """The folders that had to be made, innermost first."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise IngestError(f"The folder {folder} cannot be made ({error.strerror}); give another --out.") from error
    if not os.access(folder, os.W_OK):
        raise IngestError(f"The folder {folder} cannot be written to; give another --out.")
    return missing


def _remove_empty(folders: list[Path]) -> None:
    for folder in folders:
        try:
            folder.rmdir()
        except OSError:
            return  # it holds something now
