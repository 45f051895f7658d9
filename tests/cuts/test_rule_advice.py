"""What the rule's own finding says first, whom it counts, and how sure it is of the rate: drawn trials, recounts."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pandas
import pytest
from drawn import trial_data
from rule_trials import START, WITHOUT, drawn_trial, redefined, stated
from scipy.integrate import quad
from scipy.stats import beta
from stopping_frames import rule_state

from displays.rule.alarms import alarms
from displays.rule.design import outcomes, rule_of, subjects
from displays.rule.next_cohort import next_outcomes
from displays.rule.now import rule_now
from displays.rule.replay import replay, steps
from displays.rule.sensitivity import sensitivity
from displays.stopping.overview import stopping_overview
from queries import View
from trial import Trial

DISPLAYS = (rule_now, next_outcomes, sensitivity, replay)
MILD = "USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC\nS0 | 1 | Nausea | 1 | 2007-03-02"


def known(cut) -> str:
    return str(outcomes(subjects(cut), rule_of(cut.trial)))


# --- a stopping rule first ---------------------------------------------------------------------------


def with_deaths(make_cut, trial, text: str, *dead: str):
    """A drawn trial in which subjects died on day 12, without an event or a cause."""
    data, day = drawn_trial(text)
    first = data["ex"].groupby("USUBJID")["EXSTDTC"].min().map(pandas.Timestamp)
    names = data["dm"]["USUBJID"]
    on = [str((first[name] + timedelta(days=11)).date()) if name in dead else "" for name in names]
    dm = data["dm"].assign(DTHFL=["Y" if name in dead else "" for name in names], DTHDTC=on)
    return make_cut(data | {"dm": dm}, trial, day)


def with_rule(trial, name: str, **settings) -> Trial:
    """The sample's definition with one more rule: early death unless stated otherwise."""
    rule = {"name": name, "counts": "early_death", "population": "treated", "threshold": 0.05, "cutoff": 0.9}
    rule |= {"prior": [1, 1], "n_max": 20} | settings
    lines = "\n".join(f"{key} = {value!r}" for key, value in rule.items())
    return Trial.parse(f"{trial.text}\n[[stopping_rule]]\n{lines}")


@pytest.mark.parametrize("make", DISPLAYS)
def test_a_stopping_rule_that_is_near_comes_first(make_cut, trial, make):
    """1 of 4 dead; 2 of 4 or 5 would meet the rule."""
    finding = make(View(with_deaths(make_cut, trial, "A130 NNNN", "S03"))).finding
    assert finding.startswith("Stopping rule Early death is near (1 of 4): one more event would meet it. ")


def test_two_rules_that_are_met_are_named_together(make_cut, trial):
    cut = with_deaths(make_cut, with_rule(trial, "Second"), "A130 NNNNN", "S01", "S02")
    finding = rule_now(View(cut)).finding
    assert finding.startswith(
        "Stopping rules Early death and Second are met; the board decides before any further dosing. "
        "Without them Rolling Six would recommend 130 mg/m²/day. Early death: 2 of 5, met from 2 events; Second: "
    )


def test_a_rule_that_cannot_be_assessed_is_named(drawn_cut):
    said = rule_now(View(drawn_cut("A130 NNN"))).finding
    assert "Stopping rule Cardiac dysfunction cannot be assessed" in said


def test_no_stopping_rule_no_words_of_one(drawn_cut):
    cut = redefined(drawn_cut("A130 NNN"), stated('[escalation]\nrule = "Rolling Six"'))
    assert alarms(cut).every == () and "topping rule" not in rule_now(View(cut)).finding


def test_a_branch_that_would_meet_a_rule_of_dlts_says_so(make_cut, trial):
    """0 of 3 so far; met from 2 of 6 (P(rate > 10 %) 97 %): two DLTs in the next three would stop the trial."""
    settings = dict(counts="dlt", population="evaluable for DLT", threshold=0.10, minimum_subjects=3)
    data, day = drawn_trial("A130 NNN")
    cut = make_cut(data, with_rule(trial, "DLTs", **settings), day)
    assert beta.sf(0.10, 1 + 2, 1 + 4) > 0.90 > beta.sf(0.10, 1 + 1, 1 + 5)
    made = next_outcomes(View(cut))
    stopped = made.table[made.table["FIRST"] == "2 or 3 of 3 DLT"]
    assert set(stopped["FIRSTSAYS"]) == {"stop: stopping rule DLTs met"} and set(stopped["SECOND"]) == {""}
    assert "2 or 3 of 3 DLT → stop: stopping rule DLTs met" in made.finding


