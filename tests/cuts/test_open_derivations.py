"""All that an open session is told, added and subtracted within a cut and from cut to cut, singles out no child."""

from __future__ import annotations

import shutil
from datetime import date, timedelta

import pandas
import pytest
from derived import Cell, cells_of, children, leaks
from overview_frames import CUTS, day
from rule_trials import drawn_trial

from displays.conduct.baseline import baseline
from displays.conduct.changes import records_changed
from displays.conduct.flow import subject_flow
from displays.groups import HELD_BACK
from displays.summary.overview import FEW, what_changed
from queries import Cut, View, open_cut
from queries.open_file import QUESTIONS
from queries.open_held import FEWEST, STAYING, Known, groups, held_back, held_of
from queries.open_pooled import by_months, outstanding, sites_together
from queries.open_session import open_answers

OF_CHILDREN = {
    "accrual_by_site": {"ENROLLED", "NSITES"},
    "accrual_over_time": {"NUMBER", "CUMULATIVE"},
    "flow_counts": {"SORT", "NUMBER", "OUTOF"},
    "overview_adverse_events": {"SUBJECTS", "SUBJECTS3", "OUTOF", "EVENTS", "UNGRADED", "IMPLIED", "UNCODED"},
    "overview_baseline": {"SORT", "NUMBER", "OUTOF", "MEDIAN", "WITHIN"},
    "overview_measures": {"SORT", "NUMBER", "OUTOF"},
}
"""Answer → its columns of numbers, which the cells of derived.py are about: a new one has to be thought of there."""
OF_THE_TRIAL = {
    "currency_by_site": "one row of the whole trial: counts of assessments; those of children are held back (below)",
    "currency_scope": "which schedules and domains the trial has",
    "overview_collected": "which domains came",
    "remission_doubt_counts": "one row of all remissions",
}


@pytest.fixture(scope="module")
def planted(file_of_cut, trial, tmp_path_factory) -> list[Cut]:
    """Two cuts made to give children away: of eight treated two more, an enrolled child who died untreated, a term that
    everybody has, one more whose treatment ended, a site of three."""
    folder = tmp_path_factory.mktemp("planted")
    return [_planted(file_of_cut, trial, folder, text) for text in ("A130 NNNNTN | A160 NT", "A130 NNNNTN | A160 NTTN")]


def _planted(file_of_cut, trial, folder, text: str) -> Cut:
    data, cut = drawn_trial(text)
    people = list(data["dm"]["USUBJID"])
    data["dm"] = data["dm"].assign(
        SITEID=["101" if name < "S05" else "102" for name in people],
        SEX=["F" if name < "S04" else "M" for name in people],
    )
    first = data["ae"].drop_duplicates("USUBJID")
    data["ae"] = pandas.concat([data["ae"], first.assign(AESEQ=9.0, AETERM="Mucositis", AEDECOD="Mucositis")])
    ended = people[: len(people) - 3 if len(people) == 8 else len(people) - 4]
    rows = [
        dict(USUBJID=name, DSSEQ=2.0, DSCAT="DISPOSITION EVENT", EPOCH="TREATMENT", DSDECOD=why, DSSTDTC=str(when))
        for name, why, when in zip(ended, ["COMPLETED"] * 5 + ["DEATH"], [cut - timedelta(days=2)] * 6, strict=False)
    ]
    if len(people) > 8:
        data["dm"] = pandas.concat(
            [data["dm"], pandas.DataFrame([dict(USUBJID="S90", SITEID="102", SEX="F", ARMCD="A160", DTHFL="Y")])]
        )
        rows.append(dict(USUBJID="S90", DSSEQ=1.0, DSCAT="PROTOCOL MILESTONE", DSDECOD="ENROLLED", DSSTDTC=str(cut)))
    data["ds"] = pandas.DataFrame(rows)
    path = file_of_cut(data, trial, cut).path
    return open_cut(shutil.copy(path, folder))


def all_cells(cuts: list[Cut], told) -> list[Cell]:
    return [cell for time, cut in enumerate(cuts) for cell in cells_of(cut, told(cut), time)]


