"""Concentrations, profiles and parameters as the load makes them, in one cut: against plain Python over drawn courses.

Each subject has infusions of 2 hours on days 1 and 3 at nine o'clock, on day 2 at half past eight.
"""

from __future__ import annotations

import math
import random
import sys
from datetime import datetime, timedelta
from math import isnan, log, nan

import pandas
import pytest
from building import building
from faults import Fault, is_found
from plain_pk import analysed

from trial import Trial

TEXT = """
[trial]
id = "T"
title = "Drawn"
dose_unit = "mg/m²/day"
[test_codes]
PARENT_DRUG = ["DRUGX"]
METABOLITE = ["METX"]
[pk]
molar_mass_parent = 500
[[dose_level]]
level = 1
dose = 100
arm_code = "A100"
arm = "100 mg"
[[dose_level]]
level = 2
dose = 200
arm_code = "A200"
arm = "200 mg"
"""
FIRST = datetime(2007, 6, 1)
STARTS = {1: 9.0, 2: 24 + 8.5, 3: 48 + 9.0, 5: 96 + 9.0}
"""Day of the course → hours of the start of its infusion after midnight of day 1."""
CURVE = [(0, "<1"), (2, 1000), (4, 500), (6, 250), (10, 62.5)]
"""Half of it is gone every 2 hours after the end of the infusion."""


def sample(day, hour, value, *, analyte="DRUGX", late=0.0, **more):
    """One PC record: planned hours after the infusion of a day, its value as text, minutes late, and more."""
    return dict(day=day, hour=hour, value=value, analyte=analyte, late=late) | more


def course(*samples, bsa=1.2, ended=True):
    """A course of 100 mg/m² a day: its samples, the body surface, and whether the end of the infusions was written."""
    return dict(samples=list(samples), bsa=bsa, ended=ended)


def curve(day=1, times=1.0, **more):
    """The known curve, every concentration times so much."""
    told = [(hour, value if value == "<1" else f"{times * value:g}") for hour, value in CURVE]
    return [sample(day, hour, value, **more) for hour, value in told]


