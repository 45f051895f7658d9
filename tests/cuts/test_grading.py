"""CTCAE grades: against the published cases, the official text, and plain arithmetic over grids of values."""

import re
from functools import lru_cache

import numpy
import pandas
import pytest
from shared import SHARED

from queries import grade_labs
from queries.grading import reference_tables

CASES = {
    version: SHARED / "cases" / f"ctcae_{name}_lab_grades.csv"
    for version, name in {"4.03": "v4", "5.0": "v5", "6.0": "v6"}.items()
}
OFFICIAL = {
    version: SHARED / "data" / "ctcae" / f"ctcae_{name}.csv"
    for version, name in {
        "4.03": "v4_03_laboratory_terms",
        "5.0": "v5_official_terms",
        "6.0": "v6_laboratory_terms",
    }.items()
}
COLUMNS = {"term": "PARAM", "value": "AVAL", "unit": "AVALU", "lln": "ANRLO", "uln": "ANRHI", "baseline": "BASE"}


def published():
    found = {version: path for version, path in CASES.items() if path.is_file()}
    if not found:
        return [
            pytest.param("", None, marks=pytest.mark.skip(reason=f"published cases not found: {CASES}"), id="absent")
        ]
    return [
        pytest.param(version, row, id=row["case_id"])
        for version, path in found.items()
        for _, row in pandas.read_csv(path).iterrows()
    ]


@lru_cache
def graded_cases(version):
    """The published cases of a version by their values and limits alone, graded at once: each alone costs a plan."""
    cases = pandas.read_csv(CASES[version]).rename(columns=COLUMNS)
    return grade_labs(cases[list(COLUMNS.values())], version)


@pytest.mark.parametrize("version, case", published())
def test_published_case(version, case, agrees):
    graded = graded_cases(version).loc[case.name]
    other = {"L": "H", "H": "L"}[case["direction"]]
    agrees(
        graded[f"ATOXGR{case['direction']}"],
        case["expected_grade"],
        f"grade of {case['term']} at {case['value']:g} {case['unit']}, CTCAE v{version}".replace(" nan", ""),
        source="pharmaverse/admiral, tests of derive_var_atoxgr_dir",
    )
    assert graded[f"ATOXGR{other}"] is pandas.NA


@pytest.mark.parametrize("version", CASES)
def test_all_published_cases_in_one_frame(version):
    if not CASES[version].is_file():
        pytest.skip(f"published cases not found: {CASES[version]}")
    cases = pandas.read_csv(CASES[version])
    frame = cases.rename(columns=COLUMNS)
    graded = grade_labs(
        frame.assign(PCHG=cases["pct_change_from_baseline"], BNRIND=cases["baseline_indicator"]), version
    )
    assert graded["ATOXGRL"].fillna(graded["ATOXGRH"]).tolist() == cases["expected_grade"].tolist()


def grades(term, values, unit="", lln=numpy.nan, uln=numpy.nan, base=numpy.nan, version="5.0", **extra):
    frame = pandas.DataFrame({"AVAL": values}).assign(PARAM=term, AVALU=unit, ANRLO=lln, ANRHI=uln, BASE=base, **extra)
    result = grade_labs(frame, version)
    return result["ATOXGRL"].fillna(result["ATOXGRH"]).tolist()


def by_steps(value, cuts, first=1):
    """The grade of the last cut point that was passed, cut points from mild to severe."""
    return max([grade for grade, cut in enumerate(cuts, start=first) if value > cut], default=0)


def below(value, cuts, first=1):
    return by_steps(-value, [-cut for cut in cuts], first)


def close_to(cuts, step):
    return sorted(
        {round(cut + move, 6) for cut in cuts for move in (-step, -step / 10, 0, step / 10, step) if cut + move > 0}
    )


