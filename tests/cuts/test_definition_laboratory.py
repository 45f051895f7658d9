"""Laboratory values as SQL reads and grades them: published grades, units, baselines, calcium, worst grades."""

from __future__ import annotations

import random
import sys
from collections import defaultdict
from datetime import date, datetime, timedelta

import pandas
import pytest
from building import another_setting, building
from faults import Fault, is_found
from shared import SHARED

from queries import grade_labs
from queries.grading import reference_tables

CASES, FIRST = SHARED / "cases", date(2007, 3, 10)
FILES = {"5.0": CASES / "ctcae_v5_lab_grades.csv", "6.0": CASES / "ctcae_v6_lab_grades.csv"}
INFUSED = datetime(2007, 3, 10, 9)
PUBLISHED = [
    case | {"version": version}
    for version, file in FILES.items()
    if file.is_file()
    for case in pandas.read_csv(file).to_dict("records")
]
ABSENT = pytest.param("", marks=pytest.mark.skip(reason=f"published cases not found: {CASES}"), id="absent")
TERMS = list(reference_tables()["lab_term"].itertuples())
CODE = {(row.VERSION, "L", row.ATERML.lower()): row.LBTESTCD for row in TERMS}
CODE |= {(row.VERSION, "H", row.ATERMH.lower()): row.LBTESTCD for row in TERMS}
"""Version, direction and CTCAE term → a test that is graded by it."""
FASTING = {"hyperglycemia (fasting)": "Y", "hyperglycemia": "N"}
"""Terms of glucose → whether the subject had fasted."""
STANDARD = {"CREAT": "umol/L", "K": "mmol/L", "CA": "mmol/L", "ALB": "g/L", "PLAT": "10^9/L"}
FACTORS = {
    ("CREAT", "mg/dL"): 88.4,
    ("K", "mEq/L"): 1,
    ("CA", "mg/dL"): 0.25,
    ("ALB", "g/dL"): 10,
    ("PLAT", "/uL"): 0.001,
}
"""An original unit → how much of the standard unit one of it is."""
VALUES = {
    "CREAT": (40, 60, 90, 200),
    "K": (3.2, 4.0, 5.6, 6.4),
    "CA": (1.7, 2.1, 2.5, 3.0),
    "ALB": (18, 30, 42),
    "PLAT": (8, 40, 80, 200),
}
LIMITS = {"CREAT": (20, 70), "K": (3.5, 5.1), "CA": (2.1, 2.6), "ALB": (35, 50), "PLAT": (150, 450)}
KNOWN = {
    # test, rows as (day, result, what else), expected of the last: value, unit, baseline, change
    "the last before the infusion": (
        "K",
        [("2007-03-01", 4.0), ("2007-03-10T08:00", 4.1), ("2007-03-12", 4.5)],
        [4.5, "mmol/L", 4.1, 0.4],
    ),
    "the one flagged": (
        "K",
        [("2007-03-01", 4.0, {"LBBLFL": "Y"}), ("2007-03-09", 4.1), ("2007-03-12", 4.5)],
        [4.5, "mmol/L", 4.0, 0.5],
    ),
    "after the infusion by the clock": (
        "K",
        [("2007-03-01", 4.0), ("2007-03-10T15:00", 4.4)],
        [4.4, "mmol/L", 4.0, 0.4],
    ),
    "a month alone is no baseline": ("K", [("2007-02", 4.0), ("2007-03-12", 4.5)], [4.5, "mmol/L", None, None]),
    "another unit": (
        "CREAT",
        [("2007-03-01", 50), ("2007-03-12", "1", {"LBORRESU": "mg/dL"})],
        [88.4, "umol/L", 50, 38.4],
    ),
    "standardised in another unit": (
        "CREAT",
        [("2007-03-01", 50), ("2007-03-12", 1, {"LBSTRESU": "mg/dL"})],
        [1, "mg/dL", 50 / 88.4, 1 - 50 / 88.4],
    ),
    "in plasma": ("K", [("2007-03-01", 4.0), ("2007-03-12", 4.5, {"LBSPEC": "PLASMA"})], [4.5, "mmol/L", 4.0, 0.5]),
    "an unknown unit": (
        "CREAT",
        [("2007-03-01", 50), ("2007-03-12", "1", {"LBORRESU": "pints"})],
        [1, "pints", None, None],
    ),
    "below a limit": (
        "K",
        [("2007-03-01", 4.0), ("2007-03-12", "<3", {"LBORRESU": "mmol/L"})],
        [3, "mmol/L", 4.0, -1.0],
    ),
}


