"""What if: a cut as it would be with one more cohort. In memory, never a file, never mistaken for the facts."""

from __future__ import annotations

from dataclasses import replace

import duckdb

from queries.cut import Cut, attach

STATUS = {"N": "No DLT", "T": "DLT", "P": "Pending"}


def suppose(cut: Cut, dose: str, results: str) -> Cut:
    """The cut with a supposed cohort at a dose (its label): one subject a letter, N no DLT, T DLT, P pending.

    Every question answers as if these subjects were there; at the dose of an expansion that has
    begun they belong to it. Raises ValueError for an unknown dose or letter.
    """
    if dose not in cut.dose_labels:
        raise ValueError(f"{dose!r} is no dose level of this trial; the levels are {', '.join(cut.dose_labels)}.")
    if not results or set(results) - STATUS.keys():
        raise ValueError(f"{results!r} is no cohort: write one letter a subject, N (no DLT), T (DLT) or P (pending).")
    connection = duckdb.connect(":memory:")
    attach(connection, cut.path, "fact")
    _views(connection)
    _add_subjects(connection, dose, results)
    return replace(cut, connection=connection, catalog="memory", hypothetical=_words(dose, results))


def _words(dose: str, results: str) -> str:
    count = {letter: results.count(letter) for letter in STATUS}
    parts = [
        f"{count[letter]} {words}"
        for letter, words in (("T", "with a DLT"), ("N", "without a DLT"), ("P", "pending"))
        if count[letter]
    ]
    subjects = f"{len(results)} more subject{'s' if len(results) > 1 else ''}"
    return f"Hypothetical: {subjects} at {dose}, {', '.join(parts)}"


def _views(connection: duckdb.DuckDBPyConnection) -> None:
    """Every table and view of the cut under its own name; adsl, addl and adae become tables that can be added to."""
    tables = connection.execute(
        """select schema_name, table_name from duckdb_tables() where database_name = 'fact' and not temporary
        union all
        select schema_name, view_name from duckdb_views() where database_name = 'fact' and not internal"""
    ).fetchall()
    for schema, table in tables:
        kind = "table" if (schema, table) in (("main", "adsl"), ("main", "addl"), ("main", "adae")) else "view"
        connection.execute(f'create schema if not exists "{schema}"')
        connection.execute(f'create {kind} "{schema}"."{table}" as select * from fact."{schema}"."{table}"')


def _add_subjects(connection: duckdb.DuckDBPyConnection, dose: str, results: str) -> None:
    connection.execute(
        """create temporary table supposed as
        select
            'HYPOTHETICAL-' || i as USUBJID, 'what if ' || i as SUBJID, $dose as TRTA, level.DOSE as TRTAN,
            level.DOSELVL, level.DOSE, coalesce(expansion.COHORT, 'what if') as COHORT, cut.CUTDT, cut.CUTDT as TRTSDT,
            cut.CUTDT + interval 1 day - interval 1 second as TRTSDTM, cut.CUTDT as ENRLDT,
            cut.CUTDT + cast(settings.DLTDAYS - 1 as integer) as WINENDT,
            cast($status as varchar[])[i] as DLTSTAT, 'Y' as ENRLFL, 'Y' as SAFFL,
            settings.INFUSIONS as NDOSE1, 1 as NCOURSE
        from (select unnest(range(1, len(cast($status as varchar[])) + 1)) as i)
        cross join trial.cut as cut
        cross join trial.settings as settings
        left join trial.dose_level as level on level.TRTA = $dose
        left join (select distinct TRTA, COHORT from fact.main.addl) as expansion
            on expansion.TRTA = $dose and expansion.COHORT = settings.EXPCOHORT""",
        {"dose": dose, "status": [STATUS[letter] for letter in results]},
    )
    connection.execute("insert into adsl by name select * exclude (WINENDT, DLTSTAT, NDOSE1) from supposed")
    connection.execute(
        """insert into addl by name
        select USUBJID, SUBJID, TRTA, TRTAN, DOSELVL, COHORT, TRTSDT, WINENDT, DLTSTAT, NDOSE1,
            case when DLTSTAT = 'Pending' then cast(WINENDT - CUTDT as integer) end as DAYSLEFT,
            case when DLTSTAT = 'DLT' then 'Hypothetical DLT' end as DLTTERM,
            case when DLTSTAT = 'DLT' then TRTSDT end as DLTDT, case when DLTSTAT = 'DLT' then 1 end as DLTADY,
            case when DLTSTAT = 'DLT' then 1 else 0 end as NDLT, 0 as NUNJUDG, 0 as NUNTERM
        from supposed"""
    )
    connection.execute(
        """insert into adae by name
        select
            USUBJID, 1 as AESEQ, 'Hypothetical DLT' as AETERM, 'Hypothetical DLT' as AEDECOD,
            TRTSDT as ASTDT, 1 as ADY, 3 as ATOXGR,
            'Y' as GR3FL, 'N' as AESERC, 'Y' as TRTEMFL, 'Y' as DLTFL, 'Y' as DLTWINFL, 'N' as CARDFL, 0 as DLTEVAL
        from supposed where DLTSTAT = 'DLT'"""
    )
    connection.execute("drop table supposed")
