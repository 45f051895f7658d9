"""Exposure by dose level and by subject, against the raw infusions of the sample trial and with nothing known."""

from __future__ import annotations

from statistics import median

import pandas
import pytest
from drawn import THREE, trial_data
from drawn import drawn as table_of
from sample_raw import KNOWN, day, given, rows

from displays.adverse_events.exposure import exposure_by_subject
from displays.adverse_events.exposure_by_dose import exposure_by_dose
from displays.escalation.cumulative_dose import cumulative_dose
from displays.groups import NOBODY
from displays.subject.course import subject_course
from queries import Filters, View
from trial import Trial

CUT = "2008-02-29"
LEVELS = {"130": 130.0, "160": 160.0, "190": 190.0, "230": 230.0}


@pytest.fixture(scope="module")
def raw_courses() -> dict[str, list[tuple]]:
    """Subject → (start of the course, doses given) of each course of the raw rows, by the name of the visit."""
    ex = given(CUT).assign(NUMBER=lambda frame: frame["VISIT"].str.extract(r"COURSE (\d)")[0].astype(int))
    found: dict[str, list[tuple]] = {}
    for (name, _), part in ex.groupby(["SUBJID", "NUMBER"]):
        found.setdefault(name, []).append((min(map(day, part["EXSTDTC"])), list(part["EXDOSE"])))
    return found


def raw_subject(courses: list[tuple], level: float) -> dict:
    starts, doses = [start for start, _ in courses], [dose for _, course in courses for dose in course]
    between = [(later - earlier).days for earlier, later in zip(starts, starts[1:], strict=False)]
    time = (starts[-1] - starts[0]).days + 28
    return dict(
        NCOURSE=len(courses),
        GIVEN=sum(doses),
        NLATE=sum(days > 35 for days in between),
        INTERVALS=", ".join(map(str, between)) or None,
        DOSESHR=sum(doses) / (level * 3 * len(courses)),
        RDI=(sum(doses) / time) / (level * 3 / 28),
        LOWER=sum(dose < 0.95 * level for dose in doses),
    )


def test_each_subjects_exposure_is_that_of_the_raw_infusions(views, raw_courses):
    made = exposure_by_subject(views[CUT])
    table = made.table.set_index("SUBJID")
    arms = rows(CUT, "dm").set_index("SUBJID")["ACTARMCD"].str.removeprefix("A").str[:3]
    assert set(table.index) == set(raw_courses) and len(table) == 35
    for name, courses in raw_courses.items():
        row, expected = table.loc[name], raw_subject(courses, LEVELS[arms[name]])
        assert (row["NCOURSE"], row["GIVEN"], row["NLATE"]) == tuple(
            expected[key] for key in ("NCOURSE", "GIVEN", "NLATE")
        )
        assert (None if pandas.isna(row["INTERVALS"]) else row["INTERVALS"]) == expected["INTERVALS"]
        assert (row["DOSESHR"], row["RDI"]) == pytest.approx((expected["DOSESHR"], expected["RDI"]))
        assert row["NREDUCED"] + row["NINTER"] == expected["LOWER"]
        told = KNOWN["cuts"][CUT]["exposure"][name]
        assert (row["NCOURSE"], row["GIVEN"]) == pytest.approx((told["courses"], told["given"]))
    adjusted = rows(CUT, "ex").query("EXADJ != ''").groupby("SUBJID")["EXADJ"].agg(set)
    told = table["REASONS"].dropna()
    assert {name: set(text.split("; ")) for name, text in told.items()} == adjusted.to_dict()
    changed = [bool(row.NREDUCED or row.NINTER or row.NMISSED) for row in made.table.itertuples()]
    assert changed == sorted(changed, reverse=True) and set(made.table["SUBJID"][changed]) == set(adjusted.index)


def test_each_dose_level_is_the_sum_of_its_subjects_and_names_them(views):
    by_subject, made = exposure_by_subject(views[CUT]).table, exposure_by_dose(views[CUT])
    for place, row in enumerate(made.table.itertuples()):
        own = by_subject if row.TRTA == "All" else by_subject[by_subject["TRTA"] == row.TRTA]
        assert row.NTREATED == len(own) and row.COURSES.startswith(f"{own['NCOURSE'].sum()} (median ")
        later = own[own["NCOURSE"] > 1]
        for words, column, of in (
            ("REDUCED", "NREDUCED", own),
            ("INTERRUPTED", "NINTER", own),
            ("MISSED", "NMISSED", own),
            ("LATE", "NLATE", later),
        ):
            some = own[own[column] > 0]
            assert getattr(row, words).startswith(f"{len(some)} of {len(of)} (")
            assert set(made.behind.get(f"{words} {place}", ())) == set(some["USUBJID"])
        assert row.INTENSITY.startswith(f"{int(100 * median(own['RDI']) + 0.5)} %")
    assert made.table["SINCE"].iloc[-1] == "+10 courses"


