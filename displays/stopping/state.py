"""The state of one stopping rule at one cut: its subjects in order, its boundary, met, near or not met."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from pandas import DataFrame

from stats.stopping import (
    boundary,
    crossing_probability,
    further_events,
    geller,
    posterior_probability,
    predictive_probability,
)
from trial.stopping_rule import StoppingRule

MET, NEAR, NOT_MET, UNKNOWN = "met", "near", "not met", "not collected"
ORDER = (MET, NEAR, NOT_MET, UNKNOWN)
LEAST_EVENTS = 1
"""No rule of a trial is met without an event, whatever its prior says."""


@dataclass(frozen=True)
class Boundary:
    """A rule's boundary (frame: n, stop_if_at_least), its cutoff on P(rate > threshold), the chance of meeting it."""

    table: DataFrame
    cutoff: float
    at_threshold: float
    at_twice: float | None

    @cached_property
    def met_from(self) -> dict[int, int]:
        """The fewest events that meet the rule, by the number of subjects in the count; no entry where none do."""
        rows = self.table.dropna(subset="stop_if_at_least")
        return {int(n): int(limit) for n, limit in zip(rows["n"], rows["stop_if_at_least"], strict=True)}


@dataclass(frozen=True)
class RuleState:
    """One rule at one cut. subjects: the answer of `stopping_subjects`; None where what it counts cannot be told.

    absent: why what it counts is not in this cut, in words; unread: whether it was delivered and could not be read.
    expansion: the names that the cohort of the trial's expansion may have.
    """

    rule: StoppingRule
    subjects: DataFrame | None
    absent: str
    open_ended: bool
    expansion: tuple[str, ...]
    unread: bool = False

    @cached_property
    def counted(self) -> DataFrame:
        """The subjects in the count, in order, with N and the running number of EVENTS."""
        if self.subjects is None:
            return DataFrame(columns=["USUBJID", "STATUS", "N", "EVENTS"])
        rows = self.subjects[self.subjects["STATUS"].isin(["Event", "No event"])].reset_index(drop=True)
        return rows.assign(N=range(1, len(rows) + 1), EVENTS=(rows["STATUS"] == "Event").cumsum().astype("int64"))

    @cached_property
    def n(self) -> int:
        return len(self.counted)

    @cached_property
    def events(self) -> int:
        return int((self.counted["STATUS"] == "Event").sum())

    @cached_property
    def boundary(self) -> Boundary:
        return rule_boundary(self.rule, max(self.rule.n_max, self.n))

    def limit(self, n: int) -> int | None:
        """The events that meet the rule among n subjects; None where none do."""
        return self.boundary.met_from.get(n)

    @cached_property
    def posterior(self) -> float | None:
        """P(true rate > threshold); None before anybody is counted, where only the prior speaks."""
        return (
            None
            if not self.n
            else float(posterior_probability(self.events, self.n, self.rule.threshold, self.rule.prior))
        )

    @cached_property
    def further(self) -> int | None:
        """The fewest events of new subjects alone that would meet the rule; None where the rule ends before."""
        return further_events(self.boundary.table, self.events, self.n)

    @cached_property
    def fewest(self) -> int | None:
        """The fewest events that would meet it, in new subjects or in those already counted who can still have one."""
        able = (self.counted["STATUS"] == "No event") & (self.counted["WHEREABOUTS"] == "on study") & self.open_ended
        return further_events(self.boundary.table, self.events, self.n, int(able.sum()))

    def predicted(self, cohort: int) -> float | None:
        """The chance that it is met once the subjects awaited and a next cohort of so many have been observed.

        With the possible events, where there are any. None where it is met already, cannot be
        assessed, or has counted all subjects it was planned for.
        """
        if self.state in (MET, UNKNOWN):
            return None
        if self.with_possible is not None:
            return self.with_possible.predicted(cohort)
        room = self.rule.n_max - self.n
        awaited = min(int((self.subjects["STATUS"] == "Awaited").sum()), room)
        if room <= 0:
            return None
        return predictive_probability(
            self.events,
            self.n,
            self.boundary.table,
            cohort=min(cohort, room - awaited),
            prior=self.rule.prior,
            pending=awaited,
        )

    @property
    def possible(self) -> DataFrame:
        """Whom a doubtful value leaves possibly with the event, without a counted one (POSSFL)."""
        return self.subjects[self.subjects["POSSFL"] == "Y"]

    @cached_property
    def with_possible(self) -> RuleState | None:
        """The rule as it would be if every possible event had happened; None where there is none."""
        if self.subjects is None or self.possible.empty:
            return None
        happened = self.subjects["POSSFL"] == "Y"
        rows = self.subjects.assign(STATUS=self.subjects["STATUS"].mask(happened, "Event"), POSSFL="N")
        days = rows["EVENTDY"].mask(happened, rows["POSSDY"])
        last = rows["EVENTLDY"].mask(happened, rows["POSSLDY"])
        return replace(self, subjects=rows.assign(EVENTDY=days, EVENTLDY=last))

    @property
    def deciding(self) -> RuleState:
        """The rule with or without the possible events, whichever is nearer to being met."""
        other = self.with_possible
        return other if other is not None and ORDER.index(other._alone) < ORDER.index(self._alone) else self

    @property
    def score(self) -> str:
        """ "3 of 29", "3 of 29 (4 of 30 with 1 possible event)"."""
        words, other = f"{self.events} of {self.n}", self.with_possible
        if other is None:
            return words
        number = f"{len(self.possible)} possible event{'' if len(self.possible) == 1 else 's'}"
        return f"{words} ({other.events} of {other.n} with {number})"

    @property
    def state(self) -> str:
        """Met, near or not met, with or without the possible events, whichever is nearer to being met."""
        return self.deciding._alone

    @property
    def certain_from(self) -> int | None:
        """The number of subjects at which it will be met whatever happens until then; None where that is not so.

        Too few are counted for it to be met now, and their events suffice from its minimum of subjects on.
        """
        now = self.deciding
        if now.subjects is None or now._alone == MET or now.fewest != 0:
            return None
        return next(n for n in range(now.n + 1, now.rule.n_max + 1) if (now.limit(n) or now.events + 1) <= now.events)

    @property
    def without_possible(self) -> str:
        """The state by the events that are known alone."""
        return self._alone

    @cached_property
    def _alone(self) -> str:
        if self.subjects is None:
            return UNKNOWN
        limit = self.limit(self.n)
        if limit is not None and self.events >= limit:
            return MET
        return NEAR if self.fewest in (0, 1) else NOT_MET

    @cached_property
    def met_before(self) -> list[int]:
        """The numbers of subjects at which the path, as known now, was at or over the boundary."""
        return [
            n
            for n, events in zip(self.counted["N"], self.counted["EVENTS"], strict=True)
            if (limit := self.limit(n)) is not None and events >= limit
        ]


@lru_cache(maxsize=64)
def rule_boundary(rule: StoppingRule, n_max: int) -> Boundary:
    """The rule's boundary up to n_max subjects: never met below its minimum of subjects, never without an event."""
    p0 = rule.threshold
    cutoff = geller(rule.n_max, p0, rule.alpha, rule.prior).cutoff if rule.method == "geller" else rule.cutoff
    table = boundary(n_max, p0, cutoff, rule.prior)
    table.loc[table["stop_if_at_least"] == 0, "stop_if_at_least"] = LEAST_EVENTS
    table.loc[table["n"] < rule.minimum_subjects, "stop_if_at_least"] = None
    planned = table[table["n"] <= rule.n_max]
    twice = crossing_probability(planned, 2 * p0) if 2 * p0 < 1 else None
    return Boundary(table, cutoff, crossing_probability(planned, p0), twice)
