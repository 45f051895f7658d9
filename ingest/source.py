"""The delivered domains as staging reads them: schema `source`, one table a domain.

Staging SQL must not stumble over a domain or a variable that a sponsor did not deliver, over
blank text, or over partial dates. All of that is settled here, once.
"""

from __future__ import annotations

from datetime import date

import duckdb

from ingest.clock import EARLIEST_ON_CLOCK, JOIN, LATEST_ON_CLOCK, TIMESTAMP_ON_CLOCK, create_clock
from ingest.codes import GRADE, NUMBER, YESNO
from ingest.dates import EARLIEST, FLAG, LATEST, TIMESTAMP, Written, as_read, as_text, with_dates, written
from ingest.delivered import COLUMNS, Columns, quoted, tables_of, text_of, value_of
from ingest.missing import Missing, find_missing
from ingest.repeated import REPEATED, find_repeated, once

WRITTEN_OUT = 200_000
"""Up to so many records a domain is written out, so that what reads it need not plan its reading again; more would take
as much room again in the cut, and are a view."""

PLACE = "LBPLACE"
"""Where a laboratory result was stored, a column of source.lb: of millions few are found by it before they are read.
Not unique where the domain was delivered in parts."""

AS_WRITTEN = (EARLIEST, LATEST, FLAG, TIMESTAMP)
ON_CLOCK = (EARLIEST_ON_CLOCK, LATEST_ON_CLOCK, FLAG, TIMESTAMP_ON_CLOCK)
BESIDE = {"grade": ("N", GRADE, "integer"), "record": ("N", NUMBER, "double"), "answer": ("YN", YESNO, "varchar")}
"""Kinds whose text stays, with what it says beside: the ending of that column's name, how it is read, and its type."""
Ways = dict[tuple[str, str], Written]
"""(domain, date variable) → how it is written, where not all is plain ISO 8601."""


def create_source_tables(
    connection: duckdb.DuckDBPyConnection, delivered: dict[str, Columns], cut: date | None = None
) -> Ways:
    """Create schema `source` over the delivered tables of schema `sdtm`; a domain that did not come is an empty table.

    How its dates are written, where not in plain ISO 8601. IngestError for key dates that cannot be read."""
    connection.execute("create schema source")
    missing = find_missing(connection, delivered)
    repeated = find_repeated(connection, delivered)
    ways = ways_of_writing(connection, delivered, missing, cut)
    statements = [_create(connection, domain, delivered, missing, ways, cut, repeated) for domain in COLUMNS]
    connection.execute("; ".join(statements))
    return ways


def ways_of_writing(
    connection: duckdb.DuckDBPyConnection, delivered: dict[str, Columns], missing: Missing, cut: date | None
) -> Ways:
    """How dates are written where not all of a variable's are plain ISO 8601; where times have offsets, the clocks."""
    tables: dict[str, dict] = {}
    for domain in COLUMNS:
        for name in tables_of(domain, delivered):
            texts = {
                column: text_of(*delivered[name][column], kind, missing.get((name, column), ()))
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
    parts = []
    for table, domains in tables.items():
        for domain, texts in domains.items():
            columns = next(columns for name, columns in delivered.items() if f"sdtm.{quoted(name)}" == table)
            if "USUBJID" in columns:
                read = _ways(domain, ways)
                rows = with_dates(table, texts, read, cut)
                names = [as_read(name) if name in read else as_text(name) for name in texts]
                parts += [(domain, rows, text_of(*columns["USUBJID"]), name) for name in names]
    create_clock(connection, parts)


def _ways(domain: str, ways: Ways) -> dict[str, Written]:
    return {name: way for (its, name), way in ways.items() if its == domain}


def _create(
    connection,
    domain: str,
    delivered: dict[str, Columns],
    missing: Missing,
    ways: Ways,
    cut: date | None,
    repeated: set[str],
) -> str:
    tables = tables_of(domain, delivered)
    if not tables:
        return f"create table source.{domain.lower()} ({_described(domain)})"
    records = {name: once(domain, name, delivered[name], repeated) for name in tables}
    # a view must hold after the load, without what was found on the way
    whole = all(REPEATED not in relation for relation in records.values())
    kind = "view" if whole and _records(connection, tables) > WRITTEN_OUT else "table"
    selects = [_select(domain, name, delivered[name], missing, ways, cut, records[name]) for name in tables]
    return f"create {kind} source.{domain.lower()} as {' union all '.join(selects)}"


def _select(
    domain: str, table: str, delivered: Columns, missing: Missing, ways: Ways, cut: date | None, records: str
) -> str:
    """SQL of one delivered table: each value is made text once, each odd date read once, and then taken apart.

    records: a relation of those of its records that count."""
    read = _ways(domain, ways)
    texts = {
        name: text_of(*delivered[name], kind, missing.get((table, name), ()))
        for name, kind in COLUMNS[domain]
        if name in delivered
    }
    clocks = "USUBJID" in delivered and any(way.offsets for way in ways.values())
    rows = with_dates(f"(select *, rowid as {PLACE} from {records})" if domain == "LB" else records, texts, read, cut)
    joined = f"{JOIN}{as_text('USUBJID')}" if clocks else ""
    columns = [
        part
        for name, kind in COLUMNS[domain]
        for part in _column(name, kind, delivered, as_read(name) if name in read else as_text(name), clocks)
    ]
    return f"select {', '.join([*columns, *[PLACE] * (domain == 'LB')])} from {rows} as delivered{joined}"


def _records(connection: duckdb.DuckDBPyConnection, tables: list[str]) -> int:
    counts = [f"(select count(*) from sdtm.{quoted(name)})" for name in tables]
    return connection.execute(f"select {' + '.join(counts)}").fetchone()[0]


def _described(domain: str) -> str:
    """The same columns by name and type."""
    place = [f"{PLACE} bigint"] * (domain == "LB")
    return ", ".join([*(f"{name} {type_}" for column in COLUMNS[domain] for name, type_ in _types(*column)), *place])


def _types(name: str, kind: str) -> list[tuple[str, str]]:
    types = [(name, "double" if kind == "number" else "varchar")]
    if name.endswith("DTC"):
        types += zip(_dates(name), ("date", "date", "varchar", "timestamp"), strict=True)
    if kind in BESIDE:
        ending, _, type_ = BESIDE[kind]
        types.append((f"{name}{ending}", type_))
    return types


def _dates(name: str) -> tuple[str, ...]:
    """The columns that a date written as text gives: earliest day, latest day, imputation flag, timestamp."""
    return tuple(f"{name[:-1]}{ending}" for ending in ("", "L", "F", "M"))


def _column(name: str, kind: str, delivered: Columns, text: str, clocks: bool) -> list[str]:
    if name not in delivered:
        return [f"cast(null as {type_}) as {column}" for column, type_ in _types(name, kind)]
    columns = [f"{value_of(*delivered[name], kind, text)} as {name}"]
    if name.endswith("DTC"):
        ways = zip(_dates(name), ON_CLOCK if clocks else AS_WRITTEN, strict=True)
        columns += [f"{sql.replace('{x}', text)} as {column}" for column, sql in ways]
    if kind in BESIDE:
        ending, read, _ = BESIDE[kind]
        columns.append(f"{read.replace('{x}', text)} as {name}{ending}")
    return columns
