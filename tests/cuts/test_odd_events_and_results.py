"""Events and results that nobody thought of, in one cut: every display of them stands, and counts as plain Python."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date

import pandas
import pytest
from drawn import THREE, trial_data

from displays.adverse_events.by_dose import adverse_by_dose
from displays.adverse_events.by_term import ae_by_term
from displays.catalogue import ADVERSE_EVENTS, LABORATORY
from displays.laboratory.any_test import any_test
from displays.laboratory.hys_law import CANDIDATES, hys_law_of
from displays.laboratory.kidney_words import kidney
from displays.laboratory.shifts import lab_shifts
from displays.laboratory.tumour_lysis import tumour_lysis_by_dose
from queries import Filters, View

FIRST, DIED = "2007-06-01", "2007-06-20"
GUT, BLOOD = "Gastrointestinal disorders", "Blood and lymphatic system disorders"
EVENTS = [
    # subject, term as coded, class, grade, onset, end, outcome
    ("NODATE", "Stomatitis", GUT, "3", "", "", ""),
    ("BEFORE", "Stomatitis", GUT, "3", "2007-05-01", "2007-05-20", ""),
    ("BOTH", "Stomatitis", GUT, "2", "2007-05-01", "2007-05-20", ""),
    ("BOTH", "Stomatitis", GUT, "4", "2007-06-05", "2007-06-08", ""),
    ("DUP", "Stomatitis", GUT, "3", "2007-06-05", "2007-06-08", ""),
    ("DUP", "Stomatitis", GUT, "3", "2007-06-05", "2007-06-08", ""),
    ("LOWER", "stomatitis", GUT.upper(), "3", "2007-06-05", "", ""),
    ("LOWER", "NAUSEA", GUT.lower(), "1", "2007-06-05", "", ""),
    ("ZERO", "Nausea", GUT, "0", "2007-06-05", "", ""),
    ("SIX", "Nausea", GUT, "6", "2007-06-05", "", ""),
    ("ENDFIRST", "Febrile neutropenia", BLOOD, "3", "2007-06-15", "2007-06-10", ""),
    ("PARTIAL", "Nausea", GUT, "2", "2007-06", "", ""),
    ("PARTIAL", "Vomiting", GUT, "2", "2007", "", ""),
    ("PARTIAL", "Vomiting", GUT, "2", "2007-05", "2007-05", ""),
    ("UNGRADED", "Stomatitis", GUT, "", "2007-06-07", "", ""),
    ("DEAD", "Sepsis", "Infections and infestations", "5", "2007-06-19", DIED, "FATAL"),
    ("DEAD", "Nausea", GUT, "2", "2007-06-25", "", ""),
    ("NEVER", "Nausea", GUT, "3", "2007-06-07", "", ""),
    *(("FORTY", f"Term {n}", f"Class {n % 7}", str(n % 4 + 1), f"2007-06-{5 + n % 20:02d}", "", "") for n in range(40)),
]
TESTS = {"ALT": ("U/L", 20, 5, 40), "BILI": ("umol/L", 8, 2, 17), "CREAT": ("umol/L", 40, 20, 60)}
TESTS |= {"K": ("mmol/L", 4, 3.5, 5)}
LATER = {
    # subject: test → value, unit, limits, day or date; nothing else after the first infusion
    "NOBASE": {"ALT": "200", "BILI": "60", "CREAT": "130", "K": "6.5"},
    "PLAIN": {"ALT": "200", "BILI": "60", "CREAT": "130", "K": "6.5"},
    "LIMITS": {"ALT": ">500", "BILI": ">50", "CREAT": "<10", "K": "<3"},
    "NOULN": {"ALT": "200", "BILI": "60", "CREAT": "130", "K": "6.5"},
    "ULN0": {"ALT": "200", "BILI": "60", "CREAT": "130", "K": "6.5"},
    "NEG": {"ALT": "-20", "BILI": "-5", "CREAT": "-40", "K": "-1"},
    "UNITS": {"BILI": "3.5 mg/dL", "CREAT": "1.5 mg/dL", "K": "25 mg/dL"},
    "UNDATED": {"ALT": "200", "CREAT": "130", "K": "6.5"},
}
LIMITS_OF = {"NOULN": ("", ""), "ULN0": ("0", "0"), "UNITS": ("0.1", "1")}
DATES_OF = {"UNDATED": {"ALT": "", "CREAT": "2007-06", "K": "2007"}}
PEOPLE = sorted({row[0] for row in EVENTS} | set(LATER))


def results() -> list[str]:
    rows = []
    for name in PEOPLE:
        for test, (unit, value, low, high) in TESTS.items():
            if name not in ("NOBASE", "NEVER"):
                rows.append((name, test, str(value), unit, low, high, "2007-05-31"))
            if later := LATER.get(name, {}).get(test):
                text, own = (*later.split(" "), unit)[:2]
                limits = LIMITS_OF.get(name, (low, high))
                rows.append((name, test, text, own, *limits, DATES_OF.get(name, {}).get(test, "2007-06-08")))
    return [" | ".join(str(cell) if cell != "" else "." for cell in (*row[:2], "SERUM", *row[2:])) for row in rows]


@pytest.fixture(scope="module")
def view(make_cut, trial) -> View:
    people = [
        f"{name} | {'A190' if place % 2 else 'A130'} | {THREE if name != 'NEVER' else '.'} | "
        f"{DIED if name == 'DEAD' else '.'} | {'Y' if name == 'DEAD' else '.'}"
        for place, name in enumerate(PEOPLE)
    ]
    events = [
        " | ".join(cell or "." for cell in (row[0], str(number), row[1], *row[1:]))
        for number, row in enumerate(EVENTS, 1)
    ]
    data = trial_data(
        "\n".join(["USUBJID | ARMCD | INFUSIONS | DTHDTC | DTHFL", *people]),
        "\n".join(["USUBJID | AESEQ | AETERM | AEDECOD | AEBODSYS | AETOXGR | AESTDTC | AEENDTC | AEOUT", *events]),
        lb="\n".join(["USUBJID | LBTESTCD | LBSPEC | LBSTRESC | LBSTRESU | LBSTNRLO | LBSTNRHI | LBDTC", *results()]),
    )
    for column in ("LBSTNRLO", "LBSTNRHI"):
        data["lb"][column] = pandas.to_numeric(data["lb"][column])
    data["dm"] = data["dm"].assign(AGE=8.0, AGEU="YEARS", SEX="F")
    return View(make_cut(data, trial, date(2007, 8, 31)))


def emergent(row) -> bool:
    """On or after the first infusion as far as the date tells, and not after the death."""
    name, onset = row[0], row[4]
    if name == "NEVER" or (name == "DEAD" and onset > DIED):
        return False
    return onset >= FIRST[: len(onset)]


def test_terms_are_counted_as_plain_python_counts_them(view):
    any_grade, severe = defaultdict(set), defaultdict(set)
    for row in filter(emergent, EVENTS):
        any_grade[row[1].lower()].add(row[0])
        severe[row[1].lower()] |= {row[0]} if row[3] in ("3", "4", "5") else set()
    table = ae_by_term(view).table
    terms = table[table["LEVEL"] == 1]
    found = {row.TERM.lower(): (number(row.ANY), number(row.SEV)) for row in terms.itertuples()}
    assert found == {term: (len(people), len(severe[term])) for term, people in any_grade.items()}
    made = adverse_by_dose(view).table
    assert made["NANY"].sum() == len(set().union(*any_grade.values()))
    assert made["NGRADE3"].sum() == len(set().union(*severe.values()))
    assert table.loc[table["LEVEL"] == 0, "TERM"].str.lower().is_unique


def number(cell) -> int:
    return int(re.match(r"\d+", str(cell)).group())


def test_results_without_limits_in_other_units_or_undated_decide_as_far_as_they_tell(view):
    hys = hys_law_of(view).set_index("USUBJID")["HYCD"]
    assert set(hys.index[hys.isin(CANDIDATES)]) == {"NOBASE", "PLAIN", "LIMITS"}
    assert hys[["NOULN", "ULN0"]].tolist() == ["NO ULN", "NO ULN"] and "NONE" not in set(hys[["NEG", "UNDATED"]])
    kidneys = kidney(view).set_index("USUBJID")
    assert kidneys["STAGE"].dropna().to_dict() == {"PLAIN": 3, "NOULN": 3, "ULN0": 3, "UNITS": 3, "LIMITS": 0}
    assert kidneys.loc["UNITS", "XBASE"] == pytest.approx(1.5 * 88.4 / 40)
    assert kidneys["STAGECD"].dropna().loc[["NEG", "UNDATED", "NOBASE", "BOTH"]].tolist() == [
        *("UNREAD", "UNREAD", "NO BASE", "NONE")
    ]
    potassium = lab_shifts(view, "K").behind
    severe = {name for key, people in potassium.items() if key.startswith("SEVERE") for name in people}
    assert severe == {"NOBASE", "PLAIN", "NOULN", "ULN0", "UNITS", "LIMITS"}
    assert any("UNDATED" in people for key, people in potassium.items() if key.startswith("WUNKNOWN"))
    assert "grade 3 or worse after baseline in 6 of 6" in any_test(view, "K").finding
    assert tumour_lysis_by_dose(view).finding.endswith(f"cannot be assessed in any of {len(PEOPLE) - 1} subjects.")


@pytest.mark.parametrize("subjects", [(), ("PLAIN",), ("NEVER",)], ids=["all", "one", "nobody treated"])
def test_every_display_of_them_stands_with_every_choice(view, subjects):
    seen = View(view.cut, filters=Filters(subjects=subjects))
    for entry in (*ADVERSE_EVENTS.displays, *LABORATORY.displays):
        for chosen in ({}, *each_choice(seen, entry)):
            made = entry.function(seen, **chosen)
            assert made.finding and not {"nan", "NaT", "inf"} & set(made.finding.split()), made.name


def each_choice(view, entry):
    for choice in entry.choices:
        options = choice.options
        if callable(options):
            options = () if choice.after else options(view)
        yield from ({choice.argument: (key,) if choice.several else key} for key, _ in options)
