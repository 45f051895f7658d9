"""The liver: the sample trial against its raw rows, candidates and what cannot be told on screen and Summary."""

from __future__ import annotations

from datetime import date

import pandas
import pytest
from drawn import THREE, trial_data
from sample_raw import CUTS, KNOWN, first_infusion, rows

from displays.laboratory.liver import liver_peaks
from displays.laboratory.liver_course import liver_course
from displays.laboratory.liver_figure import MOST_MARKS, crowd
from displays.summary.alarms import alarms
from displays.summary.alarms_of_laboratory import of_liver
from queries import Filters, View


def raw_multiples(cut: str) -> pandas.DataFrame:
    """Raw results after the day of the first infusion as multiples of their limit."""
    lb, first = rows(cut, "lb"), first_infusion(cut)
    lb = lb[lb["LBTESTCD"].isin(["ALT", "AST", "BILI"]) & lb["SUBJID"].isin(first)]
    day_of = zip(lb["SUBJID"], lb["LBDTC"], strict=True)
    lb = lb.assign(
        DAY=[(date.fromisoformat(text[:10]) - first[name]).days for name, text in day_of],
        X=lb["LBSTRESN"] / lb["LBSTNRHI"],
    )
    return lb[lb["DAY"] > 0]


@pytest.mark.parametrize("cut", CUTS)
def test_the_sample_has_no_candidate_and_its_peaks_are_those_of_the_raw_rows(views, cut):
    raw = raw_multiples(cut)
    raised = raw[(raw["X"] >= 3) & (raw["LBTESTCD"] != "BILI")].merge(
        raw[(raw["X"] >= 2) & (raw["LBTESTCD"] == "BILI")], on="SUBJID"
    )
    assert sorted(set(raised["SUBJID"])) == KNOWN["cuts"][cut]["hys_law"] == [], "nobody has both, at whatever time"
    made = liver_peaks(views[cut])
    assert made.sentences[1].startswith(f"Nearest: {KNOWN['cuts'][cut]['hys_law_nearest']} (")
    assessed = raw.groupby("SUBJID")["LBTESTCD"].agg(set)
    number = sum(bool(tests & {"ALT", "AST"}) and "BILI" in tests for tests in assessed)
    assert made.finding.startswith(f"Hy's law was met in none of {number} assessed subjects.")
    table = made.table[made.table["HYCD"] == "NONE"].set_index("SUBJID")
    assert len(table) == number
    liver = raw[raw["LBTESTCD"] != "BILI"].groupby("SUBJID")["X"].max()
    bilirubin = raw[raw["LBTESTCD"] == "BILI"].groupby("SUBJID")["X"].max()
    assert table["PEAKLIV"].to_dict() == pytest.approx(liver[table.index].to_dict())
    assert table["PEAKBILI"].to_dict() == pytest.approx(bilirubin[table.index].to_dict())
    assert of_liver(views[cut]) == []


def test_the_nearest_of_the_sample_is_110_001(views):
    made = liver_peaks(views["2008-02-29"])
    assert made.sentences[1].startswith("Nearest: 110-001 (ALT 23.2 × ULN, bilirubin 1.24 × ULN)")
    by_baseline = liver_peaks(views["2008-02-29"], "baseline")
    assert "Relative to baseline 1 more: 110-001" in by_baseline.finding
    assert by_baseline.sentences[0] == made.sentences[0], "the other view changes no result"
    course, raw = liver_course(views["2008-02-29"]), rows("2008-02-29", "lb")
    raised = set(raw_multiples("2008-02-29").query("LBTESTCD != 'BILI' and X >= 3")["SUBJID"])
    raw = raw[raw["SUBJID"].isin(raised) & raw["LBTESTCD"].isin(["ALT", "AST", "BILI", "ALP"])]
    assert len(course.table) == len(raw) and set(course.table["SUBJID"]) == raised == {"106-001", "110-001"}


