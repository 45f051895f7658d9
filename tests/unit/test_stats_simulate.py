"""Simulation against exact enumeration: what each design selects in the long run,
and how long 10,000 BOIN trials take."""

import io
import subprocess
import sys
import time
from functools import cache
from math import comb
from pathlib import Path

import pytest

from stats.escalation import (
    BOIN,
    CRM,
    MTPI2,
    Keyboard,
    Outcomes,
    RollingSix,
    ThreePlusThree,
    dont_skip,
    select_mtd,
    stop_at,
    stop_when_too_toxic,
)
from stats.simulate import DESIGNS, _Memory, main, make_design, simulate

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
    """Going up as above; after a level fails, the ones below that had
    only three subjects take three more, downwards."""

    @cache
    def down(level, history):
        """Selection chances once `level` is the highest open one; history says how many of three,
        or six, had a DLT below."""
        if level < 0:
            return (1.0,) + (0.0,) * len(rates)
        if history[level] == "six":
            return tuple(float(place == level + 1) for place in range(len(rates) + 1))
        stays = chance(0, 3, rates[level]) + chance(1, 3, rates[level])
        named = tuple(float(place == level + 1) for place in range(len(rates) + 1))
        return tuple(stays * a + (1 - stays) * b for a, b in zip(named, down(level - 1, history), strict=True))

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


@pytest.mark.parametrize(
    "deescalate, exact",
    [(False, exact_without_deescalation(RATES)), (True, exact_with_deescalation(RATES))],
    ids=["without de-escalation", "with de-escalation"],
)
def test_three_plus_three_selects_as_exact_enumeration_says(deescalate, exact, agrees):
    assert sum(exact) == pytest.approx(1)
    result = simulate(ThreePlusThree(len(RATES), deescalate), RATES, trials=30_000, seed=7)
    for level, (share, expected) in enumerate(zip([result.no_dose, *result.levels.selected], exact, strict=True)):
        error = (expected * (1 - expected) / 30_000) ** 0.5
        agrees(
            share,
            expected,
            f"share of 30,000 trials that select {f'level {level}' if level else 'no level'}; within 4 standard errors",
            within=float(f"{4 * error + 1e-9:.3g}"),
            source="exact enumeration of every path of the design",
        )


SMALL_RATES, SMALL_TRIALS = (0.1, 0.3, 0.55), 20_000
SMALL = {
    "BOIN": BOIN(0.3, 3),
    "Keyboard": Keyboard(0.3, 3),
    "mTPI-2": MTPI2(0.3, 3),
    "Rolling Six": RollingSix(3),
    "BOIN stopped when too toxic": stop_when_too_toxic(BOIN(0.3, 3), "any", 0.3, 0.8),
    "CRM without skipping": dont_skip(CRM((0.1, 0.3, 0.5), 0.3)),
}


def enumerated(design, rates, subjects):
    """Every path of cohorts of three: (chance, selected level or 0, subjects per level) of each."""

    def walk(outcomes, level, weight):
        for dlt in range(4):
            after, share = (
                outcomes.adding(level, "T" * dlt + "N" * (3 - dlt)),
                weight * chance(dlt, 3, rates[level - 1]),
            )
            decision = design.decide(after)
            if decision.action == "stop" or len(after.subjects) == subjects:
                yield share, named(design, after, decision), after.evaluated(len(rates))
            else:
                yield from walk(after, decision.dose, share)

    return list(walk(Outcomes(), 1, 1.0))


def named(design, outcomes, decision):
    if decision.action == "stop" and (decision.dose is None or isinstance(design, RollingSix)):
        return decision.dose or 0
    if "CRM" in design.name:
        estimates, tried = design.fit(outcomes).p_tox, [level for level, n in enumerate(outcomes.evaluated(3), 1) if n]
        return min(tried, key=lambda level: abs(estimates[level - 1] - 0.3))
    return select_mtd(outcomes.evaluated(3), outcomes.dlt(3), 0.3).mtd or 0


@pytest.mark.parametrize("name", SMALL)
def test_small_trials_end_as_exact_enumeration_says(name, agrees):
    """Three levels, cohorts of three, at most twelve subjects (Rolling Six: as many as it asks for)."""
    design, origin = SMALL[name], "exact enumeration of every path of the design"
    paths = enumerated(design, SMALL_RATES, None if name == "Rolling Six" else 12)
    result = simulate(design, SMALL_RATES, trials=SMALL_TRIALS, subjects=12, seed=11)
    assert sum(share for share, *_ in paths) == pytest.approx(1)
    for level, obtained in enumerate([result.no_dose, *result.levels.selected]):
        expected = sum(share for share, chosen, _ in paths if chosen == level)
        what = (
            f"{name}: share of {SMALL_TRIALS:,} trials that select {f'level {level}' if level else 'no level'}; "
            "within 4 standard errors"
        )
        agrees(obtained, expected, what, within=monte_carlo(expected * (1 - expected)), source=origin)
    for level, obtained in enumerate(result.levels.subjects):
        expected = sum(share * treated[level] for share, _, treated in paths)
        variance = sum(share * (treated[level] - expected) ** 2 for share, _, treated in paths)
        agrees(
            obtained,
            expected,
            f"{name}: mean subjects at level {level + 1}; within 4 standard errors",
            within=monte_carlo(variance),
            source=origin,
        )


