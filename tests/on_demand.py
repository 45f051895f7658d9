"""A cut whose tables are made when they are first asked for, so that a test pays for what it looks at alone.

The steps are those of the load, in its order. What is asked for and was not made yet is made; nothing is left out.
A table that must be empty, since nothing came of which its rows are made, is created without running its step: most
small trials of the tests have no laboratory, tracings or drug levels, and planning those steps cost a quarter of all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache, partial
from itertools import count
from weakref import finalize

import duckdb
from definitions import write_definition

from ingest.build import OwnAdam, write_datasets, write_findings, write_sources, write_step
from ingest.delivery import Delivery, Finding
from ingest.staging import Step, steps
from trial import Trial

NAMES = re.compile(rf"\b(?:{'|'.join(step.name for step in steps())})\b", re.IGNORECASE)
REPORT = re.compile(r"\bingest\.(?:finding|software|setting)\b", re.IGNORECASE)

EMPTY_WITHOUT = {
    "labmeasured": ["source.lb"],
    "labrole": ["source.lb"],
    "countlast": ["source.lb"],
    "labvalue": ["labmeasured"],
    "labgrade": ["labvalue"],
    "adlb": ["labvalue"],
    "aplasia": ["labrole"],
    "aerow": ["source.ae"],
    "aegrade": ["aerow"],
    "adae": ["aegrade"],
    "aesupp": ["source.supp"],
    "dltverdict": ["aesupp"],
    "exsupp": ["source.supp"],
    "cvcoded": ["source.cv"],
    "cvchange": ["cvvalue"],
    "cvgrade": ["cvchange"],
    "adcv": ["cvchange"],
    "adcvout": ["cvvalue"],
    "egvalue": ["source.eg"],
    "adeg": ["egvalue"],
    "rsread": ["source.rs"],
    "rscounted": ["rsread"],
    "adpc": ["source.pc"],
    "pkprofile": ["adpc"],
    "diagnosis": ["source.mh"],
    "dsread": ["source.ds"],
    "disposition": ["dsread"],
    "relapsetold": ["source.ds", "source.ae"],
    "transplanttold": ["source.pr", "source.cm"],
    "body": ["source.vs"],
    "surface": ["body"],
    "cmdose": ["source.cm"],
}
"""Step → the tables without whose rows it has none: each row is one of these tables' own. A test holds it."""


@dataclass
class Steps:
    """Makes the tables of one cut. columns: those of each table that was made in this process, as DDL."""

    connection: duckdb.DuckDBPyConnection
    own: OwnAdam
    columns: dict[str, str] = field(default_factory=dict)
    empty: dict[str, bool] = field(default_factory=dict)

    def make(self, step: Step) -> list[Finding]:
        if step.name not in EMPTY_WITHOUT or step.name in self.own.delivered:
            return write_step(self.connection, step, self.own)
        if step.name in self.columns and all(map(self._is_empty, EMPTY_WITHOUT[step.name])):
            kind = "table" if step.kept else "temporary table"
            self.connection.execute(f"create {kind} {step.name} ({self.columns[step.name]})")
            self.empty[step.name] = True
            return []
        found = write_step(self.connection, step, self.own)
        if step.name not in self.columns:
            self.columns[step.name] = columns_of(self.connection, step.name)
        return found

    def _is_empty(self, table: str) -> bool:
        if table not in self.empty:
            self.empty[table] = not self.connection.execute(f"select 1 from {table} limit 1").fetchall()
        return self.empty[table]


def columns_of(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    described = connection.execute(f"describe {table}").fetchall()
    return ", ".join(f'"{name}" {type_}' for name, type_, *_ in described)


_COLUMNS: dict[str, str] = {}
"""They depend on the steps alone: what these read has the same columns in every cut."""


@dataclass(frozen=True)
class Database:
    """An empty database in memory, and the running DuckDB that it is one of."""

    server: duckdb.DuckDBPyConnection
    connection: duckdb.DuckDBPyConnection
    name: str

    def close(self) -> None:
        self.connection.close()
        self.server.cursor().execute(f"detach {self.name}")


class Databases:
    """Empty databases, TOGETHER of them in one running DuckDB: to start one costs a small cut a tenth of its making.

    A fifth was spent on plans that do not pay for a few rows: of what improves a plan only that is left which lets a
    question about the catalogue look at its own database alone. Deliveries, the sample, the pilot and every cut that is
    a file are planned as in a load; the answers must be the same.
    """

    TOGETHER = 8

    def __init__(self) -> None:
        self._numbers = count()
        self._server: duckdb.DuckDBPyConnection | None = None

    def empty(self) -> Database:
        number = next(self._numbers)
        if self._server is None or number % self.TOGETHER == 0:
            self._server = duckdb.connect(config={"threads": 1})  # tables of a few rows: more threads only wait
            names = {name for (name,) in self._server.execute("select name from duckdb_optimizers()").fetchall()}
            self._server.execute(f"set disabled_optimizers = '{','.join(names - {'filter_pushdown'})}'")
        name, connection = f"cut{number}", self._server.cursor()
        connection.execute(f"attach ':memory:' as {name}; use {name}")
        return Database(self._server, connection, name)


DATABASES = Databases()


@dataclass
class OnDemand:
    """A connection to a cut in memory that makes each table of staging when SQL first names it.

    The report of the load tells of everything: asked for, it makes everything.
    """

    connection: duckdb.DuckDBPyConnection
    make_step: Callable[[Step], list[Finding]]
    report: Callable[[list[Finding]], object]
    findings: list[Finding]
    catalog: str
    made: set[str] = field(default_factory=set)
    reported: bool = False

    @classmethod
    def of(cls, delivery: Delivery, trial: Trial, cut: date) -> OnDemand:
        """What was delivered, read; with adsl and the sponsor's own ADaM, on which the load refuses a delivery."""
        database = DATABASES.empty()
        connection = database.connection
        write_datasets(connection, delivery)
        write_definition(connection, trial, cut)
        findings = write_sources(connection, delivery, cut)
        own = OwnAdam.of(connection, cut)
        made = cls(
            connection,
            Steps(connection, own, _COLUMNS).make,
            partial(write_findings, connection, delivery, trial, cut),
            findings,
            database.name,
        )
        finalize(made, database.close).atexit = False
        made.make("adsl", *(step.name for step in steps() if step.name in own.delivered))
        return made

    def execute(self, sql: str | duckdb.Statement, *parameters) -> duckdb.DuckDBPyConnection:
        text = sql if isinstance(sql, str) else sql.query
        self.make(*named(text))
        if not self.reported and REPORT.search(text):
            self.make(*(step.name for step in steps()))
            self.report(self.findings)
            self.reported = True
        return self.connection.execute(sql, *parameters)

    @contextmanager
    def made_anew(self, tables: set[str], make_step: Callable[[Step], list[Finding]]) -> Iterator[None]:
        """Make these tables another way, each when it is first asked for; afterwards what was there is taken to be."""
        before = self.made, self.make_step
        self.made, self.make_step = self.made - tables, make_step
        try:
            yield
        finally:
            self.made, self.make_step = before

    def make(self, *tables: str) -> None:
        """Make these tables, and before them those that they read, as far as they are not there."""
        for step in steps(*sorted(tables)) if set(tables) - self.made else ():
            if step.name not in self.made:
                self.findings += self.make_step(step)
                self.made.add(step.name)


@lru_cache(maxsize=4096)
def named(sql: str) -> frozenset[str]:
    """The tables of staging that SQL names, its comments left out."""
    return frozenset(name.lower() for name in NAMES.findall(re.sub(r"--.*", "", sql)))
