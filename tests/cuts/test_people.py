"""The subjects behind marks and cells: who they are, in which order, and that every mark finds its own."""

import pytest
from conftest import CUT_DATES

from displays.catalogue import PAGES
from displays.escalation.rates import dlt_by_dose
from displays.heart.by_dose import dysfunction_by_dose
from displays.people import people
from displays.remission.by_dose import remission_by_dose
from displays.remission.rates import remission_rate
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
