"""A sponsor's own ADaM, where delivered, is taken instead of what staging derives.

The derived table keeps its grain and its columns; in the records that the sponsor's dataset has
too, the sponsor's values replace the derived ones. So subjects that ADSL leaves out (screen
failures) and columns that no ADaM has (days left in the DLT window) stay. Where the two differ it
is counted and reported. A dataset that lacks a needed column is kept in schema `adam` and not taken.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from ingest.delivery import Finding
from ingest.source import Columns, delivered_columns, quoted, text_of


@dataclass(frozen=True)
class Taken:
    """What is taken of one ADaM dataset: the key, the columns it must have, and column → sponsor's columns."""

    key: tuple[str, ...]
    needed: tuple[str, ...]
    columns: dict[str, str]


GROUPS = {"TRTA": "TRT01A", "TRTAN": "TRT01AN"}
TAKEN = {
    "adsl": Taken(
        key=("USUBJID",),
        needed=("USUBJID", "TRT01A", "SAFFL", "TRTSDT"),
        columns=GROUPS | {c: c for c in ("SAFFL", "TRTSDT", "TRTEDT", "AGE", "SEX", "RACE", "DTHDT")},
    ),
    "adae": Taken(
        key=("USUBJID", "AESEQ"),
        needed=("USUBJID", "AESEQ", "TRTEMFL", "ASTDT"),
        columns={c: c for c in ("AEDECOD", "AEBODSYS", "ASTDT", "ASTDTF", "AENDT", "TRTEMFL")},
    ),
}


def take_adam(connection: duckdb.DuckDBPyConnection, table: str, delivered: Columns) -> list[Finding]:
    """Put the sponsor's values into a table just derived; the findings say what was taken and what differs."""
    plan = TAKEN.get(table)
    lacking = [c for c in plan.needed if c not in delivered] if plan else []
    if plan is None or lacking:
        why = f"it lacks {', '.join(lacking)}" if lacking else "the dashboard derives this table itself"
        return [
            Finding(
                "note",
                f"ADAM.{table.upper()}",
                "adam_not_taken",
                f"The sponsor's own dataset is kept but not taken: {why}.",
            )
        ]
    if twice := _repeated(connection, table, plan, delivered):
        return [
            Finding(
                "doubtful",
                f"ADAM.{table.upper()}",
                "adam_not_taken",
                "The sponsor's own dataset is kept but not used: it contains records more than once.",
                twice,
            )
        ]
    return _take(connection, table, plan, delivered)


def _take(connection, table: str, plan: Taken, delivered: Columns) -> list[Finding]:
    derived = delivered_columns(connection, "main")[table]
    columns = {
        own: _value(*delivered[its], derived[own][1])
        for own, its in plan.columns.items()
        if own in derived and its in delivered
    }
    if connection.execute("select count(*) from trial.dose_level").fetchone()[0]:
        columns = {
            own: value for own, value in columns.items() if own not in GROUPS
        }  # the protocol's dose levels are the groups
    keys = {key: _value(*delivered[key], derived[key][1]) for key in plan.key}
    _join(connection, table, keys, columns)
    compared = [column for column in columns if column != "TRTAN"]  # a number that only orders the groups
    findings = [
        _taken(connection, table, columns),
        *(f for column in compared if (f := _difference(connection, table, plan, column))),
    ]
    _replace(connection, table, columns)
    return findings


def _repeated(connection, table: str, plan: Taken, delivered: Columns) -> int:
    key = ", ".join(quoted(delivered[k][0]) for k in plan.key)
    return connection.execute(
        f"select coalesce(sum(n), 0) from (select count(*) as n from adam.{table} group by {key} having count(*) > 1)"
    ).fetchone()[0]


def _value(name: str, delivered: str, derived: str) -> str:
    """SQL for a sponsor's value in the type of the derived column; SAS dates are days since 1960."""
    if derived == "DATE" and delivered in ("DOUBLE", "FLOAT", "BIGINT", "INTEGER", "SMALLINT"):
        return f"date '1960-01-01' + cast({quoted(name)} as integer)"
    text = text_of(name, delivered)
    return f"try_cast(substr({text}, 1, 10) as date)" if derived == "DATE" else f"try_cast({text} as {derived})"


def _join(connection, table: str, keys: dict[str, str], columns: dict[str, str]) -> None:
    """Temporary table `sponsor`: the sponsor's values by the derived table's key."""
    chosen = ", ".join(f"{value} as {name}" for name, value in (keys | columns).items())
    connection.execute(f"create or replace temporary table sponsor as select {chosen} from adam.{table}")
    on = " and ".join(f"s.{key} = t.{key}" for key in keys)
    replaced = ", ".join([f"s.{c} as NEW_{c}" for c in columns] + [f"s.{next(iter(keys))} is not null as FOUND"])
    connection.execute(
        f"create or replace temporary table both_tables as select t.*, {replaced} "
        f"from {table} as t left join sponsor as s on {on}"
    )


def _taken(connection, table: str, columns: dict[str, str]) -> Finding:
    found, all_ = connection.execute("select count(*) filter (where FOUND), count(*) from both_tables").fetchone()
    what = (
        f"The sponsor's own dataset is taken for {', '.join(columns)}: "
        f"{found:,} of {all_:,} records of {table} are in it; the rest is derived."
    )
    return Finding("note", f"ADAM.{table.upper()}", "adam_taken", what, found)


def _difference(connection, table: str, plan: Taken, column: str) -> Finding | None:
    key = ", ' ', ".join(plan.key)
    count, examples = connection.execute(
        "select count(*), string_agg(EXAMPLE, '; ' order by EXAMPLE) filter (where N <= 3) "
        f"from (select concat({key}, ': ', coalesce(cast(NEW_{column} as varchar), 'blank'), "
        f"' instead of ', coalesce(cast({column} as varchar), 'blank')) as EXAMPLE, "
        f"row_number() over (order by {', '.join(plan.key)}) as N "
        f"from both_tables where FOUND and NEW_{column} is distinct from {column})"
    ).fetchone()
    if not count:
        return None
    what = f"{column}: the sponsor's value differs from what is derived from SDTM; the sponsor's is used."
    return Finding(
        "doubtful", f"ADAM.{table.upper()}", "adam_differs", what, count, examples, "Ask the sponsor which is right."
    )


def _replace(connection, table: str, columns: dict[str, str]) -> None:
    values = ", ".join(f"case when FOUND then NEW_{c} else {c} end as {c}" for c in columns)
    dropped = ", ".join([*(f"NEW_{c}" for c in columns), "FOUND"])
    connection.execute(
        f"create or replace table {table} as select * exclude ({dropped}) replace ({values}) from both_tables"
    )
    connection.execute("drop table both_tables")
    connection.execute("drop table sponsor")