LOW = {
    ("Anemia", "g/dL", 12.0): (10, 8),
    ("Anemia", "g/L", 120.0): (100, 80),
    ("Anemia", "mmol/L", 7.5): (6.2, 4.9),
    ("Neutrophil count decreased", "10^9/L", 2.0): (1.5, 1.0, 0.5),
    ("Neutrophil count decreased", "/uL", 2000.0): (1500, 1000, 500),
    ("Platelet count decreased", "GI/L", 150.0): (75, 50, 25),
    ("White blood cell decreased", "10^3/uL", 4.0): (3, 2, 1),
    ("Lymphocyte count decreased", "10^9/L", 1.0): (0.8, 0.5, 0.2),
    ("CD4 lymphocytes decreased", "1/uL", 600.0): (500, 200, 50),
    ("Hypoalbuminemia", "g/L", 35.0): (30, 20),
    ("Hypoglycemia", "mg/dL", 70.0): (55, 40, 30),
    ("Hypoglycemia", "mmol/L", 3.9): (3.0, 2.2, 1.7),
    ("Hypocalcemia", "mg/dL", 8.5): (8, 7, 6),
    ("Hypocalcemia (ionized)", "mmol/L", 1.1): (1.0, 0.9, 0.8),
    ("Hypomagnesemia", "mmol/L", 0.7): (0.5, 0.4, 0.3),
}


@pytest.mark.parametrize("given, cuts", LOW.items(), ids=lambda x: f"{x[0]} {x[1]}" if isinstance(x[0], str) else "")
def test_low_terms_by_plain_arithmetic(given, cuts):
    term, unit, lln = given
    values = close_to([lln, *cuts], lln / 50)
    assert grades(term, values, unit, lln=lln) == [below(value, [lln, *cuts]) for value in values]


HIGH = {
    ("Cholesterol high", "mg/dL", 200.0): (300, 400, 500),
    ("Cholesterol high", "mmol/L", 5.0): (7.75, 10.34, 12.92),
    ("Hypercalcemia", "mmol/L", 2.6): (2.9, 3.1, 3.4),
    ("Hypercalcemia (ionized)", "mmol/L", 1.3): (1.5, 1.6, 1.8),
    ("Hyperkalemia", "mEq/L", 5.0): (5.5, 6.0, 7.0),
    ("Hypernatremia", "mmol/L", 145.0): (150, 155, 160),
}


@pytest.mark.parametrize("given, cuts", HIGH.items(), ids=lambda x: f"{x[0]} {x[1]}" if isinstance(x[0], str) else "")
def test_high_terms_by_plain_arithmetic(given, cuts):
    term, unit, uln = given
    values = close_to([uln, *cuts], uln / 50)
    assert grades(term, values, unit, uln=uln) == [by_steps(value, [uln, *cuts]) for value in values]


MULTIPLES = {
    "CPK increased": (1, 2.5, 5, 10),
    "Lipase increased": (1, 1.5, 2, 5),
    "Serum amylase increased": (1, 1.5, 2, 5),
    "Activated partial thromboplastin time prolonged": (1, 1.5, 2.5),
    "Alanine aminotransferase increased": (1, 3, 5, 20),
    "Aspartate aminotransferase increased": (1, 3, 5, 20),
    "Alkaline phosphatase increased": (1, 2.5, 5, 20),
    "GGT increased": (1, 2.5, 5, 20),
    "Blood bilirubin increased": (1, 1.5, 3, 10),
    "Creatinine increased": (1, 1.5, 3, 6),
    "Blood lactate dehydrogenase increased": (1,),
    "Cardiac troponin I increased": (1,),
}


@pytest.mark.parametrize("term, multiples", MULTIPLES.items())
@pytest.mark.parametrize("uln", [1.1, 40, 0.3])
def test_multiples_of_the_upper_limit(term, multiples, uln):
    """The noise of 2.5 x 1.1 = 2.7500000000000004 moves no grade: the cut point itself belongs to the milder grade."""
    values = [step * uln * share for step in multiples for share in (0.999, 1, 1.001)] + [2.75, 0.9, 3.3, 100]
    expected = [
        max([g for g, step in enumerate(multiples, 1) if round(value / uln, 9) > step], default=0) for value in values
    ]
    far = 1e6 if term == "Creatinine increased" else None  # a baseline of which no value here is a multiple
    assert grades(term, values, "whatever", uln=uln, base=far) == expected


