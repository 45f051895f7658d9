"""The record of validation can show failure, absence and age; the document is what the record says and nothing else."""
import ast
import importlib
import json
import subprocess
import sys
from pathlib import Path

import numpy
import pandas
import pytest

from displays import methods
from displays.methods_record import METHODS, RESULTS, ROOT, fingerprint, read_methods, read_record, source_files, standing
from displays.methods_words import rows, value, verdict
from queries import View
from validation import DOCUMENT, Run, case_of, comparison, function_of, merged, plain, same, save, software, written
from validation_report import rendered

LISTED = read_methods()
BY_ID = {method.id: method for method in LISTED}
FISHER = BY_ID["fisher"]
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


def standing_of(run, code=None):
    return standing(FISHER, run.recorded((FISHER,)), code)


def test_a_run_that_agrees_is_recorded_as_passed():
    found = standing_of(run_of(property_of(0.25, 0.25), property_of(0.5, 0.5 + 1e-9, 1e-6)), fingerprint(FISHER))
    assert (found.state, found.cases, found.passed, found.failed, found.missing, found.checks) == ("passed", 1, 1, 0, 0, 2)
    assert found.worst["within"] == 1e-6 and found.recomputed == (1, 1)


def test_a_wrong_value_is_recorded_as_failed_with_both_values():
    found = standing_of(run_of(property_of(0.25, 0.25), property_of(0.26, 0.25, 1e-6), case_outcome="failed"))
    assert (found.state, found.passed, found.failed) == ("failed", 0, 1)
    first = rows(found)[0]
    assert (first["RESULT"], first["EXPECTED"], first["OBTAINED"], first["DEVIATION"]) == ("FAILED", "0.25", "0.26", 0.01)
    assert "1 failed" in verdict(found)
    text = rendered((FISHER,), {"fisher": found.record})
    assert "**FAILED**" in text and "| 0.25 | 0.26 |" in text and "0 passed, 1 failed" in text


def test_a_case_that_ends_in_an_error_is_failed_not_missing():
    found = standing_of(run_of(property_of(1, 1), case_outcome="failed", error="ValueError: 4 of 3"))
    assert (found.state, found.failed) == ("failed", 1) and rows(found)[0]["OBTAINED"] == "ValueError: 4 of 3"


def test_a_failed_recomputation_fails_the_method():
    assert standing_of(run_of(property_of(1, 1), other_outcome="failed")).state == "failed"


def test_a_case_without_a_comparison_is_missing():
    found = standing_of(run_of())
    assert (found.state, found.cases, found.missing) == ("missing", 1, 1) and rows(found)[0]["RESULT"] == "MISSING"
    assert "**MISSING**" in rendered((FISHER,), {"fisher": found.record})


def test_fewer_cases_than_were_collected_and_no_record_at_all_are_missing():
    record = run_of(property_of(1, 1)).recorded((FISHER,))
    record["fisher"]["collected"] = 3
    assert (standing(FISHER, record).state, standing(FISHER, record).missing) == ("missing", 2)
    nothing = standing(FISHER, {})
    assert nothing.state == "missing" and verdict(nothing).startswith("Missing") and "**No case is recorded.**" in rendered((FISHER,), {})


def test_another_version_of_the_code_is_stale():
    run = run_of(property_of(1, 1))
    assert standing_of(run, "0" * 64).state == "stale" and "Stale" in verdict(standing_of(run, "0" * 64))
    assert standing_of(run, fingerprint(FISHER)).state == "passed"


def test_a_changed_source_file_changes_the_fingerprint(monkeypatch):
    before = fingerprint(FISHER)
    assert {path.relative_to(ROOT).as_posix() for path in source_files(FISHER)} >= {"stats/proportions.py", "stats/checks.py"}
    read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read(path) + (b"#" if path.name == "checks.py" else b""))
    assert fingerprint(FISHER) != before


def test_a_design_rests_on_every_file_it_imports():
    files = {path.name for path in source_files(BY_ID["dont-skip"])}
    assert {"wrappers.py", "outcomes.py", "checks.py"} <= files and "proportions.py" not in files


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
    assert save(run, tmp_path / "results.json", tmp_path / "V.md") == 0 and list(tmp_path.iterdir()) == []


def test_what_ran_takes_the_place_of_what_was_there_and_nothing_else_moves():
    before = {"gone": {}, "wilson": {"collected": 19}, "fisher": {"collected": 9}}
    assert merged(before, {"fisher": {"collected": 2}}, LISTED) == {"wilson": {"collected": 19}, "fisher": {"collected": 2}}


