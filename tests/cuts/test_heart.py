"""Heart function as analysis table: baseline, change, grades, CTRCD, markers, against stats."""

from __future__ import annotations

import pandas
import pytest
from heart_frames import together

BEFORE, LATER = "2007-02-20", "2007-04-20"


GRADES = [
    # baseline, later LVEF, CTCAE v5.0 grade, CTRCD
    (60, 51, 0, "none"),
    (60, 50, 2, "none"),  # 50 is grade 2 by its value, and no CTRCD
    (61, 51, 2, "none"),  # a fall of exactly 10 points
    (60.3, 50.3, 2, "none"),  # 10 points, whatever floating point makes of it
    (59, 49, 2, "moderate"),
    (58, 49, 2, "none"),  # below 50 by less than 10 points, no strain, no marker
    (60, 40, 3, "moderate"),  # fall of 20 points
    (60, 39, 3, "severe"),
    (60, 19, 4, "severe"),
    (48, 45, 2, "none"),  # below 50 already at baseline
    (48, 38, 3, "severe"),
    (38, 36, 3, "none"),  # below 40 before treatment: not new
]
STRAINS = [(-17, "none"), (-16.9, "mild"), (17, "none"), (16.9, "mild")]
"""Strain at an LVEF of 58, baseline -20: a decline of exactly 15 % is none; some laboratories leave the sign away."""
RISES = [
    # baseline, later troponin (upper limit 14 ng/L), new rise
    ("<3", "15", "Y"),
    ("<3", "14", "N"),
    ("<3", "<3", "N"),
    ("5", "<3", "N"),
    ("20", "30", "N"),
    (None, "30", None),
    ("<20", "30", None),  # the assay's limit lies above the upper limit: not known to be normal
    ("5", "<20", None),
    ("5", ">10", None),
    ("5", ">500", "Y"),
]
UNITS = [
    # NT-proBNP as delivered, unit, kept in pg/mL, above 125
    ("124.9", "pg/mL", 124.9, "N"),
    ("125", "ng/L", 125, "Y"),
    ("14.8", "pmol/L", 125.1636, "Y"),
    ("14.7", "pmol/L", 124.3179, "N"),
    ("0.2", "ng/mL", 200, "Y"),
    ("200", "units", 200, None),
]
WINDOW = [("2007-04-13", "mild"), ("2007-04-27", "mild"), ("2007-04-12", "none"), ("2007-04-28", "none")]
PERCENT = [(0.45, "fraction", 45, "Y"), (0.45, "%", 0.45, "N"), (145, "%", 145, "N"), (45, "cm", 45, "N")]
NG_PER_ML = {"LBSTRESU": "ng/mL", "LBSTNRHI": 0.014}


def pair(test, before, after) -> list[tuple]:
    return [(test, BEFORE, before)] * (before is not None) + [(test, LATER, after)]


