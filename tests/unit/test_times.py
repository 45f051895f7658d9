"""The times of each kind of test are added up over phases and workers."""

from types import SimpleNamespace

from times import Times


def test_seconds_are_summed_by_folder_and_a_test_counts_once():
    times = Times()
    for nodeid, when, duration in [
        ("tests/cuts/test_a.py::test_b[x::y/z]", "setup", 2.0),
        ("tests/cuts/test_a.py::test_b[x::y/z]", "call", 1.0),
        ("tests/unit/test_c.py::test_d", "call", 0.4),
    ]:
        times.pytest_runtest_logreport(SimpleNamespace(nodeid=nodeid, when=when, duration=duration))
    assert times.line() == "Seconds of the workers: cuts 3 (1 tests), unit 0 (1 tests)"