def test_saved_twice_is_the_same_file(tmp_path):
    run = run_of(property_of(numpy.float64(1 / 3), 1 / 3, 1e-6))
    for _ in range(2):
        assert save(run, tmp_path / "results.json", tmp_path / "V.md") == 1
    saved = (tmp_path / "results.json").read_text(encoding="utf-8")
    assert saved == written(json.loads(saved)["methods"]) and sorted(path.name for path in tmp_path.iterdir()) == ["V.md", "results.json"]


@pytest.mark.parametrize("obtained, expected, within, agree", [
    (1.0, 1, 0, True), (1.1, 1, 0.05, False), (numpy.nan, None, 0, True), (None, 1, 1, False), (1, None, 1, False), ([1, numpy.nan], [1, None], 0, True),
    ([1, 2], [1], 5, False), (numpy.array([1, 2]), [1, 2.2], 0.1, False), (pandas.Series([1, None]), [1, None], 0, True), ("CR", "CR", 0, True),
    ("CR", "CRi", 9, False), (True, True, 0, True), (True, 1, 0, False), (1, True, 0, False), (numpy.bool_(False), False, 0, True), (pandas.NA, None, 0, True),
    (numpy.int64(3), 3, 0, True), (numpy.inf, 3, 99, False), (0.3, 0.1 + 0.2, 0, False),
])
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
    """The whole way: tests that agree, disagree, raise and compare nothing, run by pytest with two workers, read back from the record."""
    (tmp_path / "conftest.py").write_text(CONFTEST.format(root=str(ROOT)), encoding="utf-8")
    (tmp_path / "test_small.py").write_text(SMALL, encoding="utf-8")
    (tmp_path / "methods.toml").write_text(TOML, encoding="utf-8")

    def run(*arguments):
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "/dev/null", "--rootdir", str(tmp_path), *arguments]
        subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        return json.loads((tmp_path / "results.json").read_text())["methods"]["small"] if (tmp_path / "results.json").is_file() else None

    assert run("test_small.py", "-k", "right") is None
    record = run("test_small.py", "-n", "2")
    assert [(case["case"], [check["passed"] for check in case["checks"]]) for case in record["cases"]] == [
        ("raises", [False]), ("right", [True]), ("silent", []), ("wrong", [True, False])]
    assert record["collected"] == 4 and record["recomputed"] == {"test_small.py::test_other": {"passed": 1, "failed": 0}}
    small = read_methods(tmp_path / "methods.toml")[0]
    found = standing(small, {"small": record})
    assert (found.state, found.passed, found.failed, found.missing) == ("failed", 1, 2, 1)
    assert run("test_small.py::test_other") == record
    assert "**FAILED**" in (tmp_path / "V.md").read_text() and record["software"] == software()


