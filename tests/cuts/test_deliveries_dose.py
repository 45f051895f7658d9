"""Deliveries whose doses or baselines are known to be odd: what the cut says, and every sentence that rests on it."""

from __future__ import annotations

from datetime import date, timedelta

import pandas
import pytest
from building import building
from deliveries import delivered
from drawn import THREE, trial_data
from gathered import alone, found_in, records_found_in

from displays.adverse_events.dlts import every_dlt
from displays.catalogue import PAGES
from displays.data.findings import ingest_findings
from displays.escalation.cumulative_dose import cumulative_dose
from displays.escalation.evaluation import why_pending
from displays.escalation.rates import dlt_by_dose
from displays.escalation.subjects import subject_by_dose
from displays.heart.left_out import heart_left_out
from displays.heart.longest_qtc import qtc_longest
from displays.heart.qtc import qtc_by_dose
from displays.rule.now import rule_now
from displays.stopping.asked import rule_states
from displays.subject.header import subject_header
from ingest.delivery import IngestError
from queries import Filters, View
from queries.hypothetical import suppose
from trial import Trial

NAMES = [
    "underdosed_counts_as_evaluable",
    "ex_one_row_a_course",
    "all_doses_missing",
    "no_planned_level_counted_squared",
    "ecg_three_baseline_time_points",
    "ex_several_drugs",
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


# --- neighbouring kinds, drawn: why less was given --------------------------------------------------

WISH, TOXIC, DOUBT, NONE = "REDUCED", "TOXICITY", "DOUBT", "NOREASON"
REASONS = {
    # what is delivered (EXADJ, EXREASOC, SUPPEX; term, relation, action and verdict of an event; end of treatment)
    "by decision": ({"EXADJ": "PATIENT DECISION"}, WISH),
    "by error": ({"EXADJ": "Reduced: dosing error"}, WISH),
    "by logistics": ({"EXREASOC": "LOGISTIC REASONS"}, WISH),
    "by wish in SUPPEX": ({"SUPP": "Parents' wish"}, WISH),
    "not toxicity": ({"EXADJ": "Pharmacy closed, not due to toxicity"}, WISH),
    "by an event": ({"EXADJ": "ADVERSE EVENT"}, TOXIC),
    "by an event in SUPPEX": ({"SUPP": "Adverse event"}, TOXIC),
    "by a sign": ({"EXADJ": "Held: low neutropenia count"}, TOXIC),
    "by a term that is related": ({"EXADJ": "Omitted: nosebleed", "AE": ("Nosebleed", "RELATED", "", "")}, TOXIC),
    "by a term of no known relation": ({"EXADJ": "Omitted: nosebleed", "AE": ("Nosebleed", "", "", "")}, TOXIC),
    "by a term that is not related": ({"EXADJ": "Omitted: sepsis", "AE": ("Sepsis", "NOT RELATED", "", "N")}, WISH),
    "not related, and toxicity": ({"EXADJ": "Toxicity: sepsis", "AE": ("Sepsis", "NOT RELATED", "", "N")}, TOXIC),
    "by wish, and an event acted on": (
        {"EXADJ": "Patient's decision", "AE": ("Vertigo", "RELATED", "DRUG WITHDRAWN", "")},
        TOXIC,
    ),
    "no reason, an event acted on": ({"AE": ("Vertigo", "RELATED", "DRUG INTERRUPTED", "")}, TOXIC),
    "no reason, an unrelated event acted on": ({"AE": ("Fall", "NOT RELATED", "DRUG INTERRUPTED", "")}, WISH),
    "no reason, an event not acted on": ({"AE": ("Vertigo", "RELATED", "DOSE NOT CHANGED", "")}, NONE),
    "the end of treatment": ({"DS": "ADVERSE EVENT"}, TOXIC),
    "the end by progression": ({"DS": "PROGRESSIVE DISEASE"}, WISH),
    "in doubt": ({"EXADJ": "Held by investigator"}, DOUBT),
    "a failing organ": ({"EXADJ": "Respiratory failure"}, TOXIC),
    "a failing marrow": ({"EXADJ": "Bone marrow failure"}, TOXIC),
    "a failing pump": ({"EXADJ": "Infusion pump failure"}, WISH),
    "a failing of no known kind": ({"EXADJ": "Failure"}, DOUBT),
    "a leak of vessels": ({"EXADJ": "Capillary leak syndrome"}, TOXIC),
    "toxicity inside a word": ({"EXADJ": "Ototoxicity, family informed"}, TOXIC),
    "parenteral is no parent": ({"EXADJ": "Parenteral nutrition needed"}, TOXIC),
    "administration is no administrator": ({"EXADJ": "Chills during administration"}, TOXIC),
    "weak, by request": ({"EXADJ": "Patient's request (too weak)"}, TOXIC),
    "another word for unknown": ({"EXADJ": "Unknown"}, DOUBT),
    "by its identifier": ({"SUPP": "Patient's request", "BY": ("EXSPID", "03")}, WISH),
    "by its group": ({"SUPP": "Patient's request", "BY": ("EXGRPID", "B")}, WISH),
    "by its date": ({"SUPP": "Mucositis", "BY": ("EXSTDTC", "2007-06-03")}, TOXIC),
    "by nothing": ({"SUPP": "Patient's request", "BY": ("", "")}, NONE),
    "by an identifier of two": ({"SUPP": "Patient's request", "BY": ("EXREFID", "R")}, NONE),
    "none": ({}, NONE),
}
STATUS = {WISH: "Not evaluable", TOXIC: "Pending", DOUBT: "Pending", NONE: "Pending"}


def reasoned() -> dict:
    """Each subject: infusions of 130, 130 and 30 mg/m² (74 % of the planned), and what is delivered as the reason."""
    people = "USUBJID | ARMCD | INFUSIONS\n" + "\n".join(f"{name} | A130 | {THREE}" for name in REASONS)
    data = trial_data(people)
    third = data["ex"]["EXSEQ"] == 3
    data["ex"].loc[third, "EXDOSE"] = 30.0
    for column in ("EXADJ", "EXREASOC"):
        given = [REASONS[name][0].get(column, "") for name in data["ex"]["USUBJID"]]
        data["ex"][column] = [text if last else "" for text, last in zip(given, third, strict=True)]
    events = [(name, *facts["AE"]) for name, (facts, _) in REASONS.items() if "AE" in facts]
    ae = pandas.DataFrame(events, columns=["USUBJID", "AETERM", "AEREL", "AEACN", "AEDLT"])
    data["ae"] = ae.assign(AESEQ=1.0, AETOXGR="2", AESTDTC="2007-06-02")
    data["ex"] = data["ex"].assign(EXSPID=data["ex"]["EXSEQ"], EXGRPID=third.map({True: "B", False: "A"}), EXREFID="R")
    supp = [
        (name, facts["SUPP"], *facts.get("BY", ("EXSEQ", "3")))
        for name, (facts, _) in REASONS.items()
        if "SUPP" in facts
    ]
    data["suppex"] = pandas.DataFrame(supp, columns=["USUBJID", "QVAL", "IDVAR", "IDVARVAL"]).assign(
        RDOMAIN="EX", QNAM="EXREAS"
    )
    ends = [(name, facts["DS"]) for name, (facts, _) in REASONS.items() if "DS" in facts]
    data["ds"] = pandas.DataFrame(ends, columns=["USUBJID", "DSDECOD"]).assign(
        DSCAT="DISPOSITION EVENT", EPOCH="TREATMENT", DSSTDTC="2007-06-03", DSSEQ=1.0
    )
    return data


def test_a_smaller_dose_is_not_evaluable_only_for_a_reason_that_is_not_toxicity(make_cut, trial):
    table = make_cut(reasoned(), trial).table("addl").set_index("USUBJID")
    assert table["DOSECD"].to_dict() == {name: code for name, (_, code) in REASONS.items()}
    assert table["DLTSTAT"].to_dict() == {name: STATUS[code] for name, (_, code) in REASONS.items()}


def test_the_least_share_is_a_setting(make_cut, trial):
    own = Trial.parse(trial.text.replace("minimum_dose_share = 0.80", "minimum_dose_share = 0.70"))
    table = make_cut(reasoned(), own).table("addl")
    assert set(table["DOSECD"]) == {"BELOW"} and "Not evaluable" not in set(table["DLTSTAT"])


# --- neighbouring kinds, drawn: another level, more than planned, what is not known -------------------

GIVEN = {
    # arm, doses of days 1, 2, …: assigned, given another, counted at by default; code, share
    "as assigned": ("A160", (160, 160, 160), "160", None, "160", None, 1),
    "a level below": ("A160", (130, 130, 130), "160", "130", "130", None, 1),
    "a level above": ("A130", (160, 160, 160), "130", "160", "160", None, 1),
    "within the tolerance of another": ("A160", (133, 129, 130), "160", "130", "130", None, 1.005),
    "of two levels": ("A160", (130, 160, 160), "160", None, "160", "BELOW", 0.9375),
    "of no level": ("A160", (145, 145, 145), "160", None, "160", "BELOW", 0.906),
    "an infusion too many": ("A130", (130, 130, 130, 130), "130", None, "130", "ABOVE", 4 / 3),
    "too much": ("A130", (143, 143, 143), "130", None, "130", "ABOVE", 1.1),
    "within the tolerance": ("A130", (136, 136, 136), "130", None, "130", None, 1.046),
    "no planned level": ("A175", (130, 130, 130), None, "130", "130", None, 1),
    "no planned level, given none": ("A175", (175, 175, 175), None, None, None, None, 1),
    "no planned level, of two levels": ("A175", (130, 160, 160), None, None, None, None, 1),
    "one not known": ("A130", (130, None, 130), "130", None, "130", "UNKNOWN", None),
}


def given(dlt: str = "") -> dict:
    days = [f"2007-06-0{day}" for day in range(1, 5)]
    people = [f"{name} | {arm} | {','.join(days[: len(doses)])}" for name, (arm, doses, *_) in GIVEN.items()]
    event = f"USUBJID | AESEQ | AETERM | AETOXGR | AEDLT | AESTDTC\n{dlt or 'as assigned'} | 1 | Rash | 3 | "
    data = trial_data(
        "USUBJID | ARMCD | INFUSIONS\n" + "\n".join(people), event + ("Y" if dlt else "N") + " | 2007-06-05"
    )
    return data | {"ex": data["ex"].assign(EXDOSE=[dose for _, doses, *_ in GIVEN.values() for dose in doses])}


def level(dose):
    return dose and f"{dose} mg/m²/day"


@pytest.mark.parametrize("counted_at", ["given", "assigned"])
def test_another_level_counts_where_the_trial_says_and_both_are_named(make_cut, trial, counted_at):
    own = Trial.parse(trial.text.replace('counted_at = "given"', f'counted_at = "{counted_at}"'))
    cut = make_cut(given("a level below"), own)
    table = cut.table("addl").set_index("USUBJID")
    for name, (_, _, assigned, other, counted, code, share) in GIVEN.items():
        row = table.loc[name, ["TRTP", "GIVENTRT", "TRTA"]]
        at = counted if counted_at == "given" else assigned
        assert [None if pandas.isna(one) else one for one in row] == [level(assigned), level(other), level(at)], name
        if counted_at == "given":
            assert (None if pandas.isna(table.loc[name, "DOSECD"]) else table.loc[name, "DOSECD"]) == code, name
            assert table.loc[name, "DOSESHR"] == pytest.approx(share or float("nan"), rel=1e-3, nan_ok=True), name
    where = level("130" if counted_at == "given" else "160")
    counts = dlt_by_dose(View(cut))
    assert counts.table.set_index("TRTA")["NDLT"].to_dict()[where] == 1 and counts.table["NDLT"].sum() == 1
    outcome = cut.ask("rule_outcomes").set_index("USUBJID").loc["a level below"]
    assert (outcome.TRTA, outcome.RESULT) == (where, "T" if counted_at == "given" else "T")
    share = "" if counted_at == "given" else "; 81 % of the planned dose of course 1"
    both = f"a level below (assigned 160 mg/m²/day, given 130 mg/m²/day{share})"
    for made in (counts, subject_by_dose(View(cut))):
        assert both in made.finding and f"is counted at the dose {counted_at}" in made.method
    assert both in rule_now(View(cut)).population
    assert every_dlt(View(cut)).table["NOTE"].tolist() == [f"assigned 160 mg/m²/day, given 130 mg/m²/day{share}"]


def test_who_is_counted_at_another_level_is_found_by_the_filter_of_that_level(make_cut, trial):
    cut = make_cut(given("a level below"), trial)
    for dose, names in (
        (130, {"a level below", "within the tolerance of another", "no planned level"}),
        (160, {"a level above"}),
    ):
        view = View(cut, filters=Filters(doses=(level(dose),)))
        shown = set(subject_by_dose(view).table["USUBJID"])
        assert names <= shown and dlt_by_dose(view).table["NTREATED"].sum() == len(shown)


WITH_DLT = {
    "no planned level, given none": ("No planned level", ""),
    "no planned level": ("130 mg/m²/day", "assigned no planned level, given 130 mg/m²/day"),
    "an infusion too many": ("130 mg/m²/day", "133 % of the planned dose of course 1"),
}
"""Who has a DLT → the level it is counted at, and the note beside it."""


@pytest.fixture(scope="module")
def with_dlts(trial):
    data = given(next(iter(WITH_DLT)))
    return building(data | {"ae": pandas.concat([data["ae"].assign(USUBJID=who) for who in WITH_DLT])}, trial)


@pytest.mark.parametrize("who", WITH_DLT)
def test_every_dlt_names_its_level_and_a_dose_beside_the_planned(with_dlts, who):
    table = every_dlt(View(with_dlts)).table
    assert table["USUBJID"].tolist().count(who) == 1 and len(table) == len(WITH_DLT)
    assert tuple(table.set_index("USUBJID").loc[who, ["TRTA", "NOTE"]]) == WITH_DLT[who]


def test_more_than_planned_stays_evaluable_and_is_named(make_cut, trial):
    cut = make_cut(given(), trial)
    people = subject_by_dose(View(cut))
    notes = people.table.set_index("USUBJID")[["DLTSTAT", "DOSENOTE"]]
    assert notes.loc["too much"].tolist() == ["No DLT", "110.0 % of the planned dose of course 1"] or notes.loc[
        "too much"
    ].tolist() == ["No DLT", "110 % of the planned dose of course 1"]
    assert "an infusion too many (133 % of the planned dose of course 1)" in people.finding
    told = findings(cut)
    assert "an infusion too many: 520 of 390, infusions: 4" in told["dose_above_planned"][0]
    assert "a level above EXSEQ 1: course 1 day 1, 160 of 130" in told["dose_differs_from_level"][0]


UNKNOWN = {
    # rows of EX (day, last day, dose, unit, frequency): the code, and the cumulative dose shown last
    "three days, no frequency": ([(1, 3, "130", "mg/m2", "")], "UNKNOWN", None),
    "three days, daily": ([(1, 3, "130", "mg/m2", "QD")], None, 390),
    "three days, once": ([(1, 3, "130", "mg/m2", "ONCE")], "UNKNOWN", None),
    "three days, an odd frequency": ([(1, 3, "130", "mg/m2", "Q3D")], "UNKNOWN", None),
    "to a partial end": ([(1, "2007-06", "130", "mg/m2", "")], "UNKNOWN", None),
    "two and one of two days": ([(1, 1, "130", "mg/m2", ""), (2, 3, "130", "mg/m2", "")], "UNKNOWN", None),
    "a decimal comma": ([(day, day, "130,0", "mg/m2", "ONCE") for day in (1, 2, 3)], "UNKNOWN", None),
    "an unknown unit": ([(day, day, "2", "vials", "ONCE") for day in (1, 2, 3)], "UNKNOWN", None),
    "an infusion without a date": (
        [(1, 1, "130", "mg/m2", ""), (2, 2, "130", "mg/m2", ""), ("", "", "130", "mg/m2", "")],
        "UNKNOWN",
        None,
    ),
    "an infusion of a month": (
        [(1, 1, "130", "mg/m2", ""), (2, 2, "130", "mg/m2", ""), ("2007-06", "2007-06", "130", "mg/m2", "")],
        "UNKNOWN",
        None,
    ),
    "the last dose missing": (
        [(1, 1, "130", "mg/m2", ""), (2, 2, "130", "mg/m2", ""), (3, 3, "", "mg/m2", "")],
        "UNKNOWN",
        None,
    ),
    "a later course's dose missing": (
        [(day, day, "130", "mg/m2", "") for day in (1, 2, 3)] + [(40, 40, "", "mg/m2", "")],
        None,
        None,
    ),
    "whole": ([(day, day, "130", "mg/m2", "") for day in (1, 2, 3)], None, 390),
}


def test_an_infusion_in_two_records_is_one_dose_of_its_level(make_cut, trial):
    data = trial_data(f"USUBJID | ARMCD | INFUSIONS\nS1 | A130 | {THREE},{THREE}")
    halves = data["ex"].assign(EXDOSE=65.0, EXSPID=[f"line {n}" for n in range(6)])
    cut = make_cut(data | {"ex": halves}, trial)
    row = cut.table("addl").iloc[0]
    assert row.NDOSE1 == 3 and row.DOSESHR == 1 and pandas.isna(row.DOSECD) and pandas.isna(row.GIVENTRT)
    assert not {"dose_differs_from_level", "dose_above_planned"} & findings(cut).keys()


def date_of(day) -> str:
    return str(date(2007, 6, 1) + timedelta(days=day - 1)) if isinstance(day, int) else day


@pytest.fixture(scope="module")
def unknown(make_cut, trial):
    people = "USUBJID | ARMCD | INFUSIONS\n" + "\n".join(f"{name} | A130 | " for name in UNKNOWN)
    rows = [
        dict(USUBJID=name, EXSEQ=str(n), EXTRT="L-ANNAMYCIN", EXDOSE=dose, EXDOSU=unit, EXDOSFRQ=frequency)
        | dict(EXSTDTC=date_of(first), EXENDTC=date_of(last))
        for name, (own, *_) in UNKNOWN.items()
        for n, (first, last, dose, unit, frequency) in enumerate(own, start=1)
    ]
    events = "USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC\nwhole | 1 | Nausea | 1 | 2007-06-02"
    return make_cut(trial_data(people, events) | {"ex": pandas.DataFrame(rows)}, trial)


def test_what_a_record_does_not_tell_is_unknown_and_no_infusion_is_missed(unknown):
    table = unknown.table("addl").set_index("USUBJID")
    found = {name: None if pandas.isna(code) else code for name, code in table["DOSECD"].items()}
    assert found == {name: code for name, (_, code, _) in UNKNOWN.items()}
    assert table["MISSINF"].isna().all() and set(table["DLTSTAT"]) == {"Pending", "No DLT"}
    last = unknown.ask("dose_cumulative").query("KIND == 'Last day known'").set_index("USUBJID")["CUMDOSE"]
    assert {name: None if pandas.isna(dose) else dose for name, dose in last.items()} == {
        name: total for name, (_, _, total) in UNKNOWN.items()
    }
    made = cumulative_dose(View(unknown))
    assert made.finding.startswith("Cumulative doses run from 390 mg/m² (median 390; ")
    assert f"not known in {len(UNKNOWN) - 2} of {len(UNKNOWN)} treated subjects" in made.finding
    assert "nan" not in made.figure.to_json().lower().replace("nano", "")


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


def test_a_limit_that_is_surely_the_longest_is_the_longest_on_the_whole_page(make_cut, trial):
    """Baseline 410, then > 450 and 420; two others at most 430: no display of the page says that 430 is the longest."""
    lines = [f"S{n} | 1 | QTCF | 410 | 2007-05-20\nS{n} | 2 | QTCF | 430 | 2007-06-15" for n in (1, 2)]
    lines += ["S0 | 1 | QTCF | 410 | 2007-05-20\nS0 | 2 | QTCF | >450 | 2007-06-08\nS0 | 3 | QTCF | 420 | 2007-06-15"]
    people = "USUBJID | ARMCD | INFUSIONS\n" + "\n".join(f"S{n} | A130 | {THREE}" for n in range(3))
    data = trial_data(people, eg="\n".join(["USUBJID | EGSEQ | EGTESTCD | EGSTRESC | EGDTC", *lines]))
    view = View(make_cut(data, trial))
    made = qtc_longest(view)
    assert "in 0 of 3 subjects; the longest was >450 ms" in made.finding
    assert "450 ms in 1 of 3" in qtc_by_dose(view).finding
    row = made.table.query("PARAMCD == 'QTCF' and USUBJID == 'S0'").iloc[0]
    assert (row["LIMITC"], row["AVALCA1"], row["CHGCAT1"], row["ADY"]) == (">450", ">450", ">30", 8)
    assert (round(row["WORST"]), round(row["WORSTCHG"])) == (450, 40) and pandas.isna(row["NREP"])
    assert "410 → >450 ms (at least +40 ms)" in " ".join(hover(made)).replace("&gt;", ">")


def hover(made) -> list[str]:
    return [text for trace in made.figure.data for text in (trace.hovertext or ())]


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


# --- other drugs in EX ---------------------------------------------------------------------------------


def exposed(*rows: tuple) -> dict[str, pandas.DataFrame]:
    """Subjects at 130 mg/m²/day: rows are subject, EXTRT, EXSTDTC and, where not 130, EXDOSE or other variables."""
    ex = [
        dict(USUBJID=subject, EXSEQ=float(n), EXTRT=drug, EXDOSE=130.0, EXDOSU="mg/m2", EXSTDTC=day)
        | (more[0] if more else {})
        for n, (subject, drug, day, *more) in enumerate(rows, start=1)
    ]
    names = list(dict.fromkeys(row[0] for row in rows))
    dm = pandas.DataFrame(
        [dict(USUBJID=name, SUBJID=name, STUDYID="T", ARMCD="A130", ACTARMCD="A130") for name in names]
    )
    return {"dm": dm, "ex": pandas.DataFrame(ex), "ae": pandas.DataFrame(columns=["USUBJID", "AETERM", "AESTDTC"])}


def infused(subject: str, drug: str = "L-ANNAMYCIN", first: int = 1) -> list[tuple]:
    return [(subject, drug, f"2007-06-{day:02}") for day in range(first, first + 3)]


def test_another_drug_is_no_infusion_of_the_study_drug(trial):
    cut = delivered("ex_several_drugs", trial)
    table = cut.table("adsl")
    assert set(table["TRTSDT"]) == {pandas.Timestamp("2007-03-05")}
    assert set(table["CUMDOSE"]) == {390.0} and set(table["NDOSE"]) == {3} and set(table["NCOURSE"]) == {1}
    people = subject_by_dose(View(cut)).table.set_index("SUBJID")
    assert people["DLTSTAT"].to_dict() == {"101-001": "Pending", "101-002": "No DLT", "101-003": "No DLT"}
    assert people.loc["101-001", "PENDREAS"] == "awaiting adjudication of Stomatitis"
    said = rule_now(View(cut)).finding
    assert "0 of 2 evaluable subjects at 130 mg/m²/day had a DLT (1 pending): Rolling Six recommends: stay" in said
    assert findings(cut)["drug_other"] == ["CYTARABINE: 3 records of 3 subjects; METHOTREXATE: 3 records of 3 subjects"]
    facts = subject_header(View(cut), "XX-01-101-001").table.set_index("MEASURE")
    assert facts.loc["L-Annamycin", "NOW"] == "390"
    assert "other drugs in EX, not counted: CYTARABINE, METHOTREXATE" in facts.loc["L-Annamycin", "NOTE"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *[(text, "STUDY") for text in ("L-ANNAMYCIN", "l annamycin", "LANNAMYCIN", "L-Annamycin (liposomal)")],
        *[(text, "STUDY") for text in ("L-ANNAMYCIN 130 mg/m2", "LANNAMYCIN130MG", "Liposomal annamycin", "ANNAMYCIN")],
        *[(text, "STUDY") for text in ("PLACEBO", "Matching placebo", "Study drug", "INVESTIGATIONAL PRODUCT")],
        *[
            (text, "STUDY")
            for text in ("STUDY DRUG 130", "Study drug 130 mg/m2/day", "STUDY DRUG130MG", "IP 130 mg/m²")
        ],
        *[(text, "STUDY") for text in ("L-ANNAMYCIN 5 MG/ML VIAL", "STUDY DRUG VIAL", "IMP infusion, day 1")],
        *[(text, "LIKELY") for text in ("STUDY DRUG AND CYTARABINE", "STUDY DRUG PREMEDICATION", "STUDY DRUG B")],
        *[(text, "LIKELY") for text in ("L-ANNAMYCN", "L-ANNAMYICN", "L-ANNAMYCIN + CYTARABINE")],
        *[(text, "LIKELY") for text in ("PREMEDICATION FOR L-ANNAMYCIN", "L-ANNAMYCIN DILUENT", "")],
        *[
            (text, "OTHER")
            for text in ("METHOTREXATE", "CYTARABINE", "DAUNORUBICIN", "IDARUBICIN", "VANCOMYCIN", "ANN-01")
        ],
        *[
            (text, "OTHER")
            for text in (
                "KANAMYCIN",
                "Kanamycin sulfate 500 mg",
                "IP CISPLATIN",
                "DRUG ALLERGY PROPHYLAXIS",
                "IMPIPENEM",
            )
        ],
    ],
)
def test_known_names_of_a_drug(named, text, code):
    assert named[text] == code


