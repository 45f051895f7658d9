"""A stopping rule of the protocol as data: what is counted, in whom, and how many are too many."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from difflib import get_close_matches
from math import isfinite

COUNTS = ("ctrcd_mild", "ctrcd_moderate", "ctrcd_severe", "early_death", "ae", "dlt")
POPULATIONS = ("treated", "evaluable for heart", "evaluable for DLT")
METHODS = ("posterior", "geller")
EARLY_DEATH_DAYS = 30
MOST_SUBJECTS = 500
"""Of a rule's n_max: far beyond any trial of this kind, and still computed in a second."""
FLAGGED = "Other"
"""The category of an event that was flagged as of special interest and is in none of the trial's own."""


@dataclass(frozen=True)
class StoppingRule:
    """One stopping rule: too many subjects with an event among the first n.

    counts: the event, one of COUNTS. 'ctrcd_moderate': CTRCD moderate or worse. 'early_death': death of any cause on
        days 1 to within_days (30 unless told; day 1 = first infusion). 'ae': an adverse event of `terms` (preferred
        terms) or `category` (of special interest) of at least `minimum_grade`. 'dlt': an adjudicated DLT.
    population: who is counted, one of POPULATIONS; `cohort` (empty: all) keeps to one cohort, e.g. the expansion.
    threshold: the rate p0 above which the trial should not go on. prior: Beta parameters.
    cutoff: 'posterior' stops when P(rate > threshold) exceeds it; 'geller' finds it so that the chance of ever
        stopping at the threshold is at most `alpha`.
    n_max: the last number of subjects the rule was planned for; minimum_subjects: the first it looks at.
    within_days: events count until this day; observed_days: without an event a subject counts from this day on. A subject
        is observed until its last day on study; for CTRCD until its last LVEF that can be compared with its baseline.
    """

    name: str
    counts: str
    population: str
    threshold: float
    n_max: int
    prior: tuple[float, float]
    method: str = "posterior"
    cutoff: float | None = None
    alpha: float | None = None
    minimum_subjects: int = 1
    within_days: int | None = None
    observed_days: int | None = None
    category: str = ""
    terms: tuple[str, ...] = ()
    minimum_grade: int = 3
    cohort: str = ""

    @property
    def heart(self) -> bool:
        """Whether it counts what only an LVEF can show."""
        return self.counts.startswith("ctrcd")

    @property
    def observed(self) -> int | None:
        """The day until which a subject without the event must have been observed; None where it counts at once."""
        return self.observed_days or self.within_days

    @classmethod
    def of(cls, row: dict) -> "StoppingRule":
        """The rule of a [[stopping_rule]] table; ValueError says what in it is impossible."""
        name = row.get("name")
        if not (isinstance(name, str) and name.strip()):
            raise ValueError("a stopping_rule has no name")
        _need(
            not row.keys() - _KEYS,
            name,
            f"unknown settings {', '.join(sorted(row.keys() - _KEYS))}; known are {', '.join(sorted(_KEYS))}",
        )
        missing = [key for key in ("counts", "population", "threshold", "n_max", "prior") if key not in row]
        _need(not missing, name, f"lacks {', '.join(missing)}")
        _check(name, row)
        given = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
        if row["counts"] == "early_death":
            given.setdefault("within_days", EARLY_DEATH_DAYS)
        return cls(**given)


_KEYS = {field.name for field in fields(StoppingRule)}


def rules_of(rows: Iterable[dict]) -> tuple[StoppingRule, ...]:
    """The rules of all [[stopping_rule]] tables, each name once; ValueError says what is impossible in which."""
    rules = tuple(StoppingRule.of(row) for row in rows)
    names = [rule.name for rule in rules]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"the stopping_rule {twice[0]!r} is defined twice")
    return rules


