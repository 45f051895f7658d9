"""Remission rates: against the raw files, against known answers,
and what every display of responses owes its reader."""

import json
from datetime import date
from itertools import combinations
from math import isnan

import pandas
import pytest
from conftest import CUT_DATES, SAMPLE
from drawn_responses import LAB, delivery
from raw import sample
from scipy.stats import binomtest, fisher_exact

from displays.remission import by_dose
from displays.remission.assessments import response_assessments
from displays.remission.best_response import best_response
from displays.remission.by_dose import remission_by_dose
from displays.remission.difference import remission_difference
from displays.remission.marrow import marrow_blasts
from displays.remission.rates import remission_rate
from displays.remission.swimmer import swimmer
from displays.words import p_value
from queries import Filters, View
from stats.proportions import difference

DISPLAYS = (
    remission_rate,
    remission_difference,
    remission_by_dose,
    best_response,
    marrow_blasts,
    swimmer,
    response_assessments,
)
ORDER = ["CR", "CRh", "CRi", "MLFS", "PR", "NR", "PD"]


@pytest.fixture(scope="module")
def known() -> dict:
    return json.loads((SAMPLE / "known_answers.json").read_text())["cuts"]


def naive_best(cut: str) -> pandas.DataFrame:
    """Treated subjects with disease and best response, counted from the raw files by plain pandas."""
    data = sample(cut)
    first = data["ex"].query("EXDOSE > 0").groupby("USUBJID").EXSTDTC.min().str[:10]
    terms = data["mh"].query("MHCAT == 'PRIMARY DIAGNOSIS'").groupby("USUBJID").MHDECOD.first().str.lower()
    disease = terms.map(lambda term: "AML" if "myelo" in term else "ALL")
    transplant = data["pr"][data["pr"].PRDECOD.str.contains("TRANSPLANT")].groupby("USUBJID").PRSTDTC.apply(list)
    found = []
    for usubjid, start in first.items():
        later = min((d for d in transplant.get(usubjid, []) if d >= start), default="9999")
        rs = data["rs"][
            (data["rs"].USUBJID == usubjid)
            & (data["rs"].RSEVAL == "INVESTIGATOR")
            & (data["rs"].RSTESTCD == "OVRLRESP")
        ]
        seen = [
            "PD" if r == "RELAPSE" else r
            for r, d in zip(rs.RSSTRESC, rs.RSDTC, strict=True)
            if start < d[:10] <= later and r != "NE"
        ]
        found.append((usubjid, disease[usubjid], next((r for r in ORDER if r in seen), "none")))
    return pandas.DataFrame(found, columns=["USUBJID", "DISEASE", "BEST"])


@pytest.mark.parametrize("day", CUT_DATES, ids=str)
def test_best_response_equals_raw_files_and_known_answers(sample_cuts, known, day):
    adrs = sample_cuts[day].table("adrs")
    best = (
        adrs[adrs.PARAMCD == "BOR"]
        .assign(BEST=lambda f: f.AVALC.where(f.AVALC.isin(ORDER), "none"))
        .set_index("USUBJID")
        .BEST
    )
    naive = naive_best(day.isoformat()).set_index("USUBJID").BEST
    assert best.sort_index().to_dict() == naive.sort_index().to_dict()
    told = known[day.isoformat()]["best_response_by_subject"]
    assert {u[-7:]: "NR" if b == "PD" else b for u, b in best.items()} == told


@pytest.mark.parametrize("day", CUT_DATES, ids=str)
def test_rates_equal_raw_files_and_known_answers(sample_cuts, known, day):
    table = remission_rate(View(sample_cuts[day])).table.set_index(["DISEASE", "ANALYSIS"])
    naive = naive_best(day.isoformat())
    for disease, good in (("ALL", ("CR", "CRi")), ("AML", ("CR", "CRh", "CRi"))):
        rows = naive[naive.DISEASE == disease]
        treated = table.loc[(disease, "All treated")]
        assert (treated.REMISSION, treated.N) == (rows.BEST.isin(good).sum(), len(rows))
        assert (treated.REMISSION, treated.N) == tuple(
            known[day.isoformat()]["remissions"][disease][k] for k in ("remission", "treated")
        )
        evaluable = table.loc[(disease, "Response-evaluable")]
        assert evaluable.N + treated.AWAITING + treated.NOTEVAL == treated.N
        limits = binomtest(int(evaluable.REMISSION), int(evaluable.N)).proportion_ci(method="exact")
        assert (evaluable.LOWER, evaluable.UPPER) == pytest.approx((limits.low, limits.high))