@pytest.fixture(scope="module")
def named(trial):
    """EXTRT → DRUGCD, where EX names other drugs too."""
    texts = [text for mark in test_known_names_of_a_drug.pytestmark for text, _ in mark.args[1]]
    made = building(exposed(*[("S1", text, "2007-06-01") for text in texts]), trial)
    asked = made.connection.execute("select coalesce(EXTRT, ''), DRUGCD from exdrug").fetchall()
    return dict(asked)


def test_a_record_without_a_drug_counts_where_ex_names_no_other(trial):
    made = building(exposed(*infused("S1"), *infused("S2", "")), trial)
    assert set(made.table("addl")["DLTSTAT"]) == {"No DLT"}
    assert findings_of(made)["drug_not_named"].count("S2") == 3
    beside = building(exposed(*infused("S1"), *infused("S2", ""), ("S1", "METHOTREXATE", "2007-05-20")), trial)
    assert beside.table("addl").set_index("USUBJID")["PENDCD"].fillna("").to_dict() == {"S1": "", "S2": "DRUG"}


def findings_of(made) -> dict[str, str]:
    return dict(
        made.connection.execute("select CHECKID, string_agg(EXAMPLES, '; ') from ingest.finding group by 1").fetchall()
    )


def test_a_misspelt_name_is_likely_the_study_drug_and_leaves_its_subject_pending(trial):
    made = building(
        exposed(*infused("S1"), *infused("S2", "L-ANNAMYCN"), *infused("S3")[:2], ("S3", "LANAMYCIN", "2007-06-03")),
        trial,
    )
    table = made.table("addl").set_index("USUBJID")
    assert table["DLTSTAT"].to_dict() == {"S1": "No DLT", "S2": "Pending", "S3": "Pending"}
    assert why_pending(table.loc["S2"]) == "the drug of an infusion is in doubt"
    assert findings_of(made)["drug_in_doubt"].startswith("S2 EXSEQ 4: L-ANNAMYCN")
    # listed, it is the drug
    own = Trial.parse(trial.text.replace("drug_names = [", 'drug_names = ["L-ANNAMYCN", "Lanamycin", '))
    assert set(building(exposed(*infused("S1", "L-ANNAMYCN")), own).table("addl")["DLTSTAT"]) == {"No DLT"}


