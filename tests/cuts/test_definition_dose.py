"""Dose as SQL computes it: body surface, infusions, courses, cumulative dose, prior anthracyclines."""

from __future__ import annotations

import random
import sys
from collections import defaultdict
from datetime import date, datetime, timedelta
from itertools import product

import pandas
import pytest
from building import building
from faults import Fault, is_found
from shared import shared_cases

from stats.anthracycline import cumulative
from stats.body import surface_area

CUT, FIRST = date(2007, 11, 30), date(2007, 3, 1)
UNITS = {
    "mg/m2": (1, True),
    "MG/M²": (1, True),
    "g/m^2": (1000, True),
    "mg": (1, False),
    "vials": (None, True),
    "": (None, True),
}
"""Unit as delivered → milligrams in one, and whether it is per square metre; None where it is not known."""
DAILY = {"QD": 1, "DAILY": 1, "BID": 2, "": None, "ONCE": None}
LENGTHS = {"cm": 1, "m": 100, "in": 2.54, "": None, "feet": None}
WEIGHTS = {"kg": 1, "g": 0.001, "lb": 0.45359237, "": None, "stone": None}
SURFACES = {"m2": 1, "m²": 1, "m^2": 1, "": None, "cm2": None}
MOSTELLER = [case.values[0] for case in shared_cases("bsa.json", "bsa") if case.values[0]]
MOSTELLER = [case for case in MOSTELLER if case["inputs"]["formula"] == "Mosteller"]
SIZES = list(product([50, 87, 120, 152, 190], [3, 12.2, 26.5, 80, 140]))
"""Height in cm, weight in kg."""
AGENTS = {
    "DOXORUBICIN": "doxorubicin",
    "DAUNORUBICIN HYDROCHLORIDE": "daunorubicin",
    "Epirubicin HCl": "epirubicin",
    "IDARUBICIN": "idarubicin",
    "Mitoxantrone": "mitoxantrone",
    "CYTARABINE; DAUNORUBICIN": "daunorubicin",
    "CYTARABINE": None,
    "XDOXORUBICIN": None,
}
KNOWN = {
    # doses as (day, dose, what else); expected of the last infusion: course, its day, cumulative dose in mg/m²
    "three days": ([(1, 100), (2, 100), (3, 100)], [1, 3, 300]),
    "a gap of seven days": ([(1, 100), (8, 100)], [1, 8, 200]),
    "a gap of eight days": ([(1, 100), (9, 100)], [2, 1, 200]),
    "a course in one row": ([(1, 100, {"EXDOSFRQ": "QD", "last": 3})], [1, 3, 300]),
    "a month of daily dosing": ([(1, 10, {"EXDOSFRQ": "QD", "last": 31})], [1, 1, 310]),
    "twice a day": ([(1, 10, {"EXDOSFRQ": "BID", "last": 3})], [1, 1, 60]),
    "four times a day": ([(1, 10, {"EXDOSFRQ": "QID", "last": 3})], [1, 1, 120]),
    "every other day in one row": ([(1, 100, {"EXDOSFRQ": "QOD", "last": 5})], [1, 5, 300]),
    "a month of every other day": ([(1, 100, {"EXDOSFRQ": "QOD", "last": 31})], [1, 1, None]),
    "at home without an end": ([(1, 10, {"EXDOSFRQ": "QD", "EXROUTE": "ORAL", "last": None})], [1, 1, 2750]),
    "in milligrams, 0.8 m²": ([(1, 80, {"EXDOSU": "mg", "VSSTRESN": 0.8})], [1, 1, 100]),
    "in milligrams without a surface": ([(1, 80, {"EXDOSU": "mg"})], [1, 1, None]),
    "in grams": ([(1, 0.1, {"EXDOSU": "g/m2"})], [1, 1, 100]),
    "in an unknown unit": ([(1, 100, {"EXDOSU": "vials"})], [1, 1, None]),
    "a dose that is missing": ([(1, 100), (2, None)], [1, 2, None]),
    "a dose after one that is missing": ([(1, None), (2, 100)], [1, 2, None]),
    "two days without a frequency": ([(1, 100, {"last": 2})], [1, 1, None]),
    "three days without a frequency": ([(1, 100, {"last": 3})], [1, 1, None]),
    "three days of a frequency not known": ([(1, 100, {"EXDOSFRQ": "PRN", "last": 3})], [1, 1, None]),
    "once, over midnight": ([(1, 100, {"EXDOSFRQ": "ONCE", "last": 2})], [1, 1, 100]),
    "once, over three days": ([(1, 100, {"EXDOSFRQ": "ONCE", "last": 3})], [1, 1, None]),
    "daily without an end, alone": (
        [(1, 100, {"EXDOSFRQ": "QD", "EXROUTE": "INTRAVENOUS", "last": None})],
        [1, 1, None],
    ),
    "daily without an end, day by day": (
        [(day, 100, {"EXDOSFRQ": "QD", "EXROUTE": "INTRAVENOUS", "last": None}) for day in (1, 2, 3)],
        [1, 3, 300],
    ),
    "to a partial end": ([(1, 100, {"EXENDTC": "2007-03"})], [1, 1, None]),
    "a dose of 0 is none": ([(1, 100), (2, 0)], [1, 1, 100]),
    "an infusion that did not happen": ([(1, 100), (2, 100, {"EXOCCUR": "N"})], [1, 1, 100]),
    "another drug": ([(1, 100), (2, 12, {"EXTRT": "METHOTREXATE"})], [1, 1, 100]),
    "another drug first": ([(1, 12, {"EXTRT": "CYTARABINE"}), (8, 100), (9, 100)], [1, 2, 200]),
    "the drug's name with its dose": ([(1, 100, {"EXTRT": "l annamycin 130 mg/m2"}), (2, 100)], [1, 2, 200]),
    "the drug's name misspelt": ([(1, 100), (2, 100, {"EXTRT": "L-ANNAMYCN"})], [1, 2, 200]),
}


