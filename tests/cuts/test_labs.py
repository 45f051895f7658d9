"""The table adlb: against the raw LB files in plain pandas, and against small drawn tables."""

from datetime import date

import numpy
import pandas
import pytest
from conftest import CUT_DATES
from raw import sample

from queries import grade_labs

DM = pandas.DataFrame(
    {
        "STUDYID": "S",
        "USUBJID": ["a", "b"],
        "SUBJID": ["a", "b"],
        "ARM": "Arm",
        "ARMCD": "A",
        "ACTARM": "Arm",
        "ACTARMCD": "A",
    }
)
EX = pandas.DataFrame(
    {
        "USUBJID": ["a"],
        "EXSEQ": [1],
        "EXTRT": "DRUG",
        "EXDOSE": [130.0],
        "EXDOSU": "mg/m2",
        "EXSTDTC": ["2007-03-10T09:00"],
    }
)


def lb(*rows, **common):
    """Rows of (LBTESTCD, LBDTC, and what else differs)."""
    base = {
        "USUBJID": "a",
        "LBTEST": "Test",
        "LBCAT": "CHEMISTRY",
        "LBSPEC": "SERUM",
        "LBORRES": "",
        "LBORRESU": "",
        "LBSTRESC": "",
        "LBSTRESN": numpy.nan,
        "LBSTRESU": "",
        "LBORNRLO": "",
        "LBORNRHI": "",
        "LBSTNRLO": numpy.nan,
        "LBSTNRHI": numpy.nan,
    }
    return pandas.DataFrame(
        [
            base | common | {"LBSEQ": n, "LBTESTCD": code, "LBDTC": when} | rest
            for n, (code, when, rest) in enumerate(rows, 1)
        ]
    )


def adlb(make_cut, frame, **more):
    return (
        make_cut({"dm": DM, "ex": EX, "lb": frame} | more)
        .table("adlb")
        .sort_values(["USUBJID", "LBSEQ"])
        .reset_index(drop=True)
    )


def value(number, unit="mmol/L", low=None, high=None, **more):
    return {
        "LBORRES": str(number),
        "LBORRESU": unit,
        "LBSTRESC": str(number),
        "LBSTRESN": number,
        "LBSTRESU": unit,
        "LBSTNRLO": low,
        "LBSTNRHI": high,
    } | more


def test_no_lab_data_gives_an_empty_table(make_cut):
    cut = make_cut({"dm": DM, "ex": EX})
    assert len(cut.table("adlb")) == 0 and len(cut.ask("lab_grading_gaps")) == 0


@pytest.mark.parametrize("day", CUT_DATES, ids=str)
def test_every_raw_row_is_there_once_with_its_value(sample_cuts, day):
    raw = sample(day.isoformat())["lb"]
    table = sample_cuts[day].table("adlb")
    delivered = table[table["DTYPE"].isna()]
    assert len(delivered) == len(raw)
    both = raw.merge(delivered, on=["USUBJID", "LBSEQ"], validate="one_to_one")
    assert len(both) == len(raw) and (both["LBTESTCD"] == both["PARAMCD"]).all()
    numeric = both[both["LBSTRESN"].notna()]
    assert (
        len(numeric) > 1000
        and (numeric["LBSTRESN"] == numeric["AVAL"]).all()
        and (numeric["LBSTRESU"] == numeric["AVALU"]).all()
    )
    limits = both[both["LBSTRESC"].str.match(r"[<>]")]
    assert len(limits) > 0
    assert (limits["AVALQ"] == limits["LBSTRESC"].str[0]).all() and (
        limits["AVAL"] == limits["LBSTRESC"].str[1:].astype(float)
    ).all()


