"""A sponsor's own ADaM, where delivered, is taken instead of what staging derives.

The derived table keeps its grain and its columns; in the records that the sponsor's dataset has
too, the sponsor's values replace the derived ones. So subjects that ADSL leaves out (screen
failures) and columns that no ADaM has (days left in the DLT window) stay. Where the two differ it
is counted and reported. A dataset that lacks a needed column is kept in schema `adam` and not taken.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import duckdb

from ingest import weights
from ingest.codes import NUMBER, SEX, VERDICT
from ingest.dates import EARLIEST, FLAG, Written, as_read, as_text, with_dates
from ingest.delivered import FLOATS, Columns, delivered_columns, quoted, text_of
from ingest.delivery import Finding


@dataclass(frozen=True)
class Taken:
    """What is taken of one ADaM dataset: the key, the columns it must have, and column → sponsor's columns."""

    key: tuple[str, ...]
    needed: tuple[str, ...]
    columns: dict[str, str]


BLANK_MEANS = {"SAFFL", "TRTEMFL", "ASTDTF"}
"""Flags of which a blank says something (not treatment-emergent, a full date); of others it says nothing, so that what
is derived stays."""
WORDS = {"SAFFL": VERDICT, "TRTEMFL": VERDICT, "SEX": SEX}
"""Column → how its text is read; of others it is taken as it is."""
MAY_BE_BLANK = {"EOSDT", "DCSREAS"}
"""Columns that a sponsor leaves blank for who completed or is on study: what is derived stays, and nothing is odd."""
STATUS = (
    "case when regexp_matches(upper(trim({x})), '^(COMPLETED|DISCONTINUED|WITHDR|OFF[ -](STUDY|TRIAL)|"
    "(EARLY |PREMATURE(LY)? )?(TERMINAT|DISCONT|WITHDR)|LOST TO FOLLOW|(STUDY|TRIAL) (COMPLET|DISCONT|TERMINAT))') "
    "then 'OFF STUDY' "
    "when regexp_matches(upper(trim({x})), '^(ONGOING|ON[ -](STUDY|TRIAL)|CONTINUING|ACTIVE|IN FOLLOW)') "
    "then 'ONGOING' end"
)
"""EOSSTT in ADaM's words as the two that the dashboard has for the living; who died has died whatever it says."""
DECIDING = {"TRTA", "SAFFL", "TRTSDT", "TRTEDT", "DTHDT", "ASTDT", "TRTEMFL"}
"""Columns on which the DLT window and the dose rest: what a sponsor's value of them differs by changes a decision."""
GROUPS = {"TRTA": "TRT01A", "TRTAN": "TRT01AN"}
TAKEN = {
    "adsl": Taken(
        key=("USUBJID",),
        needed=("USUBJID", "TRT01A", "SAFFL", "TRTSDT"),
        columns=GROUPS
        | {c: c for c in ("SAFFL", "TRTSDT", "TRTEDT", "AGE", "SEX", "RACE", "EOSDT", "DCSREAS", "EOSSTT", "DTHDT")},
    ),
    "adae": Taken(
        key=("USUBJID", "AESEQ"),
        needed=("USUBJID", "AESEQ", "TRTEMFL", "ASTDT"),
        columns={c: c for c in ("AEDECOD", "AEBODSYS", "ASTDT", "ASTDTF", "AENDT", "TRTEMFL")},
    ),
}


def take_adam(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    delivered: Columns,
    cut: date | None = None,
    own: Collection[str] = (),
) -> list[Finding]:
    """Put the sponsor's values into a table just derived; the findings say what was taken and what differs.

    own: columns that were derived from this dataset itself, where no SDTM came, so that nothing can differ.
    A value that cannot be read, or a blank where SDTM has a value, never replaces what is derived."""
    plan = TAKEN.get(table)
    if plan is None:
        return _deaths_not_used(connection, delivered) if table == "adtte" else []
    lacking = [c for c in plan.needed if c not in delivered]
    if lacking:
        return [
            Finding(
                "note",
                f"ADAM.{table.upper()}",
                "adam_not_taken",
                f"The sponsor's own dataset is kept but not taken: it lacks {', '.join(lacking)}.",
                weight=weights.INFORMATION,
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
                weight=weights.NUMBER,
            )
        ]
    return _take(connection, table, plan, delivered, cut, own)


