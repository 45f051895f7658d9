"""Texts that programs write for a missing value (NA, nan, null): where they are, found before anything is read.

delivered_na: DATASET VARIABLE USUBJID RECORD TEXT, every such value; a temporary table, not part of the cut.
"""

from __future__ import annotations

import duckdb

from ingest.codes import listed
from ingest.dates import as_text, with_dates
from ingest.delivered import COLUMNS, Columns, missing_words, quoted, record_of, subject_of, tables_of

Missing = set[tuple[str, str]]
"""(delivered table, variable) in which such a text is found."""
_NONE = (
    "select cast(null as varchar) as DATASET, cast(null as varchar) as VARIABLE, cast(null as varchar) as USUBJID, "
    "cast(null as varchar) as RECORD, cast(null as varchar) as TEXT where false"
)


def find_missing(connection: duckdb.DuckDBPyConnection, delivered: dict[str, Columns]) -> Missing:
    """Create delivered_na; the variables that hold such texts."""
    selects = [
        select
        for domain in COLUMNS
        for table in tables_of(domain, delivered)
        for select in _selects(table, domain, delivered[table])
    ]
    connection.execute(f"create temporary table delivered_na as {' union all '.join([_NONE, *selects])}")
    return set(connection.execute("select distinct lower(DATASET), VARIABLE from delivered_na").fetchall())


def _selects(table: str, domain: str, columns: Columns) -> list[str]:
    kinds = {name: kind for name, kind in COLUMNS[domain] if name in columns and columns[name][1] == "VARCHAR"}
    texts = {name: f"trim({quoted(columns[name][0])})" for name in kinds}
    conditions = {name: f"{as_text(name)} in ({listed(missing_words(name, kind))})" for name, kind in kinds.items()}
    return found_of(table, domain, columns, texts, conditions)


def found_of(table: str, domain: str, columns: Columns, texts: dict, conditions: dict) -> list[str]:
    """SQL: the values of a delivered table for which a condition on their text holds, in one pass over its records."""
    if not conditions:
        return []
    found = ", ".join(f"case when {c} then {{'V': '{n}', 'T': {as_text(n)}}} end" for n, c in conditions.items())
    rows = with_dates(f"sdtm.{quoted(table)}", texts, {}, None)
    return [
        f"select '{table.upper()}', FOUND['V'], SUBJECT, RECORD, FOUND['T'] "
        f"from (select {subject_of(columns)} as SUBJECT,"
        f" {record_of(domain, columns)} as RECORD, unnest([{found}]) as FOUND from {rows} "
        f"where {' or '.join(conditions.values())}) where FOUND is not null"
    ]
