"""VALIDATION.md, rendered from the record and from nothing else."""
from __future__ import annotations

from displays.methods_record import Method, Standing, standing
from displays.methods_words import HEADINGS, nearest, recomputation, recomputed, rows
from displays.words import counted

SHOWN_CASES, SHOWN_ROWS = 3, 9
HEAD = """# Validation

Made by the tests (`bin/test`), never by hand: each comparison below was recorded while it was made. The Methods page shows
the same record with every case, and says *stale* where the code that runs is another than the code recorded here.

- **Case**: a published or independently computed result, compared with what this project gives for the same input.
  A case may hold several comparisons; it passes only if all hold.
- **Missing**: a case that was collected and left no comparison, or a method without any. **Failed** is shown as it came out.
- **Deviation**: the |obtained − expected| that came nearest to the tolerance it had to keep, with that tolerance; *exact* where only equality passes.
- **Recomputed**: further tests that compute the same thing in another, naive way, or check a property that must hold.
- **Code**: the first digits of the SHA-256 over the method's source files and those they import.
"""
SIGNATURE = """## Signature

The statistician who has reviewed this record:

| Name | Date | Signature |
|---|---|---|
| | | |
"""


def rendered(methods: tuple[Method, ...], record: dict[str, dict]) -> str:
    """The document as Markdown."""
    found = [standing(method, record) for method in methods]
    parts = [HEAD, *_software(found), _overview(found), *map(_section, found), SIGNATURE]
    return "\n".join(parts)


def _software(found: list[Standing]) -> list[str]:
    """The versions recorded with; more than one line only where methods were recorded with different ones."""
    sets: dict[str, list[str]] = {}
    for s in found:
        if s.record:
            sets.setdefault(", ".join(f"{name} {version}" for name, version in s.record["software"].items()), []).append(s.method.id)
    return [f"Software: {versions}{' (' + ', '.join(names) + ')' if len(sets) > 1 else ''}.\n" for versions, names in sets.items()]


def _overview(found: list[Standing]) -> str:
    lines = [[f"[{s.method.title}](#{s.method.id})", s.cases, s.checks, s.passed, s.failed, s.missing, nearest(s), recomputed(s), f"**{s.state}**" if s.state != "passed" else s.state]
            for s in found]
    head = ["Method", "Cases", "Comparisons", "Passed", "Failed", "Missing", "Deviation (tolerance)", "Recomputed", "State"]
    total = f"{counted(len(found), 'method')}, {sum(s.cases for s in found)} cases with {sum(s.checks for s in found)} comparisons: "
    total += ", ".join(f"{sum(s.state == state for s in found)} {state}" for state in ("passed", "failed", "missing")) + "."
    return f"## Overview\n\n{total}\n\n" + _table(head, lines)


def _section(s: Standing) -> str:
    m = s.method
    lines = [f'<a id="{m.id}"></a>', "", f"### {m.title}", "", f"{m.definition}", "", f"- Source: {m.source}", f"- In the code: {', '.join(f'`{name}`' for name in m.functions)}"
             + (f" (code {s.record['code'][:12]})" if s.record else "")]
    lines += [f"- Not compared: {m.left_out}"] if m.left_out else []
    lines += [f"- Recomputed: {recomputation(name)} ({count['passed']} of {count['passed'] + count['failed']})" for name, count in s.record.get("recomputed", {}).items()]
    lines += [f"- **{s.state.upper()}**: {s.passed} of {s.cases} cases passed, {s.failed} failed, {s.missing} missing, {recomputed(s)} recomputed."] if s.state != "passed" else []
    return "\n".join([*lines, "", _examples(s)])


def _examples(s: Standing) -> str:
    """Every comparison that is not passed, and the first cases in full."""
    found = rows(s)
    first = list(dict.fromkeys(row["CASE"] for row in found))[:SHOWN_CASES]
    shown = [row for row in found if row["RESULT"] != "passed"] + [row for row in found if row["RESULT"] == "passed" and row["CASE"] in first][:SHOWN_ROWS]
    if not shown:
        return "**No case is recorded.**\n"
    sources = sorted({row["SOURCE"] for row in found if row["SOURCE"]})
    checked = f"Checked against: {'; '.join(sources)}.\n" if sources else ""
    rest = f"\n{counted(len(found) - len(shown), 'more comparison').capitalize()} in validation/results.json.\n" if len(found) > len(shown) else ""
    return f"{checked}\n{_table(list(HEADINGS.values()), [[_cell(row[column]) for column in HEADINGS] for row in shown])}{rest}"


def _cell(shown) -> str:
    return "" if shown is None else f"{shown:.2g}" if isinstance(shown, float) else str(shown) if shown in ("passed", "") or not str(shown).isupper() else f"**{shown}**"


def _table(head: list[str], rows: list[list]) -> str:
    lines = ["| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in [head, ["---"] * len(head), *rows]]
    return "\n".join(lines) + "\n"
