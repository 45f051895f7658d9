"""BOIN, Keyboard and mTPI-2 against the authors' packages and by integrating the likelihood."""

from itertools import pairwise
from math import log

import by_integration
import pytest
from scipy.optimize import bisect
from shared import shared_cases

from stats.escalation import BOIN, MTPI2, Keyboard

LIMITS = {
    "escalate_if_at_most": "escalate_if_dlt_le",
    "deescalate_if_at_least": "deescalate_if_dlt_ge",
    "eliminate_if_at_least": "eliminate_if_dlt_ge",
}


def limits_agree(agrees, design, expected, n):
    table = design.table(max(n)).set_index("n").loc[list(n)]
    for ours, theirs in LIMITS.items():
        agrees(table[ours], expected[theirs], f"{ours.replace('_', ' ')}, n = {min(n)} to {max(n)}", within=0)


@pytest.mark.parametrize(
    "case",
    [
        case
        for case in shared_cases("boin_boundaries.json")
        if case.values[0] is None or case.values[0]["method"].startswith("boin_boundary")
    ],
)
def test_boin_limits_agree_with_the_authors_package(case, agrees):
    given, expected = case["inputs"], case["expected"]
    design = BOIN(given["target"], 5, given["p_saf"], given["p_tox"], given["cutoff_eli"])
    limits_agree(agrees, design, expected, given["n"])
    if "lambda_e" in expected:
        agrees(
            [design.lambda_e, design.lambda_d],
            [expected["lambda_e"], expected["lambda_d"]],
            "lambda e and lambda d",
            within=1e-9,
        )


@pytest.mark.parametrize("case", shared_cases("boin_boundaries.json", "boin_extrasafe_stop"))
def test_boin_extra_safe_stop_is_elimination_at_a_lower_cutoff(case, agrees):
    given = case["inputs"]
    design = BOIN(given["target"], 5, cutoff=given["cutoff_eli"] - given["offset"])
    agrees(
        design.table(max(given["n"])).eliminate_if_at_least,
        case["expected"]["stop_if_dlt_ge_at_lowest_dose"],
        "stop if at least, at the lowest level",
    )


def test_boin_defaults_are_six_and_fourteen_tenths_of_the_target():
    assert BOIN(0.3, 5).table(30).equals(BOIN(0.3, 5, 0.18, 0.42, 0.95).table(30))


@pytest.mark.parametrize("target", [0.2, 0.25, 0.3, 0.33])
def test_boin_limits_are_where_two_rates_are_equally_likely(target, agrees):
    def equally_likely(first, second):
        return bisect(
            lambda rate: rate * log(first / second) + (1 - rate) * log((1 - first) / (1 - second)),
            1e-6,
            1 - 1e-6,
            xtol=1e-14,
        )

    design, expected = BOIN(target, 5), [equally_likely(0.6 * target, target), equally_likely(1.4 * target, target)]
    agrees(
        [design.lambda_e, design.lambda_d],
        expected,
        f"lambda e and lambda d, target {target}",
        within=1e-9,
        source="bisection for the observed rate at which target and 0.6 (1.4) times the target are equally likely",
    )


@pytest.mark.parametrize("n", [1, 2, 3, 6, 9])
def test_elimination_by_integration(n):
    designs = ((BOIN(0.3, 4), 3), (Keyboard(0.3, 4), 1), (Keyboard(0.3, 4, closes_from=3), 3), (MTPI2(0.3, 4), 2))
    for design, first in designs:
        beyond = [dlt for dlt in range(n + 1) if by_integration.mass(n, dlt, 0.3, 1) > 0.95]
        assert design.limits(n).eliminate_at_least == (beyond[0] if beyond and n >= first else None)


@pytest.mark.parametrize("case", shared_cases("keyboard_mtpi2_tables.json", "keyboard_boundary"))
def test_keyboard_limits_agree_with_the_authors_package(case, agrees):
    given = case["inputs"]
    assert given["margin_left"] == given["margin_right"]
    limits_agree(
        agrees, Keyboard(given["target"], 5, given["margin_left"], given["cutoff_eli"]), case["expected"], given["n"]
    )


