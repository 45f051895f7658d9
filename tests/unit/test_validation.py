"""The record of validation can show failure and absence; the document is what the record says and nothing else."""

import json
import subprocess
import sys
import threading
from dataclasses import replace

import numpy
import pandas
import pytest
from comparison import plain, same
from recorded import CASE_TEST, FISHER, OTHER_TEST, item, property_of, run_of, verdict_of
from recorder import Run, case_of, function_of

from validation.methods import ROOT, read_methods
from validation.present import present, software
from validation.record import verdict
from validation.report import rendered
from validation.store import alone, dated, merged, save, written
from validation.words import rows, summary

LISTED = read_methods()


def test_a_run_that_agrees_is_recorded_as_passed():
    found = verdict_of(run_of(property_of(0.25, 0.25), property_of(0.5, 0.5 + 1e-9, 1e-6)), present(FISHER))
    assert (found.state, found.cases, found.passed, found.failed, found.missing, found.checks) == (
        "passed",
        1,
        1,
        0,
        0,
        2,
    )
    assert found.worst["within"] == 1e-6 and found.recomputed == (1, 1)


def test_a_wrong_value_is_recorded_as_failed_with_both_values():
    found = verdict_of(run_of(property_of(0.25, 0.25), property_of(0.26, 0.25, 1e-6), case_outcome="failed"))
    assert (found.state, found.passed, found.failed) == ("failed", 0, 1)
    first = rows(found)[0]
    assert (first["RESULT"], first["EXPECTED"], first["OBTAINED"], first["DEVIATION"]) == (
        "FAILED",
        "0.25",
        "0.26",
        0.01,
    )
    assert "1 failed" in summary(found)
    text = rendered([found])
    assert (
        "**FAILED**" in text and "| 0.25 | 0.26 |" in text and "0 missing, 1 failed." in text and "**failed**" in text
    )


def test_a_case_that_ends_in_an_error_is_failed_not_missing():
    found = verdict_of(run_of(property_of(1, 1), case_outcome="failed", error="ValueError: 4 of 3"))
    assert (found.state, found.failed) == ("failed", 1) and rows(found)[0]["OBTAINED"] == "ValueError: 4 of 3"


def test_a_failed_recomputation_fails_the_method():
    assert verdict_of(run_of(property_of(1, 1), other_outcome="failed")).state == "failed"


def test_a_case_without_a_comparison_is_missing():
    found = verdict_of(run_of())
    assert (found.state, found.cases, found.missing) == ("missing", 1, 1) and rows(found)[0]["RESULT"] == "MISSING"
    assert "**MISSING**" in rendered([found])


def test_fewer_cases_than_were_collected_and_no_record_at_all_are_missing():
    record = run_of(property_of(1, 1)).recorded((FISHER,))
    record["fisher"]["collected"] = 3
    assert (verdict(FISHER, record).state, verdict(FISHER, record).missing) == ("missing", 2)
    nothing = verdict(FISHER, {})
    assert (
        nothing.state == "missing"
        and summary(nothing).startswith("Missing")
        and "**No case is recorded.**" in rendered([nothing])
    )


@pytest.mark.parametrize("change", ["skipped", "unfinished", "absent"])
def test_a_part_of_the_tests_leaves_the_record_as_it_was(change, tmp_path):
    run = run_of(property_of(1, 1))
    if change == "skipped":
        run.report(item(OTHER_TEST), "skipped", [], "")
    if change == "unfinished":
        run.collect([item(CASE_TEST, "two")])
    if change == "absent":
        run.collected.pop(OTHER_TEST)
    assert run.recorded((FISHER,)) == {}
    assert save({}, tmp_path / "results.json", tmp_path / "V.md") == 0 and list(tmp_path.iterdir()) == []


def test_a_method_whose_files_change_during_the_run_is_not_recorded():
    run, began = run_of(property_of(1, 1)), present(FISHER)
    for change in (dict(code="0"), dict(tests={}), dict(case_files={"cases/fisher_exact.json": "0"})):
        run.began = {"fisher": replace(began, **change)}
        assert run.recorded((FISHER,)) == {}
    run.began = {"fisher": began}
    assert list(run.recorded((FISHER,))) == ["fisher"]


