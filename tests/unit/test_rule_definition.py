"""The escalation rule's settings in the trial's definition: defaults, what reaches the designs, what is impossible."""

from __future__ import annotations

import tomllib

import pytest
from conftest import SAMPLE
from rule_trials import stated

from displays.rule.design import designs, rule_of
from stats.escalation import ThreePlusThree
from trial import Trial, TrialError
from trial.defaults import DEFAULTS
from trial.escalation import DESIGNS, OWN


def test_defaults_where_the_definition_is_silent():
    assert Trial.none().escalation["rule"] == "" and rule_of(Trial.none()) is None
    assert stated("").escalation["rule"] == "" and designs(stated("")) == []
    trial = stated("", dlt='rule = "3+3"\ntarget_rate = 0.25')
    assert (
        trial.escalation["rule"] == "3+3"
        and trial.escalation["target"] == 0.25
        and trial.escalation["cohort_size"] == 3
    )
    assert trial.escalation["alternatives"] == tuple(name for name in DESIGNS if name != "3+3")
    assert stated('[escalation]\nrule = "CRM"').escalation["target"] == 0.30
    assert trial.escalation["crm"]["start_level"] == 2, "the middle of three levels"
    assert stated("", dlt='rule = "by judgement"').escalation["rule"] == ""


def test_settings_reach_the_designs():
    trial = stated(
        '[escalation]\nrule = "BOIN"\nalternatives = ["BOIN", "3+3", "CRM", "Keyboard", "mTPI-2", "3+3"]\ntarget = '
        "0.2\nboin = {cutoff = 0.9, p_saf = 0.1}\n"
        'three_plus_three = {deescalate = true}\ncrm = {skeleton = [0.1, 0.2, 0.4], model = "logistic", prior_sd = 1, '
        "skip_levels = true}\n"
        "keyboard = {margin = 0.04}\nmtpi2 = {epsilon2 = 0.1}"
    )
    boin, three, crm, keyboard, mtpi2 = designs(trial)
    assert (boin.target, boin.cutoff, boin.p_saf, boin.levels) == (0.2, 0.9, 0.1, 3)
    assert three == ThreePlusThree(3, deescalate=True, six_at_highest=True)
    assert (crm.skeleton, crm.model, crm.prior_sd, crm.target) == ((0.1, 0.2, 0.4), "logistic", 1, 0.2)
    assert keyboard.margin == 0.04 and (mtpi2.epsilon1, mtpi2.epsilon2) == (0.05, 0.1)


def test_every_design_of_the_definition_can_be_made(trial):
    for name in DESIGNS:
        made = rule_of(stated(f'[escalation]\nrule = "{name}"', levels=5))
        assert made.name.startswith(name) and made.levels == 5 and made.pending_convention
    assert set(OWN.values()) == {name for name, value in DEFAULTS["escalation"].items() if isinstance(value, dict)}
    assert [design.name.partition(",")[0] for design in designs(trial)] == [
        "Rolling Six",
        "3+3",
        "BOIN",
        "Keyboard",
        "mTPI-2",
        "CRM",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("target = 1.2", "[escalation] target must be a rate between 0 and 1, such as 0.3; found 1.2"),
        ("target = 0", "found 0"),
        ('target = "30 %"', "target must be a rate between 0 and 1, such as 0.3; found '30 %'"),
        ('rule = "4+4"', "rule must be one of Rolling Six, 3+3, BOIN, Keyboard, mTPI-2, CRM; found '4+4'"),
        (
            'alternatives = ["TITE"]',
            "alternatives must be a list of designs (Rolling Six, 3+3, BOIN, Keyboard, mTPI-2, CRM); found ['TITE']",
        ),
        ('alternatives = "CRM"', "must be a list"),
        ("cohort_size = 0", "cohort_size must be a whole number of at least 1 and at most 12; found 0"),
        ("cohort_size = 2.5", "found 2.5"),
        ("cohort_size = inf", "at most 12; found inf"),
        ("cohort_size = 13", "at most 12; found 13"),
        ("crm = {prior_sd = nan}", "crm.prior_sd must be a number above 0; found nan"),
        ('crm = {model = "logistic", skeleton = [0.1, 0.3, 0.96]}', "holds rates below 0.953; found 0.96"),
        ('crm = {model = "logistic", intercept = -1.0}', "holds rates below 0.269; target and halfwidth ask for 0.36"),
        ("ruel = 1", "[escalation] has no key ruel; did you mean rule"),
        ("boin = {cut = 0.9}", "[escalation] boin has no key cut; did you mean cutoff"),
        ("boin = 3", "must be a table"),
        ("boin = {cutoff = 1.5}", "boin.cutoff must be a rate"),
        ("boin = {p_saf = 0.4}", "[escalation] boin: 0.4, the target 0.3"),
        ("keyboard = {margin = 0.4}", "[escalation] keyboard: -0.1, the target 0.3"),
        ("mtpi2 = {epsilon2 = 0.8}", "and 1.1 must rise"),
        ("crm = {start_level = 9}", "start_level 9 does not exist; the trial has 3"),
        ("crm = {halfwidth = 0.5}", "halfwidth 0.5 around the target 0.3"),
        ('crm = {model = "probit"}', "crm.model must be one of empiric, logistic; found 'probit'"),
        ("crm = {prior_sd = 0}", "prior_sd must be a number above 0; found 0"),
        ("crm = {skeleton = [0.1, 0.2]}", "one prior DLT rate a dose level (3)"),
        ("crm = {skeleton = [0.2, 0.1, 0.3]}", "must rise"),
        ('three_plus_three = {deescalate = "yes"}', "must be true or false"),
    ],
)
def test_what_is_impossible_is_named(text, words):
    rule = "" if text.startswith("rule") else 'rule = "Rolling Six"\n'
    with pytest.raises(TrialError) as raised:
        stated(f"[escalation]\n{rule}{text}")
    assert words in str(raised.value) and "trial.toml" in str(raised.value)


def test_what_no_source_states_is_marked_as_an_assumption(trial):
    assert {"escalation.rule", "escalation.target", "escalation.settings"} <= trial.assumptions.keys()
    settings = tomllib.loads((SAMPLE / "trial.toml").read_text(encoding="utf-8"))["escalation"]
    assert settings["rule"] == "Rolling Six" and settings["target"] == 0.30


@pytest.mark.parametrize(
    "text",
    [
        "",
        "target = 0.05",
        "target = 0.6",
        "cohort_size = 12",
        "crm = {prior_sd = 0.01}",
        'crm = {model = "logistic"}',
        'crm = {model = "logistic", intercept = 0.0}',
        'crm = {model = "logistic", skeleton = [0.1, 0.3, 0.95]}',
        "crm = {skeleton = [0.001, 0.5, 0.999]}",
        "boin = {p_saf = 0.29, p_tox = 0.31}",
        "mtpi2 = {epsilon1 = 0.3}",
        "keyboard = {margin = 0.3}",
        "boin = {cutoff = 0.999}",
    ],
)
@pytest.mark.parametrize("rule", DESIGNS)
def test_a_definition_that_is_accepted_can_be_run(rule, text):
    """What the check lets through must not fail on the page: every design of it decides."""
    try:
        made = designs(stated(f'[escalation]\nrule = "{rule}"\n{text}'))
    except TrialError:
        return
    assert len(made) == len(DESIGNS) and {design.decide("1NNN").action for design in made} <= {"escalate", "stay"}
