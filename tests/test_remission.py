"""Responses and remission rates: against the raw files, against known answers, and on drawn tables."""
import json
from datetime import date
from itertools import product
from math import isnan

import pandas
import pytest
from scipy.stats import binomtest, fisher_exact

from conftest import CUT_DATES, SAMPLE
from displays.display import Display
from displays.remission import remission_by_dose, remission_difference, remission_rate
from displays.response import best_response, marrow_blasts
from displays.response_table import disagreements, response_assessments
from displays.swimmer import bars, spells, swimmer
from drawn_responses import TERMS, delivery
from queries import Filters, View
from raw import sample
from stats.proportions import difference
from stats.response import all_response, aml_response

DISPLAYS = (remission_rate, remission_difference, remission_by_dose, best_response, marrow_blasts, swimmer, response_assessments)
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
        rs = data["rs"][(data["rs"].USUBJID == usubjid) & (data["rs"].RSEVAL == "INVESTIGATOR") & (data["rs"].RSTESTCD == "OVRLRESP")]
        seen = ["PD" if r == "RELAPSE" else r for r, d in zip(rs.RSSTRESC, rs.RSDTC) if start < d[:10] <= later and r != "NE"]
        found.append((usubjid, disease[usubjid], next((r for r in ORDER if r in seen), "none")))
    return pandas.DataFrame(found, columns=["USUBJID", "DISEASE", "BEST"])


@pytest.mark.parametrize("day", CUT_DATES, ids=str)
def test_best_response_equals_raw_files_and_known_answers(sample_cuts, known, day):
    adrs = sample_cuts[day].table("adrs")
    best = adrs[adrs.PARAMCD == "BOR"].assign(BEST=lambda f: f.AVALC.where(f.AVALC.isin(ORDER), "none")).set_index("USUBJID").BEST
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
        assert (treated.REMISSION, treated.N) == tuple(known[day.isoformat()]["remissions"][disease][k] for k in ("remission", "treated"))
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
        (r.DISEASE, f"A{r.TRTAN:g}"): r.TREATED for r in sample_cuts[day].ask("remission_by_dose").itertuples() if r.TREATED}


def test_difference_uses_the_named_conventions(sample_cuts):
    shown = remission_difference(View(sample_cuts[CUT_DATES[-1]]))
    rates = sample_cuts[CUT_DATES[-1]].ask("remission_by_disease").query("ANALYSISN == 1").set_index("DISEASE")
    counts = [int(rates.loc[d, c]) for d in ("ALL", "AML") for c in ("REMISSION", "N")]
    for row, method in zip(shown.table.itertuples(), ("miettinen-nurminen", "newcombe")):
        expected = difference(*counts, method=method)
        assert (row.ESTIMATE, row.LOWER, row.UPPER) == (expected.estimate, expected.lower, expected.upper)
        x1, n1, x2, n2 = counts
        assert row.P == pytest.approx(fisher_exact([[x1, n1 - x1], [x2, n2 - x2]]).pvalue)
    assert "Miettinen" in shown.method and "Newcombe" in shown.method and "two-sided" in shown.method


