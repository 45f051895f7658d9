"""Deliveries whose values are written in a sponsor's own way, and their neighbours: what the board reads of them."""

from __future__ import annotations

from datetime import date, datetime

import pandas
import pytest
from deliveries import DELIVERIES, delivered

from displays.conduct.baseline import baseline
from displays.data.findings import ingest_findings, left_out
from displays.escalation.cumulative_dose import cumulative_dose
from displays.escalation.rates import dlt_by_dose
from displays.heart.qtc import qtc_by_dose
from displays.rule.design import outcomes, rule_of, subjects
from displays.summary.overview import what_changed
from ingest.build import build_cut
from ingest.collect import collect
from ingest.delivery import Delivery, IngestError
from queries import View, open_cut

CUT = date(2007, 11, 30)
DAY = date(2007, 3, 5)


def known(cut) -> str:
    return str(outcomes(subjects(cut), rule_of(cut.trial)))


def found(cut, check: str, dataset: str = "") -> dict[str, str]:
    """Variable or dataset → examples, of the findings of one check on the Data page."""
    rows = pandas.concat([make(View(cut)).table for make in (ingest_findings, left_out)]).query("CHECKID == @check")
    rows = rows[rows["DATASET"] == dataset] if dataset else rows
    return {row.WHAT.partition(":")[0] if ":" in row.WHAT else row.DATASET: row.EXAMPLES for row in rows.itertuples()}


def frames(name: str) -> dict[str, pandas.DataFrame]:
    """The datasets of a delivery, to be written in another way."""
    folder = DELIVERIES / name / "data"
    if not folder.is_dir():
        pytest.skip(f"delivery not found: {folder}")
    return {path.stem: pandas.read_csv(path, dtype="str", keep_default_na=False) for path in folder.glob("*.csv")}


def with_values(tables: dict[str, pandas.DataFrame], table: str, **columns) -> dict[str, pandas.DataFrame]:
    return tables | {table: tables[table].assign(**columns)}


# --- the sponsor's ADSL ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def with_adsl(trial, tmp_path_factory):
    """The cut of the delivery with an ADSL, its columns written in another way."""
    tables = frames("adsl_csv_with_sas_dates")

    def made(**columns):
        adsl = {"adsl": tables["adsl"].assign(**columns)}
        sdtm = {name: frame for name, frame in tables.items() if name != "adsl"}
        return open_cut(build_cut(Delivery(sdtm, adsl), trial, CUT, tmp_path_factory.mktemp("adsl")))

    return made


def test_an_adsl_with_sas_dates_as_text(trial):
    cut = delivered("adsl_csv_with_sas_dates", trial)
    assert cut.table("adsl")["TRTSDT"].dt.date.tolist() == [DAY] * 3
    assert cut.table("adsl")["TRTEDT"].dt.date.tolist() == [date(2007, 3, 7)] * 3
    assert known(cut) == "1NNN"
    assert dlt_by_dose(View(cut)).finding.startswith("0 of 3 evaluable subjects at 130 mg/m²/day had a DLT")
    assert not found(cut, "adam_not_read") and not found(cut, "adam_blank")


def test_an_adsl_with_dates_in_other_ways(with_adsl):
    for written in (["17230", "2007-03-05", "5-MAR-2007"], [1488672000.0] * 3, [17230] * 3):
        assert with_adsl(TRTSDT=written).table("adsl")["TRTSDT"].dt.date.tolist() == [DAY] * 3


def test_a_date_of_adsl_that_cannot_be_read_never_replaces_the_derived_one(with_adsl):
    for written in (["05/03/2007", "MAR2007", "2007-03-05"], ["2007-03-05", "unknown", "39146"]):
        cut = with_adsl(TRTSDT=written)
        assert cut.table("adsl")["TRTSDT"].dt.date.tolist() == [DAY] * 3 and known(cut) == "1NNN"
        told = found(cut, "adam_not_read")["TRTSDT"]
        assert [text in told for text in written] == [text != "2007-03-05" for text in written]


def test_a_blank_of_adsl_never_replaces_what_sdtm_has(with_adsl):
    cut = with_adsl(TRTSDT=["", "NA", "2007-03-05"], AGE=["nan", "", "11"], SEX=["", "F", "F"])
    adsl = cut.table("adsl")
    assert adsl["TRTSDT"].dt.date.tolist() == [DAY] * 3 and known(cut) == "1NNN"
    assert adsl["AGE"].tolist() == [9, 10, 11] and adsl["SEX"].tolist() == ["F"] * 3
    assert set(found(cut, "adam_blank")) == {"TRTSDT", "AGE", "SEX"}