def test_a_dlt_counts_only_after_an_infusion_that_is_surely_of_the_study_drug(trial):
    data = exposed(("S1", "L-ANNAMYCN", "2007-05-20"), *infused("S1"), *infused("S2"))
    data["ae"] = pandas.DataFrame(
        [
            dict(USUBJID=s, AESEQ=1, AEDECOD="Sepsis", AETOXGR="4", AESTDTC=day, AEDLT="Y")
            for s, day in (("S1", "2007-05-25"), ("S2", "2007-06-09"))
        ]
    )
    assert building(data, trial).table("addl").set_index("USUBJID")["DLTSTAT"].to_dict() == {
        "S1": "Pending",
        "S2": "DLT",
    }


def test_ex_without_the_study_drug_is_refused_unless_its_name_is_listed(trial):
    data = exposed(*infused("S1", "ANN-01"), ("S1", "MTX", "2007-05-20"))
    with pytest.raises(IngestError) as refused:
        building(data, trial)
    assert str(refused.value) == (
        "EX has no record of the trial's drug; EXTRT names ANN-01 (3 records), and other drugs: MTX (1 record). If "
        "ANN-01 is the study drug, add it to drug_names of [trial] in trial.toml; else ask the sponsor for its "
        "infusions."
    )
    listed = Trial.parse(trial.text.replace("drug_names = [", 'drug_names = ["ann 01", '))
    row = building(data, listed).table("adsl").iloc[0]
    assert (row.CUMDOSE, f"{row.TRTSDT:%Y-%m-%d}") == (390.0, "2007-06-01")
    every = Trial.parse(trial.text.replace("drug_names = [", 'drug_names = ["*", '))
    assert building(data, every).table("adsl").iloc[0].CUMDOSE == 520.0


