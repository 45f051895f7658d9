"""Tables over every delivered value of a kind, so that one check can ask about all of them.

delivered_date: DATASET VARIABLE USUBJID RECORD TEXT DT DTF    every --DTC that is partial, no date, or after the cut
delivered_number: DATASET VARIABLE USUBJID RECORD TEXT         every value of a numeric variable that is no number
delivered_record: DATASET USUBJID SEQ                          every record of a subject's domain
delivered_na: DATASET VARIABLE USUBJID RECORD                  every value that is the text NA
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from ingest.source import COLUMNS, Columns, quoted, text_of

EMPTY = {
    "delivered_date": "DATASET VARIABLE USUBJID RECORD TEXT DT:date DTF",
    "delivered_number": "DATASET VARIABLE USUBJID RECORD TEXT",
    "delivered_record": "DATASET USUBJID SEQ:double",
    "delivered_na": "DATASET VARIABLE USUBJID RECORD",
}


def create_value_tables(connection: duckdb.DuckDBPyConnection, delivered: dict[str, Columns]) -> None:
    """Create the temporary tables over the delivered datasets; they are not part of the cut."""
    came = {domain: delivered[domain.lower()] for domain in COLUMNS if domain != "SUPP" and domain.lower() in delivered}
    selects = {
        "delivered_date": _dates(came),
        "delivered_number": _numbers(came),
        "delivered_record": _records(came),
        "delivered_na": _na(came),
    }
    for table, parts in selects.items():
        connection.execute(f"create temporary table {table} as " + " union all ".join([_empty(table), *parts]))


def _empty(table: str) -> str:
    columns = [entry.partition(":")[::2] for entry in EMPTY[table].split()]
    return (
        "select "
        + ", ".join(f"cast(null as {type_ or 'varchar'}) as {name}" for name, type_ in columns)
        + " where false"
    )


def _sequence(domain: str) -> str | None:
    return next((name for name, _ in COLUMNS[domain] if name == f"{domain}SEQ"), None)


def _record(domain: str, columns: dict) -> str:
    """SQL that names a record to a reader: AESEQ 3."""
    name = _sequence(domain)
    return f"'{name} ' || {text_of(*columns[name])}" if name in columns else "cast(null as varchar)"


def _subject(columns: dict) -> str:
    return text_of(*columns["USUBJID"]) if "USUBJID" in columns else "cast(null as varchar)"


def _dates(came: dict) -> Iterator[str]:
    for domain, columns in came.items():
        seq = (
            f"'{domain}SEQ ' || cast(cast({domain}SEQ as bigint) as varchar)"
            if _sequence(domain) in columns
            else "cast(null as varchar)"
        )
        subject = "USUBJID" if any(name == "USUBJID" for name, _ in COLUMNS[domain]) else "cast(null as varchar)"
        for name, _ in COLUMNS[domain]:
            if name.endswith("DTC") and name in columns:
                stem = name[:-1]
                yield (
                    f"select '{domain}', '{name}', {subject}, {seq}, {name}, {stem}, {stem}F "
                    f"from source.{domain.lower()} where {name} is not null and "
                    f"({stem} is null or {stem}F is not null or {stem} > (select CUTDT from trial.cut))"
                )


def _numbers(came: dict) -> Iterator[str]:
    for domain, columns in came.items():
        for name, kind in COLUMNS[domain]:
            if kind == "number" and name in columns and columns[name][1] == "VARCHAR":
                text = text_of(*columns[name])
                yield (
                    f"select '{domain}', '{name}', {_subject(columns)}, {_record(domain, columns)}, {text} "
                    f'from sdtm."{domain.lower()}" where {text} is not null and try_cast({text} as double) is null'
                )


def _records(came: dict) -> Iterator[str]:
    for domain, columns in came.items():
        if any(name == "USUBJID" for name, _ in COLUMNS[domain]):
            sequence = _sequence(domain) if _sequence(domain) in columns else "cast(null as double)"
            yield f"select '{domain}', USUBJID, {sequence} from source.{domain.lower()}"


def _na(came: dict) -> Iterator[str]:
    for domain, columns in came.items():
        for name, _ in COLUMNS[domain]:
            if name in columns and columns[name][1] == "VARCHAR":
                yield (
                    f"select '{domain}', '{name}', {_subject(columns)}, {_record(domain, columns)} "
                    f"from sdtm.\"{domain.lower()}\" where trim({quoted(columns[name][0])}) = 'NA'"
                )
