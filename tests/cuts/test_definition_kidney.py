"""The kidney as SQL decides it: drawn courses of creatinine in one cut, against stats and plain Python."""

from __future__ import annotations

import random
import sys
from datetime import date, datetime, timedelta

import pandas
import pytest
from building import building
from faults import Fault, is_found

from stats.kidney import bedside_schwartz, ckid_u25, kdigo_stage

START = date(2007, 6, 1)
STEADY = 0.25
KNOWN = {
    # age, sex, height, results as (study day, µmol/L); what is expected
    "by the week's lowest": ((8, "M", 130, ((-2, 40), (5, 30), (8, 62))), dict(STAGE=2, STAGEBY=None, XBASE=62 / 40)),
    "presumed": ((8, "M", 130, ((-2, 40), (20, 62))), dict(STAGE=1, STAGEBY="PRESUMED")),
    "presumed, twice on the day": ((8, "M", 130, ((-2, 40), (20, 80), (20, 82))), dict(STAGE=2, STAGEBY="PRESUMED")),
    "a slow rise": ((8, "M", 130, ((-2, 40), (5, 50), (12, 60), (19, 72))), dict(STAGE=0)),
    "in steps": ((8, "M", 130, ((-2, 40), (4, 62), (9, 85), (14, 115), (19, 135))), dict(STAGE=3, STAGEBY="LASTING")),
    "in steps, presumed": (
        (8, "M", 130, ((-10, 40), (4, 70), (6, 90), (9, 130))),
        dict(STAGE=3, STAGEBY="PRESUMED", RATIO=130 / 40),
    ),
    "recovered between": (
        (8, "M", 130, ((-2, 40), (5, 62), (10, 50), (17, 65), (24, 80))),
        dict(STAGE=1, STAGEBY=None, RATIO=62 / 40),
    ),
    "changing before": ((8, "M", 130, ((-3, 120), (-1, 60), (9, 60))), dict(STAGE=0, EGFRBASE=None, NCHANGING=1)),
    "48 hours": ((20, "F", 160, ((-2, 90), (5, 90), (7, 117))), dict(STAGE=1)),
    "48 hours, and an hour more": ((20, "F", 160, ((-2, 90), (5, 90, "T08:00"), (7, 117, "T09:00"))), dict(STAGE=0)),
    "48 hours by the clock": ((20, "F", 160, ((-2, 90), (5, 90, "T08:00"), (7, 117, "T08:00"))), dict(STAGE=1)),
    "a time for one alone": ((20, "F", 160, ((-2, 90), (5, 90), (7, 117, "T23:00"))), dict(STAGE=1)),
    "three days": ((20, "F", 160, ((-2, 90), (5, 90), (8, 117))), dict(STAGE=0)),
    "high, no injury": ((20, "F", 160, ((-2, 380), (5, 380))), dict(STAGE=0)),
    "high and injured": ((20, "F", 160, ((-2, 330), (5, 330), (6, 360))), dict(STAGE=3)),
    "a child's GFR": ((3, "F", 95, ((-2, 80), (5, 80), (8, 125))), dict(STAGE=3)),
    "no baseline": ((8, "M", 130, ((20, 62),)), dict(STAGE=None, STAGECD="NO BASE")),
    "nothing after": ((8, "M", 130, ((-2, 62),)), dict(STAGE=None, STAGECD="NONE")),
    "nothing": ((8, "M", 130, ()), dict(STAGE=None, STAGECD="NONE", EGFRBASE=None)),
    "no height": ((8, "M", None, ((-2, 40), (5, 40))), dict(STAGE=0, EGFRCD="HEIGHT", EGFRLOW=None)),
    "told in metres": ((8, "M", 130, ((-2, 40), (5, 40))), dict(STAGE=0, EGFRLOW=0.413 * 130 * 88.4 / 40)),
    "an adult": ((30, "M", 180, ((-2, 80), (5, 80))), dict(STAGE=0, EGFRCD="AGE")),
    "dialysis": ((8, "M", 130, ((-2, 40), (5, 40))), dict(STAGE=3, STAGEBY="DIALYSIS")),
    "dialysis in the month": ((8, "M", 130, ((-2, 40), (5, 40))), dict(STAGE=3, STAGEBY="DIALYSIS")),
    "dialysis, day not known": ((8, "M", 130, ((-2, 40), (5, 40))), dict(STAGE=3, STAGEBY="DIALYSIS")),
    "dialysis before": ((8, "M", 130, ((-2, 40), (5, 40))), dict(STAGE=0)),
}


