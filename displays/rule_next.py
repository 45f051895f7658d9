"""What would follow each possible next outcome, two cohorts ahead."""
from __future__ import annotations

from dataclasses import dataclass, replace

from pandas import DataFrame

from displays.display import Display, display
from displays.rule_design import IMPOSSIBLE, core, decide, outcomes, resolved, rule_of, six_at_most, subjects
from displays.rule_pending import ways
from displays.rule_tree import tree
from displays.rule_words import conventions, dose, dose_number, population, said, said_in_parts, sources, target, undecided
from displays.words import counted, percent, sentence
from queries import View
from stats.escalation import Outcomes, RollingSix
from trial import Trial

NAME, TITLE = "next_outcomes", "What would follow"
STAGES = ("PENDING", "FIRST", "SECOND")
HEADINGS = {"PENDING": "The pending", "FIRST": "Next cohort", "SECOND": "The cohort after"}
MOST_AT_ONE_LEVEL = 6


@dataclass(frozen=True)
class Branch:
    """One possible outcome, what is said of it in two short parts, and what could come after."""

    outcome: str
    action: str
    says: tuple[str, str]
    spoken: str
    then: tuple["Branch", ...] = ()


def next_outcomes(view: View) -> Display:
    """For each possible outcome of the pending and of the next two cohorts, what the rule would say."""
    if (absent := undecided(view, NAME, TITLE)) is not None:
        return absent
    design = rule_of(view.trial)
    known = outcomes(subjects(view.cut), design)
    expanding = six_at_most(design) and (subjects(view.cut)["EXPFL"] == "Y").any()
    branches, waiting = expansion_branches(view) if expanding else (design_branches(design, known, view.trial), known.pending > 0)
    table = rows(branches, STAGES if waiting else STAGES[1:])
    headings = {stage: HEADINGS[stage] for stage in STAGES if stage in table and (table[stage] != "").any()}
    if expanding and "FIRST" in headings:
        headings["FIRST"] = "Next in the expansion"
    if len(table) and not waiting and not expanding:
        headings["FIRST"] += f" at {dose_number(decide(design, known).dose, view.trial)}"
    labels = {name: heading for stage, words in headings.items() for name, heading in ((stage, words), (f"{stage}SAYS", "What then holds" if expanding else "The rule then says"))}
    return display(
        view, NAME, title=TITLE, finding=_finding(view, design, known, branches, expanding), table=table, labels=labels,
        figure=tree(table, headings) if len(table) else None, population=population(view, design), questions=("rule_outcomes",),
        method=f"{_method(view, design, expanding)} {conventions([design])}", source=sources(view, [design]),
    )


def _finding(view: View, design, known: Outcomes, branches: tuple[Branch, ...], expanding: bool) -> str:
    if expanding:
        place = dose(int(subjects(view.cut).query("EXPFL == 'Y'")["RANK"].dropna().iloc[-1]), view.trial)
        return f"The escalation by {design.name} is over; what is asked now is the DLT rate at {place}, dose finding and expansion together. " + _outcomes_said(branches)
    decision = decide(design, known)
    if not branches:
        return sentence(f"{design.name} says {said(decision, view.trial, known)}; no next cohort follows from it")
    start = f"{counted(known.pending, 'subject')} pending, then cohorts of {view.trial.escalation['cohort_size']} or fewer" if known.pending else f"Next at {dose(decision.dose, view.trial)}"
    return f"{start}. {_outcomes_said(branches)}"


def _outcomes_said(branches: tuple[Branch, ...]) -> str:
    return sentence("; ".join(f"{branch.outcome} → {branch.spoken}" for branch in branches)) if branches else "All planned subjects are treated and judged."


def _method(view: View, design, expanding: bool) -> str:
    if expanding:
        return f"What the observed DLT rate at the dose would become, against the target of {percent(target(view))}; a rate, not a rule."
    return (
        f"What {design.name} would say if the pending subjects, then a cohort at the dose it says, then one more, turned out so. "
        f"A cohort is {view.trial.escalation['cohort_size']} subjects, fewer where the level takes no more, all evaluated before the next. Outcomes with the same consequences are one branch."
    )