@pytest.mark.parametrize("day", CUT_DATES, ids=str)
def test_enrolled_are_those_with_an_enrolment_in_the_raw_files(sample_cuts, day):
    data = sample(day.isoformat())
    enrolled = set(data["ds"][data["ds"].DSDECOD == "ENROLLED"].USUBJID) | set(data["ex"].USUBJID)
    table = sample_cuts[day].ask("remission_by_disease")
    assert table[table.ANALYSIS == "All enrolled"].N.sum() == len(enrolled)


@pytest.mark.parametrize("day", CUT_DATES, ids=str)
def test_by_dose_adds_up_to_by_disease(sample_cuts, day):
    by_dose = sample_cuts[day].ask("remission_by_dose").groupby("DISEASE")[["N", "REMISSION", "TREATED"]].sum()
    whole = sample_cuts[day].ask("remission_by_disease").query("ANALYSISN == 1").set_index("DISEASE")
    assert (by_dose.N == whole.N).all() and (by_dose.REMISSION == whole.REMISSION).all()
    naive = naive_best(day.isoformat())
    arm = sample(day.isoformat())["dm"].set_index("USUBJID").ACTARMCD
    treated = naive.groupby([naive.DISEASE, naive.USUBJID.map(arm)]).size()
    assert {k: v for k, v in treated.items()} == {
        (r.DISEASE, f"A{r.TRTAN:g}"): r.TREATED
        for r in sample_cuts[day].ask("remission_by_dose").itertuples()
        if r.TREATED
    }


def test_the_trend_with_dose_is_that_of_every_way_the_remissions_could_fall(sample_cuts):
    made = remission_by_dose(View(sample_cuts[CUT_DATES[-1]]))
    for name, rows in made.table.groupby("DISEASE"):
        doses = [row.TRTAN for row in rows.itertuples() for _ in range(row.N)]
        seen, number = sum(row.TRTAN * row.REMISSION for row in rows.itertuples()), int(rows.REMISSION.sum())
        mean, p = number * sum(doses) / len(doses), rows.PTREND.iloc[0]
        if name == "AML":
            sums = [sum(chosen) for chosen in combinations(doses, number)]
            assert p == pytest.approx(sum(abs(value - mean) >= abs(seen - mean) - 1e-9 for value in sums) / len(sums))
        assert f"o trend shown in {name} (exact p = {p:.3f}, n = {len(doses)})" in made.sentences[0] and p > 0.05
    widths = sorted(100 * (row.UPPER - row.LOWER) for row in made.table.itertuples() if row.N)
    assert f"{widths[0]:.0f} to {widths[-1]:.0f} percentage points wide" in made.sentences[1]


@pytest.mark.parametrize(("high", "word"), [(6, "rising"), (0, "falling")])
def test_a_trend_is_called_by_its_direction_and_one_dose_has_none(high, word):
    rows = {"DISEASE": "ALL", "TRTAN": [130, 160, None], "REMISSION": [6 - high, high, 3], "N": [6, 6, 3]}
    table = pandas.DataFrame(rows | {"POSSREM": 0, "POSSNEW": 0})
    # 2 of the 924 ways in which 6 remissions fall on 12 subjects are as far from the mean: P = 0.002, of 12 subjects
    assert by_dose._verdict(table) == f"Remission {word} with dose in ALL (exact p = 0.002, n = 12)."
    assert by_dose._verdict(table.iloc[:1]) == "Only one dose in ALL (n = 6)."