ABNORMAL = {
    "Alanine aminotransferase increased": (1.5, 3, 5, 20),
    "Alkaline phosphatase increased": (2, 2.5, 5, 20),
    "Blood bilirubin increased": (1, 1.5, 3, 10),
}


@pytest.mark.parametrize("term, multiples", ABNORMAL.items())
def test_an_abnormal_baseline_takes_the_place_of_the_limit(term, multiples):
    base, uln = 60.0, 40.0
    values = [step * base * share for step in multiples for share in (0.999, 1.001)] + [41.0, 59.0]
    assert grades(term, values, uln=uln, base=base) == [by_steps(value / base, multiples) for value in values]
    lower = [value for value in values if value < 150]
    normal = MULTIPLES[term]
    assert grades(term, lower, uln=uln, base=40.0) == [by_steps(value / uln, normal) for value in lower]


def test_where_the_text_includes_the_bound():
    assert grades("Alanine aminotransferase increased", [90.0], uln=40, base=60) == [1]  # "1.5 - 3.0 x baseline"
    assert grades("Blood bilirubin increased", [60.0], uln=40, base=60) == [0]  # "> 1.0 - 1.5 x baseline"
    assert grades("Hypertriglyceridemia", [150, 150.1, 300, 300.1], "mg/dL") == [0, 1, 1, 2]


def test_creatinine_takes_the_worse_of_limit_and_baseline():
    values = [40, 45, 61, 90, 121, 181, 241, 300]
    naive = [max(by_steps(v / 100, (1, 1.5, 3, 6)), by_steps(v / 30, (1.5, 3), first=2)) for v in values]
    assert grades("Creatinine increased", values, uln=100, base=30) == naive
    assert grades("Creatinine increased", [100.0], base=30) == [3]
    assert grades("Creatinine increased", [100.0]) == [pandas.NA]
    # 3.1 times a baseline of 29 would be grade 3: without one, only what the limit gives is known
    assert grades("Creatinine increased", [90.0, 101, 151, 301, 601], uln=100) == [pandas.NA, 1, 2, 3, 4]


def test_fibrinogen_falls_count_only_below_the_limit():
    assert grades(
        "Fibrinogen decreased", [1.9, 1.9, 1.9, 1.9, 2.1], "g/L", lln=2.0, base=[2.0, 2.6, 4.0, 8.0, 20.0]
    ) == [1, 2, 3, 4, 0]
    assert grades("Fibrinogen decreased", [49, 51], "mg/dL", lln=60) == [4, 1]
    assert grades("Fibrinogen decreased", [1.9], "g/L", lln=2.0, PCHG=-50.0) == [3]


def test_eosinophils_must_exceed_limit_and_baseline():
    assert grades("Eosinophilia", [0.6, 0.6, 0.4, 0.6], uln=0.5, base=[0.4, 0.7, 0.1, numpy.nan]) == [
        1,
        0,
        0,
        pandas.NA,
    ]


def test_worst_case_where_symptoms_decide():
    assert grades("Hypokalemia", [3.6, 3.4, 3.0, 2.9, 2.4], "mmol/L", lln=3.5) == [0, 2, 2, 3, 4]
    assert grades("Hyponatremia", [135, 134, 130, 129, 125, 120, 119], "mmol/L", lln=135) == [0, 1, 1, 3, 3, 3, 4]
    assert grades("Hyperuricemia", [400, 401], uln=400) == [0, 3]
    assert grades("INR increased", [1.2, 1.3, 1.6, 2.6, 1.1], base=[1.2, 1.2, 1.2, 1.2, 1.0]) == [0, 1, 2, 3, 1]


EQUIVALENT = [
    ("Anemia", "g/L", "g/dL", 10),
    ("Neutrophil count decreased", "10^9/L", "10^3/µL", 1),
    ("Neutrophil count decreased", "cells/mm3", "G/L", 1000),
    ("Platelet count decreased", "10*3/uL", "x10^9/L", 1),
    ("White blood cell decreased", "10^6/L", "K/uL", 1000),
    ("Hypoalbuminemia", "g/L", "g/dL", 10),
    ("Hyperkalemia", "mmol/L", "mEq/L", 1),
    ("Hypernatremia", "mmol/L", "meq/L", 1),
    ("Fibrinogen decreased", "mg/dL", "g/L", 100),
    ("Hypercalcemia (ionized)", "mg/dL", "mmol/L", 4),
    ("Hypoglycemia", "mg/L", "mg/dL", 10),
    ("Hypocalcemia", "umol/L", "mmol/L", 1000),
    ("Leukocytosis", "/uL", "10^9/L", 1000),
    ("Hemoglobin increased", "g/L", "g/dL", 10),
]


