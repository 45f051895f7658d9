"""The record of validation: every comparison that a test makes through `agrees`, gathered over a run and then written.

A method is written only where every test listed for it in methods.toml was run whole, and where its source, tests and
case files are those that the run began with: a part of the tests, a skipped case or a run cut short leaves what was
recorded before. A test file that cannot be read fails the methods it should have checked. Workers send their
comparisons with their reports; one process writes.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from pathlib import Path

import pandas
import pytest
from comparison import comparison, plain

from validation.methods import METHODS, ROOT, Method, read_methods
from validation.present import Present, present
from validation.record import RESULTS
from validation.store import DOCUMENT, save


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


def _case(item) -> dict:
    """The published case a test was given; empty where it was given none."""
    given = getattr(item, "callspec", None) and item.callspec.params.get("case")
    if isinstance(given, pandas.Series):
        return given.to_dict()
    return given if isinstance(given, dict) else {}


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

    def __init__(self, began: dict[str, Present] | None = None) -> None:
        """began: what was present for each method when the run began; left out, that is not judged."""
        self.collected: dict[str, set[str]] = defaultdict(set)
        self.reports: dict[str, dict] = {}
        self.unreadable: dict[str, str] = {}
        self.began = began or {}

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

    def cannot_read(self, nodeid: str, error: str) -> None:
        """A test file that fails before any of its tests is known."""
        self.unreadable[Path(nodeid.partition("::")[0]).name] = error

    def whole(self, function: str) -> bool:
        """Whether every item of a test function ran to its end."""
        items = self.collected.get(function, set())
        return bool(items) and all(self.reports.get(item, {}).get("outcome") in ("passed", "failed") for item in items)

    def recorded(self, methods: tuple[Method, ...]) -> dict[str, dict]:
        """Method → its record, for the methods whose tests all ran whole,
        and for those with a test file that cannot be read."""
        return {m.id: found for m in methods if (found := self._record(m)) is not None}

    def _record(self, method: Method) -> dict | None:
        here, broken = present(method), [name for name in method.test_files if name in self.unreadable]
        if broken:
            cases, recomputed = [_unreadable(name, self.unreadable[name]) for name in broken], {}
        elif self.began.get(method.id, here) == here and all(map(self.whole, method.cases + method.recomputed)):
            cases, recomputed = self._cases(method), {name: self._outcomes(name) for name in method.recomputed}
        else:
            return None
        return {
            "code": here.code,
            "tests": here.tests or {},
            "case_files": here.case_files or {},
            "software": here.software,
            "collected": len(cases),
            "cases": cases,
            "recomputed": recomputed,
        }

    def _cases(self, method: Method) -> list[dict]:
        items = sorted(
            (case_of(item), item)
            for name in method.cases
            for item in self.collected[name]
            if ("method", method.id) in self._properties(item)
        )
        return [self._case(name, item) for name, item in items]

    def _properties(self, item: str) -> list[tuple]:
        return [tuple(one) for one in self.reports[item]["properties"]]

    def _case(self, name: str, item: str) -> dict:
        checks = [dict(value) for key, value in self._properties(item) if key == "check"]
        if self.reports[item]["outcome"] == "failed" and all(check["passed"] for check in checks):
            checks.append(_error("ends without an error", self.reports[item]["error"]) | {"source": ""})
        sources = [check.pop("source") for check in checks]
        return {"case": name, "source": next(filter(None, sources), ""), "checks": checks}

    def _outcomes(self, function: str) -> dict[str, int]:
        counts = Counter(self.reports[item]["outcome"] for item in self.collected[function])
        return {"passed": counts["passed"], "failed": counts["failed"]}


def _error(what: str, message: str) -> dict:
    """A comparison that fails because there was an error; where the project lies is no part of it."""
    return comparison(what, message.strip().replace(str(ROOT), "")[:200], "", 0) | {"passed": False}


def _unreadable(name: str, error: str) -> dict:
    return {"case": name, "source": "", "checks": [_error("the test file can be read", error)]}


def in_full(config) -> bool:
    """Whether the run takes test files whole: no single tests asked for, none deselected, nothing only collected."""
    options = config.option
    chosen = (options.keyword, options.markexpr, options.deselect, options.collectonly, getattr(options, "lf", False))
    return not any(chosen) and not any("::" in argument for argument in config.args)


class Recorder:
    """The hooks: cases are named where tests run; reports are gathered and
    written by the process that gives the work out."""

    def __init__(self, config, results: Path = RESULTS, document: Path = DOCUMENT, methods: Path = METHODS) -> None:
        self.paths, self.methods = (results, document, methods), read_methods(methods)
        self.writes = not hasattr(config, "workerinput") and in_full(config)
        self.run = Run({method.id: present(method) for method in self.methods} if self.writes else None)
        self.line = ""

    def pytest_runtest_setup(self, item) -> None:
        item.user_properties += [("method", name) for name in methods_checked(item, self.methods)]

    def pytest_collection_finish(self, session) -> None:
        self.run.collect(item.nodeid for item in session.items)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node, ids) -> None:
        self.run.collect(ids)

    def pytest_collectreport(self, report) -> None:
        if report.failed:
            self.run.cannot_read(report.nodeid, _last_line(report))

    def pytest_runtest_logreport(self, report) -> None:
        crash = getattr(report.longrepr, "reprcrash", None)
        self.run.report(
            report.nodeid,
            report.outcome,
            report.user_properties,
            crash.message if crash else str(report.longrepr or ""),
        )

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        if self.writes:
            try:
                self.line = (
                    f"{save(self.run.recorded(self.methods), *self.paths)} of {len(self.methods)} methods recorded in "
                    "validation/results.json and VALIDATION.md"
                )
            except OSError as error:
                self.line = f"the record of validation could not be written: {error}"

    def pytest_terminal_summary(self, terminalreporter) -> None:
        if self.line and not self.line.startswith("0 "):
            terminalreporter.write_line(self.line)


def _last_line(report) -> str:
    """The error itself, which stands last in what pytest says of a file that it cannot read."""
    return (report.longreprtext.strip().splitlines() or ["no reason is given"])[-1].removeprefix("E").strip()