def design_branches(design, known: Outcomes, trial: Trial, cohorts: int = 2) -> tuple[Branch, ...]:
    """The pending resolved first, then the next cohorts; outcomes with the same consequences are one branch."""
    if decide(design, known).action == IMPOSSIBLE:
        return ()
    if not known.pending:
        return _cohorts(design, known, trial, cohorts)
    possible = ways(known)
    waiting = {rank: known.enrolled_at(rank) - known.evaluated_at(rank) for rank in possible[0]}
    found = []
    for way in possible:
        after = resolved(known, way)
        key = tuple((waiting[rank], dlts, f" at {dose_number(rank, trial)}" if len(waiting) > 1 else "") for rank, dlts in way.items())
        found.append((key, _branch(design, after, trial, _cohorts(design, after, trial, cohorts))))
    return _together(found)


def _cohorts(design, known: Outcomes, trial: Trial, left: int) -> tuple[Branch, ...]:
    decision = decide(design, known)
    if not left or decision.dose is None or decision.action == "stop":
        return ()
    size = cohort_size(design, known, decision.dose, trial)
    found = []
    for dlts in range(size + 1):
        after = known.adding(decision.dose, "T" * dlts + "N" * (size - dlts))
        found.append((((size, dlts, ""),), _branch(design, after, trial, _cohorts(design, after, trial, left - 1))))
    return _together(found)


def cohort_size(design, known: Outcomes, rank: int, trial: Trial) -> int:
    """How many subjects the next cohort has: the trial's habit, fewer where the level or the cohort takes no more."""
    usual, enrolled = trial.escalation["cohort_size"], known.enrolled_at(rank)
    if not six_at_most(design):
        return usual
    room = MOST_AT_ONE_LEVEL - enrolled
    return max(min(usual, room) if isinstance(core(design), RollingSix) else min(3 - enrolled % 3, room), 1)


def _branch(design, after: Outcomes, trial: Trial, then: tuple[Branch, ...]) -> Branch:
    decision = decide(design, after)
    return Branch("", decision.action, said_in_parts(decision, lambda rank: dose_number(rank, trial)), said(decision, trial), then)


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


def expansion_branches(view: View) -> tuple[tuple[Branch, ...], bool]:
    """In an expansion a rule of six says nothing more: the rate at the dose after the pending and the next subjects; whether any are pending."""
    treated = subjects(view.cut)
    expansion = treated[(treated["EXPFL"] == "Y") & treated["RANK"].notna()]
    if expansion.empty:
        return (), False
    counts = treated.loc[treated["RANK"] == expansion["RANK"].iloc[-1], "RESULT"].value_counts()
    dlts, evaluable, waiting = int(counts.get("T", 0)), int(counts.get("T", 0) + counts.get("N", 0)), int(counts.get("P", 0))
    more = _next_in_expansion(view, int(expansion["RESULT"].notna().sum()))
    steps = [number for number in (waiting, more) if number]
    return _rates(dlts, evaluable, steps, target(view)), waiting > 0


def _next_in_expansion(view: View, taken: int) -> int:
    planned = view.trial.content.get("trial", {}).get("expansion_subjects")
    usual = view.trial.escalation["cohort_size"]
    return usual if planned is None else max(min(usual, int(planned) - taken), 0)


def _rates(dlts: int, evaluable: int, steps: list[int], limit: float) -> tuple[Branch, ...]:
    if not steps:
        return ()
    size, total, found = steps[0], evaluable + steps[0], []
    for more in range(size + 1):
        share = (dlts + more) / total
        side = f"below {percent(limit)}" if share < limit else f"{percent(limit)} or more"
        says = (f"{dlts + more} of {total}, {percent(share)}", side)
        found.append(Branch(f"{more} of {size} DLT", "below" if share < limit else "above", says, ": ".join(says), _rates(dlts + more, total, steps[1:], limit)))
    return tuple(found)


def rows(branches: tuple[Branch, ...], stages: tuple[str, ...]) -> DataFrame:
    """One row a path through the tree: outcome, what is said (…SAYS), its two short parts (…SHORT) and the action, a stage each."""
    paths = [path for branch in branches for path in _paths(branch)]
    return DataFrame([_row(path, stages) for path in paths], columns=[f"{stage}{part}" for stage in stages for part in ("", "SAYS", "SHORT", "ACTION")])


def _paths(branch: Branch) -> list[tuple[Branch, ...]]:
    return [(branch, *path) for after in branch.then for path in _paths(after)] or [(branch,)]


def _row(path: tuple[Branch, ...], stages: tuple[str, ...]) -> dict:
    row = {f"{stage}{part}": "" for stage in stages for part in ("", "SAYS", "SHORT", "ACTION")}
    for stage, branch in zip(stages, path):
        row |= {stage: branch.outcome, f"{stage}SAYS": branch.spoken, f"{stage}SHORT": "\n".join(branch.says), f"{stage}ACTION": branch.action}
    return row