@pytest.mark.parametrize("term, unit, other, factor", EQUIVALENT)
def test_equal_amounts_in_two_units_have_one_grade(term, unit, other, factor):
    values = numpy.round(numpy.geomspace(0.02, 400, 300), 3)
    one = grades(term, values * factor, unit, lln=3.3 * factor, uln=5.1 * factor)
    two = grades(term, values, other, lln=3.3, uln=5.1)
    assert one == two and len(set(two)) > 1


@pytest.mark.parametrize(
    "term, unit, other, factor",
    [
        ("Hypermagnesemia", "mg/dL", "mmol/L", 0.4114),
        ("Hypoglycemia", "mg/dL", "mmol/L", 0.0555),
        ("Cholesterol high", "mg/dL", "mmol/L", 0.0259),
    ],
)
def test_conventional_and_si_agree_away_from_the_cut_points_that_ctcae_rounded(term, unit, other, factor):
    criteria = reference_tables()["ctcae_criterion"].query("VERSION == '5.0'")
    cuts = criteria[(criteria["TERM"] == term) & (criteria["UNIT"] == unit)]["CUT"]
    values = [value for value in numpy.linspace(1, 700, 1500) if min(abs(value / cut - 1) for cut in cuts) > 0.05]
    limits = {"lln": 70.0, "uln": 2.2 if "magnes" in term else 200.0}
    one = grades(term, values, unit, **limits)
    two = grades(term, [v * factor for v in values], other, **{key: limit * factor for key, limit in limits.items()})
    assert one == two and len(set(one)) > 2


WHOLE_NUMBERS = "a range of whole numbers, taken as everything below the better range's end"
NOT_PRINTED = {
    # what the tables hold and the text does not print in so many figures: version, term, grade, cut, unit → why
    ("Hemoglobin increased", 1, 1.0, ""): '">0 - 2 g/dL", above normal',
    ("Fibrinogen decreased", 4, 0.5, "g/L"): "the text gives 50 mg/dL",
    ("Fibrinogen decreased", 1, 1.0, ""): 'v4.03: "<25% decrease", so any',
    **{
        ("Hemoglobin increased", grade, cut, unit): "the text gives g/dL alone"
        for grade, cut, unit in ((2, 20, "g/L"), (2, 1.2412, "mmol/L"), (3, 40, "g/L"), (3, 2.4824, "mmol/L"))
    },
    ("Hyponatremia", 3, 130.0, "mmol/L"): WHOLE_NUMBERS,
    ("Chronic kidney disease", 2, 60.0, "mL/min/1.73m2"): WHOLE_NUMBERS,
    ("Chronic kidney disease", 3, 30.0, "mL/min/1.73m2"): WHOLE_NUMBERS,
}


def figures(text):
    return {float(number.replace(",", "")) for number in re.findall(r"\d[\d,]*(?:\.\d+)?", text)}


def printed(row, text):
    """Whether the text of the grade prints this cut point."""
    if row.BASIS in ("limit", "baseline") and row.CUT == 1 and re.search("LN|normal|baseline|above|TSH", text, re.I):
        return True
    numbers = figures(text)
    if row.BASIS == "baseline" and row.TERM == "Fibrinogen decreased":
        numbers = {1 - number / 100 for number in numbers}
    powers = "10e9" in text or "10^9" in text
    return row.CUT * (1000 if row.UNIT == "10^9/L" and not powers else 1) in numbers