CONFTEST = """
import pathlib, sys
sys.path[:0] = [{root!r} + "/tests", {root!r}]
from validation import Recorder, agrees
here = pathlib.Path(__file__).parent
def pytest_configure(config):
    config.pluginmanager.register(Recorder(config, here / "results.json", here / "V.md", here / "methods.toml"), "validation-record")
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
    assert function_of("tests/test_a.py::test_b[c::d[1]]") == "test_a.py::test_b" and function_of("tests/test_a.py::test_b@group") == "test_a.py::test_b"
    assert case_of("tests/test_a.py::test_b[c-1]@group") == "c-1" and case_of("tests/test_a.py::test_b_c") == "b c"


# The record and the document as they are kept.


def test_the_document_is_what_the_record_renders_to():
    assert DOCUMENT.read_text(encoding="utf-8") == rendered(LISTED, read_record()), "run the tests whole: they write VALIDATION.md"


def test_the_record_is_kept_small_and_as_it_is_written():
    assert RESULTS.stat().st_size < 1_000_000
    assert RESULTS.read_text(encoding="utf-8") == written(read_record())


@pytest.mark.parametrize("method", LISTED, ids=lambda method: method.id)
def test_every_method_has_a_definition_a_source_and_at_least_one_check(method):
    found = standing(method, read_record())
    assert method.definition and method.source and method.functions and method.cases
    assert found.checks >= 1 and found.state in ("passed", "failed")


@pytest.mark.parametrize("method", LISTED, ids=lambda method: method.id)
def test_the_functions_files_and_tests_that_a_method_names_exist(method):
    for name in method.functions:
        module, _, function = name.rpartition(".")
        assert callable(getattr(importlib.import_module(module), function))
    assert all(path.is_file() for path in source_files(method))
    for name in method.cases + method.recomputed:
        path, _, function = name.partition("::")
        tests = {node.name: node for node in ast.parse((ROOT / "tests" / path).read_text(encoding="utf-8")).body if isinstance(node, ast.FunctionDef)}
        assert function in tests
        takes = "agrees" in {argument.arg for argument in tests[function].args.args}
        assert takes == (name in method.cases), f"{name}: cases compare through agrees, recomputations do not"


def test_every_comparison_that_a_test_makes_belongs_to_a_method():
    listed = {name for method in LISTED for name in method.cases} | {f"{Path(__file__).name}::{test_the_fixture_fails_a_test_that_does_not_agree.__name__}"}
    for path in sorted((ROOT / "tests").glob("test_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and "agrees" in {argument.arg for argument in node.args.args}:
                assert f"{path.name}::{node.name}" in listed


def test_every_function_of_stats_that_cites_a_source_appears_under_a_method():
    named = {name for method in LISTED for name in method.functions}
    citing = set()
    for path in sorted((ROOT / "stats").rglob("*.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            public = isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_")
            if public and "Source" in (ast.get_docstring(node) or ""):
                citing.add(f"{module}.{node.name}")
    assert len(citing) > 20 and citing <= named, sorted(citing - named)


def test_ids_are_unique_and_every_test_is_listed_once_in_a_method():
    assert len(BY_ID) == len(LISTED) and METHODS.is_file()
    assert all(len(set(method.cases + method.recomputed)) == len(method.cases + method.recomputed) for method in LISTED)


# The page's displays.


def test_the_overview_counts_what_the_record_holds(sample_cuts):
    shown = methods.overview(View(list(sample_cuts.values())[-1]))
    record = json.loads(RESULTS.read_text(encoding="utf-8"))["methods"]
    assert shown.open_session and len(shown.table) == len(LISTED)
    assert shown.table["CASES"].tolist() == [record[method.id]["collected"] for method in LISTED]
    assert str(sum(len(entry["cases"]) for entry in record.values())) in shown.finding
    assert set(shown.labels) <= set(shown.table.columns) and shown.questions == ()


def test_the_overview_names_what_is_stale_failed_or_missing(sample_cuts, monkeypatch):
    record = read_record()
    wrong = json.loads(json.dumps(record["fisher"]))
    wrong["cases"][0]["checks"][0]["passed"] = False
    changed = {**record, "fisher": wrong, "qtc": record["qtc"] | {"code": "0"}}
    changed.pop("keyboard")
    monkeypatch.setattr("displays.methods_record.read_record", lambda: changed)
    shown = methods.overview(View(list(sample_cuts.values())[-1]))
    states = shown.table.set_index("METHOD")["STATE"]
    assert (states[FISHER.title], states[BY_ID["qtc"].title], states["Keyboard"]) == ("failed", "stale", "missing")
    assert f"Failed: {FISHER.title}; missing: Keyboard; stale: QT corrected" in shown.finding


@pytest.mark.parametrize("method", LISTED, ids=lambda method: method.id)
def test_each_method_shows_all_its_comparisons(sample_cuts, method):
    view = View(list(sample_cuts.values())[-1])
    shown = methods.checks(view, method.id)
    checks = [check for case in read_record()[method.id]["cases"] for check in case["checks"]]
    assert len(shown.table) == len(checks) and sorted(shown.table["OBTAINED"]) == sorted(value(check["obtained"]) for check in checks)
    assert method.definition in shown.population and shown.source == method.source and shown.open_session
    assert methods.recomputations(view, method.id).table["PASSED"].sum() == standing(method, read_record()).recomputed[0]


def test_software_that_differs_from_the_record_is_said(sample_cuts, monkeypatch):
    view = View(list(sample_cuts.values())[-1])
    monkeypatch.setattr("displays.methods._version", lambda name: read_record()["fisher"]["software"][name])
    assert methods.software(view).finding == "The record was made with the versions that run now."
    monkeypatch.setattr("displays.methods._version", lambda name: "0.1" if name == "scipy" else read_record()["fisher"]["software"][name])
    assert "scipy 0.1 (recorded with 1." in methods.software(view).finding


def test_without_any_record_every_method_is_missing(sample_cuts, monkeypatch):
    monkeypatch.setattr("displays.methods_record.read_record", dict)
    view = View(list(sample_cuts.values())[-1])
    assert set(methods.overview(view).table["STATE"]) == {"missing"} and methods.checks(view, "fisher").table.empty
    assert methods.software(view).table["RECORDED"].tolist() == ["none"] and methods.recomputations(view, "fisher").table.empty