def untouched(cut: Cut) -> dict:
    """The answers as they are for a closed session."""
    return {name: cut.ask(name) for name in QUESTIONS}


def test_the_sample_trial_gives_no_child_away(sample_cuts):
    cells = all_cells(list(sample_cuts.values()), open_answers)
    assert len(cells) > 130 and leaks(cells) == []


def test_cuts_made_to_give_children_away_do_not(planted):
    cells = all_cells(planted, open_answers)
    assert len(cells) > 9 and leaks(cells) == []


def test_the_search_finds_what_was_planted(planted, sample_cuts):
    """The same cuts with the answers of a closed session: each way to a child is found."""
    found = "\n".join(leaks(all_cells(planted, untouched)))
    for thing in (
        "died of 1: ",  # of all enrolled, less those of the treated
        "Sex Male of 2: ",  # the treated of the later cut, less those of the earlier
        "DLT of 2: ",
        "COMPLETED of 1: ",
        "treated of 3: +sites 0",
        "mucositis subjects: 2 or more of 2 new at 1",
    ):
        assert thing.lower() in found.lower(), thing
    assert any(words.startswith("treated of ") for words in leaks(all_cells(list(sample_cuts.values()), untouched)))


def test_every_number_that_is_told_is_of_children_that_are_counted_or_of_the_trial(planted):
    for name, answer in open_answers(planted[0]).items():
        if name in OF_CHILDREN:
            assert set(answer.select_dtypes("number").columns) == OF_CHILDREN[name], name
    assert {*OF_CHILDREN, *OF_THE_TRIAL} == set(QUESTIONS)


def test_sites_and_months_are_of_five_or_more(sample_cuts, planted):
    for cut in (*sample_cuts.values(), *planted):
        told, enrolled = open_answers(cut), len(children(cut)["enrolled"])
        for name, column in (("accrual_by_site", "ENROLLED"), ("accrual_over_time", "NUMBER")):
            numbers = told[name][column]
            assert numbers.sum() == enrolled and not numbers.between(1, FEWEST - 1).any()


def test_what_is_held_back_is_said(planted):
    now = View(planted[1], planted[0]).pooled()
    assert now.held == {"baseline", "dlt", "reasons", "records", "terms"} and now.held_before == frozenset()
    assert records_changed(now).finding == HELD_BACK
    assert baseline(now).finding == HELD_BACK and baseline(View(planted[0]).pooled()).finding != HELD_BACK
    flow = subject_flow(now)
    assert (
        "fewer than five: DLT evaluation, end of treatment, end of study and reasons why treatment ended."
        in flow.population
    )
    notes = what_changed(now).table.set_index("MEASURE")
    assert notes.NOTE["Subjects with a DLT"] == FEW and notes.NOW["Subjects with a DLT"] == "–"
    assert notes.NOW["Deaths"] == 1 and notes.DENOM["Deaths"] == "of 10 treated"


def drawn(*names: str) -> dict[str, frozenset[str]]:
    """Groups of which all are the same children, a letter each."""
    return dict.fromkeys((name for names in STAYING.values() for name in names), frozenset(*names))


def test_what_was_held_back_is_told_once_five_have_come_since_it_was_told():
    all_held = {"baseline", "dlt", "reasons", "records"}
    assert held_back([drawn("abcd")]) == all_held and held_back([drawn("abcde")]) == held_back([drawn("")]) == set()
    assert held_back([drawn("abcde"), drawn("abcdefg")]) == all_held
    assert held_back([drawn("abcde"), drawn("abcdefg"), drawn("abcdefghij")]) == set()
    assert held_back([drawn("abcde"), drawn("abcdefg"), drawn("abcdefghi")]) == all_held
    assert held_back([drawn("abcdef"), drawn("bcdef")]) == all_held, "one is gone"
    assert held_back([drawn("abcde"), drawn("abcde")]) == set() and held_back([None, drawn("abcde")]) == all_held


