"""A small run of the tests of one method, as the record of validation is made from it."""

from comparison import comparison, plain
from recorder import Run

from validation.methods import read_methods
from validation.record import verdict

FISHER = next(method for method in read_methods() if method.id == "fisher")
CASE_TEST, OTHER_TEST = FISHER.cases[0], FISHER.recomputed[0]


def item(function, case="one"):
    return f"tests/{function}[{case}]"


def property_of(obtained, expected, within=0.0):
    return ("check", comparison("P", plain(obtained), plain(expected), within) | {"source": "R"})


def run_of(*checks, case_outcome="passed", other_outcome="passed", error=""):
    """A run of Fisher's tests: one case with these comparisons, one recomputation."""
    run = Run()
    run.collect([item(CASE_TEST), item(OTHER_TEST)])
    run.report(item(CASE_TEST), case_outcome, [("method", "fisher"), *checks], error)
    run.report(item(OTHER_TEST), other_outcome, [], "")
    return run


def verdict_of(run, here=None):
    return verdict(FISHER, run.recorded((FISHER,)), here)
