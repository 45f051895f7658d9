"""By which definition each number is computed, and what it was checked against. The record is the tests'; nothing here is typed in."""
from __future__ import annotations

import importlib.metadata
import platform

from pandas import DataFrame

from displays.display import Display, display
from displays.methods_record import STATES, Method, read_methods, standings
from displays.methods_words import HEADINGS, nearest, recomputation, recomputed, rows, verdict
from displays.words import counted, listed, sentence
from queries import View

POPULATION = "No subject's data: the record of the tests. Filters and data cut do not apply here."
HOW = (
    "Each comparison is recorded by the test that makes it (validation/results.json; VALIDATION.md is the same record). Missing: a case that left no "
    "comparison. Stale: the method's source files differ from those recorded. Recomputed: tests that compute the same in another way."
)
OVERVIEW = {
    "METHOD": "Method", "STATE": "State", "CASES": "Cases", "PASSED": "Passed", "FAILED": "Failed", "MISSING": "Missing", "NEAREST": "Deviation (tolerance)",
    "RECOMPUTED": "Recomputed", "DEFINITION": "Definition in use", "SOURCE": "Source",
}


def overview(view: View) -> Display:
    """Every method with its definition and how its checks came out."""
    found = standings()
    table = DataFrame(
        [(s.method.title, s.state, s.cases, s.passed, s.failed, s.missing, nearest(s), recomputed(s), s.method.definition, s.method.source) for s in found],
        columns=list(OVERVIEW),
    )
    cases, passed = int(table["CASES"].sum()), int(table["PASSED"].sum())
    finding = f"{sum(s.state == 'passed' for s in found)} of {counted(len(found), 'method')} stand: {passed:,} of {cases:,} published or independent cases agree"
    wrong = [f"{state}: {listed([s.method.title for s in found if s.state == state])}" for state in STATES[:-1] if any(s.state == state for s in found)]
    finding += f". {sentence('; '.join(wrong))}" if wrong else "; none failed, none is missing, none is stale."
    return _display(view, "methods_overview", title="Methods and their validation", finding=finding, table=table, labels=OVERVIEW, method=HOW)


def checks(view: View, method: str) -> Display:
    """Every comparison of one method, expected beside obtained."""
    (found,) = standings(method)
    table = DataFrame(rows(found), columns=[*HEADINGS, "SOURCE"])
    shown = f"Definition in use: {found.method.definition} Source: {found.method.source}."
    shown += f" Not compared: {found.method.left_out}." if found.method.left_out else ""
    return _display(
        view, "methods_checks", title=found.method.title, finding=verdict(found), table=table, labels=HEADINGS | {"SOURCE": "Case from"}, population=shown,
        method=f"{found.method.definition} In the code: {', '.join(found.method.functions)} (files recorded by the hash {found.record.get('code', 'none')[:12]}).",
        source=found.method.source,
    )


def recomputations(view: View, method: str) -> Display:
    """The further tests of one method, by how many of their cases passed."""
    (found,) = standings(method)
    counts = found.record.get("recomputed", {})
    table = DataFrame([(recomputation(name), count["passed"], count["failed"]) for name, count in counts.items()], columns=["TEST", "PASSED", "FAILED"])
    passed, of = found.recomputed
    finding = f"{passed} of {counted(of, 'recomputation')} and properties passed." if of else "This method has no recomputation of its own."
    return _display(
        view, "methods_recomputed", title="Recomputed in another way", finding=finding, table=table, labels={"TEST": "What must hold", "PASSED": "Passed", "FAILED": "Failed"},
        method="The same number by plain loops, integration or enumeration, and properties that must hold whatever the input.",
    )


def software(view: View) -> Display:
    """The versions that the record was made with, beside those that run."""
    recorded = [s.record["software"] for s in standings() if s.record]
    running = {name: _version(name) for name in (recorded[0] if recorded else ("python",))}
    table = DataFrame([(name, listed(sorted({versions[name] for versions in recorded})), running[name]) for name in running], columns=["NAME", "RECORDED", "RUNNING"])
    other = [f"{row.NAME} {row.RUNNING} (recorded with {row.RECORDED})" for row in table.itertuples() if row.RECORDED != row.RUNNING]
    finding = f"Other versions run than were recorded: {listed(other)}." if other else "The record was made with the versions that run now."
    return _display(
        view, "methods_software", title="Software", finding=finding, table=table, labels={"NAME": "Software", "RECORDED": "Recorded with", "RUNNING": "Running now"},
        method="Versions as installed when the tests were run, and as installed now.",
    )


def _version(name: str) -> str:
    return platform.python_version() if name == "python" else importlib.metadata.version(name)


def titles() -> dict[str, Method]:
    """The methods by their ids, in their order: what a reader can choose."""
    return {method.id: method for method in read_methods()}


def _display(view: View, name: str, **parts) -> Display:
    return display(View(view.cut, view.previous), name, questions=(), open_session=True, **({"source": "", "population": POPULATION} | parts))
