"""What a stopping rule may say."""

from __future__ import annotations

import pytest
import sample_raw as raw
from stopping_frames import defined

from trial import Trial, TrialError


def test_the_sample_states_its_rules_and_that_they_are_assumed(trial):
    names = [rule.name for rule in trial.stopping_rules]
    assert [row["name"] for row in raw.PROTOCOL["stopping_rule"]] == names and len(names) == 4
    assert {
        about.removeprefix("stopping_rule: ") for about in trial.assumptions if about.startswith("stopping_rule")
    } == set(names)
    assert Trial.none().stopping_rules == ()


def test_a_rule_carries_what_was_stated():
    rule = defined(within_days=None, minimum_subjects=3).stopping_rules[0]
    assert (rule.within_days, rule.minimum_subjects, rule.prior, rule.cutoff, rule.method) == (
        30,
        3,
        (1, 1),
        0.9,
        "posterior",
    )
    hash(rule)


@pytest.mark.parametrize(
    "settings, said",
    [
        (dict(counts="falls"), "counts must be one of"),
        (dict(population="all"), "population must be one of"),
        (dict(threshold=1.2), "threshold must be a rate between 0 and 1, such as 0.3; found 1.2"),
        (dict(threshold=True), "threshold"),
        (dict(cutoff=90), "cutoff must be a rate between 0 and 1, such as 0.3; found 90"),
        (dict(cutoff=None), "needs cutoff"),
        (dict(prior=[0, 1]), "prior must be a list of two numbers above 0"),
        (dict(prior=[1]), "prior"),
        (dict(n_max=0), "n_max must be a whole number of at least 1 and at most 500; found 0"),
        (dict(n_max=2.5), "n_max"),
        (dict(minimum_subjects=13), "has minimum_subjects 13 above n_max 12"),
        (dict(within_days=0), "within_days"),
        (dict(method="geller"), "needs alpha"),
        (dict(method="geller", alpha=0.1), "takes no cutoff"),
        (dict(alpha=0.1), "takes no alpha"),
        (dict(method="sequential"), "method must be one of"),
        (dict(counts="ae"), "needs terms or a category"),
        (dict(counts="ae", terms="Fever"), "terms must be a list"),
        (dict(counts="ae", category="Mucositis", minimum_grade=6), "minimum_grade must be a grade of 1 to 5; found 6"),
        (dict(terms=["Fever"]), "takes no terms"),
        (dict(counts="dlt", within_days=28), "takes no within_days"),
        (
            dict(counts="ae", category="Mucosits"),
            "category 'Mucosits' is not in [special_interest]; did you mean Mucositis",
        ),
        (
            dict(counts="ae", category="Heart"),
            "category 'Heart' is not in [special_interest]; it takes Mucositis, Other",
        ),
        (dict(counts="ae", category=3), "category must be text; found 3"),
        (dict(counts="ae", terms=["Fever", 3]), "terms must be a list of texts"),
        (dict(counts="ae", terms=[" "]), "terms must be a list of texts"),
        (dict(cohort=5), "cohort must be text; found 5"),
        (dict(cohort=" "), "cohort must be text"),
        (dict(n_max=501), "n_max must be a whole number of at least 1 and at most 500; found 501"),
        (dict(prior=[1, float("inf")]), "prior must be a list of two numbers above 0"),
        (
            dict(counts="ae", terms=["Fever"], within_days=60, observed_days=28),
            "observed_days 28 below within_days 60",
        ),
        (dict(observed_days=10), "observed_days 10 below within_days 30"),
        (dict(treshold=0.1), "has no key treshold; did you mean threshold"),
        (dict(threshold=None), "threshold is missing"),
        (dict(name=" "), "stopping_rule 1 name must be text; found ' '"),
    ],
)
def test_an_impossible_rule_is_named(settings, said):
    with pytest.raises(TrialError, match="The trial definition trial.toml: ") as caught:
        defined(**settings)
    message = str(caught.value)
    assert (
        said in message
        and message.endswith(".")
        and "\n" not in message
        and str(settings.get("name", "Deaths")) in message
    )


def test_what_is_just_possible_is_accepted():
    assert defined(n_max=500, observed_days=30).stopping_rules[0].observed == 30
    assert defined(counts="ae", category="Other").stopping_rules[0].category == "Other"


def test_a_cut_made_before_a_limit_was_set_stays_readable():
    text = (
        defined(counts="ae", category="Mucositis")
        .text.replace("category = 'Mucositis'", "category = 'Mucosits'")
        .replace("n_max = 12", "n_max = 900")
    )
    rule = Trial.stored(text).stopping_rules[0]
    assert (rule.category, rule.n_max) == ("Mucosits", 900)


def test_a_rule_defined_twice_is_refused():
    text = defined().text
    with pytest.raises(TrialError, match="'Deaths' is defined twice"):
        Trial.parse(text + "\n" + text[text.index("[[stopping_rule]]") :])
