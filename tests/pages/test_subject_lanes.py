"""The lanes of a subject's course: each value drawn against the raw files, others in grey, nothing past a death."""

import json
from dataclasses import replace
from datetime import date
from math import log10

import numpy
import pandas
import pytest
from conftest import CUT_DATES
from raw import sample

from displays.drawing import house
from displays.subject.course import subject_course
from displays.subject.header import subject_header
from displays.subject.lanes import DEFAULT, LANES
from displays.subject.others import MOST
from queries import View
from queries.kept import Kept
from trial import Trial

ALL = tuple(lane.name for lane in LANES)
LAST = CUT_DATES[-1]
STUDY = "NCT00430443-"
LONG_QTC, DIED, HEART = (STUDY + number for number in ("105-001", "106-003", "101-003"))
SUBJECTS = (LONG_QTC, DIED, HEART)


@pytest.fixture(scope="module")
def raw_files():
    return sample(LAST.isoformat())


@pytest.fixture(scope="module")
def view(sample_cuts) -> View:
    return View(replace(sample_cuts[LAST], answers=Kept(200)))


@pytest.fixture(scope="module")
def courses(view):
    return {usubjid: subject_course(view, usubjid, ALL) for usubjid in SUBJECTS}


def marks(figure, name):
    return next((trace for trace in figure.data if trace.meta == name), None)


def first_day(raw_files, usubjid):
    ex = raw_files["ex"]
    return date.fromisoformat(ex[(ex["USUBJID"] == usubjid) & (ex["EXDOSE"] > 0)]["EXSTDTC"].min()[:10])


def study_day(text, first):
    days = (date.fromisoformat(text[:10]) - first).days
    return days + 1 if days >= 0 else days


def own(raw_files, domain, usubjid):
    frame = raw_files[domain]
    return frame[frame["USUBJID"] == usubjid]


@pytest.mark.parametrize("usubjid", SUBJECTS)
@pytest.mark.parametrize(("code", "lane"), [("ALT", "ALT"), ("BILI", "Bilirubin"), ("CREAT", "Creatinine")])
def test_a_test_of_liver_or_kidney_is_drawn_as_a_multiple_of_its_upper_limit(courses, raw_files, usubjid, code, lane):
    rows = own(raw_files, "lb", usubjid)
    rows = rows[(rows["LBTESTCD"] == code) & rows["LBSTRESN"].notna()].sort_values(["LBDTC", "LBSEQ"])
    last = rows.assign(DAY=rows["LBDTC"].str[:10]).drop_duplicates("DAY", keep="last")
    drawn, first = marks(courses[usubjid].figure, lane), first_day(raw_files, usubjid)
    assert len(last) > 2 and list(drawn.x) == [study_day(text, first) for text in last["LBDTC"]]
    assert numpy.allclose(list(drawn.y), last["LBSTRESN"] / last["LBSTNRHI"])


@pytest.mark.parametrize("usubjid", SUBJECTS)
def test_qtcf_is_fridericias_of_each_time_point(courses, raw_files, usubjid):
    rows = own(raw_files, "eg", usubjid)
    rows = rows.assign(DAY=rows["EGDTC"].str[:10])
    means = rows.pivot_table(index=["DAY", "VISIT", "EGTPT"], columns="EGTESTCD", values="EGSTRESN")
    naive = means["QT"] / (means["RR"] / 1000) ** (1 / 3)
    drawn = marks(courses[usubjid].figure, "QTcF")
    assert len(naive) > 2 and numpy.allclose(sorted(drawn.y), sorted(naive.dropna()))


def test_a_qtcf_above_500_ms_is_seen_in_its_colour_and_in_the_header(view, courses):
    drawn = marks(courses[LONG_QTC].figure, "QTcF")
    top = max(drawn.y)
    assert top > 500 and drawn.marker.color[list(drawn.y).index(top)] == house.GRADE[3]
    tile = subject_header(view, LONG_QTC).table.set_index("MEASURE").loc["Longest QTcF"]
    assert tile["NOW"] == f"{top:.0f} ms" and tile["DENOM"] == f"day {int(drawn.x[list(drawn.y).index(top)])}"


