"""Each display belongs to the audience of the section in which it is placed."""

from collections import Counter
from inspect import signature

import pytest
from conftest import CUT_DATES

from displays.catalogue import PAGES
from displays.methods.overview import titles
from queries import View

ENTRIES = [(part, entry) for page in PAGES for part in page.sections for entry in part.displays]
PLACED = [pytest.param(part, entry, id=entry.function.__name__) for part, entry in ENTRIES]
CHOSEN = {"subject": "NCT00430443-101-003", "lanes": ("ALT",), "method": next(iter(titles()))}


def made_of(entry, view):
    return entry.function(view, **{name: CHOSEN[name] for name in entry.arguments})


@pytest.mark.parametrize(("part", "entry"), PLACED)
def test_a_display_and_its_section_have_one_audience(part, entry, sample_cuts):
    made = made_of(entry, View(sample_cuts[CUT_DATES[0]]))
    assert made.audience == part.audience
    assert not entry.tiles or {"MEASURE", "NOW", "DENOM", "NOTE", "SINCE", "PREVIOUS"} <= set(made.table.columns)


def test_without_any_data_the_audience_is_the_same_and_each_name_is_used_once(pilot_cut):
    """The name keys the widgets of a display and names its files."""
    made = [(part, made_of(entry, View(pilot_cut))) for part, entry in ENTRIES]
    assert [display.name for part, display in made if display.audience != part.audience] == []
    assert [name for name, count in Counter(display.name for _, display in made).items() if count > 1] == []


def test_what_is_chosen_at_first_is_what_the_display_shows_by_itself(sample_cuts):
    """A file or a test asks without choosing: it gets what a reader sees first."""
    view = View(sample_cuts[CUT_DATES[0]])
    for _, entry in ENTRIES:
        defaults = signature(entry.function).parameters
        chosen = {}
        for choice in entry.choices:
            options = choice.of(view, **{name: chosen[name] for name in choice.after})
            chosen[choice.argument] = choice.first(options)
            assert len(dict(options)) == len(options) > 1, (entry.function.__name__, choice.argument)
            assert defaults[choice.argument].default in (choice.first(options), ""), entry.function.__name__
