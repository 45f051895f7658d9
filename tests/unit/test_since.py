"""Since the previous cut: two frames compared by key, what is new, changed and gone, and the sentence of it."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pandas
import pytest
from pandas import DataFrame

from displays.since import change, compare, compare_numbers, ringed, since, values
from queries.matching import match, text

SUBJECT = ("USUBJID",)
GRADE = values("GRADE")


def frame(*rows: tuple, columns=("USUBJID", "GRADE")) -> DataFrame:
    return DataFrame(list(rows), columns=list(columns))


def told(compared) -> list[tuple[str, str]]:
    return list(zip(compared.rows["SINCE"], compared.rows["PREVIOUS"], strict=True))


def graded(now: DataFrame, before: DataFrame | None, key=SUBJECT, **parts):
    return compare(now, before, key, lambda row: f"grade {text(row.GRADE)}", **parts)


def test_new_changed_the_same_and_gone():
    before = frame(("s1", 1), ("s2", 2), ("s3", 3))
    compared = graded(frame(("s1", 1), ("s2", 3), ("s4", 1)), before)
    assert told(compared) == [("", ""), ("changed", "grade 2"), ("new", "")]
    assert list(compared.gone["USUBJID"]) == ["s3"]
    assert list(compared.was["GRADE"].fillna(0)) == [1, 2, 0]
    assert list(compared.new["USUBJID"]) == ["s4"] and list(compared.changed["USUBJID"]) == ["s2"]
    assert list(ringed(compared.rows)["USUBJID"]) == ["s2", "s4"]


def test_where_only_being_there_matters_nothing_is_changed():
    compared = compare(frame(("s1", 2), ("s4", 1)), frame(("s1", 1), ("s3", 3)), SUBJECT)
    assert told(compared) == [("", ""), ("new", "")] and list(compared.gone["USUBJID"]) == ["s3"]
    assert list(compared.was["GRADE"].fillna(0)) == [1, 0]


def test_without_a_previous_cut_nothing_is_marked():
    compared = graded(frame(("s1", 1)), None)
    assert told(compared) == [("", "")] and compared.gone.empty and compared.was["GRADE"].isna().all()


@pytest.mark.parametrize(
    "now, before, marks, gone",
    [
        (frame(), frame(), [], 0),
        (frame(("s1", 1)), frame(), ["new"], 0),
        (frame(), frame(("s1", 1)), [], 1),
    ],
)
def test_an_empty_cut_on_either_side(now, before, marks, gone):
    compared = graded(now, before)
    assert list(compared.rows["SINCE"]) == marks and len(compared.gone) == gone
    assert list(compared.rows.columns) == ["USUBJID", "GRADE", "SINCE", "PREVIOUS"]


def test_rows_that_share_a_key_are_told_apart_by_their_order():
    compared = graded(frame(("s1", 1), ("s1", 2), ("s1", 5)), frame(("s1", 1), ("s1", 3)))
    assert told(compared) == [("", ""), ("changed", "grade 3"), ("new", "")]
    fewer = graded(frame(("s1", 1)), frame(("s1", 1), ("s1", 3)))
    assert told(fewer) == [("", "")] and list(fewer.gone["GRADE"]) == [3]


def test_a_missing_value_is_a_value_of_a_key_and_of_a_state():
    now = frame(("s1", None, 1), (None, "x", 1), columns=("USUBJID", "TERM", "GRADE"))
    before = frame(("s1", None, 1), (None, "x", None), columns=("USUBJID", "TERM", "GRADE"))
    compared = compare(now, before, ("USUBJID", "TERM"), GRADE, words=lambda was, row: f"{text(was.GRADE) or 'none'}")
    assert told(compared) == [("", ""), ("changed", "none")] and compared.gone.empty


@pytest.mark.parametrize(
    "left, right",
    [
        ([1, 2], [1.0, 2.0]),
        ([1, 2], ["1", "2"]),
        (["a", None], ["a", ""]),
        ([1.0, None], ["1", ""]),
        ([1234567, 1234568], [1234567.0, 1234568.0]),
        (pandas.to_datetime(["2007-05-01", None]), pandas.to_datetime(["2007-05-01", None]).astype("datetime64[s]")),
        (pandas.array([1, None], dtype="Int64"), [1.0, None]),
        (pandas.array([1, None], dtype="Int64"), pandas.array([1, None], dtype="Int64")),
        ([1.5, None], [1.5, None]),
        (["a", 1], ["a", 1.0]),
    ],
)
def test_a_key_is_found_whatever_type_a_cut_holds_it_in(left, right):
    pairs = match(DataFrame({"KEY": left}), DataFrame({"KEY": right}), ("KEY",))
    assert dict(zip(pairs["NOW"], pairs["BEFORE"], strict=True)) == {0: 0, 1: 1}


EVENT = (("SUBJECT", "TERM", "DAY"), ("SUBJECT", "NUMBER"), ("SUBJECT", "TERM"))


def event(*rows: tuple) -> DataFrame:
    return DataFrame(list(rows), columns=["SUBJECT", "NUMBER", "TERM", "DAY"])


@pytest.mark.parametrize(
    "now, expected",
    [
        (event(("s1", 2, "Rash", 5), ("s1", 1, "Cough", 9)), {0: 0, 1: 1}),  # renumbered
        (event(("s1", 1, "Rash", 6), ("s1", 2, "Cough", 9)), {0: 0, 1: 1}),  # another day
        (event(("s1", 1, "Exanthem", 5), ("s1", 2, "Cough", 9)), {0: 0, 1: 1}),  # coded otherwise
        (event(("s1", 7, "Rash", 6), ("s1", 8, "Cough", 9)), {0: 0, 1: 1}),  # renumbered and another day
        (event(("s1", 1, "Fall", 5), ("s1", 3, "Rash", 5)), {1: 0}),  # a surer key is matched first
        (event(("s2", 1, "Rash", 5)), {}),
    ],
)
def test_several_keys_find_a_row_again_each_row_once_the_surest_first(now, expected):
    before = event(("s1", 1, "Rash", 5), ("s1", 2, "Cough", 9))
    pairs = match(now, before, EVENT)
    assert dict(zip(pairs["NOW"], pairs["BEFORE"], strict=True)) == expected
    assert pairs["BEFORE"].is_unique


def test_the_index_of_the_frames_does_not_matter():
    now, before = frame(("s1", 1), ("s2", 3)), frame(("s2", 2), ("s1", 1))
    now.index, before.index = [7, 7], [9, 4]
    compared = graded(now, before)
    assert told(compared) == [("", ""), ("changed", "grade 2")] and list(compared.rows.index) == [7, 7]


def test_words_of_the_change_and_the_former_state_of_every_row():
    now, before = frame(("s1", 1), ("s2", 3), ("s3", 1)), frame(("s1", 1), ("s2", 2))
    changes = graded(now, before, words=lambda was, row: f"{was.GRADE} → {row.GRADE}")
    assert told(changes) == [("", ""), ("changed", "2 → 3"), ("new", "")]
    assert told(graded(now, before, always=True)) == [("", "grade 1"), ("changed", "grade 2"), ("new", "")]


def test_numbers_at_the_previous_cut_and_by_how_much_they_moved():
    now = frame(("a", 5), ("b", 2), ("c", 4), ("d", None), ("e", 1), columns=("USUBJID", "N"))
    before = frame(("a", 3), ("b", 2), ("c", 5), ("d", 1), columns=("USUBJID", "N"))
    table = compare_numbers(now, before, SUBJECT, "N")
    assert list(table["SINCE"]) == ["+2", "", "−1", "", "+1"]
    assert list(table["PREVIOUS"]) == [3, 2, 5, 1, 0]
    alone = compare_numbers(now, None, SUBJECT, "N")
    assert set(alone["SINCE"]) == {""} and alone["PREVIOUS"].isna().all()


def test_a_number_that_was_not_known_is_no_change():
    before = frame(("a", None), columns=("USUBJID", "N"))
    table = compare_numbers(frame(("a", 5), columns=("USUBJID", "N")), before, SUBJECT, "N")
    assert list(table["SINCE"]) == [""] and table["PREVIOUS"].isna().all()
    assert change(3, 3) == change(None, 3) == change(3, None) == "" and change(1, 4) == "−3"


def test_the_sentence():
    before = frame(("s1", 1), ("s2", 2), ("s9", 1))
    compared = graded(frame(("s1", 1), ("s2", 3), ("s4", 1)), before)
    assert compared.words("event") == "1 new event, 1 changed, 1 removed"
    assert compared.words("event", lambda row: row.USUBJID) == "1 new event, 1 changed, 1 removed (s9)"
    assert graded(before, before).words("event", lambda row: row.USUBJID) == "no new events, none changed, none removed"


@pytest.mark.parametrize("number, ending", [(5, "(s0, s1, s2, s3 and s4)"), (8, "(s0, s1, s2, s3, s4 and 3 more)")])
def test_of_many_that_are_gone_some_are_named_and_the_rest_counted(number, ending):
    lost = graded(frame(), frame(*((f"s{n}", 1) for n in range(number))))
    assert lost.words("event", lambda row: row.USUBJID) == f"no new events, none changed, {number} removed {ending}"


def test_the_day_of_the_previous_cut_leads_the_sentence():
    view = SimpleNamespace(previous=SimpleNamespace(date=date(2008, 2, 29)))
    assert since(view, "no new event") == "Since 29 Feb 2008: no new event."
    assert since(view, "") == since(SimpleNamespace(previous=None), "no new event") == ""
