"""The overview of adverse events: worst grades by subject and group, pooled shares, timelines of every subject."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

import pytest
from drawn import trial_data
from sample_raw import first_infusion, rows

from displays.adverse_events import heat_map, timelines
from displays.adverse_events.heat_map import ae_heat_map
from displays.adverse_events.timelines import ae_timelines
from displays.groups import NOBODY
from queries import Filters, View

CUT = "2008-02-29"


def raw_grades() -> dict[tuple[str, str], list[int]]:
    """(subject, class) → grades of the events since the first infusion, of the raw rows."""
    first, found = first_infusion(CUT), defaultdict(list)
    for event in rows(CUT, "ae").itertuples():
        start = first.get(event.SUBJID)
        if start and event.AESTDTC >= start.isoformat()[: len(event.AESTDTC)]:
            found[event.SUBJID, event.AEBODSYS or "Class not delivered"].append(int(event.AETOXGR or 0))
    return found


def test_each_square_is_the_worst_grade_of_the_raw_rows(views):
    made, found = ae_heat_map(views[CUT]), raw_grades()
    assert {(row.SUBJID, row.GRP): (row.WORST, row.NEVENT) for row in made.table.itertuples()} == {
        key: (max(grades), len(grades)) for key, grades in found.items()
    }
    squares = made.figure.data[0]
    assert len(squares.x) == len(made.table) and squares.customdata[0][0] == made.table["USUBJID"].iloc[0]
    assert list(squares.text) == [str(grade) for grade in made.table["WORST"]] and made.figure.layout.height <= 560
    worst = defaultdict(int)
    for (name, _), grades in found.items():
        worst[name] = max(worst[name], *grades)
    n5, n4, n3 = ([*worst.values()].count(grade) for grade in (5, 4, 3))
    assert made.sentences[0] == f"Worst grade 5 in {n5}, 4 in {n4} and 3 in {n3} of 35 treated subjects."
    assert sum(width > 1 for width in squares.marker.line.width) == (made.table["SINCE"] != "").sum() > 0


def test_groups_come_worst_first_and_subjects_by_dose_then_disease(views):
    made = ae_heat_map(views[CUT], "interest")
    groups = made.table.assign(SEVERE=made.table["SEVEREFL"] == "Y").groupby("GRP", sort=False)["SEVERE"].sum()
    assert groups.is_monotonic_decreasing and groups.index[0] == "Febrile neutropenia and infection"
    people = views[CUT].ask("ae_worst", by="class").drop_duplicates("USUBJID")
    order = list(zip(people["TRTAN"], people["DISEASE"], strict=True))
    assert order == sorted(order) and len(order) == 35


def test_of_many_subjects_the_shares_of_each_dose_are_drawn_and_name_their_subjects(views, monkeypatch):
    monkeypatch.setattr(heat_map, "MOST_SUBJECTS", 34)
    made, found = ae_heat_map(views[CUT]), raw_grades()
    level = views[CUT].cut.table("adsl").set_index("SUBJID")["TRTA"]
    for place, row in enumerate(made.table.itertuples()):
        severe = {name for (name, group), grades in found.items() if group == row.GRP and max(grades) >= 3}
        own = {name for name in severe if level[name] == row.TRTA}
        treated = int((views[CUT].cut.table("adsl").query("SAFFL == 'Y'")["TRTA"] == row.TRTA).sum())
        assert (row.N3, row.NTREATED, len(made.behind.get(f"SHARE {place}", ()))) == (len(own), treated, len(own))
    assert "more than 34" in made.population and len(made.table) > 40


# --- timelines -----------------------------------------------------------------------------------


def test_every_event_infusion_and_last_day_is_that_of_the_raw_rows(views):
    asked, first = views[CUT].ask("ae_timeline", events="all", most=1000), first_infusion(CUT)
    events = asked[asked["KIND"] == "EVENT"]
    ae = rows(CUT, "ae")
    whole = ae[ae["AESTDTC"].str.len() >= 10]
    expected = [
        (event.SUBJID, (date.fromisoformat(event.AESTDTC[:10]) - first[event.SUBJID]).days + 1)
        for event in whole.itertuples()
        if event.SUBJID in first and event.AESTDTC[:10] >= first[event.SUBJID].isoformat()
    ]
    found = sorted(zip(events["SUBJID"], events["ADY"], strict=True))
    assert len(found) == sum(len(grades) for grades in raw_grades().values()) and set(expected) <= set(found)
    ongoing = ae[(ae["AEENDTC"] == "") & (ae["AETOXGR"] != "5") & (ae["AEOUT"] != "FATAL")]
    ongoing = ongoing[~ongoing["AEOUT"].isin(["RECOVERED/RESOLVED", "RECOVERED/RESOLVED WITH SEQUELAE"])]
    alive = set(first) - set(rows(CUT, "dm").query("DTHFL == 'Y'")["SUBJID"])
    assert (events["ONGOFL"] == "Y").sum() == len(ongoing[ongoing["SUBJID"].isin(alive)]) > 0
    ex = rows(CUT, "ex").query("EXDOSE > 0")
    given = {
        (row.SUBJID, (date.fromisoformat(row.EXSTDTC[:10]) - first[row.SUBJID]).days + 1) for row in ex.itertuples()
    }
    infusions = asked[asked["KIND"] == "INFUSION"]
    assert set(zip(infusions["SUBJID"], infusions["ADY"], strict=True)) == given
    dead = rows(CUT, "dm").query("DTHDTC != '' and SUBJID in @first")
    ends = asked[(asked["KIND"] == "END") & (asked["DTHDAYFL"] == "Y")].set_index("SUBJID")["ADY"]
    assert ends.to_dict() == {
        row.SUBJID: (date.fromisoformat(row.DTHDTC) - first[row.SUBJID]).days + 1 for row in dead.itertuples()
    }


PEOPLE = "USUBJID | ARMCD | INFUSIONS\n" + "\n".join(f"S{n} | A130 | 2007-06-01" for n in range(1, 6))
EVENTS = """
USUBJID | AESEQ | AETERM | AETOXGR | AESER | AEREL   | AESTDTC    | AEENDTC    | AEOUT
S1      | 1     | Rash   | 1       | N     | RELATED | 2007-06-02 | 2007-06-05 | .
S1      | 2     | Sepsis | 4       | Y     | .       | 2007-07-20 | .          | .
S2      | 1     | Nausea | 2       | N     | NONE    | .          | .          | .
S1      | 3     | Cough  | 1       | N     | .       | 2007-07-01 | .          | RECOVERED/RESOLVED
S3      | 1     | Sepsis | 5       | Y     | RELATED | 2007-06-09 | .          | FATAL
S3      | 2     | Rash   | 1       | N     | .       | 2007-06-03 | .          | NOT RECOVERED/NOT RESOLVED
S4      | 1     | Fever  | .       | .     | .       | 2007-06    | .          | .
"""


@pytest.fixture(scope="module")
def drawn(make_cut, trial) -> View:
    data = trial_data(PEOPLE, EVENTS)
    data["dm"] = data["dm"].assign(DTHFL=["", "", "Y", "", "Y"], DTHDTC=["", "", "2007-06-12", "", ""])
    return View(make_cut(data, trial, date(2007, 6, 1) + timedelta(days=59)))


def test_a_timeline_says_what_is_not_known_and_what_has_not_ended(drawn):
    made = ae_timelines(drawn)
    table = made.table.set_index(["SUBJID", "AEDECOD"])
    assert list(table.loc[("S1", "Sepsis"), ["GRADE", "ONGOING", "AESERC", "RELATED"]]) == [
        "4",
        "yes",
        "yes",
        "not known",
    ]
    assert table.loc[("S1", "Cough"), "ONGOING"] == table.loc[("S3", "Rash"), "ONGOING"] == "no"
    assert table.loc[("S3", "Sepsis"), "ONGOING"] == "no" and table.loc[("S4", "Fever"), "GRADE"] == "not graded"
    assert "1 event without a day, not drawn" in made.population and "Died on a day not known: S5." in made.population
    assert made.sentences[0].startswith("4 of 6 adverse events in 5 treated subjects began by day 28; 2 serious, 2 ong")
    assert "S1 Sepsis (grade 4, day 50)" in made.finding
    severe = ae_timelines(drawn, "severe", "first")
    assert set(severe.table["AEDECOD"]) == {"Sepsis"} and severe.figure.layout.xaxis.range[1] < 62
    dead = next(trace for trace in made.figure.data if trace.name == "Death")
    assert list(dead.x) == [12] and [one[0] for one in dead.customdata] == ["S3"]


def test_of_many_subjects_those_with_the_worst_events_are_drawn(drawn, monkeypatch):
    monkeypatch.setattr(timelines, "MOST_SUBJECTS", 2)
    made = ae_timelines(drawn)
    assert set(made.table["SUBJID"]) == {"S3", "S1"} and "The 2 of 5 treated subjects with the worst" in made.population


def test_nobody_is_said(drawn):
    nobody = View(drawn.cut, filters=Filters(sites=("none",)))
    assert ae_heat_map(nobody).finding == NOBODY == ae_timelines(nobody).finding


def test_an_ungraded_event_is_a_question_mark(drawn):
    made = ae_heat_map(drawn)
    fever = made.table.index[made.table["SUBJID"] == "S4"][0]
    assert made.figure.data[0].text[fever] == "?" and made.table.loc[fever, "GRADE"] == "not graded"
    assert "1 square with an ungraded event." in made.population
