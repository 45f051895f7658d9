"""The folder of a pack holds one pack of a name: files of an earlier one do not stay beside the new manifest."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from export.folder import write_pack
from export.made import make
from export.pack import Item, Pack

PREPARED = datetime(2008, 3, 5, 14, tzinfo=UTC)


@pytest.fixture(scope="module")
def made(views):
    return make(Pack("Two", "closed", (Item("deaths"), Item("every_dlt"))), views["2008-02-29"])


def test_files_of_the_earlier_pack_go_and_the_last_line_says_so(made, tmp_path):
    first = write_pack(made, ("xlsx", "html"), tmp_path, PREPARED)
    own = tmp_path / first[0].name.replace(".xlsx", ".pdf")
    own.write_text("somebody's own")  # which no manifest of a pack lists
    said: list[str] = []
    second = write_pack(made, ("html",), tmp_path, PREPARED, progress=said.append)
    assert sorted(tmp_path.iterdir()) == sorted([*second, own])
    assert said[-1] == f"Removed, because they are of the earlier pack: {first[0].name}"
    assert json.loads(second[-1].read_text())["written"] == [second[0].name]


@pytest.mark.parametrize("listed", [None, 3, ["../other.xlsx", "other.xlsx"], [["x"], {}]])
def test_no_file_goes_that_the_earlier_manifest_does_not_list(made, tmp_path, listed):
    paths = write_pack(made, ("xlsx", "html"), tmp_path / "own", PREPARED)
    told = json.loads(paths[-1].read_text()) | {"written": listed}
    paths[-1].write_text(json.dumps(told))
    for other in (tmp_path / "other.xlsx", tmp_path / "own" / "other.xlsx"):
        other.touch()
    write_pack(made, ("html",), tmp_path / "own", PREPARED)
    assert len(list((tmp_path / "own").iterdir())) == 4 and (tmp_path / "other.xlsx").exists()


def test_a_writing_that_is_stopped_leaves_the_files_of_the_earlier_pack(made, monkeypatch, tmp_path):
    paths = write_pack(made, ("xlsx", "html"), tmp_path, PREPARED)
    before = {path: path.read_bytes() for path in paths}
    monkeypatch.setattr("export.folder.os.replace", stopping_after(1))
    with pytest.raises(KeyboardInterrupt):
        write_pack(made, ("html",), tmp_path, PREPARED)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def stopping_after(number: int):
    from os import replace

    moves: list[tuple] = []

    def stopping(*paths):
        moves.append(paths)
        if len(moves) == number + 1:
            raise KeyboardInterrupt
        replace(*paths)

    return stopping
