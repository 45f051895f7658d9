"""What is shown where: every page of the dashboard, its sections and their displays, and who may see them.

The one list of pages. Router, pages, tests and the README's table read it; a new display is one line here.
"""

from __future__ import annotations

from displays.adverse_events.by_dose import adverse_by_dose
from displays.adverse_events.cardiac import cardiac_events
from displays.adverse_events.deaths import deaths
from displays.adverse_events.dlts import every_dlt, judged_not_dlt
from displays.adverse_events.late import late_events
from displays.adverse_events.pooled import adverse_events
from displays.adverse_events.special_interest import special_interest
from displays.adverse_events.subject import subject_adverse_events
from displays.conduct.accrual import accrual_over_time
from displays.conduct.accrual_by_site import accrual_by_site
from displays.conduct.baseline import baseline
from displays.conduct.changes import records_changed
from displays.conduct.currency import data_currency
from displays.conduct.flow import subject_flow
from displays.data.delivered import delivered_domains, delivered_files
from displays.data.dictionary import table_dictionary
from displays.data.findings import ingest_findings, labs_not_graded, left_out
from displays.data.making import assumptions, making
from displays.escalation.cumulative_dose import cumulative_dose
from displays.escalation.findings import findings_that_decide
from displays.escalation.history import escalation_history
from displays.escalation.rates import dlt_by_dose
from displays.escalation.subjects import subject_by_dose
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
from displays.methods.overview import checks, overview, recomputations, software
from displays.pages import Page, leading, section, tiles, whole
from displays.remission.assessments import response_assessments
from displays.remission.best_response import best_response
from displays.remission.difference import remission_difference
from displays.remission.incidence import relapse_incidence
from displays.remission.marrow import marrow_blasts
from displays.remission.rates import remission_by_dose, remission_rate
from displays.remission.survival import duration_of_remission, overall_survival
from displays.remission.swimmer import swimmer
from displays.rule.next_cohort import next_outcomes
from displays.rule.now import rule_now
from displays.rule.replay import replay
from displays.rule.sensitivity import sensitivity
from displays.stopping.charts import stopping_charts
from displays.stopping.overview import stopping_overview
from displays.subject.course import subject_course
from displays.subject.header import subject_header
from displays.subject.heart import subject_heart
from displays.summary.overview import what_changed

OVERVIEW = Page(
    key="overview",
    title="Overview",
    audience="open",
    lead="What has changed since the previous meeting, and what is the status of the trial?",
    answers="What has changed since the previous meeting; how many subjects are enrolled, treated and evaluable; "
    "DLTs, deaths, serious events, remissions; subject flow, accrual, how current the data are. Never by "
    "dose, never a single subject",
    sections=whole(
        tiles(what_changed),
        records_changed,
        subject_flow,
        accrual_over_time,
        accrual_by_site,
        data_currency,
        baseline,
        adverse_events,
    ),
)

ESCALATION = Page(
    key="escalation",
    title="Dose escalation",
    audience="closed",
    lead="What does the rule recommend, how often was each dose too toxic, and what happened outside the DLT window?",
    answers="What the protocol's rule recommends now and why, after each possible next outcome, under other designs, "
    "and what it recommended at each step of the trial; stopping rules; "
    "pending subjects resolved or a hypothetical next cohort (marked on "
    "every chart, never written to a file). DLTs by dose level with exact intervals and their denominators in "
    "words; every subject by dose; the history of cohorts; each DLT and each grade ≥ 3 event adjudicated as "
    "not a DLT; cumulative dose and late events; data-quality findings that could change a decision",
    sections=(
        section(
            "status",
            "Current status",
            rule_now,
            leading(findings_that_decide, "data"),
            dlt_by_dose,
            subject_by_dose,
            escalation_history,
        ),
        section(
            "next",
            "Possible next steps",
            next_outcomes,
            sensitivity,
            replay,
        ),
        section(
            "events",
            "Events",
            every_dlt,
            judged_not_dlt,
            deaths,
            late_events,
            cumulative_dose,
            special_interest,
            adverse_by_dose,
        ),
        section(
            "stopping",
            "Stopping rules",
            stopping_overview,
            stopping_charts,
        ),
    ),
)

HEART = Page(
    key="heart",
    title="Heart",
    audience="closed",
    lead="How often, at which dose and in whom was cardiac toxicity seen?",
    answers="LVEF, shortening fraction, strain and markers over time and against cumulative anthracycline; cardiac "
    "dysfunction (CTRCD) and CTCAE grade of each subject; QTc; cardiac events; overdue echocardiograms",
    sections=whole(
        dysfunction_by_dose,
        lvef_over_time,
        heart_by_subject,
        cardiac_events,
        overdue_echos,
        lvef_worst_change,
        lvef_against_dose,
        shortening_fraction_over_time,
        markers_over_time,
        qtc_by_dose,
        qtc_longest,
        heart_left_out,
    ),
)

REMISSION = Page(
    key="remission",
    title="Remission",
    audience="closed",
    lead="How many subjects reached remission, how long did it last, and how long did they survive?",
    answers="Remission rates of ALL and AML, their difference; by dose; best response and blasts; swimmer plot; "
    "duration of remission and survival",
    sections=whole(
        remission_rate,
        remission_difference,
        remission_by_dose,
        best_response,
        marrow_blasts,
        swimmer,
        duration_of_remission,
        relapse_incidence,
        overall_survival,
        response_assessments,
    ),
)

SUBJECT = Page(
    key="subject",
    title="Subject",
    audience="closed",
    lead="What happened to this subject: dosing, toxicity, cardiac function and response on one time axis?",
    answers="Dosing, events, blood counts, cardiac function and response of one subject on one time axis",
    sections=whole(
        tiles(subject_header),
        subject_course,
        subject_adverse_events,
        subject_heart,
    ),
)

DATA = Page(
    key="data",
    title="Data",
    audience="closed",
    lead="Which data were received, what is doubtful in them, and what was left out and why?",
    answers="Files and datasets received and not received, all data-quality findings, what was left out and why, "
    "dictionary of tables",
    sections=whole(
        delivered_domains,
        ingest_findings,
        left_out,
        labs_not_graded,
        assumptions,
        delivered_files,
        making,
        table_dictionary,
    ),
)

METHODS = Page(
    key="methods",
    title="Methods",
    audience="open",
    lead="By which definition is each number computed, and what was it checked against?",
    answers="By which definition each number is computed, its source, and the published or independent cases it was "
    "checked against: expected and obtained; passed, failed, missing, stale, or recorded with other software "
    "versions (also as `VALIDATION.md`, written by the tests)",
    sections=whole(
        overview,
        checks,
        recomputations,
        software,
    ),
)

PAGES = (OVERVIEW, ESCALATION, HEART, REMISSION, SUBJECT, DATA, METHODS)
"""Every page, in the order of the navigation; the first is where a reader starts."""
