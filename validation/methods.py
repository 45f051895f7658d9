"""The methods as validation/methods.toml lists them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
METHODS = ROOT / "validation" / "methods.toml"


@dataclass(frozen=True)
class Method:
    """One method as the project uses it, and the tests that check it.

    functions: where Python computes it; sql: the tables and questions, by their bare names, where SQL computes it;
    columns: which of their columns hold it, where a table holds more;
    cases: test functions whose every case is recorded with expected and obtained values;
    where: keeps those cases whose inputs hold these values; recomputed: test functions recorded by their outcome alone;
    case_files: files of published cases that these tests read, in the folder `shared` beside the project;
    left_out: what was not compared; deviation: where the project differs from its source by choice.
    """

    id: str
    group: str
    title: str
    definition: str
    source: str
    functions: tuple[str, ...]
    sql: tuple[str, ...]
    columns: tuple[str, ...]
    cases: tuple[str, ...]
    where: dict[str, str]
    recomputed: tuple[str, ...]
    case_files: tuple[str, ...]
    left_out: str
    deviation: str

    @property
    def test_files(self) -> list[str]:
        """The files that hold the method's tests."""
        return sorted({name.partition("::")[0] for name in self.cases + self.recomputed})


def read_methods(path: Path = METHODS) -> tuple[Method, ...]:
    """The methods in the order in which they are listed."""
    empty = {
        "functions": (),
        "sql": (),
        "columns": (),
        "cases": (),
        "where": {},
        "recomputed": (),
        "case_files": (),
        "left_out": "",
        "deviation": "",
    }
    found = tomllib.loads(path.read_text(encoding="utf-8"))["method"]
    return tuple(
        Method(**{key: tuple(value) if isinstance(value, list) else value for key, value in (empty | entry).items()})
        for entry in found
    )


def without_definition(path: Path = METHODS) -> dict[str, str]:
    """SQL that carries no definition of a number, with the reason."""
    return tomllib.loads(path.read_text(encoding="utf-8")).get("without_definition", {})
