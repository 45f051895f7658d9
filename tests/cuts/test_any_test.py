"""Any laboratory test over time: bands and grades against the raw rows, one value a day, many subjects, and gaps."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from statistics import median, quantiles

import pandas
import pytest
from sample_raw import first_infusion, rows

from displays.laboratory.any_test import MOST_LINES, NAMED_LINES, any_test
from displays.laboratory.electrolytes import electrolytes
from displays.laboratory.kidney import kidney_by_dose
from displays.laboratory.kidney_subjects import kidney_subjects
from queries import Filters, View
from trial import Trial

CUT = "2008-02-29"
BEGAN = date(2007, 1, 10)


def weekly(lb, first, dose_of):
    """Dose and week since the first infusion → the last value of each subject in that week."""
    last = {}
    for row in lb.sort_values("LBDTC", kind="stable").itertuples():
        if row.SUBJID in first:
            days = (date.fromisoformat(row.LBDTC[:10]) - first[row.SUBJID]).days
            last[dose_of[row.SUBJID], days // 7, row.SUBJID] = row.LBSTRESN
    found = defaultdict(list)
    for (dose, week, _), value in last.items():
        found[dose, week].append(value)
    return found


def test_median_and_quartiles_of_the_sample_are_those_of_the_raw_rows(views):
    view = views[CUT]
    lb = rows(CUT, "lb")
    lb = lb[(lb["LBTESTCD"] == "K") & lb["LBSTRESN"].notna()]
    dose_of = view.cut.table("adsl").set_index("SUBJID")["TRTA"].to_dict()
    naive = weekly(lb, first_infusion(CUT), dose_of)
    table = any_test(view, "K").table
    assert {(row.TRTA, row.PLACE): row.N for row in table.itertuples()} == {key: len(v) for key, v in naive.items()}
    for row in table.itertuples():
        values = naive[row.TRTA, row.PLACE]
        assert row.MEDIAN == pytest.approx(median(values)), (row.TRTA, row.PLACE)
        if len(values) > 1:
            lower, _, upper = quantiles(values, n=4, method="inclusive")
            assert (row.Q1, row.Q3) == (pytest.approx(lower), pytest.approx(upper))


def test_electrolytes_of_the_sample_are_those_of_the_raw_rows(views):
    made, lb, first = electrolytes(views[CUT]), rows(CUT, "lb"), first_infusion(CUT)
    lb = lb[(lb["LBTESTCD"] == "K") & lb["LBSTRESN"].notna() & lb["SUBJID"].isin(first)]
    lb = lb[[date.fromisoformat(row.LBDTC[:10]) > first[row.SUBJID] for row in lb.itertuples()]]
    low, severe = (set(lb.loc[lb["LBSTRESN"] < cut, "SUBJID"]) for cut in (lb["LBSTNRLO"], 3.0))
    row = made.table.set_index("TEST").loc["Potassium, low"]
    assert row["ALL"] == f"{len(low)}, {len(severe)} ≥ 3"
    assert {name.split("-", 1)[1] for name in made.behind["ALL 0"]} == low
    assert "CTCAE v5.0" in made.population and "phosphate" in made.population


SETTINGS = """
[trial]
id = "T"
[laboratory]
log_ratio = {ratio}
"""


def drawn(number: int) -> dict[str, pandas.DataFrame]:
    """So many subjects with a baseline, two results on one day, one in another unit, one without a day."""
    names = [f"S{place:03}" for place in range(number)]
    dm = pandas.DataFrame({"USUBJID": names}).assign(STUDYID="S", SITEID="1", ACTARMCD="A", ACTARM="A", AGE=9, SEX="F")
    ex = dm[["USUBJID"]].assign(EXSEQ=1, EXTRT="DRUG", EXDOSE=1.0, EXDOSU="mg", EXSTDTC=BEGAN.isoformat())
    results = []
    for place, name in enumerate(names):
        results += [
            (name, (BEGAN - timedelta(2)).isoformat(), 200.0, "10^9/L"),
            (name, (BEGAN + timedelta(9)).isoformat() + "T08:00", 50.0 + place, "10^9/L"),
            (name, (BEGAN + timedelta(9)).isoformat() + "T18:00", 20.0 + place, "10^9/L"),
        ]
    results += [
        (names[0], (BEGAN + timedelta(20)).isoformat(), 30.0, "furlongs"),
        (names[0], "2007-02", 40.0, "10^9/L"),
    ]
    lb = pandas.DataFrame(results, columns=["USUBJID", "LBDTC", "LBSTRESN", "LBSTRESU"])
    lb = lb.assign(LBTESTCD="PLAT", LBTEST="Platelets", LBSPEC="BLOOD", LBSTNRLO=150.0, LBSTNRHI=400.0)
    lb = lb.assign(LBSEQ=range(1, len(lb) + 1), LBSTRESC=lb["LBSTRESN"].astype(str))
    return {"dm": dm, "ex": ex, "lb": lb}


@pytest.fixture(scope="module")
def many(make_cut):
    return make_cut(drawn(MOST_LINES + 1), Trial.parse(SETTINGS.format(ratio=50)), date(2007, 3, 1))


def test_of_two_results_of_a_day_the_last_is_drawn_and_what_cannot_be_drawn_is_said(many):
    made = any_test(View(many))
    later = made.table[made.table["PLACE"] == 1].iloc[0]
    assert (later.N, later.LOW, later.HIGH) == (MOST_LINES + 1, 20, 20 + MOST_LINES)
    for words in (
        "1 in another unit than 10^9/L not drawn",
        "1 without an exact study day not drawn",
        f"{MOST_LINES + 1} more of a day whose last value is drawn",
        f"more than {MOST_LINES}: lines of the {NAMED_LINES} most severe alone",
    ):
        assert words in made.population
    assert "the last one by time" in made.method and "CTCAE v5.0" in made.population


def test_of_many_subjects_the_most_severe_alone_have_a_line_and_each_mark_names_one(many):
    figure = any_test(View(many)).figure
    named = {point[0] for trace in figure.data for point in trace.customdata or () if point[0]}
    assert named == {f"S{place:03}" for place in range(NAMED_LINES)}, "the lowest counts are the worst"
    assert len(figure.to_json()) < 100_000


@pytest.mark.parametrize("ratio, scale", [(9, "log"), (11, "-")])
def test_the_axis_is_logarithmic_from_the_stated_ratio_on(make_cut, ratio, scale):
    made = any_test(View(make_cut(drawn(3), Trial.parse(SETTINGS.format(ratio=ratio)), date(2007, 3, 1))))
    assert (made.figure.layout.yaxis.type or "-") == scale, "200 is 10 times 20"
    assert ("Logarithmic" in made.method) == (scale == "log")


def test_grades_begin_where_ctcae_says_in_the_unit_of_the_values(many):
    cuts = many.ask("lab_grade_cuts", test="PLAT", unit="10^9/L", low=150.0, high=400.0)
    assert dict(zip(cuts["GRADE"], cuts["START"], strict=True)) == {1: 150, 2: 75, 3: 50, 4: 25}
    cuts = many.ask("lab_grade_cuts", test="PLAT", unit="/uL", low=150000.0, high=None)
    assert cuts.set_index("GRADE")["START"].to_dict() == pytest.approx({1: 150000, 2: 75000, 3: 50000, 4: 25000})
    shades = [shape for shape in any_test(View(many)).figure.layout.shapes if shape.type == "rect"]
    assert [shape.y1 for shape in sorted(shades, key=lambda shape: shape.y1)] == [25, 50, 75, 150]


def test_nobody_and_nothing_are_said(many, make_cut):
    nobody = View(many, filters=Filters(sites=("none",)))
    for display in (any_test, electrolytes, kidney_by_dose, kidney_subjects):
        assert display(nobody).finding == "No subjects match the filters.", display.__name__
    without = drawn(3)
    del without["lb"]
    none = View(make_cut(without, Trial.none(), date(2007, 3, 1)))
    for display in (any_test, electrolytes, kidney_by_dose, kidney_subjects):
        made = display(none)
        assert not made.collected and made.finding.startswith("Laboratory results: "), display.__name__
    assert any_test(View(many), by="visit").finding == "No result of Platelets was delivered with a planned visit."
    untested = View(many)
    assert kidney_by_dose(untested).finding.startswith("Acute kidney injury (KDIGO) in 0 of 0 (no rate)")
    assert "121 not assessable" in kidney_by_dose(untested).population
