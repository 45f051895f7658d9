"""The command: one delivery, one data cut, or one line on stderr; never half a cut, never another one's."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import date
from pathlib import Path

import pandas
import pytest
from raw import ROOT

from ingest import build, publish
from ingest.build import build_cut
from ingest.delivery import IngestError
from ingest.sample import ensure_sample
from queries import list_cuts, open_cut
from trial import Trial

DM = pandas.DataFrame(
    {"STUDYID": "S", "USUBJID": ["S-1", "S-2"], "SITEID": ["001", "002"], "AGE": [7.0, 8.0], "ARM": "One", "ARMCD": "1"}
)
CUT = date(2007, 11, 30)


@pytest.fixture
def source(tmp_path) -> Path:
    folder = tmp_path / "delivered"
    folder.mkdir()
    DM.to_csv(folder / "dm.csv", index=False)
    return folder


def command(*arguments: object) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "ingest", *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, timeout=300
    )


def left(folder: Path) -> list[str]:
    return sorted(os.listdir(folder)) if folder.exists() else []


def test_a_delivery_becomes_a_cut_with_its_files_inside(source, tmp_path):
    done = command(source, "--cut", "2007-11-30", "--out", tmp_path / "cuts")
    assert done.returncode == 0, done.stderr
    assert left(tmp_path / "cuts") == ["cut_2007-11-30.duckdb"]
    assert "dm.csv: 2 rows to DM" in done.stderr and "adsl: 2 rows" in done.stderr
    cut = open_cut(tmp_path / "cuts" / "cut_2007-11-30.duckdb")
    assert cut.date == CUT and len(cut.table("adsl")) == 2
    files = cut.table("ingest.file")
    assert files["FILENAME"].tolist() == ["dm.csv"] and files["NROWS"].tolist() == [2]
    assert len(files["SHA256"][0]) == 64
    assert cut.table("adsl")["SITEID"].tolist() == ["001", "002"]


def test_an_existing_cut_is_never_overwritten(source, tmp_path):
    target = build_cut({"dm": DM}, Trial.none(), CUT, tmp_path)
    before = target.read_bytes()
    done = command(source, "--cut", "2007-11-30", "--out", tmp_path)
    assert done.returncode == 1 and "never overwritten" in done.stderr and done.stderr.count("\n") == 1
    assert target.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--cut", "30.11.2007"], "not a valid date"),
        (["--cut", "2007-13-01"], "not a valid date"),
        (["--cut", "20071130"], "not a valid date"),
        (["--cut", "2999-01-01"], "future"),
        ([], "--cut"),
        (["--cut", "2007-11-30", "--trial", "absent.toml"], "absent.toml"),
        (["--cut", "2007-11-30", "--colour", "red"], "--colour"),
    ],
)
def test_wrong_arguments_end_in_one_line_and_leave_nothing(source, tmp_path, arguments, says):
    done = command(source, *arguments, "--out", tmp_path / "made" / "cuts")
    assert done.returncode == 1
    assert says in done.stderr and done.stderr.count("\n") == 1 and "Traceback" not in done.stderr
    assert not (tmp_path / "made").exists()


def test_a_broken_file_ends_in_one_line_after_the_progress_and_leaves_nothing(source, tmp_path):
    (source / "ae.xpt").write_bytes(b"")
    done = command(source, "--cut", "2007-11-30", "--out", tmp_path / "made" / "cuts")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("ae.xpt is empty")
    assert not (tmp_path / "made").exists()


def test_a_failure_while_building_leaves_nothing(tmp_path, monkeypatch):
    def fail(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(build, "write_report", fail)
    with pytest.raises(KeyboardInterrupt):
        build_cut({"dm": DM}, Trial.none(), CUT, tmp_path / "made" / "cuts")
    assert not (tmp_path / "made").exists()


def test_a_folder_that_held_something_stays(tmp_path, monkeypatch):
    (tmp_path / "notes.txt").write_text("kept")
    monkeypatch.setattr(build, "write_report", lambda *_: (_ for _ in ()).throw(RuntimeError("disk")))
    with pytest.raises(RuntimeError):
        build_cut({"dm": DM}, Trial.none(), CUT, tmp_path)
    assert left(tmp_path) == ["notes.txt"]


def test_a_subject_twice_in_dm_stops_the_load(tmp_path):
    with pytest.raises(IngestError, match="more than once.*S-1 2 times"):
        build_cut({"dm": pandas.concat([DM, DM[:1]])}, Trial.none(), CUT, tmp_path)
    assert left(tmp_path) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_stopped_ingest_leaves_nothing(tmp_path, number):
    sample = ROOT / "sample_data"
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "ingest",
            sample / "cuts" / "2008-02-29",
            "--trial",
            sample / "trial.toml",
            "--cut",
            "2008-02-29",
            "--out",
            tmp_path / "cuts",
        ],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        # under nohup these tests would hand down that hang-ups are ignored
        preexec_fn=lambda: signal.signal(number, signal.SIG_DFL),
    )
    for line in process.stderr:
        if line.startswith("adsl"):
            break
    process.send_signal(number)
    _, rest = process.communicate(timeout=120)
    assert process.returncode == 1 and rest.splitlines()[-1] == "Stopped; nothing was written."
    assert not (tmp_path / "cuts").exists()


def test_parts_of_killed_ingests_are_removed_and_those_of_others_stay(tmp_path):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    host = publish._host()
    names = [
        f".cut_2007-11-30.{h}.{pid}-0a1b2c3d.part{end}"
        for h, pid, end in (
            (host, ended.pid, ""),
            (host, ended.pid, ".wal"),
            (host, os.getpid(), ""),
            ("elsewhere", ended.pid, ""),
        )
    ]
    for name in [*names, ".cut_notes.part"]:
        (tmp_path / name).write_text("half")
    build_cut({"dm": DM}, Trial.none(), CUT, tmp_path)
    assert left(tmp_path) == sorted([*names[2:], ".cut_notes.part", "cut_2007-11-30.duckdb"])


def test_two_ingests_of_one_cut_make_one_cut(tmp_path):
    results: list[object] = []

    def run() -> None:
        try:
            results.append(build_cut({"dm": DM}, Trial.none(), CUT, tmp_path))
        except IngestError as error:
            results.append(str(error))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([r for r in results if isinstance(r, Path)]) == 1
    assert all("never overwritten" in r for r in results if isinstance(r, str))
    assert left(tmp_path) == ["cut_2007-11-30.duckdb"]


@pytest.mark.parametrize("taken", [False, True])
def test_file_systems_without_hard_links(tmp_path, monkeypatch, taken):
    def no_links(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(publish.os, "link", no_links)
    target = tmp_path / "cut_2007-11-30.duckdb"
    (tmp_path / "part").write_text("new")
    if taken:
        target.write_text("old")
        with pytest.raises(IngestError, match="never overwritten"):
            publish.publish(tmp_path / "part", target)
        assert target.read_text() == "old"
    else:
        publish.publish(tmp_path / "part", target)
        assert target.read_text() == "new"
    assert not (tmp_path / ".cut_2007-11-30.lock").exists()


def test_the_sample_is_built_once_and_again_when_its_source_changes(tmp_path, monkeypatch):
    from ingest import sample

    monkeypatch.setattr(sample, "_cuts", lambda: [ROOT / "sample_data" / "cuts" / "2007-08-31"])
    said: list[str] = []
    ensure_sample(tmp_path, progress=said.append)
    assert [day for day, _ in list_cuts(tmp_path)] == [date(2007, 8, 31)] and len(said) == 1
    first = open_cut(tmp_path / "cut_2007-08-31.duckdb").table("adsl")
    ensure_sample(tmp_path, progress=said.append)
    assert len(said) == 1
    monkeypatch.setattr(sample, "fingerprint", lambda: "other")
    started = time.monotonic()
    threads = [threading.Thread(target=ensure_sample, args=(tmp_path, said.append)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(said) == 2, f"built {len(said) - 1} times in {time.monotonic() - started:.0f} s"
    assert left(tmp_path) == [".lock", "built_from.txt", "cut_2007-08-31.duckdb", "recommendations.csv"]
    assert len(first) == 23


def test_the_sample_is_not_built_on_a_full_disk_and_nothing_of_it_is_left(tmp_path, monkeypatch):
    import resource

    from ingest import sample

    monkeypatch.setattr(sample, "_cuts", lambda: [ROOT / "sample_data" / "cuts" / "2007-08-31"])
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (256 * 1024, hard))  # a file that grows past this fails as on a full disk
    try:
        with pytest.raises(
            IngestError, match=rf"^The sample trial's data cuts cannot be made in {tmp_path} \(.*\): make"
        ):
            ensure_sample(tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert left(tmp_path) == [".lock"]
