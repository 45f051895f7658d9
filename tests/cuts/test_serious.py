"""Serious adverse events: the listing against the raw rows, and what is not known of an event."""

from __future__ import annotations

from datetime import date

import pandas
import pytest
from drawn import THREE, trial_data
from sample_raw import first_infusion, given, rows

from displays.adverse_events.deaths import deaths
from displays.adverse_events.serious import CRITERIA, serious_listing
from displays.groups import NOBODY
from queries import Filters, View

CUT = "2008-02-29"
FLAGS = ["AESDTH", "AESLIFE", "AESHOSP", "AESDISAB", "AESMIE"]


def test_every_serious_event_stands_with_its_days_and_criteria_as_in_the_raw_rows(views):
    table = serious_listing(views[CUT]).table.set_index(["SUBJID", "AESEQ"])
    ae, first, infusions = rows(CUT, "ae"), first_infusion(CUT), given(CUT)
    serious = ae[(ae["AESER"] == "Y") | (ae[FLAGS] == "Y").any(axis=1) | (ae["AETOXGR"] == "5")]
    assert set(table.index) == {(row.SUBJID, int(row.AESEQ)) for row in serious.itertuples()} and len(table) > 30
    for event in serious.itertuples():
        row = table.loc[(event.SUBJID, int(event.AESEQ))]
        start = date.fromisoformat(event.AESTDTC[:10])
        given_on = infusions.loc[infusions["SUBJID"] == event.SUBJID, "EXSTDTC"].str[:10]
        before = [date.fromisoformat(text) for text in given_on if date.fromisoformat(text) <= start]
        assert row["DAYSLAST"] == (start - max(before)).days
        assert row["BEGAN"] == f"{start.day} {start:%b %Y} (day {(start - first[event.SUBJID]).days + 1})"
        told = {CRITERIA[name] for name in FLAGS if getattr(event, name) == "Y"}
        assert told == {words for words in CRITERIA.values() if words in row["WHY"].lower()}


def test_the_finding_counts_what_the_table_holds_worst_first(views):
    made = serious_listing(views[CUT])
    table = made.table
    fatal, related = (table["ATOXGR"] == 5).sum(), (table["RELFL"] == "Y").sum()
    assert made.sentences[0] == (
        f"{len(table)} serious adverse events in {table['USUBJID'].nunique()} of 35 treated subjects: {fatal} fatal, "
        f"{related} related to study drug."
    )
    assert table["ATOXGR"].is_monotonic_decreasing and (table["SINCE"] == "new").sum() == 5
    assert "5 new serious events" in made.finding and "outcome not recovered → recovered" in made.finding


SUBJECTS = f"USUBJID | ARMCD | INFUSIONS\nS1 | A130 | {THREE}\nS2 | A160 | {THREE}\nS3 | A160 | ."
EVENTS = """
USUBJID | AESEQ | AETERM | AETOXGR | AESER | AESHOSP | AEREL   | AEACN          | AESTDTC    | AEENDTC | AEOUT
S1      | 1     | Sepsis | 5       | N     | N       | .       | DRUG WITHDRAWN | 2007-06-10 | .       | FATAL
S1      | 2     | Fever  | 2       | N     | Y       | RELATED | .              | 2007-06    | 2007-06 | .
S1      | 3     | Rash   | 1       | .     | .       | RELATED | .              | 2007-06-05 | .       | .
S2      | 1     | Fall   | 3       | Y     | N       | NONE    | .              | 2007-05-20 | .       | .
S3      | 1     | Fall   | 3       | Y     | N       | .       | .              | 2007-05-20 | .       | .
"""
JUDGED = "USUBJID | AESEQ | QNAM | QVAL\nS1 | 1 | AENARR | Found at home.\nS1 | 1 | AESLIFE | Y"


@pytest.fixture(scope="module")
def drawn(make_cut, trial) -> View:
    return View(make_cut(trial_data(SUBJECTS, EVENTS, JUDGED), trial, date(2007, 7, 31)))


def test_what_is_not_known_of_a_serious_event_is_said(drawn):
    made = serious_listing(drawn)
    table = made.table.set_index(["SUBJID", "AETERM"])
    assert list(made.table["AETERM"]) == ["Sepsis", "Fall", "Fall", "Fever"]
    assert table.loc[("S1", "Fever"), "BEGAN"] == "2007-06 (day not stated)"
    assert pandas.isna(table.loc[("S1", "Fever"), "DAYSLAST"]) and table.loc[("S1", "Sepsis"), "DAYSLAST"] == 7
    assert pandas.isna(table.loc[("S2", "Fall"), "DAYSLAST"])
    assert list(table["WHY"]) == ["Life-threatening", "None delivered", "None delivered", "Hospitalisation"]
    assert table.loc[("S1", "Sepsis"), "ENDED"] == "fatal" and table.loc[("S1", "Fever"), "ENDED"] == "by 30 Jun 2007"
    assert table.loc[("S1", "Sepsis"), "NARRATIVE"] == "Found at home."
    assert "in 2 of 2 treated subjects: 1 fatal, 1 related" in made.sentences[0]
    assert "1 of them not treatment-emergent; 1 in 1 not treated; relation not known of 2" in made.finding
    assert "Of 1 more event in 1 subject it is not known whether they were serious." in made.finding
    assert serious_listing(View(drawn.cut, filters=Filters(sites=("none",)))).finding == NOBODY


def test_the_narrative_of_a_fatal_event_stands_with_the_death(drawn):
    assert list(deaths(drawn).table["NARRATIVE"]) == ["Found at home."]
