"""Simulation against exact enumeration: what 3+3 selects in the long run, and how long 10,000 BOIN trials take."""
import subprocess
import sys
import time
from functools import lru_cache
from math import comb
from pathlib import Path

import pytest

from stats.escalation import BOIN, RollingSix, ThreePlusThree, dont_skip, stop_at
from stats.simulate import DESIGNS, main, make_design, simulate

RATES = (0.05, 0.12, 0.25, 0.4, 0.55)


def chance(k, n, rate):
    return comb(n, k) * rate**k * (1 - rate) ** (n - k)


def passes(rate):
    """0 of 3, or 1 of 3 and then 0 of 3."""
    return chance(0, 3, rate) + chance(1, 3, rate) * chance(0, 3, rate)


def exact_without_deescalation(rates):
    """The last level passed is selected: a product of passing and not passing."""
    selected, so_far = [], 1.0
    for level, rate in enumerate(rates):
        selected.append(so_far * passes(rate) * ((1 - passes(rates[level + 1])) if level + 1 < len(rates) else 1))
        so_far *= passes(rate)
    return [1 - sum(selected), *selected]


def exact_with_deescalation(rates):
    """Going up as above; after a level fails, the ones below that had only three subjects take three more, downwards."""
    @lru_cache(maxsize=None)
    def down(level, history):
        """Selection chances once `level` is the highest open one; history says how many of three, or six, had a DLT below."""
        if level < 0:
            return (1.0,) + (0.0,) * len(rates)
        if history[level] == "six":
            return tuple(float(place == level + 1) for place in range(len(rates) + 1))
        stays = chance(0, 3, rates[level]) + chance(1, 3, rates[level])
        named = tuple(float(place == level + 1) for place in range(len(rates) + 1))
        return tuple(stays * a + (1 - stays) * b for a, b in zip(named, down(level - 1, history)))

    total = [0.0] * (len(rates) + 1)
    def up(level, history, weight):
        if level == len(rates):
            total[level] += weight
            return
        three, six = chance(0, 3, rates[level]), chance(1, 3, rates[level]) * chance(0, 3, rates[level])
        up(level + 1, history + ("three",), weight * three)
        up(level + 1, history + ("six",), weight * six)
        for place, share in enumerate(down(level - 1, history)):
            total[place] += weight * (1 - three - six) * share
    up(0, (), 1.0)
    return total


@pytest.mark.parametrize("deescalate, exact", [(False, exact_without_deescalation(RATES)), (True, exact_with_deescalation(RATES))],
                         ids=["without de-escalation", "with de-escalation"])
def test_three_plus_three_selects_as_exact_enumeration_says(deescalate, exact, agrees):
    assert sum(exact) == pytest.approx(1)
    result = simulate(ThreePlusThree(len(RATES), deescalate), RATES, trials=6000, seed=7)
    for level, (share, expected) in enumerate(zip([result.no_dose, *result.levels.selected], exact)):
        error = (expected * (1 - expected) / 6000) ** 0.5
        agrees(share, expected, f"share of 6000 trials that select {f'level {level}' if level else 'no level'}; within 4 standard errors",
               within=float(f"{4 * error + 1e-9:.3g}"), source="exact enumeration of every path of the design")


@pytest.mark.parametrize("cohort", [1, 2, 5])
def test_three_plus_three_keeps_to_its_threes_however_few_or_many_come_at_once(cohort):
    result, exact = simulate(ThreePlusThree(len(RATES)), RATES, trials=3000, cohort=cohort, seed=9), exact_without_deescalation(RATES)
    for share, expected in zip([result.no_dose, *result.levels.selected], exact):
        assert share == pytest.approx(expected, abs=4 * (expected * (1 - expected) / 3000) ** 0.5 + 1e-9)


def test_three_plus_three_treats_as_many_as_exact_enumeration_says():
    result, reached = simulate(ThreePlusThree(len(RATES)), RATES, trials=6000, seed=8), 1.0
    for row, rate in zip(result.levels.itertuples(), RATES):
        expected = reached * (3 + 3 * chance(1, 3, rate))
        assert row.subjects == pytest.approx(expected, abs=4 * 3 / 6000**0.5)
        assert row.dlt == pytest.approx(expected * rate, abs=4 * 2 / 6000**0.5)
        reached *= passes(rate)


def test_ten_thousand_boin_trials_take_less_than_twenty_seconds_of_one_core():
    began = time.process_time()
    result = simulate(BOIN(0.3, 6), (0.05, 0.1, 0.2, 0.3, 0.45, 0.6), trials=10_000)
    assert time.process_time() - began < 20
    assert result.levels.selected.idxmax() == 3 and result.levels.selected.sum() + result.no_dose == pytest.approx(1)
    assert result.subjects <= 30 and result.levels.subjects.sum() == pytest.approx(result.subjects)


@pytest.mark.parametrize("name", DESIGNS)
def test_every_design_finds_a_harmless_and_a_hopeless_drug(name):
    harmless = simulate(make_design(name, 0.25, 3), (0, 0, 0), trials=20)
    assert harmless.levels.selected.tolist() == [0, 0, 1] and harmless.levels.dlt.sum() == 0
    hopeless = simulate(make_design(name, 0.25, 3), (1, 1, 1), trials=20)
    assert hopeless.levels.selected[1:].sum() == 0
    assert hopeless.no_dose == (0 if name == "crm" else 1)


def test_a_seed_is_a_trial_that_can_be_repeated():
    first, again, other = (simulate(BOIN(0.3, 3), (0.1, 0.3, 0.5), trials=200, seed=seed) for seed in (3, 3, 4))
    assert first.levels.equals(again.levels) and not first.levels.equals(other.levels)


def test_wrapped_designs_and_odd_cohorts_are_simulated_too():
    assert simulate(stop_at(dont_skip(BOIN(0.3, 3)), 12), (0.1, 0.3, 0.5), trials=50, subjects=60).subjects <= 12
    assert simulate(RollingSix(3), (0.1, 0.3, 0.5), trials=100, cohort=4).levels.selected.sum() <= 1


def test_progress_is_reported_up_to_the_end():
    seen = []
    simulate(BOIN(0.3, 3), (0.1, 0.3, 0.5), trials=250, progress=lambda done, of: seen.append((done, of)))
    assert seen[-1] == (250, 250) and len(seen) > 90


def test_the_command_prints_a_table_and_a_bar():
    command = [sys.executable, "-m", "stats.simulate", "--design", "3+3", "--rates", "0.1,0.3,0.5", "--trials", "200"]
    run = subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, text=True)
    assert run.returncode == 0 and "selected" in run.stdout and "no dose recommended" in run.stdout
    assert "200 of 200 trials" in run.stderr and "#" * 40 in run.stderr


@pytest.mark.parametrize("arguments, what", [
    (["--target", "1.2"], "1.2"), (["--rates", "0.1,2"], "rates"), (["--design", "magic"], "magic"), (["--rates", "a"], "a"), (["--trials", "0"], "trials"),
])
def test_impossible_arguments_end_in_one_line(arguments, what, capsys):
    assert main(arguments) == 1
    error = capsys.readouterr().err
    assert error.startswith("simulate: ") and what in error and error.count("\n") == 1


def test_rates_must_fit_the_levels():
    with pytest.raises(ValueError, match="3 dose levels; got 2"):
        simulate(BOIN(0.3, 3), (0.1, 0.2))