def test_a_trend_that_possible_remissions_would_undo_is_not_known():
    rows = {"DISEASE": "ALL", "TRTAN": [130, 160], "REMISSION": [0, 3], "N": [6, 4], "POSSREM": [5, 0], "POSSNEW": 0}
    # 3 of 10 all at the higher dose: 4 of 120 ways; 8 of 10: 5 of 6 and 3 of 4, P = 1
    assert by_dose._verdict(pandas.DataFrame(rows)) == (
        "Trend in ALL not known: remission rising with dose (exact p = 0.033, n = 10) without the possible "
        "remissions, no trend shown (exact p = 1.000, n = 10) with them."
    )
    # all or none: P above 0.05; those at the higher dose alone: 1 of 8 against 7 of 8, 130 of 12870 ways
    both = {"DISEASE": "AML", "TRTAN": [130, 160], "REMISSION": [1, 3], "N": 8, "POSSREM": [4, 4], "POSSNEW": 0}
    assert by_dose._verdict(pandas.DataFrame(both)) == (
        "Trend in AML not known: no trend shown (exact p = 0.569, n = 16) without the possible remissions, remission "
        "rising with dose (exact p = 0.010, n = 16) with those at 160 alone."
    )
    table = by_dose._with_trend(pandas.DataFrame(rows))
    assert table.PTREND.tolist() == pytest.approx([4 / 120] * 2) and table.PPOSS.tolist() == [1, 1]


def test_a_p_value_is_never_nought_and_never_rounds_across_the_limit():
    assert [p_value(p) for p in (0.0004, 0.0333, 0.04996, 0.05, 1)] == [
        "p < 0.001",
        "p = 0.033",
        "p = 0.04996",
        "p = 0.050",
        "p = 1.000",
    ]


def test_difference_uses_the_named_conventions(sample_cuts):
    shown = remission_difference(View(sample_cuts[CUT_DATES[-1]]))
    rates = sample_cuts[CUT_DATES[-1]].ask("remission_by_disease").query("ANALYSISN == 1").set_index("DISEASE")
    counts = [int(rates.loc[d, c]) for d in ("ALL", "AML") for c in ("REMISSION", "N")]
    for row, method in zip(shown.table.itertuples(), ("miettinen-nurminen", "newcombe"), strict=True):
        expected = difference(*counts, method=method)
        assert (row.ESTIMATE, row.LOWER, row.UPPER) == (expected.estimate, expected.lower, expected.upper)
        x1, n1, x2, n2 = counts
        assert row.P == pytest.approx(fisher_exact([[x1, n1 - x1], [x2, n2 - x2]]).pvalue)
    assert "Miettinen" in shown.method and "Newcombe" in shown.method and "two-sided" in shown.method


def three_and_three(make_cut, trial, second="NR", count=3, cut=date(2007, 11, 30)):
    people = (
        "id disease arm start\n"
        + "\n".join(f"{n} ALL A130 2007-03-01" for n in range(1, 4))
        + "".join(f"\n{n} AML A160 2007-03-01" for n in range(4, 4 + count))
    )
    responses = "id day response evaluator\n" + "\n".join(
        f"{n} 30 {'CR' if n < 4 else second} INVESTIGATOR" for n in range(1, 4 + count)
    )
    return make_cut(delivery(people, responses), trial, cut)


def test_none_and_all_of_three(make_cut, trial):
    view = View(three_and_three(make_cut, trial))
    table = remission_rate(view).table.query("ANALYSISN == 1").set_index("DISEASE")
    assert (table.loc["ALL"].RATE, table.loc["ALL"].UPPER, table.loc["AML"].RATE, table.loc["AML"].LOWER) == (
        1,
        1,
        0,
        0,
    )
    assert (table.loc["ALL"].LOWER, table.loc["AML"].UPPER) == pytest.approx((0.2924, 0.7076), abs=5e-5)
    assert remission_difference(view).table.P.tolist() == pytest.approx([0.1, 0.1])


def test_nobody_at_a_level_has_no_rate_and_says_so(make_cut, trial):
    shown = remission_by_dose(View(three_and_three(make_cut, trial)))
    empty = shown.table.query("DISEASE == 'ALL' and TRTAN == 160").iloc[0]
    assert (empty.N, empty.REMISSION) == (0, 0) and isnan(empty.RATE) and isnan(empty.LOWER)
    assert any("ALL</b> 160 mg/m²/day: no subjects" in a.text for a in shown.figure.layout.annotations)
    assert set(shown.table.TRTAN) == {130, 160}


