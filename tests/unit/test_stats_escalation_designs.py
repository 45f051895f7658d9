"""Whole trials, cohort by cohort, against the escalation package."""

import pytest
from shared import shared_cases

from stats.escalation import BOIN, CRM, MTPI2, dont_skip, stop_at, stop_when_too_toxic


def design_of(case):
    """The project's design for a chain of the escalation package, or None where it holds something not offered here."""
    *rules, core = case["inputs"]["design"]
    design = core_of(core | {"settings": OMITTED.get(case["id"], {})})
    for rule in reversed(rules):
        if design is None or rule["class"] not in WRAPPERS:
            return None
        design = WRAPPERS[rule["class"]](design, rule)
    return design


def core_of(core):
    if core["class"] == "boin_selector_factory":
        return BOIN(core["target"], core["num_doses"], cutoff=0.95 if core["use_stopping_rule"] else 1)
    if core["class"] == "mtpi2_selector_factory" and core["alpha"] == core["beta"] == 1:
        return MTPI2(core["target"], core["num_doses"], core["epsilon1"], core["epsilon2"], core["exclusion_certainty"])
    if core["class"] == "dfcrm_selector_factory" and not core["tite"]:
        return CRM(tuple(core["skeleton"]), core["target"], **core.get("settings", {}))
    return None


WRAPPERS = {
    "dont_skip_selector_factory": lambda design, rule: (
        dont_skip(design, rule["when_deescalating"]) if rule["when_escalating"] else design
    ),
    "stop_at_n_selector_factory": lambda design, rule: stop_at(design, rule["n"]),
    "stop_when_too_toxic_selector_factory": lambda design, rule: stop_when_too_toxic(
        design, rule["dose"], rule["tox_threshold"], rule["confidence"]
    ),
}
OMITTED = {"esc-crm-001": {"prior_sd": 0.75**0.5}}
"""What the source sets and the case file does not carry: its test calls get_dfcrm with scale = sqrt(0.75)."""
PATHS = [
    case
    for case in shared_cases("escalation_paths.json")
    if case.values[0] is None or design_of(case.values[0]) is not None
]
"""Left out: mTPI, TPI, prior parameters other than (1, 1), fixed paths,
and add-on rules beyond the three offered here."""


@pytest.mark.parametrize("case", PATHS)
def test_paths_agree_with_the_escalation_package(case, agrees):
    design, expected = design_of(case), case["expected"]
    decision = design.decide(case["inputs"]["outcomes"])
    path = f"{design.name.split(',')[0]}, {case['inputs']['outcomes']}"
    if "recommended_dose" in expected:
        agrees(decision.dose, expected["recommended_dose"], f"{path}: recommended level", within=0)
    if "continue" in expected:
        agrees(decision.action != "stop", expected["continue"], f"{path}: goes on")
    if "mean_prob_tox_round2" in expected:
        agrees(
            design.fit(case["inputs"]["outcomes"]).p_tox,
            expected["mean_prob_tox_round2"],
            f"{path}: P(DLT) per level",
            within=0.0051,
        )
    if "dose_admissible" in expected and hasattr(design, "eliminated"):
        closed = design.eliminated(case["inputs"]["outcomes"]) or design.levels + 1
        agrees(
            [level < closed for level in range(1, design.levels + 1)],
            expected["dose_admissible"],
            f"{path}: levels still open",
        )
