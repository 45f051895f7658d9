"""What readers do, as the record has it. Without a record nothing is kept, and nothing waits for it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from audit import Record, RecordError, Standing
from displays.display import marks_of
from queries import Cut, View
from queries.release import release
from queries.withdrawn import digest_of

SETTING = "SAFETY_RECORD"
_KEPT: list[Record] = []
_OPENED: list[str] = []
"""Cuts that were opened while the record could not be written: told with the next entry."""


def open_record(setting: str, data: Path) -> None:
    """Begin to keep a record in the file that the setting names; nothing where it names none.

    ValueError, one sentence: it cannot be, or lies among the data, which are replaced and copied as a whole.
    """
    close_record()
    if not setting.strip():
        return
    path = Path(setting).resolve()
    if path.is_relative_to(data.resolve()):
        raise ValueError(f"{SETTING} names {path}, which is in the folder of data cuts; name a file elsewhere.")
    try:
        _KEPT.append(Record(path))
    except RecordError as error:
        raise ValueError(f"{error} It is named in {SETTING}.") from error


def close_record() -> None:
    """Write what waits, and keep no record from now on."""
    _OPENED.clear()
    while _KEPT:
        _KEPT.pop().close()


def note(action: str, *, at_once: bool = False, **facts) -> None:
    """Add an entry. RecordError where it cannot be written."""
    if _KEPT:
        while _OPENED:
            _KEPT[0].write("cut loaded", cut=_OPENED[0], version=release())
            _OPENED.pop(0)
        _KEPT[0].write(action, at_once=at_once, **facts)


def check() -> None:
    """RecordError where a record is kept and cannot be written at present."""
    if _KEPT:
        _KEPT[0].check()


def keeps() -> bool:
    """Whether a record is kept."""
    return bool(_KEPT)


def standing() -> Standing | None:
    """What the record says that still holds; None where none is kept."""
    return _KEPT[0].standing if _KEPT else None


def last_came() -> dict[str, str] | None:
    """Member → when they were last there, by the record (UTC, as entries have it); None where none is whole."""
    found = standing()
    return dict(found.came) if found and not found.problems else None


def facts_of(view: View) -> dict:
    """What a view is of, as an entry says it."""
    return {
        "cut": named(view.cut),
        "compared": named(view.previous) if view.previous else "",
        "filters": view.filters.words() if view.filters.any_set else "",
        "supposed": view.cut.hypothetical,
        "marks": marks_of(view),
        "version": release(),
    }


def note_file(facts: dict, content: bytes) -> bytes:
    """A file that leaves the dashboard, with the hash of its bytes, on disk before it leaves. RecordError otherwise."""
    if _KEPT:
        note("export", at_once=True, **facts, sha256=hashlib.sha256(content).hexdigest())
    return content


def loaded(cut: Cut) -> Cut:
    """A cut that this server has opened; an open session shows it also while the record cannot be written."""
    if _KEPT:
        try:
            note("cut loaded", cut=named(cut), version=release())
        except RecordError:
            _OPENED.append(named(cut))
    return cut


def named(cut: Cut) -> str:
    """The date of a cut and the SHA-256 of its file, which is read once."""
    return f"{cut.date.isoformat()} {digest_of(cut.path)}"
