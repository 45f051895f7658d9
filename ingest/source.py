"""The delivered domains as staging reads them: schema `source`, one view a domain.

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
"""Domain → (column, kind) pairs; kind is "number" or "" for text."""

# A calendar date at the precision that was written: 2007, 2007-11 or 2007-11-30, a time after T.
# ISO 8601 also allows a missing part in the middle ("2007---15"): only its year is then certain.
_DATE = (
    "case when regexp_matches({x}, '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}') then try_cast(substr({x}, 1, 10) as date)"
    " when regexp_matches({x}, '^[0-9]{{4}}-[0-9]{{2}}') then try_cast(substr({x}, 1, 7) || '-01' as date)"
    " when regexp_matches({x}, '^[0-9]{{4}}') then try_cast(substr({x}, 1, 4) || '-01-01' as date) end"
)
_FLAG = (
    "case when regexp_matches({x}, '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}') then null"
    " when regexp_matches({x}, '^[0-9]{{4}}-[0-9]{{2}}') then 'D'"
    " when regexp_matches({x}, '^[0-9]{{4}}') then 'M' end"
)
_TIMESTAMP = "try_cast(case when regexp_matches({x}, '^[0-9-]{{10}}T[0-9]{{2}}:[0-9]{{2}}') then replace({x}, 'T', ' ') end as timestamp)"


def create_source_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Create schema `source` over the delivered tables of schema `sdtm`."""
    connection.execute("create schema if not exists source")
    for domain in COLUMNS:
        if domain != "SUPP":
            connection.execute(f'create view source.{domain.lower()} as {domain_select(connection, domain)}')
    connection.execute(f"create view source.supp as {_supplemental_select(connection)}")


def domain_select(connection: duckdb.DuckDBPyConnection, domain: str) -> str:
    """The SELECT that gives one domain its expected columns, typed, blank text as NULL."""
    return _select(COLUMNS[domain], _delivered_columns(connection, domain.lower()), f'sdtm."{domain.lower()}"')


def _supplemental_select(connection) -> str:
    names = [name for name in _tables(connection) if name.startswith("supp")]
    if not names:
        return _select(COLUMNS["SUPP"], {}, "")
    return " union all ".join(
        _select(COLUMNS["SUPP"], _delivered_columns(connection, name), f'sdtm."{name}"') for name in names
    )


def _select(columns, delivered: dict[str, str], table: str) -> str:
    parts = [part for name, kind in columns for part in _column(name, kind, delivered)]
    source = f" from {table}" if delivered else " where false"
    return "select " + ", ".join(parts) + source


def _column(name: str, kind: str, delivered: dict[str, str]) -> list[str]:
    if name not in delivered:
        value = "cast(null as double)" if kind == "number" else "cast(null as varchar)"
    else:
        value = _value(f'"{delivered[name]}"', kind)
    columns = [f"{value} as {name}"]
    if name.endswith("DTC"):
        stem = name[:-1]
        columns += [f"{_DATE.format(x=value)} as {stem}", f"{_FLAG.format(x=value)} as {stem}F", f"{_TIMESTAMP.format(x=value)} as {stem}M"]
    return columns


def _value(column: str, kind: str) -> str:
    # Files written by R hold the text NA for a missing value; SAS files a blank.
    text = f"nullif(nullif(trim(cast({column} as varchar)), ''), 'NA')"
    return f"try_cast({text} as double)" if kind == "number" else text


def _tables(connection) -> list[str]:
    return [row[0] for row in connection.execute("select table_name from information_schema.tables where table_schema = 'sdtm' order by 1").fetchall()]


def _delivered_columns(connection, table: str) -> dict[str, str]:
    rows = connection.execute(
        "select column_name from information_schema.columns where table_schema = 'sdtm' and table_name = ?", [table]
    ).fetchall()
    return {row[0].upper(): row[0] for row in rows}
