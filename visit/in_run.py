"""What a run of a page asks many times, found once in it: it holds for the rest of the run, a second at most."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from threading import local
from typing import TypeVar

from streamlit.runtime.scriptrunner import get_script_run_ctx

SECONDS = 1.0
_FOUND = local()
"""The run that this thread is at, until when what was found in it holds, and what was found."""
What = TypeVar("What")


def once_in_run(key: Hashable, find: Callable[[], What]) -> What:
    """What is found under a key in this run; where no page runs, it is found anew each time. What fails is not kept."""
    run, now = _run(), time.monotonic()
    if run is None:
        return find()
    known, until, found = getattr(_FOUND, "of", (None, 0.0, {}))
    if known is not run or now > until:
        found = {}
        _FOUND.of = run, now + SECONDS, found
    if key not in found:
        found[key] = find()
    return found[key]


def find_anew(*keys: Hashable) -> None:
    """What was found under these keys no longer holds in this run: it was changed."""
    _, _, found = getattr(_FOUND, "of", (None, 0.0, {}))
    for key in keys:
        found.pop(key, None)


def _run() -> object | None:
    """What is another at each run of a page or of a block of it; None where none runs."""
    context = get_script_run_ctx(suppress_warning=True)
    return context.parallel_coordinator if context else None
