"""By which definition each number is computed, and what it was checked against, as the tests recorded it."""

from __future__ import annotations

from pandas import DataFrame

from displays.display import Display, display
from displays.words import counted, listed, sentence
from queries import View
from queries.frames import rows_of
from validation import record as methods_record
from validation.methods import Method, read_methods
from validation.present import software as running_software
from validation.record import STATES, Verdict, verdicts
from validation.words import (
    HEADINGS,
    computed_by,
    nearest,
    provenance,
    recomputation,
    recomputed,
    recorded_on,
    rows,
    sentences,
    used_by,
)

POPULATION = "No subject's data: the record of the tests. Filters and data cut do not apply here."
HOW = (
    "Each comparison is recorded by the test that makes it (validation/results.json, VALIDATION.md). "
    "Missing: a case that left no comparison. "
    "Stale: the method's source files, its tests or its case files differ from those recorded. "
    "Recorded with other versions: numpy, scipy, pandas or DuckDB ran in another version than here. "
    "Case files that are not delivered with the project cannot be compared; this is stated. "
    "Recomputed: tests that compute the same in another way. "
    "Used by: the displays that use what the method computes, by their SQL or by a call."
)
MOST_NAMED = 5
OVERVIEW = {
    "METHOD": "Method",
    "STATE": "State",
    "CASES": "Cases",
    "PASSED": "Passed",
    "FAILED": "Failed",
    "MISSING": "Missing",
    "NEAREST": "Deviation (tolerance)",
    "RECOMPUTED": "Recomputed",
    "RECORDED": "Recorded on",
    "USED": "Used by",
    "DEFINITION": "Definition in use",
    "SOURCE": "Source",
}


def overview(view: View) -> Display:
    """Every method with its definition and how its checks came out."""
    found = verdicts()
    return _display(
        view,
        "methods_overview",
        title="Methods and their validation",
        finding=_finding(found),
        table=DataFrame(map(_row, found), columns=list(OVERVIEW)),
        labels=OVERVIEW,
        method=HOW,
    )


def _row(verdict: Verdict) -> dict:
    return {
        "METHOD": verdict.method.title,
        "STATE": verdict.state,
        "CASES": verdict.cases,
        "PASSED": verdict.passed,
        "FAILED": verdict.failed,
        "MISSING": verdict.missing,
        "NEAREST": nearest(verdict),
        "RECOMPUTED": recomputed(verdict),
        "RECORDED": recorded_on(verdict),
        "USED": used_by(verdict.method),
        "DEFINITION": verdict.method.definition,
        "SOURCE": verdict.method.source,
    }


def _finding(found: list[Verdict]) -> list[str]:
    """How many methods are verified, which are not, and what could not be compared."""
    passed = sum(one.state == "passed" for one in found)
    agree = f"{sum(one.passed for one in found):,} of {sum(one.cases for one in found):,}"
    said = f"{passed} of {counted(len(found), 'method')} verified: {agree} published or independent cases agree"
    titles = {state: [one.method.title for one in found if one.state == state] for state in STATES[:-1]}
    wrong = [f"{state}: {_which(named, len(found))}" for state, named in titles.items() if named]
    unseen = sum(bool(one.unseen) for one in found)
    absent = f"The case files of {counted(unseen, 'method')} are not present here: shown as recorded."
    return [
        f"{said}." if wrong else f"{said}; none failed, none is missing, none is stale.",
        sentence("; ".join(wrong)) if wrong else "",
        absent if unseen else "",
    ]


def _which(titles: list[str], of: int) -> str:
    """The methods by name, or only how many where their names would fill the screen."""
    if len(titles) == of > 1:
        return f"all {of} methods"
    return listed(titles) if len(titles) <= MOST_NAMED else counted(len(titles), "method")


def checks(view: View, method: str) -> Display:
    """Every comparison of one method, expected beside obtained."""
    (found,) = verdicts(method)
    table = DataFrame(rows(found), columns=[*HEADINGS, "SOURCE"])
    shown = f"Definition in use: {found.method.definition} Source: {found.method.source}."
    shown += f" Differs by choice: {found.method.deviation}." if found.method.deviation else ""
    shown += f" Not compared: {found.method.left_out}." if found.method.left_out else ""
    return _display(
        view,
        "methods_checks",
        title=found.method.title,
        finding=sentences(found),
        table=table,
        labels=HEADINGS | {"SOURCE": "Case from"},
        population=shown,
        method=_details(found),
        source=found.method.source,
    )


def _details(found: Verdict) -> str:
    parts = {"Used by": used_by(found.method)} | computed_by(found.method) | {"Recorded": provenance(found)}
    return " ".join([found.method.definition, *(f"{heading}: {words}." for heading, words in parts.items())])


def recomputations(view: View, method: str) -> Display:
    """The further tests of one method, by how many of their cases passed."""
    (found,) = verdicts(method)
    counts = found.record.get("recomputed", {})
    table = DataFrame(
        [(recomputation(name), count["passed"], count["failed"]) for name, count in counts.items()],
        columns=["TEST", "PASSED", "FAILED"],
    )
    passed, of = found.recomputed
    finding = (
        f"{passed} of {counted(of, 'recomputation')} and properties passed."
        if of
        else "This method has no recomputation of its own."
    )
    return _display(
        view,
        "methods_recomputed",
        title="Recomputed in another way",
        finding=finding,
        table=table,
        labels={"TEST": "What must hold", "PASSED": "Passed", "FAILED": "Failed"},
        method="The same number by plain loops, integration or enumeration, "
        "and properties that must hold whatever the input.",
    )


def software(view: View) -> Display:
    """The versions that the record was made with, beside those that run."""
    recorded = [entry["software"] for entry in methods_record.read_record().values()]
    running = running_software()
    versions = {name: sorted({software[name] for software in recorded if name in software}) for name in running}
    table = DataFrame(
        [(name, listed(versions[name]), running[name]) for name in running], columns=["NAME", "RECORDED", "RUNNING"]
    )
    other = [
        f"{row.NAME} {row.RUNNING} (recorded with {row.RECORDED})"
        for row in rows_of(table)
        if row.RECORDED != row.RUNNING
    ]
    finding = (
        f"Other versions run than were recorded: {listed(other)}."
        if other
        else "The record was made with the versions that run now."
    )
    return _display(
        view,
        "methods_software",
        title="Software",
        finding=finding,
        table=table,
        labels={"NAME": "Software", "RECORDED": "Recorded with", "RUNNING": "Running now"},
        method="Versions as installed when the tests were run, and as installed now.",
    )


def titles() -> dict[str, Method]:
    """The methods by their ids, in their order: what a reader can choose."""
    return {method.id: method for method in read_methods()}


def _display(view: View, name: str, **parts) -> Display:
    return display(
        View(view.cut, view.previous),
        name,
        questions=(),
        audience="open",
        **({"source": "", "population": POPULATION} | parts),
    )
