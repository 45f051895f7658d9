"""The overview: its numbers and the subject flow against the raw files, on every kind of cut,
and figures made from their tables."""

from __future__ import annotations

import pandas
import pytest
from overview_frames import (
    CUTS,
    DISPLAYS,
    KNOWN,
    enrolled_subjects,
    names,
    numbers,
    serious,
    tiny,
    treated_subjects,
)
from raw import sample

from displays.adverse_events import pooled
from displays.conduct import accrual, changes, currency, flow
from displays.conduct.accrual_by_site import accrual_by_site
from displays.summary import overview
from queries import Filters, View

REMISSION = {"CR", "CRi", "CRh"}


@pytest.mark.parametrize("cut", CUTS)
def test_measures_against_the_raw_files(views, cut):
    raw, known = sample(cut), KNOWN["cuts"][cut]
    now = numbers(overview.what_changed(views[cut]))
    assert now["Enrolled"] == len(enrolled_subjects(raw)) == known["enrolled"]
    assert now["Treated"] == len(treated_subjects(raw)) == known["treated"]
    assert now["Deaths"] == (raw["dm"].DTHFL == "Y").sum() == len(known["deaths"])
    assert (
        now["Serious adverse events"]
        == len(serious(raw))
        == known["sae_events"] + len(known["criteria_met_but_not_serious"])
    )
    assert now["Subjects with an SAE"] == serious(raw).USUBJID.nunique()
    levels = known["by_dose"].values()
    assert now["Evaluable for DLT"] == sum(level["evaluable"] for level in levels)
    assert now["Subjects with a DLT"] == sum(level["dlt"] for level in levels)
    judged = raw["suppae"][(raw["suppae"].QNAM == "AEDLT") & (raw["suppae"].QVAL == "Y")]
    assert now["Subjects with a DLT"] == judged.USUBJID.nunique()
    best = KNOWN["cuts"][cut]["best_response_by_subject"].values()
    assert now["Remissions"] == sum(response in REMISSION for response in best)


@pytest.mark.parametrize("cut", CUTS)
def test_measures_say_their_denominators(views, cut):
    known = KNOWN["cuts"][cut]
    table = overview.what_changed(views[cut]).table.set_index("MEASURE")
    pending = sum(len(level["pending"]) for level in known["by_dose"].values())
    not_evaluable = sum(len(level["not_evaluable"]) for level in known["by_dose"].values())
    assert table.DENOM["Enrolled"] == f"of {len(sample(cut)['dm'])} screened"
    assert table.DENOM["Evaluable for DLT"] == f"of {known['treated']} treated"
    assert table.NOTE["Evaluable for DLT"].startswith(f"{pending} pending, {not_evaluable} not evaluable")
    assert table.DENOM["Subjects with a DLT"] == f"of {table.NOW['Evaluable for DLT']} evaluable"


def test_the_change_is_the_difference_of_two_cuts(views):
    first, second = (numbers(overview.what_changed(views[c])) for c in CUTS[:2])
    made = overview.what_changed(views[CUTS[1]])
    for row in made.table.itertuples():
        assert row.PREVIOUS == first[row.MEASURE]
        difference = second[row.MEASURE] - first[row.MEASURE]
        assert row.SINCE == ("" if difference == 0 else f"{difference:+d}".replace("-", "−"))
    more = second["Enrolled"] - first["Enrolled"]
    assert f"Since 31 Aug 2007: {more} more subjects enrolled" in made.finding


@pytest.mark.parametrize("cut", CUTS)
def test_flow_against_the_raw_files(views, cut):
    raw, known = sample(cut), KNOWN["cuts"][cut]
    table = flow.subject_flow(views[cut]).table
    step = {(r.PART, r.STEP): r.NUMBER for r in table.itertuples()}
    treated, ds, dead = treated_subjects(raw), raw["ds"], set(raw["dm"][raw["dm"].DTHFL == "Y"].USUBJID)
    disposition = ds[(ds.DSCAT == "DISPOSITION EVENT") & ds.USUBJID.isin(treated)]
    ended = disposition[disposition.EPOCH == "TREATMENT"].drop_duplicates("USUBJID").set_index("USUBJID").DSDECOD
    left = set(disposition[disposition.EPOCH == "FOLLOW-UP"].USUBJID) | dead
    assert step["Entry", "Screened"] == known["screened"]
    assert step["Entry", "Screen failures"] == len(known["screen_failures"])
    assert step["Entry", "In screening"] == len(known["in_screening"])
    assert step["Entry", "Not treated"] == len(known["enrolled_not_treated"])
    assert step["Treatment", "Treatment ended"] == len(set(ended.index) | left)
    assert step["Treatment", "On treatment"] == len(treated - set(ended.index) - left)
    for reason, number in ended.value_counts().items():
        only_dead = len(left - set(ended.index)) if reason == "DEATH" else 0
        assert step["Reason", reason.capitalize()] == number + only_dead
    assert step["Study", "Died"] == len(dead & treated)
    assert step["Study", "Left the study alive"] == len((left - dead) & treated)
    assert step["Study", "In follow-up"] == len(set(ended.index) - left)


@pytest.mark.parametrize("cut", CUTS)
def test_the_parts_of_the_flow_add_up(views, cut):
    table = flow.subject_flow(views[cut]).table
    total = table.groupby("PART").NUMBER.sum()
    treated = table.loc[table.STEP == "Treated", "NUMBER"].iloc[0]
    assert total["DLT evaluation"] == total["Treatment"] == total["Study"] == treated
    assert total["Reason"] == table.loc[table.STEP == "Treatment ended", "NUMBER"].iloc[0]


