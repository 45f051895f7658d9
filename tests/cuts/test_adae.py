"""Adverse events: every row kept once, dates compared at their own precision, verdicts from SUPPAE or AE."""

from __future__ import annotations

from datetime import date

import pandas
import pyreadstat
import pytest
from drawn import drawn, trial_data
from raw import sample
from shared import SHARED

ONE_SUBJECT = """
USUBJID | ARMCD | INFUSIONS
S1      | A130  | 2007-07-10T10:00,2007-07-11T10:00,2007-07-12T10:00
"""


def events(cut) -> pandas.DataFrame:
    return cut.table("adae").set_index("AESEQ")


@pytest.fixture(scope="module")
def delivered_adae() -> pandas.DataFrame:
    path = SHARED / "data" / "cdisc_pilot" / "adam" / "adae.xpt"
    if not path.is_file():
        pytest.skip(f"the CDISC pilot's ADaM is not there ({path})")
    return pyreadstat.read_xport(str(path), disable_datetime_conversion=True)[0]


def test_pilot_agrees_with_the_delivered_treatment_emergent_flag(pilot_cut, delivered_adae):
    both = pilot_cut.table("adae").merge(delivered_adae, on=["USUBJID", "AESEQ"], suffixes=("", "_delivered"))
    assert len(both) == len(delivered_adae) == len(pilot_cut.table("adae")) == 1191
    assert (both["TRTEMFL"] == both["TRTEMFL_delivered"]).all()
    assert (both["TRTEMFL"] == "Y").sum() == (delivered_adae["TRTEMFL"] == "Y").sum() == 1126


def test_pilot_onset_dates_differ_from_adam_only_where_just_the_year_is_known(pilot_cut, delivered_adae):
    both = pilot_cut.table("adae").merge(delivered_adae, on=["USUBJID", "AESEQ"], suffixes=("", "_delivered"))
    days = pandas.to_datetime(both["ASTDT_delivered"], unit="D", origin="1960-01-01")
    differs = both[both["ASTDT"] != days]
    # The delivered ADaM leaves those dates out; here they stand for the first day of the year, flagged M.
    assert len(differs) == 11
    assert set(differs["ASTDTF"]) == {"M"} and set(differs["AESTDTC"].str.len()) == {4}
    exact = both[both["ASTDTF"].isna()]
    assert (exact["ADY"] == exact["ASTDY"]).all() and len(exact) == 1165


def test_pilot_seriousness_counts_criteria_that_say_yes_where_aeser_says_no(pilot_cut):
    ae = pyreadstat.read_xport(
        str(SHARED / "data" / "cdisc_pilot" / "sdtm" / "ae.xpt"), disable_datetime_conversion=True
    )[0]
    criteria = ["AESER", "AESDTH", "AESLIFE", "AESHOSP", "AESDISAB", "AESCONG", "AESCAN"]
    expected = ((ae[criteria] == "Y").any(axis=1) | (ae["AEOUT"] == "FATAL")).sum()
    table = pilot_cut.table("adae")
    assert (table["AESERC"] == "Y").sum() == expected > (ae["AESER"] == "Y").sum() == 3
    implied = table["ATOXGRIM"].notna()
    assert table.loc[table["ATOXGRIM"].isna(), "ATOXGR"].isna().all()
    assert set(table["ATOXGRIM"].dropna()) == {"FATAL", "LIFE THREATENING"}
    assert (
        (table.loc[~implied | (table["AESEV"] == "SEVERE"), "GR3FL"] == "Y").sum()
        == (ae["AESEV"] == "SEVERE").sum()
        == 43
    )
    assert (table.loc[implied, "GR3FL"] == "Y").all()