def test_keyboard_that_closes_from_three_subjects_on_leaves_a_level_open_before():
    """2 of 2 close the level by the authors' package; from three on it is left, and closed by the third DLT."""
    package, later = Keyboard(0.3, 3), Keyboard(0.3, 3, closes_from=3)
    assert package.decide("1TT").verdict == ("stop", None) and later.decide("1TT").verdict == ("stay", 1)
    assert package.decide("1TTT").verdict == later.decide("1TTT").verdict == ("stop", None)
    assert later.decide("1NNN 2TT").verdict == ("de-escalate", 1)


@pytest.mark.parametrize("case", shared_cases("keyboard_mtpi2_tables.json", "mtpi2_table"))
def test_mtpi2_table(case, agrees):
    """The file's mTPI table (method mtpi_table) belongs to a design this project does not offer."""
    given = case["inputs"]
    design = MTPI2(given["target"], 5, given["epsilon1"], given["epsilon2"], given["exclusion_certainty"])
    for n in sorted({row["n"] for row in case["expected"]["rows"]}):
        rows = [row for row in case["expected"]["rows"] if row["n"] == n]
        decisions = [action(design.limits(n), row["dlt"]) for row in rows]
        agrees(
            decisions,
            [row["decision"] for row in rows],
            f"n = {n}: decisions for {rows[0]['dlt']} to {rows[-1]['dlt']} DLTs",
        )


def action(limits, dlt):
    if limits.eliminate_at_least is not None and dlt >= limits.eliminate_at_least:
        return "DU"
    if limits.deescalate_at_least is not None and dlt >= limits.deescalate_at_least:
        return "D"
    return "E" if dlt <= limits.escalate_at_most else "S"


TARGETS, MOST = (0.1, 0.2, 0.25, 0.3, 0.33), 12
"""At 0.1 the key below the target key is cut by 0 and decides by its mass over its own width."""
INTEGRATED = "numerical integration of the likelihood over each interval"


@pytest.mark.parametrize("target", TARGETS)
def test_keyboard_by_integration(target, agrees):
    integrated_agrees(agrees, Keyboard(target, 4), target - 0.05, target + 0.05, first=1)


@pytest.mark.parametrize("target, below, above", [*((target, 0.05, 0.05) for target in TARGETS), (0.2, 0.05, 0.1)])
def test_mtpi2_by_integration(target, below, above, agrees):
    integrated_agrees(agrees, MTPI2(target, 4, below, above), target - below, target + above, first=2)


def integrated_agrees(agrees, design, low, high, first):
    """Every number of DLTs of 1 to 12 subjects; a level is closed from `first` subjects on."""
    for n in range(1, MOST + 1):
        expected = [integrated(n, dlt, design.target, low, high, first) for dlt in range(n + 1)]
        obtained = [action(design.limits(n), dlt) for dlt in range(n + 1)]
        agrees(
            obtained,
            expected,
            f"{design.name}, target {design.target}, interval {low:g} to {high:g}, n = {n}: "
            f"decisions for 0 to {n} DLTs",
            source=INTEGRATED,
        )


def integrated(n, dlt, target, low, high, first):
    """Walk outwards from the target interval in steps of its width, divide each mass by its width, take the largest."""
    if n >= first and by_integration.mass(n, dlt, target, 1) > 0.95:
        return "DU"
    width, steps = high - low, range(20)
    edges = sorted(
        {0.0, 1.0}
        | {low - k * width for k in steps if low - k * width > 1e-9}
        | {high + k * width for k in steps if high + k * width < 1 - 1e-9}
    )
    densities = [(by_integration.mass(n, dlt, a, b) / (b - a), a) for a, b in pairwise(edges)]
    best = max(densities)[1]
    if best == pytest.approx(low):
        return "S"
    return "E" if best < low else "D"