KNOWN = {
    # what the profile of the drug on day 1 uses: hour, ng/mL, why not
    "before the infusion": (course(sample(1, 0, "5", late=-10)), [[0, 5, None]]),
    "only the last before it": (
        course(sample(1, 0, "5", late=-60), sample(1, 0, "4", late=-10)),
        [[0, 5, "EARLIER"], [0, 4, None]],
    ),
    "ten minutes late": (course(sample(1, 4, "70", late=10)), [[4 + 1 / 6, 70, None]]),
    "no clock time": (course(sample(1, 4, "70", told="day")), [[4, 70, None]]),
    "after the next infusion": (course(sample(1, 24, "70")), [[24, 70, "LATER"]]),
    "before the next infusion": (course(sample(1, 24, "70", late=-40)), [[24 - 2 / 3, 70, None]]),
    "planned as a day, no clock time": (course(sample(1, 24, "70", told="day")), [[24, 70, None]]),
    "in µg/L": (course(sample(1, 4, "70", unit="µg/L")), [[4, 70, None]]),
    "in mg/L": (course(sample(1, 4, "0.5", unit="mg/L")), [[4, 500, None]]),
    "in nmol/L": (course(sample(1, 4, "8", unit="nmol/L")), [[4, 4, None]]),
    "in an unknown unit": (course(sample(1, 4, "8", unit="IU/mL")), [[4, None, "NO VALUE"]]),
    "without a unit": (course(sample(1, 4, "8", unit="")), [[4, None, "NO VALUE"]]),
    "below the limit": (course(sample(1, 4, "<1")), [[4, 0, None]]),
    "below the limit, in words": (course(sample(1, 4, "BLQ")), [[4, 0, None]]),
    "a number below its limit": (course(sample(1, 4, "0.4", lloq=1)), [[4, 0, None]]),
    "zero": (course(sample(1, 4, "0")), [[4, 0, None]]),
    "above the limit": (course(sample(1, 4, ">9000")), [[4, None, "ABOVE LIMIT"]]),
    "not done": (course(sample(1, 4, "70", stat="NOT DONE")), [[4, 70, "NOT DONE"]]),
    "no result": (course(sample(1, 4, "")), [[4, None, "NO RESULT"]]),
    "urine": (course(sample(1, 4, "70", specimen="URINE")), [[4, 70, "SPECIMEN"]]),
    "left out by the sponsor": (course(sample(1, 4, "70", excluded=True)), [[4, 70, "EXCLUDED"]]),
    "twice alike": (
        course(sample(1, 4, "70"), sample(1, 4, "70", visit="UNSCHEDULED")),
        [[4, 70, None], [4, 70, "REPEATED"]],
    ),
    "twice, different": (course(sample(1, 4, "70"), sample(1, 4, "90")), [[4, 70, "DIFFERENT"], [4, 90, "DIFFERENT"]]),
    "one of the two left out by the sponsor": (
        course(sample(1, 4, "70"), sample(1, 4, "90", excluded=True)),
        [[4, 70, None], [4, 90, "EXCLUDED"]],
    ),
    "a day that nobody infused": (course(sample(5, 4, "70")), [[4, 70, "NO INFUSION"]]),
}
RATE, OVER_DAY = log(2) / 2, 500 + (500 - 105) * 22 / log(500 / 105)
WHOLE = 1000 + 1000 / RATE
FOUND = {
    # what follows by hand: analyte, day, parameter → its value; none, or no row at all
    "a known curve": (
        course(*curve(), sample(1, 23, "<1")),
        {
            ("PARENT", 1, "CMAX"): 1000.0,
            ("PARENT", 1, "TMAX"): 2.0,
            ("PARENT", 1, "TLST"): 10.0,
            ("PARENT", 1, "CLST"): 62.5,
            ("PARENT", 1, "LAMZHL"): 2.0,
            ("PARENT", 1, "LAMZNPT"): 3.0,
            ("PARENT", 1, "LAMZLL"): 4.0,
            ("PARENT", 1, "LAMZUL"): 10.0,
            ("PARENT", 1, "AUCLST"): 1000 + 937.5 / RATE,
            ("PARENT", 1, "AUCINT"): 1000 + 1000 * (1 - 0.5**11) / RATE,
            ("PARENT", 1, "AUCIFO"): WHOLE,
            ("PARENT", 1, "AUCPEO"): 100 * 62.5 / RATE / WHOLE,
            ("PARENT", 1, "CLO"): 120e3 / WHOLE,
            ("PARENT", 1, "CLTAU"): "absent",
        },
    ),
    "no body surface": (
        course(*curve(), bsa=None),
        {("PARENT", 1, "CLO"): None, ("PARENT", 1, "VSSO"): None, ("PARENT", 1, "AUCIFO"): WHOLE},
    ),
    "no end of the infusion": (
        course(*curve(), ended=False),
        {("PARENT", 1, "MRTIVIFO"): None, ("PARENT", 1, "VSSO"): None, ("PARENT", 1, "CLO"): 120e3 / WHOLE},
    ),
    "above the limit at the peak": (
        course(*curve()[:1], sample(1, 2, ">900"), *curve()[2:]),
        {("PARENT", 1, "CMAX"): None, ("PARENT", 1, "AUCLST"): None, ("PARENT", 1, "CLO"): None},
    ),
    "twice as much on day 3": (
        course(*curve(), *curve(3, 2)),
        {
            ("PARENT", 3, "ARAUC"): 2.0,
            ("PARENT", 3, "CMAX"): 2000.0,
            ("PARENT", 3, "CLTAU"): None,
            ("PARENT", 3, "AUCIFO"): "absent",
            ("PARENT", 3, "CLO"): "absent",
        },
    ),
    "day 3 without a sample before the infusion": (
        course(*curve(), *curve(3, 2)[1:]),
        {("PARENT", 3, "ARAUC"): None, ("PARENT", 3, "AUCLST"): None, ("PARENT", 3, "CMAX"): 2000.0},
    ),
    "half as much of the metabolite": (
        course(*curve(), *curve(times=0.5, analyte="METX")),
        {
            ("METABOLITE", 1, "MRAUCINT"): 0.5,
            ("METABOLITE", 1, "MRAUCLST"): 0.5,
            ("METABOLITE", 1, "MRCMAX"): 0.5,
            ("METABOLITE", 1, "MRAUCIFO"): 0.5,
            ("METABOLITE", 1, "CLO"): "absent",
        },
    ),
    "the metabolite alone": (
        course(*curve(analyte="METX")),
        {("METABOLITE", 1, "MRCMAX"): None, ("METABOLITE", 1, "CMAX"): 1000.0, ("PARENT", 1, "CMAX"): "absent"},
    ),
    "near steady state": (
        course(sample(3, 0, "100"), sample(3, 2, "500"), sample(3, 24, "105")),
        {("PARENT", 3, "CLTAU"): 120e3 / (OVER_DAY + 100), ("PARENT", 3, "AUCINT"): OVER_DAY + 100},
    ),
    "far from steady state": (
        course(sample(3, 0, "80"), sample(3, 2, "500"), sample(3, 24, "105")),
        {("PARENT", 3, "CLTAU"): None, ("PARENT", 3, "AUCINT"): OVER_DAY + 80},
    ),
    "the last of the day a little early, still rising": (
        course(*[sample(1, hour, str(10 * hour + 1)) for hour in (2, 4, 10)], sample(1, 24, "250", late=-40)),
        {("PARENT", 1, "AUCINT"): 21 + 62 + 6 * 71 + (24 - 10 - 2 / 3) * (101 + 250) / 2},
    ),
    "every concentration below the limit": (
        course(*[sample(1, hour, "<1") for hour in (0, 2, 4)]),
        {("PARENT", 1, "CMAX"): 0.0, ("PARENT", 1, "LAMZHL"): None, ("PARENT", 1, "CLO"): None},
    ),
    "one sample": (
        course(sample(1, 2, "40")),
        {("PARENT", 1, "CMAX"): 40.0, ("PARENT", 1, "AUCLST"): 40.0, ("PARENT", 1, "AUCINT"): None},
    ),
    "no sample can be used": (course(sample(1, 2, "4", unit="?")), {("PARENT", 1, "CMAX"): None}),
}
THREE_CURVES = {f"{times:g} times": course(*curve(times=times)) for times in (1, 10, 100)}
"""Of the second dose: Cmax and every area of each is ten times that of the one before."""
OF_SPONSOR = {
    # parameter, value, unit, further columns of PP: what is shown, what is compared, whether it differs
    "in another unit": (("CMAX", "1", "ug/mL"), [1000.0, 1000.0, None]),
    "within the limit": (("LAMZHL", "2.09", "h"), [2.0, 2.09, None]),
    "beyond the limit": (("LAMZHL", "2.2", "hr"), [2.0, 2.2, "Y"]),
    "by another name": (("THALF", "132", "min"), [2.0, 2.2, "Y"]),
    "an area": (("AUCINF", f"{WHOLE / 1000}", "ug*h/mL"), [WHOLE, WHOLE, None]),
    "an area, the hour first": (("AUCIFO", f"{WHOLE}", "h.ng/mL"), [WHOLE, WHOLE, None]),
    "clearance": (("CL", f"{120e6 / WHOLE / 60}", "mL/min"), [120e3 / WHOLE, 120e3 / WHOLE, None]),
    "of a square metre": (("CLO", "3", "L/h/m2"), [120e3 / WHOLE, None, None]),
    "of an interval": (("AUCTAU", "7", "h*ng/mL", "PT12H"), [1000 + 1000 * (1 - 0.5**11) / RATE, None, None]),
}


