"""What the reader chooses of a display: options that depend on earlier choices, several values, what no longer fits."""

from __future__ import annotations

import pytest

from displays.display import Display
from displays.pages import Choice, choosing
from displays.words import told_apart
from pages.parts import choices

DAYS = {"A": ("1", "3"), "B": ("2",), "C": ()}


def subjects(view) -> tuple[tuple[str, str], ...]:
    return tuple((name, f"Subject {name}") for name in DAYS)


def days(view, subject: str) -> tuple[tuple[str, str], ...]:
    return tuple((f"{subject}.{day}", f"Day {day}") for day in DAYS[subject])


def samples(view, subject: str, day: str) -> tuple[tuple[str, str], ...]:
    return tuple((f"{day} {hour}", f"{hour} h") for hour in (2, 4))


def profile(view, subject: str = "A", day: str = "", left_out: tuple[str, ...] = ()) -> Display: ...


ENTRY = choosing(
    profile,
    Choice("subject", "Subject", subjects),
    Choice("day", "Day", days, after=("subject",)),
    Choice("left_out", "Left out", samples, after=("subject", "day"), several=True),
)
KEY = "choice-profile-"


@pytest.fixture
def kept(monkeypatch) -> dict:
    """What a visit keeps; options are found without a view."""
    state: dict = {}
    monkeypatch.setattr(choices.st, "session_state", state)
    monkeypatch.setattr(choices.visit, "fact", lambda function, **arguments: function(None, **arguments))
    return state


def chosen(state: dict, **wanted) -> dict:
    state |= {f"{KEY}{name}": value for name, value in wanted.items()}
    return choices._settled(ENTRY)[1]


def test_at_first_each_choice_is_its_first_option_and_of_several_none(kept):
    assert chosen(kept) == {"subject": "A", "day": "A.1", "left_out": ()}
    assert kept[f"{KEY}left_out"] == []


def test_options_follow_the_choices_before_them(kept):
    assert chosen(kept, subject="B") == {"subject": "B", "day": "B.2", "left_out": ()}
    offered, found = choices._settled(ENTRY)
    assert [len(options) for options in offered.values()] == [3, 1, 2] and found["day"] == "B.2"


def test_what_was_chosen_of_another_subject_is_not_carried_over(kept):
    assert chosen(kept, day="A.3", left_out=["A.3 2"])["left_out"] == ("A.3 2",)
    assert chosen(kept, subject="B") == {"subject": "B", "day": "B.2", "left_out": ()}


def test_a_choice_that_the_data_leave_no_options_is_not_asked(kept):
    assert chosen(kept, subject="C") == {"subject": "C"}
    assert chosen(kept, subject="A")["day"] == "A.1"


def test_several_come_in_the_order_of_the_options(kept):
    assert chosen(kept, left_out=["A.1 4", "A.1 2", "no such"])["left_out"] == ("A.1 2", "A.1 4")


@pytest.mark.parametrize("sent", [["A"], {"A": 1}, 5, None, "no such"])
def test_whatever_a_tab_kept_is_read_as_far_as_it_can_be_chosen(kept, sent):
    assert chosen(kept, subject=sent, left_out="A.1 2") == {"subject": "A", "day": "A.1", "left_out": ()}


def test_a_file_is_named_by_what_is_not_chosen_at_first(kept):
    assert choices.file_name("profile", chosen(kept), ENTRY) == "profile"
    assert choices.file_name("profile", chosen(kept, day="A.3", left_out=["A.3 4"]), ENTRY) == "profile_A-3_A-3-4"


@pytest.mark.parametrize(
    ("words", "apart"),
    [
        ({}, {}),
        ({"A": "Glucose", "B": "Urea"}, {"A": "Glucose", "B": "Urea"}),
        ({"A": "Glucose", "B": "Urea", "C": "Glucose"}, {"A": "Glucose · A", "B": "Urea", "C": "Glucose · C"}),
    ],
)
def test_two_options_are_never_called_alike(words, apart):
    assert told_apart(words) == apart
