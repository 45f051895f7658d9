"""What tells a file, as it is written now, from another that was or will be under its name."""

from __future__ import annotations

import os
from pathlib import Path


def as_written(path: Path) -> int:
    """Another number for each file that a path leads to, and each time that one is written. OSError: there is none.

    The time alone is not enough: a copy can bring its own, and two files can be of one moment.
    """
    found = os.stat(path)
    return hash((found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino, found.st_dev))
