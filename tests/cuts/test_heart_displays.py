"""The displays of the heart: the figure shows the table, changes are marked,
and nothing falls over where little is known."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas
import pytest
from conftest import CUT_DATES
from heart_frames import delivered, together

import queries
from displays.adverse_events import cardiac
from displays.adverse_events.cardiac import cardiac_events
from displays.drawing import house
from displays.heart.against_dose import lvef_against_dose
from displays.heart.by_dose import dysfunction_by_dose
from displays.heart.by_subject import heart_by_subject
from displays.heart.echos import overdue_echos
from displays.heart.left_out import REASONS, heart_left_out
from displays.heart.longest_qtc import qtc_longest
from displays.heart.markers import markers_over_time
from displays.heart.over_time import lvef_over_time, shortening_fraction_over_time
from displays.heart.qtc import qtc_by_dose
from displays.heart.worst_change import lvef_worst_change
from queries import Filters, View

ALL = [
    dysfunction_by_dose,
    heart_by_subject,
    lvef_over_time,
    shortening_fraction_over_time,
    lvef_worst_change,
    lvef_against_dose,
    markers_over_time,
    cardiac_events,
    overdue_echos,
    heart_left_out,
    qtc_by_dose,
    qtc_longest,
]
BEFORE, LATER = "2007-02-20", "2007-04-20"
ADCVOUT, EGVALUE = "staging/adcvout.sql", "staging/egvalue.sql"


@pytest.fixture(scope="module")
def latest(sample_cuts):
    return View(sample_cuts[CUT_DATES[2]], sample_cuts[CUT_DATES[1]])


@pytest.fixture(scope="module")
def middle(sample_cuts):
    return View(sample_cuts[CUT_DATES[1]], sample_cuts[CUT_DATES[0]])


def marks(figure) -> list[tuple]:
    """(subject, x, y) of every mark that stands for a subject, from the figure."""
    found = []
    for trace in figure.data:
        if trace.customdata is not None:
            found += [(row[0], x, y) for row, x, y in zip(trace.customdata, trace.x, trace.y, strict=True)]
    return sorted(found, key=str)


def rows(table, x, y) -> list[tuple]:
    return sorted(zip(table["USUBJID"], table[x], table[y], strict=True), key=str)


@pytest.mark.parametrize("function", ALL, ids=lambda f: f.__name__)
def test_every_display_is_drawn_with_its_table_population_and_definition(latest, function):
    made = function(latest)
    assert made.collected and made.finding and made.population and made.method and made.source and made.questions
    assert set(made.labels) <= set(made.table.columns)
    assert made.audience == "closed"
    json.loads(made.figure.to_json()) if made.figure else None


@pytest.mark.parametrize("function", ALL, ids=lambda f: f.__name__)
def test_nobody_is_said_and_not_drawn(latest, function):
    made = function(View(latest.cut, latest.previous, Filters(doses=("no such dose",))))
    assert made.finding == "No subjects match the filters." and made.figure is None


@pytest.fixture(scope="module")
def one_subject(make_cut, trial):
    echos = [("LVEF", BEFORE, 60), ("LVEF", LATER, 58), ("LVFS", LATER, 30), ("GLS", LATER, -20)]
    ecgs = [("QT", BEFORE, 400), ("RR", BEFORE, 1000), ("QT", LATER, 410), ("RR", LATER, 1000)]
    datasets = delivered(echos, [("TROPONI", LATER, "<3")], ecgs)
    datasets["ae"] = pandas.DataFrame(
        [
            {
                "USUBJID": "S-1",
                "AESEQ": 1.0,
                "AETERM": "Palpitations",
                "AEBODSYS": "Cardiac disorders",
                "AETOXGR": "1",
                "AESTDTC": LATER,
            }
        ]
    )
    return View(make_cut(datasets, trial))


@pytest.fixture(scope="module")
def one_arm(make_cut):
    return View(make_cut(delivered([("LVEF", BEFORE, 60), ("LVEF", LATER, 45)], arms={"S-1": "Arm B"})))


@pytest.mark.parametrize("function", ALL, ids=lambda f: f.__name__)
def test_one_subject_without_a_previous_cut(one_subject, function):
    made = function(one_subject)
    assert made.collected and made.finding
    assert "SINCE" not in made.table or (made.table["SINCE"] == "").all()


@pytest.mark.parametrize("function", ALL, ids=lambda f: f.__name__)
def test_a_trial_without_a_heart_says_so(pilot_cut, function):
    made = function(View(pilot_cut))
    if function is cardiac_events:
        assert made.collected and "DLT" not in made.finding
    else:
        assert not made.collected and "not collected in this cut" in made.finding


@pytest.mark.parametrize("function", ALL, ids=lambda f: f.__name__)
def test_arms_stand_in_for_doses_without_a_trial_definition(one_arm, function):
    made = function(one_arm)
    if "TRTA" in made.table and len(made.table):
        assert set(made.table["TRTA"]) <= {"Arm B", "All"}


def test_the_lvef_chart_shows_every_row_of_its_table(latest):
    made = lvef_over_time(latest)
    assert marks(made.figure) == rows(made.table, "ADY", "AVAL") and len(made.table) > 60


def test_the_shortening_fraction_chart_shows_every_row_of_its_table(latest):
    made = shortening_fraction_over_time(latest)
    assert marks(made.figure) == rows(made.table, "ADY", "AVAL")


def test_the_marker_chart_shows_every_judged_row_of_its_table(latest):
    made = markers_over_time(latest)
    assert marks(made.figure) == rows(made.table[made.table["JUDGEFL"] == "Y"], "ADY", "AVAL")
    below = [s for trace in made.figure.data if trace.customdata is not None for s in trace.marker.symbol].count(
        "triangle-down-open"
    )
    assert below == (made.table["AVALQ"] == "<").sum() > 0


def test_the_waterfall_shows_every_worst_change(latest):
    made = lvef_worst_change(latest)
    bars = made.figure.data[0]
    assert sorted(zip(bars.y, bars.x, strict=True)) == sorted(
        zip(made.table["SUBJID"], made.table["WORSTCHG"], strict=True)
    )
    assert list(made.table["WORSTCHG"]) == sorted(made.table["WORSTCHG"])


def test_the_study_drug_and_prior_anthracyclines_have_axes_of_their_own(latest):
    made = lvef_against_dose(latest)
    assert marks(made.figure) == rows(made.table, "PRIORMG", "CUMDOSE") and made.table["USUBJID"].is_unique


def test_the_largest_fall_of_each_subject_and_who_had_more_of_both_exposures_than_the_median(latest):
    made = lvef_against_dose(latest)
    later = latest.cut.table("adcv").query("PARAMCD == 'LVEF' and POSTFL == 'Y' and CHG.notna()")
    falls = later.groupby("USUBJID")["CHG"].min()
    assert made.table.set_index("USUBJID")["CHG"].to_dict() == falls.to_dict() and len(falls) == 29
    last = later.sort_values("ADT").groupby("USUBJID").tail(1).set_index("USUBJID")["CUMDOSE"]
    doses = made.table.set_index("USUBJID")["CUMDOSE"].to_dict()
    assert doses == {
        who: later[(later["USUBJID"] == who) & (later["CHG"] == fall)].iloc[0]["CUMDOSE"] if fall <= -10 else last[who]
        for who, fall in falls.items()
    }
    assert {who[-7:]: dose for who, dose in doses.items()}["109-001"] == 1380
    drug, before = (sorted(made.table[column].tolist()) for column in ("CUMDOSE", "PRIORMG"))
    middles = drug[14], before[14]
    fallen = [row for row in made.table.itertuples() if falls[row.USUBJID] <= -10]
    above = sum(row.CUMDOSE > middles[0] and row.PRIORMG > middles[1] for row in fallen)
    assert made.sentences[0].startswith(f"{len(fallen)} of 29 subjects lost 10 points or more of LVEF; both had ")
    assert above == len(fallen) == 2
    assert made.sentences[1].endswith(f"medians of 29 subjects are {middles[0]:g} and {middles[1]:g}.")
    unharmed = [row for row in made.table.itertuples() if falls[row.USUBJID] > -10]
    others = sum(row.CUMDOSE > middles[0] and row.PRIORMG > middles[1] for row in unharmed)
    assert made.sentences[2] == f"{others} others had more of both than the median and no such fall." and others > 1
    assert "cannot be separated" in made.sentences[3]


def test_a_prior_dose_that_is_not_known_is_said_and_drawn_open(latest):
    made = lvef_against_dose(latest)
    assert set(made.table.loc[made.table["SUBJID"] == "105-001", "PRIOR"]) == {"at least 250 (1 dose not known)"}
    dots = next(trace for trace in made.figure.data if trace.customdata is not None)
    assert [s for s, who in zip(dots.marker.symbol, dots.customdata, strict=True) if who[0].endswith("105-001")] == [
        "circle-open"
    ]


def test_the_bars_by_dose_are_the_counts_of_the_table(latest):
    made = dysfunction_by_dose(latest)
    bars = [trace for trace in made.figure.data if trace.type == "bar"]
    drawn = {(bar.name, dose): n for bar in bars for dose, n in zip(bar.y, bar.x, strict=True) if n}
    categories = made.table[(made.table["SCALE"] == "CTRCD") & (made.table["N"] > 0)]
    assert drawn == {(r.CATEGORY, r.TRTA): r.N for r in categories.itertuples()}
    assert {bar.name for bar in bars} == set(categories["CATEGORY"])


def test_what_is_new_is_framed_and_that_more_are_well_is_not(middle):
    made = dysfunction_by_dose(middle)
    new = made.table[(made.table["SCALE"] == "CTRCD") & (made.table["SINCE"] != "")]
    bars = [trace for trace in made.figure.data if trace.type == "bar"]
    edges = {(bar.name, dose): edge for bar in bars for dose, edge in zip(bar.y, bar.marker.line.color, strict=True)}
    framed = {place for place, edge in edges.items() if edge == house.NEW}
    assert framed == {(row.CATEGORY, row.TRTA) for row in new.itertuples() if row.CATEGORY != "none"} != set()
    assert "none" in set(new["CATEGORY"])
    for _, here in made.table.groupby(["TRTA", "SCALE"]):
        assert here["N"].sum() == here["NEVAL"].iloc[0]


def test_the_qtc_chart_shows_both_corrections(latest):
    made = qtc_longest(latest)
    assert marks(made.figure) == rows(made.table, "BASE", "WORST")


def test_the_finding_says_who_how_many_of_how_many_and_when(latest):
    finding = dysfunction_by_dose(latest).finding
    assert (
        "3 of 29 (10 %; 95 % CI 2 to 27 %)" in finding
        and "101-003 (severe" in finding
        and "after the DLT window" in finding
    )


def test_new_hearts_are_named_since_the_previous_cut(middle):
    table = heart_by_subject(middle).table.set_index("SUBJID")
    assert table.loc["101-003", ["CTRCD", "PREVIOUS", "SINCE"]].tolist() == ["severe", "CTRCD none, grade 0", "changed"]
    assert "101-003 CTRCD none, grade 0 → CTRCD severe, grade 3" in heart_by_subject(middle).finding


def test_a_corrected_lvef_is_marked_with_its_earlier_value(latest):
    table = lvef_over_time(latest).table
    changed = table[table["SINCE"] == "changed"]
    assert changed[["SUBJID", "AVALC"]].values.tolist() == [["103-004", "62"]] or changed["SUBJID"].tolist() == [
        "103-004"
    ]
    assert changed["PREVIOUS"].str.startswith("52 %").all()
    corrected = "Since 30 Nov 2007: corrected: 103-004 LVEF of 17 Sep 2007: 52 → 62 %, grade 2 → 0."
    for function in (dysfunction_by_dose, lvef_over_time, heart_by_subject):
        assert corrected in function(latest).sentences, function.__name__


def test_a_withdrawn_cardiac_event_is_said(middle):
    assert "1 removed (Pericardial effusion of 105-001)" in cardiac_events(middle).population


def test_what_the_previous_cut_held_and_this_one_does_not_is_said(make_cut, trial):
    before = make_cut(delivered([("LVEF", BEFORE, 60), ("LVEF", LATER, 45)]), trial, CUT_DATES[0])
    now = make_cut(delivered([("LVEF", BEFORE, 60), ("LVEF", "2007-04-21", 45)]), trial, CUT_DATES[1])
    population = lvef_over_time(View(now, before)).population
    assert "1 new ejection fraction, none changed, 1 removed" in population and "20 Apr 2007" in population


def test_a_subject_without_baseline_is_in_no_rate_and_still_seen(make_cut, trial):
    cases = {
        "S-a": {"echos": [("LVEF", LATER, 45)]},
        "S-b": {"echos": [("LVEF", BEFORE, 60), ("LVEF", LATER, 58)]},
        "S-c": {},
    }
    made = dysfunction_by_dose(View(make_cut(together(cases), trial)))
    assert "0 of 1 (0 %; 95 % CI 0 to 98 %)" in made.finding
    assert "2 not evaluable (2 no baseline LVEF)" in made.population
    assert "a (at least grade 2, 45 %)" in made.population
    assert (
        "Moderate or worse possible, not known, in 1 more: a (LVEF 45 % by Echocardiography, no baseline"
        in made.finding
    )
    assert "with it 1 of 2 (50 %)" in made.finding


def words_in(figure) -> str:
    """Every text that Plotly would read as HTML: labels, hover texts, annotations, categories."""
    found = [str(a.text) for a in figure.layout.annotations]
    for trace in figure.data:
        for part in (trace.text, trace.hovertext, trace.y if trace.type == "bar" else None):
            found += [str(text) for text in part] if part is not None else []
    return " ".join(found)


def test_delivered_text_is_made_safe_for_the_figure_and_left_alone_in_words(make_cut, trial):
    echos = [("LVEF", BEFORE, 60), ("LVEF", LATER, 45), ("GLS", BEFORE, -20), ("GLS", LATER, -15)]
    datasets = delivered(
        echos, ecgs=[("QT", BEFORE, 400), ("RR", BEFORE, 1000), ("QT", LATER, 510), ("RR", LATER, 1000)]
    )
    datasets["dm"]["SUBJID"] = "<i>x</i>"
    datasets["ae"] = pandas.DataFrame(
        [
            {
                "USUBJID": "S-1",
                "AESEQ": 1.0,
                "AETERM": "<i>y</i>",
                "AEBODSYS": "Cardiac disorders",
                "AETOXGR": "3",
                "AESTDTC": LATER,
            }
        ]
    )
    view = View(make_cut(datasets, trial))
    for function in (
        lvef_over_time,
        lvef_worst_change,
        lvef_against_dose,
        markers_over_time,
        cardiac_events,
        qtc_longest,
    ):
        made = function(view)
        assert "<i>" not in words_in(made.figure) and "&lt;i&gt;" in words_in(made.figure), function.__name__
        assert "&lt;" not in made.finding + made.population, function.__name__
    assert "<i>x</i>" in lvef_over_time(view).finding


def test_prior_anthracycline_that_was_not_collected_is_not_none(one_subject):
    made = lvef_against_dose(one_subject)
    assert set(made.table["PRIOR"]) == {"not collected"} and "prior anthracycline" not in made.finding
    assert "not collected" in made.population and len(marks(made.figure)) == len(made.table) == 1


def test_events_begun_before_the_first_infusion_are_said(make_cut, trial):
    datasets = delivered([("LVEF", BEFORE, 60), ("LVEF", LATER, 58)], subjects=("S-1", "S-2"))
    events = [("S-1", 1.0, "2007-02-20"), ("S-1", 2.0, "2007-03-02"), ("S-2", 1.0, "2007-02-28")]
    datasets["ae"] = pandas.DataFrame(
        [
            {
                "USUBJID": who,
                "AESEQ": n,
                "AETERM": "Palpitations",
                "AEBODSYS": "Cardiac disorders",
                "AETOXGR": "1",
                "AESTDTC": day,
            }
            for who, n, day in events
        ]
    )
    assert (
        "3 cardiac events in 2 of 2 treated subjects; 2 of them began before the first infusion (1 in 1 subject since)"
        in cardiac_events(View(make_cut(datasets, trial))).finding
    )


def test_no_event_before_the_first_infusion_is_no_words(latest):
    made = cardiac_events(latest)
    assert ("before the first infusion" in made.finding) == (made.table["TIMING"] == cardiac.BEFORE).any()


def test_the_pilots_events_before_treatment_are_those_of_its_files(pilot_cut):
    from raw import raw
    from shared import SHARED

    files = raw(SHARED / "data" / "cdisc_pilot" / "sdtm")
    first = files["ex"].groupby("USUBJID")["EXSTDTC"].min()
    ae = files["ae"][files["ae"]["AEBODSYS"].eq("CARDIAC DISORDERS") & files["ae"]["USUBJID"].isin(first.index)]
    # an onset without a day or month is compared at its own precision
    before = pandas.Series(
        [
            bool(text) and text[:10] < first[who][: min(len(text), 10)]
            for who, text in zip(ae["USUBJID"], ae["AESTDTC"], strict=True)
        ],
        index=ae.index,
    )
    since = ae[~before]
    words = (
        f"{len(ae)} cardiac events in {ae['USUBJID'].nunique()} of {first.size} treated subjects; {before.sum()} of "
        f"them began before the first infusion ({len(since)} in {since['USUBJID'].nunique()} subjects since)"
    )
    assert before.sum() and cardiac_events(View(pilot_cut)).finding.startswith(words)


def test_who_was_given_another_level_later_is_named(latest):
    assert dysfunction_by_dose(latest).population.endswith(
        "Dose: the level assigned (104-004, 230 mg/m²/day, also 190 mg/m²/day from course 2)."
    )


def test_overdue_echos_are_counted_of_those_due_on_treatment(latest):
    made = overdue_echos(latest)
    assert (
        "4 of 73 echocardiograms due on treatment are overdue, in 3 subjects" in made.finding
        and "Baseline: 35 of 35 done." in made.population
    )
    assert (
        "1 of 20 subjects given another course has no ejection fraction since the first infusion: "
        "107-001 (3 courses, 190 mg/m²/day)." in made.finding
    )
    assert (
        "missed"
        not in (made.title + made.finding + made.population + made.method + " ".join(made.labels.values())).lower()
    )
    assert set(made.table["STATUS"]) == {"Overdue", "Done late"}


def test_every_reason_for_leaving_a_result_out_has_words():
    folder = Path(queries.__file__).parent
    files = ("heart/heart_left_out.sql", ADCVOUT, EGVALUE)
    sql = "".join((folder / name).read_text(encoding="utf-8") for name in files)
    sql += (folder / "staging/cvvalue.sql").read_text(encoding="utf-8").partition("nullif(WHO, '') as EVAL")[2]
    codes = re.findall(r"(?:then|else|null,) '([A-Z]{2,}[A-Z ]+)'", sql.replace("USEDVAL", ""))
    assert set(codes) - {"VALUE", "BASELINE"} == set(REASONS)
