"""The escalation rule: its settings in the trial's definition, and what it says of drawn trials."""
from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date, timedelta

import pytest
from conftest import SAMPLE
from drawn import trial_data

from displays.rule_design import decide, designs, outcomes, rule_of, subjects
from displays.rule_next import design_branches, next_outcomes, rows
from displays.rule_now import rule_now
from displays.rule_pending import condition
from displays.rule_replay import replay, steps
from displays.rule_sensitivity import sensitivity
from displays.rule_words import said
from queries import View
from stats.escalation import Outcomes, RollingSix, ThreePlusThree
from trial import Trial, TrialError
from trial.escalation import DESIGNS, OWN, SETTINGS

DISPLAYS = (rule_now, next_outcomes, sensitivity, replay)
START = date(2007, 3, 1)


# --- the definition ----------------------------------------------------------------------------


def stated(escalation: str, levels: int = 3, dlt: str = "") -> Trial:
    doses = "".join(f'[[dose_level]]\nlevel={n}\ndose_mg_per_m2_day={100 + 30 * n}\narm_code="A{100 + 30 * n}"\narm="{n}"\n' for n in range(1, levels + 1))
    return Trial.parse(f'[trial]\nid="T"\ntitle="T"\ninfusions_per_course=3\n[dlt]\nexpansion_cohort="EXP"\n{dlt}\n{escalation}\n{doses}')


def test_defaults_where_the_definition_is_silent():
    assert Trial.none().escalation["rule"] == "" and rule_of(Trial.none()) is None
    assert stated("").escalation["rule"] == "" and designs(stated("")) == []
    trial = stated("", dlt='rule = "3+3"\ntarget_rate = 0.25')
    assert trial.escalation["rule"] == "3+3" and trial.escalation["target"] == 0.25 and trial.escalation["cohort_size"] == 3
    assert trial.escalation["alternatives"] == tuple(name for name in DESIGNS if name != "3+3")
    assert stated('[escalation]\nrule = "CRM"').escalation["target"] == 0.30
    assert trial.escalation["crm"]["start_level"] == 2, "the middle of three levels"
    assert stated("", dlt='rule = "by judgement"').escalation["rule"] == ""


def test_settings_reach_the_designs():
    trial = stated(
        '[escalation]\nrule = "BOIN"\nalternatives = ["BOIN", "3+3", "CRM", "Keyboard", "mTPI-2", "3+3"]\ntarget = 0.2\nboin = {cutoff = 0.9, p_saf = 0.1}\n'
        'three_plus_three = {deescalate = true}\ncrm = {skeleton = [0.1, 0.2, 0.4], model = "logistic", prior_sd = 1, skip_levels = true}\n'
        "keyboard = {margin = 0.04}\nmtpi2 = {epsilon2 = 0.1}"
    )
    boin, three, crm, keyboard, mtpi2 = designs(trial)
    assert (boin.target, boin.cutoff, boin.p_saf, boin.levels) == (0.2, 0.9, 0.1, 3)
    assert three == ThreePlusThree(3, deescalate=True)
    assert (crm.skeleton, crm.model, crm.prior_sd, crm.target) == ((0.1, 0.2, 0.4), "logistic", 1, 0.2)
    assert keyboard.margin == 0.04 and (mtpi2.epsilon1, mtpi2.epsilon2) == (0.05, 0.1)


def test_every_design_of_the_definition_can_be_made(trial):
    for name in DESIGNS:
        made = rule_of(stated(f'[escalation]\nrule = "{name}"', levels=5))
        assert made.name.startswith(name) and made.levels == 5 and made.pending_convention
    assert set(OWN.values()) == set(SETTINGS)
    assert [design.name.partition(",")[0] for design in designs(trial)] == ["Rolling Six", "3+3", "BOIN", "Keyboard", "mTPI-2", "CRM"]


