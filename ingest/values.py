"""Tables over every delivered value of a kind, so that one check can ask about all of them.

delivered_date: … USUBJID RECORD TEXT DT DTF DTM    every --DTC that is partial, no date, after the cut, or has a time
    that is not used
delivered_other_date: … USUBJID RECORD TEXT DTC     every --DTC that was not written in ISO 8601, and what it is read as
delivered_clock: USUBJID KIND MINUTES               the clock of every subject where times have offsets (clock.py)
delivered_number: … USUBJID RECORD TEXT             every value of a numeric variable that is no number
delivered_code: … USUBJID RECORD TEXT               every value of a yes/no variable that is neither
delivered_record: DATASET USUBJID SEQ               every record of a subject's domain

… stands for DATASET VARIABLE. One more, delivered_na, is made before (missing.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import duckdb

from ingest.clock import CLOCK
from ingest.dates import as_read, as_text, with_dates
from ingest.delivered import COLUMNS, FLOATS, Columns, quoted, record_of, sequence_of, subject_of, text_of, value_of
from ingest.missing import found_of
from ingest.source import Ways

_VALUE = "DATASET VARIABLE USUBJID RECORD TEXT"
EMPTY = {
    "delivered_date": f"{_VALUE} DT:date DTF DTM:timestamp",
    "delivered_other_date": f"{_VALUE} DTC",
    "delivered_clock": "USUBJID KIND MINUTES:bigint",
    "delivered_number": _VALUE,
    "delivered_code": _VALUE,
    "delivered_record": "DATASET USUBJID SEQ:double",
}


def create_value_tables(
    connection: duckdb.DuckDBPyConnection,
    delivered: dict[str, Columns],
    ways: Ways | None = None,
    cut: date | None = None,
) -> None:
    """Create the temporary tables over the delivered datasets; they are not part of the cut.

    ways: how dates are written that are not plain ISO 8601, as `create_source_tables` found."""
    came = {domain: delivered[domain.lower()] for domain in COLUMNS if domain != "SUPP" and domain.lower() in delivered}
    selects = {
        "delivered_date": _dates(came),
        "delivered_other_date": _other_dates(came, ways or {}, cut),
        "delivered_clock": _clocks(ways or {}),
        "delivered_number": _numbers(came),
        "delivered_code": _codes(came),
        "delivered_record": _records(came),
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


def _dates(came: dict) -> Iterator[str]:
    for domain, columns in came.items():
        seq = (
            f"'{domain}SEQ ' || cast(cast({domain}SEQ as bigint) as varchar)"
            if sequence_of(domain) in columns
            else "cast(null as varchar)"
        )
        subject = "USUBJID" if any(name == "USUBJID" for name, _ in COLUMNS[domain]) else "cast(null as varchar)"
        for name, _ in COLUMNS[domain]:
            if name.endswith("DTC") and name in columns:
                stem = name[:-1]
                yield (
                    f"select '{domain}', '{name}', {subject}, {seq}, {name}, {stem}, {stem}F, {stem}M "
                    f"from source.{domain.lower()} where {name} is not null and "
                    f"({stem} is null or {stem}F is not null or {stem} > (select CUTDT from trial.cut)"
                    f" or (length({name}) > 10 and {stem}M is null))"
                )


def _other_dates(came: dict, ways: Ways, cut: date | None) -> Iterator[str]:
    for (domain, name), way in ways.items():
        if domain in came:
            columns = came[domain]
            rows = with_dates(_table(domain), {name: text_of(*columns[name])}, {name: way}, cut)
            yield (
                f"select '{domain}', '{name}', {subject_of(columns)}, {record_of(domain, columns)}, {as_text(name)}, "
                f"{as_read(name)} from {rows} where {as_text(name)} is distinct from {as_read(name)}"
            )


def _clocks(ways: Ways) -> list[str]:
    return [f"select USUBJID, KIND, MINUTES from {CLOCK}"] if any(way.offsets for way in ways.values()) else []


def _numbers(came: dict) -> Iterator[str]:
    for domain, columns in came.items():
        yield from _values(
            domain, columns, "number", lambda column, text: f"{value_of(*column, 'number', text)} is null"
        )


def _codes(came: dict) -> Iterator[str]:
    for domain, columns in came.items():
        yield from _values(domain, columns, "yesno", lambda column, text: f"{value_of(*column, 'yesno', text)} is null")
        yield from _values(domain, columns, "occur", lambda column, text: f"{value_of(*column, 'occur', text)} is null")


def _values(domain: str, columns: dict, kind: str, odd: Callable[[tuple, str], str]) -> list[str]:
    """SQL: the values of a domain's variables of one kind that are there and odd; all in one pass over its records."""
    names = [
        name for name, its in COLUMNS[domain] if its == kind and name in columns and _may_be_odd(columns[name], kind)
    ]
    texts = {name: text_of(*columns[name], kind) for name in names}
    conditions = {n: f"({as_text(n)} is not null and {odd(columns[n], as_text(n))})" for n in names}
    return found_of(domain.lower(), domain, columns, texts, conditions)


def _may_be_odd(column: tuple[str, str], kind: str) -> bool:
    return column[1] == "VARCHAR" or column[1] in FLOATS or kind != "number"


def _table(domain: str) -> str:
    return f"sdtm.{quoted(domain.lower())}"


def _records(came: dict) -> Iterator[str]:
    for domain, columns in came.items():
        if any(name == "USUBJID" for name, _ in COLUMNS[domain]):
            sequence = sequence_of(domain) if sequence_of(domain) in columns else "cast(null as double)"
            yield f"select '{domain}', USUBJID, {sequence} from source.{domain.lower()}"