def drawn_course(drawn):
    """Both analytes on days 1 and 3, some samples missing, late, twice, or of no use."""
    clearance, samples = drawn.uniform(0.05, 0.2), []
    for analyte, size in (("DRUGX", 1000), ("METX", 80)):
        for day, hours in ((1, (0, 2, 3, 4, 6, 10, 24)), (3, (0, 2, 4, 8, 24, 48))):
            for hour in hours:
                if drawn.random() < 0.88:
                    samples += drawn_samples(drawn, analyte, day, hour, size * 2.718 ** (-clearance * hour))
    return course(*samples, bsa=drawn.choice([0.5, 1.2, 1.2, None]), ended=drawn.random() < 0.8)


def drawn_samples(drawn, analyte, day, hour, size):
    if hour == 0:
        size = 0.2 if day == 1 else size / 20
    value = f"{size * drawn.uniform(0.8, 1.2):.3g}" if size > 1 and drawn.random() < 0.95 else "<1"
    late = drawn.choice([-10, -10, -30]) if hour == 0 else drawn.choice([-40, 0, 0, 5, 10])
    own = sample(day, hour, value, analyte=analyte, late=late)
    more = drawn.choice(
        [{}] * 14
        + [{"told": "day"}, {"excluded": True}, {"stat": "NOT DONE"}, {"unit": "ug/L"}, {"unit": "?"}, {"value": ">99"}]
    )
    again = drawn.choice([[]] * 20 + [[own | {"visit": "UNSCHEDULED"}], [own | {"value": "77"}]])
    return [own | more, *(again if not more else [])]


