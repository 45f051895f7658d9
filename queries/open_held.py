"""Which results are held back from an open session, so that no two data cuts tell by their difference of a few."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas
from pandas import DataFrame, Series

from queries.cut import Cut, CutError
from queries.opening import list_cuts, open_cut

FEWEST = 5
"""Subjects of the smallest group of which an open session is told anything."""
STAYING = {
    "baseline": ("treated", "heart", "anthracycline"),
    "dlt": ("evaluated", "evaluable"),
    "reasons": ("ended",),
    "records": ("delivered",),
}
"""Result that stays as it is → the groups of which it is told (of open_groups)."""
COMING = {"events": "treated", "response": "response"}
"""Result that may still come → the group of which it is told."""
OF_EVENTS = (
    "Deaths",
    "Serious adverse events",
    "Subjects with an SAE",
    "Serious by a criterion only",
    "Subjects with an SAE by a criterion only",
    "Seriousness not known",
    "Subjects whose seriousness is not known",
)
EVENTS_COUNTED = {
    "Serious adverse events": "Subjects with an SAE",
    "Serious by a criterion only": "Subjects with an SAE by a criterion only",
    "Seriousness not known": "Subjects whose seriousness is not known",
}
"""Measure of events → that of their subjects."""
OF_STUDY = ("Died", "Treatment ended", "Left the study alive")
OF_DLT = ("Evaluable for DLT", "Subjects with a DLT", "Not evaluable")
OF_RESPONSE = ("Remissions", "Remissions possible", "Remissions lost early")
Groups = dict[str, frozenset[str]]


@dataclass(frozen=True)
class Known:
    """What is known of one cut: the subjects of each group, and to how many each result came, by kind and name."""

    groups: Groups
    numbers: dict[str, dict[str, int]]


@dataclass(frozen=True)
class Rest:
    """The results of a kind that are held back: all, or those named."""

    all: bool = False
    names: frozenset[str] = frozenset()

    def of(self, names: Series) -> Series:
        return names.isin(self.names) | self.all


OTHER_STUDY = Known({}, {})


def groups(cut: Cut) -> Groups:
    """The subjects of each group of which results are told."""
    found = cut.ask("open_groups").groupby("GROUPNAM")["USUBJID"]
    known = {str(name): frozenset(people) for name, people in found}
    return {name: known.get(name, frozenset()) for name in {*COMING.values(), *sum(STAYING.values(), ())}}


def known_of(cut: Cut) -> Known:
    """The groups and the results of a whole cut."""
    return Known(groups(cut), numbers(cut.ask("overview_measures"), cut.ask("flow_counts"), cut))


def numbers(measures: DataFrame, steps: DataFrame, cut: Cut) -> dict[str, dict[str, int]]:
    """Kind of result → its name → the number of subjects to whom it came."""
    terms = cut.ask("overview_adverse_events")
    of_events = {name for name in OF_EVENTS if name not in EVENTS_COUNTED and name != "Deaths"}
    study = steps[steps["STEP"].isin(OF_STUDY)].drop_duplicates("STEP")
    return {
        "events": _numbers(terms["AEDECOD"], terms["SUBJECTS"], "term ")
        | _numbers(study["STEP"], study["NUMBER"])
        | _numbers(measures["MEASURE"], measures["NUMBER"], among=of_events),
        "response": _numbers(measures["MEASURE"], measures["NUMBER"], among=set(OF_RESPONSE)),
    }


def _numbers(names: Series, counts: Series, mark: str = "", among: set[str] | None = None) -> dict[str, int]:
    rows = zip(names, counts, strict=True)
    return {f"{mark}{name}": int(n) for name, n in rows if not pandas.isna(n) and (among is None or name in among)}


def earlier(cut: Cut) -> list[Known | None]:
    """What is known of every earlier cut of the study in the folder, oldest first; None where it cannot be read."""
    found = [_known_of(path, cut.study) for day, path in list_cuts(cut.path.parent) if day < cut.date]
    return [known for known in found if known != OTHER_STUDY]


def _known_of(path: Path, study: str) -> Known | None:
    try:
        before = open_cut(path)
    except (CutError, OSError):
        return None
    try:
        if before.for_open_session:
            return None
        return known_of(before) if before.study == study else OTHER_STUDY
    finally:
        before.connection.close()


def held_back(history: Sequence[Groups | None]) -> set[str]:
    """The results that stay as they are and are not told of the last of these cuts, which come oldest first.

    An earlier cut that cannot be opened (None) may have told any of them.
    """
    return {what for what, names in STAYING.items() if not _told(history, names)}


def _told(history: Sequence[Groups | None], names: Iterable[str]) -> bool:
    if None in history:
        return False
    told, last = [Groups()], True
    for known in filter(None, history):
        last = all(_apart(known[name], before.get(name, frozenset())) for before in told for name in names)
        told += [known] * last
    return last


def _apart(now: frozenset[str], before: frozenset[str]) -> bool:
    """Whether two groups are the same or differ, either way, by five or more."""
    return not any(0 < len(rest) < FEWEST for rest in (now - before, before - now))


def held_of(history: Sequence[Known | None], what: str) -> Rest:
    """What is held back, of the last of these cuts, of a kind of result that may still come to anybody.

    Of a result that all but a few had at an earlier cut, more can be those who came since alone. Which these are is
    known from the earlier cut; where another has come to more than were there, all of the kind is held back.
    """
    *before, last = history
    assert last is not None
    now, group = last.groups[COMING[what]], COMING[what]
    if None in before or 0 < len(now) < FEWEST:
        return Rest(all=True)
    close = [known for known in before if known and not _apart(now, known.groups[group])]
    names = {
        name
        for known in close
        for name in last.numbers[what].keys() | known.numbers[what].keys()
        if len(known.groups[group]) - known.numbers[what].get(name, 0) < FEWEST
    }
    fewest = min((len(known.groups[group]) for known in close), default=len(now))
    more = any(number > fewest for name, number in last.numbers[what].items() if name not in names)
    return Rest(more, frozenset(names))
