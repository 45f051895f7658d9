"""What would follow each possible next outcome, two cohorts ahead."""

from __future__ import annotations

from dataclasses import replace

from displays.display import Display
from displays.escalation.words import target, target_name
from displays.rule.alarms import (
    Alarms,
    Stops,
    alarms,
    counts,
    held,
    never,
    not_assessed,
    stops_after,
    warnings,
    without,
)
from displays.rule.branch import STAGES, Branch, paths, rows
from displays.rule.chances import at_dose
from displays.rule.design import name_of, outcomes, resolved, rule_of, six_at_most, subjects
from displays.rule.expansion import (
    MOST_TOLD,
    against_the_rule,
    expansion_branches,
    expansion_rank,
    replaces_the_rule,
)
from displays.rule.frame import rule_display, undecided
from displays.rule.pending import too_many, ways
from displays.rule.tree import tree
from displays.rule.words import dose, dose_number, recommended, said, said_in_parts
from displays.words import counted, percent, sentence
from queries import View
from stats.escalation import Outcomes, RollingSix, ThreePlusThree
from stats.escalation.rules import MOST_AT_ONE_LEVEL
from stats.escalation.wrappers import unwrapped
from trial import Trial

NEXT_OUTCOMES = ("next_outcomes", "Recommendation after each possible outcome")
HEADINGS = {"PENDING": "Pending subjects", "FIRST": "Next cohort", "SECOND": "The cohort after"}
MOST_PATHS, MOST_TRIED = 30, 400
"""More paths than a reader can take in are not drawn, nor so many tried: the tree then looks fewer cohorts ahead."""


def next_outcomes(view: View) -> Display:
    """For each possible outcome of the pending and of the next two cohorts, what the rule would recommend."""
    if (absent := undecided(view, *NEXT_OUTCOMES)) is not None:
        return absent
    design = rule_of(view.trial)
    known = outcomes(subjects(view.cut), design)
    found, expanding = alarms(view.cut), replaces_the_rule(view, design, known)
    crowd = _crowd(view, known, expanding)
    drawn = not found.board and not crowd
    branches, waiting = _branches(view, design, known, expanding, found) if drawn else ((), False)
    table = rows(branches, STAGES if waiting else STAGES[1:])
    headings = _headings(view, design, known, table, expanding)
    return rule_display(
        view,
        *NEXT_OUTCOMES,
        [design],
        finding=_held(view, design, known, found)
        or _too_many(view, design, known, crowd)
        or _finding(view, design, known, branches, expanding, found),
        table=table,
        labels=_labels(headings, expanding),
        figure=tree(table, headings) if len(table) else None,
        method=_method(view, expanding),
    )


def _labels(headings: dict[str, str], expanding: bool) -> dict[str, str]:
    then = "Resulting status" if expanding else "Recommendation then"
    return {
        name: words for stage, heading in headings.items() for name, words in ((stage, heading), (f"{stage}SAYS", then))
    }


def _headings(view: View, design, known: Outcomes, table, expanding: bool) -> dict[str, str]:
    headings = {stage: HEADINGS[stage] for stage in STAGES if stage in table and (table[stage] != "").any()}
    if expanding and "FIRST" in headings:
        headings["FIRST"] = "Next in the expansion"
    elif len(table) and "PENDING" not in headings:
        headings["FIRST"] += f" at {dose_number(design.decide(known).dose, view.trial)}"
    return headings


def _branches(view: View, design, known: Outcomes, expanding: bool, found: Alarms) -> tuple[tuple[Branch, ...], bool]:
    """The tree, and whether its first stage is that of the pending."""
    if expanding:
        return expansion_branches(view, found)
    return branches_in_sight(design, known, view.trial, stops_after(found, view.trial, known)), known.pending > 0


def _held(view: View, design, known: Outcomes, found: Alarms) -> list[str]:
    """While a stopping rule is or may be met, or DLTs cannot be read, no next cohort follows; else empty."""
    if not found.board:
        return []
    decision = design.decide(known)
    said_now = recommended(design, decision, view.trial, known)
    if found.holds(decision):
        said_now = without(found, name_of(design), decision, view.trial)
    parts = [held(found), said_now, counts(found.met)]
    return [sentence(part) for part in [*parts, "No next cohort is shown until the board has decided"] if part]


def _crowd(view: View, known: Outcomes, expanding: bool) -> int:
    """How many are pending, where that is too many to show what follows each outcome; else 0."""
    if not expanding:
        return known.pending if too_many(known) else 0
    pending = at_dose(subjects(view.cut), expansion_rank(view)).pending
    return pending if pending > MOST_TOLD else 0


def _too_many(view: View, design, known: Outcomes, crowd: int) -> list[str]:
    """What the rule recommends while too many are pending to show each outcome; else empty."""
    if not crowd:
        return []
    said_now = recommended(design, design.decide(known), view.trial, known)
    return [sentence(said_now), f"{crowd:,} subjects are pending, too many to show what follows each outcome."]


def _finding(
    view: View, design, known: Outcomes, branches: tuple[Branch, ...], expanding: bool, found: Alarms
) -> list[str]:
    ahead, beside = [warnings(found), not_assessed(found)], against_the_rule(view, design, known)
    if expanding:
        place = dose(expansion_rank(view), view.trial)
        over = (
            f"The escalation by {name_of(design)} is over; the question now is the DLT "
            f"rate at {place}, dose finding and expansion together"
        )
        return [*(sentence(part) for part in (*ahead, over, beside) if part), _outcomes_said(branches)]
    decision = design.decide(known)
    if not branches:
        words = f"{recommended(design, decision, view.trial, known)}; no next cohort follows from it"
        return [sentence(part) for part in (*ahead, words) if part]
    if known.pending:
        start = f"{counted(known.pending, 'subject')} pending, then {_cohorts_of(view)}"
    else:
        start = f"Next at {dose(decision.dose, view.trial)}"
    stage = design_branches(design, known, view.trial, 1 - (known.pending > 0), stops_after(found, view.trial, known))
    return [*(sentence(part) for part in (*ahead, start, beside) if part), _outcomes_said(stage)]


