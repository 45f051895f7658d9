"""How pandas holds text: quickly for a small trial, in little memory for a large one."""

from __future__ import annotations

import duckdb
import pandas
import pytest

from queries import hold_text
from queries.text_storage import LARGE_BYTES


@pytest.fixture
def put_back():
    yield
    hold_text()


@pytest.mark.parametrize(("size", "kind"), [(LARGE_BYTES, "python"), (LARGE_BYTES + 1, "pyarrow")])
def test_the_text_of_answers_is_held_as_the_largest_cut_asks(size, kind, tmp_path, put_back):
    small, other = tmp_path / "cut_2007-08-31.duckdb", tmp_path / "cut_2007-11-30.duckdb"
    small.write_bytes(b"")
    with other.open("wb") as file:
        file.truncate(size)
    hold_text([small, other])
    answer = duckdb.connect().execute("select * from (values ('a'), (null)) as t(X)").df()["X"]
    assert answer.dtype == "str" and answer.dtype.storage == kind and pandas.isna(answer[1])
