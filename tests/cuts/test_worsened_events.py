"""An event that began before the first infusion and was fatal after it: each display that counts days dates it by the
death, and a list shows the onset as delivered."""

from __future__ import annotations

from datetime import date

import pandas
import pytest
from drawn import THREE, trial_data

from displays.adverse_events.by_term import ae_by_term
from displays.adverse_events.cardiac import cardiac_events
from displays.adverse_events.interest_course import interest_course
from displays.adverse_events.interest_incidence import interest_incidence
from displays.adverse_events.late import late_events
from displays.adverse_events.serious import serious_listing
from displays.adverse_events.timelines import ae_timelines
from displays.escalation.cumulative_dose import cumulative_dose
from displays.escalation.rates import dlt_by_dose
from queries import View

SECOND = "2007-07-01,2007-07-02,2007-07-03"
PEOPLE = f"""
USUBJID | ARMCD | INFUSIONS         | DTHFL | DTHDTC
S1      | A130  | {THREE}           | Y     | 2007-06-12
S2      | A130  | {THREE},{SECOND}  | Y     | 2007-07-10
S3      | A130  | {THREE}           | .     | .
S4      | A130  | {THREE}           | Y     | 2007-06
"""
EVENTS = """
USUBJID | AESEQ | AETERM          | AEBODSYS   | AETOXGR | AESTDTC    | AEENDTC    | AEOUT              | AEREL
S1      | 1     | Sepsis          | Infections | 5       | 2007-05-20 | 2007-06-12 | FATAL              | .
S2      | 1     | Cardiac failure | Cardiac    | 5       | 2007-05-20 | 2007-07-10 | FATAL              | RELATED
S3      | 1     | Sepsis          | Infections | 3       | 2007-06-10 | 2007-06-15 | RECOVERED/RESOLVED | .
S4      | 1     | Sepsis          | Infections | 5       | 2007-05-20 | .          | FATAL              | .
"""
JUDGED = "USUBJID | AESEQ | QNAM | QVAL\nS2 | 1 | AEDLT | Y"
INFECTION = "Febrile neutropenia and infection"


@pytest.fixture(scope="module")
def view(make_cut, trial) -> View:
    """S1 died in the window, S2 after it in the second course, S4 on a day not known; S3 fell ill after infusions."""
    return View(make_cut(trial_data(PEOPLE, EVENTS, JUDGED), trial, date(2007, 9, 30)))


def test_first_onset_and_incidence_count_from_the_death(view):
    rows = interest_course(view).table.set_index("SUBJID")
    assert rows[["FIRST", "LASTED"]].T.to_dict("list") == {
        "S1": ["day 12", "not known"],
        "S2": ["day 40", "not known"],
        "S3": ["day 10", "6 days"],
        "S4": ["from day 1", "not known"],
    }
    assert rows.loc["S2", "COURSES"] == "2" and "median day 10 (1 to 12), median duration 6 days" in (
        interest_course(view).finding
    )
    made = interest_incidence(view, INFECTION)
    assert made.sentences[0].startswith(f"{INFECTION}: 3 of 4 treated subjects; 75 % by day 28")
    days = view.ask("ae_interest_times", category=INFECTION, grade="severe").set_index("USUBJID")["DAYS"]
    assert days.loc[["S1", "S3", "S4"]].tolist() == [12, 10, 1]


def test_time_lines_place_it_at_the_death_and_list_its_onset(view):
    made = ae_timelines(view)
    table = made.table.set_index("SUBJID")
    assert table["COUNTDY"].to_dict() == {"S1": 12, "S2": 40, "S3": 10, "S4": 1} and table.loc["S1", "ADY"] == -12
    assert made.sentences[0].startswith("3 of 4 adverse events in 4 treated subjects began by day 28")
    assert "S2 Cardiac failure (grade 5, day 40)" in made.finding
    marks = next(trace for trace in made.figure.data if trace.mode == "markers" and len(trace.x) == 4)
    assert sorted(marks.x) == [1, 10, 12, 40]


def test_the_first_course_alone_does_not_hold_it_where_the_death_was_in_the_second(view):
    first = ae_by_term(view, "course1").table
    assert set(first.loc[first["LEVEL"] == 1, "TERM"]) == {"Sepsis"}


def test_days_since_the_last_infusion_and_the_dose_by_then_are_those_of_the_death(view):
    serious = serious_listing(view).table.set_index("SUBJID")
    assert serious.loc[["S1", "S2"], "DAYSLAST"].tolist() == [9, 7] and pandas.isna(serious.loc["S4", "DAYSLAST"])
    assert serious.loc["S1", "BEGAN"] == "20 May 2007 (day −12)"
    for made in (late_events(view), cardiac_events(view)):
        assert made.table.set_index("SUBJID")["CUMDOSE"].to_dict() == {"S2": 6 * 130}
    late = cumulative_dose(view)
    assert late.table.loc[late.table["AEDECOD"] == "Cardiac failure", ["ADY", "CUMDOSE"]].values.tolist() == [[40, 780]]
    assert "1 DLT began outside the window (S2, day 40)" in dlt_by_dose(view).finding


def test_a_heart_failure_of_that_kind_is_a_sign_of_the_day_of_the_death(view):
    (sign,) = view.cut.table("adctrcd").itertuples()
    assert (sign.USUBJID, sign.ORIGIN, sign.CTRCD, sign.COUNTFL) == ("S2", "HEART FAILURE", "very severe", "Y")
    assert (sign.ADT.date(), sign.ADY, sign.CUMDOSE) == (date(2007, 7, 10), 40, 6 * 130)
