"""Deaths: each against the delivered records, and every way in which they can be partial or contradict each other."""

from datetime import date

import pandas
import pytest
from drawn import THREE, trial_data
from raw import sample

from displays.adverse_events.deaths import deaths
from displays.adverse_events.dlts import every_dlt
from displays.rule.now import rule_now
from displays.stopping.overview import stopping_overview
from queries import Filters, View

SUBJECTS = f"""USUBJID | ARMCD | INFUSIONS | DTHFL | DTHDTC
LIVES | A130 | {THREE} | . | .
INSIDE | A130 | {THREE} | Y | 2007-06-12
LASTDAY | A130 | {THREE} | Y | 2007-06-28
NEXTDAY | A130 | {THREE} | Y | 2007-06-29
MONTH | A130 | {THREE} | Y | 2007-06
LATER | A130 | {THREE} | Y | 2007-08
YEAR | A130 | {THREE} | Y | .
BEFORE | A130 | {THREE} | Y | 2007-05-01
NEVER | A130 | . | Y | 2007-07-01
BOTH | A130 | {THREE} | Y | 2007-07-10
DATES | A130 | {THREE} | Y | 2007-07-10
AFTERCUT | A130 | {THREE} | Y | 2007-12-24"""
EVENTS = """USUBJID | AESEQ | AETERM | AEDECOD | AETOXGR | AESTDTC | AEENDTC | AEREL | AEOUT | AESDTH
INSIDE | 1 | Sepsis | Sepsis | 5 | 2007-06-10 | 2007-06-12 | RELATED | FATAL | Y
LASTDAY | 1 | Sepsis | Sepsis | 5 | 2007-06-10 | 2007-06-28 | NOT RELATED | FATAL | Y
NEXTDAY | 1 | Bleeding | Haemorrhage | . | 2007-06-10 | 2007-06-29 | . | RECOVERED | Y
BOTH | 1 | Sepsis | Sepsis | 5 | 2007-07-01 | 2007-07-10 | RELATED | FATAL | Y
BOTH | 2 | Bleeding | Haemorrhage | 5 | 2007-07-01 | 2007-07-10 | NOT RELATED | FATAL | Y
LIVES | 1 | Nausea | Nausea | 1 | 2007-06-02 | 2007-06-03 | RELATED | RECOVERED | N"""
DISPOSITION = """USUBJID | DSSEQ | DSTERM | DSDECOD | DSCAT | EPOCH | DSSTDTC
INSIDE | 1 | Death due to sepsis | DEATH | DISPOSITION EVENT | FOLLOW-UP | 2007-06-12
LASTDAY | 1 | Death due to disease | DEATH | DISPOSITION EVENT | FOLLOW-UP | 2007-06-28
NEXTDAY | 1 | DEATH | DEATH | DISPOSITION EVENT | FOLLOW-UP | 2007-06-29
DATES | 1 | Died of disease | DEATH | DISPOSITION EVENT | FOLLOW-UP | 2007-07-12"""
PROCEDURES = """USUBJID | PRSEQ | PRTRT | PRDECOD | PRSTDTC
DATES | 1 | Transplant | Stem cell transplant | 2007-07-01
BOTH | 1 | Transplant | Stem cell transplant | 2007-01-01"""


@pytest.fixture(scope="module")
def drawn_deaths(make_cut, trial):
    data = trial_data(SUBJECTS, EVENTS, ds=DISPOSITION, pr=PROCEDURES)
    return make_cut(data, trial, date(2007, 11, 30))


@pytest.fixture(scope="module")
def told(drawn_deaths) -> pandas.DataFrame:
    return deaths(View(drawn_deaths)).table.set_index("USUBJID")


def test_who_is_dead_by_the_cut_is_listed_once_treated_or_not(told):
    assert sorted(told.index) == sorted(
        ["INSIDE", "LASTDAY", "NEXTDAY", "MONTH", "LATER", "YEAR", "BEFORE", "NEVER", "BOTH", "DATES"]
    )


