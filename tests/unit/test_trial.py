"""The trial definition: codes compared without case, and mistakes refused in one sentence."""

from __future__ import annotations

import pandas
import pytest
from drawn import drawn, trial_data

from stats.escalation import ThreePlusThree
from trial import Trial, TrialError
from trial.check import check

SUBJECT = "USUBJID | ARMCD | INFUSIONS\nS1 | A | 2007-06-01T10:00:00"
LOWER = """
[trial]
id = "T"
title = "T"
[[dose_level]]
level = 1
dose_mg_per_m2_day = 100
arm_code = "A"
arm = "A"
[test_codes]
LVEF = ["ef", "EF"]
TROPONIN = ["tni"]
RESPONSE = ["resp"]
ANC = ["gran"]
BLASTS_MARROW = ["myblast"]
PARENT_DRUG = ["drugx"]
[[schedule]]
assessment = "ECHO"
visit = "Baseline"
day = 1
days_before = 28
days_after = 0
"""


@pytest.mark.parametrize("case", [str.lower, str.upper])
def test_test_codes_are_compared_without_case_wherever_they_are_used(make_cut, case):
    data = trial_data(
        SUBJECT,
        cv="USUBJID | CVSEQ | CVTESTCD | CVSTRESC | CVSTRESU | CVDTC\nS1 | 1 | ef | 60 | % | 2007-05-20",
        lb="""USUBJID | LBSEQ | LBTESTCD | LBSPEC | LBSTRESC | LBSTRESU | LBDTC
              S1 | 1 | tni | SERUM | 3 | ng/L | 2007-05-20
              S1 | 2 | gran | BLOOD | 1 | 10^9/L | 2007-05-20
              S1 | 3 | myblast | BONE MARROW | 40 | % | 2007-05-20""",
        rs="USUBJID | RSSEQ | RSTESTCD | RSSTRESC | RSDTC\nS1 | 1 | resp | CR | 2007-07-01",
        pc="USUBJID | PCSEQ | PCTESTCD | PCSTRESC | PCDTC\nS1 | 1 | drugx | 3 | 2007-06-01T12:00:00",
    )
    for frame in data.values():
        for column in [name for name in frame.columns if name.endswith("TESTCD")]:
            frame[column] = frame[column].map(case)
    cut = make_cut(data, Trial.parse(LOWER))
    assert cut.table("adcv")["PARAMCD"].tolist() == ["LVEF", "TROPONIN"]
    assert sorted(cut.table("adrs")["PARAMCD"]) == ["BLASTBM", "BOR", "OVRLRESP"]
    assert cut.table("adpc")["PARAMCD"].tolist() == ["PARENT"]
    assert cut.table("adlb").set_index("PARAMCD").loc["GRAN", "ATERML"] == "Neutrophil count decreased"
    assert cut.table("addue")["STATUS"].tolist() == ["Done"]
    found = cut.table("ingest.finding")
    assert not found["CHECKID"].isin(["test_code_not_recognised"]).any()
    without = set(found.loc[found["CHECKID"] == "role_without_records", "WHAT"].str.split(":").str[0])
    assert not without & {"LVEF", "TROPONIN", "RESPONSE", "ANC", "BLASTS_MARROW", "PARENT_DRUG"}


