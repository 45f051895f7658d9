"""Deliveries in which nobody was treated: every display stands on the screen and in a file, and says so."""

from __future__ import annotations

from datetime import date

import pandas
import pytest

from displays.catalogue import PAGES
from displays.escalation.subjects import subject_by_dose
from displays.summary.ladder import ladder
from export import write
from pages.parts.ladder import ladder_html
from pages.parts.shown import preparing
from pages.parts.summary import shown_as_part
from queries import View
from trial import Trial

DM = pandas.DataFrame({"STUDYID": "S", "USUBJID": ["a", "b"], "SUBJID": ["1", "2"], "ARM": "Arm", "ARMCD": "A"})
SCREENED = DM.assign(ARM="Screen Failure", ARMCD="SCRNFAIL")
AE = pandas.DataFrame({"USUBJID": ["a"], "AESEQ": 1, "AETERM": "x", "AEDECOD": "X", "AETOXGR": "3", "AESTDTC": "2007"})
EX = pandas.DataFrame({"USUBJID": ["a"], "EXSEQ": 1, "EXTRT": "DRUG", "EXDOSE": 0.0, "EXDOSU": "mg/m2", "EXSTDTC": ""})
GIVEN = EX.assign(EXDOSE=130.0, EXSTDTC="2007-06-01")
CREATININE = {"LBTESTCD": "CREAT", "LBTEST": "Creatinine", "LBSTRESC": "40", "LBSTRESN": 40.0, "LBSTRESU": "umol/L"}
LB = pandas.DataFrame({"USUBJID": "a", "LBSEQ": [1, 2], "LBDTC": ["2007-05-30", "2007-06-03"], **CREATININE})
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


def stand(view: View) -> None:
    """Every display is made, prepared for the screen and written to a file."""
    for section in [section for page in PAGES for section in page.sections]:
        for entry in section.displays:
            if "method" in entry.arguments:
                continue  # of a statistical method, not of the trial
            made = entry.function(view, **({"subject": "a"} if "subject" in entry.arguments else {}))
            (shown_as_part if section.one_screen else preparing(entry))(made, {})
            assert write(made, "csv") and made.finding
            assert "None →" not in " ".join(made.sentences), made.name


def test_every_display_stands_on_the_screen_and_in_a_file(view):
    stand(view)


@pytest.mark.parametrize("named", ["sample", "none"])
def test_every_display_stands_beside_a_cut_in_which_nobody_was_treated(named, make_cut, trial):
    """The first infusion came between the two; results of the laboratory were there before it."""
    defined = trial if named == "sample" else Trial.none()
    before = make_cut({"dm": DM, "lb": LB}, defined, date(2007, 8, 31))
    stand(View(make_cut({"dm": DM, "lb": LB, "ae": AE, "ex": GIVEN}, defined), before))


def test_a_status_that_was_not_collected_before_is_no_earlier_verdict(make_cut, trial):
    before = make_cut({"dm": DM, "ex": GIVEN}, trial, date(2007, 8, 31))
    made = subject_by_dose(View(make_cut({"dm": DM, "ex": GIVEN, "ae": AE}, trial), before))
    assert made.sentences[-1] == "Since 31 Aug 2007: no subjects first treated, 1 status changed."


def test_the_table_of_arms_says_it(view):
    made = ladder(view)
    assert made.sentences == ("No subject has been treated in this cut.",) and not made.collected
    assert "No subject has been treated in this cut." in ladder_html(made, {})
