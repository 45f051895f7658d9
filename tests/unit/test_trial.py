"""The trial definition: mistakes refused in one sentence, settings read however they are written."""

from __future__ import annotations

import pytest

from stats.escalation import ThreePlusThree
from trial import Trial, TrialError
from trial.check import check

LEVEL = '[[dose_level]]\nlevel = {}\ndose_mg_per_m2_day = {}\narm_code = "A"\narm = "A"\n'
HEAD = '[trial]\nid = "T"\n'
RULE = (
    "[[stopping_rule]]\nname = 'S'\ncounts = 'ae'\npopulation = 'treated'\nthreshold = 0.1\ncutoff = 0.9\n"
    "prior = [1, 1]\nn_max = 30\n"
)
MISTAKES = [
    ("trial = 3", "[trial] must be a table; found 3."),
    ("[dlt]\nwindow_days = 28", "[trial] is missing; it needs at least an id."),
    ("[trial]\ntitle = 'T'", "[trial] id is missing."),
    (HEAD + "[dtl]\nwindow_days = 28", "it has no table dtl; did you mean dlt."),
    (HEAD + "[dlt]\nwindow_day = 28", "[dlt] has no key window_day; did you mean window_days."),
    (
        HEAD + '[dlt]\nwindow_days = "28 days"',
        "[dlt] window_days must be a whole number of at least 1; found '28 days'.",
    ),
    (HEAD + "[dlt]\nwindow_days = 0", "[dlt] window_days must be a whole number of at least 1; found 0."),
    (HEAD + "[dlt]\nwindow_days = true", "[dlt] window_days must be a whole number of at least 1; found True."),
    (HEAD + '[dlt]\nflags = "AEDLT"', "[dlt] flags must be a list of texts; found 'AEDLT'."),
    (HEAD + "[dlt]\ntarget_rate = 33", "[dlt] target_rate must be a rate between 0 and 1, such as 0.3; found 33."),
    (HEAD + "[test_codes]\nLEVF = ['EF']", "[test_codes] has no key LEVF; did you mean LVEF."),
    (HEAD + "[test_codes]\nLVEF = 'EF'", "[test_codes] LVEF must be a list of texts; found 'EF'."),
    (
        HEAD + "[anthracycline]\ndoxorubicin = 'one'",
        "[anthracycline] doxorubicin must be a number above 0; found 'one'.",
    ),
    (
        HEAD + "[special_interest]\nHeart = []",
        "[special_interest] Heart must be a list of at least one text; found [].",
    ),
    (HEAD + "[[disease]]\ncode = 'ALL'\nname = 'ALL'", "disease 1 terms is missing."),
    (HEAD + "[disease]\ncode = 'ALL'", "[disease] must be written [[disease]], one table each; found {'code': 'ALL'}."),
    (
        HEAD + "[stopping_rule]\nname = 'x'",
        "[stopping_rule] must be written [[stopping_rule]], one table each; found {'name': 'x'}.",
    ),
    (
        HEAD + LEVEL.format(1, 130) + "unit = 'mg'",
        "dose_level 1 has no key unit; it takes level, dose, dose_mg_per_m2_day, arm_code, arm.",
    ),
    (HEAD + LEVEL.format(1, "'130'"), "dose_level 1 dose_mg_per_m2_day must be a number above 0; found '130'."),
    (
        HEAD + LEVEL.format(1, 130) + LEVEL.format(2, 130),
        "[dose_level] doses must rise, each dose once; found 130, 130.",
    ),
    (
        HEAD + LEVEL.format(1, 130) + LEVEL.format(1, 160),
        "[dose_level] levels must be numbered upwards, each number once; found 1, 1.",
    ),
    (HEAD + "[dlt]\nlate_day = 42", "[dlt] late_criterion and late_day belong together; give both or neither."),
    (
        HEAD + "[dlt]\nwindow_days = 42\nlate_criterion = 'aplasia'\nlate_day = 42",
        "[dlt] late_day 42 must lie after the window of 42 days.",
    ),
    (HEAD + "[[site]]\nid = 101\nname = 'One'", "site 1 id must be text; found 101."),
    (
        HEAD + "[[site]]\nid = '101'\nname = 'One'\nopened = '2007-02-22'",
        "site 1 opened must be a date such as 2007-11-30; found '2007-02-22'.",
    ),
    (HEAD + "[[age_band]]\nlabel = 'x'\nfrom = 5\nto = 1", "age_band 1 x begins at 5 and ends before, at 1."),
    (HEAD + "[accrual_plan]\nsubjects_per_month = 3", "[accrual_plan] from is missing."),
    (
        HEAD + LEVEL.format(1, 130).replace("dose_mg_per_m2_day", "dose"),
        "[trial] dose_unit is missing; it is the unit of the dose of each dose_level.",
    ),
    (
        HEAD + 'dose_unit = "mg/kg/day"\n' + LEVEL.format(1, 5),
        "[trial] dose_unit is mg/kg/day, but a dose_level gives dose_mg_per_m2_day; write dose in its place.",
    ),
    (
        HEAD + 'dose_unit = "mg per kg"',
        "[trial] dose_unit must be a unit of dose such as mg/m²/day, mg/kg/day or mg; found 'mg per kg'.",
    ),
    (HEAD + LEVEL.format(1, 130) + "dose = 130", "dose_level 1 has dose and dose_mg_per_m2_day; keep one."),
    (HEAD + "[[dose_level]]\nlevel = 1\narm_code = 'A'\narm = 'A'", "dose_level 1 lacks dose."),
    (HEAD + "[pk]\nhours_day_1 = [0]", "[test_codes] PARENT_DRUG is missing; [pk] plans samples of it."),
    (
        HEAD + "[[published]]\npopulation = 'adults'\ntext = 'b'\nsource = 'c'\nlow = 1",
        "published 1 needs parameter, low and high together, low not above high.",
    ),
    (HEAD + "[pk]\nhours_day_2 = [0]", "[pk] has no key hours_day_2; did you mean hours_day_"),
    (
        HEAD + "[escalation]\nrule = '4+4'",
        "[escalation] rule must be one of Rolling Six, 3+3, BOIN, Keyboard, mTPI-2, CRM; found '4+4'.",
    ),
    (
        HEAD + "[special_interest]\nMucositis = ['Stomatitis']\n" + RULE + "category = 'Mucosits'",
        "stopping_rule 'S' category 'Mucosits' is not in [special_interest]; did you mean Mucositis.",
    ),
    (
        HEAD + RULE + "terms = ['Stomatitis']\nwithin_days = 60\nobserved_days = 28",
        "stopping_rule 'S' has observed_days 28 below within_days 60",
    ),
]


