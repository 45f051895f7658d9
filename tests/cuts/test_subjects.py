"""Subjects and exposure on drawn tables: courses, cumulative dose, ends of treatment and study, deaths."""

from __future__ import annotations

import json
from datetime import date
from functools import partial

import duckdb
import pandas
import pytest
from raw import ROOT

from ingest import build
from ingest.delivery import Delivery, IngestError
from ingest.staging import steps
from trial import Trial

DM = pandas.DataFrame({"STUDYID": "S", "USUBJID": ["S-1"], "SITEID": "001", "AGE": [7.0], "ARM": "One", "ARMCD": "1"})


@pytest.fixture
def tables(monkeypatch):
    """tables(ex=frame, ...) → {"adex": frame, "adsl": frame}."""
    monkeypatch.setattr(build, "steps", partial(steps, "adsl"))

    def make(trial: str = "", **frames: pandas.DataFrame) -> dict[str, pandas.DataFrame]:
        with duckdb.connect() as connection:
            build.write_datasets(connection, Delivery.of({"dm": DM} | frames))
            build.write_trial(connection, Trial.parse(trial) if trial else Trial.none(), date(2007, 11, 30))
            build.create_source_tables(connection, build.delivered_columns(connection, "sdtm"))
            build.write_analysis_tables(connection, print)
            return {name: connection.execute(f"select * from {name}").df() for name in ("adex", "adsl")}

    return make


def infusions(*rows: tuple, frequency: str = "ONCE", route: str = "INTRAVENOUS") -> pandas.DataFrame:
    frame = pandas.DataFrame(rows, columns=["EXDOSE", "EXSTDTC", "EXENDTC"])
    return frame.assign(
        USUBJID="S-1", EXSEQ=range(1, len(frame) + 1), EXTRT="DRUG", EXDOSU="mg/m2", EXDOSFRQ=frequency, EXROUTE=route
    )


LEVEL = "[trial]\nid='T'\n[[dose_level]]\nlevel=1\ndose_mg_per_m2_day=190\narm_code='1'\narm='One'\n"


def vitals(*rows: tuple) -> pandas.DataFrame:
    frame = pandas.DataFrame(rows, columns=["VSTESTCD", "VSSTRESN", "VSSTRESU", "VSDTC"])
    return frame.assign(USUBJID="S-1", VSSEQ=range(1, len(frame) + 1))


SURFACE = {
    "measured": ([("BSA", 0.8, "m2", "2007-02-20")], 0.8),
    "the last one before": (
        [("BSA", 0.8, "m2", "2007-01-20"), ("BSA", 0.9, "m2", "2007-02-20"), ("BSA", 1.1, "m2", "2007-03-02")],
        0.9,
    ),
    "of the same day": ([("BSA", 0.9, "m**2", "2007-03-01T08:00")], 0.9),
    "measured goes before height and weight": (
        [("BSA", 0.8, "m2", "2007-01-20"), ("HEIGHT", 100, "cm", "2007-02-20"), ("WEIGHT", 36, "kg", "2007-02-20")],
        0.8,
    ),
    "from height and weight, Mosteller": (
        [("HEIGHT", 100, "cm", "2007-01-20"), ("WEIGHT", 36, "kg", "2007-02-20")],
        1.0,
    ),
    "in other units": ([("HEIGHT", 1, "m", "2007-01-20"), ("WEIGHT", 36000, "g", "2007-02-20")], 1.0),
    "weight alone": ([("WEIGHT", 36, "kg", "2007-02-20")], None),
    "only later": ([("BSA", 0.8, "m2", "2007-03-02")], None),
    "partial date": ([("BSA", 0.8, "m2", "2007-02")], None),
    "no human surface": ([("BSA", 80, "m2", "2007-02-20")], None),
    "none": ([], None),
}


@pytest.mark.parametrize("case", SURFACE)
def test_a_dose_in_mg_is_never_taken_as_mg_per_square_metre(tables, case):
    measured, surface = SURFACE[case]
    made = tables(LEVEL, ex=infusions((152.0, "2007-03-01", "2007-03-01")).assign(EXDOSU="mg"), vs=vitals(*measured))
    dose, unit = made["adex"].loc[0, ["DOSE", "DOSEU"]]
    assert pandas.isna(dose) if surface is None else dose == pytest.approx(152 / surface)
    assert unit == ("mg" if surface is None else "mg/m2")
    # given it was, whatever its dose
    assert made["adsl"]["NDOSE"].tolist() == [1] and made["adsl"]["SAFFL"].tolist() == ["Y"]


