"""Alarms of deaths, heart failure, adjudications and withdrawn values: on the raw rows, drawn, and as they were."""

from __future__ import annotations

from datetime import date

import pytest
from drawn import THREE, trial_data
from heart_frames import together
from overview_frames import CUTS
from sample_raw import KNOWN, day, first_infusion, rows

from displays.summary.alarms import alarms
from displays.summary.alarms_of_events import of_adjudications, of_deaths, of_heart_failure
from displays.summary.alarms_of_hearts import of_lvef, of_qtc
from displays.summary.alarms_of_rules import of_stopping_rules
from displays.summary.corrections import of_corrections
from queries import View


def told(found) -> list[tuple[str, str, list[str]]]:
    """Severity, text, and each subject with its words and mark."""
    return [
        (
            one.severity,
            one.text,
            [f"{who.subjid} {who.words}{f' ({who.since})' * bool(who.since)}" for who in one.people],
        )
        for one in found
    ]


# --- the sample trial against its raw rows ------------------------------------------------------------


def raw_events(cut: str, chosen) -> dict[str, str]:
    """Subject → the event that is chosen of AE, as "Term, grade 3, day 230"."""
    ae, first = rows(cut, "ae"), first_infusion(cut)
    return {
        row.SUBJID: f"{row.AEDECOD}, grade {row.AETOXGR}, day {(day(row.AESTDTC) - first[row.SUBJID]).days + 1}"
        for row in ae[chosen(ae)].itertuples()
    }


@pytest.mark.parametrize("cut", CUTS)
def test_heart_failure_against_the_raw_rows(views, cut):
    raw = raw_events(cut, lambda ae: ae["AEDECOD"].eq("Cardiac failure") & ae["AETOXGR"].isin(["2", "3", "4", "5"]))
    found, treated = of_heart_failure(views[cut]), len(first_infusion(cut))
    assert len(found) == bool(raw)
    for one in found:
        assert one.severity == "severe" and one.text == f"Heart failure in {len(raw)} of {treated} treated subjects"
        assert {who.subjid: who.words for who in one.people} == {
            name: f"{words}, not recovered" for name, words in raw.items()
        }
    assert bool(raw) == (cut != CUTS[0])


@pytest.mark.parametrize("cut", CUTS)
def test_drug_related_deaths_against_the_raw_rows(views, cut):
    related = raw_events(cut, lambda ae: ae["AETOXGR"].eq("5") & ~ae["AEREL"].str.startswith("NOT"))
    found = of_deaths(views[cut])
    assert {who.subjid for one in found for who in one.people} == set(related)
    assert bool(related) == (cut != CUTS[0]) and all(one.severity == "fatal" for one in found)


@pytest.mark.parametrize("cut", CUTS)
def test_a_changed_verdict_against_the_story(views, cut):
    changed = [who.subjid for one in of_adjudications(views[cut]) for who in one.people]
    assert changed == (["103-003"] if cut == CUTS[1] else []) and KNOWN["cuts"][cut]


# --- drawn events: known, possible, unknown, none, and as they were -----------------------------------

