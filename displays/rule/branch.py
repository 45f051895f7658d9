"""One possible outcome with what would follow it, and all of them as the rows of a table: one a path."""

from __future__ import annotations

from dataclasses import dataclass

from pandas import DataFrame

STAGES = ("PENDING", "FIRST", "SECOND")


@dataclass(frozen=True)
class Branch:
    """One possible outcome, what is said of it in two short parts, and what could come after."""

    outcome: str
    action: str
    says: tuple[str, str]
    spoken: str
    then: tuple[Branch, ...] = ()


def rows(branches: tuple[Branch, ...], stages: tuple[str, ...]) -> DataFrame:
    """One row a path through the tree; of each stage the outcome, what is said (…SAYS, …SHORT) and the action."""
    return DataFrame(
        [_row(path, stages) for path in paths(branches)],
        columns=[f"{stage}{part}" for stage in stages for part in ("", "SAYS", "SHORT", "ACTION")],
    )


def paths(branches: tuple[Branch, ...]) -> list[tuple[Branch, ...]]:
    """Every way through the tree from its first stage to its last."""
    return [path for branch in branches for path in ([(branch, *after) for after in paths(branch.then)] or [(branch,)])]


def _row(path: tuple[Branch, ...], stages: tuple[str, ...]) -> dict:
    row = {f"{stage}{part}": "" for stage in stages for part in ("", "SAYS", "SHORT", "ACTION")}
    for stage, branch in zip(stages, path, strict=False):
        row |= {
            stage: branch.outcome,
            f"{stage}SAYS": branch.spoken,
            f"{stage}SHORT": "\n".join(branch.says),
            f"{stage}ACTION": branch.action,
        }
    return row
