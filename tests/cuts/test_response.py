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
        "a less favourable response on the same day": 1,
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
    assert (evaluable.N, evaluable.REMISSION, evaluable.EARLY, evaluable.NCRH) == (10, 4, 2, 1)
    assert (whole.UNREAD, whole.NINDEP, whole.INDEPREM, whole.INVREM) == (2, 2, 2, 0)
    assert tuple(table.loc[("AML", "Response-evaluable")][["N", "REMISSION"]]) == (3, 1)


@pytest.mark.parametrize(
    ("disease", "first", "later", "ends", "state"),
    [
        ("ALL", "CR", [], "", "NOT ASSESSED"),
        ("ALL", "CR", [(50, "CR")], "", "NOT ASSESSED"),
        ("ALL", "CR", [(58, "CR")], "", "CONFIRMED"),
        ("ALL", "CR", [(57, "CR")], "", "NOT ASSESSED"),
        ("ALL", "CR", [(45, "RELAPSE")], "", "LOST"),
        ("ALL", "CR", [(57, "PD")], "", "LOST"),
        ("ALL", "CR", [(58, "RELAPSE")], "", "RECURRED"),
        ("ALL", "CR", [(58, "CR"), (80, "RELAPSE")], "", "CONFIRMED"),
        ("ALL", "CR", [(80, "RELAPSE"), (120, "CR")], "", "RECURRED"),
        ("ALL", "CR", [(40, "NR"), (71, "PR")], "", "CONTRADICTED"),
        ("ALL", "CR", [(40, "PR"), (71, "CR"), (110, "CR")], "", "CONTRADICTED"),
        ("ALL", "CR", [(57, "NR")], "", "CONTRADICTED"),
        ("ALL", "CR", [(58, "NR")], "", "RECURRED"),
        ("ALL", "CR", [(71, "NR"), (100, "CR")], "", "RECURRED"),
        ("ALL", "CR", [(71, "MLFS")], "", "NOT ASSESSED"),
        ("ALL", "CR", [(40, "good"), (71, "CR")], "", "NOT READ"),
        ("ALL", "CR", [("2007-04", "NR"), (71, "CR")], "", "CONTRADICTED"),
        ("ALL", "CR", [(".", "RELAPSE"), (71, "CR")], "", "NOT READ"),
        ("ALL", "CR", [(58, "NE")], "", "NOT ASSESSED"),
        ("ALL", "CRi", [(45, "RELAPSE")], "", "LOST"),
        ("ALL", "CRh", [(58, "CRi")], "", "CONFIRMED"),
        ("ALL", "CR", [(60, "CR")], "1 45 TRANSPLANT", "TRANSPLANT"),
        ("ALL", "CR", [(60, "CR")], "1 45 NEWDRUG", "NEW THERAPY"),
        ("ALL", "CR", [(60, "CR")], "1 58 TRANSPLANT", "NOT ASSESSED"),
        ("ALL", "CR", [(50, "RELAPSE")], "1 45 TRANSPLANT", "LOST"),
        ("ALL", "CR", [], "1 45 DEATH", "DIED"),
        ("ALL", "CR", [], "1 45 OFF_WITHDRAWAL_BY_SUBJECT", "LEFT STUDY"),
        ("ALL", "CR", [("2007-04", "RELAPSE")], "", "DATE UNCLEAR"),
        ("ALL", "CR", [("2007-05", "CR")], "", "CONFIRMED"),
        ("AML", "CR", [(45, "RELAPSE")], "", None),
    ],
)
def test_a_remission_must_last_where_the_protocol_asks_for_it(make_cut, trial, disease, first, later, ends, state):
    drawn = "\n".join(f"1 {day} {response} INVESTIGATOR" for day, response in [(30, first), *later])
    events = f"id day what\n{ends}" if ends else ""
    frames = delivery(
        f"id disease arm start\n1 {disease} A130 2007-03-01", "id day response evaluator\n" + drawn, events=events
    )
    cut = make_cut(frames, trial)
    adrs = cut.table("adrs")
    found = adrs[(adrs.PARAMCD == "OVRLRESP") & (adrs.ADY == 30)].CONFIRM.item()
    assert (None if pandas.isna(found) else found) == state
    rate = cut.ask("remission_by_disease").query("DISEASE == @disease and ANALYSISN == 1").iloc[0]
    assert (rate.REMISSION, rate.RESPONDED) == (state != "LOST", 1)
    if disease == "ALL":
        again = any(response == "CR" for day, response in later[1:] if day == 110)
        assert (rate.NCONF, rate.LOST) == (state == "CONFIRMED" or again, state == "LOST")
        assert rate.NCONF + rate.NOTDUE + rate.UNCONF == rate.REMISSION
    else:
        assert pandas.isna(rate.NCONF) and pandas.isna(rate.LOST)


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
