"""Ejection fractions that contradict themselves, came under other codes or elsewhere, and baselines of long ago."""

from __future__ import annotations

from datetime import date

import pandas
from building import building
from heart_frames import together

from displays.heart.left_out import heart_left_out
from displays.rule.now import rule_now
from displays.stopping.asked import rule_states
from queries import View

BASE, LATER = "2007-02-25", "2007-04-01"
CUT = date(2007, 8, 31)


def echo(day: str, value, test: str = "LVEF", **more) -> tuple:
    return (test, day, value, more)


def hearts(cut) -> dict[str, tuple]:
    """Of each subject the categories known and possible of adctrcd, after the first infusion."""
    table = cut.table("adctrcd")
    return {
        name: tuple(zip(own["CTRCD"].fillna(""), own["CTRCDPOS"].fillna(""), strict=True))
        for name, own in table.groupby("USUBJID")
    }


SEVERE = (("severe", "severe"),)
OPEN = (("", "severe"),)


def test_hearts_are_read_under_other_codes_and_doubted_where_they_contradict_themselves(trial):
    later = {
        "text": echo(LATER, 60, CVSTRESC="35"),
        "original": echo(LATER, 60, CVORRES="35", CVORRESU="%"),
        "rounded": echo(LATER, 35, CVORRES="35.4 %", CVORRESU="%"),
        "other unit": echo(LATER, 35, CVORRES="0.35", CVORRESU="fraction"),
        "biplane": echo(LATER, 35, test="LVEFBP"),
        "by name": echo(LATER, 35, test="XYZ", CVTEST="Left Ventricular Ejection Fraction"),
        "right": echo(LATER, 35, test="XYR", CVTEST="Right Ventricular Ejection Fraction"),
        "change": echo(LATER, 35, test="XYC", CVTEST="LVEF change from baseline"),
    }
    cases = {name: {"echos": [echo(BASE, 62), one]} for name, one in later.items()}
    cases["flag of 2005"] = {"echos": [echo("2005-02-01", 36, CVBLFL="Y"), echo(BASE, 62), echo(LATER, 35)]}
    cases["flag of the day"] = {"echos": [echo(BASE, 62, CVBLFL="Y"), echo(LATER, 35)]}
    cut = building(together(cases), trial, CUT)
    found = hearts(cut)
    open_ones, none = ("text", "original"), ("right", "change")
    assert {name: found.get(name) for name in open_ones} == dict.fromkeys(open_ones, OPEN)
    assert {name: found.get(name) for name in none} == dict.fromkeys(none)
    known = {name: found[name][0][0] for name in cases if name not in open_ones + none}
    assert known == dict.fromkeys(known, "severe") and len(known) == 6
    base = cut.table("adcv").query("POSTFL == 'Y' and PARAMCD == 'LVEF'").set_index("USUBJID")["BASE"]
    assert (base["flag of 2005"], base["flag of the day"]) == (62, 62)
    assert "numbers that contradict each other" in heart_left_out(View(cut)).finding


def test_ejection_fractions_elsewhere_leave_the_rules_of_the_heart_unassessed(trial):
    data = together({"S1": {"echos": [echo(BASE, 62), echo(LATER, 60)]}})
    row = {"USUBJID": "S1", "MOSEQ": 1.0, "MOTESTCD": "LVEF", "MOTEST": "LVEF", "MOSTRESC": "35", "MODTC": LATER}
    other = data["cv"].assign(CVTESTCD="HEARTF", CVTEST="EF", CVSEQ=9.0)
    ways = {
        "MO": data | {"mo": pandas.DataFrame([row])},
        "ECHO": data | {"echo": pandas.DataFrame([{"USUBJID": "S1", "EF": "35"}])},
        "CV under a test code of no role": data | {"cv": pandas.concat([data["cv"], other])},
    }
    for where, frames in ways.items():
        view = View(building(frames, trial, CUT))
        states = [one for one, _ in rule_states(view) if one.rule.heart]
        assert states and all(one.unread and where in one.absent for one in states), where
        assert f"ejection fractions in {where}" in heart_left_out(view).finding
        assert where in rule_now(view).finding
