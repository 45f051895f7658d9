"""Sixty damaged deliveries of the sample trial: right, refused in one sentence, or told by a finding; never silent.

`python -m tests.mutated 500` runs many more and prints by kind what became of them.
"""

from __future__ import annotations

import pytest
from mutated import ALL
from mutations.draft import HARMFUL, HARMLESS, LOST
from mutations.outcome import outcomes

SEED = 9
NUMBERS = [
    *[n for n, kind in enumerate(ALL) if kind.kind == HARMLESS][:36],
    *[n for n, kind in enumerate(ALL) if kind.kind == HARMFUL][::2][:23],
    next(n for n, kind in enumerate(ALL) if kind.kind == LOST),
]


@pytest.fixture(scope="module")
def judged():
    return outcomes(SEED, NUMBERS)


@pytest.mark.xdist_group("mutated")
@pytest.mark.parametrize("number", NUMBERS, ids=[f"{n}-{ALL[n].name}" for n in NUMBERS])
def test_damage_is_never_silent(judged, number):
    assert judged[number].good, str(judged[number])
