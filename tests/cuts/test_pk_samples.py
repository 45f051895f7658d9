"""Samples planned and taken: the sample trial against its story and raw rows, each kind of trouble, and nothing."""

from __future__ import annotations

import csv
from datetime import datetime

import pytest
from drawn import THREE, trial_data
from sample_raw import SAMPLE, given, rows

from displays.pharmacokinetics.samples import pk_samples
from displays.summary.outstanding import outstanding
from queries import Filters, View

CUT = "2008-02-29"


def test_the_missing_samples_are_those_of_the_story(views):
    made = pk_samples(views[CUT])
    told = csv.DictReader((SAMPLE / "story" / "samples_missing.csv").open(encoding="utf-8"))
    expected = {
        (row["subject"], int(row["day"]), float(row["hour"]), "NO RECORD" if row["how"] == "ABSENT" else "NOT DONE")
        for row in told
    }
    missing = made.table[made.table["KIND"].isin(["NO RECORD", "NOT DONE", "NO RESULT", "NO VALUE"])]
    found = set(missing[["SUBJID", "COURSEDY", "NRRLT", "KIND"]].itertuples(index=False, name=None))
    assert found == expected and len(missing) == 14
    assert made.sentences[0].startswith("14 of 449 planned samples due are missing: 7 without a record and 7")
    pk = outstanding(views[CUT]).table.set_index("KIND").loc["PK samples"]
    assert (pk["NUMBER"], pk["OUTOF"], pk["LEADS"]) == (14, 449, "pk_samples"), "as the Summary says"


def test_samples_in_the_next_infusion_are_those_of_the_raw_times(views):
    starts = {}
    for name, text in given(CUT)[["SUBJID", "EXSTDTC"]].itertuples(index=False):
        starts.setdefault(name, []).append(datetime.fromisoformat(text))
    pc = rows(CUT, "pc")
    expected = {
        row.SUBJID
        for row in pc[pc["PCSTAT"] == ""].itertuples()
        if any(
            datetime.fromisoformat(row.PCRFTDTC) < start < datetime.fromisoformat(row.PCDTC)
            for start in starts[row.SUBJID]
        )
    }
    table = pk_samples(views[CUT]).table
    assert set(table.loc[table["KIND"] == "LATER", "SUBJID"]) == expected and len(expected) == 14


def test_what_is_new_since_the_previous_cut_is_marked(views):
    table = pk_samples(views[CUT]).table
    new = table[(table["SINCE"] == "new") & table["KIND"].isin(["NO RECORD", "NOT DONE"])]
    assert set(new["SUBJID"]) == {"101-006", "106-004"}, "treated since"
    assert "3 more missing samples" in pk_samples(views[CUT]).finding


ROWS = """USUBJID | PCTESTCD | PCSTRESC | PCTPT | PCDTC | PCSTAT | PCREASND
A | ANNAMYC | 5 | PREDOSE | 2007-06-01T08:50 | . | .
A | ANNAMYC | 100 | 2H | 2007-06-01T11:00 | . | .
A | ANNAMYC | 90 | 3H | 2007-06-01T13:30 | . | .
A | ANNAMYC | smudged | 4H | 2007-06-01T13:00 | . | .
A | ANNAMYC | 40 | 6H | 2007-06-01T15:00 | . | .
A | ANNAMYC | 41 | 6H | 2007-06-01T15:00 | . | .
A | ANNAMYC | . | 10H | 2007-06-01T19:00 | NOT DONE | VEIN
B | ANNAMYC | <1 | PREDOSE | 2007-06-01T08:50 | . | .
B | ANNAMYOL | <1 | PREDOSE | 2007-06-01T08:50 | . | .
B | ANNAMYC | 100 | 2H | 2007-06-01T11:00 | . | .
B | ANNAMYOL | . | 2H | 2007-06-01T11:00 | NOT DONE | TUBE LOST
B | ANNAMYC | 20 | 3H | 2007-06-01 | . | .
B | ANNAMYC | <1 | 4H | 2007-06-01T13:00 | . | .
B | ANNAMYC | 7 | 5H | 2007-06-01T14:00 | . | ."""


@pytest.fixture(scope="module")
def two(make_cut, trial) -> View:
    """A subject with every trouble, and one with samples of two analytes."""
    data = trial_data(f"USUBJID | ARMCD | INFUSIONS\nA | A130 | {THREE}\nB | A130 | {THREE}", pc=ROWS)
    number = len(data["pc"])
    data["pc"] = data["pc"].assign(
        PCSEQ=[float(n) for n in range(1, number + 1)],
        PCLLOQ=1.0,
        PCSTRESU="ng/mL",
        PCRFTDTC="2007-06-01T09:00",
        PCTEST=[{"ANNAMYC": "Annamycin"}.get(code, "Annamycinol") for code in data["pc"]["PCTESTCD"]],
    )
    return View(make_cut(data, trial))


def kinds(view: View, subject: str) -> dict[float, str]:
    table = pk_samples(view).table
    own = table[(table["USUBJID"] == subject) & (table["COURSEDY"] == 1)]
    return dict(zip(own["NRRLT"], own["KIND"], strict=True))


def test_each_trouble_is_named(two):
    assert kinds(two, "A") == {
        0: "BEFORE",
        2: "TAKEN",
        3: "MISTIMED",
        4: "NO VALUE",
        6: "DIFFERENT",
        10: "NOT DONE",
        24: "NO RECORD",
    }
    table = pk_samples(two).table
    assert table.iloc[0]["KIND"] == "BEFORE", "the gravest first"
    late = table[table["KIND"] == "MISTIMED"].iloc[0]
    assert late["DEVMIN"] == pytest.approx(90) and late["NOTE"] == ""
    assert "1 a concentration before the first infusion" in pk_samples(two).sentences[1]


def test_of_two_analytes_the_graver_counts_and_is_named(two):
    assert kinds(two, "B") == {
        0: "TAKEN",
        2: "NOT DONE",
        3: "NOMINAL",
        4: "BELOW",
        5: "TAKEN",
        6: "NO RECORD",
        10: "NO RECORD",
        24: "NO RECORD",
    }
    table = pk_samples(two).table.set_index(["USUBJID", "COURSEDY", "NRRLT"])
    assert table["NOTE"]["B", 1, 2] == "Tube lost; Annamycinol alone"
    assert table["PLANFL"].isna()["B", 1, 5] and "1 not planned" in pk_samples(two).population
    assert "PK samples" in set(outstanding(two).table["KIND"])


def test_nobody_and_nothing_are_said(two, make_cut, trial):
    nobody = View(two.cut, filters=Filters(sites=("none",)))
    assert pk_samples(nobody).finding == "No subjects match the filters."
    bare = make_cut(trial_data(f"USUBJID | ARMCD | INFUSIONS\nS1 | A130 | {THREE}"), trial)
    assert "not collected" in pk_samples(View(bare)).finding
