"""What is shown where: every page of the dashboard, its sections and their displays, and who may see them.

The one list of pages. Router, pages, tests and the README's table read it; a new display is one line here.
"""

from __future__ import annotations

from displays.adverse_events.by_dose import adverse_by_dose
from displays.adverse_events.by_term import ae_by_term
from displays.adverse_events.cardiac import cardiac_events
from displays.adverse_events.deaths import deaths
from displays.adverse_events.dlts import every_dlt, judged_not_dlt
from displays.adverse_events.dots import ae_dots, pair_options
from displays.adverse_events.exposure import exposure_by_subject
from displays.adverse_events.exposure_by_dose import exposure_by_dose
from displays.adverse_events.heat_map import BY, ae_heat_map
from displays.adverse_events.interest_course import interest_course
from displays.adverse_events.interest_incidence import GRADES_ASKED, category_options, interest_incidence
from displays.adverse_events.late import late_events
from displays.adverse_events.not_dlt_by_dose import not_dlt_by_dose
from displays.adverse_events.pooled import adverse_events
from displays.adverse_events.serious import serious_listing
from displays.adverse_events.special_interest import special_interest
from displays.adverse_events.subject import subject_adverse_events
from displays.adverse_events.terms import event_options
from displays.adverse_events.timelines import EVENTS, SPANS, ae_timelines
from displays.conduct.accrual import accrual_over_time
from displays.conduct.accrual_by_site import accrual_by_site
from displays.conduct.baseline import baseline
from displays.conduct.changes import records_changed
from displays.conduct.currency import data_currency
from displays.conduct.deviations import deviations
from displays.conduct.flow import subject_flow
from displays.conduct.recommendations import recommendations
from displays.conduct.sites import sites
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
from displays.laboratory.any_test import TIMES, any_test
from displays.laboratory.counts import count_recovery, course_options, limit_options
from displays.laboratory.electrolytes import electrolytes
from displays.laboratory.kidney import kidney_by_dose
from displays.laboratory.kidney_subjects import kidney_subjects
from displays.laboratory.liver import SCALES, liver_peaks
from displays.laboratory.liver_course import liver_course
from displays.laboratory.shifts import SCALES as SHIFT_SCALES
from displays.laboratory.shifts import lab_shifts
from displays.laboratory.tests import lab_tests
from displays.laboratory.tumour_lysis import tumour_lysis, tumour_lysis_by_dose
from displays.methods.overview import checks, overview, recomputations, software
from displays.pages import Choice, Page, choosing, in_words, leading, one_screen, open_section, section, tiles, whole
from displays.pharmacokinetics.clearance import MEASURES as CLEARANCES
from displays.pharmacokinetics.clearance import SIZES as BODY_SIZES
from displays.pharmacokinetics.clearance import clearance
from displays.pharmacokinetics.concentration_qtc import PARTS as QTC_PARTS
from displays.pharmacokinetics.concentration_qtc import concentration_and_qtc
from displays.pharmacokinetics.curves import SCALES as CURVE_SCALES
from displays.pharmacokinetics.curves import analyte_options, concentration_curves, panel_options
from displays.pharmacokinetics.dose_proportionality import dose_exposures, dose_proportionality
from displays.pharmacokinetics.exposure_effect import EFFECT_CHOICES, exposure_effect, exposure_options
from displays.pharmacokinetics.parameters import occasion_options
from displays.pharmacokinetics.parameters_by_dose import parameters_by_dose
from displays.pharmacokinetics.parameters_by_subject import parameters_by_subject
from displays.pharmacokinetics.ratios import AREAS as RATIO_AREAS
from displays.pharmacokinetics.ratios import GROUPS as RATIO_GROUPS
from displays.pharmacokinetics.ratios import accumulation, metabolite_ratio
from displays.pharmacokinetics.samples import pk_samples
from displays.pharmacokinetics.terminal_line import (
    terminal_line,
    terminal_line_analytes,
    terminal_line_days,
    terminal_line_samples,
    terminal_line_subjects,
)
from displays.remission.assessments import response_assessments
from displays.remission.best_response import best_response
from displays.remission.by_dose import remission_by_dose
from displays.remission.difference import remission_difference
from displays.remission.incidence import relapse_incidence
from displays.remission.marrow import marrow_blasts
from displays.remission.rates import remission_rate
from displays.remission.survival import duration_of_remission, overall_survival
from displays.remission.swimmer import swimmer
from displays.rule.next_cohort import next_outcomes
from displays.rule.now import rule_now
from displays.rule.replay import replay
from displays.rule.sensitivity import sensitivity
from displays.stopping.charts import stopping_charts
from displays.stopping.overview import stopping_overview
from displays.subject.concentrations import subject_concentrations
from displays.subject.course import subject_course
from displays.subject.header import subject_header
from displays.subject.heart import subject_heart
from displays.subject.pk_parameters import subject_parameters
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

