"""What one display looks at: a cut, the previous cut, and the reader's filters."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TypeVar

from pandas import DataFrame

from queries.cut import Cut, Question
from queries.filters import Filters
from queries.open_file import HELD
from queries.open_session import open_answer, open_records
from queries.record_changes import changes, judgements_changed
from trial import Trial

What = TypeVar("What")


@dataclass(frozen=True)
class View:
    """A cut as one reader sees it: with the previous cut to compare and the filters applied.

    open_session: an open session sees it, in which nothing may lead to a single child.
    """

    cut: Cut
    previous: Cut | None = None
    filters: Filters = Filters()
    open_session: bool = False

    @cached_property
    def trial(self) -> Trial:
        return self.cut.trial

    @property
    def key(self) -> tuple:
        """What tells this view from every other: both cuts, the filters and the session."""
        return self.cut.key, self.previous.key if self.previous else None, self.filters, self.open_session

    @property
    def previous_date(self) -> date | None:
        """The date of the cut compared with; None where there is none."""
        return self.previous.date if self.previous else None

    def ask(self, name: str, **parameters) -> DataFrame:
        """The answer to a question for the selected subjects of the present cut.

        In an open session that which it may have; ValueError for a question of the closed session.
        """
        if self.open_session:
            return open_answer(self.cut, name)
        return self.cut.ask(name, **self._filtered(name), **parameters)

    def ask_previous(self, name: str, **parameters) -> DataFrame | None:
        """The same question asked of the previous cut; None where there is none."""
        if self.open_session:
            return open_answer(self.previous, name) if self.previous else None
        return self.previous.ask(name, **self._filtered(name), **parameters) if self.previous else None

    @cached_property
    def held(self) -> frozenset[str]:
        """The results that an open session does not have of this cut, because they would be those of a few."""
        return frozenset(self.ask(HELD)["WHAT"]) if self.open_session else frozenset()

    @cached_property
    def held_before(self) -> frozenset[str]:
        """As `held`, of the previous cut."""
        return (
            frozenset(open_answer(self.previous, HELD)["WHAT"]) if self.open_session and self.previous else frozenset()
        )

    def records_changed(self) -> tuple[DataFrame, int]:
        """The records changed since the previous cut by domain, and how many events were judged otherwise for DLT.

        Needs a previous cut. An open session is not told what was added in new subjects.
        """
        if self.previous is None:
            raise ValueError("There is no previous cut to compare the records with.")
        if self.open_session:
            return open_records(self.cut, self.previous)
        return changes(self.ask, self._ask_before), judgements_changed(self.ask, self._ask_before)

    def _ask_before(self, name: str, **parameters) -> DataFrame:
        answer = self.ask_previous(name, **parameters)
        assert answer is not None
        return answer

    def once(self, name: Hashable, make: Callable[[], What]) -> What:
        """What is made of this view, made once where answers are kept; whoever asks must not change it."""
        return self.cut.answers((*self.key, name), make)

    def question(self, name: str, **parameters) -> Question:
        """The SQL and its parameters, for the details of a display."""
        return self.cut.question(name, **self._filtered(name), **parameters)

    def pooled(self) -> View:
        """The view an open session has: of all subjects together, because subsets add up to single children."""
        previous = self.previous.nameless if self.previous else None
        return replace(self, cut=self.cut.nameless, previous=previous, filters=Filters(), open_session=True)

    def _filtered(self, name: str) -> dict:
        return self.filters.parameters() if self.cut.takes_filters(name) else {}
