"""What every reading of the delivered tables begins with: which variables are expected, and their values as text."""

from __future__ import annotations

import tomllib
from pathlib import Path

import duckdb

from ingest.codes import MISSING, MISSING_VALUE, READ_AS, VALUES, listed

COLUMNS = {
    domain: [entry.partition(":")[::2] for entry in text.split()]
    for domain, text in tomllib.loads((Path(__file__).parent / "source_columns.toml").read_text()).items()
}
"""Domain → (column, kind) pairs; kinds are named in source_columns.toml, "" is text."""
FLOATS = ("DOUBLE", "FLOAT")
Columns = dict[str, tuple[str, str]]
"""Upper-case column → (its name, its type) as delivered."""
MADE = "select DATASET from ingest.dataset where SOURCE is not null"
"""The domains that were made of ADaM."""


def value_of(column: str, type_: str, kind: str, text: str) -> str:
    """SQL for a delivered value, whose text is given, as its kind is read: number, yes or no, …; else the text."""
    if kind == "number" and type_ in FLOATS:
        return f"case when isfinite({quoted(column)}) then cast({quoted(column)} as double) end"
    return READ_AS.get(kind, "{x}").replace("{x}", text)


def text_of(column: str, type_: str, kind: str = "", words: tuple[str, ...] | None = None) -> str:
    """SQL for a delivered value as text, what stands for missing as NULL, a whole number without its ".0" (701).

    words: the texts that stand for missing, where they are known (NA); asking that of every value is what costs."""
    words = missing_words(column, kind) if words is None else words
    trimmed = f"trim(cast({quoted(column)} as varchar))"
    if type_ in FLOATS:
        trimmed = f"regexp_replace({trimmed}, '\\.0$', '')"
    elif type_ != "VARCHAR":
        return trimmed
    if not words:
        return f"nullif({trimmed}, '')"
    return f"case when {trimmed} not in ({listed(('', *words))}) then {trimmed} end"


def missing_words(column: str, kind: str) -> tuple[str, ...]:
    """The texts that stand for a missing value in a variable of this name and kind."""
    return MISSING_VALUE if kind in VALUES or column.upper().endswith("DTC") else MISSING


def tables_of(domain: str, delivered: dict[str, Columns]) -> list[str]:
    """The delivered tables that make a domain: one, or several of supplemental qualifiers."""
    return [name for name in delivered if name == domain.lower() or (domain == "SUPP" and name.startswith("supp"))]


def subject_of(columns: Columns) -> str:
    """SQL that names a record's subject."""
    return text_of(*columns["USUBJID"]) if "USUBJID" in columns else "cast(null as varchar)"


def sequence_of(domain: str) -> str | None:
    """The variable that numbers a domain's records."""
    return next((name for name, _ in COLUMNS[domain] if name == f"{domain}SEQ"), None)


def record_of(domain: str, columns: Columns) -> str:
    """SQL that names a record to a reader: AESEQ 3."""
    name = sequence_of(domain)
    return f"'{name} ' || {text_of(*columns[name])}" if name in columns else "cast(null as varchar)"


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
