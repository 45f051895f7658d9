"""A data cut: one immutable DuckDB file that answers questions."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Hashable
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, TypeVar

import duckdb
from pandas import DataFrame

from queries.damaged import CutError, damage_told
from queries.filters import FILTERS
from queries.frames import answered
from trial import Trial

HERE = Path(__file__).parent
SELECTED, DOUBTED = HERE / "selected.sql", HERE / "doubted.sql"
KEPT = "kept"
"""The schema of the answers that a cut keeps."""
FILTER_NAMES = frozenset(known.name for known in FILTERS)


class OtherVersion(CutError):
    """A cut of another version of the dashboard."""


@dataclass(frozen=True)
class Question:
    """A question as it was asked: its name, the SQL that ran, and the parameters."""

    name: str
    sql: str
    parameters: dict

    def text(self) -> str:
        """The SQL with its parameters, as a reader can run it."""
        lines = [f"-- ${name} = {value!r}" for name, value in self.parameters.items()]
        return "\n".join([*lines, self.sql])


What = TypeVar("What")
Answers = Callable[[Hashable, Callable[[], Any]], Any]
"""Gives the answer kept under a key, or finds it."""


def not_kept(_key: Hashable, find: Callable[[], What]) -> What:
    return find()


@dataclass(frozen=True)
class Cut:
    """One data cut, opened read-only. `hypothetical` says in words what is supposed; empty for the facts.

    mark: what must be said wherever the cut is named ("is not yet acknowledged"); mostly empty.
    facts: the actual cut that something is supposed of; None for the facts themselves.

    written: what tells its file from another of the same name (queries/files.py).
    answers: where answers are kept; by default every question is asked again.
    """

    path: Path
    date: date
    connection: duckdb.DuckDBPyConnection = field(repr=False, compare=False)
    hypothetical: str = ""
    mark: str = ""
    catalog: str = "cut"
    written: int = 0
    answers: Answers = field(default=not_kept, repr=False, compare=False)
    facts: Cut | None = field(default=None, repr=False, compare=False)

    @property
    def key(self) -> tuple:
        """What tells this cut from every other, a supposed one from the facts included."""
        return str(self.path), self.written, self.hypothetical, self.mark

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor of its own for one query: one connection used by two threads hands one the other's rows."""
        cursor = self.connection.cursor()
        cursor.execute(f"use {self.catalog}")
        return cursor

    def ask(self, name: str, **parameters) -> DataFrame:
        """Answer the question of `queries/<name>.sql`; filters left out select every subject.

        Raises ValueError for an unknown question or parameter.
        """
        question = self.question(name, **parameters)
        return self._answer(question.sql, question.parameters)

    def _answer(self, sql: str, parameters: dict) -> DataFrame:
        """A frame of the caller's own: pandas copies on write, so a change to it reaches no other answer."""
        key = (*self.key, sql, repr(parameters))
        return self.answers(key, lambda: self._found(sql, parameters)).copy(deep=False)

    def _found(self, sql: str, parameters: dict) -> DataFrame:
        """The answer that was kept at the load, where there is one; else it is asked for."""
        kept = kept_as(sql, parameters)
        with damage_told(self.path):
            if kept in self._kept:
                return answered(self.cursor(), f"select * from {KEPT}.{kept}", {})
            return answered(self.cursor(), sql, parameters)

    def _rows(self, sql: str) -> list[tuple]:
        with damage_told(self.path):
            return self.cursor().execute(sql).fetchall()

    @cached_property
    def _kept(self) -> frozenset[str]:
        """The tables of the answers kept at the load; none of what is supposed, of which they are not true."""
        tables = "select table_name from duckdb_tables() where schema_name = $schema and database_name = $catalog"
        found = self.cursor().execute(tables, {"schema": KEPT, "catalog": self.catalog}) if not self.facts else None
        return frozenset(row[0] for row in found.fetchall()) if found else frozenset()

    def once(self, name: Hashable, make: Callable[[], What]) -> What:
        """What is made of this cut's answers, made once where answers are kept; whoever asks must not change it."""
        return self.answers((*self.key, name), make)

    def question(self, name: str, **parameters) -> Question:
        """The SQL and the parameters that `ask` would run."""
        return question(name, **parameters)

    def takes_filters(self, name: str) -> bool:
        """Whether the question can be asked of some subjects alone."""
        return any(f"${known}" in _sql(name) for known in FILTER_NAMES)

    def table(self, name: str) -> DataFrame:
        """A whole table, e.g. `adsl` or `sdtm.ae`."""
        if not re.fullmatch(r"[a-z_]+(\.[a-z0-9_]+)?", name):
            raise ValueError(f"{name!r} is no table name.")
        return self._answer(f"select * from {name}", {})

    @cached_property
    def delivered(self) -> frozenset[str]:
        """The domains that came with at least one record, lower case (`ae`, `suppae`)."""
        rows = self._rows("select lower(DATASET) from ingest.dataset where NROWS > 0")
        return frozenset(row[0] for row in rows)

    @cached_property
    def received(self) -> frozenset[str]:
        """The domains that came, lower case, though it be without a record: then there were none."""
        rows = self._rows("select lower(DATASET) from ingest.dataset")
        return frozenset(row[0] for row in rows)

    @cached_property
    def unread(self) -> dict[str, tuple[str, ...]]:
        """Dataset, lower case → its files that were delivered and could not be read, where nothing else was read of it.

        Under the empty text: damaged files whose name does not say what they hold.
        """
        rows = self._rows(
            "select lower(DATASET), list(FILENAME order by FILENAME) from ingest.file "
            "where (STATUS like 'not readable:%' or (STATUS like 'not read:%' and DATASET <> '')) "
            "and lower(DATASET) not in (select lower(DATASET) from ingest.dataset where NROWS > 0) group by 1"
        )
        return {dataset: tuple(files) for dataset, files in rows}

    @cached_property
    def nameless(self) -> Cut:
        """The same cut, which tells of files that could not be read how many they are: a name may be of a subject."""
        made = copy(self)
        vars(made)["unread"] = {dataset: (_number_of_files(len(names)),) for dataset, names in self.unread.items()}
        return made

    @cached_property
    def study(self) -> str:
        """STUDYID as delivered; empty where there are no subjects."""
        [(study,)] = self._rows("select min(STUDYID) from adsl")
        return study or ""

    @cached_property
    def has_subjects(self) -> bool:
        """Whether any subject was delivered."""
        return bool(self._rows("select count(*) > 0 from adsl")[0][0])

    @property
    def before(self) -> Cut | None:
        """The cut that a cut for an open session brings with it to be compared with; of a whole cut none."""
        return None

    @property
    def for_open_session(self) -> bool:
        """Whether the file holds what an open session may see, and nothing else."""
        return False

    @cached_property
    def dose_labels(self) -> list[str]:
        """Every group of the trial in order: the protocol's dose levels, else the arms with subjects."""
        if self.trial.dose_levels:
            return [level.label for level in self.trial.dose_levels]
        rows = self._rows("select TRTA from adsl where TRTA is not null group by TRTA order by min(TRTAN)")
        return [row[0] for row in rows]

    @cached_property
    def trial(self) -> Trial:
        """The trial's definition as it was when the cut was made."""
        [(text, defaults)] = self._rows("select DEFINITION, DEFAULTS from trial.cut")
        return Trial.stored(text, defaults)


