"""One subject: against the raw files of that subject, and drawn for every subject and every kind of cut."""

import json
from datetime import date

import numpy
import pandas
import pytest
from app_test import AppTest
from conftest import CUT_DATES, ROOT, SAMPLE
from raw import sample

import visit
from displays.adverse_events.subject import subject_adverse_events
from displays.drawing import house
from displays.subject.course import subject_course
from displays.subject.header import subject_header
from displays.subject.heart import subject_heart
from displays.subject.lanes import LANES
from queries import Filters, View

DISPLAYS = (subject_header, subject_course, subject_adverse_events, subject_heart)
LAST = CUT_DATES[-1]
ALL = tuple(lane.name for lane in LANES)
ALIKE = (("one-1", "1"), ("two-1", "1"))
"""USUBJID and SUBJID of two subjects with one number."""


@pytest.fixture(scope="module")
def view(sample_cuts) -> View:
    return View(sample_cuts[LAST], sample_cuts[CUT_DATES[-2]])


@pytest.fixture(scope="module")
def raw_files():
    return sample(LAST.isoformat())


def subjects(cut):
    return cut.ask("subject_list", usubjid=None)["USUBJID"].tolist()


def drawn_days(figure, name):
    return [
        day
        for trace in figure.data
        if trace.meta == name
        for day in (trace.base if trace.type == "bar" and trace.base is not None else trace.x)
    ]


def test_the_list_holds_who_the_filters_leave_and_who_is_chosen(view, raw_files):
    assert subjects(view.cut) == sorted(raw_files["dm"]["USUBJID"])
    filtered = View(view.cut, filters=Filters(doses=("130 mg/m²/day",)))
    some = filtered.ask("subject_list", usubjid=None)
    assert set(some["TRTA"]) == {"130 mg/m²/day"}
    other = "NCT00430443-106-003"
    assert set(filtered.ask("subject_list", usubjid=other)["USUBJID"]) == {*some["USUBJID"], other}


@pytest.fixture(scope="module")
def courses(view):
    """The course of every subject of the sample trial."""
    return {usubjid: subject_course(view, usubjid) for usubjid in subjects(view.cut)}


def test_every_subject_of_the_sample_is_drawn(view, courses):
    for usubjid, course in courses.items():
        others = [function(view, usubjid) for function in DISPLAYS if function is not subject_course]
        for made in [course, *others]:
            assert made.finding.endswith(".") and made.filters == "All subjects (no filter)"
            if made.figure is not None:
                made.figure.to_json()


def test_the_course_holds_every_raw_record_of_the_subject(courses, raw_files):
    for usubjid in raw_files["ex"]["USUBJID"].unique():
        table = courses[usubjid].table
        if table.empty:
            continue
        own = {name: frame[frame["USUBJID"] == usubjid] for name, frame in raw_files.items() if "USUBJID" in frame}
        assert (table["PANEL"] == "Infusions").sum() == (own["ex"]["EXDOSE"] > 0).sum()
        assert (table["PANEL"] == "Adverse events").sum() == len(own["ae"])
        for code, trace in (("NEUT", "Neutrophils"), ("PLAT", "Platelets"), ("HGB", "Haemoglobin")):
            rows = own["lb"][
                (own["lb"]["LBTESTCD"] == code) & own["lb"]["LBSTRESN"].notna() & (own["lb"]["LBSTRESC"] != "")
            ]
            rows = rows[rows["LBDTC"] != ""]
            assert (table["TRACE"] == trace).sum() == rows["LBDTC"].str[:10].nunique()
            lowest = table.loc[table["TRACE"] == trace, "AVAL"].min()
            assert numpy.isclose(lowest, rows["LBSTRESN"].min()) or len(rows) == 0
        echo = own["cv"][(own["cv"]["CVTESTCD"] == "LVEF") & own["cv"]["CVSTRESN"].notna()]
        assert (table["TRACE"] == "LVEF").sum() == echo["CVDTC"].str[:10].nunique()


