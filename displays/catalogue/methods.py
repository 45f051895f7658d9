"""The page Methods: its sections and their displays."""

from __future__ import annotations

from displays.methods.overview import checks, overview, recomputations, software
from displays.pages import Page, open_section

METHODS = Page(
    key="methods",
    title="Methods",
    lead="By which definition is each number computed, and what was it checked against?",
    answers="By which definition each number is computed, its source, and the published or independent cases it was "
    "checked against: expected and obtained; passed, failed, missing, stale, or recorded with other software "
    "versions (also as `VALIDATION.md`, written by the tests)",
    more=True,
    sections=(
        open_section("overview", "Methods", overview),
        open_section("checks", "Checks", checks, recomputations),
        open_section("software", "Software", software),
    ),
)
