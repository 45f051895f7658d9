"""The page Dose: its sections and their displays."""

from __future__ import annotations

from displays.adverse_events.dlts import every_dlt
from displays.escalation.findings import findings_that_decide
from displays.escalation.history import escalation_history
from displays.escalation.rates import dlt_by_dose
from displays.escalation.subjects import subject_by_dose
from displays.pages import Page, in_words, leading, section
from displays.rule.next_cohort import next_outcomes
from displays.rule.now import rule_now
from displays.rule.replay import replay
from displays.rule.sensitivity import sensitivity
from displays.stopping.charts import stopping_charts
from displays.stopping.overview import stopping_overview

DOSE = Page(
    key="dose",
    title="Dose",
    lead="What does the rule recommend, and how often was each dose too toxic?",
    answers="What the protocol's rule recommends now and why, after each possible next outcome, under other designs, "
    "and what it recommended at each step of the trial; stopping rules; DLTs by dose level with exact intervals and "
    "their denominators in words; every subject by dose; each DLT; the history of cohorts; data-quality findings that "
    "could change a decision. Pending subjects resolved or a hypothetical next cohort (marked on every chart, never "
    "written to a file)",
    sections=(
        section(
            "decision",
            "Decision",
            in_words(rule_now),
            leading(findings_that_decide, "data"),
            dlt_by_dose,
        ),
        section(
            "dlts",
            "DLTs",
            every_dlt,
        ),
        section(
            "subjects",
            "Subjects and cohorts",
            subject_by_dose,
            escalation_history,
        ),
        section(
            "next",
            "Possible next steps",
            next_outcomes,
            sensitivity,
        ),
        section(
            "replay",
            "Past steps",
            replay,
        ),
        section(
            "stopping",
            "Stopping rules",
            stopping_overview,
            stopping_charts,
        ),
    ),
)
