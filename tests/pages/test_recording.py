"""What readers do is in the record before they see it, and the closed session waits where it cannot be written."""

from __future__ import annotations

import hashlib
import json
import time
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest
from app_test import AppTest
from conftest import CUT_DATES

import visit
from audit import RecordError, verify
from audit.__main__ import main as show
from displays.catalogue import DOSE, SUBJECTS
from displays.escalation.rates import dlt_by_dose
from pages.parts.made import made_or_said, noted_or_said
from queries import Filters, View
from visit import recording

ROOT = Path(__file__).parents[2]
CHILD = "NCT00430443-101-003"


@pytest.fixture
def path(tmp_path, sample_cuts, monkeypatch) -> Path:
    data = next(iter(sample_cuts.values())).path.parent
    monkeypatch.setenv("SAFETY_DATA", str(data))
    visit.forget()
    recording.open_record(str(tmp_path / "record.jsonl"), data)
    yield tmp_path / "record.jsonl"
    recording.close_record()
    visit.forget()


def entries(path: Path) -> list[dict]:
    recording.note("looked at", at_once=True)
    return [told for line in path.read_text().splitlines() if (told := json.loads(line))["action"] != "looked at"]


def at(page, **state) -> AppTest:
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
    for key, value in state.items():
        app.session_state[key] = value
    app.switch_page(page.path)
    return app