# --- whom the rule counts ------------------------------------------------------------------------------


def enrolled(make_cut, trial, ends: str = "", cohort: str = "", arm: str = "A130"):
    """Five treated at 130 and pending, a sixth enrolled and not treated; ends: a disposition of the sixth."""
    first = [START + timedelta(days=n) for n in range(5)]
    rows = [f"S{n} | A130 | {','.join(str(day + timedelta(days=k)) for k in range(3))}" for n, day in enumerate(first)]
    ds = ["USUBJID | DSSEQ | DSCAT | EPOCH | DSDECOD | DSSTDTC"]
    ds += [f"S{n} | 1 | PROTOCOL MILESTONE | SCREENING | ENROLLED | {day}" for n, day in enumerate(first)]
    ds += [f"S5 | 1 | PROTOCOL MILESTONE | SCREENING | ENROLLED | {START + timedelta(days=8)}"]
    ds += [f"S5 | 2 | DISPOSITION EVENT | {ends} | {START + timedelta(days=9)}"] if ends else []
    named = {"suppdm": f"USUBJID | RDOMAIN | QNAM | QVAL\nS5 | DM | COHORT | {cohort}"} if cohort else {}
    people = "USUBJID | ARMCD | INFUSIONS\n" + "\n".join([*rows, f"S5 | {arm} | "])
    return make_cut(trial_data(people, MILD, ds="\n".join(ds), **named), trial, START + timedelta(days=10))


@pytest.mark.parametrize(
    ("settings", "counted"),
    [
        ({}, "1PPPPPP"),
        ({"ends": "TREATMENT | WITHDRAWAL BY SUBJECT"}, "1PPPPP"),
        ({"ends": "FOLLOW-UP | WITHDRAWAL BY SUBJECT"}, "1PPPPP"),
        ({"ends": "SCREENING | SCREEN FAILURE"}, "1PPPPP"),
        ({"ends": "TREATMENT | SCREEN FAILURE"}, "1PPPPP"),
        ({"ends": "TREATMENT | SCREENING FAILURE"}, "1PPPPP"),
        ({"cohort": "EXP"}, "1PPPPP"),
        ({"arm": "NOTASSGN"}, "1PPPPP"),
        ({"arm": "A160"}, "1PPPPP 2P"),
    ],
    ids=[
        "awaiting",
        "off treatment",
        "off study",
        "screen failure",
        "screen failure in treatment",
        "in another word",
        "expansion",
        "no arm",
        "next level",
    ],
)
def test_an_enrolled_subject_holds_a_place_until_treated_or_departed(make_cut, trial, settings, counted):
    cut = enrolled(make_cut, trial, **settings)
    assert known(cut) == counted
    for make in DISPLAYS:
        assert make(View(cut)).collected


def test_an_enrolled_subject_without_a_dose_is_named_and_left_out(make_cut, trial):
    made = rule_now(View(enrolled(make_cut, trial, arm="NOTASSGN")))
    assert "1 enrolled and awaiting the first infusion (S5 at no planned dose, left out)" in made.population


def test_the_replay_counts_who_was_enrolled_before_and_still_awaited_the_first_infusion(make_cut, trial):
    """S1 is enrolled on day 2 and treated on day 20; S2, enrolled on day 3, is treated on day 4: S1 held a place."""
    days = {"S0": (0, 0), "S1": (1, 19), "S2": (2, 3)}
    courses = {name: [START + timedelta(days=treated + k) for k in range(3)] for name, (_, treated) in days.items()}
    people = [f"{name} | A130 | {','.join(map(str, course))}" for name, course in courses.items()]
    ds = [
        f"{name} | 1 | PROTOCOL MILESTONE | SCREENING | ENROLLED | {START + timedelta(days=day)}"
        for name, (day, _) in days.items()
    ]
    data = trial_data(
        "USUBJID | ARMCD | INFUSIONS\n" + "\n".join(people),
        MILD,
        ds="USUBJID | DSSEQ | DSCAT | EPOCH | DSDECOD | DSSTDTC\n" + "\n".join(ds),
    )
    table = steps(make_cut(data, trial, START + timedelta(days=100))).set_index("SUBJID")
    assert table["NENROLLED"].to_dict() == {"S0": 0, "S2": 2, "S1": 2, "now": 3}