@pytest.mark.parametrize(("text", "words"), [
    ("target = 1.2", "target must be a rate between 0 and 1, such as 0.3; found 1.2"),
    ("target = 0", "found 0"),
    ('target = "30 %"', "must be a number"),
    ('rule = "4+4"', "'4+4' is no design"),
    ('alternatives = ["TITE"]', "'TITE' is no design"),
    ('alternatives = "CRM"', "must be a list"),
    ("cohort_size = 0", "cohort_size must be a whole number of at least 1; found 0"),
    ("cohort_size = 2.5", "found 2.5"),
    ("ruel = 1", "no setting ruel"),
    ("boin = {cut = 0.9}", "escalation.boin has no setting cut"),
    ("boin = 3", "must be a table"),
    ("boin = {cutoff = 1.5}", "boin.cutoff must be a rate"),
    ("boin = {p_saf = 0.4}", "escalation.boin: 0.4, the target 0.3"),
    ("keyboard = {margin = 0.4}", "escalation.keyboard: -0.1, the target 0.3"),
    ("mtpi2 = {epsilon2 = 0.8}", "and 1.1 must rise"),
    ("crm = {start_level = 9}", "start_level 9 does not exist; the trial has 3"),
    ("crm = {halfwidth = 0.5}", "halfwidth 0.5 around the target 0.3"),
    ('crm = {model = "probit"}', "'probit' is unknown"),
    ("crm = {prior_sd = 0}", "prior_sd must be above 0"),
    ("crm = {skeleton = [0.1, 0.2]}", "one prior DLT rate a dose level (3)"),
    ("crm = {skeleton = [0.2, 0.1, 0.3]}", "must rise"),
    ('three_plus_three = {deescalate = "yes"}', "must be true or false"),
])
def test_what_is_impossible_is_named(text, words):
    rule = "" if text.startswith("rule") else 'rule = "Rolling Six"\n'
    with pytest.raises(TrialError) as raised:
        stated(f"[escalation]\n{rule}{text}")
    assert words in str(raised.value) and "trial.toml" in str(raised.value)


def test_what_no_source_states_is_marked_as_an_assumption(trial):
    assert {"escalation.rule", "escalation.target", "escalation.settings"} <= trial.assumptions.keys()
    settings = tomllib.loads((SAMPLE / "trial.toml").read_text(encoding="utf-8"))["escalation"]
    assert settings["rule"] == "Rolling Six" and settings["target"] == 0.30