def test_a_refusal_does_not_offer_a_known_other_drug_as_the_study_drug(trial):
    with pytest.raises(IngestError) as refused:
        building(exposed(("S1", "METHOTREXATE", "2007-05-20"), ("S2", "Kanamycin", "2007-05-20")), trial)
    assert str(refused.value) == (
        "EX has no record of the trial's drug, only of other drugs: Kanamycin (1 record), METHOTREXATE (1 record). Ask "
        "the sponsor for the infusions of the study drug."
    )


UNTREATED = {
    # what DM says of each subject, whether the cut is made
    "not treated": (dict(ACTARMCD="NOTTRT", ACTARM="Not Treated"), True),
    "blank": (dict(ACTARMCD="", RFXSTDTC=""), True),
    "no first exposure": (dict(RFXSTDTC=""), True),
    "not told": ({}, False),
    "an actual arm": (dict(ACTARMCD="A130", RFXSTDTC=""), False),
    "a first exposure": (dict(ACTARMCD="NOTTRT", RFXSTDTC="2007-06-01"), False),
}


@pytest.mark.parametrize("name", UNTREATED)
def test_a_first_cut_with_other_drugs_alone_is_made_where_dm_says_that_nobody_is_treated(trial, name):
    said, made = UNTREATED[name]
    data = exposed(("S1", "METHOTREXATE", "2007-05-20"), ("S2", "METHOTREXATE", "2007-05-21"))
    data["dm"] = data["dm"].drop(columns="ACTARMCD").assign(**said)
    if not made:
        with pytest.raises(IngestError, match="only of other drugs: METHOTREXATE"):
            building(data, trial)
        return
    cut = building(data, trial, date(2007, 6, 1))
    assert len(cut.table("addl")) == 0 and set(cut.table("adsl")["SAFFL"]) == {"N"}
    assert findings_of(cut)["no_study_drug"] == "METHOTREXATE"
    assert cut.ask("rule_outcomes")["RESULT"].tolist() == ["P", "P"]
    assert "2 enrolled" in rule_now(View(cut)).population or "to be confirmed" in rule_now(View(cut)).finding


