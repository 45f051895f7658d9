"""Packs made in the background: in turn, stopped at any time, and nothing of them left behind."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from types import SimpleNamespace
from zipfile import ZipFile

import pytest

from export.pack import Item, Pack, PackError
from export.workshop import Made, Order, Work, Workshop
from export.zipped import zip_files

ORDER = Order(Pack("Two", "closed", (Item("deaths"), Item("alarms"))), SimpleNamespace(), ("pdf", "png"))


class Bench:
    """A workshop whose packs wait to be let on, and the rooms in which they were made."""

    def __init__(self) -> None:
        self.on, self.rooms, self.begun = Event(), [], 0
        self.workshop = Workshop(self.build)

    def build(self, order: Order, room: Path, progress: Callable[[str], None]) -> Made:
        self.rooms.append(room)
        self.begun += 1
        (room / "half.pdf").write_bytes(b"x")
        for step in range(200):
            progress(f"{step}")
            if self.on.wait(0.01):
                break
        return Made((room / "half.pdf",), room / "half.pdf", {})

    def until(self, true: Callable[[], bool]) -> None:
        end = time.monotonic() + 5
        while not true():
            assert time.monotonic() < end
            time.sleep(0.005)


@pytest.fixture
def bench():
    made = Bench()
    yield made
    made.workshop.end()
    assert not [room for room in made.rooms if room.exists()]


def test_two_are_made_at_once_the_others_wait_in_turn_and_nobody_is_kept_waiting_by_who_stops(bench):
    first, second, third, fourth = (bench.workshop.start(name, ORDER) for name in "abcd")
    bench.until(lambda: bench.begun == 2)
    assert [work.state for work in (first, second, third, fourth)] == ["making", "making", "waiting", "waiting"]
    assert [bench.workshop.ahead(work) for work in (first, third, fourth)] == [0, 2, 3]
    bench.workshop.stop("c")
    bench.until(lambda: bench.workshop.ahead(fourth) == 2)
    began = time.monotonic()
    bench.workshop.stop("a")
    bench.until(lambda: fourth.state == "making" and bench.begun == 3)
    assert time.monotonic() - began < 1 and bench.workshop.work("a") is None
    bench.until(lambda: not bench.rooms[0].exists() or not bench.rooms[1].exists())
    bench.on.set()
    bench.until(lambda: second.state == fourth.state == "done")
    assert second.made.files[0].read_bytes() == b"x"


def test_one_who_looked_before_the_first_in_turn_was_gone_begins_beside_it(bench):
    first, second = Work(ORDER), Work(ORDER)
    bench.workshop._queue += [first, second]
    waiting = [Thread(target=bench.workshop._run, args=(work,), daemon=True) for work in (second, first)]
    waiting[0].start()
    bench.until(lambda: bench.workshop._turn._waiters)
    waiting[1].start()
    bench.until(lambda: first.state == second.state == "making")
    bench.on.set()
    for thread in waiting:
        thread.join(5)
    for work in (first, second):
        work.room.cleanup()


def test_a_new_pack_of_a_visit_takes_the_place_of_the_old_one(bench):
    bench.on.set()
    old = bench.workshop.start("a", ORDER)
    bench.until(lambda: old.state == "done" and bench.rooms[0].exists())
    new = bench.workshop.start("a", ORDER)
    bench.until(lambda: new.state == "done" and not bench.rooms[0].exists())
    assert bench.workshop.work("a") is new and old.made is None


def test_a_visit_that_ends_leaves_nothing_and_one_that_comes_back_finds_its_pack(bench):
    bench.on.set()
    bench.workshop.start("a", ORDER)
    kept = bench.workshop.start("b", ORDER)
    bench.until(lambda: kept.state == "done" and bench.begun == 2)
    for visit in "ab":
        bench.workshop.leave(visit, seconds=0.1)
    bench.workshop.come("b")
    bench.until(lambda: bench.workshop.work("a") is None)
    assert bench.workshop.work("b") is kept and kept.made.archive.exists()
    assert not bench.workshop._leaving


def test_why_a_pack_failed_is_said_in_a_sentence_without_a_folder_of_the_server(caplog):
    def full(order, room, progress):
        raise PackError(f"The pack could not be written to {room} (x); is the disk full?") from OSError(28, "No space")

    def odd(order, room, progress):
        raise RuntimeError("subject 101-003")

    def refused(order, room, progress):
        raise PackError("The previous pack is of another trial.")

    said = {}
    for build in (full, odd, refused):
        workshop = Workshop(build)
        work = workshop.start("a", ORDER)
        while not (work.over and work.room is None):
            time.sleep(0.005)
        said[build] = (work.state, work.reason)
    assert said[full] == ("failed", "The pack could not be written on the server (No space); tell whoever runs it.")
    assert said[odd] == ("failed", "The pack could not be made (RuntimeError); the log says why.")
    assert said[refused] == ("failed", "The previous pack is of another trial.")


def test_the_share_counts_displays_each_image_and_each_file():
    work = Work(ORDER)
    shares = []
    for line in ("1 of 2", "2 of 2", "PDF", "1 of 2", "2 of 2", "ZIP", "more", "and more"):
        work.step(line)
        shares.append(work.share)
    assert shares == sorted(shares) and shares[0] == 1 / 7 and max(shares) <= 1


def test_the_same_files_are_the_same_zip_and_folders_keep_their_name(tmp_path):
    (tmp_path / "b_png").mkdir()
    (tmp_path / "b_png" / "02_x.png").write_bytes(b"2")
    (tmp_path / "b_png" / "01_y.png").write_bytes(b"1")
    (tmp_path / "a.pdf").write_bytes(b"pdf")
    for name in ("one.zip", "two.zip"):
        zip_files([tmp_path / "a.pdf", tmp_path / "b_png"], tmp_path / name)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with ZipFile(tmp_path / "one.zip") as archive:
        assert archive.namelist() == ["a.pdf", "b_png/01_y.png", "b_png/02_x.png"] and archive.testzip() is None
