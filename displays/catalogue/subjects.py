"""The page Subjects: its sections and their displays."""

from __future__ import annotations

from displays.adverse_events.subject import subject_adverse_events
from displays.pages import Page, in_words, tiles, whole
from displays.subject.concentrations import subject_concentrations
from displays.subject.course import subject_course
from displays.subject.header import subject_header
from displays.subject.heart import subject_heart
from displays.subject.pk_parameters import subject_parameters

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
