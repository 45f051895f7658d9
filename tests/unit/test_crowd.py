"""Crowds: of more subjects than are drawn one by one the most severe by name, and the quartiles of all."""

from __future__ import annotations

from statistics import quantiles

import pytest
from pandas import DataFrame

from displays.drawing import crowd


def subjects(number: int) -> DataFrame:
    return DataFrame({"USUBJID": [f"S{at:03}" for at in range(number)], "X": range(number), "Y": range(number)})


def test_up_to_120_subjects_each_is_drawn_and_nothing_is_said():
    few, many = subjects(crowd.MOST_DRAWN), subjects(crowd.MOST_DRAWN + 1)
    assert not crowd.crowded(few) and crowd.words(few, "the 40 lowest") == ""
    assert crowd.crowded(many)
    # rows are not subjects
    assert not crowd.crowded(few.loc[few.index.repeat(9)])
    assert not crowd.crowded(many.iloc[:0])


def test_how_many_there_are_and_who_is_drawn_is_said():
    rows = subjects(12_000)
    assert crowd.words(rows, "the 40 lowest") == (
        "12,000 subjects: the 40 lowest are drawn one by one, all as median and quartiles (band)."
    )


def test_the_first_subjects_are_each_named_once_in_their_order():
    rows = DataFrame({"USUBJID": ["b", "a", "b", "c", "a"]})
    assert crowd.first_subjects(rows, 2) == ["b", "a"]
    assert crowd.first_subjects(rows, 9) == ["b", "a", "c"]


def test_quartiles_of_each_part_are_those_of_its_values():
    # two days far apart; the second has a value missing
    values = {1: [50, 60, 55, 70, 65, 58], 400: [40, 44, 48, 52, 61, None]}
    rows = DataFrame([{"X": day, "Y": value} for day, of_day in values.items() for value in of_day])
    found = crowd.quartiles(rows, "X", "Y")
    assert found["X"].tolist() == [1, 400] and found["N"].tolist() == [6, 5]
    for row, of_day in zip(found.itertuples(), values.values(), strict=True):
        known = [value for value in of_day if value is not None]
        assert [row.LOWER, row.MEDIAN, row.UPPER] == pytest.approx(quantiles(known, n=4, method="inclusive"))


def test_a_part_of_few_values_has_no_quartiles():
    rows = DataFrame({"X": [1] * 5 + [400] * (crowd.LEAST - 1), "Y": range(5 + crowd.LEAST - 1)})
    assert crowd.quartiles(rows, "X", "Y")["X"].tolist() == [1]
    assert crowd.quartiles(rows.iloc[:0], "X", "Y").empty
    assert crowd.band(crowd.quartiles(rows.iloc[:0], "X", "Y"), "#08457e") == []


def test_every_day_has_a_part_of_its_own_where_days_are_few():
    rows = DataFrame({"X": [day for day in range(1, 8) for _ in range(6)], "Y": range(42)})
    assert crowd.quartiles(rows, "X", "Y")["X"].tolist() == list(range(1, 8))


def test_the_band_goes_along_the_upper_quartiles_and_back_along_the_lower():
    found = DataFrame({"X": [1.0, 2.0], "LOWER": [3.0, 4.0], "MEDIAN": [5.0, 6.0], "UPPER": [7.0, 8.0], "N": [9, 1]})
    area, middle = crowd.band(found, "#08457e")
    assert list(area.x) == [1, 2, 2, 1] and list(area.y) == [7, 8, 4, 3]
    assert list(middle.y) == [5, 6] and "3 to 7 (9 values)" in middle.hovertext[0]
    assert "(1 value)" in middle.hovertext[1]


def test_a_line_is_thinned_to_what_a_screen_shows_and_keeps_its_ends():
    rows = subjects(10_000)
    shown = crowd.thinned(rows)
    assert len(shown) <= 401 and shown["X"].iloc[0] == 0 and shown["X"].iloc[-1] == 9_999
    assert crowd.thinned(rows.head(400)).equals(rows.head(400))


def test_subjects_at_one_place_are_one_dot():
    rows = DataFrame({"X": [1, 1, 2, None], "Y": [5.01, 5.02, 6, 7]})
    trace = crowd.dots(rows, "X", "Y")
    assert list(zip(trace.x, trace.y, strict=True)) == [(1, 5.0), (2, 6.0)]