@pytest.mark.parametrize("usubjid", SUBJECTS)
def test_concentrations_below_the_limit_of_quantification_are_drawn_at_it_and_marked(courses, raw_files, usubjid):
    rows = own(raw_files, "pc", usubjid)
    taken = rows[rows["PCSTAT"] != "NOT DONE"]
    for code, trace in (("ANNAMYC", "Study drug"), ("ANNAMYOL", "Metabolite")):
        expected = taken[taken["PCTESTCD"] == code].sort_values("PCDTC")
        drawn = marks(courses[usubjid].figure, trace)
        assert (drawn is None) == expected.empty
        if drawn is None:
            continue
        assert numpy.allclose(list(drawn.y), expected["PCSTRESN"].fillna(expected["PCLLOQ"]))
        below = [symbol == "triangle-down-open" for symbol in drawn.marker.symbol]
        assert below == list(expected["PCSTRESC"].str.startswith("<"))
        assert [int(numpy.floor(x)) for x in drawn.x] == [
            study_day(text, first_day(raw_files, usubjid)) for text in expected["PCDTC"]
        ]


def test_an_axis_of_concentrations_has_decades_alone(courses):
    axis = next(
        axis
        for axis in courses[HEART].figure.to_dict()["layout"].values()
        if isinstance(axis, dict) and axis.get("type") == "log" and "10,000" in axis["ticktext"]
    )
    assert [log10(value) % 1 for value in axis["tickvals"]] == [0] * len(axis["tickvals"])


@pytest.mark.parametrize("usubjid", SUBJECTS)
def test_concomitant_medicines_are_bars_between_their_days(courses, raw_files, usubjid):
    rows = own(raw_files, "cm", usubjid)
    rows, first = rows[rows["CMCAT"] == "CONCOMITANT"], first_day(raw_files, usubjid)
    table = courses[usubjid].table.query("PANEL == 'Medicines'")
    told = sorted((row.TRACE, int(row.ADY)) for row in table.itertuples())
    assert told == sorted((row.CMDECOD, study_day(row.CMSTDTC, first)) for row in rows.itertuples())
    bars = marks(courses[usubjid].figure, "Medicines")
    assert (0 if bars is None else len(bars.x)) == len(rows)


def test_no_bar_runs_past_the_death(view, courses):
    (row,) = view.ask("subject_header", usubjid=DIED).itertuples()
    death = (row.DTHDT - row.TRTSDT).days + 1
    for trace in courses[DIED].figure.data:
        if trace.type == "bar":
            left = trace.base if trace.orientation == "h" else trace.x
            width = trace.x if trace.orientation == "h" else trace.width
            assert max(start + days for start, days in zip(left, width, strict=True)) <= death
            assert min(width) > 0
    assert marks(courses[DIED].figure, "Milestones").x == (death,)


def test_the_header_says_what_somebody_died_of(view, raw_files):
    made = subject_header(view, DIED)
    fatal = own(raw_files, "ae", DIED).query("AETOXGR == '5'")["AEDECOD"].str.lower()
    assert len(fatal) == 1 and f"cause: {fatal.iloc[0]}, fatal event related to the study drug" in made.finding
    assert made.table.set_index("MEASURE").loc["Status", "NOTE"].startswith(f"cause: {fatal.iloc[0]}")


def test_every_tile_says_something(view):
    for usubjid in view.ask("subject_list", usubjid=None)["USUBJID"]:
        table = subject_header(view, usubjid).table
        assert len(table) == 12 and not ((table["NOW"] == "–") & (table["NOTE"] == "")).any()


