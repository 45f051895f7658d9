"""Why a design decides as it does: a reason in parts, codes and numbers, and the sentence made from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """One clause of a reason: its code (a key of CLAUSES), the dose level it speaks of, and its numbers;
    None where it has none.

    pending: at the level, in the clause "pending in all" at all levels. limit: subjects, or DLTs. rate, threshold and
    confidence: fractions 0 to 1. verdicts: (action, level) of the decisions that a clause names.
    """

    code: str
    level: int | None = None
    evaluated: int | None = None
    dlt: int | None = None
    pending: int | None = None
    enrolled: int | None = None
    limit: int | None = None
    rate: float | None = None
    threshold: float | None = None
    confidence: float | None = None
    verdicts: tuple[tuple[str, int | None], ...] = ()


COUNT = "count"
NOT_REACHED = "MTD not reached"
SELECTED = "selected, highest planned"
RANGE = "pending decide"
CLAUSES: dict[str, tuple[str, str]] = {
    # what the reason rests on
    COUNT: (", and ", "{count}"),
    "closed": (", and ", "{level} is closed"),
    "none higher": (", and ", "there is no higher dose level to go to"),
    "none higher open": (", and ", "no higher dose level is open"),
    "pending in all": ("; ", "{pending} pending in all"),
    "many DLTs": (", ", "{limit} or more mean de-escalation"),
    "few DLTs": (", ", "{limit} or fewer mean escalation"),
    "planned": ("", "{enrolled} subjects are enrolled, {limit} were planned"),
    # what follows
    "start": ("", "no subject has been enrolled yet: the trial starts at {level}"),
    "cohort incomplete": (": ", "the cohort at {level} is not complete"),
    "three more": (": ", "three more subjects are enrolled at {level}"),
    "next cohort": (": ", "the next cohort goes to {level}"),
    "next subject": (": ", "the next subject is enrolled at {level}"),
    "next": (": ", "{level} is next"),
    "next below": ("; ", "{level} is next"),
    "six needed": (": ", "six subjects are needed at {level}"),
    "filled to six": (": ", "{level} is filled up to six subjects"),
    "six enrolled": (": ", "six subjects are enrolled"),
    "six at": (": ", "{level} has six subjects"),
    "closed from": (": ", "{level} and those above are closed"),
    "lowest not tolerated": (": ", "the lowest dose level is not tolerated"),
    "lowest too toxic": (": ", "the lowest dose level is too toxic"),
    "lowest open": (", but ", "{level} is the lowest and not closed"),
    "highest": (", but ", "{level} is the highest"),
    "higher closed": (", but ", "{level} is closed"),
    "between limits": (": ", "neither few enough to escalate nor enough to de-escalate"),
    "nearest target": (
        ": ",
        "the estimated DLT rate at {level}, {rate}, is nearest the design's target of {threshold}",
    ),
    "too toxic": ("", "P(DLT rate at {level} > {threshold}) is {rate}, {confidence} or more: the trial stops"),
    "above the design's target": (
        "",
        "P(DLT rate at {level} > {threshold}, the design's target) is {rate}, which exceeds {confidence}: "
        "the trial stops",
    ),
    "trial stops": (": ", "the trial stops"),
    "nobody more": (": ", "nobody more is"),
    "no level skipped": (". ", "no level is skipped: {level} is next"),
    "whatever pending": (". ", "whether none or all of them have a DLT, the design says: {verdict}"),
    RANGE: (
        ". ",
        "the design has no convention for pending subjects: its answers range "
        "from {verdict} if none of them has a DLT to {other} if all have",
    ),
    "could close": (": ", "the pending subjects could give {level} its second DLT"),
    "beyond six": (
        ". ",
        "{enrolled} subjects at {level} are evaluable or pending, more than the {limit} that the design foresees",
    ),
    # what the decision itself says already
    "no dose": (". ", "no dose is recommended"),
    "MTD": (": ", "the maximum tolerated dose is {level}"),
    NOT_REACHED: (
        ": ",
        "the maximum tolerated dose is not reached; {level} is the highest dose studied and was tolerated",
    ),
    SELECTED: (". ", "{level} would be selected: it is the highest planned dose, {limit} or more are evaluable there"),
    "above MTD": (": ", "it is above the maximum tolerated dose, which is {level}"),
    "wait for cohort": (": ", "await the pending subjects before the next cohort"),
    "wait": ("; ", "await the pending subjects"),
    "wait for them": (". ", "wait for them"),
}
"""Code → how the clause is joined to the one before it, and its words."""
VERDICTS = frozenset(
    {"MTD", NOT_REACHED, SELECTED, "above MTD", "no dose", "lowest not tolerated"}
    | {"next subject", "next cohort", "next", "next below", "wait for cohort", "wait", "wait for them"}
)
"""Clauses that only repeat the decision."""


def level_number(level: int) -> str:
    """How a design names a level; displays name the dose in its place."""
    return f"dose level {level}"


def in_words(parts: tuple[Part, ...], name: Callable[[int], str] = level_number) -> str:
    """The parts as sentences; `name` gives a dose level's name. "" without parts."""
    text = ""
    for before, part in zip((None, *parts), parts, strict=False):
        joint = _joint(before, part)
        clause = _clause(part, name)
        text += joint + (clause if joint and not joint.startswith(".") else clause[:1].upper() + clause[1:])
    return f"{text}." if text else ""


def count_words(part: Part, name: Callable[[int], str] = level_number) -> str:
    """ "2 of 6 evaluable subjects at dose level 3 had a DLT (1 pending)"."""
    waiting = f" ({part.pending} pending)" if part.pending else ""
    if not part.evaluated:
        return f"no subject at {_named(part, name)} has been evaluated yet{waiting}"
    subjects = "subject" if part.evaluated == 1 else "subjects"
    return f"{part.dlt} of {part.evaluated} evaluable {subjects} at {_named(part, name)} had a DLT{waiting}"


def _joint(before: Part | None, part: Part) -> str:
    if before is None:
        return ""
    if part.code == COUNT and before.code != COUNT:
        return ". "
    return CLAUSES[part.code][0]


def _clause(part: Part, name: Callable[[int], str]) -> str:
    if part.code == COUNT:
        return count_words(part, name)
    verdict, other = (*(_verdict(action, level, name) for action, level in part.verdicts), "", "")[:2]
    return CLAUSES[part.code][1].format(
        level=_named(part, name),
        verdict=verdict,
        other=other,
        pending=part.pending,
        enrolled=part.enrolled,
        limit=part.limit,
        rate=_percent(part.rate),
        threshold=_percent(part.threshold),
        confidence=_percent(part.confidence),
    )


def _named(part: Part, name: Callable[[int], str]) -> str:
    return "" if part.level is None else name(part.level)


def _verdict(action: str, level: int | None, name: Callable[[int], str]) -> str:
    """ "escalate to dose level 3", "stop"."""
    if level is None:
        return action
    joined = {"stop": "with", "stay": "at"}.get(action, "to")
    return f"{action} {joined} {name(level)}"


def _percent(fraction: float | None) -> str:
    """A whole percentage, 0 or 100 only where it is exactly so."""
    if fraction is None:
        return ""
    rounded = f"{fraction:.0%}".replace("%", " %")
    if rounded == "100 %" and fraction < 1:
        return "> 99 %"
    return "< 1 %" if rounded == "0 %" and fraction > 0 else rounded
