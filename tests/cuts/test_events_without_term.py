"""Events with neither a reported nor a preferred term: every display of them stands and says so."""

from __future__ import annotations

import re
from datetime import date

import pytest
from drawn import THREE, trial_data

from displays.adverse_events.exposure import exposure_by_subject
from displays.adverse_events.interest_course import interest_course
from displays.adverse_events.interest_incidence import interest_incidence
from displays.adverse_events.timelines import ae_timelines
from displays.catalogue import ADVERSE_EVENTS, DOSE, HEART, SUBJECTS, SUMMARY
from displays.words import table_in_words
from queries import View

EVENTS = """
USUBJID | AESEQ | AETERM | AEDECOD | AEBODSYS          | AETOXGR | AESTDTC    | AEREL   | AESER | AEOUT | AEACN
MILD    | 1     | .      | .       | Gut               | 1       | 2007-06-10 | .       | .     | .     | DOSE REDUCED
SEVERE  | 1     | .      | .       | Gut               | 3       | 2007-06-10 | .       | Y     | .     | .
DEAD    | 1     | .      | .       | Gut               | 5       | 2007-06-10 | .       | Y     | FATAL | .
DLT     | 1     | .      | .       | Gut               | 4       | 2007-06-10 | RELATED | .     | .     | .
NOTDLT  | 1     | .      | .       | Gut               | 4       | 2007-06-10 | RELATED | .     | .     | .
LATE    | 1     | .      | .       | Gut               | 4       | 2007-07-20 | RELATED | .     | .     | .
INTERES | 1     | .      | .       | .                 | 3       | 2007-06-10 | .       | .     | .     | .
INTERES | 2     | Nausea | Nausea  | Gut               | 1       | 2007-06-11 | .       | .     | .     | .
HEART   | 1     | .      | .       | Cardiac disorders | 3       | 2007-06-10 | .       | .     | .     | .
UNGRADE | 1     | .      | .       | Cardiac disorders | .       | 2007-06-10 | .       | .     | .     | .
"""
JUDGED = """
USUBJID | AESEQ | QNAM  | QVAL
DLT     | 1     | AEDLT | Y
NOTDLT  | 1     | AEDLT | N
INTERES | 1     | AESI  | Y
INTERES | 2     | AESI  | Y
"""
NAMES = ("MILD", "SEVERE", "DEAD", "DLT", "NOTDLT", "LATE", "INTERES", "HEART", "UNGRADE")
MISSING = re.compile(r"\bnan\b|\bNaN\b|<NA>|\bNaT\b|\bNone(?! of| died| had| deliv| \d)\b")


def delivered(events: str) -> dict:
    people = [f"{name} | A130 | {THREE} | {'Y' if name == 'DEAD' else '.'}" for name in NAMES]
    return trial_data("\n".join(["USUBJID | ARMCD | INFUSIONS | DTHFL", *people]), events, JUDGED)


@pytest.fixture(scope="module")
def view(make_cut, trial) -> View:
    """At the previous cut the severe event was milder, and the late one not known."""
    earlier = EVENTS.replace("| 3       |", "| 2       |").replace("2007-07-20", "2007-06-20")
    before = make_cut(delivered(earlier), trial, date(2007, 7, 31))
    return View(make_cut(delivered(EVENTS), trial, date(2007, 9, 30)), before)


def displays_of(view):
    for page in (SUMMARY, DOSE, ADVERSE_EVENTS, HEART):
        for entry in page.displays:
            choices = [choice for choice in entry.choices if not choice.after]
            yield entry.function(view)
            yield from (entry.function(view, **{c.argument: key}) for c in choices for key, _ in c.of(view))
    for entry in SUBJECTS.displays:
        yield from (entry.function(view, subject=name) for name in NAMES if "subject" in entry.arguments)


def test_every_display_of_them_stands_and_names_no_missing_term(view):
    for made in displays_of(view):
        texts = [made.finding, made.population, *(text for column in table_in_words(made)[1] for text in column)]
        texts += [made.figure.to_json()] if made.figure is not None else []
        assert not [text for text in texts if MISSING.search(text)], made.name


def test_it_is_named_as_a_term_that_was_not_delivered(view):
    assert set(ae_timelines(view, "severe").table["AEDECOD"]) == {"Term not delivered"}
    worst = interest_course(view).table.set_index("SUBJID")
    assert worst.loc["INTERES", ["AEDECOD", "GRADE"]].tolist() == ["Term not delivered", "3"]
    first = view.ask("ae_interest_times", category="Other", grade="any").set_index("USUBJID")
    assert first.loc["INTERES", ["DAYS", "AEDECOD"]].tolist() == [10, "Term not delivered"]
    assert "Other: 1 of 9" in interest_incidence(view, "Other").finding
    actions = exposure_by_subject(view).table.set_index("SUBJID")["ACTIONS"]
    assert actions["MILD"] == "Term not delivered (dose reduced)"
