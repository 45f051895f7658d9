"""What is said of a data cut's file that was whole when it was opened and cannot be read where it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

OF_DAMAGE = (duckdb.SerializationException, duckdb.FatalException, duckdb.InternalException)


class CutError(ValueError):
    """A file that is no cut; the message says which and what to do.

    It names the file without its folder: readers of the dashboard see it too.
    """


@contextmanager
def damage_told(path: Path) -> Iterator[None]:
    """CutError where the disk gives other bytes of a file than were written, or fewer; other errors stay theirs."""
    try:
        yield
    except duckdb.Error as error:
        if not _is_damage(error):
            raise
        raise CutError(
            f"{path.name} is damaged and cannot be read whole; put back a copy of it, or load its delivery again."
        ) from error


def _is_damage(error: duckdb.Error) -> bool:
    """DuckDB has no class for a block whose checksum is another; one that ends early is an error of reading."""
    cut_short = isinstance(error, duckdb.IOException) and "read" in str(error)
    return type(error) is duckdb.Error or isinstance(error, OF_DAMAGE) or cut_short
