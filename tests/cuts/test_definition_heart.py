"""Heart function as SQL computes it, against stats over a full grid, against published cases, and against plain Python.

One cut holds every drawn subject: the grid of baseline, later LVEF, strain and marker; the published cases; and random
series of readings by several methods, readers and precisions of date.
"""

from __future__ import annotations

import random
import sys
from collections import defaultdict
from datetime import date, timedelta
from functools import cache, lru_cache
from itertools import product

import duckdb
import pandas
import pytest
from building import STAGING, another_setting, building
from faults import Fault, is_found
from heart_frames import delivered
from shared import shared_cases

from stats.cardiac import (
    ctrcd,
    ctrcd_possible,
    ctrcd_undecided,
    ef_grade,
    gls_relative_decline,
    left_ventricular_dysfunction_grade,
)

BEFORE, LATER, DOSED = "2007-02-20", "2007-04-20", date(2007, 3, 1)
LEVELS = [15, 20, 38, 39.9, 40, 41, 49.9, 50, 50.1, 55, 60, 70]
GRID = list(product([None, *LEVELS[2:]], LEVELS, [None, -17.0, -16.9], [None, "100", "125", "<20"]))
"""Baseline LVEF, later LVEF, later strain (baseline -20 %), later NT-proBNP (baseline 100 pg/mL)."""
CARDIO = "cardiotoxicity.json"
PUBLISHED = [
    case.values[0]
    for method in ("ctcae_v5_ef_decreased", "ctcae_v6_lv_dysfunction", "ctrcd_esc2022_asymptomatic")
    for case in shared_cases(CARDIO, method)
    if case.values[0]
]
ARMS = ["A130", "A160", "A190", "A230", "A280", "A310", "OTHER"]
METHODS = {"ECHOCARDIOGRAPHY": "Echocardiography", "MUGA SCAN": "MUGA"}
READERS = ["", "INVESTIGATOR", "INDEPENDENT ASSESSOR"]
KNOWN = {
    # readings as (day, LVEF, what else); expected: the last day's LVEF, its baseline and its change
    "the last before the first infusion": ([("2007-02-01", 66), ("2007-02-28", 60), (LATER, 58)], [58, 60, -2]),
    "day 1 without a time": ([(BEFORE, 66), ("2007-03-01", 60), (LATER, 58)], [58, 66, -8]),
    "day 1, flagged": ([(BEFORE, 66), ("2007-03-01", 60, {"flag": "Y"}), (LATER, 58)], [58, 60, -2]),
    "flagged after the first infusion": ([(BEFORE, 62), ("2007-04-01", 48, {"flag": "Y"}), (LATER, 46)], [46, 62, -16]),
    "flagged on day 1 after the infusion": ([(BEFORE, 62), ("2007-03-01T12:00", 48, {"flag": "Y"})], [48, 62, -14]),
    "the one flagged": ([("2007-02-01", 66, {"flag": "Y"}), ("2007-03-01", 60), (LATER, 58)], [58, 66, -8]),
    "flagged, not the last": ([("2007-02-01", 66, {"flag": "Y"}), (BEFORE, 60), (LATER, 58)], [58, 60, -2]),
    "before the infusion by the clock": ([("2007-03-01T09:59", 61), ("2007-03-01T10:01", 55)], [55, 61, -6]),
    "another method": ([(BEFORE, 60), (LATER, 45, {"method": "MUGA SCAN"})], [45, None, None]),
    "a method spelled otherwise": (
        [(BEFORE, 60, {"method": "2D-Echo"}), (LATER, 45, {"method": "Transthoracic Echocardiogram"})],
        [45, 60, -15],
    ),
    "a method that is not listed": ([(BEFORE, 60), (LATER, 45, {"method": "PET"})], [45, None, None]),
    "the same method, not listed": ([(BEFORE, 60, {"method": "PET"}), (LATER, 45, {"method": "pet "})], [45, 60, -15]),
    "no method stated": ([(BEFORE, 60, {"method": ""}), (LATER, 45, {"method": ""})], [45, None, None]),
    "the worse of a day": ([(BEFORE, 60), (LATER, 50), (LATER, 56)], [50, 60, -10]),
    "the investigator's": ([(BEFORE, 60), (LATER, 50, {"reader": "INDEPENDENT ASSESSOR"}), (LATER, 56)], [56, 60, -4]),
    "percent in the text": ([(BEFORE, "60%"), (LATER, "45 %")], [45, 60, -15]),
    "a fraction": ([(BEFORE, 60), (LATER, 0.45, {"unit": "fraction"})], [45, 60, -15]),
    "not a percentage": ([(BEFORE, 60), (LATER, 0.45)], [0.45, 60, None]),
    "no baseline": ([(LATER, 45)], [45, None, None]),
    "a baseline of the month alone": ([("2007-02", 60), (LATER, 45)], [45, 60, -15]),
    "the month of the infusion": ([(BEFORE, 60), ("2007-03", 55), (LATER, 45)], [45, 60, -15]),
}


