"""Texts that programs write for a missing value (NA, nan, null): where they are, found before anything is read.

"None" is an answer (no action taken) unless the same dataset writes it for numbers, dates or codes too.

delivered_na: DATASET VARIABLE USUBJID RECORD TEXT, every such value; a temporary table, not part of the cut.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import duckdb

from ingest.codes import listed
from ingest.dates import as_text, with_dates
from ingest.delivered import COLUMNS, Columns, missing_words, quoted, record_of, subject_of, tables_of

Missing = dict[tuple[str, str], tuple[str, ...]]
"""(delivered table, variable) → such texts that are found in it."""
PYTHONS = "None"
"""Written by a program, unlike the word of a person (NONE, none)."""
_NONE = (
    "select cast(null as varchar) as DATASET, cast(null as varchar) as VARIABLE, cast(null as varchar) as USUBJID, "
    "cast(null as varchar) as RECORD, cast(null as varchar) as TEXT where false"
)


def find_missing(connection: duckdb.DuckDBPyConnection, delivered: dict[str, Columns]) -> Missing:
    """Create delivered_na; the variables that hold such texts, and which."""
    tables = [(table, domain) for domain in COLUMNS for table in tables_of(domain, delivered)]
    selects = [s for table, domain in tables for s in _selects(table, domain, delivered[table], missing_words)]
    connection.execute(f"create temporary table delivered_na as {' union all '.join([_NONE, *selects])}")
    written = {table: words & {PYTHONS} for table, words in _texts(connection, "lower(DATASET)").items()}
    more = [
        s
        for table, domain in tables
        if (words := written.get(table))
        for s in _selects(table, domain, delivered[table], lambda n, k, w=words: _of_answers(n, k, w))
    ]
    if more:
        connection.execute(f"insert into delivered_na {' union all '.join(more)}")
    return {key: tuple(sorted(words)) for key, words in _texts(connection, "(lower(DATASET), VARIABLE)").items()}


def _of_answers(name: str, kind: str, words: set[str]) -> list[str]:
    """Those of the texts that are not missing values of this variable anyway; a subject may be called so."""
    return sorted(words - {*missing_words(name, kind)}) if name != "USUBJID" else []


def _texts(connection: duckdb.DuckDBPyConnection, key: str) -> dict:
    """The texts found, by dataset, or by dataset and variable."""
    found = connection.execute(f"select {key}, list(distinct TEXT) from delivered_na group by 1").fetchall()
    return {key: set(words) for key, words in found}


def _selects(table: str, domain: str, columns: Columns, words: Callable[[str, str], Sequence[str]]) -> list[str]:
    kinds = {name: kind for name, kind in COLUMNS[domain] if name in columns and columns[name][1] == "VARCHAR"}
    sought = {name: words(name, kind) for name, kind in kinds.items() if words(name, kind)}
    texts = {name: f"trim({quoted(columns[name][0])})" for name in sought}
    conditions = {name: f"{as_text(name)} in ({listed(tuple(sought[name]))})" for name in sought}
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
