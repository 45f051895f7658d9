"""The sponsor's analysis data sets without SDTM: loaded as far as they carry, and what they do not carry is unknown."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas
import pytest
from building import building
from conftest import opened_as_on_a_server
from raw import ROOT, raw
from shared import SHARED

from displays.catalogue import PAGES
from displays.data.delivered import delivered_domains
from displays.rule.now import rule_now
from ingest.build import build_cut
from ingest.collect import collect
from ingest.delivery import Delivery, IngestError
from queries import View, open_cut
from trial import Trial

PILOT = SHARED / "data" / "cdisc_pilot"
CUT = date(2008, 2, 29)
SAS = pandas.Timestamp(1960, 1, 1)


# The CDISC pilot: its SDTM, its ADaM alone, and what it delivered must agree


@pytest.fixture(scope="module")
def pilot(tmp_path_factory):
    if not PILOT.is_dir():
        pytest.skip(f"the CDISC pilot files are not there ({PILOT})")
    folders = {"alone": PILOT / "adam", "sdtm": PILOT / "sdtm"}
    return {
        name: opened_as_on_a_server(
            build_cut(collect(folder), Trial.none(), date(2015, 3, 31), tmp_path_factory.mktemp(f"pilot_{name}"))
        )
        for name, folder in folders.items()
    }


@pytest.fixture(scope="module")
def theirs(pilot) -> dict[str, pandas.DataFrame]:
    return raw(PILOT / "adam")


@pytest.mark.parametrize("source", ["alone", "sdtm"])
def test_subjects_of_the_pilot_agree_with_its_adsl(pilot, theirs, source):
    adsl, given = pilot[source].table("adsl"), theirs["adsl"]
    treated = adsl[adsl["SAFFL"] == "Y"]
    assert treated.groupby("TRTA").size().to_dict() == given.groupby("TRT01A").size().to_dict()
    assert set(adsl.loc[adsl["DTHFL"] == "Y", "USUBJID"]) == set(given.loc[given["DTHFL"] == "Y", "USUBJID"])
    both = given.merge(treated, on="USUBJID", suffixes=("_a", ""))
    assert len(both) == len(treated) == 254
    for ours, its in (("AGE", "AGE_a"), ("SEX", "SEX_a"), ("RACE", "RACE_a"), ("DCSREAS", "DCDECOD")):
        assert both[ours].tolist() == both[its].tolist(), ours
    for name in ("TRTSDT", "TRTEDT"):
        days = (both[name].astype("datetime64[s]") - SAS).dt.days.astype("float64")
        assert days.equals(both[f"{name}_a"].astype("float64").rename(name)), name


@pytest.mark.parametrize("source", ["alone", "sdtm"])
def test_events_of_the_pilot_agree_with_its_adae(pilot, theirs, source):
    adae, given = pilot[source].table("adae"), theirs["adae"]
    for columns in (["AEDECOD", "AESEV"], ["TRTEMFL"], ["AESER"]):
        assert adae.groupby(columns).size().to_dict() == given.groupby(columns).size().to_dict(), columns
    emergent, their_emergent = adae[adae["TRTEMFL"] == "Y"], given[given["TRTEMFL"] == "Y"]
    group = pilot[source].table("adsl").set_index("USUBJID")["TRTA"]
    assert (
        emergent.groupby(emergent["USUBJID"].map(group))["USUBJID"].agg(["size", "nunique"]).to_dict()
        == their_emergent.groupby("TRTA")["USUBJID"].agg(["size", "nunique"]).to_dict()
    )


def test_the_pilots_sdtm_and_adam_alone_agree_in_each_event(pilot):
    columns = ["USUBJID", "AESEQ", "AEDECOD", "AESEV", "AESER", "AESERC", "RELFL", "AEOUT", "TRTEMFL"]
    one, two = (pilot[name].table("adae")[columns].sort_values(columns[:2]) for name in ("alone", "sdtm"))
    pandas.testing.assert_frame_equal(one.reset_index(drop=True), two.reset_index(drop=True))


def test_the_data_page_says_what_was_read_from_adam_and_what_sdtm_would_add(pilot):
    shown = delivered_domains(View(pilot["alone"]))
    assert "read from ADaM as far as that carries: AE (ADAE) and DM, DS and EX (ADSL)" in shown.finding
    assert "3 datasets received, 1,699 records" in shown.finding
    table = shown.table.set_index("DATASET")
    assert table.loc["AE", "STATUS"] == "read from ADAE" and table.loc["LB", "STATUS"] == "not delivered"
    assert "SDTM would add each infusion with its dose" in table.loc["EX", "USEDFOR"]
    found = pilot["alone"].table("ingest.finding").query("CHECKID == 'read_from_adam'").set_index("DATASET")
    assert set(found.index) == {"DM", "EX", "DS", "AE"} and set(found["WEIGHT"]) == {"decision"}
    assert "AETOXGR" in found.EXAMPLES["AE"]
    assert "read_from_adam" not in set(pilot["sdtm"].table("ingest.finding")["CHECKID"])


# The sample trial, its analysis tables written as a sponsor's ADaM


def days(dates: pandas.Series) -> pandas.Series:
    return (dates.astype("datetime64[s]") - SAS).dt.days.astype("float64")


def seconds(moments: pandas.Series) -> pandas.Series:
    return (moments.astype("datetime64[s]") - SAS).dt.total_seconds()


def adam_of(full) -> dict[str, pandas.DataFrame]:
    s, e, lab = full.table("adsl"), full.table("adae"), full.table("adlb").query("DTYPE.isna()")
    r, g = full.table("adrs").query("PARAMCD == 'OVRLRESP'"), full.table("adeg").query("PARAMCD in ('QT', 'HR')")
    ended = {"ONGOING": "ONGOING", "OFF STUDY": "DISCONTINUED", "DIED": "DISCONTINUED"}
    frames = {
        "adsl": s[["STUDYID", "USUBJID", "SUBJID", "SITEID", "AGE", "SEX", "RACE", "ARM", "SAFFL", "DTHFL", "COHORT"]]
        .assign(TRT01P=s["TRTA"], TRT01A=s["TRTA"], TRTSDT=days(s["TRTSDT"]), TRTEDT=days(s["TRTEDT"]))
        .assign(DTHDT=days(s["DTHDT"]), EOSSTT=s["EOSSTT"].map(ended), DCSREAS=s["DCSREAS"], EOSDT=days(s["EOSDT"]))
        .assign(DCTREAS=s["EOTREAS"], EOTDT=days(s["EOTDT"])),
        "adae": e[["USUBJID", "AESEQ", "AETERM", "AEDECOD", "AEBODSYS", "AESER", "AEREL", "AEACN", "AEOUT", "DLTFL"]]
        .assign(ASTDT=days(e["ASTDT"]), AENDT=days(e["AENDT"]), ASTDTF=e["ASTDTF"], TRTEMFL=e["TRTEMFL"])
        .assign(ATOXGR=e["ATOXGR"].astype("Int64").astype("str").replace("<NA>", "")),
        "adlb": lab[["USUBJID", "PARAMCD", "AVAL", "AVALC", "ANRLO", "ANRHI", "ABLFL", "LBSPEC"]]
        .assign(PARAM=lab["PARAM"] + " (" + lab["AVALU"].fillna("") + ")", ADT=days(lab["ADT"]))
        .assign(AVISIT=lab["AVISIT"], AVISITN=lab["VISITNUM"], ASEQ=range(len(lab))),
        "adrs": r[["USUBJID", "PARAM", "AVALC", "RSEVAL"]].assign(PARAMCD="OVR", ADT=days(r["ADT"]), AVISIT=r["VISIT"]),
        "adeg": g[["USUBJID", "PARAMCD", "PARAM", "AVAL", "AVALU", "ABLFL", "AVISIT", "ATPT"]].assign(
            ADT=days(g["ADT"]), ADTM=seconds(g["ADTM"])
        ),
    }
    return frames


@pytest.fixture(scope="module")
def full(trial):
    return building(collect(ROOT / "sample_data" / "cuts" / "2008-02-29"), trial, CUT)


@pytest.fixture(scope="module")
def alone(full, trial):
    return building(Delivery({}, adam_of(full)), trial, CUT)


def test_subjects_events_results_and_responses_are_those_of_the_trial(full, alone):
    keys = ["USUBJID", "SITEID", "TRTA", "TRTSDT", "TRTEDT", "EOTDT", "EOTREAS", "EOSDT", "DCSREAS", "EOSSTT", "DTHDT"]
    pandas.testing.assert_frame_equal(alone.table("adsl")[keys], full.table("adsl")[keys])
    event = [
        "USUBJID",
        "AESEQ",
        "AEDECOD",
        "ASTDT",
        "ASTDTF",
        "AENDT",
        "ATOXGR",
        "RELFL",
        "TRTEMFL",
        "DLTFL",
        "DLTPLACE",
    ]
    pandas.testing.assert_frame_equal(alone.table("adae")[event], full.table("adae")[event])
    for table in ("adlb", "adeg"):
        counts = [cut.table(table).groupby("PARAMCD")["AVAL"].agg(["size", "count"]) for cut in (alone, full)]
        assert counts[0].equals(counts[1]), table
    graded = [cut.table("adlb").groupby(["PARAMCD", "ATOXGRL"]).size() for cut in (alone, full)]
    assert graded[0].equals(graded[1])
    best = [
        cut.table("adrs").query("PARAMCD == 'BOR'").set_index("USUBJID")["AVALC"].sort_index() for cut in (alone, full)
    ]
    assert best[0].equals(best[1])


def test_infusions_and_doses_are_unknown_and_so_is_who_is_evaluable(full, alone):
    adsl = alone.table("adsl").query("SAFFL == 'Y'")
    assert adsl[["CUMDOSE", "NDOSE"]].isna().all().all() and len(adsl) == 35
    assert adsl.loc[adsl["TRTEDT"] - adsl["TRTSDT"] > pandas.Timedelta(days=7), "NCOURSE"].isna().all()
    status = alone.table("addl").set_index("USUBJID")
    had = full.table("addl").set_index("USUBJID")["DLTSTAT"] == "DLT"
    assert (status.loc[had, "DLTSTAT"] == "DLT").all() and "No DLT" not in set(status["DLTSTAT"])
    pending = status[status["DLTSTAT"] == "Pending"]
    assert pending["PENDCD"].str.split(";").map(lambda codes: "DOSE" in codes).mean() > 0.9
    assert (status["DOSECD"] == "UNKNOWN").all()
    assert "pending" in rule_now(View(alone)).finding and "not known" in rule_now(View(alone)).finding


def test_no_display_fails_on_adam_alone(alone):
    view = View(alone)
    for page in PAGES:
        for entry in (entry for section in page.sections for entry in section.displays):
            if page.key not in ("subjects", "methods"):
                assert entry.function(view).finding, entry.function.__name__


def small(**columns) -> pandas.DataFrame:
    subject = {"STUDYID": "S", "USUBJID": ["S-1", "S-2"], "SITEID": "1", "AGE": ["7", "9"], "TRT01A": "One"}
    return pandas.DataFrame(subject | {"TRT01P": "One", "SAFFL": "Y"} | columns)


def built(adsl: pandas.DataFrame, sdtm: dict | None = None, **adam):
    frames = {"adsl": adsl} | adam
    return building(Delivery(sdtm or {}, frames), Trial.none(), date(2007, 11, 30))


@pytest.mark.parametrize(
    "starts",
    [
        ["2007-03-05", "2007-03-06"],
        ["05MAR2007", "06MAR2007"],
        ["17230", "17231"],
        [17230.0, 17231.0],
        [17230 * 86400.0, 17231 * 86400.0],
        [date(2007, 3, 5), date(2007, 3, 6)],
    ],
)
def test_days_are_read_however_they_are_written(starts):
    name = "TRTSDTM" if isinstance(starts[0], float) and starts[0] > 1e6 else "TRTSDT"
    adsl = built(small(**{name: starts})).table("adsl")
    assert [str(day)[:10] for day in adsl["TRTSDT"]] == ["2007-03-05", "2007-03-06"]


def test_what_adsl_leaves_blank_is_unknown():
    cut = built(small(TRTSDT=["2007-03-05", ""], EOSSTT=["", "ONGOING"], TRTEDT=["", ""]))
    adsl = cut.table("adsl").set_index("USUBJID")
    assert adsl["TRTEDT"].isna().all() and adsl.EOSSTT.tolist()[1] == "ONGOING" and pandas.isna(adsl.EOSSTT["S-1"])
    assert adsl[["NCOURSE", "NDOSE", "CUMDOSE"]].isna().all().all() and pandas.isna(adsl.TRTSDT["S-2"])


def test_an_imputed_part_of_a_date_is_not_read():
    adae = pandas.DataFrame(
        {"USUBJID": "S-1", "AESEQ": [1, 2, 3, 4], "AEDECOD": "Nausea", "ATOXGR": "3", "ASTDTF": ["", "D", "M", "Y"]}
    ).assign(ASTDT=[17230.0, 17228.0, 17167.0, 17167.0])
    made = built(small(TRTSDT="2007-03-05"), adae=adae)
    assert made.table("source.ae")["AESTDTC"].fillna("").tolist() == ["2007-03-05", "2007-03", "2007", ""]


def test_derived_records_of_the_analysis_are_left_out_and_counted():
    adlb = pandas.DataFrame({"USUBJID": "S-1", "PARAMCD": "HGB", "PARAM": "Haemoglobin (g/L)", "AVAL": [101.0] * 4})
    adlb = adlb.assign(LBSEQ=[1, 1, 2, None], ADT=17230.0, AVISIT=["Day 1", "End", "Day 2", "Mean"])
    cut = built(small(TRTSDT="2007-03-05"), adlb=adlb.assign(DTYPE=["", "", "", "AVERAGE"]))
    assert cut.table("adlb")[["PARAM", "AVALU"]].values.tolist() == [["Haemoglobin", "g/L"]] * 2
    found = cut.table("ingest.finding").set_index("CHECKID")
    assert found.NRECS["adam_derived"] == 2


def test_a_domain_that_came_is_never_read_from_adam():
    ae = pandas.DataFrame({"USUBJID": ["S-1"], "AESEQ": [1], "AETERM": "Rash", "AESTDTC": "2007-03-06"})
    adae = pandas.DataFrame({"USUBJID": ["S-1"] * 2, "AESEQ": [1, 2], "AEDECOD": "Rash", "ASTDT": 17231.0})
    assert len(built(small(TRTSDT="2007-03-05"), {"ae": ae}, adae=adae).table("adae")) == 1
    assert len(built(small(TRTSDT="2007-03-05"), {"ae": ae[:0]}, adae=adae).table("adae")) == 0
    assert len(built(small(TRTSDT="2007-03-05"), adae=adae).table("adae")) == 2


def test_a_verdict_under_the_trials_own_name_and_the_cohort_are_read(trial):
    adsl = small(TRTSDT="2007-03-05").assign(COHORT="EXPANSION", TRT01A="130 mg/m²/day", TRT01P="130 mg/m²/day")
    adae = pandas.DataFrame({"USUBJID": ["S-1"], "AESEQ": [4.0], "AEDECOD": "Rash", "ASTDT": 17231.0, "AEDLT": "Y"})
    made = building(Delivery({}, {"adsl": adsl, "adae": adae}), trial, date(2007, 11, 30))
    assert made.table("adsl")["COHORT"].tolist() == ["EXPANSION"] * 2
    assert made.table("adae")["DLTFL"].tolist() == ["Y"]
    assert made.table("addl").set_index("USUBJID")["DLTSTAT"].to_dict() == {"S-1": "DLT", "S-2": "Pending"}


def csv(folder: Path, **frames) -> Path:
    for name, frame in frames.items():
        frame.to_csv(folder / f"{name}.csv", index=False)
    return folder


ADAE = pandas.DataFrame({"USUBJID": ["S-1"], "AESEQ": ["1"], "AEDECOD": "Rash", "ASTDT": "2007-03-06", "TRTA": "One"})


def test_without_adsl_the_load_is_refused(tmp_path):
    with pytest.raises(IngestError, match="neither DM nor ADSL.*ADSL is needed"):
        collect(csv(tmp_path, adae=ADAE))


@pytest.mark.parametrize(
    ("adsl", "adae", "says"),
    [
        (small(), ADAE, "No EX came, and ADSL has no TRTSDTM or TRTSDT: nobody's first infusion is known"),
        (small(TRTSDT="2007-03-05"), ADAE.drop(columns="ASTDT"), "ADAE has no AESTDTC or ASTDTM or ASTDT"),
        (small(TRTSDT="2007-03-05"), ADAE.drop(columns="USUBJID"), "ADAE has no column USUBJID"),
        (small(TRTSDT="05/03/2007"), ADAE, "05/03/2007 is 5 March or 3 May"),
        (small(TRTSDT="2007-03-05", USUBJID="S-1"), ADAE, "holds a subject more than once"),
    ],
)
def test_what_a_decision_would_rest_on_is_asked_for_in_one_sentence(tmp_path, adsl, adae, says):
    delivery = collect(csv(tmp_path, adsl=adsl, adae=adae))
    with pytest.raises(IngestError) as stopped:
        build_cut(delivery, Trial.none(), date(2007, 11, 30), tmp_path / "cuts")
    text = str(stopped.value)
    assert says in text and "\n" not in text and not list(tmp_path.glob("cuts/*"))


def test_events_of_the_analysis_that_could_not_be_read_stop_the_load(tmp_path):
    folder = csv(tmp_path, adsl=small(TRTSDT="2007-03-05"))
    (folder / "adae.xpt").write_bytes(b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!")
    with pytest.raises(IngestError, match="adae.xpt"):
        collect(folder)


def test_laboratory_values_of_the_analysis_that_could_not_be_read_are_named(tmp_path):
    folder = csv(tmp_path, adsl=small(TRTSDT="2007-03-05"))
    (folder / "adlb.xpt").write_bytes(b"x")
    cut = open_cut(build_cut(collect(folder), Trial.none(), date(2007, 11, 30), tmp_path / "cuts"))
    assert cut.unread == {"lb": ("adlb.xpt",)}
    table = delivered_domains(View(cut)).table.set_index("DATASET")
    assert table.loc["LB", "STATUS"] == "delivered, could not be read"
