"""Deliveries whose DLT evaluation is known, and their neighbours: grades, deaths, onsets, last contact, counts."""

from __future__ import annotations

import re
from datetime import date
from itertools import product
from pathlib import Path

import pandas
import pytest
from building import building
from deliveries import delivered
from drawn import THREE, drawn, trial_data

from displays.adverse_events.by_dose import adverse_by_dose
from displays.adverse_events.dlts import every_dlt, judged_not_dlt
from displays.data.findings import ingest_findings
from displays.escalation.evaluation import status_words, why_not_evaluable, why_pending
from displays.escalation.rates import dlt_by_dose
from displays.escalation.subjects import subject_by_dose
from displays.rule.design import outcomes, rule_of, subjects
from displays.rule.now import rule_now
from displays.stopping.asked import rule_states
from displays.subject.header import subject_header
from queries import View
from queries.hypothetical import suppose
from trial import Trial


def told(cut) -> dict[str, str]:
    """Each subject's status in words."""
    return {row.USUBJID: status_words(row) for row in cut.table("addl").itertuples()}


def known(cut) -> str:
    return str(outcomes(subjects(cut), rule_of(cut.trial)))


def found(cut, check: str) -> str:
    """The examples of a finding of the load; "" where it was not made."""
    table = cut.table("ingest.finding")
    return "; ".join(table.loc[table["CHECKID"] == check, "EXAMPLES"])


# --- the deliveries -------------------------------------------------------------------------------------


def test_fatal_and_life_threatening_events_without_a_grade_await_adjudication(trial):
    cut = delivered("dlt_fatal_ungraded", trial)
    assert told(cut) == {
        **dict.fromkeys(("S1", "S2", "S3"), "No DLT"),
        "S4": "Pending, awaiting adjudication of Sepsis; died of sepsis on day 12",
        "S5": "Pending, cause of death on day 14 not known",
        "S6": "Pending, awaiting adjudication of Respiratory failure",
    }
    assert known(cut) == "1NNNPPP" and rule_of(trial).decide(known(cut)).action == "suspend"
    finding = rule_now(View(cut)).finding
    assert "Without it Rolling Six would suspend enrolment" in finding and "escalate" not in finding
    assert "S5 (day 14) died in the DLT window without a delivered cause." in finding
    made = adverse_by_dose(View(cut))
    assert "2 of grade 3 or worse (2 of them by outcome alone), 2 serious; fatal adverse event 1" in made.finding
    assert "counts as grade 5 (fatal)" in found(cut, "grade_missing")
    assert "S6 AESEQ 1: Respiratory failure, counts as grade 4 (life threatening)" in found(cut, "grade_missing")


def test_dlts_outside_the_window_are_named_and_never_counted_before_it(trial):
    cut = delivered("dlt_outside_window", trial)
    assert told(cut) == {
        "S1": "DLT: Stomatitis grade 3",
        "S2": "Pending, date of the DLT to be resolved (Rash, day −12)",
        "S3": "No DLT",
    }
    for make in (rule_now, dlt_by_dose, every_dlt):
        finding = make(View(cut)).finding
        assert "1 DLT began outside the window (S1, day 45), counted as adjudicated." in finding
        assert "1 DLT is dated before the first infusion (S2, day −12), not counted" in finding
    assert "1 of 2 evaluable subjects" in dlt_by_dose(View(cut)).finding
    assert "no dose is tolerated" not in rule_now(View(cut)).finding.split("S2 is pending")[0]
    assert found(cut, "dlt_before_first_infusion").startswith("S2 AESEQ 2: Rash, onset 2007-05-20, day -12")
    assert found(cut, "dlt_outside_window").startswith("S1 AESEQ 2: Stomatitis, onset 2007-07-15, day 45")


def test_a_dlt_after_the_window_is_ignored_where_the_trial_says_so(trial):
    own = Trial.parse(trial.text.replace('after_window = "count"', 'after_window = "ignore"'))
    cut = delivered("dlt_outside_window", own)
    assert told(cut)["S1"] == "No DLT" and cut.ask("dlt_by_dose")["NDLT"].sum() == 0
    for make in (rule_now, dlt_by_dose, every_dlt):
        assert "1 DLT began outside the window (S1, day 45), not counted (trial.toml)." in make(View(cut)).finding
    assert "A DLT that began after the window does not count" in dlt_by_dose(View(cut)).method


def test_the_days_before_the_end_that_are_allowed_stand_in_the_sentence(trial):
    cut = delivered("window_not_observed_last_week", trial)
    assert told(cut) == {"S1": "No DLT", "S2": "Pending, last seen on day 20"}
    words = "S1 (last seen on day 21) counts without a DLT: within the 7 days before day 28 that are taken as observed"
    assert words in dlt_by_dose(View(cut)).finding and words in rule_now(View(cut)).finding
    assert "at most 7 days before the end of the DLT window" in trial.assumptions["dlt.seen_within_days"]
    strict = delivered(
        "window_not_observed_last_week",
        Trial.parse(trial.text.replace("seen_within_days = 7 ", "seen_within_days = 6 ")),
    )
    assert told(strict)["S1"] == "Pending, last seen on day 21"
    assert "taken as observed" not in dlt_by_dose(View(strict)).finding


def test_deaths_without_a_cause_are_pending_and_named_in_one_sentence(trial):
    cut = delivered("stopping_met_rule_says_escalate", trial)
    assert told(cut)["S4"] == "Pending, cause of death on day 12 not known"
    finding = rule_now(View(cut)).finding
    assert finding.count("died in the DLT window") == 1
    assert "S4 (day 12) and S5 (day 14) died in the DLT window without a delivered cause." in finding
    header = subject_header(View(cut), "S4").table.set_index("MEASURE").loc["DLT evaluation"]
    assert (header.NOW, header.NOTE) == ("Pending", "cause of death on day 12 not known")


def test_subjects_at_no_planned_level_count_once_and_are_not_the_highest_dose(trial):
    cut = delivered("no_planned_level_counted_squared", trial)
    rows = cut.ask("dlt_by_dose").set_index("TRTA")
    assert rows.loc["No planned level", ["NTREATED", "NEVAL", "NDLT"]].tolist() == [3, 3, 2]
    finding = dlt_by_dose(View(cut)).finding
    assert finding.startswith("2 of 6 evaluable subjects had a DLT: 2 of 3 at No planned level")
    assert "highest dose given" not in finding
    assert subject_by_dose(View(cut)).finding.startswith("2 of 6 treated subjects had a DLT")


def test_a_record_after_death_says_nothing_of_the_last_contact(trial):
    cut = delivered("records_after_death", trial)
    row = cut.table("addl").set_index("USUBJID").loc["S1"]
    assert row["DLTSTAT"] == "Pending" and "DEATH" in row["PENDCD"]
    assert cut.table("adtte").set_index("USUBJID").loc[["S1"], "LSTALVDT"].max() <= pandas.Timestamp(2007, 6, 10)


# --- neighbours: how an outcome can be delivered ---------------------------------------------------------