CASES = """
id  disease  arm   start
1   ALL      A130  2007-03-01
2   ALL      A130  2007-11-10
3   ALL      A130  2007-08-01
4   ALL      A130  2007-03-01
5   ALL      A130  2007-03-01
6   ALL      A130  2007-03-01
7   ALL      A130  2007-03-01
8   ALL      A130  2007-03-01
9   ALL      A130  2007-03-01
10  ALL      A130  2007-03-01
11  AML      A130  2007-03-01
12  AML      A130  2007-03-01
13  ALL      A130  2007-11-05
14  ALL      A130  2007-03-15
15  ALL      A130  2007-03-01
16  ALL      A130  2007-03-01
17  ALL      A130  2007-03-01
18  ALL      A130  2007-03-01
19  ALL      A130  2007-03-01
20  AML      A130  2007-03-01
21  ALL      A130  2007-03-01
"""
RESPONSES = """
id  day      response  evaluator
4   30       PR        INVESTIGATOR
4   30       CR        INDEPENDENT_ASSESSOR
5   30       CR        INVESTIGATOR
5   60       RELAPSE   INVESTIGATOR
5   100      CRi       INVESTIGATOR
6   30       NR        INVESTIGATOR
6   60       CR        INVESTIGATOR
7   40       CR        INVESTIGATOR
8   60       CR        INVESTIGATOR
9   30       NE        INVESTIGATOR
10  30       CRh       INVESTIGATOR
11  30       CRh       INVESTIGATOR
12  30       RELAPSE   INVESTIGATOR
13  2007-11  CR        INVESTIGATOR
14  2007-02  CR        INVESTIGATOR
14  1        CR        INVESTIGATOR
14  40       MLFS      INVESTIGATOR
17  30       NR        INVESTIGATOR
17  30       CRi       INVESTIGATOR
18  30       good      INVESTIGATOR
19  30       CR        INDEPENDENT_ASSESSOR
20  30       SD        .
20  60       CR        .
21  .        CR        INVESTIGATOR
"""
EVENTS = """
id  day      what
1   12       DEATH
6   40       TRANSPLANT
7   40       TRANSPLANT
8   20       TRANSPLANT
15  20       PROGRESSIVE_DISEASE
16  9        OFF_WITHDRAWAL_BY_SUBJECT
20  50       NEWDRUG
"""
EXPECTED = {
    # id: status, best response, in remission, remark
    1: ("Evaluable", None, "N", "died on day 12 before a first assessment"),
    2: ("Awaiting first assessment", None, "N", "day 21, no assessment yet"),
    3: ("Not evaluable", None, "N", "no assessment by day 122"),
    4: ("Evaluable", "PR", "N", None),  # two evaluators: the investigator counts
    5: ("Evaluable", "CR", "Y", None),  # relapse, then remission
    6: ("Evaluable", "NR", "N", None),  # response after a transplant
    7: ("Evaluable", "CR", "Y", None),  # response on the day of a transplant
    8: ("Not evaluable", None, "N", "transplant on day 20 before a first assessment"),
    9: ("Not evaluable", "NE", "N", "only assessments that could not be evaluated"),
    10: ("Evaluable", "CRh", "N", None),  # CRh is no remission in ALL
    11: ("Evaluable", "CRh", "Y", None),
    12: ("Evaluable", "PD", "N", None),  # a relapse is no best response
    13: ("Evaluable", "CR", "Y", None),  # month of the first infusion, day unknown
    14: ("Evaluable", "MLFS", "N", None),  # assessments before treatment do not count
    15: ("Evaluable", None, "N", "progressed before a first assessment"),
    16: ("Not evaluable", None, "N", "withdrawal by subject on day 9 without an assessment"),
    17: ("Evaluable", "CRi", "Y", None),  # twice on one day: the one entered last
    18: ("Not evaluable", None, "N", "no assessment by day 275"),  # "good" is no response category
    19: ("Not evaluable", None, "N", "no assessment by day 275"),
    20: ("Evaluable", "NR", "N", None),  # new therapy; evaluator not given is the investigator
    21: ("Not evaluable", None, "N", "no assessment by day 275"),
}


@pytest.fixture(scope="module")
def drawn(make_cut, trial):
    return make_cut(delivery(CASES, RESPONSES, events=EVENTS), trial)


@pytest.mark.parametrize("subject", EXPECTED)
def test_best_response_of_a_drawn_subject(drawn, subject):
    adrs = drawn.table("adrs")
    row = adrs[(adrs.PARAMCD == "BOR") & (adrs.USUBJID == f"T-{subject}")].iloc[0]
    values = tuple(None if pandas.isna(v) else v for v in (row.EVALSTAT, row.AVALC, row.RSPFL, row.REASON))
    assert values == EXPECTED[subject]
    assert row.EVALFL == ("Y" if row.EVALSTAT == "Evaluable" else "N")


