"""The subjects behind marks and cells: who they are, in which order, and that every mark finds its own."""

import re

import pytest
from conftest import CUT_DATES

from displays.adverse_events.by_dose import adverse_by_dose
from displays.adverse_events.exposure_by_dose import exposure_by_dose
from displays.adverse_events.interest_incidence import interest_incidence
from displays.catalogue import PAGES
from displays.escalation.history import escalation_history
from displays.escalation.rates import dlt_by_dose
from displays.heart.by_dose import dysfunction_by_dose
from displays.heart.qtc import qtc_by_dose
from displays.people import people
from displays.remission.by_dose import remission_by_dose
from displays.remission.rates import remission_rate
from displays.stopping.overview import stopping_overview
from queries import Filters, View

ENTRIES = [entry for page in PAGES for entry in page.displays if not entry.arguments]


@pytest.fixture(scope="module")
def view(sample_cuts) -> View:
    return View(sample_cuts[CUT_DATES[2]], sample_cuts[CUT_DATES[1]])


def test_the_worst_off_is_named_first_and_each_with_what_happened(view):
    wanted = [f"NCT00430443-{number}" for number in ("102-001", "101-003", "105-002", "no such subject")]
    found = people(view, wanted)
    assert [(person.subjid, person.words) for person in found] == [
        ("105-002", "190 mg/m²/day · ALL · died · worst grade 3 · lowest LVEF 46 % · CR"),
        ("101-003", "130 mg/m²/day · ALL · worst grade 3 · lowest LVEF 37 % · CR"),
        ("102-001", "130 mg/m²/day · ALL · worst grade 3 · lowest LVEF 64 % · CR"),
    ]
    assert all(person.treated for person in found)
    narrowed = View(view.cut, filters=Filters(sites=("999",)))
    assert people(narrowed, wanted) == found and people(view, ()) == ()


def test_an_arm_is_named_as_it_is_and_very_many_are_all_found(pilot_cut):
    everybody = pilot_cut.table("adsl")
    found = people(View(pilot_cut), [*everybody["USUBJID"], *map(str, range(5000))])
    assert len(found) == len(everybody)
    arms = dict(everybody[["USUBJID", "TRTA"]].dropna().values)
    assert all(person.words.split(" · ")[0] == arms[person.usubjid] for person in found if person.usubjid in arms)
    assert arms


def test_who_is_selected_is_who_every_display_counts(view):
    subjects = tuple(view.cut.table("adsl").query("SAFFL == 'Y'")["USUBJID"][:4])
    alone = View(view.cut, filters=Filters(subjects=subjects))
    assert set(alone.ask("heart_subjects")["USUBJID"]) == set(subjects)
    assert int(alone.ask("selected_treated")["TREATED"].iloc[0]) == 4


def test_each_key_of_a_mark_has_its_subjects_and_no_subjects_stand_behind_no_mark(view):
    known, seen = set(view.cut.table("adsl")["USUBJID"]), 0
    for made in (entry.function(view) for entry in ENTRIES):
        if made.audience == "open":
            assert made.behind == {}
            continue
        cells = {f"{column} {row}" for column in made.labels for row in made.table.index}
        carried = {key for trace in made.figure.data for key in keys(trace)} if made.figure else set()
        assert made.behind.keys() <= carried | cells, made.name
        assert {subject for group in made.behind.values() for subject in group} <= known, made.name
        seen += len(made.behind)
    assert seen


NOWHERE = {
    "ladder": "each number of the Summary leads to the display that has its subjects",
    "outstanding": "its subjects stand in the row by name",
    "new_since": "its subjects stand in the row by name",
    "sensitivity": "what other designs would recommend is of no subject",
    "remission_difference": "a difference between two groups is of neither",
    "any_test": "a median is of every line around it, which lead to their subjects",
    "concentration_curves": "a median is of every line around it, which lead to their subjects",
    "replay": "its last mark is the data cut",
}
"""Displays with marks or numbers that lead to nobody, and why."""


def test_no_number_of_subjects_leads_nowhere(view):
    """Marks that can be pointed at carry a subject or a key; each cell that counts subjects has them behind it."""
    known, seen = set(view.cut.table("adsl")["USUBJID"]), 0
    for made in (entry.function(view) for entry in ENTRIES):
        if made.audience == "open" or made.name in NOWHERE:
            continue
        if made.figure is None and "USUBJID" not in made.table:
            cells = {f"{column} {row}" for column, row in counting(made)}
            assert cells <= made.behind.keys(), (made.name, cells - made.behind.keys())
            seen += len(cells)
        for trace in made.figure.data if made.figure else ():
            lost = [key for key in pointed_at(trace) if not (key in known or key in made.behind or is_key(key))]
            assert not lost, (made.name, trace.name, lost[:3])
    assert seen > 100
    assert set(NOWHERE) <= {entry.function.__name__ for entry in ENTRIES}


