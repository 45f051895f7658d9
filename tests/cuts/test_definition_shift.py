"""Shift tables and weekly medians as SQL counts them: drawn courses of potassium in one cut, against plain Python."""

from __future__ import annotations

import random
import sys
from collections import Counter, defaultdict
from datetime import date, timedelta
from statistics import median, quantiles

import pandas
import pytest
from building import building
from faults import Fault, is_found

START, LOW, HIGH = date(2007, 6, 1), 3.5, 5.0
KNOWN = {
    # results as (study day, mmol/L); what each scale says of baseline and worst
    "fell and rose": (
        ((-1, 4.0), (3, 2.9), (9, 6.1)),
        dict(LOW=("0", "3"), HIGH=("0", "3"), RANGE=("NORMAL", "LOWHIGH")),
    ),
    "low before, normal after": (((-1, 3.4), (3, 4.0)), dict(LOW=("2", "0"), HIGH=("0", "0"), RANGE=("LOW", "NORMAL"))),
    "no baseline": (((3, 3.2),), dict(LOW=("NONE", "2"), HIGH=("NONE", "0"), RANGE=("NONE", "LOW"))),
    "nothing after": (((-1, 4.0),), dict(LOW=("0", "NONE"), HIGH=("0", "NONE"), RANGE=("NORMAL", "NONE"))),
    "nothing": ((), dict(LOW=("NONE", "NONE"), HIGH=("NONE", "NONE"), RANGE=("NONE", "NONE"))),
}
DRAWN = random.Random(3)
VALUES = (2.3, 2.8, 3.2, 3.5, 4.2, 5.0, 5.3, 5.8, 6.5, 7.2)
SUBJECTS = {name: results for name, (results, _) in KNOWN.items()} | {
    f"drawn-{n}": tuple(
        (day, DRAWN.choice(VALUES))
        for day in sorted(DRAWN.sample([-8, -2, 2, 5, 7, 8, 9, 14, 15, 16, 22, 40], DRAWN.randint(1, 8)))
    )
    for n in range(150)
}


@pytest.fixture(scope="module")
def made(trial):
    dm = pandas.DataFrame({"USUBJID": list(SUBJECTS)}).assign(STUDYID="S", SITEID="1", ACTARMCD="A130", ACTARM="A130")
    ex = dm[["USUBJID"]].assign(EXSEQ=1, EXTRT="DRUG", EXDOSE=130.0, EXDOSU="mg/m2", EXSTDTC=START.isoformat())
    rows = [
        dict(USUBJID=name, LBDTC=(START + timedelta(day - (day > 0))).isoformat(), LBSTRESN=value, LBSTRESC=str(value))
        for name, results in SUBJECTS.items()
        for day, value in results
    ]
    lb = pandas.DataFrame(rows).assign(LBTESTCD="K", LBTEST="Potassium", LBSPEC="SERUM", LBSTRESU="mmol/L")
    lb = lb.assign(LBSTNRLO=LOW, LBSTNRHI=HIGH, LBSEQ=range(1, len(lb) + 1))
    return building({"dm": dm, "ex": ex, "lb": lb}, trial, date(2007, 9, 30))


def shifts(made):
    """Scale → subject → category at baseline and worst after it."""
    found = defaultdict(dict)
    for row in made.ask("lab_shift", test="K").itertuples():
        assert row.N == len(row.SUBJECTS)
        found[row.SCALE] |= dict.fromkeys(row.SUBJECTS, (row.BASECAT, row.WORSTCAT))
    return found


def low(value):
    return sum(value < cut for cut in (LOW, LOW, 3.0, 2.5))


def high(value):
    return sum(value > cut for cut in (HIGH, 5.5, 6.0, 7.0))


def naive(results):
    before = [value for day, value in results if day <= 1]
    after = [value for day, value in results if day > 1]
    told = {}
    for scale, grade in (("LOW", low), ("HIGH", high)):
        told[scale] = str(grade(before[-1])) if before else "NONE", str(max(map(grade, after))) if after else "NONE"
    return told


@pytest.mark.parametrize("name", KNOWN)
def test_known_shifts(made, name, agrees):
    found = shifts(made)
    agrees({scale: list(found[scale][name]) for scale in found}, {k: list(v) for k, v in KNOWN[name][1].items()}, name)


def test_shifts_are_those_of_plain_python_over_random_courses(made):
    found, seen = shifts(made), Counter()
    for name, results in SUBJECTS.items():
        for scale, expected in naive(results).items():
            assert found[scale][name] == expected, (name, scale, results)
            seen[scale, expected] += 1
    assert len(seen) > 30 and {len(found[scale]) for scale in found} == {len(SUBJECTS)}


def test_weekly_medians_and_quartiles_are_those_of_plain_python(made):
    last = {}
    for name, results in SUBJECTS.items():
        for day, value in results:
            last[(day - (day > 0)) // 7, name] = value
    weeks = defaultdict(list)
    for (week, _), value in last.items():
        weeks[week].append(value)
    rows = made.ask("lab_course_bands", test="K", unit="mmol/L", by="DAY")
    assert dict(zip(rows["PLACE"], rows["N"], strict=True)) == {week: len(values) for week, values in weeks.items()}
    for row in rows.itertuples():
        lower, middle, upper = quantiles(weeks[row.PLACE], n=4, method="inclusive")
        assert (row.Q1, row.MEDIAN, row.Q3) == pytest.approx((lower, middle, upper))
        assert middle == pytest.approx(median(weeks[row.PLACE]))


FAULTS = [
    Fault(
        "lab-shift",
        "lab_shift",
        "max(r.GRADE) filter (where r.POSTFL = 'Y')",
        "min(r.GRADE) filter (where r.POSTFL = 'Y')",
    ),
    Fault("lab-shift", "lab_shift", "when NPOST = 0 then if(NMAYBE", "when NPOST < 0 then if(NMAYBE"),
    Fault(
        "lab-shift", "lab_shift", "'HIGH', USUBJID, ABLFL, POSTFL, ATOXGRH", "'HIGH', USUBJID, ABLFL, POSTFL, ATOXGRL"
    ),
    Fault("lab-shift", "lab_shift", "when WASLOW and WASHIGH then 'LOWHIGH'", "when WASLOW and WASHIGH then 'LOW'"),
    Fault("lab-shift", "lab_course_bands", "arg_max(AVAL, ADT)", "arg_min(AVAL, ADT)"),
    Fault("lab-shift", "lab_course_bands", "quantile_cont(o.AVAL, 0.75)", "quantile_cont(o.AVAL, 0.8)"),
    Fault("lab-shift", "lab_course_bands", "when l.ADY > 0 then 1 else 0", "when l.ADY > 0 then 0 else 0"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_in_the_sql_fails_the_methods_own_tests(made, fault):
    assert is_found(fault, made, sys.modules[__name__])
