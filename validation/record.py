"""What the tests recorded of each method: read from validation/, judged against what is here now."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

from validation.methods import ROOT, Method, read_methods
from validation.present import SOFTWARE, Present, present

RESULTS = ROOT / "validation" / "results.json"
OTHER_VERSIONS = "recorded with other versions"
STATES = ("failed", "missing", "stale", OTHER_VERSIONS, "passed")
"""Gravest first. Stale: the source, the tests or the case files here are not those that the record was made with."""


@dataclass(frozen=True)
class Verdict:
    """What the record says of one method: its cases by outcome, the gravest thing to say of it, and why.

    why: what differs from the record, in words; unseen: case files of the record that are not here to be compared.
    """

    method: Method
    record: dict
    state: str
    cases: int
    passed: int
    failed: int
    missing: int
    checks: int
    why: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()

    @property
    def recomputed(self) -> tuple[int, int]:
        """Recomputations that passed, and all of them."""
        counts = self.record.get("recomputed", {}).values()
        return sum(count["passed"] for count in counts), sum(count["passed"] + count["failed"] for count in counts)

    @property
    def worst(self) -> dict | None:
        """The comparison that came nearest to its tolerance; None where all are exact."""
        near = [
            check
            for case in self.record.get("cases", [])
            for check in case["checks"]
            if check["within"] and check["deviation"] is not None
        ]
        return max(near, key=lambda check: (check["deviation"] / check["within"], -check["within"]), default=None)


def read_record(path: Path = RESULTS) -> dict[str, dict]:
    """Method → what the tests recorded; nothing where no record was ever made."""
    return json.loads(path.read_text(encoding="utf-8"))["methods"] if path.is_file() else {}


def verdict(method: Method, record: dict[str, dict], here: Present | None = None) -> Verdict:
    """One method's record, counted and judged; without `here`, what is present, only the record itself is judged."""
    found = record.get(method.id, {})
    cases = found.get("cases", [])
    failed = sum(not all(check["passed"] for check in case["checks"]) for case in cases)
    checked = sum(bool(case["checks"]) for case in cases)
    counted = Verdict(
        method,
        found,
        state="passed",
        cases=max(found.get("collected", 0), len(cases)),
        passed=checked - failed,
        failed=failed,
        missing=max(found.get("collected", 0) - checked, 0),
        checks=sum(len(case["checks"]) for case in cases),
    )
    return _judged(counted, here)


def verdicts(*ids: str) -> list[Verdict]:
    """Every method as recorded, or those asked for by id, judged against what is here now."""
    record = read_record()
    return [verdict(method, record, present(method)) for method in read_methods() if not ids or method.id in ids]


def _judged(counted: Verdict, here: Present | None) -> Verdict:
    passed, recomputed = counted.recomputed
    if counted.failed or passed < recomputed:
        return replace(counted, state="failed")
    if counted.missing or not counted.checks:
        return replace(counted, state="missing")
    return counted if here is None else _compared(counted, here)


def _compared(counted: Verdict, here: Present) -> Verdict:
    """A record without a failure, held against what is here."""
    unseen = tuple(counted.record.get("case_files", {})) if here.case_files is None else ()
    if stale := _stale(counted.record, here):
        return replace(counted, state="stale", why=stale, unseen=unseen)
    if versions := _versions(counted.record, here):
        return replace(counted, state=OTHER_VERSIONS, why=versions, unseen=unseen)
    return replace(counted, unseen=unseen)


def _stale(record: dict, here: Present) -> tuple[str, ...]:
    source = () if record.get("code") == here.code else ("its source files are not those recorded",)
    tests = _differing("test file", record.get("tests", {}), here.tests)
    return source + tests + _differing("case file", record.get("case_files", {}), here.case_files)


def _differing(kind: str, recorded: dict[str, str], here: dict[str, str] | None) -> tuple[str, ...]:
    """What is to be said of each file that is not as recorded; nothing where the folder of such files is not here."""
    names = [] if here is None else sorted(name for name in recorded | here if recorded.get(name) != here.get(name))
    return tuple(f"{kind} {name} {_difference(name in recorded, name in here)}" for name in names)


def _difference(recorded: bool, here: bool) -> str:
    if not here:
        return "is not here"
    return "differs" if recorded else "was not recorded"


def _versions(record: dict, here: Present) -> tuple[str, ...]:
    recorded = record.get("software", {})
    return tuple(
        f"{name} {recorded.get(name, 'unknown')}, now {here.software[name]}"
        for name in SOFTWARE
        if recorded.get(name) != here.software[name]
    )