def dose(subject, day, amount, last=0, **more):
    """One row of EX; day and last are study days, last 0 the same day and None not written."""
    start = (FIRST + timedelta(days=day - 1)).isoformat()
    end = start if last == 0 else last and (FIRST + timedelta(days=last - 1)).isoformat()
    row = dict(USUBJID=subject, EXTRT="DRUG", EXDOSE=amount, EXDOSU="mg/m2", EXSTDTC=start, EXENDTC=end or "")
    return row | {name: value for name, value in more.items() if name.startswith("EX")}


def drawn_doses(subject, drawn):
    """Some doses of one subject, by several schedules, with and without clock times."""
    day = 1
    for _ in range(drawn.randint(1, 7)):
        amount = drawn.choice([100, 100, 130, 130, 50, None, 0])
        last = drawn.choice([0, 0, day, day + 2, day + 6, day + 7, day + 30, None])
        more = {
            "EXDOSU": drawn.choice(["mg/m2"] * 6 + list(UNITS)),
            "EXDOSFRQ": drawn.choice(list(DAILY)),
            "EXROUTE": drawn.choice(["ORAL", "INTRAVENOUS"]),
            "EXOCCUR": drawn.choice(["", "Y", "", "Y", "N"]),
            "EXTRT": drawn.choice([*["DRUG", "L-Annamycin"] * 4, *["PLACEBO"] * 3, "METHOTREXATE"]),
        }
        row = dose(subject, day, amount, last, **more)
        if drawn.random() < 0.2:
            row |= {"EXSTDTC": row["EXSTDTC"] + "T22:00", "EXENDTC": row["EXSTDTC"] + "T23:30"}
        yield row
        day += drawn.choice([0, 1, 1, 1, 6, 7, 8, 9, 30])


def drawn_measurements(subject, drawn):
    """Heights, weights and surfaces of one subject, before and after the doses, in several units."""
    for _ in range(drawn.randint(0, 8)):
        test = drawn.choice(["HEIGHT", "WEIGHT", "HEIGHT", "WEIGHT", "BSA"])
        value, units = {
            "HEIGHT": (drawn.choice([95, 120, 1.2, 47, 0]), LENGTHS),
            "WEIGHT": (drawn.choice([14, 23, 23000, 50, 0]), WEIGHTS),
            "BSA": (drawn.choice([0.6, 0.9, 12]), SURFACES),
        }[test]
        day = FIRST + timedelta(days=drawn.choice([-30, -2, -2, 0, 3, 20]))
        text = drawn.choice([day.isoformat()] * 6 + [day.isoformat()[:7]])
        yield dict(USUBJID=subject, VSTESTCD=test, VSSTRESN=value, VSSTRESU=drawn.choice(list(units)), VSDTC=text)