# --- how sure the rate is ---------------------------------------------------------------------------------

TOXIC, BORDER = (
    "A130 NNNNNN | A160 NNNNTN | A190 TT | EXP:A160 TTTNN",
    "A130 NNNNNN | A160 NNNNTN | A190 TT | EXP:A160 TNTN",
)
"""160 is named the MTD with 1 of 6; expansion included 4 of 11, or 3 of 10."""


def test_a_rate_above_the_target_at_the_named_dose_comes_first(drawn_cut):
    finding = rule_now(View(drawn_cut(TOXIC))).finding
    assert finding.startswith(
        "Stopping rule DLTs in the expansion is near (3 of 5): one more event would meet it. "
        "Stopping rule DLTs in the expansion: as known now, in order of first infusion, the boundary was met at 3 to 4 "
        "subjects. The DLT rate at 160 mg/m²/day, expansion included, is 4 of 11 (36 %; 95 % CI 11 to 69 %), above the "
        f"target of 33 %; P(DLT rate > 33 %) is {beta.sf(0.33, 1 + 4, 1 + 7) * 100:.0f} %."
    )
    assert "Rolling Six ends the escalation with 160 mg/m²/day as the maximum tolerated dose" in finding


def test_the_limit_on_p_over_target_is_a_setting(drawn_cut, trial):
    """3 of 10: the rate is below 33 %, P(rate > 33 %) is 48 %."""
    strict = Trial.parse(trial.text.replace("over_target_limit = 0.50", "over_target_limit = 0.40"))
    cut, words = drawn_cut(BORDER), f"{beta.sf(0.33, 1 + 3, 1 + 7) * 100:.0f} %"
    usual, first = rule_now(View(cut)).finding, rule_now(View(redefined(cut, strict))).finding
    assert first.startswith("The DLT rate at 160 mg/m²/day, expansion included, is 3 of 10 (30 %;")
    assert f"P(DLT rate > 33 %) is {words}, above the stated limit of 40 %." in first
    assert (
        usual.startswith(f"{WITHOUT}2 of 2 evaluable subjects at 190")
        and f"P(DLT rate at 160 mg/m²/day > 33 %) is {words}" in usual
    )
    assert "escalation.over_target_limit" in trial.assumptions


def test_at_the_highest_level_the_mtd_is_not_reached(drawn_cut):
    finding = rule_now(View(drawn_cut("A280 NNNNNN | A310 NNNNNT"))).finding
    words = "MTD not reached; 310 mg/m²/day is the highest dose studied and was tolerated."
    assert f"ends the escalation: {words}" in finding
    assert "MTD is 310" not in finding and "maximum tolerated dose (MTD)" not in finding


def test_the_other_designs_select_the_highest_planned_level(drawn_cut):
    table = sensitivity(View(drawn_cut("A280 NNNNNN | A310 NNNNNN"))).table.drop_duplicates("DESIGN")
    mtd = table.set_index("DESIGN")["MTD"]
    assert set(mtd[["BOIN", "Keyboard", "mTPI-2", "CRM"]]) == {"310 mg/m²/day (selected, highest planned)"}
    tolerated = "not reached; 310 mg/m²/day is the highest dose studied and was tolerated"
    assert set(mtd[["Rolling Six", "3+3"]]) == {tolerated}


def naive_chance(now, more: int) -> float:
    """Every sequence of outcomes of the subjects to come, weighed by integrating over the rate: is the rule met?"""
    a, b = now.rule.prior[0] + now.events, now.rule.prior[1] + now.n - now.events
    limit = now.limit(now.n + more)

    def weight(events: int, none: int) -> float:
        # rate = x ** 10 tames the density at 0
        return quad(lambda x: x ** (10 * (a + events) - 1) * (1 - x**10) ** (b + none - 1) * 10, 0, 1)[0]

    met = [way for way in product((0, 1), repeat=more) if limit is not None and now.events + sum(way) >= limit]
    return sum(weight(sum(way), more - sum(way)) for way in met) / weight(0, 0)


