"""A display's table as the browser gets it: which columns, which bars, what is marked as new."""

from __future__ import annotations

from types import SimpleNamespace

import orjson
import pytest
from pandas import DataFrame

from displays.pharmacokinetics.concentrations import amount
from displays.words import brief_columns, cell, counted, first_of
from pages.parts.table import screen_table


def made(**more) -> SimpleNamespace:
    table = DataFrame({"SITE": ["A", "B"], "N": [3, 0], "SHARE": [0.5, None], "SINCE": ["new", ""], "LONG": ["x", "y"]})
    parts = dict(table=table, labels={"SITE": "Site", "N": "Subjects", "SINCE": "Since", "LONG": "More"}, formats={})
    return SimpleNamespace(
        **parts, **(dict(bars={}, brief=(), narrow="", level="", over={}, sorts={}, alt="", audience="open") | more)
    )


def test_a_brief_table_has_its_columns_alone_and_the_whole_one_all_that_are_filled():
    shown = made(brief=("SITE", "N", "NOT THERE"))
    assert orjson.loads(screen_table(shown, brief=True).json)["head"] == ["Site", "Subjects"]
    assert orjson.loads(screen_table(shown).json)["head"] == ["Site", "Subjects", "Since", "More"]
    assert brief_columns(made()) == ["SITE", "N", "SINCE", "LONG"]


def test_a_bar_is_as_long_as_its_share_and_none_where_the_share_is_not_known():
    drawn = orjson.loads(screen_table(made(bars={"N": "SHARE"})).json)
    assert drawn["bars"] == [[], [0.5, None], [], []] and drawn["kinds"][2] == "news"


def test_rows_fold_by_their_level_and_columns_share_a_heading():
    drawn = orjson.loads(screen_table(made(level="N", over={"N": "160", "SINCE": "160"})).json)
    assert drawn["levels"] == [3, 0] and drawn["over"] == ["", "160", "160", ""]
    assert orjson.loads(screen_table(made(sorts={"SITE": "N"})).json)["sort"][0] == [3, 0]
    plain = orjson.loads(screen_table(made()).json)
    assert plain["levels"] == [] and not any(plain["over"])


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "none"), (1, "1"), (3, "1, 2 and 3"), (4, "1, 2, 3 and 1 more"), (9, "1, 2, 3 and 6 more")],
)
def test_of_many_names_the_first_are_said_and_how_many_more(number, words):
    assert first_of([str(name) for name in range(1, number + 1)], 3) == words


@pytest.mark.parametrize(
    ("delivered", "shown"),
    [
        ("COURSE 1 DAY 28", "Course 1 day 28"),
        ("INVESTIGATOR", "Investigator"),
        ("RELAPSE", "Relapse"),
        ("CRi", "CRi"),
        ("CR", "CR"),
        ("NE", "NE"),
        ("Month 6", "Month 6"),
        ("12", "12"),
    ],
)
def test_a_code_in_capitals_is_shown_as_words_and_a_short_one_stays(delivered, shown):
    assert cell(delivered, "words") == shown and cell(delivered) == delivered


@pytest.mark.parametrize(
    ("number", "kind", "shown"),
    [(1234567, None, "1,234,567"), (9602.0, "integer", "9,602"), (142.5, None, "142.5"), (0.000123, None, "0.000123")],
)
def test_a_number_is_written_whole_with_its_thousands_apart(number, kind, shown):
    assert cell(number, kind) == shown
    assert counted(2653, "value") == "2,653 values" and counted(0, "value") == "no values"
    assert amount(7005.0) == "7,010" and amount(0.29449999) == "0.294"
