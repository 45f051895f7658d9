"""The page Remission: its sections and their displays."""

from __future__ import annotations

from displays.pages import Page, section
from displays.remission.assessments import response_assessments
from displays.remission.best_response import best_response
from displays.remission.by_dose import remission_by_dose
from displays.remission.difference import remission_difference
from displays.remission.incidence import relapse_incidence
from displays.remission.marrow import marrow_blasts
from displays.remission.rates import remission_rate
from displays.remission.survival import duration_of_remission, overall_survival
from displays.remission.swimmer import swimmer

REMISSION = Page(
    key="remission",
    title="Remission",
    lead="How many subjects reached remission, how long did it last, and how long did they survive?",
    answers="Remission rates of ALL and AML, their difference; by dose; best response and blasts; swimmer plot; "
    "duration of remission and survival",
    sections=(
        section(
            "rates",
            "Rates",
            remission_rate,
            remission_difference,
        ),
        section(
            "dose",
            "By dose",
            remission_by_dose,
        ),
        section(
            "best",
            "Best response",
            best_response,
            marrow_blasts,
        ),
        section(
            "course",
            "Course of each subject",
            swimmer,
        ),
        section(
            "duration",
            "Duration and survival",
            duration_of_remission,
            relapse_incidence,
            overall_survival,
        ),
        section(
            "assessments",
            "Assessments",
            response_assessments,
        ),
    ),
)
