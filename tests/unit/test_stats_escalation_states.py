"""3+3 and Rolling Six in every state of one level, up to seven subjects: at the highest level and at the lowest."""

import pytest

from stats.escalation import RollingSix, ThreePlusThree

STAY, WAIT, UP, END, CLOSED = "s", "w", "u", "e", "c"
ROLLING_SIX = {
    # DLTs: by subjects enrolled, 1 to 7; in each the answer with 0, 1, 2 … of them pending
    "highest": {
        # places are free: the level is filled up; six and any pending: wait; six evaluated and at most one DLT: the end
        0: "ss sss ssss sssss ssssss ewwwwww eewwwwww",
        1: "s ss sss ssss sssss ewwwww ewwwwww",
    },
    "lowest": {
        # 3 of 3, 4 of 4, 5 of 5 or of 6, 6 of 6 without a DLT go up, as published; seven wait for what could close them
        0: "ss sss usss ussss usssss uuwwwww uuwwwwww",
        1: "s ss sss ssss sssss uwwwww uwwwwww",
    },
}
THREE_PLUS_THREE = {
    "highest": {
        # 3 of 3 without a DLT: three more; a cohort of three or six that is full waits for each of its subjects
        0: "ss sss swww sssss ssssss ewwwwww eewwwwww",
        1: "s ss sww ssss sssss ewwwww ewwwwww",
    },
    "lowest": {
        0: "ss sss uwww sssss ssssss uwwwwww uuwwwwww",
        1: "s ss sww ssss sssss uwwwww uwwwwww",
    },
}
PUBLISHED_3 = {"highest": THREE_PLUS_THREE["highest"] | {0: "ss sss ewww sssss ssssss ewwwwww eewwwwww"}}
"""The escalation package ends with 3 of 3 at the highest level."""
DESIGNS = {
    "Rolling Six": (RollingSix, {}, ROLLING_SIX),
    "3+3": (ThreePlusThree, {"six_at_highest": True}, THREE_PLUS_THREE),
    "3+3 with de-escalation": (ThreePlusThree, {"six_at_highest": True, "deescalate": True}, THREE_PLUS_THREE),
    "3+3 as published": (ThreePlusThree, {}, THREE_PLUS_THREE | PUBLISHED_3),
    "Rolling Six of one level": (RollingSix, {}, {"only": ROLLING_SIX["highest"]}),
}
BEFORE = {"highest": ("1NNNNNN 2NNNNNN 3", 3, 3), "lowest": ("1", 1, 3), "only": ("1", 1, 1)}
"""Outcomes before, the level asked about, the number of levels."""


def states(of_one: dict[int, str]):
    """Every state with its answer: DLTs, none, pending, letter; from the second DLT on the level is closed."""
    for dlt, line in of_one.items():
        for enrolled, letters in enumerate(line.split(), start=max(dlt, 1)):
            assert len(letters) == enrolled - dlt + 1
            yield from ((dlt, enrolled - dlt - pending, pending, letter) for pending, letter in enumerate(letters))
    for enrolled in range(2, 8):
        for dlt in range(2, enrolled + 1):
            yield from ((dlt, enrolled - dlt - p, p, CLOSED) for p in range(enrolled - dlt + 1))


def verdict(letter: str, level: int) -> tuple[str, int | None]:
    closed = ("stop", level - 1 if level > 1 else None)
    answers = {STAY: ("stay", level), WAIT: ("suspend", None), UP: ("escalate", level + 1), END: ("stop", level)}
    return (answers | {CLOSED: closed})[letter]


@pytest.mark.parametrize(
    ("name", "place"), [(name, place) for name, (_, _, tables) in DESIGNS.items() for place in tables]
)
def test_every_state_of_one_level(name, place):
    design, settings, tables = DESIGNS[name]
    before, level, levels = BEFORE[place]
    asked = list(states(tables[place]))
    assert len({state[:3] for state in asked}) == len(asked) == sum((n + 1) * (n + 2) // 2 for n in range(1, 8))
    for dlt, none, pending, letter in asked:
        results = before + "T" * dlt + "N" * none + "P" * pending
        decision = design(levels, **settings).decide(results)
        assert decision.verdict == verdict(letter, level), (results, decision.reason)


@pytest.mark.parametrize("name", ["Rolling Six", "3+3", "3+3 with de-escalation"])
def test_the_highest_level_is_called_tolerated_with_six_evaluated_alone(name):
    """And never while a pending subject could give it its second DLT."""
    design, settings, tables = DESIGNS[name]
    for dlt, none, pending, letter in states(tables["highest"]):
        assert letter != END or (dlt + none >= 6 and dlt + pending < 2)


@pytest.mark.parametrize(
    ("results", "verdict"),
    [
        ("1NNNNNP 2NTT", ("suspend", None)),
        ("1NNNNN 2NTT", ("de-escalate", 1)),
        ("1NNNNNN 2NTT", ("stop", 1)),
        ("1NNNNNT 2NTT", ("stop", 1)),
        ("1NNNNNNP 2NTT", ("stop", 1)),
    ],
)
def test_rolling_six_names_a_level_below_a_closed_one_with_six_evaluated_too(results, verdict):
    assert RollingSix(2).decide(results).verdict == verdict


def test_a_setting_of_3_plus_3_is_true_or_false():
    with pytest.raises(ValueError, match="six_at_highest must be True or False; got 1"):
        ThreePlusThree(3, six_at_highest=1)