def lvef(subject, day, value, method="ECHOCARDIOGRAPHY", reader="", flag="", unit="%", test="LVEF"):
    return dict(
        USUBJID=subject,
        CVTESTCD=test,
        CVDTC=day,
        CVSTRESN=value,
        CVMETHOD=method,
        CVEVAL=reader,
        CVBLFL=flag,
        CVSTRESU=unit,
    )


def heart(subject, baseline, later, gls, marker):
    """A subject of the grid: rows of CV, rows of LB."""
    echos = [lvef(subject, BEFORE, baseline)] if baseline is not None else []
    echos += [lvef(subject, LATER, later), lvef(subject, BEFORE, -20.0, test="GLS")]
    echos += [lvef(subject, LATER, gls, test="GLS")] if gls is not None else []
    days = [(BEFORE, "100"), (LATER, marker)] if marker else []
    return echos, [dict(USUBJID=subject, LBDTC=day, LBSTRESC=value) for day, value in days]


def published(case):
    """A published case as a subject of the grid; a decline of strain from -20 %."""
    given = case["inputs"]
    decline = given.get("gls_relative_decline_pct")
    gls = None if decline is None else -20 * (1 - decline / 100)
    rise = given.get("new_biomarker_rise")
    marker = None if rise is None else {True: "130", False: "100"}[rise]
    return heart(case["id"], given["baseline_lvef_pct"], given["lvef_pct"], gls, marker)


def readings(subject, drawn):
    """Some LVEFs of one subject, before, on and after the day of the first infusion."""
    for _ in range(drawn.randint(1, 9)):
        day = DOSED + timedelta(days=drawn.choice([-20, -9, -9, -2, 0, 0, 0, 5, 5, 40, 40, 90]))
        clock = drawn.choice(["", "", "T08:00", "T10:00", "T13:00", "T13:00"])
        text = drawn.choice([day.isoformat() + clock] * 5 + [day.isoformat()[:7]])
        method, reader = drawn.choice([*METHODS, "ECHOCARDIOGRAPHY"]), drawn.choice(READERS)
        value, unit = drawn.choice(
            [(drawn.randint(35, 72), "%")] * 8 + [(0.5, "fraction"), (0.4, "%"), (140, "%"), (50, "cm")]
        )
        yield lvef(subject, text, value, method, reader, drawn.choice(["", "", "", "", "", "Y"]), unit)


@pytest.fixture(scope="module")
def made(trial):
    """All drawn subjects in one cut."""
    drawn = random.Random(7)
    hearts = {f"grid-{n}": heart(f"grid-{n}", *case) for n, case in enumerate(GRID)}
    hearts |= {case["id"]: published(case) for case in PUBLISHED}
    hearts |= {
        name: ([lvef(name, day, value, **dict(*more)) for day, value, *more in rows], [])
        for name, (rows, _) in KNOWN.items()
    }
    hearts |= {f"read-{n}": (list(readings(f"read-{n}", drawn)), []) for n in range(200)}
    datasets = delivered(subjects=list(hearts), arms={name: ARMS[n % len(ARMS)] for n, name in enumerate(hearts)})
    echos = pandas.DataFrame([row for echos, _ in hearts.values() for row in echos])
    markers = pandas.DataFrame([row for _, markers in hearts.values() for row in markers])
    numbers = pandas.to_numeric(echos["CVSTRESN"], errors="coerce")
    texts = echos["CVSTRESN"].astype(str)
    datasets["cv"] = echos.assign(CVSEQ=range(1, len(echos) + 1), CVSTRESC=texts, CVSTRESN=numbers)
    datasets["lb"] = markers.assign(LBTESTCD="BNPPRONT", LBSTRESU="pg/mL")
    return building(datasets, trial)