NOT_GIVEN = {
    "not given": dict(EXOCCUR="N"),
    "in words": dict(EXOCCUR="NOT DONE"),
    "a dose of 0": dict(EXDOSE=0.0),
    "without a dose": dict(EXOCCUR="No", EXDOSE=None),
}


BESIDE = ("", "2007-06-04", "2007-05-30")
"""The date of what was not given beside three infusions: none, one after them, one before."""


def beside_infusions(cases: dict[str, tuple[str, dict]]) -> dict[str, pandas.DataFrame]:
    """Each subject with three infusions, and a fourth record of a day with what it says more."""
    rows = [[*infused(name), (name, "L-ANNAMYCIN", day, more)] for name, (day, more) in cases.items()]
    data = exposed(*[row for own in rows for row in own])
    return data | {"ex": data["ex"].assign(EXSEQ=data["ex"].groupby("USUBJID").cumcount() + 1.0)}


@pytest.fixture(scope="module")
def not_given(trial):
    return building(
        beside_infusions({f"{name}/{day}": (day, more) for name, more in NOT_GIVEN.items() for day in BESIDE}), trial
    )


@pytest.mark.parametrize("day", BESIDE)
@pytest.mark.parametrize("name", NOT_GIVEN)
def test_what_was_not_given_is_no_infusion_without_a_date_nor_with_one(not_given, name, day):
    view = alone(not_given, f"{name}/{day}")
    assert found_in(view, "infusion_undated") == found_in(view, "dose_missing") == {}
    assert records_found_in(view, "dose_zero") == ["EXSEQ 4"]
    row = not_given.table("adsl").set_index("USUBJID").loc[f"{name}/{day}"]
    assert (row.NDOSE, row.CUMDOSE, row.CUMMISS, f"{row.TRTSDT:%Y-%m-%d}") == (3, 390.0, 0, "2007-06-01")
    assert pandas.isna(row.FIRSTCD)


