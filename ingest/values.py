"""Tables over every delivered value of a kind, so that one check can ask about all of them.

delivered_date: … USUBJID RECORD TEXT DT DTF DTM    every --DTC that is partial, no date, after the cut, or has a time
    that is not used
delivered_other_date: … USUBJID RECORD TEXT DTC     every --DTC that was not written in ISO 8601, and what it is read as
delivered_clock: USUBJID KIND MINUTES               the clock of every subject where times have offsets (clock.py)
delivered_number: … USUBJID RECORD TEXT             every value of a numeric variable that is no number
delivered_code: … USUBJID RECORD TEXT               every value of a yes/no variable that is neither
delivered_record: DATASET USUBJID SEQ               every record of a subject's domain
delivered_na: … USUBJID RECORD TEXT                 every value that is a text for a missing one (NA, nan, null)

… stands for DATASET VARIABLE.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import duckdb

from ingest.clock import CLOCK
from ingest.codes import MISSING, MISSING_VALUE, VALUES, listed
from ingest.dates import iso
from ingest.source import COLUMNS, FLOATS, Columns, Ways, quoted, text_of, value_of

_VALUE = "DATASET VARIABLE USUBJID RECORD TEXT"
EMPTY = {
    "delivered_date": f"{_VALUE} DT:date DTF DTM:timestamp",
    "delivered_other_date": f"{_VALUE} DTC",
    "delivered_clock": "USUBJID KIND MINUTES:bigint",
    "delivered_number": _VALUE,
    "delivered_code": _VALUE,
    "delivered_record": "DATASET USUBJID SEQ:double",
    "delivered_na": _VALUE,
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
                    f"select '{domain}', '{name}', {subject}, {seq}, {name}, {stem}, {stem}F, {stem}M "
                    f"from source.{domain.lower()} where {name} is not null and "
                    f"({stem} is null or {stem}F is not null or {stem} > (select CUTDT from trial.cut)"
                    f" or (length({name}) > 10 and {stem}M is null))"
                )


def _other_dates(came: dict, ways: Ways, cut: date | None) -> Iterator[str]:
    for (domain, name), way in ways.items():
        if domain in came:
            text = text_of(*came[domain][name])
            yield _values(
                domain, name, came[domain], text, f"is distinct from {iso(text, way, cut)}", iso(text, way, cut)
            )


def _clocks(ways: Ways) -> list[str]:
    return [f"select USUBJID, KIND, MINUTES from {CLOCK}"] if any(way.offsets for way in ways.values()) else []


def _numbers(came: dict) -> Iterator[str]:
    for domain, name, kind, column in _columns(came):
        if kind == "number" and column[1] == "VARCHAR":
            yield _values(
                domain, name, came[domain], text_of(*column, kind), f"is not null and {value_of(*column, kind)} is null"
            )
        if kind == "number" and column[1] in FLOATS:
            yield _values(
                domain,
                name,
                came[domain],
                f"cast({quoted(column[0])} as varchar)",
                f"is not null and isinf({quoted(column[0])})",
            )


def _codes(came: dict) -> Iterator[str]:
    for domain, name, kind, column in _columns(came):
        if kind == "yesno":
            yield _values(
                domain, name, came[domain], text_of(*column), f"is not null and {value_of(*column, kind)} is null"
            )


def _columns(came: dict) -> Iterator[tuple[str, str, str, tuple[str, str]]]:
    for domain, columns in came.items():
        for name, kind in COLUMNS[domain]:
            if name in columns:
                yield domain, name, kind, columns[name]


def _values(domain: str, name: str, columns: dict, text: str, condition: str, *more: str) -> str:
    """SQL: the values of one delivered variable for which a condition on their text holds, each with its record."""
    selected = ", ".join([f"'{domain}'", f"'{name}'", _subject(columns), _record(domain, columns), text, *more])
    return f"select {selected} from sdtm.{quoted(domain.lower())} where {text} {condition}"


def _records(came: dict) -> Iterator[str]:
    for domain, columns in came.items():
        if any(name == "USUBJID" for name, _ in COLUMNS[domain]):
            sequence = _sequence(domain) if _sequence(domain) in columns else "cast(null as double)"
            yield f"select '{domain}', USUBJID, {sequence} from source.{domain.lower()}"


def _na(came: dict) -> Iterator[str]:
    for domain, name, kind, column in _columns(came):
        if column[1] == "VARCHAR":
            words = MISSING_VALUE if kind in VALUES or name.endswith("DTC") else MISSING
            text = f"trim({quoted(column[0])})"
            yield _values(domain, name, came[domain], text, f"in ({listed(tuple(w for w in words if len(w) > 1))})")
