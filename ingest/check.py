"""Runs the checks of `checks/*.sql`: each asks for the odd records of one kind; here they are counted and told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingest.delivery import Finding

CHECKS_FOLDER = Path(__file__).parent / "checks"
EXAMPLES = 3

_COUNT = """
select DATASET, VARIABLE, count(*) as NRECS, string_agg(EXAMPLE, '; ' order by N) filter (where N <= $examples) as EXAMPLES
from (
    select
        DATASET, VARIABLE,
        concat_ws(': ', nullif(concat_ws(' ', USUBJID, RECORD), ''), DETAIL) as EXAMPLE,
        row_number() over (partition by DATASET, VARIABLE order by USUBJID nulls last, RECORD, DETAIL) as N
    from ({check}) as odd
)
group by DATASET, VARIABLE
order by DATASET, VARIABLE
"""


@dataclass(frozen=True)
class Check:
    """One check: a SELECT of DATASET, VARIABLE, USUBJID, RECORD, DETAIL, one row an odd record."""

    name: str
    severity: str
    says: str
    action: str
    sql: str


def read_checks() -> list[Check]:
    """Every check, by name."""
    return [_check(path) for path in sorted(CHECKS_FOLDER.glob("*.sql"))]


def _check(path: Path) -> Check:
    sql = path.read_text(encoding="utf-8")
    head = dict(re.findall(r"^-- (Question|Grain|Severity|Says|Do): (.+)$", sql, re.MULTILINE))
    return Check(path.stem, head["Severity"], head["Says"], head["Do"], sql)


def run_checks(connection: duckdb.DuckDBPyConnection) -> list[Finding]:
    """The findings of all checks, with counts and first examples."""
    return [finding for check in read_checks() for finding in run_check(connection, check)]


def run_check(connection: duckdb.DuckDBPyConnection, check: Check) -> list[Finding]:
    """One finding for each dataset and variable in which the check finds something."""
    rows = connection.execute(_COUNT.replace("{check}", check.sql), {"examples": EXAMPLES}).fetchall()
    return [
        Finding(
            check.severity,
            dataset,
            check.name,
            f"{variable}: {check.says}" if variable else check.says[:1].upper() + check.says[1:],
            count,
            examples or "",
            check.action,
        )
        for dataset, variable, count, examples in rows
    ]