@pytest.mark.parametrize("text", ["A130 NNN", "A130 NNNP", "A130 NNNNNN | A160 NTNNNN | EXP:A160 NTPP"])
def test_the_chance_after_the_next_cohort_against_a_naive_count(drawn_cut, text):
    """Three new subjects, those awaited before them."""
    cut = drawn_cut(text)
    table = stopping_overview(View(cut)).table.set_index("RULE")
    for name in ("Early death", "DLTs in the expansion", "Severe mucositis"):
        now = rule_state(cut, name)
        awaited = int((now.subjects["STATUS"] == "Awaited").sum())
        assert table.loc[name, "PREDICTED"] == pytest.approx(naive_chance(now, awaited + 3), abs=1e-6)
    assert "Chance that a next cohort of 3 subjects meets a stopping rule: highest for" in rule_now(View(cut)).finding


def test_no_chance_is_given_where_a_rule_is_met_or_its_subjects_are_all_counted(make_cut, trial):
    met = with_deaths(make_cut, trial, "A130 NNNNN", "S01", "S02")
    assert rule_state(met, "Early death").predicted(3) is None
    full, room = (
        rule_state(with_deaths(make_cut, with_rule(trial, "Short", n_max=n), "A130 NNNNN"), "Short") for n in (5, 6)
    )
    assert full.predicted(3) is None
    assert room.predicted(3) == room.predicted(1), "one place is left before the planned number is reached"


# --- words -------------------------------------------------------------------------------------------


def test_subjects_pending_until_the_same_day_are_named_together(drawn_cut):
    finding = rule_now(View(drawn_cut("A130 PPP"))).finding
    assert "S00, S01 and S02 are pending until " in finding and finding.count("pending until") == 1


def test_a_rate_that_rounds_to_the_target_is_not_called_above_it_nor_said_twice(drawn_cut):
    """3 of 9 is 33 %, and the target is to stay below 33 %."""
    finding = rule_now(View(drawn_cut("A130 NNN | A160 NTNNNN | A190 TT | EXP:A160 TTN"))).finding
    assert "is 3 of 9 (33 %; 95 % CI 7 to 70 %), not below the target of 33 %; P(DLT rate > 33 %) is 57 %." in finding
    assert finding.count("57 %") == 1


# --- another level given ------------------------------------------------------------------------------


@pytest.mark.parametrize(("given", "known"), [(310.0, "6N 1NNN"), (130.0, "1N 1NNN"), (160.0, "1NNN 2N")])
def test_one_wrong_dose_does_not_make_its_level_the_current_one(make_cut, trial, given, known):
    """The last of four was assigned 160; given 310 the trial is not at 310."""
    data, cut = drawn_trial("A130 NNN | A160 N")
    arms = data["dm"].set_index("USUBJID")["ARMCD"].map({"A130": 130.0, "A160": given})
    data["ex"]["EXDOSE"] = data["ex"]["USUBJID"].map(arms)
    made = make_cut(data, trial, cut)
    design = rule_of(made.trial)
    assert str(outcomes(subjects(made), design)) == known.replace("1N 1NNN", "1NNNN")
    expected = "stay at 160" if given == 160.0 else "escalate to 160"
    assert f"Rolling Six recommends: {expected} mg/m²/day" in rule_now(View(made)).finding


# --- which level ended the escalation ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("A160 TT | A130 NNNNNN", "160 mg/m²/day is closed: 2 of 2 evaluable subjects had a DLT."),
        ("A190 NTT | A160 NNNNNN", "190 mg/m²/day is closed: 2 of 3 evaluable subjects had a DLT."),
        ("A130 NNNNNN | A160 TT", ""),
        ("A130 NNN", ""),
    ],
)
def test_the_level_that_ended_the_escalation_is_named_once(drawn_cut, text, closed):
    finding = rule_now(View(drawn_cut(text))).finding
    assert closed in finding and finding.count("is closed: ") == bool(closed)
    assert ("ends the escalation" in finding) != ("Chance that a next cohort" in finding)
