"""Deliveries whose doses or baselines are known to be odd: what the cut says, and every sentence that rests on it."""

from __future__ import annotations

import pandas
import pytest
from deliveries import delivered
from drawn import THREE, trial_data

from displays.catalogue import PAGES
from displays.data.findings import ingest_findings
from displays.escalation.cumulative_dose import cumulative_dose
from displays.escalation.rates import dlt_by_dose
from displays.escalation.subjects import subject_by_dose
from displays.heart.left_out import heart_left_out
from displays.heart.longest_qtc import qtc_longest
from displays.heart.qtc import qtc_by_dose
from displays.rule.now import rule_now
from displays.subject.header import subject_header
from queries import View
from trial import Trial

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


# --- baselines of ECG and laboratory ------------------------------------------------------------


def test_what_is_flagged_as_baseline_is_never_a_result_after_treatment(trial):
    cut = delivered("ecg_three_baseline_time_points", trial)
    finding = qtc_by_dose(View(cut)).finding
    assert finding.startswith("QTcF exceeded 500 ms in 0, 480 ms in 0 and 450 ms in 0 of 3 subjects with a later ECG")
    assert "more than 60 ms in 0 and by more than 30 ms in 0 of 3 with a baseline" in finding
    longest = qtc_longest(View(cut)).table.query("PARAMCD == 'QTCF'")
    assert set(longest["BASE"].round(6)) == {round((505 + 490 + 420) / 3, 6)} and set(longest["WORST"]) == {420}
    assert "baseline_flag_several" in findings(cut)


def test_the_last_time_point_is_the_baseline_where_the_trial_says_so(trial):
    own = Trial.parse(trial.text.replace('[ecg]\nbaseline = "mean"', '[ecg]\nbaseline = "last"'))
    cut = delivered("ecg_three_baseline_time_points", own)
    longest = qtc_longest(View(cut))
    assert set(longest.table.query("PARAMCD == 'QTCF'")["BASE"]) == {420}
    assert "Baseline: the last time point before the first infusion" in longest.method


ECGS = """
USUBJID | EGSEQ | EGTESTCD | EGSTRESN | EGBLFL | EGLOBXFL | EGTPT           | EGDTC
late    | 1     | QTCF     | 400      | .      | .        | .               | 2007-05-20
late    | 2     | QTCF     | 520      | Y      | .        | .               | 2007-06-08
late    | 3     | QTCF     | 430      | .      | .        | .               | 2007-06-15
untimed | 1     | QTCF     | 510      | .      | .        | STANDING        | 2007-06-01
untimed | 2     | QTCF     | 430      | .      | .        | .               | 2007-06-15
newflag | 1     | QTCF     | 440      | .      | Y        | .               | 2007-06-01
newflag | 2     | QTCF     | 430      | .      | .        | .               | 2007-06-15
timed   | 1     | QTCF     | 440      | .      | .        | PRE-DOSE        | 2007-06-01
timed   | 2     | QTCF     | 490      | .      | .        | 2 HOURS         | 2007-06-01
endflag | 1     | QTCF     | 470      | Y      | .        | END OF INFUSION | 2007-06-01
"""
QTC = {
    # baseline, longest after the first infusion
    "late": (400, 520),
    "untimed": (None, 430),
    "newflag": (440, 430),
    "timed": (440, 490),
    "endflag": (None, 470),
}


@pytest.fixture(scope="module")
def tracings(make_cut, trial):
    people = "USUBJID | ARMCD | INFUSIONS\n" + "\n".join(f"{name} | A130 | {THREE}" for name in QTC)
    data = trial_data(people, eg=ECGS)
    data["eg"]["EGSTRESN"] = pandas.to_numeric(data["eg"]["EGSTRESN"])
    return make_cut(data, trial)


def test_a_flag_after_the_first_infusion_makes_no_baseline_and_day_1_needs_a_time(tracings):
    rows = tracings.ask("ecg_subjects").query("PARAMCD == 'QTCF'")
    found = {
        row.USUBJID: tuple(None if pandas.isna(v) else v for v in (row.BASE, row.WORST)) for row in rows.itertuples()
    }
    assert found == QTC
    told = findings(tracings)
    assert (
        "late EGSEQ 2" in told["baseline_flag_after_dose"][0]
        and "endflag EGSEQ 1" in told["baseline_flag_after_dose"][0]
    )
    assert "untimed EGSEQ 1" in told["day_1_without_time"][0]
    left = heart_left_out(View(tracings)).table
    assert left[left["REASON"].str.contains("without a time")]["N"].tolist() == [1]


LABS = """
USUBJID | LBSEQ | LBTESTCD | LBSTRESN | LBSTRESU | LBSPEC | LBBLFL | LBDTC
late    | 1     | K        | 4.0      | mmol/L   | SERUM  | .      | 2007-05-20
late    | 2     | K        | 7.5      | mmol/L   | SERUM  | Y      | 2007-06-08
twice   | 1     | K        | 7.5      | mmol/L   | SERUM  | Y      | 2007-06-01
twice   | 2     | K        | 4.0      | mmol/L   | SERUM  | Y      | 2007-06-01
untimed | 1     | K        | 4.5      | mmol/L   | SERUM  | .      | 2007-05-20
untimed | 2     | K        | 7.5      | mmol/L   | SERUM  | .      | 2007-06-01
"""


@pytest.mark.parametrize(("day_1", "baseline"), [("before", 7.5), ("unknown", 4.5)])
def test_laboratory_flags_and_the_day_of_the_first_infusion(make_cut, trial, day_1, baseline):
    own = Trial.parse(trial.text.replace('day_1_without_time = "before"', f'day_1_without_time = "{day_1}"'))
    people = "USUBJID | ARMCD | INFUSIONS\n" + "\n".join(
        f"{name} | A130 | {THREE}" for name in ("late", "twice", "untimed")
    )
    data = trial_data(people, lb=LABS)
    data["lb"] = data["lb"].assign(LBTEST="Potassium", LBSTRESN=pandas.to_numeric(data["lb"]["LBSTRESN"]))
    cut = make_cut(data, own)
    table = cut.table("adlb").set_index(["USUBJID", "LBSEQ"]).sort_index()
    assert table.loc["late", "ABLFL"].fillna("").tolist() == ["Y", ""]
    assert table.loc["late", "WORSTHFL"].fillna("").tolist() == ["", "Y"], "flagged after the dose, it counts after it"
    assert table.loc["twice", "ABLFL"].fillna("").tolist() == ["", "Y"]
    assert table.loc["twice", "WORSTHFL"].isna().all(), "flagged before the dose, it is no result after it"
    assert set(table.loc["untimed", "BASE"]) == {baseline} and table.loc["untimed", "WORSTHFL"].isna().all()
    assert ("day_1_without_time" in findings(cut)) == (day_1 == "unknown")
