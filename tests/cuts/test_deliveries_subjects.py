"""Deliveries that tell of the subjects in a sponsor's own way: their disease, and how they left the study."""

from __future__ import annotations

from datetime import date

import pandas
import pytest
from deliveries import DELIVERIES, delivered
from kept_cuts import kept_cut

from displays.conduct.baseline import baseline
from displays.conduct.flow import subject_flow
from displays.data.findings import ingest_findings, left_out
from displays.escalation.rates import dlt_by_dose
from displays.subject.header import subject_header
from ingest.delivery import Delivery
from queries import View, open_cut
from trial import Trial

CUT = date(2007, 11, 30)


def frames(name: str) -> dict[str, pandas.DataFrame]:
    """The datasets of a delivery, to be written in another way."""
    folder = DELIVERIES / name / "data"
    if not folder.is_dir():
        pytest.skip(f"delivery not found: {folder}")
    return {path.stem: pandas.read_csv(path, dtype="str", keep_default_na=False) for path in folder.glob("*.csv")}


def found(cut, check: str) -> str:
    """The examples of a check's findings, as the Data page has them."""
    rows = pandas.concat([make(View(cut)).table for make in (ingest_findings, left_out)]).query("CHECKID == @check")
    return "; ".join(rows["WHAT"] + " " + rows["EXAMPLES"])


# --- disease ---------------------------------------------------------------------------------------------


def test_a_primary_diagnosis_in_a_category_of_other_words(trial):
    cut = delivered("mhcat_other_words", trial)
    assert cut.table("adsl")["DISEASE"].tolist() == ["AML"] * 3
    assert baseline(View(cut)).finding.endswith("3 AML.")
    assert not found(cut, "disease_not_recognised")


@pytest.mark.parametrize(
    ("category", "within"),
    [
        ("Disease under study", ""),
        ("PRIMARY-DIAGNOSIS", ""),
        ("primary diagnosis ", ""),
        ("MEDICAL HISTORY", "Primary Cancer Diagnosis"),
        ("", "STUDY DISEASE"),
        ("LEUKEMIA HISTORY", "INITIAL"),
    ],
)
def test_the_category_or_the_one_within_it_names_the_disease_under_study(make_cut, trial, category, within):
    tables = frames("mhcat_other_words")
    tables["mh"] = tables["mh"].assign(MHCAT=category, MHSCAT=within)
    assert make_cut(tables, trial).table("adsl")["DISEASE"].tolist() == ["AML"] * 3


def test_a_category_that_is_not_known_is_named_and_decides_nothing(make_cut, trial):
    tables = frames("mhcat_other_words")
    tables["mh"] = tables["mh"].assign(MHCAT="EARLIER MALIGNANCIES")
    cut = make_cut(tables, trial)
    assert cut.table("adsl")["DISEASE"].isna().all()
    told = found(cut, "disease_not_recognised")
    assert "no primary diagnosis delivered; categories delivered: EARLIER MALIGNANCIES" in told
    assert "AML" not in baseline(View(cut)).finding
    own = Trial.parse(trial.text + '\n[diagnosis]\ncategories = ["Earlier malignancies"]\n')
    assert make_cut(tables, own).table("adsl")["DISEASE"].tolist() == ["AML"] * 3


def test_another_leukaemia_in_the_general_history_is_no_primary_diagnosis(make_cut, trial):
    tables = frames("mhcat_other_words")
    earlier = tables["mh"].assign(MHSEQ="2", MHCAT="GENERAL", MHTERM="ALL", MHDECOD="Acute lymphocytic leukaemia")
    tables["mh"] = pandas.concat([tables["mh"], earlier], ignore_index=True)
    cut = make_cut(tables, trial)
    assert cut.table("adsl")["DISEASE"].tolist() == ["AML"] * 3 and not found(cut, "disease_contradicted")


# --- leaving the study -----------------------------------------------------------------------------------


