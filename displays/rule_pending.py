"""The pending subjects: until when they are, and what follows from what they turn out to be."""
from __future__ import annotations

import re
from itertools import product

from pandas import DataFrame

from displays.display import day
from displays.dose_words import present
from displays.rule_design import IMPOSSIBLE, decide, resolved, subjects, telling
from displays.rule_words import said
from displays.words import listed
from queries import View
from stats.escalation import Outcomes
from trial import Trial


def pending_until(rows: DataFrame) -> str:
    """ "106-004 is pending until 3 Mar 2008"; where the window is over, what else is awaited."""
    waiting = [(row.SUBJID, _awaited(row)) for row in rows.itertuples()]
    if len(waiting) == 1:
        return f"{waiting[0][0]} is pending {waiting[0][1]}"
    return f"{listed([' '.join(one) for one in waiting])} are pending" if waiting else ""


def _awaited(row) -> str:
    """The end of the window, and what else than days is awaited."""
    until = f"until {day(row.WINENDT)}" if present(row.DAYSLEFT) else ""
    reason = getattr(row, "PENDREAS", None)
    other = re.sub(r"(^|; )[0-9]+ days? left$", "", reason) if present(reason) else ""
    return " ".join(part for part in (until, f"({other})" if other else "") if part)


def pending_words(view: View, design, known: Outcomes) -> list[str]:
    """Who is pending until when, and what follows."""
    waiting = telling(subjects(view.cut), design).query("RESULT == 'P'")
    return [] if waiting.empty else [pending_until(waiting), what_if(view.trial, design, known)]


def what_if(trial: Trial, design, known: Outcomes) -> str:
    """What follows from each number of DLTs among the pending, equal answers together; "" where nobody is pending or the rule does not apply."""
    if not known.pending or decide(design, known).action == IMPOSSIBLE:
        return ""
    answers: dict[str, list[int]] = {}
    for dlts, answer in pending_answers(trial, design, known):
        together = answers.setdefault(answer, [])
        if dlts not in together:
            together.append(dlts)
    number = known.pending
    if len(answers) == 1:
        return f"whatever {'this subject turns' if number == 1 else 'they turn'} out, {design.name} will say {next(iter(answers))}"
    ordered = sorted(answers.items(), key=lambda item: item[1], reverse=number == 1)
    return "; ".join(f"{condition(dlts, number)}, {answer}" for answer, dlts in ordered)


def ways(known: Outcomes) -> list[dict[int, int]]:
    """Every way the pending can turn out: the number of DLTs at each level that has any pending."""
    waiting = {rank: known.enrolled_at(rank) - known.evaluated_at(rank) for rank in sorted({cohort.level for cohort in known.cohorts})}
    waiting = {rank: number for rank, number in waiting.items() if number}
    return [dict(zip(waiting, dlts)) for dlts in product(*(range(number + 1) for number in waiting.values()))]


def pending_answers(trial: Trial, design, known: Outcomes) -> list[tuple[int, str]]:
    """Per way the pending can turn out: the number of DLTs among them, and what the design then says."""
    possible = sorted(ways(known), key=lambda way: sum(way.values()))
    return [(sum(way.values()), said(decide(design, resolved(known, way)), trial)) for way in possible]


def condition(dlts: list[int], number: int) -> str:
    """ "if this subject has a DLT", "if 1 or more of the 3 have a DLT"."""
    if number == 1:
        return "if this subject has a DLT" if dlts == [1] else "if not"
    if dlts == [0]:
        return f"if none of the {number} has a DLT"
    if dlts == [number]:
        return f"if {'both' if number == 2 else f'all {number}'} have a DLT"
    span = f"{dlts[0]} or more" if len(dlts) > 1 and dlts == list(range(dlts[0], number + 1)) else " or ".join(map(str, dlts))
    return f"if {span} of the {number} {'has' if dlts == [1] else 'have'} a DLT"