def naive_baselines(raw):
    first = raw["ex"][raw["ex"]["EXDOSE"] > 0].groupby("USUBJID")["EXSTDTC"].min()
    values = raw["lb"][raw["lb"]["LBSTRESC"] != ""].copy()
    found = {}
    for key, rows in values.groupby(["USUBJID", "LBTESTCD", "LBSPEC"]):
        flagged = rows[rows["LBBLFL"] == "Y"]
        if not len(flagged) and key[0] in first.index:
            start = first[key[0]]
            flagged = rows[[len(d) >= 10 and d <= start[: len(d)] for d in rows["LBDTC"]]]
        if len(flagged):
            found[key] = flagged.sort_values(["LBDTC", "LBSEQ"]).iloc[-1]["LBSEQ"]
    return found


@pytest.mark.parametrize("day", CUT_DATES, ids=str)
def test_baseline_by_plain_pandas(sample_cuts, day):
    table = sample_cuts[day].table("adlb")
    flagged = table[(table["ABLFL"] == "Y") & table["DTYPE"].isna()]
    found = {(r.USUBJID, r.PARAMCD, r.LBSPEC): r.LBSEQ for r in flagged.itertuples()}
    assert len(found) > 100 and found == naive_baselines(sample(day.isoformat()))
    joined = table.merge(
        flagged[["USUBJID", "PARAMCD", "LBSPEC", "AVAL"]].rename(columns={"AVAL": "B"}),
        on=["USUBJID", "PARAMCD", "LBSPEC"],
    )
    joined = joined[joined["AVAL"].notna()]
    assert len(joined) > 1000 and (joined["BASE"] == joined["B"]).all()


def graded_again(table, term):
    rows = table[table[term].notna()]
    frame = rows[["AVAL", "AVALU", "AVALQ", "ANRLO", "ANRHI", "BASE"]].assign(PARAM=rows[term])
    return rows, grade_labs(frame)


@pytest.mark.parametrize("direction", ["L", "H"])
@pytest.mark.parametrize("which", ["sample", "pilot"])
def test_the_table_is_graded_as_a_frame_is(request, which, direction):
    cut = (
        request.getfixturevalue("pilot_cut")
        if which == "pilot"
        else request.getfixturevalue("sample_cuts")[CUT_DATES[-1]]
    )
    rows, again = graded_again(cut.table("adlb"), f"ATERM{direction}")
    kept, expected = rows[f"ATOXGR{direction}"].astype("Int64"), again[f"ATOXGR{direction}"]
    assert len(rows) > 1000 and set(expected.dropna()) >= {0, 1, 2}
    assert kept.fillna(-1).tolist() == expected.fillna(-1).tolist()


@pytest.mark.parametrize("day", CUT_DATES, ids=str)
def test_neutropenia_of_grade_4_counted_in_the_raw_file(sample_cuts, day):
    raw = sample(day.isoformat())["lb"]
    counts = raw[(raw["LBTESTCD"] == "NEUT") & (raw["LBSTRESU"] == "10^9/L") & raw["LBSTRESN"].notna()]
    table = sample_cuts[day].table("adlb")
    found = table[(table["PARAMCD"] == "NEUT") & (table["ATOXGRL"] == 4) & table["AVALQ"].isna()]
    assert len(found) == (counts["LBSTRESN"] < 0.5).sum() > 0


@pytest.mark.parametrize("day", CUT_DATES, ids=str)
def test_every_value_is_graded_or_counted_with_a_reason(sample_cuts, day):
    cut = sample_cuts[day]
    table, gaps = cut.table("adlb"), cut.ask("lab_grading_gaps")
    ungraded = (
        sum((table["NOTERM"].isna() & table[f"ATERM{d}"].notna() & table[f"ATOXGR{d}"].isna()).sum() for d in "LH")
        + table["NOTERM"].notna().sum()
    )
    assert gaps["NROWS"].sum() == ungraded
    assert gaps["WHY"].notna().all()
    assert not (table["NOTERM"].isna() & table["ATERML"].isna() & table["ATERMH"].isna()).any()


