"""Reasons in parts: every clause is known, every sentence is whole, and a level is named as the caller names it."""

from __future__ import annotations

import random
import re

import pytest

from stats.escalation import (
    BOIN,
    CRM,
    MTPI2,
    Keyboard,
    Outcomes,
    Part,
    RollingSix,
    ThreePlusThree,
    crm_skeleton,
    dont_skip,
    selects_the_highest,
    stop_at,
    stop_when_too_toxic,
)
from stats.escalation.outcomes import Cohort, count
from stats.escalation.reasons import CLAUSES, VERDICTS, count_words, in_words

LEVELS = 4
MODEL = CRM(crm_skeleton(0.05, 0.3, 2, LEVELS), 0.3)
DESIGNS = [
    RollingSix(LEVELS),
    ThreePlusThree(LEVELS),
    ThreePlusThree(LEVELS, deescalate=True),
    BOIN(0.3, LEVELS),
    Keyboard(0.3, LEVELS),
    MTPI2(0.3, LEVELS),
    dont_skip(MODEL),
    stop_at(BOIN(0.3, LEVELS), 6),
    stop_at(RollingSix(LEVELS), 3),
    stop_when_too_toxic(MODEL, "any", 0.5, 0.6),
    stop_when_too_toxic(MODEL, "any", 0.3, 0.6, above=True),
    selects_the_highest(BOIN(0.3, LEVELS), 3),
]


def drawn() -> list[Outcomes]:
    """Trials of up to five cohorts, most of them climbing level by level, some jumping."""
    pick = random.Random(7)
    trials = [Outcomes(), Outcomes.parse("2TTT 1NNN"), Outcomes.parse("1NNNNNP 2TT")]
    for _ in range(400):
        steps = pick.randint(1, 5)
        levels = [min(step, LEVELS) for step in range(1, steps + 1)]
        levels = levels if pick.random() < 0.7 else [pick.randint(1, LEVELS) for _ in range(steps)]
        cohorts = tuple(
            Cohort(level, "".join(pick.choices("NTP", (6, 2, 1), k=pick.choice((1, 2, 3, 3, 6))))) for level in levels
        )
        trials.append(Outcomes(cohorts))
    return trials


def decided() -> list:
    """Every decision of every design on the drawn trials, those with more subjects than a design foresees too."""
    return [design.decide(outcomes) for design in DESIGNS for outcomes in drawn()]


DECIDED = decided()


def test_every_reason_is_whole_sentences():
    for decision in DECIDED:
        text = decision.reason
        assert decision.parts and not text[0].islower() and text.endswith(".") and "None" not in text
        assert not re.search(r"[{}]|\.\.|\s\s|\s[.,:;]|: *:", text), text


def test_every_clause_can_be_reached():
    reached = {part.code for decision in DECIDED for part in decision.parts}
    assert reached == CLAUSES.keys()
    assert VERDICTS < CLAUSES.keys()


def test_a_level_is_named_as_the_caller_names_it():
    for decision in DECIDED:
        text = in_words(decision.parts, lambda level: f"dose {'ABCD'[level - 1]}")
        assert not re.search(r"\blevel \d", text), text
        for part in decision.parts:
            assert part.level is None or f"dose {'ABCD'[part.level - 1]}" in text


def test_numbers_are_those_of_the_outcomes():
    outcomes = Outcomes.parse("1NNN 2NTTPP")
    assert count(outcomes, 2) == Part("count", 2, evaluated=3, dlt=2, pending=2)
    assert count_words(count(outcomes, 2)) == "2 of 3 evaluable subjects at dose level 2 had a DLT (2 pending)"
    assert count_words(count(outcomes, 3)) == "no subject at dose level 3 has been evaluated yet"
    assert RollingSix(3).decide(outcomes).parts == (
        count(outcomes, 2),
        count(outcomes, 1),
        Part("none higher open"),
        Part("filled to six", 1),
    )


@pytest.mark.parametrize(
    ("design", "outcomes", "reason"),
    [
        (
            ThreePlusThree(3),
            "1NNN 2NTT",
            (
                "2 of 3 evaluable subjects at dose level 2 had a DLT: "
                "it is above the maximum tolerated dose, which is dose level 1."
            ),
        ),
        (
            BOIN(0.3, 3),
            "1NNN 2NNT",
            "1 of 3 evaluable subjects at dose level 2 had a DLT: "
            "neither few enough to escalate nor enough to de-escalate.",
        ),
        (
            BOIN(0.3, 3),
            "1NNN 2NNP",
            "0 of 2 evaluable subjects at dose level 2 had a DLT (1 pending); 1 pending in all. "
            "The design has no convention for pending subjects: "
            "its answers range from escalate to dose level 3 if none "
            "of them has a DLT to stay at dose level 2 if all have. Wait for them.",
        ),
        (
            stop_at(ThreePlusThree(1), 3),
            "1NNN",
            "3 subjects are enrolled, 3 were planned: the trial stops. 0 of 3 evaluable subjects at dose level 1 had "
            "a DLT, and there is no higher dose level to go to: "
            "the maximum tolerated dose is not reached; dose level 1 "
            "is the highest dose studied and was tolerated.",
        ),
        (
            RollingSix(3),
            "1NNNNNNN",
            "0 of 7 evaluable subjects at dose level 1 had a DLT: the next subject is enrolled at dose level 2. "
            "7 subjects at dose level 1 are evaluable or pending, more than the 6 that the design foresees.",
        ),
        (
            ThreePlusThree(3),
            "1NNNNNTP",
            "1 of 6 evaluable subjects at dose level 1 had a DLT (1 pending): the pending subjects could give "
            "dose level 1 its second DLT; await the pending subjects. "
            "7 subjects at dose level 1 are evaluable or pending, more than the 6 that "
            "the design foresees.",
        ),
    ],
)
def test_reasons_in_words(design, outcomes, reason):
    assert design.decide(outcomes).reason == reason