def test_what_does_not_count_is_named(drawn):
    table = response_assessments(View(drawn)).table
    assert len(table) == 24
    reasons = table[table.REASON.notna()].groupby("REASON").size().to_dict()
    assert reasons == {"other evaluator": 2, "after transplant": 2, "after new therapy": 1, "before treatment": 2,
                       "repeated on the day": 1, "response not recognised": 1, "no date": 1}


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


@pytest.mark.parametrize("later, expected", [
    ([], "not yet confirmed"), ([(50, "CR")], "not yet confirmed"), ([(58, "CR")], "confirmed"), ([(57, "CR")], "not yet confirmed"),
    ([(45, "RELAPSE")], "recurrence within 4 weeks"), ([(80, "RELAPSE")], "confirmed"), ([(58, "NE")], "not yet confirmed"),
])
def test_a_complete_remission_in_all_must_last_four_weeks(make_cut, trial, later, expected):
    drawn = "\n".join(f"1 {day} {response} INVESTIGATOR" for day, response in [(30, "CR"), *later])
    cut = make_cut(delivery("id disease arm start\n1 ALL A130 2007-03-01", "id day response evaluator\n" + drawn), trial)
    adrs = cut.table("adrs")
    assert adrs[(adrs.PARAMCD == "OVRLRESP") & (adrs.ADY == 30)].CONFIRM.item() == expected
    rate = cut.ask("remission_by_disease").query("DISEASE == 'ALL' and ANALYSISN == 1").iloc[0]
    assert (rate.REMISSION, rate.UNCONF, rate.LOST) == (1, expected == "not yet confirmed", expected == "recurrence within 4 weeks")


GRID = list(product(("ALL", "AML"), (0, 4.9, 5, 12, 25, 25.1, 70), (None, 20, 60), (0, 5, 30), (None, 10, 40), (0.49, 0.5, 0.99, 1), (49, 50, 99, 100)))


def test_the_response_by_counts_is_that_of_the_criteria(make_cut, trial):
    people, responses, laboratory = [], [], []
    for number, (disease, marrow, before, blood, blood_before, anc, platelets) in enumerate(GRID):
        usubjid = f"T-{number}"
        people.append((usubjid, disease))
        responses.append((usubjid, "2007-04-01"))
        values = [("2007-03-01", "BLASTLE", "BONE MARROW", before), ("2007-03-01", "BLASTLE", "BLOOD", blood_before), ("2007-04-01", "BLASTLE", "BONE MARROW", marrow),
                  ("2007-04-02", "BLASTLE", "BLOOD", blood), ("2007-03-30", "NEUT", "BLOOD", anc), ("2007-04-08", "PLAT", "BLOOD", platelets)]
        laboratory += [(usubjid, *value) for value in values if value[-1] is not None]
    frames = delivery("id disease arm start\n0 ALL A130 2007-03-01", "id day response evaluator\n0 30 CR .")
    everyone = pandas.DataFrame(people, columns=["USUBJID", "DISEASE"])
    for name in ("dm", "ex", "mh"):
        one = frames[name].iloc[0].to_dict()
        frames[name] = pandas.DataFrame([one | {"USUBJID": u, **({"MHTERM": TERMS[d]} if name == "mh" else {})} for u, d in people])
    frames["rs"] = pandas.DataFrame([frames["rs"].iloc[0].to_dict() | {"USUBJID": u, "RSDTC": d} for u, d in responses])
    lab = pandas.DataFrame(laboratory, columns=["USUBJID", "LBDTC", "LBTESTCD", "LBSPEC", "LBSTRESN"])
    frames["lb"] = lab.assign(LBSEQ=range(len(lab)), LBSTRESC=lab.LBSTRESN.astype(str), LBSTRESU=lab.LBTESTCD.map({"BLASTLE": "%"}).fillna("10^9/L"))
    adrs = make_cut(frames, trial).table("adrs")
    found = adrs[adrs.PARAMCD == "OVRLRESP"].set_index("USUBJID").DERRESP
    got = [None if pandas.isna(found[u]) else found[u] for u in everyone.USUBJID]
    assert got == [criteria(*values) for values in GRID]
    assert set(got) == {"CR", "CRh", "CRi", "MLFS", "PR", "NR", "PD", None}


