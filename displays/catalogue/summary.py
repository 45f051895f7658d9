"""The page Summary: its sections and their displays."""

from __future__ import annotations

from displays.adverse_events.pooled import adverse_events
from displays.pages import Page, one_screen, open_section, tiles
from displays.summary.alarms import alarms
from displays.summary.decision import decision
from displays.summary.ladder import ladder
from displays.summary.new_since import new_since
from displays.summary.outstanding import outstanding
from displays.summary.overview import what_changed

SUMMARY = Page(
    key="summary",
    title="Summary",
    lead="Where is the escalation, what is to be looked at first, and what has changed since the previous meeting?",
    answers="On one screen: what the rule recommends and who is pending; alarms, the gravest first (stopping rules, "
    "deaths, hearts, liver, tumour lysis, late aplasia, QTc, data-quality findings, corrected values); each dose level "
    "in a row; what is new since the "
    "previous meeting by name; what is overdue. How many subjects are enrolled, treated and evaluable, with DLTs, "
    "deaths, serious events and remissions: in an open session these alone, all dose levels together",
    sections=(
        one_screen(
            "status",
            "Status",
            decision,
            alarms,
            ladder,
            new_since,
            outstanding,
        ),
        open_section(
            "totals",
            "Totals",
            tiles(what_changed),
            adverse_events,
        ),
    ),
)