def test_a_test_file_that_cannot_be_read_fails_its_methods_and_no_others():
    run = Run()
    run.cannot_read("tests/test_stats_proportions.py", f"ModuleNotFoundError: No module named 'nowhere' in {ROOT}/x")
    record = run.recorded(LISTED)
    assert (
        set(record) == {method.id for method in LISTED if "test_stats_proportions.py" in method.test_files}
        and "fisher" in record
    )
    found = verdict(FISHER, record, present(FISHER))
    assert (found.state, found.passed, found.failed) == ("failed", 0, 1) and str(ROOT) not in rows(found)[0]["OBTAINED"]
    assert (
        rows(found)[0]["WHAT"] == "the test file can be read"
        and "No module named 'nowhere'" in rows(found)[0]["OBTAINED"]
    )


def test_what_ran_takes_the_place_of_what_was_there_and_nothing_else_moves():
    before = {"gone": {}, "wilson": {"collected": 19}, "fisher": {"collected": 9}}
    assert merged(before, {"fisher": {"collected": 2}}, LISTED) == {
        "wilson": {"collected": 19},
        "fisher": {"collected": 2},
    }


def test_saved_twice_is_the_same_file(tmp_path):
    run = run_of(property_of(numpy.float64(1 / 3), 1 / 3, 1e-6))
    for _ in range(2):
        assert save(run.recorded(LISTED), tmp_path / "results.json", tmp_path / "V.md") == 1
    saved = (tmp_path / "results.json").read_text(encoding="utf-8")
    assert saved == written(json.loads(saved)["methods"]) and sorted(path.name for path in tmp_path.iterdir()) == [
        "V.md",
        "results.json",
    ]


def test_the_day_of_a_record_moves_only_with_the_record():
    now = run_of(property_of(1, 1)).recorded((FISHER,))
    first = dated(now, {}, "2026-05-01")
    assert first["fisher"]["recorded"] == "2026-05-01" and {"recorded": "2026-05-01"} | now["fisher"] == first["fisher"]
    assert dated(now, json.loads(json.dumps(first)), "2026-06-01") == first
    assert dated({"fisher": now["fisher"] | {"code": "0"}}, first, "2026-06-01")["fisher"]["recorded"] == "2026-06-01"


def test_the_document_is_written_anew_also_where_nothing_was_recorded(tmp_path):
    results, document = tmp_path / "results.json", tmp_path / "V.md"
    save(run_of(property_of(1, 1)).recorded((FISHER,)), results, document)
    results.write_text(results.read_text(encoding="utf-8").replace(present(FISHER).code, "0" * 64), encoding="utf-8")
    assert "source files are not those recorded" not in document.read_text(encoding="utf-8")
    assert save({}, results, document) == 0
    assert "**Stale: its source files are not those recorded.**" in document.read_text(encoding="utf-8")


def test_one_process_at_a_time_writes_the_record(tmp_path):
    """A second writer waits for the first and then adds to what the first has written."""
    fisher, results = run_of(property_of(1, 1)).recorded((FISHER,)), tmp_path / "results.json"
    second = threading.Thread(target=save, args=(fisher, results, tmp_path / "V.md"))
    with alone(tmp_path):
        second.start()
        second.join(0.3)
        assert second.is_alive() and not results.exists()
        results.write_text(written({"wilson": fisher["fisher"]}), encoding="utf-8")
    second.join(20)
    assert list(json.loads(results.read_text(encoding="utf-8"))["methods"]) == ["wilson", "fisher"]


@pytest.mark.parametrize(
    "obtained, expected, within, agree",
    [
        (1.0, 1, 0, True),
        (1.1, 1, 0.05, False),
        (numpy.nan, None, 0, True),
        (None, 1, 1, False),
        (1, None, 1, False),
        ([1, numpy.nan], [1, None], 0, True),
        ([1, 2], [1], 5, False),
        (pandas.NaT, None, 0, True),
        (numpy.array([1, 2]), [1, 2.2], 0.1, False),
        (pandas.Series([1, None]), [1, None], 0, True),
        ("CR", "CR", 0, True),
        ("CR", "CRi", 9, False),
        (True, True, 0, True),
        (True, 1, 0, False),
        (1, True, 0, False),
        (numpy.bool_(False), False, 0, True),
        (pandas.NA, None, 0, True),
        (numpy.int64(3), 3, 0, True),
        (numpy.inf, 3, 99, False),
        (0.3, 0.1 + 0.2, 0, False),
    ],
)
def test_what_counts_as_agreement(obtained, expected, within, agree):
    assert same(plain(obtained), plain(expected), within) is agree


