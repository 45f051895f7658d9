"""Alarms of adverse events: deaths that the study drug may have caused, heart failure, adjudications that changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from displays.absent import absence
from displays.adverse_events.deaths import causality, fatal_events
from displays.adverse_events.events import VERDICT, every_event, outcome
from displays.groups import dlts_collected, present, treated
from displays.summary.alarm import NOT_ASSESSED_BEFORE, Alarm, earlier, none_now, not_assessed, was
from displays.summary.who import Who, marked
from displays.words import counted, on_day
from queries import View
from queries.frames import rows_of

DEATHS, FAILURE, DLTS = "deaths", "cardiac_events", "every_dlt"
RELATED = "Death with a fatal event related, or of unknown relation, to the study drug"
POSSIBLE = "Cardiac event that may be heart failure, not known (no LVEF since tells)"
FAILURE_WORDS = "Heart failure"


def of_deaths(view: View) -> list[Alarm]:
    """Who died of a fatal event that was reported as related to the study drug, or without its relation."""
    if "ae" not in view.cut.received:
        return [not_assessed(f"relation of deaths to the study drug ({absence(view.cut, 'ae')})", DEATHS)]
    return _of_people(view, RELATED, _dead, "fatal", DEATHS)


def _dead(view: View) -> list[Who]:
    """ "106-003 sepsis, related, day 24", those with a related event first."""
    rows = view.ask("deaths")
    open_ = rows[rows["TRTSDT"].notna() & ((rows["NRELATED"] > 0) | (rows["NUNKNOWN"] > 0))]
    return [
        Who(row.USUBJID, row.SUBJID, f"{fatal_events(row)}, {causality(row)}, {on_day(row.DTHDY)}")
        for row in rows_of(open_.sort_values("NRELATED", ascending=False, kind="stable"))
    ]


def of_heart_failure(view: View) -> list[Alarm]:
    """Who had heart failure of moderate severity or worse, with or without an echocardiogram; who may have had it."""
    if "ae" not in view.cut.received:
        return [not_assessed(f"heart failure ({absence(view.cut, 'ae')})", FAILURE)]
    known = _of_people(view, FAILURE_WORDS, lambda whose: _failing(whose, "N"), "severe", FAILURE)
    return [*known, *_of_people(view, POSSIBLE, lambda whose: _failing(whose, "Y"), "heart", FAILURE)]


def _failing(view: View, possible: str) -> list[Who]:
    """A subject once, with all its events: "101-003 Cardiac failure, grade 3, day 230, not recovered"."""
    rows = view.ask("symptomatic_hearts")
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows_of(rows[rows["POSSFL"] == possible]):
        found.setdefault((row.USUBJID, row.SUBJID), []).append(_event(row))
    return [Who(usubjid, subjid, " and ".join(events)) for (usubjid, subjid), events in found.items()]


def _event(row) -> str:
    grade = f"grade {row.ATOXGR:g}" if present(row.ATOXGR) else "not graded"
    ended = outcome(row.AEOUT).lower() if present(row.AEOUT) else "outcome not stated"
    return f"{row.TERM}, {grade}, {on_day(row.ADY)}, {ended}"


def _of_people(view: View, text: str, found: Callable[[View], list[Who]], severity: str, leads: str) -> list[Alarm]:
    """One alarm of adverse events: in how many treated subjects, beside the previous cut; or that there is none now."""
    people, before = found(view), earlier(view)
    held = before is not None and "ae" in before.cut.received
    former, number = (found(before), treated(before)) if held else (None, 0)
    if not people:
        return [none_now(text, leads, former, number)] if former else []
    whom = f"{text} in {len(people)} of {counted(treated(view), 'treated subject')}"
    since = was(people, former, number) if held or before is None else NOT_ASSESSED_BEFORE
    return [Alarm(severity, whom, leads, marked(people, former), since)]


def of_adjudications(view: View) -> list[Alarm]:
    """The events whose verdict is another than at the previous cut, in either direction."""
    if view.previous is None or not dlts_collected(view) or not dlts_collected(View(view.previous)):
        return []
    people = tuple(judged_again(view))
    text = f"{counted(len(people), 'adjudication')} of a DLT changed"
    return [Alarm("verdict", text, DLTS, people, "new")] if people else []


def judged_again(view: View) -> Iterable[Who]:
    """The events with another verdict than before; a first verdict is none."""
    compared = every_event(view, {"DLTFL": ""})
    selected = set(view.ask("event_digests")["USUBJID"])
    rows = compared.changed
    for row, then in zip(rows_of(rows), rows_of(compared.was.loc[rows.index]), strict=True):
        if present(then.DLTFL) and row.USUBJID in selected:
            now = VERDICT.get(row.DLTFL, "adjudication withdrawn")
            yield Who(row.USUBJID, row.SUBJID, f"{row.AEDECOD}: {VERDICT[then.DLTFL]} → {now}")
