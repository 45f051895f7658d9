"""How long the tests of each kind took, said at the end of a run: unit, cuts, pages, browser."""

from __future__ import annotations

from collections import Counter


class Times:
    """Seconds of all phases of the tests, by their folder, summed over the workers."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self.tests: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report) -> None:
        kind = kind_of(report.nodeid)
        self.seconds[kind] += report.duration
        self.tests[kind] += report.when == "call"

    def pytest_terminal_summary(self, terminalreporter) -> None:
        if self.seconds:
            terminalreporter.write_line(self.line())

    def line(self) -> str:
        """ "Seconds of the workers: cuts 310 (1,802 tests), unit 80 (2,400 tests)"."""
        kinds = [f"{kind} {seconds:.0f} ({self.tests[kind]:,} tests)" for kind, seconds in self.seconds.most_common()]
        return f"Seconds of the workers: {', '.join(kinds)}"


def kind_of(nodeid: str) -> str:
    """The folder of a test: "cuts" of "tests/cuts/test_labs.py::test_a"."""
    return nodeid.partition("::")[0].split("/")[-2]