# --- codes -------------------------------------------------------------------------------------------


def test_seriousness_coded_as_1_and_0(trial):
    cut = delivered("aeser_coded_1", trial)
    assert cut.table("adae")[["AESER", "AESERC"]].to_numpy().tolist() == [["Y", "Y"]]
    shown = what_changed(View(cut)).table.set_index("MEASURE")
    assert shown.loc["Serious adverse events", ["NOW", "DENOM"]].tolist() == [1, "in 1 subject"]
    assert not found(cut, "code_not_read")


def events(**columns) -> dict[str, pandas.DataFrame]:
    """The delivery with as many events as there are values of a column, of the first subject."""
    tables = frames("aeser_coded_1")
    number = len(next(iter(columns.values())))
    repeated = pandas.concat([tables["ae"]] * number, ignore_index=True)
    named = {"AESEQ": [str(n) for n in range(1, number + 1)], "AEDECOD": [f"Event {n}" for n in range(number)]}
    return tables | {"ae": repeated.assign(**named, **columns)}


def test_seriousness_in_other_codes_and_in_an_unknown_one(make_cut, trial):
    codes = {
        "0": "N",
        "1": "Y",
        "yes": "Y",
        "TRUE": "Y",
        "true": "Y",
        "No": "N",
        "FALSE": "N",
        "2": None,
        "maybe": None,
    }
    cut = make_cut(events(AESER=list(codes)), trial)
    read = cut.table("adae").sort_values("AESEQ")
    assert read["AESER"].astype("object").where(read["AESER"].notna(), None).tolist() == list(codes.values())
    assert read["AESERC"].eq("Y").tolist() == [code == "Y" for code in codes.values()]
    assert found(cut, "code_not_read") == {"AESER": "XX-01-101-001 AESEQ 8: 2; XX-01-101-001 AESEQ 9: maybe"}


def test_criteria_of_seriousness_in_other_codes_count(make_cut, trial):
    cut = make_cut(events(AESER=["0", "N", ""], AESHOSP=["1", "true", "0"]), trial)
    assert cut.table("adae").sort_values("AESEQ")["AESERC"].eq("Y").tolist() == [True, True, False]
    assert "hospitalisation" in found(cut, "serious_contradiction")["AE"]


def test_grades_in_words_and_two_grades(make_cut, trial):
    grades = {
        "Grade III": 3,
        "G4": 4,
        "GRADE 3 (SEVERE)": 3,
        "3 - Severe": 3,
        "3-4": 4,
        "II": 2,
        "severe": None,
        "1-4": None,
    }
    cut = make_cut(events(AETOXGR=list(grades)), trial)
    read = cut.table("adae").sort_values("AESEQ")["ATOXGR"]
    assert [None if pandas.isna(grade) else int(grade) for grade in read] == list(grades.values())
    assert found(cut, "grade_range") == {"AETOXGR": "XX-01-101-001 AESEQ 5: 3-4, counted as 4"}
    assert found(cut, "grade_not_read") == {"AETOXGR": "XX-01-101-001 AESEQ 7: severe; XX-01-101-001 AESEQ 8: 1-4"}


def test_a_verdict_coded_as_1_is_a_dlt(make_cut, trial):
    cut = make_cut(events(AEDLT=["1", "0"], AETOXGR=["3", "3"]), trial)
    assert cut.table("adae").sort_values("AESEQ")["DLTFL"].tolist() == ["Y", "N"]
    assert not found(cut, "dlt_verdict_not_read")


# --- texts for missing values ------------------------------------------------------------------------


def test_nan_as_text_is_missing(trial):
    cut = delivered("nan_written_as_text", trial)
    adsl = cut.table("adsl").set_index("USUBJID")
    assert adsl["AGE"].isna().tolist() == [True, False, False] and adsl["AGE"].median() == 10.5
    assert adsl["SITEID"].isna().tolist() == [False, True, False]
    adex = cut.table("adex")
    assert adex["DOSE"].isna().groupby(adex["USUBJID"]).sum().tolist() == [1, 1, 0]
    assert found(cut, "dose_missing")["EX"].count("EXSEQ 3") == 2
    platelets = cut.table("adlb").sort_values("ADT")
    assert platelets["AVAL"].dropna().tolist() == [200, 40]
    assert platelets.loc[platelets["ABLFL"] == "Y", "ADT"].dt.date.tolist() == [date(2007, 3, 1)]
    assert found(cut, "text_na", "EX") == {"EXDOSE": "XX-01-101-001 EXSEQ 3: nan; XX-01-101-002 EXSEQ 3: NaN"}
    assert not any("nan" in str(site).lower() for site in adsl["SITENAM"].dropna())
    assert baseline(View(cut)).finding.startswith("3 treated subjects; median age 10.5 years (10 to 11)")
    assert cumulative_dose(View(cut)).finding.endswith("not known in 2 of 3 treated subjects.")