def test_what_was_not_given_is_counted_by_the_load(not_given):
    told = findings_of(not_given)
    assert "infusion_undated" not in told and "dose_missing" not in told and "EXSEQ 4" in told["dose_zero"]


PERHAPS_GIVEN = {
    "no dose": dict(EXDOSE=None),
    "given": dict(EXOCCUR="Y"),
    "not known": dict(EXOCCUR="NOT KNOWN"),
    "no word": {},
}


@pytest.fixture(scope="module")
def perhaps_given(trial):
    return building(beside_infusions({name: ("", more) for name, more in PERHAPS_GIVEN.items()}), trial)


@pytest.mark.parametrize("name", PERHAPS_GIVEN)
def test_what_may_have_been_given_without_a_date_is_an_infusion_without_a_date(perhaps_given, name):
    assert records_found_in(alone(perhaps_given, name), "infusion_undated") == ["EXSEQ 4"]
    assert perhaps_given.table("adsl").set_index("USUBJID").loc[name, "CUMMISS"] == 1


FIRST_DAYS = {"": "FIRST DOSE", "2007-06": "FIRST DOSE", "2007-06-01": None}
"""The date of the first infusion → why the window is not known."""
LAST_SEEN = ("2007-06-19", "2007-06-27")


@pytest.fixture(scope="module")
def windows(trial):
    """Each first day with each last visit, and S2, whose window is known and was seen to its end."""
    people = {f"{day}/{seen}": (day, seen) for day in FIRST_DAYS for seen in LAST_SEEN}
    rows = [[(name, "L-ANNAMYCIN", day), *infused(name)[1:]] for name, (day, _) in people.items()]
    visits = {name: seen for name, (_, seen) in people.items()} | {"S2": "2007-06-27"}
    sv = [dict(USUBJID=name, VISIT="V", SVSTDTC=seen) for name, seen in visits.items()]
    data = exposed(*[row for own in rows for row in own], *infused("S2"))
    return building(data | {"sv": pandas.DataFrame(sv)}, trial)


