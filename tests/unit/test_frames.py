"""An answer is the same frame, by value and type, whether its text is held as Python's strings or as Arrow's."""

from __future__ import annotations

import duckdb
import numpy
import pandas
import pytest
from pandas.testing import assert_frame_equal

from queries import hold_text
from queries.frames import LARGE_ROWS, answered, bytes_of, rows_of

EVERY_KIND = """select
    case when N <> $gap then 'a' || N end as SOME, null::varchar as NOTHING, 'b' as ALL_,
    case when N <> $gap then N::{whole} end as WHOLE, N::{whole} as WHOLES, null::integer as NOWHOLE,
    case when N <> $gap then N > 1 end as ANSWER, N > 1 as ANSWERS,
    case when N <> $gap then N / 3 end as NUMBER, N / 3 as NUMBERS, null::double as NONUMBER,
    case when N <> $gap then date '2008-02-29' + N::integer end as DAY, date '1899-01-01' as DAYS, null::date as NODAY,
    case when N <> $gap then timestamp '2008-02-29 10:00:00.5' end as TIME
from range(4) as t(N) where N < $rows order by N"""
WHOLES = ("tinyint", "smallint", "integer", "bigint", "utinyint", "usmallint", "uinteger", "ubigint")


@pytest.fixture
def as_arrow():
    pandas.set_option("mode.string_storage", "auto")
    yield duckdb.connect()
    hold_text()


@pytest.mark.parametrize("rows", [0, 1, 4])
def test_every_kind_of_column_is_what_duckdb_makes_of_it(rows, as_arrow):
    for whole in WHOLES:
        for gap in (0, 2, 9):
            sql, parameters = EVERY_KIND.format(whole=whole), {"rows": rows, "gap": gap}
            expected = as_arrow.execute(sql, parameters).df()
            assert_frame_equal(answered(as_arrow.cursor(), sql, parameters), expected, check_exact=True)


def test_an_answer_with_another_kind_of_column_is_made_by_duckdb(as_arrow):
    [row] = answered(as_arrow, "select [1, 2] as MANY, 1::hugeint as VAST", {}).itertuples(index=False)
    assert list(row.MANY) == [1, 2] and row.VAST == 1.0


def test_large_answers_weigh_what_they_hold_and_small_ones_nothing():
    numbers = pandas.DataFrame({"N": range(LARGE_ROWS)})
    assert bytes_of(numbers) == 8 * LARGE_ROWS and bytes_of(numbers[1:]) == bytes_of([1]) == 0


@pytest.mark.parametrize("rows", [0, 1, 4])
@pytest.mark.parametrize("gap", [0, 2, 9])
def test_rows_are_those_of_itertuples_by_name_value_and_type(rows, gap, as_arrow):
    sql, parameters = EVERY_KIND.format(whole="integer"), {"rows": rows, "gap": gap}
    for frame in (answered(as_arrow.cursor(), sql, parameters), as_arrow.execute(sql, parameters).df()):
        frame = frame.assign(**{"no name": 1})[::-1]
        ours, theirs = list(rows_of(frame)), list(frame.itertuples())
        assert [row._fields for row in ours] == [row._fields for row in theirs]
        assert repr([list(map(as_told, row)) for row in ours]) == repr([list(map(as_told, row)) for row in theirs])


def as_told(value) -> tuple:
    """A value with its type, numpy's numbers as Python's, which ours are."""
    plain = value.item() if isinstance(value, numpy.generic) else value
    return type(plain), plain