@pytest.mark.parametrize("usubjid", SUBJECTS)
def test_the_others_are_behind_in_grey_and_have_no_name(courses, raw_files, usubjid):
    figure = courses[usubjid].figure
    grey = [trace for trace in figure.data if trace.meta == "Other subjects"]
    assert grey and all(trace.hoverinfo == "skip" and trace.customdata is None for trace in grey)
    text = json.dumps(figure.to_dict(), default=str)
    others = set(raw_files["dm"]["USUBJID"]) - {usubjid}
    assert not [name for name in others if name in text or name.removeprefix(STUDY) in text]
    # behind the liver's own values are those of every other treated subject, in the days shown
    alt = marks(figure, "ALT")
    behind = next(trace for trace in grey if trace.yaxis == alt.yaxis)
    rows = raw_files["lb"].query("LBTESTCD == 'ALT' and LBSTRESN.notna() and USUBJID != @usubjid")
    low, high = figure.layout.xaxis.range
    treated = set(raw_files["ex"].query("EXDOSE > 0")["USUBJID"])
    seen = [
        row.LBSTRESN / row.LBSTNRHI
        for row in rows.itertuples()
        if row.USUBJID in treated and low <= study_day(row.LBDTC, first_day(raw_files, row.USUBJID)) <= high
    ]
    drawn = sorted(value for value in behind.y if value is not None and not numpy.isnan(value))
    assert numpy.allclose(drawn, sorted(seen), rtol=0.01)


def test_the_lanes_that_a_reader_chooses_are_drawn_and_no_other(view):
    made = subject_course(view, HEART, ("QTcF", "Concentrations"))
    drawn = {trace.meta for trace in made.figure.data} - {None}
    assert drawn == {"Infusions", "Milestones", "QTcF", "Study drug", "Metabolite", "Other subjects"}
    # the numbers hold all records, whatever is drawn
    assert set(made.table["TRACE"]) == set(subject_course(view, HEART).table["TRACE"])


def test_what_is_shown_unless_chosen_fits_a_screen(view):
    for usubjid in SUBJECTS:
        assert subject_course(view, usubjid, DEFAULT).figure.layout.height <= house.SCREEN_PIXELS


def test_grade_limits_are_those_of_ctcae(view):
    """CTCAE v5.0, investigations: ALT 3, 5, 20; bilirubin 1.5, 3, 10; creatinine 1.5, 3, 6 times the upper limit."""
    limits = view.ask("lane_limits").pivot(index="TRACE", columns="GRADE", values="CUT")
    assert limits.loc["ALT"].tolist() == [1, 3, 5, 20]
    assert limits.loc["Bilirubin"].tolist() == [1, 1.5, 3, 10]
    assert limits.loc["Creatinine"].tolist() == [1, 1.5, 3, 6]


def test_of_many_others_those_of_the_same_dose_come_first(pilot_cut):
    treated = pilot_cut.table("adsl").query("SAFFL == 'Y'")
    subject, dose = treated.iloc[0][["USUBJID", "TRTA"]]
    made = subject_course(View(pilot_cut), subject, ("ALT", "QTcF", "Concentrations"))
    assert f"Grey: {MOST} other treated subjects" in made.population
    for absent in ("QTcF", "Concentrations"):
        assert f"{absent}: not collected in this cut." in made.population
    grey = marks(made.figure, "Other subjects")
    lines = sum(value is None or numpy.isnan(value) for value in grey.y)
    assert 0 < lines <= MOST


DM = pandas.DataFrame({"STUDYID": "S", "USUBJID": ["a", "b"], "SUBJID": ["a", "b"], "ARM": "Arm", "ARMCD": "A"})
EX = pandas.DataFrame(
    [("a", 1, 130.0, "2007-03-10"), ("a", 2, None, "2007-03-11"), ("b", 1, 130.0, "2007-03-10")],
    columns=["USUBJID", "EXSEQ", "EXDOSE", "EXSTDTC"],
).assign(EXTRT="DRUG", EXDOSU="mg/m2")