def drawn_medicines(subject, drawn):
    """Medicines of one subject before, around and after the first infusion."""
    for _ in range(drawn.randint(0, 4)):
        start, end = drawn.choice(
            [("2006", "2006"), ("2006-12", "2007-02"), ("2006-12", "2007"), ("2007-03-02", ""), ("", "")]
        )
        yield dict(
            USUBJID=subject,
            CMTRT=drawn.choice(list(AGENTS)),
            CMCAT=drawn.choice(["PRIOR ANTHRACYCLINE", "PRIOR", "CHEMOTHERAPY", ""]),
            CMDOSTOT=drawn.choice([100, 240, None]),
            CMDOSU=drawn.choice(["mg/m2", "mg/m2", *UNITS]),
            CMSTDTC=start,
            CMENDTC=end,
        )


def sized(subject, height, weight):
    """A subject of this size: measured the day before a dose in milligrams."""
    rows = [("HEIGHT", height, "cm"), ("WEIGHT", weight, "kg")]
    vitals = [
        dict(USUBJID=subject, VSTESTCD=test, VSSTRESN=value, VSSTRESU=unit, VSDTC="2007-02-28")
        for test, value, unit in rows
    ]
    return [dose(subject, 1, 100, EXDOSU="mg")], vitals, []


def known_subject(name, doses):
    own = [dose(name, *row[:2], **(row[2] if row[2:] else {})) for row in doses]
    surface = [row[2]["VSSTRESN"] for row in doses if row[2:] and "VSSTRESN" in row[2]]
    vitals = [
        dict(USUBJID=name, VSTESTCD="BSA", VSSTRESN=value, VSSTRESU="m2", VSDTC="2007-02-28") for value in surface
    ]
    return own, vitals, []


@pytest.fixture(scope="module")
def made(trial):
    """All drawn subjects in one cut."""
    drawn = random.Random(3)
    people = {f"size-{h}-{w}": sized(f"size-{h}-{w}", h, w) for h, w in SIZES}
    people |= {
        case["id"]: sized(case["id"], case["inputs"]["height_cm"], case["inputs"]["weight_kg"]) for case in MOSTELLER
    }
    people |= {name: known_subject(name, doses) for name, (doses, _) in KNOWN.items()}
    for number in range(250):
        name = f"drawn-{number}"
        people[name] = tuple(list(rows(name, drawn)) for rows in (drawn_doses, drawn_measurements, drawn_medicines))
    dm = pandas.DataFrame({"USUBJID": list(people)}).assign(STUDYID="S", SITEID="1", ACTARMCD="A130", ACTARM="A130")
    ex, vs, cm = (pandas.DataFrame([row for own in people.values() for row in own[part]]) for part in range(3))
    numbered = {"ex": ex, "vs": vs, "cm": cm}
    frames = {
        name: frame.assign(**{f"{name.upper()}SEQ": range(1, len(frame) + 1)}) for name, frame in numbered.items()
    }
    return building({"dm": dm} | {name: texts_blank(frame) for name, frame in frames.items()}, trial, CUT)


def texts_blank(frame):
    return frame.assign(**{name: frame[name].fillna("") for name in frame.select_dtypes(include=["object", "str"])})


def known(value):
    return None if pandas.isna(value) else value


def number(value):
    return None if value == "" or pandas.isna(value) else float(value)


# --- body surface --------------------------------------------------------------------------------


def surfaces(made):
    known = made.table("surface").dropna(subset=["BSA"])
    return {(row.USUBJID, row.DOSEDT.date()): row.BSA for row in known.itertuples()}


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in MOSTELLER])
def test_published_surfaces_come_out_of_the_sql(made, case, agrees):
    agrees(surfaces(made)[case["id"], FIRST], case["expected"]["bsa_m2"], "body surface of the day of a dose, m²")


def test_surface_is_that_of_stats_over_a_grid_of_sizes(made):
    found = surfaces(made)
    for height, weight in SIZES:
        assert found[f"size-{height}-{weight}", FIRST] == pytest.approx(surface_area(height, weight))


def surface_on(day, measured):
    """The surface last known on a day: measured, else from height and weight; none where it is no human one."""
    latest = {}
    for row in sorted(measured, key=lambda row: (row["VSDTC"], row["VSSEQ"])):
        factors = {"HEIGHT": LENGTHS, "WEIGHT": WEIGHTS, "BSA": SURFACES}[row["VSTESTCD"]]
        factor = factors[row["VSSTRESU"]]
        if len(row["VSDTC"]) == 10 and row["VSDTC"] <= day.isoformat() and factor and row["VSSTRESN"] > 0:
            latest[row["VSTESTCD"]] = row["VSSTRESN"] * factor
    surface = latest.get("BSA")
    if surface is None and {"HEIGHT", "WEIGHT"} <= latest.keys():
        surface = (latest["HEIGHT"] * latest["WEIGHT"] / 3600) ** 0.5
    return surface if surface is not None and 0.1 <= surface <= 4 else None


