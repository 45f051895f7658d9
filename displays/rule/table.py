"""A design's decision table as rows, with the state of each dose level in it."""

from __future__ import annotations

from pandas import DataFrame, isna

from displays.rule.words import dose_number
from queries.frames import rows_of
from stats.escalation import CRM, Outcomes, RollingSix
from stats.escalation.wrappers import unwrapped
from trial import Trial

ENROLLED_LABELS = {
    "ENROLLED": "Enrolled at the level (n)",
    "NDLT": "With DLT (n)",
    "NNODLT": "Without DLT (n)",
    "NPENDING": "Pending (n)",
}
EVALUATED_LABELS = {"NEVAL": "Evaluated at the level (n)", "NDLT": "With DLT (n)"}
ENDING_LABELS = {"ACTION": "Next subjects", "LEVELS": "Levels in this state", "NOW": "Current"}


def has_table(design) -> bool:
    """Whether the design is a table at all; a CRM is not."""
    return not isinstance(unwrapped(design), CRM)


def labels(design) -> dict[str, str]:
    """The headings of `states`."""
    return (ENROLLED_LABELS if isinstance(unwrapped(design), RollingSix) else EVALUATED_LABELS) | ENDING_LABELS


def states(design, known: Outcomes, trial: Trial) -> DataFrame:
    """One row a state of a level: counts, ACTION, LEVELS (the doses now in it), NOW ("present" for the current)."""
    rows, key = _by_enrolled(design) if isinstance(unwrapped(design), RollingSix) else _by_evaluated(design, known)
    at = {rank: key(known, rank) for rank in sorted({cohort.level for cohort in known.cohorts})}
    current = at.get(known.level) if known.cohorts else None
    found = [tuple(row) for row in rows[[c for c in rows.columns if c != "ACTION"]].itertuples(index=False)]
    return rows.assign(
        LEVELS=[", ".join(dose_number(rank, trial) for rank, state in at.items() if state == row) for row in found],
        NOW=["present" if row == current else "" for row in found],
    )


def _by_enrolled(design):
    table = (
        unwrapped(design)
        .table(6)
        .rename(
            columns={
                "enrolled": "ENROLLED",
                "with_dlt": "NDLT",
                "without_dlt": "NNODLT",
                "pending": "NPENDING",
                "decision": "ACTION",
            }
        )
    )

    def state(known: Outcomes, rank: int) -> tuple:
        enrolled, evaluated, dlt = known.enrolled_at(rank), known.evaluated_at(rank), known.dlt_at(rank)
        return enrolled, dlt, evaluated - dlt, enrolled - evaluated

    return table, state


def _by_evaluated(design, known: Outcomes):
    reached = sorted({known.evaluated_at(cohort.level) for cohort in known.cohorts})
    shown = _shown(reached)
    rows = [
        (limits.n, dlt, _limit_action(limits, dlt))
        for limits in rows_of(unwrapped(design).table(shown[-1]))
        if limits.n in shown
        for dlt in range(limits.n + 1)
    ]
    return DataFrame(rows, columns=["NEVAL", "NDLT", "ACTION"]), lambda known, rank: (
        known.evaluated_at(rank),
        known.dlt_at(rank),
    )


def _shown(reached: list[int]) -> list[int]:
    """The numbers evaluated that the table shows: 1 to 12, or where a level has more, its own and the next three."""
    most = max(reached, default=0)
    first = range(1, 13) if most < 10 else (3, 6, 9)
    return sorted({*first, *(n for n in reached if n), *range(max(most, 1), most + 4)})


def _limit_action(limits, dlt: int) -> str:
    """Where a design closes a level and a design that merely leaves it differ, closing is said."""
    closes, leaves = (
        None if isna(limit) else limit for limit in (limits.eliminate_if_at_least, limits.deescalate_if_at_least)
    )
    if closes is not None and dlt >= closes:
        return "stop"
    if leaves is not None and dlt >= leaves:
        return "de-escalate"
    return "escalate" if dlt <= limits.escalate_if_at_most else "stay"