COURSES = {name: told for cases in (KNOWN, FOUND) for name, (told, _) in cases.items()}
COURSES |= {name: course(*curve()) for name in OF_SPONSOR}
DRAWN = random.Random(12)
DRAWN_COURSES = {f"drawn-{n}": drawn_course(DRAWN) for n in range(150)}
SUBJECTS = COURSES | DRAWN_COURSES | THREE_CURVES


def at(day, hour, late=0.0):
    return FIRST + timedelta(hours=STARTS[day] + hour, minutes=late)


def pc_row(name, number, told):
    when = at(told["day"], told["hour"], told["late"])
    unit = told.get("unit", "ng/mL")
    return dict(
        USUBJID=name,
        PCSEQ=number,
        PCTESTCD=told["analyte"],
        PCTEST=told["analyte"],
        PCSTRESC=told["value"],
        PCSTRESU=unit,
        PCSTAT=told.get("stat", ""),
        PCLLOQ=told.get("lloq", ""),
        PCSPEC=told.get("specimen", "PLASMA"),
        PCELTM=f"PT{told['hour']}H",
        PCTPTREF=f"COURSE 1 DAY {told['day']} INFUSION START",
        VISIT=told.get("visit", ""),
        PCDTC=when.date().isoformat() if told.get("told") == "day" else when.isoformat(timespec="minutes"),
    )


def delivery():
    ex, pc, vs, supp, number = [], [], [], [], 0
    for name, one in SUBJECTS.items():
        for day in (1, 2, 3):
            ended = at(day, 2).isoformat(timespec="minutes") if one["ended"] else ""
            ex.append(dict(USUBJID=name, EXSEQ=day, EXSTDTC=at(day, 0).isoformat(timespec="minutes"), EXENDTC=ended))
        if one["bsa"]:
            vs.append(dict(USUBJID=name, VSTESTCD="BSA", VSSTRESN=one["bsa"], VSSTRESU="m2", VSDTC="2007-05-30"))
        for told in one["samples"]:
            number += 1
            pc.append(pc_row(name, number, told))
            if told.get("excluded"):
                supp.append(
                    dict(RDOMAIN="PC", USUBJID=name, IDVAR="PCSEQ", IDVARVAL=str(number), QNAM="NCAXFL", QVAL="Y")
                )
    pp = [
        dict(USUBJID=name, PPSEQ=n, PPTESTCD=code, PPCAT="DRUGX", PPSTRESC=value, PPSTRESU=unit, PPENINT=(*end, "")[0])
        for n, (name, ((code, value, unit, *end), _)) in enumerate(OF_SPONSOR.items(), 1)
    ]
    frames = {"ex": ex, "pc": pc, "vs": vs, "supppc": supp, "pp": pp, "dm": [dict(USUBJID=name) for name in SUBJECTS]}
    made = {name: pandas.DataFrame(rows) for name, rows in frames.items()}
    second = made["dm"]["USUBJID"].isin(THREE_CURVES)
    arm = {"ARMCD": second.map({True: "A200", False: "A100"}), "ARM": second.map({True: "200 mg", False: "100 mg"})}
    made["dm"] = made["dm"].assign(STUDYID="T", SITEID="1", **arm)
    given = made["ex"]["USUBJID"].isin(THREE_CURVES).map({True: 200.0, False: 100.0})
    made["ex"] = made["ex"].assign(EXTRT="DRUG", EXDOSE=given, EXDOSU="mg/m2", EXROUTE="INTRAVENOUS", EXDOSFRQ="ONCE")
    made["pp"] = made["pp"].assign(PPRFDTC="2007-06-01")
    made["vs"] = made["vs"].assign(VSSEQ=1)
    return made


