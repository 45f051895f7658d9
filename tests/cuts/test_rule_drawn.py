"""What the escalation rule says of drawn trials, by every design."""

from __future__ import annotations

from datetime import timedelta

import pytest
from drawn import trial_data
from rule_trials import NO_HEARTS, START, WITHOUT, check, drawn_trial, redefined, stated

from displays.rule.design import designs, outcomes, rule_of, subjects
from displays.rule.next_cohort import next_outcomes
from displays.rule.now import rule_now
from displays.rule.replay import replay
from displays.rule.sensitivity import sensitivity
from displays.rule.words import said
from queries import View
from trial.escalation import DESIGNS

DISPLAYS = (rule_now, next_outcomes, sensitivity, replay)


RULE_OF_SIX = """
A130 NNN                             | escalate to 160 mg/m²/day
A130 NNNNN                           | escalate to 160 mg/m²/day
A130 NNNNNP                          | escalate to 160 mg/m²/day
A130 NTNNNP                          | suspend enrolment, awaiting pending subjects
A130 NNT                             | stay at 130 mg/m²/day
A130 NT                              | stay at 130 mg/m²/day
A130 TT                              | stop: no dose tolerated
A130 NNP                             | stay at 130 mg/m²/day
A130 NNX                             | stay at 130 mg/m²/day
A130 NNNX                            | escalate to 160 mg/m²/day
A130 XXX                             | start at 130 mg/m²/day
A130 NNNNNN ; A160 TTT               | stop: MTD is 130 mg/m²/day
A130 NNN ; A160 TTT                  | de-escalate to 130 mg/m²/day
A310 NNNNNN               | stop: MTD not reached; 310 mg/m²/day is the highest dose studied and was tolerated
A310 NNNNNT               | stop: MTD not reached; 310 mg/m²/day is the highest dose studied and was tolerated
A310 NNN                             | stay at 310 mg/m²/day
A130 NNN ; A310 NNNTT                | de-escalate to 280 mg/m²/day
A130 NNNNNN ; A160 TNT ; EXP:A130 TT | stop: MTD is 130 mg/m²/day
A130 NNNNNNN                         | escalate to 160 mg/m²/day
A130 NNNNNNNT                        | escalate to 160 mg/m²/day
A130 NNNNNNTP                        | suspend enrolment, awaiting pending subjects
A130 NNNNNTPPP ; A160 NN             | suspend enrolment, awaiting pending subjects
A130 NNNNNNTT                        | stop: no dose tolerated
"""
"""By the published table: 0 of 3 (all evaluated) or 5 of 6 without a DLT escalate,
a second DLT de-escalates, six enrolled wait.

Five levels of 280 and below were never given where 310 closes: the level below is asked for up to six subjects.
"""


@pytest.mark.parametrize("line", RULE_OF_SIX.strip().splitlines())
def test_what_rolling_six_says_of_drawn_trials(drawn_cut, trial, line):
    text, expected = (part.strip() for part in line.split(" | "))
    cut = drawn_cut(text.replace(";", "|"))
    known = outcomes(subjects(cut), rule_of(trial))
    assert said(rule_of(trial).decide(known), trial, known) == expected
    for make in DISPLAYS:
        check(make(View(cut)), cut)


def test_those_not_evaluable_are_listed_and_left_out(drawn_cut):
    made = rule_now(View(drawn_cut("A130 NNX")))
    why = "missed infusions 2 and 3, 33 % of the planned dose of course 1: parents' wish"
    assert f"1 not evaluable and left out: S02 ({why})" in made.population
    assert made.finding.startswith(
        f"{WITHOUT}0 of 2 evaluable subjects at 130 mg/m²/day had a DLT: Rolling Six recommends: stay at 130 mg/m²/day"
    )
    nobody = rule_now(View(drawn_cut("A130 XXX")))
    assert (
        nobody.sentences[1]
        == "None of 3 treated subjects can be evaluated: Rolling Six recommends: start at 130 mg/m²/day."
    )
    assert "3 not evaluable and left out" in nobody.population


def test_the_order_within_a_cohort_changes_nothing(drawn_cut, trial):
    for design in designs(trial):
        answers = {
            design.decide(outcomes(subjects(drawn_cut(f"A130 NNN | A160 {results}")), design))
            for results in ("TNN", "NTN", "NNT")
        }
        assert len(answers) == 1, design.name


def test_a_single_level(drawn_cut):
    one = stated('[escalation]\nrule = "Rolling Six"', levels=1)
    cut = redefined(drawn_cut("A130 NNNNNN"), one)
    for make in DISPLAYS:
        check(make(View(cut)), cut)
    assert (
        "ends the escalation: MTD not reached; 130 mg/m²/day is the highest dose studied and was tolerated"
        in rule_now(View(cut)).finding
    )
    assert next_outcomes(View(cut)).figure is None and "no next cohort follows" in next_outcomes(View(cut)).finding


