"""The record of validation: every comparison that a test makes through `agrees`, written after a run to validation/ and VALIDATION.md.

A method is written only where every test listed for it in methods.toml was run whole: a part of the tests, a skipped case
or a run cut short leaves what was recorded before. Workers send their comparisons with their reports; one process writes.
"""
from __future__ import annotations

import importlib.metadata
import json
import math
import os
import platform
import re
from collections import Counter, defaultdict
from numbers import Number
from pathlib import Path

import numpy
import pandas
import pytest

from displays import methods_record
from displays.methods_record import METHODS, RESULTS, Method, fingerprint, read_methods, read_record

DOCUMENT = methods_record.ROOT / "VALIDATION.md"
SOFTWARE = ("numpy", "scipy", "pandas", "duckdb")
DIGITS = 10
"""Significant digits kept, so that the last bits of another processor do not change the record."""


@pytest.fixture
def agrees(request):
    """agrees(obtained, expected, what, within=…, source=…): record the comparison, then fail where it does not hold.

    within: absolute tolerance; left out it is the case's own, without a case 0 (equal). Lists are compared element by
    element; nan and None both mean undefined. source: where the expected value is from; left out it is the case's own.
    """
    case = _case(request.node)

    def compare(obtained, expected, what: str = "", *, within: float | None = None, source: str | None = None):
        within = case.get("tolerance", 0) if within is None else within
        found = comparison(what, plain(obtained), plain(expected), float(within))
        request.node.user_properties.append(("check", found | {"source": source or case.get("source", "")}))
        assert found["passed"], f"{what}: expected {found['expected']} within {within}, got {found['obtained']}"

    return compare


def comparison(what: str, obtained, expected, within: float) -> dict:
    """One comparison as it is recorded: judged on the full values, kept rounded."""
    return {"what": what, "expected": rounded(expected), "obtained": rounded(obtained), "within": within,
            "deviation": deviation(rounded(obtained), rounded(expected)), "passed": same(obtained, expected, within)}