def later_lvefs(made):
    """Subject → its row of LVEF after the first infusion; looked up once in a cut, for hundreds of cases."""

    def found():
        table = made.table("adcv")
        return table[(table["PARAMCD"] == "LVEF") & (table["POSTFL"] == "Y")].set_index("USUBJID")

    return made.answers("later lvefs", found)


def on_the_grid(made, column):
    """What SQL says of each case of the grid, missing as None."""
    values = later_lvefs(made)[column]
    found = [values[f"grid-{n}"] for n in range(len(GRID))]
    return [None if pandas.isna(value) else value for value in found]


def arguments(case):
    baseline, later, gls, marker = case
    decline = None if gls is None else gls_relative_decline(-20, gls)
    rise = None if marker is None else marker == "125"
    return dict(baseline_lvef=baseline, lvef=later, gls_decline=decline, biomarker_rise=rise)


def test_sql_grades_lvef_as_stats_does_over_a_full_grid(made):
    assert on_the_grid(made, "ATOXGR") == [known(ef_grade(case[0], case[1])) for case in GRID]


def test_sql_grades_dysfunction_by_ctcae_6_as_stats_does_over_a_full_grid(made):
    with another_setting(made, "CTCAE", "6.0", "cvgrade", "adcv") as cut:
        expected = [known(left_ventricular_dysfunction_grade(**arguments(case))) for case in GRID]
        assert on_the_grid(cut, "ATOXGR") == expected


def test_sql_gives_the_category_of_ctrcd_that_stats_gives_over_a_full_grid(made):
    expected = [ctrcd(**arguments(case)) for case in GRID]
    assert on_the_grid(made, "CTRCD") == expected and set(expected) == {None, "none", "mild", "moderate", "severe"}
    assert on_the_grid(made, "CTRCDPOS") == [ctrcd_possible(**arguments(case)) for case in GRID]
    unknown = [
        "BASELINE UNKNOWN" if case[0] is None and word == "severe" else None
        for case, word in zip(GRID, expected, strict=True)
    ]
    assert on_the_grid(made, "CTRCDQ") == unknown


WHOLE_GRID = list(product([None, *range(20, 81)], range(15, 81), [None, 10.0, 20.0], [None, "N", "Y"]))
"""Every baseline and value in whole percent; decline of strain in percent; marker rise."""


def graded_alone(made, rows, version):
    """What the file of SQL that grades makes of comparisons (LO, HI, BLO, BHI, GLSDECL, MRKRISE), without a cut."""
    return _graded(made._with_fault("cvgrade", STAGING["cvgrade"].read_text(encoding="utf-8")), tuple(rows), version)


@lru_cache(maxsize=16)
def _graded(sql, rows, version):
    """A fault in another file leaves this one as it is: what it makes is not asked again."""
    columns = ["LO", "HI", "BLO", "BHI", "GLSDECL", "MRKRISE"]
    frame = pandas.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[:5], "float64") | {"MRKRISE": "str"})
    frame = frame.assign(RESNUM=range(len(rows)), MRKRISE=[row[5] for row in rows])
    with duckdb.connect() as connection:
        connection.execute("create schema trial; create table trial.settings as select ? as CTCAE", [version])
        connection.register("drawn", frame)
        connection.execute(
            "create table cvchange as select *, 'S' as USUBJID, 'E' as SERIES, 'LVEF' as PARAMCD, 'Y' as JUDGEFL, "
            "1 as CHOICE, null as BASECHOICE, null as BASENUM, date '2007-04-20' as ADT, null as ADTF, "
            "'N' as BEFOREFL, 'Y' as POSTFL, null as ABLFL, null as FLAGFL from drawn"
        )
        return connection.execute(f"select * from ({sql}) order by RESNUM").df()


def words(column):
    return [None if pandas.isna(value) else value for value in column]


@lru_cache
def stats_over_the_whole_grid(version):
    """Grade, category and possible category of each case, by stats; the same whatever SQL is held against them."""
    given = [
        dict(baseline_lvef=b, lvef=v, gls_decline=decline, biomarker_rise=None if rise is None else rise == "Y")
        for b, v, decline, rise in WHOLE_GRID
    ]
    grades = [
        ef_grade(one["baseline_lvef"], one["lvef"]) if version == "5.0" else left_ventricular_dysfunction_grade(**one)
        for one in given
    ]
    categories = [ctrcd(**one) for one in given]
    return [known(grade) for grade in grades], categories, [ctrcd_possible(**one) for one in given]


