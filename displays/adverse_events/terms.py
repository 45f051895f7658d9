"""Adverse events by class and term: which events the reader wants, and the cells that the question answers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from pandas import DataFrame, Series

from displays.adverse_events.events import EVENT_KEYS
from displays.display import day
from displays.groups import doses_in_order
from displays.pages import Options
from displays.words import counted, listed
from queries import View
from queries.matching import match, text

ALL, NEW = "all", "new"
CHOSEN = {
    ALL: "an adverse event",
    "related": "a related adverse event",
    "grade3": "an adverse event of grade 3 or worse",
    "serious": "a serious adverse event",
    "interest": "an adverse event of special interest",
    NEW: "a new or worsened adverse event",
    "course1": "an adverse event begun in course 1",
}
"""What is counted → an event of it in words."""
UNKNOWN = {
    "related": "whose relation to study drug is not known",
    "grade3": "without a grade",
    "serious": "whose seriousness is not known",
    "course1": "whose course is not known",
}
"""Why an event may be left out of a choice without being known not to belong to it."""
KEY = ["AEBODSYS", "AEDECOD"]
KEYS_SHOWN = 50


def event_options(view: View) -> Options:
    """Which events can be chosen; those since the previous meeting where a cut is compared."""
    new = ((NEW, f"New since {day(view.previous.date)}"),) if view.previous else ()
    return (
        (ALL, "All"),
        ("related", "Related"),
        ("grade3", "Grade ≥ 3"),
        ("serious", "Serious"),
        ("interest", "Special interest"),
        *new,
        ("course1", "Course 1 only"),
    )


@dataclass(frozen=True)
class Terms:
    """The cells of `ae_by_term` of one choice of events.

    cells: AEBODSYS and AEDECOD ("" for a class, and for all events together), TRTA ("" for all groups), NTREATED, N,
    N3, NUNGR, NEVENT, SUBJECTS.
    """

    cells: DataFrame
    groups: tuple[str, ...]
    aside: int

    @cached_property
    def total(self) -> DataFrame:
        """The cells of all groups together, one a class or term; the first is of all events together."""
        return self.cells[self.cells["TRTA"] == ""]

    @cached_property
    def treated(self) -> dict[str, int]:
        """Group ("" for all of them) → treated subjects."""
        whole = self.cells[self.cells["AEBODSYS"] == ""]
        return dict(zip(whole["TRTA"], whole["NTREATED"].astype(int), strict=True))

    @cached_property
    def graded(self) -> bool:
        """Whether any subject has an event that is known to be of a grade, or severe."""
        whole = self.cells.iloc[:1] if self.cells.empty else self.total.iloc[0]
        return bool(len(self.cells)) and not (0 < whole["N"] == whole["NUNGR"])


def terms(view: View, events: str) -> Terms:
    """The cells of this cut."""
    return _terms(view, view.ask("ae_by_term", **_asked(view, events)))


def terms_before(view: View, events: str) -> Terms | None:
    """The cells of the previous cut; None where none is compared, or what is counted is what it did not hold."""
    if view.previous is None or events == NEW:
        return None
    return _terms(view, view.ask_previous("ae_by_term", **_asked(view, events)))


def terms_question(view: View, events: str):
    """The question that `terms` asks, for the details of a display; of many new events the first and how many more."""
    asked = _asked(view, events)
    keys = asked["new"] or []
    more = [f"and {len(keys) - KEYS_SHOWN} more"] if len(keys) > KEYS_SHOWN else []
    return view.question("ae_by_term", **asked | {"new": keys[:KEYS_SHOWN] + more if keys else asked["new"]})


def _terms(view: View, cells: DataFrame) -> Terms:
    named = cells.assign(**{column: cells[column].fillna("") for column in [*KEY, "TRTA"]})
    groups = doses_in_order(view, [group for group in named["TRTA"] if group])
    return Terms(named, tuple(groups), int(cells["NASIDE"].iloc[0]) if len(cells) else 0)


def _asked(view: View, events: str) -> dict:
    return dict(events=events, new=new_events(view) if events == NEW else None)


def new_events(view: View) -> list[str]:
    """AEKEY of the events that the previous cut did not hold, or held with a lower grade or none."""
    if view.previous is None:
        return []
    # without the filters: an event known before is not new because its subject has come under them since
    now, before = view.cut.ask("ae_events"), view.previous.ask("ae_events")
    pairs = match(now, before, EVENT_KEYS)
    was = Series(float("nan"), index=now.index)
    was.iloc[pairs["NOW"]] = before["ATOXGR"].iloc[pairs["BEFORE"]].astype("float64")
    known = now.index.isin(now.index[pairs["NOW"]])
    worse = now["ATOXGR"].notna() & (was.isna() | (now["ATOXGR"] > was.fillna(0)))
    return now.loc[~known | worse, "AEKEY"].tolist()


def left_aside(found: Terms, events: str) -> str:
    """ "2 events without a grade are not among them"; "" where there are none."""
    if not found.aside:
        return ""
    verb = "is" if found.aside == 1 else "are"
    return f"{counted(found.aside, 'event')} {UNKNOWN[events]} {verb} not among them"


def meddra(view: View) -> str:
    """The version of MedDRA as delivered, or that none was."""
    versions = [text(version) for version in view.ask("meddra_version")["VERSION"]]
    return f"MedDRA version {listed(versions)}" if versions else "The MedDRA version was not delivered"
