"""A supposed cohort changes every count it should, is marked, is written nowhere, and leaves the facts as they are."""
from __future__ import annotations

import hashlib

import pytest
from conftest import CUT_DATES

from displays.dose import dlt_by_dose
from displays.stopping_parts import standings
from export import FORMATS, write
from queries import View
from queries.hypothetical import suppose

COUNTS = ["NTREATED", "NEVAL", "NDLT", "NPENDING", "NNOTEVAL"]


@pytest.fixture(scope="module")
def cut(sample_cuts):
    return sample_cuts[CUT_DATES[-1]]


def counts(cut) -> dict[str, list[int]]:
    return cut.ask("dlt_by_dose").set_index("TRTA")[COUNTS].astype(int).T.to_dict("list")


@pytest.mark.parametrize(
    ("results", "added"),
    [("NNN", [3, 3, 0, 0, 0]), ("TTT", [3, 3, 3, 0, 0]), ("NTP", [3, 2, 1, 1, 0]), ("P", [1, 0, 0, 1, 0]), ("NNNNNT", [6, 6, 1, 0, 0])],
)
def test_a_supposed_cohort_is_added_at_its_dose_and_nowhere_else(cut, results, added):
    before, after = counts(cut), counts(suppose(cut, "280 mg/m²/day", results))
    for dose in before:
        expected = [a + b for a, b in zip(before[dose], added)] if dose == "280 mg/m²/day" else before[dose]
        assert after[dose] == expected


def test_the_facts_stay_as_they_are(cut):
    before, file = counts(cut), hashlib.sha256(cut.path.read_bytes()).hexdigest()
    suppose(cut, "190 mg/m²/day", "TTT")
    assert counts(cut) == before and hashlib.sha256(cut.path.read_bytes()).hexdigest() == file


def test_a_supposed_display_says_so_and_is_never_written(cut):
    display = dlt_by_dose(View(suppose(cut, "190 mg/m²/day", "NNT")))
    assert display.hypothetical == "Hypothetical: 3 more subjects at 190 mg/m²/day, 1 with a DLT, 2 without a DLT"
    assert display.alt.startswith("Hypothetical: ")
    for kind in FORMATS:
        with pytest.raises(ValueError, match="never written to a file"):
            write(display, kind)


@pytest.mark.parametrize(("dose", "events", "counted"), [("190 mg/m²/day", 2, 3), ("230 mg/m²/day", 0, 0)])
def test_a_supposed_cohort_at_the_dose_of_the_expansion_is_counted_by_the_rules_of_the_expansion(cut, dose, events, counted):
    now, then = (standings(View(one))[-1][0] for one in (cut, suppose(cut, dose, "TTN")))
    assert now.rule.cohort and (now.rule.counts, now.rule.name) == ("dlt", "DLTs in the expansion")
    assert (then.events - now.events, then.n - now.n) == (events, counted)


def test_every_question_can_be_asked_of_a_supposed_cut(cut):
    supposed = suppose(cut, "130 mg/m²/day", "NTP")
    from queries import questions

    for name in questions():
        parameters = {"parameters": ["LVEF"]} if name == "heart_measurements" else {"usubjid": "HYPOTHETICAL-1"} if name.startswith("subject_") else {}
        try:
            supposed.question(name, **parameters)
        except ValueError:
            continue  # a question with parameters of its own
        supposed.ask(name, **parameters)


def test_a_supposed_cut_reads_no_other_file(cut):
    import duckdb

    with pytest.raises(duckdb.PermissionException):
        suppose(cut, "130 mg/m²/day", "N").connection.execute("select * from read_csv('/etc/passwd')")


@pytest.mark.parametrize(("dose", "results"), [("190", "N"), ("190 mg/m²/day", ""), ("190 mg/m²/day", "NX")])
def test_an_impossible_cohort_is_named(cut, dose, results):
    with pytest.raises(ValueError, match=r"no dose level|no cohort"):
        suppose(cut, dose, results)
