"""Who is in a group, and what a display says where there is nobody: without a cut."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pandas
import pytest
from pandas import DataFrame

from displays.display import blank
from displays.drawing import house
from displays.groups import (
    NOBODY,
    NOT_DOSED,
    cohort_name,
    dlts_collected,
    dose_colours,
    doses_in_order,
    everybody,
    no_subjects,
    nobody,
    present,
    treated,
    window,
)
from queries import Filters, View

NO_FILTERS = Filters()
LEVELS = ["130 mg/m²/day", "160 mg/m²/day", "190 mg/m²/day"]


class Cut(SimpleNamespace):
    """As much of a cut as these words need: its answers, its dose levels and its trial."""

    mark = ""

    def ask(self, name: str, **_) -> DataFrame:
        return self.answers[name]

    def table(self, name: str) -> DataFrame:
        return self.answers[name]

    def takes_filters(self, name: str) -> bool:
        return False

    @property
    def has_subjects(self) -> bool:
        return not self.answers["adsl"].empty


def view(filters: Filters = NO_FILTERS, **answers) -> View:
    trial = SimpleNamespace(
        dlt_window_days=28, synthetic=True, short_title="T", amount_unit="mg/m²", dose_unit="mg/m²/day"
    )
    cut = Cut(
        answers=answers,
        dose_labels=LEVELS,
        trial=trial,
        date=date(2008, 2, 29),
        study="T",
        hypothetical="",
        delivered={},
        unread={},
    )
    return View(cut, None, filters)


@pytest.mark.parametrize("value", [None, float("nan"), pandas.NaT, pandas.NA])
def test_a_missing_value_is_not_present(value):
    assert not present(value)


@pytest.mark.parametrize("value", [0, "", False, "Y", date(2008, 1, 1)])
def test_a_value_that_is_known_is_present_even_if_it_is_nothing(value):
    assert present(value)


def test_doses_keep_the_order_of_the_trial_and_others_come_last():
    doses = ["Arm B", LEVELS[2], LEVELS[0], LEVELS[2], "Arm A"]
    assert doses_in_order(view(), doses) == [LEVELS[0], LEVELS[2], "Arm A", "Arm B"]
    assert doses_in_order(view(), []) == []


def test_a_dose_has_the_same_colour_whatever_is_shown_beside_it():
    every, one = dose_colours(view(), LEVELS), dose_colours(view(), LEVELS[1:2])
    assert list(every) == LEVELS and one == {LEVELS[1]: every[LEVELS[1]]}
    assert set(every.values()) <= set(house.DOSE_RAMP) and len(set(every.values())) == 3


def test_everybody_is_asked_without_the_filters():
    filtered = view(Filters(sites=("101",)))
    assert everybody(filtered).filters == Filters() and everybody(filtered).cut is filtered.cut


def test_treated_subjects_are_counted_among_those_selected():
    assert treated(view(selected_treated=DataFrame({"SUBJECTS": [7], "TREATED": [5]}))) == 5


@pytest.mark.parametrize(("evaluated", "collected"), [([None, None], False), ([None, 0.0], True), ([], False)])
def test_dlts_are_collected_where_any_level_has_a_number_even_if_it_is_0(evaluated, collected):
    assert (
        dlts_collected(view(dlt_by_dose=DataFrame({"NEVAL": pandas.Series(evaluated, dtype="float64")}))) is collected
    )


@pytest.mark.parametrize(
    ("expansion", "cohort", "name"), [("Y", "E", "Expansion"), ("N", "3", "Cohort 3"), ("N", None, "")]
)
def test_a_cohort_is_named(expansion, cohort, name):
    assert cohort_name(SimpleNamespace(EXPFL=expansion, COHORT=cohort)) == name


def test_the_window_has_its_days():
    assert window(view()) == "DLT window: days 1 to 28, day 1 = first infusion."


def test_nobody_is_put_down_to_the_filters_only_where_there_are_any():
    assert nobody(view()) == NOT_DOSED and nobody(view(Filters(doses=("x",)))) == NOBODY


def test_the_display_of_nobody_says_why_and_claims_no_more():
    people = DataFrame({"USUBJID": ["S-1"]})
    made = no_subjects(view(Filters(doses=("x",)), adsl=people), "name", "Title")
    assert (made.finding, made.population, made.title) == (NOBODY, "No subjects.", "Title")
    assert made.table.empty and made.figure is None and not made.collected and made.audience == "closed"
    assert no_subjects(view(adsl=people), "name", "Title", "Nobody yet.").finding == "Nobody yet."
    assert "not collected" in no_subjects(view(adsl=people[:0]), "name", "Title").finding


def test_a_blank_display_can_be_one_of_something_collected():
    made = blank(view(), "name", "Title", "Nothing to compare.", collected=True)
    assert made.collected and made.table.empty and made.questions == () and made.labels == {}
