"""Best response and marrow blasts: on drawn tables, by the criteria, and against the raw files."""

from math import isnan

import pandas
import pytest
from conftest import CUT_DATES
from drawn_responses import CASES, EVENTS, EXPECTED, LAB, RESPONSES, delivery
from raw import sample

from displays.remission.assessments import disagreements, response_assessments
from displays.remission.best_response import best_response
from displays.remission.marrow import marrow_blasts
from displays.remission.reasons import without_response
from queries import View


@pytest.fixture(scope="module")
def drawn(make_cut, trial):
    return make_cut(delivery(CASES, RESPONSES, events=EVENTS), trial)


@pytest.mark.parametrize("subject", EXPECTED)
def test_best_response_of_a_drawn_subject(drawn, subject):
    adrs = drawn.table("adrs")
    row = adrs[(adrs.PARAMCD == "BOR") & (adrs.USUBJID == f"T-{subject}")].iloc[0]
    values = tuple(None if pandas.isna(v) else v for v in (row.EVALSTAT, row.AVALC, row.RSPFL, without_response(row)))
    assert values == EXPECTED[subject]
    assert row.EVALFL == ("Y" if row.EVALSTAT == "Evaluable" else "N")


def test_what_does_not_count_is_named(drawn):
    table = response_assessments(View(drawn)).table
    assert len(table) == 24
    reasons = table[table.REASON.notna()].groupby("REASON").size().to_dict()
    assert reasons == {
        "other evaluator": 2,
        "after transplant": 2,
        "after new therapy": 1,
        "before treatment": 2,
        "repeated on the day": 1,
        "response not recognised": 1,
        "no date": 1,
    }


def test_evaluators_are_never_mixed(drawn):
    table = response_assessments(View(drawn)).table.set_index("SUBJID")
    assert disagreements(table.reset_index()).SUBJID.tolist() == ["4"]
    assert table.loc["19"].AGREEMENT == "no investigator's assessment that day"
    assert "1 of 2 assessments" in response_assessments(View(drawn)).finding


def test_drawn_denominators(drawn):
    table = drawn.ask("remission_by_disease").set_index(["DISEASE", "ANALYSIS"])
    whole = table.loc[("ALL", "All treated")]
    assert (whole.N, whole.REMISSION, whole.AWAITING, whole.NOTEVAL) == (18, 4, 1, 7)
    evaluable = table.loc[("ALL", "Response-evaluable")]
    assert (evaluable.N, evaluable.REMISSION, evaluable.EARLY, evaluable.CRHOUT) == (10, 4, 2, 1)
    assert tuple(table.loc[("AML", "Response-evaluable")][["N", "REMISSION"]]) == (3, 1)


@pytest.mark.parametrize(
    "later, expected",
    [
        ([], "not yet confirmed"),
        ([(50, "CR")], "not yet confirmed"),
        ([(58, "CR")], "confirmed"),
        ([(57, "CR")], "not yet confirmed"),
        ([(45, "RELAPSE")], "recurrence within 4 weeks"),
        ([(80, "RELAPSE")], "confirmed"),
        ([(58, "NE")], "not yet confirmed"),
    ],
)
def test_a_complete_remission_in_all_must_last_four_weeks(make_cut, trial, later, expected):
    drawn = "\n".join(f"1 {day} {response} INVESTIGATOR" for day, response in [(30, "CR"), *later])
    cut = make_cut(
        delivery("id disease arm start\n1 ALL A130 2007-03-01", "id day response evaluator\n" + drawn), trial
    )
    adrs = cut.table("adrs")
    assert adrs[(adrs.PARAMCD == "OVRLRESP") & (adrs.ADY == 30)].CONFIRM.item() == expected
    rate = cut.ask("remission_by_disease").query("DISEASE == 'ALL' and ANALYSISN == 1").iloc[0]
    assert (rate.REMISSION, rate.UNCONF, rate.LOST) == (
        1,
        expected == "not yet confirmed",
        expected == "recurrence within 4 weeks",
    )


