"""ECG after averaging replicates: QTcF and QTcB, baseline, bands; against stats and against the raw files."""

from __future__ import annotations

import json

import numpy
import pandas
import pytest
from conftest import CUT_DATES, SAMPLE
from heart_frames import together
from raw import sample

from stats.cardiac import qtc_category, qtc_change_category, qtcb, qtcf

BEFORE, LATER, DOSED = "2007-02-20", "2007-04-20", "2007-03-01"


def tracing(day, qt=None, rr=None, hr=None, **more) -> list[tuple]:
    """One tracing: the results that it has."""
    given = {"QT": qt, "RR": rr, "EGHRMN": hr}
    return [
        (test, day, value, {f"EG{name}": v for name, v in more.items()})
        for test, value in given.items()
        if value is not None
    ]


def lasting(ms: float) -> list[tuple]:
    """A tracing at 60 beats a minute, whose QTc is its QT."""
    return tracing(LATER, qt=ms, rr=1000)


BANDS = [400, 450, 450.1, 480, 480.1, 500, 500.1]
RISES = [430, 430.1, 460, 460.1]
CASES = (
    {f"band {ms}": {"ecgs": lasting(ms)} for ms in BANDS}
    | {f"rise {ms}": {"ecgs": tracing(BEFORE, qt=400, rr=1000) + lasting(ms)} for ms in RISES}
    | {
        "triplicate": {
            "ecgs": [
                row
                for n, (qt, rr) in enumerate([(400, 700), (410, 720), (None, 740)], start=1)
                for row in tracing(LATER, qt, rr, REPNUM=float(n))
            ]
        },
        "heart rate": {"ecgs": tracing(LATER, qt=360, hr=100)},
        "seconds": {"ecgs": tracing(LATER, qt=0.36, rr=0.6, STRESU="s")},
        "delivered": {"ecgs": [("QTCF", LATER, 455.0)]},
        "both": {"ecgs": [*tracing(LATER, qt=400, rr=1000), ("QTCF", LATER, 455.0)]},
        "time points": {
            "ecgs": tracing(DOSED, qt=400, rr=1000, TPT="PREDOSE")
            + tracing(DOSED, qt=470, rr=1000, TPT="END OF INFUSION")
        },
        "by the clock": {
            "ecgs": tracing(DOSED + "T09:00", qt=400, rr=1000)
            + tracing(DOSED + "T09:02", qt=410, rr=1000)
            + tracing(DOSED + "T12:30", qt=470, rr=1000)
        },
        "flag": {
            "ecgs": tracing("2007-02-10", qt=390, rr=1000, BLFL="Y") + tracing(BEFORE, qt=400, rr=1000) + lasting(440)
        },
        "last before": {
            "ecgs": tracing("2007-02-10", qt=390, rr=1000) + tracing(BEFORE, qt=400, rr=1000) + lasting(440)
        },
        "positions": {
            "ecgs": tracing(LATER, qt=440, rr=1000, POS="STANDING") + tracing(LATER, qt=400, rr=1000, POS="SUPINE")
        },
        "not done": {"ecgs": [("QT", LATER, "", {"EGSTAT": "NOT DONE"})] + tracing(BEFORE, qt=400, rr=1000)},
        "no baseline": {"ecgs": lasting(520)},
    }
)


@pytest.fixture(scope="module")
def drawn(make_cut, trial):
    return make_cut(together(CASES), trial)


@pytest.fixture(scope="module")
def adeg(drawn):
    """adeg("triplicate") → PARAMCD-indexed rows of a drawn subject; all drawn subjects share one cut."""
    table = drawn.table("adeg")
    return lambda name, parameter="QTCF": table[
        (table["USUBJID"] == name) & (table["PARAMCD"] == parameter)
    ].reset_index(drop=True)


@pytest.mark.parametrize("ms", BANDS)
def test_bands_are_those_of_stats(adeg, ms):
    row = adeg(f"band {ms}").iloc[0]
    assert (row.AVALCA1, row.AVAL) == (qtc_category(ms), pytest.approx(ms))


@pytest.mark.parametrize("ms", RISES)
def test_bands_of_change_are_those_of_stats(adeg, ms):
    row = adeg(f"rise {ms}").iloc[1]
    assert (row.CHGCAT1, row.CHG) == (qtc_change_category(ms - 400), pytest.approx(ms - 400))


def test_replicates_are_averaged_before_correction_and_a_missing_one_is_no_zero(adeg):
    row = adeg("triplicate").iloc[0]
    assert row.AVAL == pytest.approx(qtcf(405, 720)) and (row.NREP, row.DERFL) == (2, "Y")
    assert adeg("triplicate", "RR").iloc[0].NREP == 3


def test_rr_comes_from_the_heart_rate_where_it_alone_was_delivered(adeg):
    assert adeg("heart rate").iloc[0].AVAL == pytest.approx(qtcf(360, 600))
    assert adeg("heart rate", "QTCB").iloc[0].AVAL == pytest.approx(qtcb(360, 600))
    assert adeg("heart rate", "RR").iloc[0].DERFL == "Y"