OUTCOMES = """
USUBJID | AESEQ | AETERM | AETOXGR | AEDLT | AESTDTC    | AEREL       | AEOUT              | AESDTH | AESLIFE | AESEV
a       | 1     | Sepsis | .       | .     | 2007-06-10 | NOT RELATED | Fatal              | .      | .       | .
b       | 1     | Sepsis | 2       | .     | 2007-06-10 | RELATED     | FATAL              | .      | .       | .
c       | 1     | Sepsis | 3       | N     | 2007-06-10 | .           | RECOVERED/RESOLVED | Y      | .       | .
d       | 1     | Sepsis | 9       | .     | 2007-06-10 | .           | .                  | .      | YES     | .
e       | 1     | Sepsis | 2       | .     | 2007-06-10 | .           | .                  | .      | Y       | .
f       | 1     | Sepsis | .       | .     | 2007-06-10 | .           | .                  | N      | N       | MODERATE
g       | 1     | Sepsis | .       | .     | 2007-06-10 | UNRELATED   | .                  | .      | .       | MODERATE
h       | 1     | Sepsis | .       | .     | 2007-06    | RELATED     | .                  | .      | .       | .
i       | 1     | Sepsis | .       | .     | 2007-06-29 | RELATED     | FATAL              | .      | .       | .
j       | 1     | Sepsis | 3       | .     | 2007-05-28 | RELATED     | FATAL              | .      | .       | .
k       | 1     | Sepsis | 2       | N     | 2007-06-10 | RELATED     | .                  | .      | .       | .
"""
DIED = {"a": "2007-06-12", "b": "2007-06-12", "c": "2007-06-12", "i": "2007-07-05", "j": "2007-06-05"}
STATES = {
    "a": "Pending, awaiting adjudication of Sepsis; died of sepsis on day 12",
    "b": "Pending, awaiting adjudication of Sepsis; died of sepsis on day 12",
    "c": "Not evaluable: died of sepsis on day 12",
    "d": "Pending, awaiting adjudication of Sepsis",
    "e": "No DLT",
    "f": "Pending, grade of Sepsis not known",
    "g": "No DLT",
    "h": "Pending, grade of Sepsis not known",
    "i": "No DLT",
    "j": "Pending, awaiting adjudication of Sepsis; died of sepsis on day 5",
    "k": "No DLT",
}


@pytest.fixture(scope="module")
def by_outcome(make_cut, trial):
    people = "\n".join(
        f"{name} | A130 | {THREE} | {DIED.get(name, '.')} | {'Y' if name in DIED else '.'}" for name in STATES
    )
    seen = "USUBJID | VSTESTCD | VSDTC\n" + "\n".join(
        f"{name} | WEIGHT | 2007-06-28" for name in STATES if name not in DIED
    )
    data = trial_data(f"USUBJID | ARMCD | INFUSIONS | DTHDTC | DTHFL\n{people}", OUTCOMES, vs=seen)
    return make_cut(data, trial)


def test_grades_implied_by_the_outcome_decide_who_is_pending(by_outcome):
    assert told(by_outcome) == STATES
    grades = by_outcome.table("adae").set_index("USUBJID")
    assert grades["ATOXGR"].fillna(0).to_dict() == dict(a=5, b=5, c=5, d=4, e=2, f=0, g=0, h=0, i=5, j=5, k=2)
    assert grades["AETOXGR"].dropna().to_dict() == dict(b="2", c="3", d="9", e="2", j="3", k="2")
    finding = adverse_by_dose(View(by_outcome)).finding
    assert "6 of grade 3 or worse (4 of them by outcome alone; 3 more with an ungraded event)" in finding
    assert "fatal adverse event 5" in finding


def test_what_cannot_all_be_right_is_a_finding_with_both_values(by_outcome):
    words = found(by_outcome, "grade_contradicted")
    assert "b AESEQ 1: Sepsis, grade 2, outcome fatal" in words
    assert "c AESEQ 1: Sepsis, grade 3, outcome recovered/resolved, results in death: Y" in words
    row = ingest_findings(View(by_outcome)).table.query("CHECKID == 'grade_contradicted'")
    assert row["NRECS"].sum() == 4, "b, c, e (life-threatening, grade 2) and j"
    assert ingest_findings(View(by_outcome)).table.query("CHECKID == 'grade_missing'")["NRECS"].sum() == 5


def test_a_grade_by_outcome_is_said_in_the_lists_of_events(by_outcome):
    table = by_outcome.ask("dlt_judged_not").set_index("USUBJID")
    assert table.loc["a", ["ATOXGR", "ATOXGRIM"]].tolist() == [5, "FATAL"]
    rows = by_outcome.ask("ae_special_interest").query("AESICAT == 'Febrile neutropenia and infection' and NSUBJ > 0")
    assert rows[["NSUBJ", "NGRADE3", "NNOGRADE"]].values.tolist() == [[11, 6, 3]]


def test_the_worst_reading_of_an_unknown_is_never_less_cautious(make_cut, trial):
    """Every combination of grade, relation and verdict, the unknown of each beside its worst and its best."""
    names = {
        f"{grade}-{relation}-{verdict}": (grade, relation, verdict)
        for grade, relation, verdict in product(("", "4", "2"), ("", "RELATED", "NOT RELATED"), ("", "Y", "N"))
    }
    people = "\n".join(f"{name} | A130 | {THREE}" for name in names)
    events = "\n".join(
        f"{name} | 1 | Rash | {grade or '.'} | {relation or '.'} | {verdict or '.'} | 2007-06-10"
        for name, (grade, relation, verdict) in names.items()
    )
    data = trial_data(
        f"USUBJID | ARMCD | INFUSIONS\n{people}",
        f"USUBJID | AESEQ | AETERM | AETOXGR | AEREL | AEDLT | AESTDTC\n{events}",
    )
    status = make_cut(data, trial).table("addl").set_index("USUBJID")["DLTSTAT"].to_dict()
    order = {"DLT": 2, "Pending": 1, "No DLT": 0}
    at = {key: order[status[name]] for name, key in names.items()}
    for (grade, relation, verdict), caution in at.items():
        worst = at[grade or "4", relation or "RELATED", verdict or "Y"]
        best = at[grade or "2", relation or "NOT RELATED", verdict or "N"]
        assert best <= caution <= worst, (grade, relation, verdict)


VERDICTS = """
USUBJID  | AESEQ | AETERM | AETOXGR | AEDLT     | AESTDTC    | AEREL
reads    | 1     | Rash   | 2       | yes       | 2007-06-10 | .
no       | 1     | Rash   | 3       | No        | 2007-06-10 | .
pending  | 1     | Rash   | 2       | pending   | 2007-06-10 | .
later    | 1     | Rash   | 2       | pending   | 2007-07-10 | .
lost     | 1     | Rash   | 1       | N         | 2007-06-10 | .
spid     | 1     | Rash   | 1       | N         | 2007-06-10 | .
found    | 1     | Rash   | 1       | .         | 2007-06-10 | .
grave    | 1     | Sepsis | .       | .         | 2007-06-10 | .
"""
SUPPLIED = """
USUBJID | RDOMAIN | IDVAR  | IDVARVAL | QNAM    | QVAL
lost    | AE      | AESEQ  | 9        | AEDLT   | Y
spid    | AE      | AESPID | E-1      | AEDLT   | Y
found   | AE      | AESEQ  | 1        | AEDLT   | Y
grave   | AE      | AESEQ  | 1        | AESLIFE | Y
"""


