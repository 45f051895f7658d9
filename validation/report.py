"""VALIDATION.md: the record as a document, rendered from every method's verdict."""

from __future__ import annotations

from validation.record import STATES, Verdict
from validation.words import (
    HEADINGS,
    computed_by,
    count,
    nearest,
    provenance,
    recomputation,
    recomputed,
    remarks,
    rows,
    used_by,
)

SHOWN_CASES, SHOWN_ROWS = 3, 9
HEAD = """# Validation

Made by the tests (`bin/test`), never by hand: each comparison below was recorded while it was made. The Methods page
shows the same record with every case, compared again with the code that runs there.

- **Case**: a published or independently computed result, compared with what this project gives for the same input.
  A case may hold several comparisons; it passes only if all hold.
- **Missing**: a case that was collected and left no comparison, or a method without any. **Failed** is shown with the
  value obtained.
- **Deviation**: the |obtained − expected| that came nearest to the tolerance it had to keep, with that tolerance;
  *exact* where only equality passes.
- **Recomputed**: further tests that compute the same thing in another, naive way, or check a property that must hold.
- **Used by**: the displays that use what the method computes, by their SQL or by a call. Python that no display calls
  is the same definition for users; the tests hold it equal to the SQL.
- **Recorded**: the day on which what is recorded of the method last changed, how many cases were collected, and the
  first digits of SHA-256: of the method's source files (Python with all it imports, SQL with all it reads), of its test
  files, of the files of published cases they read.
- **Stale**: when this document was written, source, tests or case files were not those recorded. **Recorded with other
  versions**: other versions of numpy, scipy, pandas or DuckDB ran than those recorded.
"""
SIGNATURE = """## Signature

The statistician who has reviewed this record:

| Name | Date | Signature |
|---|---|---|
| | | |
"""
OVERVIEW = {
    "Method": lambda verdict: f"[{verdict.method.title}](#{verdict.method.id})",
    "Cases": lambda verdict: verdict.cases,
    "Comparisons": lambda verdict: verdict.checks,
    "Passed": lambda verdict: verdict.passed,
    "Failed": lambda verdict: verdict.failed,
    "Missing": lambda verdict: verdict.missing,
    "Deviation (tolerance)": nearest,
    "Recomputed": recomputed,
    "State": lambda verdict: _bold(verdict.state),
}


def rendered(found: list[Verdict]) -> str:
    """The document as Markdown, from the verdict on every method."""
    parts = [HEAD, *_software(found), _overview(found), *map(_section, found), SIGNATURE]
    return "\n".join(parts)


def _software(found: list[Verdict]) -> list[str]:
    """The versions recorded with; more than one line only where methods were recorded with different ones."""
    sets: dict[str, list[str]] = {}
    for one in filter(lambda verdict: verdict.record, found):
        versions = ", ".join(f"{name} {version}" for name, version in one.record["software"].items())
        sets.setdefault(versions, []).append(one.method.id)
    names = {versions: f" ({', '.join(ids)})" if len(sets) > 1 else "" for versions, ids in sets.items()}
    return [f"Software: {versions}{names[versions]}.\n" for versions in sets]


def _overview(found: list[Verdict]) -> str:
    cases, comparisons = sum(one.cases for one in found), sum(one.checks for one in found)
    states = ", ".join(f"{sum(one.state == state for one in found)} {state}" for state in reversed(STATES))
    total = f"{count(len(found), 'method')}, {cases} cases with {comparisons} comparisons: {states}."
    lines = [[cell(one) for cell in OVERVIEW.values()] for one in found]
    return f"## Overview\n\n{total}\n\n" + _table(list(OVERVIEW), lines)


def _section(verdict: Verdict) -> str:
    method = verdict.method
    lines = [f'<a id="{method.id}"></a>', "", f"### {method.title}", "", method.definition, ""]
    lines += [f"- Source: {method.source}", f"- Recorded: {provenance(verdict)}", f"- **Used by**: {used_by(method)}"]
    lines += [f"- **{heading}**: {names}" for heading, names in computed_by(method).items()]
    lines += [f"- Differs by choice: {method.deviation}"] if method.deviation else []
    lines += [f"- Not compared: {method.left_out}"] if method.left_out else []
    for name, counts in verdict.record.get("recomputed", {}).items():
        of = counts["passed"] + counts["failed"]
        lines.append(f"- Recomputed: {recomputation(name)} ({counts['passed']} of {of})")
    return "\n".join([*lines, *_judgement(verdict), "", _examples(verdict)])


def _judgement(verdict: Verdict) -> list[str]:
    """What is not as it should be, and what could not be compared here."""
    lines = [f"- **{remark}**" for remark in remarks(verdict)]
    if verdict.state not in ("failed", "missing"):
        return lines
    cases = f"{verdict.passed} of {verdict.cases} cases passed, {verdict.failed} failed, {verdict.missing} missing"
    return [f"- **{verdict.state.upper()}**: {cases}, {recomputed(verdict) or 'none'} recomputed.", *lines]


def _examples(verdict: Verdict) -> str:
    """Every comparison that is not passed, and the first cases in full."""
    found = rows(verdict)
    shown = _shown(found)
    if not shown:
        return "**No case is recorded.**\n"
    sources = sorted({row["SOURCE"] for row in found if row["SOURCE"]})
    checked = f"Checked against: {'; '.join(sources)}.\n" if sources else ""
    more = len(found) - len(shown)
    rest = f"\n{count(more, 'more comparison')} in validation/results.json.\n" if more else ""
    cells = [[_cell(column, row[column]) for column in HEADINGS] for row in shown]
    return f"{checked}\n{_table(list(HEADINGS.values()), cells)}{rest}"


def _shown(found: list[dict]) -> list[dict]:
    first = list(dict.fromkeys(row["CASE"] for row in found))[:SHOWN_CASES]
    passed = [row for row in found if row["RESULT"] == "passed" and row["CASE"] in first]
    return [row for row in found if row["RESULT"] != "passed"] + passed[:SHOWN_ROWS]


def _cell(column: str, shown) -> str:
    if column == "RESULT":
        return _bold(shown)
    if isinstance(shown, float):
        return f"{shown:.2g}"
    return "" if shown is None else str(shown)


def _bold(state: str) -> str:
    return state if state == "passed" else f"**{state}**"


def _table(head: list[str], rows: list[list]) -> str:
    lines = [
        "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in row) + " |"
        for row in [head, ["---"] * len(head), *rows]
    ]
    return "\n".join(lines) + "\n"