CASES = (
    {f"grade {b} {v}": {"echos": pair("LVEF", b, v)} for b, v, *_ in GRADES}
    | {f"strain {gls}": {"echos": pair("LVEF", 60, 58) + pair("GLS", -20, gls)} for gls, _ in STRAINS}
    | {f"rise {b} {v}": {"markers": pair("TROPONI", b, v)} for b, v, _ in RISES}
    | {f"unit {v} {u}": {"markers": [("BNPPRONT", LATER, v, {"LBSTRESU": u})]} for v, u, *_ in UNITS}
    | {
        f"window {d}": {"echos": pair("LVEF", 60, 58), "markers": [("TROPONI", BEFORE, "5"), ("TROPONI", d, "50")]}
        for d, _ in WINDOW
    }
    | {
        f"percent {v} {u}": {"echos": [("LVEF", BEFORE, 60), ("LVEF", LATER, v, {"CVSTRESU": u})]}
        for v, u, *_ in PERCENT
    }
    | {
        "ng/mL": {"markers": [("TROPONI", BEFORE, "0.01", NG_PER_ML), ("TROPONI", LATER, "0.015", NG_PER_ML)]},
        "last before": {"echos": [("LVEF", "2007-02-01", 66), ("LVEF", "2007-02-28", 60), ("LVEF", LATER, 58)]},
        "flagged": {
            "echos": [("LVEF", "2007-02-01", 66, {"CVBLFL": "Y"}), ("LVEF", "2007-03-01", 60), ("LVEF", LATER, 58)]
        },
        "day 1": {"markers": [("TROPONI", "2007-03-01T08:00", "5"), ("TROPONI", "2007-03-01T13:00", "50")]},
        "no baseline": {"echos": [("LVEF", LATER, 45)]},
        "muga": {
            "echos": [
                ("LVEF", BEFORE, 60, {"CVMETHOD": "ECHOCARDIOGRAPHY"}),
                ("LVEF", LATER, 45, {"CVMETHOD": "MUGA SCAN"}),
            ]
        },
        "readers": {
            "echos": pair("LVEF", 60, 56)
            + [("LVEF", LATER, 50, {"CVEVAL": "INDEPENDENT ASSESSOR"}), ("LVEF", LATER, 57, {"CVEVAL": "INVESTIGATOR"})]
        },
        "both methods": {
            "echos": [
                ("LVEF", LATER, 45, {"CVMETHOD": "MUGA SCAN"}),
                ("LVEF", LATER, 55, {"CVMETHOD": "ECHOCARDIOGRAPHY"}),
            ]
        },
        "partial": {"echos": [("LVEF", BEFORE, 60), ("LVEF", "2007-03", 45), ("LVEF", "2007-05", 44)]},
        "dose": {"echos": [("LVEF", "2007-03-01", 60), ("LVEF", "2007-03-02", 60), ("LVEF", LATER, 60)]},
    }
)


@pytest.fixture(scope="module")
def adcv(make_cut, trial):
    """adcv("no baseline") → the rows of a drawn subject; all drawn subjects share one cut."""
    table = make_cut(together(CASES), trial).table("adcv")
    return lambda name: table[table["USUBJID"] == name].reset_index(drop=True)


def later(rows):
    rows = rows[rows["ADT"] == pandas.Timestamp(LATER)]
    rows = rows[rows["PARAMCD"] != "GLS"]
    assert len(rows) == 1, f"expected one row on {LATER}, found {len(rows)}"
    return rows.iloc[0]


def known(value):
    return None if pandas.isna(value) else value


@pytest.mark.parametrize(("baseline", "value", "grade", "category"), GRADES)
def test_grade_and_category_of_one_later_lvef(adcv, baseline, value, grade, category):
    row = later(adcv(f"grade {baseline} {value}"))
    assert (row.ATOXGR, row.CTRCD, row.BASE, row.CHG) == (grade, category, baseline, pytest.approx(value - baseline))


@pytest.mark.parametrize(("gls", "category"), STRAINS)
def test_strain_declined_by_exactly_15_percent_is_no_decline_with_or_without_its_sign(adcv, gls, category):
    assert later(adcv(f"strain {gls}")).CTRCD == category


@pytest.mark.parametrize(("baseline", "value", "rise"), RISES)
def test_a_rise_is_new_only_from_a_baseline_known_not_to_be_above_the_limit(adcv, baseline, value, rise):
    row = later(adcv(f"rise {baseline} {value}"))
    assert (known(row.RISEFL), row.AVALC, known(row.AVALQ)) == (rise, value, value[0] if value[0] in "<>" else None)


@pytest.mark.parametrize(("value", "unit", "kept", "above"), UNITS)
def test_units_of_nt_probnp_are_converted_and_unknown_ones_are_not_judged(adcv, value, unit, kept, above):
    row = later(adcv(f"unit {value} {unit}"))
    assert (row.AVAL, known(row.ABOVEFL)) == (pytest.approx(kept), above)


def test_troponin_in_ng_per_ml_takes_its_limit_along(adcv):
    row = later(adcv("ng/mL"))
    assert (row.AVAL, row.UPLIM, row.RISEFL, row.AVALU) == (pytest.approx(15), pytest.approx(14), "Y", "ng/L")


