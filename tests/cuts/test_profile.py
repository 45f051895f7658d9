"""The printable profile of a subject: one page that holds what the displays say, and nothing that is supposed."""

import json

import pytest
import typst
from conftest import CUT_DATES

from displays.adverse_events.subject import subject_adverse_events
from displays.subject.course import subject_course
from displays.subject.header import subject_header
from displays.subject.pk_parameters import subject_parameters
from export import images_available, profile
from export.profile import MOST_EVENTS, TEMPLATE, sheet
from queries import View
from queries.hypothetical import suppose

drawn = pytest.mark.skipif(not images_available(), reason="no Chromium on this machine to draw the course with")


@pytest.fixture(scope="module")
def view(sample_cuts) -> View:
    return View(sample_cuts[CUT_DATES[2]], sample_cuts[CUT_DATES[1]])


def of(view: View, number: str = "101-003") -> list:
    displays = subject_header, subject_course, subject_adverse_events, subject_parameters
    return [display(view, f"NCT00430443-{number}") for display in displays]


@drawn
def test_the_profile_is_one_tagged_page_with_the_facts_the_course_and_the_worst_events(view):
    told = sheet(*of(view))
    assert told["title"] == "Subject 101-003" and told["finding"].startswith("A boy of 7 years with ALL")
    assert {"name": "Lowest LVEF", "now": "37 %", "note": "day 230, baseline 60 %, CTRCD severe"} in told["facts"]
    assert told["course"]["svg"].startswith("<svg") and "Study day" in told["course"]["svg"]
    rows = told["events"]["rows"]
    assert [row[:2] for row in rows[:2]] == [["Febrile neutropenia", "3"], ["Cardiac failure", "3"]]
    assert len(rows) == MOST_EVENTS and told["events"]["more"].startswith("The worst first; 8 more in the dashboard.")
    assert "half-life" in told["parameters"]["finding"]
    assert "Synthetic data" in told["foot"] and "Data as of 29 Feb 2008" in told["foot"]
    pages = typst.compile(TEMPLATE, sys_inputs={"told": json.dumps(told)}, format="svg")
    assert isinstance(pages, bytes), "more than one page"


@drawn
def test_delivered_text_is_text_on_the_sheet_and_the_file_is_a_tagged_pdf(view):
    header, course, events, parameters = of(view, "110-001")
    events.table["AEDECOD"] = "#panic() *bold* $x$ `raw` <label>"
    written = profile(header, course, events, parameters)
    assert written.startswith(b"%PDF") and b"/MarkInfo" in written


def test_what_is_supposed_is_never_written_to_a_profile(view):
    supposed = View(suppose(view.cut, "190 mg/m²/day", "T"), view.previous)
    with pytest.raises(ValueError, match="never written to a file"):
        profile(*of(supposed))