def test_a_treated_subject_without_a_planned_level_has_one_row_by_one_name_everywhere(make_cut, trial):
    data = trial_data(
        "USUBJID | ARMCD | INFUSIONS\nS1 | A130 | 2007-06-01\nS2 | OTHER | 2007-06-01",
        "USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC\nS2 | 1 | Stomatitis | 3 | 2007-06-02",
        "USUBJID | AESEQ | QNAM | QVAL\nS2 | 1 | AEDLT | Y",
        cv="""USUBJID | CVSEQ | CVTESTCD | CVSTRESC | CVSTRESU | CVDTC
              S2 | 1 | LVEF | 60 | % | 2007-05-20
              S2 | 2 | LVEF | 55 | % | 2007-06-20""",
        eg="""USUBJID | EGSEQ | EGTESTCD | EGSTRESC | EGSTRESU | EGDTC
              S2 | 1 | QT | 400 | ms | 2007-06-20
              S2 | 2 | RR | 1000 | ms | 2007-06-20""",
        rs="USUBJID | RSSEQ | RSTESTCD | RSSTRESC | RSDTC\nS2 | 1 | OVRLRESP | CR | 2007-07-01",
    )
    cut = make_cut(data, trial)
    for question, number in (
        ("dlt_by_dose", "NTREATED"),
        ("remission_by_dose", "TREATED"),
        ("heart_by_dose", "NTREATED"),
        ("ae_by_dose", "NTREATED"),
    ):
        table = cut.ask(question)
        outside = table[table["TRTA"] == "No planned level"]
        assert set(outside[number]) >= {1} and outside["TRTAN"].isna().all(), question
        assert table["TRTA"].notna().all(), question
    for question in (
        "heart_subjects",
        "ecg_subjects",
        "ecg_by_dose",
        "response_best",
        "response_assessments",
        "response_timeline",
    ):
        assert "No planned level" in set(cut.ask(question)["TRTA"]), question
    found = cut.table("ingest.finding").set_index("CHECKID").loc["dose_level_not_recognised"]
    assert "No planned level" in found["WHAT"] and "leave the subject out" not in found["WHAT"]


def test_displays_draw_a_subject_without_a_planned_level(make_cut, trial):
    from displays.heart import dysfunction as heart
    from displays.heart import ecg
    from displays.remission import best_response as response
    from displays.remission import rates as remission
    from displays.remission import survival, swimmer
    from queries import View

    data = trial_data(
        "USUBJID | ARMCD | INFUSIONS\nS1 | A130 | 2007-06-01\nS2 | OTHER | 2007-06-01",
        cv="USUBJID | CVSEQ | CVTESTCD | CVSTRESC | CVSTRESU | CVDTC\nS2 | 1 | LVEF | 60 | % | 2007-05-20\nS2 | 2 | LVEF | 45 | % | 2007-06-20",
        eg="USUBJID | EGSEQ | EGTESTCD | EGSTRESC | EGSTRESU | EGDTC\nS2 | 1 | QT | 400 | ms | 2007-06-20\nS2 | 2 | RR | 1000 | ms | 2007-06-20",
        rs="USUBJID | RSSEQ | RSTESTCD | RSSTRESC | RSDTC\nS2 | 1 | OVRLRESP | CR | 2007-07-01",
    )
    view = View(make_cut(data, trial))
    functions = [
        heart.dysfunction_by_dose,
        heart.heart_by_subject,
        ecg.qtc_by_dose,
        ecg.qtc_longest,
        remission.remission_by_dose,
        response.best_response,
        swimmer.swimmer,
        survival.overall_survival,
    ]
    for function in functions:
        shown = function(view)
        assert "No planned level" in set(shown.table["TRTA"].dropna()), function.__name__