def test_seconds_are_converted(adeg):
    assert adeg("seconds").iloc[0].AVAL == pytest.approx(qtcf(360, 600))


def test_derived_stands_before_delivered_and_delivered_where_nothing_can_be_derived(adeg):
    alone, both = adeg("delivered").iloc[0], adeg("both").iloc[0]
    assert (alone.AVAL, pandas.isna(alone.DERFL)) == (455, True)
    assert (both.AVAL, both.DERFL, both.DELIVERED) == (400, "Y", 455)


def test_a_large_difference_from_the_delivered_value_is_counted(drawn):
    reasons = drawn.ask("heart_left_out")
    assert reasons.loc[reasons["REASONCD"] == "DIFFERS", "N"].tolist() == [1]


def test_before_and_after_the_first_infusion_are_different_time_points(adeg):
    for name, base in (("time points", 400), ("by the clock", 405)):
        rows = adeg(name)
        assert len(rows) == 2 and list(rows["ABLFL"].fillna("")) == ["Y", ""]
        assert (rows.iloc[1].BASE, rows.iloc[1].CHG, rows.iloc[1].POSTFL) == (base, pytest.approx(470 - base), "Y")


def test_baseline_is_the_flag_else_the_last_before(adeg):
    assert adeg("flag")["BASE"].unique().tolist() == [390] and adeg("last before")["BASE"].unique().tolist() == [400]


def test_one_position_is_taken_and_the_other_counted(adeg):
    row = adeg("positions", "QT").iloc[0]
    assert (row.AVAL, row.NOTUSED) == (400, 2)  # QT and RR of the standing tracing


def test_what_was_not_done_is_no_result(adeg):
    assert len(adeg("not done")) == 1


def test_counts_have_their_own_denominators(drawn):
    row = drawn.ask("ecg_by_dose").query("PARAMCD == 'QTCF' and TRTA == 'All'").iloc[0]
    without_later = {"not done"}
    assert (row.NTREATED, row.NLATER, row.OVER500) == (len(CASES), len(CASES) - len(without_later), 2)
    over_30 = ["rise 430.1", "rise 460", "rise 460.1", "time points", "by the clock", "flag", "last before"]
    over_60 = ["rise 460.1", "time points", "by the clock"]
    assert (row.NBOTH, row.RISE30, row.RISE60) == (len(over_30) + 1, len(over_30), len(over_60))


def naive_qtc(eg: pandas.DataFrame) -> pandas.DataFrame:
    """QTcF of every time point: averages by test in plain pandas, RR from the heart rate where there is no RR."""
    eg = eg[eg["EGSTRESN"].notna()]
    wide = eg.pivot_table(
        index=["USUBJID", eg["EGDTC"].str[:10], "VISIT", "EGTPT"], columns="EGTESTCD", values="EGSTRESN", aggfunc="mean"
    ).reset_index()
    wide = wide.reindex(columns=[*wide.columns, *{"RR", "EGHRMN"} - set(wide.columns)])
    rr = wide["RR"].fillna(60000 / wide["EGHRMN"])
    return wide.assign(QTCF=wide["QT"] / numpy.cbrt(rr / 1000)).dropna(subset=["QTCF"])


@pytest.mark.parametrize("day", CUT_DATES)
def test_qtcf_of_every_time_point_is_that_of_the_raw_rows(sample_cuts, day):
    table = sample_cuts[day].table("adeg").query("PARAMCD == 'QTCF'")
    naive = naive_qtc(sample(day.isoformat())["eg"])
    key = ["USUBJID", "EGDTC", "VISIT", "EGTPT"]
    mine = table.assign(
        EGDTC=table["ADT"].dt.strftime("%Y-%m-%d"), VISIT=table["AVISIT"], EGTPT=table["ATPT"].fillna("")
    )
    both = naive.merge(mine[[*key, "AVAL"]], on=key, how="outer")
    assert len(both) == len(naive) == len(mine)
    assert both["AVAL"].to_numpy() == pytest.approx(both["QTCF"].to_numpy())


@pytest.mark.parametrize("day", CUT_DATES)
def test_who_passed_which_limit_is_the_known_answer(sample_cuts, day):
    known = json.loads((SAMPLE / "known_answers.json").read_text())["cuts"][day.isoformat()]
    rows = sample_cuts[day].ask("ecg_subjects").query("PARAMCD == 'QTCF'")
    counts = sample_cuts[day].ask("ecg_by_dose").query("PARAMCD == 'QTCF' and TRTA == 'All'").iloc[0]
    for limit in (450, 480, 500):
        assert sorted(rows.loc[rows["WORST"] > limit, "SUBJID"]) == sorted(known[f"qtcf_over_{limit}"])
        assert counts[f"OVER{limit}"] == len(known[f"qtcf_over_{limit}"])
    assert sorted(rows.loc[rows["WORSTCHG"] > 60, "SUBJID"]) == sorted(known["qtcf_change_over_60"])