def test_other_programs_texts_for_missing(make_cut, trial):
    tables = frames("nan_written_as_text")
    tables = {name: frame.replace({"nan": "None", "NaN": "NULL"}) for name, frame in tables.items()}
    cut = make_cut(with_values(tables, "dm", SITEID=["101", "#N/A", "101.0"]), trial)
    assert cut.table("adsl")["AGE"].isna().tolist() == [True, False, False]
    assert cut.table("adsl")["SITEID"].fillna("").tolist() == ["101", "", "101"]
    assert cut.table("adlb")["AVAL"].dropna().sort_values().tolist() == [40, 200]
    assert not found(cut, "unreadable_number")


def test_a_dose_that_is_no_number_is_told_where_left_out(make_cut, trial):
    tables = frames("nan_written_as_text")
    doses = tables["ex"]["EXDOSE"].replace({"nan": "1_30", "NaN": "1e400"})
    cut = make_cut(with_values(tables, "ex", EXDOSE=doses), trial)
    assert cut.table("adex")["DOSE"].isna().sum() == 2
    assert found(cut, "unreadable_number") == {"EXDOSE": "XX-01-101-001 EXSEQ 3: 1_30; XX-01-101-002 EXSEQ 3: 1e400"}
    assert "EXDOSE" in left_out(View(cut)).table.to_string()


# --- text that holds a number ---------------------------------------------------------------------------

TEXTS = {
    "40": (40, None),
    "<20": (20, "<"),
    "<= 20": (20, "<"),
    "≤20": (20, "<"),
    ">400": (400, ">"),
    "≥ 400": (400, ">"),
    "60 %": (None, None),  # a count is no percentage
    "4.0e1": (40, None),
    "5-10": (None, None),
    "1_30": (None, None),
    "1e400": (None, None),
    "clotted": (None, None),
    "less than 20": (20, "<"),
    "=<20": (20, "<"),
    "20 or less": (20, "<"),
    "greater than 400": (400, ">"),
    "=> 400": (400, ">"),
    "400+": (400, ">"),
    "LT20": (20, "<"),
}
"""A result as text, its numeric result blank → value and sign of a limit."""


def laboratory(code: str, texts, **columns) -> dict[str, pandas.DataFrame]:
    """The delivery with these results as text of one test, the numeric result blank."""
    tables = frames("nan_written_as_text")
    rows = pandas.concat([tables["lb"].iloc[[2]]] * len(texts), ignore_index=True)
    numbers = [str(n) for n in range(1, len(texts) + 1)]
    written = {"LBSEQ": numbers, "LBSTRESC": texts, "LBORRES": texts, "LBSTRESN": "", "LBTESTCD": code}
    return tables | {"lb": rows.assign(**written, **columns)}


def test_results_of_the_laboratory_as_text(make_cut, trial):
    cut = make_cut(laboratory("PLAT", list(TEXTS)), trial)
    read = cut.table("adlb").sort_values("LBSEQ").astype("object")
    read = read[["AVAL", "AVALQ"]].where(read[["AVAL", "AVALQ"]].notna(), None)
    assert list(read.itertuples(index=False, name=None)) == list(TEXTS.values())
    told = cut.table("ingest.finding").query("CHECKID == 'result_without_number'")
    assert told["NRECS"].tolist() == [5] and "LBSEQ 10: 1_30" in told["EXAMPLES"].item()


def test_normal_limits_as_text_are_numbers_or_missing(make_cut, trial):
    limits = {"150": 150, "1_30": None, "nan": None, "<150": None, "1e400": None, "150.5": 150.5}
    cut = make_cut(laboratory("PLAT", ["40"] * len(limits), LBSTNRLO="", LBORNRLO=list(limits)), trial)
    read = cut.table("adlb").sort_values("LBSEQ")["ANRLO"]
    assert [None if pandas.isna(limit) else limit for limit in read] == list(limits.values())


# --- dates -------------------------------------------------------------------------------------------