NAMES = "HOSP UNG MILD UNREL MAYBE DIED DIEU DIEN TODLT FROMDLT FIRST GONEAE GONEMILD GONEDLT FALL FELL WELL".split()
HEAD = "USUBJID | AESEQ | AETERM | AEDECOD | AEBODSYS | AETOXGR | AESTDTC | AEREL | AEOUT | AESHOSP | AESER"
HEART, GUT = "Cardiac disorders", "Gastrointestinal disorders"
HELD = f"""TODLT | 1 | sore mouth | Stomatitis | {GUT} | 3 | 2007-06-10 | RELATED | . | N | N
FROMDLT | 1 | sore mouth | Stomatitis | {GUT} | 3 | 2007-06-10 | RELATED | . | N | N
FIRST | 1 | sore mouth | Stomatitis | {GUT} | 3 | 2007-06-10 | RELATED | . | N | N"""
GONE = f"""GONEAE | 1 | sickness | Nausea | {GUT} | 4 | 2007-06-10 | RELATED | . | N | N
GONEMILD | 1 | sickness | Nausea | {GUT} | 1 | 2007-06-10 | RELATED | . | N | N
GONEDLT | 1 | sickness | Nausea | {GUT} | 2 | 2007-06-10 | RELATED | . | N | N"""
LASTS = "NOT RECOVERED/NOT RESOLVED"
CAME = f"""HOSP | 1 | failing | Cardiac failure | {HEART} | 3 | 2007-07-10 | RELATED | {LASTS} | Y | Y
UNG | 1 | failing | Cardiac failure | {HEART} | . | 2007-07-10 | RELATED | . | . | .
MILD | 1 | failing | Cardiac failure | {HEART} | 2 | 2007-07-10 | RELATED | . | N | N
UNREL | 1 | failing | Cardiac failure | {HEART} | 3 | 2007-07-10 | NOT RELATED | . | Y | Y
MAYBE | 1 | heart | Myocarditis | {HEART} | 3 | 2007-07-10 | RELATED | . | N | N
DIED | 1 | sepsis | Sepsis | Infections | 5 | 2007-07-10 | RELATED | FATAL | . | Y
DIEU | 1 | sepsis | Sepsis | Infections | 5 | 2007-07-10 | . | FATAL | . | Y
DIEN | 1 | sepsis | Sepsis | Infections | 5 | 2007-07-10 | NOT RELATED | FATAL | . | Y"""
ECHOS = "USUBJID | CVSEQ | CVTESTCD | CVSTRESC | CVSTRESU | CVDTC | CVMETHOD"


def people(dead: bool) -> str:
    rows_ = [
        f"{name} | A130 | {THREE} | {'Y | 2007-07-20' if dead and name.startswith('DIE') else '. | .'}"
        for name in NAMES
    ]
    return "\n".join(["USUBJID | ARMCD | INFUSIONS | DTHFL | DTHDTC", *rows_])


def echos(**later: int) -> str:
    base = dict(FALL=78, FELL=68, WELL=62)
    told_ = [
        f"{name} | {n} | LVEF | {value} | % | {on} | ECHOCARDIOGRAPHY"
        for name in base
        for n, (value, on) in enumerate(((base[name], "2007-05-20"), (later[name], "2007-07-20")), 1)
    ]
    return "\n".join([ECHOS, *told_])


def judged(**verdicts: str) -> str:
    rows_ = [f"{name} | 1 | AEDLT | {verdict}" for name, verdict in verdicts.items()]
    return "\n".join(["USUBJID | AESEQ | QNAM | QVAL", *rows_])


MEDICINE = "USUBJID | CMSEQ | CMTRT | CMSTDTC\nMILD | 1 | Paracetamol | 2007-06-20"


@pytest.fixture(scope="module")
def two(make_cut, trial):
    """The drawn trial as it is and as it was."""
    now = trial_data(
        people(dead=True),
        "\n".join([HEAD, HELD, CAME]),
        judged(TODLT="Y", FROMDLT="N", FIRST="Y"),
        cv=echos(FALL=56, FELL=55, WELL=60),
        cm=MEDICINE,
    )
    then = trial_data(
        people(dead=False),
        "\n".join([HEAD, HELD, GONE]),
        judged(TODLT="N", FROMDLT="Y", GONEDLT="Y"),
        cv=echos(FALL=77, FELL=55, WELL=60),
        cm=MEDICINE,
    )
    return make_cut(now, trial, date(2007, 8, 31)), make_cut(then, trial, date(2007, 7, 31))


def test_heart_failure_known_possible_and_none(two):
    known, possible = told(of_heart_failure(View(*two)))
    assert known == (
        "severe",
        "Heart failure in 2 of 17 treated subjects",
        [
            "HOSP Cardiac failure, grade 3, day 40, not recovered",
            "UNG Cardiac failure, not graded, day 40, outcome not stated",
        ],
    )
    assert possible[0] == "heart" and "may be heart failure, not known" in possible[1]
    assert possible[2] == ["MAYBE Myocarditis, grade 3, day 40, outcome not stated"]
    assert {one.previous for one in of_heart_failure(View(*two))} == {"new"}


def test_deaths_related_or_of_unknown_relation_are_alarms(two):
    (one,) = told(of_deaths(View(*two)))
    assert one == (
        "fatal",
        "Death with a fatal event related, or of unknown relation, to the study drug in 2 of 17 treated subjects",
        ["DIED sepsis, related, day 50", "DIEU sepsis, not stated, day 50"],
    )


