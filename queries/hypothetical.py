"""What if: a cut as it would be with pending subjects resolved, or with one more cohort. In memory, never a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import duckdb
from pandas import DataFrame

from queries.cut import Cut, attach

STATUS = {"N": "No DLT", "T": "DLT", "P": "Pending"}
RESOLVED = {"T": "DLT", "N": "No DLT", "X": "Not evaluable"}
"""What a pending subject can be taken to be."""
MOST = 60
"""So many subjects of a next cohort can be supposed."""
TABLES = ("adsl", "addl", "adae")
"""The tables that something hypothetical is written to; all others are views of the cut."""


def suppose(cut: Cut, dose: str = "", results: str = "", resolved: Mapping[str, str] | None = None) -> Cut:
    """The cut with pending subjects resolved (USUBJID → T DLT, N no DLT, X not evaluable), a next cohort, or both.

    The cohort is at a dose (its label), one subject a letter: N no DLT, T DLT, P pending. Every question answers as if
    it were so; a cohort at the dose of an expansion that has begun belongs to it, and a subject awaiting the first
    infusion is taken as treated on the day of the cut. ValueError: unknown dose, letter or pending subject, or nothing.
    """
    resolved = dict(resolved or {})
    waiting = _waiting(cut, resolved)
    _check_cohort(cut, dose, results, resolved)
    _check_resolved(waiting, resolved)
    connection = duckdb.connect(":memory:")
    attach(connection, cut.path, "fact")
    _views(connection)
    for usubjid, letter in resolved.items():
        _resolve(connection, usubjid, letter)
    if results:
        _add_subjects(connection, dose, results)
    words = "; ".join([*_cohort_words(dose, results), *_resolved_words(waiting, resolved)])
    own = hash((cut.written, dose, results, *sorted(resolved.items())))  # two subjects may have one number
    return replace(
        cut, connection=connection, catalog="memory", written=own, hypothetical=f"Hypothetical: {words}", facts=cut
    )


def _waiting(cut: Cut, resolved: Mapping[str, str]) -> DataFrame:
    """The pending subjects of the cut by USUBJID; nothing is asked where none is to be resolved."""
    if not resolved:
        return DataFrame(columns=["SUBJID"])
    asked = cut.ask("rule_outcomes")
    return asked[asked["RESULT"] == "P"].set_index("USUBJID")


def _check_cohort(cut: Cut, dose: str, results: str, resolved: Mapping[str, str]) -> None:
    if len(results) > MOST:
        raise ValueError(f"A cohort of {len(results)} subjects is more than can be supposed ({MOST}).")
    if set(results) - STATUS.keys() or not (results or resolved):
        raise ValueError(f"{results!r} is no cohort: write one letter a subject, N (no DLT), T (DLT) or P (pending).")
    if results and dose not in cut.dose_labels:
        raise ValueError(f"{dose!r} is no dose level of this trial; the levels are {', '.join(cut.dose_labels)}.")


def _check_resolved(waiting: DataFrame, resolved: Mapping[str, str]) -> None:
    for usubjid, letter in resolved.items():
        if letter not in RESOLVED:
            raise ValueError(f"{letter!r} is no outcome of {usubjid}: write T (DLT), N (no DLT) or X (not evaluable).")
        if usubjid not in waiting.index:
            pending = ", ".join(waiting.index) or "none"
            raise ValueError(f"{usubjid!r} is not pending in this cut; pending: {pending}.")


def _cohort_words(dose: str, results: str) -> list[str]:
    if not results:
        return []
    count = {letter: results.count(letter) for letter in STATUS}
    parts = [
        f"{count[letter]} {words}"
        for letter, words in (("T", "with a DLT"), ("N", "without a DLT"), ("P", "pending"))
        if count[letter]
    ]
    subjects = f"{len(results)} more subject{'s' if len(results) > 1 else ''}"
    return [f"{subjects} at {dose}, {', '.join(parts)}"]


def _resolved_words(waiting: DataFrame, resolved: Mapping[str, str]) -> list[str]:
    words = {"T": "with a DLT", "N": "without a DLT", "X": "not evaluable"}
    return [f"{waiting.loc[usubjid, 'SUBJID']} {words[letter]}" for usubjid, letter in resolved.items()]


def _views(connection: duckdb.DuckDBPyConnection) -> None:
    """Every table and view of the cut under its own name; adsl, addl and adae become tables that can be changed."""
    tables = connection.execute(
        """select schema_name, table_name from duckdb_tables() where database_name = 'fact' and not temporary
        union all
        select schema_name, view_name from duckdb_views() where database_name = 'fact' and not internal"""
    ).fetchall()
    for schema, table in tables:
        kind = "table" if schema == "main" and table in TABLES else "view"
        connection.execute(f'create schema if not exists "{schema}"')
        connection.execute(f'create {kind} "{schema}"."{table}" as select * from fact."{schema}"."{table}"')


# --- pending subjects ------------------------------------------------------------------------------

WHY = (
    *(
        "DAYSLEFT",
        "PENDCD",
        "UNJTERM",
        "UNJCD",
        "STOPADY",
        "STOPREAS",
        "GRDTERM",
        "CONTRTERM",
        "ONSTERM",
        "ONSETCD",
        "BEFTERM",
        "BEFADY",
        "SEENADY",
        "TOLADY",
        "CNTADY",
        "NEXTADY",
    ),
    *("DOSECD", "MISSINF", "MISSREAS", "GONECD", "GONEREAS", "GONEADY", "NEDT"),
)
"""Columns of addl that say why a subject is pending or not evaluable: a resolved subject has none of these reasons."""


def _resolve(connection: duckdb.DuckDBPyConnection, usubjid: str, letter: str) -> None:
    subject = {"usubjid": usubjid}
    treated = connection.execute("select 1 from addl where USUBJID = $usubjid", subject).fetchone()
    if not treated and letter == "X":
        connection.execute(
            """update adsl set AWAITCD = null, FREEFL = 'Y', FREEDT = CUTDT, EOSDT = CUTDT, DCSREAS = 'HYPOTHETICAL',
                EOSSTT = 'OFF STUDY'
            where USUBJID = $usubjid""",
            subject,
        )
        return
    if not treated:
        _treat(connection, subject)
    _evaluate(connection, usubjid, letter)
    _adjudicate(connection, usubjid, letter)


def _treat(connection: duckdb.DuckDBPyConnection, subject: dict) -> None:
    """A subject that awaits the first infusion as treated on the day of the cut."""
    connection.execute(
        """update adsl
        set TRTSDT = CUTDT, TRTSDTM = CUTDT + interval 1 day - interval 1 second, SAFFL = 'Y', NCOURSE = 1,
            AWAITCD = null
        where USUBJID = $usubjid""",
        subject,
    )
    connection.execute(
        """insert into addl by name
        select a.USUBJID, a.SUBJID, a.TRTA, a.TRTP, a.TRTAN, a.DOSELVL, a.DISEASE, a.COHORT, a.TRTSDT,
            a.TRTSDT + cast(s.DLTDAYS - 1 as integer) as WINENDT, 'Pending' as DLTSTAT,
            s.INFUSIONS as NDOSE1, 0 as NDLT, 0 as NUNJUDG, 0 as NUNTERM
        from adsl as a
        cross join trial.settings as s
        where a.USUBJID = $usubjid""",
        subject,
    )


def _evaluate(connection: duckdb.DuckDBPyConnection, usubjid: str, letter: str) -> None:
    """The subject's DLT evaluation as it would be; a hypothetical DLT begins on the last day observed in the window."""
    values = {"DLTSTAT": f"'{RESOLVED[letter]}'", "NUNJUDG": "0", "NUNTERM": "0"} | dict.fromkeys(WHY, "null")
    if letter == "X":
        values |= {"GONECD": "'LEFT STUDY'", "GONEREAS": "'hypothetical'", "NEDT": "CUTDT"}
        values |= {"GONEADY": "cast(CUTDT - TRTSDT + 1 as integer)"}
    if letter == "T":
        values |= {"NDLT": "1", "DLTTERM": "'Hypothetical DLT'", "DLTGR": "3", "DLTDT": "least(CUTDT, WINENDT)"}
        values |= {"DLTADY": "cast(least(CUTDT, WINENDT) - TRTSDT + 1 as integer)"}
    changed = ", ".join(f"{column} = {value}" for column, value in values.items())
    connection.execute(f"update addl set {changed} from trial.cut where USUBJID = $usubjid", {"usubjid": usubjid})