def written_again() -> None:
    """Wait until the writer, which tries again by itself, has written what waited."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with suppress(RecordError):
            return recording.check()
        time.sleep(0.05)


def refuse(*_told, **_more) -> None:
    raise RecordError("The record of who saw what cannot be written (No space left on device).")


def test_a_page_a_subject_and_the_cuts_loaded_are_told_once_with_the_bytes_of_the_cut(path, sample_cuts):
    app = at(SUBJECTS, subject=CHILD, disease=["ALL"]).run()
    app.run()
    told = entries(path)
    assert [one["action"] for one in told] == ["record begun", *["cut loaded"] * 2, "page", "subject"]
    page, subject = told[-2:]
    newest = sample_cuts[CUT_DATES[2]].path
    assert page["cut"] == f"2008-02-29 {hashlib.sha256(newest.read_bytes()).hexdigest()}"
    assert page["compared"].startswith("2007-11-30 ") and page["session"] == "closed" and page["version"]
    assert (page["page"], page["filters"]) == ("subjects", "ALL") and "subject" not in page
    assert subject["subject"] == CHILD
    assert verify(path).problems == ()


def test_a_file_is_told_with_its_hash_before_it_leaves(path, monkeypatch, sample_cuts):
    monkeypatch.setattr(visit, "view", lambda: View(sample_cuts[CUT_DATES[2]], filters=Filters(diseases=("ALL",))))
    monkeypatch.setattr(visit, "session", lambda: "closed")
    monkeypatch.setattr("streamlit.context", SimpleNamespace(headers={"X-Visit": "mine"}))
    shown = visit.ticket("dlt_by_dose", "csv", lambda: b"numbers", "dlts.csv", "text/csv")
    of_an_earlier_cut = visit.ticket(
        "pack", "pdf", lambda: b"book", "pack.pdf", "application/pdf", View(sample_cuts[CUT_DATES[1]])
    )
    monkeypatch.setattr(visit, "view", refuse)  # a file is made after the run, where there is no view
    assert fetched(shown) == b"numbers"
    told = json.loads(path.read_text().splitlines()[-1])
    assert (told["action"], told["display"], told["format"]) == ("export", "dlt_by_dose", "csv")
    assert (told["session"], told["filters"], told["cut"][:10]) == ("closed", "ALL", "2008-02-29")
    assert told["sha256"] == hashlib.sha256(b"numbers").hexdigest()
    assert fetched(of_an_earlier_cut) == b"book"
    told = json.loads(path.read_text().splitlines()[-1])
    assert (told["display"], told["cut"][:10], told.get("filters")) == ("pack", "2007-11-30", None)


def fetched(token: str) -> bytes:
    ticket = visit.TICKETS.take(token, "mine", lambda audience: audience == "closed")
    return recording.note_file(ticket.facts, ticket.make())


def test_where_the_record_cannot_be_written_closed_pages_blocks_and_files_are_refused_open_ones_are_not(
    path, monkeypatch
):
    app = at(DOSE).run()
    assert app.get("plotly_chart")

    monkeypatch.setattr(recording, "note", refuse)
    monkeypatch.setattr(recording, "check", refuse)
    app = at(DOSE).run()
    assert [error.value for error in app.error] == [
        "The record of who saw what cannot be written (No space left on device)."
    ]
    assert not app.get("plotly_chart")
    with pytest.raises(RecordError):
        recording.note_file({}, b"numbers")
    opened = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
    opened.session_state["session"] = "open"
    opened.run()
    assert not opened.error and len(opened.get("html")) > 3


def test_a_page_that_was_shown_before_is_refused_once_the_record_was_moved_away(path):
    app = at(SUBJECTS, subject=CHILD).run()
    assert app.selectbox(key="subject_choice").options
    path.rename(path.with_name("elsewhere.jsonl"))
    app.run()  # the same again, of which nothing new is to be told
    assert ["its file was moved or removed" in error.value for error in app.error] == [True]
    assert not [box for box in app.selectbox if box.key == "subject_choice"]
    found = at(SUBJECTS, subject=CHILD, find="10").run()
    assert found.error and not [one for one in found.button if str(one.key).startswith("found-")]


def test_a_cut_opened_while_the_record_cannot_be_written_is_told_with_the_next_entry(path, sample_cuts, monkeypatch):
    cut = sample_cuts[CUT_DATES[2]]
    path.rename(path.with_name("elsewhere.jsonl"))
    with pytest.raises(RecordError):
        recording.note("page", at_once=True, page="dose")
    assert recording.loaded(cut) is cut
    path.with_name("elsewhere.jsonl").rename(path)
    written_again()
    assert [told["action"] for told in entries(path)][-2:] == ["page", "cut loaded"]


def test_a_file_of_single_subjects_names_them_in_the_record(path, monkeypatch, sample_cuts, capsys):
    monkeypatch.setattr(visit, "view", lambda: View(sample_cuts[CUT_DATES[2]]))
    monkeypatch.setattr(visit, "session", lambda: "closed")
    monkeypatch.setattr("streamlit.context", SimpleNamespace(headers={"X-Visit": "mine"}))
    fetched(visit.ticket("pack", "xlsx", lambda: b"book", "pack.xlsx", "application/zip", subjects=[CHILD]))
    assert json.loads(path.read_text().splitlines()[-1])["subjects"] == [CHILD]
    assert show(["show", str(path), "--subject", CHILD]) == 0
    assert " export " in capsys.readouterr().out


def test_no_page_hands_out_a_file_but_by_a_ticket():
    files = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "pages").glob("**/*.py"))]
    assert any("file_button(" in text for text in files)
    assert not [text for text in files for way in ("download_button(", "st.image(", "st.pdf(") if way in text]


def test_a_page_is_refused_where_the_refusal_cannot_be_recorded_too(path, monkeypatch, sample_cuts):
    said = []
    monkeypatch.setattr(visit, "view", lambda: View(sample_cuts[CUT_DATES[2]]))
    monkeypatch.setattr(visit, "session", lambda: "open")
    monkeypatch.setattr(recording, "note", refuse)
    monkeypatch.setattr("streamlit.error", said.append)
    visit.guard("closed")
    assert said[0] == "This page belongs to the closed session; this is the open session."


def test_a_block_that_reruns_alone_is_refused_too(path, monkeypatch, sample_cuts):
    monkeypatch.setattr(visit, "view", lambda: View(sample_cuts[CUT_DATES[2]]))
    monkeypatch.setattr(visit, "session", lambda: "closed")
    made, _ = visit.display(dlt_by_dose, lambda made, _known: made.title)
    assert made
    monkeypatch.setattr(recording, "check", lambda: (_ for _ in ()).throw(RecordError("full")))
    with pytest.raises(RecordError):
        visit.display(dlt_by_dose, lambda made, _known: made.title)
    said = []
    monkeypatch.setattr("streamlit.error", said.append)
    monkeypatch.setattr(visit, "note", refuse)
    assert made_or_said(dlt_by_dose, lambda made, _known: made.title) is None and not noted_or_said("subject")
    assert said == ["full", "The record of who saw what cannot be written (No space left on device)."]


def test_a_record_among_the_data_or_that_cannot_be_opened_ends_the_start_in_a_sentence(tmp_path):
    with pytest.raises(ValueError, match="in the folder of data cuts; name a file elsewhere"):
        recording.open_record(str(tmp_path / "cuts" / "record.jsonl"), tmp_path / "cuts")
    with pytest.raises(ValueError, match="cannot be opened .* named in SAFETY_RECORD"):
        recording.open_record(str(tmp_path / "nowhere" / "record.jsonl"), tmp_path / "cuts")
    recording.open_record("", tmp_path)
    assert not recording.keeps()