NAMES = "MET RAISED OPEN NEAR NONE BARE".split()
RESULTS = """USUBJID | LBTESTCD | LBSPEC | LBSTRESC | LBSTRESU | LBSTNRHI | LBDTC
MET | ALT | SERUM | 200 | U/L | 40 | 2007-06-10
MET | BILI | SERUM | 60 | umol/L | 20 | 2007-06-12
MET | ALP | SERUM | 100 | U/L | 300 | 2007-06-10
RAISED | ALT | SERUM | 120 | U/L | 40 | 2007-06-10
RAISED | BILI | SERUM | 40 | umol/L | 20 | 2007-06-10
RAISED | ALP | SERUM | 600 | U/L | 300 | 2007-06-10
OPEN | ALT | SERUM | 120 | U/L | . | 2007-06-10
OPEN | BILI | SERUM | 60 | umol/L | 20 | 2007-06-10
NEAR | ALT | SERUM | 900 | U/L | 40 | 2007-06-10
NEAR | BILI | SERUM | 39 | umol/L | 20 | 2007-06-10
NONE | ALT | SERUM | 20 | U/L | 40 | 2007-06-10
NONE | BILI | SERUM | 10 | umol/L | 20 | 2007-06-10"""


@pytest.fixture(scope="module")
def two(make_cut, trial):
    """The drawn trial as it is, and before one of its candidates was one."""
    people = "USUBJID | ARMCD | INFUSIONS\n" + "\n".join(f"{name} | A130 | {THREE}" for name in NAMES)
    made = []
    for table, day in ((RESULTS, date(2007, 8, 31)), (RESULTS.replace("| 60 | umol/L", "| 30 | umol/L"), None)):
        data = trial_data(people, lb=table)
        data["lb"]["LBSTNRHI"] = pandas.to_numeric(data["lb"]["LBSTNRHI"])
        made.append(make_cut(data, trial, day or date(2007, 7, 31)))
    return made


def test_candidates_are_named_and_who_cannot_be_assessed(two):
    made = liver_peaks(View(*two))
    assert made.sentences[0] == "Hy's law was met in 2 of 4 assessed subjects."
    assert "MET (ALT 5 × ULN, bilirubin 3 × ULN, day 10 and day 12)" in made.sentences[1]
    assert "RAISED" in made.sentences[1] and "cholestasis not excluded" in made.sentences[1]
    unknown = "2 of 6 could not be assessed: "
    assert unknown in made.finding and "OPEN (no upper limit of normal)" in made.finding
    assert "BARE (no ALT or AST after the first infusion)" in made.finding
    assert made.table["SUBJID"].tolist()[:2] == ["MET", "RAISED"]
    assert made.table.set_index("SUBJID")["SINCE"].to_dict()["MET"] == "changed"


def test_a_candidate_is_an_alarm_with_a_link_and_who_is_near_is_none(two):
    met, open_ = of_liver(View(*two))
    assert (met.severity, met.leads, met.previous) == ("liver", "liver_peaks", "was 1 of 5")
    assert met.text == "Laboratory criteria of Hy's law met in 2 of 4 assessed subjects"
    assert [(who.subjid, who.since) for who in met.people] == [("MET", "new"), ("RAISED", "")]
    assert open_.severity == "not assessed" and "1 of 6" in open_.text
    assert "liver" in set(alarms(View(*two)).table["CODE"])
    (gone, *_) = of_liver(View(two[1], two[0]))
    assert gone.severity == "liver" and ", MET no longer" in gone.previous


def test_nobody_and_nothing_are_said(two, make_cut, trial):
    assert liver_peaks(View(two[0], filters=Filters(sites=("none",)))).finding == "No subjects match the filters."
    bare = make_cut(trial_data(f"USUBJID | ARMCD | INFUSIONS\nS1 | A130 | {THREE}"), trial)
    for made in (liver_peaks(View(bare)), liver_course(View(bare))):
        assert "not collected" in made.finding and made.figure is None
    assert [one.severity for one in of_liver(View(bare))] == ["not assessed"]


def test_of_many_subjects_the_nearest_are_drawn_and_the_others_are_in_squares():
    number = 1000
    rows_ = pandas.DataFrame(
        {
            "USUBJID": [f"S{n}" for n in range(number)],
            "HYCD": ["ALP MISSING" if n == 999 else "NONE" for n in range(number)],
            "X": [10 ** (n / 500 - 1) for n in range(number)],
            "Y": [1.0] * 999 + [0.1],
        }
    )
    shown, squares = crowd(rows_)
    assert len(shown) == MOST_MARKS and shown["USUBJID"].iloc[0] == "S999", "a candidate first"
    assert squares["N"].sum() == number - MOST_MARKS == sum(len(people) for people in squares["PEOPLE"])
    assert crowd(rows_.head(5))[1].empty
