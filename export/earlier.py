"""The manifest of an earlier pack as it was written, or a sentence that says what is wrong with it."""

from __future__ import annotations

import json
import re
from datetime import date
from hashlib import sha256
from typing import Any

from export.pack import PackError

NO_MANIFEST = "The previous manifest is no manifest of a pack; name the file that ends in _manifest.json."
KINDS: dict[str, type | tuple[type, ...]] = {
    "display": str,
    "title": str,
    "note": str,
    "finding": str,
    "filters": str,
    "subject": str,
    "sha256": str,
    "made": bool,
    "nrows": int,
    "chosen": dict,
    "columns": list,
    "rows": list,
    "percent": list,
}
"""What a display of a manifest may hold, and of which type each is."""
A_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def read_manifest(text: str) -> dict:
    """The manifest of an earlier pack; PackError where it is none, or other than it was written."""
    try:
        told = json.loads(text)
        whole = all(isinstance(one["display"], str) for one in told["displays"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise PackError(NO_MANIFEST) from error
    if not whole or not isinstance(told["displays"], list):
        raise PackError(NO_MANIFEST)
    for name in ("prepared", "data_as_of"):
        _refuse(name, told.get(name) is not None and not _begins_with_a_day(told[name]), "no date")
    for number, one in enumerate(told["displays"], 1):
        _check(f"display {number} ({one['display']})", one)
    return told


def refuse_later(now: dict, before: dict) -> None:
    """PackError where the earlier pack is of a later data cut than this one."""
    then, today = before.get("data_as_of"), now.get("data_as_of")
    if then and today and then > today:
        raise PackError(
            f"The previous pack is of a later data cut ({then}) than this one ({today}); name an earlier one."
        )


def hash_of(table: dict) -> str:
    """The hash of the columns and rows of a display."""
    told = {"columns": table["columns"], "rows": table["rows"]}
    return sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def _begins_with_a_day(value: Any) -> bool:
    if not isinstance(value, str) or not A_DAY.match(value):
        return False
    try:
        return bool(date.fromisoformat(value[:10]))
    except ValueError:
        return False


def _check(where: str, one: dict) -> None:
    for name, kind in KINDS.items():
        wrong = name in one and (not isinstance(one[name], kind) or kind is int and isinstance(one[name], bool))
        _refuse(f"{name} of {where}", wrong, "of another type")
    if "rows" not in one:
        return
    columns, rows = one.get("columns"), one["rows"]
    names = isinstance(columns, list) and all(isinstance(name, str) for name in columns)
    _refuse(f"the table of {where}", not names, "without columns")
    alike = all(isinstance(row, list) and len(row) == len(columns) for row in rows)
    _refuse(f"a row of {where}", not alike, "of another length than the columns")
    _refuse(f"the table of {where}", hash_of(one) != one.get("sha256"), "not the one of its hash")


def _refuse(what: str, wrong: bool, why: str) -> None:
    if wrong:
        raise PackError(f"The previous manifest was changed: {what} is {why}; name the file as it was written.")