def result(subject, test, day, value, **more):
    """A row of LB: a number in the standard unit, or a text as it was reported with its own unit."""
    row = dict(
        USUBJID=subject, LBTESTCD=test, LBDTC=day, LBSPEC="BLOOD", LBORRES=str(value), LBORRESU=STANDARD.get(test, "")
    )
    if not isinstance(value, str):
        low, high = LIMITS.get(test, (None, None))
        row |= dict(
            LBSTRESC=str(value), LBSTRESN=float(value), LBSTRESU=STANDARD.get(test), LBSTNRLO=low, LBSTNRHI=high
        )
    return row | more


def published(case):
    """A published case as a baseline before the first infusion and a value after it."""
    subject, term = case["case_id"], case["term"].lower()
    test = "GLUC" if term in FASTING else CODE[case["version"], case["direction"], term]
    more = dict(
        LBFAST=FASTING.get(term),
        LBSTRESU=case["unit"],
        LBSTNRLO=case["lln"],
        LBSTNRHI=case["uln"],
        LBORRESU=case["unit"],
    )
    rows = [result(subject, test, "2007-03-20", case["value"], **more)]
    if pandas.notna(case["baseline"]):
        rows.append(result(subject, test, "2007-03-01", case["baseline"], LBBLFL="Y", **more))
    return rows


def drawn_results(subject, drawn):
    """Results of several tests, some in another or an unknown unit, some below a limit, on full and partial dates."""
    for _ in range(drawn.randint(1, 10)):
        test = drawn.choice(list(STANDARD))
        value = drawn.choice(VALUES[test])
        day = FIRST + timedelta(days=drawn.choice([-9, -1, -1, 0, 0, 2, 2, 9, 30]))
        clock = drawn.choice(["", "", "T08:00", "T10:00"])
        text = drawn.choice([day.isoformat() + clock] * 9 + [day.isoformat()[:7]])
        flag = {"LBBLFL": drawn.choice(["Y"] + [""] * 11)}
        other = drawn.choice([unit for code, unit in FACTORS if code == test] + ["pints"])
        reported = [
            (str(value), STANDARD[test]),
            (f"<{value}", STANDARD[test]),
            (f">{value}", STANDARD[test]),
            (str(value), other),
        ]
        if drawn.random() < 0.7:
            yield result(subject, test, text, value, **flag)
        else:
            value, unit = drawn.choice(reported)
            yield result(subject, test, text, value, LBORRESU=unit, **flag)


@pytest.fixture(scope="module")
def made(trial):
    """All drawn subjects and published cases in one cut; one subject with standard units makes them the usual ones."""
    drawn = random.Random(17)
    rows = [row for case in PUBLISHED for row in published(case)]
    for name, (test, own, _) in KNOWN.items():
        rows += [result(name, test, day, value, **dict(*more)) for day, value, *more in own]
    rows += [result("usual", test, "2007-03-01", VALUES[test][0]) for test in STANDARD for _ in range(400)]
    rows += [row for n in range(250) for row in drawn_results(f"drawn-{n}", drawn)]
    subjects = list(dict.fromkeys(row["USUBJID"] for row in rows))
    dm = pandas.DataFrame({"USUBJID": subjects}).assign(STUDYID="S", SITEID="1", ACTARMCD="A130", ACTARM="A130")
    ex = dm[["USUBJID"]].assign(EXSEQ=1, EXTRT="DRUG", EXDOSE=130.0, EXDOSU="mg/m2", EXSTDTC=INFUSED.isoformat()[:16])
    lb = pandas.DataFrame(rows)
    return building({"dm": dm, "ex": ex, "lb": lb.assign(LBSEQ=range(1, len(lb) + 1), LBTEST=lb["LBTESTCD"])}, trial)


def known(value):
    return None if pandas.isna(value) else value


@pytest.mark.parametrize("version", sorted({case["version"] for case in PUBLISHED}) or [ABSENT])
def test_published_grades_come_out_of_the_table(made, version, agrees):
    with another_setting(made, "CTCAE", version, "labvalue", "labgrade", "adlb") as cut:
        table = cut.table("adlb")
    assert set(table["CTCAEVER"]) == {version}
    later = table[(table["ADT"] == "2007-03-20") & table["DTYPE"].isna()].set_index("USUBJID")
    for case in PUBLISHED:
        if case["version"] == version:
            row = later.loc[case["case_id"]]
            words = f"{case['case_id']}: grade of {row.PARAMCD} in adlb, CTCAE v{version}"
            agrees(row["ATOXGR" + case["direction"]], case["expected_grade"], words, source="pharmaverse/admiral")


