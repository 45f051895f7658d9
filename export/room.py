"""The room in which a pack is written, within the folder that gets it; what a killed run left there is put in order."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX, LOCK, BEFORE = ".pack-", "in-use", "before-"
"""What the names of rooms begin with; the file whose lock says that a run is at work; files of an earlier pack."""
UNLOCKED_SECONDS = 60 * 60
"""A room without a lock that is younger may be that of a run that begins."""


@contextmanager
def own_room(folder: Path) -> Iterator[Path]:
    """A room of one's own, gone at the end; OSError where the folder cannot be written."""
    for other in folder.glob(f"{PREFIX}*"):
        if _is_left(other):
            put_in_order(other, folder)
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=folder) as made, open(Path(made) / LOCK, "wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # whatever ends the process gives it up
        yield Path(made)


def _is_left(other: Path) -> bool:
    """Whether the run that wrote there has ended."""
    try:
        with open(other / LOCK, "rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
    except FileNotFoundError:
        return other.is_dir() and time.time() - other.stat().st_mtime > UNLOCKED_SECONDS
    except OSError:  # it is at work
        return False


def put_in_order(left: Path, folder: Path) -> None:
    """Give back the files of an earlier pack that were put aside and that nothing replaced; remove the rest."""
    with suppress(OSError):  # another run does the same
        for kept in left.glob(f"{BEFORE}*"):
            target = folder / kept.name.removeprefix(BEFORE)
            if not target.exists():
                os.replace(kept, target)
    shutil.rmtree(left, ignore_errors=True)
