"""The Pack page and "Add to pack": what a reader puts together, and what the open session may see of it."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from app_test import AppTest
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

import visit
from displays.catalogue import PACK
from displays.laboratory.tests import lab_tests
from displays.subject.lanes import DEFAULT
from export.editing import can_be_in_a_pack, choices_in_words, empty, file_name, move, place_of, put, take, take_all
from export.folder import FORMATS_OF_PACKS
from export.pack import PLACES, Item, Pack, PackError
from export.presets import preset
from export.workshop import WORKSHOP, Work
from pages.parts.add_to_pack import _add
from pages.parts.my_pack import SAID, apply, may_hold, title_of
from visit.who import BOTH, Reader

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
    whole(app.switch_page("pages/open/conduct.py").run().button(key="add-subject_flow").click().run())
    assert pack_of(app, "open").items == (Item("subject_flow"),) and len(pack_of(app).items) == 2
    assert "The pack holds 1 display." in said(whole(app.switch_page(PACK.path).run())) and "Of whom" not in said(app)


def visit_subjects(app: AppTest) -> frozenset[str]:
    return visit.subjects_of(app.session_state["view"].cut)


def test_a_subject_goes_into_the_pack_and_what_is_of_a_method_does_not(monkeypatch, views):
    state: dict = {}
    monkeypatch.setattr("streamlit.session_state", state)
    monkeypatch.setattr(visit, "session", lambda: "closed")
    monkeypatch.setattr(visit, "view", lambda: views["2008-02-29"])
    entry, subject = PLACES["subject_course"].entry, "NCT00430443-101-003"
    _add(entry, {"subject": subject, "lanes": ("ALT",)})
    assert state[CLOSED].items == (Item("subject_course", subject=subject),)
    assert state[SAID] == "Added to the pack: 1 display. The pack shows the lanes that the course has at first."
    _add(entry, {"subject": subject, "lanes": DEFAULT})
    assert state[SAID] == "Already in the pack, which has 1 display."
    _add(entry, {"subject": "NCT00430443-101-001", "lanes": DEFAULT})
    assert [title_of(item) for item in state[CLOSED].items] == [f"Course of a subject: 101-00{n}" for n in (3, 1)]
    assert title_of(Item("subject_course", subject="gone")).endswith(": gone (not in this data cut)")
    without = {name for name, place in PLACES.items() if not can_be_in_a_pack(place.entry)}
    assert without == {"checks", "recomputations"}


def test_the_page_starts_from_ready_packs_and_takes_the_last_change_back():
    app = whole(at(PACK.path))
    assert "The pack is empty." in said(app)
    app.button(key="pack-decision").click().run()
    assert pack_of(app) == preset("decision") and "The pack holds 10 displays." in said(whole(app))
    assert [row["title"] for row in drawn_list(app)["items"]][:2] == ["Where the escalation is", "Look at these first"]
    assert app.button(key="pack-undo").label == "Undo: started from “Dose decision”"
    app.text_input(key="pack closed title").set_value("For 5 March").run()
    assert pack_of(app).title == "For 5 March"
    app.button(key="pack-undo").click().run().button(key="pack-undo").click().run()
    assert pack_of(app) == empty("closed") and "pack-undo" not in {button.key for button in app.button}
    groups = {group["page"]: group["displays"] for group in drawn_list(whole(app))["groups"]}
    assert list(groups)[:3] == ["Summary", "Trial conduct", "Dose"] and "Subjects" not in groups
    assert sum(map(len, groups.values())) == len(preset("closed").items)
    app.selectbox(key="pack-subject").set_value("NCT00430443-101-003").run().button(key="pack-of-subject").click().run()
    assert pack_of(app) == preset("subject", "NCT00430443-101-003")
    assert {row["title"].rpartition(": ")[2] for row in drawn_list(whole(app))["items"]} == {"101-003"}
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
    monkeypatch.setattr("streamlit.session_state", state)
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


def upload(app: AppTest, kind: str, text: str | bytes) -> AppTest:
    """The page after a file was given to it."""
    (box,) = [box for box in app.file_uploader if str(box.key).startswith(f"pack-{kind}-")]
    content = text if isinstance(text, bytes) else text.encode()
    return box.set_value((f"{kind}.json", content, "application/json")).run()


def errors(app: AppTest) -> list[str]:
    assert not app.exception
    return [error.value.replace("\\", "") for error in app.error]


def test_a_pack_is_loaded_whole_or_refused_in_a_sentence(monkeypatch):
    app, forgotten = at(PACK.path), []
    monkeypatch.setattr(MemoryUploadedFileManager, "remove_file", lambda _self, **file: forgotten.append(file))
    upload(app, "file", preset("hearts").text)
    assert len(forgotten) == 1
    assert errors(app) == [] and pack_of(app) == preset("hearts")
    for text, why in (
        ("{", "The pack is no JSON"),
        (b"\xff\xfe\x00", "The file holds no text"),
        (preset("hearts").text + " " * 1024 * 1024, "The file is larger than 1 MB"),
        (preset("open").text, "This is a pack of the open session, and this is the closed one; nothing was loaded."),
        ('{"session": "closed", "items": [{"display": "deaths"}, {"display": "nix"}]}', "Item 2 of the pack is the"),
    ):
        upload(app, "file", text)
        assert len(errors(app)) == 1 and errors(app)[0].startswith(why) and pack_of(app) == preset("hearts")
    assert errors(app.run()) == []
    app.segmented_control(key="session").select("open").run()
    smuggled = preset("open").text.replace('"items": [', '"items": [{"display": "deaths"},')
    for text, why in ((preset("hearts").text, "This is a pack of the closed"), (smuggled, "An open session may not")):
        upload(app, "file", text)
        assert errors(app)[0].startswith(why) and pack_of(app, "open") == empty("open")
    upload(app, "file", preset("open").text)
    assert errors(app) == [] and pack_of(app, "open") == preset("open") and pack_of(app) == preset("hearts")


def kept_at(app: AppTest, session: str = "closed") -> tuple:
    """Where the workshop keeps what belongs to a visit; a browser of these tests has no cookie."""
    return ("", app.session_state["pack visit"]), session


def wait_for_pack(app: AppTest) -> Work:
    """The pack of the visit once it is made."""
    work = WORKSHOP.work(kept_at(app))
    end = time.monotonic() + 60
    while not work.over:
        assert time.monotonic() < end
        time.sleep(0.02)
    return work


def test_a_pack_is_made_of_the_data_shown_and_its_files_are_gone_with_the_open_session_and_the_visit():
    app = at(PACK.path)
    app.session_state[CLOSED] = Pack("Two", "closed", (Item("deaths", note="Two died."), Item("subject_flow")))
    app.session_state["pack closed by"] = "The statistician"
    earlier = {"trial": "Other", "session": "closed", "displays": []}
    upload(app.run(), "manifest", json.dumps(earlier))
    assert errors(app) == ["The earlier pack is of another trial; choose a manifest of this one."]
    for kind in set(FORMATS_OF_PACKS) - {"xlsx"}:
        app.checkbox(key=f"pack closed as {kind}").uncheck()
    app.button(key="pack-begin").click().run()
    work = wait_for_pack(app)
    assert work.state == "done" and work.made.failed == {} and work.order.by == "The statistician"
    app.run()
    assert "“Two”, 2 displays, made" in said(whole(app)) and "Data as of 29 Feb 2008" in said(app)
    assert [path.suffix for path in work.made.files] == [".xlsx", ".json"]
    manifest = json.loads(work.made.files[-1].read_text())
    assert [one["note"] for one in manifest["displays"]] == ["Two died.", ""]
    upload(app, "manifest", json.dumps(manifest))
    assert "Compared with the pack prepared" in said(whole(app))
    offered = {button.key for button in app.button}
    assert {"pack-get-zip", "pack-get-xlsx", "pack-get-json"} <= offered
    app.text_input(key="pack closed title").set_value("Three").run()
    assert "Before the last change of the pack: “Two”" in said(app)
    app.segmented_control(key="session").select("open").run()
    assert "Two" not in said(whole(app)) and "Compared" not in said(app)
    assert not [b.key for b in app.button if str(b.key).startswith("pack-get")]
    WORKSHOP.stop(kept_at(app))
    assert not work.order.pack.items == () and work.made is None


def test_what_cannot_be_made_says_why_and_what_fails_is_said(monkeypatch):
    monkeypatch.setattr("pages.parts.pack_work.images_available", lambda: False)
    monkeypatch.setattr(visit, "reader", lambda: Reader(BOTH, "anna", "statistician"))
    app = at(PACK.path)
    assert app.text_input(key="pack closed by").value == "anna"
    assert app.button(key="pack-begin").disabled and app.button(key="pack-begin").help.startswith("Choose at least one")
    assert app.checkbox(key="pack closed as png").disabled
    assert any(caption.value.startswith("Images need Chromium") for caption in app.caption)
    app.session_state[CLOSED] = Pack("One", "closed", (Item("any_test", {"test": "NOSUCH"}),))
    app.run().button(key="pack-begin").click().run()
    wait_for_pack(app)
    (why,) = errors(app.run())
    assert why == "Any laboratory test over time by dose: 'NOSUCH' is none of the choices of this data cut (Test)."


def test_an_item_has_a_sentence_and_subjects_of_its_own():
    app = at(PACK.path, disease="AML")
    app.session_state[CLOSED] = Pack("One", "closed", (Item("deaths"), Item("alarms")))
    app.session_state["pack closed edited"], app.session_state["pack closed shown"] = 0, "order"
    app.session_state["pack-note-1"] = " Both at 190. "
    app.session_state["pack-filters-1"] = "now"
    assert "As on the dashboard now: AML" in whole(app.run()).radio(key="pack-filters-1").options
    assert pack_of(app).items[0] == Item("deaths")
    app.session_state["pack closed edited"], app.session_state["pack dialogs"] = 0, 0
    app.button(key="pack-edited").click().run()
    assert pack_of(app).items[0] == Item("deaths", note="Both at 190.", filters={"disease": ("AML",)})
    assert drawn_list(whole(app))["items"][0]["notes"] == ["AML", "“Both at 190.”"]
    app.button(key="pack-filters-now").click().run()
    assert pack_of(app).filters == {"disease": ("AML",)} and drawn_list(app)["items"][0]["notes"] == ["“Both at 190.”"]


def test_who_prepares_the_pack_is_kept_over_a_reload_for_that_session_alone(monkeypatch):
    nothing, told = SimpleNamespace(kept=None, went=None), []
    answers = iter([SimpleNamespace(kept={"by": {"closed": "The statistician", "open": 7}}, went=None)])

    def component(*, data: bytes, **_) -> SimpleNamespace:
        told.append(json.loads(data)["keep"])
        return next(answers, nothing)

    monkeypatch.setattr("pages.parts.tab._tab", component)
    app = at(PACK.path)
    assert app.text_input(key="pack closed by").value == "The statistician"
    assert told[0] == {} and told[-1]["by"] == {"closed": "The statistician"}
    app.segmented_control(key="session").select("open").run()
    assert app.text_input(key="pack open by").value == "" and "by" not in told[-1]


def test_what_was_made_and_is_compared_with_is_found_after_a_reload_by_the_same_browser_and_session_alone(monkeypatch):
    nothing, told, back = SimpleNamespace(kept=None, went=None), [], {}

    def component(*, data: bytes, **_) -> SimpleNamespace:
        told.append(json.loads(data)["keep"])
        return SimpleNamespace(kept=back.popitem()[1], went=None) if back else nothing

    monkeypatch.setattr("pages.parts.tab._tab", component)
    browser = ["mine"]
    monkeypatch.setattr(visit, "visit_of_browser", lambda: browser[0])
    app = at(PACK.path)
    trial = app.session_state["view"].trial.short_title
    upload(app, "manifest", json.dumps({"trial": trial, "session": "closed", "displays": [], "prepared": "2008-01-01"}))
    whole(app.run())
    token = told[-1]["made"]
    assert token == app.session_state["pack visit"] and "displays" not in json.dumps(told[-1])
    for whose, kept, found in (("mine", token, True), ("other", token, False), ("mine", "../" * 11, False)):
        browser[0] = whose
        back["kept"] = {"made": kept}
        again = whole(at(PACK.path))
        assert ("Compared with the pack prepared 1 Jan 2008" in said(again)) == found
    browser[0], back["kept"] = "mine", {"made": token}
    again = whole(at(PACK.path))
    again.segmented_control(key="session").select("open").run()
    assert "Compared" not in said(whole(again))
    again.segmented_control(key="session").select("closed").run()
    again.button(key="pack-compare-no").click().run()
    assert "Compared" not in said(whole(app.run()))