ONSETS = [
    # onset, end, treatment-emergent, in the 28-day window (10 July to 6 August 2007), onset used
    ("2007-07-09", ".", "N", "N", date(2007, 7, 9)),
    ("2007-07-10", ".", "Y", "Y", date(2007, 7, 10)),
    ("2007-07-10T09:59", ".", "N", "N", date(2007, 7, 10)),
    ("2007-07-10T10:00", ".", "Y", "Y", date(2007, 7, 10)),
    ("2007-08-06", ".", "Y", "Y", date(2007, 8, 6)),
    ("2007-08-07", ".", "Y", "N", date(2007, 8, 7)),
    ("2007-06", ".", "N", "N", date(2007, 6, 1)),
    ("2007-07", ".", "Y", "Y", date(2007, 7, 10)),
    ("2007-08", ".", "Y", "Y", date(2007, 8, 1)),
    ("2007-09", ".", "Y", "N", date(2007, 9, 1)),
    ("2006", ".", "N", "N", date(2006, 1, 1)),
    ("2007", ".", "Y", "Y", date(2007, 7, 10)),
    ("2007---15", ".", "Y", "Y", date(2007, 7, 10)),
    ("2008", ".", "Y", "N", date(2008, 1, 1)),
    (".", ".", "Y", "Y", None),
    (".", "2007-07-09", "N", "N", None),
    (".", "2007-07", "Y", "Y", None),
    (".", "2007-06", "N", "N", None),
]


@pytest.fixture(scope="module")
def onsets(make_cut, trial) -> pandas.DataFrame:
    rows = [f"S1 | {n} | Rash | 3 | {onset} | {end}" for n, (onset, end, *_) in enumerate(ONSETS)]
    table = "\n".join(["USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC | AEENDTC", *rows])
    return events(make_cut(trial_data(ONE_SUBJECT, table), trial, date(2008, 6, 30)))


@pytest.mark.parametrize("number", range(len(ONSETS)), ids=[f"{onset} to {end}" for onset, end, *_ in ONSETS])
def test_a_date_is_compared_at_its_own_precision(onsets, number):
    _, _, emergent, inside, used = ONSETS[number]
    row = onsets.loc[number]
    assert (row.TRTEMFL, row.DLTWINFL) == (emergent, inside)
    assert (None if pandas.isna(row.ASTDT) else row.ASTDT.date()) == used


def test_there_is_no_day_zero(make_cut, trial):
    table = """
    USUBJID | AESEQ | AETERM | AESTDTC
    S1      | 1     | Rash   | 2007-07-09
    S1      | 2     | Rash   | 2007-07-10
    """
    assert list(events(make_cut(trial_data(ONE_SUBJECT, table), trial))["ADY"]) == [-1, 1]


def test_verdicts_from_suppae_keep_one_row_an_event(make_cut, trial):
    table = """
    USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC
    S1      | 1     | A      | 3       | 2007-07-12
    S1      | 2     | B      | 3       | 2007-07-12
    S1      | 3     | C      | 3       | 2007-07-12
    S1      | 4     | D      | 3       | 2007-07-12
    """
    judged = """
    USUBJID | AESEQ | QNAM    | QVAL
    S1      | 1     | AEDLT   | N
    S1      | 1     | AEDLT   | Y
    S1      | 1     | AEDLTRS | first evaluation
    S1      | 1     | AEDLTRS | second evaluation
    S1      | 2     | AEDLT   | N
    S1      | 2     | AEDLT   | N
    S1      | 2     | AEDLTRS | expected
    S1      | 3     | OTHER   | Y
    """
    data = trial_data(ONE_SUBJECT, table, judged)
    data["suppae"]["IDVARVAL"] = ["1", "1", "1", "1.0", " 2", "2", "2", "3"]
    table = events(make_cut(data, trial))
    assert len(table) == 4
    assert list(table["DLTFL"].fillna("-")) == ["Y", "N", "-", "-"]
    assert list(table["DLTEVAL"]) == [2, 1, 0, 0]
    assert list(table["DLTRS"].fillna("-")) == ["first evaluation | second evaluation", "expected", "-", "-"]