def criteria(disease, marrow, before, blood, blood_before, anc, platelets):
    given = dict(marrow_blasts_pct=marrow, baseline_marrow_blasts_pct=before, circulating_blasts=blood, extramedullary=False, anc_1e9_per_l=anc, platelets_1e9_per_l=platelets)
    answer = aml_response(**given) if disease == "AML" else all_response(**given, baseline_circulating_blasts=blood_before)
    return "NR" if answer in ("No response", "SD") else answer


LAB = """
id  day  test     value  spec
1   -2   BLASTLE  80     BONE_MARROW
1   30   BLASTLE  3      BONE_MARROW
1   30   MRD      <0.01  BONE_MARROW
1   30   BLASTLE  0      BLOOD
1   31   NEUT     0.6    BLOOD
1   28   PLAT     120    BLOOD
2   -2   BLASTLE  60     BONE_MARROW
2   38   BLASTLE  2      BONE_MARROW
2   30   NEUT     1.6    BLOOD
"""


@pytest.fixture(scope="module")
def judged(make_cut, trial):
    people = "id disease arm start\n1 ALL A130 2007-03-01\n2 AML A160 2007-03-01"
    return make_cut(delivery(people, "id day response evaluator\n1 30 CR INVESTIGATOR\n2 30 CR INVESTIGATOR", LAB), trial)


def test_disagreement_with_the_counts_is_listed(judged):
    table = response_assessments(View(judged)).table.set_index("SUBJID")
    assert (table.loc["1"].DERRESP, table.loc["1"].AGREEMENT, table.loc["1"].MRD) == ("CRi", "counts give CRi", "<0.01")
    # A marrow more than a week away, or counts that are missing, judge nothing
    assert pandas.isna(table.loc["2"].DERRESP) and pandas.isna(table.loc["2"].BLASTBM) and pandas.isna(table.loc["2"].AGREEMENT)
    assert "in 1 of 1 assessment that" in response_assessments(View(judged)).finding


def test_of_several_measurements_the_nearest_then_the_earlier_then_the_later_entry_counts(make_cut, trial):
    lab = LAB.split("\n2 ")[0] + "\n1 -2 BLASTLE 90 BONE_MARROW\n1 31 NEUT 1.2 BLOOD\n1 32 PLAT 50 BLOOD\n1 29 NEUT 0.9 BLOOD\n1 29 NEUT 1.1 BLOOD"
    table = response_assessments(View(make_cut(delivery("id disease arm start\n1 ALL A130 2007-03-01", "id day response evaluator\n1 30 CR .", lab), trial))).table.iloc[0]
    assert (table.BASEBM, table.ANC, table.PLAT, table.DERRESP) == (90, 1.1, 120, "CR")


def test_blasts_before_and_after(judged):
    table = marrow_blasts(View(judged)).table.set_index("SUBJID")
    assert (table.loc["1"].BEFORE, table.loc["1"].AFTER, table.loc["1"].CATEGORY, table.loc["2"].AFTER) == (80, 3, "M1", 2)


