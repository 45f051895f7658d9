"""Has the first screen of the newest data cut made before its first reader, of one that comes while the server runs
too."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread

from audit import RecordError
from queries import CutError

LOG = logging.getLogger("safety")
EVERY_SECONDS = 5.0
"""So often it is looked whether there is something to make; where there is nothing, a look costs less than a page."""


class Ahead:
    """Looks again and again, beside the readers, and stays silent on what they are told themselves."""

    def __init__(self, make: Callable[[], None], every_seconds: float = EVERY_SECONDS) -> None:
        self._make, self._every = make, every_seconds
        self._over, self._failed = Event(), ""

    def look(self) -> None:
        """Make what is not made yet; an error that nobody else is told is logged once."""
        try:
            self._make()
        except (CutError, RecordError, OSError):
            return  # a reader is told on every page
        except Exception as error:
            if (failed := f"{type(error).__name__}: {error}") != self._failed:
                LOG.exception("what is done ahead of the readers failed")
                self._failed = failed
            return
        self._failed = ""

    def begin(self) -> None:
        """Look from now on, on a thread that no end of the server waits for."""
        Thread(target=self._run, name="ahead", daemon=True).start()

    def end(self) -> None:
        """Look no more."""
        self._over.set()

    def _run(self) -> None:
        while not self._over.wait(self._every):
            self.look()