@pytest.mark.parametrize(
    ("unit", "factor"),
    [
        ("mg/m2", 1),
        ("mg/m²", 1),
        ("MG/M**2", 1),
        ("mg / m^2", 1),
        ("mg/m2/day", 1),
        ("g/m2", 1000),
        ("", None),
        ("mL", None),
        ("mg/kg", None),
    ],
)
def test_a_dose_in_an_unknown_unit_is_missing(tables, unit, factor):
    made = tables(
        LEVEL,
        ex=infusions((190.0, "2007-03-01", "2007-03-01")).assign(EXDOSU=unit),
        vs=vitals(("BSA", 0.8, "m2", "2007-02-20")),
    )
    dose, total = made["adex"]["DOSE"].iloc[0], made["adsl"]["CUMDOSE"].iloc[0]
    assert pandas.isna(dose) and pandas.isna(total) if factor is None else dose == total == 190 * factor


def test_without_dose_levels_the_dose_stays_as_delivered(tables):
    made = tables(
        ex=infusions((54.0, "2007-03-01", "2007-03-01")).assign(EXDOSU="mg"),
        vs=vitals(("BSA", 0.8, "m2", "2007-02-20")),
    )
    assert made["adex"].loc[0, ["DOSE", "DOSEU"]].tolist() == [54, "mg"]


@pytest.mark.parametrize(
    ("unit", "given", "sum_", "missing"),
    [
        ("mg/m2", "2006-03-01", 120, 0),
        ("mg", "2006-03-01", 150, 0),
        ("mg", "2005-03-01", None, 1),
        ("mg", "", None, 1),
        ("", "2006-03-01", None, 1),
        ("vials", "2006-03-01", None, 1),
    ],
)
def test_an_earlier_anthracycline_counts_in_mg_per_square_metre_or_as_missing(tables, unit, given, sum_, missing):
    cm = pandas.DataFrame(
        [
            dict(
                USUBJID="S-1",
                CMSEQ=1,
                CMDECOD="DOXORUBICIN",
                CMCAT="PRIOR ANTHRACYCLINE",
                CMDOSTOT=120.0,
                CMDOSU=unit,
                CMSTDTC=given,
            )
        ]
    )
    adsl = tables(cm=cm, vs=vitals(("BSA", 0.8, "m2", "2006-01-20")))["adsl"].iloc[0]
    assert adsl["PANTMISS"] == missing
    assert pandas.isna(adsl["PANTDOX"]) if sum_ is None else adsl["PANTDOX"] == pytest.approx(sum_)


def test_a_gap_of_more_than_seven_days_starts_a_course(tables):
    days = ["2007-03-01", "2007-03-02", "2007-03-03", "2007-03-10", "2007-03-18", "2007-03-19"]
    adex = tables(ex=infusions(*[(100.0, d, d) for d in days]))["adex"]
    assert adex["COURSE"].tolist() == [1, 1, 1, 1, 2, 2]
    assert adex["COURSEDY"].tolist() == [1, 2, 3, 10, 1, 2]
    assert adex["ADY"].tolist() == [1, 2, 3, 10, 18, 19]
    assert adex["CUMDOSE"].tolist() == [100, 200, 300, 400, 500, 600]


def test_a_course_written_as_one_row_is_one_infusion_a_day(tables):
    made = tables(ex=infusions((190.0, "2007-03-01T09:00", "2007-03-03T11:00"), frequency="QD"))
    assert made["adex"]["ASTDT"].dt.date.tolist() == [date(2007, 3, d) for d in (1, 2, 3)]
    assert made["adex"]["CUMDOSE"].tolist() == [190, 380, 570]
    assert made["adsl"]["NDOSE"].tolist() == [3] and made["adsl"]["CUMDOSE"].tolist() == [570]


def test_an_infusion_over_midnight_is_one_infusion(tables):
    for frequency in ("ONCE", "QD"):
        adex = tables(ex=infusions((190.0, "2007-03-01T23:00", "2007-03-02T01:00"), frequency=frequency))["adex"]
        assert len(adex) == 1 and adex["CUMDOSE"].tolist() == [190]


