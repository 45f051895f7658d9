"""The filters: declared once, and what questions, address and words make of them."""

import re

import pytest

from queries import FILTERS, IN_ADDRESS, Filters, questions
from queries.cut import SELECTED, _sql

SOME = Filters(doses=("130 mg/m²/day", "160 mg/m²/day"), diseases=("AML",), sites=("101", "103"))


def test_each_filter_has_a_name_a_column_a_key_and_a_label_of_its_own():
    for part in ("name", "column", "key", "label"):
        values = [getattr(known, part) for known in FILTERS]
        assert len(set(values)) == len(FILTERS) == 5
    assert [known.name for known in FILTERS if not known.key] == ["subjects"] and FILTERS[:4] == IN_ADDRESS


def test_the_subjects_selected_are_chosen_by_each_filter_s_own_column():
    chosen = re.findall(r"list_contains\(\$(\w+), (\w+)\)", SELECTED.read_text(encoding="utf-8"))
    assert chosen == [(known.name, known.column) for known in FILTERS]


@pytest.mark.parametrize("question", questions())
def test_a_question_takes_all_filters_or_none(question):
    names = {known.name for known in FILTERS}
    assert names & set(re.findall(r"\$(\w+)", _sql(question))) in (names, set())


def test_filters_are_spoken_in_the_order_of_their_declaration():
    assert Filters().words() == "All subjects (no filter)"
    assert SOME.words() == "130 mg/m²/day, 160 mg/m²/day; AML; sites 101, 103"
    assert Filters(age_bands=("1 to 5 years",), sites=("110",)).words() == "1 to 5 years; site 110"
    assert Filters(subjects=("S-1",)).words() == "1 selected subject"
    assert Filters(diseases=("ALL",), subjects=("S-1", "S-2")).words() == "ALL; 2 selected subjects"


def test_a_question_gets_what_is_chosen_and_no_limit_where_nothing_is():
    assert Filters().parameters() == {
        "doses": None,
        "diseases": None,
        "age_bands": None,
        "sites": None,
        "subjects": None,
    }
    assert SOME.parameters() == {
        "doses": ["130 mg/m²/day", "160 mg/m²/day"],
        "diseases": ["AML"],
        "age_bands": None,
        "sites": ["101", "103"],
        "subjects": None,
    }


@pytest.mark.parametrize("known", FILTERS, ids=lambda known: known.name)
def test_any_one_filter_counts_as_set(known):
    assert Filters(**{known.name: ("x",)}).any_set and not Filters().any_set
