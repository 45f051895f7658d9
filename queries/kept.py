"""Keeps what was made, so that it is made once."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager, nullcontext
from threading import Lock
from typing import Generic, TypeVar

What = TypeVar("What")


class Kept(Generic[What]):
    """Things made once for all readers; the least used go first. Who asks for one in the making waits for it."""

    def __init__(self, most: int, while_making: Callable[[], AbstractContextManager] = nullcontext) -> None:
        self._most, self._while_making = most, while_making
        self._things: OrderedDict[Hashable, tuple[What]] = OrderedDict()
        self._making: defaultdict[Hashable, Lock] = defaultdict(Lock)
        self._lock = Lock()

    def __call__(self, key: Hashable, make: Callable[[], What]) -> What:
        """The thing under a key, made where it is not there; what fails is not kept."""
        found = self._find(key)
        if not found:
            with self._while_making(), self._making[key]:
                found = self._find(key) or self._keep(key, make)
        return found[0]

    def _find(self, key: Hashable) -> tuple[What] | None:
        with self._lock:
            if key in self._things:
                self._things.move_to_end(key)
            return self._things.get(key)

    def _keep(self, key: Hashable, make: Callable[[], What]) -> tuple[What]:
        try:
            thing = (make(),)
            with self._lock:
                self._things[key] = thing
                while len(self._things) > self._most:
                    self._things.popitem(last=False)
            return thing
        finally:
            self._making.pop(key, None)

    def make_ready(self, key: Hashable, make: Callable[[], What]) -> None:
        """Make a thing before anybody asks for it; who asks meanwhile waits for it."""
        with self._making[key]:
            if not self._find(key):
                self._keep(key, make)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._things.clear()