def test_what_was_an_alarm_of_events_and_is_none_now_is_an_alarm(two):
    now, then = two
    for source, number in ((of_deaths, 2), (of_heart_failure, 2)):
        gone = source(View(then, now))[0]
        assert gone.severity == "gone" and gone.previous == f"was {number} of 17" and len(gone.people) == number
        assert gone.text.endswith("in none now, withdrawn or corrected")
        assert source(View(then, then)) == [] and source(View(then)) == []


def test_verdicts_changed_in_either_direction_are_an_alarm_a_first_one_is_none(two):
    (one,) = told(of_adjudications(View(*two)))
    assert one == (
        "verdict",
        "2 adjudications of a DLT changed",
        ["FROMDLT Stomatitis: DLT → not a DLT", "TODLT Stomatitis: not a DLT → DLT"],
    )
    assert of_adjudications(View(two[0])) == [] and of_adjudications(View(two[0], two[0])) == []


def test_a_withdrawn_event_of_grade_3_or_a_dlt_is_an_alarm_a_milder_one_is_none(two):
    (one,) = [one for one in of_corrections(View(*two)) if one.text.startswith("Adverse")]
    assert one.text == "Adverse events withdrawn"
    assert sorted((who.subjid, who.words) for who in one.people) == [
        ("GONEAE", "nausea, grade 4, withdrawn"),
        ("GONEDLT", "nausea, grade 2, withdrawn"),
    ]


def test_a_fall_of_20_points_is_as_grave_as_a_low_value_and_a_smaller_one_has_its_line(two):
    grave, milder = told(of_lvef(View(*two)))
    assert grave[0] == "heart" and grave[2] == ["FALL 56 %, a fall of 22 points"]
    assert grave[1].startswith("LVEF below 50 % or fallen by 20 points or more in 1 of 3 subjects")
    assert milder == (
        "milder",
        "LVEF fell by 10 points or more to 50 % or above in 1 of 3 subjects with a later LVEF",
        ["FELL 55 %"],
    )
    assert [one.previous for one in of_lvef(View(*two))] == ["new", ""]


def test_events_that_were_not_collected_are_not_assessed(make_cut, two):
    bare = make_cut({name: frame for name, frame in trial_data(people(dead=True)).items()}, two[0].trial)
    for source in (of_deaths, of_heart_failure):
        assert [one.severity for one in source(View(bare))] == ["not assessed"]
        assert source(View(two[0], bare))[0].previous == "was not assessed"
    assert of_adjudications(View(two[0], bare)) == []


# --- what is gone ---------------------------------------------------------------------------------------

BASE, LATER = "2007-02-20", "2007-04-20"


def heart(lvef: list[float], qt: float) -> dict:
    values = [("LVEF", BASE, 62.0), *[("LVEF", f"2007-0{4 + n}-20", value) for n, value in enumerate(lvef)]]
    return {"C-ONE": {"echos": values, "ecgs": [("QT", LATER, qt), ("RR", LATER, 1000.0)]}}


def test_a_low_lvef_and_a_long_qtcf_that_vanished_are_alarms(make_cut, trial):
    then, now = (make_cut(together(one), trial) for one in (heart([60.0, 45.0], 510.0), heart([60.0], 450.0)))
    ((lvef,), (qtc,)) = of_lvef(View(now, then)), of_qtc(View(now, then))
    assert [(one.severity, one.previous) for one in (lvef, qtc)] == [("gone", "was 1 of 1")] * 2
    assert lvef.sentence == "LVEF below 50 % in none now, withdrawn or corrected (was 1 of 1): ONE 45 %."
    (withdrawn, _) = of_corrections(View(now, then))
    assert withdrawn.text == "LVEF withdrawn" and withdrawn.people[0].words.startswith("45 %, withdrawn")
    assert [row.CODE for row in alarms(View(now, now)).table.itertuples() if row.CODE == "gone"] == []


def test_a_stopping_rule_that_is_no_longer_met_is_an_alarm(seen):
    met, now = (seen(course).cut for course in ("DDD.....", "D......."))
    was_met = [one.severity for one in of_stopping_rules(View(met))] == ["met"]
    found = [one for one in of_stopping_rules(View(now, met)) if one.severity == "gone"]
    assert was_met and len(found) == 1
    assert "is no longer met: 1 death by day 30 in 8 treated subjects" in found[0].text
    assert found[0].previous == "was 3 of 8, S01 and S02 no longer"
