"""The page Adverse events: its sections and their displays."""

from __future__ import annotations

from displays.adverse_events.by_dose import adverse_by_dose
from displays.adverse_events.by_term import ae_by_term
from displays.adverse_events.deaths import deaths
from displays.adverse_events.dlts import judged_not_dlt
from displays.adverse_events.dots import ae_dots, pair_options
from displays.adverse_events.exposure import exposure_by_subject
from displays.adverse_events.exposure_by_dose import exposure_by_dose
from displays.adverse_events.heat_map import BY, ae_heat_map
from displays.adverse_events.interest_course import interest_course
from displays.adverse_events.interest_incidence import GRADES_ASKED, category_options, interest_incidence
from displays.adverse_events.late import late_events
from displays.adverse_events.not_dlt_by_dose import not_dlt_by_dose
from displays.adverse_events.serious import serious_listing
from displays.adverse_events.special_interest import special_interest
from displays.adverse_events.terms import event_options
from displays.adverse_events.timelines import EVENTS, SPANS, ae_timelines
from displays.escalation.cumulative_dose import cumulative_dose
from displays.pages import Choice, Page, choosing, section

ADVERSE_EVENTS = Page(
    key="adverse_events",
    title="Adverse events",
    lead="Which adverse events occurred, at which dose, and how did they end?",
    answers="The worst grade of each subject in each group of events, and all events over time; by class and term with "
    "the share of subjects at each dose, exact intervals and the difference between two dose levels; events of special "
    "interest by dose, their cumulative incidence, duration and recurrence; serious events and deaths one by one; "
    "grade ≥ 3 events adjudicated as not a DLT; events after the DLT window; dose given against planned, "
    "delays, reductions and interruptions",
    sections=(
        section(
            "overview",
            "Overview",
            choosing(ae_heat_map, Choice("by", "Rows", BY)),
            choosing(ae_timelines, Choice("events", "Events", EVENTS), Choice("days", "Days", SPANS)),
            adverse_by_dose,
        ),
        section(
            "terms",
            "By term and dose",
            choosing(ae_by_term, Choice("events", "Events", event_options)),
            choosing(
                ae_dots,
                Choice("events", "Events", event_options),
                Choice("pair", "Dose levels", pair_options),
            ),
        ),
        section(
            "interest",
            "Special interest",
            special_interest,
            choosing(
                interest_incidence,
                Choice("category", "Category", category_options),
                Choice("grade", "Grade", GRADES_ASKED),
            ),
            interest_course,
        ),
        section(
            "serious",
            "Serious",
            serious_listing,
        ),
        section(
            "deaths",
            "Deaths",
            deaths,
        ),
        section(
            "not-dlt",
            "Not a DLT",
            not_dlt_by_dose,
            judged_not_dlt,
        ),
        section(
            "late",
            "After the DLT window",
            late_events,
        ),
        section(
            "exposure",
            "Exposure",
            exposure_by_dose,
            exposure_by_subject,
            cumulative_dose,
        ),
    ),
)
