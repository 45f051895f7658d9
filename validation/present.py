"""What is here now, for a record to be held against: a method's source, its tests, their case files, the software."""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from validation.methods import ROOT, Method
from validation.sources import source_files, test_files

TESTS = ROOT / "tests"
SHARED = ROOT.parent / "shared"
"""Published cases lie beside the project and are not delivered with it."""
SOFTWARE = ("numpy", "scipy", "pandas", "duckdb")


@dataclass(frozen=True)
class Present:
    """SHA-256 of the method's source, and of each test file and case file by name; versions by name.

    tests, case_files: None where the folder that holds them is not here; a file that is not in its folder is left out.
    """

    code: str
    tests: dict[str, str] | None
    case_files: dict[str, str] | None
    software: dict[str, str]


def present(method: Method) -> Present:
    """What a record of the method made now would rest on."""
    tests = _hashes((path.name, path) for path in test_files(method, TESTS)) if TESTS.is_dir() else None
    published = (SHARED / "cases").is_dir()
    cases = _hashes((name, SHARED / name) for name in method.case_files) if published else None
    return Present(fingerprint(method), tests, cases, software())


def software() -> dict[str, str]:
    """The versions that run."""
    return {"python": platform.python_version()} | {name: _version(name) for name in SOFTWARE}


@lru_cache
def _version(name: str) -> str:
    return importlib.metadata.version(name)


def fingerprint(method: Method, root: Path = ROOT) -> str:
    """SHA-256 over the names and contents of the method's source files: Python and SQL, with all that they use."""
    digest = hashlib.sha256()
    for path in source_files(method, root):
        digest.update(f"{path.relative_to(root).as_posix()}\0{file_hash(path)}\0".encode())
    return digest.hexdigest()


def file_hash(path: Path) -> str:
    """SHA-256 of a file's content, whatever its line ends."""
    known = path.stat()
    return _hash(path, known.st_mtime_ns, known.st_size)


@lru_cache(maxsize=4096)
def _hash(path: Path, written: int, size: int) -> str:
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def _hashes(files: Iterable[tuple[str, Path]]) -> dict[str, str]:
    return {name: file_hash(path) for name, path in files if path.is_file()}
