"""A backup is taken while a server's files are in use, and what is restored from it is the same."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
from acknowledging import acknowledge_all

from audit import Record, verify
from members import Door, Members
from queries import list_cuts, open_cut
from queries.withdrawn import WITHDRAWN, withdraw

ROOT = Path(__file__).parents[2]
WORDS = "four green hearts beat"
SAVED = '{"displays": []}'


def backed_up(of: Path, to: Path, *files: Path, **settings: str) -> subprocess.CompletedProcess:
    named = {"SAFETY_DATA": str(of / "cuts"), "SAFETY_MEMBERS": str(of / "members.toml")}
    named |= {"SAFETY_RECORD": str(of / "record.jsonl")}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SAFETY_")}
    command = [str(ROOT / "bin" / "backup"), str(to), *map(str, files)]
    return subprocess.run(command, env=environment | named | settings, capture_output=True, text=True, timeout=60)


@pytest.fixture(scope="module")
def kept(sample_cuts, tmp_path_factory) -> Path:
    """What a server keeps: cuts, members, a record in which findings of a cut were acknowledged."""
    folder = tmp_path_factory.mktemp("kept")
    (folder / "cuts").mkdir()
    for cut in list(sample_cuts.values())[-2:]:
        shutil.copy(cut.path, folder / "cuts")
    Members(folder / "members.toml").add("c.closed", "closed member", WORDS, datetime.now(UTC).date() + timedelta(1))
    acknowledge_all(folder / "record.jsonl", [open_cut(path) for path in dict(list_cuts(folder / "cuts")).values()])
    withdraw(folder / "cuts" / "cut_2007-11-30.duckdb", "s.first", "Doses of a site are wrong", WITHDRAWN)
    (folder / "cuts" / "recommendations.csv").write_text("MEETING,CUT,RECOMMENDATION\n")
    (folder / "pack.json").write_text(SAVED)
    return folder


@pytest.fixture(scope="module")
def restored(kept, tmp_path_factory) -> Path:
    """Copied while entries are written without a pause, and put elsewhere."""
    folder, over = tmp_path_factory.mktemp("restored"), Event()
    record = Record(kept / "record.jsonl")

    def write() -> None:
        while not over.wait(0.001):
            record.write("page", who="c.closed", display="x" * 1000)

    writer = Thread(target=write)
    writer.start()
    try:
        done = backed_up(kept, folder / "backup", kept / "pack.json")
    finally:
        over.set()
        writer.join()
        record.close()
    assert done.returncode == 0, done.stderr
    (folder / "hash").write_text(done.stdout.splitlines()[-1])
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=folder / "backup", check=True)
    return shutil.copytree(folder / "backup", folder / "server")


def test_the_record_holds_and_goes_on_and_what_was_acknowledged_still_is(kept, restored):
    noted = (restored.parent / "hash").read_text()
    before = verify(kept / "record.jsonl", noted)
    found = verify(restored / "record.jsonl", noted)
    assert found.problems == before.problems == () and 3 < found.head.entries < before.head.entries
    on = Record(restored / "record.jsonl")
    acknowledged = {cut[:10] for cut, _ in on.standing.acknowledged}
    digests = {cut[11:] for cut, _ in on.standing.acknowledged}
    on.close()
    files = dict(list_cuts(restored / "cuts")).items()
    assert acknowledged == {day.isoformat() for day, _ in files}
    assert digests == {hashlib.sha256(path.read_bytes()).hexdigest() for _, path in files}
    assert verify(restored / "record.jsonl", noted).problems == ()


def test_members_sign_in_and_the_files_stay_their_owners(restored):
    door = Door(Members(restored / "members.toml"))
    assert door.sign_in("c.closed", WORDS, "").member and not door.sign_in("c.closed", "other words", "").member
    assert {path.stat().st_mode & 0o077 for path in (restored / "members.toml", restored / "record.jsonl")} == {0}
    assert (restored / "files" / "pack.json").read_text() == SAVED


def test_the_numbers_are_the_same(kept, restored):
    whole = {path.name: path.read_bytes() for path in (kept / "cuts").iterdir() if path.suffix != ".lock"}
    assert {path.name: path.read_bytes() for path in (restored / "cuts").iterdir()} == whole and len(whole) == 4
    before, after = (open_cut(folder / "cuts" / "cut_2008-02-29.duckdb") for folder in (kept, restored))
    told = before.ask("flow_counts")
    assert len(told) and told.equals(after.ask("flow_counts"))


def test_what_cannot_be_copied_whole_leaves_nothing(kept, tmp_path):
    assert "SAFETY_DATA" in backed_up(kept, tmp_path / "to", SAFETY_DATA="").stderr
    assert backed_up(kept, tmp_path / "to", SAFETY_DATA=str(tmp_path)).returncode == 1
    assert backed_up(kept, tmp_path / "to", tmp_path / "no such file").returncode == 1
    cut_off = tmp_path / "record"
    for end in ("", ".head"):
        shutil.copy(kept / f"record.jsonl{end}", f"{cut_off}{end}")
    os.truncate(cut_off, cut_off.stat().st_size // 2)
    refused = backed_up(kept, tmp_path / "to", SAFETY_RECORD=str(cut_off))
    assert refused.returncode == 1 and "The record is not whole, so that nothing was copied." in refused.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"record", "record.head"}
    assert "is there already" in backed_up(kept, tmp_path).stderr
