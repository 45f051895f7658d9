"""A delivery that holds less than the previous cut says so: by dataset, site and subject, and nothing else does."""

from __future__ import annotations

from datetime import date

import duckdb
import pandas
import pytest
from raw import sample

from displays.data.findings import ingest_findings
from ingest.build import build_cut
from ingest.delivery import Delivery
from queries import View, open_cut
from trial import Trial

FIRST, SECOND, THIRD = date(2007, 8, 31), date(2007, 11, 30), date(2008, 2, 29)
CHECKS = ["subject_gone", "fewer_records", "previous_not_compared"]


def subjects(*numbers: int, study: str = "S") -> pandas.DataFrame:
    return pandas.DataFrame(
        [dict(STUDYID=study, USUBJID=f"S-{n}", SITEID=f"10{n}", AGE=7.0, ARM="One", ARMCD="1") for n in numbers]
    )


def records(dataset: str, **counts: int) -> pandas.DataFrame:
    """So many records of each subject: S1=3."""
    rows = [(f"S-{key[1:]}", seq) for key, number in counts.items() for seq in range(1, number + 1)]
    return pandas.DataFrame(rows, columns=["USUBJID", f"{dataset}SEQ"]).assign(STUDYID="S")


@pytest.fixture
def load(tmp_path):
    """load(day, **datasets): the findings against the earlier cuts of one folder, by dataset and check."""

    def loaded(day: date, folder: str = "cuts", **datasets) -> dict:
        delivery = Delivery.of(datasets)
        cut = open_cut(build_cut(delivery, Trial.none(), day, tmp_path / folder))
        rows = cut.table("ingest.finding").query("CHECKID in @CHECKS")
        return {(row.DATASET, row.CHECKID): row for row in rows.itertuples()}

    return loaded


def test_records_and_subjects_that_are_gone_are_counted_by_site_and_subject(load):
    first = load(FIRST, dm=subjects(1, 2, 3), ae=records("AE", S1=4, S2=2, S3=1), vs=records("VS", S1=2))
    assert first == {}
    found = load(SECOND, dm=subjects(1, 2), ae=records("AE", S1=2, S2=5), vs=records("VS", S1=1))
    assert set(found) == {("DM", "subject_gone"), ("AE", "fewer_records"), ("VS", "fewer_records")}
    gone, fewer = found["DM", "subject_gone"], found["AE", "fewer_records"]
    assert (gone.NRECS, gone.WEIGHT, gone.EXAMPLES) == (1, "decision", "S-3: 1 → 0")
    assert gone.WHAT == "Subjects of the previous cut (31 Aug 2007) are no longer in DM: 1 of 3; by site: 103 (1)."
    assert (fewer.NRECS, fewer.WEIGHT, fewer.EXAMPLES) == (3, "decision", "S-1: 4 → 2; S-3: 1 → 0")
    assert fewer.WHAT == (
        "Records of 2 subjects of the previous cut (31 Aug 2007) are no longer delivered (1 has none left): "
        "7 records in all then, 7 now; by site: 101 (2), 103 (1)."
    )
    assert found["VS", "fewer_records"].WEIGHT == "number"


def test_other_keys_with_as_many_records_are_no_loss(load):
    load(FIRST, dm=subjects(1), ae=records("AE", S1=2))
    again = records("AE", S1=2).assign(AESEQ=[11, 12])
    assert load(SECOND, dm=subjects(1), ae=again) == {}


def test_a_dataset_that_did_not_come_again_has_lost_its_records(load):
    load(FIRST, dm=subjects(1), cv=records("CV", S1=3), ts=pandas.DataFrame({"TSPARMCD": ["A", "B"]}))
    found = load(SECOND, dm=subjects(1), ts=pandas.DataFrame({"TSPARMCD": ["A"]}))
    assert found["CV", "fewer_records"].NRECS == 3 and found["CV", "fewer_records"].WEIGHT == "decision"
    summary = found["TS", "fewer_records"]
    assert (summary.NRECS, summary.EXAMPLES) == (1, "no subject: 2 → 1") and "site" not in summary.WHAT


def test_qualifiers_are_compared_by_the_domain_that_they_belong_to(load):
    supp = pandas.DataFrame({"RDOMAIN": ["AE", "AE", "DM"], "USUBJID": "S-1", "QNAM": ["A", "B", "C"], "QVAL": "Y"})
    load(FIRST, dm=subjects(1), suppqual=supp)
    assert load(SECOND, dm=subjects(1), suppae=supp[:2], suppdm=supp[2:]) == {}
    assert load(THIRD, dm=subjects(1), suppae=supp[:1], suppdm=supp[2:])["SUPPAE", "fewer_records"].WEIGHT == "decision"