def _adjudicate(connection: duckdb.DuckDBPyConnection, usubjid: str, letter: str) -> None:
    """The events awaiting adjudication as adjudicated so; a DLT without one is an event of its own."""
    if letter not in "NT":
        return
    open_event = "DLTWINFL = 'Y' and DLTFL is null and (GR3FL = 'Y' or ATOXGR is null or DLTUNRFL = 'Y')"
    subject = {"usubjid": usubjid}
    awaited = connection.execute(f"select 1 from adae where USUBJID = $usubjid and {open_event}", subject).fetchone()
    connection.execute(
        f"""update adae set DLTFL = $flag, DLTPLACE = if($flag = 'Y', 'WINDOW', null)
        where USUBJID = $usubjid and {open_event}""",
        subject | {"flag": "Y" if letter == "T" else "N"},
    )
    if letter == "T" and not awaited:
        _add_dlts(connection, f"select * from addl where USUBJID = '{usubjid.replace(chr(39), chr(39) * 2)}'")


def _add_dlts(connection: duckdb.DuckDBPyConnection, subjects: str) -> None:
    """A hypothetical DLT for each subject of a query that gives USUBJID, DLTDT and DLTADY."""
    connection.execute(
        f"""insert into adae by name
        select
            s.USUBJID, coalesce((select max(e.AESEQ) from adae as e where e.USUBJID = s.USUBJID), 0) + 1 as AESEQ,
            'Hypothetical DLT' as AETERM, 'Hypothetical DLT' as AEDECOD, s.DLTDT as ASTDT, s.DLTADY as ADY,
            3 as ATOXGR, 'Y' as GR3FL, 'N' as AESERC, 'Y' as TRTEMFL, 'Y' as DLTFL, 'Y' as DLTWINFL,
            'WINDOW' as DLTPLACE, 'N' as CARDFL, 0 as DLTEVAL
        from ({subjects}) as s"""
    )


