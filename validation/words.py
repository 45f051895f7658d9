"""How the record of validation is worded, on the Methods page and in VALIDATION.md alike."""

from __future__ import annotations

from datetime import date

from validation.methods import Method
from validation.record import Verdict
from validation.use import use_of

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
CAPITALS = {"aml", "boin", "crm", "ctcae", "ctrcd", "dlt", "esc", "lvef", "mtd", "mtpi2", "r", "sql"}
RESULTS = {True: "passed", False: "FAILED", None: "MISSING"}


def count(number: int, singular: str) -> str:
    """ "1 case", "2 cases"."""
    return f"{number:,} {singular}" + ("" if number == 1 else "s")


def value(recorded) -> str:
    """An expected or obtained value as text; an undefined one is called so."""
    if isinstance(recorded, list):
        return "[" + ", ".join(map(value, recorded)) + "]"
    if recorded is None or isinstance(recorded, bool):
        return {None: "undefined", True: "yes", False: "no"}[recorded]
    return f"{recorded:.8g}" if isinstance(recorded, float) else str(recorded)


def tolerance(check: dict) -> str:
    return f"{check['within']:.2g}" if check["within"] else "exact"


def nearest(verdict: Verdict) -> str:
    """The deviation that came nearest to its tolerance: "5.2e-08 (2e-04)"."""
    if not verdict.checks:
        return ""
    worst = verdict.worst
    return f"{worst['deviation']:.2g} ({worst['within']:.2g})" if worst else "exact"


def recomputed(verdict: Verdict) -> str:
    """Recomputations that passed, of how many: "16 of 16"; nothing where there are none."""
    passed, of = verdict.recomputed
    return f"{passed} of {of}" if of else ""


def recomputation(function: str) -> str:
    """A test's name as a sentence."""
    words = function.partition("::")[2].removeprefix("test_").split("_")
    text = " ".join(word.upper() if word in CAPITALS else word for word in words)
    return text[:1].upper() + text[1:]


def summary(verdict: Verdict) -> str:
    """One method in words: how many cases agree, what is wrong if anything is, and what could not be compared."""
    return " ".join(sentences(verdict))


def sentences(verdict: Verdict) -> list[str]:
    """The summary of one method, sentence by sentence."""
    if not verdict.checks:
        return ["Missing: no case of this method is recorded."]
    passed, of = verdict.recomputed
    cases = count(verdict.cases, "published or independent case")
    parts = [f"{verdict.passed} of {cases} agree ({count(verdict.checks, 'comparison')})"]
    parts += [f"{passed} of {count(of, 'recomputation')} passed"] if of else []
    parts += [f"{verdict.failed} failed"] if verdict.failed else []
    parts += [f"{verdict.missing} missing"] if verdict.missing else []
    return ["; ".join(parts) + ".", *remarks(verdict)]


def remarks(verdict: Verdict) -> list[str]:
    """Why a record is not taken as it is: what differs here, and case files that are not here to be compared."""
    said = []
    if verdict.why:
        said.append(f"{verdict.state[:1].upper()}{verdict.state[1:]}: {'; '.join(verdict.why)}.")
    if verdict.unseen:
        recorded = verdict.record.get("case_files", {})
        files = hashed({name: recorded[name] for name in verdict.unseen})
        said.append(f"Recorded with the case files {files}, not present here.")
    return said


def used_by(method: Method) -> str:
    """The displays that use what a method computes: "Heart, Subject"."""
    return ", ".join(use_of(method).displays) or "not used by any display"


def computed_by(method: Method) -> dict[str, str]:
    """Where a method is computed; functions that no display calls are held against the SQL, or kept for users."""
    uncalled = use_of(method).uncalled
    found = {
        "Computed in SQL": ", ".join(f"{name}.sql" for name in method.sql),
        "Computed in Python": ", ".join(name for name in method.functions if name not in uncalled),
        "In Python, not called by any display": ", ".join(uncalled),
    }
    return {heading: names for heading, names in found.items() if names}


def hashed(files: dict[str, str]) -> str:
    """Files with the first digits of their hashes: "cases/bsa.json 2e6017cec760"."""
    return ", ".join(f"{name} {digest[:HASH]}" for name, digest in files.items())


def provenance(verdict: Verdict) -> str:
    """When a method was recorded, from how many cases, by which tests, with which case files."""
    record = verdict.record
    if not record:
        return "never"
    parts = [recorded_on(verdict), f"{count(record['collected'], 'case')} collected", f"source {record['code'][:HASH]}"]
    kinds = (("tests", "tests"), ("case files", "case_files"))
    parts += [f"{kind} {hashed(record[key])}" for kind, key in kinds if record.get(key)]
    return "; ".join(filter(None, parts))


def recorded_on(verdict: Verdict) -> str:
    """The day on which what is recorded of the method last changed."""
    known = verdict.record.get("recorded")
    return f"{date.fromisoformat(known).day} {date.fromisoformat(known):%b %Y}" if known else ""


def rows(verdict: Verdict) -> list[dict]:
    """Every comparison of a method as one row of text, those that failed or are missing first."""
    found = [_row(case, check) for case in verdict.record.get("cases", []) for check in case["checks"] or [NOTHING]]
    return sorted(found, key=lambda row: row["RESULT"] == "passed")


def _row(case: dict, check: dict) -> dict:
    return {
        "CASE": case["case"],
        "WHAT": check["what"],
        "EXPECTED": value(check["expected"]),
        "OBTAINED": value(check["obtained"]),
        "TOLERANCE": tolerance(check),
        "DEVIATION": check["deviation"],
        "RESULT": RESULTS[check["passed"]],
        "SOURCE": case["source"],
    }
