"""What the load refuses: infusions of other drugs alone, and a subject twice."""

from __future__ import annotations

import duckdb

from ingest.delivered import delivered_columns
from ingest.delivery import IngestError

NAMES_SHOWN = 5


def refuse_without_study_drug(connection: duckdb.DuckDBPyConnection) -> None:
    """Without any record of the study drug nobody would be treated, and every count would be of nobody.

    Refused, unless DM says that nobody has been treated yet: then a check of the load tells it."""
    named = connection.execute(
        """select EXTRT, count(*), bool_or(KNOWNFL = 'Y') from exdrug
        where (select bool_and(DRUGCD = 'OTHER') from exdrug) group by 1 order by 2 desc, 1"""
    ).fetchall()
    if not named or _nobody_is_said_to_be_treated(connection):
        return
    unknown = [(text, count) for text, count, known in named if not known]
    known = [(text, count) for text, count, known in named if known]
    if not unknown:
        raise IngestError(
            f"EX has no record of the trial's drug, only of other drugs: {_records_of(known)}. Ask the sponsor for the "
            "infusions of the study drug."
        )
    beside = f", and other drugs: {_records_of(known)}" if known else ""
    raise IngestError(
        f"EX has no record of the trial's drug; EXTRT names {_records_of(unknown)}{beside}. If {unknown[0][0]} is the "
        "study drug, add it to drug_names of [trial] in trial.toml; else ask the sponsor for its infusions."
    )


def _records_of(named: list[tuple[str, int]]) -> str:
    shown = ", ".join(f"{text} ({count} record{'s' * (count > 1)})" for text, count in named[:NAMES_SHOWN])
    return shown + (f" and {len(named) - NAMES_SHOWN} more" if len(named) > NAMES_SHOWN else "")


def _nobody_is_said_to_be_treated(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether DM says so: by the actual arm or the first exposure, of which one was delivered and neither names any."""
    dm = delivered_columns(connection, "sdtm").get("dm", {})
    if not {"ACTARMCD", "RFXSTDTC"} & dm.keys():
        return False
    return connection.execute(
        """select count(*) > 0 and bool_and(
            coalesce(upper(trim(ACTARMCD)), '') in ('', 'NOTTRT', 'NOTASSGN', 'SCRNFAIL')
            and (ACTARM is null or upper(trim(ACTARM)) in ('NOT TREATED', 'NOT ASSIGNED', 'SCREEN FAILURE'))
            and RFXSTDTC is null and RFXENDTC is null)
        from source.dm where USUBJID is not null"""
    ).fetchone()[0]


def refuse_subjects_twice(connection: duckdb.DuckDBPyConnection) -> None:
    """Every count rests on this: a subject twice would be counted twice everywhere."""
    for table, cause in (
        ("source.dm", "DM holds a subject more than once; ask for a DM with one record a subject"),
        ("adsl", "the trial definition names a site twice or has age bands that overlap; correct trial.toml"),
    ):
        twice = connection.execute(
            f"select USUBJID, count(*) from {table} where USUBJID is not null "
            "group by 1 having count(*) > 1 order by 1 limit 3"
        ).fetchall()
        if twice:
            raise IngestError(f"{cause} ({', '.join(f'{subject} {n} times' for subject, n in twice)}).")
