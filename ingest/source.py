"""The delivered domains as staging reads them: schema `source`, one table a domain.

Staging SQL must not stumble over a domain or a variable that a sponsor did not deliver, over
blank text, or over partial dates. All of that is settled here, once.
"""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import duckdb

from ingest.clock import EARLIEST_ON_CLOCK, JOIN, LATEST_ON_CLOCK, TIMESTAMP_ON_CLOCK, create_clock
from ingest.codes import GRADE, MISSING, MISSING_VALUE, READ_AS, VALUES, listed
from ingest.dates import EARLIEST, FLAG, LATEST, TIMESTAMP, Written, iso, written

COLUMNS = {
    domain: [entry.partition(":")[::2] for entry in text.split()]
    for domain, text in tomllib.loads((Path(__file__).parent / "source_columns.toml").read_text()).items()
}
"""Domain → (column, kind) pairs; kinds are named in source_columns.toml, "" is text."""
WRITTEN_OUT = 200_000
"""Up to so many records a domain is written out, so that what reads it need not plan its reading again; more would take
as much room again in the cut, and are a view."""

FLOATS = ("DOUBLE", "FLOAT")
AS_WRITTEN = (EARLIEST, LATEST, FLAG, TIMESTAMP)
ON_CLOCK = (EARLIEST_ON_CLOCK, LATEST_ON_CLOCK, FLAG, TIMESTAMP_ON_CLOCK)
Ways = dict[tuple[str, str], Written]
"""(domain, date variable) → how it is written, where not all is plain ISO 8601."""
Columns = dict[str, tuple[str, str]]
"""Upper-case column → (its name, its type) as delivered."""


def create_source_tables(
    connection: duckdb.DuckDBPyConnection, delivered: dict[str, Columns], cut: date | None = None
) -> Ways:
    """Create schema `source` over the delivered tables of schema `sdtm`; a domain that did not come is an empty table.

    How its dates are written, where not in plain ISO 8601. IngestError for key dates that cannot be read."""
    connection.execute("create schema source")
    ways = ways_of_writing(connection, delivered, cut)
    statements = [_create(connection, domain, delivered, ways, cut) for domain in COLUMNS]
    connection.execute("; ".join(statements))
    return ways


def ways_of_writing(connection: duckdb.DuckDBPyConnection, delivered: dict[str, Columns], cut: date | None) -> Ways:
    """How dates are written where not all of a variable's are plain ISO 8601; where times have offsets, the clocks."""
    tables: dict[str, dict] = {}
    for domain in COLUMNS:
        for name in _delivered_as(domain, delivered):
            texts = {
                column: text_of(*delivered[name][column], kind)
                for column, kind in COLUMNS[domain]
                if column.endswith("DTC") and column in delivered[name]
            }
            if texts:
                tables.setdefault(f"sdtm.{quoted(name)}", {})[domain] = texts
    ways = written(connection, tables, cut)
    if any(way.offsets for way in ways.values()):
        _create_clocks(connection, delivered, tables, ways, cut)
    return ways


def _create_clocks(connection, delivered: dict[str, Columns], tables: dict, ways: Ways, cut: date | None) -> None:
    texts = [
        (domain, table, text_of(*columns["USUBJID"]), iso(text, ways[domain, name], cut))
        if (domain, name) in ways
        else (domain, table, text_of(*columns["USUBJID"]), text)
        for table, domains in tables.items()
        for domain, dates in domains.items()
        for name, text in dates.items()
        if "USUBJID" in (columns := delivered[domain.lower()])
    ]
    create_clock(connection, texts)


def _delivered_as(domain: str, delivered: dict[str, Columns]) -> list[str]:
    return [name for name in delivered if name == domain.lower() or (domain == "SUPP" and name.startswith("supp"))]


def _create(
    connection: duckdb.DuckDBPyConnection, domain: str, delivered: dict[str, Columns], ways: Ways, cut: date | None
) -> str:
    tables = _delivered_as(domain, delivered)
    if not tables:
        return f"create table source.{domain.lower()} ({_described(domain)})"
    kind = "table" if _records(connection, tables) <= WRITTEN_OUT else "view"
    selects = [_select(domain, name, delivered[name], ways, cut) for name in tables]
    return f"create {kind} source.{domain.lower()} as {' union all '.join(selects)}"


def _select(domain: str, table: str, delivered: Columns, ways: Ways, cut: date | None) -> str:
    """SQL of one delivered table; a date that is not plain ISO 8601 is read once, before its parts are taken."""
    read = {
        name: iso(text_of(*delivered[name], kind), ways[domain, name], cut)
        for name, kind in COLUMNS[domain]
        if (domain, name) in ways and name in delivered
    }
    clocks = "USUBJID" in delivered and any(way.offsets for way in ways.values())
    rows = f"sdtm.{quoted(table)}"
    if read:
        rows = f"(select *, {', '.join(f'{sql} as {quoted(_read(name))}' for name, sql in read.items())} from {rows})"
    joined = f"{JOIN}{text_of(*delivered['USUBJID'])}" if clocks else ""
    columns = [part for name, kind in COLUMNS[domain] for part in _column(name, kind, delivered, name in read, clocks)]
    return f"select {', '.join(columns)} from {rows}{joined}"


def _read(name: str) -> str:
    """The name of a date as it is read, which no delivered variable can have."""
    return f"{name} as read"


def _records(connection: duckdb.DuckDBPyConnection, tables: list[str]) -> int:
    counts = [f"(select count(*) from sdtm.{quoted(name)})" for name in tables]
    return connection.execute(f"select {' + '.join(counts)}").fetchone()[0]


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


def _column(name: str, kind: str, delivered: Columns, is_read: bool, clocks: bool) -> list[str]:
    if name not in delivered:
        return [f"cast(null as {type_}) as {column}" for column, type_ in _types(name, kind)]
    value = quoted(_read(name)) if is_read else value_of(*delivered[name], kind)
    columns = [f"{value} as {name}"]
    if name.endswith("DTC"):
        ways = zip(_dates(name), ON_CLOCK if clocks else AS_WRITTEN, strict=True)
        columns += [f"{sql.replace('{x}', value)} as {column}" for column, sql in ways]
    if kind == "grade":
        columns.append(f"{GRADE.replace('{x}', value)} as {name}N")
    return columns


def value_of(column: str, type_: str, kind: str) -> str:
    """SQL for a delivered value as its kind is read: number, yes or no, …; text where it has none."""
    if kind == "number" and type_ in FLOATS:
        return f"case when isfinite({quoted(column)}) then cast({quoted(column)} as double) end"
    return READ_AS.get(kind, "{x}").replace("{x}", text_of(column, type_, kind))


def text_of(column: str, type_: str, kind: str = "") -> str:
    """SQL for a delivered value as text, what stands for missing as NULL, a whole number without its ".0" (701)."""
    trimmed = f"trim(cast({quoted(column)} as varchar))"
    if type_ in FLOATS:
        trimmed = f"regexp_replace({trimmed}, '\\.0$', '')"
    elif type_ != "VARCHAR":
        return trimmed
    missing = MISSING_VALUE if kind in VALUES or column.upper().endswith("DTC") else MISSING
    return f"case when {trimmed} not in ({listed(missing)}) then {trimmed} end"


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
