"""What the rule names beside its counts: what began after the window, doses given, counts that did not come."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from building import building
from drawn import THREE, trial_data
from rule_trials import drawn_trial

from displays.escalation.evaluation import status_words
from displays.escalation.history import escalation_history
from displays.escalation.rates import dlt_by_dose
from displays.rule.next_cohort import next_outcomes
from displays.rule.now import rule_now
from displays.stopping.overview import stopping_overview
from displays.words import sentence
from queries import View
from trial import Trial

START, CUT = date(2007, 6, 1), date(2008, 1, 31)
AE = "USUBJID | AESEQ | AETERM | AETOXGR | AESEV | AESTDTC | AEREL | AEOUT | AEDLT"
NAUSEA = "S1 | 1 | Nausea | 1 | . | 2007-06-02 | RELATED | . | N"
LB = "USUBJID | LBTESTCD | LBSPEC | LBSTRESC | LBSTRESU | LBDTC"


def on(day) -> str:
    return day if isinstance(day, str) else (START + timedelta(days=day - 1)).isoformat()


def made(trial, *events: str, dead: dict | None = None, counts: dict | None = None, **others):
    """Three subjects at 130, seen to day 60 or their death; events as rows of AE, dead: subject → day."""
    dead = dead or {}
    names = ("S1", "S2", "S3")
    rows = [f"{n} | A130 | {THREE} | {'Y' if n in dead else '.'} | {on(dead[n]) if n in dead else '.'}" for n in names]
    if counts:
        own = [f"{n} | NEUT | BLOOD | {v} | 10^9/L | {on(day)}" for n, of in counts.items() for day, v in of.items()]
        others["lb"] = "\n".join([LB, *own])
    seen = [f"{n} | {on(day)}" for n in names for day in (28, 29) if n not in dead or isinstance(dead[n], int)]
    data = trial_data(
        "\n".join(["USUBJID | ARMCD | INFUSIONS | DTHFL | DTHDTC", *rows]),
        "\n".join([AE, NAUSEA, *events]),
        sv="\n".join(["USUBJID | SVSTDTC", *seen]),
        **others,
    )
    return building(data, trial, CUT)


def finding(cut) -> str:
    return rule_now(View(cut)).finding


# --- begun after the window, not adjudicated ------------------------------------------------------------

OPEN = {
    "grade 5": ("S2 | 2 | Sepsis | 5 | . | 2007-07-10 | RELATED | . | .", "S2 (Sepsis, grade 5, day 40)"),
    "the day after the window": (
        "S2 | 2 | Sepsis | 3 | . | 2007-06-29 | POSSIBLE | . | .",
        "S2 (Sepsis, grade 3, day 29)",
    ),
    "relation unknown": ("S2 | 2 | Sepsis | 3 | . | 2007-07-10 | . | . | .", "S2 (Sepsis, grade 3, day 40)"),
    "implied": ("S2 | 2 | Sepsis | . | . | 2007-07-10 | RELATED | FATAL | .", "S2 (Sepsis, grade 5, day 40)"),
    "severe": ("S2 | 2 | Sepsis | . | SEVERE | 2007-07-10 | . | . | .", "S2 (Sepsis, grade not known, day 40)"),
    "ungraded": ("S2 | 2 | Sepsis | . | . | 2007-07-10 | . | . | .", "S2 (Sepsis, grade not known, day 40)"),
    "a verdict that cannot be read": (
        "S2 | 2 | Sepsis | 4 | . | 2007-07-10 | RELATED | . | MAYBE",
        "S2 (Sepsis, grade 4, day 40)",
    ),
    "a month alone": ("S2 | 2 | Sepsis | 4 | . | 2007-07 | RELATED | . | .", "S2 (Sepsis, grade 4, day 31)"),
    "grade 2": ("S2 | 2 | Sepsis | 2 | . | 2007-07-10 | RELATED | . | .", ""),
    "mild": ("S2 | 2 | Sepsis | . | MILD | 2007-07-10 | RELATED | . | .", ""),
    "unrelated": ("S2 | 2 | Sepsis | 4 | . | 2007-07-10 | NOT RELATED | . | .", ""),
    "adjudicated not a DLT": ("S2 | 2 | Sepsis | 4 | . | 2007-07-10 | RELATED | . | N", ""),
}


@pytest.mark.parametrize("name", OPEN)
def test_what_began_after_the_window_and_was_not_adjudicated_is_named_before_the_dose(trial, name):
    event, named = OPEN[name]
    cut = made(trial, event)
    words = finding(cut)
    assert set(cut.ask("dlt_status")["DLTSTAT"]) == {"No DLT"}
    assert (f"Begun after the window and not adjudicated: {named}; a DLT would count." in words) == bool(named)
    if named:
        assert words.index("not adjudicated") < words.index("Rolling Six recommends")
    checks = cut.connection.execute("select CHECKID from ingest.finding where WEIGHT = 'decision'").fetchall()
    assert (("late_event_not_adjudicated",) in checks) == bool(named)


def test_a_later_course_ends_the_first_and_a_setting_says_whether_a_dlt_would_count(trial):
    event = "S2 | 2 | Sepsis | 4 | . | {} | RELATED | . | ."
    data = dict(subjects=f"USUBJID | ARMCD | INFUSIONS\nS2 | A130 | {THREE},2007-07-05,2007-07-06")
    for day, named in (("2007-07-04", True), ("2007-07-05", False), ("2007-07-10", False)):
        cut = building(trial_data(data["subjects"], f"{AE}\n{event.format(day)}"), trial, CUT)
        assert ("not adjudicated: S2 (Sepsis" in finding(cut)) == named
    other = Trial.parse(trial.text.replace('after_window = "count"', 'after_window = "ignore"'))
    assert "a DLT would not count (trial.toml)" in finding(made(other, OPEN["grade 5"][0]))


@pytest.mark.parametrize(
    ("day", "named"),
    [
        (31, "After the window S2 died on day 31 without a delivered cause; a DLT would count."),
        (42, "After the window S2 died on day 42 without a delivered cause; a DLT would count."),
        (43, ""),
    ],
)
def test_a_death_soon_after_the_window_without_a_cause_is_named(trial, day, named):
    words = finding(made(trial, dead={"S2": day}))
    assert named in words and ("After the window S2 died" in words) == bool(named)


def test_a_death_by_the_leukaemia_after_the_window_is_not(trial):
    ds = f"USUBJID | DSSEQ | DSTERM | DSDECOD | DSCAT | DSSTDTC\nS2 | 1 | {{}} | DEATH | DISPOSITION EVENT | {on(31)}"
    assert "After the window" not in finding(made(trial, dead={"S2": 31}, ds=ds.format("Progressive disease")))
    words = finding(made(trial, dead={"S2": 31}, ds=ds.format("Septic shock")))
    assert "After the window S2 died on day 31 of septic shock, a cause that was not adjudicated" in words


# --- aplasia -----------------------------------------------------------------------------------------------

LOW, FINE = {14: 0.1, 27: 0.1}, {14: 0.1, 27: 0.9}


def test_a_death_in_aplasia_without_a_cause_is_pending_and_named(trial):
    cut = made(trial, dead={"S2": 35}, counts={"S1": FINE, "S2": LOW, "S3": FINE})
    row = cut.ask("dlt_status").set_index("USUBJID").loc["S2"]
    assert (row.DLTSTAT, row.PENDCD) == ("Pending", "DEATH;APLASIA DEATH")
    assert status_words(row) == "Pending, cause of death on day 35 not known; counts not recovered by day 28"
    said = "S2 (day 35) died after the DLT window, before counts had recovered, without a delivered cause."
    assert said in finding(cut) and "After the window S2" not in finding(cut)


def test_one_of_the_settled_leukaemia_or_after_departure_is_not_evaluable(trial):
    head = "USUBJID | DSSEQ | DSTERM | DSDECOD | DSCAT | DSSTDTC\n"
    for row in (
        f"S2 | 1 | Progressive disease | DEATH | DISPOSITION EVENT | {on(35)}",
        f"S2 | 1 | Withdrawal by subject | WITHDRAWAL BY SUBJECT | DISPOSITION EVENT | {on(30)}",
    ):
        cut = made(trial, dead={"S2": 35}, counts={"S1": FINE, "S2": LOW, "S3": FINE}, ds=head + row)
        assert cut.ask("dlt_status").set_index("USUBJID").loc["S2", "DLTSTAT"] == "Not evaluable"


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({14: 0.1}, "counts not known to have recovered: no count after day 14; awaiting adjudication"),
        ({14: 0.1, 42: 0.1}, "aplasia beyond day 42 awaiting adjudication"),
        ({14: 0.1, 50: 0.1}, "aplasia beyond day 42 awaiting adjudication"),
    ],
)
def test_an_aplasia_is_said_of_who_has_a_count_that_shows_it(trial, counts, words):
    row = made(trial, counts={"S1": FINE, "S2": counts, "S3": FINE}).ask("dlt_status").set_index("USUBJID").loc["S2"]
    assert status_words(row) == f"Pending, {words}"


def test_who_has_no_counts_where_others_have_is_named_and_not_pending(trial):
    cut = made(trial, counts={"S1": FINE, "S2": FINE, "S3": {"2007-05-30": 3}})
    for make in (rule_now, dlt_by_dose):
        words = make(View(cut)).population
        assert "Aplasia cannot be assessed for S3: no counts delivered after the first infusion." in words
    assert set(cut.ask("dlt_status")["DLTSTAT"]) == {"No DLT"}


# --- doses and the expansion --------------------------------------------------------------------------------


def given(make_cut, trial, text: str, doses: dict):
    data, day = drawn_trial(text)
    ex = data["ex"]
    for subject, amounts in doses.items():
        ex.loc[ex["USUBJID"] == subject, "EXDOSE"] = amounts
    return View(make_cut(data | {"ex": ex}, trial, day))


def test_a_dlt_at_a_level_that_the_counts_do_not_show_is_named(make_cut, trial):
    words = rule_now(given(make_cut, trial, "A130 NNNT", {"S03": 310.0})).finding
    named = "1 DLT at 310 mg/m²/day (assigned 130 mg/m²/day): S03."
    assert named in words and words.index(named) < words.index("Rolling Six recommends")


def test_less_than_assigned_within_the_share_is_named(make_cut, trial):
    view = given(make_cut, trial, "A130 NNN | A160 NNN", {"S03": [160.0, 130.0, 130.0], "S04": [160.0, 160.0, 155.0]})
    named = "1 subject with another dose than assigned: S03 (88 % of the planned dose of course 1)"
    assert named in rule_now(view).population and named in dlt_by_dose(view).finding


def test_the_history_counts_at_the_level_that_counts(make_cut, trial):
    view = given(make_cut, trial, "A130 NNN | A160 NNN", {f"S0{n}": 130.0 for n in (3, 4, 5)})
    table = escalation_history(view).table
    assert set(table["TRTA"]) == {"130 mg/m²/day"} and "Escalated to 160 mg/m²/day" not in set(table["FOLLOWED"])
    assert "S03 assigned 160 mg/m²/day, given 130 mg/m²/day" in "; ".join(table["WHO"])


def test_dlts_of_an_expansion_that_the_rule_does_not_read_come_before_a_higher_dose(make_cut, trial):
    words = rule_now(given(make_cut, trial, "A130 NNN | A160 NNN | EXP:A130 TT", {})).finding
    named = "2 of 2 evaluable subjects in the expansion at 130 mg/m²/day had a DLT; the rule counts the escalation"
    assert named in words and words.index(named) < words.index("Rolling Six recommends")
    assert (
        "the rule counts the escalation" not in rule_now(given(make_cut, trial, "A130 NNN | EXP:A130 NN", {})).finding
    )


def test_the_expansion_names_the_stopping_rule_that_its_pending_would_meet(make_cut, trial):
    view = given(make_cut, trial, "A130 NNN | A160 NNNNNN | A190 TT | EXP:A160 TTP", {})
    met = "stopping rule DLTs in the expansion met"
    assert f"3 of 9 (33 %): {met}" in rule_now(view).finding and met in next_outcomes(view).finding


# --- a stopping rule that the next subject meets ----------------------------------------------------------------


def test_a_rule_that_the_next_subject_meets_whatever_happens_holds_the_dose(make_cut, trial):
    data, day = drawn_trial("A130 NN")
    first = data["ex"].groupby("USUBJID")["EXSTDTC"].min()
    on_12 = [str(date.fromisoformat(first[name]) + timedelta(days=11)) for name in data["dm"]["USUBJID"]]
    view = View(make_cut(data | {"dm": data["dm"].assign(DTHFL="Y", DTHDTC=on_12)}, trial, day))
    held = "Stopping rule Early death will be met at the next subject whatever happens (2 of 2; from 3 subjects on)"
    for make in (rule_now, next_outcomes):
        words = make(view).finding
        assert words.startswith(f"{held}; the board decides before any further dosing.")
        assert "one more event" not in words and "recommends" not in words
    assert (
        "near and will be met whatever happens: Early death (2 of 2; from 3 subjects" in stopping_overview(view).finding
    )


# --- words --------------------------------------------------------------------------------------------------------


def test_nobody_pending_is_not_evaluated_without_yet(trial):
    head = "USUBJID | DSSEQ | DSTERM | DSDECOD | DSCAT | DSSTDTC\n"
    ds = head + "\n".join(f"S{n} | 1 | W | WITHDRAWAL BY SUBJECT | DISPOSITION EVENT | {on(8)}" for n in (1, 2, 3))
    data = trial_data(
        "USUBJID | ARMCD | INFUSIONS\n" + "\n".join(f"S{n} | A130 | {THREE}" for n in (1, 2, 3)),
        f"{AE}\n{NAUSEA}",
        ds=ds,
    )
    words = dlt_by_dose(View(building(data, trial, CUT))).finding
    assert words.startswith("None of 3 treated subjects at 130 mg/m²/day can be evaluated.")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("seen21 (day 15) died", "seen21 (day 15) died."),
        ("s_a died", "s_a died."),
        ("mTPI-2 stays", "mTPI-2 stays."),
        ("none had a DLT", "None had a DLT."),
        ("2 of 3", "2 of 3."),
        ("", "."),
    ],
)
def test_a_subjects_number_is_never_rewritten(text, said):
    assert sentence(text) == said