def counting(made):
    """(column, row) of each cell that counts a subject or more: a column of a number, or of a number with its share."""
    for column, heading in made.labels.items():
        if made.brief and column not in made.brief or not (heading.endswith("(n)") or column in made.bars):
            continue
        for row, value in made.table[column].items():
            if str(value).split(" ")[0].isdigit() and int(str(value).split(" ")[0]):
                yield column, row


def pointed_at(trace) -> list:
    """What each mark of this cut carries that answers to the pointer: not those of the legend, nor bare lines."""
    drawn = trace.type == "bar" or "markers" in (trace.mode or "")
    if not drawn or trace.name == "previous cut" or trace.hoverinfo == "skip" or trace.x is None:
        return []
    carried = [None] * len(trace.x) if trace.customdata is None else trace.customdata
    firsts = [one[0] if isinstance(one, (list, tuple)) or hasattr(one, "tolist") else one for one in carried]
    size = trace.x if trace.orientation == "h" else trace.y
    empty = [value is None or value != value or (trace.type == "bar" and not value) for value in size]
    return [key for key, none in zip(firsts, empty, strict=True) if not none]


def is_key(key) -> bool:
    """A mark of nobody, a rate of 0, carries its key all the same."""
    return isinstance(key, str) and re.search(r": |^[A-Z0-9]+ \d+$", key) is not None


def test_behind_the_new_cells_stand_as_many_as_they_count(view):
    for display in (adverse_by_dose, qtc_by_dose, exposure_by_dose, escalation_history):
        made, checked = display(view), 0
        for column, row in counting(made):
            number = int(str(made.table[column][row]).split(" ")[0])
            assert len(set(made.behind[f"{column} {row}"])) == number, (made.name, column, row)
            checked += 1
        assert checked
    history = escalation_history(view)
    assert numbers(history.behind) == {
        f"{column} {row.Index}": number
        for row in history.table.itertuples()
        for column, number in (("NTREATED", row.NTREATED), ("OUTCOME", row.NDLT))
        if number
    }
    curves = interest_incidence(view)
    assert numbers(curves.behind) == {
        f"{row.TRTA}: with the event": row.NEVENT for row in curves.table.itertuples() if row.NEVENT
    }
    rules = stopping_overview(view)
    assert numbers(rules.behind) == {
        f"{row.RULE}: with an event that counts": row.EVENTS for row in rules.table.itertuples() if row.EVENTS
    }


def test_behind_a_bar_stand_as_many_as_it_counts(view):
    made = dysfunction_by_dose(view)
    counts = made.table[made.table["SCALE"] == "CTRCD"].set_index(["TRTA", "CATEGORY"])["N"]
    assert {f"{dose}: {category}": n for (dose, category), n in counts.items() if n} == {
        key: len(subjects) for key, subjects in made.behind.items()
    }


def test_behind_a_rate_stand_those_whom_it_counts(view):
    dlts, rates, doses = dlt_by_dose(view), remission_rate(view), remission_by_dose(view)
    counted = {f"{row.TRTA}: DLT": row.NDLT for row in dlts.table.itertuples()}
    assert numbers(dlts.behind) == {key: n for key, n in counted.items() if n}
    treated = rates.table[rates.table["ANALYSISN"] == 2]
    assert numbers(rates.behind) == {f"{row.DISEASE}: in remission": row.REMISSION for row in treated.itertuples()}
    counted = {f"{row.DISEASE}, {row.TRTA}: in remission": row.REMISSION for row in doses.table.itertuples()}
    assert numbers(doses.behind) == {key: n for key, n in counted.items() if n}


def numbers(behind) -> dict[str, int]:
    return {key: len(set(subjects)) for key, subjects in behind.items()}


def keys(trace) -> set[str]:
    carried = [] if trace.customdata is None else trace.customdata
    firsts = (one[0] if isinstance(one, (list, tuple)) or hasattr(one, "tolist") else one for one in carried)
    return {first for first in firsts if isinstance(first, str)}