def drawn_course(drawn):
    days = sorted(drawn.sample([-5, -1, 2, 3, 4, 6, 8, 9, 11, 15, 16, 23, 40], drawn.randint(2, 8)))
    level = drawn.choice([30, 60, 110, 250])
    values = [round(level * drawn.choice([1, 1, 1.1, 1.3, 1.45, 1.6, 2.1, 3.2]), 1) for _ in days]
    times = [drawn.choice(["", "T08:00", "T20:00"]) for _ in days]
    return (
        drawn.choice([1, 4, 11, 12, 16, 17, 18, 21, 25]),
        drawn.choice("MF"),
        drawn.choice([75, 110, 150, 175]),
        tuple(zip(days, values, times, strict=True)),
    )


DRAWN = random.Random(5)
SUBJECTS = {name: course for name, (course, _) in KNOWN.items()} | {
    f"drawn-{n}": drawn_course(DRAWN) for n in range(250)
}


def on(day):
    return (START + timedelta(days=day - (day > 0))).isoformat()


@pytest.fixture(scope="module")
def made(trial):
    dm = pandas.DataFrame([dict(USUBJID=name, AGE=age, SEX=sex) for name, (age, sex, _, _) in SUBJECTS.items()]).assign(
        STUDYID="S", SITEID="1", ACTARMCD="A130", ACTARM="A130"
    )
    ex = dm[["USUBJID"]].assign(EXSEQ=1, EXTRT="DRUG", EXDOSE=130.0, EXDOSU="mg/m2", EXSTDTC=START.isoformat())
    lb = pandas.DataFrame(
        [
            dict(USUBJID=name, LBDTC=on(day) + "".join(time), LBSTRESN=float(value), LBSTRESC=str(value))
            for name, (_, _, _, results) in SUBJECTS.items()
            for day, value, *time in results
        ]
    ).assign(LBTESTCD="CREAT", LBTEST="Creatinine", LBSPEC="SERUM", LBSTRESU="umol/L", LBSTNRHI=100.0, LBSTNRLO=20.0)
    vs = pandas.DataFrame(
        [dict(USUBJID=name, VSSTRESN=float(height)) for name, (_, _, height, _) in SUBJECTS.items() if height]
    ).assign(VSTESTCD="HEIGHT", VSTEST="Height", VSSTRESU="cm", VSDTC=on(-9))
    told = vs["USUBJID"] == "told in metres"
    vs = vs.assign(VSORRES=["1.3" if one else None for one in told], VSORRESU=["m" if one else None for one in told])
    vs.loc[told, ["VSSTRESN", "VSSTRESU"]] = None
    days = {"": on(6), " in the month": "2007-06", ", day not known": "", " before": "2007-05"}
    pr = pandas.DataFrame([dict(USUBJID=f"dialysis{name}", PRSTDTC=day) for name, day in days.items()])
    pr = pr.assign(PRSEQ=1, PRTRT="Hemodialysis")
    lb["LBSEQ"], vs["VSSEQ"] = range(1, len(lb) + 1), range(1, len(vs) + 1)
    return building({"dm": dm, "ex": ex, "lb": lb, "vs": vs, "pr": pr}, trial, date(2007, 9, 30))


def answered(made, formula="SCHWARTZ"):
    return made.ask("kidney", formula=formula, steady=STEADY).set_index("USUBJID")


def filtration(age, sex, height, creatinine, formula):
    if formula == "SCHWARTZ" and age < 18:
        return bedside_schwartz(height_cm=height, creatinine=creatinine)
    return ckid_u25(age=age, sex=sex, height_cm=height, creatinine=creatinine)


def within_48_hours(before, now):
    """By the clock where both have a time, else by the calendar."""
    if "T" in before and "T" in now:
        return datetime.fromisoformat(now) - datetime.fromisoformat(before) <= timedelta(hours=48)
    return (date.fromisoformat(now[:10]) - date.fromisoformat(before[:10])).days <= 2


