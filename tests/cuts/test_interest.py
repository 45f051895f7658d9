"""Special interest: onset, duration, outcome and recurrence, and cumulative incidence with death competing."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import pandas
import pytest
from drawn import trial_data
from sample_raw import day, first_infusion, given, rows

from displays.adverse_events.interest_course import interest_course
from displays.adverse_events.interest_incidence import category_options, interest_incidence
from displays.adverse_events.special_interest import special_interest
from displays.adverse_events.timelines import ae_timelines
from displays.groups import NOBODY
from queries import Filters, View

CUT = "2008-02-29"


@pytest.fixture(scope="module")
def raw_events(views) -> dict[tuple[str, str], list]:
    """(subject, category) → raw rows of AE since the first infusion; the category alone is the cut's."""
    category = views[CUT].cut.table("adae").merge(views[CUT].cut.table("adsl")[["USUBJID", "SUBJID"]], on="USUBJID")
    category = category.set_index(["SUBJID", "AESEQ"])["AESICAT"].dropna()
    first, found = first_infusion(CUT), defaultdict(list)
    for event in rows(CUT, "ae").itertuples():
        key = event.SUBJID, int(event.AESEQ)
        if key in category.index and event.SUBJID in first and day(event.AESTDTC) >= first[event.SUBJID]:
            found[event.SUBJID, category[key]].append(event)
    return found


def test_onset_duration_courses_and_recurrence_are_those_of_the_raw_rows(views, raw_events):
    table, first = interest_course(views[CUT]).table.set_index(["SUBJID", "AESICAT"]), first_infusion(CUT)
    starts = given(CUT).assign(NUMBER=lambda ex: ex["VISIT"].str.extract(r"COURSE (\d)")[0].astype(int))
    starts = starts.groupby(["SUBJID", "NUMBER"])["EXSTDTC"].min().map(day)
    assert set(table.index) == set(raw_events) and len(table) > 50
    for key, events in raw_events.items():
        row, begun = table.loc[key], min(day(event.AESTDTC) for event in events)
        assert row["FIRSTDY"] == (begun - first[key[0]]).days + 1
        courses = [max(n for n, start in starts[key[0]].items() if start <= day(event.AESTDTC)) for event in events]
        assert row["COURSES"] == ", ".join(map(str, sorted(set(courses)))) and row["NCOURSE"] == len(starts[key[0]])
        never = "no" if len(starts[key[0]]) > min(courses) else "no later course"
        assert row["RECUR"] == ("yes" if len(set(courses)) > 1 else never)
        initial = [event for event in events if day(event.AESTDTC) == begun]
        ends = {(day(event.AEENDTC) - begun).days + 1 for event in initial if event.AEENDTC}
        assert row["DURATION"] in ends if pandas.notna(row["DURATION"]) else len(ends) < len(initial)
        assert row["WORST"] == max(int(event.AETOXGR) for event in events) and row["NEVENT"] == len(events)


def naive_incidence(people: list[tuple[int, str]], until: int) -> float:
    """Share with the event by a day, in plain words: at each day the free share times the hazard of the event."""
    free, incidence = 1.0, 0.0
    for now in sorted({days for days, _ in people if days <= until}):
        at_risk = sum(days >= now for days, _ in people)
        events, deaths = (sum(one == (now, cause) for one in people) for cause in ("Event", "Death"))
        incidence += free * events / at_risk
        free *= 1 - (events + deaths) / at_risk
    return incidence


@pytest.mark.parametrize("grade", ["any", "severe"])
def test_incidence_is_the_plain_product_over_the_raw_rows(views, raw_events, grade):
    made, first = interest_incidence(views[CUT], "Mucositis", grade), first_infusion(CUT)
    asked = views[CUT].ask("ae_interest_times", category="Mucositis", grade=grade).set_index("SUBJID")
    people = {}
    for name in first:
        own = [event for event in raw_events.get((name, "Mucositis"), []) if grade == "any" or int(event.AETOXGR) >= 3]
        if own:
            people[name] = (min(day(event.AESTDTC) for event in own) - first[name]).days + 1, "Event"
    dead = rows(CUT, "dm").query("DTHDTC != ''")
    for name, text in zip(dead["SUBJID"], dead["DTHDTC"], strict=True):
        if name in first and name not in people:
            people[name] = (day(text) - first[name]).days + 1, "Death"
    told = asked[asked["EVNTDESC"] != "Followed"]
    assert {name: (row.DAYS, row.EVNTDESC) for name, row in told.iterrows()} == people and len(asked) == len(first)
    everybody = list(zip(asked["DAYS"], asked["EVNTDESC"], strict=True))
    whole = made.table.iloc[0]
    assert whole["INWINDOW"] == pytest.approx(naive_incidence(everybody, 28))
    assert whole["LATEST"] == pytest.approx(naive_incidence(everybody, 10**6))
    assert (whole["NEVENT"], whole["NDEATH"]) == tuple(
        sum(cause == code for _, cause in people.values()) for code in ("Event", "Death")
    )
    marks = next(trace for trace in made.figure.data if trace.customdata is not None and trace.mode == "markers")
    ringed = [trace for trace in made.figure.data if trace.meta == "changed"]
    assert len(marks.x) == whole["NEVENT"]
    assert sum(len(trace.x) for trace in ringed) == int(whole["SINCE"].removeprefix("+") or 0)