@pytest.fixture(scope="module")
def judged(make_cut, trial):
    people = "id disease arm start\n1 ALL A130 2007-03-01\n2 AML A160 2007-03-01"
    return make_cut(
        delivery(people, "id day response evaluator\n1 30 CR INVESTIGATOR\n2 30 CR INVESTIGATOR", LAB), trial
    )


def test_disagreement_with_the_counts_is_listed(judged):
    table = response_assessments(View(judged)).table.set_index("SUBJID")
    assert (table.loc["1"].DERRESP, table.loc["1"].AGREEMENT, table.loc["1"].MRD) == ("CRi", "counts give CRi", "<0.01")
    # A marrow more than a week away, or counts that are missing, judge nothing
    assert (
        pandas.isna(table.loc["2"].DERRESP)
        and pandas.isna(table.loc["2"].BLASTBM)
        and pandas.isna(table.loc["2"].AGREEMENT)
    )
    assert "in 1 of 1 assessment for which" in response_assessments(View(judged)).finding


def test_of_several_measurements_the_nearest_then_the_earlier_then_the_later_entry_counts(make_cut, trial):
    lab = LAB.split("\n2 ")[0] + (
        "\n1 -2 BLASTLE 90 BONE_MARROW\n1 31 NEUT 1.2 BLOOD\n1 32 PLAT 50 BLOOD\n"
        "1 29 NEUT 0.9 BLOOD\n1 29 NEUT 1.1 BLOOD"
    )
    table = response_assessments(
        View(
            make_cut(
                delivery("id disease arm start\n1 ALL A130 2007-03-01", "id day response evaluator\n1 30 CR .", lab),
                trial,
            )
        )
    ).table.iloc[0]
    assert (table.BASEBM, table.ANC, table.PLAT, table.DERRESP) == (90, 1.1, 120, "CR")


def test_blasts_before_and_after(judged):
    table = marrow_blasts(View(judged)).table.set_index("SUBJID")
    assert (table.loc["1"].BEFORE, table.loc["1"].AFTER, table.loc["1"].CATEGORY, table.loc["2"].AFTER) == (
        80,
        3,
        "M1",
        2,
    )


@pytest.mark.parametrize("day", CUT_DATES, ids=str)
def test_marrow_blasts_equal_the_raw_files(sample_cuts, day):
    data = sample(day.isoformat())
    lb = data["lb"][
        (data["lb"].LBTESTCD == "BLASTLE") & (data["lb"].LBSPEC == "BONE MARROW") & (data["lb"].LBSTRESC != "")
    ]
    first = data["ex"].query("EXDOSE > 0").groupby("USUBJID").EXSTDTC.min().str[:10]
    pr = data["pr"][data["pr"].PRDECOD.str.contains("TRANSPLANT")]
    table = marrow_blasts(View(sample_cuts[day])).table.set_index("USUBJID")
    for usubjid, start in first.items():
        end = min(pr[(pr.USUBJID == usubjid) & (pr.PRSTDTC >= start)].PRSTDTC, default="9999")
        own = lb[lb.USUBJID == usubjid].sort_values("LBDTC")
        before, after = (
            own[own.LBDTC.str[:10] <= start],
            own[(own.LBDTC.str[:10] > start) & (own.LBDTC.str[:10] <= end)],
        )
        assert table.loc[usubjid].BEFORE == before.LBSTRESN.iloc[-1]
        assert table.loc[usubjid].AFTER == after.LBSTRESN.min() or (isnan(table.loc[usubjid].AFTER) and after.empty)


def test_every_subject_has_one_mark_that_leads_to_it(sample_cuts):
    view = View(sample_cuts[CUT_DATES[-1]], sample_cuts[CUT_DATES[1]])
    shown = best_response(view)
    marks = [row[0] for trace in shown.figure.data if trace.customdata is not None for row in trace.customdata]
    assert sorted(marks) == sorted(shown.table.USUBJID) and len(marks) == 35
    blasts = marrow_blasts(view)
    for column in ("BEFORE", "AFTER"):
        trace = next(t for t in blasts.figure.data if t.meta == column)
        assert (
            dict(zip((row[0] for row in trace.customdata), trace.x, strict=True))
            == blasts.table.set_index("USUBJID")[column].dropna().to_dict()
        )
