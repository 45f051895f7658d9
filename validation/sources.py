"""Which files a method rests on: Python with all it imports, SQL with all it reads, test files with their helpers."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from validation.methods import ROOT, Method

COMPUTING = ("stats", "queries")
"""The rooms that compute: what a method imports from these is part of it."""
SCHEMAS = {
    "source": ("ingest/source.py", "ingest/source_columns.toml"),
    "trial": ("trial/tables.py", "trial/defaults.toml"),
    "reference": ("queries/reference/{table}.csv",),
}
"""Schema → the files that make its tables: delivered values as they are read, the trial's definition, units."""


def source_files(method: Method, root: Path = ROOT) -> list[Path]:
    """The files that hold the method, those they import in `stats` and `queries`, its SQL and all that this reads."""
    modules = [
        module_file(".".join(name.split(".")[:end]), root)
        for name in method.functions
        for end in range(2, name.count(".") + 1)
    ]
    known = sql_files(root)
    tables = {path for name in method.sql for path in with_reads(known.get(name, root / f"{name}.sql"), root)}
    return sorted(tables | closure(filter(None, modules), lambda path: _imports(path, root)))


def test_files(method: Method, tests: Path) -> list[Path]:
    """The files that hold a method's tests and the helpers they import; where a file is gone, where it might be."""
    named = [_test_file(name, tests) for name in method.test_files]
    return sorted(closure(named, lambda path: _helpers(path, tests)))


@lru_cache
def sql_files(root: Path = ROOT) -> dict[str, Path]:
    """Table or question → the file of its SQL."""
    return {path.stem: path for path in sorted((root / "queries").rglob("*.sql"))}


def read_by(path: Path) -> set[str]:
    """The tables that a file of SQL reads, with their schemas: {"adsl", "source.ae", "trial.settings"}."""
    return _tables(path, path.stat().st_mtime_ns)


def with_reads(path: Path, root: Path = ROOT) -> set[Path]:
    """A file of SQL and, from one to the next, all that makes the tables it reads."""
    known = sql_files(root)

    def read(file: Path) -> list[Path]:
        names = read_by(file) if file.suffix == ".sql" else ()
        return [made for name in names for made in _makers(name, known, root)]

    return closure([path], read)


def _makers(name: str, known: dict[str, Path], root: Path) -> list[Path]:
    """The files that make a table; none for a step inside the same SQL."""
    schema, _, table = name.rpartition(".")
    if not schema:
        return [known[table]] if table in known else []
    return [root / file.format(table=table) for file in SCHEMAS.get(schema, ())]


def closure(start: Iterable[Path | None], more: Callable[[Path], list[Path | None]]) -> set[Path]:
    """Files that exist and, from one to the next, all that they lead to."""
    waiting, found = list(start), set()
    while waiting:
        path = waiting.pop()
        if path is not None and path not in found and path.is_file():
            found.add(path)
            waiting += more(path)
    return found


def _imports(path: Path, root: Path) -> list[Path | None]:
    names = [name for name in imported(path) if name.split(".")[0] in COMPUTING]
    return [module_file(name, root) for name in names]


@lru_cache(maxsize=8192)
def module_file(name: str, root: Path) -> Path | None:
    """The file of one of the project's own modules; None for another's."""
    stem = root.joinpath(*name.split("."))
    return next((path for path in (stem.with_suffix(".py"), stem / "__init__.py") if path.is_file()), None)


def _helpers(path: Path, tests: Path) -> list[Path]:
    return [_test_file(f"{name}.py", tests) for name in imported(path) if "." not in name]


def _test_file(name: str, tests: Path) -> Path:
    """Where a test file lies, whatever kind of test it holds."""
    return _files_by_name(tests).get(name, tests / name)


@lru_cache
def _files_by_name(folder: Path) -> dict[str, Path]:
    return {path.name: path for path in sorted(folder.rglob("*.py"))}


def imported(path: Path) -> set[str]:
    """The modules that a Python file names in its imports; none where it cannot be parsed."""
    return _names(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=1024)
def _names(path: Path, written: int) -> set[str]:
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (SyntaxError, ValueError):
        return set()
    statements = list(_statements(tree))
    froms = [node for node in statements if isinstance(node, ast.ImportFrom) and node.module]
    plain = {alias.name for node in statements if isinstance(node, ast.Import) for alias in node.names}
    names = {f"{node.module}.{alias.name}" for node in froms for alias in node.names}
    return plain | names | {node.module for node in froms}


def _statements(tree: ast.AST) -> Iterator[ast.AST]:
    """Every statement of a file, also within others; what a statement is made of is not looked at."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for name in ("body", "orelse", "finalbody", "handlers", "cases"):
            inside = getattr(node, name, None)
            waiting += inside if isinstance(inside, list) else []


@lru_cache(maxsize=1024)
def _tables(path: Path, written: int) -> set[str]:
    sql = re.sub(r"--.*", "", path.read_text(encoding="utf-8"))
    return set(re.findall(r"\b(?:from|join)\s+([a-z_]+(?:\.[a-z_]+)?)\b", sql, re.IGNORECASE))
