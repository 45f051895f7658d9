"""The dose escalation's displays: rates at the extremes, what changed between two cuts, what followed each cohort."""

from __future__ import annotations

import json
from datetime import date

import pandas
import pytest
from conftest import CUT_DATES, SAMPLE
from drawn import THREE, trial_data

from displays.adverse_events.dlts import every_dlt, judged_not_dlt
from displays.escalation.history import escalation_history
from displays.escalation.rates import dlt_by_dose
from displays.escalation.subjects import subject_by_dose
from queries import Filters, View

LATER = date(2007, 11, 30)


EXTREMES = """
USUBJID | ARMCD | INFUSIONS
A1      | A130  | 2007-06-01,2007-06-02,2007-06-03
A2      | A130  | 2007-06-01,2007-06-02,2007-06-03
A3      | A130  | 2007-06-01,2007-06-02,2007-06-03
B1      | A160  | 2007-07-01,2007-07-02,2007-07-03
B2      | A160  | 2007-07-01,2007-07-02,2007-07-03
B3      | A160  | 2007-07-01,2007-07-02,2007-07-03
C1      | A190  | 2007-11-20,2007-11-21,2007-11-22
X1      | ELSE  | 2007-07-01,2007-07-02,2007-07-03
"""
EXTREME_EVENTS = "USUBJID | AESEQ | AETERM | AETOXGR | AEDLT | AESTDTC\n" + "\n".join(
    f"B{n} | 1 | Typhlitis | 3 | Y | 2007-07-10" for n in (1, 2, 3)
)


@pytest.fixture(scope="module")
def extremes(make_cut, trial):
    return make_cut(trial_data(EXTREMES, EXTREME_EVENTS), trial, LATER)


def test_rates_of_0_of_3_and_3_of_3_and_0_of_0(extremes):
    made = dlt_by_dose(View(extremes))
    table = made.table.set_index("TRTA")
    none, all_, pending = (table.loc[f"{dose} mg/m²/day"] for dose in (130, 160, 190))
    assert (none.NDLT, none.NEVAL, none.RATE, none.LOWER) == (0, 3, 0, 0) and none.UPPER == pytest.approx(
        0.7076, abs=5e-5
    )
    assert (all_.NDLT, all_.NEVAL, all_.RATE, all_.UPPER) == (3, 3, 1, 1) and all_.LOWER == pytest.approx(
        0.2924, abs=5e-5
    )
    assert pending.NEVAL == 0 and pending.NPENDING == 1 and pandas.isna(pending.RATE) and pandas.isna(pending.UPPER)
    assert "None of 1 treated subject at 190 mg/m²/day can be evaluated yet" in made.finding


def test_subjects_outside_the_planned_levels_are_counted_and_shown(extremes):
    table = dlt_by_dose(View(extremes)).table
    assert (
        table["NTREATED"].sum() == 8
        and table["TRTA"].iloc[-1] == "No planned level"
        and table["NTREATED"].iloc[-1] == 1
    )
    assert "X1" in set(subject_by_dose(View(extremes)).table["USUBJID"])


def test_severe_events_without_any_verdict_await_adjudication(make_cut, trial):
    # a trial with dose levels whose adverse events were delivered assesses DLTs: no verdict yet is none so far
    data = trial_data(
        f"USUBJID | ARMCD | INFUSIONS\nS1 | A130 | {THREE}",
        "USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC\nS1 | 1 | Sepsis | 4 | 2007-06-09",
    )
    cut = make_cut(data, trial)
    row = cut.table("addl").iloc[0]
    assert (row.DLTSTAT, row.PENDCD) == ("Pending", "ADJUDICATION")
    assert "1 grade ≥ 3 event in the window is not adjudicated yet." in dlt_by_dose(View(cut)).finding


def test_without_adverse_events_dlts_were_not_collected(make_cut, trial):
    data = trial_data(
        f"USUBJID | ARMCD | INFUSIONS\nS1 | A130 | {THREE}",
        "USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC\nS1 | 1 | Sepsis | 4 | 2007-06-09",
    )
    del data["ae"]
    cut = make_cut(data, trial)
    assert cut.table("addl")["DLTSTAT"].isna().all() and cut.ask("dlt_by_dose")["NEVAL"].isna().all()
    assert dlt_by_dose(View(cut)).finding == "DLTs: not collected in this cut."
    assert "DLTs: not collected in this cut." in escalation_history(View(cut)).population


# --- between two cuts --------------------------------------------------------------------------

BEFORE_AND_NOW = "USUBJID | ARMCD | INFUSIONS\nS1 | A130 | " + THREE + "\nS2 | A130 | 2007-06-10,2007-06-11,2007-06-12"


@pytest.fixture(scope="module")
def rejudged(make_cut, trial) -> View:
    """S1's typhlitis is judged anew, renumbered and dated anew; S3 is first treated; S2's nausea is withdrawn."""
    before = """
    USUBJID | AESEQ | AETERM    | AETOXGR | AEDLT | AESTDTC
    S1      | 1     | Typhlitis | 3       | N     | 2007-06-10
    S1      | 2     | Typhlitis | 3       | N     | 2007-06-20
    S2      | 1     | Nausea    | 1       | .     | 2007-06-12
    """
    now = """
    USUBJID | AESEQ | AETERM    | AETOXGR | AEDLT | AESTDTC
    S1      | 1     | Rash      | 3       | N     | 2007-06-05
    S1      | 2     | Typhlitis | 3       | Y     | 2007-06-10
    S1      | 3     | Typhlitis | 3       | N     | 2007-06-21
    """
    first = make_cut(trial_data(BEFORE_AND_NOW, before), trial, date(2007, 6, 30))
    second = make_cut(
        trial_data(BEFORE_AND_NOW + "\nS3 | A130 | 2007-07-15,2007-07-16,2007-07-17", now), trial, date(2007, 7, 31)
    )
    return View(second, first)


