"""A cut while it is being made: all tables in memory, so that SQL can be replaced and what reads it made again.

With it a test holds the SQL against a definition written in Python, and then shows that a fault in that SQL is found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb
import pandas

from ingest.build import write_cut
from ingest.delivery import Delivery
from queries import Cut, Question
from queries.cut import Answers
from trial import Trial
from validation.sources import read_by, sql_files, with_reads

STAGING = {name: path for name, path in sql_files().items() if path.parent.name == "staging"}


def kept() -> Answers:
    """What was asked before is not asked again; an answer is handed out as a frame of the caller's own."""
    known: dict = {}

    def answer(key, ask):
        return known[key] if key in known else known.setdefault(key, ask())

    return answer


@dataclass(frozen=True)
class Building(Cut):
    """A cut in memory, with the steps that a finished cut does not keep; what was asked of it is kept.

    faults: file of SQL → (text, other text).
    """

    faults: dict[str, tuple[str, str]] = field(default_factory=dict, compare=False)
    answers: Answers = field(default_factory=kept, repr=False, compare=False)

    def cursor(self) -> duckdb.DuckDBPyConnection:
        return self.connection

    def question(self, name: str, **parameters) -> Question:
        asked = super().question(name, **parameters)
        return replace(asked, sql=self._with_fault(name, asked.sql))

    def make_again(self, table: str) -> None:
        kept = "select bool_and(not temporary) from duckdb_tables() where table_name = ?"
        kind = "table" if self.connection.execute(kept, [table]).fetchone()[0] else "temporary table"
        sql = self._with_fault(table, STAGING[table].read_text(encoding="utf-8"))
        self.connection.execute(f"create or replace {kind} {table} as {sql}")

    def _with_fault(self, name: str, sql: str) -> str:
        return sql.replace(*self.faults[name]) if name in self.faults else sql


def building(datasets: dict[str, pandas.DataFrame], trial: Trial, cut: date = date(2007, 11, 30)) -> Building:
    """The tables of a delivery, made as for a cut and kept in memory."""
    connection = duckdb.connect()
    write_cut(connection, Delivery.of(datasets), trial, cut, lambda line: None)
    return Building(Path("memory"), cut, connection, catalog="memory")


@contextmanager
def faulty(made: Building, name: str, text: str, other: str, wanted: Iterable[str]) -> Iterator[Building]:
    """The cut as it would be with another text in one file of SQL, as far as it is wanted; undone at the end."""
    assert text in sql_files()[name].read_text(encoding="utf-8"), f"{name}.sql no longer holds {text!r}"
    wrong = replace(made, faults={name: (text, other)}, answers=kept())
    made.connection.execute("begin transaction")
    try:
        for table in _made_from(name, wanted) if name in STAGING else ():
            wrong.make_again(table)
        yield wrong
    finally:
        made.connection.execute("rollback")


@contextmanager
def another_setting(made: Building, column: str, value, *tables: str) -> Iterator[Building]:
    """The cut under another setting of the trial, with the tables that read it made again; undone at the end."""
    before = made.connection.execute(f"select {column} from trial.settings").fetchone()[0]
    try:
        _set(made, column, value, tables)
        yield replace(made, answers=kept())
    finally:
        _set(made, column, before, tables)


def _set(made: Building, column: str, value, tables: tuple[str, ...]) -> None:
    made.connection.execute(f"update trial.settings set {column} = ?", [value])
    for table in tables:
        made.make_again(table)


def _made_from(name: str, wanted: Iterable[str]) -> list[str]:
    """A table of staging and all that are made from it and needed for what is wanted, in the order of making."""
    reads = {table: read_by(path) & STAGING.keys() for table, path in STAGING.items()}
    needed = {path.stem for one in wanted for path in with_reads(sql_files()[one])}
    found = {name}
    for table in TopologicalSorter(reads).static_order():
        found |= {table} if reads[table] & found else set()
    return [table for table in TopologicalSorter(reads).static_order() if table in found & (needed | {name})]
