"""The same record delivered more than once: the same in everything but its sequence number. One of them counts.

Looked for where a record more would add up, be averaged or be counted; in the laboratory among the tests that the trial
definition names, since the others are shown by their worst value alone. Two infusions of one day whose records say
nothing apart are one; tracings that agree by chance are replicates, unless all of their time point are there again; a
history or a visit may truly be there twice. A subject there twice in DM stops the load. Not looked for in a domain made
of ADaM: with fewer variables, different events look alike.
"""

from __future__ import annotations

import duckdb

from ingest.codes import NUMBER
from ingest.delivered import MADE, Columns, quoted, sequence_of, subject_of

DOMAINS = ("EX", "AE", "CV", "RS", "CM", "PR", "EG", "PC", "LB")
TIME_POINT = ("USUBJID", "EGDTC", "EGTPT", "EGTPTNUM", "VISITNUM", "VISIT", "EGPOS", "EGEVAL")
"""Tracings that agree in these are one time point's."""
REPEATED = "repeated_record"
"""DATASET USUBJID SEQ KEPT PLACE: every record that is there again, with the number of the one that counts and its own
place in the delivered table; a temporary table, not part of the cut."""


def find_repeated(connection: duckdb.DuckDBPyConnection, delivered: dict[str, Columns]) -> set[str]:
    """Create repeated_record; the domains that have such records."""
    connection.execute(
        f"create temporary table {REPEATED} "
        "(DATASET varchar, USUBJID varchar, SEQ double, KEPT double, PLACE bigint, WHAT varchar)"
    )
    made = {name for (name,) in connection.execute(MADE).fetchall()}
    came = {
        domain: delivered[domain.lower()]
        for domain in DOMAINS
        if domain.lower() not in made and "USUBJID" in delivered.get(domain.lower(), {})
    }
    if came:
        selects = " union all ".join(_select(domain, columns) for domain, columns in came.items())
        connection.execute(f"insert into {REPEATED} {selects}")
    return {name for (name,) in connection.execute(f"select distinct DATASET from {REPEATED}").fetchall()}


def once(domain: str, table: str, columns: Columns, repeated: set[str]) -> str:
    """A relation of the records of a delivered table that count; what hangs on one that does not, on its twin."""
    rows = f"sdtm.{quoted(table)}"
    if domain in repeated:
        gone = f"select PLACE from {REPEATED} where DATASET = '{domain}'"
        return f"(select *, rowid from {rows} where rowid not in ({gone}))"
    needed = {"USUBJID", "RDOMAIN", "IDVAR", "IDVARVAL"}
    if domain != "SUPP" or not repeated or not needed <= columns.keys():
        return rows
    value = f"s.{quoted(columns['IDVARVAL'][0])}"
    return (
        f"(select s.* replace (coalesce(cast(cast(r.KEPT as bigint) as varchar), cast({value} as varchar)) as "
        f"{quoted(columns['IDVARVAL'][0])}) from {rows} as s left join (select distinct DATASET, USUBJID, SEQ, KEPT "
        f"from {REPEATED} where SEQ <> KEPT) as r on r.DATASET = upper(trim(s.{quoted(columns['RDOMAIN'][0])})) "
        f"and r.USUBJID = trim(cast(s.{quoted(columns['USUBJID'][0])} as varchar)) "
        f"and upper(trim(s.{quoted(columns['IDVAR'][0])})) = r.DATASET || 'SEQ' "
        f"and {_number(value)} = r.SEQ)"
    )


def _number(value: str) -> str:
    return f"({NUMBER.replace('{x}', f'trim(cast({value} as varchar))')})"


def _select(domain: str, columns: Columns) -> str:
    sequence = sequence_of(domain)
    number = _number(quoted(columns[sequence][0])) if sequence in columns else "null"
    said = [name for name in columns if name != sequence]
    values = ", ".join(f"coalesce(trim(cast({quoted(columns[name][0])} as varchar)), '')" for name in said)
    shown = [
        name for name in (f"{domain}{end}" for end in ("TERM", "TRT", "TESTCD", "STDTC", "DTC")) if name in columns
    ]
    what = ", ".join(f"cast({quoted(columns[name][0])} as varchar)" for name in shown) or "null"
    place = f"rowid as PLACE, {subject_of(columns)} as SUBJECT, {number} as N, concat_ws(', ', {what}) as WHAT"
    near = [quoted(columns[name][0]) for name in TIME_POINT if name in columns]
    together = ", ".join(near) if domain == "EG" else "rowid"
    return (
        f"select '{domain}', SUBJECT, N, KEPT, PLACE, WHAT from (select *, min(COPIES) over (partition by TOGETHER) as "
        f"LEAST from (select {place}, row({together}) as TOGETHER, first_value({number}) over same as KEPT, "
        f"row_number() over same as TIMES, count(*) over (partition by {values}) as COPIES "
        f"from {_sought(domain, columns)} window same as (partition by {values} order by {number}, rowid))) "
        "where TIMES > 1 and LEAST > 1 and SUBJECT is not null"
    )


def _sought(domain: str, columns: Columns) -> str:
    """A relation of the records that are looked at."""
    rows = f"sdtm.{quoted(domain.lower())}"
    if domain != "LB" or "LBTESTCD" not in columns:
        return rows
    test = f"upper(trim({quoted(columns['LBTESTCD'][0])}))"
    named = f"(select *, rowid from {rows} where {test} in (select TESTCD from trial.test_code))"
    # three variables tell nearly all results apart, at a fraction of the cost of all of them
    near = ", ".join(quoted(columns[name][0]) for name in ("USUBJID", "LBTESTCD", "LBDTC") if name in columns)
    twice = f"select {near} from {named} group by all having count(*) > 1"
    return f"(select * from {named} where ({near}) in ({twice}))"