def check_rules(content: dict) -> None:
    """ValueError where a rule is impossible, alone or beside the rest of the trial's definition.

    Asked when a definition is read, not when one comes out of a data cut: cuts made earlier stay readable.
    """
    categories = (*content.get("special_interest", {}), FLAGGED)
    for rule in rules_of(content.get("stopping_rule", ())):
        _need(rule.n_max <= MOST_SUBJECTS, rule.name, f"n_max must be at most {MOST_SUBJECTS}; got {rule.n_max}")
        _need(
            rule.category in ("", *categories),
            rule.name,
            f"category {rule.category!r} is no category of special_interest; {_hint(rule.category, categories)}",
        )
        too_short = (rule.observed_days or rule.within_days or 0) < (rule.within_days or 0)
        _need(
            not too_short,
            rule.name,
            f"observed_days {rule.observed_days} is below within_days {rule.within_days}: a subject would count as free of an event that can still come; it must be {rule.within_days} or more",
        )


def _hint(wrong: str, known: tuple[str, ...]) -> str:
    near = get_close_matches(wrong, known, n=1)
    return f"did you mean {near[0]!r}" if near else f"possible are {', '.join(map(repr, known))}"


def _check(name: str, row: dict) -> None:
    _choice(name, "counts", row["counts"], COUNTS)
    _choice(name, "population", row["population"], POPULATIONS)
    _choice(name, "method", row.get("method", "posterior"), METHODS)
    _need(_share(row["threshold"]), name, f"threshold must lie between 0 and 1; got {row['threshold']!r}")
    _prior(name, row["prior"])
    _certainty(name, row)
    for key in ("n_max", "minimum_subjects", "within_days", "observed_days"):
        _need(
            key not in row or _whole(row[key]),
            name,
            f"{key} must be a whole number of at least 1; got {row.get(key)!r}",
        )
    first = row.get("minimum_subjects", 1)
    _need(first <= row["n_max"], name, f"minimum_subjects {first} is above n_max {row['n_max']}")
    for key in ("cohort", "category"):
        _need(key not in row or _text(row[key]), name, f"{key} must be text; got {row.get(key)!r}")
    _event(name, row)


def _certainty(name: str, row: dict) -> None:
    """A posterior rule says how sure it must be, a calibrated one how often it may be wrong; never both."""
    needed, other = ("alpha", "cutoff") if row.get("method") == "geller" else ("cutoff", "alpha")
    _need(needed in row, name, f"method {row.get('method', 'posterior')!r} needs {needed}")
    _need(other not in row, name, f"method {row.get('method', 'posterior')!r} has no {other}")
    _need(_share(row[needed]), name, f"{needed} must lie between 0 and 1; got {row[needed]!r}")


def _prior(name: str, prior) -> None:
    right = (
        isinstance(prior, (list, tuple)) and len(prior) == 2 and all(_number(value) and value > 0 for value in prior)
    )
    _need(right, name, f"prior must be two numbers above 0 (Beta parameters); got {prior!r}")


def _event(name: str, row: dict) -> None:
    """What only some kinds of event have."""
    is_event = row["counts"] == "ae"
    _need(not is_event or row.get("terms") or row.get("category"), name, "counts 'ae' needs terms or a category")
    terms = row.get("terms", [])
    _need(
        isinstance(terms, (list, tuple)) and all(map(_text, terms)),
        name,
        f"terms must be a list of texts (preferred terms); got {terms!r}",
    )
    grade = row.get("minimum_grade", 3)
    _need(_whole(grade) and grade <= 5, name, f"minimum_grade must be 1 to 5; got {grade!r}")
    stray = [key for key in ("terms", "category", "minimum_grade") if key in row and not is_event]
    _need(not stray, name, f"counts {row['counts']!r} takes no {', '.join(stray)}")
    windowed = [key for key in ("within_days", "observed_days") if key in row]
    _need(
        row["counts"] != "dlt" or not windowed,
        name,
        f"counts 'dlt' takes no {', '.join(windowed)}: the DLT window is the protocol's",
    )


def _choice(name: str, key: str, value, known: tuple[str, ...]) -> None:
    _need(value in known, name, f"{key} must be one of {', '.join(known)}; got {value!r}")


def _need(right, name: str, problem: str) -> None:
    if not right:
        raise ValueError(f"stopping_rule {name!r}: {problem}")


def _number(value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)


def _text(value) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _share(value) -> bool:
    return _number(value) and 0 < value < 1


def _whole(value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1