@pytest.fixture(scope="module")
def made():
    return building(delivery(), Trial.parse(TEXT), datetime(2007, 11, 30).date())


def known(value):
    return None if pandas.isna(value) else value


def parameter(made, name, analyte, day, code):
    """The row of one parameter, or None."""
    rows = [r for r in made.rows_of("adpp", name) if (r.ANALYTE, r.COURSEDY, r.PARAMCD) == (analyte, day, code)]
    assert len(rows) <= 1
    return rows[0] if rows else None


@pytest.mark.parametrize("name", KNOWN)
def test_known_samples(made, name, agrees):
    rows = sorted(made.rows_of("pkprofile", name), key=lambda row: row.PCSEQ)
    found = [[known(row.HOUR), known(row.CONC), known(row.REASON)] for row in rows]
    agrees(found, KNOWN[name][1], "hours used, ng/mL used, why not", within=1e-9)


@pytest.mark.parametrize("name", FOUND)
def test_known_parameters(made, name, agrees):
    for (analyte, day, code), expected in FOUND[name][1].items():
        row = parameter(made, name, analyte, day, code)
        value = "absent" if row is None else known(row.AVAL)
        agrees(value, expected, f"{code} of the {analyte.lower()}, day {day}", within=1e-9 * WHOLE)
        assert row is None or (known(row.REASON) is None) == (value is not None)


@pytest.mark.parametrize("name", OF_SPONSOR)
def test_known_parameters_of_a_sponsor(made, name, agrees):
    (code, *_), expected = OF_SPONSOR[name]
    code = {"THALF": "LAMZHL", "AUCINF": "AUCIFO", "CL": "CLO", "AUCTAU": "AUCINT"}.get(code, code)
    row = parameter(made, name, "PARENT", 1, code)
    agrees(
        [known(row.AVAL), known(row.DELIVERED), known(row.DIFFFL)], expected, "shown, delivered, differs", within=1e-6
    )


# --- the same by plain Python over drawn courses ---------------------------------------------------


def concentration(told):
    """ng/mL used; None where it cannot be read."""
    if told["value"].startswith("<"):
        return 0.0
    return None if told["value"].startswith(">") or told.get("unit") == "?" else float(told["value"])


def hour_of(told):
    return told["hour"] if told.get("told") == "day" else told["hour"] + told["late"] / 60


def unusable(told):
    if told.get("stat"):
        return "NOT DONE"
    if told.get("excluded"):
        return "EXCLUDED"
    if told["value"].startswith(">"):
        return "ABOVE LIMIT"
    if concentration(told) is None:
        return "NO VALUE"
    return "LATER" if told["day"] == 1 and told.get("told") != "day" and hour_of(told) > 23.5 else None


def used_of(samples):
    """(hours, ng/mL) of a profile in order, and all reasons why others are not in it."""
    whynot = [unusable(told) for told in samples]
    fit = [told for told, why in zip(samples, whynot, strict=True) if why is None]
    before = max((hour_of(told) for told in fit if hour_of(told) <= 0), default=0)
    fit = [told for told in fit if hour_of(told) >= before]
    moments = {}
    for told in fit:
        moments.setdefault(round(max(hour_of(told), 0), 12), set()).add(concentration(told))
    points = sorted((hour, *values) for hour, values in moments.items() if len(values) == 1)
    return points, set(whynot) | ({"DIFFERENT"} if len(points) < len(moments) else set())