@pytest.mark.parametrize("version", OFFICIAL)
def test_every_cut_point_stands_in_the_official_text(version):
    if not OFFICIAL[version].is_file():
        pytest.skip(f"the official terms are not there ({OFFICIAL[version]})")
    official = pandas.read_csv(OFFICIAL[version], keep_default_na=False).set_index("term")
    terms = reference_tables()["ctcae_term"].query("VERSION == @version").set_index("TERM")
    criteria = reference_tables()["ctcae_criterion"].query("VERSION == @version and not BASIS.str.startswith('open')")
    strange = {
        (row.TERM, row.GRADE, row.CUT, row.UNIT)
        for row in criteria.itertuples()
        if not printed(row, official.loc[terms.loc[row.TERM, "OFFICIAL"], f"grade_{row.GRADE:.0f}"])
    }
    assert strange and strange <= set(NOT_PRINTED)


WORSE_ASSUMED = {
    ("Hypokalemia", 1),
    ("Hyperuricemia", 1),
    ("Hyponatremia", 2),
    ("Hyperglycemia", 1),
    ("Hyperglycemia", 2),
}
"""Grades with figures that no number reaches: symptoms or fasting decide, and a worse grade has the figures too."""


@pytest.mark.parametrize("version", ["4.03", "6.0"])
def test_every_term_and_grade_of_the_text_that_has_a_figure_is_in_the_tables(version):
    if not OFFICIAL[version].is_file():
        pytest.skip(f"the official terms are not there ({OFFICIAL[version]})")
    official = pandas.read_csv(OFFICIAL[version], keep_default_na=False)
    terms = reference_tables()["ctcae_term"].query("VERSION == @version")
    assert set(official["term"]) == set(terms["OFFICIAL"])
    held = reference_tables()["ctcae_criterion"].query("VERSION == @version").merge(terms, on="TERM")
    known = set(zip(held["OFFICIAL"], held["GRADE"], strict=True))
    asked = {
        (row["term"], grade)
        for _, row in official.iterrows()
        for grade in (1, 2, 3, 4)
        if re.search(r"\d|LN", row[f"grade_{grade}"])
    }
    assert asked - known and asked - known <= WORSE_ASSUMED


def test_version_4_03_by_plain_arithmetic_where_it_differs():
    naive = [max(by_steps(v / 100, (1, 1.5, 3, 6)), by_steps(v / 30, (1, 1.5, 3))) for v in (30, 31, 46, 91, 151, 601)]
    values = [30, 31, 46, 91, 151, 601]
    assert grades("Creatinine increased", values, uln=100, base=30, version="4.03") == naive == [0, 1, 2, 3, 3, 4]
    assert grades("Creatinine increased", [90.0], uln=100, version="4.03") == [pandas.NA]
    falls = [4.0, 3.9, 3.0, 2.0, 1.0, 0.49]
    assert grades("Fibrinogen decreased", falls, "g/L", lln=0.1, base=4, version="4.03") == [0, 1, 2, 3, 4, 4]
    rises = [170, 181, 201, 221]
    assert grades("Hemoglobin increased", rises, "g/L", uln=160, base=180, version="4.03") == [0, 1, 2, 3]
    assert grades("Hemoglobin increased", rises, "g/L", uln=160, base=150, version="4.03") == [1, 2, 3, 3]
    assert grades("Alanine aminotransferase increased", [61, 121, 201, 801], uln=40, base=60, version="4.03") == [
        1,
        2,
        3,
        4,
    ]
    assert grades("INR increased", [1.2, 1.3, 1.9, 3.1], uln=1.2, base=1.2, version="4.03") == [0, 1, 2, 3]
    phosphate = [0.8, 0.79, 0.59, 0.29]
    assert grades("Hypophosphatemia", phosphate, "mmol/L", lln=0.8, version="4.03") == [0, 2, 3, 4]
    assert grades("Hypophosphatemia", [2.6, 2.4, 1.9, 0.9], "mg/dL", lln=2.7, version="4.03") == [1, 2, 3, 4]
    assert grades("Hyperuricemia", [400, 590, 591], "umol/L", uln=400, version="4.03") == [0, 3, 4]
    assert grades("Hyponatremia", [134, 130, 129, 119], "mmol/L", lln=135, version="4.03") == [1, 1, 3, 4]
    assert grades("Hyperglycemia (Fasting)", [5, 6, 9, 14, 28], "mmol/L", uln=5.5, version="4.03") == [0, 1, 2, 3, 4]