def _number_of_files(number: int) -> str:
    return f"{number} file{'s' * (number > 1)}"


def question(name: str, **parameters) -> Question:
    """A question as it is asked; filters left out select every subject.

    Raises ValueError for an unknown question or parameter.
    """
    sql = _sql(name)
    used = set(re.findall(r"\$([a-z_]+)", sql))
    unknown = sorted(parameters.keys() - used)
    if unknown:
        raise ValueError(
            f"Question {name!r} has no parameter {', '.join(unknown)}; it takes {', '.join(sorted(used)) or 'none'}."
        )
    missing = sorted(used - parameters.keys() - FILTER_NAMES)
    if missing:
        raise ValueError(f"Question {name!r} needs the parameter {', '.join(missing)}.")
    return Question(name, sql, {key: parameters.get(key) for key in sorted(used)})


def kept_as(sql: str, parameters: dict) -> str:
    """The table of a kept answer, named by the SQL and the parameters that it answers."""
    return f"answer_{hashlib.sha256(f'{sql}|{parameters!r}'.encode()).hexdigest()[:32]}"


def attach(connection: duckdb.DuckDBPyConnection, path: Path, catalog: str) -> None:
    """Attach a cut's file read-only, and let SQL read no other file from then on."""
    connection.execute(f"attach '{str(path).replace(chr(39), chr(39) * 2)}' as {catalog} (read_only)")
    connection.execute("set enable_external_access = false")


@lru_cache
def _sql(name: str) -> str:
    path = _files().get(name)
    if path is None:
        raise ValueError(f"There is no question {name!r}; the questions are {', '.join(questions())}.")
    return _with_shared(_with_shared(path.read_text(encoding="utf-8"), DOUBTED), SELECTED)


@lru_cache
def _files() -> dict[str, Path]:
    """Question → its file, whatever page it belongs to; LookupError where two pages use one name."""
    paths = [
        path for path in HERE.glob("**/*.sql") if path.parent.name != "staging" and path not in (SELECTED, DOUBTED)
    ]
    twice = [name for name, count in Counter(path.stem for path in paths).items() if count > 1]
    if twice:
        raise LookupError(
            f"Two questions have the name {', '.join(sorted(twice))}; a question is asked by its name alone."
        )
    return {path.stem: path for path in paths}


def questions() -> list[str]:
    """The names of all questions."""
    return sorted(_files())


def _with_shared(sql: str, shared: Path) -> str:
    """Put a shared CTE before a question that reads it: `selected` (the subjects that the filters leave) or `doubted`
    (the remissions that a later assessment leaves open)."""
    if not re.search(rf"\b(from|join)\s+{shared.stem}\b", sql, re.IGNORECASE):
        return sql
    cte = f"with {shared.stem} as (\n" + shared.read_text(encoding="utf-8").rstrip() + "\n)"
    head, start, body = re.split(r"^(with|select)\b", sql, maxsplit=1, flags=re.IGNORECASE | re.MULTILINE)[:3]
    return f"{head}{cte}," + body if start.lower() == "with" else f"{head}{cte}\n{start}{body}"