def test_the_figure_is_made_from_the_table(view):
    made = subject_course(view, "NCT00430443-101-003", ALL)
    dated = made.table[made.table["ADY"].notna()]
    for trace in ("Neutrophils", "Platelets", "Haemoglobin", "LVEF", "Troponin", "NT-proBNP", "Marrow blasts"):
        rows = dated[dated["TRACE"] == trace].sort_values("ADY")
        drawn = next(t for t in made.figure.data if t.meta == trace)
        assert len(rows) > 0
        assert list(drawn.x) == rows["ADY"].tolist() and numpy.allclose(
            list(drawn.y), rows["AVAL"].clip(lower=0.01) if trace != "Marrow blasts" else rows["AVAL"]
        )
        assert {data[0] for data in drawn.customdata} == {"NCT00430443-101-003"}
    bars = subject_course(view, "NCT00430443-101-003", ("Adverse events", "Response"))
    for panel in ("Infusions", "Adverse events", "Response"):
        assert sorted(drawn_days(bars.figure, panel)) == sorted(dated.loc[dated["PANEL"] == panel, "ADY"])


def test_the_header_tells_the_known_story(view):
    facts = subject_header(view, "NCT00430443-101-003").table.set_index("MEASURE")
    assert (
        facts.loc["L-Annamycin", "NOW"] == "1,950"
        and facts.loc["L-Annamycin", "NOTE"] == "15 administrations in 5 courses"
    )
    assert facts.loc["Lowest LVEF", ["NOW", "DENOM"]].tolist() == ["37 %", "day 230"]
    assert facts.loc["Dose level", ["NOW", "NOTE"]].tolist() == ["130", "cohort 1"]
    died = subject_header(view, "NCT00430443-106-003").table.set_index("MEASURE")
    assert died.loc["Status", "NOW"] == "Died" and died.loc["DLT evaluation", "NOW"] == "DLT"
    pending = subject_header(view, "NCT00430443-103-005").table.set_index("MEASURE")
    assert pending.loc["DLT evaluation", ["NOW", "NOTE"]].tolist() == ["Pending", "17 days left"]


def test_cumulative_dose_and_prior_anthracyclines_from_the_raw_files(view, raw_files):
    factors = {"DOXORUBICIN": 1, "DAUNORUBICIN": 0.6, "EPIRUBICIN": 0.8, "IDARUBICIN": 5, "MITOXANTRONE": 10.5}
    earlier = raw_files["cm"][raw_files["cm"]["CMCAT"] == "PRIOR ANTHRACYCLINE"]
    for usubjid, infused in raw_files["ex"].groupby("USUBJID")["EXDOSE"].sum().items():
        facts = subject_header(view, usubjid).table.set_index("MEASURE")["NOW"]
        assert float(facts["L-Annamycin"].replace(",", "")) == pytest.approx(infused, abs=0.5)
        every = earlier[earlier["USUBJID"] == usubjid]
        own = earlier[(earlier["USUBJID"] == usubjid) & earlier["CMDOSTOT"].notna()]
        naive = sum(factors[agent] * dose for agent, dose in zip(own["CMDECOD"], own["CMDOSTOT"], strict=True))
        assert (facts["Prior anthracyclines"] == "–") == (len(own) == 0)
        _, least, prior = facts["Prior anthracyclines"].rpartition("at least ")
        assert len(own) == 0 or float(prior.replace(",", "")) == pytest.approx(naive, abs=0.5)
        assert len(own) == 0 or bool(least) == bool(every["CMDOSTOT"].isna().any())


def test_the_finding_names_a_heart_that_was_not_seen_heart_failure_and_a_long_qtc(view, raw_files):
    known = json.loads((SAMPLE / "known_answers.json").read_text(encoding="utf-8"))["cuts"][LAST.isoformat()]
    first = raw_files["ex"].query("EXDOSE > 0").groupby("USUBJID")["EXSTDTC"].min().str[:10]
    cv, ae = raw_files["cv"].query("CVTESTCD == 'LVEF' and CVSTRESN.notna()"), raw_files["ae"]
    failures = set(ae.loc[ae["AEDECOD"].str.contains("cardiac failure", case=False), "USUBJID"])
    overdue = {name for name, _ in known["overdue_echos"]}
    unseen = set()
    for usubjid in raw_files["dm"]["USUBJID"]:
        said, number = subject_header(view, usubjid).finding, usubjid[-7:]
        start = first.get(usubjid)
        none = start is not None and not ((cv["USUBJID"] == usubjid) & (cv["CVDTC"].str[:10] > start)).any()
        unseen |= {number} if none else set()
        assert ("no LVEF after the first infusion" in said) == none and ("lowest LVEF" in said) == (
            not none and bool(start)
        )
        assert ("days overdue)" in said) == (none and number in overdue)
        assert ("symptomatic CTRCD (cardiac failure" in said) == (usubjid in failures)
        assert ("QTcF above 500 ms on day" in said) == (number in known["qtcf_over_500"])
    assert failures and unseen & overdue == {"107-001"}