def test_version_6_0_by_plain_arithmetic_where_it_differs():
    counts = [1.5, 1.49, 0.99, 0.49, 0.09]
    assert grades("Neutrophil count decreased", counts, "10^9/L", lln=2, version="6.0") == [0, 1, 2, 3, 4]
    assert grades("Thrombocytopenia", [9, 10, 49, 74, 149], "10^9/L", lln=150, version="6.0") == [4, 3, 3, 2, 1]
    assert grades("Platelet count decreased", [9], "10^9/L", lln=150, version="6.0") == [pandas.NA]
    abnormal = [59, 60, 90, 91, 121, 241]
    assert grades("Alanine aminotransferase increased", abnormal, uln=40, base=60, version="6.0") == [0, 1, 1, 2, 3, 4]
    assert grades("GGT increased", [60, 91, 181, 601], uln=40, base=60, version="6.0") == [1, 2, 3, 4]
    assert grades("Blood bilirubin increased", [60, 91, 151, 601], uln=40, base=60, version="6.0") == [1, 2, 3, 4]
    # above baseline and above the limit, both
    assert grades("Alkaline phosphatase increased", [61, 60, 50], uln=40, base=60, version="6.0") == [1, 0, 0]
    assert grades("Alkaline phosphatase increased", [50, 39], uln=40, version="6.0") == [pandas.NA, 0]
    assert grades("Alkaline phosphatase increased", [50, 70], base=60, version="6.0") == [0, pandas.NA]


def test_version_6_0_counts_a_baseline_of_creatinine_only_where_it_is_low():
    low, normal = dict(lln=20, uln=100, base=10, version="6.0"), dict(lln=20, uln=100, base=30, version="6.0")
    assert grades("Creatinine increased", [15, 16, 31, 601], **low) == [0, 2, 3, 4]
    assert grades("Creatinine increased", [31, 91, 101, 151], **normal) == [0, 0, 1, 2]
    untold = dict(uln=100, base=30, version="6.0")
    assert grades("Creatinine increased", [40, 91, 301], **untold) == [0, pandas.NA, 3]
    assert grades("Creatinine increased", [91.0], **untold, BNRIND="LOW") == [3]
    assert grades("Creatinine increased", [91.0], **untold, BNRIND="NORMAL") == [0]


def test_what_the_text_leaves_open_has_no_grade():
    clearance = [50, 49, 26, 25.5, 25, 10, 9.9]
    assert grades("Creatinine clearance decreased", clearance, "mL/min", version="6.0") == [0, 2, 2, 2, 3, 3, pandas.NA]
    for version in ("4.03", "6.0"):
        glucose = [5, 6, 13.9, 14, 28]
        unknown = dict(uln=5.5, version=version)
        assert grades("Hyperglycemia", glucose, "mmol/L", **unknown) == [0, 0, 0, 3, 4]
        fasting = grades("Hyperglycemia (fasting not known)", glucose, "mmol/L", **unknown)
        assert fasting == [0, pandas.NA, pandas.NA, 3, 4]


def test_the_frame_keeps_its_rows_index_and_columns():
    frame = pandas.DataFrame(
        {
            "PARAM": ["hyperkalemia", "ANEMIA ", None, "Nausea"],
            "AVAL": [7.1, 99, 1, 1],
            "AVALU": ["mmol/L", "g/L", "g/L", ""],
            "ANRLO": [3.5, 120, 1, 1],
            "ANRHI": [5.1, 160, 1, 1],
            "BASE": None,
            "USUBJID": list("abcd"),
        },
        index=[7, 3, 3, 1],
    )
    before = frame.copy()
    graded = grade_labs(frame)
    assert graded.index.tolist() == [7, 3, 3, 1] and list(graded.columns) == [*frame.columns, "ATOXGRL", "ATOXGRH"]
    assert graded["ATOXGRH"].tolist() == [4, pandas.NA, pandas.NA, pandas.NA]
    assert graded["ATOXGRL"].tolist() == [pandas.NA, 2, pandas.NA, pandas.NA]
    assert graded.attrs["unknown_terms"] == ["Nausea"] and graded.attrs["not_graded"] == {
        "no criteria for this term in this version of CTCAE": 1
    }
    pandas.testing.assert_frame_equal(frame, before)