@pytest.mark.parametrize(
    ("subject", "when", "study_day", "last", "window"),
    [
        ("INSIDE", "12 Jun 2007", 12, 9, "in the window"),
        ("LASTDAY", "28 Jun 2007", 28, 25, "in the window"),
        ("NEXTDAY", "29 Jun 2007", 29, 26, "after the window"),
        ("MONTH", "1 Jun 2007 to 30 Jun 2007", None, None, "not known"),
        ("LATER", "1 Aug 2007 to 31 Aug 2007", None, None, "after the window"),
        ("YEAR", "not stated", None, None, "not known"),
        ("BEFORE", "1 May 2007", -31, None, "not known"),
        ("NEVER", "1 Jul 2007", None, None, "not treated"),
    ],
)
def test_a_death_is_placed_only_as_far_as_its_date_goes(told, subject, when, study_day, last, window):
    row = told.loc[subject]
    numbers = [None if pandas.isna(row[column]) else row[column] for column in ("DTHDY", "DAYSLAST")]
    assert (row["DATE"], *numbers, row["WINDOW"]) == (when, study_day, last, window)


@pytest.mark.parametrize(
    ("subject", "flags"),
    [
        ("INSIDE", "YYY"),
        ("NEXTDAY", "YYY"),
        ("MONTH", "YYY"),  # 30 June at the latest: 27 days after the last infusion, 29 after the first
        ("BOTH", "NNY"),  # 10 July: 37 and 39 days
        ("LATER", "NNN"),  # from 1 August on
        ("YEAR", "???"),
        ("BEFORE", "???"),
        ("NEVER", "???"),
    ],
)
def test_a_death_is_labelled_by_its_days_after_the_last_and_the_first_infusion(told, subject, flags):
    row = told.loc[subject]
    found = (row["LAST30FL"], row["FIRST30FL"], row["FIRST60FL"])
    assert "".join("?" if pandas.isna(flag) else flag for flag in found) == flags
    expected = {"NEVER": "Not treated", "LATER": "Later than 60 days after the first infusion"}
    periods = ["the last infusion", "30 days of the first", "60 days of the first"]
    for flag, period in zip(flags, periods, strict=True):
        assert row["EARLY"] == expected[subject] if subject in expected else (period in row["EARLY"]) == (flag != "N")
    assert ("not known" in row["EARLY"].lower()) == (flags == "???" and subject != "NEVER")


def test_a_row_of_daily_doses_was_given_until_its_end(pilot_cut):
    """EX of the pilot: 701-1211 to 12 Jan 2013, 704-1445 and 710-1083 to the day before the death, or its own."""
    found = pilot_cut.ask("deaths").set_index("SUBJID")
    assert found["DAYSLAST"].to_dict() == {"1211": 2, "1445": 0, "1083": 1} and (found["LAST30FL"] == "Y").all()
    begun = pilot_cut.ask("ae_serious").set_index("USUBJID")
    assert begun.loc["01-704-1445", "DAYSLAST"] == 0


@pytest.mark.parametrize(
    ("subject", "cause", "related"),
    [
        ("INSIDE", "Sepsis", "related"),
        ("LASTDAY", "Disease (disposition); sepsis (fatal event)", "not related"),
        ("NEXTDAY", "Haemorrhage", "not stated"),  # an event resulting in death, whatever its outcome says
        ("MONTH", "Not stated", "not stated"),
        ("BOTH", "Haemorrhage and sepsis", "related and not related"),
        ("DATES", "Disease", "not stated"),
    ],
)
def test_cause_and_causality_are_told_as_delivered(told, subject, cause, related):
    assert (told.loc[subject, "CAUSE"], told.loc[subject, "RELATED"]) == (cause, related)


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("INSIDE", ""),
        ("NEXTDAY", ""),
        ("LASTDAY", "The disposition names disease, the fatal event is sepsis."),
        ("BOTH", "One fatal event is related to the study drug and another is not."),
        ("DATES", "Dates differ: demographics 10 Jul 2007, disposition 12 Jul 2007."),
        ("BEFORE", "The death is dated before the first infusion."),
    ],
)
def test_records_that_contradict_each_other_are_named(told, subject, words):
    assert told.loc[subject, "DISAGREE"] == words


