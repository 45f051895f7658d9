"""Which files a delivery holds: every file of a folder and of the folders in it, linked ones and archives included."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from ingest.archive import ENDING, Room, unpacked
from ingest.delivery import IngestError

SKIPPED = re.compile(r"^(\.|~\$|Thumbs\.db$|desktop\.ini$|__MACOSX)", re.IGNORECASE)


def delivered_files(source: Path, room: Room) -> Iterator[tuple[str, Path, IngestError | None]]:
    """(name as the reader knows it, path, why it could not be unpacked) of every file, in the order of the names.

    Archives are unpacked into `room`; each is named itself, and then what it holds. IngestError where a folder cannot
    be looked into, a link leads nowhere, or an archive is none that can be trusted.
    """
    for name, path in _named(source):
        if path.suffix.lower() != ENDING or not path.is_file():
            yield name, path, None
            continue
        inside, why = unpacked(path, name, room)
        yield name, path, why
        yield from ((f"{name}/{member}", file, None) for member, file in inside if not _is_skipped(member))


def _is_skipped(member: str) -> bool:
    return any(SKIPPED.match(part) for part in member.split("/"))


def _named(source: Path) -> list[tuple[str, Path]]:
    if source.is_file():
        return [(readable(source.name), source)]
    if not source.is_dir():
        raise IngestError(f"There is no file or folder {source}; give the folder that holds the delivered files.")
    found = sorted((readable(str(path.relative_to(source))), path) for path in _walk(source))
    if not found:
        raise IngestError(f"The folder {source} is empty; give the folder that holds the delivered files.")
    return found


def readable(name: str) -> str:
    """A file's name as text that can be shown and stored, whatever bytes it is made of."""
    return os.fsencode(name).decode("utf-8", "replace")


def _walk(source: Path) -> Iterator[Path]:
    """Every file; linked folders are followed, each folder is looked into once."""
    seen = {os.path.realpath(source)}
    for folder, folders, files in os.walk(source, followlinks=True, onerror=_unreadable):
        folders[:] = [name for name in folders if not SKIPPED.match(name) and _is_new(Path(folder) / name, seen)]
        yield from (Path(folder) / name for name in files if not SKIPPED.match(name))


def _is_new(folder: Path, seen: set[str]) -> bool:
    real = os.path.realpath(folder)
    new = real not in seen
    seen.add(real)
    return new


def _unreadable(error: OSError) -> None:
    name = readable(os.path.basename(str(error.filename)))
    raise IngestError(
        f"The folder {name} cannot be looked into ({error.strerror}); check who may read it, or take it out."
    ) from error
