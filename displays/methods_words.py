"""How a record of validation is spoken, on screen and in VALIDATION.md alike."""
from __future__ import annotations

from displays.methods_record import Standing
from displays.words import counted

HEADINGS = {"CASE": "Case", "WHAT": "What was compared", "EXPECTED": "Expected", "OBTAINED": "Obtained", "TOLERANCE": "Tolerance", "DEVIATION": "Deviation", "RESULT": "Result"}

NOTHING = {"what": "no comparison was recorded", "expected": "", "obtained": "", "within": 0, "deviation": None, "passed": None}


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
    """One sentence on one method: how many cases agree, and what is wrong where something is."""
    if not standing.checks:
        return "Missing: no case of this method is recorded."
    passed, of = standing.recomputed
    words = f"{standing.passed} of {counted(standing.cases, 'published or independent case')} agree ({counted(standing.checks, 'comparison')})"
    words += f"; {passed} of {counted(of, 'recomputation')} passed" if of else ""
    words += f"; {standing.failed} failed" if standing.failed else ""
    words += f"; {standing.missing} missing" if standing.missing else ""
    return f"{words}.{' Stale: recorded against another version of the code than the one that runs.' if standing.state == 'stale' else ''}"


def rows(standing: Standing) -> list[dict]:
    """Every comparison of a method as one row of text, those that failed or are missing first."""
    found = [_row(case, check) for case in standing.record.get("cases", []) for check in case["checks"] or [NOTHING]]
    return sorted(found, key=lambda row: row["RESULT"] == "passed")


def _row(case: dict, check: dict) -> dict:
    result = {True: "passed", False: "FAILED", None: "MISSING"}[check["passed"]]
    return {"CASE": case["case"], "WHAT": check["what"], "EXPECTED": value(check["expected"]), "OBTAINED": value(check["obtained"]),
            "TOLERANCE": tolerance(check), "DEVIATION": check["deviation"], "RESULT": result, "SOURCE": case["source"]}
