"""Deliveries whose right advice is known: the cut, and every sentence of the rule."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from building import building, kept
from deliveries import delivered
from drawn import trial_data
from pandas import DataFrame, Timestamp, concat, isna
from rule_trials import WITHOUT, drawn_trial

from displays.data.findings import ingest_findings
from displays.rule.design import outcomes, rule_of, subjects
from displays.rule.next_cohort import next_outcomes
from displays.rule.now import rule_now
from displays.rule.replay import replay
from displays.rule.sensitivity import sensitivity
from displays.stopping.overview import stopping_overview
from queries import View
from queries.hypothetical import suppose
from trial import Trial

DISPLAYS = (rule_now, next_outcomes, sensitivity, replay)


def known(cut):
    return str(outcomes(subjects(cut), rule_of(cut.trial)))


# --- 6 of 6 at the lowest level, the rule a CRM ------------------------------------------------------


@pytest.fixture(scope="module")
def crm(trial) -> Trial:
    text = trial.text.replace('rule = "Rolling Six"\nalternatives', 'rule = "CRM"\nalternatives')
    return Trial.parse(re.sub(r"alternatives = \[.*\]", 'alternatives = ["3+3"]', text))


def test_a_crm_does_not_stay_after_six_of_six(crm):
    cut = delivered("crm_lowest_level_all_dlt", crm)
    design = rule_of(cut.trial)
    assert known(cut) == "1TTTTTT" and design.decide("1TTTTTT").verdict == ("stop", None)
    for make in DISPLAYS:
        finding = make(View(cut)).finding
        assert "stay at" not in finding and "recommend 130" not in finding, finding
    finding = rule_now(View(cut)).finding
    assert "Without it CRM would end the escalation, no dose tolerated." in finding
    assert (
        "P(DLT rate at 130 mg/m²/day > 30 %, the design's target) is > 99 %, which exceeds 90 %: the trial stops."
        in finding
    )
    table = sensitivity(View(cut)).table.drop_duplicates("DESIGN").set_index("DESIGN")
    assert table.loc["CRM", ["WITHOUT", "NEXT", "MTD"]].tolist() == ["stop: no dose tolerated", "none", "none"]


@pytest.mark.parametrize(
    ("results", "verdict"), [("TTT", "stop"), ("TT", "stop"), ("NTT", "stay"), ("NNNTTT", "stay"), ("NTTTTT", "stop")]
)
def test_a_crm_stops_from_its_limit_on(crm, results, verdict):
    """P(rate at 130 > 30 %) by integration: 97 %, 91 %, 82 %, 79 % and 99 %; the limit is 90 %."""
    assert rule_of(crm).decide(f"1{results}").action == verdict


def test_the_limit_of_the_crm_is_a_setting(crm):
    strict = Trial.parse(crm.text.replace("safety_stop = 0.90", "safety_stop = 0.80"))
    assert rule_of(crm).decide("1NTT").action == "stay" and rule_of(strict).decide("1NTT").verdict == ("stop", None)
    said = crm.assumptions["escalation.settings"]
    assert "BOIN, Keyboard and mTPI-2 close a level" in said and "the CRM closes no level, it stops when" in said


# --- the expansion under another name -----------------------------------------------------------------


def test_an_expansion_under_another_name_is_found_and_the_rule_still_answers(trial):
    cut = delivered("expansion_named_otherwise", trial)
    finding = rule_now(View(cut)).finding
    assert known(cut) == "1NNN 2NNNNNT 3TTN 2NNN"
    assert "Rolling Six ends the escalation with 160 mg/m²/day as the maximum tolerated dose (MTD)" in finding
    assert "9 subjects at 160 mg/m²/day are evaluable or pending, more than the 6" in finding
    assert "No subject is in the expansion (EXP in trial.toml; cohorts delivered: 1, 2, 3, Expansion)" in finding
    assert "outside the rule" not in finding
    found = ingest_findings(View(cut)).table.query("CHECKID == 'cohort_without_subject'")
    assert list(found["EXAMPLES"]) == ["EXP: the expansion; cohorts delivered: 1, 2, 3, Expansion"]


@pytest.mark.parametrize("names", ['["EXP", "Expansion"]', '["EXP", "expansion "]', '"EXPANSION"'])
def test_the_expansion_is_recognised_by_any_name_that_the_definition_lists(trial, names):
    own = Trial.parse(trial.text.replace('expansion_cohort = "EXP"', f"expansion_cohort = {names}"))
    own = Trial.parse(own.text.replace('cohort = "EXP"\n', 'cohort = "Expansion"\n'))
    cut = delivered("expansion_named_otherwise", own)
    assert known(cut) == "1NNN 2NNNNNT 3TTN"
    assert "In the expansion at 160 mg/m²/day 0 of 3 evaluable subjects had a DLT" in rule_now(View(cut)).finding
    assert (cut.ask("dlt_status")["EXPFL"] == "Y").sum() == 3 and cut.ask("dlt_by_dose")["NEXP"].sum() == 3
    assert (cut.ask("dose_escalation")["EXPFL"] == "Y").sum() == 1
    rule = stopping_overview(View(cut)).table.set_index("RULE").loc["DLTs in the expansion"]
    assert (rule["EVENTS"], rule["N"]) == (0, 3)
    assert ingest_findings(View(cut)).table.query("CHECKID == 'cohort_without_subject'").empty


# --- six enrolled, five treated ------------------------------------------------------------------------


def test_six_enrolled_and_five_treated_suspend(trial):
    cut = delivered("rolling_six_enrolled_untreated", trial)
    assert known(cut) == "1PPPPPP" and len(cut.table("addl")) == 5
    made = rule_now(View(cut))
    assert made.finding.startswith(
        f"{WITHOUT}No subject at 130 mg/m²/day has been evaluated yet (6 pending): Rolling Six recommends: suspend "
    )
    assert "S6 (enrolled on 20 Jun 2007, awaiting the first infusion)" in made.finding
    assert "stay at 130" not in made.finding and "the next subject is enrolled" not in made.finding
    assert (
        "5 treated subjects in the cut and 1 enrolled and awaiting the first infusion (S6 at 130 mg/m²/day)"
        in made.population
    )
    present = made.table[made.table["NOW"] == "present"].iloc[0]
    assert present[["ENROLLED", "NPENDING", "ACTION"]].tolist() == [6, 6, "suspend"]
    assert replay(View(cut)).table.iloc[-1][["RULE", "NENROLLED"]].tolist() == [
        "suspend enrolment, awaiting pending subjects",
        6,
    ]
    assert set(sensitivity(View(cut)).table["ACTION"]) == {"suspend"}
    assert next_outcomes(View(cut)).finding.startswith(f"{WITHOUT}6 subjects pending")


# --- a stopping rule is met ------------------------------------------------------------------------------


@pytest.mark.parametrize("make", DISPLAYS)
def test_a_met_stopping_rule_comes_first_and_leaves_no_dose(trial, make):
    cut = delivered("stopping_met_rule_says_escalate", trial)
    finding = make(View(cut)).finding
    assert finding.startswith(
        "Stopping rule Early death is met; the board decides before any further dosing. Without it "
    )
    assert "escalate" not in finding and "160 mg/m²/day" not in finding


def test_what_is_said_while_a_stopping_rule_is_met(trial):
    cut = delivered("stopping_met_rule_says_escalate", trial)
    finding = rule_now(View(cut)).finding
    assert "Without it Rolling Six would recommend 130 mg/m²/day. Early death: 2 of 5, met from 2 events." in finding
    assert "S4 (day 12) and S5 (day 14) died in the DLT window without a delivered cause." in finding
    assert next_outcomes(View(cut)).table.empty and next_outcomes(View(cut)).figure is None
    last = replay(View(cut)).table.iloc[-1]
    assert last["RULE"] == "no dose, stopping rule Early death is met" and isna(last["RULELEVEL"])
    designs = sensitivity(View(cut)).table
    assert set(designs["NEXT"]) == {"none"} and not designs["RECOMMENDED"].any() and set(designs["ACTION"]) == {"stop"}


# --- subjects at no planned level -----------------------------------------------------------------------


def test_dlts_at_no_planned_level_stand_in_the_rules_finding_and_count_once(trial):
    cut = delivered("no_planned_level_counted_squared", trial)
    rates = cut.ask("dlt_by_dose").set_index("TRTA")
    assert rates.loc["No planned level", ["NTREATED", "NEVAL", "NDLT"]].tolist() == [3, 3, 2]
    assert rates["NEVAL"].sum() == 6 and rates["NDLT"].sum() == 2
    finding = rule_now(View(cut)).finding
    first = "2 of 3 evaluable subjects at no planned level had a DLT; the rule cannot read them. "
    assert first + "The board decides before the dose is raised. " in finding
    assert "recommends: escalate" not in finding


UNPLANNED = {
    # doses of three subjects of an arm that is no planned level, each with a DLT: what the rule reads, its advice
    "of the first level": (130, "1NNNTTT", "no dose is tolerated"),
    "within the tolerance": (133, "1NNNTTT", "no dose is tolerated"),
    "of a higher level": (160, "1NNN 2TTT", "de-escalate to 130 mg/m²/day"),
    "of no level": (145, "1NNN", "Without them Rolling Six would recommend 160 mg/m²/day."),
}


@pytest.mark.parametrize("kind", UNPLANNED)
def test_an_arm_of_no_planned_level_counts_at_the_level_given_or_holds_the_dose(make_cut, trial, kind):
    dose, read, advised = UNPLANNED[kind]
    data, day = drawn_trial("A130 NNN | A145 TTT")
    unplanned = data["dm"].set_index("USUBJID").loc[data["ex"]["USUBJID"], "ARMCD"].eq("A145").to_numpy()
    data["ex"].loc[unplanned, "EXDOSE"] = float(dose)
    cut = make_cut(data, trial, day)
    finding = rule_now(View(cut)).finding
    assert known(cut) == read and advised in finding and "recommends: escalate" not in finding
    if dose == 145:
        for make in DISPLAYS:
            assert make(View(cut)).finding.startswith(
                "3 of 3 evaluable subjects at no planned level had a DLT; the rule"
            )
        last = replay(View(cut)).table.iloc[-1]
        assert last[["RULE", "ACTION"]].tolist() == ["no dose raised, 3 DLTs at no planned level", "suspend"]
        assert not len(next_outcomes(View(cut)).table) and not sensitivity(View(cut)).table["RECOMMENDED"].any()
    assert finding.startswith("3 of 3 evaluable subjects at no planned level") == (dose == 145)
    detail = ingest_findings(View(cut)).table.query("CHECKID == 'dose_level_not_recognised'")["EXAMPLES"].iloc[0]
    assert ("counted at" in detail) == (dose != 145)


@pytest.mark.parametrize(("cohorts", "detail"), [(True, "cohorts delivered: 1"), (False, "cohorts delivered: none")])
def test_an_expansion_that_nobody_is_in_is_found_without_cohorts_too(make_cut, trial, cohorts, detail):
    data, day = drawn_trial("A130 NNN")
    cut = make_cut(data if cohorts else {name: rows for name, rows in data.items() if name != "suppdm"}, trial, day)
    found = ingest_findings(View(cut)).table.query("CHECKID == 'cohort_without_subject'")
    assert list(found["EXAMPLES"]) == [f"EXP: the expansion; {detail}"]


# --- a stopping rule that cannot be assessed ------------------------------------------------------------


HELD = {
    # trial: what the rule alone would say, whether an unread stopping rule holds it
    "A130 NNN": ("recommend 160 mg/m²/day", True),
    "A130 NNT": ("recommend 130 mg/m²/day", True),
    "A130 NNNNNN | A160 NTT": ("name 130 mg/m²/day as the MTD", True),
    "A130 NNN | A160 NTT": ("de-escalate to 130 mg/m²/day", False),
    "A130 NNNTPP": ("suspend enrolment", False),
    "A130 NTT": ("ends the escalation, no dose is tolerated", False),
}


def unread(make_cut, trial, text: str, files: dict, **more):
    """A drawn trial of which these files could not be read."""
    data, day = drawn_trial(text)
    return not_read(make_cut(data | more, trial, day), files)


def not_read(cut, files: dict):
    """The same cut, as if these files of it could not be read."""
    own = replace(cut, answers=kept())
    own.__dict__["unread"] = files
    return own


@pytest.mark.parametrize("text", HELD)
@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"cv": ("cv.xpt",)}, "delivered (cv.xpt), and could not be read"),
        ({"": ("x.xpt",)}, "not collected in this cut, unless it is in x.xpt, which could not be read"),
    ],
)
def test_a_stopping_rule_whose_data_could_not_be_read_holds_the_dose(make_cut, trial, text, files, why):
    cut = unread(make_cut, trial, text, files)
    words, holds = HELD[text]
    first = f"Stopping rule Cardiac dysfunction cannot be assessed: what is counted was {why}; the board decides before"
    for make in DISPLAYS:
        assert make(View(cut)).finding.startswith(f"{first} any further dosing. ")
    finding = rule_now(View(cut)).finding
    assert words in finding and ("Without it Rolling Six would" in finding) == holds
    assert not len(next_outcomes(View(cut)).table)
    last = replay(View(cut)).table.iloc[-1]
    assert (last["RULE"] == "no dose, stopping rule Cardiac dysfunction cannot be assessed") == holds
    designs = sensitivity(View(cut)).table
    assert not (holds and designs.query("DESIGN == 'Rolling Six'")["RECOMMENDED"].any())


def test_a_stopping_rule_that_nothing_was_collected_for_is_named_first_and_the_dose_given_without_it(make_cut, trial):
    cut = unread(make_cut, trial, "A130 NNN", {})
    for make in DISPLAYS:
        assert make(View(cut)).finding.startswith(WITHOUT)
    assert "Rolling Six recommends: escalate to 160 mg/m²/day" in rule_now(View(cut)).finding


def test_before_anybody_is_treated_nothing_can_have_met_a_stopping_rule(make_cut, trial):
    cut = not_read(make_cut({}, trial), {"cv": ("cv.xpt",)})
    assert "Rolling Six recommends: start at 130 mg/m²/day" in rule_now(View(cut)).finding


def heart_results(data, *values) -> dict:
    """An LVEF of each value before and after the first infusion of the first subjects."""
    first = data["ex"].groupby("USUBJID")["EXSTDTC"].min()
    rows = [
        dict(USUBJID=name, CVSEQ=1, CVTESTCD="LVEF", CVSTRESC=value, CVORRES=value, CVSTRESU="%", CVDTC=day)
        for (name, day), value in zip(first.items(), values, strict=False)
    ]
    return {"cv": DataFrame(rows)}


def test_values_and_grades_that_cannot_be_read_hold_the_dose_as_files_do(make_cut, trial):
    data, day = drawn_trial("A130 NNN")
    finding = rule_now(View(make_cut(data | heart_results(data, "hyperdynamic", "good"), trial, day))).finding
    assert finding.startswith(
        "Stopping rule Cardiac dysfunction cannot be assessed: what is counted was delivered, and no ejection fraction "
        "could be read; the board decides before any further dosing. Without it Rolling Six would recommend 160"
    )
    graded = data["ae"].assign(AETOXGR="severe", AEDLT="N")
    finding = rule_now(View(make_cut(data | {"ae": graded}, trial, day))).finding
    assert "Severe mucositis cannot be assessed: what is counted was delivered, and no grade could be read" in finding
    assert "recommends: escalate" not in finding
    ungraded = rule_now(View(make_cut(data | {"ae": data["ae"].assign(AETOXGR="", AEDLT="N")}, trial, day))).finding
    assert "Severe mucositis cannot be assessed: what is counted was not collected in this cut" in ungraded


def test_a_rule_that_is_met_by_what_was_read_is_met(make_cut, trial):
    """Heart failure is told by adverse events; the echocardiograms could not be read."""
    data, day = drawn_trial("A130 NNNNNN")
    failing = data["ae"].assign(AEDECOD="Cardiac failure", AETOXGR="4", AESHOSP="Y", AEREL="RELATED", AEDLT="N")
    cut = not_read(make_cut(data | {"ae": failing}, trial, day), {"cv": ("cv.xpt",)})
    assert rule_now(View(cut)).finding.startswith("Stopping rule Cardiac dysfunction is met; the board decides")
    one = failing.assign(AEDECOD=["Cardiac failure"] + ["Nausea"] * 5)
    few = not_read(make_cut(data | {"ae": one}, trial, day), {"cv": ("cv.xpt",)})
    assert rule_now(View(few)).finding.startswith("Stopping rule Cardiac dysfunction cannot be assessed")


# --- enrolled and awaiting the first infusion, in other words ----------------------------------------------

MILESTONE, JUNE, DAY = "PROTOCOL MILESTONE", date(2007, 6, 20), "2007-06-18"
ENROLLED = (MILESTONE, "ENROLLED", DAY)
AWAITING = {
    # what DM says, the records of DS (category, decoded term, date): AWAITCD, None where no place is held
    **{
        word: ({"ARMCD": "A145"}, [(MILESTONE, word, DAY)], "STATED")
        for word in ("ENROLLED", "RANDOMIZED", "REGISTERED")
    },
    **{
        word: ({"ARMCD": "A145"}, [(MILESTONE, word, DAY)], "STATED")
        for word in ("Registration", "ENROLMENT", "ELIGIBLE")
    },
    **{
        word: ({"ARMCD": "A145"}, [("", word, DAY)], "STATED") for word in ("Enrolled in study", "Date of registration")
    },
    **{word: ({}, [(word, "ENROLLED", DAY)], "STATED") for word in ("OTHER EVENT", "DISPOSITION EVENT", "VISITS")},
    "without a category": ({}, [("", "ENROLLED", DAY)], "STATED"),
    "consented alone": ({"ARMCD": "NOTASSGN"}, [("", "INFORMED CONSENT OBTAINED", DAY)], None),
    "consented and assigned": ({}, [("", "INFORMED CONSENT OBTAINED", DAY)], "ASSIGNED"),
    "without a date": ({}, [(MILESTONE, "ENROLLED", "")], "STATED"),
    **{word: ({"ARMCD": "NOTASSGN"}, [("", word, DAY)], None) for word in ("NOT ENROLLED", "SCREENED", "INELIGIBLE")},
    "elsewhere": ({"ARMCD": "NOTASSGN"}, [("", "REGISTERED IN ANOTHER STUDY", DAY)], None),
    "awaited": ({"ARMCD": "NOTASSGN"}, [("", "AWAITING REGISTRATION", DAY)], None),
    "assigned in DM": ({}, [], "ASSIGNED"),
    "assigned, not treated": ({"ACTARMCD": "NOTTRT"}, [], "ASSIGNED;NOTTRT"),
    "assigned, not treated, by the reason": ({"ARMNRS": "ASSIGNED, NOT TREATED"}, [], "ASSIGNED;NOTTRT"),
    "assigned since a day": ({"RFSTDTC": "2007-06-19"}, [], "ASSIGNED"),
    "assigned long ago": ({"RFICDTC": "2007-04-19"}, [], "ASSIGNED;LONG"),
    "assigned after the data cut": ({"RFSTDTC": "2007-06-25"}, [], None),
    "assigned to no planned level": ({"ARMCD": "A145"}, [], None),
    "failed, by the reason": ({"ARMNRS": "SCREEN FAILURE"}, [], None),
    "failed, by the arm": ({"ACTARMCD": "SCRNFAIL"}, [], None),
    "failed, by DS": ({}, [("DISPOSITION EVENT", "SCREEN FAILURE", DAY)], None),
    "died": ({"DTHFL": "Y"}, [ENROLLED], None),
    "lost": ({}, [ENROLLED, ("DISPOSITION EVENT", "LOST TO FOLLOW-UP", DAY)], None),
    "withdrew, in another category": ({}, [ENROLLED, ("OTHER EVENT", "WITHDRAWAL BY SUBJECT", DAY)], None),
    "never treated, without a category": ({}, [ENROLLED, ("", "Never treated", "")], None),
    "off study, in another category": ({}, [ENROLLED, ("OTHER EVENT", "Off study", "")], None),
    "withdrew from a part": ({}, [ENROLLED, ("OTHER EVENT", "WITHDRAWAL FROM BIOBANKING", DAY)], "STATED"),
    "28 days ago": ({}, [(MILESTONE, "ENROLLED", "2007-05-23")], "STATED"),
    "29 days ago": ({}, [(MILESTONE, "ENROLLED", "2007-05-22")], "STATED;LONG"),
    "enrolled, not treated by DM": ({"ACTARMCD": "NOTTRT"}, [ENROLLED], "STATED;NOTTRT"),
}


def awaiting_data(people: dict[str, tuple], treated: int = 1) -> dict[str, DataFrame]:
    """Treated subjects S1 … at 130, in their window on 20 June 2007, and people without an infusion."""
    days = [f"2007-06-0{n},2007-06-0{n + 1},2007-06-0{n + 2}" for n in range(1, treated + 1)]
    data = trial_data(
        "\n".join(["USUBJID | ARMCD | INFUSIONS", *(f"S{n} | A130 | {d}" for n, d in enumerate(days, 1))])
    )
    dm = [dict(USUBJID=name, SUBJID=name, STUDYID="T", ARMCD="A130") | more for name, (more, *_) in people.items()]
    data["dm"] = concat([data["dm"], DataFrame(dm)]).fillna("")
    ds = [
        dict(USUBJID=name, DSSEQ=float(n), DSCAT=category, DSDECOD=decoded, DSSTDTC=day)
        for name, (_, records, *_) in people.items()
        for n, (category, decoded, day) in enumerate(records, 1)
    ]
    data["ds"] = DataFrame(ds, columns=["USUBJID", "DSSEQ", "DSCAT", "DSDECOD", "DSSTDTC"])
    return data | {"ae": DataFrame(columns=["USUBJID", "AETERM", "AESTDTC"])}


@pytest.fixture(scope="module")
def awaited(trial):
    return building(awaiting_data(AWAITING), trial, JUNE)


@pytest.mark.parametrize("name", AWAITING)
def test_who_holds_a_place_without_an_infusion(awaited, name):
    row = awaited.table("adsl").set_index("USUBJID").loc[name]
    expected = AWAITING[name][2]
    assert (None if isna(row.AWAITCD) else row.AWAITCD) == expected
    assert row.ENRLFL == ("Y" if expected and "STATED" in expected or ENROLLED in AWAITING[name][1] else "N")
    places = awaited.ask("rule_outcomes").set_index("USUBJID")["RESULT"]
    assert places.get(name) == ("P" if expected else None)


def test_findings_of_the_load_name_who_is_to_be_confirmed(awaited):
    told = dict(awaited.connection.execute("select CHECKID, NRECS from ingest.finding").fetchall())
    codes = [code for *_, code in AWAITING.values() if code]
    assert told["may_be_enrolled"] == sum("ASSIGNED" in code for code in codes)
    assert told["enrolled_not_treated"] == sum("STATED" in code and "LONG" in code for code in codes)


def six(trial, dm: dict, *records: tuple) -> View:
    """Five treated and pending at 130, and S6 without an infusion."""
    return View(building(awaiting_data({"S6": (dm, records)}, treated=5), trial, JUNE))


def test_a_sixth_who_is_registered_suspends_the_enrolment(trial):
    view = six(trial, {}, ("", "REGISTERED", DAY))
    said = rule_now(view).finding
    assert known(view.cut) == "1PPPPPP" and "Rolling Six recommends: suspend enrolment" in said
    assert "S6 (enrolled on 18 Jun 2007, awaiting the first infusion) are pending" in said


def test_a_sixth_who_may_be_enrolled_suspends_the_enrolment_and_is_to_be_confirmed(trial, file_of_cut):
    view = six(trial, {"RFSTDTC": "2007-06-19"})
    said = rule_now(view).finding
    assert known(view.cut) == "1PPPPPP" and "Rolling Six recommends: suspend enrolment" in said
    assert (
        "S6 (assigned to the dose level since 19 Jun 2007, no infusion or enrolment delivered: to be confirmed)" in said
    )
    cut = file_of_cut(awaiting_data({"S6": ({}, [])}, treated=5), trial, JUNE)
    for letter, then in {"T": "1PPPPPT", "N": "1PPPPPN", "X": "1PPPPP"}.items():
        assert known(suppose(cut, resolved={"S6": letter})) == then


def test_enrolled_long_ago_is_to_be_confirmed(trial):
    said = rule_now(six(trial, {}, (MILESTONE, "ENROLLED", "2007-03-18"))).finding
    assert "S6 (enrolled on 18 Mar 2007 and not treated: to be confirmed)" in said


def test_who_is_enrolled_at_no_planned_level_is_named(trial):
    view = six(trial, {"ARMCD": "A145", "ARM": "L-Annamycin 145"}, ENROLLED)
    assert known(view.cut) == "1PPPPP"
    assert (
        "S6 (arm L-Annamycin 145, enrolled on 18 Jun 2007, awaiting the first infusion) is at no planned level; the "
        "rule cannot read this subject."
    ) in rule_now(view).finding


def test_the_words_and_the_days_of_the_enrolment_are_settings(trial):
    own = Trial.parse(trial.text + '\n[enrolment]\nwords = ["slot given"]\nuntreated_days = 1\n')
    slot = {"ARMCD": "A145"}, (MILESTONE, "SLOT GIVEN", DAY)
    row = six(own, *slot).cut.table("adsl").set_index("USUBJID").loc["S6"]
    assert row.AWAITCD == "STATED;LONG"
    assert six(trial, *slot).cut.table("adsl")["AWAITCD"].isna().all()


# --- who left before treatment, and who did not -------------------------------------------------------------


def more_records(*rows: dict) -> dict[str, DataFrame]:
    """Five treated and S6, enrolled, with further records of DS."""
    frames = awaiting_data({"S6": ({}, [ENROLLED])}, treated=5)
    more = DataFrame([dict(DSCAT="DISPOSITION EVENT", DSSEQ="9") | row for row in rows])
    return frames | {"ds": concat([frames["ds"], more]).fillna("")}


FINISHED = {
    "completed": dict(DSDECOD="COMPLETED", EPOCH="SCREENING"),
    "in the term alone": dict(DSTERM="Completed", EPOCH="Screening period"),
    "run-in": dict(DSDECOD="COMPLETED", EPOCH="RUN-IN"),
    "baseline": dict(DSDECOD="COMPLETED", EPOCH="BASELINE"),
    "before treatment": dict(DSDECOD="COMPLETED", EPOCH="PRE-TREATMENT"),
    "no epoch": dict(DSDECOD="COMPLETED", DSTERM="COMPLETED SCREENING"),
    "no epoch, a category": dict(DSDECOD="COMPLETED", DSSCAT="SCREENING"),
    "passed": dict(DSDECOD="SCREENING PASSED", EPOCH="SCREENING"),
    "another category": dict(DSDECOD="COMPLETED", EPOCH="SCREENING", DSCAT="OTHER EVENT"),
}
"""Records that say that a screening was completed: they end neither the study nor the treatment."""


@pytest.mark.parametrize("name", FINISHED)
def test_a_finished_screening_frees_no_place_and_ends_nothing(trial, name):
    who = [f"S{n}" for n in range(1, 7)]
    frames = more_records(*(dict(USUBJID=s, DSSTDTC="2007-05-20") | FINISHED[name] for s in who))
    cut = building(frames, trial, JUNE)
    assert known(cut) == "1PPPPPP"
    assert "Rolling Six recommends: suspend enrolment" in rule_now(View(cut)).finding
    subjects = cut.table("adsl").set_index("USUBJID").loc[who]
    assert subjects[["EOTREAS", "DCSREAS", "EOSDT", "EOTDT", "FREEFL"]].isna().all(axis=None)
    assert "OFF STUDY" not in set(subjects["EOSSTT"])


LEFT = {
    "not completed": dict(DSDECOD="NOT COMPLETED", EPOCH="SCREENING"),
    "completed, as the word of a failure": dict(DSDECOD="COMPLETED", DSTERM="Screen failure", EPOCH="SCREENING"),
    "withdrew": dict(DSDECOD="WITHDRAWAL BY SUBJECT", EPOCH="SCREENING"),
    "withdrew in the run-in": dict(DSDECOD="WITHDRAWAL BY SUBJECT", EPOCH="RUN-IN"),
    "completed the study": dict(DSDECOD="COMPLETED", EPOCH="FOLLOW-UP"),
    "completed the treatment": dict(DSDECOD="COMPLETED", EPOCH="TREATMENT"),
    "milestone": dict(DSDECOD="WITHDRAWAL BY SUBJECT", DSCAT="PROTOCOL MILESTONE"),
    "other event": dict(DSDECOD="WITHDRAWAL BY SUBJECT", DSCAT="OTHER EVENT"),
    "the term alone": dict(DSTERM="Withdrew before treatment", DSCAT="PROTOCOL MILESTONE"),
    "disposition": dict(DSDECOD="WITHDRAWAL BY SUBJECT"),
    "death": dict(DSDECOD="DEATH"),
}
"""Records by which S6, never treated, left on 21 June."""


@pytest.mark.parametrize("name", LEFT)
def test_the_rule_and_its_replay_agree_on_who_left_before_treatment(trial, name):
    frames = more_records(dict(USUBJID="S6", DSSTDTC="2007-06-21") | LEFT[name])
    treated = trial_data("USUBJID | ARMCD | INFUSIONS\nS7 | A130 | 2007-06-25,2007-06-26,2007-06-27")
    for key in ("dm", "ex"):
        frames[key] = concat([frames[key], treated[key]]).fillna("")
    cut = building(frames, trial, date(2007, 6, 28))
    assert cut.table("adsl").set_index("USUBJID").loc["S6", ["FREEFL", "FREEDT"]].tolist() == [
        "Y",
        Timestamp("2007-06-21"),
    ]
    assert "S6" not in set(cut.ask("rule_outcomes")["USUBJID"])
    steps = cut.ask("rule_replay")
    assert "S6" not in set(steps[steps["USUBJID"] == "S7"]["EARLIER"])
    # who left after the step was awaited on its day
    steps = building(frames | {"ds": frames["ds"].replace("2007-06-21", "2007-06-26")}, trial, date(2007, 6, 28))
    rows = steps.ask("rule_replay").query("USUBJID == 'S7' and EARLIER == 'S6'")
    assert rows["RESULT"].tolist() == ["P"]


def test_a_finished_screening_does_not_end_dosing_at_home(trial):
    frames = more_records(dict(USUBJID="S1", DSSTDTC="2007-05-20", DSDECOD="COMPLETED", EPOCH="SCREENING"))
    ex = frames["ex"]
    first = ex[ex["USUBJID"] == "S1"].iloc[[0]].assign(EXENDTC="", EXDOSFRQ="QD", EXROUTE="ORAL")
    frames["ex"] = concat([ex[ex["USUBJID"] != "S1"], first]).fillna("")
    assert building(frames, trial, JUNE).table("adex").query("USUBJID == 'S1'")["AENDT"].tolist() == [Timestamp(JUNE)]