def test_a_transplant_after_the_first_infusion_is_dated(told):
    assert told["TRANSPLANT"].drop(["DATES", "BOTH"]).eq("none recorded").all()
    assert (told.loc["DATES", "TRANSPLANT"], told.loc["BOTH", "TRANSPLANT"]) == ("yes, 1 Jul 2007", "before the trial")


def test_the_finding_has_its_denominator_and_names_who_matters(drawn_deaths):
    assert deaths(View(drawn_deaths)).finding == (
        "9 of 11 treated subjects died: 2 in the DLT window, 2 with a fatal event related to the study drug. "
        "In the DLT window: INSIDE and LASTDAY; 2 of a day that does not tell whether in it (MONTH and YEAR); "
        "related to the study drug: INSIDE and BOTH; "
        "cause not known in 4 (BEFORE, MONTH, LATER and YEAR); cause not adjudicated in 1 (NEXTDAY); "
        "4 with contradictory records (BOTH, LASTDAY, BEFORE and DATES). 1 subject died untreated. "
        "Of 9 deaths: 4 within 30 days of the last infusion (INSIDE, LASTDAY, MONTH and NEXTDAY), 2 not known; "
        "4 within 30 days of the first (INSIDE, LASTDAY, MONTH and NEXTDAY), 2 not known; "
        "6 within 60 days of the first (INSIDE, BOTH, LASTDAY, MONTH, NEXTDAY and DATES), 2 not known. "
        "1 death dated after the data cut, not counted: AFTERCUT (24 Dec 2007)."
    )


MILD = "USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC\nLIVES | 1 | Nausea | 1 | 2007-06-02"
PARTLY = f"""USUBJID | ARMCD | INFUSIONS | DTHFL | DTHDTC
INSIDE | A130 | {THREE} | Y | 2007-06-20
PARTIAL | A130 | {THREE} | Y | 2007-06
EARLIER | A130 | 2007-05-20 | Y | 2007-05
UNDATED | A130 | {THREE} | Y | .
LATER | A130 | {THREE} | Y | 2007-12-24
LIVES | A130 | {THREE} | . | ."""


@pytest.fixture(scope="module")
def partly(make_cut, trial):
    """A death of a known day, of days that are in the window or may be, of none, and one after the data cut."""
    return View(make_cut(trial_data(PARTLY, MILD), trial, date(2007, 11, 30)))


def test_who_may_have_died_in_the_window_is_told_from_who_did(partly):
    finding = rule_now(partly).finding
    assert "EARLIER (between day 1 and day 12) and INSIDE (day 20) died in the DLT window without" in finding
    assert (
        "PARTIAL (between day 3 and day 30) and UNDATED (between day 3 and day 183) may have died in the DLT window "
        "without a delivered cause" in finding
    )
    assert "1 death dated after the data cut, not counted: LATER (24 Dec 2007)" in finding


def test_the_days_of_a_partly_dated_early_death_are_told_once(partly):
    table = stopping_overview(partly).table.set_index("RULE")
    row = table.loc["Early death"]
    assert "PARTIAL (Death, between day 3 and day 30)" in row["WHO"]
    assert "UNDATED (Death, between day 3 and day 183)" in row["NOTES"] and "day not known, day" not in row["NOTES"]


def test_deaths_of_a_day_that_does_not_tell_are_counted_apart(partly):
    finding = deaths(partly).finding
    assert "2 of a day that does not tell whether in it (PARTIAL and UNDATED)" in finding
    assert finding.endswith("1 death dated after the data cut, not counted: LATER (24 Dec 2007).")


