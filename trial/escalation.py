"""The `[escalation]` part of a trial definition: the design that decides, those shown beside it, and their settings."""

from __future__ import annotations

from collections.abc import Callable
from math import exp
from typing import Annotated, Any

from pydantic import Field, Strict
from typing_extensions import TypedDict

from trial.values import Flag, Number, Positive, Rate, Rates, has_only, must_be, must_be_one_of

DESIGNS = ("Rolling Six", "3+3", "BOIN", "Keyboard", "mTPI-2", "CRM")
MODELS = ("empiric", "logistic")
MOST_IN_A_COHORT = 12
OWN = {"3+3": "three_plus_three", "BOIN": "boin", "Keyboard": "keyboard", "mTPI-2": "mtpi2", "CRM": "crm"}
"""Design → the table of its settings; Rolling Six has none."""

Design = Annotated[str, must_be_one_of(DESIGNS)]
Designs = Annotated[list[Design], Strict(), must_be(f"a list of designs ({', '.join(DESIGNS)})")]
CohortSize = Annotated[
    int,
    Strict(),
    Field(ge=1, le=MOST_IN_A_COHORT),
    must_be(f"a whole number of at least 1 and at most {MOST_IN_A_COHORT}"),
]
Level = Annotated[int, Strict(), Field(ge=1), must_be("a whole number of at least 1")]


class ThreePlusThreeTable(TypedDict, total=False):
    """deescalate: whether the level below is filled up to six before it is named the maximum tolerated dose.

    six_at_highest: whether the highest level is called tolerated with six evaluated alone, not with three.
    """

    deescalate: Flag
    six_at_highest: Flag


class BoinTable(TypedDict, total=False):
    """p_saf, p_tox: the rates of too low and too high a dose; left out, 0.6 and 1.4 times the target."""

    p_saf: Rate
    p_tox: Rate
    cutoff: Rate


class KeyboardTable(TypedDict, total=False):
    """margin: how far the target key reaches either side. closes_from: evaluated subjects from which a level closes."""

    margin: Rate
    cutoff: Rate
    closes_from: Level


class Mtpi2Table(TypedDict, total=False):
    """epsilon1, epsilon2: how far the equivalence interval reaches below and above the target."""

    epsilon1: Rate
    epsilon2: Rate
    certainty: Rate


class CrmTable(TypedDict, total=False):
    """start_level: the level that the skeleton is built around; left out, the middle one. skeleton: stated rates.

    safety_stop: the trial stops when P(DLT rate at the lowest level > target) exceeds it.
    """

    halfwidth: Rate
    start_level: Level
    skeleton: Rates
    model: Annotated[str, must_be_one_of(MODELS)]
    prior_sd: Positive
    intercept: Number
    skip_levels: Flag
    safety_stop: Rate


class EscalationTable(TypedDict, total=False):
    """[escalation]: the design that decides, those shown for comparison, the target rate, each design's settings.

    over_target_limit: where P(DLT rate > target) at the named dose exceeds it, the finding says so first.
    """

    rule: Design
    alternatives: Designs
    target: Rate
    cohort_size: CohortSize
    over_target_limit: Rate
    three_plus_three: Annotated[ThreePlusThreeTable, has_only(ThreePlusThreeTable)]
    boin: Annotated[BoinTable, has_only(BoinTable)]
    keyboard: Annotated[KeyboardTable, has_only(KeyboardTable)]
    mtpi2: Annotated[Mtpi2Table, has_only(Mtpi2Table)]
    crm: Annotated[CrmTable, has_only(CrmTable)]


def escalation_settings(own: dict[str, Any], merged: dict[str, Any]) -> dict[str, Any]:
    """The escalation of a trial with everything filled in; rule "" where none is stated.

    own: the trial's definition as written; merged: the same over the defaults.
    Keys: rule, alternatives (tuple), target, cohort_size, and a dict of settings a design (None: by the design itself).
    """
    stated, settings = own.get("escalation", {}), merged["escalation"]
    rule = stated.get("rule") or _named_elsewhere(own)
    others = stated.get("alternatives", DESIGNS if rule else ())
    return settings | {
        "rule": rule,
        "alternatives": tuple(dict.fromkeys(name for name in others if name != rule)),
        "target": _target(own, settings),
        "boin": {"p_saf": None, "p_tox": None} | settings["boin"],
        "crm": {"skeleton": None, "start_level": _middle(own)} | settings["crm"],
    }