def test_a_verdict_that_cannot_be_read_or_placed_leaves_its_subject_pending(make_cut, trial):
    names = ("reads", "no", "pending", "later", "lost", "spid", "found", "grave")
    people = "\n".join(f"{name} | A130 | {THREE}" for name in names)
    cut = make_cut(trial_data(f"USUBJID | ARMCD | INFUSIONS\n{people}", VERDICTS, suppae=SUPPLIED), trial)
    lost = "Pending, a DLT was adjudicated of an event that was not delivered"
    assert told(cut) == {
        "reads": "DLT: Rash grade 2",
        "no": "No DLT",
        "pending": "Pending, awaiting adjudication of Rash",
        "later": "No DLT",
        "lost": lost,
        "spid": lost,
        "found": "DLT: Rash grade 1",
        "grave": "Pending, awaiting adjudication of Sepsis",
    }
    assert "pending" in found(cut, "dlt_verdict_not_read")


def test_a_partial_date_of_departure_is_the_last_contact_within_it(make_cut, trial):
    data = trial_data(
        "\n".join(["USUBJID | ARMCD | INFUSIONS", *(f"{name} | A130 | {THREE}" for name in ("early", "end"))]),
        "USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC\nearly | 1 | Nausea | 1 | 2007-06-02",
        ds="USUBJID | DSCAT | EPOCH | DSDECOD | DSTERM | DSSTDTC\n"
        "early | DISPOSITION EVENT | FOLLOW-UP | LOST TO FOLLOW-UP | Moved | 2007-06\n"
        "end | DISPOSITION EVENT | FOLLOW-UP | LOST TO FOLLOW-UP | Moved | 2007-06",
        vs="USUBJID | VSTESTCD | VSDTC\nearly | WEIGHT | 2007-06-15\nend | WEIGHT | 2007-06-28",
    )
    assert told(make_cut(data, trial)) == {"early": "Not evaluable: lost to follow-up on day 15", "end": "No DLT"}


def test_without_aeseq_a_verdict_in_ae_itself_stays_with_its_event(make_cut, trial):
    data = trial_data(
        f"USUBJID | ARMCD | INFUSIONS\nS1 | A130 | {THREE}\nS2 | A130 | {THREE}",
        "USUBJID | AETERM | AETOXGR | AEDLT | AESTDTC\nS1 | Sepsis | 4 | Y | 2007-06-10\n"
        "S1 | Rash | 3 | N | 2007-06-11\nS2 | Rash | 3 | N | 2007-06-11",
    )
    cut = make_cut(data, trial)
    assert told(cut) == {"S1": "DLT: Sepsis grade 4", "S2": "No DLT"}
    assert cut.ask("dlt_by_dose")["NDLT"].sum() == 1


# --- neighbours: where a DLT began -----------------------------------------------------------------------

BEGAN = """
USUBJID | AESEQ | AETERM     | AETOXGR | AEDLT | AESTDTC          | AEOUT | AEENDTC
clock   | 1     | Rash       | 3       | Y     | 2007-06-01T08:00 | .     | .
sameday | 1     | Rash       | 3       | Y     | 2007-06-01       | .     | .
month   | 1     | Rash       | 3       | Y     | 2007-06          | .     | .
before  | 1     | Rash       | 3       | Y     | 2007-05          | .     | .
both    | 1     | Rash       | 3       | Y     | 2007-05-20       | .     | .
both    | 2     | Sepsis     | 4       | Y     | 2007-06-20       | .     | .
undated | 1     | Rash       | 3       | Y     | .                | .     | .
edge    | 1     | Rash       | 3       | Y     | 2007-06-28       | .     | .
after   | 1     | Rash       | 3       | Y     | 2007-06-29       | .     | .
worse   | 1     | Sepsis     | 3       | Y     | 2007-05-30       | FATAL | 2007-06-09
aplasia | 1     | Bone marrow failure | 4 | Y  | 2007-07-14       | .     | .
second  | 1     | Rash       | 3       | Y     | 2007-07-20       | .     | .
soon    | 1     | Rash       | 3       | Y     | 2007-06-25       | .     | .
"""
COUNTS = {
    "clock": ("Pending", "BEFORE"),
    "sameday": ("DLT", "WINDOW"),
    "month": ("DLT", "WINDOW"),
    "before": ("Pending", "BEFORE"),
    "both": ("DLT", "BEFORE"),
    "undated": ("DLT", "WINDOW"),
    "edge": ("DLT", "WINDOW"),
    "after": ("DLT", "AFTER"),
    "worse": ("DLT", "WINDOW"),
    "aplasia": ("DLT", "LATE"),
    "second": ("No DLT", "OTHER DOSE"),
    "soon": ("No DLT", "OTHER DOSE"),
}


@pytest.fixture(scope="module")
def began():
    people = [f"{name} | A130 | {THREE} | {'2007-06-09 | Y' if name == 'worse' else '. | .'}" for name in COUNTS]
    data = trial_data("\n".join(["USUBJID | ARMCD | INFUSIONS | DTHDTC | DTHFL", *people]), BEGAN)
    ex = data["ex"]
    ex["EXSTDTC"] = ex["EXSTDTC"].mask(ex["USUBJID"] == "clock", ex["EXSTDTC"] + "T10:00")
    later = ex[ex["USUBJID"].isin(["second", "soon", "after"])].assign(EXSEQ=lambda rows: rows["EXSEQ"] + 3)
    soon = later["EXSTDTC"].str.replace("-06-0", "-06-2")
    later["EXSTDTC"] = later["EXSTDTC"].str.replace("-06-", "-07-").mask(later["USUBJID"] == "soon", soon)
    later["EXDOSE"] = later["EXDOSE"].mask(later["USUBJID"].isin(["second", "soon"]), 100.0)
    data["ex"] = pandas.concat([ex, later], ignore_index=True)
    return data


@pytest.mark.parametrize("setting", ["count", "ignore"])
def test_where_a_dlt_began_decides_whether_it_counts(make_cut, trial, began, setting):
    own = Trial.parse(trial.text.replace('after_window = "count"', f'after_window = "{setting}"'))
    cut = make_cut(began, own)
    status = cut.table("addl").set_index("USUBJID")["DLTSTAT"]
    place = cut.table("adae").query("AESEQ == 1").set_index("USUBJID")["DLTPLACE"]
    expected = COUNTS | ({"after": ("No DLT", "AFTER")} if setting == "ignore" else {})
    assert {name: (status[name], place[name]) for name in COUNTS} == expected
    finding = dlt_by_dose(View(cut)).finding
    assert "2 DLTs began in a later course at another dose (second, day 50; soon, day 25), not counted in" in finding
    assert "aplasia" not in finding and "(after, day 29)" in finding
    assert "3 DLTs are dated before the first infusion (before, day −31; both, day −12; clock, day 1)" in finding
    assert set(every_dlt(View(cut)).table.query("USUBJID == 'aplasia'")["NOTE"]) == {
        "after the window, counted by the late criterion"
    }


