"""A data cut that is withdrawn is marked so, with who, when and why, and never gone."""

from __future__ import annotations

import hashlib
import os
from datetime import date
from pathlib import Path
from threading import Thread

import duckdb
import pytest

from export.__main__ import main as export
from ingest.delivery import IngestError
from ingest.open import make_open_cut
from ingest.previous import compare_with_previous
from ingest.withdraw import main
from queries.withdrawn import FILE, WithdrawalError, digest_of, read_told, withdraw, withdrawn


@pytest.fixture
def path(tmp_path) -> Path:
    for day in ("2007-11-30", "2008-02-29"):
        (tmp_path / f"cut_{day}.duckdb").write_bytes(day.encode())
    return tmp_path / "cut_2008-02-29.duckdb"


def command(path: Path, *more: str, reason: str = 'Wrong "doses" \\ ü 🜚\nof site 104') -> int:
    return main([str(path.parent), "--cut", "2008-02-29", "--by", "s.stat", "--because", reason, *more])


def test_the_command_withdraws_and_restores_a_cut_and_keeps_every_entry(path, capsys):
    assert withdrawn(path) is None and command(path) == 0
    assert withdrawn(path).reason == 'Wrong "doses" \\ ü 🜚 of site 104'
    assert (
        withdrawn(path).words.startswith("was withdrawn on ") and " by s.stat, because: Wrong" in withdrawn(path).words
    )
    assert withdrawn(path.with_name("cut_2007-11-30.duckdb")) is None
    assert command(path) == 1 and "was withdrawn on" in capsys.readouterr().err
    assert command(path, "--restore", reason="They were right") == 0 and withdrawn(path) is None
    assert command(path, "--restore") == 1 and "is not withdrawn" in capsys.readouterr().err
    assert [told.action for told in read_told(path.parent)] == ["withdrawn", "restored"]


def test_another_file_of_the_same_date_is_not_withdrawn(path):
    command(path)
    path.write_bytes(b"corrected data")
    assert withdrawn(path) is None


def test_a_file_that_takes_its_place_with_the_same_time_is_another(path):
    before, when = digest_of(path), path.stat()
    for take_place in (lambda: path.write_bytes(b"2008-02-28"), lambda: path.with_name("copy").replace(path)):
        path.with_name("copy").write_bytes(b"2008-02-27")
        take_place()
        os.utime(path, ns=(when.st_atime_ns, when.st_mtime_ns))
        assert path.stat().st_mtime_ns == when.st_mtime_ns and path.stat().st_size == when.st_size
        assert before != (before := digest_of(path)) == hashlib.sha256(path.read_bytes()).hexdigest()


def test_what_is_asked_wrongly_changes_nothing(path, capsys):
    assert command(path, reason=" \n") == 1 and "why, in a sentence" in capsys.readouterr().err
    assert main([str(path.parent), "--cut", "2009-01-01", "--by", "x", "--because", "y"]) == 1
    assert "(it has 2007-11-30, 2008-02-29)" in capsys.readouterr().err
    assert not (path.parent / FILE).exists()


def test_two_at_once_are_one_withdrawal(path):
    refused: list[WithdrawalError] = []

    def ask(who: str) -> None:
        try:
            withdraw(path, who, "because")
        except WithdrawalError as error:
            refused.append(error)

    both = [Thread(target=ask, args=(f"s.{number}",)) for number in range(4)]
    [one.start() for one in both]
    [one.join() for one in both]
    assert len(read_told(path.parent)) == 1 and len(refused) == 3


def test_a_full_disk_leaves_the_file_as_it_was_and_nothing_beside_it(path, monkeypatch):
    command(path)
    before = (path.parent / FILE).read_bytes()
    with monkeypatch.context() as disk:
        disk.setattr("queries.withdrawn.os.fsync", lambda _file: (_ for _ in ()).throw(OSError(28, "No space left")))
        with pytest.raises(WithdrawalError, match="No space left.*nothing was changed"):
            withdraw(path, "s.stat", "because", "restored")
    assert (path.parent / FILE).read_bytes() == before and withdrawn(path)
    assert not path.parent.joinpath("withdrawn.new").exists()


@pytest.mark.parametrize("text", ["told = [", "", "told = 3", "[[told]]\ncut = 2008-02-29", "\xff"])
def test_a_file_that_cannot_be_read_lets_no_cut_be_taken_as_good(path, text):
    (path.parent / FILE).write_bytes(text.encode("latin-1"))
    with pytest.raises(WithdrawalError, match="not known which of them were withdrawn"):
        withdrawn(path)


def test_no_load_is_compared_with_it_and_no_file_for_an_open_session_made_of_it(path, tmp_path):
    command(path)
    path.with_name("cut_2007-11-30.duckdb").unlink()
    compared = compare_with_previous(studies("T"), tmp_path, date(2008, 5, 31))
    assert compared.words == "none to compare with"
    (found,) = compared.findings
    assert "was withdrawn on" in found.what
    with pytest.raises(IngestError, match="was withdrawn on .* restore it first"):
        make_open_cut(tmp_path, date(2008, 2, 29), tmp_path / "open", print)


def studies(study: str) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    connection.execute(f"create table adsl as select '{study}' as STUDYID")
    return connection


def test_a_pack_is_by_default_of_the_newest_cut_that_was_not_withdrawn(path, tmp_path, capsys):
    (tmp_path / "cut_2007-11-30.duckdb").unlink()
    command(path)
    (tmp_path / "cut_2008-01-31.duckdb").write_bytes(b"good")
    assert export(["--data", str(tmp_path), "--session", "closed", "--out", str(tmp_path / "out")]) == 1
    assert "cut_2008-01-31.duckdb is not a data cut" in capsys.readouterr().err  # the newest that was not withdrawn
