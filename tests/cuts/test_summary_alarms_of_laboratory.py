"""Alarms of tumour lysis and late aplasia: drawn, as they were, and what is counted as a DLT already."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pandas
import pytest
from building import kept
from drawn import THREE, trial_data

from displays.summary.alarms import alarms
from displays.summary.alarms_of_laboratory import of_aplasia, of_lysis
from queries import View

NAMES = ("CLIN", "LAB", "JUDGED", "WELL", "BARE", "LATE", "APLDLT", "BACK")
HEAD = "USUBJID | LBTESTCD | LBSPEC | LBSTRESC | LBSTRESU | LBSTNRHI | LBDTC"
SOUND = {"URATE": "200", "K": "4", "PHOS": "1.3", "CACORR": "2.3", "CREAT": "40"}
LYSED = {"URATE": "600", "PHOS": "3"}
LOW = ("LATE", "APLDLT", "BACK")
EVENTS = """USUBJID | AESEQ | AETERM | AEDECOD | AETOXGR | AESTDTC
JUDGED | 1 | tumour lysis | Tumour lysis syndrome | 4 | 2007-06-04
APLDLT | 1 | Aplasia | Aplasia | 4 | 2007-07-14"""


def on(day: int) -> str:
    return (date(2007, 6, 1) + timedelta(days=day - 1)).isoformat()


def results(now: bool) -> list[str]:
    """Each subject's chemistry before and on day 4 of course 1, but of BARE; counts of three to day 50."""
    found = []
    for name in [name for name in NAMES if name != "BARE"]:
        risen = LYSED if name in ("CLIN", "LAB", "JUDGED") else {}
        creatinine = {"CREAT": "300"} if name in ("CLIN", "JUDGED") and now else {}
        for day, tests in ((-1, SOUND), (4, SOUND | risen | creatinine)):
            unit = {"URATE": "umol/L", "CREAT": "umol/L"}
            found += [
                f"{name} | {t} | SERUM | {v} | {unit.get(t, 'mmol/L')} | 80 | {on(day)}" for t, v in tests.items()
            ]
    for name in LOW:
        later = [(41, "0.9"), (42, "1.0")] if now and name == "BACK" else [(48, "0.2")]
        counts = [(20, "0.1"), (27, "0.2"), *later]
        found += [f"{name} | NEUT | BLOOD | {value} | 10^9/L | . | {on(day)}" for day, value in counts]
    return found


def trial_of(now: bool) -> dict:
    data = trial_data(
        "USUBJID | ARMCD | INFUSIONS\n" + "\n".join(f"{name} | A130 | {THREE}" for name in NAMES),
        EVENTS,
        "USUBJID | AESEQ | QNAM | QVAL\nJUDGED | 1 | AEDLT | Y\nAPLDLT | 1 | AEDLT | Y",
        lb="\n".join([HEAD, *results(now)]),
    )
    data["lb"]["LBSTNRHI"] = pandas.to_numeric(data["lb"]["LBSTNRHI"])
    return data


@pytest.fixture(scope="module")
def two(make_cut, trial):
    return make_cut(trial_of(True), trial, date(2007, 8, 31)), make_cut(trial_of(False), trial, date(2007, 7, 31))


def test_tumour_lysis_names_the_clinical_first_and_leaves_a_dlt_where_it_is_counted(two):
    met, open_ = of_lysis(View(*two))
    assert (met.severity, met.leads, met.previous) == ("lysis", "tumour_lysis", "")
    assert met.text == (
        "Tumour lysis after course 1 in 2 of 7 assessable subjects, clinical in 1 (another 1 adjudicated a DLT)"
    )
    assert [(who.subjid, who.words.split(":")[0], who.since.split(":")[0]) for who in met.people] == [
        ("CLIN", "clinical", "was by laboratory"),
        ("LAB", "by laboratory", ""),
    ]
    assert met.people[0].words == "clinical: uric acid and phosphate, creatinine 3.8 × ULN"
    assert open_.text == "tumour lysis in 1 of 8 treated subjects"
    (mild, _) = of_lysis(View(two[1]))
    assert mild.severity == "milder lysis" and "clinical in none" in mild.text


def test_late_aplasia_is_an_alarm_unless_it_is_a_dlt_and_who_recovered_is_named_as_gone(two):
    (now,) = of_aplasia(View(*two))
    assert (now.severity, now.leads) == ("aplasia", "count_recovery")
    assert now.text == "Aplasia beyond day 42 without leukaemia in 1 of 8 treated subjects"
    assert [who.subjid for who in now.people] == ["LATE"] and now.previous == "was 2 of 8, BACK no longer"
    assert {"lysis", "aplasia"} <= set(alarms(View(*two)).table["CODE"])


@pytest.mark.parametrize("days", [None, [date(2007, 6, 4)]])
def test_a_graded_result_without_a_day_is_asked_for_whatever_the_days(two, days):
    """A sponsor's own analysis may tell the study day of a result alone."""
    cut = replace(two[0], answers=kept())
    known = cut.ask("graded_values", keys=None, people=None, days=None)
    assert (known["KIND"] == "LAB").sum() > 3
    cut.connection.execute("begin transaction")
    try:
        cut.connection.execute("update adlb set ADT = null")
        asked = replace(cut, answers=kept()).ask("graded_values", keys=None, people=None, days=days)
    finally:
        cut.connection.execute("rollback")
    assert (asked["KIND"] == "LAB").sum() == (known["KIND"] == "LAB").sum()