def measurements(made):
    found = defaultdict(list)
    for row in made.table("sdtm.vs").to_dict("records"):
        found[row["USUBJID"]].append(row)
    return found


def test_surface_of_each_dose_is_the_last_known_by_plain_python(made):
    found, measured, compared = surfaces(made), measurements(made), 0
    for row in made.table("sdtm.ex").to_dict("records"):
        day = date.fromisoformat(row["EXSTDTC"][:10])
        expected = surface_on(day, measured[row["USUBJID"]])
        assert found.get((row["USUBJID"], day)) == (expected and pytest.approx(expected)), row
        compared += expected is not None
    assert compared > 200


# --- infusions, courses and cumulative dose ------------------------------------------------------


@pytest.mark.parametrize("name", KNOWN)
def test_known_courses(made, name, agrees):
    last = made.rows_of("adex", name)[-1]
    found = [last.COURSE, last.COURSEDY, last.CUMDOSE]
    agrees(found, KNOWN[name][1], "course, its day, cumulative dose in mg/m²", within=1e-9)


def in_mg_per_m2(row, measured):
    amount = number(row["EXDOSE"])
    milligrams, by_surface = UNITS[row["EXDOSU"]]
    if not amount or milligrams is None:
        return amount or None if amount != 0 else 0
    surface = 1 if by_surface else surface_on(date.fromisoformat(row["EXSTDTC"][:10]), measured)
    return amount * milligrams / surface if surface else None


def is_given(row):
    happened = row["EXOCCUR"] != "N" and row["EXTRT"] not in ("METHOTREXATE", "CYTARABINE")
    return happened and (number(row["EXDOSE"]) is None or row["EXDOSE"] > 0 or "PLACEBO" in row["EXTRT"])


def days_of(row, is_last):
    """How many days one row of EX covers; None where it has no end."""
    start, end = row["EXSTDTC"], row["EXENDTC"]
    if "T" in start and "T" in end:
        return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).days + 1
    if not end and is_last and DAILY[row["EXDOSFRQ"]] and not row["EXROUTE"].startswith("INTRAV"):
        end = CUT.isoformat()
    return (date.fromisoformat(end[:10]) - date.fromisoformat(start[:10])).days + 1 if end else None


def administrations(rows, measured):
    """(first day, last day, dose, amount given) of one subject: a short daily course is one administration a day."""
    rows = sorted(filter(is_given, rows), key=lambda row: (row["EXSTDTC"][:10], row["EXSEQ"]))
    found, starts = [], [date.fromisoformat(row["EXSTDTC"][:10]) for row in rows]
    for place, row in enumerate(rows):
        days, times = days_of(row, place == len(rows) - 1), DAILY[row["EXDOSFRQ"]]
        first, amount = (
            date.fromisoformat(row["EXSTDTC"][:10]),
            in_mg_per_m2(row, measured) if known_unit(row) else None,
        )
        if times == 1 and days and 2 <= days <= 7:
            each = [first + timedelta(days=later) for later in range(days)]
            part = 0 if "PLACEBO" in row["EXTRT"] and number(row["EXDOSE"]) is None else amount
            found += [(day, day, row["EXSEQ"], amount, part) for day in each]
        else:
            many = (times or 1) * max(days or 1, 1) if times else 1
            last = first + timedelta(days=(days or 1) - 1)
            beside = starts[max(place - 1, 0) : place] + starts[place + 1 : place + 2]
            alone = all(abs((one - first).days) > 1 for one in beside)
            part = 0 if "PLACEBO" in row["EXTRT"] and number(row["EXDOSE"]) is None else amount
            told = number_is_told(row, days, times, alone) and part is not None
            found.append((first, last, row["EXSEQ"], amount, part * many if told else None))
    return sorted(found, key=lambda one: (one[0], one[2]))


def number_is_told(row, days, times, alone):
    """Whether a record of EX says how many administrations it stands for."""
    if times:
        return days is not None or not alone
    return days is None or days <= (2 if row["EXDOSFRQ"] == "ONCE" else 1)


