"""The steps from delivered data to analysis tables: each file of
`queries/staging` says what it reads, and so the order.

Each file begins with its question, its grain, `-- Reads: adex, source.dm` (on several lines where long) and, for a step
on the way that the cut does not keep, `-- Kept: no`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import duckdb

from ingest.delivery import IngestError
from queries.parsed import parsed

FOLDER = Path(__file__).parents[1] / "queries" / "staging"


@dataclass(frozen=True)
class Step:
    """One file: the table that it makes, the tables that it reads, and whether the cut keeps what it makes."""

    name: str
    reads: frozenset[str]
    kept: bool
    sql: str

    @property
    def before(self) -> list[str]:
        """The steps that must be made first: what it reads of no schema of its own."""
        return sorted(table for table in self.reads if "." not in table)

    @property
    def statement(self) -> duckdb.Statement:
        """What creates its table."""
        return parsed(f"create {'table' if self.kept else 'temporary table'} {self.name} as {self.sql}")


@lru_cache(maxsize=4096)
def steps(*wanted: str, folder: Path = FOLDER) -> tuple[Step, ...]:
    """Every step after those that it reads; of tables that are wanted, only the steps that they rest on.

    IngestError where a file reads what it does not declare, a table that no file makes, or itself by way of others.
    """
    found = _found(folder)
    needed: dict[str, list[str]] = {}
    waiting = list(wanted or found)
    while waiting:
        step = _known(waiting.pop(), found)
        if step.name not in needed:
            needed[step.name] = step.before
            waiting += step.before
    return tuple(found[name] for name in _in_order(needed))


@lru_cache
def _found(folder: Path) -> dict[str, Step]:
    """Every step of a folder by its name, read once."""
    return {path.stem: _step(path) for path in sorted(folder.glob("*.sql"))}


def _in_order(needed: dict[str, list[str]]) -> Iterator[str]:
    try:
        yield from TopologicalSorter(dict(sorted(needed.items()))).static_order()
    except CycleError as error:
        raise IngestError(f"The staging files read each other in a circle: {', '.join(error.args[1])}.") from error


def _known(name: str, found: dict[str, Step]) -> Step:
    if name in found:
        return found[name]
    readers = ", ".join(f"{step.name}.sql" for step in found.values() if name in step.before)
    raise IngestError(f"There is no {name}.sql in queries/staging{f'; it is read by {readers}' if readers else ''}.")


def _step(path: Path) -> Step:
    sql = path.read_text(encoding="utf-8")
    lines = re.findall(r"^-- Reads: (.+)$", sql, re.MULTILINE)
    declared = frozenset(table for line in lines for table in re.split(r",\s*", line.strip()))
    _refuse_another_declaration(path.name, declared, tables_read(sql))
    return Step(path.stem, declared, "-- Kept: no" not in sql.splitlines(), sql)


def _refuse_another_declaration(file: str, declared: frozenset[str], read: frozenset[str]) -> None:
    if undeclared := sorted(read - declared):
        raise IngestError(f"{file} reads {', '.join(undeclared)} and does not say so; add it to its line -- Reads.")
    if unread := sorted(declared - read):
        raise IngestError(
            f"{file} says that it reads {', '.join(unread)} and does not; remove it from its line -- Reads."
        )


def tables_read(sql: str) -> frozenset[str]:
    """The tables that a SELECT reads (`adsl`, `source.ae`), its own named parts left out."""
    tree = json.loads(duckdb.execute("select json_serialize_sql(?)", [sql]).fetchone()[0])
    if tree["error"]:
        raise IngestError(f"A staging file cannot be read as SQL: {tree['error_message']}")
    nodes = list(_nodes(tree))
    parts = {part["key"] for node in nodes for part in node.get("cte_map", {}).get("map", [])}
    tables = {
        ".".join(filter(None, (node["schema_name"], node["table_name"])))
        for node in nodes
        if node.get("type") == "BASE_TABLE"
    }
    return frozenset(tables - parts)


def _nodes(tree) -> Iterator[dict]:
    """Every object within a parsed statement."""
    if isinstance(tree, dict):
        yield tree
    for child in tree.values() if isinstance(tree, dict) else tree:
        if isinstance(child, (dict, list)):
            yield from _nodes(child)
