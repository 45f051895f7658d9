"""The sample trial's data cuts, built on first use into a local folder
and kept there while nothing they rest on changes."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from ingest.build import build_cut
from ingest.collect import collect
from ingest.delivery import IngestError
from trial import Trial

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "sample_data"
STAMP = "built_from.txt"
RECOMMENDATIONS = "recommendations.csv"
CODE = (
    "ingest/**/*",
    "queries/staging/*.sql",
    "queries/reference/*",
    "queries/grading.py",
    "queries/schema.py",
    "queries/__init__.py",
    "trial/*.*",
    "requirements.txt",
)
"""What a cut's content depends on besides the delivered files."""


def ensure_sample(folder: str | Path, progress: Callable[[str], None] | None = None) -> Path:
    """Build the sample trial's cuts into a folder unless they are there and up to date; the folder.

    Safe where several processes start at once: one builds, the others wait for it. IngestError, one sentence, where
    they cannot be made: a disk that is full or takes no writing above all.
    """
    folder = Path(folder)
    try:
        _ensure(folder, progress or (lambda line: None))
    except (OSError, IngestError) as error:
        why = getattr(error, "strerror", None) or error
        raise IngestError(
            f"The sample trial's data cuts cannot be made in {folder} ({why}): "
            "make the folder writable, with 50 MB free, or name your own data cuts in SAFETY_DATA."
        ) from error
    return folder


def _ensure(folder: Path, say: Callable[[str], None]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    wanted = fingerprint()
    if _built(folder) != wanted:
        with _locked(folder):
            if _built(folder) != wanted:
                _build(folder, wanted, say)


def fingerprint() -> str:
    """SHA-256 over the sample trial's files and the code that makes cuts of them."""
    digest = hashlib.sha256()
    for path in sorted(
        {
            *SAMPLE.glob("cuts/*/*"),
            SAMPLE / "trial.toml",
            SAMPLE / RECOMMENDATIONS,
            *(p for pattern in CODE for p in ROOT.glob(pattern)),
        }
    ):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(f"{path.relative_to(ROOT)}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _built(folder: Path) -> str:
    """What the cuts in the folder were built from; empty where one is missing."""
    stamp = folder / STAMP
    complete = stamp.is_file() and all((folder / f"cut_{cut.name}.duckdb").is_file() for cut in _cuts())
    return stamp.read_text(encoding="utf-8").strip() if complete else ""


def _cuts() -> list[Path]:
    return sorted(path for path in (SAMPLE / "cuts").iterdir() if path.is_dir())


def _build(folder: Path, wanted: str, say: Callable[[str], None]) -> None:
    """Build beside, then exchange: who has an old cut open goes on reading it whole."""
    trial = Trial.read(SAMPLE / "trial.toml")
    (folder / STAMP).unlink(missing_ok=True)
    for left in folder.glob(".building-*"):
        shutil.rmtree(left, ignore_errors=True)  # of a process that was killed: the lock is ours now
    beside = Path(tempfile.mkdtemp(prefix=".building-", dir=folder))
    try:
        for source in _cuts():
            say(f"Sample trial, data cut {source.name}: reading and checking the delivered files")
            build_cut(collect(source), trial, date.fromisoformat(source.name), beside)
        for built in sorted(beside.glob("cut_*.duckdb")):
            os.replace(built, folder / built.name)
        shutil.copyfile(SAMPLE / RECOMMENDATIONS, folder / RECOMMENDATIONS)
        (folder / STAMP).write_text(wanted + "\n", encoding="utf-8")
    finally:
        shutil.rmtree(beside, ignore_errors=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One builder at a time; the lock goes with the process that holds it."""
    with open(folder / ".lock", "w") as lock:
        try:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX)
        except ImportError:
            pass  # no such locks on this system: at worst two build the same cuts
        yield