@pytest.mark.parametrize("cut", CUTS)
def test_the_difference_to_aeser_is_said(views, cut):
    raw = sample(cut)
    events = serious(raw)
    only = events[events.AESER != "Y"]
    notes = overview.what_changed(views[cut]).table.set_index("MEASURE").NOTE
    subjects = len(set(only.USUBJID) - set(events[events.AESER == "Y"].USUBJID))
    for measure, number in (("Serious adverse events", len(only)), ("Subjects with an SAE", subjects)):
        assert number and notes[measure].startswith(
            f"{number} by a criterion only, not flagged serious by the investigator"
        )


def test_evaluable_means_all_infusions_of_course_1(views):
    assert (
        "all 3 infusions of course 1 given and the whole DLT window observed (28 days)"
        in overview.what_changed(views[CUTS[2]]).method
    )


def test_enrolling_sites_are_those_with_an_enrolment(views):
    made = accrual_by_site(views[CUTS[0]])
    raw = sample(CUTS[0])
    enrolling = raw["dm"][raw["dm"].USUBJID.isin(enrolled_subjects(raw))].SITEID.nunique()
    assert enrolling < len(made.table)
    assert f"{len(enrolled_subjects(raw))} enrolled at {enrolling} of {len(made.table)} sites." in made.population


@pytest.fixture(scope="module")
def empty(make_cut, trial):
    return View(make_cut({}, trial))


@pytest.fixture(scope="module")
def single(make_cut):
    """One subject at one site, and the same trial before anything was delivered but the subject."""
    return View(tiny(make_cut, [("T-1", 1.0, "rash", "Rash", "3", "2007-05-02")]), tiny(make_cut, [], "2007-08-31"))


@pytest.mark.parametrize("function", DISPLAYS, ids=names)
def test_an_empty_cut_says_so(empty, function):
    made = function(empty)
    assert made.audience == "open" and ("not collected" in made.finding or "No earlier cut" in made.finding)


@pytest.mark.parametrize("function", DISPLAYS, ids=names)
def test_one_subject_at_one_site(single, function):
    made = function(single)
    assert made.finding and not made.finding.startswith("No subjects")


@pytest.mark.parametrize("function", DISPLAYS, ids=names)
def test_filters_that_leave_nobody(views, function):
    made = function(View(views[CUTS[2]].cut, filters=Filters(sites=("999",))))
    assert "match the filters" in made.finding or "No earlier cut" in made.finding


@pytest.mark.parametrize("function", DISPLAYS, ids=names)
def test_no_previous_cut_shows_no_change(views, function):
    made = function(View(views[CUTS[2]].cut))
    assert made.finding
    if "SINCE" in made.table:
        assert set(made.table["SINCE"]) <= {""}


@pytest.mark.parametrize("function", DISPLAYS, ids=names)
def test_the_pilot_shows_what_exists_and_says_what_does_not(pilot_cut, function):
    made = function(View(pilot_cut))
    assert made.finding and made.audience == "open"
    if function not in (changes.records_changed, accrual.accrual_over_time, accrual_by_site):
        assert "not collected in this cut" in (made.finding + made.population).lower()


def test_pilot_counts_against_the_raw_files(pilot_cut):
    from raw import raw
    from shared import SHARED

    files = raw(SHARED / "data" / "cdisc_pilot" / "sdtm")
    now = numbers(overview.what_changed(View(pilot_cut)))
    dm = files["dm"]
    assert now["Treated"] == files["ex"].USUBJID.nunique() and now["Deaths"] == (dm.DTHFL == "Y").sum()
    assert now["Remissions"] == now["Evaluable for DLT"] == "–"
    step = {(r.PART, r.STEP): r.NUMBER for r in flow.subject_flow(View(pilot_cut)).table.itertuples()}
    assert step["Entry", "Screen failures"] == (dm.ARMCD == "Scrnfail").sum() and step["Entry", "Screened"] == len(dm)
    reasons = files["ds"][
        (files["ds"].DSCAT == "DISPOSITION EVENT") & files["ds"].USUBJID.isin(files["ex"].USUBJID)
    ].DSDECOD.value_counts()
    assert {reason: step["Reason", reason.capitalize()] for reason in reasons.index} == reasons.to_dict()


def bars(made, column) -> list[float]:
    """The bars behind the words of a column: every display names a column of shares of its own table."""
    assert column in made.brief and made.figure is None
    return [float(share) if pandas.notna(share) else float("nan") for share in made.table[made.bars[column]]]


@pytest.mark.parametrize("cut", CUTS[1:])
def test_bars_are_as_long_as_the_shares_of_their_tables(views, cut):
    view = views[cut]
    made = flow.subject_flow(view)
    drawn = made.table[made.table.NUMBER.notna()]
    screened = drawn.NUMBER.iloc[0]
    assert bars(made, "SHARE") == pytest.approx(list(made.table.NUMBER / made.table.OUTOF), nan_ok=True)
    assert made.table.SHARE.iloc[0] == f"{screened} of {screened} (100 %)"
    made = accrual_by_site(view)
    assert bars(made, "ENROLLED") == pytest.approx(list(made.table.ENROLLED / made.table.ENROLLED.max()))
    made = pooled.adverse_events(view)
    assert bars(made, "SHARE") == pytest.approx(list(made.table.SUBJECTS / made.table.OUTOF))
    assert bars(made, "SHARE3") == pytest.approx(list(made.table.SUBJECTS3 / made.table.OUTOF))
    made = currency.data_currency(view)
    assert bars(made, "SHARE") == pytest.approx(list(made.table.NUMBER / made.table.OUTOF), nan_ok=True)
    for _, rows in made.table.groupby("ITEM"):
        assert rows.NUMBER.is_monotonic_decreasing
    made = accrual.accrual_over_time(view)
    assert list(made.figure.data[0].y) == list(made.table.CUMULATIVE)
