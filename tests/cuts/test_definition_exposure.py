"""Exposure as SQL reads it: dose against plan, dose intensity, what was changed, and the deaths after the infusions."""

from __future__ import annotations

import sys
from datetime import date

import pandas
import pytest
from building import building
from faults import Fault, is_found

KNOWN = {
    # NCOURSE, NDUE, NGIVEN, PLANNED, GIVEN, NLATE, NREDUCED, NINTER, NMISSED, NNODOSE; doses in % of the level
    "WHOLE": [1, 3, 3, 300, 300, 0, 0, 0, 0, 0],
    "LATE": [2, 6, 6, 600, 600, 1, 0, 0, 0, 0],  # 36 days after: planned after 28, delayed from the 36th on
    "NOTLATE": [2, 6, 6, 600, 600, 0, 0, 0, 0, 0],
    "LESS": [2, 6, 6, 600, 540, 0, 1, 1, 0, 0],  # one of 80 for a toxicity, one of 60 interrupted
    "TOLERATED": [1, 3, 3, 300, 295, 0, 0, 0, 0, 0],  # 95 is within the tolerance of 5 %
    "MISSED": [1, 3, 2, 300, 200, 0, 0, 0, 1, 0],
    "DIED": [1, 3, 2, 300, 200, 0, 0, 0, 0, 0],  # on the second day: the third infusion was not missed
    "NODOSE": [1, 3, 3, 300, None, 0, 0, 0, 0, 1],
    "RUNNING": [1, 2, 2, 200, 200, 0, 0, 0, 0, 0],  # the third is due after the data cut
    "PARTS": [1, 3, 3, 300, 300, 0, 0, 1, 0, 0],  # the second interrupted and completed: one infusion, not reduced
    "PARTSMISSED": [1, 3, 2, 300, 200, 0, 0, 1, 1, 0],  # the same, and the third not given
    "PARTSLESS": [1, 3, 3, 300, 280, 0, 1, 0, 0, 0],  # two parts of a smaller dose, for a toxicity
    "DOUBLED": [1, 3, None, 300, 298, 0, 0, 0, None, 0],  # two whole doses on day 2: one may be of day 3
}
DEATHS = {
    # date of death: within 30 days of the last infusion (3 June), within 30 and 60 of the first (1 June)
    "2007-06-02": ["Y", "Y", "Y"],
    "2007-07-01": ["Y", "Y", "Y"],
    "2007-07-03": ["Y", "N", "Y"],
    "2007-07-04": ["N", "N", "Y"],
    "2007-07-31": ["N", "N", "Y"],
    "2007-08-01": ["N", "N", "N"],
    "2007-07": [None, None, "Y"],
    "2007-08": ["N", "N", "N"],
    "2007": [None, None, None],
    "": [None, None, None],
    "2007-05-01": [None, None, None],
}
FIRST, CUT = date(2007, 6, 1), date(2007, 9, 30)
INTENSITY = {
    "WHOLE": 1.0,
    "LATE": (600 / 64) / (300 / 28),
    "NOTLATE": (600 / 63) / (300 / 28),
    "LESS": (540 / 56) / (300 / 28),
    "MISSED": 200 / 300,
    "NODOSE": None,
    "RUNNING": 1.0,
}
"""Dose per day, from the first infusion to 28 days after the start of the last course, of that planned per day."""
STARTS = {"LATE": [0, 36], "NOTLATE": [0, 35], "LESS": [0, 28], "RUNNING": [120]}
DOSES = {
    "LESS": [100, 80, 100, 60, 100, 100],
    "TOLERATED": [100, 95, 100],
    "MISSED": [100, 100],
    "DIED": [100, 100],
    "NODOSE": [100, None, 100],
    "RUNNING": [100, 100],
    "PARTS": [100, 50, 50, 100],
    "PARTSMISSED": [100, 50, 50],
    "PARTSLESS": [100, 40, 40, 100],
    "DOUBLED": [100, 100, 98],
}
DAYS = dict.fromkeys(("PARTS", "PARTSMISSED", "PARTSLESS", "DOUBLED"), [0, 1, 1, 2])
"""The days of the records where a day has several."""
REASONS = {
    ("LESS", 1): "Stomatitis",
    ("LESS", 3): "Interrupted: infusion reaction",
    ("PARTS", 1): "Infusion interrupted",
    ("PARTSMISSED", 1): "Infusion interrupted",
    ("PARTSLESS", 2): "Stomatitis",
}


def infusions() -> pandas.DataFrame:
    rows = []
    for name in [*KNOWN, *map("died-{}".format, DEATHS)]:
        starts = STARTS.get(name, [0])
        days = DAYS.get(name, [start + later for start in starts for later in range(3)])
        doses = DOSES.get(name, [100] * len(days))
        for number, (on, dose) in enumerate(zip(days, doses, strict=False)):
            given = dict(USUBJID=name, EXSEQ=float(number + 1), EXTRT="DRUG", EXDOSE=dose, EXDOSU="mg/m2")
            when = (FIRST + pandas.Timedelta(days=on)).isoformat()[:10]
            rows.append(given | dict(EXSTDTC=when, EXADJ=REASONS.get((name, number), "")))
    rows.append(dict(USUBJID="MISSED", EXSEQ=3.0, EXTRT="DRUG", EXDOSE=0, EXDOSU="mg/m2", EXSTDTC="2007-06-03"))
    rows[-1]["EXADJ"] = "Missed: fever"
    return pandas.DataFrame(rows)