def test_a_pending_dlt_before_the_first_infusion_can_be_resolved(file_of_cut, trial, began):
    cut = file_of_cut(began, trial)
    for letter, status in (("T", "DLT"), ("N", "No DLT"), ("X", "Not evaluable")):
        row = suppose(cut, resolved={"before": letter}).table("addl").set_index("USUBJID").loc["before"]
        assert row["DLTSTAT"] == status and not why_pending(row)


# --- neighbours: deaths ----------------------------------------------------------------------------------

DEATHS = {
    # columns of DM, term of the disposition, SUPPDM: the status in words
    "bare": ("2007-06-12", "Death", "", "Pending, cause of death on day 12 not known"),
    "disease": ("2007-06-12", "DEATH DUE TO PROGRESSIVE DISEASE", "",
        "Not evaluable: died of progressive disease on day 12"),
    "leukemia": ("2007-06-12", "Died of leukemia", "", "Not evaluable: died of leukemia on day 12"),
    "all": ("2007-06-12", "Death due to ALL", "", "Not evaluable: died of all on day 12"),
    "supp": ("2007-06-12", "DEATH", "Relapse", "Not evaluable: died of relapse on day 12"),
    "sepsis": ("2007-06-12", "Death due to sepsis", "", "Pending, died of sepsis on day 12, cause not adjudicated"),
    "drug": ("2007-06-12", "Death: treatment-related", "",
        "Pending, died of treatment-related on day 12, cause not adjudicated"),
    "other": ("2007-06-12", "Death, accident", "", "Not evaluable: died of accident on day 12"),
    "unknown": ("2007-06-12", "Death of unknown cause", "", "Pending, cause of death on day 12 not known"),
    "lastday": ("2007-06-28", "Death", "", "Pending, cause of death on day 28 not known"),
    "lastdis": ("2007-06-28", "Death due to relapse", "", "No DLT"),
    "nextday": ("2007-06-29", "Death", "", "No DLT"),
    "month": ("2007-06", "Death", "", "Pending, cause and day of death not known"),
    "early": ("2007-05-20", "Death due to relapse", "", "Pending, died of relapse on day −12, cause not adjudicated"),
    "undated": ("", "", "", "Pending, cause and day of death not known"),
}  # fmt: skip


@pytest.fixture(scope="module")
def dead(trial):
    people = [f"{name} | A130 | {THREE} | {day or '.'} | Y" for name, (day, *_) in DEATHS.items()]
    ds = [
        f"{name} | DISPOSITION EVENT | FOLLOW-UP | DEATH | {term} | {day or '.'}"
        for name, (day, term, *_) in DEATHS.items()
        if term
    ]
    data = trial_data(
        "\n".join(["USUBJID | ARMCD | INFUSIONS | DTHDTC | DTHFL", *people]),
        "USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC\nbare | 1 | Nausea | 1 | 2007-06-02",
        ds="\n".join(["USUBJID | DSCAT | EPOCH | DSDECOD | DSTERM | DSSTDTC", *ds]),
        suppdm="USUBJID | RDOMAIN | IDVAR | IDVARVAL | QNAM | QVAL\nsupp | DM | . | . | DTHCAUS | Relapse",
        vs="USUBJID | VSTESTCD | VSDTC\nbare | WEIGHT | 2007-06-10",
    )
    return building(data, trial)


@pytest.mark.parametrize("name", DEATHS)
def test_a_death_in_the_window_is_settled_by_its_cause_alone(dead, name):
    assert told(dead)[name] == DEATHS[name][3]


def test_each_unsettled_death_stands_in_the_rules_finding(dead):
    finding = rule_now(View(dead)).finding
    assert "Bare (day 12), lastday (day 28) and unknown (day 12) died" in finding
    assert "month (between day " in finding and "may have died in the DLT window without a delivered cause" in finding
    assert (
        "died in the DLT window without a delivered cause, and drug (day 12, treatment-related), early (day −12, "
        "relapse) and sepsis (day 12, sepsis) of a cause that was not adjudicated; month (between day " in finding
    )
    assert "disease (day 12" not in finding.split("not evaluable")[0]


# --- neighbours: counts at the end of the window -----------------------------------------------------------

BLOOD = {
    # (study day, neutrophils, platelets) in 10^9/L: status at the cut on day 35, on day 60
    "recovered": ([(20, "0.2", "15"), (27, "0.8", "30")], "No DLT", "No DLT"),
    "at limit": ([(27, "0.5", "20")], "No DLT", "No DLT"),
    "below it as text": ([(27, "<0.5", "30")], "APLASIA", "LATE APLASIA"),
    "neutrophils low": ([(27, "0.3", "30")], "APLASIA", "LATE APLASIA"),
    "platelets low": ([(26, "1.5", "12")], "APLASIA", "LATE APLASIA"),
    "last count early": ([(12, "0.1", "8")], "APLASIA", "LATE APLASIA"),
    "recovers by day 40": ([(27, "0.3", "30"), (40, "0.9", "60")], "APLASIA", "No DLT"),
    "in steps": ([(27, "0.3", "12"), (38, "0.9", ""), (41, "", "25")], "APLASIA", "No DLT"),
    "recovers on day 43": ([(27, "0.3", "30"), (43, "0.9", "60")], "APLASIA", "LATE APLASIA"),
    "leukaemia in the marrow": ([(27, "0.3", "30")], "No DLT", "No DLT"),
    "empty marrow": ([(27, "0.3", "30")], "APLASIA", "LATE APLASIA"),
    "progressive": ([(27, "0.3", "30")], "No DLT", "No DLT"),
    "no counts": ([], "No DLT", "No DLT"),
    "before the drug alone": ([(1, "0.1", "8")], "No DLT", "No DLT"),
    "adjudicated not": ([(27, "0.3", "30")], "No DLT", "No DLT"),
    "adjudicated": ([(27, "0.3", "30")], "DLT", "DLT"),
    "died": ([(27, "0.3", "30")], "DEATH;APLASIA DEATH", "DEATH;APLASIA DEATH"),
    "died of the leukaemia": ([(27, "0.3", "30")], "Not evaluable", "Not evaluable"),
    "transplanted": ([(27, "0.3", "30")], "Not evaluable", "Not evaluable"),
}


def on(day: int) -> str:
    return date.fromordinal(date(2007, 6, 1).toordinal() + day - 1).isoformat()


def blood_trial(counts: bool = True):
    people = [f"{name} | A130 | {THREE} | {on(33) + ' | Y' if name.startswith('died') else '. | .'}" for name in BLOOD]
    tests = [
        f"{name} | {code} | BLOOD | {value} | 10^9/L | {on(day)}"
        for name, (values, *_) in BLOOD.items()
        for day, *both in values
        for code, value in zip(("NEUT", "PLAT"), both, strict=True)
        if value and counts
    ]
    marrow = [
        f"{name} | BLASTLE | BONE MARROW | {blasts} | % | {on(30)}"
        for name, blasts in (("leukaemia in the marrow", 40), ("empty marrow", 2))
    ]
    head = "USUBJID | LBTESTCD | LBSPEC | LBSTRESC | LBSTRESU | LBDTC"
    return trial_data(
        "\n".join(["USUBJID | ARMCD | INFUSIONS | DTHDTC | DTHFL", *people]),
        "USUBJID | AESEQ | AETERM | AETOXGR | AEDLT | AESTDTC\n"
        f"adjudicated | 1 | Aplasia | 4 | Y | {on(30)}\nadjudicated not | 1 | Aplasia | 4 | N | {on(30)}",
        lb="\n".join([head, *tests, *marrow]),
        rs=f"USUBJID | RSTESTCD | RSSTRESC | RSEVAL | RSDTC\nprogressive | OVRLRESP | PD | INVESTIGATOR | {on(29)}",
        vs="USUBJID | VSTESTCD | VSDTC\n" + "\n".join(f"{name} | WEIGHT | {on(28)}" for name in BLOOD),
        pr=f"USUBJID | PRSEQ | PRTRT | PRSTDTC\ntransplanted | 1 | Stem cell transplant | {on(34)}",
        ds="USUBJID | DSSEQ | DSTERM | DSDECOD | DSCAT | DSSTDTC\n"
        f"died of the leukaemia | 1 | Progressive disease | DEATH | DISPOSITION EVENT | {on(33)}",
    )