@pytest.mark.parametrize("day", CUT_DATES, ids=str)
def test_marrow_blasts_equal_the_raw_files(sample_cuts, day):
    data = sample(day.isoformat())
    lb = data["lb"][(data["lb"].LBTESTCD == "BLASTLE") & (data["lb"].LBSPEC == "BONE MARROW") & (data["lb"].LBSTRESC != "")]
    first = data["ex"].query("EXDOSE > 0").groupby("USUBJID").EXSTDTC.min().str[:10]
    pr = data["pr"][data["pr"].PRDECOD.str.contains("TRANSPLANT")]
    table = marrow_blasts(View(sample_cuts[day])).table.set_index("USUBJID")
    for usubjid, start in first.items():
        end = min(pr[(pr.USUBJID == usubjid) & (pr.PRSTDTC >= start)].PRSTDTC, default="9999")
        own = lb[lb.USUBJID == usubjid].sort_values("LBDTC")
        before, after = own[own.LBDTC.str[:10] <= start], own[(own.LBDTC.str[:10] > start) & (own.LBDTC.str[:10] <= end)]
        assert table.loc[usubjid].BEFORE == before.LBSTRESN.iloc[-1]
        assert table.loc[usubjid].AFTER == after.LBSTRESN.min() or (isnan(table.loc[usubjid].AFTER) and after.empty)


def three_and_three(make_cut, trial, second="NR", count=3, cut=date(2007, 11, 30)):
    people = "id disease arm start\n" + "\n".join(f"{n} ALL A130 2007-03-01" for n in range(1, 4)) + "".join(f"\n{n} AML A160 2007-03-01" for n in range(4, 4 + count))
    responses = "id day response evaluator\n" + "\n".join(f"{n} 30 {'CR' if n < 4 else second} INVESTIGATOR" for n in range(1, 4 + count))
    return make_cut(delivery(people, responses), trial, cut)


def test_none_and_all_of_three(make_cut, trial):
    view = View(three_and_three(make_cut, trial))
    table = remission_rate(view).table.query("ANALYSISN == 1").set_index("DISEASE")
    assert (table.loc["ALL"].RATE, table.loc["ALL"].UPPER, table.loc["AML"].RATE, table.loc["AML"].LOWER) == (1, 1, 0, 0)
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
    assert shown.figure is None and shown.finding.startswith("No comparison") and "3 with ALL and 0 with AML" in shown.finding
    assert "0 of 0 (no rate)" in remission_rate(view).finding


def test_changes_since_the_previous_cut_are_marked(make_cut, trial):
    before = three_and_three(make_cut, trial, count=2, cut=date(2007, 8, 31))
    now = three_and_three(make_cut, trial, second="PR", count=3)
    view = View(now, before)
    rates = remission_rate(view).table.set_index(["DISEASE", "ANALYSISN"])
    assert (rates.loc[("AML", 1)].PREVIOUS, rates.loc[("AML", 1)].CHANGED, rates.loc[("ALL", 1)].CHANGED) == ("0 of 2", "changed", "")
    assert best_response(view).table.set_index("SUBJID").CHANGED.to_dict() == {"1": "", "2": "", "3": "", "4": "changed", "5": "changed", "6": "new"}
    backwards = response_assessments(View(before, now)).table
    assert backwards.set_index("SUBJID").CHANGED.to_dict() == {"1": "", "2": "", "3": "", "4": "changed", "5": "changed", "6": "gone"}
    assert "2 changed and 1 gone" in response_assessments(View(before, now)).population
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


def test_every_subject_has_one_mark_that_leads_to_it(sample_cuts):
    view = View(sample_cuts[CUT_DATES[-1]], sample_cuts[CUT_DATES[1]])
    shown = best_response(view)
    marks = [row[0] for trace in shown.figure.data if trace.customdata is not None for row in trace.customdata]
    assert sorted(marks) == sorted(shown.table.USUBJID) and len(marks) == 35
    blasts = marrow_blasts(view)
    for column in ("BEFORE", "AFTER"):
        trace = next(t for t in blasts.figure.data if t.meta == column)
        assert dict(zip((row[0] for row in trace.customdata), trace.x)) == blasts.table.set_index("USUBJID")[column].dropna().to_dict()


