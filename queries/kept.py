"""Keeps what was made, so that it is made once."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager, nullcontext
from math import inf
from threading import Lock
from typing import Generic, TypeVar

What = TypeVar("What")


class Kept(Generic[What]):
    """Things made once for all readers; the least used go first. Who asks for one in the making waits for it.

    most: so many are kept. room: and no more than this together, as each is weighed."""

    def __init__(
        self,
        most: int,
        while_making: Callable[[], AbstractContextManager] = nullcontext,
        *,
        room: float = inf,
        weigh: Callable[[What], float] = lambda thing: 0,
    ) -> None:
        self._most, self._while_making = most, while_making
        self._room, self._weigh, self._weight = room, weigh, 0.0
        self._things: OrderedDict[Hashable, tuple[What, float]] = OrderedDict()
        self._making: defaultdict[Hashable, Lock] = defaultdict(Lock)
        self._lock = Lock()

    def __call__(self, key: Hashable, make: Callable[[], What]) -> What:
        """The thing under a key, made where it is not there; what fails is not kept."""
        found = self._find(key)
        if not found:
            with self._while_making(), self._making[key]:
                found = self._find(key) or self._keep(key, make)
        return found[0]

    def _find(self, key: Hashable) -> tuple[What, float] | None:
        with self._lock:
            if key in self._things:
                self._things.move_to_end(key)
            return self._things.get(key)

    def _keep(self, key: Hashable, make: Callable[[], What]) -> tuple[What, float]:
        try:
            made = make()
            thing = made, self._weigh(made)
            with self._lock:
                self._things[key] = thing
                self._weight += thing[1]
                while len(self._things) > self._most or (self._weight > self._room and len(self._things) > 1):
                    self._weight -= self._things.popitem(last=False)[1][1]
            return thing
        finally:
            self._making.pop(key, None)

    def make_ready(self, key: Hashable, make: Callable[[], What]) -> None:
        """Make a thing before anybody asks for it, where it is not there; who asks meanwhile waits for it."""
        if not self._find(key):
            with self._making[key]:
                self._find(key) or self._keep(key, make)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._things.clear()
            self._weight = 0.0