@pytest.mark.parametrize("version", ["5.0", "6.0"])
def test_sql_and_stats_agree_over_every_baseline_and_value(made, version):
    rows = [(v, v, b, b, decline, rise) for b, v, decline, rise in WHOLE_GRID]
    found = graded_alone(made, rows, version)
    grades, categories, possible = stats_over_the_whole_grid(version)
    assert words(found["ATOXGR"]) == grades
    assert words(found["CTRCD"]) == categories
    assert words(found["CTRCDPOS"]) == possible


LIMITS = [(low, high) for low in range(30, 66, 5) for high in range(low, 71, 5)]
"""Values and baselines as ranges, from one end to the other."""


@cache
def stats_over_a_range(value, base, rise):
    """The grades, and the categories by their place, of the values and baselines in two ranges."""
    (low, high), (least, most) = value, base
    pairs = list(product({low, (low + high) / 2, high, min(max(low, 49.9), high)}, {least, most}))
    marker = rise and rise == "Y"
    every = {
        CATEGORIES.index(ctrcd(baseline_lvef=base, lvef=value, gls_decline=None, biomarker_rise=marker))
        for value, base in pairs
    }
    return {ef_grade(base, value) for value, base in pairs}, every


def test_of_a_limit_or_a_range_only_what_every_value_in_it_has_is_known(made):
    cases = list(product(LIMITS, LIMITS, [None, "Y"]))
    found = graded_alone(made, [(*value, *base, None, rise) for value, base, rise in cases], "5.0")
    for case, row in zip(cases, found.itertuples(), strict=True):
        grades, every = stats_over_a_range(*case)
        grade = min(grades) if len(grades) == 1 or min(grades) else None
        category = min(every) if len(every) == 1 or min(every) >= 2 else None
        assert known(row.ATOXGR) == grade and (known(row.ATOXGRQ) == "AT LEAST") == (
            grade is not None and len(grades) > 1
        )
        assert known(row.CTRCD) == (None if category is None else CATEGORIES[category]), case
        assert known(row.CTRCDPOS) == (CATEGORIES[max(every)] if category != max(every) else None)


def test_sql_names_the_missing_values_that_could_change_the_category_as_stats_does(made):
    words = {"gls_decline": "strain", "biomarker_rise": "markers"}
    undecided = [ctrcd_undecided(**arguments(case)) for case in GRID]
    expected = [" and ".join(word for name, word in words.items() if name in names) or None for names in undecided]
    known = [None if case[0] is None else expected[n] for n, case in enumerate(GRID)]
    assert on_the_grid(made, "CTRCDMIS") == known


def test_sql_gives_the_worst_category_that_missing_strain_or_markers_leave_possible(made):
    expected = []
    for case in GRID:
        given = arguments(case)
        missing = [name for name in ctrcd_undecided(**given) if name != "baseline_lvef"]
        worst = ctrcd(**given | {name: {"gls_decline": 100, "biomarker_rise": True}[name] for name in missing})
        expected.append(worst if missing and case[0] is not None else None)
    assert on_the_grid(made, "CTRCDMAY") == expected and set(expected) == {None, "mild", "moderate", "severe"}


@pytest.mark.parametrize("case", shared_cases(CARDIO, "ctcae_v5_ef_decreased"))
def test_published_grades_come_out_of_the_sql(made, case, agrees):
    agrees(later_lvefs(made)["ATOXGR"][case["id"]], case["expected"]["grade"], "grade in adcv")


@pytest.mark.parametrize("case", shared_cases(CARDIO, "ctcae_v6_lv_dysfunction"))
def test_published_grades_of_ctcae_6_come_out_of_the_sql(made, case, agrees):
    with another_setting(made, "CTCAE", "6.0", "cvgrade", "adcv") as cut:
        agrees(later_lvefs(cut)["ATOXGR"][case["id"]], case["expected"]["grade"], "grade in adcv, CTCAE 6.0")


@pytest.mark.parametrize("case", shared_cases(CARDIO, "ctrcd_esc2022_asymptomatic"))
def test_published_categories_come_out_of_the_sql(made, case, agrees):
    agrees(later_lvefs(made)["CTRCD"][case["id"]], case["expected"]["ctrcd"], "category in adcv")


