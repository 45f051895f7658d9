"""Faults put into the SQL that carries definitions, each of which a method's own tests must find."""

from __future__ import annotations

import inspect
import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import NamedTuple
from unittest.mock import patch

from building import Building, faulty
from comparison import plain, same

from validation.methods import read_methods

METHODS = {method.id: method for method in read_methods()}


class Fault(NamedTuple):
    """Another text in one file of SQL, and the method that it makes wrong."""

    method: str
    sql: str
    text: str
    other: str

    def __str__(self) -> str:
        return f"{self.method}: {self.text} for {self.other} in {self.sql}"


def is_found(fault: Fault, made: Building, module: ModuleType) -> bool:
    """Whether a test of the method, of those in a module, fails on tables made with the faulty SQL."""
    with faulty(made, fault.sql, fault.text, fault.other, _read_in(module)) as cut:
        with _short_of_words():
            return any(_fails(test, arguments) for test, arguments in _tests(fault.method, cut, module))


def _read_in(module: ModuleType) -> set[str]:
    """The tables and questions of all methods that have tests in a module."""
    own = f"{module.__name__}.py::"
    return {name for one in METHODS.values() for name in one.sql if any(test.startswith(own) for test in one.cases)}


def _tests(method: str, cut: Building, module: ModuleType) -> Iterator[tuple[Callable, dict]]:
    """The method's tests in a module with each set of their arguments."""
    for name in METHODS[method].cases + METHODS[method].recomputed:
        test = getattr(module, name.partition("::")[2], None)
        if name.partition("::")[0] == f"{module.__name__}.py" and "made" in inspect.signature(test).parameters:
            yield from ((test, _arguments(test, cut, given)) for given in _given(test))


def _arguments(test: Callable, cut: Building, given: dict) -> dict:
    case = given.get("case") or {}
    own = {"made": cut, "agrees": _agreement(case.get("tolerance", 0))}
    return {name: (own | given)[name] for name in inspect.signature(test).parameters}


def _given(test: Callable) -> Iterator[dict]:
    """The sets of arguments that a test is parametrized with; one empty set where it is not."""
    marks = [mark.args for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"]
    for chosen in itertools.product(*(values for _, values in marks)):
        found: dict = {}
        for (names, _), value in zip(marks, chosen, strict=True):
            names = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
            value = value.values[0] if hasattr(value, "values") and hasattr(value, "marks") else value
            found |= {names[0]: value} if len(names) == 1 else dict(zip(names, value, strict=True))
        yield found


def _agreement(tolerance: float) -> Callable:
    def compare(obtained, expected, what: str = "", *, within: float | None = None, source: str | None = None) -> None:
        assert same(plain(obtained), plain(expected), tolerance if within is None else within), what

    return compare


def _fails(test: Callable, arguments: dict) -> bool:
    try:
        test(**arguments)
    except AssertionError:
        return True
    return False


@contextmanager
def _short_of_words() -> Iterator[None]:
    """On a server of continuous integration pytest spells out how two long lists differ, which takes minutes."""
    with patch.dict(os.environ):
        for name in ("CI", "BUILD_NUMBER"):
            os.environ.pop(name, None)
        yield