def known_unit(row):
    return UNITS[row["EXDOSU"]][0] is not None or row["EXDOSE"] == 0


def with_courses(given):
    """(day, course, day of the course, dose, cumulative dose): a gap of more than seven days starts a course."""
    course, total, before, start = 0, 0, None, None
    for first, last, _, amount, whole in given:
        if before is None or (first - before).days > 7:
            course, start = course + 1, first
        before = last
        total = None if whole is None or total is None else total + whole
        yield first, course, (first - start).days + 1, amount, total


def test_infusions_courses_and_cumulative_dose_are_those_of_plain_python_over_random_schedules(made):
    measured, rows, found, compared = measurements(made), defaultdict(list), defaultdict(list), 0
    for row in made.table("sdtm.ex").to_dict("records"):
        rows[row["USUBJID"]].append({"EXOCCUR": "", "EXROUTE": "", "EXDOSFRQ": ""} | row)
    for row in made.table("adex").itertuples():
        found[row.USUBJID].append((row.ASTDT.date(), row.COURSE, row.COURSEDY, known(row.DOSE), known(row.CUMDOSE)))
    for subject in (name for name in rows if name.startswith("drawn-")):
        expected = list(with_courses(administrations(rows[subject], measured[subject])))
        assert found[subject] == [pytest.approx(one) if None not in one else one for one in expected], subject
        compared += len(expected)
    assert compared > 900


def test_the_cumulative_dose_shown_is_that_of_the_infusions(made):
    asked, table = made.ask("dose_cumulative"), made.table("adex")
    infusions = asked[asked["KIND"] == "Infusion"]
    columns = ["USUBJID", "ASTDT", "COURSE", "DOSE", "CUMDOSE"]
    # an infusion is all that was given on one day; records of a partial date are each their own
    apart = table["EXSEQ"].where(table["ASTDTF"].notna(), 0)
    days = table.assign(APART=apart).groupby(["USUBJID", "ASTDT", "COURSE", "APART"])[["DOSE", "CUMDOSE"]]
    whole = days.agg(
        {"DOSE": lambda all_of: all_of.sum(skipna=False), "CUMDOSE": lambda all_of: all_of.max(skipna=False)}
    )
    shown, kept = (
        rows[columns].sort_values(columns).reset_index(drop=True) for rows in (infusions, whole.reset_index())
    )
    pandas.testing.assert_frame_equal(shown, kept, check_dtype=False)
    last = asked[asked["KIND"] == "Last day known"].set_index("USUBJID")["CUMDOSE"]
    whole = table.groupby("USUBJID")["CUMDOSE"].agg(lambda doses: doses.max(skipna=False))
    pandas.testing.assert_series_equal(last.sort_index(), whole, check_names=False)
    assert whole.isna().sum() > 50


# --- prior anthracyclines ------------------------------------------------------------------------


def is_prior(row, first):
    """Of a category PRIOR, or over before the first infusion ("" for never treated); never begun on or after it."""
    begun = first and row["CMSTDTC"] >= first
    latest = {4: row["CMENDTC"] + "-12-31", 7: row["CMENDTC"] + "-28"}.get(len(row["CMENDTC"]), row["CMENDTC"])
    return not begun and ("PRIOR" in row["CMCAT"] or "" < latest < first)


def prior_dose(row, measured):
    """mg/m² of one record; None where the total, its unit or the body surface of that day is not known."""
    milligrams, by_surface = UNITS[row["CMDOSU"]]
    amount, day = number(row["CMDOSTOT"]), (row["CMSTDTC"] or row["CMENDTC"])
    if amount is None or milligrams is None:
        return None
    full = day and (day + "-01-01")[:10] if len(day) == 4 else day and (day + "-01")[:10]
    surface = 1 if by_surface else full and surface_on(date.fromisoformat(full), measured)
    return amount * milligrams / surface if surface else None


