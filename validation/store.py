"""The record is written here and nowhere else: results.json, and VALIDATION.md rendered from it."""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from validation.methods import METHODS, ROOT, Method, read_methods
from validation.present import present
from validation.record import RESULTS, read_record, verdict
from validation.report import rendered

DOCUMENT = ROOT / "VALIDATION.md"


def save(now: dict[str, dict], results: Path = RESULTS, document: Path = DOCUMENT, methods: Path = METHODS) -> int:
    """Write what a run recorded, where it differs from what is there; how many methods it recorded.

    The document is written again also where nothing was recorded: what the record is held against may have changed.
    """
    listed = read_methods(methods)
    with alone(results.parent):
        before = read_record(results)
        record = merged(before, dated(now, before), listed)
        if record:
            _replace(results, written(record))
            _replace(document, rendered([verdict(method, record, present(method)) for method in listed]))
    return len(now)


@contextmanager
def alone(folder: Path):
    """One process at a time reads the record, adds to it and writes it; another waits."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def dated(now: dict[str, dict], before: dict[str, dict], today: str = "") -> dict[str, dict]:
    """What was recorded now, with the day on which it last changed: today only where it differs from what was there."""
    today = today or datetime.now(UTC).date().isoformat()
    return {name: {"recorded": _day(entry, before.get(name, {}), today)} | entry for name, entry in now.items()}


def _day(entry: dict, before: dict, today: str) -> str:
    day = before.get("recorded")
    return day if day and {"recorded": day} | entry == before else today


def merged(before: dict[str, dict], now: dict[str, dict], methods: tuple[Method, ...]) -> dict[str, dict]:
    """The record in the order of the methods: what ran now in place of what was there; methods not listed are gone."""
    return {m.id: now.get(m.id, before.get(m.id)) for m in methods if m.id in now or m.id in before}


def written(record: dict[str, dict]) -> str:
    """The record as text: one case a line, so that a change is one line of a comparison."""
    return (
        '{"methods": {\n' + ",\n".join(f"{_json(name)}: {_entry(entry)}" for name, entry in record.items()) + "\n}}\n"
    )


def _entry(entry: dict) -> str:
    head = ", ".join(f"{_json(key)}: {_json(value)}" for key, value in entry.items() if key != "cases")
    return "{" + head + ', "cases": [\n' + ",\n".join(_json(case) for case in entry["cases"]) + "\n]}"


def _json(value) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _replace(path: Path, text: str) -> None:
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, path)