# --- a next cohort -----------------------------------------------------------------------------------


def _add_subjects(connection: duckdb.DuckDBPyConnection, dose: str, results: str) -> None:
    connection.execute(
        """create temporary table supposed as
        select
            'HYPOTHETICAL-' || i as USUBJID, 'what if ' || i as SUBJID, $dose as TRTA, $dose as TRTP,
            level.DOSE as TRTAN, level.DOSELVL, level.DOSE,
            coalesce(expansion.COHORT, 'what if') as COHORT, cut.CUTDT, cut.CUTDT as TRTSDT,
            cut.CUTDT + interval 1 day - interval 1 second as TRTSDTM, cut.CUTDT as ENRLDT,
            cut.CUTDT + cast(settings.DLTDAYS - 1 as integer) as WINENDT,
            cast($status as varchar[])[i] as DLTSTAT, 'Y' as ENRLFL, 'Y' as SAFFL,
            settings.INFUSIONS as NDOSE1, 1 as NCOURSE
        from (select unnest(range(1, len(cast($status as varchar[])) + 1)) as i)
        cross join trial.cut as cut
        cross join trial.settings as settings
        left join trial.dose_level as level on level.TRTA = $dose
        left join (
            select TRTA, min(COHORT) as COHORT
            from fact.main.addl
            where lower(trim(COHORT)) in (select COHORTLC from trial.named_cohort where NAMEDBY = 'EXPANSION')
            group by TRTA
        ) as expansion on expansion.TRTA = $dose""",
        {"dose": dose, "status": [STATUS[letter] for letter in results]},
    )
    connection.execute("insert into adsl by name select * exclude (WINENDT, DLTSTAT, NDOSE1) from supposed")
    connection.execute(
        """insert into addl by name
        select USUBJID, SUBJID, TRTA, TRTP, TRTAN, DOSELVL, COHORT, TRTSDT, WINENDT, DLTSTAT, NDOSE1,
            case when DLTSTAT = 'Pending' then cast(WINENDT - CUTDT as integer) end as DAYSLEFT,
            case when DLTSTAT = 'DLT' then 'Hypothetical DLT' end as DLTTERM,
            case when DLTSTAT = 'DLT' then TRTSDT end as DLTDT, case when DLTSTAT = 'DLT' then 1 end as DLTADY,
            case when DLTSTAT = 'DLT' then 1 else 0 end as NDLT, 0 as NUNJUDG, 0 as NUNTERM
        from supposed"""
    )
    _add_dlts(connection, "select *, TRTSDT as DLTDT, 1 as DLTADY from supposed where DLTSTAT = 'DLT'")
    connection.execute("drop table supposed")
