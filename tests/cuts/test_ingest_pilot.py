"""The CDISC pilot without a trial definition: what is derived agrees with the sponsor's delivered ADaM."""

from __future__ import annotations

from datetime import date

import pandas
import pytest
from raw import raw
from shared import SHARED

from ingest.build import build_cut
from ingest.collect import collect
from queries import open_cut
from trial import Trial

PILOT = SHARED / "data" / "cdisc_pilot"
pytestmark = pytest.mark.skipif(not PILOT.is_dir(), reason=f"the CDISC pilot files are not there ({PILOT})")
CUT = date(2015, 3, 31)


@pytest.fixture(scope="module")
def adam() -> dict[str, pandas.DataFrame]:
    return raw(PILOT / "adam")


@pytest.fixture(scope="module")
def sdtm() -> dict[str, pandas.DataFrame]:
    return raw(PILOT / "sdtm")


@pytest.fixture(scope="module")
def ingested(tmp_path_factory):
    """The pilot's SDTM through the file reader, not through frames."""
    return open_cut(build_cut(collect(PILOT / "sdtm"), Trial.none(), CUT, tmp_path_factory.mktemp("pilot")))


@pytest.fixture(scope="module")
def with_adam(tmp_path_factory):
    return open_cut(build_cut(collect(PILOT), Trial.none(), CUT, tmp_path_factory.mktemp("pilot_adam")))


@pytest.fixture(scope="module")
def subjects(ingested, adam) -> pandas.DataFrame:
    """Derived and delivered subject side by side (delivered columns end in _a)."""
    return adam["adsl"].merge(ingested.table("adsl"), on="USUBJID", suffixes=("_a", ""))


def sas_date(numbers: pandas.Series) -> pandas.Series:
    return (pandas.Timestamp(1960, 1, 1) + pandas.to_timedelta(numbers, unit="D")).astype("datetime64[us]")


def test_every_delivered_row_is_kept_as_it_came(ingested, sdtm):
    for name, frame in sdtm.items():
        kept = ingested.table(f"sdtm.{name}")
        assert len(kept) == len(frame) and list(kept.columns) == list(frame.columns), name
    counts = ingested.table("ingest.dataset").set_index("DATASET")["NROWS"].to_dict()
    assert counts == {name: len(frame) for name, frame in sdtm.items()}


def test_subjects_per_arm_treated_and_deaths(ingested, adam):
    adsl = ingested.table("adsl")
    treated = adsl[adsl["SAFFL"] == "Y"]
    assert treated.groupby("TRTA").size().to_dict() == adam["adsl"].groupby("TRT01A").size().to_dict()
    assert len(treated) == (adam["adsl"]["SAFFL"] == "Y").sum() == 254
    assert set(adsl.loc[adsl["DTHFL"] == "Y", "USUBJID"]) == set(
        adam["adsl"].loc[adam["adsl"]["DTHFL"] == "Y", "USUBJID"]
    )
    assert len(adsl) - len(treated) == 52 and adsl.loc[adsl["SAFFL"] == "N", "TRTA"].isna().all()


@pytest.mark.parametrize(
    ("derived", "delivered"),
    [
        ("TRTA", "TRT01A"),
        ("AGE", "AGE_a"),
        ("SEX", "SEX_a"),
        ("RACE", "RACE_a"),
        ("SITEID", "SITEID_a"),
        ("SUBJID", "SUBJID_a"),
        ("DCSREAS", "DCDECOD"),
        ("EOTREAS", "DCDECOD"),
        ("CUMDOSE", "CUMDOSE_a"),
    ],
)
def test_each_subject_agrees_with_adsl(subjects, derived, delivered):
    assert len(subjects) == 254
    assert subjects[derived].tolist() == subjects[delivered].tolist()


@pytest.mark.parametrize("name", ["TRTSDT", "TRTEDT"])
def test_first_and_last_day_of_treatment_agree_with_adsl(subjects, name):
    assert subjects[name].astype("datetime64[us]").tolist() == sas_date(subjects[f"{name}_a"]).tolist()


def test_body_at_baseline_agrees_with_adsl(subjects):
    for derived, delivered in (("WEIGHT", "WEIGHTBL"), ("HEIGHT", "HEIGHTBL")):
        known = subjects[subjects[delivered].notna()]
        assert (known[derived] - known[delivered]).abs().max() < 0.051


def test_arms_are_in_the_order_of_their_doses(ingested, adam):
    assert ingested.dose_labels == adam["adsl"].groupby("TRT01A")["TRT01AN"].first().sort_values().index.tolist()


def test_adverse_events_agree_with_adae(ingested, adam):
    adae, theirs = ingested.table("adae"), adam["adae"]
    assert len(adae) == len(theirs)
    assert adae["USUBJID"].nunique() == theirs["USUBJID"].nunique()
    assert (adae["AESER"] == "Y").sum() == (theirs["AESER"] == "Y").sum()
    both = theirs.merge(adae, on=["USUBJID", "AESEQ"], suffixes=("_a", ""))
    assert len(both) == len(theirs)
    assert both["TRTEMFL"].tolist() == both["TRTEMFL_a"].tolist()
    assert both["AEDECOD"].tolist() == both["AEDECOD_a"].tolist()


def test_adverse_events_per_arm_agree_with_adae(ingested, adam):
    ours = ingested.table("adae").merge(ingested.table("adsl")[["USUBJID", "TRTA"]], on="USUBJID")
    emergent = ours[ours["TRTEMFL"] == "Y"].groupby("TRTA")["USUBJID"].agg(["size", "nunique"])
    theirs = adam["adae"][adam["adae"]["TRTEMFL"] == "Y"].groupby("TRTA")["USUBJID"].agg(["size", "nunique"])
    assert emergent.to_dict() == theirs.to_dict()


