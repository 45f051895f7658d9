"""[response]: what counts as a remission is read by disease, and a typo in it is refused in words."""

from __future__ import annotations

import pytest

from trial import Trial
from trial.check import TrialError
from trial.defaults import DEFAULTS

HEAD = """
[trial]
id = "T"
[[disease]]
code = "ALL"
name = "ALL"
terms = ["ALL"]
[[disease]]
code = "AML"
name = "AML"
terms = ["AML"]
[response]
"""


def remission(text: str) -> dict:
    return Trial.parse(HEAD + text).response.remission


def test_one_list_holds_in_every_disease_and_one_a_disease_in_its_own():
    every = ("CR", "CRh", "CRi")
    assert remission("") == {"ALL": every, "AML": every, "": every}
    assert remission('remission = ["CRi", "CR"]') == dict.fromkeys(("ALL", "AML", ""), ("CR", "CRi"))
    told = remission('remission = {ALL = ["CR", "CRi"], AML = ["CR", "CRh", "CRi"]}')
    assert told == {"ALL": ("CR", "CRi"), "AML": every, "": ("CR", "CRi")}, (
        "where it is not stated: what counts in both"
    )


def test_a_disease_left_out_has_what_counts_in_all_that_are_named():
    assert remission('remission = {AML = ["CR"]}')["ALL"] == ("CR",)


def test_the_trial_of_the_sample_asks_for_confirmation_in_all(trial):
    assert (trial.response.confirmation, trial.response.confirmation_days) == (("ALL",), 28)
    assert Trial.none().response.confirmation == ()
    assert "response.later_therapy_drugs" in trial.taken_from_defaults
    assert {"response.remission", "response.confirmation", "response.early_death"} <= trial.assumptions.keys()


def test_every_response_setting_has_a_default():
    assert set(DEFAULTS["response"]) == {
        "first_assessment_days",
        "remission",
        "confirmation_days",
        "confirmation",
        "independent_evaluators",
        "transplants",
        "later_therapy_categories",
        "later_therapy_drugs",
        "anticancer_words",
        "possible_therapy",
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('remission = ["CR", "CRI"]', "[response] remission has no response CRI; it takes CR, CRh, CRi"),
        ("remission = []", "[response] remission must name at least one of CR, CRh, CRi"),
        ('remission = "CR"', "[response] remission must be a list such as"),
        ("remission = {}", "[response] remission must be a list such as"),
        ('remission = {ALL = ["CR"], AMl = ["CR"]}', "[response] remission 'AMl' is not a code of a [[disease]]"),
        ('confirmation = ["APL"]', "[response] confirmation 'APL' is not a code of a [[disease]]"),
        ("confirmation_days = 0", "[response] confirmation_days must be a whole number of at least 1"),
        ("later_therapy = []", "[response] has no key later_therapy"),
    ],
)
def test_a_mistake_is_named(text, words):
    with pytest.raises(TrialError) as told:
        Trial.parse(HEAD + text)
    assert words in str(told.value)
