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
"""Domain → (column, kind) pairs; kind is "number", "grade" or "" for text."""

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
_TIMESTAMP = r"try_cast(case when regexp_matches({x}, '^[0-9-]{10}[T ]\d{2}:\d{2}') then replace({x}, 'T', ' ') end as timestamp)"


def create_source_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Create schema `source` over the delivered tables of schema `sdtm`."""
    connection.execute("create schema if not exists source")
    for domain in COLUMNS:
        if domain != "SUPP":
            connection.execute(f"create view source.{domain.lower()} as {domain_select(connection, domain)}")
    connection.execute(f"create view source.supp as {_supplemental_select(connection)}")


def domain_select(connection: duckdb.DuckDBPyConnection, domain: str) -> str:
    """The SELECT that gives one domain its expected columns, typed, blank text as NULL."""
    return _select(COLUMNS[domain], delivered_columns(connection, domain.lower()), f'sdtm."{domain.lower()}"')


def _supplemental_select(connection) -> str:
    names = [name for name in _tables(connection) if name.startswith("supp")]
    if not names:
        return _select(COLUMNS["SUPP"], {}, "")
    return " union all ".join(
        _select(COLUMNS["SUPP"], delivered_columns(connection, name), f'sdtm."{name}"') for name in names
    )


def _select(columns, delivered: dict[str, tuple[str, str]], table: str) -> str:
    parts = [part for name, kind in columns for part in _column(name, kind, delivered)]
    source = f" from {table}" if delivered else " where false"
    return "select " + ", ".join(parts) + source


def _column(name: str, kind: str, delivered: dict[str, tuple[str, str]]) -> list[str]:
    if name not in delivered:
        value = "cast(null as double)" if kind == "number" else "cast(null as varchar)"
    else:
        value = _value(*delivered[name], kind)
    columns = [f"{value} as {name}"]
    if name.endswith("DTC"):
        stem = name[:-1]
        parts = {stem: _DATE, f"{stem}L": _LATEST, f"{stem}F": _FLAG, f"{stem}M": _TIMESTAMP}
        columns += [sql.replace("{x}", value) + f" as {column}" for column, sql in parts.items()]
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


def _tables(connection) -> list[str]:
    return [
        row[0]
        for row in connection.execute(
            "select table_name from information_schema.tables where table_schema = 'sdtm' order by 1"
        ).fetchall()
    ]


def delivered_columns(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, tuple[str, str]]:
    """Upper-case column → (name, type) as delivered; empty where the dataset did not come."""
    rows = connection.execute(
        "select column_name, data_type from information_schema.columns where table_schema = 'sdtm' and table_name = ?",
        [table],
    ).fetchall()
    return {name.upper(): (name, type_) for name, type_ in rows}
