"""Concentrations and parameters on the page of a subject: against raw rows and the cut, gaps, and what is not there."""

from __future__ import annotations

import pytest
from drawn import THREE, trial_data
from sample_raw import rows

from displays.subject.concentrations import subject_concentrations
from displays.subject.pk_parameters import BOARD, subject_parameters
from queries import View

CUT = "2008-02-29"
STUDY = "NCT00430443-"


def test_the_curves_of_a_subject_are_its_raw_rows(views):
    made = subject_concentrations(views[CUT], f"{STUDY}103-001")
    pc = rows(CUT, "pc")
    own = pc[pc["SUBJID"] == "103-001"]
    highest = own[(own["PCTESTCD"] == "ANNAMYC") & (own["PCTPTREF"].str.contains("DAY 3"))]["PCSTRESN"].max()
    assert len(made.table) == len(own) and f"{float(f'{highest:.3g}'):,.0f} ng/mL on day 3" in made.sentences[0]
    dotted = [list(trace.x) for trace in made.figure.data if trace.meta == "dot"]
    assert any(4 < second - first for line in dotted for first, second in zip(line[::3], line[1::3], strict=True)), (
        "no samples of 6 and 10 hours"
    )
    lowest = min(y for trace in made.figure.data for y in trace.y if y is not None)
    assert lowest == 1, "below the limit is drawn at it"


def test_a_subject_of_whom_the_previous_cut_had_nothing_is_new_as_a_whole(views):
    for display in (subject_concentrations, subject_parameters):
        made = display(views[CUT], f"{STUDY}106-004")
        assert "New since 30 Nov 2007." in made.population and set(made.table["SINCE"]) == {""}


@pytest.mark.parametrize("number", ["103-001", "105-004", "106-004"])
def test_the_parameters_of_a_subject_are_those_of_the_cut(views, number):
    made = subject_parameters(views[CUT], STUDY + number)
    kept = views[CUT].cut.table("adpp").query(f"USUBJID == '{STUDY}{number}'")
    kept = kept[kept["PARAMCD"].isin(BOARD)]
    assert len(made.table) == len(kept) and made.table["AVAL"].isna().sum() == kept["AVAL"].isna().sum()
    missing = made.table[made.table["AVAL"].isna()]
    assert (missing["VALUE"] == "–").all() and missing["NOTES"].str.startswith("not derived: ").all()


def test_what_is_uncertain_or_missing_is_said_with_the_parameter(views):
    made = subject_parameters(views[CUT], f"{STUDY}105-004")
    assert "half-life 4.78 h" in made.sentences[0] and "over 20 % of the AUC extrapolated" in made.sentences[2]
    assert "no AUC 0 to 24 h or half-life or clearance" in subject_parameters(views[CUT], f"{STUDY}106-004").finding


def test_nothing_is_said(views, make_cut, trial):
    bare = View(make_cut(trial_data(f"USUBJID | ARMCD | INFUSIONS\nS1 | A130 | {THREE}"), trial))
    for display in (subject_concentrations, subject_parameters):
        assert "not collected" in display(bare, "S1").finding and display(bare, "S1").figure is None
        assert "is not in this data cut" in display(views[CUT], "nobody").finding