@pytest.mark.parametrize("day", CUT_DATES, ids=str)
def test_swimmer_shows_what_the_raw_files_hold(sample_cuts, known, day):
    shown = swimmer(View(sample_cuts[day]))
    happened = shown.table.groupby("KIND").SUBJID.agg(lambda s: sorted(set(s))).to_dict()
    told = known[day.isoformat()]
    assert happened["Death"] == sorted(told["deaths"]) and happened["Transplant"] == sorted(told["transplants"]) and happened["Relapse"] == sorted(told["relapses"])
    ex = sample(day.isoformat())["ex"]
    assert sorted(shown.table.SUBJID.unique()) == sorted(ex.USUBJID.str[-7:].unique())
    bar = next(trace for trace in shown.figure.data if trace.type == "bar")
    assert dict(zip((row[0] for row in bar.customdata), bar.x)) == bars(shown.table).set_index("USUBJID").LASTDY.to_dict()
    for kind in ("Relapse", "Death", "Transplant", "Remission", "Course"):
        trace = next(t for t in shown.figure.data if t.name == kind)
        assert sorted(zip((row[0] for row in trace.customdata), trace.x)) == sorted(zip(shown.table[shown.table.KIND == kind].USUBJID, shown.table[shown.table.KIND == kind].ADY))


def test_a_second_remission_is_a_second_spell(drawn):
    own = swimmer(View(drawn)).table.query("SUBJID == '5'")
    assert [(s.start, s.end) for s in spells(own)] == [(30, 60), (100, 100)]


def swimming(make_cut, trial, *, deaths: str = "", responses: str = "", events: str = "", previous=None) -> Display:
    """The swimmer plot of three subjects; `deaths` are the subjects dead by DTHFL alone."""
    frames = delivery("id disease arm start\n1 ALL A130 2007-03-01\n2 ALL A130 2007-03-01\n3 AML A130 2007-03-01",
                      "id day response evaluator\n1 30 CR INVESTIGATOR\n" + responses, events=events)
    frames["dm"] = frames["dm"].assign(DTHFL=["Y" if s in deaths.split() else "" for s in frames["dm"].SUBJID])
    return swimmer(View(make_cut(frames, trial), previous))


def test_a_death_without_a_date_is_drawn_as_a_death(make_cut, trial):
    shown = swimming(make_cut, trial, deaths="1", events="id day what\n2 40 DEATH")
    own = shown.table.query("SUBJID == '1'")
    assert set(own.STATUS) == {"died"} and own[own.KIND == "Death undated"][["ADY", "DETAIL"]].values.tolist() == [[30, "date unknown; last known alive"]]
    assert "2 died (1 without a usable date)" in shown.finding and "2 died, 1 on study" in shown.population
    arrows = next(trace for trace in shown.figure.data if trace.name == "Ongoing")
    assert [row[0] for row in arrows.customdata] == ["T-3"]
    assert [row[0] for row in next(trace for trace in shown.figure.data if trace.name == "Death undated").customdata] == ["T-1"]
    assert [(s.start, s.end) for s in spells(own)] == [(30, 30)]


def test_a_death_without_a_date_is_new_once(make_cut, trial):
    people = "id disease arm start\n1 ALL A130 2007-03-01"
    frames = [delivery(people, f"id day response evaluator\n1 {day} NR INVESTIGATOR") for day in (30, 60)]
    now, later = (make_cut(f | {"dm": f["dm"].assign(DTHFL="Y")}, trial) for f in frames)
    assert swimmer(View(later, now)).table.query("KIND == 'Death undated'").CHANGED.tolist() == [""]
    assert swimmer(View(now, make_cut(frames[0], trial))).table.query("KIND == 'Death undated'").CHANGED.tolist() == ["new"]


def test_a_death_before_the_first_infusion_is_a_death(make_cut, trial):
    shown = swimming(make_cut, trial, events="id day what\n2 -5 DEATH")
    assert "1 died (1 without a usable date)" in shown.finding and shown.table.query("KIND == 'Death undated'").DETAIL.tolist() == ["dated before the first infusion; last known alive"]