@pytest.fixture(scope="module")
def blood(trial):
    return {day: building(blood_trial(), trial, date(2007, 7, day)) for day in (5, 30)}


@pytest.mark.parametrize("name", BLOOD)
def test_counts_not_recovered_are_awaited_to_the_late_day(blood, name):
    for day, expected in zip((5, 30), BLOOD[name][1:], strict=True):
        row = blood[day].table("addl").set_index("USUBJID").loc[name]
        assert (row["PENDCD"] if row["DLTSTAT"] == "Pending" else row["DLTSTAT"]) == expected, day


def test_what_is_said_of_counts_not_recovered(blood):
    early, late = (told(blood[day]) for day in (5, 30))
    assert early["neutrophils low"] == "Pending, counts not recovered by day 28; awaited to day 42"
    assert late["recovers on day 43"] == "Pending, aplasia beyond day 42 awaiting adjudication"
    assert late["neutrophils low"] == (
        "Pending, counts not known to have recovered: no count after day 27; awaiting adjudication"
    )
    assert late["died"] == "Pending, cause of death on day 33 not known; counts not recovered by day 28"
    row = blood[30].table("addl").set_index("USUBJID").loc["died of the leukaemia"]
    assert why_not_evaluable(row) == "counts not recovered by day 28, not observed after day 33"
    assert (
        "(neutrophils < 0.5 or platelets < 20 × 10⁹/L, transfusion support not delivered) without leukaemia are "
        "awaited to day 42. Recovered: from the first of 3 consecutive counts"
    ) in dlt_by_dose(View(blood[30])).population


def test_nobody_waits_for_counts_that_were_not_delivered(trial):
    cut = building(blood_trial(counts=False), trial, date(2007, 7, 5))
    assert set(
        cut.table("addl").query("USUBJID not in ('adjudicated', 'died', 'died of the leukaemia', 'transplanted')")[
            "DLTSTAT"
        ]
    ) == {"No DLT"}
    assert (
        "No neutrophil or platelet counts were delivered: aplasia cannot be assessed."
        in dlt_by_dose(View(cut)).population
    )


COUNTS_ALIKE = {
    # result and unit, standardised and original, of the one count that each of three subjects has → what they are
    "the original one can be read": ("100 | . | 0.1 | 10^9/L", "LATE APLASIA"),
    "in words": (". | . | 0,1 low | 10^9/L", "UNREAD COUNT"),
    "without any unit": ("0.9 | . | 0.9 | .", "UNREAD COUNT"),
    "in a unit that is not known": ("0.9 | furlong | . | .", "UNREAD COUNT"),
}


def counted_alike(count: str, **others: str) -> dict:
    people = [f"S{number} | A130 | {THREE}" for number in range(3)]
    lines = [f"S{number} | NEUT | BLOOD | {count} | {on(26)}" for number in range(3)]
    head = "USUBJID | LBTESTCD | LBSPEC | LBSTRESC | LBSTRESU | LBORRES | LBORRESU | LBDTC"
    return trial_data(
        "\n".join(["USUBJID | ARMCD | INFUSIONS", *people]),
        "USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC\nS0 | 1 | Nausea | 1 | 2007-06-02",
        lb="\n".join([head, *lines]),
        vs="USUBJID | VSTESTCD | VSDTC\n" + "\n".join(f"S{number} | WEIGHT | {on(50)}" for number in range(3)),
        **others,
    )


@pytest.mark.parametrize("name", COUNTS_ALIKE)
def test_counts_that_came_and_cannot_be_read_leave_their_subjects_pending(trial, name):
    """Also where no count of the whole delivery can be read."""
    count, code = COUNTS_ALIKE[name]
    cut = building(counted_alike(count), trial, date(2007, 7, 30))
    assert set(cut.table("addl")["PENDCD"]) == {code}
    words = dlt_by_dose(View(cut)).population
    assert ("No delivered neutrophil or platelet count can be read: whether there is an aplasia" in words) == (
        code == "UNREAD COUNT"
    )
    assert "not delivered" not in words or code != "UNREAD COUNT"


@pytest.mark.parametrize(
    ("words", "came"),
    [
        ("ASPIRIN | ACETYLSALICYLIC ACID | PLATELET AGGREGATION INHIBITORS", False),
        ("PARACETAMOL | PARACETAMOL | TRANSFUSION PREMEDICATION", False),
        ("Platelets | . | BLOOD PRODUCTS", True),
        ("Transfusion of red cells | . | .", True),
    ],
)
def test_transfusions_were_delivered_where_a_record_names_one(trial, words, came):
    data = blood_trial() | {
        "cm": drawn(f"USUBJID | CMSEQ | CMTRT | CMDECOD | CMCAT | CMSTDTC\nneutrophils low | 1 | {words} | {on(20)}")
    }
    said = dlt_by_dose(View(building(data, trial, date(2007, 7, 30)))).population
    assert ("no proof of recovery" in said) == came and ("transfusion support not delivered" in said) != came


def test_a_relapse_by_the_disposition_alone_is_no_reason_of_counts_not_recovered(trial):
    data = disposed(blood_trial(), ("neutrophils low", "PROGRESSIVE DISEASE", "Relapse", "2007-06-27"))
    cut = building(data, trial, date(2007, 7, 30))
    assert cut.table("addl").set_index("USUBJID").loc["neutrophils low", "PENDCD"] == "LATE APLASIA"


def test_without_a_late_criterion_no_counts_are_awaited(trial):
    lines = [line for line in trial.text.splitlines() if not line.startswith(("late_criterion", "late_day"))]
    cut = building(blood_trial(), Trial.parse("\n".join(lines)), date(2007, 7, 5))
    assert not cut.table("addl")["PENDCD"].fillna("").str.contains("APLASIA").any()
    assert "aplasia" not in dlt_by_dose(View(cut)).population


def test_the_limits_of_counts_are_settings(trial):
    own = Trial.parse(trial.text.replace("aplasia_anc = 0.5 ", "aplasia_anc = 1.0 "))
    cut = building(blood_trial(), own, date(2007, 7, 5))
    assert cut.table("addl").set_index("USUBJID").loc["recovered", "PENDCD"] == "APLASIA"


# --- a verdict under a name that the trial does not list ---------------------------------------------