def test_the_fixture_fails_a_test_that_does_not_agree(agrees, request):
    try:
        with pytest.raises(AssertionError, match="P: expected 0.25 within 0.0?.*got 0.26"):
            agrees(0.26, 0.25, "P")
        assert request.node.user_properties[-1][1]["passed"] is False
    finally:
        request.node.user_properties.clear()


def test_a_failing_case_test_ends_in_the_record(tmp_path):
    """The whole way: tests that agree, disagree, raise and compare nothing, run by pytest with two workers,
    read back from the record."""
    (tmp_path / "conftest.py").write_text(CONFTEST.format(root=str(ROOT)), encoding="utf-8")
    (tmp_path / "test_small.py").write_text(SMALL, encoding="utf-8")
    (tmp_path / "methods.toml").write_text(TOML, encoding="utf-8")

    def run(*arguments):
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "-c",
            "/dev/null",
            "--rootdir",
            str(tmp_path),
            *arguments,
        ]
        subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        return (
            json.loads((tmp_path / "results.json").read_text())["methods"]["small"]
            if (tmp_path / "results.json").is_file()
            else None
        )

    assert run("test_small.py", "-k", "right") is None
    record = run("test_small.py", "-n", "2")
    assert [(case["case"], [check["passed"] for check in case["checks"]]) for case in record["cases"]] == [
        ("raises", [False]),
        ("right", [True]),
        ("silent", []),
        ("wrong", [True, False]),
    ]
    assert record["collected"] == 4 and record["recomputed"] == {
        "test_small.py::test_other": {"passed": 1, "failed": 0}
    }
    small = read_methods(tmp_path / "methods.toml")[0]
    found = verdict(small, {"small": record})
    assert (found.state, found.passed, found.failed, found.missing) == ("failed", 1, 2, 1)
    assert run("test_small.py::test_other") == record
    assert "**FAILED**" in (tmp_path / "V.md").read_text() and record["software"] == software()
    (tmp_path / "test_small.py").write_text("import nowhere\n" + SMALL, encoding="utf-8")
    broken = run("test_small.py", "-n", "2")
    (case,) = broken["cases"]
    assert broken["collected"] == 1 and case["case"] == "test_small.py"
    assert "No module named 'nowhere'" in case["checks"][0]["obtained"] and not case["checks"][0]["passed"]


CONFTEST = """
import pathlib, sys
sys.path[:0] = [{root!r} + "/tests", {root!r}]
from recorder import Recorder, agrees
here = pathlib.Path(__file__).parent
def pytest_configure(config):
    recorder = Recorder(config, here / "results.json", here / "V.md", here / "methods.toml")
    config.pluginmanager.register(recorder, "validation-record")
"""
SMALL = """
import pytest
CASES = [dict(id=name, inputs={}, source="here", tolerance=0.1) for name in ("right", "wrong", "raises", "silent")]
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_case(case, agrees):
    if case["id"] == "raises":
        raise ValueError("4 of 3")
    if case["id"] != "silent":
        agrees(1.05, 1, "near")
    if case["id"] == "wrong":
        agrees(2, 1, "far")
def test_other():
    pass
"""
TOML = """
[[method]]
id = "small"
group = "g"
title = "Small"
definition = "d"
source = "s"
cases = ["test_small.py::test_case"]
recomputed = ["test_small.py::test_other"]
"""


def test_names_of_items():
    assert (
        function_of("tests/test_a.py::test_b[c::d[1]]") == "test_a.py::test_b"
        and function_of("tests/test_a.py::test_b@group") == "test_a.py::test_b"
    )
    assert case_of("tests/test_a.py::test_b[c-1]@group") == "c-1" and case_of("tests/test_a.py::test_b_c") == "b c"
