"""A data cut's file for an open session: the answers that an open session gets, one table a question, and nothing else.

It holds those of the cut and of the one compared with (schemas `this_cut` and `previous_cut`): no subject, no subject's
dose, and no answer to a question of the closed session.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

from pandas import DataFrame

from queries.cut import Cut, OtherVersion, question
from queries.damaged import damage_told
from queries.schema import SCHEMA

QUESTIONS = (
    "accrual_by_site",
    "accrual_over_time",
    "currency_by_site",
    "currency_scope",
    "flow_counts",
    "overview_adverse_events",
    "overview_baseline",
    "overview_collected",
    "overview_measures",
    "remission_doubt_counts",
)
"""What an open session may ask of a cut."""
HELD = "held"
"""The answer that says which results are held back: WHAT, one row a result."""
ANSWERS = (*QUESTIONS, HELD)
RECORDS, JUDGED = "records_changed", "judgements_changed"
"""The answers about both cuts: they are in the schema of the later one."""
THIS, PREVIOUS = "this_cut", "previous_cut"
MADE = "open_session"
"""The schema that tells such a file from a whole cut."""


@dataclass(frozen=True)
class OpenCut(Cut):
    """A cut, or the one compared with, out of a file for an open session. part: whose answers these are."""

    part: str = THIS

    @property
    def key(self) -> tuple:
        return (*super().key, self.part)

    @property
    def for_open_session(self) -> bool:
        return True

    def ask(self, name: str, **parameters) -> DataFrame:
        """The answer that the file holds. ValueError for a question of the closed session."""
        if name not in (*ANSWERS, RECORDS, JUDGED) or parameters:
            raise ValueError(f"{self.path.name} is for an open session: it does not answer {name!r}.")
        return self._stored(name)

    def table(self, name: str) -> DataFrame:
        raise ValueError(f"{self.path.name} is for an open session: it holds no table {name!r}.")

    @cached_property
    def before(self) -> OpenCut | None:
        """The cut compared with; None where there was no earlier one."""
        [(day,)] = self._rows(f"select PREVIOUSDT from {MADE}.made")
        return replace(self, part=PREVIOUS, date=day, mark="") if day and self.part == THIS else None

    @cached_property
    def received(self) -> frozenset[str]:
        return frozenset(self._stored("dataset")["DATASET"])

    @cached_property
    def delivered(self) -> frozenset[str]:
        return frozenset(self._stored("dataset").query("FILLED")["DATASET"])

    @cached_property
    def unread(self) -> dict[str, tuple[str, ...]]:
        files = self._stored("file").groupby("DATASET")["FILENAME"]
        return {str(dataset): tuple(names) for dataset, names in files}

    @property
    def nameless(self) -> OpenCut:
        """Itself: no name was written into it."""
        return self

    @cached_property
    def study(self) -> str:
        return self._stored("about")["STUDYID"].iloc[0]

    @cached_property
    def has_subjects(self) -> bool:
        return bool(self._stored("about")["SUBJECTS"].iloc[0])

    @cached_property
    def dose_labels(self) -> list[str]:
        return [level.label for level in self.trial.dose_levels]

    def _stored(self, table: str) -> DataFrame:
        read = f"select * from {self.part}.{table}"
        with damage_told(self.path):
            return self.answers((*self.key, table), lambda: self.cursor().execute(read).df()).copy(deep=False)


@cache
def answers_version() -> str:
    """What tells the answers of this version of the dashboard from another's: its questions and how few are pooled."""
    rules = [path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("open_*.py"))]
    asked = [question(name).sql for name in (*QUESTIONS, "open_groups")]
    told = "\0".join((str(SCHEMA), *rules, *asked))
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def refuse_other_answers(path: Path, version: str) -> None:
    """OtherVersion where the answers of a file are those of another version of the dashboard."""
    if version != answers_version():
        raise OtherVersion(
            f"{path.name} was made for an open session by another version of this dashboard; "
            "move it away and make it again: python -m ingest CUTS --open --cut DATE --out FOLDER"
        )
