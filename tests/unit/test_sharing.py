"""Tests that share what is costly go to one worker; the others stand alone."""

import pytest
from conftest import ROOT
from sharing import BY_FILE, FILES, PACKS, TOGETHER, group_of


@pytest.mark.parametrize(
    ("test", "group"),
    [
        ("tests/cuts/test_labs.py::test_a[1::2]", "tests/cuts/test_labs.py"),
        ("tests/pages/test_pages.py::test_a", "tests/pages/test_pages.py"),
        ("tests/cuts/test_pack_few.py::test_a[none]", "packs"),
        ("tests/browser/test_speed.py::test_a", "browser"),
        ("tests/browser/test_browser.py::test_a", "browser"),
        ("tests/unit/test_stats_escalation_safety.py::test_a[x]", "tests/unit/test_stats_escalation_safety.py"),
        ("tests/unit/test_labs.py::test_a[x]", "tests/unit/test_labs.py::test_a[x]"),
    ],
)
def test_tests_are_grouped_by_what_they_share(test, group):
    assert group_of(test) == group


def test_what_is_grouped_is_there():
    assert {path.name for path in (ROOT / "tests").iterdir() if path.is_dir()} >= {*BY_FILE, *TOGETHER}
    assert all((ROOT / "tests" / "unit" / name).is_file() for name in FILES)
    assert all((ROOT / "tests" / "cuts" / name).is_file() for name in PACKS)


def test_a_run_uses_the_groups(request):
    workers = request.config.pluginmanager.get_plugin("groups-of-tests"), hasattr(request.config, "workerinput")
    assert workers[1] != (workers[0] is not None)
