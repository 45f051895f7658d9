"""A cut while it is being made: all tables in memory, so that SQL can be replaced and what reads it made again.

With it a test holds the SQL against a definition written in Python, and then shows that a fault in that SQL is found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from itertools import count
from pathlib import Path

import duckdb
import pandas
from on_demand import OnDemand

from ingest.delivery import Delivery
from ingest.parameters import fill_parameters
from ingest.staging import Step, steps
from queries import Cut, Question
from queries.cut import Answers
from queries.parsed import parsed
from trial import Trial
from validation.sources import sql_files, with_reads

STAGING = {name: path for name, path in sql_files().items() if path.parent.name == "staging"}
NUMBERS = count()


def kept() -> Answers:
    """What was asked before is not asked again; an answer is handed out as a frame of the caller's own."""
    known: dict = {}

    def answer(key, ask):
        return known[key] if key in known else known.setdefault(key, ask())

    return answer


@dataclass(frozen=True)
class Building(Cut):
    """A cut in memory, with the steps that a finished cut does not keep; what was asked of it is kept.

    connection: one that makes each table when it is first asked for (on_demand.py), or to a cut that is whole.
    faults: file of SQL → (text, other text).
    """

    faults: dict[str, tuple[str, str]] = field(default_factory=dict, compare=False)
    answers: Answers = field(default_factory=kept, repr=False, compare=False)

    def cursor(self) -> duckdb.DuckDBPyConnection:
        return self.connection

    def question(self, name: str, **parameters) -> Question:
        asked = super().question(name, **parameters)
        return replace(asked, sql=self._with_fault(name, asked.sql))

    def rows_of(self, table: str, subject: str) -> list:
        """The rows of one subject in a table, in the table's order, as named tuples; the table is taken apart once."""
        return self.answers(("rows of subjects", table), lambda: _by_subject(self.table(table))).get(subject, [])

    def make_again(self, step: Step) -> list:
        kind = "table" if step.kept else "temporary table"
        self.connection.connection.execute(
            parsed(f"create or replace {kind} {step.name} as {self._with_fault(step.name, step.sql)}")
        )
        if step.name == "pkparam":
            fill_parameters(self.connection.connection)
        return []

    def _with_fault(self, name: str, sql: str) -> str:
        return sql.replace(*self.faults[name]) if name in self.faults else sql


def building(
    datasets: dict[str, pandas.DataFrame] | Delivery, trial: Trial, cut: date = date(2007, 11, 30)
) -> Building:
    """The cut of a delivery in memory; its tables are those of the load, each made when it is first asked for.

    IngestError where the load refuses the delivery."""
    connection = OnDemand.of(Delivery.of(datasets), trial, cut)
    return Building(Path("memory"), cut, connection, catalog=connection.catalog, written=next(NUMBERS))


def _by_subject(table: pandas.DataFrame) -> dict[str, list]:
    rows: dict[str, list] = {}
    for row in table.itertuples():
        rows.setdefault(row.USUBJID, []).append(row)
    return rows


@contextmanager
def faulty(made: Building, name: str, text: str, other: str, wanted: Iterable[str]) -> Iterator[Building]:
    """The cut as it would be with another text in one file of SQL; undone at the end.

    What is made from the faulty table is made again when it is first asked for, as far as it is wanted."""
    assert text in sql_files()[name].read_text(encoding="utf-8"), f"{name}.sql no longer holds {text!r}"
    wrong = replace(made, faults={name: (text, other)}, answers=kept())
    again = _made_from(name, wanted) if name in STAGING else set()
    made.connection.make(*(_needed(wanted) | again))
    made.connection.execute("begin transaction")
    try:
        with made.connection.made_anew(again, wrong.make_again):
            yield wrong
    finally:
        made.connection.execute("rollback")


@contextmanager
def another_setting(made: Building, column: str, value, *tables: str) -> Iterator[Building]:
    """The cut under another setting of the trial, with the tables that read it made again; undone at the end."""
    made.connection.make(*STAGING)
    before = made.connection.execute(f"select {column} from trial.settings").fetchone()[0]
    try:
        _set(made, column, value, tables)
        yield replace(made, answers=kept())
    finally:
        _set(made, column, before, tables)


def _set(made: Building, column: str, value, tables: tuple[str, ...]) -> None:
    made.connection.execute(f"update trial.settings set {column} = ?", [value])
    again = {step.name: step for step in steps()}
    for table in tables:
        made.make_again(again[table])


def _made_from(name: str, wanted: Iterable[str]) -> set[str]:
    """A table of staging and all that are made from it and needed for what is wanted."""
    found = {name}
    for step in steps():
        found |= {step.name} if step.reads & found else set()
    return found & (_needed(wanted) | {name})


def _needed(wanted: Iterable[str]) -> set[str]:
    """The tables of staging that are needed for tables and questions."""
    return {name for one in wanted for name in _rests_on(one)}


@cache
def _rests_on(name: str) -> frozenset[str]:
    """The tables of staging that one table or question rests on; the files of SQL stay as they are during a run."""
    return frozenset({path.stem for path in with_reads(sql_files()[name])} & STAGING.keys())