def test_parameters_are_those_of_plain_python_over_drawn_courses(made):
    compared = 0
    for name, one in DRAWN_COURSES.items():
        for analyte, code in (("PARENT", "DRUGX"), ("METABOLITE", "METX")):
            for day in (1, 3):
                samples = [s for s in one["samples"] if (s["analyte"], s["day"]) == (code, day)]
                points, whynot = used_of(samples)
                if not any(c > 0 for _, c in points):
                    continue
                dose = 100 * one["bsa"] if one["bsa"] else None
                began = day == 1 or points[0][0] == 0
                expected = analysed(points, 2 if one["ended"] else 0, dose, began)
                if not one["ended"]:
                    expected |= {"MRTIVIFO": nan, "VSSO": nan}
                if "ABOVE LIMIT" in whynot:
                    expected |= dict.fromkeys(set(expected) - {"TLST", "LAMZ", "LAMZHL", "LAMZNPT"}, nan)
                compared += agree(made, (name, analyte, day), expected)
    assert compared > 2500


def agree(made, profile, expected):
    """How many parameters of a profile were compared; some are not given of every profile."""
    rows = {code: parameter(made, *profile, code) for code in expected}
    for code, row in rows.items():
        if row is not None and not (code == "AUCINT" and "SHORTENED" in str(row.NOTE)):
            assert isnan(expected[code]) == pandas.isna(row.AVAL), (profile, code, row.REASON)
            assert pandas.isna(row.AVAL) or row.AVAL == pytest.approx(expected[code], rel=1e-9), (profile, code)
    return sum(row is not None for row in rows.values())


def test_codes_say_what_is_uncertain(made):
    rows = [row for name in SUBJECTS for row in made.rows_of("adpp", name) if pandas.notna(row.AVAL)]
    values = {(r.USUBJID, r.ANALYTE, r.COURSEDY, r.PARAMCD): r.AVAL for r in rows}
    seen = set()
    for row in rows:
        key = (row.USUBJID, row.ANALYTE, row.COURSEDY)
        notes = set(str(row.NOTE).split(";")) if pandas.notna(row.NOTE) else set()
        if row.PARAMCD == "AUCIFO":
            assert ("EXTRAPOLATED" in notes) == (values[*key, "AUCPEO"] > 20), key
        if row.PARAMCD == "LAMZHL":
            span = (values[*key, "LAMZUL"] - values[*key, "LAMZLL"]) / row.AVAL
            assert ("SHORT" in notes) == (span < 2) and ("R2LOW" in notes) == (values[*key, "R2ADJ"] < 0.8), key
            assert ("NOEND" in notes) == (not SUBJECTS[row.USUBJID]["ended"]), key
        seen |= notes
    assert {"EXTRAPOLATED", "SHORT", "R2LOW", "NOEND", "NOMINAL", "SETASIDE", "EXTENDED", "SHORTENED"} <= seen


def summary(made, code, dose):
    rows = made.ask("pk_by_dose", analyte="PARENT")
    rows = rows[(rows["PARAMCD"] == code) & (rows["COURSEDY"] == 1) & (rows["TRTA"].fillna("") == dose)]
    return rows.iloc[0]


@pytest.mark.parametrize("code", ["CMAX", "CLO", "LAMZHL"])
def test_known_summary(made, code, agrees):
    expected = {
        "CMAX": [3, 0, 10000.0, math.sqrt(math.exp(log(10) ** 2) - 1), 10000.0, 1000.0, 100000.0],
        "CLO": [3, 0, 24e3 / WHOLE, math.sqrt(math.exp(log(10) ** 2) - 1), 24e3 / WHOLE, 2.4e3 / WHOLE, 240e3 / WHOLE],
        "LAMZHL": [3, 0, 2.0, 0.0, 2.0, 2.0, 2.0],
    }
    row = summary(made, code, "200 mg/m²/day")
    found = [row.N, row.NMISS, row.GEOMEAN, row.GEOCV, row.MEDIAN, row.LOW, row.HIGH]
    agrees([float(each) for each in found], [float(e) for e in expected[code]], "n, missing, means, range", within=1e-7)