LABORATORY = Page(
    key="laboratory",
    title="Laboratory",
    lead="Was the liver or the kidney injured, how long do counts take to recover, and was there tumour lysis?",
    answers="Hy's law by name: peaks of ALT or AST against bilirubin, and the course of those nearest to it; "
    "time to recovery of neutrophils and platelets by course and dose; tumour lysis syndrome in the first days; "
    "acute kidney injury (KDIGO), estimated GFR and electrolytes by dose; "
    "shift from the CTCAE grade at baseline to the worst after it, of any test by dose; "
    "any laboratory test over time by dose",
    sections=(
        section(
            "liver",
            "Liver",
            choosing(liver_peaks, Choice("scale", "Multiples of", SCALES)),
            liver_course,
        ),
        section(
            "counts",
            "Counts",
            choosing(
                count_recovery,
                Choice("limit", "Recovery to", limit_options),
                Choice("course", "Course", course_options),
            ),
        ),
        section(
            "lysis",
            "Tumour lysis",
            choosing(tumour_lysis, Choice("course", "Course", course_options)),
            choosing(tumour_lysis_by_dose, Choice("course", "Course", course_options)),
        ),
        section(
            "kidney",
            "Kidney and electrolytes",
            kidney_by_dose,
            kidney_subjects,
            electrolytes,
        ),
        section(
            "grades",
            "Grades",
            choosing(lab_shifts, Choice("test", "Test", lab_tests), Choice("scale", "Scale", SHIFT_SCALES)),
        ),
        section(
            "test",
            "Any test",
            choosing(any_test, Choice("test", "Test", lab_tests), Choice("by", "Time", TIMES)),
        ),
    ),
)

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

PHARMACOKINETICS = Page(
    key="pharmacokinetics",
    title="PK",
    lead="How much drug was in the blood, for how long, and does it rise with the dose?",
    answers="Concentrations of the study drug and its metabolite over time, of each subject and as median of each "
    "dose, by day of the course, with the limit of quantification; parameters by dose and by subject with what is "
    "missing and why; the terminal phase behind a subject's half-life, and what it would be without some of its "
    "samples; clearance against age, weight and body surface, accumulation; dose proportionality; the metabolite "
    "against the drug; samples planned and taken, missing with the reason, or in no profile; exposure against DLT, "
    "fall of LVEF, neutrophils, blasts and remission, and change of QTcF against concentration",
    sections=(
        section(
            "curves",
            "Curves",
            choosing(
                concentration_curves,
                Choice("analyte", "Analyte", analyte_options),
                Choice("panels", "Panels", panel_options),
                Choice("scale", "Scale", CURVE_SCALES),
            ),
            choosing(
                terminal_line,
                Choice("subject", "Subject", terminal_line_subjects),
                Choice("analyte", "Analyte", terminal_line_analytes, after=("subject",)),
                Choice("day", "Infusion", terminal_line_days, after=("subject", "analyte")),
                Choice(
                    "left_out",
                    "What if these samples were left out of the line?",
                    terminal_line_samples,
                    after=("subject", "analyte", "day"),
                    several=True,
                ),
            ),
        ),
        section(
            "parameters",
            "Parameters",
            choosing(
                parameters_by_dose,
                Choice("analyte", "Analyte", analyte_options),
                Choice("day", "Infusion", occasion_options),
            ),
            choosing(
                parameters_by_subject,
                Choice("analyte", "Analyte", analyte_options),
                Choice("day", "Infusion", occasion_options),
            ),
            choosing(
                clearance,
                Choice("measure", "Clearance", CLEARANCES),
                Choice("against", "Against", BODY_SIZES),
            ),
        ),
        section(
            "proportionality",
            "Proportionality",
            choosing(
                dose_proportionality,
                Choice("analyte", "Analyte", analyte_options),
                Choice("exposure", "Exposure", dose_exposures, after=("analyte",)),
            ),
            choosing(
                accumulation,
                Choice("analyte", "Analyte", analyte_options),
            ),
        ),
        section(
            "metabolite",
            "Metabolite",
            choosing(
                metabolite_ratio,
                Choice("measure", "Measure", RATIO_AREAS),
                Choice("group", "By", RATIO_GROUPS),
                Choice("day", "Infusion", occasion_options),
            ),
        ),
        section(
            "effect",
            "Exposure and effect",
            choosing(
                exposure_effect,
                Choice("effect", "Effect", EFFECT_CHOICES),
                Choice("exposure", "Exposure", exposure_options, after=("effect",)),
            ),
            choosing(
                concentration_and_qtc,
                Choice("analyte", "Analyte", analyte_options),
                Choice("part", "Shown", QTC_PARTS),
            ),
        ),
        section(
            "samples",
            "Samples",
            pk_samples,
        ),
    ),
)

SUBJECTS = Page(
    key="subjects",
    title="Subjects",
    lead="What happened to this subject: dosing, toxicity, cardiac function and response on one time axis?",
    answers="Dosing, events, medicines, blood counts, liver, kidney, QTcF, cardiac function, concentrations and "
    "response of one subject in lanes on one time axis, the other subjects in grey behind; cause of death; "
    "concentration curves and pharmacokinetic parameters",
    sections=whole(
        tiles(subject_header),
        subject_course,
        subject_adverse_events,
        subject_heart,
        subject_concentrations,
        in_words(subject_parameters),
    ),
)

PACK = Page(
    key="pack",
    title="Pack",
    lead="Which displays go into the meeting, in which order, and as which files?",
    answers="The meeting pack: any choice of displays in their order, each with filters of its own and a sentence "
    "under it, made into files that agree with the screen, with a manifest that the next pack is compared with; saved "
    "to and loaded from a small file. An open session lists its own displays alone, without filters",
    sections=(open_section("", ""),),
)

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

PAGES = (
    SUMMARY,
    DOSE,
    ADVERSE_EVENTS,
    HEART,
    LABORATORY,
    REMISSION,
    PHARMACOKINETICS,
    SUBJECTS,
    PACK,
    CONDUCT,
    DATA,
    METHODS,
)
"""Every page, in the order of the navigation; the first is where a reader starts."""