TRIAL = "[trial]\nid='T'\n[test_codes]\nPARENT_DRUG=['ANNAMYC']\n"


def laboratory(*rows):
    columns = ["LBTESTCD", "LBORRES", "LBSTRESC", "LBSTRESN", "LBSTNRHI", "LBDTC", "LBSPEC"]
    frame = pandas.DataFrame(rows, columns=columns)
    return frame.assign(USUBJID="a", LBSEQ=range(1, len(frame) + 1), LBSTRESU="U/L", LBORRESU="U/L", LBTEST="x")


def medicine(*rows):
    frame = pandas.DataFrame(rows, columns=["CMTRT", "CMCAT", "CMSTDTC", "CMENDTC", "CMOCCUR"])
    return frame.assign(USUBJID="a", CMSEQ=range(1, len(frame) + 1), CMDECOD="")


@pytest.fixture(scope="module")
def odd(make_cut):
    """One subject with all that is unknown, late or partial, who died in June 2007; and one without a laboratory."""
    lb = laboratory(
        ("ALT", "120", "120", 120.0, 40.0, "2007-03-12", "SERUM"),
        ("ALT", "haemolysed", "haemolysed", None, 40.0, "2007-03-13", "SERUM"),
        ("ALT", "35", "35", 35.0, None, "2007-03-14", "SERUM"),
        ("ALT", "50", "50", 50.0, 40.0, "2007-07-14", "SERUM"),
        ("CREAT", "900", "900", 900.0, 100.0, "2007-03-12", "URINE"),
    )
    cm = medicine(
        *[(f"MEDICINE {n}", "CONCOMITANT", "2007-03-10", "2007-03-12", "") for n in range(7)],
        ("DEXRAZOXANE", "CONCOMITANT", "2007-03", "", ""),
        ("DAUNORUBICIN", "PRIOR", "2006", "2006", ""),
        ("CEFEPIME", "CONCOMITANT", "2007-03-10", "", "N"),
        ("ASPIRIN", "CONCOMITANT", "2007-02-01", "2007-02-03", ""),
    )
    pc = pandas.DataFrame(
        [("BLQ", "2007-03-10T10:00"), ("12", "2007-03-10T12:00"), ("lost", "2007-03-10T14:00")],
        columns=["PCSTRESC", "PCDTC"],
    ).assign(USUBJID="a", PCSEQ=[1, 2, 3], PCTESTCD="ANNAMYC", PCSTRESU="ng/mL", PCSTRESN=[None, 12.0, None])
    eg = pandas.DataFrame([(">500", "2007-03-12"), ("poor trace", "2007-03-13")], columns=["EGSTRESC", "EGDTC"]).assign(
        USUBJID="a", EGSEQ=[1, 2], EGTESTCD="QTCF", EGSTRESU="ms", EGSTRESN=None, VISIT="x"
    )
    ae = pandas.DataFrame(
        {"USUBJID": ["a"], "AESEQ": [1], "AETERM": "Rash", "AEDECOD": "Rash", "AETOXGR": "2", "AESTDTC": "2007-03-12"}
    ).assign(AEENDTC="")
    ds = pandas.DataFrame(
        {"USUBJID": ["a"], "DSSEQ": [1], "DSDECOD": "DEATH", "DSTERM": "DEATH DUE TO SEPSIS", "DSSTDTC": "2007-06"}
    ).assign(EPOCH="FOLLOW-UP", DSCAT="DISPOSITION EVENT")
    frames = {"dm": DM, "ex": EX, "lb": lb, "cm": cm, "pc": pc, "eg": eg, "ae": ae, "ds": ds}
    return View(make_cut(frames, Trial.parse(TRIAL), date(2007, 9, 1)))


@pytest.fixture(scope="module")
def odd_course(odd):
    return subject_course(odd, "a", ALL)