def naive(age, sex, height, results, formula):
    """The worst stage, and the lowest GFR of a creatinine that is not changing; by stats, one result after another."""
    base = next((value for day, value, _ in reversed(results) if day <= 1), None)
    stages, rates, lasting = [], [], []
    for place, (day, value, time) in enumerate(results):
        if day <= 1:
            continue
        days = date.fromisoformat(on(day))
        since = [(days - date.fromisoformat(on(then)), other) for then, other, _ in results[:place]]
        week = [other for gap, other in since if gap.days <= 7]
        two = [other for then, other, was in results[:place] if within_48_hours(on(then) + was, on(day) + time)]
        lowest = first = min([*week, value]) if week else base
        rise = value - min([*two, value])
        lasting = [known for known in lasting if value >= 1.5 * known * (1 - 1e-9)]
        if lasting:
            lowest = min([*lasting, *([] if first is None else [first])])
        rate = filtration(age, sex, height, value, formula)
        stage = kdigo_stage(
            creatinine=value,
            ratio=None if lowest is None else value / lowest,
            rise=rise,
            filtration=rate,
            age=age,
        )
        stages += [] if stage is None else [stage]
        acute = rise >= 26.5 * (1 - 1e-9) or (first is not None and value / first >= 1.5 * (1 - 1e-9))
        lasting += [first] if acute and first is not None else []
        jumped = bool(since) and since[-1][0].days <= 7 and abs(value / since[-1][1] - 1) > STEADY
        rates += [] if acute or jumped else [rate]
    return max(stages, default=None), min(rates, default=None)


@pytest.mark.parametrize("formula", ["SCHWARTZ", "U25"])
def test_stage_and_filtration_are_those_of_stats_over_random_courses(made, formula):
    found, seen = answered(made, formula), set()
    for name, course in SUBJECTS.items():
        if name.startswith("drawn"):
            stage, rate = naive(*course, formula)
            row = found.loc[name]
            assert (None if pandas.isna(row.STAGE) else row.STAGE) == stage, (name, course)
            assert (None if pandas.isna(row.EGFRLOW) else row.EGFRLOW) == (rate and pytest.approx(rate)), (name, course)
            seen.add(stage)
    assert seen >= {0, 1, 2, 3}


@pytest.mark.parametrize("name", KNOWN)
def test_what_is_known_of_a_subject(made, name):
    row = answered(made).loc[name]
    for column, expected in KNOWN[name][1].items():
        value = None if pandas.isna(row[column]) else row[column]
        assert value == (expected if isinstance(expected, (str, type(None))) else pytest.approx(expected)), column


FAULTS = [
    Fault("kidney", "kidney", "7 days preceding and interval 1 day", "8 days preceding and interval 1 day"),
    Fault("kidney", "kidney", "count(*) over earlier > 0", "count(*) over week > 1"),
    Fault("kidney", "kidney", "coalesce(p.PRSTDTL, p.PRENDTL, t.TRTSDT)", "p.PRSTDT"),
    Fault("kidney", "kidney", "interval 2 days preceding", "interval 3 days preceding"),
    Fault("kidney", "kidney", "interval 48 hours preceding", "interval 60 hours preceding"),
    Fault("kidney", "kidney", "RATIO >= 2 * (1 - 1e-9) then 2", "RATIO >= 2.2 then 2"),
    Fault("kidney", "kidney", "pow(1.045, AGE - 12)", "pow(1.023, AGE - 12)"),
    Fault("kidney", "kidney", "then 0.413 * CM", "then 0.45 * CM"),
    Fault("kidney", "kidney", "coalesce(AGE < 18 and EGFR < 35, false)", "false"),
    Fault("kidney", "kidney", "f.PLACE < i.ENDPLACE", "true"),
    Fault("kidney", "kidney", "least(f.FROMX, l.FIRST[1])", "f.FROMX"),
    Fault("kidney", "kidney", "ADT - BEFOREDT <= 7", "ADT - BEFOREDT <= 3"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_in_the_sql_fails_the_methods_own_tests(made, fault):
    assert is_found(fault, made, sys.modules[__name__])
