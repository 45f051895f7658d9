"""The record as it is written: results.json, and VALIDATION.md rendered from it and from what is here now."""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from displays.methods.words import HEADINGS, nearest, provenance, recomputation, recomputed, remarks, rows
from displays.words import counted
from validation.listed import METHODS, ROOT, Method, read_methods
from validation.present import present
from validation.record import RESULTS, STATES, Standing, read_record, standing

DOCUMENT = ROOT / "VALIDATION.md"
SHOWN_CASES, SHOWN_ROWS = 3, 9
HEAD = """# Validation

Made by the tests (`bin/test`), never by hand: each comparison below was recorded while it was made. The Methods page shows
the same record with every case, judged anew against the code that runs there.

- **Case**: a published or independently computed result, compared with what this project gives for the same input.
  A case may hold several comparisons; it passes only if all hold.
- **Missing**: a case that was collected and left no comparison, or a method without any. **Failed** is shown as it came out.
- **Deviation**: the |obtained − expected| that came nearest to the tolerance it had to keep, with that tolerance; *exact* where only equality passes.
- **Recomputed**: further tests that compute the same thing in another, naive way, or check a property that must hold.
- **Recorded**: the day on which what is recorded of the method last changed, how many cases were collected, and the first digits of
  SHA-256: of the method's source files with those they import, of its test files, of the files of published cases they read.
- **Stale**: when this document was written, source, tests or case files were not those recorded. **Recorded with other versions**: other
  versions of numpy, scipy, pandas or DuckDB ran than those recorded.
"""
SIGNATURE = """## Signature

The statistician who has reviewed this record:

| Name | Date | Signature |
|---|---|---|
| | | |
"""


def save(now: dict[str, dict], results: Path = RESULTS, document: Path = DOCUMENT, methods: Path = METHODS) -> int:
    """Write what a run recorded, where it differs from what is there; how many methods it recorded.

    The document is written anew also where nothing was recorded: what the record is held against may have changed.
    """
    listed = read_methods(methods)
    with alone(results.parent):
        before = read_record(results)
        record = merged(before, dated(now, before), listed)
        if record:
            _replace(results, written(record))
            _replace(document, rendered([standing(method, record, present(method)) for method in listed]))
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
    today, found = today or datetime.now(UTC).date().isoformat(), {}
    for name, entry in now.items():
        day = before.get(name, {}).get("recorded")
        found[name] = {"recorded": day if day and {"recorded": day} | entry == before[name] else today} | entry
    return found


def merged(before: dict[str, dict], now: dict[str, dict], methods: tuple[Method, ...]) -> dict[str, dict]:
    """The record in the order of the methods: what ran now in place of what was there; methods no longer listed are gone."""
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


def rendered(found: list[Standing]) -> str:
    """The document as Markdown, from every method as it stands."""
    parts = [HEAD, *_software(found), _overview(found), *map(_section, found), SIGNATURE]
    return "\n".join(parts)


def _software(found: list[Standing]) -> list[str]:
    """The versions recorded with; more than one line only where methods were recorded with different ones."""
    sets: dict[str, list[str]] = {}
    for s in found:
        if s.record:
            sets.setdefault(
                ", ".join(f"{name} {version}" for name, version in s.record["software"].items()), []
            ).append(s.method.id)
    return [
        f"Software: {versions}{' (' + ', '.join(names) + ')' if len(sets) > 1 else ''}.\n"
        for versions, names in sets.items()
    ]


def _overview(found: list[Standing]) -> str:
    lines = [
        [
            f"[{s.method.title}](#{s.method.id})",
            s.cases,
            s.checks,
            s.passed,
            s.failed,
            s.missing,
            nearest(s),
            recomputed(s),
            _bold(s.state),
        ]
        for s in found
    ]
    head = [
        "Method",
        "Cases",
        "Comparisons",
        "Passed",
        "Failed",
        "Missing",
        "Deviation (tolerance)",
        "Recomputed",
        "State",
    ]
    total = f"{counted(len(found), 'method')}, {sum(s.cases for s in found)} cases with {sum(s.checks for s in found)} comparisons: "
    total += ", ".join(f"{sum(s.state == state for s in found)} {state}" for state in reversed(STATES)) + "."
    return f"## Overview\n\n{total}\n\n" + _table(head, lines)


def _section(s: Standing) -> str:
    m = s.method
    lines = [
        f'<a id="{m.id}"></a>',
        "",
        f"### {m.title}",
        "",
        f"{m.definition}",
        "",
        f"- Source: {m.source}",
        f"- In the code: {', '.join(f'`{name}`' for name in m.functions)}",
        f"- Recorded: {provenance(s)}",
    ]
    lines += [f"- Differs by choice: {m.deviation}"] if m.deviation else []
    lines += [f"- Not compared: {m.left_out}"] if m.left_out else []
    lines += [
        f"- Recomputed: {recomputation(name)} ({count['passed']} of {count['passed'] + count['failed']})"
        for name, count in s.record.get("recomputed", {}).items()
    ]
    return "\n".join([*lines, *_judgement(s), "", _examples(s)])


def _judgement(s: Standing) -> list[str]:
    """What is not as it should be, and what could not be compared here."""
    wrong = s.state in ("failed", "missing")
    lines = (
        [
            f"- **{s.state.upper()}**: {s.passed} of {s.cases} cases passed, {s.failed} failed, {s.missing} missing, {recomputed(s) or 'none'} recomputed."
        ]
        if wrong
        else []
    )
    return lines + [f"- **{remark}**" for remark in remarks(s)]


def _examples(s: Standing) -> str:
    """Every comparison that is not passed, and the first cases in full."""
    found = rows(s)
    first = list(dict.fromkeys(row["CASE"] for row in found))[:SHOWN_CASES]
    shown = [row for row in found if row["RESULT"] != "passed"] + [
        row for row in found if row["RESULT"] == "passed" and row["CASE"] in first
    ][:SHOWN_ROWS]
    if not shown:
        return "**No case is recorded.**\n"
    sources = sorted({row["SOURCE"] for row in found if row["SOURCE"]})
    checked = f"Checked against: {'; '.join(sources)}.\n" if sources else ""
    rest = (
        f"\n{counted(len(found) - len(shown), 'more comparison').capitalize()} in validation/results.json.\n"
        if len(found) > len(shown)
        else ""
    )
    return f"{checked}\n{_table(list(HEADINGS.values()), [[_cell(column, row[column]) for column in HEADINGS] for row in shown])}{rest}"


def _cell(column: str, shown) -> str:
    if column == "RESULT":
        return _bold(shown)
    return "" if shown is None else f"{shown:.2g}" if isinstance(shown, float) else str(shown)


def _bold(state: str) -> str:
    return state if state == "passed" else f"**{state}**"


def _table(head: list[str], rows: list[list]) -> str:
    lines = [
        "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in row) + " |"
        for row in [head, ["---"] * len(head), *rows]
    ]
    return "\n".join(lines) + "\n"
