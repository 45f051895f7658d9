"""Each display belongs to the audience of the page on which it is placed."""

from collections import Counter

import pytest
from conftest import CUT_DATES

from displays.catalogue import PAGES
from displays.methods.overview import titles
from queries import View

PLACED = [pytest.param(page, entry, id=entry.function.__name__) for page in PAGES for entry in page.displays]
CHOSEN = {"subject": "NCT00430443-101-003", "method": next(iter(titles()))}


def made_of(entry, view):
    return entry.function(view, **{name: CHOSEN[name] for name in entry.arguments})


@pytest.mark.parametrize(("page", "entry"), PLACED)
def test_a_display_and_its_page_have_one_audience(page, entry, sample_cuts):
    made = made_of(entry, View(sample_cuts[CUT_DATES[0]]))
    assert made.audience == page.audience
    assert not entry.tiles or {"MEASURE", "NOW", "DENOM", "NOTE", "SINCE", "PREVIOUS"} <= set(made.table.columns)


def test_without_any_data_the_audience_is_the_same_and_each_name_is_used_once(pilot_cut):
    """The name keys the widgets of a display and names its files."""
    made = [(page, made_of(entry, View(pilot_cut))) for page in PAGES for entry in page.displays]
    assert [display.name for page, display in made if display.audience != page.audience] == []
    assert [name for name, count in Counter(display.name for _, display in made).items() if count > 1] == []
