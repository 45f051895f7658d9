"""The data cuts of the folder that the server was given: which there are, which may be shown, and their open handles.

What a run of a page asks many times is looked up once in it.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from queries import Cut, CutError, list_cuts, open_cut
from queries.files import as_written
from queries.opening import is_for_open_session
from queries.withdrawn import Told, read_told
from queries.withdrawn import withdrawn as read_withdrawn
from visit import recording, standing
from visit.caches import ANSWERS, CUTS, FACTS
from visit.in_run import once_in_run
from visit.who import door, use_data

BUILT_SAMPLE = Path(__file__).parents[1] / "sample_data" / "built"


def data_folder() -> Path:
    """The folder of data cuts: SAFETY_DATA, else the sample trial's."""
    return Path(os.environ["SAFETY_DATA"]) if os.environ.get("SAFETY_DATA") else BUILT_SAMPLE


def cut_of(path: Path) -> Cut:
    """A cut's open handle, with what must be said of it now. CutError: it cannot be opened."""
    return once_in_run(("cut", path), lambda: _marked(path))


def _marked(path: Path) -> Cut:
    cut = _as_written(path)
    mark = standing.mark_of(cut)
    return CUTS((path, cut.written, mark), lambda: replace(cut, mark=mark)) if mark else cut


def _as_written(path: Path) -> Cut:
    """One handle for each file as it was written; it asks each question once."""
    try:
        key = (path, as_written(path))
    except OSError as error:
        raise CutError(
            f"{path.name} cannot be read ({error.strerror}); put it back, or remove what is left."
        ) from error
    return CUTS(key, lambda: recording.loaded(replace(open_cut(path), answers=ANSWERS)))


_OPEN: set[str] = set()


def open_alone() -> bool:
    """Whether the data folder holds a file for an open session: then no closed session is served from it, nor later,
    should that file no longer be readable."""
    named = os.environ.get("SAFETY_DATA", "")
    if named not in _OPEN and any(_for_open_session(path) for _, path in list_cuts(data_folder())):
        _OPEN.add(named)
    return named in _OPEN


def _for_open_session(path: Path) -> bool:
    with suppress(OSError):
        return FACTS(("for an open session", path, as_written(path)), partial(is_for_open_session, path))
    return False


use_data(open_alone)


def earlier_cut(cut: Cut, path: Path) -> Cut:
    """The cut to compare with; CutError where it is of another study."""
    earlier = cut_of(path)
    if earlier.study != cut.study:
        raise CutError(
            f"{earlier.path.name} is of study {earlier.study}, {cut.path.name} of {cut.study}: "
            "cuts of two studies cannot be compared. Keep each study in a folder of its own."
        )
    return earlier


def available_cuts() -> dict[date, Path]:
    """Date → file of every cut in the data folder, oldest first; CutError where there is none."""
    folder = data_folder()
    found = once_in_run(("cuts", folder), lambda: dict(list_cuts(folder)))
    if not found:
        raise CutError(
            "There is no data cut in the folder that the server was given; make one with python -m ingest, "
            "or unset SAFETY_DATA to see the sample trial."
        )
    return dict(found)


def withdrawn(path: Path) -> Told | None:
    """How a cut was withdrawn; None where it was not. WithdrawalError: cannot be known."""
    return once_in_run(("withdrawn", path), lambda: read_withdrawn(path))


def shown_cuts() -> dict[date, Path]:
    """Date → file of every cut that this reader may see, as they are offered: the newest first, marked ones last.

    CutError, one sentence, where there is none, or none yet, or it is not known which were withdrawn.
    """
    read_told(data_folder())
    found = dict(reversed(available_cuts().items()))
    marks = {known: mark_at(path) for known, path in found.items()}
    seen = [known for known in found if not marks[known].startswith(standing.WAITS) or standing.may_acknowledge()]
    if not seen:
        raise CutError(
            "Nothing may be shown yet: of no data cut were all findings that could change a decision acknowledged. "
            + standing.why_waiting()
        )
    return {known: found[known] for known in sorted(seen, key=lambda known: bool(marks[known]))}


def waiting_since(newest: date) -> date | None:
    """The newest cut after a day that waits for its findings to be acknowledged; None where none does."""
    found = reversed(available_cuts().items())
    return next((one for one, path in found if one > newest and mark_at(path).startswith(standing.WAITS)), None)


def mark_at(path: Path) -> str:
    """What must be said of a cut; nothing is known of one that cannot be opened, and nothing of it shown."""
    try:
        return cut_of(path).mark if door() or withdrawn(path) else ""
    except CutError:
        return ""