def test_the_sponsors_status_at_the_end_of_study_is_used_and_compared(trial):
    cut = delivered("one_disposition_per_subject", trial)
    adsl = cut.table("adsl")
    assert adsl["EOSSTT"].tolist() == ["OFF STUDY"] * 3
    assert adsl["DCSREAS"].tolist() == ["COMPLETED", "ADVERSE EVENT", "WITHDRAWAL BY SUBJECT"]
    assert adsl["EOSDT"].dt.strftime("%Y-%m-%d").tolist() == ["2007-09-01", "2007-03-20", "2007-05-20"]
    assert "3 left the study alive" in subject_flow(View(cut)).finding
    told = found(cut, "adam_differs")
    assert "XX-01-101-002: OFF STUDY instead of blank" in told and "101-001" not in told
    assert not found(cut, "adam_blank")


def with_adsl(trial, ds: dict | None = None, **columns):
    """The delivery with other values in the sponsor's ADSL, and in DS."""
    tables = frames("one_disposition_per_subject")
    adsl = tables.pop("adsl").assign(**columns)
    tables["ds"] = tables["ds"].assign(**(ds or {}))
    return open_cut(kept_cut(Delivery(tables, {"adsl": adsl}), trial, CUT))


def test_who_the_sponsor_has_on_study_has_no_end_of_study(trial):
    cut = with_adsl(
        trial, EOSSTT=["Completed", "ONGOING", "on study"], EOSDT=["2007-09-01", "2007-11-30", "2007-11-30"]
    )
    adsl = cut.table("adsl")
    assert adsl["EOSSTT"].tolist() == ["OFF STUDY", "ONGOING", "ONGOING"]
    assert adsl["EOSDT"].isna().tolist() == [False, True, True]
    assert "2 in follow-up" in subject_flow(View(cut)).finding


def test_a_status_in_other_words_is_not_taken_and_said(trial):
    cut = with_adsl(trial, EOSSTT=["", "see notes", "COMPLETED"])
    assert cut.table("adsl")["EOSSTT"].fillna("not known").tolist() == ["OFF STUDY", "not known", "OFF STUDY"]
    assert "EOSSTT: the sponsor's value is no status that is known" in found(cut, "adam_not_read")
    assert "XX-01-101-001" in found(cut, "adam_blank")


def test_what_adsl_says_of_groups_deaths_and_subjects_is_compared(trial):
    ds = dict(DSDECOD=["DEATH", "DEATH", "WITHDRAWAL BY SUBJECT"], EPOCH="FOLLOW-UP")
    groups = ["Annamycin 160 mg/m2", "130 mg/m2 x 3", "Screen failure"]
    same = with_adsl(trial, ds, TRT01A="L-Annamycin 130 mg/m2", DTHFL=["Y", "", "N"])
    assert not any(found(same, f"adam_{what}") for what in ("arm_differs", "death_differs", "subject_lacking"))
    cut = with_adsl(
        trial, ds, TRT01A=groups, DTHFL=["Y", "No", ""], USUBJID=["XX-01-101-001", "XX-01-101-002", "XX-01-101-009"]
    )
    assert "XX-01-101-001: Annamycin 160 mg/m2 instead of 130" in (told := found(cut, "adam_arm_differs"))
    assert "101-002" not in told and "101-009" not in told
    assert "XX-01-101-002: died" in (told := found(cut, "adam_death_differs")) and "101-001" not in told
    assert "XX-01-101-003: treated" in found(cut, "adam_subject_lacking")
    assert "XX-01-101-009: not in DM" in found(cut, "adam_subject_more")
    assert cut.table("adsl")["TRTAN"].tolist() == [130, 130, 130]


def test_who_died_has_died_whatever_the_status_says(trial):
    ds = dict(DSDECOD=["DEATH", "DEATH", "WITHDRAWAL BY SUBJECT"], EPOCH="FOLLOW-UP")
    cut = with_adsl(trial, ds, EOSSTT=["DISCONTINUED", "ONGOING", "DISCONTINUED"])
    assert cut.table("adsl")["EOSSTT"].tolist() == ["DIED", "DIED", "OFF STUDY"]


# --- an event without a number ---------------------------------------------------------------------------


def test_a_verdict_in_an_event_without_a_number_is_kept(trial):
    cut = delivered("ae_without_aeseq", trial)
    assert dlt_by_dose(View(cut)).finding.startswith("1 of 3 evaluable subjects at 130 mg/m²/day had a DLT")
    assert cut.table("addl")["DLTSTAT"].tolist().count("DLT") == 1
    facts = subject_header(View(cut), "XX-01-101-001").table.set_index("MEASURE")
    assert "DLT" in " ".join(map(str, facts["NOW"]))
