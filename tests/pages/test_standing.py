"""A data cut whose findings could change a decision is shown once they were acknowledged by name."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from acknowledging import acknowledge_all
from app_test import AppTest
from conftest import CUT_DATES

import visit
from audit import RecordError
from displays.catalogue import DATA
from displays.data.findings import left_out
from queries import CutError, View
from visit import recording, standing
from visit.tickets import RefusedError

ROOT = Path(__file__).parents[2]
OLD, NEW = CUT_DATES[1:]


class Someone:
    """A door through which one member has come, whose role and name a test changes."""

    name, role = "s.stat", "statistician"

    def find(self, _token, click=False):
        return SimpleNamespace(name=self.name, role=self.role)


@pytest.fixture
def someone(tmp_path, sample_cuts, monkeypatch) -> Someone:
    """Two cuts of the sample trial, of which the older is acknowledged, a record, and somebody signed in."""
    data = tmp_path / "cuts"
    data.mkdir()
    for day in (OLD, NEW):
        shutil.copy2(sample_cuts[day].path, data)
    monkeypatch.setenv("SAFETY_DATA", str(data))
    acknowledge_all(tmp_path / "record.jsonl", [sample_cuts[OLD]])
    someone = Someone()
    reopened(tmp_path)
    visit.use_door(someone, lambda _host: "visit")
    yield someone
    visit.use_door(None)
    recording.close_record()
    visit.forget()


def reopened(tmp_path: Path) -> None:
    """As after a new start of the server."""
    visit.forget()
    recording.open_record(str(tmp_path / "record.jsonl"), tmp_path / "cuts")


def cut_at(day: date):
    return visit.cut_of(visit.available_cuts()[day])


def acknowledge(comment: str = "") -> None:
    waiting = standing.waiting(cut_at(NEW))
    standing.acknowledge(cut_at(NEW), list(waiting["FINDING"]), comment)


def at_data(**state) -> AppTest:
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
    for key, value in state.items():
        app.session_state[key] = value
    app.switch_page(DATA.path)
    return app.run()


def said(app: AppTest) -> str:
    return " ".join(block.proto.body for block in app.get("html"))


def test_what_could_change_a_decision_is_what_the_load_weighed_so(sample_cuts):
    for day in CUT_DATES:
        found = sample_cuts[day].ask("data_findings")
        weighed = found.loc[found["WEIGHT"] == "decision", "WHAT"].tolist()
        assert standing.deciding(sample_cuts[day])["WHAT"].tolist() == weighed
        assert standing.deciding(sample_cuts[day])["FINDING"].is_unique
    assert len(standing.deciding(sample_cuts[OLD])) and len(standing.deciding(sample_cuts[NEW])) == 1


def test_a_waiting_cut_is_seen_by_those_alone_who_acknowledge_it_and_then_by_all(someone, tmp_path):
    for someone.role in ("closed member", "open member"):
        assert list(visit.shown_cuts()) == [OLD]
    app = at_data(cut=NEW.isoformat())  # as a link asks for it
    assert app.session_state["cut"] == OLD.isoformat() and not app.checkbox
    assert "A data cut of 29 Feb 2008 waits" in said(app) and "A statistician or a data manager" in said(app)
    someone.role = "data manager"
    assert list(visit.shown_cuts()) == [OLD, NEW]  # what the others see comes first
    app = at_data(session="closed", cut=NEW.isoformat())
    assert "The data cut of 29 Feb 2008 is not yet acknowledged." in said(app)
    assert "29 Feb 2008 is not yet acknowledged" in left_out(View(cut_at(NEW))).data_line
    (box,) = app.checkbox
    assert not box.value and "1 record" in box.label and "104" in box.label
    press(app)
    assert [error.value for error in app.error] == ["Tick the findings that you acknowledge; nothing was acknowledged."]
    assert cut_at(NEW).mark == standing.WAITS
    app.checkbox[0].check()
    next(one for one in app.text_input if one.label.startswith("Comment")).input("Asked  the sponsor")
    press(app)
    assert not app.error and not app.checkbox and "not yet acknowledged" not in said(app)
    assert "by s\\.stat on" in " ".join(caption.value for caption in app.caption)
    told = [json.loads(line) for line in (tmp_path / "record.jsonl").read_text().splitlines()]
    (told,) = [one for one in told if one["action"] == "findings acknowledged" and one["who"] == "s.stat"]
    assert (told["role"], told["comment"]) == ("data manager", "Asked the sponsor")
    assert told["cut"] == recording.named(cut_at(NEW)) and told["what"][0].startswith("LB fewer_records: ")
    for someone.role in ("closed member", "open member"):
        assert list(visit.shown_cuts()) == [NEW, OLD]


def press(app: AppTest) -> None:
    next(one for one in app.button if one.label.startswith("Acknowledge")).click().run()


def test_who_may_not_acknowledge_is_refused_whatever_is_sent(someone):
    for someone.role in ("closed member", "open member", "administrator", ""):
        with pytest.raises(PermissionError):
            acknowledge()
    someone.role = "statistician"
    app = at_data(session="open", cut=NEW.isoformat())  # examples name subjects
    assert not app.checkbox and "is not yet acknowledged" in said(app)
    assert cut_at(NEW).mark == standing.WAITS


def test_of_two_at_once_the_first_is_named_and_the_second_told(someone):
    waiting = list(standing.waiting(cut_at(NEW))["FINDING"])
    acknowledge()
    someone.name = "s.other"
    with pytest.raises(ValueError, match="acknowledged meanwhile by s.stat"):
        standing.acknowledge(cut_at(NEW), waiting, "")
    assert [told.split(" on ")[0] for told in standing.acknowledged(cut_at(NEW))] == ["s.stat"]


def test_it_holds_after_a_new_start_but_not_of_a_changed_file_nor_in_a_changed_record(someone, tmp_path):
    acknowledge()
    reopened(tmp_path)
    assert list(visit.shown_cuts()) == [NEW, OLD]
    with visit.available_cuts()[NEW].open("ab") as file:
        file.write(b"\0")
    someone.role = "closed member"
    assert list(visit.shown_cuts()) == [OLD]
    record = tmp_path / "record.jsonl"
    recording.close_record()
    record.write_bytes(record.read_bytes().replace(b'"who":"s.first"', b'"who":"s.worst"'))
    reopened(tmp_path)
    with pytest.raises(CutError, match="Nothing may be shown yet.*The record is not whole"):
        visit.shown_cuts()
    someone.role = "statistician"
    with pytest.raises(ValueError, match="The record is not whole"):
        acknowledge()
    recording.close_record()
    with pytest.raises(ValueError, match="this server keeps none"):
        acknowledge()


def test_on_a_full_disk_nothing_is_acknowledged(someone, monkeypatch):
    def full(*_told, **_more):
        raise OSError(28, "No space left on device")

    cut, findings = cut_at(NEW), list(standing.waiting(cut_at(NEW))["FINDING"])
    with monkeypatch.context() as disk:
        disk.setattr("audit.record.os.write", full)
        with pytest.raises(RecordError, match="No space left"):
            standing.acknowledge(cut, findings, "")
        assert cut_at(NEW).mark == standing.WAITS


def test_a_withdrawn_cut_comes_last_says_so_on_each_screen_and_file_and_can_be_restored(someone, tmp_path):
    acknowledge()
    app = at_data(session="closed")
    assert app.session_state["cut"] == NEW.isoformat()
    assert withdrawn_by_the_page(app, "Withdraw") == ["Say who you are, and why, in a sentence; nothing was changed."]
    assert withdrawn_by_the_page(app, "Withdraw", "Wrong <b>doses</b> of site 104") == []
    assert "was withdrawn on" in said(app) and "by s.stat, because: Wrong &lt;b&gt;doses&lt;/b&gt; of site 104" in said(
        app
    )
    someone.role = "closed member"
    assert list(visit.shown_cuts()) == [OLD, NEW]
    app = at_data()
    assert app.session_state["cut"] == OLD.isoformat() and "Not the latest data: the data cut of 29 Feb" in said(app)
    assert [option for option in app.selectbox(key="cut").options if "29 Feb 2008" in option] == [
        "29 Feb 2008 (withdrawn)"
    ]
    (told,) = [caption.value for caption in app.caption if "was withdrawn on" in caption.value]
    assert "because" in told and "Wrong" in told
    app = at_data(session="open")
    assert "29 Feb 2008 was withdrawn on" in said(app) and "by s.stat" in said(app)
    assert "Wrong" not in said(app) + " ".join(caption.value for caption in app.caption)
    app = at_data(cut=NEW.isoformat())  # as a link asks for it
    assert said(app).count("was withdrawn on") == 2  # the line, and what the foot of a print says
    assert not [one for one in app.button if one.label.startswith("Withdraw")]
    with pytest.raises(PermissionError):
        standing.mark_withdrawn(cut_at(NEW), "because")
    assert "29 Feb 2008 was withdrawn on" in left_out(View(cut_at(NEW))).data_line
    assert "29 Feb 2008 was withdrawn on" in left_out(View(cut_at(OLD), cut_at(NEW))).data_line
    someone.role = "statistician"
    app = at_data(session="closed", cut=NEW.isoformat())
    assert withdrawn_by_the_page(app, "Restore", "The doses were right") == []
    assert list(visit.shown_cuts()) == [NEW, OLD] and cut_at(NEW).mark == ""
    told = [json.loads(line) for line in (tmp_path / "record.jsonl").read_text().splitlines()]
    asked = [(one["action"], one["who"], one["reason"]) for one in told if one["action"].startswith("cut to be ")]
    assert asked == [
        ("cut to be withdrawn", "s.stat", "Wrong <b>doses</b> of site 104"),
        ("cut to be restored", "s.stat", "The doses were right"),
    ]
    assert any("was withdrawn on" in one.get("marks", "") for one in told)


def test_a_file_asked_for_before_its_cut_was_withdrawn_is_refused(someone, monkeypatch):
    acknowledge()
    monkeypatch.setattr("streamlit.context", SimpleNamespace(headers={"X-Visit": "mine"}, cookies={}))
    view = View(cut_at(OLD), cut_at(NEW))
    monkeypatch.setattr(visit, "session", lambda: "closed")
    asked = [visit.ticket("pack", "pdf", lambda: b"book", "pack.pdf", "application/pdf", view) for _ in range(2)]
    assert visit.TICKETS.take(asked[0], "mine", lambda _audience: True).make() == b"book"
    standing.mark_withdrawn(cut_at(NEW), "doses")
    with pytest.raises(RefusedError, match="withdrawn"):
        visit.TICKETS.take(asked[1], "mine", lambda _audience: True).make()


def withdrawn_by_the_page(app: AppTest, verb: str, reason: str = "") -> list[str]:
    """Write the reason and press the button; what the page says against it."""
    next(one for one in app.text_input if one.label.startswith("Why")).input(reason)
    next(one for one in app.button if one.label == f"{verb} this data cut").click().run()
    return [error.value for error in app.error]


def test_where_it_is_not_known_which_cuts_were_withdrawn_none_is_shown(someone, tmp_path):
    (tmp_path / "cuts" / "withdrawn.toml").write_text("told = [")
    app = at_data()
    assert [error.value[:52] for error in app.error] == ["withdrawn.toml beside the data cuts cannot be read ("]


def test_where_nobody_signs_in_a_cut_is_served_at_once(someone):
    visit.use_door(None)
    assert list(visit.shown_cuts()) == [NEW, OLD] and cut_at(NEW).mark == ""
