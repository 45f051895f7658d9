"""The MTD at the end of a trial and isotonic regression, against the authors' package, R and naive recomputation."""

import numpy
import pytest
from scipy.stats import beta
from shared import shared_cases

from stats.escalation import isotonic, select_mtd
from stats.escalation.selection import selected_level


@pytest.mark.parametrize("case", shared_cases("boin_select_mtd.json", "boin_select_mtd"))
def test_mtd_selection_agrees_with_the_authors_package(case, agrees):
    given, expected = case["inputs"], case["expected"]
    selection = select_mtd(
        given["n"],
        given["dlt"],
        given["target"],
        cutoff=given["cutoff_eli"],
        extrasafe=given["extrasafe"],
        bound_mtd=given["bound_mtd"],
    )
    agrees(
        selection.mtd,
        expected["mtd_level_1based"],
        f"MTD of {given['dlt']} DLTs of {given['n']}, target {given['target']}",
        within=0,
    )
    assert (selection.mtd is None) == expected["no_dose_selected"]
    if not given["extrasafe"] and not given["bound_mtd"]:
        level = selected_level(given["n"], given["dlt"], given["target"], given["cutoff_eli"])
        agrees(level, expected["mtd_level_1based"], "the level alone, as displays select it", within=0)
    for column, key in (("estimate", "isotonic_phat_2dp"), ("p_over_target", "isotonic_p_overdose_2dp")):
        agrees(getattr(selection, column), expected[key], f"{column.replace('_', ' ')} per level")


def test_mtd_interval_is_the_posterior_of_a_level_that_needs_no_pooling():
    selection = select_mtd([6, 6], [0, 2], 0.3, level=0.9)
    assert selection.lower[1] == pytest.approx(beta.ppf(0.05, 2.05, 4.05)) and selection.upper[1] == pytest.approx(
        beta.ppf(0.95, 2.05, 4.05)
    )
    assert (selection.lower <= selection.estimate).all() and (selection.estimate <= selection.upper).all()


def test_mtd_selection_where_nothing_can_be_selected():
    assert select_mtd([3, 0], [3, 0], 0.3).mtd is None
    assert select_mtd([0, 0, 0], [0, 0, 0], 0.3).mtd is None
    assert select_mtd([3], [0], 0.3).mtd == 1
    assert select_mtd([3, 3, 3], [0, 0, 3], 0.3).levels.eliminated.tolist() == [False, False, True]


@pytest.mark.parametrize("case", shared_cases("isotonic_pava.json", "pava"))
def test_isotonic_agrees_with_r(case, agrees):
    agrees(isotonic(case["inputs"]["y"], case["inputs"]["w"]), case["expected"]["fit"], "fitted values")


@pytest.mark.parametrize("seed", range(5))
def test_isotonic_by_its_max_min_formula(seed):
    generator = numpy.random.default_rng(seed)
    y, w = generator.random(8), generator.integers(1, 10, 8)
    mean = {(a, b): numpy.average(y[a : b + 1], weights=w[a : b + 1]) for a in range(8) for b in range(a, 8)}
    assert isotonic(y, w) == pytest.approx(
        [max(min(mean[a, b] for b in range(i, 8)) for a in range(i + 1)) for i in range(8)]
    )
