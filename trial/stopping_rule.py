"""A stopping rule of the protocol as data: what is counted, in whom, and how many are too many."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, Strict

from trial.values import Count, Positive, Rate, Text, must_be, must_be_one_of

COUNTS = ("ctrcd_mild", "ctrcd_moderate", "ctrcd_severe", "early_death", "ae", "dlt")
POPULATIONS = ("treated", "evaluable for heart", "evaluable for DLT")
METHODS = ("posterior", "geller")
EARLY_DEATH_DAYS = 30
MOST_SUBJECTS = 500
"""Of a rule's n_max: far beyond any trial of this kind, and still computed in a second."""
FLAGGED = "Other"
"""The category of an event that was flagged as of special interest and is in none of the trial's own."""
OF_EVENTS = ("terms", "category", "minimum_grade")
"""What only a rule that counts adverse events takes."""
OF_TIME = ("within_days", "observed_days")
"""What a rule that counts DLTs does not take: the DLT window is the protocol's."""

Subjects = Annotated[
    int, Strict(), Field(ge=1, le=MOST_SUBJECTS), must_be(f"a whole number of at least 1 and at most {MOST_SUBJECTS}")
]
Grade = Annotated[int, Strict(), Field(ge=1, le=5), must_be("a grade of 1 to 5")]
Prior = Annotated[tuple[Positive, Positive], must_be("a list of two numbers above 0 (Beta parameters)")]
PreferredTerms = Annotated[tuple[Text, ...], must_be("a list of texts (preferred terms)")]


@dataclass(frozen=True)
class StoppingRule:
    """One stopping rule: too many subjects with an event among the first n.

    counts: the event, one of COUNTS. 'ctrcd_moderate': CTRCD moderate or worse. 'early_death': death of any cause on
        days 1 to within_days (30 unless stated; day 1 = first infusion). 'ae': an adverse event of `terms` (preferred
        terms) or `category` (of special interest) of at least `minimum_grade`. 'dlt': an adjudicated DLT.
    population: who is counted, one of POPULATIONS; `cohort` (empty: all) keeps to one cohort, e.g. the expansion.
    threshold: the rate p0 above which the trial should not go on. prior: Beta parameters.
    cutoff: 'posterior' stops when P(rate > threshold) exceeds it; 'geller' finds it so that the chance of ever
        stopping at the threshold is at most `alpha`.
    n_max: the last number of subjects the rule was planned for; minimum_subjects: the first it looks at.
    within_days: events count until this day; observed_days: without an event a subject counts from this day on.
        A subject is observed until its last day on study; for CTRCD until its last LVEF that can be compared with
        its baseline.
    """

    name: Text
    counts: Annotated[str, must_be_one_of(COUNTS)]
    population: Annotated[str, must_be_one_of(POPULATIONS)]
    threshold: Rate
    n_max: Subjects
    prior: Prior
    method: Annotated[str, must_be_one_of(METHODS)] = "posterior"
    cutoff: Rate | None = None
    alpha: Rate | None = None
    minimum_subjects: Count = 1
    within_days: Count | None = None
    observed_days: Count | None = None
    category: Text = ""
    terms: PreferredTerms = ()
    minimum_grade: Grade = 3
    cohort: Text = ""

    @property
    def heart(self) -> bool:
        """Whether it counts what only an LVEF can show."""
        return self.counts in ("ctrcd_mild", "ctrcd_moderate", "ctrcd_severe")

    @property
    def observed(self) -> int | None:
        """The day until which a subject without the event must have been observed; None where it counts at once."""
        return self.observed_days or self.within_days


def rules_of(rows: Iterable[dict[str, Any]]) -> tuple[StoppingRule, ...]:
    """The rules of the [[stopping_rule]] tables of a definition that was checked when it was read."""
    known = {field.name for field in fields(StoppingRule)}
    return tuple(StoppingRule(**{key: _kept(row[key]) for key in row if key in known}) for row in map(_complete, rows))


def _kept(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _complete(row: dict[str, Any]) -> dict[str, Any]:
    """An early death has a last day, stated or not."""
    return {"within_days": EARLY_DEATH_DAYS} | row if row.get("counts") == "early_death" else row


def _takes_its_own(row: dict[str, Any]) -> dict[str, Any]:
    """A rule of one kind with the settings of another would seem to say what it does not."""
    counts, method = row.get("counts"), row.get("method", "posterior")
    # a posterior rule says how sure it must be, a calibrated one how often it may be wrong; never both
    needed, other = ("alpha", "cutoff") if method == "geller" else ("cutoff", "alpha")
    if row.get(needed) is None:
        raise ValueError(f"needs {needed}, as its method is {method!r}")
    surplus = [other] if other in row else []
    surplus += [key for key in OF_EVENTS if key in row and counts != "ae"]
    surplus += [key for key in OF_TIME if key in row and counts == "dlt"]
    if surplus:
        raise ValueError(f"takes no {', '.join(surplus)}, as it counts {counts!r} by the method {method!r}")
    return _complete(row)


def _possible(rule: StoppingRule) -> StoppingRule:
    if rule.counts == "ae" and not (rule.terms or rule.category):
        raise ValueError("needs terms or a category, as it counts 'ae'")
    if rule.minimum_subjects > rule.n_max:
        raise ValueError(f"has minimum_subjects {rule.minimum_subjects} above n_max {rule.n_max}")
    if rule.within_days and rule.observed_days and rule.observed_days < rule.within_days:
        raise ValueError(
            f"has observed_days {rule.observed_days} below within_days {rule.within_days}: a subject would count as "
            f"free of an event that can still occur; it must be {rule.within_days} or more"
        )
    return rule


def _each_once(rules: list[StoppingRule]) -> list[StoppingRule]:
    names = [rule.name for rule in rules]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"{twice[0]!r} is defined twice; give each rule a name of its own")
    return rules


takes_its_own = BeforeValidator(_takes_its_own)
possible = AfterValidator(_possible)
named_once = AfterValidator(_each_once)
