"""The median of a cumulative incidence: against Kaplan-Meier without competing events, by hand with them."""

from __future__ import annotations

import math
import random

import pytest

from stats.survival import cumulative_incidence, incidence_median, median


def test_without_competing_events_it_is_the_median_of_kaplan_meier():
    drawn, reached = random.Random(3), 0
    for _ in range(60):
        number = drawn.randint(2, 30)
        times = [float(drawn.randint(1, 12)) for _ in range(number)]
        events = [int(drawn.random() < 0.7) for _ in range(number)]
        found = incidence_median(cumulative_incidence(times, events, cause=1))
        assert found.estimate == pytest.approx(median(times, events).estimate, nan_ok=True)
        reached += not math.isnan(found.estimate)
    assert reached > 30


def test_with_competing_events_it_is_the_day_by_which_half_have_had_it():
    times, causes = [5.0, 10.0, 15.0, 20.0, 25.0], [2, 1, 1, 1, 2]
    found = incidence_median(cumulative_incidence(times, causes, cause=1))
    assert found.estimate == 20, "3 of 5, none censored"
    assert found.lower <= 20 and math.isnan(found.upper)
    none = incidence_median(cumulative_incidence(times, [2, 2, 1, 2, 2], cause=1))
    assert math.isnan(none.estimate), "1 of 5 is no half; death does not count as time to wait"


def test_of_nobody_there_is_none():
    assert math.isnan(incidence_median(cumulative_incidence([], [], cause=1)).estimate)
