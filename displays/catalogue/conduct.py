"""The page Trial conduct: its sections and their displays."""

from __future__ import annotations

from displays.conduct.accrual import accrual_over_time
from displays.conduct.accrual_by_site import accrual_by_site
from displays.conduct.baseline import baseline
from displays.conduct.changes import records_changed
from displays.conduct.currency import data_currency
from displays.conduct.deviations import deviations
from displays.conduct.flow import subject_flow
from displays.conduct.recommendations import recommendations
from displays.conduct.sites import sites
from displays.pages import Page, open_section, section

CONDUCT = Page(
    key="conduct",
    title="Trial conduct",
    lead="How is the trial run: who entered, from where, and how complete and current are the data?",
    answers="Subject flow, accrual over time and by site, baseline characteristics, how current the data are, records "
    "changed since the previous meeting; in the closed session also protocol deviations, sites compared, and what the "
    "board recommended before",
    more=True,
    sections=(
        open_section(
            "flow",
            "Flow and accrual",
            subject_flow,
            accrual_over_time,
            accrual_by_site,
        ),
        open_section(
            "currency",
            "Completeness",
            data_currency,
        ),
        section(
            "sites",
            "Sites",
            sites,
        ),
        section(
            "deviations",
            "Deviations",
            deviations,
        ),
        open_section(
            "changes",
            "Changed records",
            records_changed,
        ),
        open_section(
            "baseline",
            "Baseline",
            baseline,
        ),
        section(
            "recommendations",
            "Past recommendations",
            recommendations,
        ),
    ),
)