def test_months_of_daily_dosing_stay_one_row_with_all_that_was_given(tables):
    made = tables(
        ex=infusions((54.0, "2007-03-01", "2007-03-31"), (81.0, "2007-04-01", ""), frequency="QD", route="ORAL")
    )
    assert made["adex"]["COURSE"].tolist() == [1, 1]
    # no end was written and the subject is still on the study: dosing goes on until the cut
    assert made["adex"]["CUMDOSE"].tolist() == [
        54 * 31,
        54 * 31 + 81 * (date(2007, 11, 30) - date(2007, 4, 1)).days + 81,
    ]
    assert made["adsl"]["TRTEDT"].dt.date.tolist() == [date(2007, 11, 30)]


def test_no_infusion_is_counted_where_none_was_given(tables):
    frame = pandas.concat(
        [
            infusions((0.0, "2007-03-01", "")),
            infusions((100.0, "2007-03-02", "")).assign(EXOCCUR="N", EXSEQ=3),
        ]
    )
    made = tables(ex=frame)
    assert len(made["adex"]) == 0
    assert made["adsl"]["SAFFL"].tolist() == ["N"] and made["adsl"]["TRTSDT"].isna().all()


def test_an_infusion_without_a_date_is_not_counted_but_its_subject_was_treated(tables):
    made = tables(ex=infusions((100.0, "", "")))
    assert len(made["adex"]) == 0
    subject = made["adsl"].iloc[0]
    assert subject["SAFFL"] == "Y" and pandas.isna(subject["TRTSDT"]) and "FIRST DOSE" in subject["FIRSTCD"].split(";")


def test_placebo_and_unknown_doses_count_as_given(tables):
    frame = pandas.concat(
        [
            infusions((0.0, "2007-03-01", "2007-03-01")).assign(EXTRT="PLACEBO"),
            infusions((None, "2007-03-02", "2007-03-02")).assign(EXSEQ=2),
        ]
    )
    assert tables(ex=frame)["adsl"]["NDOSE"].tolist() == [2]


def events(*rows: tuple) -> pandas.DataFrame:
    frame = pandas.DataFrame(rows, columns=["DSDECOD", "EPOCH", "DSSTDTC"])
    return frame.assign(USUBJID="S-1", DSSEQ=range(1, len(frame) + 1), DSCAT="DISPOSITION EVENT")


@pytest.mark.parametrize(
    ("rows", "treatment", "study"),
    [
        (
            [("COMPLETED", "TREATMENT", "2007-04-01"), ("DEATH", "FOLLOW-UP", "2007-06-01")],
            ("COMPLETED", "2007-04-01"),
            ("DEATH", "2007-06-01"),
        ),
        ([("COMPLETED", "TREATMENT", "2007-04-01")], ("COMPLETED", "2007-04-01"), (None, None)),
        ([("ADVERSE EVENT", "", "2007-04-01")], ("ADVERSE EVENT", "2007-04-01"), ("ADVERSE EVENT", "2007-04-01")),
        ([("SCREEN FAILURE", "SCREENING", "2007-02-01")], (None, None), ("SCREEN FAILURE", "2007-02-01")),
        ([("WITHDRAWAL BY SUBJECT", "FOLLOW-UP", "")], (None, None), ("WITHDRAWAL BY SUBJECT", None)),
    ],
)
def test_the_end_of_treatment_is_told_from_the_end_of_the_study(tables, rows, treatment, study):
    adsl = tables(ds=events(*rows))["adsl"].iloc[0]
    found = [(adsl["EOTREAS"], adsl["EOTDT"]), (adsl["DCSREAS"], adsl["EOSDT"])]
    assert [(r if isinstance(r, str) else None, None if pandas.isna(d) else str(d)[:10]) for r, d in found] == [
        treatment,
        study,
    ]