@pytest.mark.parametrize("seen", LAST_SEEN)
@pytest.mark.parametrize(("day", "code"), FIRST_DAYS.items())
def test_no_day_of_a_window_that_is_not_known_is_named(windows, day, code, seen):
    row = windows.table("addl").set_index("USUBJID").loc[f"{day}/{seen}"]
    assert pandas.isna([row.SEENADY, row.TOLADY]).all() == (code is not None)
    assert ("last seen" in why_pending(row)) == (code is None and seen == "2007-06-19")


def test_another_drug_alone_leaves_its_subject_awaiting_the_first_infusion(trial):
    made = building(exposed(*infused("S1"), *infused("S2", "CYTARABINE")), trial)
    assert list(made.table("addl")["USUBJID"]) == ["S1"]
    assert made.ask("rule_outcomes").set_index("USUBJID")["RESULT"].to_dict() == {"S1": "N", "S2": "P"}
    assert findings_of(made)["may_be_enrolled"] == "S2: 130 mg/m²/day, EX holds other drugs alone"


def test_another_drug_in_a_later_course_or_not_given_changes_nothing(trial):
    plain = building(exposed(*infused("S1")), trial).table("adsl").iloc[0]
    more = [
        ("S1", "METHOTREXATE", "2007-06-02", {"EXOCCUR": "N"}),
        ("S1", "CYTARABINE", "2007-06-30", {"EXDOSE": 1000.0}),
    ]
    row = building(exposed(*infused("S1"), *more), trial).table("adsl").iloc[0]
    assert (row.NCOURSE, row.NDOSE, row.CUMDOSE, row.TRTEDT) == (
        plain.NCOURSE,
        plain.NDOSE,
        plain.CUMDOSE,
        plain.TRTEDT,
    )


# --- the first infusion without a known day -------------------------------------------------------------


