"""Cuts kept across runs: built once for the same content, never taken for another's."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import kept_cuts
import pandas
import pytest
from kept_cuts import content_key, kept_cut

from ingest.delivery import Delivery
from queries import open_cut
from trial import Trial

DAY = date(2007, 11, 30)
DM = {"USUBJID": ["S-1", "S-2"], "AGE": [7.0, 9.0]}


@pytest.fixture
def own_room(tmp_path, monkeypatch):
    """A room that holds nothing yet."""
    monkeypatch.setattr(kept_cuts, "room", lambda: tmp_path)
    return tmp_path


def dm(**changed) -> dict[str, pandas.DataFrame]:
    return {"dm": pandas.DataFrame(DM | changed)}


def test_the_same_content_is_built_once(own_room, monkeypatch):
    first = kept_cut(dm(), Trial.none(), DAY)
    monkeypatch.setattr(kept_cuts, "build_cut", lambda *_: pytest.fail("built again"))
    assert kept_cut(dm(), Trial.none(), DAY) == first
    assert open_cut(first).table("adsl")["USUBJID"].tolist() == ["S-1", "S-2"]


def test_two_that_build_at_once_end_with_one_whole_cut(own_room):
    with ThreadPoolExecutor(2) as pool:
        paths = set(pool.map(lambda _: kept_cut(dm(), Trial.none(), DAY), range(2)))
    assert len(paths) == 1 and len(open_cut(paths.pop()).table("adsl")) == 2
    assert len(list((own_room / "cuts").iterdir())) == 1


def test_any_difference_in_content_is_another_cut():
    other = Trial.parse('[trial]\nid = "T"\ntitle = "T"')
    frames = [
        dm(),
        dm(AGE=[7.0, 9.5]),
        dm(AGE=[7, 9]),
        dm(AGE=["7.0", "9.0"]),
        dm(AGE=[7.0, None]),
        dm(SEX=["F", "M"]),
        dm(SEX=["F", None]),
        dm(SEX=["F", ""]),
        {"dm": pandas.DataFrame(DM)[["AGE", "USUBJID"]]},
        {"dm": pandas.DataFrame(DM)[:1]},
        dm() | {"ae": pandas.DataFrame()},
    ]
    keys = [content_key(Delivery.of(frame), Trial.none(), DAY) for frame in frames]
    keys += [
        content_key(Delivery.of(dm()), other, DAY),
        content_key(Delivery.of(dm()), Trial.none(), date(2008, 2, 29)),
    ]
    keys += [content_key(Delivery({}, Delivery.of(dm()).datasets), Trial.none(), DAY)]
    assert len(set(keys)) == len(keys)


def test_a_room_that_nobody_used_for_a_day_is_removed(tmp_path, monkeypatch):
    now, old, recent = (tmp_path / name for name in ("now", "old", "recent"))
    for folder, hours in ((now, 30), (old, 25), (recent, 23)):
        folder.mkdir()
        os.utime(folder, (folder.stat().st_mtime - hours * 3600,) * 2)
    monkeypatch.setattr(kept_cuts, "ROOMS", tmp_path)
    monkeypatch.setattr(kept_cuts, "room", lambda: now)
    kept_cuts.remove_unused_rooms()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["now", "recent"]