@pytest.mark.parametrize("name", KNOWN)
def test_known_values(made, name, agrees):
    row = max(made.rows_of("adlb", name), key=lambda row: row.LBSEQ)
    test, _, expected = KNOWN[name]
    agrees([row.AVAL, row.AVALU, row.BASE, row.CHG], expected, f"{test}: value, unit, baseline, change", within=1e-9)


# --- units, baselines and corrected calcium in plain Python --------------------------------------


def delivered(made):
    """Subject → rows of LB as delivered."""
    found = defaultdict(list)
    for row in made.table("sdtm.lb").to_dict("records"):
        if row["USUBJID"].startswith("drawn-"):
            found[row["USUBJID"]].append(row)
    return found


def value_of(row):
    """The value and its unit: the standard one, else the original turned into the unit usual for the test."""
    if pandas.notna(row["LBSTRESN"]):
        return row["LBSTRESN"], row["LBSTRESU"]
    value, unit = float(row["LBORRES"].strip("<>")), row["LBORRESU"]
    factor = 1 if unit == STANDARD[row["LBTESTCD"]] else FACTORS.get((row["LBTESTCD"], unit))
    return (value, unit) if factor is None else (value * factor, STANDARD[row["LBTESTCD"]])


def is_before(row):
    """On a full date up to the first infusion; on its day by the clock where there is one."""
    if len(row["LBDTC"]) < 10:
        return False
    if "T" in row["LBDTC"]:
        return datetime.fromisoformat(row["LBDTC"]) <= INFUSED
    return row["LBDTC"] <= FIRST.isoformat()


def is_after(text):
    """After the first infusion, by a date and time as delivered; a month that holds its day leaves it open."""
    if "T" in text:
        return datetime.fromisoformat(text) > INFUSED
    return (text + "-01")[:10] > FIRST.isoformat()


def baseline_of(rows):
    """The last one flagged that is not after the first infusion, else the last before it; then the later entry."""
    able = [row for row in rows if is_before(row) or (known(row["LBBLFL"]) == "Y" and not is_after(row["LBDTC"]))]
    order = lambda row: (row["LBBLFL"] == "Y", (row["LBDTC"] + "-01")[:10], row["LBDTC"][11:], row["LBSEQ"])  # noqa: E731
    return max(able, key=order, default=None)


def test_values_units_and_baselines_are_those_of_plain_python_over_random_results(made):
    table = made.table("adlb")
    found = {row.LBSEQ: row for row in table[table["DTYPE"].isna()].itertuples()}
    compared = 0
    for rows in delivered(made).values():
        for test in {row["LBTESTCD"] for row in rows}:
            own = [row for row in rows if row["LBTESTCD"] == test]
            base = baseline_of(own)
            for row in own:
                (value, unit), kept = value_of(row), found[row["LBSEQ"]]
                start = value_of(base)[0] if base and value_of(base)[1] == unit else None
                assert (kept.AVAL, kept.AVALU) == (pytest.approx(value), unit), row
                assert known(kept.BASE) == (start and pytest.approx(start)), row
                assert (kept.ABLFL == "Y") == (row is base), row
                assert (known(kept.CHG) is None) == (start is None)
                compared += 1
    assert compared > 1000


def test_calcium_is_corrected_by_the_albumin_of_the_day_as_in_plain_python(made):
    expected = defaultdict(list)
    for subject, rows in delivered(made).items():
        exact = [
            row
            for row in rows
            if row["LBORRES"][0].isdigit() and len(row["LBDTC"]) >= 10 and value_of(row)[1] != "pints"
        ]
        albumin = {}
        for row in sorted(exact, key=lambda row: -row["LBSEQ"]):
            albumin |= {row["LBDTC"][:10]: value_of(row)[0]} if row["LBTESTCD"] == "ALB" else {}
        for row in exact:
            if row["LBTESTCD"] == "CA" and row["LBDTC"][:10] in albumin:
                corrected = value_of(row)[0] + 0.02 * (40 - albumin[row["LBDTC"][:10]])
                expected[subject, row["LBDTC"][:10]].append(round(corrected, 6))
    found = defaultdict(list)
    table = made.table("adlb")
    for row in table[(table["DTYPE"] == "CORRECTED") & table["USUBJID"].str.startswith("drawn-")].itertuples():
        found[row.USUBJID, f"{row.ADT:%Y-%m-%d}"].append(round(row.AVAL, 6))
    assert len(found) > 10 and {key: sorted(values) for key, values in found.items()} == {
        key: sorted(values) for key, values in expected.items()
    }


