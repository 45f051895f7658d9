"""Shift tables against a naive count of the raw rows, and what is not known in rows and columns of its own."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pandas
import pytest
from drawn import drawn
from raw import raw
from sample_raw import given, rows
from shared import SHARED

from displays.laboratory.shifts import lab_shifts
from displays.laboratory.tests import lab_tests
from displays.summary.corrections import corrections, not_compared
from queries import Filters, View
from trial import Trial

CUT = "2008-02-29"
PILOT = SHARED / "data" / "cdisc_pilot" / "sdtm"


def pairs(lb, first, category):
    """Subject → its category at baseline (flagged, else the last up to the first infusion) and those after it."""
    found = {}
    for subject, began in first.items():
        own = lb[lb["SUBJECT"] == subject].sort_values("LBDTC", kind="stable")
        late = pandas.Series([is_later(text, began) for text in own["LBDTC"]], index=own.index, dtype=bool)
        before, after = own[~late], own[late]
        flagged = before[before["LBBLFL"] == "Y"]
        usable = flagged if len(flagged) else before
        base = category(usable.iloc[-1]) if len(usable) else None
        found[subject] = base, [category(row) for _, row in after.iterrows()]
    return found


def is_later(text, began):
    """After the first infusion: by the clock on its day where both have one."""
    length = 16 if "T" in text and "T" in began else 10
    return text[:length] > began[:length]


def counted(made, side):
    """The cells of all doses of a side: (category at baseline, worst category) → subjects."""
    table = made.table[made.table["SIDE"] == side]
    heads = table.index[table["LEVEL"] == 0]
    whole = table.loc[heads[0] + 1 : (heads[1] - 1 if len(heads) > 1 else None)]
    names = {column: column[1:] for column in table.columns if column[0] == "W"}
    return {
        (row["ROW"].removeprefix("at baseline ").removeprefix("grade "), names[column]): int(row[column])
        for _, row in whole.iterrows()
        for column in names
        if row[column]
    }


def potassium_low(row):
    return sum(row.LBSTRESN < cut for cut in (row.LBSTNRLO, row.LBSTNRLO, 3.0, 2.5))


def potassium_high(row):
    return sum(row.LBSTRESN > cut for cut in (row.LBSTNRHI, 5.5, 6.0, 7.0))


@pytest.mark.parametrize("side, grade", [("Low values", potassium_low), ("High values", potassium_high)])
def test_the_shift_of_potassium_in_the_sample_is_that_of_the_raw_rows(views, side, grade):
    lb = rows(CUT, "lb")
    lb = lb[(lb["LBTESTCD"] == "K") & lb["LBSTRESN"].notna()].assign(SUBJECT=lb["SUBJID"])
    first = given(CUT).groupby("SUBJID")["EXSTDTC"].min().to_dict()
    naive = Counter((str(base), str(max(later))) for base, later in pairs(lb, first, grade).values())
    made = lab_shifts(views[CUT], "K")
    assert counted(made, side) == naive and sum(naive.values()) == len(first)
    assert "CTCAE v5.0" in made.source and "hypokalemia" in made.method and "worst case" in made.method


def test_the_shift_of_the_pilot_by_the_normal_range_is_that_of_the_raw_rows(pilot_cut):
    if not PILOT.is_dir():
        pytest.skip(f"the pilot's delivery is not there: {PILOT}")
    delivered = raw(PILOT)
    first = delivered["ex"].groupby("USUBJID")["EXSTDTC"].min().to_dict()
    made_of, expected = {}, {}
    for test in ("ALT", "CREAT", "SODIUM"):
        lb = delivered["lb"]
        lb = lb[(lb["LBTESTCD"] == test) & lb["LBSTRESN"].notna()].assign(SUBJECT=lb["USUBJID"])
        found = pairs(lb, first, place).values()
        expected[test] = Counter((base.lower() if base else "no value", worst(later)) for base, later in found)
        made_of[test] = counted(lab_shifts(View(pilot_cut), test, "range"), "Normal range")
    assert made_of == expected and all(sum(cells.values()) == 254 for cells in expected.values())


def place(row):
    return row.LBNRIND


def worst(later):
    seen = set(later)
    if not seen:
        return "NONE"
    return "".join(side for side in ("LOW", "HIGH") if side in seen) or "NORMAL"


def test_every_cell_has_its_subjects_behind_it_and_the_doses_add_up(views):
    made = lab_shifts(views[CUT], "ALT")
    table = made.table
    for row in table.index:
        for column in [name for name in table.columns if name[0] == "W"]:
            assert len(made.behind.get(f"{column} {row}", ())) == table.loc[row, column]
        assert len(set(made.behind[f"N {row}"])) == table.loc[row, "N"]
    heads = table[table["LEVEL"] == 0]
    assert heads["N"].iloc[0] == heads["N"].iloc[1:].sum()
    assert heads["W3"].iloc[0] == heads["W3"].iloc[1:].sum() == 1


DEFINITION = """
[trial]
id = "T"
ctcae_version = "{version}"
"""
LB = """USUBJID | LBSEQ | LBTESTCD | LBDTC | LBSTRESC | LBSTRESN | LBSTRESU | LBSTNRLO | LBSTNRHI | LBNRIND
B1 | 1 | PLAT | 2007-01-01 | 200 | 200 | 10^9/L | 150 | 400 |
B1 | 2 | PLAT | 2007-01-20 | 9 | 9 | 10^9/L | 150 | 400 |
B1 | 3 | PLAT | 2007-01-25 | 900 | 900 | 10^9/L | 150 | 400 |
B2 | 1 | PLAT | 2007-01-20 | 12 | 12 | 10^9/L | 150 | 400 |
B3 | 1 | PLAT | 2007-01-01 | 200 | 200 | 10^9/L | 150 | 400 |
B4 | 1 | PLAT | 2007-01-01 | 200 | 200 | 10^9/L | 150 | 400 |
B4 | 2 | PLAT | 2007-01-20 | 120 | 120 | | 150 | 400 |
B5 | 1 | PLAT | 2007-01-01 | 200 | 200 | 10^9/L | | | NORMAL
B5 | 2 | PLAT | 2007-01-20 | 100 | 100 | 10^9/L | | | LOW
"""


@pytest.fixture(scope="module")
def drawn_cut(make_cut):
    """B1 fell and rose, B2 has no baseline, B3 no later value, B4 a value without a unit, B5 no limits, B6 nothing."""
    subjects = [f"B{number}" for number in range(1, 7)]
    dm = pandas.DataFrame({"USUBJID": subjects}).assign(STUDYID="S", SITEID="1", ACTARMCD="A", ACTARM="A")
    ex = dm[["USUBJID"]].assign(EXSEQ=1, EXTRT="DRUG", EXDOSE=1.0, EXDOSU="mg", EXSTDTC="2007-01-10")

    def of(version: str, more: str = ""):
        tables = {"dm": dm, "ex": ex, "lb": drawn(LB + more).assign(LBTEST="Platelets", LBSPEC="BLOOD")}
        return make_cut(tables, Trial.parse(DEFINITION.format(version=version)), date(2007, 3, 1))

    return of


def test_what_is_not_known_has_a_row_or_a_column_of_its_own(drawn_cut):
    made = lab_shifts(View(drawn_cut("5.0")), "PLAT")
    assert counted(made, "Low values") == {
        ("0", "4"): 1,
        ("no value", "4"): 1,
        ("0", "NONE"): 1,
        ("0", "UNKNOWN"): 1,
        ("not known", "UNKNOWN"): 1,
        ("no value", "NONE"): 1,
    }
    assert made.finding.startswith(
        "Platelets: low values of grade 3 or worse in 2 of 2 (100 %) subjects after baseline"
    )
    assert made.table["SEVERE"].iloc[0] == "2 of 2 (100 %)"
    assert "6 treated subjects" in made.population and "2 (33 %) without a value" in made.population
    by_range = counted(lab_shifts(View(drawn_cut("5.0")), "PLAT", "range"), "Normal range")
    assert (
        by_range[("normal", "LOWHIGH")] == 1 and by_range[("normal", "LOW")] == 2 and by_range[("no value", "LOW")] == 1
    )


def test_a_subject_with_a_result_without_a_grade_is_counted_once_for_both_sides(drawn_cut):
    potassium = [("01-01", "mmol/L"), ("01-20", "mmol/L"), ("01-21", "")]
    beside = "".join(
        f"B3 | {n} | K | 2007-{day} | 4 | 4 | {unit} | 3 | 5 |\n" for n, (day, unit) in enumerate(potassium, 7)
    )
    made = lab_shifts(View(drawn_cut("5.0", beside)), "K")
    assert set(made.table["SIDE"]) == {"Low values", "High values"}
    assert "1 with a worst grade beside other results that have none" in made.population


def test_the_version_of_the_trial_grades_and_is_named(drawn_cut):
    made = lab_shifts(View(drawn_cut("6.0")), "PLAT")
    assert counted(made, "Low values")[("no value", "3")] == 1
    assert "NCI CTCAE v6.0" in made.source and "thrombocytopenia" in made.method and "read as below 10.0" in made.method
    between = lab_shifts(View(drawn_cut("6.0"), drawn_cut("5.0")), "PLAT")
    assert "the previous cut was graded by CTCAE v5.0" in between.finding


def test_the_tests_to_choose_are_the_most_severe_first_and_nobody_is_said(views, drawn_cut):
    assert lab_tests(View(drawn_cut("5.0"))) == (("PLAT", "Platelets (2 with grade ≥ 3)"),)
    nobody = View(drawn_cut("5.0"), filters=Filters(sites=("none",)))
    assert lab_tests(nobody) == () and lab_shifts(nobody).finding == "No subjects match the filters."
    numbers = [row.NSEVERE for row in views[CUT].ask("lab_tests").itertuples()]
    assert numbers == sorted(numbers, reverse=True) and numbers[0] == 35


def test_a_value_that_another_version_grades_otherwise_is_no_correction(drawn_cut):
    new, old = drawn_cut("6.0"), drawn_cut("5.0")
    assert corrections(View(new, old)) == [] and corrections(View(old, old)) == []
    assert ("GRADE", "grades of unchanged values: graded by CTCAE v5.0 before") in not_compared(View(new, old))
    assert all(kind != "GRADE" for kind, _ in not_compared(View(old, old)))
