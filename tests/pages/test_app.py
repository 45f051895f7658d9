"""The server's start and its health: what cannot be used ends it in one sentence, and no path is shown to readers."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import streamlit as st
from app_test import AppTest
from streamlit import config
from streamlit.runtime.pages_manager import PagesManager

import visit
from members import Members
from queries.withdrawn import withdraw
from visit.ahead import Ahead

ROOT = Path(__file__).parents[2]
SERVICE = {
    "SAFETY_OIDC_ISSUER": "https://login.example.org",
    "SAFETY_OIDC_CLIENT": "dashboard",
    "SAFETY_OIDC_SECRET": "seven quiet doors open",
}


@pytest.fixture
def app(monkeypatch):
    """The server's module; what it changes in Streamlit for the whole process is put back."""
    monkeypatch.setattr(PagesManager, "uses_pages_directory", PagesManager.uses_pages_directory)
    monkeypatch.setattr(config, "_main_script_path", config._main_script_path)
    import app

    app.addresses.cache_clear()
    visit.forget()
    yield app
    visit.use_door(None)
    app.addresses.cache_clear()
    visit.forget()


class Ended(BaseException):
    """The process would have ended, with this code."""


@pytest.fixture
def refused(app, monkeypatch, capfd):
    """refused(): what the start prints before it ends the process with 1, and on which stream."""

    def end(code: int) -> None:
        raise Ended(code)

    async def start() -> None:
        async with app.lifespan(None):
            pass

    def run() -> str:
        monkeypatch.setattr(os, "_exit", end)
        with pytest.raises(Ended) as ended:
            asyncio.run(start())
        printed = capfd.readouterr()
        assert ended.value.args == (1,) and printed.out == "" and printed.err.count("\n") == 1
        return printed.err.strip()

    return run


@pytest.fixture
def no_folder(tmp_path) -> Path:
    """A folder that cannot be made, as on a disk that takes no writing: its parent is a file."""
    (tmp_path / "file").touch()
    return tmp_path / "file" / "built"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SAFETY_ADDRESS", "safety.example.org", "SAFETY_ADDRESS names 'safety.example.org', which is not an address"),
        ("SAFETY_SESSION", "opne", "SAFETY_SESSION is 'opne'; it can be open"),
        (
            "SAFETY_DATA",
            "/no/folder",
            "The folder of data cuts, /no/folder, cannot be read (No such file or directory)",
        ),
        (
            "SAFETY_DATA",
            __file__,
            f"The folder of data cuts, {__file__}, cannot be read (Not a directory): name another",
        ),
    ],
)
def test_a_setting_that_cannot_be_used_ends_the_start(name, value, words, refused, monkeypatch, tmp_path):
    monkeypatch.setenv("SAFETY_DATA", str(tmp_path))
    monkeypatch.setenv(name, value)
    assert refused().startswith(words)


def test_listening_to_the_whole_network_without_an_address_ends_the_start(app, refused, monkeypatch, tmp_path):
    monkeypatch.setenv("SAFETY_DATA", str(tmp_path))
    real = st.get_option
    monkeypatch.setattr(st, "get_option", lambda name: "0.0.0.0" if name == "server.address" else real(name))
    assert refused().startswith("The server is set to listen on 0.0.0.0, ")
    monkeypatch.setenv("SAFETY_ADDRESS", "https://safety.example.org")
    assert refused().endswith("set SAFETY_SIGN_IN=members.")
    Members(tmp_path / "members.toml").add("a.smith", "closed member", "four green hearts beat", date(2099, 1, 31))
    monkeypatch.setenv("SAFETY_SIGN_IN", "members")
    monkeypatch.setenv("SAFETY_MEMBERS", str(tmp_path / "members.toml"))
    monkeypatch.setenv("SAFETY_RECORD", str(tmp_path.with_suffix(".jsonl")))
    app.prepare()
    visit.recording.close_record()
    assert app.addresses() == ("https://safety.example.org",) and visit.door() is not None