def test_what_cannot_be_read_is_a_question_mark_never_a_value(odd_course):
    alt = marks(odd_course.figure, "ALT")
    assert list(alt.x) == [3] and list(alt.y) == [3]
    unknown = marks(odd_course.figure, "ALT unknown")
    assert list(unknown.x) == [4, 5] and set(unknown.text) == {"<b>?</b>"}
    assert "haemolysed" in unknown.hovertext[0] and "no upper limit of normal" in unknown.hovertext[1]
    assert "not known (?)" in odd_course.population
    assert any(note.text == "<b>?</b>" and note.x == 2 for note in odd_course.figure.layout.annotations)


def test_a_result_of_urine_is_no_creatinine_of_the_blood(odd_course):
    assert marks(odd_course.figure, "Creatinine") is None and "creatinine" in odd_course.population


def test_what_is_dated_after_the_death_is_in_the_numbers_alone(odd_course):
    assert (odd_course.table["TRACE"] == "ALT").sum() == 4
    assert "1 record dated after the death or the data cut" in odd_course.population


def test_a_concentration_below_a_limit_that_is_not_known_is_unknown(odd_course):
    drug = marks(odd_course.figure, "Study drug")
    assert list(drug.y) == [12] and drug.x[0] == 1.5
    unknown = marks(odd_course.figure, "Concentrations unknown")
    assert len(unknown.x) == 2 and "(BLQ)" in unknown.hovertext[0] and "(lost)" in unknown.hovertext[1]


def test_a_qtcf_delivered_as_a_limit_is_a_triangle_and_one_that_cannot_be_read_is_unknown(odd, odd_course):
    drawn = marks(odd_course.figure, "QTcF")
    assert list(drawn.x) == [3] and drawn.y[0] == pytest.approx(500, abs=0.01)
    assert drawn.marker.symbol == ("triangle-up-open",)
    unknown = marks(odd_course.figure, "QTcF unknown")
    assert list(unknown.x) == [4] and "poor trace" in unknown.hovertext[0]
    assert subject_header(odd, "a").table.set_index("MEASURE").loc["Longest QTcF", "NOW"] == "> 500 ms"


def test_a_partial_death_is_drawn_at_the_last_day_it_allows_and_ends_what_has_no_end(odd, odd_course):
    last = (date(2007, 6, 30) - date(2007, 3, 10)).days + 1
    assert marks(odd_course.figure, "Milestones").x == (last,)
    rash = marks(odd_course.figure, "Adverse events")
    assert rash.base[0] + rash.x[0] == last
    assert "between day" in odd_course.finding
    tile = subject_header(odd, "a").table.set_index("MEASURE").loc["Status"]
    assert tile["DENOM"] == "1 Jun 2007 to 30 Jun 2007" and tile["NOTE"].startswith("cause: sepsis")


def test_medicines_that_matter_come_first_and_the_rest_is_counted(odd_course):
    bars = marks(odd_course.figure, "Medicines")
    highest = list(bars.y).index(max(bars.y))
    assert "DEXRAZOXANE" in bars.hovertext[highest] and "protects the heart" in bars.hovertext[highest]
    assert "start: 2007-03" in bars.hovertext[highest] and "no end" in bars.hovertext[highest]
    assert len(bars.x) == 6 and "2 more names only in the numbers" in odd_course.figure.to_json()
    told = set(odd_course.table.query("PANEL == 'Medicines'")["TRACE"])
    assert not told & {"DAUNORUBICIN", "CEFEPIME", "ASPIRIN"} and len(told) == 8


def test_a_subject_without_a_laboratory_has_no_values_and_says_so(odd):
    made = subject_course(odd, "b", ALL)
    assert marks(made.figure, "ALT") is None and "No record of" in made.population and "ALT" in made.population
    # "ALT" of the other subject is behind nothing: a lane without own values is not drawn
    assert marks(made.figure, "Other subjects") is None