def _cohorts_of(view: View) -> str:
    if isinstance(unwrapped(rule_of(view.trial)), ThreePlusThree):
        return "cohorts completed to three or six"
    usual = view.trial.escalation["cohort_size"]
    return "one subject at a time" if usual == 1 else f"cohorts of {usual}, fewer where the level takes no more"


def _outcomes_said(branches: tuple[Branch, ...]) -> str:
    if not branches:
        return "All planned subjects are treated and evaluated."
    if len(branches) == 1:
        return sentence(f"whatever the outcomes → {branches[0].spoken}")
    return sentence("; ".join(f"{branch.outcome} → {branch.spoken}" for branch in branches))


def _method(view: View, expanding: bool) -> str:
    if expanding:
        return (
            "What the observed DLT rate at the dose would become, against the "
            f"{target_name(view)} of {percent(target(view))}; a rate, not a rule."
        )
    return (
        "What the rule would recommend if the pending subjects, then a cohort at the recommended dose, then one more, "
        "had these outcomes; nothing while a stopping rule is met, what one counts "
        "or DLTs at no planned level cannot be read, and no more after an outcome that would meet a "
        f"stopping rule of DLTs. Cohorts: {_cohorts_of(view)}, all evaluated before the next. Outcomes with the same "
        f"consequences are one branch. Where two cohorts make more than {MOST_PATHS} paths, one is shown or none."
    )


def branches_in_sight(design, known: Outcomes, trial: Trial, stops: Stops = never) -> tuple[Branch, ...]:
    """The tree as many cohorts ahead as a reader can take in: two, one, or the pending alone."""
    found: tuple[Branch, ...] = ()
    for cohorts in range(1 - (known.pending > 0), 3):
        if found and len(ways(known)) * (trial.escalation["cohort_size"] + 1) ** cohorts > MOST_TRIED:
            break
        further = design_branches(design, known, trial, cohorts, stops)
        if found and len(paths(further)) > MOST_PATHS:
            break
        found = further
    return found


def design_branches(
    design, known: Outcomes, trial: Trial, cohorts: int = 2, stops: Stops = never
) -> tuple[Branch, ...]:
    """Pending subjects resolved first, then the next cohorts; outcomes with the same consequences are one branch.

    stops: the stopping rule that a state would meet, in words; the tree ends there.
    """
    if not known.pending:
        return _cohorts(design, known, trial, cohorts, stops)
    possible = ways(known)
    waiting = {rank: known.enrolled_at(rank) - known.evaluated_at(rank) for rank in possible[0]}
    found = []
    for way in possible:
        after = resolved(known, way)
        key = tuple(
            (waiting[rank], dlts, f" at {dose_number(rank, trial)}" if len(waiting) > 1 else "")
            for rank, dlts in way.items()
        )
        found.append((key, _branch(design, after, trial, cohorts, stops)))
    return _together(found)


def _cohorts(design, known: Outcomes, trial: Trial, left: int, stops: Stops) -> tuple[Branch, ...]:
    decision = design.decide(known)
    if not left or decision.dose is None or decision.action == "stop":
        return ()
    size = cohort_size(design, known, decision.dose, trial)
    found = []
    for dlts in range(size + 1):
        after = known.adding(decision.dose, "T" * dlts + "N" * (size - dlts))
        found.append((((size, dlts, ""),), _branch(design, after, trial, left - 1, stops)))
    return _together(found)


def cohort_size(design, known: Outcomes, rank: int, trial: Trial) -> int:
    """How many subjects the next cohort has: the trial's habit, fewer where the level or the cohort takes no more."""
    usual, enrolled = trial.escalation["cohort_size"], known.enrolled_at(rank)
    if not six_at_most(design):
        return usual
    room = MOST_AT_ONE_LEVEL - enrolled
    return max(min(usual, room) if isinstance(unwrapped(design), RollingSix) else min(3 - enrolled % 3, room), 1)


def _branch(design, after: Outcomes, trial: Trial, left: int, stops: Stops) -> Branch:
    if met := stops(after):
        return Branch("", "stop", ("stop:", met), f"stop: {met}")
    decision = design.decide(after)
    parts = said_in_parts(decision, lambda rank: dose_number(rank, trial))
    return Branch("", decision.action, parts, said(decision, trial), _cohorts(design, after, trial, left, stops))


def _together(found: list[tuple[tuple, Branch]]) -> tuple[Branch, ...]:
    """Outcomes with the same consequences as one branch, named by the numbers of DLTs it stands for."""
    same: dict[Branch, list[tuple]] = {}
    for key, branch in found:
        same.setdefault(branch, []).append(key)
    return tuple(replace(branch, outcome=_named(keys)) for branch, keys in same.items())


def _named(keys: list[tuple]) -> str:
    if len(keys[0]) == 1:
        number, _, where = keys[0][0]
        return f"{_span([key[0][1] for key in keys])} of {number}{where} DLT"
    return "; or ".join(", ".join(f"{dlts} of {number}{where}" for number, dlts, where in key) for key in keys) + " DLT"


def _span(dlts: list[int]) -> str:
    if len(dlts) > 2 and dlts == list(range(dlts[0], dlts[-1] + 1)):
        return f"{dlts[0]} to {dlts[-1]}"
    return " or ".join(map(str, dlts))