def plain(value):
    """A value as JSON knows it; undefined is None."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, numpy.ndarray, pandas.Series)):
        return [plain(item) for item in value]
    if isinstance(value, numpy.generic):
        value = value.item()
    if value is None or value is pandas.NA or (isinstance(value, float) and not math.isfinite(value)):
        return None if value is None or value is pandas.NA or math.isnan(value) else str(value)
    return value if isinstance(value, (bool, int, float, str)) else str(value)


def same(obtained, expected, within: float) -> bool:
    if isinstance(obtained, list) and isinstance(expected, list):
        return len(obtained) == len(expected) and all(same(a, b, within) for a, b in zip(obtained, expected))
    if _is_number(obtained) and _is_number(expected):
        return abs(obtained - expected) <= within
    return type(obtained) is type(expected) and obtained == expected


def rounded(value):
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return float(f"{round(value, 15):.{DIGITS}g}") if isinstance(value, float) else value


def deviation(obtained, expected) -> float | None:
    """The largest absolute difference between numbers that stand opposite each other; None where none do."""
    if isinstance(obtained, list) and isinstance(expected, list):
        found = [deviation(a, b) for a, b in zip(obtained, expected)]
        return max((one for one in found if one is not None), default=None)
    return float(f"{abs(obtained - expected):.3g}") if _is_number(obtained) and _is_number(expected) else None


def _is_number(value) -> bool:
    return isinstance(value, Number) and not isinstance(value, bool)


def _case(item) -> dict:
    """The published case a test was given; empty where it was given none."""
    given = getattr(item, "callspec", None) and item.callspec.params.get("case")
    return given if isinstance(given, dict) else given.to_dict() if isinstance(given, pandas.Series) else {}


def function_of(nodeid: str) -> str:
    """The test function of one of its items: "test_data.py::test_files"."""
    path, _, rest = nodeid.partition("::")
    return f"{Path(path).name}::{rest.split('[')[0].split('@')[0]}"


def case_of(nodeid: str) -> str:
    """How one item is called in the record: by its case's id, else by its test's name in words."""
    name = re.sub(r"@[\w-]+$", "", nodeid.partition("::")[2])
    function, _, case = name.partition("[")
    return case.removesuffix("]") or function.removeprefix("test_").replace("_", " ")


def methods_checked(item, methods: tuple[Method, ...]) -> list[str]:
    """The methods whose cases this item is one of."""
    given = _case(item).get("inputs", {})
    name = function_of(item.nodeid)
    return [m.id for m in methods if name in m.cases and all(given.get(key) == value for key, value in m.where.items())]


class Run:
    """What one run of the tests said, gathered in the process that gives the work out."""

    def __init__(self) -> None:
        self.collected: dict[str, set[str]] = defaultdict(set)
        self.reports: dict[str, dict] = {}

    def collect(self, nodeids) -> None:
        for nodeid in nodeids:
            self.collected[function_of(nodeid)].add(nodeid)

    def report(self, nodeid: str, outcome: str, properties: list, error: str) -> None:
        """One phase of one item; the gravest outcome of its phases counts."""
        known = self.reports.setdefault(nodeid, {"outcome": "passed", "properties": [], "error": ""})
        known["properties"] = properties or known["properties"]
        if outcome != "passed":
            known["outcome"] = outcome if known["outcome"] != "failed" else "failed"
            known["error"] = known["error"] or error

    def whole(self, function: str) -> bool:
        """Whether every item of a test function ran to its end."""
        items = self.collected.get(function, set())
        return bool(items) and all(self.reports.get(item, {}).get("outcome") in ("passed", "failed") for item in items)

    def recorded(self, methods: tuple[Method, ...]) -> dict[str, dict]:
        """Method → its record, for the methods whose tests all ran whole."""
        return {m.id: self._record(m) for m in methods if all(self.whole(function) for function in m.cases + m.recomputed)}

    def _record(self, method: Method) -> dict:
        items = sorted((case_of(item), item) for name in method.cases for item in self.collected[name] if ("method", method.id) in self._properties(item))
        return {"code": fingerprint(method), "software": software(), "collected": len(items),
                "cases": [self._case(name, item) for name, item in items],
                "recomputed": {name: self._outcomes(name) for name in method.recomputed}}

    def _properties(self, item: str) -> list[tuple]:
        return [tuple(one) for one in self.reports[item]["properties"]]

    def _case(self, name: str, item: str) -> dict:
        checks = [dict(value) for key, value in self._properties(item) if key == "check"]
        if self.reports[item]["outcome"] == "failed" and all(check["passed"] for check in checks):
            checks.append(comparison("ends without an error", self.reports[item]["error"][:200], "", 0) | {"source": "", "passed": False})
        sources = [check.pop("source") for check in checks]
        return {"case": name, "source": next(filter(None, sources), ""), "checks": checks}

    def _outcomes(self, function: str) -> dict[str, int]:
        counts = Counter(self.reports[item]["outcome"] for item in self.collected[function])
        return {"passed": counts["passed"], "failed": counts["failed"]}


def software() -> dict[str, str]:
    return {"python": platform.python_version()} | {name: importlib.metadata.version(name) for name in SOFTWARE}


def merged(before: dict[str, dict], now: dict[str, dict], methods: tuple[Method, ...]) -> dict[str, dict]:
    """The record in the order of the methods: what ran now in place of what was there; methods no longer listed are gone."""
    return {m.id: now.get(m.id, before.get(m.id)) for m in methods if m.id in now or m.id in before}


def written(record: dict[str, dict]) -> str:
    """The record as text: one case a line, so that a change is one line of a comparison."""
    return '{"methods": {\n' + ",\n".join(f"{_json(name)}: {_entry(entry)}" for name, entry in record.items()) + "\n}}\n"


def _entry(entry: dict) -> str:
    head = ", ".join(f"{_json(key)}: {_json(value)}" for key, value in entry.items() if key != "cases")
    return "{" + head + ', "cases": [\n' + ",\n".join(_json(case) for case in entry["cases"]) + "\n]}"


def _json(value) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def save(run: Run, results: Path = RESULTS, document: Path = DOCUMENT, methods: Path = METHODS) -> int:
    """Write what a run recorded, where it differs from what is there; how many methods it recorded."""
    from validation_report import rendered

    listed = read_methods(methods)
    now = run.recorded(listed)
    if now:
        record = merged(read_record(results), now, listed)
        _replace(results, written(record))
        _replace(document, rendered(listed, record))
    return len(now)


def _replace(path: Path, text: str) -> None:
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, path)


def in_full(config) -> bool:
    """Whether the run takes test files whole: no single tests asked for, none deselected, nothing only collected."""
    options = config.option
    chosen = (options.keyword, options.markexpr, options.deselect, options.collectonly, getattr(options, "lf", False))
    return not any(chosen) and not any("::" in argument for argument in config.args)


class Recorder:
    """The hooks: cases are named where tests run; reports are gathered and written by the process that gives the work out."""

    def __init__(self, config, results: Path = RESULTS, document: Path = DOCUMENT, methods: Path = METHODS) -> None:
        self.run, self.paths, self.methods = Run(), (results, document, methods), read_methods(methods)
        self.writes = not hasattr(config, "workerinput") and in_full(config)
        self.line = ""

    def pytest_runtest_setup(self, item) -> None:
        item.user_properties += [("method", name) for name in methods_checked(item, self.methods)]

    def pytest_collection_finish(self, session) -> None:
        self.run.collect(item.nodeid for item in session.items)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node, ids) -> None:
        self.run.collect(ids)

    def pytest_runtest_logreport(self, report) -> None:
        crash = getattr(report.longrepr, "reprcrash", None)
        self.run.report(report.nodeid, report.outcome, report.user_properties, crash.message if crash else str(report.longrepr or ""))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        if self.writes:
            try:
                self.line = f"{save(self.run, *self.paths)} of {len(self.methods)} methods recorded in validation/results.json and VALIDATION.md"
            except OSError as error:
                self.line = f"the record of validation could not be written: {error}"

    def pytest_terminal_summary(self, terminalreporter) -> None:
        if self.line and not self.line.startswith("0 "):
            terminalreporter.write_line(self.line)
