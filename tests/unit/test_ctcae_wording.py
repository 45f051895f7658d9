"""The criteria of laboratory values against NCI's own wording: every term of CTCAE 4.03, each cut point read anew."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from shared import SHARED

REFERENCE = Path(__file__).resolve().parents[2] / "queries" / "reference"
WORDING = SHARED / "data" / "ctcae" / "ctcae_v4_03_laboratory_terms.csv"
NUMBER = r"\d[\d,]*(?:\.\d+)?"
FIRST = re.compile(rf"([<>])\s*(ULN|LLN|{NUMBER})")
MULTIPLE = re.compile(rf"x\s*(ULN|LLN)|(?:x|{NUMBER})\s+baseline|times above baseline")
UNITS = (
    (re.compile(r"10e9\s*/L"), "10^9/L", 1),
    (re.compile(r"/mm3"), "10^9/L", 0.001),
    *((re.compile(rf"(?<![a-z]){re.escape(unit)}"), unit, 1) for unit in ("g/dL", "mg/dL", "mmol/L", "g/L")),
)
BY_HAND = {
    # terms whose wording is no list of cut points: grade, basis, comparison, cut, unit
    "Acidosis": {(1, "limit", "<", 1, ""), (3, "value", "<", 7.3, "pH")},
    "Alkalosis": {(1, "limit", ">", 1, ""), (3, "value", ">", 7.5, "pH")},
    "Fibrinogen decreased": {
        *((grade, "limit", "<", cut, "") for grade, cut in enumerate((1, 0.75, 0.5, 0.25), 1)),
        (1, "baseline", "<", 1, ""),  # "<25% decrease from baseline"
        *((grade, "baseline", "<=", cut, "") for grade, cut in enumerate((0.75, 0.5, 0.25), 2)),
        *((4, "value", "<", cut, unit) for cut, unit in ((50, "mg/dL"), (0.5, "g/L"))),
    },
    "Hemoglobin increased": {
        *((1, basis, ">", 1, "") for basis in ("limit", "baseline")),
        *((2, "above limit", ">", cut, unit) for cut, unit in ((2, "g/dL"), (20, "g/L"), (1.2412, "mmol/L"))),
        *((3, "above limit", ">", cut, unit) for cut, unit in ((4, "g/dL"), (40, "g/L"), (2.4824, "mmol/L"))),
    },
    "Hyperuricemia": {  # grades 1 and 3 are of the same values: the worse counts
        (3, "limit", ">", 1, ""),
        *((4, "value", ">", cut, unit) for cut, unit in ((10, "mg/dL"), (0.59, "mmol/L"))),
    },
    "Hypertriglyceridemia": {  # "150 mg/dL - 300 mg/dL": printed without a sign
        *((1, "value", ">", cut, unit) for cut, unit in ((150, "mg/dL"), (1.71, "mmol/L"))),
        *((grade, "value", ">", cut, "mg/dL") for grade, cut in enumerate((300, 500, 1000), 2)),
        *((grade, "value", ">", cut, "mmol/L") for grade, cut in enumerate((3.42, 5.7, 11.4), 2)),
    },
    "Hyperglycemia": {  # grades 1 and 2 are of fasting values
        *((grade, "value", ">", cut, "mg/dL") for grade, cut in ((3, 250), (4, 500))),
        *((grade, "value", ">", cut, "mmol/L") for grade, cut in ((3, 13.9), (4, 27.8))),
    },
}
BY_HAND["Hyperglycemia (fasting not known)"] = BY_HAND["Hyperglycemia"] | {(None, "open limit", ">", 1, "")}
SAME_IN_TWO_GRADES = {"Hypokalemia": 2}
"""Terms whose first two grades are of the same values: the worse counts, from this grade on."""

pytestmark = pytest.mark.skipif(not WORDING.is_file(), reason=f"NCI's wording not found: {WORDING}")


def wording() -> dict[str, dict[int, str]]:
    """Term (small letters) → grade → its text."""
    if not WORDING.is_file():
        return {}
    with WORDING.open(encoding="utf-8-sig", newline="") as file:
        return {row["term"].lower(): {g: row[f"grade_{g}"] for g in range(1, 5)} for row in csv.DictReader(file)}


def criteria() -> dict[str, set[tuple]]:
    """Term → its rows of the table in use: grade, basis, comparison, cut, unit."""
    with (REFERENCE / "ctcae_criterion.csv").open(encoding="utf-8", newline="") as file:
        found: dict[str, set[tuple]] = {}
        for row in csv.DictReader(file):
            grade = int(row["GRADE"]) if row["GRADE"] else None
            if row["VERSION"] == "4.03":
                cut = (grade, row["BASIS"], row["COMPARE"], float(row["CUT"]), row["UNIT"])
                found.setdefault(row["TERM"], set()).add(cut)
    return found


def read(term: str, texts: dict[int, str]) -> set[tuple]:
    """The cut points that the wording of a term names: each clause begins with where its grade begins."""
    found = set()
    for grade, text in texts.items():
        clauses = [
            clause for clause in text.split(";") if ("ionized" in clause.lower()) == ("(ionized)" in term.lower())
        ]
        found |= {cut for clause in clauses for cut in clause_of(grade, clause)}
    lowest = SAME_IN_TWO_GRADES.get(term, 1)
    return {cut for cut in found if cut[0] >= lowest}


def clause_of(grade: int, clause: str) -> set[tuple]:
    first = FIRST.search(clause)
    if first is None:
        return set()
    sign, start = first.groups()
    if start in ("ULN", "LLN"):
        return {(grade, "limit", sign, 1.0, "")}
    cut, multiple = float(start.replace(",", "")), MULTIPLE.search(clause)
    if multiple:
        return {(grade, "limit" if multiple.group(1) else "baseline", sign, cut, "")}
    unit, size = next((unit, size) for pattern, unit, size in UNITS if pattern.search(clause))
    return {(grade, "value", sign, round(cut * size, 6), unit)}


def test_every_term_of_the_wording_is_in_the_table_and_no_other():
    assert {term.lower() for term in criteria()} - {"hyperglycemia (fasting not known)"} == set(wording())


@pytest.mark.parametrize("term", sorted(criteria()))
def test_the_cut_points_of_a_term_are_those_of_its_wording(term):
    expected = BY_HAND[term] if term in BY_HAND else read(term, wording()[term.lower()])
    if term == "CD4 lymphocytes decreased":  # grade 3 is misprinted: "<0.2 x 0.05 - 10e9 /L"
        assert "<0.2 x 0.05 - 10e9" in wording()[term.lower()][3]
    assert criteria()[term] == expected


def test_the_wording_of_the_terms_read_by_hand_is_as_it_was_read():
    """Their numbers are all in the text, and the text has no others."""
    derived = {20.0, 40.0, 1.2412, 2.4824, 0.5, 1.0}
    for term, cuts in BY_HAND.items():
        text = " ".join(wording()[term.removesuffix(" (fasting not known)").lower()].values())
        printed = {float(number.replace(",", "")) for number in re.findall(NUMBER, text)}
        shares = {round(1 - percent / 100, 4) for percent in printed if percent in (25, 50, 75)}
        assert {cut[3] for cut in cuts} <= printed | shares | derived, term
