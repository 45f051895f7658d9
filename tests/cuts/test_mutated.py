"""Sixty damaged deliveries of the sample trial: right, refused in one sentence, or told by a finding; never silent.

`python -m tests.mutated 500` runs many more and prints by kind what became of them.
"""

from __future__ import annotations

import pytest
from mutated import ALL
from mutations.draft import HARMFUL, HARMLESS, LOST
from mutations.outcome import outcomes

SEED = 9
LONG = {
    "bit_flipped_in_codes",
    "codes_capitalised",
    "codes_in_lower_case",
    "codes_missing",
    "column_dropped",
    "column_emptied",
    "dates_day_first",
    "file_doubled",
    "frequency_unknown",
    "grades_in_words",
    "relatedness_in_words",
    "times_with_seconds",
    "units_written_otherwise",
    "verdicts_yes_and_no",
}
"""Kinds of which every display has to be asked, for seconds each: `python -m tests.mutated` tries them."""
SHORT = [n for n, kind in enumerate(ALL) if kind.name not in LONG]
NUMBERS = [
    *[n for n in SHORT if ALL[n].kind == HARMLESS][:35],
    *[n for n in SHORT if ALL[n].kind == HARMFUL][:24],
    next(n for n, kind in enumerate(ALL) if kind.kind == LOST),
]


@pytest.fixture(scope="module")
def judged():
    return outcomes(SEED, NUMBERS)


@pytest.mark.parametrize("number", NUMBERS, ids=[f"{n}-{ALL[n].name}" for n in NUMBERS])
def test_damage_is_never_silent(judged, number):
    assert judged[number].good, str(judged[number])
