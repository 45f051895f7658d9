"""The page Heart: its sections and their displays."""

from __future__ import annotations

from displays.adverse_events.cardiac import cardiac_events
from displays.heart.against_dose import lvef_against_dose
from displays.heart.by_dose import dysfunction_by_dose
from displays.heart.by_subject import heart_by_subject
from displays.heart.echos import overdue_echos
from displays.heart.left_out import heart_left_out
from displays.heart.longest_qtc import qtc_longest
from displays.heart.markers import markers_over_time
from displays.heart.over_time import lvef_over_time, shortening_fraction_over_time
from displays.heart.qtc import qtc_by_dose
from displays.heart.worst_change import lvef_worst_change
from displays.pages import Page, section

HEART = Page(
    key="heart",
    title="Heart",
    lead="How often, at which dose and in whom was cardiac toxicity seen?",
    answers="LVEF, shortening fraction, strain and markers over time and against cumulative anthracycline; cardiac "
    "dysfunction (CTRCD) and CTCAE grade of each subject; QTc; cardiac events; overdue echocardiograms",
    sections=(
        section(
            "glance",
            "At a glance",
            dysfunction_by_dose,
            heart_by_subject,
        ),
        section(
            "over-time",
            "Over time",
            lvef_over_time,
            shortening_fraction_over_time,
        ),
        section(
            "exposure",
            "Dose or prior anthracycline",
            lvef_against_dose,
            lvef_worst_change,
        ),
        section(
            "markers",
            "Markers",
            markers_over_time,
        ),
        section(
            "qtc",
            "QTc",
            qtc_by_dose,
            qtc_longest,
        ),
        section(
            "events",
            "Events",
            cardiac_events,
        ),
        section(
            "overdue",
            "Overdue and not used",
            overdue_echos,
            heart_left_out,
        ),
    ),
)