# --- drawn trials ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def drawn_cut(make_cut, trial):
    """drawn_cut("A130 NNN | A160 NTP"): a cut in which each subject begins a week after the one before, complete where not pending.

    N no DLT, T DLT (day 5), P pending at the cut, X not evaluable (missed infusions); "EXP:A190 NT" is the expansion.
    """
    made = {}

    def draw(text: str):
        if text in made:
            return made[text]
        lines, events, verdicts, place = [], [], [], []
        cohorts = [part.split() for part in text.split("|") if part.strip()]
        letters = [(arm, letter, number) for number, (arm, results) in enumerate(cohorts, 1) for letter in results]
        cut = START + timedelta(days=7 * len(letters) + 60)
        for n, (arm, letter, number) in enumerate(letters):
            first = cut - timedelta(days=10) + timedelta(days=n // 7) if letter == "P" else START + timedelta(days=7 * n)
            days = [first + timedelta(days=k) for k in range(1 if letter == "X" else 3)]
            cohort = "EXP" if arm.startswith("EXP:") else str(number)
            lines.append(f"S{n:02d} | {arm.removeprefix('EXP:')} | {','.join(map(str, days))}")
            place.append((f"S{n:02d}", cohort))
            events.append(f"S{n:02d} | 1 | Rash | 3 | {first + timedelta(days=4)}" if letter == "T" else f"S{n:02d} | 1 | Nausea | 1 | {first}")
            verdicts += [f"S{n:02d} | 1 | AEDLT | Y"] if letter == "T" else []
        data = trial_data(
            "USUBJID | ARMCD | INFUSIONS\n" + "\n".join(lines), "USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC\n" + "\n".join(events),
            "USUBJID | AESEQ | QNAM | QVAL\n" + "\n".join(verdicts) if verdicts else "",
            suppdm="USUBJID | RDOMAIN | QNAM | QVAL\n" + "\n".join(f"{subject} | DM | COHORT | {cohort}" for subject, cohort in place),
        )
        made[text] = make_cut(data, trial, cut)
        return made[text]

    return draw


RULE_OF_SIX = """
A130 NNN                             | escalate to 160 mg/m²/day
A130 NNNNN                           | escalate to 160 mg/m²/day
A130 NNNNNP                          | escalate to 160 mg/m²/day
A130 NTNNNP                          | wait for the pending
A130 NNT                             | stay at 130 mg/m²/day
A130 NT                              | stay at 130 mg/m²/day
A130 TT                              | stop: no dose tolerated
A130 NNP                             | stay at 130 mg/m²/day
A130 NNX                             | stay at 130 mg/m²/day
A130 NNNX                            | escalate to 160 mg/m²/day
A130 XXX                             | start at 130 mg/m²/day
A130 NNNNNN ; A160 TTT               | stop: MTD is 130 mg/m²/day
A130 NNN ; A160 TTT                  | de-escalate to 130 mg/m²/day
A310 NNNNNN                          | stop: MTD is 310 mg/m²/day
A310 NNN                             | stay at 310 mg/m²/day
A130 NNN ; A310 NNNTT                | de-escalate to 280 mg/m²/day
A130 NNNNNN ; A160 TNT ; EXP:A130 TT | stop: MTD is 130 mg/m²/day
A130 NNNNNNN                         | nothing: this is outside the rule
"""
"""By the published table: 0 of 3 (all evaluated) or 5 of 6 without a DLT escalate, a second DLT de-escalates, six enrolled wait.

Five levels of 280 and below were never given where 310 closes: the level below is asked for up to six subjects.
"""


@pytest.mark.parametrize("line", RULE_OF_SIX.strip().splitlines())
def test_what_rolling_six_says_of_drawn_trials(drawn_cut, trial, line):
    text, expected = (part.strip() for part in line.split(" | "))
    cut = drawn_cut(text.replace(";", "|"))
    known = outcomes(subjects(cut), rule_of(trial))
    assert said(decide(rule_of(trial), known), trial, known) == expected
    for make in DISPLAYS:
        check(make(View(cut)), cut)


def redefined(cut, own: Trial):
    """The same subjects under another definition."""
    other = replace(cut)
    other.__dict__["trial"] = own
    return other


def check(made, cut) -> None:
    assert made.collected and not made.open_session and made.method and made.source and made.questions
    assert set(made.labels) <= set(made.table.columns) and set(made.formats) <= set(made.table.columns)
    assert "nan" not in made.finding.split() and "None of" not in made.finding or "can be evaluated" in made.finding
    assert f"{len(cut.table('addl'))} treated subject" in made.population and "The filters do not apply here" in made.population
    assert "Pending subjects" in made.method
    if made.figure is not None:
        made.figure.to_json()


def test_those_not_evaluable_are_listed_and_left_out(drawn_cut):
    made = rule_now(View(drawn_cut("A130 NNX")))
    assert "1 not evaluable and left out: S02 (missed infusions 2 and 3)" in made.population
    assert made.finding.startswith("0 of 2 evaluable subjects at 130 mg/m²/day had a DLT: Rolling Six says stay at 130 mg/m²/day")
    nobody = rule_now(View(drawn_cut("A130 XXX")))
    assert nobody.finding == "None of 3 treated subjects can be evaluated: Rolling Six says start at 130 mg/m²/day."
    assert "3 not evaluable and left out" in nobody.population


def test_the_order_within_a_cohort_changes_nothing(drawn_cut, trial):
    for design in designs(trial):
        answers = {decide(design, outcomes(subjects(drawn_cut(f"A130 NNN | A160 {results}")), design)) for results in ("TNN", "NTN", "NNT")}
        assert len(answers) == 1, design.name


def test_a_single_level(drawn_cut):
    one = stated('[escalation]\nrule = "Rolling Six"', levels=1)
    cut = redefined(drawn_cut("A130 NNNNN"), one)
    for make in DISPLAYS:
        check(make(View(cut)), cut)
    assert "ends the escalation with 130 mg/m²/day as the maximum tolerated dose" in rule_now(View(cut)).finding
    assert next_outcomes(View(cut)).figure is None and "no next cohort follows" in next_outcomes(View(cut)).finding


@pytest.mark.parametrize("name", DESIGNS)
@pytest.mark.parametrize("text", ["A130 P", "A130 NNP", "A130 NNNNNN | A160 NTNNNN | EXP:A160 TPN", "A130 XX", "A130 NNN | A160 TTT"])
def test_every_design_can_be_the_rule(drawn_cut, name, text):
    own = stated(f'[escalation]\nrule = "{name}"', levels=4)
    cut = redefined(drawn_cut(text), own)
    for make in DISPLAYS:
        check(make(View(cut)), cut)
    expansion = (subjects(cut)["EXPFL"] == "Y").any()
    counted = "the expansion counts" in rule_now(View(cut)).population
    assert counted == (expansion and name not in ("Rolling Six", "3+3"))


# --- the pending -------------------------------------------------------------------------------


def test_one_pending_subject_in_words(drawn_cut):
    # 1 of 5 at 160 and one pending: with a DLT the level is closed and 130 (3 subjects) is filled up, without it escalate.
    view = View(drawn_cut("A130 NNN | A160 NTNNNP"))
    row = view.cut.ask("rule_outcomes").iloc[-1]
    assert (row.DLTSTAT, row.RESULT) == ("Pending", "P")
    finding = rule_now(view).finding
    until = f"{row.WINENDT.day} {row.WINENDT:%b %Y}"
    assert f"S08 is pending until {until}. If this subject has a DLT, de-escalate to 130 mg/m²/day; if not, escalate to 190 mg/m²/day." in finding


@pytest.mark.parametrize(("dlts", "number", "words"), [
    ([1], 1, "if this subject has a DLT"), ([0], 1, "if not"), ([0], 3, "if none of the 3 has a DLT"), ([1, 2, 3], 3, "if 1 or more of the 3 have a DLT"),
    ([2], 2, "if both have a DLT"), ([3], 3, "if all 3 have a DLT"), ([1], 3, "if 1 of the 3 has a DLT"), ([1, 2], 3, "if 1 or 2 of the 3 have a DLT"),
])
def test_conditions_in_words(dlts, number, words):
    assert condition(dlts, number) == words


# --- the tree ----------------------------------------------------------------------------------


def _naive(design, known: Outcomes, sizes, trial):
    """Every single path of two cohorts by brute force: the numbers of DLTs → what was said after each."""
    found = {}
    first = design.decide(known)
    for a in range(sizes[0] + 1):
        one = known.adding(first.dose, "T" * a + "N" * (sizes[0] - a))
        then = design.decide(one)
        if then.dose is None or then.action == "stop":
            found[a, None] = (said(then, trial), "")
            continue
        size = min(3, 6 - one.enrolled_at(then.dose))
        for b in range(size + 1):
            found[a, b] = (said(then, trial), said(design.decide(one.adding(then.dose, "T" * b + "N" * (size - b))), trial))
    return found


@pytest.mark.parametrize("text", ["1NNN", "1NNT", "1NNN 2NNN 3NN", "1NNN 2NNT", "1NNNNNN 2NNNNNN 3NNNNNN 4NNNNNN 5NNN"])
def test_the_tree_holds_every_path_of_two_cohorts(trial, text):
    design, known = RollingSix(6), Outcomes.parse(text)
    size = min(3, 6 - known.enrolled_at(design.decide(known).dose))
    expected = _naive(design, known, [size], trial)
    table = rows(design_branches(design, known, trial), ("FIRST", "SECOND"))
    found = {}
    for row in table.itertuples():
        for a in _numbers(row.FIRST):
            for b in _numbers(row.SECOND) if row.SECOND else [None]:
                assert (a, b) not in found, "a path told twice"
                found[a, b] = (row.FIRSTSAYS, row.SECONDSAYS)
    assert found == expected


def _numbers(outcome: str) -> list[int]:
    words = outcome.partition(" of ")[0]
    if " to " in words:
        low, high = map(int, words.split(" to "))
        return list(range(low, high + 1))
    return [int(number) for number in words.split(" or ")]


def test_the_pending_are_resolved_first(trial):
    # 0 of 2 evaluated, 1 pending at level 1 of 6: none → 0 of 3, escalate; a DLT → 1 of 3, three more.
    table = rows(design_branches(RollingSix(6), Outcomes.parse("1NNP"), trial), ("PENDING", "FIRST", "SECOND"))
    first = table.drop_duplicates("PENDING").set_index("PENDING")["PENDINGSAYS"].to_dict()
    assert first == {"0 of 1 DLT": "escalate to 160 mg/m²/day", "1 of 1 DLT": "stay at 130 mg/m²/day"}


def test_pending_at_two_levels_are_named_by_level(trial):
    table = rows(design_branches(RollingSix(6), Outcomes.parse("1NNNNNP 2PP"), trial, cohorts=0), ("PENDING",))
    assert any("1 of 1 at 130" in outcome and "2 of 2 at 160" in outcome for outcome in table["PENDING"])


# --- replay of drawn trials --------------------------------------------------------------------


def test_a_replay_tells_what_was_not_followed(make_cut, trial):
    """130 given to two, then 190 although the rule stays; then 130 again although 190 is the current level with one pending."""
    text = "USUBJID | ARMCD | INFUSIONS\n" + "\n".join(
        f"S{n} | {arm} | {','.join(str(START + timedelta(days=day + k)) for k in range(3))}" for n, arm, day in [(1, "A130", 0), (2, "A130", 3), (3, "A190", 40), (4, "A130", 45)]
    )
    cut = make_cut(trial_data(text, "USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC\nS1 | 1 | Nausea | 1 | 2007-03-02"), trial, START + timedelta(days=100))
    table = steps(cut)
    assert list(table["RULE"]) == ["start at 130 mg/m²/day", "stay at 130 mg/m²/day", "stay at 130 mg/m²/day", "stay at 190 mg/m²/day", "escalate to 160 mg/m²/day"]
    assert list(table["AGREE"]) == ["as said", "as said", "above", "below", "now"]
    assert list(table["NENROLLED"]) == [0, 1, 2, 1, 3] and list(table["NEVAL"]) == [0, 0, 2, 0, 3]


def test_a_dlt_counts_from_its_onset_and_a_window_from_its_last_day(make_cut, trial):
    """S1's window ends on day 28, S2 has a DLT on its day 10: S3 to S6 begin the day before and on those days."""
    first = [START, START + timedelta(days=14), START + timedelta(days=22), START + timedelta(days=23), START + timedelta(days=26), START + timedelta(days=27)]
    text = "USUBJID | ARMCD | INFUSIONS\n" + "\n".join(f"S{n} | A130 | {','.join(str(day + timedelta(days=k)) for k in range(3))}" for n, day in enumerate(first, 1))
    data = trial_data(text, f"USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC\nS2 | 1 | Rash | 3 | {START + timedelta(days=23)}", "USUBJID | AESEQ | QNAM | QVAL\nS2 | 1 | AEDLT | Y")
    table = steps(make_cut(data, trial, START + timedelta(days=90))).set_index("SUBJID")
    assert table["NDLT"].to_dict() == {"S1": 0, "S2": 0, "S3": 0, "S4": 1, "S5": 1, "S6": 1, "now": 1}
    assert table["NEVAL"].to_dict() == {"S1": 0, "S2": 0, "S3": 0, "S4": 1, "S5": 1, "S6": 2, "now": 6}


def test_an_expansion_at_another_dose_than_the_rules_is_told(drawn_cut):
    cut = drawn_cut("A130 NNNNNN | A160 TNT | EXP:A160 NN")
    assert "which is not what the rule named" in rule_now(View(cut)).finding
    late = steps(cut).query("COHORTNAM == 'Expansion'")
    assert list(late["AGREE"]) == ["after the end", "after the end"]
    fine = steps(drawn_cut("A130 NNNNNN | A160 TNT | EXP:A130 NN")).query("COHORTNAM == 'Expansion'")
    assert list(fine["AGREE"]) == ["as said", "as said"]


def test_a_subject_whose_event_is_not_judged_stays_pending(make_cut, trial):
    """S1's window is over, its grade 3 event not judged: pending now and in the replay, and said without an end of window."""
    text = "USUBJID | ARMCD | INFUSIONS\n" + "\n".join(
        f"S{n} | A130 | {','.join(str(START + timedelta(days=day + k)) for k in range(3))}" for n, day in [(1, 0), (2, 7), (3, 60)]
    )
    events = f"USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC\nS1 | 1 | Rash | 3 | {START + timedelta(days=5)}\nS2 | 1 | Sepsis | 3 | {START + timedelta(days=9)}"
    cut = make_cut(trial_data(text, events, "USUBJID | AESEQ | QNAM | QVAL\nS2 | 1 | AEDLT | N"), trial, START + timedelta(days=100))
    finding = rule_now(View(cut)).finding
    assert "0 of 2 evaluable subjects at 130 mg/m²/day had a DLT (1 pending)" in finding
    assert "S1 is pending (awaiting adjudication of Rash). If this subject has a DLT, stay at 130 mg/m²/day; if not, escalate to 160 mg/m²/day." in finding
    assert list(steps(cut)["NEVAL"]) == [0, 0, 1, 2]