def undated() -> dict[str, pandas.DataFrame]:
    """S1 to S3 without a DLT at 130; U1 without dates and with a DLT, U2 without, M1 by the month; S4 at 160."""
    data = exposed(
        *infused("S1"), *infused("S2"), *infused("S3"), *infused("S4", first=20),
        *[(subject, "L-ANNAMYCIN", "") for subject in ("U1", "U2") for _ in range(3)],
        ("M1", "L-ANNAMYCIN", "2007-06"), *infused("M1", first=12)[:2],
    )  # fmt: skip
    data["dm"].loc[data["dm"]["USUBJID"] == "S4", ["ARMCD", "ACTARMCD"]] = "A160"
    data["ex"].loc[data["ex"]["USUBJID"] == "S4", "EXDOSE"] = 160.0
    events = [("U1", "2007-06-20", "Y"), ("M1", "2007-06-05", "Y")]
    data["ae"] = pandas.DataFrame(
        [dict(USUBJID=s, AESEQ=1, AEDECOD="Stomatitis", AETOXGR="4", AESTDTC=day, AEDLT=y) for s, day, y in events]
    )
    echo = dict(CVTESTCD="LVEF", CVMETHOD="ECHOCARDIOGRAM", CVSTRESU="%")
    data["cv"] = pandas.DataFrame(
        [
            dict(USUBJID=s, CVSEQ=n, CVSTRESN=value, CVDTC=day) | echo
            for s in ("S1", "U1", "M1")
            for n, (day, value) in enumerate([("2007-05-20", 62.0), ("2007-07-03", 45.0)])
        ]
    )
    return data


def test_a_first_infusion_without_a_day_holds_a_place_as_pending(trial):
    made = building(undated(), trial)
    table = made.table("addl").set_index("USUBJID")
    assert table["DLTSTAT"].to_dict() == dict.fromkeys(("S1", "S2", "S3", "S4"), "No DLT") | dict.fromkeys(
        ("U1", "U2", "M1"), "Pending"
    )
    assert why_pending(table.loc["U1"]) == "date of the first infusion not known"
    assert table.loc[["U1", "U2", "M1"], "DAYSLEFT"].isna().all()
    rows = made.ask("rule_outcomes")
    # at the level, and not the present one
    assert list(rows["USUBJID"])[-1] == "S4" and rows.set_index("USUBJID").loc["U1", "TRTFL"] == "Y"
    said = rule_now(View(made)).finding
    assert "U1 (date of the first infusion not known)" in said and "escalate to 190" not in said.split("pending.")[0]
    found = findings_of(made)["first_infusion_not_known"]
    assert "U1: no date, with an event adjudicated a DLT" in found and "M1: 2007-06-01 to 2007-06-12" in found
    by_dose = dlt_by_dose(View(made)).table.set_index("TRTA").loc["130 mg/m²/day"]
    assert (by_dose["NTREATED"], by_dose["NPENDING"], by_dose["NDLT"]) == (6, 3, 0)


def test_every_display_can_be_made_without_the_day_of_a_first_infusion(trial, make_cut):
    view = View(make_cut(undated(), trial))
    for page in PAGES:
        for entry in page.displays:
            if not entry.arguments:
                made = entry.function(view)
                assert made.finding and not {"nan", "<NA>", "NaT"} & set(made.finding.replace("(", " ").split()), (
                    made.name
                )
    facts = subject_header(view, "U1").table.set_index("MEASURE")
    assert facts.loc["DLT evaluation", "NOTE"] == "date of the first infusion not known"
    assert facts.loc["Status", "NOTE"] == "date of the first infusion not known"


def test_what_happened_to_a_subject_without_the_day_of_the_first_infusion_may_be_an_event(trial, make_cut):
    states = {state.rule.name: state for state, _ in rule_states(View(make_cut(undated(), trial)))}
    mucositis = states["Severe mucositis"]
    assert list(mucositis.possible["USUBJID"]) == ["U1"]
    assert mucositis.possible["POSSTERM"].iloc[0] == "Stomatitis, grade 4"
    rows = mucositis.subjects.set_index("USUBJID")
    heart = states["Cardiac dysfunction"].possible.set_index("USUBJID")
    assert heart.loc["U1", ["POSSTERM", "POSSVAL"]].tolist() == ["CTRCD moderate possible", "45.0"]
    assert rows.loc["U2", "STATUS"] == "Awaited" and rows.loc["U2", "REASON"] == "date of the first infusion not known"


def test_a_pending_subject_without_the_day_of_the_first_infusion_can_be_resolved(trial, file_of_cut):
    cut = file_of_cut(undated(), trial)
    for letter, status in {"T": "DLT", "N": "No DLT", "X": "Not evaluable"}.items():
        assert suppose(cut, resolved={"U2": letter}).table("addl").set_index("USUBJID").loc["U2", "DLTSTAT"] == status


DATES = {
    ("2007-06-01", "2007-06-02", "2007-06-03"): "No DLT",
    ("2007-06", "2007-06", "2007-06"): "Pending",
    ("", "2007-06-02", "2007-06-03"): "Pending",
    ("2007-06-01", "2007-06-02", "2007-06-03", ""): "No DLT",
    ("2007-06-01", "2007-06-02", "2007-06-03", "2007-07"): "No DLT",
    ("2007", "2007-06-02", "2007-06-03"): "Pending",
    ("2007-06-02", "2007-06-03", "2007-06-04", "2007-06"): "Pending",
}


@pytest.fixture(scope="module")
def dated(trial):
    rows = [(",".join(days), "L-ANNAMYCIN", day) for days in DATES for day in days]
    return building(exposed(*rows), trial).table("addl").set_index("USUBJID")["DLTSTAT"]


@pytest.mark.parametrize("days", DATES, ids=",".join)
def test_which_dates_tell_the_first_infusion(dated, days):
    assert dated[",".join(days)] == DATES[days]