def test_a_yes_under_another_name_that_looks_like_the_verdict_leaves_its_subject_pending(make_cut, trial):
    """AEDLTFL is no flag of the trial: Y there is not read as a DLT, and not as none."""
    people = "\n".join(["USUBJID | ARMCD | INFUSIONS", *[f"{name} | A130 | {THREE}" for name in ("yes", "no", "read")]])
    events = "USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC\n" + "\n".join(
        f"{name} | 1 | Rash | 2 | 2007-06-10" for name in ("yes", "no", "read")
    )
    judged = "USUBJID | AESEQ | QNAM | QVAL\nyes | 1 | AEDLTFL | Y\nno | 1 | AEDLTFL | N\nread | 1 | AEDLT | N"
    cut = make_cut(trial_data(people, events, judged), trial)
    assert cut.table("addl").set_index("USUBJID")["DLTSTAT"].to_dict() == {
        "yes": "Pending",
        "no": "No DLT",
        "read": "No DLT",
    }


# --- left for toxicity, seen too early, dated after the death ---------------------------------------------


def disposed(data: dict, *rows: tuple[str, str, str, str]) -> dict:
    """The delivery with dispositions: subject, reason, its text, date."""
    told = [dict(zip(("USUBJID", "DSDECOD", "DSTERM", "DSSTDTC"), row, strict=True)) for row in rows]
    own = pandas.DataFrame(told).assign(DSCAT="DISPOSITION EVENT", EPOCH="TREATMENT", DSSEQ=range(50, 50 + len(rows)))
    return data | {"ds": pandas.concat([data["ds"], own], ignore_index=True) if "ds" in data else own}


def test_who_left_for_toxicity_without_an_event_is_pending_and_a_finding(trial):
    reasons = (
        ("S1", "ADVERSE EVENT", "Adverse event", "2007-06-14"),
        ("S2", "DOSE LIMITING TOXICITY", "DLT", "2007-06-14"),
        ("S3", "OTHER", "Stopped because of toxicity", ""),
        ("S4", "PHYSICIAN DECISION", "Not due to toxicity", "2007-06-14"),
        ("S5", "ADVERSE EVENT", "Adverse event", "2007-08-14"),
        ("S6", "PROGRESSIVE DISEASE", "Progression", "2007-06-14"),
    )
    cut = building(disposed(trial_data(SIX, ONE_EVENT.format(grade=1)), *reasons), trial)
    assert told(cut) == {
        "S1": "Pending, ended treatment on day 14 (adverse event); the event was not delivered or not adjudicated",
        "S2": "Pending, ended treatment on day 14 (dose limiting toxicity); the event was not delivered or not "
        "adjudicated",
        "S3": "Pending, ended treatment on a day not known (other); the event was not delivered or not adjudicated",
    } | dict.fromkeys(("S4", "S5", "S6"), "No DLT")
    assert found(cut, "left_for_toxicity").startswith("S1: adverse event, day 14")
    assert "escalate" not in rule_now(View(cut)).finding.split(" are pending")[0]


def test_what_is_not_known_of_an_event_stands_in_the_reason(trial):
    events = """
USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC    | AESEV
S1      | 1     | Rash   | .       | 2007-06-09 | SEVERE
S2      | 1     | Rash   | 3       | .          | .
S3      | 1     | Rash   | 3       | 2007-06-09 | .
S3      | 2     | Sepsis | 4       | .          | ."""
    cut = building(trial_data(SIX, events), trial)
    assert {name: words for name, words in told(cut).items() if words != "No DLT"} == {
        "S1": "Pending, awaiting adjudication of Rash (grade not known)",
        "S2": "Pending, awaiting adjudication of Rash (onset not known)",
        "S3": "Pending, awaiting adjudication of Rash, Sepsis (onset of some not known)",
    }
    assert "(the grade or the onset is not known in S1, S2 and S3)" in dlt_by_dose(View(cut)).finding


def test_a_dlt_dated_after_the_death_is_not_counted_and_the_death_is_named(trial):
    event = "USUBJID | AESEQ | AETERM | AETOXGR | AEDLT | AESTDTC\nS1 | 1 | Sepsis | 4 | Y | 2007-06-30"
    cut = building(with_deaths(trial_data(SIX, event), "S1"), trial)
    assert told(cut)["S1"] == (
        "Pending, cause of death on day 12 not known; date of the DLT to be resolved (Sepsis, day 30, after the death)"
    )
    finding = rule_now(View(cut)).finding
    assert "S1 (day 12) died in the DLT window" in finding and "counted as adjudicated" not in finding
    for make in (rule_now, dlt_by_dose, every_dlt):
        assert "1 DLT is dated after the death (S1, day 30), not counted" in make(View(cut)).finding


# --- whether DLTs were collected --------------------------------------------------------------------------

SIX = "USUBJID | ARMCD | INFUSIONS\n" + "\n".join(f"S{n} | A130 | {THREE}" for n in range(1, 7))
ONE_EVENT = "USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC\nS1 | 1 | Sepsis | {grade} | 2007-06-09"


def with_deaths(data: dict, *subjects: str) -> dict:
    """The delivery with these subjects dead on day 12, of no delivered cause."""
    dead = data["dm"]["USUBJID"].isin(subjects)
    died = data["dm"].assign(DTHDTC=dead.map({True: "2007-06-12", False: ""}), DTHFL=dead.map({True: "Y", False: ""}))
    return data | {"dm": died}


def test_adverse_events_without_a_row_are_no_events(trial):
    data = trial_data(SIX, ONE_EVENT.format(grade=1))
    cut = building(data | {"ae": data["ae"].iloc[:0]}, trial)
    assert set(told(cut).values()) == {"No DLT"} and known(cut) == "1NNNNNN"
    early = building(data | {"ae": data["ae"].iloc[:0]}, trial, date(2007, 6, 20))
    assert known(early) == "1PPPPPP" and rule_of(trial).decide(known(early)).action == "suspend"
    assert "suspend" in rule_now(View(early)).finding


def test_an_event_without_a_verdict_keeps_one_subject_pending_and_silences_nobody(trial):
    cut = building(trial_data(SIX, ONE_EVENT.format(grade=3)), trial)
    assert told(cut) == {"S1": "Pending, awaiting adjudication of Sepsis"} | dict.fromkeys(
        ("S2", "S3", "S4", "S5", "S6"), "No DLT"
    )


def test_without_adverse_events_a_met_rule_and_deaths_come_first(trial):
    data = trial_data(SIX, ONE_EVENT.format(grade=1))
    del data["ae"]
    finding = rule_now(View(building(with_deaths(data, "S1", "S2"), trial))).finding
    assert finding.startswith("Stopping rule Early death is met; the board decides before any further dosing.")
    assert "S1 (day 12) and S2 (day 12) died in the DLT window without a delivered cause." in finding
    assert finding.endswith("DLTs: not collected in this cut.") and "recommends" not in finding


# --- neighbours: last contact, departure, a therapy with a partial date ------------------------------------