def refused(name: str, trial, tmp_path) -> str:
    with pytest.raises(IngestError) as error:
        build_cut(collect(DELIVERIES / name / "data"), trial, CUT, tmp_path)
    assert not list(tmp_path.glob("*"))
    return str(error.value)


def test_infusions_on_days_that_may_be_months_stop_the_load(trial, tmp_path):
    frames("dates_day_month_year")
    reason = refused("dates_day_month_year", trial, tmp_path)
    assert "9 in EXSTDTC of EX" in reason and "ISO 8601" in reason and "\n" not in reason


@pytest.mark.parametrize(
    "written", [("05MAR2007", "5-MAR-2007", "20070305"), ("17230", "2007/03/05", "1488672000")], ids=["text", "numbers"]
)
def test_infusions_in_other_ways_of_writing_a_date(make_cut, trial, written):
    tables = frames("dates_day_month_year")
    first = tables["ex"][tables["ex"]["EXSEQ"] == "1"].assign(EXSTDTC=written, EXENDTC=written)
    cut = make_cut(tables | {"ex": first}, trial)
    assert cut.table("adsl")["TRTSDT"].dt.date.tolist() == [DAY] * 3
    told = found(cut, "other_date", "EX")["EXSTDTC"]
    assert all(f"{text} read as 2007-03-05" in told for text in written)
    assert not found(cut, "unreadable_date")


def test_dates_of_events_as_numbers_in_a_transport_file(trial):
    cut = delivered("xpt_dtc_number_dtdate9", trial)
    events = cut.table("adae")
    assert events["ASTDT"].dt.date.tolist() == [date(2007, 3, 8)] and events["AENDT"].dt.date.tolist() == [
        date(2007, 3, 10)
    ]


@pytest.mark.parametrize(
    ("start", "end"),
    [([17233.0, 1488931200.0], [17235.0, 1489104000.0]), (["17233", "08MAR2007"], ["1489104000", "10-Mar-2007"])],
    ids=["numbers", "text"],
)
def test_dates_of_events_as_numbers_in_tables(make_cut, trial, start, end):
    cut = make_cut(events(AESTDTC=start, AEENDTC=end), trial)
    read = cut.table("adae")
    assert read["ASTDT"].dt.date.tolist() == [date(2007, 3, 8)] * 2
    assert read["AENDT"].dt.date.tolist() == [date(2007, 3, 10)] * 2
    assert read["AESTDTC"].tolist() == ["2007-03-08"] * 2


# --- clocks ------------------------------------------------------------------------------------------


def test_electrocardiograms_in_utc_and_infusions_with_offsets(trial):
    cut = delivered("time_zone_offsets", trial)
    ecg = cut.table("adeg").query("PARAMCD == 'QTCF'")
    assert ecg.groupby("USUBJID")["BASE"].first().tolist() == [470] * 3
    before = ecg[ecg["ABLFL"] == "Y"]
    assert (
        before["AVAL"].tolist() == [470] * 3
        and before["ADTM"].dt.to_pydatetime().tolist() == [datetime(2007, 3, 5, 9, 30)] * 3
    )
    finding = qtc_by_dose(View(cut)).finding
    assert "500 ms in 0, 480 ms in 0 and 450 ms in 0 of 3" in finding and "30 ms in 0 of 3 with a baseline" in finding
    assert set(found(cut, "time_offset")) == {"EX"} and not found(cut, "time_offset_not_used")


def test_electrocardiograms_without_an_offset_beside_infusions_with_one_are_neither(make_cut, trial):
    tables = frames("time_zone_offsets")
    cut = make_cut(with_values(tables, "eg", EGDTC=tables["eg"]["EGDTC"].str.removesuffix("Z")), trial)
    assert cut.table("adeg")["ADTM"].isna().all() and cut.table("adeg")["ADT"].dt.date.eq(DAY).all()
    assert cut.table("adeg")["ABLFL"].isna().all()
    assert set(found(cut, "time_offset_not_used", "EG")) == {"EGDTC"}


def test_all_times_without_offsets_are_compared_as_written(make_cut, trial):
    tables = frames("time_zone_offsets")
    plain = {"EXSTDTC": tables["ex"]["EXSTDTC"].str[:19], "EXENDTC": tables["ex"]["EXENDTC"].str[:19]}
    tables = with_values(with_values(tables, "eg", EGDTC=tables["eg"]["EGDTC"].str[:19]), "ex", **plain)
    cut = make_cut(tables, trial)
    assert cut.table("adeg")["ABLFL"].isna().all()
    assert not found(cut, "time_offset") and not found(cut, "time_offset_not_used")