@pytest.mark.parametrize("name", KNOWN)
def test_known_readings(made, name, agrees):
    last = made.rows_of("adcv", name)[-1]
    agrees([last.AVAL, last.BASE, last.CHG], KNOWN[name][1], "LVEF of the last day, its baseline and its change")


# --- which results are compared: in plain Python, from the delivered rows ------------------------


def placed(row):
    """Before the first infusion (Y), after it (N) or not known: 1 March 2007 at 10:00, as precisely as written."""
    text = row["CVDTC"]
    if len(text) == 7:
        return {True: "Y", False: None}[text < "2007-03"] if text <= "2007-03" else "N"
    if text[:10] != DOSED.isoformat():
        return "Y" if text[:10] < DOSED.isoformat() else "N"
    if "T" in text:
        return "Y" if text[11:] <= "10:00" else "N"
    return "Y" if row["CVBLFL"] == "Y" else None


def flagged(row):
    """A flag after the first infusion is not followed."""
    return row["CVBLFL"] == "Y" and placed(row) != "N"


def shown_value(row):
    """Percent, and whether it can be graded."""
    value = row["CVSTRESN"] * (100 if row["CVSTRESU"] == "fraction" else 1)
    return value, row["CVSTRESU"] in ("%", "fraction") and 1 <= value <= 100


def of_each_day(rows):
    """One row a day: the flagged baseline, one that can be graded, the investigator's, the worse after treatment."""
    found = {}
    for row in rows:
        value, graded = shown_value(row)
        when = placed(row)
        rank = (
            not flagged(row),
            not graded,
            row["CVEVAL"] == "INDEPENDENT ASSESSOR",
            0 if when == "Y" else value,
            "T" not in row["CVDTC"],
            [-ord(letter) for letter in row["CVDTC"][11:]],
            -row["CVSEQ"],
        )
        key = (row["CVDTC"][:10], when)
        if key not in found or rank < found[key][0]:
            found[key] = (rank, row | {"AVAL": value, "GRADED": graded, "PLACED": when})
    return [row for _, row in found.values()]


def compared(rows):
    """(day, value) → (baseline, change, whether it is the baseline) of one subject's readings by one method."""
    days = of_each_day(rows)
    candidates = [row for row in days if row["GRADED"] and (flagged(row) or row["PLACED"] == "Y")]

    def order(row):
        return ((row["CVDTC"] + "-01")[:10], flagged(row), row["CVDTC"][11:], row["CVSEQ"])

    base = max(candidates, key=order, default=None)
    found = {}
    for row in days:
        change = row["AVAL"] - base["AVAL"] if base and row["GRADED"] else None
        found[row["CVSEQ"]] = (row["AVAL"], base and base["AVAL"], change, row is base, row["PLACED"] == "N")
    return found


def test_baseline_and_change_are_those_of_plain_python_over_random_series_of_readings(made):
    rows = made.table("sdtm.cv").query("USUBJID.str.startswith('read-')").to_dict("records")
    expected = {}
    for subject, method in sorted({(row["USUBJID"], row["CVMETHOD"]) for row in rows}):
        expected |= compared([row for row in rows if (row["USUBJID"], row["CVMETHOD"]) == (subject, method)])
    table = made.table("adcv").query("USUBJID.str.startswith('read-')")
    found = {
        row.SRCSEQ: (row.AVAL, known(row.BASE), known(row.CHG), row.ABLFL == "Y", row.POSTFL == "Y")
        for row in table.itertuples()
    }
    assert len(found) > 500 and found == {key: pytest.approx(value) for key, value in expected.items()}


def known(value):
    return None if pandas.isna(value) else value


# --- how subjects are counted --------------------------------------------------------------------

CATEGORIES = ["none", "mild", "moderate", "severe"]


