"""The page Data: its sections and their displays."""

from __future__ import annotations

from displays.data.delivered import delivered_domains, delivered_files
from displays.data.dictionary import table_dictionary
from displays.data.findings import ingest_findings, labs_not_graded, left_out
from displays.data.making import assumptions, making
from displays.pages import Page, open_section, section

DATA = Page(
    key="data",
    title="Data",
    lead="Which data were received, what is doubtful in them, and what was left out and why?",
    answers="All data-quality findings, what was left out and why; files and datasets received and not received; "
    "assumptions; dictionary of tables",
    more=True,
    sections=(
        section(
            "findings",
            "Findings",
            ingest_findings,
            left_out,
            labs_not_graded,
        ),
        section(
            "delivered",
            "Delivered",
            delivered_domains,
            delivered_files,
        ),
        open_section(
            "assumptions",
            "Assumptions",
            assumptions,
        ),
        section(
            "tables",
            "Tables",
            making,
            table_dictionary,
        ),
    ),
)