def test_the_latest_earlier_cut_is_the_previous_one_and_no_later_one(load):
    load(THIRD, dm=subjects(1, 2, 3))
    load(FIRST, dm=subjects(1, 2))
    assert load(SECOND, dm=subjects(1, 2)) == {}


def test_cuts_of_another_study_or_version_are_named_and_the_one_before_is_compared(load, tmp_path):
    load(FIRST, dm=subjects(1, 2))
    load(date(2007, 9, 30), dm=subjects(7, study="OTHER"))
    old = build_cut({"dm": subjects(1)}, Trial.none(), date(2007, 10, 31), tmp_path / "cuts")
    old.chmod(0o644)
    with duckdb.connect(str(old)) as connection:
        connection.execute("update trial.cut set SCHEMAVER = 1")
    cut = open_cut(build_cut({"dm": subjects(1)}, Trial.none(), SECOND, tmp_path / "cuts"))
    rows = cut.table("ingest.finding").query("CHECKID in @CHECKS").set_index("EXAMPLES")
    assert "another study" in rows.loc["cut_2007-09-30.duckdb", "WHAT"]
    assert "another version" in rows.loc["cut_2007-10-31.duckdb", "WHAT"]
    assert rows.loc["S-2: 1 → 0", "CHECKID"] == "subject_gone"
    assert "31 Aug 2007" in cut.table("ingest.setting").set_index("NAME").loc["Previous cut", "SETTING"]


@pytest.mark.parametrize("content", [b"", b"no data cut", b"\0" * 40_000])
def test_a_previous_cut_that_cannot_be_opened_is_a_finding_and_no_stop(load, tmp_path, content):
    (tmp_path / "cuts").mkdir()
    (tmp_path / "cuts" / "cut_2007-08-31.duckdb").write_bytes(content)
    found = load(SECOND, dm=subjects(1))
    row = found["", "previous_not_compared"]
    assert (row.EXAMPLES, row.WEIGHT, row.SEVERITY) == ("cut_2007-08-31.duckdb", "number", "note")


def test_a_cut_of_half_a_file_is_no_stop(load, tmp_path):
    load(FIRST, dm=subjects(1, 2), ae=records("AE", S1=500))
    whole = tmp_path / "cuts" / "cut_2007-08-31.duckdb"
    content = whole.read_bytes()
    whole.unlink()
    whole.write_bytes(content[: len(content) // 2])
    assert set(load(SECOND, dm=subjects(1))) == {("", "previous_not_compared")}


def test_of_the_sample_trial_the_records_that_its_story_withdraws_are_found_and_no_others(sample_cuts):
    """sample_data/README.md, withdrawn: an AE of 105-001 with its adjudication, a platelet count of 104-001."""
    found = {
        (day, row.DATASET, row.NRECS, row.EXAMPLES, row.WEIGHT)
        for day, cut in sample_cuts.items()
        for row in cut.table("ingest.finding").query("CHECKID in @CHECKS").itertuples()
    }
    assert found == {
        (SECOND, "AE", 1, "NCT00430443-105-001: 10 → 9", "decision"),
        (SECOND, "SUPPAE", 1, "NCT00430443-105-001: 5 → 4", "decision"),
        (THIRD, "LB", 1, "NCT00430443-104-001: 466 → 465", "decision"),
    }
    for day, cut in sample_cuts.items():
        said = cut.table("ingest.setting").set_index("NAME").loc["Previous cut", "SETTING"]
        assert said.startswith("none" if day == FIRST else "3")  # 31 August, 30 November


def test_a_site_that_was_left_out_of_the_sample_is_found(tmp_path, trial):
    build_cut(sample("2007-11-30"), trial, SECOND, tmp_path)
    later = sample("2008-02-29")
    site = later["dm"]["SITEID"].iloc[0]
    lost = set(later["dm"].loc[later["dm"]["SITEID"] == site, "USUBJID"])
    kept = {name: f[~f["USUBJID"].isin(lost)] if "USUBJID" in f else f for name, f in later.items()}
    cut = open_cut(build_cut(kept, trial, THIRD, tmp_path))
    before = sample("2007-11-30")["dm"]
    shown = ingest_findings(View(cut)).table
    gone = shown.query("CHECKID == 'subject_gone'").iloc[0]
    assert gone["NRECS"] == before["USUBJID"].isin(lost).sum() and f"{site} (" in gone["WHAT"]
    ae = sample("2007-11-30")["ae"]
    assert shown.query("CHECKID == 'fewer_records' and DATASET == 'AE'")["NRECS"].tolist() == [
        ae["USUBJID"].isin(lost).sum()
    ]
    assert shown["CHECKID"].iloc[0] in ("subject_gone", "fewer_records")  # nothing weighs more