@pytest.mark.parametrize("direction", ["L", "H"])
def test_the_table_is_graded_as_a_frame_of_the_same_values_is(made, direction):
    rows = made.table("adlb").dropna(subset=f"ATERM{direction}")
    frame = rows[["AVAL", "AVALU", "AVALQ", "ANRLO", "ANRHI", "BASE"]].assign(PARAM=rows[f"ATERM{direction}"])
    again = grade_labs(frame)[f"ATOXGR{direction}"].astype("Int64")
    table = rows[f"ATOXGR{direction}"].astype("Int64")
    assert len(rows) > 500 and table.fillna(-1).tolist() == again.fillna(-1).tolist()


@pytest.mark.parametrize("direction", ["L", "H"])
def test_the_first_of_the_worst_grades_after_treatment_is_flagged(made, direction):
    graded, flagged = defaultdict(list), set()
    for number, row in enumerate(made.table("adlb").to_dict("records")):
        key = (row["USUBJID"], row["PARAMCD"])
        grade = known(row[f"ATOXGR{direction}"])
        time = row["ADTM"] if pandas.notna(row["ADTM"]) else row["ADT"]
        text = time.isoformat() if pandas.notna(row["ADTM"]) else f"{time:%Y-%m-%d}"
        if grade is not None and is_after(text):
            graded[key].append((-grade, row["ADT"], number))
        flagged |= {number} if row[f"WORST{direction}FL"] == "Y" else set()
    assert len(graded) > 100 and flagged == {min(found)[2] for found in graded.values()}


FAULTS = [
    Fault("ctcae-laboratory", "labgrade", "'>' then 1 + 4e-9", "'>' then 1 + 4"),
    Fault("ctcae-laboratory", "labgrade", "c.BASIS = 'value' and c.GRADE = 3", "c.BASIS = 'value' and c.GRADE = 4"),
    Fault("ctcae-laboratory", "labgrade", "SIGN * LIMIT2 * NORMAL", "SIGN * LIMIT3 * NORMAL"),
    Fault("ctcae-laboratory", "labtest", "LBTESTCD as GRADEDAS", "'K' as GRADEDAS"),
    Fault("ctcae-laboratory", "labvalue", "v.LBFAST = 'Y'", "v.LBFAST = 'N'"),
    Fault("ctcae-laboratory", "labvalue", "g.VERSION = s.CTCAE", "g.VERSION = '5.0'"),
    Fault("ctcae-laboratory", "labgrade", "SIGN * BASE3 * BASELINEVALUE", "SIGN * BASE4 * BASELINEVALUE"),
    Fault("ctcae-laboratory", "adlb", "v.POSTFL = 'Y'", "v.ABLFL is null"),
    Fault("ctcae-laboratory", "adlb", "row(-GRADE, ADT, LABNUM)", "row(GRADE, ADT, LABNUM)"),
    Fault("ctcae-laboratory", "adlb", "l.GRADE as ATOXGRL", "h.GRADE as ATOXGRL"),
    Fault("lab-values", "labvalue", "0.02 * (40 -", "0.02 * (41 -"),
    Fault("lab-values", "labmeasured", "o.SIFACTOR / u.SIFACTOR", "u.SIFACTOR / o.SIFACTOR"),
    Fault("lab-values", "labvalue", "v.ADTM <= f.TRTSDTM", "v.ADTM <= v.ADTM"),
    Fault("lab-values", "labvalue", "when v.FLAGGED then 1 else 0", "when v.FLAGGED then 1 else 1"),
    Fault("lab-values", "labvalue", "v.ADT < f.TRTSDT and v.ADTF is null", "v.ADT < f.TRTSDT"),
    Fault("lab-values", "labvalue", "v.FLAGGED and coalesce(v.BEFOREFL, 'Y') <> 'N'", "v.FLAGGED"),
    Fault("lab-values", "labvalue", "s.LABDAY1 = 'BEFORE' then 'Y'", "s.LABDAY1 = 'BEFORE' then 'N'"),
    Fault("lab-values", "labvalue", "arg_min(m.AVAL * u.SIFACTOR", "arg_max(m.AVAL * u.SIFACTOR"),
    Fault("lab-values", "adlb", "v.BASE, v.CHG", "v.AVAL as BASE, v.CHG"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_in_the_sql_fails_the_methods_own_tests(made, fault):
    assert is_found(fault, made, sys.modules[__name__])