def _named_elsewhere(own: dict[str, Any]) -> str:
    """The rule of [dlt], where it is a design of this dashboard."""
    rule = own.get("dlt", {}).get("rule", "")
    return rule if rule in DESIGNS else ""


def _target(own: dict[str, Any], settings: dict[str, Any]) -> float:
    """The target of [escalation], else the rate of [dlt], else the default."""
    stated = own.get("escalation", {}).get("target")
    return float(stated or own.get("dlt", {}).get("target_rate") or settings["target"])


def _middle(own: dict[str, Any]) -> int:
    return max((len(own.get("dose_level", ())) + 1) // 2, 1)


def check_escalation(settings: dict[str, Any], levels: int) -> None:
    """ValueError where settings that are right each by itself do not go together, in any design that is shown."""
    for design in (settings["rule"], *settings["alternatives"]):
        if design in _CHECKS:
            _CHECKS[design](settings[OWN[design]], settings["target"], levels)


def _check_boin(own: dict[str, Any], target: float, levels: int) -> None:
    low = 0.6 * target if own["p_saf"] is None else own["p_saf"]
    high = 1.4 * target if own["p_tox"] is None else own["p_tox"]
    _interval("boin", low, target, high)


def _check_keyboard(own: dict[str, Any], target: float, levels: int) -> None:
    _interval("keyboard", target - own["margin"], target, target + own["margin"])


def _check_mtpi2(own: dict[str, Any], target: float, levels: int) -> None:
    _interval("mtpi2", target - own["epsilon1"], target, target + own["epsilon2"])


def _interval(name: str, low: float, target: float, high: float) -> None:
    if not 1e-9 < low < target < high < 1:
        raise ValueError(f"[escalation] {name}: {low:g}, the target {target:g} and {high:g} must rise between 0 and 1")


def _check_crm(own: dict[str, Any], target: float, levels: int) -> None:
    highest = 1 / (1 + exp(-own["intercept"])) if own["model"] == "logistic" else 1.0
    if own["skeleton"] is not None:
        return _check_skeleton(own["skeleton"], levels, highest)
    halfwidth = own["halfwidth"]
    if not (target - halfwidth > 0 and target + halfwidth < 1):
        raise ValueError(
            f"[escalation] crm: halfwidth {halfwidth:g} around the target {target:g} must stay between 0 and 1"
        )
    if target + halfwidth >= highest:
        raise ValueError(
            f"[escalation] crm: with intercept {own['intercept']:g} the logistic model holds rates below "
            f"{highest:.3g}; target and halfwidth ask for {target + halfwidth:g}"
        )
    if levels and own["start_level"] > levels:
        raise ValueError(
            f"[escalation] crm.start_level {own['start_level']} does not exist; the trial has {levels} dose levels"
        )


def _check_skeleton(rates: list[float], levels: int, highest: float) -> None:
    if levels and len(rates) != levels:
        raise ValueError(
            f"[escalation] crm.skeleton must hold one prior DLT rate a dose level ({levels}); found {rates}"
        )
    if rates != sorted(set(rates)):
        raise ValueError(f"[escalation] crm.skeleton must rise from level to level; found {rates}")
    if rates and rates[-1] >= highest:
        raise ValueError(
            f"[escalation] crm.skeleton: with this intercept the logistic model holds rates below {highest:.3g}; "
            f"found {rates[-1]:g}"
        )


_CHECKS: dict[str, Callable[[dict[str, Any], float, int], None]] = {
    "BOIN": _check_boin,
    "Keyboard": _check_keyboard,
    "mTPI-2": _check_mtpi2,
    "CRM": _check_crm,
}