@pytest.mark.parametrize("code", ["CMAX", "AUCINT", "AUCIFO", "LAMZHL", "CLOSA", "VSSOSA"])
def test_summaries_are_those_of_plain_python(made, code):
    adpp = made.table("adpp")
    own = adpp[(adpp["PARAMCD"] == code) & (adpp["ANALYTE"] == "PARENT") & (adpp["COURSEDY"] == 1)]
    for dose, mine in (("", own), ("100 mg/m²/day", own[~own["USUBJID"].isin(THREE_CURVES)])):
        row, values = summary(made, code, dose), mine["AVAL"].dropna()
        assert (row.N, row.NMISS) == (len(values), len(mine) - len(values))
        assert (row.MEDIAN, row.LOW, row.HIGH) == pytest.approx((values.median(), values.min(), values.max()))
        if values.min() > 0:
            logs = values.map(log)
            expected = math.exp(logs.mean()), math.sqrt(math.exp(logs.var()) - 1)
            assert (row.GEOMEAN, row.GEOCV) == pytest.approx(expected, rel=1e-9)
        else:
            assert pandas.isna(row.GEOMEAN) and pandas.isna(row.GEOCV)
    asked = made.ask("pk_parameters", analyte="PARENT", course=None, day=1, codes=[code])
    assert len(asked) == len(own) and asked["AVAL"].sum() == pytest.approx(own["AVAL"].sum())
    doses = asked.set_index("USUBJID")["DOSE"]
    assert set(doses[doses.index.isin(THREE_CURVES)]) == {200} and set(doses[~doses.index.isin(THREE_CURVES)]) == {100}


FAULTS = [
    Fault("pk-summary", "pk_by_dose", "sqrt(exp(var_samp(", "sqrt(exp(stddev_samp("),
    Fault("pk-summary", "pk_by_dose", "exp(avg(ln(", "avg(exp(ln("),
    Fault("pk-summary", "pk_by_dose", "count(*) - count(AVAL)", "count(AVAL)"),
    Fault("pk-summary", "pk_parameters", "d.COURSEDY = p.COURSEDY", "d.COURSEDY = p.COURSEDY + 1 and d.DOSE < 200"),
    Fault("concentrations", "adpc", "t.PARAMCD when 'PARENT' then s.MASSPARENT", "t.PARAMCD when 'PARENT' then 1"),
    Fault("concentrations", "adpc", "NUMBER < PCLLOQ", "NUMBER < 0"),
    Fault("concentrations", "adpc", "when f.KIND = 'FLAG'", "when f.KIND = 'NONE'"),
    Fault("concentrations", "pkprofile", "greatest(TOLD, 0)", "TOLD"),
    Fault("concentrations", "pkprofile", "p.ARRLT > d.NEXTHOUR", "p.ARRLT > d.NEXTHOUR + 1"),
    Fault("concentrations", "pkprofile", "when HIGHEST > LOWEST then 'DIFFERENT'", "when false then 'DIFFERENT'"),
    Fault("concentrations", "pkprofile", "TOLD < LASTBEFORE then", "TOLD > LASTBEFORE then"),
    Fault("pk-parameters", "pkdose", "then sum(DOSEMG)", "then sum(DOSE)"),
    Fault("pk-parameters", "pkdose", "when WRITTEN > 0 and WRITTEN < 24 then WRITTEN", "when WRITTEN > 0 then 1"),
    Fault("pk-parameters", "pkdose", "case when COURSEDY = 1 then 'Y'", "case when COURSEDY > 0 then 'Y'"),
    Fault("pk-parameters", "pkdelivered", "when 'AUC' then a.FACTOR * t.FACTOR", "when 'AUC' then t.FACTOR"),
    Fault("pk-parameters", "adpp", "> s.PKDIFFERS * abs(p.AVAL)", "> 3 * s.PKDIFFERS * abs(p.AVAL)"),
    Fault("pk-parameters", "adpp", "coalesce(p.AVAL, d.DELIVERED)", "coalesce(d.DELIVERED, p.AVAL)"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_in_the_sql_fails_the_methods_own_tests(made, fault):
    assert is_found(fault, made, sys.modules[__name__])