def monte_carlo(variance):
    """Four standard errors of a mean over the small trials."""
    return float(f"{4 * (variance / SMALL_TRIALS) ** 0.5 + 1e-9:.3g}")


@pytest.mark.parametrize("cohort", [1, 2, 5])
def test_three_plus_three_keeps_to_its_threes_however_few_or_many_come_at_once(cohort):
    result, exact = (
        simulate(ThreePlusThree(len(RATES)), RATES, trials=3000, cohort=cohort, seed=9),
        exact_without_deescalation(RATES),
    )
    for share, expected in zip([result.no_dose, *result.levels.selected], exact, strict=True):
        assert share == pytest.approx(expected, abs=4 * (expected * (1 - expected) / 3000) ** 0.5 + 1e-9)


def test_three_plus_three_treats_as_many_as_exact_enumeration_says():
    result, reached = simulate(ThreePlusThree(len(RATES)), RATES, trials=6000, seed=8), 1.0
    for row, rate in zip(result.levels.itertuples(), RATES, strict=True):
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


@pytest.mark.parametrize("trials", [1, 99, 100, 250, 255])
def test_progress_is_reported_up_to_the_end_and_once_there(trials):
    seen = []
    simulate(BOIN(0.3, 3), (0.1, 0.3, 0.5), trials=trials, progress=lambda done, of: seen.append((done, of)))
    assert seen[-1] == (trials, trials) and len(set(seen)) == len(seen) > min(90, trials - 1)


class Terminal(io.StringIO):
    def isatty(self):
        return True


SHORT = ["--rates", "0.1,0.3,0.5", "--trials", "255"]


def test_the_bar_of_a_terminal_is_finished_and_ends_its_line(monkeypatch):
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    assert main(SHORT) == 0
    drawn = screen.getvalue().split("\r")
    assert len(drawn) > 90 and drawn[-1] == f"[{'#' * 40}] 255 of 255 trials\n" and screen.getvalue().count("\n") == 1


def test_where_standard_error_is_no_terminal_the_bar_is_one_line():
    """The command itself, its output kept in files."""
    command = [sys.executable, "-m", "stats.simulate", "--design", "3+3", *SHORT]
    run = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True)
    assert run.returncode == 0 and "selected" in run.stdout and "no dose recommended" in run.stdout
    assert run.stderr == f"[{'#' * 40}] 255 of 255 trials\n"


@pytest.mark.parametrize("screen", [io.StringIO(), Terminal()])
def test_an_interrupted_simulation_says_so_in_one_line(screen, monkeypatch, capsys):
    def interrupted(*_, progress, **__):
        progress(1, 255)
        raise KeyboardInterrupt

    monkeypatch.setattr("stats.simulate.simulate", interrupted)
    monkeypatch.setattr("sys.stderr", screen)
    assert main(SHORT) == 130 and capsys.readouterr().out == ""
    assert screen.getvalue().endswith(
        "\nsimulate: interrupted, no result\n" if screen.isatty() else "simulate: interrupted, no result\n"
    )
    assert screen.isatty() or screen.getvalue().count("\n") == 1


@pytest.mark.parametrize(
    "design, header",
    [
        ("boin", "BOIN, 255 trials, target 0.25, cohorts of 2, at most 9 subjects, seed 5"),
        ("3+3", "3+3, 255 trials, cohorts of 2, seed 5"),
        ("rolling-six", "Rolling Six, 255 trials, cohorts of 2, seed 5"),
        ("crm", "CRM, 255 trials, target 0.25, cohorts of 2, at most 9 subjects, seed 5"),
    ],
)
def test_the_header_names_the_settings_that_the_design_uses(design, header, capsys):
    assert (
        main([*SHORT, "--design", design, "--target", "0.25", "--cohort", "2", "--subjects", "9", "--seed", "5"]) == 0
    )
    assert capsys.readouterr().out.splitlines()[0] == header


@pytest.mark.parametrize(
    "arguments, what",
    [
        (["--target", "1.2"], "1.2"),
        (["--rates", "0.1,2"], "rates"),
        (["--design", "magic"], "magic"),
        (["--rates", "a"], "a"),
        (["--trials", "0"], "trials"),
    ],
)
def test_impossible_arguments_end_in_one_line(arguments, what, capsys):
    assert main(arguments) == 1
    error = capsys.readouterr().err
    assert error.startswith("simulate: ") and what in error and error.count("\n") == 1


def test_rates_must_fit_the_levels():
    with pytest.raises(ValueError, match="3 dose levels; got 2"):
        simulate(BOIN(0.3, 3), (0.1, 0.2))


def test_no_level_is_selected_that_the_design_has_closed():
    """Keyboard closes a level after 2 of 2 DLTs, before the isotonic choice of three or more would."""
    design = Keyboard(0.5, 4, cutoff=0.8)
    assert design.eliminated(Outcomes.from_counts([1, 5, 2], [0, 0, 2], 2)) == 3
    assert _Memory(design).select([1, 5, 2, 0], [0, 0, 2, 0], design.decide("1N 3TT 2NNNNN")) == 2
