"""The Pack page and "Add to pack": what a reader puts together, and what the open session may see of it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from app_test import AppTest

import visit
from displays.catalogue import PACK
from displays.laboratory.tests import lab_tests
from export.editing import choices_in_words, empty, file_name, move, place_of, put, take, take_all
from export.pack import PLACES, Item, Pack, PackError
from export.presets import preset
from pages.parts.my_pack import apply, may_hold

ROOT = Path(__file__).parents[2]
CLOSED, OPEN = "pack closed", "pack open"


@pytest.fixture(autouse=True)
def sample_folder(sample_cuts, monkeypatch) -> Path:
    folder = next(iter(sample_cuts.values())).path.parent
    monkeypatch.setenv("SAFETY_DATA", str(folder))
    return folder


def at(path: str, **query) -> AppTest:
    """A page of the dashboard."""
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    return app.switch_page(path).run()


def pack_of(app: AppTest, session: str = "closed") -> Pack:
    return app.session_state[f"pack {session}"] if f"pack {session}" in app.session_state else empty(session)


def said(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def names(pack: Pack) -> list[str]:
    return [item.display for item in pack.items]


def whole(app: AppTest) -> AppTest:
    assert not app.exception and [error.value for error in app.error] == []
    return app


def drawn_list(app: AppTest) -> dict:
    """What the list of the Pack page was given to draw."""
    (found,) = [part for part in app.get("bidi_component") if b'"groups"' in part.proto.bytes]
    return json.loads(found.proto.bytes)


def test_a_display_goes_into_the_pack_as_it_is_on_screen_and_never_twice():
    app = at("pages/closed/laboratory.py", section="grades")
    whole(app.button(key="add-lab_shifts").click().run())
    assert [toast.value for toast in app.toast] == ["Added to the pack\\: 1 display\\."]
    first = pack_of(app).items[0]
    assert first.display == "lab_shifts" and set(first.chosen) == {"test", "scale"} and first.filters is None
    whole(app.button(key="add-lab_shifts").click().run())
    assert "Already in the pack" in app.toast[0].value and len(pack_of(app).items) == 1
    app.session_state["choice-lab_shifts-test"] = lab_tests(app.session_state["view"])[3][0]
    whole(app.multiselect(key="disease").select("AML").run())
    whole(app.button(key="add-lab_shifts").click().run())
    assert [item.filters for item in pack_of(app).items] == [None, {"disease": ("AML",)}]
    assert pack_of(app).items[1].chosen != first.chosen
    app.session_state["selected"] = tuple(sorted(visit_subjects(app)))[:2]
    whole(app.run().button(key="add-lab_shifts").click().run())
    assert app.toast[0].value.startswith("Not added\\: a pack cannot keep the choice of 2 selected subjects")
    assert len(pack_of(app).items) == 2
    app.segmented_control(key="session").select("open").run()
    assert whole(app.switch_page(PACK.path).run()) and "The pack is empty." in said(app)


def visit_subjects(app: AppTest) -> frozenset[str]:
    return visit.subjects_of(app.session_state["view"].cut)


def test_a_subject_goes_into_the_pack_with_its_number_and_a_method_has_no_button():
    app = at("pages/closed/subjects.py")
    subject = sorted(visit_subjects(app))[0]
    app.session_state["subject"] = subject
    whole(app.run().button(key="add-subject_heart").click().run())
    assert pack_of(app).items == (Item("subject_heart", subject=subject),)
    app.switch_page(PACK.path).run()
    (row,) = drawn_list(app)["items"]
    assert row["title"].endswith(f": {subject[-7:]}") and row["page"] == "Subjects"
    assert app.query_params.keys() == {"cut", "previous"}
    app = at("pages/open/methods.py", section="checks")
    assert "add-checks" not in {button.key for button in app.button}


def test_the_page_starts_from_ready_packs_and_takes_the_last_change_back():
    app = whole(at(PACK.path))
    assert "The pack is empty." in said(app)
    app.button(key="pack-decision").click().run()
    assert pack_of(app) == preset("decision") and "The pack holds 10 displays." in said(whole(app))
    assert [row["title"] for row in drawn_list(app)["items"]][:2] == ["Where the escalation is", "Look at these first"]
    app.text_input(key="pack closed title").set_value("For 5 March").run()
    assert pack_of(app).title == "For 5 March"
    app.button(key="pack-undo").click().run().button(key="pack-undo").click().run()
    assert pack_of(app) == empty("closed") and "pack-undo" not in {button.key for button in app.button}
    groups = {group["page"]: group["displays"] for group in drawn_list(whole(app))["groups"]}
    assert list(groups)[:3] == ["Summary", "Trial conduct", "Dose"] and "Subjects" not in groups
    assert sum(map(len, groups.values())) == len(preset("closed").items)
    app.segmented_control(key="session").select("open").run()
    groups = {group["page"]: group["displays"] for group in drawn_list(whole(app))["groups"]}
    listed = [display["name"] for displays in groups.values() for display in displays]
    assert sorted(listed) == sorted(names(preset("open"))) and "pack-decision" not in {b.key for b in app.button}


def test_an_item_goes_where_a_board_s_book_has_it_and_can_be_moved_and_taken_out(views):
    view = views["2008-02-29"]
    pack = preset("decision")
    with_heart = put(pack, Item("lvef_over_time"))
    assert names(with_heart)[-1] == "lvef_over_time" and names(with_heart)[:-1] == names(pack)
    assert names(put(put(empty("closed"), Item("deaths")), Item("alarms"))) == ["alarms", "deaths"]
    assert names(move(pack, 9, 0)) == [names(pack)[9], *names(pack)[:9]] and move(move(pack, 0, 4), 4, 0) == pack
    assert take(pack, 0).items == pack.items[1:] and take_all(with_heart, "lvef_over_time") == pack
    with pytest.raises(PackError, match="at most 500"):
        put(Pack("", "closed", (Item("deaths"),) * 500), Item("deaths"))
    default = Item("any_test", {"by": PLACES["any_test"].entry.choices[1].of(view)[0][0]})
    assert place_of(Pack("", "closed", (Item("any_test", note="here"),)), default, view) == 0
    gone = Item("any_test", {"test": "NOSUCH"})
    assert place_of(Pack("", "closed", (Item("any_test"),)), gone, view) is None
    assert choices_in_words(gone, view) == "Test: NOSUCH (not in this data cut)"
    assert file_name(replace(pack, title="5/3: next?"), "L-A phase I") == "L-A-phase-I_closed_5-3-next_pack.json"


def test_each_act_of_the_list_is_done_once_and_what_cannot_be_done_is_left(monkeypatch):
    state: dict = {}
    monkeypatch.setattr("pages.parts.my_pack.st.session_state", state)
    monkeypatch.setattr(visit, "session", lambda: "open")
    monkeypatch.setattr(visit, "subject_numbers", dict)
    acts = [{"n": n, "do": "put", "name": name} for n, name in enumerate(["baseline", "deaths", "subject_flow"], 1)]
    apply(acts)
    assert names(state[OPEN]) == ["subject_flow", "baseline"] and not may_hold("deaths")
    apply([*acts, {"n": 4, "do": "move", "at": 0, "to": 1}, {"n": 5, "do": "take", "at": 7}])
    assert names(state[OPEN]) == ["baseline", "subject_flow"]
    for odd in (None, "x", [None, 3], [{"n": "6"}], [{"n": 6, "do": "move", "at": 0, "to": -1}], [{"n": 7, "do": "?"}]):
        apply(odd)
    assert names(state[OPEN]) == ["baseline", "subject_flow"]
    apply([{"n": 8, "do": "take all", "name": "baseline"}, {"n": 9, "do": "edit", "at": 0}])
    assert names(state[OPEN]) == ["subject_flow"] and state["pack open edited"] == 0
