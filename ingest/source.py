"""The delivered domains as staging reads them: schema `source`, one table a domain.

Staging SQL must not stumble over a domain or a variable that a sponsor did not deliver, over
blank text, or over partial dates. All of that is settled here, once.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import duckdb

COLUMNS = {
    domain: [entry.partition(":")[::2] for entry in text.split()]
    for domain, text in tomllib.loads((Path(__file__).parent / "source_columns.toml").read_text()).items()
}
"""Domain → (column, kind) pairs; kind is "number", "grade" or "" for text."""
WRITTEN_OUT = 200_000
"""Up to so many records a domain is written out, so that what reads it need not plan its reading again; more would take
as much room again in the cut, and are a view."""

# A calendar date at the precision that was written: 2007, 2007-11 or 2007-11-30, a time after T.
# ISO 8601 also allows a missing part in the middle ("2007---15"): only its year is then certain.
# What is neither (20071130, 30NOV2007, 2007-02-30) is no date: NULL, and counted by a check.
_DAY = r"regexp_matches({x}, '^\d{4}-\d{2}-\d{2}([T ].*)?$')"
_MONTH = r"regexp_matches({x}, '^\d{4}-(0[1-9]|1[0-2])(-+|-+T.*)?$')"
_YEAR = r"regexp_matches({x}, '^\d{4}(-*|--.*)$')"
_DATE = (
    f"case when {_DAY} then try_cast(substr({{x}}, 1, 10) as date)"
    f" when {_MONTH} then try_cast(substr({{x}}, 1, 7) || '-01' as date)"
    f" when {_YEAR} then try_cast(substr({{x}}, 1, 4) || '-01-01' as date) end"
)
_LATEST = (
    f"case when {_DAY} then try_cast(substr({{x}}, 1, 10) as date)"
    f" when {_MONTH} then last_day(try_cast(substr({{x}}, 1, 7) || '-01' as date))"
    f" when {_YEAR} then try_cast(substr({{x}}, 1, 4) || '-12-31' as date) end"
)
_FLAG = f"case when {_MONTH} then 'D' when {_YEAR} then 'M' end"
# A CTCAE grade as it is written: 3, 3.0, Grade 3. Anything else is no grade: NULL, and counted by a check.
_GRADE = r"try_cast(regexp_extract(upper({x}), '^(GRADE *)?([1-5])([.]0*)?$', 2) as integer)"
_TIMESTAMP = (
    r"try_cast(case when regexp_matches({x}, '^[0-9-]{10}[T ]\d{2}:\d{2}') "
    r"then replace({x}, 'T', ' ') end as timestamp)"
)


Columns = dict[str, tuple[str, str]]
"""Upper-case column → (its name, its type) as delivered."""


def create_source_tables(connection: duckdb.DuckDBPyConnection, delivered: dict[str, Columns]) -> None:
    """Create schema `source` over the delivered tables of schema `sdtm`;
    a domain that did not come is an empty table."""
    connection.execute("create schema source")
    statements = [_create(connection, domain, delivered) for domain in COLUMNS]
    connection.execute("; ".join(statements))


def _create(connection: duckdb.DuckDBPyConnection, domain: str, delivered: dict[str, Columns]) -> str:
    tables = [name for name in delivered if name == domain.lower() or (domain == "SUPP" and name.startswith("supp"))]
    if not tables:
        return f"create table source.{domain.lower()} ({_described(domain)})"
    kind = "table" if _records(connection, tables) <= WRITTEN_OUT else "view"
    selects = [f"select {_selected(domain, delivered[name])} from sdtm.{quoted(name)}" for name in tables]
    return f"create {kind} source.{domain.lower()} as {' union all '.join(selects)}"


def _records(connection: duckdb.DuckDBPyConnection, tables: list[str]) -> int:
    counts = [f"(select count(*) from sdtm.{quoted(name)})" for name in tables]
    return connection.execute(f"select {' + '.join(counts)}").fetchone()[0]


def _selected(domain: str, delivered: Columns) -> str:
    """SQL for the expected columns of a domain, typed, blank text as NULL."""
    return ", ".join(part for name, kind in COLUMNS[domain] for part in _column(name, kind, delivered))


def _described(domain: str) -> str:
    """The same columns by name and type."""
    return ", ".join(f"{name} {type_}" for column in COLUMNS[domain] for name, type_ in _types(*column))


def _types(name: str, kind: str) -> list[tuple[str, str]]:
    types = [(name, "double" if kind == "number" else "varchar")]
    if name.endswith("DTC"):
        types += zip(_dates(name), ("date", "date", "varchar", "timestamp"), strict=True)
    if kind == "grade":
        types.append((f"{name}N", "integer"))
    return types


def _dates(name: str) -> tuple[str, ...]:
    """The columns that a date written as text gives: earliest day, latest day, imputation flag, timestamp."""
    return tuple(f"{name[:-1]}{ending}" for ending in ("", "L", "F", "M"))


def _column(name: str, kind: str, delivered: Columns) -> list[str]:
    if name not in delivered:
        return [f"cast(null as {type_}) as {column}" for column, type_ in _types(name, kind)]
    value = _value(*delivered[name], kind)
    columns = [f"{value} as {name}"]
    if name.endswith("DTC"):
        parts = zip(_dates(name), (_DATE, _LATEST, _FLAG, _TIMESTAMP), strict=True)
        columns += [f"{sql.replace('{x}', value)} as {column}" for column, sql in parts]
    if kind == "grade":
        columns.append(f"{_GRADE.replace('{x}', value)} as {name}N")
    return columns


def _value(column: str, type_: str, kind: str) -> str:
    text = text_of(column, type_)
    return f"try_cast({text} as double)" if kind == "number" else text


def text_of(column: str, type_: str) -> str:
    """SQL for a delivered value as text, blank and NA as NULL, a whole number without its ".0" (701, not 701.0)."""
    # Files written by R hold the text NA for a missing value; SAS files a blank.
    text = f"nullif(nullif(trim(cast({quoted(column)} as varchar)), ''), 'NA')"
    return f"regexp_replace({text}, '\\.0$', '')" if type_ in ("DOUBLE", "FLOAT") else text


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def delivered_columns(connection: duckdb.DuckDBPyConnection, schema: str) -> dict[str, Columns]:
    """Every dataset of schema `sdtm` or `adam` with its columns as delivered, in order of its name."""
    rows = connection.execute(
        "select table_name, column_name, data_type from duckdb_columns() "
        "where schema_name = ? and database_name = current_database() order by table_name, column_index",
        [schema],
    ).fetchall()
    columns: dict[str, Columns] = {}
    for table, name, type_ in rows:
        columns.setdefault(table, {})[name.upper()] = (name, type_)
    return columns