def test_what_changed_since_the_previous_cut_is_marked(view, sample_cuts):
    made = subject_course(view, "NCT00430443-108-002")
    subject, earlier = "NCT00430443-108-002", sample_cuts[CUT_DATES[-2]]
    values = earlier.ask("lane_values", people=None).query("USUBJID == @subject")
    before = pandas.concat([earlier.ask("subject_timeline", usubjid=subject), values])
    new = made.table[made.table["SINCE"] == "new"]

    def key(frame):
        return set(zip(frame["PANEL"], frame["TRACE"], frame["ADT"], frame["SEQ"].fillna(-1), strict=True))

    assert len(new) > 0 and key(new) == {row for row in key(made.table) - key(before) if row[1] != "Data cut"}
    assert "ringed" in made.population
    assert set(subject_course(View(view.cut), "NCT00430443-108-002").table["SINCE"]) == {""}
    assert "new" in subject_header(view, "NCT00430443-103-005").population


def test_a_subject_who_is_not_there(view):
    for function in DISPLAYS:
        made = function(view, "NOBODY")
        assert not made.collected and made.finding == "NOBODY is not in this data cut."


def test_the_pilot_has_no_heart_and_says_so(pilot_cut):
    treated = pilot_cut.table("adsl").query("SAFFL == 'Y'")["USUBJID"]
    for usubjid in treated.head(5):
        made = [function(View(pilot_cut), usubjid) for function in DISPLAYS]
        assert made[3].finding == "Heart values: not collected in this cut."
        assert "neutrophils. QTcF: not collected" in made[1].population and made[1].figure is not None
        for absent in ("LVEF and shortening fraction", "Response"):
            assert f"{absent}: not collected in this cut." in made[1].population
        facts = made[0].table.set_index("MEASURE")
        assert (
            facts.loc["Lowest LVEF", "NOTE"] == "not collected in this cut"
            and facts.loc["DLT evaluation", "NOTE"] == "not collected in this cut"
        )


DM = pandas.DataFrame(
    {"STUDYID": "S", "USUBJID": ["a"], "SUBJID": ["a"], "ARM": "Arm", "ARMCD": "A", "ACTARM": "Arm", "ACTARMCD": "A"}
)
EX = pandas.DataFrame(
    {"USUBJID": ["a"], "EXSEQ": [1], "EXTRT": "DRUG", "EXDOSE": [130.0], "EXDOSU": "mg/m2", "EXSTDTC": ["2007-03-10"]}
)


def test_one_subject_with_nothing_but_a_name(make_cut):
    view = View(make_cut({"dm": DM}))
    header, course, events, heart = (function(view, "a") for function in DISPLAYS)
    assert header.table.set_index("MEASURE").loc["Status", "NOW"] == "Not treated"
    assert course.finding == "No infusion, so there are no study days to draw."
    assert not course.collected and not events.collected and not heart.collected


@pytest.mark.parametrize(
    ("rows", "status", "note"),
    [
        ([], "On treatment", ""),
        ([("PROGRESSIVE DISEASE", "2007-03-20", "TREATMENT")], "Off treatment", "progressive disease"),
        ([("PROGRESSIVE DISEASE", "", "TREATMENT")], "Off treatment", "progressive disease"),
        (
            [("COMPLETED", "2007-03-20", "TREATMENT"), ("LOST TO FOLLOW-UP", "2007-03-25", "FOLLOW-UP")],
            "Off study",
            "lost to follow-up",
        ),
        (
            [("COMPLETED", "2007-03-20", "TREATMENT"), ("LOST TO FOLLOW-UP", "", "FOLLOW-UP")],
            "Off study",
            "lost to follow-up",
        ),
        (
            [("PROGRESSIVE DISEASE", "2007-03-20", "")],
            "Ended",
            "progressive disease; whether treatment or study was not collected",
        ),
        ([("DEATH", "2007-03-20", "FOLLOW-UP")], "Died", "cause: not stated"),
    ],
)
def test_status_as_the_disposition_tells_it(make_cut, rows, status, note):
    ds = pandas.DataFrame(rows, columns=["DSDECOD", "DSSTDTC", "EPOCH"]).assign(USUBJID="a", DSSEQ=range(len(rows)))
    told = (
        subject_header(
            View(make_cut({"dm": DM, "ex": EX, "ds": ds} if rows else {"dm": DM, "ex": EX}, cut=date(2007, 4, 1))), "a"
        )
        .table.set_index("MEASURE")
        .loc["Status"]
    )
    assert (told["NOW"], told["NOTE"] or "") == (status, note)