def test_every_count_by_class_and_term_and_arm_is_that_of_the_delivered_adae(ingested, adam):
    theirs = adam["adae"][(adam["adae"]["TRTEMFL"] == "Y") & (adam["adae"]["SAFFL"] == "Y")]
    treated = adam["adsl"][adam["adsl"]["SAFFL"] == "Y"].groupby("TRT01A").size()
    flags = ["AESER", "AESDTH", "AESLIFE", "AESHOSP", "AESDISAB", "AESCONG", "AESCAN"]
    for choice, own in {"all": theirs, "serious": theirs[(theirs[flags] == "Y").any(axis=1)]}.items():
        expected = {}
        for arm, rows in [(None, own), *own.groupby("TRTA")]:
            for keys in ([], ["AEBODSYS"], ["AEBODSYS", "AEDECOD"]):
                for name, part in rows.groupby(keys) if keys else [((), rows)]:
                    expected[(*name, None, None)[:2], arm] = part["USUBJID"].nunique(), len(part)
        asked = ingested.ask("ae_by_term", events=choice, new=None).astype(object)
        asked = asked.where(asked.notna(), None)
        found = {((row.AEBODSYS, row.AEDECOD), row.TRTA): row for row in asked.itertuples()}
        assert {key: (row.N, row.NEVENT) for key, row in found.items() if row.N} == expected and len(expected) > 20
        assert all(row.NTREATED == (treated[arm] if arm else treated.sum()) for (_, arm), row in found.items())
    assert len(found) < 100 < len(ingested.ask("ae_by_term", events="all", new=None))


def test_what_is_known_to_be_odd_is_reported_with_its_count(ingested, sdtm):
    found = ingested.table("ingest.finding").set_index(["DATASET", "CHECKID"])["NRECS"]
    ae, dm = sdtm["ae"], sdtm["dm"]
    criteria = ["AESCAN", "AESCONG", "AESDISAB", "AESDTH", "AESHOSP", "AESLIFE"]
    assert (
        found["AE", "serious_contradiction"] == ((ae[criteria] == "Y").any(axis=1) & (ae["AESER"] == "N")).sum() == 36
    )
    assert (
        found["AE", "partial_date"].sum()
        == ae["AESTDTC"].str.len().isin([4, 7]).sum() + ae["AEENDTC"].str.len().isin([4, 7]).sum()
    )
    assert found["DM", "arm_differs"] == (dm["ARM"] != dm["ACTARM"]).sum() == 12
    assert ("TS", "encoding") in found.index
    assert {"CV", "EG", "RS", "PC"} <= {dataset for dataset, check in found.index if check == "not_delivered"}


def test_the_sponsors_own_adam_is_taken_and_differences_told(with_adam, adam):
    adsl, theirs = with_adam.table("adsl"), adam["adsl"]
    both = theirs.merge(adsl, on="USUBJID", suffixes=("_a", ""))
    assert len(adsl) == 306 and len(both) == 254
    assert both["TRTAN"].tolist() == both["TRT01AN"].tolist()
    assert both["TRTEDT"].astype("datetime64[us]").tolist() == sas_date(both["TRTEDT_a"]).tolist()
    found = with_adam.table("ingest.finding").set_index(["DATASET", "CHECKID"])["WHAT"]
    assert "TRTA" in found["ADAM.ADSL", "adam_taken"] and ("ADAM.ADTTE", "not_used") in found.index
    assert len(with_adam.table("adam.adsl")) == 254


def test_adam_that_lacks_a_column_is_kept_and_not_taken(make_cut, adam):
    from ingest.delivery import Delivery

    dm = pandas.DataFrame(
        {"STUDYID": "S", "USUBJID": ["S-1"], "SITEID": "1", "AGE": [50.0], "ARM": "One", "ARMCD": "1"}
    )
    lacking = pandas.DataFrame({"USUBJID": ["S-1"], "TRT01A": ["Two"], "SAFFL": ["Y"]})
    cut = make_cut(Delivery({"dm": dm}, {"adsl": lacking}))
    assert cut.table("adsl")["TRTA"].tolist() == ["One"]
    found = cut.table("ingest.finding").set_index("CHECKID")["WHAT"]
    assert "it lacks TRTSDT" in found["adam_not_taken"]


def test_a_difference_from_the_sponsors_adam_is_counted_and_the_sponsors_value_used(make_cut):
    from ingest.delivery import Delivery

    dm = pandas.DataFrame(
        {"STUDYID": "S", "USUBJID": ["S-1", "S-2"], "SITEID": "1", "AGE": [50.0, 60.0], "ARM": "One", "ARMCD": "1"}
    )
    theirs = pandas.DataFrame(
        {"USUBJID": ["S-1"], "TRT01A": ["Two"], "SAFFL": ["Y"], "TRTSDT": ["2007-03-01"], "AGE": [51.0]}
    )
    nobody = pandas.DataFrame({"USUBJID": [], "EXSTDTC": []}, dtype="str")
    cut = make_cut(Delivery({"dm": dm, "ex": nobody}, {"adsl": theirs}))
    adsl = cut.table("adsl").set_index("USUBJID")
    assert adsl.loc["S-1", ["TRTA", "SAFFL", "AGE"]].tolist() == ["Two", "Y", 51.0]
    assert adsl.loc["S-2", ["TRTA", "SAFFL", "AGE"]].tolist() == ["One", "N", 60.0]
    assert str(adsl.loc["S-1", "TRTSDT"])[:10] == "2007-03-01"
    differs = cut.table("ingest.finding").query("CHECKID == 'adam_differs'")
    assert len(differs) == 4 and (differs["NRECS"] == 1).all()
    assert "S-1: 51.0 instead of 50.0" in differs["EXAMPLES"].tolist()