@pytest.fixture(scope="module")
def drawn(make_cut, trial) -> View:
    """Without the days planned between courses; a dose that is not known, an infusion missed without a reason."""
    text = trial.text.replace("course_days = 28", "")
    data = trial_data(f"USUBJID | ARMCD | INFUSIONS\nS1 | A130 | {THREE},2007-08-01\nS2 | A130 | 2007-06-01,2007-06-02")
    data["ex"].loc[data["ex"]["USUBJID"].eq("S2") & data["ex"]["EXSEQ"].eq(2), "EXDOSE"] = None
    return View(make_cut(data, Trial.parse(text)))


def test_what_is_not_known_of_an_exposure_is_said(drawn):
    by_dose, made = exposure_by_dose(drawn), exposure_by_subject(drawn)
    table = made.table.set_index("SUBJID")
    assert table.loc["S1", "CHANGES"] == "2 infusions missed" and table.loc["S1", "BETWEEN"] == "61"
    assert table.loc["S2", "DOSEGIVEN"] == "not known" and "dose of 1 infusion not known" in table.loc["S2", "CHANGES"]
    assert "not known: S2" in made.population and "delays cannot be assessed" in by_dose.population
    row = by_dose.table.iloc[0]
    assert (row["LATE"], row["INTENSITY"]) == ("not stated", "not stated") and "1 not known" in row["DOSED"]
    assert "delayed" not in by_dose.finding and len(by_dose.table) == 1
    nobody = View(drawn.cut, filters=Filters(sites=("none",)))
    assert exposure_by_dose(nobody).finding == NOBODY == exposure_by_subject(nobody).finding


PARTS = """
USUBJID | EXSEQ | EXDOSE | EXSTDTC          | EXADJ
E1      | 2     | 65     | 2007-06-02T09:00 | INFUSION INTERRUPTED
E1      | 3     | 65     | 2007-06-02T11:00 | .
E1      | 4     | 130    | 2007-06-03       | .
E2      | 2     | 65     | 2007-06-02T09:00 | INFUSION INTERRUPTED
E2      | 3     | 65     | 2007-06-02T11:00 | .
E3      | 2     | 65     | 2007-06          | .
E3      | 3     | 60     | 2007-06          | .
"""


@pytest.fixture(scope="module")
def in_parts(make_cut, trial) -> View:
    """On day 2 an infusion was interrupted and completed, two records of EX: E1 got all, E2 never the third day."""
    data = trial_data("USUBJID | ARMCD | INFUSIONS\n" + "\n".join(f"E{n} | A130 | 2007-06-01" for n in (1, 2, 3)))
    rows_of_parts = table_of(PARTS).assign(EXTRT="DRUG", EXDOSU="mg/m2")
    data["ex"] = pandas.concat([data["ex"].assign(EXADJ=""), rows_of_parts], ignore_index=True)
    return View(make_cut(data, trial))


def test_the_infusion_of_a_day_is_one_in_however_many_records(in_parts):
    table = exposure_by_subject(in_parts).table.set_index("SUBJID")
    assert table.loc["E1", ["DOSEGIVEN", "CHANGES"]].tolist() == ["390 of 390 (100 %)", "1 infusion interrupted"]
    assert table.loc["E2", ["DOSEGIVEN", "CHANGES"]].tolist() == [
        "260 of 390 (67 %)",
        "1 infusion interrupted; 1 infusion missed",
    ]
    assert (table["REASONS"].dropna() == "INFUSION INTERRUPTED").all() and table["NGIVEN"].to_dict()["E1"] == 3
    assert exposure_by_dose(in_parts).table["MISSED"].iloc[0].startswith("1 of 3 (")
    given = cumulative_dose(in_parts).table.query("KIND == 'Infusion'").groupby("SUBJID")
    assert given["CUMDOSE"].agg(list).loc[["E1", "E2"]].tolist() == [[130, 260, 390], [130, 260]]
    assert given["DOSE"].agg(list)["E1"] == [130, 130, 130]


def test_records_of_a_partial_date_are_not_put_together(in_parts):
    assert exposure_by_subject(in_parts).table.set_index("SUBJID").loc["E3", "NGIVEN"] == 3


def test_a_subjects_own_page_counts_days_too(in_parts):
    assert subject_course(in_parts, "E1").finding.startswith("3 infusions from day 1 to day 3.")
    assert in_parts.ask("subject_header", usubjid="E1")["NDOSE"].tolist() == [3]
