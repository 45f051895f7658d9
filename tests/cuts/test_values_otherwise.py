"""Answers, results and identities written otherwise than CDISC writes them: read as meant, or unknown and a finding.

One delivery holds all of them, a case a subject; each is asked of the tables and of the displays that show it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import pandas
import pytest

from displays.conduct.accrual_by_site import accrual_by_site
from displays.conduct.baseline import baseline
from displays.data.delivered import delivered_domains
from displays.heart.left_out import heart_left_out
from ingest.build import build_cut
from ingest.delivery import Delivery, IngestError
from ingest.read import read_file
from ingest.table import frame_of, table_of
from ingest.variables import lacking, lacking_in
from queries import View, open_cut

ARM = "L-Annamycin 130 mg/m2/day"
DAY = "2007-03-05"
SEXES, AGES = ["Female", "m", "1", "None", "U"], ["10", "-1", "12", "999", "13"]
SITES = ["101", "", "NA", "101.0", "102"]
TRANSPLANT = {"PRTRT": "Stem cell transplant", "PRDECOD": "STEM CELL TRANSPLANT", "PRSTDTC": "2007-03-20"}


def records(domain: str, *rows: dict) -> pandas.DataFrame:
    """The records of a domain, numbered; what a row does not say is blank."""
    numbered = [{"STUDYID": "T", "DOMAIN": domain, f"{domain}SEQ": str(n), **row} for n, row in enumerate(rows, 1)]
    return pandas.DataFrame(numbered).fillna("")


def result(domain: str, subject: str, code: str, text: str, unit: str, day: str, **more) -> dict:
    """A result as text alone."""
    named = {"TESTCD": code, "TEST": code, "ORRES": text, "ORRESU": unit, "STRESC": text, "STRESU": unit, "DTC": day}
    return {"USUBJID": subject} | {f"{domain}{name}": value for name, value in named.items()} | more


def subjects(sexes: list[str], ages: list[str], sites: list[str]) -> pandas.DataFrame:
    arm = {"ARMCD": "A130", "ARM": ARM, "ACTARMCD": "A130", "ACTARM": ARM, "AGEU": "YEARS", "RFSTDTC": DAY}
    rows = [
        {"USUBJID": f"S{n}", "SUBJID": f"S{n}", "SEX": sex, "AGE": age, "SITEID": site} | arm
        for n, (sex, age, site) in enumerate(zip(sexes, ages, sites, strict=True), 1)
    ]
    return pandas.DataFrame(rows)


def infusions() -> pandas.DataFrame:
    """Three a subject; S1 in mg, of a body surface that is delivered as text."""
    dose = {"EXTRT": "L-ANNAMYCIN", "EXDOSFRQ": "ONCE", "EXROUTE": "INTRAVENOUS"}
    return records(
        "EX",
        *[
            {"USUBJID": f"S{n}", "EXDOSE": "156" if n == 1 else "130", "EXDOSU": "mg" if n == 1 else "mg/m2"}
            | dose
            | {"EXSTDTC": f"2007-03-0{day}", "EXENDTC": f"2007-03-0{day}"}
            for n in range(1, 6)
            for day in (5, 6, 7)
        ],
    )


def events() -> pandas.DataFrame:
    rows = [
        {"AEREL": "None", "AEENDTC": "None", "AESTDTC": "2007-03-15"},
        {"AEREL": "RELATED", "AEENDTC": "2007-03-20", "AESTDTC": "2007-03-15"},
        {"AEREL": "NONE", "AEENDTC": "2007-03-20", "AESTDTC": "2007-03-15"},
        {"AEREL": "NONE", "AEENDTC": "", "AESTDTC": ""},
    ]
    same = {"AETERM": "Nausea", "AEDECOD": "Nausea", "AETOXGR": "3", "AESER": "N"}
    return records("AE", *[{"USUBJID": f"S{n}"} | same | row for n, row in enumerate(rows, 1)])


def supplemental() -> pandas.DataFrame:
    values = [
        *[(f"S{n}", "AEDLT", value) for n, value in enumerate(("1", "0", "TRUE", "No"), 1)],
        *[(f"S{n}", "AESDTH", value) for n, value in ((1, "1"), (2, "0"), (3, "perhaps"))],
        ("S4", "AETRTEM", "Y"),
    ]
    rows = [
        {"RDOMAIN": "AE", "USUBJID": s, "IDVAR": "AESEQ", "IDVARVAL": s[1], "QNAM": name, "QLABEL": name, "QVAL": value}
        for s, name, value in values
    ]
    rows[-1]["RDOMAIN"] = "QX"
    return pandas.DataFrame(rows)


def delivery() -> Delivery:
    occurred = [("S1", "0"), ("S2", "Not performed"), ("S3", "TRUE"), ("S4", "perhaps")]
    lvef = [
        result("CV", f"S{n}", "LVEF", text, "%", day, CVMETHOD="ECHOCARDIOGRAPHY", CVBLFL=flag)
        for n, yes in ((1, "1"), (2, "true"), (3, "X"), (4, "Yes"))
        for text, day, flag in (("70", "2007-03-01", ""), ("60", DAY, yes), ("50", "2007-05-01", ""))
    ]
    qtc = [("S1", "0.51"), ("S1", "5_10"), *[("S2", v) for v in ("420", "420", "430")], *[("S3", "440")] * 2]
    counts = [("S1", "60 %"), ("S2", "15"), ("S2", "15"), ("S3", "15"), ("S3", "16")]
    samples = ["10", "10", "<1", "1_0"]
    lb = records("LB", *[result("LB", s, "PLAT", text, "10^9/L", "2007-03-20") for s, text in counts])
    lb.loc[4, "LBSEQ"] = lb.loc[3, "LBSEQ"]
    sdtm = {
        "dm": subjects(SEXES, AGES, SITES),
        "ex": infusions(),
        "ae": events(),
        "suppae": supplemental(),
        "pr": records("PR", *[{"USUBJID": s, "PROCCUR": word} | TRANSPLANT for s, word in occurred]),
        "cv": records("CV", *lvef),
        "eg": records("EG", *[result("EG", s, "QTCF", text, "ms", "2007-03-21") for s, text in qtc]),
        "lb": lb,
        "pc": records("PC", *[result("PC", "S2", "ANNAMYC", text, "ng/mL", f"{DAY}T12:00") for text in samples]),
        "vs": records("VS", result("VS", "S1", "BSA", "1.2", "m2", "2007-03-01")),
        "ds": records("DS", *[{"USUBJID": f"S{n}", "DSDECOD": "ENROLLED", "DSSTDTC": DAY} for n in range(1, 6)]),
    }
    adtte = [{"USUBJID": f"S{n}", "PARAMCD": "OS", "CNSR": censored} for n, censored in ((1, "0"), (2, "1"), (5, "0"))]
    adpp = [{"USUBJID": "S1", "PARAMCD": "CMAX", "AVAL": "100"}]
    made = Delivery.of(sdtm)
    return Delivery(made.datasets, {"adtte": pandas.DataFrame(adtte), "adpp": pandas.DataFrame(adpp)})


@pytest.fixture(scope="module")
def view(trial, tmp_path_factory):
    return View(open_cut(build_cut(delivery(), trial, date(2007, 11, 30), tmp_path_factory.mktemp("otherwise"))))


def by_subject(view: View, table: str, column: str) -> dict:
    rows = view.cut.table(table)
    return {
        subject: None if pandas.isna(value) else value
        for subject, value in zip(rows.USUBJID, rows[column], strict=True)
    }


def found(view: View, check: str) -> dict[str, str]:
    """Dataset → examples of the findings of one check."""
    rows = view.cut.table("ingest.finding").query("CHECKID == @check")
    return rows.set_index("DATASET")["EXAMPLES"].to_dict()


def test_supplemental_verdicts_and_criteria_are_read_in_any_code(view):
    assert by_subject(view, "adae", "DLTFL") == {"S1": "Y", "S2": "N", "S3": "Y", "S4": "N"}
    assert by_subject(view, "adae", "ATOXGR") == {"S1": 5, "S2": 3, "S3": 3, "S4": 3}
    assert found(view, "dlt_verdict_not_read") == {}
    assert found(view, "code_not_read")["SUPPAE"] == "S3 AESEQ 3: perhaps"


def test_none_is_missing_where_its_dataset_writes_it_for_a_date(view):
    assert by_subject(view, "adae", "RELFL") == {"S1": None, "S2": "Y", "S3": "N", "S4": "N"}
    assert "S1 AESEQ 1: None" in found(view, "text_na")["AE"]


def test_a_treatment_that_was_not_given_is_told_in_any_word(view):
    gone = by_subject(view, "addl", "GONECD")
    assert [gone[s] for s in ("S1", "S2")] == [None, None] and gone["S3"] == gone["S4"] == "TRANSPLANT"
    assert found(view, "code_not_read")["PR"] == "S4 PRSEQ 4: perhaps"


def test_baseline_flags_are_read_in_any_code(view):
    base = view.cut.table("adcv").query("ABLFL == 'Y'").set_index("USUBJID")["AVAL"].to_dict()
    assert base == {"S1": 60, "S2": 60, "S3": 70, "S4": 60}
    assert found(view, "code_not_read")["CV"] == "S3 CVSEQ 8: X"


def test_sex_and_age_are_read_or_unknown(view):
    assert by_subject(view, "adsl", "SEX") == {"S1": "F", "S2": "M", "S3": "1", "S4": None, "S5": "U"}
    assert found(view, "sex_not_read") == {"DM": "S3: 1; S4: blank"}
    assert by_subject(view, "adsl", "AGE") == {"S1": 10, "S2": None, "S3": 12, "S4": None, "S5": 13}
    assert found(view, "age_outside_bands")["DM"] == "S2: -1.0 years; S4: 999.0 years"
    assert "median age 12 years (10 to 13)" in baseline(view).finding


def test_a_subject_without_a_site_is_at_no_open_site(view):
    made = accrual_by_site(view)
    assert made.finding.startswith(
        "2 of 10 open sites have enrolled 3 subjects; most at Phoenix Children's Hospital (2)"
    )
    assert (
        "The site of 2 subjects is not known." in made.finding
        and "2 of 10 sites, 2 of them at a site not given" in made.population
    )
    assert made.table.set_index("SITENAM")["STATE"]["Site not given"] == "not known"


def test_results_as_text_are_numbers_or_are_told(view):
    assert by_subject(view, "adex", "DOSE")["S1"] == pytest.approx(130)
    assert view.cut.table("adpc")["AVAL"].dropna().tolist() == [10]
    told = found(view, "result_without_number")
    assert told == {"EG": "S1 EGSEQ 2: 5_10", "LB": "S1 LBSEQ 1: 60 %", "PC": "S2 PCSEQ 4: 1_0"}
    assert found(view, "ecg_doubtful") == {"EG": "S1 EGSEQ 1: 0.51 ms"}
    reasons = heart_left_out(view).table.query("SUBJID == 'S1' and PARAM == 'QTcF'").set_index("AVALC")["REASON"]
    assert reasons["0.51"].startswith("impossible value") and reasons["5_10"] == "result without a readable number"
    assert pandas.isna(view.cut.table("adlb").query("AVALC == '60 %'")["AVAL"].item())
    assert by_subject(view, "addl", "PENDCD")["S1"] is None and by_subject(view, "addl", "DLTSTAT")["S1"] == "DLT"


def test_repeated_measurements_count_once_and_replicates_stay(view):
    tracings = view.cut.table("adeg").set_index("USUBJID")
    assert tracings["NREP"].to_dict() == {"S2": 3, "S3": 1} and tracings["AVAL"]["S2"] == pytest.approx(1270 / 3)
    assert len(view.cut.table("adlb").query("USUBJID == 'S2'")) == 1
    assert set(found(view, "record_repeated")) == {"EG", "LB", "PC"}
    assert found(view, "duplicate_key") == {"LB": "S3 LBSEQ 4: 2 records"}
    assert sorted(view.cut.table("adlb").query("USUBJID == 'S3'")["AVAL"]) == [15, 16]


def test_an_event_without_a_day_and_a_value_of_no_domain_are_told(view):
    assert found(view, "event_undated") == {"AE": "S4 AESEQ 4: Nausea, grade 3"}
    assert found(view, "supplemental_without_parent")["SUPPQX"] == "S4 AESEQ 4: Y"


def test_analysis_datasets_that_no_display_uses_are_said_to_be_unused(view):
    assert set(found(view, "not_used")) == {"ADAM.ADTTE"}
    assert found(view, "adam_death_not_told") == {"ADAM.ADTTE": "S5"}
    status = delivered_domains(view).table.set_index("DATASET")["STATUS"]
    assert status["ADTTE"] == "delivered, not used" and status["AE"] == "delivered"


# --- without a cut -----------------------------------------------------------------------------------


def test_a_variable_without_any_value_is_told_or_stops_the_load():
    rows = {"USUBJID": ["S1"], "LBTESTCD": ["PLAT"], "LBDTC": [DAY], "LBSTRESN": [None], "LBSTRESC": ["nan"]}
    frame = pandas.DataFrame(rows | {"LBORRES": ["."], "LBORRESU": ["10^9/L"]})
    told = [f for f in lacking({"lb": table_of(frame)}) if f.check == "variable_empty"]
    assert [(f.dataset, f.count, f.examples) for f in told] == [("LB", 1, "LBSTRESN, LBSTRESC, LBORRES")]
    assert not [f for f in lacking({"lb": table_of(frame.assign(LBORRES="5"))}) if f.check == "variable_empty"]
    with pytest.raises(IngestError, match="EX has no value in EXSTDTC: no infusion has a date"):
        lacking({"ex": table_of(pandas.DataFrame({"USUBJID": ["S1"], "EXSTDTC": [""]}))})


@pytest.mark.parametrize("written", ["VISIT.1", "VISIT_", "VISIT?", "VISI"])
def test_a_name_with_a_sign_or_a_number_is_told_as_likely(written):
    told = {f.check: f.what for f in lacking_in("LB", {"USUBJID", "LBTESTCD", written}) if "VISIT" in f.examples}
    assert f"{written}, which was delivered, may be it" in told["variable_misnamed"]


def test_a_name_without_the_letters_of_its_domain_is_told_as_likely():
    told = {f.check: f.what for f in lacking_in("DS", {"USUBJID", "DECOD", "DSTERM", "DSCAT", "DSSTDTC"})}
    assert told == {"variable_misnamed": "DS has no DSDECOD; DECOD, which was delivered, may be it."}


def test_blanks_of_other_kinds_are_no_part_of_a_value(tmp_path):
    (tmp_path / "ae.csv").write_text("USUBJID,AETERM\nS1\t,\xa0Nausea \n", encoding="utf-8")
    assert frame_of(read_file(tmp_path / "ae.csv", "ae.csv").table).to_dict("records") == [
        {"USUBJID": "S1", "AETERM": "Nausea"}
    ]


def test_times_of_a_parquet_file_keep_their_offset(tmp_path):
    utc = pandas.Series([datetime(2007, 3, 5, 17, tzinfo=UTC), None])
    frame = pandas.DataFrame({"USUBJID": ["S1", "S2"], "EXSTDTC": utc, "EXENDTC": utc.dt.tz_convert("America/Phoenix")})
    frame.assign(EXDTC=pandas.Timestamp(2007, 3, 5)).to_parquet(tmp_path / "ex.parquet")
    read = frame_of(read_file(tmp_path / "ex.parquet", "ex.parquet").table)
    assert read["EXSTDTC"][0] == "2007-03-05T17:00:00+00:00" and read["EXENDTC"][0] == "2007-03-05T10:00:00-07:00"
    assert read["EXDTC"].tolist() == [DAY] * 2 and read["EXSTDTC"].isna().tolist() == [False, True]
