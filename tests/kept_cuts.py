"""Files of cuts that tests need are kept across runs, by content: the same data under the same code is built once.

They lie in a folder of the machine's temporary files, one room for each state of the code that makes cuts; a room that
no run has used for a day is removed. Two processes that build the same cut at once end with one of them.
"""

from __future__ import annotations

import getpass
import hashlib
import os
import shutil
import tempfile
import time
from datetime import date
from functools import lru_cache
from pathlib import Path

import duckdb
import pandas
import pyarrow
import pyarrow.ipc

from ingest.build import build_cut
from ingest.delivery import Delivery
from ingest.publish import cut_path
from ingest.sample import fingerprint
from trial import Trial

ROOMS = Path(tempfile.gettempdir()) / f"safety-tests-{getpass.getuser()}"
UNUSED_SECONDS = 24 * 60 * 60


@lru_cache
def room() -> Path:
    """The folder for the cuts of this code and these packages, marked as used now."""
    made_by = "\0".join((fingerprint(), duckdb.__version__, pandas.__version__))
    folder = ROOMS / hashlib.sha256(made_by.encode()).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    os.utime(folder)
    return folder


def remove_unused_rooms() -> None:
    """Delete what was kept for code that no run has used for a day."""
    for folder in ROOMS.glob("*"):
        if folder != room() and folder.stat().st_mtime < time.time() - UNUSED_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)


def kept_cut(datasets: dict[str, pandas.DataFrame] | Delivery, trial: Trial, day: date) -> Path:
    """The file of the cut of these datasets, this trial and this day; built where it is not kept."""
    delivery = Delivery.of(datasets)
    folder = room() / "cuts" / content_key(delivery, trial, day)
    if not folder.is_dir():
        _build(delivery, trial, day, folder)
    return cut_path(folder, day)


def _build(delivery: Delivery, trial: Trial, day: date, folder: Path) -> None:
    folder.parent.mkdir(exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=".building-", dir=folder.parent))
    build_cut(delivery, trial, day, beside)
    try:
        beside.rename(folder)
    except OSError:  # another process was quicker; what it built is the same
        shutil.rmtree(beside)


def content_key(delivery: Delivery, trial: Trial, day: date) -> str:
    """SHA-256 over all that a cut is made of but code: every value with its type, every column, the trial, the day."""
    digest = hashlib.sha256(repr((trial.text, trial.defaults_text, trial.content, day)).encode())
    digest.update(repr((delivery.files, delivery.findings, delivery.source)).encode())
    for schema in (delivery.datasets, delivery.adam):
        digest.update(b"\0schema")
        for name, table in schema.items():
            digest.update(repr((name, len(table))).encode())
            digest.update(_bytes(table))
    return digest.hexdigest()[:32]


def _bytes(table: pyarrow.Table) -> pyarrow.Buffer:
    """The table as Arrow writes it: names, types and every value."""
    sink = pyarrow.BufferOutputStream()
    with pyarrow.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return sink.getvalue()