@pytest.mark.parametrize("name", DESIGNS)
@pytest.mark.parametrize(
    "text", ["A130 P", "A130 NNP", "A130 NNNNNN | A160 NTNNNN | EXP:A160 TPN", "A130 XX", "A130 NNN | A160 TTT"]
)
def test_every_design_can_be_the_rule(drawn_cut, name, text):
    own = stated(f'[escalation]\nrule = "{name}"', levels=4)
    cut = redefined(drawn_cut(text), own)
    for make in DISPLAYS:
        check(make(View(cut)), cut)
    expansion = (subjects(cut)["EXPFL"] == "Y").any()
    counted = "the expansion counts" in rule_now(View(cut)).population
    assert counted == (expansion and name not in ("Rolling Six", "3+3"))


# --- dose levels that were not planned, and same-day first infusions ------------------------------


def test_subjects_at_unplanned_doses_are_told_apart_from_those_not_evaluable(drawn_cut):
    cut = drawn_cut("ZZZ NTX")
    made = rule_now(View(cut))
    assert made.finding.startswith(
        "1 of 2 evaluable subjects at no planned level had a DLT; the rule cannot read them. "
        f"The board decides before the dose is raised. {NO_HEARTS}. "
        "No subject was evaluated at a planned dose level (2 evaluable subjects at another dose, 1 with a DLT): "
        "Rolling Six recommends: start at 130"
    )
    assert "2 at no planned level, left out (1 with a DLT)" in made.population
    assert replay(View(cut)).finding.endswith(
        "dose is raised. None of 3 first infusions can be compared (no planned level)."
    )
    for make in DISPLAYS:
        check(make(View(cut)), cut)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [("08:00", "14:00", "stay at 160 mg/m²/day"), ("14:00", "08:00", "stay at 130 mg/m²/day")],
)
def test_the_current_level_is_that_of_the_last_infusion_of_a_day(make_cut, trial, first, second, expected):
    """S1 at 130, S2 at 160, first infused on one day: the later hour decides which level is the current one."""

    def course(hour):
        return ",".join(f"{START + timedelta(days=n)}T{hour}" for n in range(3))

    data = trial_data(
        f"USUBJID | ARMCD | INFUSIONS\nS1 | A130 | {course(first)}\nS2 | A160 | {course(second)}",
        "USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC\nS1 | 1 | Nausea | 1 | 2007-03-02",
    )
    cut = make_cut(data, trial, START + timedelta(days=5))
    known = outcomes(subjects(cut), rule_of(trial))
    assert said(rule_of(trial).decide(known), trial, known) == expected


# --- an expansion --------------------------------------------------------------------------------


def test_an_expansion_opened_too_early_does_not_hide_the_rule(drawn_cut):
    view = View(drawn_cut("A130 NNN | A160 NNN | EXP:A160 NT"))
    assert "Rolling Six recommends: escalate to 190" in rule_now(view).finding
    made = next_outcomes(view)
    assert (
        "The expansion at 160 mg/m²/day was opened while the escalation by the rule is not over." in made.finding
        and "is over;" not in made.finding
    )
    assert made.finding.startswith(f"{WITHOUT}Next at 190 mg/m²/day.") and "escalate to 230 mg/m²/day" in made.finding


@pytest.mark.parametrize("make", DISPLAYS)
def test_an_expansion_at_no_planned_level(drawn_cut, make):
    cut = drawn_cut("A130 NNN | A160 NNN | EXP:ZZZ NT")
    check(make(View(cut)), cut)


@pytest.mark.parametrize(
    ("results", "closed"), [("TT", ["mTPI-2", "CRM"]), ("TTT", ["BOIN", "Keyboard", "mTPI-2", "CRM"])]
)
def test_no_design_names_a_dose_that_it_has_closed(drawn_cut, results, closed):
    """mTPI-2 closes the lowest level from two subjects on, BOIN and Keyboard from three; the CRM stops when 90 % sure.

    The isotonic choice alone, or the model alone, would name the level.
    """
    table = sensitivity(View(drawn_cut(f"A130 {results}"))).table.drop_duplicates("DESIGN").set_index("DESIGN")
    assert table.loc[closed, "WITHOUT"].tolist() == ["stop: no dose tolerated"] * len(closed)
    assert table.loc[closed, "MTD"].tolist() == ["none"] * len(closed)
    others = table.drop(index=["Rolling Six", "3+3", *closed])
    assert set(others["WITHOUT"]) <= {"stay at 130 mg/m²/day"}


@pytest.mark.parametrize("make", DISPLAYS)
def test_a_previous_cut_without_verdicts_is_no_comparison(make_cut, drawn_cut, make):
    now = drawn_cut("A130 NNN | A160 NT")
    data, cut = drawn_trial("A130 NNT")
    # without adverse events DLTs were not collected; events without a verdict would await adjudication
    before = make_cut({name: data[name] for name in data.keys() - {"ae", "suppae"}}, now.trial, cut)
    made = make(View(now, before))
    if make is not next_outcomes:
        assert "held no adjudicated DLTs" in made.finding
    assert "SINCE" not in made.table or set(made.table["SINCE"]) == {""}