def test_nothing_to_grade():
    empty = pandas.DataFrame(columns=["PARAM", "AVAL", "AVALU", "ANRLO", "ANRHI", "BASE"])
    graded = grade_labs(empty)
    assert len(graded) == 0 and {"ATOXGRL", "ATOXGRH"} <= set(graded.columns)


@pytest.mark.parametrize(
    "given, why",
    [
        (dict(AVAL=None), "no numeric value"),
        (dict(AVAL=-1.0), "negative value"),
        (dict(AVALU="furlongs"), "unit missing or not known for this term"),
        (dict(AVALU=None), "unit missing or not known for this term"),
        (dict(AVAL=110.0, ANRLO=None), "no normal limit"),
        (dict(AVAL=90.0, AVALQ=">"), "only a limit was reported"),
    ],
)
def test_what_cannot_be_graded_has_no_grade_and_a_reason(given, why):
    row = {"PARAM": "Anemia", "AVAL": 90.0, "AVALU": "g/L", "ANRLO": 120.0, "ANRHI": 160.0, "BASE": None} | given
    graded = grade_labs(pandas.DataFrame([row]))
    assert graded["ATOXGRL"].tolist() == [pandas.NA] and graded.attrs["not_graded"] == {why: 1}


def test_values_that_are_limits():
    assert grades("White blood cell decreased", [1.0, 1.0], "10^9/L", lln=4.0, AVALQ=["<", None]) == [4, 3]
    assert grades("Cardiac troponin I increased", ["<3", "60", "<60"], "ng/L", uln=14.0) == [0, 1, pandas.NA]


def test_a_missing_limit_still_lets_the_absolute_criteria_grade():
    assert grades("Platelet count decreased", [20, 60, 90], "10^9/L") == [4, 2, pandas.NA]


def test_a_number_of_ctcae_holds_whatever_the_laboratory_calls_normal():
    assert grades("Neutrophil count decreased", [1.4, 1.2], "10^9/L", lln=1.2) == [2, 2]


def test_missing_columns_and_unknown_versions_are_named():
    with pytest.raises(ValueError, match="AVALU, BASE"):
        grade_labs(pandas.DataFrame(columns=["PARAM", "AVAL", "ANRLO", "ANRHI"]))
    frame = pandas.DataFrame(columns=["PARAM", "AVAL", "AVALU", "ANRLO", "ANRHI", "BASE"])
    for version in ("3.0", "4.0", "7"):
        with pytest.raises(ValueError, match=rf"{version}.*4\.03, 5\.0, 6\.0"):
            grade_labs(frame, version=version)


def test_a_million_values_take_seconds():
    import time

    size = 1_000_000
    random = numpy.random.default_rng(1)
    frame = pandas.DataFrame(
        {
            "PARAM": random.choice(["Anemia", "Platelet count decreased", "Alanine aminotransferase increased"], size),
            "AVAL": random.uniform(1, 200, size),
            "AVALU": "G/L",
            "ANRLO": 100.0,
            "ANRHI": 40.0,
            "BASE": 30.0,
        }
    )
    start = time.process_time()
    graded = grade_labs(frame)
    assert time.process_time() - start < 30
    platelets = frame["PARAM"] == "Platelet count decreased"
    assert (graded.loc[platelets, "ATOXGRL"] == 4).sum() == (frame.loc[platelets, "AVAL"] < 25).sum()


def test_every_term_of_a_test_has_the_direction_of_its_column():
    tables = reference_tables()
    directions = tables["ctcae_term"].set_index(["VERSION", "TERM"])["DIRECTION"].to_dict()
    used = tables["lab_term"]
    assert set(used["LBTESTCD"]) <= set(tables["lab_test"]["LBTESTCD"])
    for letter in "LH":
        termed = used[used[f"ATERM{letter}"] != ""]
        assert {directions[row] for row in zip(termed["VERSION"], termed[f"ATERM{letter}"], strict=True)} == {letter}
