"""The page PK: its sections and their displays."""

from __future__ import annotations

from displays.pages import Choice, Page, choosing, section
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
