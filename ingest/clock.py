"""One clock for the times of a subject, where times carry their offset from UTC (10:00:00-07:00, 16:30:00Z).

The infusions decide, since all times are compared with them: where all of a subject's infusion times carry an offset,
times are brought to the clock of the first infusion, and a time without an offset cannot be compared; where none does,
a time with an offset cannot. What cannot be compared has no time (--DTM is NULL); its date stays, and a check tells it.
A date written in UTC by another laboratory becomes the date on the subject's clock; else it stays as it is written.
"""

from __future__ import annotations

import duckdb

from ingest.dates import EARLIEST, LATEST, OFFSET, TIMESTAMP

CLOCK = "source.clock"
"""KIND: OFFSET (times are compared on a clock MINUTES ahead of UTC), LOCAL (as written, without offsets),
NONE (not at all)."""

_HAS_TIME = r"regexp_matches({x}, '[T ]\d{2}:\d{2}')"
_WRITTEN = rf"regexp_extract({{x}}, '\d:\d{{2}}(?::\d{{2}}(?:[.]\d+)?)? *({OFFSET})$', 1)"
MINUTES = (
    f"case when not {_HAS_TIME} or {_WRITTEN} = '' then null when {_WRITTEN} = 'Z' then 0 else "
    f"(60 * cast(substr({_WRITTEN}, 2, 2) as bigint) + coalesce(try_cast(right({_WRITTEN}, 2) as bigint), 0) "
    f"* case when length({_WRITTEN}) > 3 then 1 else 0 end) * case {_WRITTEN}[1] when '-' then -1 else 1 end end"
)
"""SQL: how many minutes the written clock is ahead of UTC; NULL where no offset is written."""

JOIN = (
    f' left join (select USUBJID as "clock of", KIND as "clock kind", MINUTES as "clock minutes" from {CLOCK}) as clock'
    ' on "clock of" = '
)
_OWN = (
    f"case when ({MINUTES}) is null then case when coalesce(\"clock kind\", 'LOCAL') = 'LOCAL' then {TIMESTAMP} end "
    f'when "clock kind" = \'OFFSET\' then {TIMESTAMP} + to_minutes("clock minutes" - ({MINUTES})) end'
)
_DAY = f"case when ({MINUTES}) = 0 then cast({_OWN} as date) end"
EARLIEST_ON_CLOCK, LATEST_ON_CLOCK = (f"coalesce({_DAY}, {written})" for written in (EARLIEST, LATEST))
TIMESTAMP_ON_CLOCK = _OWN


def create_clock(connection: duckdb.DuckDBPyConnection, texts: list[tuple[str, str, str, str]]) -> None:
    """Create the table of every subject's clock; texts: (domain, delivered table, SQL of USUBJID, SQL of a date)."""
    parts = [
        f"select {subject} as USUBJID, {domain == 'EX'} as INFUSION, {MINUTES.replace('{x}', text)} as MINUTES, "
        f"{TIMESTAMP.replace('{x}', text)} as WRITTEN from {table} where {_HAS_TIME.replace('{x}', text)}"
        for domain, table, subject, text in texts
    ]
    connection.execute(f"""
        create table {CLOCK} as
        with time as ({" union all ".join(parts)}),
        counted as (
            select
                USUBJID,
                count(*) filter (where not HASINFUSION or INFUSION) as NTIMES,
                count(MINUTES) filter (where not HASINFUSION or INFUSION) as NOFFSETS,
                arg_min(MINUTES, WRITTEN) filter (where INFUSION and MINUTES is not null) as INFUSIONMINUTES
            from (select *, bool_or(INFUSION) over (partition by USUBJID) as HASINFUSION from time)
            where USUBJID is not null
            group by USUBJID
        )
        select
            USUBJID,
            case when NOFFSETS = NTIMES then 'OFFSET' when NOFFSETS = 0 then 'LOCAL' else 'NONE' end as KIND,
            coalesce(INFUSIONMINUTES, 0) as MINUTES
        from counted
    """)
