"""The subjects behind the marks that the browser names, however Plotly wrapped what a mark carries."""

from pages.parts.dock import behind_marks

BEHIND = {"190: severe": ("S-3", "S-1"), "130: none": ("S-2", "S-3")}


def test_a_mark_stands_for_its_own_subject_or_for_those_behind_its_key_each_named_once():
    points = [{"customdata": ["190: severe"]}, {"customdata": {"0": "130: none", "1": 4}}, {"customdata": ["S-9"]}]
    assert behind_marks(points, BEHIND) == ("S-3", "S-1", "S-2", "S-9")
    assert behind_marks([{"customdata": "S-9"}, {"customdata": ["S-9", "x"]}], BEHIND) == ("S-9",)


def test_a_mark_that_stands_for_nobody_carries_nothing_or_a_number():
    assert behind_marks([{}, {"customdata": None}, {"customdata": []}, {"customdata": [4]}], BEHIND) == ()
