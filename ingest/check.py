"""Runs the checks of `checks/*.sql`: each asks for the odd records of one kind; here they are counted and told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

from ingest.delivery import Finding
from ingest.weights import DECISION, Weight
from queries.parsed import parsed

CHECKS_FOLDER = Path(__file__).parent / "checks"
EXAMPLES = 3

_ODD = (
    "select '{check.name}' as CHECKID, DATASET, VARIABLE, USUBJID, RECORD, DETAIL, "
    "{check.decides} as DECIDES from ({check.sql}) as odd"
)
_COUNT = """
with odd as ({odd}),
counted as (
    select
        CHECKID, DATASET, VARIABLE, DECIDES, count(*) as NRECS,
        min(row(USUBJID, RECORD, DETAIL), $examples) as FIRST
    from odd
    group by CHECKID, DATASET, VARIABLE, DECIDES
)
select
    CHECKID, DATASET, VARIABLE, DECIDES, NRECS,
    list_aggregate(
        list_transform(FIRST, lambda x: concat_ws(': ', nullif(concat_ws(' ', x[1], x[2]), ''), x[3])),
        'string_agg', '; '
    ) as EXAMPLES
from counted
order by CHECKID, DATASET, VARIABLE, DECIDES desc
"""


@dataclass(frozen=True)
class Check:
    """One check: a SELECT of DATASET, VARIABLE, USUBJID, RECORD, DETAIL, one row an odd record; and of DECIDES where
    its weight depends on the record.
    """

    name: str
    severity: str
    weight: Weight
    says: str
    action: str
    sql: str

    @property
    def decides(self) -> str:
        """SQL: whether an odd record changes a decision though the others of its kind do not."""
        return "coalesce(DECIDES, true)" if self.weight.where else "false"


def read_checks() -> list[Check]:
    """Every check, by name."""
    return [_check(path) for path in sorted(CHECKS_FOLDER.glob("*.sql"))]


@cache
def _check(path: Path) -> Check:
    """One check; each file is read once in a process."""
    sql = path.read_text(encoding="utf-8")
    # what goes on in the next line is indented there
    head = dict(re.findall(r"^-- (Question|Grain|Severity|Weight|Says|Do): (.+(?:\n--  +.+)*)$", sql, re.MULTILINE))
    severity, says, action = (re.sub(r"\n-- +", " ", head[key]) for key in ("Severity", "Says", "Do"))
    # A check that states none is taken to weigh the most; a test asks every check to state it.
    weight = Weight.parse(re.sub(r"\n-- +", " ", head.get("Weight", DECISION)))
    return Check(path.stem, severity, weight, says, action, sql)


def run_checks(connection: duckdb.DuckDBPyConnection, checks: list[Check] | None = None) -> list[Finding]:
    """One finding for each check, dataset, variable and weight, with the count of records and first examples.

    All checks are one statement: planned each by itself they would cost a small delivery most of its loading.
    """
    by_name = {check.name: check for check in (read_checks() if checks is None else checks)}
    odd = "\nunion all\n".join(_ODD.format(check=check) for check in by_name.values())
    rows = connection.execute(parsed(_COUNT.replace("{odd}", odd)), {"examples": EXAMPLES}).fetchall()
    return [_finding(by_name[name], *found) for name, *found in rows]


def _finding(
    check: Check, dataset: str, variable: str | None, decides: bool, count: int, examples: str | None
) -> Finding:
    what = f"{variable}: {check.says}" if variable else check.says[:1].upper() + check.says[1:]
    what += f" Those counted here are {check.weight.where}." if decides else ""
    weight = check.weight.of(dataset, variable, decides)
    return Finding(check.severity, dataset, check.name, what, count, examples or "", check.action, weight)
