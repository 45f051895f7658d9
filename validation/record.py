"""What the tests recorded of each method: read from validation/, judged against what is here now."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

from validation.listed import METHODS, ROOT, Method, read_methods
from validation.present import SOFTWARE, Present, present

__all__ = [
    "METHODS",
    "OTHER_VERSIONS",
    "RESULTS",
    "ROOT",
    "STATES",
    "Method",
    "Standing",
    "read_methods",
    "read_record",
    "standing",
    "standings",
]
RESULTS = ROOT / "validation" / "results.json"
OTHER_VERSIONS = "recorded with other versions"
STATES = ("failed", "missing", "stale", OTHER_VERSIONS, "passed")
"""Gravest first. Stale: the source, the tests or the case files here are not those that the record was made with."""


@dataclass(frozen=True)
class Standing:
    """Where one method stands: its cases by outcome, the gravest thing to say of it, and why.

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


def standing(method: Method, record: dict[str, dict], here: Present | None = None) -> Standing:
    """One method's record, counted and judged. `here`: what is present now; without it only the record itself is judged."""
    found = record.get(method.id, {})
    cases = found.get("cases", [])
    failed = sum(not all(check["passed"] for check in case["checks"]) for case in cases)
    checked = sum(bool(case["checks"]) for case in cases)
    missing = max(found.get("collected", 0) - checked, 0)
    counted = Standing(
        method,
        found,
        "passed",
        max(found.get("collected", 0), len(cases)),
        checked - failed,
        failed,
        missing,
        sum(len(case["checks"]) for case in cases),
    )
    return _judged(counted, here)


def standings(*ids: str) -> list[Standing]:
    """Every method as recorded, or those asked for by id, judged against what is here now."""
    record = read_record()
    return [standing(method, record, present(method)) for method in read_methods() if not ids or method.id in ids]


def _judged(counted: Standing, here: Present | None) -> Standing:
    passed, recomputed = counted.recomputed
    if counted.failed or passed < recomputed:
        return replace(counted, state="failed")
    if counted.missing or not counted.checks:
        return replace(counted, state="missing")
    if here is None:
        return counted
    stale, versions = _stale(counted.record, here), _versions(counted.record, here)
    unseen = tuple(counted.record.get("case_files", {})) if here.case_files is None else ()
    return replace(
        counted,
        state="stale" if stale else OTHER_VERSIONS if versions else "passed",
        why=stale or versions,
        unseen=unseen,
    )


def _stale(record: dict, here: Present) -> tuple[str, ...]:
    source = () if record.get("code") == here.code else ("its source files are not those recorded",)
    return (
        source
        + _differing("test file", record.get("tests", {}), here.tests)
        + _differing("case file", record.get("case_files", {}), here.case_files)
    )


def _differing(kind: str, recorded: dict[str, str], here: dict[str, str] | None) -> tuple[str, ...]:
    """What is to be said of each file that is not as recorded; nothing where the folder of such files is not here at all."""
    names = [] if here is None else sorted(name for name in recorded | here if recorded.get(name) != here.get(name))
    return tuple(
        f"{kind} {name} {'is not here' if name not in here else 'was not recorded' if name not in recorded else 'differs'}"
        for name in names
    )


def _versions(record: dict, here: Present) -> tuple[str, ...]:
    recorded = record.get("software", {})
    return tuple(
        f"{name} {recorded.get(name, 'unknown')}, now {here.software[name]}"
        for name in SOFTWARE
        if recorded.get(name) != here.software[name]
    )
