"""Medians of concentrations with values below the limit, and what is the matter with a sample, as SQL finds them."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from math import exp, log

import pandas
import pytest
from conftest import DAY, SAMPLE
from drawn import THREE, trial_data
from faults import Fault, is_found

from trial import Trial

START = datetime(2007, 6, 1, 9)
MEDIANS = {
    "three measured": (["10", "20", "40"], [3, 0, None, 20, exp((log(10) + log(20) + log(40)) / 3)]),
    "an even number": (["10", "20"], [2, 0, None, 15, 200**0.5]),
    "one of one": (["7"], [1, 0, None, 7, 7]),
    "one of three below": (["<1", "5", "9"], [3, 1, None, 5, None]),
    "two of three below": (["<1", "BLQ", "8"], [3, 2, "<", None, None]),
    "half below": (["0.2", "0", "4", "6"], [4, 2, "?", None, None]),
    "all below": (["<1", "<1", "<1"], [3, 3, "<", None, None]),
    "one of three above": ([">9000", "5", "7"], [3, 0, None, 7, None]),
    "two of three above": ([">9000", ">9000", "7"], [3, 0, ">", None, None]),
    "not read": (["3", "smudged"], [1, 0, None, 3, 3]),
    "none read": (["smudged"], [0, 0, None, None, None]),
}
"""Results of subjects at one planned time → number with a result, below, what the median is, median, geometric mean."""
SAMPLES = {
    "on time": ("2H", "5", 120, ["TAKEN", 0]),
    "14 minutes late of 2 h": ("2H", "5", 134, ["TAKEN", 14]),
    "16 minutes late of 2 h": ("2H", "5", 136, ["MISTIMED", 16]),
    "an hour late of 10 h": ("10H", "5", 660, ["TAKEN", 60]),
    "61 minutes late of 10 h": ("10H", "5", 661, ["MISTIMED", 61]),
    "an hour early of 10 h": ("10H", "5", 538, ["MISTIMED", -62]),
    "an hour and a half before": ("PREDOSE", "<1", -90, ["TAKEN", -90]),
    "more than two hours before": ("PREDOSE", "<1", -130, ["MISTIMED", -130]),
    "measured before the first infusion": ("PREDOSE", "3", -10, ["BEFORE", -10]),
    "below the limit": ("4H", "<1", 240, ["BELOW", 0]),
    "not read": ("4H", "smudged", 240, ["NO VALUE", 0]),
    "not done": ("4H", "", 240, ["NOT DONE", None]),
    "without a time": ("4H", "5", None, ["NOMINAL", None]),
    "no record": ("", "", None, ["NO RECORD", None]),
}
"""Planned time, result, minutes after the start → what is the matter, minutes later than planned."""


def record(subject: str, planned: str, result: str, minutes: float | None) -> str:
    told = "2007-06-01" if minutes is None else f"{START + timedelta(minutes=minutes):%Y-%m-%dT%H:%M}"
    done = "." if result else "NOT DONE"
    return f"{subject} | ANNAMYC | {result or '.'} | {planned} | {told} | {START:%Y-%m-%dT%H:%M} | {done}"


@pytest.fixture(scope="module")
def made(make_cut):
    rows = ["USUBJID | PCTESTCD | PCSTRESC | PCTPT | PCDTC | PCRFTDTC | PCSTAT"]
    for hour, (results, _) in enumerate(MEDIANS.values(), start=2):
        rows += [record(f"M{n}", f"{hour}H", result, 60 * hour) for n, result in enumerate(results)]
    for name, (planned, result, minutes, _) in SAMPLES.items():
        rows += [record(name, planned, result, minutes)] if planned else []
    people = [*[(f"M{n}", "A130") for n in range(4)], *[(name, "A160") for name in SAMPLES]]
    drawn = "\n".join(f"{name} | {arm} | {THREE}" for name, arm in people)
    data = trial_data(f"USUBJID | ARMCD | INFUSIONS\n{drawn}", pc="\n".join(rows))
    numbers = [float(n) for n in range(1, len(data["pc"]) + 1)]
    data["pc"] = data["pc"].assign(PCSEQ=numbers, PCLLOQ=1.0, PCSTRESU="ng/mL", PCTEST="Annamycin")
    return make_cut(data, Trial.read(SAMPLE / "trial.toml"), DAY)


def known(value):
    return None if pandas.isna(value) else value


@pytest.mark.parametrize("name", MEDIANS)
def test_known_medians(made, name, agrees):
    table = made.ask("pk_medians", analyte="PARENT")
    row = table[(table["TRTAN"] == 130) & (table["NRRLT"] == 2 + list(MEDIANS).index(name))].iloc[0]
    found = [known(row[column]) for column in ("N", "NBLQ", "MEDIANQ", "MEDIAN", "GEOMEAN")]
    agrees(found, MEDIANS[name][1], "with a result, below, what the median is, median, geometric mean", within=1e-9)


@pytest.mark.parametrize("name", SAMPLES)
def test_known_samples(made, name, agrees):
    planned, *_, expected = SAMPLES[name]
    table = made.ask("pk_samples")
    hour = {"PREDOSE": 0, "": 2}.get(planned, planned.removesuffix("H"))
    row = table[(table["USUBJID"] == name) & (table["COURSEDY"] == 1) & (table["NRRLT"] == float(hour))].iloc[0]
    late = None if pandas.isna(row["DEVH"]) else round(60 * row["DEVH"])
    agrees([row["KIND"], late], expected, "what is the matter, minutes later than planned")


FAULTS = [
    Fault("pk-medians", "pk_medians", "when p.BLQFL = 'Y' then 'BELOW'", "when false then 'BELOW'"),
    Fault("pk-medians", "pk_medians", "when LOWER = -1 or UPPER = 1e300 then '?'", "when false then '?'"),
    Fault("pk-medians", "pk_medians", "ORDERED[(N + 1) // 2]", "ORDERED[N // 2]"),
    Fault("pk-medians", "pk_medians", "case when NBLQ = 0 and", "case when"),
    Fault("pk-samples", "adpc", "greatest(PKLATEMIN / 60, PKLATE * NRRLT)", "PKLATE * NRRLT"),
    Fault("pk-samples", "adpc", "ARRLT < -PKPREDOSE - 1e-6", "ARRLT < -PKLATEMIN / 60"),
    Fault("pk-samples", "pkprofile", "coalesce(ARRLT, NRRLT) <= 0)", "coalesce(ARRLT, NRRLT) <= -9)"),
    Fault("pk-samples", "pk_samples", "when 'Overdue' then 'NO RECORD'", "when 'Overdue' then 'NOT DONE'"),
    Fault("pk-samples", "pk_samples", "when p.TIMEFROM = 'NOMINAL' then 'NOMINAL'", "when false then 'NOMINAL'"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_in_the_sql_fails_the_methods_own_tests(made, fault):
    assert is_found(fault, made, sys.modules[__name__])
