"""The look ahead goes on whatever it meets, and says once what nobody else is told."""

from __future__ import annotations

from threading import Event

import pytest

from audit import RecordError
from queries import CutError
from visit.ahead import Ahead


def test_it_is_looked_again_and_again_until_the_end():
    looked = [Event() for _ in range(3)]
    waiting = iter(looked)
    ahead = Ahead(lambda: next(waiting).set(), every_seconds=0.001)
    ahead.begin()
    assert all(event.wait(5) for event in looked)
    ahead.end()


@pytest.mark.parametrize("error", [CutError("damaged"), RecordError("full"), OSError("gone")])
def test_what_a_reader_is_told_is_not_logged(error, caplog):
    Ahead(lambda: (_ for _ in ()).throw(error)).look()
    assert caplog.records == []


def test_any_other_error_is_logged_once_until_it_is_another_one(caplog):
    errors = [ZeroDivisionError("a"), ZeroDivisionError("a"), KeyError("b"), None, KeyError("b")]

    def make() -> None:
        if (error := errors.pop(0)) is not None:
            raise error

    ahead, logged = Ahead(make), []
    while errors:
        ahead.look()
        logged.append(len(caplog.records))
    assert logged == [1, 1, 2, 2, 3]