@pytest.mark.parametrize(
    ("dm", "ds", "ae", "died"),
    [
        ({"DTHDTC": "2007-06-02"}, [], [], "2007-06-02"),
        ({"DTHDTC": "2007-06-02"}, [("DEATH", "FOLLOW-UP", "2007-06-03")], [("FATAL", "2007-06")], "2007-06-02"),
        ({"DTHDTC": "2007-06"}, [("DEATH", "FOLLOW-UP", "2007-06-03")], [], "2007-06-03"),
        ({}, [], [("FATAL", "2007-06-04")], "2007-06-04"),
        ({}, [], [("FATAL", "")], "unknown day"),
        ({"DTHFL": "Y"}, [], [], "unknown day"),
        ({}, [("COMPLETED", "TREATMENT", "2007-06-03")], [("RECOVERED", "2007-06-04")], "alive"),
        # the data cut is 30 November 2007
        ({"DTHDTC": "2007-11-30"}, [], [], "2007-11-30"),
        ({"DTHFL": "Y", "DTHDTC": "2007-12-01"}, [("DEATH", "FOLLOW-UP", "2007-12-01")], [("FATAL", "")], "alive"),
        ({"DTHDTC": "2007-12"}, [], [], "alive"),
        ({"DTHDTC": "2007-12-01"}, [], [("FATAL", "2007-11-20")], "2007-11-20"),
    ],
)
def test_a_death_is_found_wherever_it_is_told(tables, dm, ds, ae, died):
    frames = {"dm": DM.assign(**dm)}
    frames |= {"ds": events(*ds)} if ds else {}
    frames |= (
        {"ae": pandas.DataFrame(ae, columns=["AEOUT", "AEENDTC"]).assign(USUBJID="S-1", AESEQ=1, AETERM="x")}
        if ae
        else {}
    )
    row = tables(**frames)["adsl"].iloc[0]
    day_of_death = "unknown day" if pandas.isna(row["DTHDT"]) else str(row["DTHDT"])[:10]
    assert (day_of_death if row["DTHFL"] == "Y" else "alive") == died
    assert (row["DCSREAS"] == "DEATH") == (died != "alive")


@pytest.mark.parametrize(
    ("grade", "died"),
    [("5", True), ("5.0", True), ("GRADE 5", True), ("Grade 5", True), ("4", False), ("15", False), ("", False)],
)
def test_grade_5_alone_is_a_death_however_it_is_written(tables, grade, died):
    ae = pandas.DataFrame(
        {"USUBJID": ["S-1"], "AESEQ": [1], "AETERM": ["x"], "AETOXGR": [grade], "AEENDTC": ["2007-06-02"]}
    )
    row = tables(ae=ae)["adsl"].iloc[0]
    assert (row["DTHFL"] == "Y") == died and pandas.isna(row["DTHDT"]) == (not died)


EARLIER = [
    # term, category, total, one dose, start, end → doxorubicin mg/m², records of unknown dose
    (("DAUNORUBICIN", "PRIOR ANTHRACYCLINE", 100, None, "2006", "2006"), 60, 0),
    (("CYTARABINE;DAUNORUBICIN", "PRIOR", 100, None, "2006", "2006"), 60, 0),
    (("Daunorubicin liposomal", "PRIOR", 100, None, "2006", "2006"), 60, 0),
    (("PEGYLATED DOXORUBICIN", "PRIOR", 100, None, "2006", "2006"), 100, 0),
    (("XDOXORUBICIN", "PRIOR", 100, None, "2006", "2006"), None, 0),
    # the first infusion is on 1 March 2007
    (("DOXORUBICIN", "", 100, None, "2006-12", "2007-02"), 100, 0),
    (("DOXORUBICIN", "CHEMOTHERAPY", 100, None, "2006-12", "2007-02-28"), 100, 0),
    (("DOXORUBICIN", "CHEMOTHERAPY", 100, None, "2006-12", "2007"), None, 0),
    (("DOXORUBICIN", "CHEMOTHERAPY", 100, None, "2006-12", ""), None, 0),
    (("DOXORUBICIN", "PRIOR AND CONCOMITANT", 100, None, "2007-03-02", "2007-03-02"), None, 0),
    # the dose of one time is not the cumulative dose
    (("DOXORUBICIN", "PRIOR", None, 60, "2006", "2006"), None, 1),
    (("DOXORUBICIN", "PRIOR", 240, 60, "2006", "2006"), 240, 0),
]


@pytest.mark.parametrize(("record", "sum_", "missing"), EARLIER)
def test_an_earlier_anthracycline_is_one_agent_before_the_first_infusion(tables, record, sum_, missing):
    cm = pandas.DataFrame([record], columns=["CMTRT", "CMCAT", "CMDOSTOT", "CMDOSE", "CMSTDTC", "CMENDTC"]).assign(
        USUBJID="S-1", CMSEQ=1, CMDOSU="mg/m2"
    )
    adsl = tables(ex=infusions((190.0, "2007-03-01", "2007-03-01")), cm=cm)["adsl"].iloc[0]
    assert adsl["PANTMISS"] == missing
    assert pandas.isna(adsl["PANTDOX"]) if sum_ is None else adsl["PANTDOX"] == pytest.approx(sum_)


