"""Packs made in the background: some at once, the others in their turn; each can be stopped, none outlives its visit.

Nothing here knows a screen. What is made lies in a folder of its own until the visit makes another pack or ends.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Condition, Thread, Timer
from typing import Literal

from export.folder import BY_DISPLAY, IMAGES, write_pack
from export.made import Progress, make
from export.pack import Pack, PackError
from export.zipped import zip_files
from queries import View

LOG = logging.getLogger("safety")
AT_ONCE = 2
"""So many packs are made at once: more would only share the same processors, and every reader would wait."""
KEPT_AFTER_SECONDS = 150.0
"""A visit whose connection broke can come back for two minutes; then its pack goes."""
ENDING_SECONDS = 3.0
State = Literal["waiting", "making", "done", "failed", "stopped"]


class Stopped(Exception):
    """The reader wants the pack no longer."""


@dataclass(frozen=True)
class Order:
    """What is to be made, of which data.

    before: the manifest of the pack that it is compared with. dashboard: its address, to which slides lead.
    """

    pack: Pack
    view: View
    formats: tuple[str, ...]
    by: str = ""
    before: dict | None = None
    dashboard: str = ""
    prepared: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))


@dataclass(frozen=True)
class Made:
    """Files of a pack, those as one ZIP file, and the displays that could not be made (name → why)."""

    files: tuple[Path, ...]
    archive: Path
    failed: dict[str, str]


Build = Callable[[Order, Path, Progress], Made]


@dataclass(eq=False)
class Work:
    """A pack in the making. said: what is being made now; steps: how many things were begun."""

    order: Order
    state: State = "waiting"
    said: str = ""
    steps: int = 0
    reason: str = ""
    made: Made | None = None
    room: TemporaryDirectory | None = None

    @property
    def over(self) -> bool:
        return self.state in ("done", "failed", "stopped")

    @property
    def share(self) -> float:
        """How much of the pack is made, 0 to 1: displays, each of them again on slides and as images, and files."""
        formats = set(self.order.formats)
        turns = 1 + len(formats & {*BY_DISPLAY}) + bool(formats & {*IMAGES})
        steps = turns * len(self.order.pack.items) + len(formats - {*IMAGES}) + 1
        return min(self.steps / (steps + 1), 1.0)

    def step(self, line: str) -> None:
        """Progress; ends the making where it is no longer wanted."""
        if self.state == "stopped":
            raise Stopped
        self.said, self.steps = line, self.steps + 1


def written(order: Order, folder: Path, progress: Progress) -> tuple[list[Path], dict[str, str]]:
    """Make the displays of a pack and write its files into a folder; the paths, and what could not be made and why."""
    book = make(order.pack, order.view, progress, order.dashboard)
    return write_pack(book, order.formats, folder, order.prepared, order.by, progress, order.before), book.failed


def build(order: Order, room: Path, progress: Progress) -> Made:
    """A pack as files in a room, and all of them as one."""
    files, failed = written(order, room, progress)
    progress("The ZIP file")
    archive = room / f"{files[-1].name.removesuffix('_manifest.json')}.zip"
    zip_files(files, archive)
    return Made(tuple(files), archive, failed)


class Workshop:
    """Makes packs, at most some at once, one for each visit."""

    def __init__(self, build: Build = build, at_once: int = AT_ONCE) -> None:
        self._build, self._at_once = build, at_once
        self._turn = Condition()
        self._queue: list[Work] = []
        self._busy: list[Work] = []
        self._works: dict[Hashable, Work] = {}
        self._compared: dict[Hashable, dict] = {}
        self._leaving: dict[Hashable, Timer] = {}

    def start(self, visit: Hashable, order: Order) -> Work:
        """Begin a pack for a visit; what was made for it before goes."""
        self.stop(visit)
        work = Work(order)
        with self._turn:
            self._works[visit] = work
            self._queue.append(work)
        Thread(target=self._run, args=(work,), name="pack", daemon=True).start()
        return work

    def work(self, visit: Hashable) -> Work | None:
        """The pack of a visit, where there is one."""
        return self._works.get(visit)

    def compare(self, visit: Hashable, before: dict | None) -> None:
        """Keep for a visit the manifest of the earlier pack that its next one is compared with; None forgets it."""
        if before is None:
            self._compared.pop(visit, None)
        else:
            self._compared[visit] = before

    def compared(self, visit: Hashable) -> dict | None:
        """The manifest kept for a visit."""
        return self._compared.get(visit)

    def holds(self, visit: Hashable) -> bool:
        """Whether anything is kept for a visit."""
        return visit in self._works or visit in self._compared

    def ahead(self, work: Work) -> int:
        """How many packs are made or wait before this one's turn; 0 where it is being made."""
        with self._turn:
            return self._queue.index(work) + len(self._busy) if work in self._queue else 0

    def stop(self, visit: Hashable) -> None:
        """Stop the pack of a visit, or throw it away where it is made."""
        with self._turn:
            work = self._works.pop(visit, None)
            if work is None:
                return
            making = work in self._busy
            work.state = "stopped"
            self._turn.notify_all()
        if not making:
            _throw_away(work)

    def leave(self, visit: Hashable, seconds: float = KEPT_AFTER_SECONDS) -> None:
        """The visit has gone; what is kept for it goes too, unless it comes back meanwhile."""
        if not self.holds(visit):
            return
        self.come(visit)
        timer = Timer(seconds, self._forget, (visit,))
        timer.daemon = True
        self._leaving[visit] = timer
        timer.start()

    def _forget(self, visit: Hashable) -> None:
        self._leaving.pop(visit, None)
        self.compare(visit, None)
        self.stop(visit)

    def come(self, visit: Hashable) -> None:
        """The visit is there, perhaps again."""
        if timer := self._leaving.pop(visit, None):
            timer.cancel()

    def end(self) -> None:
        """Stop everything, and remove what was made: the server ends."""
        for visit in list(self._works):
            self.stop(visit)
        with self._turn:
            self._turn.wait_for(lambda: not self._busy, ENDING_SECONDS)

    def _run(self, work: Work) -> None:
        if not self._wait_for_turn(work):
            return
        try:
            work.room = TemporaryDirectory(prefix="safety-pack-")
            made = self._build(work.order, Path(work.room.name), work.step)
            self._settle(work, "done", made=made)
        except Stopped:
            pass
        except PackError as error:
            self._settle(work, "failed", _reason(error))
        except Exception as error:
            LOG.exception("a pack failed")
            self._settle(work, "failed", f"The pack could not be made ({type(error).__name__}); the log says why.")
        finally:
            self._leave_the_bench(work)

    def _wait_for_turn(self, work: Work) -> bool:
        """Wait until it is the pack's turn; False where it was stopped before."""
        with self._turn:
            self._turn.wait_for(lambda: work.over or self._is_next(work))
            self._queue.remove(work)
            self._turn.notify_all()  # the next may have looked before this one was gone
            if work.over:
                return False
            self._busy.append(work)
            work.state = "making"
            return True

    def _is_next(self, work: Work) -> bool:
        return self._queue[0] is work and len(self._busy) < self._at_once

    def _settle(self, work: Work, state: State, reason: str = "", made: Made | None = None) -> None:
        """What became of a pack, unless it was stopped meanwhile."""
        with self._turn:
            if not work.over:
                work.made, work.reason, work.state = made, reason, state

    def _leave_the_bench(self, work: Work) -> None:
        with self._turn:
            if work.state != "done":
                _throw_away(work)
            self._busy.remove(work)
            self._turn.notify_all()


def _throw_away(work: Work) -> None:
    """Remove what was made of a pack."""
    room, work.room, work.made = work.room, None, None
    if room is not None:
        with suppress(OSError):
            room.cleanup()


def _reason(error: PackError) -> str:
    """Why a pack failed, in a sentence that names no folder of the server."""
    if isinstance(error.__cause__, OSError):
        what = error.__cause__.strerror or "no reason given"
        return f"The pack could not be written on the server ({what}); tell whoever runs it."
    return str(error)


WORKSHOP = Workshop()
"""The packs of this server."""
