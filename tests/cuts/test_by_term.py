"""Adverse events by class, term and dose: the table against the raw rows, what the reader may choose, its marks."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import numpy
import pandas
import pytest
from drawn import trial_data
from sample_raw import rows
from scipy.stats import beta

from displays.adverse_events.by_term import ae_by_term, suffixes
from displays.adverse_events.dots import BETWEEN, MOST, ae_dots, pair_options
from displays.adverse_events.terms import event_options, new_events, terms
from displays.groups import NOBODY
from queries import Filters, View
from stats.proportions import difference

CUT = "2008-02-29"
SERIOUS = ("AESER", "AESDTH", "AESLIFE", "AESHOSP", "AESDISAB", "AESMIE")
RAW_CHOICES = {
    "all": lambda event: True,
    "related": lambda event: event.AEREL == "RELATED",
    "grade3": lambda event: event.AETOXGR in ("3", "4", "5"),
    "serious": lambda event: event.AETOXGR == "5" or any(getattr(event, flag) == "Y" for flag in SERIOUS),
}


def raw_events(choice: str) -> dict[tuple[str, str], dict[str, list[int]]]:
    """(class, term) with "" for a class and for all → subject → grades, of the events of the raw rows."""
    ex = rows(CUT, "ex")
    first = ex[ex["EXDOSE"] > 0].groupby("SUBJID")["EXSTDTC"].min()
    found = defaultdict(lambda: defaultdict(list))
    for event in rows(CUT, "ae").itertuples():
        onset, infusion = event.AESTDTC, first.get(event.SUBJID)
        precision = min(len(onset), 10)
        if infusion is None or onset[:precision] < infusion[:precision] or not RAW_CHOICES[choice](event):
            continue
        system = event.AEBODSYS or "Class not delivered"
        for key in (("", ""), (system, ""), (system, event.AEDECOD or event.AETERM)):
            found[key][event.SUBJID].append(int(event.AETOXGR or 0))
    return found


@pytest.mark.parametrize("choice", RAW_CHOICES)
def test_every_count_of_the_table_is_that_of_the_raw_rows(views, choice):
    found, view = raw_events(choice), views[CUT]
    made, asked = ae_by_term(view, choice), terms(view, choice)
    level = view.cut.table("adsl").set_index("SUBJID")["TRTA"]
    assert set(zip(made.table["AEBODSYS"], made.table["AEDECOD"], strict=True)) == found.keys()
    for row in made.table.to_dict("records"):
        cell = found[row["AEBODSYS"], row["AEDECOD"]]
        for group, end in suffixes(asked).items():
            own = [max(grades) for name, grades in cell.items() if not group or level[name] == group]
            severe = sum(grade >= 3 for grade in own)
            assert (row[f"NANY{end}"], row[f"NSEV{end}"]) == (len(own), severe), row
            of = asked.treated[group]
            assert row[f"ANY{end}"] == (f"{len(own)} ({numpy.floor(100 * len(own) / of + 0.5):.0f} %)" if own else "0")
        assert row["NEV"] == sum(len(grades) for grades in cell.values())


def test_each_cell_knows_its_subjects_the_worst_first(views):
    view = views[CUT]
    made, found = ae_by_term(view), raw_events("all")
    number = view.cut.table("adsl").set_index("USUBJID")["SUBJID"]
    stomatitis = made.table.index[made.table["TERM"] == "Stomatitis"][0]
    cell = found["Gastrointestinal disorders", "Stomatitis"]
    subjects = [number[name] for name in made.behind[f"ANY {stomatitis}"]]
    grades = [max(cell[name]) for name in subjects]
    assert set(subjects) == set(cell) and grades == sorted(grades, reverse=True) and len(grades) > 10
    assert made.behind[f"SEV {stomatitis}"] == made.behind[f"ANY {stomatitis}"][: sum(grade >= 3 for grade in grades)]
    for row, counts in enumerate(made.table.to_dict("records")):
        for column in (column for column in made.brief if column.startswith(("ANY", "SEV"))):
            assert len(made.behind.get(f"{column} {row}", ())) == counts[f"N{column}"], (column, row)


def test_classes_and_their_terms_come_worst_first_and_what_is_new_is_marked(views):
    table = ae_by_term(views[CUT]).table
    classes = table[(table["LEVEL"] == 0) & (table["AEBODSYS"] != "")]
    order = list(zip(classes["NSEV"], classes["NANY"], strict=True))
    assert order == sorted(order, reverse=True) and table.iloc[0]["TERM"] == "Any event"
    before = ae_by_term(View(views[CUT].previous)).table.set_index(["AEBODSYS", "AEDECOD"])
    for row in table.itertuples():
        was = before.loc[(row.AEBODSYS, row.AEDECOD)]
        expected = [f"+{row.NANY - was.NANY}"] * bool(row.NANY != was.NANY)
        expected += [f"≥ 3 +{row.NSEV - was.NSEV}"] * bool(row.NSEV != was.NSEV)
        assert row.SINCE == ", ".join(expected)
    assert (before["SINCE"] == "").all()


PEOPLE = """
USUBJID | ARMCD | INFUSIONS
S1      | A130  | 2007-06-01,2007-07-01
S2      | A130  | 2007-06-01
S3      | A160  | 2007-06-01
S4      | A160  | .
"""
EARLIER = """
USUBJID | AESEQ | AETERM | AEDECOD    | AEBODSYS | AETOXGR | AEREL   | AESTDTC
S1      | 1     | sores  | STOMATITIS | GASTRO   | 2       | RELATED | 2007-06-05
S1      | 2     | fever  | PYREXIA    | GENERAL  | .       | .       | 2007-06-05
S4      | 1     | fever  | PYREXIA    | GENERAL  | 4       | RELATED | 2007-06-05
"""
LATER = """
USUBJID | AESEQ | AETERM | AEDECOD    | AEBODSYS | AETOXGR | AEREL   | AESTDTC
S1      | 1     | sores  | STOMATITIS | GASTRO   | 3       | RELATED | 2007-06-05
S1      | 2     | fever  | PYREXIA    | GENERAL  | .       | .       | 2007-06-05
S1      | 3     | sores  | STOMATITIS | GASTRO   | 1       | RELATED | 2007-07-02
S1      | 4     | rash   | .          | .        | 1       | RELATED | .
S1      | 5     | fever  | PYREXIA    | GENERAL  | 1       | RELATED | 2007
S2      | 1     | sores  | STOMATITIS | GASTRO   | 1       | .       | 2007-06-20
S3      | 1     | rash   | RASH       | SKIN     | 4       | .       | 2007-05-20
S4      | 1     | fever  | PYREXIA    | GENERAL  | 4       | RELATED | 2007-06-05
"""


@pytest.fixture(scope="module")
def drawn(make_cut, trial) -> View:
    """Four subjects, one not treated; events of another course, ungraded, without a date, in either course; news."""
    before = make_cut(trial_data(PEOPLE, EARLIER), trial, date(2007, 6, 15))
    version = pandas.DataFrame([dict(TSPARMCD="MEDDRAV", TSPARM="MedDRA Version", TSVAL="10.0")])
    return View(make_cut(trial_data(PEOPLE, LATER) | {"ts": version}, trial, date(2007, 7, 31)), before)


def counts(view: View, choice: str) -> dict[str, tuple[int, int, int]]:
    """Term → subjects, of them with grade 3 or worse, ungraded."""
    table = ae_by_term(view, choice).table
    alone = table[table["LEVEL"] == 1]
    return {row.TERM: (row.NANY, row.NSEV, row.NUNGR) for row in alone.itertuples()}


@pytest.mark.parametrize(
    ("choice", "expected", "aside"),
    [
        ("all", {"STOMATITIS": (2, 1, 0), "PYREXIA": (1, 0, 1), "rash": (1, 0, 0)}, ""),
        (
            "related",
            {"STOMATITIS": (1, 1, 0), "PYREXIA": (1, 0, 0), "rash": (1, 0, 0)},
            "2 events whose relation to study drug is not known",
        ),
        ("grade3", {"STOMATITIS": (1, 1, 0)}, "1 event without a grade is not among them"),
        ("serious", {}, "6 events whose seriousness is not known are not among them"),
        ("interest", {"STOMATITIS": (2, 1, 0)}, ""),
        ("course1", {"STOMATITIS": (2, 1, 0), "PYREXIA": (1, 0, 1)}, "2 events whose course is not known are not"),
        ("new", {"STOMATITIS": (2, 1, 0), "PYREXIA": (1, 0, 0), "rash": (1, 0, 0)}, ""),
    ],
)
def test_what_the_reader_chooses_is_counted_and_what_is_not_known_is_named(drawn, choice, expected, aside):
    made = ae_by_term(drawn, choice)
    assert counts(drawn, choice) == expected
    assert aside in f"{made.finding} {made.population}" and ("not among them" in made.population) == bool(aside)
    assert "MedDRA version 10.0" in made.population and "without end" in made.population


def test_events_since_the_previous_meeting_are_those_it_did_not_know_or_knew_milder(drawn):
    assert new_events(drawn) == [
        "S1|5|fever|2007",
        "S1|1|sores|2007-06-05",
        "S1|3|sores|2007-07-02",
        "S1|4|rash",
        "S2|1|sores|2007-06-20",
        "S3|1|rash|2007-05-20",
    ]
    assert "new" in dict(event_options(drawn)) and "new" not in dict(event_options(View(drawn.cut)))


def test_a_cell_without_grades_names_its_ungraded_and_denominators_are_those_treated(drawn):
    made = ae_by_term(drawn)
    fever = made.table.set_index("TERM").loc["PYREXIA"]
    assert (fever["ANY1"], fever["SEV1"], fever["ANY2"], fever["SEV"]) == (
        "1 (50 %)",
        "0; 1 ungraded",
        "0",
        "0; 1 ungraded",
    )
    assert [made.over[column] for column in ("ANY1", "SEV2", "ANY")] == ["130 (n = 2)", "160 (n = 1)", "All (n = 3)"]
    assert made.sentences[0] == "2 of 3 treated subjects had an adverse event, 1 of grade 3 or worse."
    assert ae_by_term(View(drawn.cut, filters=Filters(sites=("none",)))).finding == NOBODY


# --- dots ----------------------------------------------------------------------------------------


def test_the_dots_are_shares_with_exact_limits_and_name_their_subjects(views):
    made = ae_dots(views[CUT])
    table = made.table
    assert len(table) == MOST and table["N"].is_monotonic_decreasing
    n, of = table["N"].to_numpy(), table["NTREATED"].to_numpy()
    numpy.testing.assert_allclose(table["ANYLOW"], beta.ppf(0.025, n, of - n + 1))
    numpy.testing.assert_allclose(table["ANYHIGH"], beta.ppf(0.975, n + 1, of - n))
    marks = {
        one[0]: x
        for trace in made.figure.data
        if trace.customdata is not None
        for one, x in zip(trace.customdata, trace.x, strict=True)
    }
    assert set(marks) == set(made.behind) and made.figure.layout.height <= 560
    for key, subjects in made.behind.items():
        row = table.iloc[int(key.split()[1])]
        assert marks[key] == len(subjects) / row["NTREATED"] and len(subjects) == row["N" if key[0] == "A" else "N3"]
    ringed = next(trace for trace in made.figure.data if trace.meta == "changed")
    assert len(ringed.x) == (table["SINCE"] != "").sum() > 0


def test_two_dose_levels_are_compared_with_score_limits(views):
    view = views[CUT]
    options = [value for value, _ in pair_options(view)]
    doses = view.cut.ask("ae_by_dose")["TRTA"]
    assert options[-1] == BETWEEN.join((doses.iloc[-1], doses.iloc[0])) and len(options) == len(doses) + 1
    made, asked = ae_dots(view, pair=options[-1]), ae_by_term(view).table.set_index("AEDECOD")
    for row in made.table.itertuples():
        found = asked.loc[row.AEDECOD]
        assert (row.NHIGH, row.NLOW) == (found[f"NANY{len(doses)}"], found["NANY1"])
        apart = difference(row.NHIGH, row.OFHIGH, row.NLOW, row.OFLOW)
        assert (row.DIFF, row.DIFFLOW, row.DIFFHIGH) == pytest.approx((apart.estimate, apart.lower, apart.upper))
        assert len(made.behind.get(f"HIGH {row.Index}", ())) == row.NHIGH
    assert made.table["DIFF"].is_monotonic_decreasing and "excludes 0" in made.finding
    fewer = ae_dots(view, pair=BETWEEN.join((doses.iloc[1], doses.iloc[0])))
    assert fewer.sentences[0] == "Largest excess at 160 over 130: epistaxis, 5 of 7 against 2 of 7."
    assert (
        fewer.table["DIFFHIGH"] < 0
    ).sum() == 2 and "2 of 20 terms: more at 160 in none, fewer in 2." in fewer.finding


def test_dots_of_nobody_and_of_no_such_event_say_so(drawn):
    nobody = View(drawn.cut, filters=Filters(sites=("none",)))
    assert ae_dots(nobody).finding == NOBODY and [value for value, _ in pair_options(nobody)] == ["together"]
    assert ae_dots(drawn, "serious").finding == "None of 3 treated subjects had a serious adverse event."
    assert ae_dots(drawn, pair="no − such").sentences == ae_dots(drawn).sentences