def test_the_longest_agent_that_matches_is_taken_once(tables):
    cm = pandas.DataFrame(
        {
            "USUBJID": ["S-1"],
            "CMSEQ": [1],
            "CMTRT": ["DOXORUBICIN LIPOSOMAL"],
            "CMCAT": ["PRIOR"],
            "CMDOSTOT": [100],
            "CMDOSU": ["mg/m2"],
        }
    )
    factors = LEVEL + '[anthracycline]\ndoxorubicin = 1.0\n"doxorubicin liposomal" = 0.5\n'
    assert tables(factors, cm=cm)["adsl"]["PANTDOX"].tolist() == [50]


def test_dose_levels_follow_the_actual_arm_and_arms_alone_the_assigned_one(tables):
    dm = pandas.concat(
        [
            DM,
            DM.assign(USUBJID="S-2", ACTARM="Two", ACTARMCD="2"),
            DM.assign(USUBJID="S-3", ACTARM="Not Treated", ACTARMCD="NOTTRT"),
            DM.assign(USUBJID="S-4", ARM="Screen Failure", ARMCD="SCRNFAIL"),
        ]
    )
    levels = "[trial]\nid='T'\n" + "".join(
        f"[[dose_level]]\nlevel={n}\ndose_mg_per_m2_day={n}00\narm_code='{n}'\narm='{a}'\n"
        for n, a in ((1, "One"), (2, "Two"))
    )
    blank = lambda values: [v if isinstance(v, str) else None for v in values]  # noqa: E731
    assert blank(tables(levels, dm=dm)["adsl"]["TRTA"]) == ["100 mg/m²/day", "200 mg/m²/day", "100 mg/m²/day", None]
    assert blank(tables(dm=dm)["adsl"]["TRTA"]) == ["One", "One", "One", None]


def test_a_trial_definition_that_would_count_a_subject_twice_is_refused(tables):
    twice = "[trial]\nid='T'\n[[site]]\nid='001'\nname='A'\n[[site]]\nid='001'\nname='B'\n"
    with pytest.raises(IngestError, match="names a site twice"):
        tables(twice)


def test_numbers_in_place_of_text_are_read_as_the_text_they_were(tables):
    adsl = tables(dm=DM.assign(SITEID=[701.0], SUBJID=[1015.0]))["adsl"]
    assert adsl["SITEID"].tolist() == ["701"] and adsl["SUBJID"].tolist() == ["1015"]


def test_lower_case_columns_and_trailing_blanks_are_read(tables):
    dm = DM.assign(AGE="7  ", ARM="One   ").rename(columns=str.lower)
    adsl = tables(dm=dm)["adsl"]
    assert adsl["AGE"].tolist() == [7.0] and adsl["TRTA"].tolist() == ["One"]


@pytest.mark.parametrize("day", [date(2007, 8, 31), date(2007, 11, 30), date(2008, 2, 29)], ids=str)
def test_the_sample_trials_subjects_are_those_of_its_story(sample_cuts, day):
    answers = json.loads((ROOT / "sample_data" / "known_answers.json").read_text(encoding="utf-8"))["cuts"][
        day.isoformat()
    ]
    adsl = sample_cuts[day].table("adsl")
    treated, dead = adsl[adsl["SAFFL"] == "Y"], adsl[adsl["DTHFL"] == "Y"]
    assert (len(adsl), (adsl["ENRLFL"] == "Y").sum(), len(treated)) == (
        answers["screened"],
        answers["enrolled"],
        answers["treated"],
    )
    assert dict(zip(dead["SUBJID"], dead["DTHDT"].dt.strftime("%Y-%m-%d"), strict=True)) == answers["deaths"]
    assert sorted(adsl.loc[adsl["HSCTDT"].notna(), "SUBJID"]) == sorted(answers["transplants"])
    assert treated.groupby("DISEASE").size().to_dict() == answers["treated_by_disease"]
    assert treated.groupby("SITEID").size().to_dict() == answers["treated_by_site"]
    assert {f"{dose:g}": n for dose, n in treated.groupby("DOSE").size().items()} == {
        dose: row["treated"] for dose, row in answers["by_dose"].items() if row["treated"]
    }
