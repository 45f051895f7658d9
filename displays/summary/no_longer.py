"""What the previous cut told and this one does not: deaths, serious events, remissions, relapses, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pandas import DataFrame

from displays.adverse_events.events import EVENT_KEYS
from displays.groups import present
from displays.since import compare
from displays.summary.who import Who
from displays.words import on_day
from queries import View
from queries.frames import rows_of


def grade_words(row) -> str:
    """ "grade 3", or that it is not known."""
    return f"grade {row.ATOXGR:g}" if present(row.ATOXGR) else "grade not known"


def in_remission(best: DataFrame) -> DataFrame:
    """Of `response_best` those who are in remission."""
    return best[best["REMFL"] == "Y"]


def relapses(timeline: DataFrame) -> DataFrame:
    """Of `response_timeline` the relapses."""
    return timeline[timeline["KIND"] == "Relapse"]


def _went_deaths(view: View) -> Iterable[Who]:
    compared = compare(view.cut.ask("deaths"), view.ask_previous("deaths"), ("USUBJID",))
    for row in rows_of(compared.gone):
        yield Who(row.USUBJID, row.SUBJID, "death")


def _went_serious(view: View) -> Iterable[Who]:
    compared = compare(view.cut.ask("serious_events"), view.ask_previous("serious_events"), EVENT_KEYS)
    doubted = compared.was[(compared.was["AESERC"] == "Y") & (compared.rows["AESERC"] != "Y")]
    for row in (*rows_of(compared.gone[compared.gone["AESERC"] == "Y"]), *rows_of(doubted)):
        yield Who(row.USUBJID, row.SUBJID, f"serious {row.AEDECOD}, {grade_words(row)}")


def _went_remissions(view: View) -> Iterable[Who]:
    now, before = (in_remission(ask("response_best")) for ask in (view.cut.ask, view.ask_previous))
    for row in rows_of(compare(now, before, ("USUBJID",)).gone):
        yield Who(row.USUBJID, row.SUBJID, f"remission ({row.BEST}, {on_day(row.BESTDY)})")


def _went_relapses(view: View) -> Iterable[Who]:
    now, before = (relapses(ask("response_timeline")) for ask in (view.cut.ask, view.ask_previous))
    for row in rows_of(compare(now, before, ("USUBJID", "ADT")).gone):
        yield Who(row.USUBJID, row.SUBJID, f"relapse of {on_day(row.ADY)}")


NO_LONGER: dict[str, Callable[[View], Iterable[Who]]] = {
    "Deaths": _went_deaths,
    "Serious events": _went_serious,
    "Remissions": _went_remissions,
    "Relapses": _went_relapses,
}
"""Kind of what is new → who no longer has it, of the subjects that the filters leave."""