def test_prior_anthracyclines_are_those_of_stats_over_random_histories(made):
    people, measured = made.table("adsl").set_index("USUBJID"), measurements(made)
    histories = defaultdict(list)
    for row in made.table("sdtm.cm").to_dict("records"):
        first = people["TRTSDT"][row["USUBJID"]]
        if AGENTS[row["CMTRT"]] and is_prior(row, "" if pandas.isna(first) else first.date().isoformat()):
            dose_given = prior_dose(row, measured[row["USUBJID"]])
            histories[row["USUBJID"]].append((AGENTS[row["CMTRT"]], dose_given))
    for subject, history in histories.items():
        total = cumulative(history, made.trial.anthracyclines)
        whole = None if len(total.without_dose) == len(history) else total.doxorubicin_equivalent_mg_per_m2
        found = people.loc[subject, ["PANTDOX", "PANTMISS"]].tolist()
        assert [known(found[0]), found[1]] == [whole and pytest.approx(whole), len(total.without_dose)], subject
    assert len(histories) > 80 and people.loc[~people.index.isin(histories), "PANTDOX"].isna().all()


@pytest.mark.parametrize("case", shared_cases("anthracycline_equivalence.json", "dox_equivalence_factor"))
def test_published_factors_are_those_of_the_trial(made, case, agrees):
    table = made.table("trial.anthracycline").set_index("AGENT")["FACTOR"]
    agrees(table[case["inputs"]["agent"]], case["expected"]["factor"], f"factor of {case['inputs']['agent']} in SQL")


FAULTS = [
    Fault("body-surface", "surface", "HEIGHT * WEIGHT / 3600", "HEIGHT * WEIGHT / 3500"),
    Fault("body-surface", "body", "'in' then 2.54", "'in' then 2.45"),
    Fault("body-surface", "surface", "m.VSDT <= d.DOSEDT", "m.VSDT < d.DOSEDT"),
    Fault("body-surface", "surface", "between 0.1 and 4", "between 0.1 and 40"),
    Fault("body-surface", "body", "VSDTF is null and", ""),
    Fault("body-surface", "exdose", "e.TRIALSIZE = 'm2' then s.BSA", "e.TRIALSIZE = 'm2' then 1"),
    Fault("cumulative-dose", "exdose", "EXDOSE * MG * GIVENFOR", "EXDOSE * GIVENFOR"),
    Fault("cumulative-dose", "exdrug", "when not BLANK then 'OTHER'", "when not BLANK then 'STUDY'"),
    Fault("cumulative-dose", "exdrug", "when k.BEGINS or k.ISNEAR or k.ISWORDY then", "when false then"),
    Fault("cumulative-dose", "adex", "ASTDT - PREVDT > 7", "ASTDT - PREVDT > 6"),
    Fault("cumulative-dose", "adex", "('BID', 'Q12H') then 2", "('BID', 'Q12H') then 1"),
    Fault("cumulative-dose", "adex", "DAYS between 2 and 7 then DAYS", "DAYS between 2 and 8 then DAYS"),
    Fault("cumulative-dose", "exdrug", "'^N(O|OT", "'^-(O|OT"),
    Fault("cumulative-dose", "exdrug", "'PLACEBO'", "'NOTHING'"),
    Fault("cumulative-dose", "adex", "then sum(AMOUNT) over sofar", "then sum(DOSE) over sofar"),
    Fault(
        "cumulative-dose", "adex", "filter (where AMOUNT is null) over sofar", "filter (where DOSE is null) over sofar"
    ),
    Fault("cumulative-dose", "adex", "DAYS <= case when ISONCE then 2 else 1 end", "DAYS <= 1"),
    Fault("cumulative-dose", "adex", "case when ISONCE then 2 else 1 end", "2"),
    Fault("cumulative-dose", "adex", "EXENDT is null and ISALONE then false", "EXENDT is null and ISALONE then true"),
    Fault("cumulative-dose", "dose_cumulative", "then max(e.CUMDOSE) end", "then max(e.DOSE) end"),
    Fault("cumulative-dose", "dose_cumulative", "then sum(e.DOSE) end", "then max(e.DOSE) end"),
    Fault("anthracycline-equivalence", "cmdose", "cm.CMDOSTOT as AMOUNT", "cm.CMDOSE as AMOUNT"),
    Fault("anthracycline-equivalence", "cmdose", "cm.CMENDTL < f.TRTSDT", "cm.CMENDT < f.TRTSDT"),
    Fault("anthracycline-equivalence", "cmdose", "'(^|[^a-z])' ||", "'' ||"),
    Fault("anthracycline-equivalence", "adsl", "sum(DOSE * FACTOR)", "sum(DOSE)"),
    Fault("anthracycline-equivalence", "adsl", "case when DOSE is null then 1", "case when DOSE is null then 0"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_in_the_sql_fails_the_methods_own_tests(made, fault):
    assert is_found(fault, made, sys.modules[__name__])