def worst_of_each_subject(made):
    """Group, worst category, worst grade and what is missing of every treated subject, from the table of results."""
    results = defaultdict(list)
    for row in made.table("adcv").query("PARAMCD == 'LVEF' and JUDGEFL == 'Y'").to_dict("records"):
        results[row["USUBJID"]].append(row)
    unread = not_read(made)
    for person in made.table("adsl").query("SAFFL == 'Y'").to_dict("records"):
        mine = results[person["USUBJID"]]
        later = [row for row in mine if row["POSTFL"] == "Y"]
        categories = [CATEGORIES.index(row["CTRCD"]) for row in later if known(row["CTRCD"])]
        yield {
            "USUBJID": person["USUBJID"],
            "TRTA": known(person["TRTA"]) or "No planned level",
            "CTRCD": CATEGORIES[max(categories)] if categories else None,
            "GRADE": max((row["ATOXGR"] for row in later if known(row["ATOXGR"]) is not None), default=None),
            "POSSIBLE": person["USUBJID"] in unread
            or any({row["CTRCDPOS"], row["CTRCDMAY"]} & {"moderate", "severe"} for row in mine),
            "UNREAD": person["USUBJID"] in unread,
            "BASE": any(row["ABLFL"] == "Y" for row in mine),
            "LATER": bool(later),
        }


def not_read(made):
    """Who has an LVEF, not surely from before the first infusion, that is no percentage (0.4 %, 140 %, cm).

    A percentage of the same full date by the investigator, where this one is another reader's, takes its place.
    """
    found = set()
    rows = [row for row in made.table("sdtm.cv").to_dict("records") if row["CVTESTCD"] == "LVEF"]
    rows = [row | {"CVDTC": f"{row['CVDTC']}", "CVBLFL": known(row["CVBLFL"]), "PLACED": placed(row)} for row in rows]
    own = {
        (row["USUBJID"], row["CVDTC"][:10], row["PLACED"])
        for row in rows
        if shown_value(row)[1] and row["CVEVAL"] != "INDEPENDENT ASSESSOR" and len(row["CVDTC"]) > 7
    }
    for row in rows:
        other = row["CVEVAL"] == "INDEPENDENT ASSESSOR"
        instead = other and (row["USUBJID"], row["CVDTC"][:10], row["PLACED"]) in own
        if not shown_value(row)[1] and row["PLACED"] != "Y" and not flagged(row) and not instead:
            found.add(row["USUBJID"])
    return found


def test_worst_category_and_grade_of_each_subject_are_those_of_its_results(made):
    asked = {row["USUBJID"]: row for row in made.ask("heart_subjects").to_dict("records")}
    for person in worst_of_each_subject(made):
        row = asked[person["USUBJID"]]
        found = (row["TRTA"], known(row["CTRCD"]), known(row["WORSTGR"]), row["EVALFL"] == "Y", known(row["NEREASCD"]))
        seen = person["CTRCD"] is not None
        assert found == (person["TRTA"], person["CTRCD"], person["GRADE"], seen, None if seen else why_not(person))


def why_not(person):
    """Why a subject has no comparison with a baseline."""
    if not person["BASE"]:
        return "NO BASELINE LVEF"
    if person["LATER"]:
        return "NO COMPARABLE LVEF"
    return "UNREADABLE LVEF" if person["UNREAD"] else "NO LATER LVEF"


def test_counts_by_dose_are_those_of_plain_counting(made):
    people = list(worst_of_each_subject(made))
    asked = made.ask("heart_by_dose")
    groups = {person["TRTA"] for person in people}
    assert set(asked["TRTA"]) == groups and len(asked) == 10 * len(groups)
    for row in asked.itertuples():
        own = [person for person in people if person["TRTA"] == row.TRTA]
        seen = [person for person in own if person["CTRCD"]]
        graded = [f"{one['GRADE']:.0f}" for one in seen if one["GRADE"] is not None]
        worst = [one["CTRCD"] for one in seen] if row.SCALE == "CTRCD" else graded
        assert (row.N, row.NEVAL, row.NTREATED) == (worst.count(row.CATEGORY), len(worst), len(own)), row
        assert row.NNOBASE == sum(not one["BASE"] and not one["CTRCD"] for one in own)
        mild = ("none", "mild", None)
        assert row.NPOSS == sum(one["POSSIBLE"] and one["CTRCD"] in mild for one in own)
        assert row.NNOLATER == sum(one["BASE"] and not one["CTRCD"] for one in own)