def test_original_units_are_converted_where_the_standard_result_is_missing(make_cut):
    table = adlb(
        make_cut,
        lb(
            ("CREAT", "2007-03-01", value(50, "umol/L", high=60.0)),
            ("CREAT", "2007-03-20", {"LBORRES": "1.2", "LBORRESU": "mg/dL", "LBORNRHI": "0.7"}),
            ("CREAT", "2007-03-21", {"LBORRES": "1.2", "LBORRESU": "pints", "LBORNRHI": "0.7"}),
            ("CREAT", "2007-03-22", {"LBORRES": "<0.2", "LBORRESU": "mg/dL"}),
        ),
    )
    assert table["AVAL"].tolist() == pytest.approx([50, 106.08, 1.2, 17.68])
    assert table["AVALU"].tolist() == ["umol/L", "umol/L", "pints", "umol/L"]
    assert table["ANRHI"].tolist()[:3] == pytest.approx([60, 61.88, 0.7])
    assert table["CONVFL"].fillna("").tolist() == ["", "Y", "", "Y"] and table["AVALQ"].tolist()[3] == "<"
    assert table["ATOXGRH"].tolist()[:2] == [0, 2] and table["BASE"].isna().tolist() == [False, False, True, False]


def test_original_limits_are_in_the_unit_of_the_result_whichever_unit_is_usual(make_cut):
    usual = [("BILI", f"2007-03-{day:02}", value(10, "umol/L", high=20.0)) for day in (1, 2, 3)]
    told = {"LBORRES": "3.6", "LBORRESU": "mg/dL", "LBORNRHI": "1.2", "LBORNRLO": "0.2"}
    other = [
        ("BILI", "2007-03-20", told | {"LBSTRESC": "3.6", "LBSTRESN": 3.6, "LBSTRESU": "mg/dL"}),
        ("BILI", "2007-03-21", told | {"LBSTRESC": "3.6", "LBSTRESN": 3.6}),
        ("BILI", "2007-03-22", told | {"LBSTRESC": "61.56", "LBSTRESN": 61.56, "LBSTRESU": "umol/L"}),
        ("BILI", "2007-03-23", told | {"LBSTRESC": "61.56", "LBSTRESN": 61.56}),
        ("XYZ", "2007-03-24", told | {"LBSTRESC": "3.6", "LBSTRESN": 3.6, "LBSTRESU": "mg/dL"}),
        ("XYZ", "2007-03-25", told | {"LBSTRESC": "36", "LBSTRESN": 36, "LBSTRESU": "mg/L"}),
    ]
    table = adlb(make_cut, lb(*usual, *other)).tail(6)
    assert table["AVALU"].fillna("").tolist() == ["mg/dL", "mg/dL", "umol/L", "", "mg/dL", "mg/L"]
    times = (table["AVAL"] / table["ANRHI"]).tolist()
    assert times[:3] + times[4:5] == pytest.approx([3.0, 3.0, 3.0, 3.0], rel=1e-3)
    assert table["ANRHI"].isna().tolist() == [False, False, False, True, False, True]
    assert table["ANRLO"].tolist()[:2] == [0.2, 0.2] and table["ATOXGRH"].tolist()[:3] == [2, 2, 2]


def test_blood_serum_and_plasma_have_one_baseline_and_one_last_value_of_a_day(make_cut):
    rows = lb(
        ("K", "2007-03-01", value(4.0, high=5.0)),
        ("K", "2007-03-12", value(5.9, high=5.0) | {"LBSPEC": "PLASMA"}),
        ("K", "2007-03-12", value(4.2, high=5.0)),
        ("K", "2007-03-13", value(4.4, high=5.0) | {"LBSPEC": ""}),
        ("K", "2007-03-14", value(80.0) | {"LBSPEC": "URINE"}),
        ("K", "2007-03-14", value(4.5, high=5.0) | {"LBSPEC": "Blood"}),
    )
    table = adlb(make_cut, rows)
    assert table["BASE"].fillna(0).tolist() == [4, 4, 4, 4, 0, 4]
    assert table["ANL01FL"].fillna("").tolist() == ["Y", "", "Y", "Y", "Y", "Y"]
    assert table["WORSTHFL"].fillna("").tolist() == ["", "Y", "", "", "", ""]