def test_deaths_after_the_cut_alone_are_not_no_deaths(make_cut, trial):
    alone = "\n".join(line for line in PARTLY.splitlines() if line.split(" ")[0] in ("USUBJID", "LATER", "LIVES"))
    assert deaths(View(make_cut(trial_data(alone), trial, date(2007, 11, 30)))).finding == (
        "No deaths in 2 treated subjects. 1 death dated after the data cut, not counted: LATER (24 Dec 2007)."
    )


def test_a_trial_without_deaths_and_one_without_subjects_say_so(make_cut, trial):
    alive = trial_data(f"USUBJID | ARMCD | INFUSIONS\nS1 | A130 | {THREE}")
    assert deaths(View(make_cut(alive, trial))).finding == "No deaths in 1 treated subject."
    nobody = trial_data("USUBJID | ARMCD | INFUSIONS\nS1 | A130 | .")
    assert deaths(View(make_cut(nobody, trial))).finding == "No subject has been treated in this cut."
    assert deaths(View(make_cut(alive, trial), filters=Filters(sites=("9",)))).finding == (
        "No subjects match the filters."
    )


def test_new_changed_and_withdrawn_deaths_are_named_against_the_previous_cut(make_cut, trial):
    def cut(day, *rows):
        lines = [f"{name} | A130 | {THREE} | {'Y' if died else '.'} | {died or '.'}" for name, died in rows]
        return make_cut(trial_data("\n".join(["USUBJID | ARMCD | INFUSIONS | DTHFL | DTHDTC", *lines])), trial, day)

    before = cut(date(2007, 8, 31), ("A", "2007-07-01"), ("B", "2007-07-05"), ("C", "2007-07-07"), ("D", None))
    now = cut(date(2007, 11, 30), ("A", "2007-07-01"), ("B", "2007-07-06"), ("C", None), ("D", "2007-10-01"))
    made = deaths(View(now, before))
    assert made.finding.endswith(
        "Since 31 Aug 2007: 1 new death (D), 1 changed: B (5 Jul 2007 → 6 Jul 2007), 1 no longer delivered (C)."
    )
    marks = made.table.set_index("SUBJID")
    assert dict(marks["SINCE"]) == {"A": "", "B": "changed", "D": "new"}
    assert marks.loc["B", "PREVIOUS"] == "5 Jul 2007; not stated; not stated"
    assert set(deaths(View(now)).table["SINCE"]) == {""}


@pytest.mark.parametrize("day", ["2007-08-31", "2007-11-30", "2008-02-29"])
def test_the_deaths_of_the_sample_trial_are_those_of_its_files(sample_cuts, day):
    cut = sample_cuts[date.fromisoformat(day)]
    raw = sample(day)
    dm = raw["dm"][raw["dm"]["DTHFL"] == "Y"]
    first = raw["ex"].groupby("USUBJID")["EXSTDTC"].min().str[:10]
    expected = {
        row.USUBJID: (date.fromisoformat(row.DTHDTC) - date.fromisoformat(first[row.USUBJID])).days + 1
        for row in dm.itertuples()
    }
    table = deaths(View(cut)).table
    assert dict(zip(table["USUBJID"], table["DTHDY"], strict=True)) == expected
    ae = raw["ae"][raw["ae"]["AEOUT"] == "FATAL"]
    named = {row.USUBJID: row.AECAUSE for row in table.itertuples() if isinstance(row.AECAUSE, str)}
    assert named == {row.USUBJID: row.AEDECOD.lower() for row in ae.itertuples()}


def test_lists_of_events_name_the_expansion_in_words(sample_cuts, trial):
    table = every_dlt(View(sample_cuts[date(2008, 2, 29)])).table
    assert (
        trial.expansion_cohorts == ("EXP",)
        and "expansion" in set(table["COHORT"])
        and "EXP" not in set(table["COHORT"])
    )
