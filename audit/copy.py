"""A copy of a record as far as the file beside it knows, while a server writes on."""

from __future__ import annotations

import os
from pathlib import Path

from audit.chain import Head, read_head, write_head
from audit.verify import Reading, against


def copy(path: Path, to: Path) -> list[str]:
    """Copy a record, and say what is wrong with what follows the copied part. OSError, ValueError where it cannot be.

    A server that runs writes more meanwhile, so that what follows is held against what is known after it was read.
    """
    known = read_head(path)
    if known is None:
        raise ValueError(f"The file beside the record {path} (.head) is not there or cannot be read.")
    so_far, copied = Reading(), True
    with path.open("rb") as file, os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as made:
        for number, line in enumerate(file, 1):
            copied = copied and so_far.head.entries < known.entries
            if copied:
                made.write(line)
            so_far.take(number, line.removesuffix(b"\n"))
    write_head(to, Head(known.entries, known.hash))
    later = read_head(path) or known
    return against(so_far.head, later, so_far.hashes) if later.entries < so_far.head.entries else []
