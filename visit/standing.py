"""How a data cut stands: whether its findings that could change a decision were acknowledged, and who may see it."""

from __future__ import annotations

import hashlib
import json
from datetime import date

from pandas import DataFrame

from audit import ACKNOWLEDGED, Acknowledged
from displays.display import day
from displays.words import listed
from members import ACKNOWLEDGING
from queries import Cut
from queries.files import as_written
from queries.frames import rows_of
from queries.weights import DECISION
from queries.withdrawn import NOT_SAID, RESTORED, WITHDRAWN, WithdrawalError, withdraw, withdrawn
from visit import recording
from visit.who import door, reader

WAITS = "is not yet acknowledged"
IDENTITY = ["SEVERITY", "DATASET", "CHECKID", "WHAT", "NRECS", "EXAMPLES"]
"""What tells one finding of a cut from another."""
LONGEST_COMMENT = 300
NO_RECORD = "They are acknowledged in the record, and this server keeps none: name a file for it in SAFETY_RECORD."
NOT_WHOLE = (
    "The record is not whole, so that nothing counts as acknowledged: python -m audit verify says why; "
    "put back the one that was kept, or move it away and acknowledge anew."
)
WHO_CAN = "A statistician or a data manager can acknowledge them, in the closed session on the page Data."


def may_acknowledge() -> bool:
    """Whether this reader acknowledges findings, and so sees a cut that waits for it."""
    return reader().role in ACKNOWLEDGING


def mark_of(cut: Cut) -> str:
    """What must be said wherever a cut is named; empty where nothing must."""
    told = withdrawn(cut.path)
    waits = WAITS if door() and None in _by_whom(cut) else ""
    return ", ".join(filter(None, (waits, told.mark if told else "")))


def waiting(cut: Cut) -> DataFrame:
    """The findings of a cut that could change a decision and were not yet acknowledged; none where nobody signs in.

    One row a finding as `data_findings` gives it, with FINDING, which tells it from every other of the cut.
    """
    return deciding(cut)[[by is None for by in _by_whom(cut)]] if door() else NONE


def acknowledged(cut: Cut) -> list[str]:
    """By whom the findings of a cut were acknowledged, and when: "s.smith on 30 Nov 2026", each once."""
    told = [by for by in _by_whom(cut) if by]
    return list(dict.fromkeys(f"{by.who} on {day(date.fromisoformat(by.time[:10]))}" for by in told))


def deciding(cut: Cut) -> DataFrame:
    """The findings of a cut that could change a decision; a file for an open session holds none."""
    return NONE if cut.for_open_session else cut.once("deciding findings", lambda: _deciding(cut))


def why_waiting() -> str:
    """What holds the acknowledging up, or who can do it."""
    standing = recording.standing()
    if standing is None:
        return NO_RECORD
    return NOT_WHOLE if standing.problems else WHO_CAN


def acknowledge(cut: Cut, findings: list[str], comment: str) -> None:
    """Acknowledge findings of a cut in the reader's name; those that somebody else did meanwhile stay theirs.

    PermissionError: the reader may not. ValueError, one sentence: nothing to acknowledge, no record, or another file.
    RecordError: the record cannot be written.
    """
    by, chosen = reader(), waiting(cut)
    if by.role not in ACKNOWLEDGING:
        raise PermissionError("only a statistician or a data manager acknowledges findings")
    if not findings:
        raise ValueError("Tick the findings that you acknowledge; nothing was acknowledged.")
    if (why := why_waiting()) != WHO_CAN:
        raise ValueError(why)
    chosen = chosen[chosen["FINDING"].isin(findings)]
    if chosen.empty:
        raise ValueError(f"These findings were acknowledged meanwhile by {listed(acknowledged(cut))}.")
    if not cut.path.exists() or as_written(cut.path) != cut.written:
        raise ValueError("The data cut was replaced by another meanwhile; reload the page and look at it again.")
    what = [f"{row.DATASET} {row.CHECKID}: {row.WHAT} ({row.NRECS})" for row in rows_of(chosen)]
    told = {"who": by.name, "role": by.role, "cut": recording.named(cut), "findings": list(chosen["FINDING"])}
    recording.note(ACKNOWLEDGED, at_once=True, **told, what=what, comment=" ".join(comment.split())[:LONGEST_COMMENT])


def mark_withdrawn(cut: Cut, reason: str) -> None:
    """Withdraw a cut in the reader's name, or restore one that is; it is in the record first, where one is kept.

    PermissionError: the reader may not. WithdrawalError: no reason, or it cannot be written. RecordError.
    """
    by, action = reader(), RESTORED if withdrawn(cut.path) else WITHDRAWN
    if by.role not in ACKNOWLEDGING:
        raise PermissionError("only a statistician or a data manager withdraws a data cut")
    if not reason.strip():
        raise WithdrawalError(NOT_SAID)
    told = {"who": by.name, "role": by.role, "cut": recording.named(cut), "reason": reason[:LONGEST_COMMENT]}
    recording.note(f"cut to be {action}", at_once=True, **told)
    withdraw(cut.path, by.name, reason, action)


def _deciding(cut: Cut) -> DataFrame:
    found = cut.ask("data_findings")
    found = found[found["WEIGHT"] == DECISION].reset_index(drop=True)
    return found.assign(FINDING=[_identity(row) for row in found[IDENTITY].values.tolist()])


def _identity(row: list) -> str:
    return hashlib.sha256(json.dumps(row, default=str).encode()).hexdigest()[:16]


def _by_whom(cut: Cut) -> list[Acknowledged | None]:
    """Of each finding by whom it was acknowledged; None where it was not. Without any, the file is not hashed.

    Asked several times a page of each cut: a frame takes longer to look through than the names of its findings.
    """
    found = cut.once("names of deciding findings", lambda: tuple(deciding(cut)["FINDING"]))
    standing = recording.standing()
    if standing is None or not found:
        return [None] * len(found)
    named = recording.named(cut)
    return [standing.acknowledged.get((named, finding)) for finding in found]


NONE = DataFrame(columns=["WEIGHT", *IDENTITY, "ACTION", "FINDING"])
