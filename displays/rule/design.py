"""From the trial's definition to designs, from treated subjects to outcomes, from both to a decision."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter

from pandas import DataFrame, concat

from stats.escalation import (
    BOIN,
    CRM,
    MTPI2,
    Keyboard,
    Outcomes,
    RollingSix,
    ThreePlusThree,
    crm_skeleton,
    dont_skip,
    selects_the_highest,
    stop_when_too_toxic,
)
from stats.escalation.outcomes import Cohort
from stats.escalation.rules import MOST_AT_ONE_LEVEL
from stats.escalation.wrappers import unwrapped
from trial import Trial


def rule_of(trial: Trial):
    """The protocol's design; None where the trial has no levels or states no rule."""
    name = trial.escalation["rule"]
    return _design(name, trial) if name and trial.dose_levels else None


def designs(trial: Trial) -> list:
    """The protocol's design first, then those it is compared with."""
    rule = rule_of(trial)
    return [rule, *(_design(name, trial) for name in trial.escalation["alternatives"])] if rule else []


def _design(name: str, trial: Trial):
    settings, levels = trial.escalation, len(trial.dose_levels)
    target = settings["target"]
    makers = {
        "Rolling Six": lambda: RollingSix(levels),
        "3+3": lambda: ThreePlusThree(levels, **settings["three_plus_three"]),
        "BOIN": lambda: BOIN(target, levels, **settings["boin"]),
        "Keyboard": lambda: Keyboard(target, levels, **settings["keyboard"]),
        "mTPI-2": lambda: MTPI2(target, levels, **settings["mtpi2"]),
        "CRM": lambda: _crm(settings["crm"], target, levels),
    }
    design = makers[name]()
    return design if six_at_most(design) else selects_the_highest(design, MOST_AT_ONE_LEVEL)


def _crm(own: dict, target: float, levels: int):
    model = {"model": own["model"], "intercept": own["intercept"]}
    skeleton = own["skeleton"] or crm_skeleton(own["halfwidth"], target, own["start_level"], levels, **model)
    model_alone = CRM(tuple(skeleton), target, prior_sd=own["prior_sd"], **model)
    design = model_alone if own["skip_levels"] else dont_skip(model_alone)
    return stop_when_too_toxic(design, 1, target, own["safety_stop"], exact=True, above=True)


def name_of(design) -> str:
    """The design's name without the rule wrapped around it."""
    return unwrapped(design).name


def six_at_most(design) -> bool:
    """Rolling Six and 3+3 take six subjects at a level, without the expansion; other designs learn from everybody."""
    return isinstance(unwrapped(design), (RollingSix, ThreePlusThree))


def subjects(cut) -> DataFrame:
    """Every treated subject of a cut with RANK, its dose level counted from 1 (absent outside the planned levels).

    The question takes no filters: what a rule says does not depend on whom the reader looks at.
    """
    return _ranked(cut.ask("rule_outcomes"), cut.trial)


def known_then(cut) -> DataFrame:
    """Per step (a first infusion) the subjects treated before it and what was known of them that day, with RANK."""
    return _ranked(cut.ask("rule_replay"), cut.trial)


def _ranked(rows: DataFrame, trial: Trial) -> DataFrame:
    ranks = {level.level: rank for rank, level in enumerate(trial.dose_levels, 1)}
    return rows.assign(RANK=rows["DOSELVL"].map(ranks))


def telling(rows: DataFrame, design) -> DataFrame:
    """The subjects a design reads: with a result, at a planned level; for designs of six, not in the expansion."""
    read = rows["RESULT"].notna() & rows["RANK"].notna()
    return rows[read & (rows["EXPFL"] != "Y")] if six_at_most(design) else rows[read]


def outcomes(rows: DataFrame, design) -> Outcomes:
    """What a design reads, in order of first infusion; each run of subjects at one level is a cohort.

    Who was given another level than assigned counts at the level given, but before all others: one wrong dose does not
    make its level the current one.
    """
    runs: list[list] = []
    for rank, result in zip(*(_in_order(telling(rows, design))[name] for name in ("RANK", "RESULT")), strict=True):
        if runs and runs[-1][0] == int(rank):
            runs[-1][1] += result
        else:
            runs.append([int(rank), result])
    return Outcomes(tuple(Cohort(rank, results) for rank, results in runs))


def outcomes_by_step(rows: DataFrame, design) -> dict[int, Outcomes]:
    """What a design read at each step: STEP → outcomes, of `known_then`, whose rows are in order."""
    read = telling(rows, design)
    levels, results = read["RANK"].astype("int64").tolist(), read["RESULT"].tolist()
    found: dict[int, Outcomes] = dict.fromkeys(rows["STEP"].tolist(), Outcomes())
    for step, told in groupby(zip(read["STEP"].tolist(), levels, results, strict=True), key=itemgetter(0)):
        runs = groupby(told, key=itemgetter(1))
        found[step] = Outcomes(tuple(Cohort(level, "".join(result for *_, result in run)) for level, run in runs))
    return found


def _in_order(rows: DataFrame) -> DataFrame:
    if "TRTP" not in rows:
        return rows
    elsewhere = rows["TRTP"].notna() & rows["TRTA"].notna() & (rows["TRTP"] != rows["TRTA"])
    return concat([rows[elsewhere], rows[~elsewhere]])


def next_dose(cut) -> str | None:
    """Where the next cohort is most likely asked about: the dose that the rule names, else the one given last."""
    design, treated = rule_of(cut.trial), subjects(cut)
    decision = design.decide(outcomes(treated, design)) if design else None
    if decision and decision.dose:
        return cut.trial.dose_levels[decision.dose - 1].label
    given = treated["TRTA"].dropna()
    return given.iloc[-1] if len(given) else None


def resolved(known: Outcomes, dlts: dict[int, int]) -> Outcomes:
    """The outcomes with so many pending subjects of each level turning out a DLT, the others none."""
    left = dict(dlts)
    return Outcomes(
        tuple(
            Cohort(cohort.level, "".join(_turned(cohort.level, result, left) for result in cohort.results))
            for cohort in known.cohorts
        )
    )


def _turned(level: int, result: str, left: dict[int, int]) -> str:
    if result != "P":
        return result
    left[level] = left.get(level, 0) - 1
    return "T" if left[level] >= 0 else "N"
