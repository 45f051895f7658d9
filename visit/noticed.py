"""What was changed beside the server, by a command or by hand, is told to the record as soon as the server sees it.

The list of members and the file of withdrawn data cuts belong to other processes, the record to this one alone: what
they say is held against what the record said last, so that nothing is missed while no server runs.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from audit import GONE, LISTED, Standing
from members import Member, MembersError
from queries.withdrawn import WithdrawalError, read_told
from visit import recording
from visit.who import door

FIRST, ADDED, REMOVED = "is in the list", "added", "no longer in the list"
OTHER_PROOF = "another password or account"
PARTS = {"role": "role", "until": "last day"}
Told = dict[str, str]
_LOOKING = Lock()


def notice(folder: Path) -> None:
    """Tell the record what it does not say yet of the list of members and of the data cuts of a folder.

    RecordError where it cannot be written; the next look tells it then. What cannot be read now is told later too.
    """
    standing = recording.standing()
    if standing is None:
        return
    with _LOOKING:
        recording.check()
        with suppress(MembersError, OSError):
            _notice_members(standing)
        with suppress(WithdrawalError):
            _notice_withdrawn(standing, folder)


def _notice_members(standing: Standing) -> None:
    kept = door()
    if kept is None:
        return
    now = {name: told_of(member) for name, member in kept.members.all().items()}
    was = dict(standing.listed)
    written = _text(datetime.fromtimestamp(kept.members.path.stat().st_mtime, UTC))
    for name in sorted(now.keys() | was.keys()):
        if now.get(name) != was.get(name):
            change = FIRST if not was else words(was.get(name), now.get(name))
            recording.note(LISTED, at_once=True, member=name, change=change, written=written, now=now.get(name))


def told_of(member: Member) -> Told:
    """A member as the record has them: of the password or account a mark alone, which tells it from another.

    It is the hash of a hash with its salt, or of an account that is in each sign-in: nothing can be guessed from it.
    """
    mark = hashlib.sha256(repr(member.proof).encode()).hexdigest()[:16]
    told = {"role": member.role, "until": member.expires.isoformat(), "mark": mark}
    return told | ({"revoked": member.revoked.isoformat()} if member.revoked else {})


def words(was: Told | None, now: Told | None) -> str:
    """What became of a member between two looks."""
    if was is None or now is None:
        return ADDED if was is None else REMOVED
    changed = [f"{name}: {was.get(part)} → {now[part]}" for part, name in PARTS.items() if was.get(part) != now[part]]
    if was.get("mark") != now["mark"]:
        changed.append(OTHER_PROOF)
    if was.get("revoked") != now.get("revoked"):
        changed.append("revoked" if "revoked" in now else "no longer revoked")
    return "; ".join(changed)


def _notice_withdrawn(standing: Standing, folder: Path) -> None:
    """An entry for each of withdrawn.toml, whoever made it there, and for each that is there no more."""
    told = {(f"cut {one.action}", f"{one.cut} {one.sha256}", _text(one.when)): one for one in read_told(folder)}
    for action, cut, when in told.keys() - standing.marked:
        one = told[action, cut, when]
        recording.note(action, at_once=True, cut=cut, when=when, by=one.who, reason=one.reason)
    for action, cut, when in standing.marked - told.keys():
        recording.note(GONE, at_once=True, cut=cut, when=when, was=action)


def _text(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
