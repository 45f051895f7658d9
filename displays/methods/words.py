"""How a record of validation is spoken, on screen and in VALIDATION.md alike."""

from __future__ import annotations

from datetime import date

from displays.words import counted, listed
from validation.record import Standing

HEADINGS = {
    "CASE": "Case",
    "WHAT": "What was compared",
    "EXPECTED": "Expected",
    "OBTAINED": "Obtained",
    "TOLERANCE": "Tolerance",
    "DEVIATION": "Deviation",
    "RESULT": "Result",
}
HASH = 12
"""Digits shown of a SHA-256."""
NOTHING = {
    "what": "no comparison was recorded",
    "expected": "",
    "obtained": "",
    "within": 0,
    "deviation": None,
    "passed": None,
}


def value(recorded) -> str:
    """An expected or obtained value as text; undefined is said."""
    if isinstance(recorded, list):
        return "[" + ", ".join(map(value, recorded)) + "]"
    if recorded is None or isinstance(recorded, bool):
        return {None: "undefined", True: "yes", False: "no"}[recorded]
    return f"{recorded:.8g}" if isinstance(recorded, float) else str(recorded)


def tolerance(check: dict) -> str:
    return f"{check['within']:.2g}" if check["within"] else "exact"


def nearest(standing: Standing) -> str:
    """The deviation that came nearest to its tolerance: "5.2e-08 (2e-04)"."""
    if not standing.checks:
        return ""
    worst = standing.worst
    return f"{worst['deviation']:.2g} ({worst['within']:.2g})" if worst else "exact"


def recomputed(standing: Standing) -> str:
    passed, of = standing.recomputed
    return f"{passed} of {of}" if of else ""


def recomputation(function: str) -> str:
    """A test's name as a sentence."""
    text = function.partition("::")[2].removeprefix("test_").replace("_", " ")
    return text[:1].upper() + text[1:]


def verdict(standing: Standing) -> str:
    """What is to be said of one method: how many cases agree, what is wrong where something is, and what could not be compared."""
    if not standing.checks:
        return "Missing: no case of this method is recorded."
    passed, of = standing.recomputed
    words = f"{standing.passed} of {counted(standing.cases, 'published or independent case')} agree ({counted(standing.checks, 'comparison')})"
    words += f"; {passed} of {counted(of, 'recomputation')} passed" if of else ""
    words += f"; {standing.failed} failed" if standing.failed else ""
    words += f"; {standing.missing} missing" if standing.missing else ""
    return " ".join([f"{words}.", *remarks(standing)])


def remarks(standing: Standing) -> list[str]:
    """Why a record is not taken as it is: what differs here, and case files that are not here to be compared."""
    differs = [f"{standing.state[:1].upper()}{standing.state[1:]}: {'; '.join(standing.why)}."] if standing.why else []
    recorded = standing.record.get("case_files", {})
    absent = (
        [
            f"Recorded with the case files {hashed({name: recorded[name] for name in standing.unseen})}, not present here."
        ]
        if standing.unseen
        else []
    )
    return differs + absent


def hashed(files: dict[str, str]) -> str:
    """Files with the first digits of their hashes: "cases/bsa.json 2e6017cec760"."""
    return listed([f"{name} {digest[:HASH]}" for name, digest in files.items()])


def provenance(standing: Standing) -> str:
    """When a method was recorded, from how many cases, by which tests, with which case files."""
    record = standing.record
    if not record:
        return "never"
    parts = [
        recorded_on(standing),
        f"{counted(record['collected'], 'case')} collected",
        f"source {record['code'][:HASH]}",
    ]
    parts += [
        f"{kind} {hashed(record[key])}"
        for kind, key in (("tests", "tests"), ("case files", "case_files"))
        if record.get(key)
    ]
    return "; ".join(filter(None, parts))


def recorded_on(standing: Standing) -> str:
    """The day on which what is recorded of the method last changed."""
    known = standing.record.get("recorded")
    return f"{date.fromisoformat(known).day} {date.fromisoformat(known):%b %Y}" if known else ""


def rows(standing: Standing) -> list[dict]:
    """Every comparison of a method as one row of text, those that failed or are missing first."""
    found = [_row(case, check) for case in standing.record.get("cases", []) for check in case["checks"] or [NOTHING]]
    return sorted(found, key=lambda row: row["RESULT"] == "passed")


def _row(case: dict, check: dict) -> dict:
    result = {True: "passed", False: "FAILED", None: "MISSING"}[check["passed"]]
    return {
        "CASE": case["case"],
        "WHAT": check["what"],
        "EXPECTED": value(check["expected"]),
        "OBTAINED": value(check["obtained"]),
        "TOLERANCE": tolerance(check),
        "DEVIATION": check["deviation"],
        "RESULT": result,
        "SOURCE": case["source"],
    }
