"""Deliveries whose doses or baselines are known to be odd: what the cut says, and every sentence that rests on it."""

from __future__ import annotations

import pytest
from deliveries import delivered

from displays.catalogue import PAGES
from displays.data.findings import ingest_findings
from displays.escalation.cumulative_dose import cumulative_dose
from displays.escalation.rates import dlt_by_dose
from displays.escalation.subjects import subject_by_dose
from displays.rule.now import rule_now
from displays.subject.header import subject_header
from queries import View

NAMES = [
    "underdosed_counts_as_evaluable",
    "ex_one_row_a_course",
    "all_doses_missing",
    "no_planned_level_counted_squared",
    "ecg_three_baseline_time_points",
]


def findings(cut) -> dict[str, list[str]]:
    table = ingest_findings(View(cut)).table
    return {check: rows["EXAMPLES"].tolist() for check, rows in table.groupby("CHECKID")}


@pytest.mark.parametrize("name", NAMES)
def test_every_display_can_be_made(trial, name):
    view = View(delivered(name, trial))
    for page in PAGES:
        for entry in page.displays:
            if entry.arguments:
                continue
            made = entry.function(view)
            assert made.finding and not {"nan", "<NA>"} & set(made.finding.replace("(", " ").split()), made.name


def test_a_tenth_of_the_dose_is_pending_and_advises_nothing(trial):
    cut = delivered("underdosed_counts_as_evaluable", trial)
    people = subject_by_dose(View(cut)).table
    assert set(people["DLTSTAT"]) == {"Pending"}
    why = "awaiting adjudication of 10 % of the planned dose of course 1 (no reason delivered)"
    assert set(people["PENDREAS"]) == {why}
    found = findings(cut)["dose_differs_from_level"]
    assert "S1 EXSEQ 1: course 1 day 1, 13 of 130" in found[0]
    assert "recommends: escalate" not in rule_now(View(cut)).finding and "0 of 3" not in dlt_by_dose(View(cut)).finding


def test_a_course_in_one_record_without_a_frequency_misses_no_infusion(trial):
    cut = delivered("ex_one_row_a_course", trial)
    people = subject_by_dose(View(cut)).table
    assert set(people["DLTSTAT"]) == {"Pending"} and set(people["PENDREAS"]) == {"dose of course 1 not known"}
    assert people["MISSINF"].isna().all()
    made = cumulative_dose(View(cut))
    assert made.finding == "No cumulative dose is known: 3 of 3 treated subjects."
    assert "130" not in made.finding and "390" not in made.finding
    found = findings(cut)["infusions_not_told"]
    assert "S1 EXSEQ 1: 2007-06-01 to 2007-06-03, no frequency" in found[0]
    facts = subject_header(View(cut), "S1").table.set_index("MEASURE")
    assert facts.loc["L-Annamycin", "NOW"] == "–" and "number not known" in facts.loc["L-Annamycin", "NOTE"]


def test_where_no_dose_is_known_no_cumulative_dose_is(trial):
    cut = delivered("all_doses_missing", trial)
    made = cumulative_dose(View(cut))
    assert made.finding == "No cumulative dose is known: 3 of 3 treated subjects." and made.figure is None
    assert "cumulative dose not known: " in made.population
    assert set(subject_by_dose(View(cut)).table["PENDREAS"]) == {"dose of course 1 not known"}


def test_subjects_at_no_planned_level_count_once(trial):
    cut = delivered("no_planned_level_counted_squared", trial)
    made = dlt_by_dose(View(cut))
    row = made.table.set_index("TRTA").loc["No planned level"]
    assert (row.NTREATED, row.NEVAL, row.NDLT) == (3, 3, 2)
    assert made.sentences[0] == "2 of 6 evaluable subjects had a DLT: 2 of 3 at No planned level."
    assert "At no planned level (3 treated subjects): 2 of 3 evaluable, 67 % (95 % CI 9 to 99 %)." in made.finding
    assert "highest dose" not in made.finding and "latest dose" not in made.finding
    assert made.population.startswith("6 evaluable of 6 treated subjects")