def test_verdict_of_another_subject_with_the_same_number_does_not_stick(make_cut, trial):
    subjects = ONE_SUBJECT + "S2 | A130 | 2007-07-10"
    table = """
    USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC
    S1      | 1     | A      | 3       | 2007-07-12
    S2      | 1     | A      | 3       | 2007-07-12
    """
    cut = make_cut(trial_data(subjects, table, "USUBJID | AESEQ | QNAM | QVAL\nS2 | 1 | AEDLT | Y"), trial)
    assert list(cut.table("adae")["DLTFL"].fillna("-")) == ["-", "Y"]


@pytest.mark.parametrize("variable", ["AEDLT", "DLTFL", "DLT"])
def test_verdict_may_be_a_variable_of_ae(make_cut, trial, variable):
    table = (
        f"USUBJID | AESEQ | AETERM | {variable} | AESTDTC\nS1 | 1 | A | Y | 2007-07-12\nS1 | 2 | B | N | 2007-07-12\n"
        "S1 | 3 | C | . | 2007-07-12"
    )
    assert list(events(make_cut(trial_data(ONE_SUBJECT, table), trial))["DLTFL"].fillna("-")) == ["Y", "N", "-"]


def test_words_of_grade_causality_seriousness_and_heart(make_cut, trial):
    table = """
    USUBJID | AESEQ | AETERM | AEDECOD | AEBODSYS | AETOXGR | AESEV | AESER | AESHOSP | AEREL | AEOUT | AESTDTC
    S1 | 1 | mouth sores | . | . | GRADE 3 | . | N | N | POSSIBLE | . | 2007-07-12
    S1 | 2 | fast heart | Sinus tachycardia | Investigations | 1 | MILD | N | Y | UNLIKELY RELATED | . | 2007-07-12
    S1 | 3 | chf | Myocarditis | CARDIAC DISORDERS | . | SEVERE | . | . | . | . | 2007-07-12
    S1 | 4 | sepsis | Sepsis | Infections | 5 | MODERATE | N | N | NOT RELATED | . | 2007-07-12
    S1 | 5 | unclear | Fever | . | 7 | MODERATE | N | N | asked site | FATAL | 2007-07-12
    """
    table = events(make_cut(trial_data(ONE_SUBJECT, table), trial)).astype(object).fillna("-")
    assert list(table["AEDECOD"]) == ["mouth sores", "Sinus tachycardia", "Myocarditis", "Sepsis", "Fever"]
    assert list(table["AEDECODFB"]) == ["Y", "-", "-", "-", "-"]
    assert list(table["GR3FL"]) == ["Y", "N", "Y", "Y", "Y"]
    assert list(table["ATOXGRIM"]) == ["-", "-", "-", "-", "FATAL"] and table["ATOXGR"].iloc[4] == 5
    assert list(table["AESERC"]) == ["N", "Y", "-", "Y", "Y"]
    assert list(table["RELFL"]) == ["Y", "N", "-", "N", "-"]
    assert list(table["CARDFL"]) == ["N", "Y", "Y", "N", "N"]
    assert list(table["AESICAT"]) == ["-", "Heart", "-", "Febrile neutropenia and infection", "-"]


def test_events_of_subjects_never_treated_stay_and_are_not_treatment_emergent(make_cut, trial):
    cut = make_cut(
        trial_data(
            "USUBJID | ARMCD | INFUSIONS\nS1 | . | .", "USUBJID | AESEQ | AETERM | AESTDTC\nS1 | 1 | Fall | 2007-07-12"
        ),
        trial,
    )
    row = events(cut).loc[1]
    assert (row.TRTEMFL, row.DLTWINFL) == ("N", "N") and pandas.isna(row.ADY)


def test_no_adverse_events_delivered_gives_an_empty_table(make_cut, trial):
    assert make_cut(trial_data(ONE_SUBJECT), trial).table("adae").empty


