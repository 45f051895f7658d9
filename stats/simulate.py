"""Operating characteristics of a design by simulation: `python -m stats.simulate
--design boin --target 0.3 --rates 0.05,0.15,0.3,0.45`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy
import pandas

from stats import checks
from stats.escalation import BOIN, CRM, MTPI2, Decision, Keyboard, Outcomes, RollingSix, ThreePlusThree, crm_skeleton
from stats.escalation.rules import MOST_AT_ONE_LEVEL
from stats.escalation.selection import selected_by
from stats.escalation.wrappers import unwrapped

DESIGNS = ("boin", "keyboard", "mtpi2", "crm", "3+3", "rolling-six")
BY_RULE = (ThreePlusThree, RollingSix)
"""Designs without a target that end their trials themselves."""
BAR = 40


@dataclass(frozen=True)
class Characteristics:
    """What a design does in the long run: per level how often it is selected and how many are treated and have a DLT.

    Frame `levels`: level, rate, selected (share of trials), selected_error (Monte Carlo standard error), subjects, dlt
    (means). `no_dose`: share of trials that recommend none; `subjects`: mean per trial.
    """

    trials: int
    levels: pandas.DataFrame
    no_dose: float
    subjects: float


def simulate(
    design,
    rates,
    *,
    trials: int = 10_000,
    cohort: int = 3,
    subjects: int = 30,
    seed: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Characteristics:
    """Run trials of true DLT `rates` (one per level) and count what the design selects.

    Each cohort is evaluated before the next is enrolled; the trial ends when the design stops it or `subjects` are
    reached (3+3 and Rolling Six always stop themselves and know no such number). Interval designs select by isotonic
    regression (as select_mtd) among the levels not closed, a CRM the level nearest the target among those tried,
    rule-based designs the level they stop at, or where a rule around them ended the trial the highest level tried and
    not closed.
    ValueError: as many rates as levels are needed, each between 0 and 1.
    """
    rates = _rates(rates, design.levels)
    for name, value in (("trials", trials), ("cohort", cohort), ("subjects", subjects)):
        checks.whole(name, value, least=1)
    generator, memory = numpy.random.default_rng(seed), _Memory(design)
    selected = numpy.zeros(design.levels + 1)
    treated, dlt = numpy.zeros(design.levels), numpy.zeros(design.levels)
    for trial in range(trials):
        chosen, n, events = _one_trial(memory, rates, cohort, subjects, generator)
        selected[chosen or 0] += 1
        treated += n
        dlt += events
        if progress and ((trial + 1) % max(1, trials // 100) == 0 or trial + 1 == trials):
            progress(trial + 1, trials)
    share = selected[1:] / trials
    frame = pandas.DataFrame(
        {
            "level": numpy.arange(1, design.levels + 1),
            "rate": rates,
            "selected": share,
            "selected_error": numpy.sqrt(share * (1 - share) / trials),
            "subjects": treated / trials,
            "dlt": dlt / trials,
        }
    )
    return Characteristics(trials, frame, selected[0] / trials, treated.sum() / trials)


class _Memory:
    """A design's answers by state: without pending subjects they depend on the counts and the current level alone."""

    def __init__(self, design):
        self.design, self.decisions, self.selections = design, {}, {}
        self.core = unwrapped(design)
        self.by_rule = isinstance(self.core, BY_RULE)

    def room(self, n: list[int], level: int, cohort: int, subjects: int) -> int:
        """How many subjects the next cohort may hold; 3+3 completes its threes before anything else."""
        if isinstance(self.core, ThreePlusThree):
            return min(cohort, 3 - n[level - 1] % 3)
        return min(cohort, MOST_AT_ONE_LEVEL - n[level - 1] if self.by_rule else subjects - sum(n))

    def decide(self, n: list[int], dlt: list[int], level: int) -> Decision:
        state = (*n, *dlt, level)
        if state not in self.decisions:
            self.decisions[state] = self.design.decide(Outcomes.from_counts(n, dlt, level))
        return self.decisions[state]

    def select(self, n: list[int], dlt: list[int], last: Decision) -> int | None:
        if last.action == "stop" and last.dose is None:
            return None
        state = (*n, *dlt)
        if state not in self.selections:
            self.selections[state] = self._selected(n, dlt, last)
        return self.selections[state]

    @staticmethod
    def _outcomes(n: list[int], dlt: list[int]) -> Outcomes:
        return Outcomes.from_counts(n, dlt, max(level for level, subjects in enumerate(n, 1) if subjects))

    def _selected(self, n: list[int], dlt: list[int], last: Decision) -> int | None:
        """A rule that wraps the design may end a trial; what is selected is the design's own business."""
        if isinstance(self.core, CRM):
            return self.core.select(self._outcomes(n, dlt))
        if not self.by_rule:
            return selected_by(self.core, self._outcomes(n, dlt))
        tolerated = [
            level for level, (subjects, events) in enumerate(zip(n, dlt, strict=True), 1) if subjects and events < 2
        ]
        return last.dose if last.dose in tolerated else max(tolerated, default=None)