def test_a_dlt_judged_anew_is_marked_changed_with_before_and_after(rejudged):
    row = every_dlt(rejudged).table.iloc[0]
    assert (row.USUBJID, row.SINCE, row.PREVIOUS) == ("S1", "changed", "adjudication not a DLT → DLT")
    subject = subject_by_dose(rejudged).table.set_index("USUBJID")
    assert subject["SINCE"].to_dict() == {"S1": "changed", "S2": "changed", "S3": "new"}
    assert subject.loc["S1", ["PREVIOUS", "STATE"]].tolist() == ["No DLT", "DLT: Typhlitis grade 3"]
    assert subject.loc["S2", "PREVIOUS"] == "Pending, 7 days left"
    level = dlt_by_dose(rejudged).table.iloc[0]
    assert (level.SINCE, level.PREVIOUS, level.NDLT, level.NEVAL) == ("changed", "0 of 1 evaluable", 1, 2)


def test_events_new_changed_and_gone_are_told(rejudged):
    made = judged_not_dlt(rejudged)
    changes = made.table.set_index("AESEQ")[["SINCE", "PREVIOUS"]].to_dict("index")
    assert changes == {
        1: {"SINCE": "new", "PREVIOUS": ""},
        3: {"SINCE": "changed", "PREVIOUS": "onset 20 Jun 2007 → 21 Jun 2007"},
    }
    assert "Nausea of S2" in made.population
    assert made.sentences[-1].endswith("1 new event; changed: Typhlitis of S1 (onset 20 Jun 2007 → 21 Jun 2007).")


def test_a_dlt_judged_away_is_told(rejudged):
    backwards = View(rejudged.previous, rejudged.cut)
    assert "No longer a DLT or withdrawn since the previous cut: Typhlitis of S1" in every_dlt(backwards).population


def test_sample_trial_shows_its_readjudication(sample_cuts):
    first, second, _ = (sample_cuts[day] for day in CUT_DATES)
    row = every_dlt(View(second, first)).table.set_index("SUBJID").loc["103-003"]
    assert row.SINCE == "changed" and row.PREVIOUS.startswith("adjudication not a DLT → DLT")
    subject = subject_by_dose(View(second, first)).table.set_index("SUBJID").loc["103-003"]
    assert (subject.SINCE, subject.PREVIOUS) == ("changed", "No DLT")


# --- the escalation's history ------------------------------------------------------------------

HISTORY = """
USUBJID | ARMCD | INFUSIONS  | RFSTDTC
S1      | A130  | 2007-03-01 | 2007-03-01
S2      | A160  | 2007-04-01 | 2007-04-01
S3      | A160  | 2007-05-01 | 2007-05-01
S4      | A130  | 2007-06-01 | 2007-06-01
S5      | A130  | 2007-07-01 | 2007-07-01
"""
COHORTS = "USUBJID | RDOMAIN | QNAM | QVAL\n" + "\n".join(
    f"S{n} | DM | COHORT | {c}" for n, c in zip(range(1, 6), ("1", "2", "3", "4", "EXP"), strict=True)
)


def test_what_followed_each_cohort(make_cut, trial):
    events = "USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC\nS1 | 1 | Nausea | 1 | 2007-03-02"
    cut = make_cut(trial_data(HISTORY, events, suppdm=COHORTS), trial, LATER)
    table = escalation_history(View(cut)).table
    assert list(table["COHORTNAM"]) == ["Cohort 1", "Cohort 2", "Cohort 3", "Cohort 4", "Expansion"]
    assert list(table["FOLLOWED"]) == [
        "Escalated to 160 mg/m²/day",
        "Continued at 160 mg/m²/day",
        "De-escalated to 130 mg/m²/day",
        "Expanded at this dose",
        "Open",
    ]
    filtered = View(cut, filters=Filters(doses=("160 mg/m²/day",)))
    assert list(escalation_history(filtered).table["FOLLOWED"]) == [
        "Continued at 160 mg/m²/day",
        "De-escalated to 130 mg/m²/day",
    ]


def test_history_agrees_with_the_known_answers(sample_cuts):
    for cut in sample_cuts.values():
        known = json.loads((SAMPLE / "known_answers.json").read_text())["cuts"][cut.date.isoformat()]["by_cohort"]
        table = cut.ask("dose_escalation").set_index("COHORT")
        treated = table[table["NTREATED"] > 0]
        assert set(treated.index) == set(known)
        for cohort, answer in known.items():
            row = table.loc[cohort]
            assert (row.NTREATED, row.NEVAL, row.NDLT) == (answer["treated"], answer["evaluable"], answer["dlt"])
            assert (row.NPENDING, row.NNOTEVAL) == (len(answer["pending"]), len(answer["not_evaluable"]))