@pytest.mark.parametrize("session", ["", "open"])
@pytest.mark.parametrize("mode", ["members", "oidc"])
def test_a_server_with_a_sign_in_and_no_record_does_not_start(app, refused, session, mode, monkeypatch, tmp_path):
    Members(tmp_path / "members.toml").add("a.smith", "closed member", "four green hearts beat", date(2099, 1, 31))
    monkeypatch.setattr(app, "_service", lambda: None)
    for name, value in {"SIGN_IN": mode, "MEMBERS": str(tmp_path / "members.toml"), "SESSION": session}.items():
        monkeypatch.setenv(f"SAFETY_{name}", value)
    monkeypatch.setenv("SAFETY_DATA", str(tmp_path))
    monkeypatch.setenv("SAFETY_RECORD", " ")
    sentence = f"With SAFETY_SIGN_IN={mode} a record says who saw what: name its file in SAFETY_RECORD."
    assert refused() == sentence and visit.door() is None


def test_a_disk_that_takes_no_writing_ends_the_first_start(refused, monkeypatch, no_folder):
    monkeypatch.delenv("SAFETY_DATA", raising=False)
    monkeypatch.setattr(visit.cuts, "BUILT_SAMPLE", no_folder)
    words = f"The sample trial's data cuts cannot be made in {no_folder} (Not a directory): make the folder writable"
    assert refused().startswith(words)


def test_the_process_of_a_refused_start_ends_with_1_and_the_sentence_alone(tmp_path):
    environment = os.environ | {"SAFETY_DATA": str(tmp_path / "gone")}
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", "0"]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=90)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == (
        f"The folder of data cuts, {tmp_path / 'gone'}, cannot be read (No such file or directory): "
        "name another in SAFETY_DATA, or unset SAFETY_DATA to see the sample trial.\n"
    )


@pytest.fixture
def health(app, monkeypatch):
    """health(folder): status and content of /health over a folder of cuts."""

    def ask(folder: Path) -> tuple[int, dict]:
        monkeypatch.setenv("SAFETY_DATA", str(folder))
        answer = app.health(None)
        return answer.status_code, json.loads(answer.body)

    return ask


def test_health_says_whether_the_newest_data_can_be_served(health, sample_cuts, tmp_path):
    assert health(tmp_path) == health(tmp_path / "gone") == (503, {"status": "no data"})
    kept = list(sample_cuts.values())[1].path
    shutil.copy(kept, tmp_path)
    assert health(tmp_path) == (200, {"status": "ok", "cuts": 1})
    (tmp_path / "cut_2007-08-31.duckdb").write_bytes(b"an older one, damaged")
    assert health(tmp_path) == (200, {"status": "ok", "cuts": 2})
    newest = tmp_path / "cut_2008-02-29.duckdb"
    shown = "a sentence that says so, and 1 older data cut where a reader chooses one"
    cannot = {"status": "the newest data cut cannot be opened", "cuts": 3, "shown": shown}
    newest.write_bytes(b"half of a copy")
    assert health(tmp_path) == (503, cannot)
    newest.unlink()
    newest.symlink_to(tmp_path / "gone")
    assert health(tmp_path) == (503, cannot)
    newest.unlink()
    shutil.copy(kept, newest)  # under another date than it holds
    assert health(tmp_path) == (503, cannot)
    newest.unlink()
    assert health(tmp_path) == (200, {"status": "ok", "cuts": 2})
    (tmp_path / kept.name).unlink()
    alone = {"status": "the newest data cut cannot be opened", "cuts": 1, "shown": "a sentence that says so"}
    assert health(tmp_path) == (503, alone)


def test_a_cut_that_cannot_be_opened_is_named_to_readers_without_its_folder(tmp_path, monkeypatch, sample_cuts):
    def errors(app: AppTest) -> list[str]:
        return [error.value for error in app.run().error]

    monkeypatch.setenv("SAFETY_DATA", str(tmp_path))
    newest = tmp_path / "cut_2008-02-29.duckdb"
    newest.write_bytes(b"half of a copy")
    shown = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
    no_cut = "cut_2008-02-29.duckdb is not a data cut of this dashboard; make one with python -m ingest."
    assert errors(shown) == [no_cut]
    shutil.copy(next(iter(sample_cuts.values())).path, tmp_path)
    assert errors(shown) == [f"{no_cut} Another data cut can be chosen on the line above."]
    newest.unlink()
    newest.symlink_to(tmp_path / "gone")
    assert errors(shown)[0].startswith("cut_2008-02-29.duckdb cannot be read (No such file or directory); put it back")
    shown.selectbox(key="cut").set_value("2007-08-31")
    assert errors(shown) == [] and len(shown.get("html")) > 3


