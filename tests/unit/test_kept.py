"""What is kept is made once, whoever asks and however many at a time."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from queries.kept import Kept


def test_a_thing_is_made_once_and_by_its_key():
    kept, made = Kept(10), []
    for key in ("a", "b", "a", "a"):
        assert kept(key, lambda key=key: made.append(key) or key.upper()) == key.upper()
    assert made == ["a", "b"]


def test_nothing_is_a_thing_too():
    kept, made = Kept(10), []
    assert [kept("a", lambda: made.append(1)) for _ in range(3)] == [None] * 3
    assert made == [1]


def test_the_thing_asked_for_longest_ago_goes_first():
    kept, made = Kept(2), []
    for key in ("a", "b", "a", "c", "a", "b"):
        kept(key, lambda key=key: made.append(key))
    assert made == ["a", "b", "c", "b"]


def test_who_asks_for_a_thing_in_the_making_waits_for_it():
    kept, made = Kept(10), []

    def slowly():
        made.append(1)
        time.sleep(0.2)
        return object()

    with ThreadPoolExecutor(8) as readers:
        things = list(readers.map(lambda _: kept("a", slowly), range(8)))
    assert len(made) == 1 and len(set(map(id, things))) == 1


def test_things_of_other_keys_are_made_at_the_same_time():
    kept = Kept(10)
    with ThreadPoolExecutor(2) as readers:
        first = readers.submit(kept, "a", lambda: kept("b", lambda: 2) + 1)
        assert first.result(timeout=10) == 3


def test_what_fails_is_not_kept_and_blocks_nobody():
    kept = Kept(10)
    with pytest.raises(ZeroDivisionError):
        kept("a", lambda: 1 / 0)
    assert kept("a", lambda: 5) == 5


def test_forgotten_things_are_made_anew():
    kept = Kept(10)
    kept("a", lambda: 1)
    kept.clear()
    assert kept("a", lambda: 2) == 2


def test_the_heavy_go_too_where_there_is_no_room_and_one_alone_always_stays():
    kept, made = Kept(10, room=5, weigh=len), []
    for thing in ("aa", "bb", "aa", "cc", "bb", "dddddddd", "dddddddd", "e", "dddddddd"):
        kept(thing, lambda thing=thing: made.append(thing) or thing)
    assert made == ["aa", "bb", "cc", "bb", "dddddddd", "e", "dddddddd"]
