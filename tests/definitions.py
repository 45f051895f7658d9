"""The definition of a trial and the reference tables, copied into a cut in memory where an earlier one had the same.

Written table by table they cost a small cut a sixth of its making. They are kept in a file among the cuts of the tests,
once a trial was there twice: many a test has a trial of its own, for which a file would not pay.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from datetime import date
from pathlib import Path

import duckdb
from kept_cuts import room

from ingest.build import BLOCK_BYTES, write_trial
from queries.grading import write_reference
from trial import Trial

_SEEN: Counter[Path] = Counter()


def write_definition(connection: duckdb.DuckDBPyConnection, trial: Trial, cut: date) -> None:
    """Schemas `trial` and `reference` of a cut in memory."""
    path = _path(trial)
    _SEEN[path] += 1
    if _SEEN[path] == 1 and not path.is_file():
        _write(connection, trial, cut)
        return
    if not path.is_file():
        _keep(path, trial, cut)
    connection.execute(f"attach '{path}' as kept (read_only)")
    [(own,)] = connection.execute("select current_database()").fetchall()
    connection.execute(f"copy from database kept to {own}")
    connection.execute("detach kept")
    connection.execute("update trial.cut set CUTDT = ?", [cut])


def _path(trial: Trial) -> Path:
    content = repr((trial.text, trial.defaults_text, trial.content))
    return room() / "trials" / f"{hashlib.sha256(content.encode()).hexdigest()[:32]}.duckdb"


def _write(connection: duckdb.DuckDBPyConnection, trial: Trial, cut: date) -> None:
    write_trial(connection, trial, cut)
    write_reference(connection)


def _keep(path: Path, trial: Trial, cut: date) -> None:
    """Another process may do the same: the file is there whole or not at all."""
    path.parent.mkdir(exist_ok=True)
    beside = path.with_suffix(f".{os.getpid()}")
    with duckdb.connect(str(beside), config={"default_block_size": BLOCK_BYTES, "threads": 1}) as connection:
        _write(connection, trial, cut)
    os.replace(beside, path)
