"""Unpacks a ZIP archive of delivered files, within limits: an archive of some kilobytes can hold a full disk."""

from __future__ import annotations

import errno
import lzma
import re
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.delivery import IngestError

ENDING = ".zip"
MOST_FILES = 5_000
MOST_BYTES = 8 * 2**30
"""Of all archives of one delivery together, unpacked."""
MOST_TIMES = 200
"""So much larger than packed may an archive be, from 100 MB on; clinical tables are packed to a tenth or a fiftieth."""
RATIO_FROM_BYTES = 100 * 10**6
PACKED = re.compile(r"\.(zip|7z|rar|tar|tgz|gz|bz2|xz)$", re.IGNORECASE)
CHUNK = 2**20
DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, RuntimeError, ValueError, OSError)
"""What a damaged archive, or one with a password, ends in; a full disk too, which is no fault of the archive."""
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass
class Room:
    """Where archives are unpacked, and how many bytes lie in it."""

    folder: Path
    filled: int = 0


def unpacked(path: Path, name: str, room: Room) -> tuple[list[tuple[str, Path]], IngestError | None]:
    """(name inside, file) of each member, unpacked into the room, in the order of the names.

    Of an archive that is damaged or locked: nothing, and why. IngestError for one that is no honest archive: names that
    lead elsewhere, archives in it, or more content than the limits allow.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            _refuse_dishonest(members, name)
            return sorted(_written(archive, members, path, name, room)), None
    except IngestError:
        raise
    except DAMAGE as error:
        reason = " ".join(str(getattr(error, "strerror", None) or error).split()).rstrip(".") or type(error).__name__
        why = IngestError(f"{name} cannot be unpacked ({reason}); unpack it yourself, or ask for the archive again.")
        if getattr(error, "errno", None) in FULL:
            raise why from error
        return [], why


def _refuse_dishonest(members: list[zipfile.ZipInfo], name: str) -> None:
    if len(members) > MOST_FILES:
        raise IngestError(f"{name} holds {len(members):,} files, more than {MOST_FILES:,}; unpack it and look into it.")
    seen: set[str] = set()
    for member in members:
        inside, linked = member.filename, stat.S_ISLNK(member.external_attr >> 16)
        if (
            inside.startswith(("/", "\\"))
            or re.match(r"[A-Za-z]:", inside)
            or ".." in re.split(r"[/\\]", inside)
            or linked
        ):
            raise IngestError(f"{name} holds {inside!r}, which leads out of the archive; it was not unpacked: ask why.")
        if PACKED.search(inside):
            raise IngestError(f"{name} holds another archive, {inside}; unpack it, and deliver the files themselves.")
        if inside.lower() in seen:
            raise IngestError(f"{name} holds {inside} twice; deliver each file once.")
        seen.add(inside.lower())


def _written(
    archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], path: Path, name: str, room: Room
) -> Iterator[tuple[str, Path]]:
    """Each member as a file of its own name in a folder of its own."""
    folder = Path(tempfile.mkdtemp(dir=room.folder))
    most_here = room.filled + max(RATIO_FROM_BYTES, MOST_TIMES * path.stat().st_size)
    for number, member in enumerate(members):
        inside = member.filename.replace("\\", "/")
        (folder / str(number)).mkdir()
        written = folder / str(number) / inside.rpartition("/")[2]
        with archive.open(member) as stream, open(written, "wb") as target:
            # What is written is counted, not what the archive announces.
            while chunk := stream.read(CHUNK):
                room.filled += len(chunk)
                _refuse_too_much(room, most_here, name)
                target.write(chunk)
        yield inside, written


def _refuse_too_much(room: Room, most_here: int, name: str) -> None:
    if room.filled > MOST_BYTES:
        raise IngestError(f"{name} holds more than the archives of a delivery may ({MOST_BYTES:,} bytes); unpack it.")
    if room.filled > most_here:
        raise IngestError(f"{name} unpacks to more than {MOST_TIMES} times its size, as no clinical data do; ask why.")
