"""The `[escalation]` part of a trial definition: the design that decides, those shown beside it, and their settings."""

from __future__ import annotations

from math import exp, inf, isfinite

DESIGNS = ("Rolling Six", "3+3", "BOIN", "Keyboard", "mTPI-2", "CRM")
MODELS = ("empiric", "logistic")
TARGET = 0.30
MOST_IN_A_COHORT = 12
SETTINGS = {
    "three_plus_three": {"deescalate": False},
    "boin": {"p_saf": None, "p_tox": None, "cutoff": 0.95},
    "keyboard": {"margin": 0.05, "cutoff": 0.95},
    "mtpi2": {"epsilon1": 0.05, "epsilon2": 0.05, "certainty": 0.95},
    "crm": {
        "halfwidth": 0.06,
        "start_level": None,
        "skeleton": None,
        "model": "empiric",
        "prior_sd": 1.34**0.5,
        "intercept": 3.0,
        "skip_levels": False,
    },
}
"""What each design takes, with what it is where the definition does not say."""
OWN = {"3+3": "three_plus_three", "BOIN": "boin", "Keyboard": "keyboard", "mTPI-2": "mtpi2", "CRM": "crm"}


def escalation_settings(content: dict) -> dict:
    """The escalation of a trial definition with every default filled in; rule "" where none is stated.

    Keys: rule, alternatives (tuple), target, cohort_size, and a dict of settings a design. ValueError says what is impossible.
    """
    stated, levels = content.get("escalation", {}), len(content.get("dose_level", ()))
    _known("[escalation]", stated, ("rule", "alternatives", "target", "cohort_size", *SETTINGS))
    rule = _rule(stated, content.get("dlt", {}))
    settings = {
        "rule": rule,
        "alternatives": _alternatives(stated, rule),
        "target": _share("target", stated.get("target", content.get("dlt", {}).get("target_rate", TARGET))),
        "cohort_size": _whole("cohort_size", stated.get("cohort_size", 3), least=1, most=MOST_IN_A_COHORT),
    } | {name: _merged(name, stated.get(name, {})) for name in SETTINGS}
    if settings["crm"]["start_level"] is None:
        settings["crm"]["start_level"] = max((levels + 1) // 2, 1)
    for design in (rule, *settings["alternatives"]):
        _CHECKS.get(design, lambda *_: None)(settings[OWN[design]] if design in OWN else {}, settings["target"], levels)
    return settings


def _rule(stated: dict, dlt: dict) -> str:
    if "rule" in stated:
        return _design("rule", stated["rule"])
    return dlt["rule"] if dlt.get("rule") in DESIGNS else ""


def _alternatives(stated: dict, rule: str) -> tuple[str, ...]:
    chosen = stated.get("alternatives", DESIGNS if rule else ())
    if not isinstance(chosen, (list, tuple)):
        raise ValueError(f"escalation.alternatives must be a list of designs; found {chosen!r}")
    named = [_design("alternatives", name) for name in chosen]
    return tuple(dict.fromkeys(name for name in named if name != rule))


def _design(key: str, name) -> str:
    if name not in DESIGNS:
        raise ValueError(f"escalation.{key} {name!r} is no design of this dashboard; it knows {', '.join(DESIGNS)}")
    return name


def _known(where: str, stated, keys) -> None:
    if not isinstance(stated, dict):
        raise ValueError(f"{where} must be a table; found {stated!r}")
    unknown = sorted(stated.keys() - set(keys))
    if unknown:
        raise ValueError(f"{where} has no setting {', '.join(unknown)}; it takes {', '.join(keys)}")


def _merged(name: str, stated: dict) -> dict:
    _known(f"escalation.{name}", stated, tuple(SETTINGS[name]))
    return SETTINGS[name] | stated


def _number(name: str, value) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
        raise ValueError(f"escalation.{name} must be a number; found {value!r}")
    return value


def _share(name: str, value) -> float:
    if not 0 < _number(name, value) < 1:
        raise ValueError(f"escalation.{name} must be a rate between 0 and 1, such as 0.3; found {value!r}")
    return float(value)


def _whole(name: str, value, *, least: int, most: float = inf) -> int:
    if _number(name, value) != int(value) or not least <= value <= most:
        upper = f" and at most {most}" if most < inf else ""
        raise ValueError(f"escalation.{name} must be a whole number of at least {least}{upper}; found {value!r}")
    return int(value)


def _flag(name: str, value) -> None:
    if not isinstance(value, bool):
        raise ValueError(f"escalation.{name} must be true or false; found {value!r}")


def _interval(name: str, low: float, target: float, high: float) -> None:
    if not 1e-9 < low < target < high < 1:
        raise ValueError(f"escalation.{name}: {low:g}, the target {target:g} and {high:g} must rise between 0 and 1")


def _three_plus_three(own: dict, target: float, levels: int) -> None:
    _flag("three_plus_three.deescalate", own["deescalate"])


def _boin(own: dict, target: float, levels: int) -> None:
    _share("boin.cutoff", own["cutoff"])
    low = 0.6 * target if own["p_saf"] is None else _share("boin.p_saf", own["p_saf"])
    high = 1.4 * target if own["p_tox"] is None else _share("boin.p_tox", own["p_tox"])
    _interval("boin", low, target, high)


def _keyboard(own: dict, target: float, levels: int) -> None:
    _share("keyboard.cutoff", own["cutoff"])
    margin = _share("keyboard.margin", own["margin"])
    _interval("keyboard", target - margin, target, target + margin)


def _mtpi2(own: dict, target: float, levels: int) -> None:
    _share("mtpi2.certainty", own["certainty"])
    _interval(
        "mtpi2",
        target - _share("mtpi2.epsilon1", own["epsilon1"]),
        target,
        target + _share("mtpi2.epsilon2", own["epsilon2"]),
    )


def _crm(own: dict, target: float, levels: int) -> None:
    _flag("crm.skip_levels", own["skip_levels"])
    if own["model"] not in MODELS:
        raise ValueError(f"escalation.crm.model {own['model']!r} is unknown; it is one of {', '.join(MODELS)}")
    if _number("crm.prior_sd", own["prior_sd"]) <= 0:
        raise ValueError(f"escalation.crm.prior_sd must be above 0; found {own['prior_sd']!r}")
    reachable = 1 / (1 + exp(-_number("crm.intercept", own["intercept"]))) if own["model"] == "logistic" else 1.0
    if own["skeleton"] is not None:
        return _skeleton(own["skeleton"], levels, reachable)
    halfwidth = _share("crm.halfwidth", own["halfwidth"])
    if not (target - halfwidth > 0 and target + halfwidth < 1):
        raise ValueError(
            f"escalation.crm: halfwidth {halfwidth:g} around the target {target:g} must stay between 0 and 1"
        )
    if target + halfwidth >= reachable:
        raise ValueError(
            f"escalation.crm: with intercept {own['intercept']:g} the logistic model holds rates below {reachable:.3g}; target and halfwidth ask for {target + halfwidth:g}"
        )
    start = _whole("crm.start_level", own["start_level"], least=1)
    if levels and start > levels:
        raise ValueError(f"escalation.crm.start_level {start} does not exist; the trial has {levels} dose levels")


def _skeleton(rates, levels: int, reachable: float) -> None:
    if not isinstance(rates, (list, tuple)) or levels and len(rates) != levels:
        raise ValueError(
            f"escalation.crm.skeleton must hold one prior DLT rate a dose level ({levels}); found {rates!r}"
        )
    rates = [_share("crm.skeleton", rate) for rate in rates]
    if rates != sorted(set(rates)):
        raise ValueError(f"escalation.crm.skeleton must rise from level to level; found {rates}")
    if rates[-1] >= reachable:
        raise ValueError(
            f"escalation.crm.skeleton: with this intercept the logistic model holds rates below {reachable:.3g}; found {rates[-1]:g}"
        )


_CHECKS = {"3+3": _three_plus_three, "BOIN": _boin, "Keyboard": _keyboard, "mTPI-2": _mtpi2, "CRM": _crm}
