"""Deliveries in which nobody was treated: every display stands on the screen and in a file, and says so."""

from __future__ import annotations

import pandas
import pytest

from displays.catalogue import PAGES
from displays.summary.ladder import ladder
from export import write
from pages.parts.ladder import ladder_html
from pages.parts.shown import preparing
from pages.parts.summary import shown_as_part
from queries import View

DM = pandas.DataFrame({"STUDYID": "S", "USUBJID": ["a", "b"], "SUBJID": ["1", "2"], "ARM": "Arm", "ARMCD": "A"})
SCREENED = DM.assign(ARM="Screen Failure", ARMCD="SCRNFAIL")
AE = pandas.DataFrame({"USUBJID": ["a"], "AESEQ": 1, "AETERM": "x", "AEDECOD": "X", "AETOXGR": "3", "AESTDTC": "2007"})
EX = pandas.DataFrame({"USUBJID": ["a"], "EXSEQ": 1, "EXTRT": "DRUG", "EXDOSE": 0.0, "EXDOSU": "mg/m2", "EXSTDTC": ""})
DELIVERED = {
    "subjects alone": {"dm": DM},
    "without arms": {"dm": DM.drop(columns=["ARM", "ARMCD"])},
    "screen failures": {"dm": SCREENED},
    "an event": {"dm": DM, "ae": AE},
    "a dose of 0": {"dm": DM, "ex": EX},
}


@pytest.fixture(params=DELIVERED)
def view(request, make_cut) -> View:
    cut = make_cut(DELIVERED[request.param])
    assert cut.ask("subject_list", usubjid=None)["SAFFL"].tolist() == ["N", "N"]
    return View(cut, cut)


def test_every_display_stands_on_the_screen_and_in_a_file(view):
    for section in [section for page in PAGES for section in page.sections]:
        for entry in section.displays:
            if "method" in entry.arguments:
                continue  # of a statistical method, not of the trial
            made = entry.function(view, **({"subject": "a"} if "subject" in entry.arguments else {}))
            (shown_as_part if section.one_screen else preparing(entry))(made, {})
            assert write(made, "csv") and made.finding


def test_the_table_of_arms_says_it(view):
    made = ladder(view)
    assert made.sentences == ("No subject has been treated in this cut.",) and not made.collected
    assert "No subject has been treated in this cut." in ladder_html(made, {})