@pytest.mark.parametrize(
    ("settings", "listening", "why"),
    [
        ({"SAFETY_SIGN_IN": "guests"}, "127.0.0.1", "it can be members, oidc, or none"),
        ({"SAFETY_SIGN_IN": "oidc"}, "127.0.0.1", "name it in SAFETY_OIDC_ISSUER"),
        ({"SAFETY_SIGN_IN": "oidc"} | SERVICE, "127.0.0.1", "name it in SAFETY_MEMBERS"),
        ({"SAFETY_SIGN_IN": "oidc", "SAFETY_ADDRESS": "http://safety.example.org"} | SERVICE, "127.0.0.1", "the clear"),
        ({"SAFETY_SIGN_IN": "members"}, "127.0.0.1", "name it in SAFETY_MEMBERS"),
        ({"SAFETY_SIGN_IN": "members", "SAFETY_MEMBERS": "/nowhere/members.toml"}, "127.0.0.1", "cannot be read"),
        ({"SAFETY_SIGN_IN": "members", "SAFETY_ADDRESS": "http://safety.example.org"}, "127.0.0.1", "in the clear"),
        ({"SAFETY_ADDRESS": "https://safety.example.org"}, "127.0.0.1", "set SAFETY_SIGN_IN=members"),
        ({"SAFETY_SIGN_IN": "none", "SAFETY_ADDRESS": "https://safety.example.org"}, "127.0.0.1", "set SAFETY_SIGN_IN"),
        ({"SAFETY_ADDRESS": "http://127.0.0.1:8501"}, "0.0.0.0", "set SAFETY_SIGN_IN=members"),
        ({}, "192.0.2.7", "set SAFETY_SIGN_IN=members"),
    ],
)
def test_a_server_that_would_leave_the_data_open_does_not_start(app, settings, listening, why, monkeypatch):
    for name in ("SAFETY_SIGN_IN", "SAFETY_MEMBERS", "SAFETY_ADDRESS", *SERVICE):
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    options = {"server.address": listening, "server.port": 8501}
    monkeypatch.setattr(app.st, "get_option", lambda name: options.get(name, ""))
    with pytest.raises(ValueError, match=re.escape(why)):
        app.begin_sign_in()
    assert visit.door() is None and (app.AT_SERVICE.host == "") == ("SAFETY_OIDC_CLIENT" not in settings)


@pytest.fixture
def made(monkeypatch) -> list[tuple]:
    """Which display was made, of which cut beside which other."""
    make, made = visit._made, []

    def noted(function, seen, *more):
        made.append((function.__name__, seen.cut.date, seen.previous_date))
        return make(function, seen, *more)

    monkeypatch.setattr(visit, "_made", noted)
    return made


def test_the_first_screen_of_a_cut_that_comes_later_is_made_before_its_first_reader(
    app, made, sample_cuts, tmp_path, monkeypatch, caplog
):
    old, new = list(sample_cuts)[-2:]
    monkeypatch.setenv("SAFETY_DATA", str(tmp_path))
    ahead = Ahead(app.make_first_screen)
    ahead.look()  # an empty folder
    shutil.copy2(sample_cuts[old].path, tmp_path)
    ahead.look()
    assert {tuple(of) for _, *of in made} == {(old, None)}
    newest = Path(shutil.copy2(sample_cuts[new].path, tmp_path))
    ahead.look()
    screens = len(made) // 2
    assert {tuple(of) for _, *of in made[screens:]} == {(new, old)} and len(made) == 2 * screens
    page = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60).run()
    assert not page.exception and page.session_state["cut"] == new.isoformat()
    withdraw(newest, "A. Smith", "The wrong delivery.")
    ahead.look()
    page = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60).run()
    assert not page.exception and page.session_state["cut"] == old.isoformat()
    (tmp_path / "cut_2009-01-31.duckdb").write_text("half a file")
    ahead.look()
    assert len(made) == 2 * screens and not [told for told in caplog.records if told.name == "safety"]


def test_a_server_of_the_open_session_makes_nothing_of_the_closed_one(app, made, sample_cuts, monkeypatch):
    monkeypatch.setenv("SAFETY_DATA", str(next(iter(sample_cuts.values())).path.parent))
    monkeypatch.setenv("SAFETY_SESSION", "open")
    app.make_first_screen()
    assert made == []
