"""One entry of the record as a line of its file, and how it is bound to the line before it.

A line is a JSON object that ends with "before", the hash of the line before it, and "hash", the SHA-256 of the line's
own bytes up to there. Whoever changes, leaves out or adds an entry must write every later one again.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

NONE = "0" * 64
"""What the first entry names as the hash before it."""
END = re.compile(rb',"hash":"([0-9a-f]{64})"}$')
FIRST, RESUMED = "record begun", "record resumed after half an entry"
FOUND = "found"
"""What an entry of a start says was wrong with the end of the record: the file beside it is written anew then."""


@dataclass(frozen=True)
class Head:
    """Where the record ends: how many entries it has, and the hash of the last.

    coming: the hashes of those that were about to be written after it, which a server that is ended then may leave.
    """

    entries: int = 0
    hash: str = NONE
    coming: tuple[str, ...] = ()


def line_of(facts: dict, before: Head) -> tuple[bytes, Head]:
    """The line of an entry, without its end of line, and the head of the record with it."""
    numbered = {"n": before.entries + 1, **facts, "before": before.hash}
    body = json.dumps(numbered, ensure_ascii=False, separators=(",", ":"))[:-1].encode("utf-8", "backslashreplace")
    digest = hashlib.sha256(body).hexdigest()
    return body + f',"hash":"{digest}"}}'.encode(), Head(before.entries + 1, digest)


def read_line(line: bytes) -> dict:
    """The facts of a line; ValueError, with the reason, where it is no entry or was changed."""
    end = END.search(line)
    if end is None:
        raise ValueError("is no entry")
    if hashlib.sha256(line[: end.start()]).hexdigest().encode() != end[1]:
        raise ValueError("was changed: its hash is not that of its text")
    try:
        facts = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError("is no entry") from error
    if not isinstance(facts, dict):
        raise ValueError("is no entry")
    return facts


def head_path(path: Path) -> Path:
    """The file beside the record that says where it ends, so that entries cut off at its end are missed."""
    return path.with_name(f"{path.name}.head")


def read_head(path: Path) -> Head | None:
    """What the file beside the record says; None where there is none or it cannot be read."""
    try:
        told = json.loads(head_path(path).read_text(encoding="utf-8"))
        return Head(int(told["entries"]), str(told["hash"]), tuple(map(str, told.get("coming", ()))))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def write_head(path: Path, head: Head) -> None:
    """Replace the file beside the record, whole or not at all. OSError where it cannot be written."""
    beside = head_path(path).with_suffix(".new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump({"entries": head.entries, "hash": head.hash, "coming": head.coming}, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, head_path(path))
