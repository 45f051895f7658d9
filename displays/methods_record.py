"""What the methods are and what the tests recorded of them: read from validation/, judged against the code that runs."""
from __future__ import annotations

import ast
import hashlib
import json
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
METHODS = ROOT / "validation" / "methods.toml"
RESULTS = ROOT / "validation" / "results.json"
STATES = ("failed", "missing", "stale", "passed")
"""Gravest first. Stale: recorded against another version of the code than the one that runs."""


@dataclass(frozen=True)
class Method:
    """One method as the project uses it, and the tests that check it.

    cases: test functions whose every case is recorded with expected and obtained values;
    where: keeps those cases whose inputs hold these values; recomputed: test functions recorded by their outcome alone;
    left_out: what was not compared; deviation: where the project differs from its source by choice.
    """

    id: str
    group: str
    title: str
    definition: str
    source: str
    functions: tuple[str, ...]
    cases: tuple[str, ...]
    where: dict[str, str]
    recomputed: tuple[str, ...]
    left_out: str
    deviation: str
    files: tuple[str, ...]


@dataclass(frozen=True)
class Standing:
    """Where one method stands: its cases by outcome, and the gravest thing to say of it."""

    method: Method
    record: dict
    state: str
    cases: int
    passed: int
    failed: int
    missing: int
    checks: int

    @property
    def recomputed(self) -> tuple[int, int]:
        """Recomputations that passed, and all of them."""
        counts = self.record.get("recomputed", {}).values()
        return sum(count["passed"] for count in counts), sum(count["passed"] + count["failed"] for count in counts)

    @property
    def worst(self) -> dict | None:
        """The comparison that came nearest to its tolerance; None where all are exact."""
        near = [check for case in self.record.get("cases", []) for check in case["checks"] if check["within"] and check["deviation"] is not None]
        return max(near, key=lambda check: (check["deviation"] / check["within"], -check["within"]), default=None)


def read_methods(path: Path = METHODS) -> tuple[Method, ...]:
    """The methods in the order in which they are listed."""
    empty = {"functions": (), "cases": (), "where": {}, "recomputed": (), "left_out": "", "deviation": "", "files": ()}
    found = tomllib.loads(path.read_text(encoding="utf-8"))["method"]
    return tuple(Method(**{key: tuple(value) if isinstance(value, list) else value for key, value in (empty | entry).items()}) for entry in found)


def read_record(path: Path = RESULTS) -> dict[str, dict]:
    """Method → what the tests recorded; nothing where no record was ever made."""
    return json.loads(path.read_text(encoding="utf-8"))["methods"] if path.is_file() else {}


def standing(method: Method, record: dict[str, dict], code: str | None = None) -> Standing:
    """One method's record, counted. `code`: fingerprint of the code that runs; without it staleness is not judged."""
    found = record.get(method.id, {})
    cases = found.get("cases", [])
    failed = sum(not all(check["passed"] for check in case["checks"]) for case in cases)
    checked = sum(bool(case["checks"]) for case in cases)
    missing = max(found.get("collected", 0) - checked, 0)
    counted = Standing(method, found, "", max(found.get("collected", 0), len(cases)), checked - failed, failed, missing, sum(len(case["checks"]) for case in cases))
    return Standing(**(counted.__dict__ | {"state": _state(counted, code)}))


def standings(*ids: str) -> list[Standing]:
    """Every method as recorded, or those asked for by id, judged against the code that runs now."""
    record = read_record()
    return [standing(method, record, fingerprint(method)) for method in read_methods() if not ids or method.id in ids]


def _state(counted: Standing, code: str | None) -> str:
    passed, recomputed = counted.recomputed
    if counted.failed or passed < recomputed:
        return "failed"
    if counted.missing or not counted.checks:
        return "missing"
    return "stale" if code is not None and counted.record.get("code") != code else "passed"


def fingerprint(method: Method) -> str:
    """SHA-256 over the method's source files and all of the project's that they import."""
    digest = hashlib.sha256()
    for path in source_files(method):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()


def source_files(method: Method) -> list[Path]:
    """The files that hold the method, those they import in `stats` and `queries`, and the SQL and tables it names."""
    waiting = [_file(".".join(name.split(".")[:end])) for name in method.functions for end in range(2, name.count(".") + 1)]
    found: set[Path] = {ROOT / name for name in method.files}
    while waiting:
        path = waiting.pop()
        if path is not None and path not in found:
            found.add(path)
            waiting += [_file(name) for name in _imported(path)]
    return sorted(found)


@lru_cache
def _file(module: str) -> Path | None:
    """The file of one of the project's own modules; None for another's."""
    if module.split(".")[0] not in ("stats", "queries"):
        return None
    stem = ROOT.joinpath(*module.split("."))
    return next((path for path in (stem.with_suffix(".py"), stem / "__init__.py") if path.is_file()), None)


@lru_cache
def _imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    return {node.module for node in froms} | {f"{node.module}.{alias.name}" for node in froms for alias in node.names}
