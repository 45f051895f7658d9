"""The table of 21 CFR Part 11 names every paragraph, only what exists, and promises nothing."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "PART11.md").read_text(encoding="utf-8")
PARAGRAPHS = [
    *(f"11.10({letter})" for letter in "abcdefghijk"),
    *("11.30", "11.50(a)", "11.50(b)", "11.70", "11.100(a)", "11.100(b)", "11.100(c)"),
    *("11.200(a)(1)", "11.200(a)(2)", "11.200(a)(3)", "11.200(b)"),
    *(f"11.300({letter})" for letter in "abcde"),
]


def rows() -> list[list[str]]:
    found = [[cell.strip() for cell in line.strip("|").split("|")] for line in DOCUMENT.splitlines() if "|" in line]
    return [row for row in found if row[0].startswith("11.")]


def test_each_paragraph_has_a_row_that_says_what_supports_it_or_what_is_not_done():
    assert [row[0] for row in rows()] == PARAGRAPHS
    assert [row[0] for row in rows() if len(row) != 4 or row[2:] == ["–", ""]] == []


def test_every_file_that_it_names_exists():
    named = set(re.findall(r"`([\w./]+(?:/|\.\w+)|bin/\w+)`", DOCUMENT)) - {"withdrawn.toml"}
    assert len(named) > 20 and [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_it_claims_support_and_no_more():
    assert re.findall("(?i)complian|complies|comply|certified", DOCUMENT) == []