@pytest.mark.parametrize("day", ["2007-08-31", "2007-11-30", "2008-02-29"])
def test_sample_counts_agree_with_the_raw_rows(sample_cuts, day):
    files = sample(day)
    ae, supp = files["ae"], files["suppae"]
    table = sample_cuts[date.fromisoformat(day)].table("adae")
    assert len(table) == len(ae) > 100
    judged = supp[supp["QNAM"] == "AEDLT"].drop_duplicates(["USUBJID", "IDVARVAL", "QVAL"])["QVAL"].value_counts()
    assert (table["DLTFL"] == "Y").sum() == judged["Y"] and (table["DLTFL"] == "N").sum() == judged["N"]
    assert (table["ATOXGR"] >= 3).sum() == (ae["AETOXGR"].astype(float) >= 3).sum()
    assert (table["AEDECODFB"] == "Y").sum() == (ae["AEDECOD"] == "").sum()
    criteria = [c for c in ("AESER", "AESDTH", "AESLIFE", "AESHOSP", "AESDISAB", "AESMIE") if c in ae]
    assert (table["AESERC"] == "Y").sum() == ((ae[criteria] == "Y").any(axis=1) | (ae["AETOXGR"] == "5")).sum()


@pytest.mark.parametrize("day", ["2007-08-31", "2007-11-30", "2008-02-29"])
def test_sample_window_agrees_with_a_naive_recomputation(sample_cuts, day):
    files = sample(day)
    first = (
        files["ex"]
        .assign(day=files["ex"]["EXSTDTC"].str[:10])[files["ex"]["EXDOSE"] > 0]
        .groupby("USUBJID")["day"]
        .min()
    )
    inside = {}
    for row in files["ae"].itertuples():
        start = pandas.Timestamp(first[row.USUBJID])
        earliest = pandas.Timestamp((row.AESTDTC[:10] + "-01-01")[:10]) if len(row.AESTDTC) >= 4 else start
        latest = earliest + {4: pandas.offsets.YearEnd(0), 7: pandas.offsets.MonthEnd(0)}.get(
            len(row.AESTDTC[:10]), pandas.Timedelta(0)
        )
        inside[row.USUBJID, int(row.AESEQ)] = latest >= start and (earliest - start).days <= 27
    table = sample_cuts[date.fromisoformat(day)].table("adae")
    assert {(row.USUBJID, row.AESEQ): row.DLTWINFL == "Y" for row in table.itertuples()} == inside
    assert 0 < sum(inside.values()) < len(inside)


def test_drawn_reads_a_blank_as_blank():
    assert drawn("A | B\n. | x").to_dict("records") == [{"A": "", "B": "x"}]


def test_judgements_and_criteria_count_in_lower_case(make_cut, trial):
    data = trial_data(
        ONE_SUBJECT,
        (
            "USUBJID | AESEQ | AETERM | AETOXGR | AESHOSP | AESER | AESTDTC\nS1 | 1 | a | 3 | y | n | 2007-07-11\n"
            "S1 | 2 | b | grade 5 | . | . | 2007-07-11\nS1 | 3 | c | 3 | n | . | 2007-07-11"
        ),
    )
    data["suppae"] = drawn(
        """RDOMAIN | USUBJID | IDVAR | IDVARVAL | QNAM    | QVAL
           ae      | S1      | aeseq | 1        | aedlt   | yes
           ae      | S1      | aeseq | 1        | aedltrs | because
           AE      | S1      | AESEQ | 2        | AEDLT   | no
           AE      | S1      | AESEQ | 3        | AEDLT   | DLT"""
    )
    table = events(make_cut(data, trial))
    assert table["DLTFL"].fillna("").tolist() == ["Y", "N", ""] and table["DLTRS"].fillna("").tolist() == [
        "because",
        "",
        "",
    ]
    assert table["AESERC"].fillna("").tolist() == ["Y", "Y", ""] and table["ATOXGR"].tolist() == [3, 5, 3]