def _deaths_not_used(connection, delivered: Columns) -> list[Finding]:
    """The deaths of a sponsor's ADTTE (an event of overall survival) of who is not known to have died; none counts."""
    if not {"USUBJID", "PARAMCD", "CNSR"} <= delivered.keys():
        return []
    subject, code = text_of(*delivered["USUBJID"]), text_of(*delivered["PARAMCD"])
    censored = text_of(*delivered["CNSR"], "number")
    count, examples = connection.execute(
        "select count(*), string_agg(S, '; ' order by S) filter (where N <= 3) "
        "from (select S, row_number() over (order by S) as N "
        f"from (select distinct {subject} as S from adam.adtte where upper({code}) = 'OS' and {censored} = '0') "
        "where S in (select USUBJID from adsl where DTHFL is distinct from 'Y'))"
    ).fetchone()
    what = "The sponsor's overall survival ends in a death that no other dataset tells; it is not counted."
    action = "Ask the sponsor for the death in DM or DS."
    told = ("doubtful", "ADAM.ADTTE", "adam_death_not_told", what, count, examples, action)
    return [Finding(*told, weight=weights.DECISION)] if count else []


def _take(
    connection, table: str, plan: Taken, delivered: Columns, cut: date | None, its_own: Collection[str]
) -> list[Finding]:
    derived = delivered_columns(connection, "main")[table]
    own = {name: its for name, its in plan.columns.items() if name in derived and its in delivered}
    if connection.execute("select count(*) from trial.dose_level").fetchone()[0]:
        own = {
            name: its for name, its in own.items() if name not in GROUPS
        }  # the protocol's dose levels are the groups
    keys = {key: _value(key, delivered[key], derived[key][1]) for key in plan.key}
    columns = {name: _value(its, delivered[its], derived[name][1]) for name, its in own.items()}
    if "EOSSTT" in columns:  # of who is on study, a sponsor's date or reason of the end is none
        ends = {
            c: f"case when {columns['EOSSTT']} = 'OFF STUDY' then {columns[c]} end" for c in MAY_BE_BLANK & own.keys()
        }
        columns |= ends
    texts = {f"TEXT_{name}": as_text(its) for name, its in own.items()}
    rows = _rows(table, derived, own | {key: key for key in plan.key}, delivered, cut)
    _join(connection, table, rows, keys, columns, texts)
    compared = [column for column in columns if column != "TRTAN"]  # a number that only orders the groups
    told = (_difference, _not_read, _blank)
    findings = [
        _taken(connection, table, columns),
        *(
            f
            for column in compared
            for tell in ((_not_read,) if column in its_own else told)
            if (f := tell(connection, table, plan, column))
        ),
    ]
    _replace(connection, table, columns)
    return findings


def _repeated(connection, table: str, plan: Taken, delivered: Columns) -> int:
    key = ", ".join(quoted(delivered[k][0]) for k in plan.key)
    return connection.execute(
        f"select coalesce(sum(n), 0) from (select count(*) as n from adam.{table} group by {key} having count(*) > 1)"
    ).fetchone()[0]


def _value(name: str, delivered: tuple[str, str], derived: str) -> str:
    """SQL for a sponsor's value in the type of the derived column; dates as in SDTM, or SAS days since 1960."""
    text = as_text(name)
    if derived == "DATE":
        read = as_read(name)
        return f"case when {FLAG.replace('{x}', read)} is null then {EARLIEST.replace('{x}', read)} end"
    if name == "EOSSTT":
        return STATUS.replace("{x}", text)
    if derived == "VARCHAR":
        return WORDS.get(name, "{x}").replace("{x}", text)
    if delivered[1] in FLOATS:
        return f"case when isfinite({quoted(delivered[0])}) then try_cast({quoted(delivered[0])} as {derived}) end"
    return f"try_cast({NUMBER.replace('{x}', text)} as {derived})"


def _rows(table: str, derived: Columns, own: dict[str, str], delivered: Columns, cut: date | None) -> str:
    """The sponsor's dataset with the text of each value, dates as ISO 8601; own: derived column → the sponsor's."""
    texts = {
        its: text_of(*delivered[its], "" if derived[name][1] == "VARCHAR" else "number") for name, its in own.items()
    }
    dates = [its for name, its in own.items() if derived[name][1] == "DATE"]
    return with_dates(f"adam.{table}", texts, dict.fromkeys(dates, Written(True, False, False)), cut)


