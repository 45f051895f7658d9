"""Pending subjects: until when they are, and what follows from their outcomes."""

from __future__ import annotations

from itertools import product
from math import prod

from pandas import DataFrame

from displays.display import day
from displays.escalation.evaluation import awaited_but_days
from displays.groups import present
from displays.rule.alarms import Alarms, Stops, never, stops_after
from displays.rule.design import resolved, subjects, telling
from displays.rule.enrolled import awaiting
from displays.rule.words import after_colon, dose, said
from displays.words import MOST_LISTED, first_of, listed
from queries import View
from queries.frames import rows_of
from stats.escalation import Outcomes
from trial import Trial

MOST_WAYS = 400
"""So many ways in which the pending can turn out are tried one by one; of more the two ends alone, which is said."""


def pending_until(rows: DataFrame) -> str:
    """ "106-004 is pending until 3 Mar 2008"; where the window is over, what else is awaited."""
    waiting = [(row.SUBJID, _awaited(row)) for row in rows_of(rows)]
    if len({awaited for _, awaited in waiting}) == 1:
        verb = "is" if len(waiting) == 1 else "are"
        return f"{first_of([subject for subject, _ in waiting], MOST_LISTED)} {verb} pending {waiting[0][1]}"
    return f"{first_of([' '.join(one) for one in waiting], MOST_LISTED)} are pending" if waiting else ""


def _awaited(row) -> str:
    """The end of the window, and what else than days is awaited; before the first infusion, that it is awaited."""
    if row.TRTFL == "N":
        return f"({awaiting(row)})"
    until = f"until {day(row.WINENDT)}" if present(row.DAYSLEFT) else ""
    other = awaited_but_days(row)
    return " ".join(part for part in (until, f"({other})" if other else "") if part)


def pending_subjects(view: View) -> list[tuple[str, str]]:
    """Every pending subject as USUBJID and "106-004, 190 mg/m²/day, pending until 3 Mar 2008"."""
    waiting = subjects(view.cut).query("RESULT == 'P'")
    return [
        (row.USUBJID, f"{row.SUBJID}, {row.TRTA if present(row.TRTA) else 'no planned level'}, pending {_awaited(row)}")
        for row in rows_of(waiting)
    ]


def pending_words(view: View, design, known: Outcomes, found: Alarms) -> list[str]:
    """Who is pending until when, and what follows; while the board is to decide, no more than who, those apart who
    were named as dead of an unknown cause."""
    waiting = telling(subjects(view.cut), design).query("RESULT == 'P'")
    if found.board:
        waiting = waiting[waiting["PENDCD"] != "DEATH"]
    if waiting.empty:
        return []
    stops = stops_after(found, view.trial, known)
    return [pending_until(waiting), "" if found.board else what_if(view.trial, design, known, stops)]


def what_if(trial: Trial, design, known: Outcomes, stops: Stops = never) -> str:
    """What follows from each number of DLTs among the pending, equal answers together.

    Where subjects are pending at several levels and only one of these decides, it is named; where several do, the
    answers alone are given. "" where nobody is pending. stops: what a state would meet, in place of an answer.
    """
    if not known.pending:
        return ""
    if too_many(known):
        return _ends(trial, design, known, stops)
    after = [(way, resolved(known, way)) for way in ways(known)]
    answers = [(way, stops(state) or said(design.decide(state), trial)) for way, state in after]
    different = list(dict.fromkeys(answer for _, answer in answers))
    if len(different) == 1:
        whose = "the outcome of this subject" if known.pending == 1 else "their outcomes"
        return f"whatever {whose}, the recommendation will be: {after_colon(different[0])}"
    ranks = _deciding(answers)
    if len(ranks) > 1:
        whom = listed([f"the {_waiting(known, rank)} at {dose(rank, trial)}" for rank in ranks])
        return f"depending on how many of {whom} have a DLT, the recommendation will be one of: {'; '.join(different)}"
    where = f" at {dose(ranks[0], trial)}" if len(answers[0][0]) > 1 else ""
    return _by_number(answers, ranks[0], _waiting(known, ranks[0]), where)


def _ends(trial: Trial, design, known: Outcomes, stops: Stops) -> str:
    """What follows where none and where all of very many pending subjects have a DLT."""
    none, every = known.resolved("N"), known.resolved("T")
    told = [stops(state) or said(design.decide(state), trial) for state in (none, every)]
    number = f"{known.pending:,}"
    return (
        f"if none of the {number} pending has a DLT, {told[0]}; if all {number} have a DLT, {told[1]}; "
        "there are too many to try every outcome between"
    )


def _deciding(answers: list[tuple[dict[int, int], str]]) -> list[int]:
    """The levels whose pending subjects make a difference, whatever becomes of the others."""
    found = {tuple(way.values()): answer for way, answer in answers}
    ranks = list(answers[0][0])
    return [
        rank for rank in ranks if any(found[tuple((way | {rank: 0}).values())] != answer for way, answer in answers)
    ]


def _by_number(answers: list[tuple[dict[int, int], str]], rank: int, number: int, where: str) -> str:
    """ "if none of the 3 has a DLT, escalate to …; if 1 or more of the 3 have a DLT, stay …"."""
    together: dict[str, list[int]] = {}
    for way, answer in answers:
        numbers = together.setdefault(answer, [])
        if way[rank] not in numbers:
            numbers.append(way[rank])
    ordered = sorted(together.items(), key=lambda item: item[1], reverse=number == 1)
    return "; ".join(f"{condition(sorted(dlts), number, where)}, {answer}" for answer, dlts in ordered)


def _waiting(known: Outcomes, rank: int) -> int:
    return known.enrolled_at(rank) - known.evaluated_at(rank)


def ways(known: Outcomes, most: int | None = None) -> list[dict[int, int]]:
    """Every way the pending can turn out: the number of DLTs at each level that has any pending, up to `most`."""
    waiting = _waiting_at(known)
    numbers = [number if most is None else min(number, most) for number in waiting.values()]
    return [dict(zip(waiting, dlts, strict=True)) for dlts in product(*(range(number + 1) for number in numbers))]


def too_many(known: Outcomes) -> bool:
    """Whether the pending can turn out in more ways than are tried."""
    return prod(number + 1 for number in _waiting_at(known).values()) > MOST_WAYS


def _waiting_at(known: Outcomes) -> dict[int, int]:
    """Level → its pending subjects, where there are any."""
    waiting = {rank: _waiting(known, rank) for rank in sorted({cohort.level for cohort in known.cohorts})}
    return {rank: number for rank, number in waiting.items() if number}


def condition(dlts: list[int], number: int, where: str = "") -> str:
    """ "if this subject has a DLT", "if 1 or more of the 3 have a DLT".

    where: " at 190 mg/m²/day" where subjects are pending at other levels too, else "".
    """
    if number == 1 and dlts == [1]:
        return f"if the subject{where} has a DLT" if where else "if this subject has a DLT"
    if number == 1:
        return "if not"
    if dlts == [0]:
        return f"if {'neither' if number == 2 else f'none of the {number}'}{where} has a DLT"
    if dlts == [number]:
        return f"if {'both' if number == 2 else f'all {number}'}{where} have a DLT"
    if len(dlts) > 2 and dlts == list(range(len(dlts))):
        return f"if {dlts[-1]} or fewer of the {number}{where} have a DLT"
    span = (
        f"{dlts[0]} or more"
        if len(dlts) > 1 and dlts == list(range(dlts[0], number + 1))
        else " or ".join(map(str, dlts))
    )
    return f"if {span} of the {number}{where} {'has' if dlts == [1] else 'have'} a DLT"