MISTAKES += [
    (
        HEAD + f"ctcae_version = {written}",
        "[trial] ctcae_version must be a version of CTCAE that has laboratory criteria here, one of 4.03, 5.0, 6.0; "
        f"found {shown}.",
    )
    for written, shown in (('"7.0"', "'7.0'"), ("4", "4"), ('"five"', "'five'"))
]


@pytest.mark.parametrize(("text", "says"), MISTAKES, ids=[says[:40] for _, says in MISTAKES])
def test_a_mistake_in_the_definition_is_refused_in_one_sentence(text, says):
    with pytest.raises(TrialError) as refused:
        Trial.parse(text, where="my.toml")
    message = str(refused.value)
    assert (
        message.startswith("The trial definition my.toml")
        and says in message
        and message.endswith(".")
        and "\n" not in message
    )


def test_several_mistakes_are_told_together_the_first_first():
    with pytest.raises(TrialError) as refused:
        Trial.parse(HEAD + "[dlt]\nwindow_days = 0\nflags = 'AEDLT'\n[[site]]\nid = '101'", where="my.toml")
    assert str(refused.value) == (
        "The trial definition my.toml: [dlt] window_days must be a whole number of at least 1; found 0. "
        "Also: [dlt] flags must be a list of texts; found 'AEDLT'; site 1 name is missing."
    )
    wrong = "".join(f"[[site]]\nid = {number}\nname = 'x'\n" for number in range(9))
    with pytest.raises(TrialError, match="site 5 id must be text; found 4; 4 more mistakes.$"):
        Trial.parse(HEAD + wrong)


def test_every_kind_of_wrong_value_is_refused_for_every_key_and_never_crashes(trial):
    for name, table in trial.content.items():
        for wrong in (object(), None):
            with pytest.raises(TrialError):
                check(trial.content | {name: wrong}, "x")
        rows = table if isinstance(table, list) else [table]
        for key in rows[0]:
            changed = rows[0] | {key: None}
            with pytest.raises(TrialError, match=str(key).replace("_", ".")):
                check(trial.content | {name: [changed, *rows[1:]] if isinstance(table, list) else changed}, "x")
        with pytest.raises(TrialError):
            bad = rows[0] | {"surplus": None}
            check(trial.content | {name: [bad, *rows[1:]] if isinstance(table, list) else bad}, "x")


def test_the_sample_definition_and_the_least_one_are_accepted(trial):
    check(trial.content, "x")
    least = Trial.parse(HEAD)
    assert (least.id, least.title, least.dlt_window_days, least.ctcae_version) == ("T", "T", 28, "5.0")


def test_the_sample_describes_3_plus_3_as_it_decides(trial):
    told = trial.assumptions["escalation.settings"]
    design = ThreePlusThree(levels=2, **trial.content["escalation"]["three_plus_three"])
    assert (
        design.decide("1NNN 2NTT").dose == 1
        and "the level below is then filled up to six subjects before it is named MTD" in told
    )
    assert design.decide("1NNN 2NNN").verdict == ("stay", 2)
    assert "and so is the highest level before it is called tolerated" in told


@pytest.mark.parametrize(
    ("written", "version"),
    [('"5.0"', "5.0"), ("5.0", "5.0"), ("5", "5.0"), ('"v5.0"', "5.0"), ('"4.03"', "4.03"), ('"6"', "6.0")],
)
def test_the_version_of_ctcae_is_read_however_it_is_written(written, version):
    assert Trial.parse(HEAD + f"ctcae_version = {written}").ctcae_version == version


def test_a_cut_stays_readable_when_its_definition_holds_what_is_no_longer_known():
    assert Trial.stored(HEAD + "[from_earlier]\nx = 1").id == "T" and not Trial.stored("").defined