def _join(connection, table: str, rows: str, keys: dict[str, str], columns: dict[str, str], texts: dict) -> None:
    """Temporary table `sponsor`: the sponsor's values, and their texts, by the derived table's key."""
    chosen = ", ".join(f"{value} as {name}" for name, value in (keys | columns | texts).items())
    connection.execute(f"create or replace temporary table sponsor as select {chosen} from {rows}")
    on = " and ".join(f"s.{key} = t.{key}" for key in keys)
    theirs = [f"s.{c} as NEW_{c}" for c in columns] + [f"s.{t}" for t in texts]
    connection.execute(
        f"create or replace temporary table both_tables as select t.*, {', '.join(theirs)}, "
        f"s.{next(iter(keys))} is not null as FOUND from {table} as t left join sponsor as s on {on}"
    )


def _taken(connection, table: str, columns: dict[str, str]) -> Finding:
    found, all_ = connection.execute("select count(*) filter (where FOUND), count(*) from both_tables").fetchone()
    what = (
        f"The sponsor's own dataset is taken for {', '.join(columns)}: "
        f"{found:,} of {all_:,} records of {table} are in it; the rest is derived."
    )
    return Finding("note", f"ADAM.{table.upper()}", "adam_taken", what, found, weight=weights.INFORMATION)


def _difference(connection, table: str, plan: Taken, column: str) -> Finding | None:
    return _told(
        connection,
        table,
        plan,
        f"{_is_taken(column)} and NEW_{column} is distinct from {column}",
        f"coalesce(cast(NEW_{column} as varchar), 'blank'), ' instead of ', "
        f"coalesce(cast({column} as varchar), 'blank')",
        (
            "adam_differs",
            f"{column}: the sponsor's value differs from what is derived; the sponsor's is used.",
            "Ask the sponsor which is right.",
        ),
    )


def _not_read(connection, table: str, plan: Taken, column: str) -> Finding | None:
    what = "is no status that is known" if column == "EOSSTT" else "is not a date or number that can be read"
    action = "COMPLETED, DISCONTINUED or ONGOING" if column == "EOSSTT" else "SAS dates, or dates in ISO 8601"
    if column in MAY_BE_BLANK - {"EOSDT"}:
        return None
    return _told(
        connection,
        table,
        plan,
        f"FOUND and TEXT_{column} is not null and NEW_{column} is null",
        f"TEXT_{column}",
        (
            "adam_not_read",
            f"{column}: the sponsor's value {what}; what is derived stays.",
            f"Ask the sponsor for {action}.",
        ),
    )


def _blank(connection, table: str, plan: Taken, column: str) -> Finding | None:
    if column in BLANK_MEANS | MAY_BE_BLANK:
        return None
    return _told(
        connection,
        table,
        plan,
        f"FOUND and TEXT_{column} is null and {column} is not null",
        f"cast({column} as varchar)",
        (
            "adam_blank",
            f"{column}: the sponsor's value is blank where SDTM has one; what is derived from SDTM stays.",
            "Ask the sponsor which is right.",
        ),
    )


def _told(connection, table: str, plan: Taken, condition: str, detail: str, finding: tuple) -> Finding | None:
    """A finding over the records for which a condition holds, with the first three as examples."""
    key = ", ' ', ".join(plan.key)
    count, examples = connection.execute(
        "select count(*), string_agg(EXAMPLE, '; ' order by EXAMPLE) filter (where N <= 3) "
        f"from (select concat({key}, ': ', {detail}) as EXAMPLE, "
        f"row_number() over (order by {', '.join(plan.key)}) as N from both_tables where {condition})"
    ).fetchone()
    check, what, action = finding
    dataset, weight = (
        f"ADAM.{table.upper()}",
        weights.DECISION if what.partition(":")[0] in DECIDING else weights.NUMBER,
    )
    return Finding("doubtful", dataset, check, what, count, examples, action, weight=weight) if count else None


def _is_taken(column: str) -> str:
    """SQL: whether the sponsor's value of a record replaces the derived one."""
    if column == "ASTDTF":
        return "FOUND and NEW_ASTDT is not null"
    if column == "EOSSTT":
        return "FOUND and NEW_EOSSTT is not null and EOSSTT is distinct from 'DIED'"
    blank = f" or TEXT_{column} is null" if column in BLANK_MEANS else ""
    return f"FOUND and (NEW_{column} is not null{blank})"


def _replace(connection, table: str, columns: dict[str, str]) -> None:
    values = ", ".join(f"case when {_is_taken(c)} then NEW_{c} else {c} end as {c}" for c in columns)
    dropped = ", ".join([*(f"{part}_{c}" for c in columns for part in ("NEW", "TEXT")), "FOUND"])
    connection.execute(
        f"create or replace table {table} as select * exclude ({dropped}) replace ({values}) from both_tables"
    )
    connection.execute("drop table both_tables")
    connection.execute("drop table sponsor")