FAULTS = [
    Fault("ef-grade", "cvgrade", "c.V < 20 then 4", "c.V <= 20 then 4"),
    Fault("ef-grade", "cvgrade", "c.V < 40 or (c.POSTFL", "c.V < 39 or (c.POSTFL"),
    Fault("ef-grade", "cvgrade", "c.CHG <= -20", "c.CHG < -20"),
    Fault("ef-grade", "cvgrade", "c.V <= 50 or", "c.V < 50 or"),
    Fault("ef-grade", "cvgrade", "c.MAYBEBASE or (c.POSTFL = 'Y' and not c.NOBASE) then 0", "true then 0"),
    Fault("ef-grade", "cvgrade", "when LEASTGR < MOSTGR then 'AT LEAST'", "when LEASTGR > MOSTGR then 'AT LEAST'"),
    Fault("lv-dysfunction-grade", "cvgrade", "case when c.SIGN then 1 when", "case when c.SIGN then 2 when"),
    Fault("lv-dysfunction-grade", "cvgrade", "like '6%'", "like '7%'"),
    Fault("ctrcd", "cvgrade", "GLSDECL > 15", "GLSDECL >= 15"),
    Fault("ctrcd", "cvgrade", "B >= 40 or", "B > 40 or"),
    Fault("ctrcd", "cvgrade", "case when c.CHG <= -10 or (c.SIGN", "case when c.CHG < -10 or (c.SIGN"),
    Fault("ctrcd", "cvgrade", "c.NOBASE then case when c.V < 40 then 4", "c.NOBASE then case when c.V < 50 then 3"),
    Fault("ctrcd", "cvgrade", "c.V between 40 and 49.99999", "c.V between 41 and 49.99999"),
    Fault("ctrcd", "cvgrade", "LEASTRANK = MOSTRANK or LEASTRANK >= 3", "LEASTRANK = MOSTRANK or LEASTRANK >= 1"),
    Fault("ctrcd", "cvgrade", "when V < 50 then 3 else 2 end)", "when V < 41 then 3 else 2 end)"),
    Fault("ctrcd", "cvchange", "then 125.0 when", "then 126.0 when"),
    Fault("ctrcd", "cvchange", "when 'Y' then 'N' when 'N' then ABOVEFL", "when 'Y' then 'N' when 'N' then 'Y'"),
    Fault("ctrcd", "heart_by_dose", "where CTRCDN is not null and WORST = CATEGORYN", "where WORST = CATEGORYN"),
    Fault("ctrcd", "heart_by_dose", "v.ABLFL = 'Y' and v.JUDGEFL = 'Y'", "v.JUDGEFL = 'Y'"),
    Fault("ctrcd", "heart_by_dose", "POSSN > 2 and coalesce(CTRCDN, 1) < 3", "POSSN > 2"),
    Fault("ctrcd", "adctrcd", "and coalesce(v.BEFOREFL, 'N') = 'N' and", "and v.BEFOREFL = 'N' and"),
    Fault("ctrcd", "heart_subjects", "order by CTRCDN desc, ADT", "order by ADT"),
    Fault("heart-change", "cvvalue", "else AVAL end between 1 and 100", "else AVAL end between 0 and 100"),
    Fault("heart-change", "cvvalue", "ADTM <= TRTSDTM then 'Y'", "ADTM < TRTSDTM then 'Y'"),
    Fault("heart-change", "cvcoded", "    cv.*,", "    cv.* replace (cv.CVSTRESN + 0.5 as CVSTRESN),"),
    Fault("heart-change", "cvvalue", "'LVEF', 'fraction', 100.0", "'LVEF', 'fraction', 1.0"),
    Fault("heart-change", "cvvalue", "then -AVAL else HI end", "then -AVAL else -HI end"),
    Fault("heart-change", "cvvalue", "when FLAGGED then 'Y' end", "when true then 'Y' end"),
    Fault("heart-change", "cvvalue", "when BEFOREFL = 'N' then 'N' else 'Y'", "when BEFOREFL = 'N' then 'Y' else 'Y'"),
    Fault("heart-change", "cvvalue", "s.NSTATED = 0 and u.UNSTATED", "u.UNSTATED"),
    Fault("heart-change", "cvvalue", "m.SERIES, upper(trim(cv.CVMETHOD))", "m.SERIES, 'Echocardiography'"),
    Fault("heart-change", "cvvalue", "= s.READER then 0", "= 'X' then 0"),
    Fault("heart-change", "cvchange", "order by ADT desc, case when FLAGFL", "order by ADT, case when FLAGFL"),
    Fault("heart-change", "adcv", "from cvchange where CHOICE = 1", "from cvchange where CHOICE >= 1"),
]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_in_the_sql_fails_the_methods_own_tests(made, fault):
    assert is_found(fault, made, sys.modules[__name__])
