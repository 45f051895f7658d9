"""The trial definition in a cut: codes compared without case, levels and versions that are not known, its defaults."""

from __future__ import annotations

import pytest
from drawn import trial_data

from displays.data.making import making
from displays.heart.by_dose import dysfunction_by_dose
from displays.heart.by_subject import heart_by_subject
from displays.heart.longest_qtc import qtc_longest
from displays.heart.qtc import qtc_by_dose
from displays.remission import best_response as response
from displays.remission import by_dose as remission
from displays.remission import survival, swimmer
from queries import View
from queries.grading import versions
from trial import Trial
from trial.defaults import DEFAULTS_TEXT
from trial.values import VERSIONS

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
    data = trial_data(
        "USUBJID | ARMCD | INFUSIONS\nS1 | A130 | 2007-06-01\nS2 | OTHER | 2007-06-01",
        cv="USUBJID | CVSEQ | CVTESTCD | CVSTRESC | CVSTRESU | CVDTC\n"
        "S2 | 1 | LVEF | 60 | % | 2007-05-20\nS2 | 2 | LVEF | 45 | % | 2007-06-20",
        eg="USUBJID | EGSEQ | EGTESTCD | EGSTRESC | EGSTRESU | EGDTC\n"
        "S2 | 1 | QT | 400 | ms | 2007-06-20\nS2 | 2 | RR | 1000 | ms | 2007-06-20",
        rs="USUBJID | RSSEQ | RSTESTCD | RSSTRESC | RSDTC\nS2 | 1 | OVRLRESP | CR | 2007-07-01",
    )
    view = View(make_cut(data, trial))
    functions = [
        dysfunction_by_dose,
        heart_by_subject,
        qtc_by_dose,
        qtc_longest,
        remission.remission_by_dose,
        response.best_response,
        swimmer.swimmer,
        survival.overall_survival,
    ]
    for function in functions:
        shown = function(view)
        assert "No planned level" in set(shown.table["TRTA"].dropna()), function.__name__


def test_there_are_criteria_for_every_version_that_a_definition_may_name():
    assert versions() == list(VERSIONS)


def test_a_cut_keeps_its_own_definition_and_the_defaults_it_was_read_over(make_cut):
    earlier = Trial.stored('[trial]\nid = "T"\n', DEFAULTS_TEXT.replace("window_days = 28 ", "window_days = 35 "))
    cut = make_cut({}, earlier)
    assert cut.trial == earlier and cut.trial.dlt_window_days == 35
    assert cut.table("trial.settings")["DLTDAYS"].tolist() == [35]
    assert "dlt.window_days = 35" in making(View(cut)).method
