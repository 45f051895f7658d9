"""What was lost since the previous cut: the latest earlier cut of the same study in the folder that gets the new one.

Records are found again by dataset and subject alone, never by their keys: sequence numbers may be given anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
from pandas import DataFrame

from ingest.check import EXAMPLES
from ingest.delivered import Columns, delivered_columns, quoted
from ingest.delivery import Finding
from ingest.weights import DECIDING, DECISION, INFORMATION, NUMBER
from queries.cut import Cut, CutError, OtherVersion
from queries.opening import list_cuts, open_cut
from queries.withdrawn import withdrawn

MOST_SITES = 8
DECIDING_HERE = DECIDING | {"ADAM.ADSL", "ADAM.ADAE"}
AGAIN = "Ask the sponsor why they are missing, or for the whole delivery again."

_LOST = """
with now as (select DATASET, USUBJID, cast(sum(N) as bigint) as N from ({now}) group by all),
both_cuts as (
    select w.DATASET, w.USUBJID, w.SITEID, w.N as WAS, coalesce(n.N, 0) as N
    from earlier as w
    left join now as n on n.DATASET = w.DATASET and n.USUBJID = w.USUBJID
),
lost as (
    select *, row_number() over (partition by DATASET order by USUBJID) as PLACE from both_cuts where N < WAS
),
site as (
    select DATASET, SITEID, sum(WAS - N) as NLOST, count(*) as NSUBJ from lost group by DATASET, SITEID
)
select
    l.DATASET,
    (select cast(sum(w.N) as bigint) from earlier as w where w.DATASET = l.DATASET) as WAS,
    coalesce((select sum(n.N) from now as n where n.DATASET = l.DATASET), 0) as NOW,
    cast(sum(l.WAS - l.N) as bigint) as NLOST,
    count(*) filter (where l.USUBJID <> '') as NSUBJ,
    count(*) filter (where l.USUBJID <> '' and l.N = 0) as NNONE,
    (select list(coalesce(s.SITEID, 'not known') || '|' || cast(s.NLOST as bigint) order by s.SITEID nulls last)
        from site as s where s.DATASET = l.DATASET) as SITES,
    string_agg(
        case when l.USUBJID = '' then 'no subject' else l.USUBJID end || ': ' || l.WAS || ' → ' || l.N, '; '
        order by l.USUBJID
    ) filter (where PLACE <= $examples) as EXAMPLES
