"""The record and the document as they are kept, and the list of methods that they are made by."""

import ast
import importlib
import re
from functools import lru_cache

import pytest

from validation.methods import METHODS, ROOT, read_methods
from validation.present import SHARED
from validation.record import RESULTS, read_record, verdict
from validation.report import rendered
from validation.sources import source_files, sql_files
from validation.store import DOCUMENT, written

LISTED = read_methods()
BY_ID = {method.id: method for method in LISTED}


def judged_by_none(document):
    """The document without what it says of the code, the tests and the software that were there when it was written."""
    text = re.sub(r"^- \*\*.*\n", "", document, flags=re.M)
    text = re.sub(r"\| (\*\*)?(passed|stale|recorded with other versions)(\*\*)? \|$", "| |", text, flags=re.M)
    return re.sub(r"comparisons: .*\.$", "comparisons", text, flags=re.M)


def test_the_document_is_what_the_record_renders_to():
    expected = rendered([verdict(method, read_record()) for method in LISTED])
    assert judged_by_none(DOCUMENT.read_text(encoding="utf-8")) == judged_by_none(expected), (
        "run the tests whole: they write VALIDATION.md"
    )


def test_the_record_names_every_method_and_none_is_failed_or_missing():
    """Stale is no failure here: whoever works on a method sees it, and the end of a whole run records it anew."""
    record = read_record()
    assert list(record) == list(BY_ID)
    assert {method.id: state for method in LISTED if (state := verdict(method, record).state) != "passed"} == {}


def test_the_record_is_kept_small_and_as_it_is_written():
    assert RESULTS.stat().st_size < 1_000_000
    assert RESULTS.read_text(encoding="utf-8") == written(read_record())


@pytest.mark.parametrize("method", LISTED, ids=lambda method: method.id)
def test_every_method_has_a_definition_a_source_code_and_cases(method):
    assert method.definition and method.source and (method.functions or method.sql) and method.cases


@pytest.mark.parametrize("method", LISTED, ids=lambda method: method.id)
def test_the_functions_files_and_tests_that_a_method_names_exist(method):
    for name in method.functions:
        module, _, function = name.rpartition(".")
        assert callable(getattr(importlib.import_module(module), function))
    assert source_files(method) and set(method.sql) <= sql_files().keys()
    for name in method.cases + method.recomputed:
        test = own_names(name.partition("::")[0]).get(name.partition("::")[2])
        assert isinstance(test, ast.FunctionDef), name
        takes = "agrees" in {argument.arg for argument in test.args.args}
        assert takes == (name in method.cases), f"{name}: cases compare through agrees, recomputations do not"


def test_every_comparison_that_a_test_makes_belongs_to_a_method():
    listed = {name for method in LISTED for name in method.cases} | {
        "test_validation.py::test_the_fixture_fails_a_test_that_does_not_agree"
    }
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if (
                isinstance(node, ast.FunctionDef)
                and node.name.startswith("test_")
                and "agrees" in {argument.arg for argument in node.args.args}
            ):
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


@pytest.mark.parametrize("method", LISTED, ids=lambda method: method.id)
def test_a_method_names_the_case_files_that_its_tests_read(method):
    """Whatever of the folder of cases a test names, in itself or in what it uses of its own file."""
    if not SHARED.is_dir():
        pytest.skip(f"the folder of cases is not there ({SHARED})")
    read = {name for test in method.cases + method.recomputed for name in names_of_files(*test.split("::"))}
    shared = {path.relative_to(SHARED).as_posix() for path in SHARED.rglob("*.*") if path.name in read}
    assert set(method.case_files) == shared


def names_of_files(test_file, function):
    named, waiting, seen, found = own_names(test_file), [function], set(), set()
    while waiting:
        name = waiting.pop()
        if name in named and name not in seen:
            seen.add(name)
            nodes = list(ast.walk(named[name]))
            found |= {
                node.value
                for node in nodes
                if isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and re.fullmatch(r"[\w-]+\.(json|csv)", node.value)
            }
            waiting += [node.id for node in nodes if isinstance(node, ast.Name)]
    return found


@lru_cache
def own_names(test_file):
    """What a test file defines at its top: name → where."""
    named = {}
    for node in ast.parse(next((ROOT / "tests").rglob(test_file)).read_text(encoding="utf-8")).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            named[node.name] = node
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            named |= {
                part.id: node
                for part in ast.walk(node)
                if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
            }
    return named