DECLARED = """
USUBJID   | DSSEQ | DSCAT              | DSSCAT           | EPOCH     | DSDECOD               | DSSTDTC
lost      | 1     | DISPOSITION EVENT  | .                | FOLLOW-UP | LOST TO FOLLOW-UP     | 2007-08-30
edge      | 1     | DISPOSITION EVENT  | .                | .         | Lost to Follow-up     | 2007-06-28
undated   | 1     | DISPOSITION EVENT  | .                | FOLLOW-UP | LOST TO FOLLOW-UP     | .
seen      | 1     | DISPOSITION EVENT  | .                | FOLLOW-UP | LOST TO FOLLOW-UP     | 2007-08-30
withdrew  | 1     | DISPOSITION EVENT  | .                | FOLLOW-UP | WITHDRAWAL BY SUBJECT | 2007-08-30
doctor    | 1     | DISPOSITION EVENT  | .                | FOLLOW-UP | PHYSICIAN DECISION    | 2007-08-30
milestone | 1     | PROTOCOL MILESTONE | .                | FOLLOW-UP | COMPLETED             | 2007-08-30
ended     | 1     | DISPOSITION EVENT  | END OF TREATMENT | TREATMENT | WITHDRAWAL BY SUBJECT | 2007-06-05
stopped   | 1     | DISPOSITION EVENT  | .                | TREATMENT | WITHDRAWAL BY PARENT/GUARDIAN | 2007-06-08
completed | 1     | DISPOSITION EVENT  | .                | FOLLOW-UP | Completed             | 2007-06-14
"""
LATELY = ("ended", "completed", "seen")
SILENT = (
    "lost",
    "edge",
    "undated",
    "withdrew",
    "doctor",
    "milestone",
    "stopped",
    "drug",
    "started",
    "reference",
    "open",
)


def test_what_was_declared_is_no_contact_and_the_end_of_treatment_no_departure(make_cut, trial):
    people = "\n".join(
        f"{name} | A130 | {THREE} | {'2007-09-01' if name == 'reference' else '.'}" for name in LATELY + SILENT
    )
    visits = [f"{name} | {'2007-07-15' if name in LATELY else '2007-06-08'}" for name in LATELY + SILENT]
    data = trial_data(
        f"USUBJID | ARMCD | INFUSIONS | RFPENDTC\n{people}",
        "USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC | AEENDTC | AEOUT\n"
        "open | 1 | Nausea | 1 | 2007-06-02 | 2007-08-01 | NOT RECOVERED/NOT RESOLVED",
        ds=DECLARED,
        cm="USUBJID | CMSEQ | CMTRT | CMSTDTC | CMENDTC\ndrug | 1 | Paracetamol | 2007-06-02 | 2007-08-01\n"
        "started | 1 | Paracetamol | 2007-08-01 | .",
        sv="\n".join(["USUBJID | SVSTDTC", *visits]),
    )
    assert told(make_cut(data, trial)) == {
        **dict.fromkeys(LATELY, "No DLT"),
        **dict.fromkeys(("lost", "edge", "undated"), "Not evaluable: lost to follow-up, last seen on day 8"),
        "withdrew": "Not evaluable: withdrawn, last seen on day 8",
        "doctor": "Not evaluable: left the study (physician decision), last seen on day 8",
        "stopped": "Not evaluable: withdrawn on day 8",
        **dict.fromkeys(("milestone", "drug", "started", "reference", "open"), "Pending, last seen on day 8"),
    }


def test_three_lost_to_follow_up_are_no_ground_to_escalate(make_cut, trial):
    people = "\n".join(f"S{n} | A130 | {THREE}" for n in (1, 2, 3))
    data = trial_data(
        f"USUBJID | ARMCD | INFUSIONS\n{people}",
        "USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC\nS1 | 1 | Nausea | 1 | 2007-06-02",
        sv="\n".join(["USUBJID | SVSTDTC", *(f"S{n} | 2007-06-08" for n in (1, 2, 3))]),
        ds="\n".join(
            ["USUBJID | DSCAT | EPOCH | DSDECOD | DSSTDTC"]
            + [f"S{n} | DISPOSITION EVENT | FOLLOW-UP | LOST TO FOLLOW-UP | 2007-08-30" for n in (1, 2, 3)]
        ),
    )
    cut = make_cut(data, trial)
    assert "escalate" not in rule_now(View(cut)).finding
    asked = dict.fromkeys(("category", "minimum_grade", "terms", "cohort"))
    asked |= dict(counts="death", within_days=30, population="treated", observed_days=30)
    assert set(cut.ask("stopping_subjects", **asked)["LASTDY"]) == {8}


THERAPY = """
USUBJID  | CMSEQ | CMTRT        | CMCAT              | CMSTDTC
month    | 1     | Blinatumomab | SUBSEQUENT THERAPY | 2007-06
year     | 1     | Blinatumomab | GENERAL            | 2007
none     | 1     | Blinatumomab | SUBSEQUENT THERAPY | .
surely   | 1     | Blinatumomab | SUBSEQUENT THERAPY | 2007-05
after    | 1     | Blinatumomab | SUBSEQUENT THERAPY | 2007-07
day      | 1     | Blinatumomab | SUBSEQUENT THERAPY | 2007-06-10
both     | 1     | Blinatumomab | SUBSEQUENT THERAPY | 2007-06
both     | 2     | Blinatumomab | SUBSEQUENT THERAPY | 2007-06-11
"""
IN_MAY = "2007-05-20,2007-05-21,2007-05-22"


def test_a_therapy_with_a_partial_date_began_on_no_invented_day(make_cut, trial):
    names = ("month", "year", "none", "after", "day", "both", "graft")
    people = "\n".join([f"surely | A130 | {IN_MAY}", *(f"{name} | A130 | {THREE}" for name in names)])
    data = trial_data(
        f"USUBJID | ARMCD | INFUSIONS\n{people}",
        "USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC\nmonth | 1 | Nausea | 1 | 2007-06-02",
        cm=THERAPY,
        pr="USUBJID | PRSEQ | PRTRT | PRSTDTC\ngraft | 1 | Stem cell transplant | 2007-06",
        sv="\n".join(["USUBJID | SVSTDTC", *(f"{name} | 2007-07-15" for name in ("surely", *names))]),
    )
    words = "Pending, another therapy may have begun in the DLT window: "
    assert told(make_cut(data, trial)) == {
        "month": words + "in June 2007, day not known",
        "year": words + "in 2007, day not known",
        "none": words + "date not known",
        "graft": "Pending, a transplant may lie in the DLT window: in June 2007, day not known",
        "surely": "Not evaluable: began another therapy in May 2007, day not known",
        "after": "No DLT",
        "day": "Not evaluable: began another therapy on day 10",
        "both": "Not evaluable: began another therapy on day 11",
    }


# --- events whose records contradict each other, or say too little --------------------------------------