from lost as l
group by l.DATASET
order by l.DATASET
"""


@dataclass(frozen=True)
class Compared:
    """With which cut a delivery was compared (in words, for the cut's own account), and what was found."""

    words: str
    findings: tuple[Finding, ...] = ()


def compare_with_previous(connection: duckdb.DuckDBPyConnection, folder: Path | None, day: date) -> Compared:
    """What the delivery being loaded holds less of than the latest earlier cut of its study in the folder.

    A cut of another study or version, or one that cannot be opened, is named and left; the one before is looked for.
    """
    findings: list[Finding] = []
    earlier = [(date_, path) for date_, path in list_cuts(folder) if date_ < day] if folder else []
    for date_, path in reversed(earlier):
        try:
            counts = _counts_of(path, _study(connection))
        except (CutError, duckdb.Error, OSError) as error:
            findings.append(_not_compared(path, error))
            continue
        findings += _lost(connection, counts, date_)
        return Compared(f"{_written(date_)}, compared by records of each dataset and subject", tuple(findings))
    return Compared("none to compare with", tuple(findings))


class WasWithdrawn(CutError):
    """A cut that was withdrawn; the message says when and by whom."""


class OtherStudy(CutError):
    """A cut that holds another trial."""


def _study(connection: duckdb.DuckDBPyConnection) -> str:
    [(study,)] = connection.execute("select coalesce(min(STUDYID), '') from adsl").fetchall()
    return study


def _counts_of(path: Path, study: str) -> DataFrame:
    """DATASET USUBJID SITEID N of an earlier cut; a cut without a study is taken to be of the same."""
    if told := withdrawn(path):
        raise WasWithdrawn(told.mark)
    cut = open_cut(path)
    try:
        if cut.study and study and _plain(cut.study) != _plain(study):
            raise OtherStudy(f"It holds the study {cut.study}.")
        return _counted(cut)
    finally:
        cut.connection.close()


def _plain(text: str) -> str:
    return " ".join(text.upper().split())


def _counted(cut: Cut) -> DataFrame:
    cursor = cut.cursor()
    sql = (
        "select c.DATASET, c.USUBJID, any_value(a.SITEID) as SITEID, cast(sum(c.N) as bigint) as N "
        f"from ({_counts(cursor)}) as c left join adsl as a on a.USUBJID = c.USUBJID group by c.DATASET, c.USUBJID"
    )
    return cursor.execute(sql).df()


def _counts(connection: duckdb.DuckDBPyConnection) -> str:
    """SQL: the records of each delivered dataset and subject ('' for those of none)."""
    none = (
        "select cast(null as varchar) as DATASET, cast(null as varchar) as USUBJID, cast(0 as bigint) as N where false"
    )
    return " union all ".join([none, *_selects(connection)])


def _selects(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    for schema in ("sdtm", "adam"):
        for table, columns in delivered_columns(connection, schema).items():
            name = _dataset(schema, table, columns)
            # an ID read as a number is the one that was read as text: 101.0 is 101
            subject = f"regexp_replace({_text('USUBJID', columns)}, '^(\\d+)[.]0+$', '\\1')"
            yield f"select {name}, {subject}, count(*) from {schema}.{quoted(table)} group by all"


def _dataset(schema: str, table: str, columns: Columns) -> str:
    """SQL for a dataset's name; qualifiers of several domains in one file are theirs: SUPPAE."""
    if schema == "sdtm" and table.lower().startswith("supp") and "RDOMAIN" in columns:
        return f"'SUPP' || upper({_text('RDOMAIN', columns)})"
    return f"'ADAM.{table.upper()}'" if schema == "adam" else f"'{table.upper()}'"


def _text(name: str, columns: Columns) -> str:
    return f"coalesce(trim(cast({quoted(columns[name][0])} as varchar)), '')" if name in columns else "''"


def _lost(connection: duckdb.DuckDBPyConnection, counts: DataFrame, day: date) -> list[Finding]:
    connection.register("earlier", counts)
    try:
        rows = connection.execute(_LOST.replace("{now}", _counts(connection)), {"examples": EXAMPLES}).fetchall()
    finally:
        connection.unregister("earlier")
    return [_finding(_written(day), *row) for row in rows]


def _written(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _finding(
    day: str, dataset: str, was: int, now: int, lost: int, subjects: int, none: int, sites: list, examples: str
) -> Finding:
    weight = DECISION if dataset in DECIDING_HERE else NUMBER
    by_site = _by_site(sites)
    if dataset == "DM":
        what = f"Subjects of the previous cut ({day}) are no longer in DM: {lost:,} of {was:,}{by_site}."
        return Finding("doubtful", dataset, "subject_gone", what, lost, examples, AGAIN, weight=weight)
    of = f" of {subjects:,} {'subject' if subjects == 1 else 'subjects'}"
    head = f"Records{of if subjects else ''} of the previous cut ({day}) are no longer delivered"
    left = f" ({none:,} {'has' if none == 1 else 'have'} none left)"
    what = f"{head}{left if none else ''}: {was:,} records in all then, {now:,} now{by_site}."
    return Finding("doubtful", dataset, "fewer_records", what, lost, examples, AGAIN, weight=weight)


def _by_site(sites: list[str]) -> str:
    """ "; by site 101 (5) and 102 (1)", "" where no site is known."""
    if all(site.startswith("not known|") for site in sites):
        return ""
    named = [f"{site} ({int(number):,})" for site, _, number in (text.rpartition("|") for text in sites)]
    more = f" and {len(named) - MOST_SITES} more sites" if len(named) > MOST_SITES else ""
    return f"; by site: {', '.join(named[:MOST_SITES])}{more}"


def _not_compared(path: Path, error: Exception) -> Finding:
    if isinstance(error, WasWithdrawn):
        why, weight = str(error), INFORMATION
    elif isinstance(error, OtherStudy):
        why, weight = "is of another study", INFORMATION
    elif isinstance(error, OtherVersion):
        why, weight = "was made by another version of this dashboard", INFORMATION
    else:
        why, weight = "cannot be opened", NUMBER
    action = "Keep the cuts of each study in a folder of their own."
    if isinstance(error, WasWithdrawn):
        action = "Nothing, if it was rightly withdrawn; else restore it and load the delivery again."
    elif not isinstance(error, OtherStudy):
        action = "Load its delivery again to compare with it."
    what = f"An earlier cut of the folder {why}, so nothing was compared with it."
    return Finding("note", "", "previous_not_compared", what, 1, path.name, action, weight=weight)