PEOPLE = """
USUBJID | ARMCD | INFUSIONS             | DTHFL | DTHDTC
S1      | A130  | 2007-06-01,2007-07-01 | .     | .
S2      | A130  | 2007-06-01            | .     | .
S3      | A160  | 2007-06-01,2007-07-01 | Y     | .
S4      | A160  | 2007-06-01            | Y     | 2007-06-20
"""
EVENTS = """
USUBJID | AESEQ | AETERM     | AETOXGR | AESTDTC    | AEENDTC    | AEOUT
S1      | 1     | Stomatitis | 2       | 2007-06-05 | 2007-06-09 | RECOVERED/RESOLVED
S1      | 2     | Stomatitis | 3       | 2007-07-05 | .          | NOT RECOVERED/NOT RESOLVED
S2      | 1     | Stomatitis | .       | .          | .          | .
S3      | 1     | Stomatitis | 1       | 2007-06    | 2007-06    | .
S4      | 1     | Nausea     | 1       | 2007-06-02 | .          | .
"""


@pytest.fixture(scope="module")
def drawn(make_cut, trial) -> View:
    return View(make_cut(trial_data(PEOPLE, EVENTS), trial, date(2007, 7, 31)))


def test_what_is_not_known_of_an_event_of_special_interest_is_said(drawn):
    made = interest_course(drawn)
    columns = ["GRADE", "FIRST", "LASTED", "OUTCOME", "AFFECTED", "RECUR"]
    assert made.table.set_index("SUBJID")[columns].T.to_dict("list") == {
        "S1": ["3", "day 5", "5 days", "Not recovered", "1, 2 of 2", "yes"],
        "S2": ["not graded", "not known", "not known", "Not stated", "1 of 1", "no later course"],
        "S3": ["1", "from day 1", "not known", "Not stated", "1 of unknown course", "not known"],
    }
    assert "First onset not known in 1. With an event of unknown course: 1." in made.population
    assert "again in a later course: mucositis 1 of 1" in made.finding.lower()


def test_who_is_not_on_the_curve_is_named(drawn):
    made = interest_incidence(drawn)
    assert category_options(drawn) == (("Mucositis", "Mucositis"),)
    assert made.sentences[0].startswith("Mucositis: 2 of 3 subjects") and "not counted here: S2" in made.finding
    assert "not on the curve: S2" in made.population and "not known, followed" not in made.population
    assert made.table.set_index("TRTA").loc["All", ["N", "NEVENT", "NDEATH"]].tolist() == [3, 2, 1]
    one = interest_incidence(View(drawn.cut, filters=Filters(doses=("130 mg/m²/day",))))
    assert ("By dose" in made.finding) == (len(made.table) > 1) and "By dose" not in one.finding
    severe = interest_incidence(drawn, "Mucositis", "severe")
    assert "followed to the last contact: S3" in severe.population and severe.table["NEVENT"].iloc[0] == 1
    nobody = View(drawn.cut, filters=Filters(sites=("none",)))
    assert interest_incidence(nobody).finding == NOBODY == interest_course(nobody).finding
    assert category_options(nobody) == ()


UNGRADED = """
USUBJID | AESEQ | AETERM     | AETOXGR | AESER | AESTDTC
S1      | 1     | Stomatitis | .       | N     | 2007-06-10
S2      | 1     | Stomatitis | 3       | N     | 2007-06-10
S3      | 1     | Stomatitis | 1       | N     | 2007-06-10
"""


@pytest.fixture(scope="module")
def ungraded(make_cut, trial) -> View:
    """One of three subjects has an ungraded event alone; nobody was seen after day 10."""
    people = "\n".join(["USUBJID | ARMCD | INFUSIONS", *(f"S{n} | A130 | 2007-06-01" for n in (1, 2, 3))])
    return View(make_cut(trial_data(people, UNGRADED), trial, date(2007, 7, 31)))


def test_an_ungraded_event_is_named_beside_those_of_grade_3_or_worse(ungraded):
    beside = "With an ungraded event and none of grade 3 or worse"
    severe = interest_incidence(ungraded, "Mucositis", "severe")
    assert f"{beside}, not counted here: S1." in severe.finding
    assert beside not in interest_incidence(ungraded, "Mucositis").finding
    assert f"{beside}: mucositis (1)." in special_interest(ungraded).finding
    assert "1 event without a grade in 1 subject is not shown." in ae_timelines(ungraded, "severe").finding
    assert "without a grade" not in ae_timelines(ungraded).finding
    alone = View(ungraded.cut, filters=Filters(subjects=("S1",)))
    assert interest_incidence(alone, "Mucositis", "severe").finding == (
        f"No mucositis of grade 3 or worse with a known day in 1 treated subject. {beside}, not counted here: S1."
    )
    assert f"{beside}: mucositis (1)." in special_interest(alone).finding
    assert ae_timelines(alone, "severe").finding == (
        "No adverse event of grade 3 or worse, or serious, with a day in 1 treated subject. "
        "1 event without a grade in 1 subject is not shown."
    )


def test_an_incidence_by_a_day_that_nobody_was_followed_to_is_said_in_words(ungraded):
    severe = interest_incidence(ungraded, "Mucositis", "severe")
    assert severe.sentences[0] == (
        "Mucositis of grade 3 or worse: 1 of 3 treated subjects; nobody was followed to day 28."
    )
    # nobody was left who could have had it later
    everybody = interest_incidence(ungraded, "Mucositis")
    assert everybody.sentences[0].startswith("Mucositis: 3 of 3 treated subjects; 100 % by day 28")