def test_markup_in_delivered_text_stays_text(make_cut):
    ae = pandas.DataFrame(
        {
            "USUBJID": ["a"],
            "AESEQ": [1],
            "AETERM": ["<b>rash</b>"],
            "AEDECOD": ["<i>Rash</i>"],
            "AETOXGR": ["2"],
            "AESTDTC": ["2007-03-12"],
            "AEENDTC": [""],
        }
    )
    made = subject_course(View(make_cut({"dm": DM, "ex": EX, "ae": ae}, cut=date(2007, 4, 1))), "a")
    text = made.figure.to_json()
    assert "<i>Rash" not in text and "\\u003ci\\u003eRash" not in text
    assert "lt;i" in text


def test_many_terms_keep_the_worst_and_say_how_many_are_left_out(make_cut):
    number = 40
    ae = pandas.DataFrame(
        {
            "USUBJID": "a",
            "AESEQ": range(number),
            "AEDECOD": [f"Term {n:02d}" for n in range(number)],
            "AETERM": "x",
            "AETOXGR": ["3" if n % 4 == 0 else "1" for n in range(number)],
            "AESTDTC": "2007-03-12",
            "AEENDTC": "2007-03-14",
        }
    )
    made = subject_course(View(make_cut({"dm": DM, "ex": EX, "ae": ae})), "a")
    bars = next(trace for trace in made.figure.data if trace.meta == "Adverse events")
    assert len(bars.x) == 24 and (made.table["PANEL"] == "Adverse events").sum() == number
    assert sum("grade 3" in text for text in bars.hovertext) == 10
    assert "16 milder terms only in the numbers" in made.figure.to_json()
    assert made.figure.layout.height <= house.SCREEN_PIXELS


def test_the_page_asks_for_a_subject_and_keeps_the_number_out_of_the_address(sample_cuts, monkeypatch):
    visit.forget()
    monkeypatch.setenv("SAFETY_DATA", str(sample_cuts[LAST].path.parent))
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60).run()
    app.switch_page("pages/closed/subjects.py").run()
    assert "Choose a subject" in app.info[0].value and not app.get("plotly_chart")
    app.selectbox(key="subject_choice").select("NCT00430443-101-003").run()
    said = "\n".join(element.proto.body for element in app.get("html"))
    # a percentage is never apart from its sign at the end of a line
    assert not app.exception and "Subject 101-003" in said and "lowest LVEF 37\u00a0%" in said
    assert len(app.get("plotly_chart")) == 2 and "101-003" not in str(app.query_params)
    app.selectbox(key="subject_choice").select("NCT00430443-106-003").run()
    assert "Subject 106-003" in "\n".join(element.proto.body for element in app.get("html"))
    # the lanes that the reader chose are kept from one subject to the next
    app.session_state["lanes"] = ["Concentrations"]
    for usubjid in ("NCT00430443-106-003", "NCT00430443-101-003"):
        app.selectbox(key="subject_choice").select(usubjid).run()
        drawn = app.get("plotly_chart")[0].proto.spec
        assert "Annamycinol" in drawn and "LVEF 50" not in drawn
    visit.forget()


def test_of_two_subjects_with_one_number_the_one_chosen_is_shown(file_of_cut, monkeypatch):
    """Two sites may number alike; the browser sends back the words of a choice."""
    visit.forget()
    several = pandas.concat([DM.assign(USUBJID=name, SUBJID=number) for name, number in (*ALIKE, ("c", "2"))])
    monkeypatch.setenv("SAFETY_DATA", str(file_of_cut({"dm": several}).path.parent))
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60).run()
    for page in ("pages/closed/subjects.py", "pages/open/pack.py"):
        app.switch_page(page).run()
        key = "subject_choice" if "subjects" in page else "pack-subject"
        assert len(set(app.selectbox(key=key).options)) == 3
        assert [sum(name in words for words in app.selectbox(key=key).options) for name, _ in ALIKE] == [1, 1]
        for name, _ in ALIKE:
            app.selectbox(key=key).select(name).run()
            assert app.session_state[key] == name
    visit.forget()