LEVEL = '[[dose_level]]\nlevel = {}\ndose_mg_per_m2_day = {}\narm_code = "A"\narm = "A"\n'
HEAD = '[trial]\nid = "T"\n'
RULE = "[[stopping_rule]]\nname = 'S'\ncounts = 'ae'\npopulation = 'treated'\nthreshold = 0.1\ncutoff = 0.9\nprior = [1, 1]\nn_max = 30\n"
MISTAKES = [
    ("trial = 3", "[trial] must be a table; found 3."),
    ("[dlt]\nwindow_days = 28", "has no [trial] table; it needs at least an id."),
    ("[trial]\ntitle = 'T'", "[trial] lacks id."),
    (HEAD + "[dtl]\nwindow_days = 28", "it has no table dtl; did you mean dlt."),
    (HEAD + "[dlt]\nwindow_day = 28", "[dlt] has no key window_day; did you mean window_days."),
    (
        HEAD + '[dlt]\nwindow_days = "28 days"',
        "[dlt] window_days must be a whole number of at least 1; found '28 days'.",
    ),
    (HEAD + "[dlt]\nwindow_days = 0", "[dlt] window_days must be a whole number of at least 1; found 0."),
    (HEAD + "[dlt]\nwindow_days = true", "[dlt] window_days must be a whole number of at least 1; found True."),
    (HEAD + '[dlt]\nflags = "AEDLT"', "[dlt] flags must be a list of texts; found 'AEDLT'."),
    (HEAD + "[dlt]\ntarget_rate = 33", "[dlt] target_rate must be a rate between 0 and 1; found 33."),
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
    (HEAD + "[[disease]]\ncode = 'ALL'\nname = 'ALL'", "disease 1 lacks terms."),
    (HEAD + "[disease]\ncode = 'ALL'", "disease must be written [[disease]], one table each; found {'code': 'ALL'}."),
    (
        HEAD + "[stopping_rule]\nname = 'x'",
        "stopping_rule must be written [[stopping_rule]], one table each; found {'name': 'x'}.",
    ),
    (
        HEAD + LEVEL.format(1, 130) + "unit = 'mg'",
        "dose_level 1 has no key unit; it takes level, dose_mg_per_m2_day, arm_code, arm.",
    ),
    (HEAD + LEVEL.format(1, "'130'"), "dose_level 1 dose_mg_per_m2_day must be a number above 0; found '130'."),
    (HEAD + LEVEL.format(1, 130) + LEVEL.format(2, 130), "dose levels must rise, each dose once; found [130, 130]."),
    (
        HEAD + LEVEL.format(1, 130) + LEVEL.format(1, 160),
        "dose levels must be numbered upwards, each number once; found [1, 1].",
    ),
    (HEAD + "[[site]]\nid = 101\nname = 'One'", "site 1 id must be text; found 101."),
    (
        HEAD + "[[site]]\nid = '101'\nname = 'One'\nopened = '2007-02-22'",
        "site 1 opened must be a date such as 2007-11-30; found '2007-02-22'.",
    ),
    (HEAD + "[[age_band]]\nlabel = 'x'\nfrom = 5\nto = 1", "age_band x begins at 5 and ends before, at 1."),
    (HEAD + "[accrual_plan]\nsubjects_per_month = 3", "[accrual_plan] lacks from."),
    (HEAD + "[pk]\nhours_day_2 = [0]", "[pk] has no key hours_day_2; did you mean hours_day_"),
    (HEAD + "[escalation]\nrule = '4+4'", "escalation.rule '4+4' is no design"),
    (
        HEAD + "[special_interest]\nMucositis = ['Stomatitis']\n" + RULE + "category = 'Mucosits'",
        "stopping_rule 'S': category 'Mucosits' is no category of special_interest; did you mean 'Mucositis'.",
    ),
    (
        HEAD + RULE + "terms = ['Stomatitis']\nwithin_days = 60\nobserved_days = 28",
        "stopping_rule 'S': observed_days 28 is below within_days 60",
    ),
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
    assert design.decide("1NNN 2NNN").action == "stop" and "at the highest level three without a DLT suffice" in told


@pytest.mark.parametrize(
    ("written", "version"),
    [('"5.0"', "5.0"), ("5.0", "5.0"), ("5", "5.0"), ('"v5.0"', "5.0"), ('"4.03"', "4.03"), ('"6"', "6.0")],
)
def test_the_version_of_ctcae_is_read_however_it_is_written(written, version):
    assert Trial.parse(HEAD + f"ctcae_version = {written}").ctcae_version == version


def test_a_version_of_ctcae_without_criteria_is_reported(make_cut):
    for version, reported in (("5.0", False), ("4.99", True)):
        found = (
            make_cut({}, Trial.parse(HEAD + f'ctcae_version = "{version}"'))
            .table("ingest.finding")
            .set_index("CHECKID")
        )
        assert ("ctcae_version_unknown" in found.index) == reported
    assert "CTCAE v4.99" in found.loc["ctcae_version_unknown", "EXAMPLES"]


def test_a_cut_stays_readable_when_its_definition_holds_what_is_no_longer_known():
    assert Trial.stored(HEAD + "[from_earlier]\nx = 1").id == "T" and not Trial.stored("").defined