@pytest.fixture(scope="module")
def made(trial):
    """One subject of each kind in one cut; the level's dose is 130, so each dose above is given times 1.3."""
    died = {"DIED": "2007-06-02"} | {f"died-{text}": text for text in DEATHS}
    people = pandas.DataFrame({"USUBJID": list(dict.fromkeys([*KNOWN, *died]))})
    dm = people.assign(STUDYID="S", SITEID="1", ACTARMCD="A130", ACTARM="A130")
    dm["DTHFL"] = ["Y" if name in died else "" for name in dm["USUBJID"]]
    dm["DTHDTC"] = dm["USUBJID"].map(died).fillna("")
    ex = infusions()
    ex["EXDOSE"] = ex["EXDOSE"] * 1.3
    return building({"dm": dm, "ex": ex}, trial, CUT)


def exposure_of(made) -> pandas.DataFrame:
    return made.ask("exposure_subjects", course_days=28, delay_days=7).set_index("USUBJID")


def plain(value):
    return None if pandas.isna(value) else value


@pytest.mark.parametrize("name", KNOWN)
def test_known_exposures(made, name, agrees):
    row = exposure_of(made).loc[name]
    columns = "NCOURSE NDUE NGIVEN PLANNED GIVEN NLATE NREDUCED NINTER NMISSED NNODOSE".split()
    expected = [
        one * 1.3 if column in ("PLANNED", "GIVEN") and one is not None else one
        for column, one in zip(columns, KNOWN[name], strict=True)
    ]
    agrees([plain(row[column]) for column in columns], expected, ", ".join(columns), within=1e-9)


@pytest.mark.parametrize("name", INTENSITY)
def test_known_dose_intensities(made, name, agrees):
    agrees(plain(exposure_of(made).loc[name, "RDI"]), INTENSITY[name], "relative dose intensity", within=1e-9)


@pytest.mark.parametrize("text", DEATHS)
def test_known_periods_of_deaths(made, text, agrees):
    row = made.ask("deaths").set_index("USUBJID").loc[f"died-{text}"]
    what = "within 30 days of the last infusion, within 30 and 60 days of the first"
    agrees([plain(row[flag]) for flag in ("LAST30FL", "FIRST30FL", "FIRST60FL")], DEATHS[text], what)


def test_reasons_are_those_delivered_and_without_a_plan_nothing_is_delayed(made):
    rows = exposure_of(made)
    assert rows.loc["LESS", "REASONS"] == "Interrupted: infusion reaction; Stomatitis"
    assert rows.loc["MISSED", "REASONS"] == "Missed: fever" and rows["REASONS"].notna().sum() == 5
    unstated = made.ask("exposure_subjects", course_days=None, delay_days=7)
    assert unstated["NLATE"].isna().all() and unstated["RDI"].isna().all()


FAULTS = [
    Fault("death-periods", "deaths", "y.DTHDTL - t.LASTDT <= 30", "y.DTHDTL - t.LASTDT < 30"),
    Fault("death-periods", "deaths", "y.DTHFDT - t.LASTLDT > 30", "y.DTHFDT - t.LASTLDT > 31"),
    Fault("death-periods", "deaths", "y.DTHDTL - t.TRTSDT <= 30", "y.DTHDTL - t.TRTSDT < 30"),
    Fault("death-periods", "deaths", "y.DTHFDT - t.TRTSDT > 30", "y.DTHFDT - t.TRTSDT >= 30"),
    Fault("death-periods", "deaths", "y.DTHDTL - t.TRTSDT <= 60", "y.DTHDTL - t.TRTSDT < 60"),
    Fault("exposure", "exposure_subjects", "DAYDOSE < p.DOSE * (1 - p.DOSETOL)", "DAYDOSE < p.DOSE"),
    Fault("exposure", "exposure_subjects", "filter (where ISLESS and not ISINTER)", "filter (where ISLESS)"),
    Fault("exposure", "exposure_subjects", "x.ASTDT, case when x.ASTDTF", "x.ASTDT, x.EXSEQ, case when x.ASTDTF"),
    Fault("exposure", "exposure_subjects", "not (c.DOUBLED and c.NDOSED < NEXPECTED)", "true"),
    Fault("exposure", "exposure_subjects", "LATER > cast", "LATER >= cast"),
    Fault("exposure", "exposure_subjects", "least(p.INFUSIONS, p.UNTILDT - c.COURSEDT + 1)", "p.INFUSIONS"),
    Fault("exposure", "exposure_subjects", "p.CUTDT - c.COURSEDT + 1) as NDUE", "p.INFUSIONS) as NDUE"),
    Fault("exposure", "exposure_subjects", "max(COURSEDT) - min(COURSEDT) + ", "0 + "),
    Fault("exposure", "exposure_subjects", "case when p.CUMMISS = 0 then p.CUMDOSE end", "coalesce(p.CUMDOSE, 0)"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_in_the_sql_fails_the_methods_own_tests(made, fault):
    assert is_found(fault, made, sys.modules[__name__])
