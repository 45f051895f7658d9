"""Beside the count of a stopping rule: who is not in it and why, and what the board must see with it."""

from __future__ import annotations

from displays.groups import present
from displays.heart.evaluable import small_fall
from displays.heart.remarks import in_percent, not_read
from displays.stopping.state import MET, RuleState
from displays.stopping.words import of_cohort
from displays.words import MOST_LISTED, counted, first_of, listed, on_days, percent
from queries.frames import rows_of

NAMED = 6
"""So many subjects are named with their reasons; of the rest the number is given."""


def notes(now: RuleState) -> str:
    """Who is not in the count and why, what was not graded or judged, whether the plan has run out, and the remarks."""
    rows, parts = now.subjects, []
    for status, words in (("Awaited", "awaiting follow-up"), ("Left out", "left out")):
        those = rows[rows["STATUS"] == status]
        if len(those):
            parts.append(f"{len(those)} {words}: " + _named(those))
    return "; ".join(parts + _cautions(now) + remarks(now))


def _named(rows) -> str:
    """The subjects with their reasons, those with the event first; of many the first."""
    rows = rows.sort_values("EVENTFL", ascending=False, kind="stable")
    shown = [f"{row.SUBJID} ({_why(row)})" for row in rows_of(rows.head(NAMED))]
    return listed(shown + ([f"{len(rows) - NAMED} others"] if len(rows) > NAMED else []))


def _why(row) -> str:
    happened = f"; had the event: {row.EVENTTERM}" if row.EVENTFL == "Y" else ""
    return (row.REASON if present(row.REASON) else "no reason known") + happened


def _cautions(now: RuleState) -> list[str]:
    rows, parts = now.subjects, []
    unseen = now.counted[now.counted["REASON"].notna() & (now.counted["STATUS"] == "No event")]
    if len(unseen):
        parts.append(f"{len(unseen)} counted without an event though it could not be assessed: " + _named(unseen))
    if rows["NNOGRADE"].sum():
        parts.append(f"{counted(int(rows['NNOGRADE'].sum()), 'event')} of this kind not graded, not counted")
    if now.n > now.rule.n_max:
        planned = f"more subjects than the {now.rule.n_max} that the rule was planned for"
        parts.append(f"{planned}; the boundary goes on by the same cutoff")
    return parts


def remarks(now: RuleState) -> list[str]:
    """What the count does not show and the board must see beside it, in the figure too."""
    if now.subjects is None:
        return []
    words = [_possible(now), nobody(now), met_earlier(now), _beyond_the_cutoff(now), follow_up(now)]
    return [word for word in words if word]


def _possible(now: RuleState) -> str:
    """Who may have had the event, and which way the rule is taken."""
    rows, other = now.possible, now.with_possible
    if other is None:
        return ""
    named = first_of([f"{row.SUBJID} ({_possibly(row)})" for row in rows_of(rows)], MOST_LISTED)
    return (
        f"possible, not known: {named}; with {'it' if len(rows) == 1 else 'them'} {other.events} of {other.n} "
        f"({other.state}), without {now.events} of {now.n} ({now.without_possible}); met if either is met"
    )


def _possibly(row) -> str:
    value = f"LVEF {in_percent(row.POSSVAL)}, " if present(row.POSSVAL) else ""
    value = f"{not_read(row.POSSCD, row.POSSVAL)}, " if present(row.POSSCD) else value
    value += f"{small_fall(row.POSSMIS)}, " if present(row.POSSMIS) else ""
    return f"{value}{row.POSSTERM}, {on_days(row.POSSDY, row.POSSLDY)}"


def nobody(now: RuleState) -> str:
    whose = of_cohort(now.rule, now.expansion)
    return f"no treated subject{whose} in this cut" if whose and not len(now.subjects) else ""


def met_earlier(now: RuleState) -> str:
    if now.state == MET or not now.met_before:
        return ""
    return f"as known now, in order of first infusion, the boundary was met at {runs(now.met_before)}"


def runs(numbers: list[int]) -> str:
    """ "1 subject", "1 to 3 and 7 subjects"."""
    held = set(numbers)
    starts = [n for n in numbers if n - 1 not in held]
    ends = [n for n in numbers if n + 1 not in held]
    runs = [f"{start}" if start == end else f"{start} to {end}" for start, end in zip(starts, ends, strict=True)]
    return f"{listed(runs)} subject{'' if numbers == [1] else 's'}"


def _beyond_the_cutoff(now: RuleState) -> str:
    """Why a rule whose posterior is beyond the cutoff is not met."""
    rule, chance = now.rule, now.posterior
    if now.state == MET or chance is None or chance <= now.boundary.cutoff:
        return ""
    why = (
        "no rule is met without an event"
        if not now.events
        else f"monitoring starts at {rule.minimum_subjects} subjects"
    )
    return f"P(true rate > {percent(rule.threshold)}) is beyond the cutoff, but {why}"


def follow_up(now: RuleState) -> str:
    """How long the hearts of those without the event were watched: a late one is seen only by a later LVEF."""
    free = now.counted[now.counted["STATUS"] == "No event"]
    if not now.rule.heart or now.rule.within_days or free.empty:
        return ""
    days, first = free["LVEFDY"].dropna().astype(int), now.counted["EVENTDY"].min()
    unseen = f"; {len(free) - len(days)} without any comparable LVEF" if len(days) < len(free) else ""
    if present(first):
        return (
            f"the last comparable LVEF was before day {first}, the earliest day of an event, in {(days < first).sum()} "
            f"of {counted(len(free), 'subject')} without one{unseen}"
        )
    whom = counted(len(free), "subject")
    return f"last comparable LVEF of the {whom} without the event: {_span(days)}{unseen if len(days) else ''}"


def _span(days) -> str:
    """Days in words: "median day 57 (day 28 to 113)"."""
    if len(days) > 1:
        return f"median day {days.median():g} (day {days.min()} to {days.max()})"
    return f"day {days.iloc[0]}" if len(days) else "none"