def _one_trial(
    memory: _Memory, rates, cohort: int, subjects: int, generator
) -> tuple[int | None, list[int], list[int]]:
    n, dlt, level = [0] * len(rates), [0] * len(rates), 1
    while True:
        size = memory.room(n, level, cohort, subjects)
        n[level - 1] += size
        dlt[level - 1] += int(generator.binomial(size, rates[level - 1]))
        decision = memory.decide(n, dlt, level)
        if decision.dose is None or decision.action == "stop" or (sum(n) >= subjects and not memory.by_rule):
            return memory.select(n, dlt, decision), n, dlt
        level = decision.dose


def _rates(rates, levels: int) -> numpy.ndarray:
    rates = numpy.asarray(rates, dtype=float)
    if rates.shape != (levels,):
        raise ValueError(f"the design has {levels} dose levels; got {rates.size} rates")
    if not ((rates >= 0) & (rates <= 1)).all():
        raise ValueError(f"rates must be between 0 and 1; got {rates[~((rates >= 0) & (rates <= 1))][0]:g}")
    return rates


def make_design(name: str, target: float, levels: int):
    """A design by its short name with the settings its authors recommend."""
    makers = {
        "boin": lambda: BOIN(target, levels),
        "keyboard": lambda: Keyboard(target, levels),
        "mtpi2": lambda: MTPI2(target, levels),
        "crm": lambda: CRM(crm_skeleton(0.05, target, (levels + 1) // 2, levels), target),
        "3+3": lambda: ThreePlusThree(levels),
        "rolling-six": lambda: RollingSix(levels),
    }
    if name not in makers:
        raise ValueError(f"unknown design {name!r}; it is one of {', '.join(DESIGNS)}")
    return makers[name]()


def main(arguments: list[str] | None = None) -> int:
    """The command: a table on standard output, the bar on standard error.

    Ends with 0; with 1 and one line where the input is impossible; with 130 and one line where it is interrupted.
    """
    options = _options(arguments)
    try:
        rates = [float(rate) for rate in options.rates.split(",")]
        design = make_design(options.design, options.target, len(rates))
        result = simulate(
            design,
            rates,
            trials=options.trials,
            cohort=options.cohort,
            subjects=options.subjects,
            seed=options.seed,
            progress=_bar,
        )
    except ValueError as error:
        print(f"simulate: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(("\n" if sys.stderr.isatty() else "") + "simulate: interrupted, no result", file=sys.stderr)
        return 130
    print(_header(design, options))
    print(result.levels.to_string(index=False, float_format="{:.4f}".format))
    print(f"no dose recommended in {result.no_dose:.2%} of trials; {result.subjects:.1f} subjects a trial")
    return 0


def _header(design, options) -> str:
    """The settings that this design uses: the rule-based designs know no target and end their trials themselves."""
    target, most = (
        ([], [])
        if isinstance(design, BY_RULE)
        else ([f"target {options.target:g}"], [f"at most {options.subjects} subjects"])
    )
    return ", ".join(
        [
            design.name,
            f"{options.trials} trials",
            *target,
            f"cohorts of {options.cohort}",
            *most,
            f"seed {options.seed}",
        ]
    )


def _options(arguments):
    parser = argparse.ArgumentParser(
        prog="python -m stats.simulate", description="Operating characteristics of a dose escalation design."
    )
    parser.add_argument("--design", default="boin", help=", ".join(DESIGNS))
    parser.add_argument("--rates", default="0.05,0.1,0.2,0.3,0.45,0.6", help="true DLT rate per dose level")
    parser.add_argument("--target", type=float, default=0.3)
    for name, default in (("trials", 10_000), ("cohort", 3), ("subjects", 30), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    return parser.parse_args(arguments)


def _bar(done: int, trials: int) -> None:
    """The bar of a terminal, drawn over itself; where standard error is kept in a file its last state alone."""
    filled, over, end = BAR * done // trials, "\r" if sys.stderr.isatty() else "", "\n" if done == trials else ""
    if over or end:
        print(
            f"{over}[{'#' * filled}{'.' * (BAR - filled)}] {done} of {trials} trials",
            end=end,
            file=sys.stderr,
            flush=True,
        )


if __name__ == "__main__":
    sys.exit(main())
