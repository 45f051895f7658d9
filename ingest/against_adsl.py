"""What a sponsor's ADSL says beside what it is taken for: its groups, deaths and subjects against those of SDTM."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from ingest import weights
from ingest.codes import VERDICT
from ingest.delivered import MADE, Columns, text_of
from ingest.delivery import Finding

ARMS = {"TRT01P": "s.TRTP", "TRT01A": "s.TRTA, s.GIVENTRT"}
"""ADSL's groups → the levels of adsl of which one must be it."""
ASK = "Ask the sponsor which is right."


def compare_adsl(connection: duckdb.DuckDBPyConnection, columns: Columns) -> list[Finding]:
    """The findings where ADSL and SDTM differ in what is not taken of ADSL; none where DM was made of it."""
    made = {name for (name,) in connection.execute(MADE).fetchall()}
    if "USUBJID" not in columns or "dm" in made:
        return []
    return [finding for told in (_arms, _alive, _subjects) for finding in told(connection, columns)]


def _arms(connection, columns: Columns) -> Iterator[Finding]:
    """A group of ADSL names a planned level, by its name or its dose, that is not the subject's."""
    for name, levels in ARMS.items():
        if name in columns:
            yield from _finding(
                connection,
                f"""select s.USUBJID, any_value(a.SAID || ' instead of ' || coalesce(s.TRTA, 'none')) as DETAIL
                from {_said(columns, name)} as a join adsl as s on s.USUBJID = a.SUBJECT
                join trial.dose_level as l on lower(a.SAID) in (lower(l.ARMCD), lower(l.ARM), lower(l.TRTA))
                    or list_contains(regexp_extract_all(a.SAID, '[0-9]+(?:[.][0-9]+)?'),
                        regexp_replace(cast(l.DOSE as varchar), '[.]0$', ''))
                group by s.USUBJID having not bool_or(coalesce(l.TRTA in ({levels}), false))""",
                "adam_arm_differs",
                f"{name}: the sponsor's group is another dose level than that of DM and EX, which counts.",
                weights.DECISION,
            )


def _alive(connection, columns: Columns) -> Iterator[Finding]:
    """ADSL says of somebody that they are alive whom SDTM tells dead."""
    if "DTHFL" in columns:
        yield from _finding(
            connection,
            f"""select s.USUBJID, 'died ' || coalesce(cast(s.DTHDT as varchar), 'on a day not known') as DETAIL
            from {_said(columns, "DTHFL")} as a join adsl as s on s.USUBJID = a.SUBJECT
            where s.DTHFL = 'Y' and {VERDICT.replace("{x}", "a.SAID")} = 'N'""",
            "adam_death_differs",
            "DTHFL: the sponsor's value says that the subject is alive; the death that SDTM tells counts.",
            weights.DECISION,
        )


def _subjects(connection, columns: Columns) -> Iterator[Finding]:
    """Who was treated and is not in ADSL, and who is in ADSL and not in DM."""
    theirs = f"select SUBJECT from {_said(columns, 'USUBJID')} where SUBJECT is not null"
    yield from _finding(
        connection,
        "select USUBJID, 'treated ' || cast(TRTSDT as varchar) as DETAIL from adsl "
        f"where TRTSDT is not null and USUBJID not in ({theirs})",
        "adam_subject_lacking",
        "The subject was treated and is not in the sponsor's ADSL; what SDTM has of the subject counts.",
        weights.NUMBER,
    )
    yield from _finding(
        connection,
        f"select SUBJECT as USUBJID, 'not in DM' as DETAIL from ({theirs}) "
        "where SUBJECT not in (select USUBJID from adsl)",
        "adam_subject_more",
        "The subject is in the sponsor's ADSL and not in DM; no display counts the subject.",
        weights.DECISION,
    )


def _said(columns: Columns, name: str) -> str:
    """A relation of ADSL's subjects and what one of its variables says of them."""
    return f"(select {text_of(*columns['USUBJID'])} as SUBJECT, {text_of(*columns[name])} as SAID from adam.adsl)"


def _finding(connection, select: str, check: str, what: str, weight: str) -> Iterator[Finding]:
    """A finding over the subjects of a query of USUBJID and DETAIL, where there are any."""
    count, examples = connection.execute(
        "select count(*), string_agg(EXAMPLE, '; ' order by EXAMPLE) filter (where N <= 3) from (select "
        f"USUBJID || ': ' || DETAIL as EXAMPLE, row_number() over (order by USUBJID) as N from ({select}))"
    ).fetchone()
    if count:
        yield Finding("doubtful", "ADAM.ADSL", check, what, count, examples, ASK, weight=weight)