def test_one_disease_alone_is_not_compared(make_cut, trial):
    view = View(three_and_three(make_cut, trial, count=0))
    shown = remission_difference(view)
    assert (
        shown.figure is None
        and shown.finding.startswith("No comparison")
        and "3 with ALL and 0 with AML" in shown.finding
    )
    assert "0 of 0 (no rate)" in remission_rate(view).finding


def test_changes_since_the_previous_cut_are_marked(make_cut, trial):
    before = three_and_three(make_cut, trial, count=2, cut=date(2007, 8, 31))
    now = three_and_three(make_cut, trial, second="PR", count=3)
    view = View(now, before)
    rates = remission_rate(view).table.set_index(["DISEASE", "ANALYSISN"])
    assert (rates.loc[("AML", 1)].PREVIOUS, rates.loc[("AML", 1)].SINCE, rates.loc[("ALL", 1)].SINCE) == (
        "0 of 2",
        "changed",
        "",
    )
    assert best_response(view).table.set_index("SUBJID").SINCE.to_dict() == {
        "1": "",
        "2": "",
        "3": "",
        "4": "changed",
        "5": "changed",
        "6": "new",
    }
    backwards = response_assessments(View(before, now)).table
    assert backwards.set_index("SUBJID").SINCE.to_dict() == {
        "1": "",
        "2": "",
        "3": "",
        "4": "changed",
        "5": "changed",
        "6": "removed",
    }
    assert "2 changed, 1 removed" in response_assessments(View(before, now)).population
    rings = [trace for trace in best_response(view).figure.data if trace.meta == "changed"]
    assert sum(len(trace.x) for trace in rings) == 3


def test_figure_of_rates_is_its_table(sample_cuts):
    for function in (remission_rate, remission_by_dose, remission_difference):
        shown = function(View(sample_cuts[CUT_DATES[-1]], sample_cuts[CUT_DATES[0]]))
        column = "ESTIMATE" if "ESTIMATE" in shown.table else "RATE"
        drawn = [trace.x[0] for trace in shown.figure.data if trace.meta == "estimate"]
        assert drawn == shown.table[column].dropna().tolist()
        lines = [tuple(trace.x) for trace in shown.figure.data if trace.mode == "lines"]
        assert lines == [(r.LOWER, r.UPPER) for r in shown.table.itertuples() if not isnan(getattr(r, column))]


@pytest.mark.parametrize("function", DISPLAYS)
def test_displays_without_subjects(make_cut, trial, sample_cuts, function):
    nobody = function(View(sample_cuts[CUT_DATES[-1]], sample_cuts[CUT_DATES[0]], Filters(sites=("no such site",))))
    assert nobody.finding.startswith("No ") and nobody.figure is None and nobody.table.empty
    empty = function(View(make_cut({}, trial)))
    assert not empty.collected and "not collected" in empty.finding


@pytest.mark.parametrize("function", DISPLAYS)
def test_displays_with_one_subject(make_cut, trial, function):
    people = "id disease arm start\n1 ALL A130 2007-03-01"
    shown = function(
        View(make_cut(delivery(people, "id day response evaluator\n1 30 CR INVESTIGATOR", LAB.split("\n2")[0]), trial))
    )
    assert shown.finding and shown.collected
    assert function is remission_difference or len(shown.table) >= 1


@pytest.mark.parametrize("function", DISPLAYS)
def test_displays_of_the_pilot_say_what_was_not_collected(pilot_cut, function):
    shown = function(View(pilot_cut))
    if function is swimmer:
        assert shown.collected and shown.table.USUBJID.nunique() == 254
    else:
        assert not shown.collected and "not collected" in shown.finding


@pytest.mark.parametrize("function", DISPLAYS)
def test_displays_name_only_columns_that_they_have(sample_cuts, function):
    shown = function(View(sample_cuts[CUT_DATES[-1]], sample_cuts[CUT_DATES[1]]))
    assert set(shown.labels) <= set(shown.table.columns) and set(shown.formats) <= set(shown.labels)
    assert shown.synthetic and "Phase I" in shown.method and shown.questions
