"""What is here now, for a record to be held against: a method's source, its tests, their case files, the software."""

from __future__ import annotations

import ast
import hashlib
import importlib.metadata
import platform
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from validation.listed import ROOT, Method

TESTS = ROOT / "tests"
SHARED = ROOT.parent / "shared"
"""Published cases lie beside the project and are not delivered with it."""
SOFTWARE = ("numpy", "scipy", "pandas", "duckdb")
ROOMS = ("stats", "queries")
"""The rooms that compute: what a method imports from these is part of it."""


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
    tests = (
        _hashes(TESTS, sorted(_with_imports([_test_file(name) for name in method.test_files])))
        if TESTS.is_dir()
        else None
    )
    cases = _hashes(SHARED, [SHARED / name for name in method.case_files]) if (SHARED / "cases").is_dir() else None
    return Present(fingerprint(method), tests, cases, software())


def software() -> dict[str, str]:
    """The versions that run."""
    return {"python": platform.python_version()} | {name: _version(name) for name in SOFTWARE}


@lru_cache
def _version(name: str) -> str:
    return importlib.metadata.version(name)


def fingerprint(method: Method) -> str:
    """SHA-256 over the method's source files and all of the project's that they import."""
    digest = hashlib.sha256()
    for path in source_files(method):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + _text(path) + b"\0")
    return digest.hexdigest()


def source_files(method: Method) -> list[Path]:
    """The files that hold the method, those they import in `stats` and `queries`, and the SQL and tables it names."""
    modules = [
        _file(".".join(name.split(".")[:end])) for name in method.functions for end in range(2, name.count(".") + 1)
    ]
    return sorted({ROOT / name for name in method.files} | _with_imports(filter(None, modules)))


def _with_imports(paths) -> set[Path]:
    """Files that exist and, from one to the next, all of the project's that they import."""
    waiting, found = list(paths), set()
    while waiting:
        path = waiting.pop()
        if path is not None and path not in found and path.is_file():
            found.add(path)
            waiting += [_beside(name) if TESTS in path.parents else _file(name) for name in _imported(path)]
    return found


@lru_cache
def _file(module: str) -> Path | None:
    """The file of one of the project's own modules; None for another's."""
    if module.split(".")[0] not in ROOMS:
        return None
    stem = ROOT.joinpath(*module.split("."))
    return next((path for path in (stem.with_suffix(".py"), stem / "__init__.py") if path.is_file()), None)


@lru_cache
def _test_file(name: str) -> Path:
    """Where a test file lies, whatever kind of test it holds."""
    return next(TESTS.rglob(name), TESTS / name)


def _beside(module: str) -> Path:
    """Where a module of the tests' own would lie."""
    return TESTS / f"{module}.py"


def _imported(path: Path) -> set[str]:
    return _names(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=512)
def _names(path: Path, written: int) -> set[str]:
    """What a file imports, read anew once it is written anew; nothing from one that cannot be read."""
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (SyntaxError, ValueError):
        return set()
    froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    plain = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return (
        plain
        | {node.module for node in froms}
        | {f"{node.module}.{alias.name}" for node in froms for alias in node.names}
    )


def _hashes(folder: Path, paths: list[Path]) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(_text(path)).hexdigest() for path in paths if path.is_file()
    }


def _text(path: Path) -> bytes:
    return path.read_bytes().replace(b"\r\n", b"\n")
