"""The page Laboratory: its sections and their displays."""

from __future__ import annotations

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
from displays.pages import Choice, Page, choosing, section

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