AT_ODDS = """
USUBJID  | AESEQ | AETERM | AETOXGR | AEDLT | AESTDTC    | AEREL       | AESER
low      | 1     | Rash   | 2       | Y     | 2007-06-10 | RELATED     | N
apart    | 1     | Rash   | 3       | Y     | 2007-06-10 | NOT RELATED | maybe
worse    | 1     | Rash   | 2       | .     | 2007-06-10 | RELATED     | .
same     | 1     | Rash   | 2       | .     | 2007-06-10 | RELATED     | N
milder   | 1     | Rash   | 3       | N     | 2007-06-10 | RELATED     | Y
month    | 1     | Rash   | 3       | Y     | 2007-06    | RELATED     | N
undated  | 1     | Rash   | 3       | Y     | .          | RELATED     | N
both     | 1     | Rash   | 3       | Y     | 2007-06    | RELATED     | N
both     | 2     | Sepsis | 3       | Y     | 2007-06-09 | RELATED     | N
later    | 1     | Rash   | 3       | Y     | 2007-06-09 | RELATED     | N
later    | 2     | Sepsis | 3       | Y     | 2007-07    | RELATED     | N
worsened | 1     | Sepsis | 3       | Y     | 2007-05    | RELATED     | N
"""
GRADED_AGAIN = "\n".join(
    ["USUBJID | RDOMAIN | IDVAR | IDVARVAL | QNAM | QVAL"]
    + [f"{name} | AE | AESEQ | 1 | AETOXGR | {grade}" for name, grade in (("worse", 4), ("same", 2), ("milder", 1))]
)


@pytest.fixture(scope="module")
def at_odds(trial):
    names = ("low", "apart", "worse", "same", "milder", "month", "undated", "both", "later", "worsened")
    people = "\n".join(f"{name} | A130 | {THREE}" for name in names)
    return building(trial_data(f"USUBJID | ARMCD | INFUSIONS\n{people}", AT_ODDS, suppae=GRADED_AGAIN), trial)


def test_a_dlt_of_a_low_grade_or_called_unrelated_counts_and_is_a_finding(at_odds):
    status = told(at_odds)
    assert (status["low"], status["apart"]) == ("DLT: Rash grade 2", "DLT: Rash grade 3")
    assert found(at_odds, "dlt_low_grade") == "low AESEQ 1: Rash, grade 2"
    assert found(at_odds, "dlt_not_related") == "apart AESEQ 1: Rash, NOT RELATED"


def test_of_two_grades_the_worse_counts_and_both_are_in_the_finding(at_odds):
    grades = at_odds.table("adae").set_index("USUBJID")["ATOXGR"]
    assert grades[["worse", "same", "milder"]].tolist() == [4, 2, 3]
    assert told(at_odds)["worse"] == "Pending, awaiting adjudication of Rash"
    words = found(at_odds, "grade_supplied_differs")
    assert "milder AESEQ 1: Rash, AE: 3, SUPPAE: 1" in words and "worse AESEQ 1: Rash, AE: 2, SUPPAE: 4" in words
    assert "same" not in words


def test_a_dlt_with_a_partial_date_has_no_known_day(at_odds):
    table = at_odds.table("addl").set_index("USUBJID")
    days = table["DLTADY"].astype("float").fillna(0)
    assert days[["month", "undated", "both", "later", "low"]].tolist() == [0, 0, 0, 9, 10]
    note = subject_header(View(at_odds), "month").table.set_index("MEASURE").loc["DLT evaluation", "NOTE"]
    assert note == "Rash, grade 3, day not known"


def test_seriousness_that_is_not_known_is_neither_serious_nor_not(at_odds):
    serious = at_odds.table("adae").query("AESEQ == 1").set_index("USUBJID")["AESERC"]
    assert serious[["low", "milder"]].tolist() == ["N", "Y"] and serious[["apart", "worse"]].isna().all()
    assert "1 serious (2 more with an event whose seriousness is not known)" in adverse_by_dose(View(at_odds)).finding
    note = subject_header(View(at_odds), "worse").table.set_index("MEASURE").loc["Adverse events", "NOTE"]
    assert note.endswith("0 serious (not known of 1 more)")


def unknown_rules(cut) -> list[str]:
    return [standing.rule.name for standing, _ in rule_states(View(cut)) if standing.subjects is None]


def test_events_that_came_without_a_row_are_no_events_of_a_stopping_rule(trial):
    data = trial_data(SIX, ONE_EVENT.format(grade=1))
    cut = building(data | {"ae": data["ae"].iloc[:0]}, trial)
    assert "Severe mucositis" not in unknown_rules(cut)
    assert adverse_by_dose(View(cut)).finding == "No adverse event in 6 treated subjects; deaths (all causes) 0."
    del data["ae"]
    assert "Severe mucositis" in unknown_rules(building(data, trial))


def test_a_dlt_of_events_that_were_not_delivered_leaves_everybody_pending(trial):
    data = trial_data(
        SIX,
        suppae="USUBJID | RDOMAIN | IDVAR | IDVARVAL | QNAM | QVAL\nS1 | AE | AESEQ | 1 | AEDLT | Y",
    )
    cut = building(data, trial)
    assert told(cut) == {
        "S1": "Pending, a DLT was adjudicated of an event that was not delivered",
        **dict.fromkeys(("S2", "S3", "S4", "S5", "S6"), "Pending, adverse events were not delivered"),
    }
    assert found(cut, "dlt_without_event") == "S1 AESEQ 1: Y"
    finding = rule_now(View(cut)).finding
    assert "not collected" not in finding.split("Severe mucositis")[0] and "suspend" in finding


def test_an_ungraded_event_is_not_called_one_of_grade_3(trial):
    event = "USUBJID | AESEQ | AETERM | AETOXGR | AESEV | AEDLT | AESTDTC\nS1 | 1 | Rash | . | SEVERE | N | 2007-06-09"
    finding = judged_not_dlt(View(building(trial_data(SIX, event), trial))).finding
    assert finding.startswith(
        "In the DLT window 1 ungraded severe event in 1 of 6 treated subjects was adjudicated not dose-limiting"
    )


@pytest.mark.parametrize(
    ("written", "number"),
    [("10", 10), ("10.0", 10), (" 10 ", 10), ("1e1", 10), ("1_0", None), ("0x0a", None), ("ten", None), ("", None)],
)
def test_the_number_of_a_record_is_read_in_one_way_and_strictly(trial, written, number):
    files = {
        "dm": "USUBJID | SUBJID | STUDYID | ARMCD\nS1 | S1 | T | A130",
        "ex": "USUBJID | EXSEQ | EXTRT | EXDOSE | EXDOSU | EXSTDTC\nS1 | 1 | L-ANNAMYCIN | 130 | mg/m2 | 2007-06-01",
        "ae": "USUBJID | AESEQ | AETERM | AEDECOD | AETOXGR | AESTDTC\nS1 | 10 | Sepsis | Sepsis | 4 | 2007-06-05",
        "suppae": "RDOMAIN | USUBJID | IDVAR | IDVARVAL | QNAM | QVAL\nAE | S1 | AESEQ | 1 | AEDLT | Y",
    }
    frames = {name: drawn(text) for name, text in files.items()}
    frames["suppae"]["IDVARVAL"] = written
    made = building(frames, trial)
    told = dict(made.connection.execute("select CHECKID, NRECS from ingest.finding").fetchall())
    assert made.table("addl")["DLTSTAT"].tolist() == ["DLT" if number else "Pending"]
    assert ("dlt_without_event" in told) == (number is None)


def test_no_sql_reads_the_number_of_a_record_by_itself():
    root = Path(__file__).parents[2]
    for path in [*root.glob("queries/**/*.sql"), *root.glob("ingest/**/*.sql")]:
        assert not re.search(r"cast\((s[.])?IDVARVAL\b", path.read_text(encoding="utf-8")), path