def test_baseline_is_the_last_value_before_the_first_infusion(make_cut):
    table = adlb(
        make_cut,
        lb(
            ("K", "2007-03-01", value(4.0)),
            ("K", "2007-03-10T08:00", value(4.1)),
            ("K", "2007-03-10T15:00", value(4.2)),
            ("K", "2007-03", value(9.9)),
            ("K", "2007-03-11", value(4.3)),
            ("SODIUM", "2007-03-01", value(140, LBBLFL="Y")),
            ("SODIUM", "2007-03-09", value(141)),
        ),
    )
    assert table["ABLFL"].fillna("").tolist() == ["", "Y", "", "", "", "Y", ""]
    assert table["CHG"].tolist()[2] == pytest.approx(0.1) and table["BASE"].tolist()[5:] == [140, 140]
    assert table["ADY"].fillna(0).tolist() == [-9, 1, 1, 0, 2, -9, -1]


def test_calcium_is_graded_after_correction_for_albumin_of_that_day(make_cut):
    cut = make_cut(
        {
            "dm": DM,
            "ex": EX,
            "lb": lb(
                ("CA", "2007-03-12", value(1.8, low=2.1, high=2.6)),
                ("ALB", "2007-03-12", value(20.0, "g/L", 35.0, 50.0)),
                ("CA", "2007-03-13", value(1.8, low=2.1, high=2.6)),
            ),
        }
    )
    table = cut.table("adlb")
    corrected = table[table["DTYPE"] == "CORRECTED"]
    assert corrected["AVAL"].tolist() == pytest.approx([1.8 + 0.02 * (40 - 20)]) and corrected["ATOXGRL"].tolist() == [
        0
    ]
    assert table[table["PARAMCD"] == "CA"]["ATOXGRL"].isna().all()
    gaps = cut.ask("lab_grading_gaps")
    assert gaps[gaps["PARAMCD"] == "CA"].set_index("WHY")["NROWS"].to_dict() == {
        "graded as calcium corrected for albumin": 1,
        "no albumin of that day to correct calcium with": 1,
    }


def test_what_cannot_be_graded_is_counted_by_test_unit_and_reason(make_cut):
    cut = make_cut(
        {
            "dm": DM,
            "ex": EX,
            "lb": lb(
                ("GLUC", "2007-03-12", value(2.0, low=3.9) | {"LBSPEC": "URINE"}),
                ("PH", "2007-03-12", value(7.1, "", 7.35, 7.45)),
                ("K", "2007-03-12", value(4.0, "pounds", 3.5, 5.1)),
                ("K", "2007-03-13", {"LBSTAT": "NOT DONE"}),
                ("PHOS", "2007-03-12", value(0.2, low=0.8)),
                ("HGB", "2007-03-12", {"LBSTRESC": "HAEMOLYSED", "LBSTRESU": "g/L"}),
            ),
        }
    )
    why = cut.ask("lab_grading_gaps").groupby(["PARAMCD", "WHY"])["NROWS"].sum().to_dict()
    assert why == {
        ("GLUC", "specimen is not blood"): 1,
        ("PH", "specimen is not blood"): 1,
        ("K", "not done"): 1,
        ("K", "unit missing or not known for this term"): 2,
        ("PHOS", "no criteria by number for this test in this version of CTCAE"): 1,
        ("HGB", "no numeric value"): 2,
    }


