"""How likely the dose is too toxic: its DLT rate, P(rate > target), and the chance that a next cohort meets a rule."""

from __future__ import annotations

from dataclasses import dataclass

from pandas import DataFrame

from displays.escalation.words import FLAT, target, target_name, two_targets
from displays.rule.alarms import Alarms
from displays.rule.words import dose
from displays.words import percent, rate
from queries import View
from stats.stopping import posterior_probability

METHOD = (
    "P(DLT rate > target): from the subjects of the dose alone, expansion included, under a flat prior (Beta(1, 1)). "
    "Chance that a next cohort meets a stopping rule: beta-binomial with the rule's own prior, the subjects it still "
    "awaits resolved by the same distribution (Lee and Liu, Clin Trials 2008;5:93)."
)


@dataclass(frozen=True)
class AtDose:
    """The subjects of one dose, expansion included: with a DLT, evaluable, pending, how many of the expansion."""

    rank: int
    dlts: int
    evaluable: int
    pending: int
    expansion: int

    def over(self, limit: float) -> float:
        """P(DLT rate > limit) under a flat prior."""
        return float(posterior_probability(self.dlts, self.evaluable, limit, FLAT))


def at_dose(rows: DataFrame, rank: int) -> AtDose:
    """The counts of a dose level; rows: the answer of `rule_outcomes` with RANK."""
    own = rows[(rows["RANK"] == rank) & rows["RESULT"].notna()]
    found = own["RESULT"].value_counts()
    dlts, none, pending = (int(found.get(result, 0)) for result in "TNP")
    return AtDose(rank, dlts, dlts + none, pending, int((own["EXPFL"] == "Y").sum()))


def above_target(view: View, seen: AtDose) -> str:
    """That the dose named is too toxic by its own rate; "" where neither the rate nor P(over target) is too high."""
    limit, most = target(view), view.trial.over_target_limit
    if not seen.evaluable:
        return ""
    share, over, name = seen.dlts / seen.evaluable, seen.over(limit), target_name(view)
    if share < limit and over <= most:
        return ""
    included = ", expansion included," if seen.expansion else ""
    words = f"The DLT rate at {dose(seen.rank, view.trial)}{included} is {rate(seen.dlts, seen.evaluable)}"
    if share >= limit:
        side = "not below" if percent(share) == percent(limit) else "above"
        return f"{words}, {side} the {name} of {percent(limit)}; {_over(seen, limit)}"
    return f"{words}, {name} below {percent(limit)}; {_over(seen, limit)}, above the stated limit of {percent(most)}"


def _over(seen: AtDose, limit: float) -> str:
    return f"P(DLT rate > {percent(limit)}) is {percent(seen.over(limit))}"


def over_words(view: View, seen: AtDose) -> str:
    """ "P(DLT rate at 190 mg/m²/day > 33 %) is 12 %"; "" where nobody can be evaluated."""
    limit = target(view)
    if not seen.evaluable:
        return ""
    which = f", the {target_name(view)}" if two_targets(view) else ""
    return f"P(DLT rate at {dose(seen.rank, view.trial)} > {percent(limit)}{which}) is {percent(seen.over(limit))}"


def next_cohort_words(view: View, found: Alarms) -> str:
    """The stopping rule that a next cohort is most likely to meet, and how likely; "" where it can meet none."""
    size = view.trial.escalation["cohort_size"]
    begun = [standing for standing in found.every if standing.subjects is not None and len(standing.subjects)]
    chances = [(standing.predicted(size), standing.rule.name) for standing in begun]
    known = [(chance, name) for chance, name in chances if chance is not None]
    if not known:
        return ""
    chance, name = max(known, key=lambda each: each[0])
    which = f"highest for {name}, " if len(known) > 1 else f"{name}, "
    subjects = "1 subject" if size == 1 else f"{size} subjects"
    return f"Chance that a next cohort of {subjects} meets a stopping rule: {which}{percent(chance)}"