def test_relapses_are_counted_out_of_the_remissions(make_cut, trial, sample_cuts):
    shown = swimming(make_cut, trial, responses="1 60 RELAPSE INVESTIGATOR\n2 20 MLFS INVESTIGATOR\n2 50 RELAPSE INVESTIGATOR\n3 40 PD INVESTIGATOR")
    assert "1 of 1 in remission relapsed; 1 relapse and 1 progression without a remission." in shown.finding
    view = View(sample_cuts[CUT_DATES[-1]])
    duration = view.ask("survival_times", endpoint="DOR")
    assert f"{sum(duration.EVNTDESC == 'Relapse')} of {len(duration)} in remission relapsed; 1 relapse and " in swimmer(view).finding


def test_a_relapse_before_a_remission_hides_no_later_one(make_cut, trial):
    shown = swimming(make_cut, trial, responses="1 10 RELAPSE INVESTIGATOR\n1 60 RELAPSE INVESTIGATOR")
    assert shown.table.query("KIND == 'Relapse'").ADY.tolist() == [10, 60] and "1 of 1 in remission relapsed." in shown.finding


def where_now(cut) -> tuple[dict, dict]:
    """How many are where by the swimmer plot and by the subject flow."""
    subjects = bars(swimmer(View(cut)).table)
    return subjects.STATUS.value_counts().to_dict(), cut.ask("flow_counts").query("PART == 'Study'").set_index("STEP").NUMBER.dropna().to_dict()


@pytest.mark.parametrize("day", CUT_DATES, ids=str)
def test_swimmer_and_subject_flow_agree(sample_cuts, day):
    swum, flow = where_now(sample_cuts[day])
    assert swum == {k: n for k, n in {"died": flow["Died"], "ongoing": flow["On treatment"] + flow["In follow-up"], "off study": flow["Left the study alive"]}.items() if n}


def test_the_pilot_does_not_know_who_left_the_study(pilot_cut):
    swum, flow = where_now(pilot_cut)
    assert flow == {"On treatment": 0, "Died": 3} and swum == {"died": 3, "not collected": 251}
    shown = swimmer(View(pilot_cut))
    assert "whether 251 others are still on study was not collected" in shown.population and "off study" not in shown.population
    assert not any(trace.name == "Ongoing" for trace in shown.figure.data) and shown.source


def test_who_left_without_a_date_is_counted_once(make_cut, trial):
    frames = delivery("id disease arm start\n1 ALL A130 2007-03-01\n2 ALL A130 2007-03-01", events="id day what\n1 50 OFF_WITHDRAWAL_BY_SUBJECT")
    frames["ds"].loc[frames["ds"].DSSEQ == 9, "DSSTDTC"] = ""
    swum, flow = where_now(make_cut(frames, trial))
    assert swum == {"off study": 1, "ongoing": 1} and flow == {"On treatment": 1, "In follow-up": 0, "Left the study alive": 1, "Died": 0}


@pytest.mark.parametrize("function", DISPLAYS)
def test_displays_without_subjects(make_cut, trial, sample_cuts, function):
    nobody = function(View(sample_cuts[CUT_DATES[-1]], sample_cuts[CUT_DATES[0]], Filters(sites=("no such site",))))
    assert nobody.finding.startswith("No ") and nobody.figure is None and nobody.table.empty
    empty = function(View(make_cut({}, trial)))
    assert not empty.collected and "not collected" in empty.finding


@pytest.mark.parametrize("function", DISPLAYS)
def test_displays_with_one_subject(make_cut, trial, function):
    people = "id disease arm start\n1 ALL A130 2007-03-01"
    shown = function(View(make_cut(delivery(people, "id day response evaluator\n1 30 CR INVESTIGATOR", LAB.split("\n2")[0]), trial)))
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