def test_worst_grades_and_the_last_value_of_a_day_are_flagged(make_cut):
    table = adlb(
        make_cut,
        lb(
            ("PLAT", "2007-03-01", value(10, "10^9/L", 150)),
            ("PLAT", "2007-03-12T08:00", value(60, "10^9/L", 150)),
            ("PLAT", "2007-03-12T18:00", value(40, "10^9/L", 150)),
            ("PLAT", "2007-03-15", value(30, "10^9/L", 150)),
            ("PLAT", "2007-03-30", value(160, "10^9/L", 150)),
            LBSPEC="BLOOD",
        ),
    )
    assert table["ATOXGRL"].tolist() == [4, 2, 3, 3, 0]
    assert table["WORSTLFL"].fillna("").tolist() == ["", "", "Y", "", ""]
    assert table["ANL01FL"].fillna("").tolist() == ["Y", "", "Y", "Y", "Y"]


def test_the_pilot_is_graded_without_a_trial_definition(pilot_cut):
    table = pilot_cut.table("adlb")
    raw_rows = (table["DTYPE"].isna()).sum()
    assert raw_rows == 59580
    gaps = pilot_cut.ask("lab_grading_gaps")
    assert "unit missing or not known for this term" not in set(gaps["WHY"])


@pytest.mark.parametrize("version, terms", [("4.03", "Platelet count decreased"), ("6.0", "Thrombocytopenia")])
def test_the_trial_chooses_the_version_that_grades_and_the_cut_names_it(make_cut, trial, version, terms):
    other = type(trial).parse(trial.text.replace('ctcae_version = "5.0"', f'ctcae_version = "{version}"'))
    rows = lb(
        ("PLAT", "2007-03-12", value(12, "10^9/L", 150)),
        ("GLUC", "2007-03-12", value(9.5, high=5.5)),
        ("CK", "2007-03-12", value(900, "U/L", high=100)),
        LBSPEC="BLOOD",
    )
    cut = make_cut({"dm": DM, "ex": EX, "lb": rows}, trial=other)
    table = cut.table("adlb").set_index("PARAMCD")
    assert set(table["CTCAEVER"]) == {version} and table.loc["PLAT", "ATERML"] == terms
    assert table.loc["PLAT", "ATOXGRL"] == {"4.03": 4, "6.0": 3}[version]
    assert table.loc["GLUC", "NOGRADEH"] == "fasting not known"
    assert (table.loc["CK", "NOTERM"] == "no criteria by number for this test in this version of CTCAE") == (
        version == "6.0"
    )


def test_a_million_rows_are_staged_in_seconds(make_cut):
    import time

    size, random = 1_000_000, numpy.random.default_rng(3)
    codes = random.choice(["HGB", "PLAT", "NEUT", "ALT", "K", "CREAT"], size)
    units = pandas.Series(codes).map(
        {"HGB": "g/L", "PLAT": "10^9/L", "NEUT": "10^9/L", "ALT": "U/L", "K": "mmol/L", "CREAT": "umol/L"}
    )
    numbers = random.uniform(0.1, 150, size).round(2)
    frame = pandas.DataFrame(
        {
            "USUBJID": random.choice(["a", "b"], size),
            "LBSEQ": numpy.arange(size),
            "LBTESTCD": codes,
            "LBTEST": codes,
            "LBSPEC": "BLOOD",
            "LBSTRESC": "",
            "LBSTRESN": numbers,
            "LBSTRESU": units,
            "LBSTNRLO": 100.0,
            "LBSTNRHI": 120.0,
            "LBDTC": pandas.Series(
                pandas.to_datetime("2007-01-01") + pandas.to_timedelta(random.integers(0, 400, size), unit="D")
            ).dt.strftime("%Y-%m-%d"),
        }
    )
    start = time.perf_counter()
    cut = make_cut({"dm": DM, "ex": EX, "lb": frame}, cut=date(2008, 2, 29))
    table = cut.connection.execute("select PARAMCD, ATOXGRL from adlb").df()
    assert time.perf_counter() - start < 90
    low = (codes == "PLAT") & (numbers < 25)
    once = ~frame.drop(columns="LBSEQ").duplicated()  # delivered twice, alike in all but the number: counted once
    assert ((table["PARAMCD"] == "PLAT") & (table["ATOXGRL"] == 4)).sum() == (low & once).sum() < low.sum()