def test_what_may_still_come_is_held_back_where_more_would_be_of_those_who_came_since():
    def rest(before: dict[str, int], now: dict[str, int], *people: str):
        found = zip(people, (before, now), strict=True)
        history = [Known({"treated": frozenset(names)}, {"events": numbers}) for names, numbers in found]
        told = held_of(history, "events")
        return told.all, sorted(told.names)

    two, five = ("abcdefghij", "abcdefghijkl"), ("abcdefghij", "abcdefghijklmno")
    assert rest({"rash": 5}, {"rash": 7}, *two) == (False, []) and rest({"rash": 10}, {"rash": 15}, *five) == (
        False,
        [],
    )
    assert rest({"rash": 6}, {"rash": 7}, *two) == (False, ["rash"]), "four without it, whatever became of them"
    assert rest({"rash": 10}, {"rash": 12, "fall": 1}, *two) == (False, ["rash"])
    assert rest({"rash": 1, "fall": 0}, {"rash": 11, "fall": 1}, *two)[0], "which one it was is not told"
    assert rest({}, {"rash": 1}, "", "abcd")[0] and rest({}, {}, "", "") == (False, [])


def test_months_are_put_together_until_five_were_enrolled():
    def told(*numbers: int, last: date = date(2008, 2, 29)) -> list[tuple[str, int]]:
        months = pandas.date_range("2007-03-10", periods=len(numbers), freq="MS") + pandas.Timedelta(days=9)
        rows = pandas.DataFrame({"ENRLDT": months, "NUMBER": numbers}).query("NUMBER > 0")
        found = by_months(rows.assign(CUMULATIVE=rows["NUMBER"].cumsum()), last)
        assert found["CUMULATIVE"].iloc[-1] == sum(numbers) if len(found) else not sum(numbers)
        return [(f"{row.ENRLDT:%m-%d}", row.NUMBER) for row in found.itertuples()]

    assert told(5, 6) == [("04-30", 5), ("05-31", 6)] and told() == []
    assert (
        told(2, 2, 2, 5) == [("06-30", 6), ("07-31", 5)]
        and told(5, 1, 1) == [("06-30", 7)]
        and told(3) == [("04-30", 3)]
    )
    assert told(5, 5, last=date(2007, 5, 20)) == [("04-30", 5), ("05-20", 5)]


def test_sites_are_put_together_until_they_have_five_subjects():
    def told(**enrolled: int) -> list[tuple[str, int]]:
        rows = pandas.DataFrame({"SITEID": list(enrolled), "ENROLLED": list(enrolled.values())})
        rows = rows.assign(SITENAM=rows["SITEID"], OPENDT=pandas.NaT, ISOPEN=True)
        return [(row.SITEID, row.ENROLLED) for row in sites_together(rows).itertuples()]

    assert told(a=5, b=6) == [("a", 5), ("b", 6)] and told(a=1, b=5, c=6) == [("c", 6), ("few", 6)]
    assert told(a=4, b=4, c=9) == [("c", 9), ("few", 8)] and told(a=2, b=0) == [("b", 0), ("few", 2)]


def test_the_groups_are_those_of_plain_counting(sample_cuts):
    for cut in sample_cuts.values():
        told, counted = groups(cut), children(cut)
        for name in ("treated", "evaluated", "evaluable", "ended", "response"):
            assert told[name] == counted[name], name
    assert len(told["treated"]) == 35 and day(CUTS[2]) == cut.date


def test_who_had_a_baseline_is_not_told_where_its_results_are_held_back_and_further_courses_never(views):
    sites = views["2008-02-29"].cut.ask("currency_by_site")
    told, held = outstanding(sites, set()).iloc[0], outstanding(sites, {"baseline"}).iloc[0]
    assert (told.BASEDUE, told.BASEDONE) == (sites["BASEDUE"].sum(), sites["BASEDONE"].sum()) and told.BASEDUE > 30
    assert (held.BASEDUE, held.BASEDONE) == (0, 0) and sites["FURTHER"].sum() > 5
    assert [one[name] for one in (told, held) for name in ("FURTHER", "UNSEEN")] == [0] * 4