@pytest.mark.parametrize(("day", "category"), WINDOW)
def test_a_marker_counts_within_seven_days_of_the_echocardiogram(adcv, day, category):
    rows = adcv(f"window {day}")
    assert later(rows[rows["PARAMCD"] == "LVEF"]).CTRCD == category


def test_baseline_is_the_flag_else_the_last_before_the_first_infusion(adcv):
    assert (later(adcv("last before")).BASE, later(adcv("flagged")).BASE) == (60, 66)


def test_on_the_day_of_the_first_infusion_the_time_decides(adcv):
    first, second = adcv("day 1").sort_values("ADTM").itertuples()
    assert (first.ABLFL, second.POSTFL, second.RISEFL, first.CUMDOSE, second.CUMDOSE) == ("Y", "Y", "Y", 0, 130)


def test_without_a_baseline_there_is_no_category_and_the_value_alone_grades(adcv):
    row = later(adcv("no baseline"))
    assert (known(row.CTRCD), known(row.CHG), row.ATOXGR) == (None, None, 2)


def test_another_method_has_its_own_baseline(adcv):
    row = later(adcv("muga"))
    assert (row.SERIES, row.ATOXGR, known(row.CHG), known(row.CTRCD)) == ("MUGA", 2, None, None)


def test_of_several_readings_of_a_day_the_investigators_then_the_worse_counts(adcv):
    row = later(adcv("readers"))
    assert (row.AVAL, row.NRES) == (56, 3)


def test_echocardiography_is_shown_where_both_methods_were_used_on_a_day(adcv):
    rows = adcv("both methods")
    assert list(rows.loc[rows["ANL01FL"] == "Y", "AVAL"]) == [55] and len(rows) == 2


def test_a_partial_date_is_compared_at_its_own_precision(adcv):
    rows = adcv("partial").set_index("AVAL")
    assert (known(rows.loc[45].POSTFL), known(rows.loc[45].ADY)) == (None, None)
    assert (rows.loc[44].POSTFL, rows.loc[44].CTRCD, known(rows.loc[44].ADY)) == ("Y", "moderate", None)


@pytest.mark.parametrize(("value", "unit", "kept", "judged"), PERCENT)
def test_a_fraction_is_converted_and_an_impossible_value_is_kept_unjudged(adcv, value, unit, kept, judged):
    row = later(adcv(f"percent {value} {unit}"))
    assert (row.AVAL, row.JUDGEFL, pandas.isna(row.ATOXGR)) == (pytest.approx(kept), judged, judged == "N")


def test_cumulative_dose_counts_infusions_up_to_the_day(adcv):
    """On the day of the first infusion without a time it is not known whether any was given before."""
    found = [known(dose) for dose in adcv("dose").sort_values("ADT")["CUMDOSE"]]
    assert found == [None, 260, 390]


def test_months_of_daily_dosing_count_in_full_wherever_the_cumulative_dose_is_shown(make_cut, trial):
    text = lambda **columns: pandas.DataFrame([columns])  # noqa: E731
    cut = make_cut(
        {
            "dm": text(STUDYID="T", USUBJID="S1", ARMCD="A130", ACTARMCD="A130"),
            "ex": text(
                USUBJID="S1",
                EXSEQ=1,
                EXTRT="DRUG",
                EXDOSE=10,
                EXDOSU="mg/m2",
                EXDOSFRQ="QD",
                EXROUTE="ORAL",
                EXSTDTC="2007-03-01",
                EXENDTC="2007-03-31",
            ),
            "ae": text(
                USUBJID="S1",
                AESEQ=1,
                AEDECOD="Cardiac failure",
                AEBODSYS="Cardiac disorders",
                AETOXGR="3",
                AESTDTC="2007-04-10",
            ),
            "cv": text(USUBJID="S1", CVSEQ=1, CVTESTCD="LVEF", CVSTRESC="60", CVSTRESU="%", CVDTC="2007-04-20"),
        },
        trial,
    )
    shown = {name: cut.ask(name)["CUMDOSE"].tolist() for name in ("heart_events", "ae_late")}
    shown |= {name: cut.table(name)["CUMDOSE"].tolist() for name in ("adcv", "adex", "adsl")}
    assert shown == dict.fromkeys(shown, [310.0])
