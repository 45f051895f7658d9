"""The record covers the SQL that is shown: every file that carries a definition, and all that it reads."""

from __future__ import annotations

import ast
import shutil
from dataclasses import replace

import pytest

from validation.methods import ROOT, read_methods, without_definition
from validation.present import fingerprint
from validation.sources import SCHEMAS, read_by, source_files, sql_files
from validation.use import use_of

LISTED = read_methods()
BY_ID = {method.id: method for method in LISTED}
IN_SQL = [method for method in LISTED if method.sql]
STAGING = sorted(path.stem for path in (ROOT / "queries" / "staging").glob("*.sql"))
CLAIMED = sorted({name for method in LISTED for name in method.sql})


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """The rooms that a method's source may lie in, copied where a fault can be put into them."""
    root = tmp_path_factory.mktemp("source")
    for room in ("queries", "stats", "ingest", "trial"):
        shutil.copytree(ROOT / room, root / room, ignore=shutil.ignore_patterns("__pycache__"))
    return root


def put_into(path, text=" "):
    """One more space at the end of a file; what undoes it."""
    before = path.read_bytes()
    path.write_bytes(before + text.encode())
    return lambda: path.write_bytes(before)


def test_a_copy_has_the_same_fingerprints(copied):
    assert [fingerprint(method, copied) for method in LISTED] == [fingerprint(method) for method in LISTED]


@pytest.mark.parametrize("name", CLAIMED)
def test_a_fault_in_a_file_of_sql_makes_the_methods_that_it_defines_stale(copied, name):
    """One more space is enough."""
    owners = [method for method in LISTED if name in method.sql]
    before = {method.id: fingerprint(method, copied) for method in owners}
    undo = put_into(sql_files(copied)[name])
    after = {method.id: fingerprint(method, copied) for method in owners}
    undo()
    assert owners and all(before[method.id] != after[method.id] for method in owners)


@pytest.mark.parametrize(
    "method, file",
    [
        ("ctrcd", "queries/staging/adex.sql"),
        ("ctrcd", "queries/staging/surface.sql"),
        ("ctrcd", "queries/selected.sql"),
        ("ctrcd", "ingest/source.py"),
        ("ctrcd", "trial/tables.py"),
        ("ctrcd", "stats/cardiac.py"),
        ("ctcae-laboratory", "queries/staging/labvalue.sql"),
        ("ctcae-laboratory", "queries/reference/ctcae_criterion.csv"),
        ("ctcae-laboratory", "queries/reference/lab_unit.csv"),
        ("anthracycline-equivalence", "queries/reference/dose_unit.csv"),
    ],
)
def test_a_fault_in_what_the_sql_reads_makes_a_method_stale(copied, method, file):
    before = fingerprint(BY_ID[method], copied)
    undo = put_into(copied / file)
    after = fingerprint(BY_ID[method], copied)
    undo()
    assert before != after


def test_sql_that_a_method_does_not_read_leaves_it_as_it_was(copied):
    before = fingerprint(BY_ID["qtc"], copied)
    undo = put_into(sql_files(copied)["adcv"])
    assert fingerprint(BY_ID["qtc"], copied) == before
    undo()


def test_every_staging_file_is_claimed_by_a_method_or_carries_no_definition():
    listed = without_definition()
    unclaimed = set(STAGING) - set(CLAIMED) - listed.keys()
    assert not unclaimed, (
        f"name {sorted(unclaimed)} under a method's sql, or under [without_definition] with the reason"
    )
    assert listed.keys() <= sql_files().keys() and not listed.keys() & set(CLAIMED) and all(listed.values())


def proven():
    """(method, file of SQL) of every fault that the tests of a definition find."""
    for path in sorted((ROOT / "tests" / "cuts").glob("test_definition_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Fault":
                yield tuple(argument.value for argument in node.args[:2])


def test_every_file_of_sql_that_a_method_claims_is_shown_to_be_watched_by_a_fault():
    """Not by its hash alone: the method's own tests fail on another constant or comparison in it."""
    claimed = {(method.id, name) for method in LISTED for name in method.sql}
    found = set(proven())
    assert {name for _, name in claimed} - {name for _, name in found} == set()
    assert {method for method, _ in claimed} - {method for method, _ in found} == set()
    assert found <= claimed


def test_names_of_sql_files_are_their_own():
    paths = list((ROOT / "queries").rglob("*.sql"))
    assert len({path.stem for path in paths}) == len(paths)


def test_what_a_file_reads_is_found_whatever_its_comments_say(tmp_path):
    path = tmp_path / "one.sql"
    path.write_text("-- from nowhere\nselect * FROM adsl as a join source.ae on true -- join adex\n", encoding="utf-8")
    assert read_by(path) == {"adsl", "source.ae"}


def test_the_makers_of_the_schemas_are_where_they_are_said_to_be():
    made = {file for files in SCHEMAS.values() for file in files if "{" not in file and "defaults" not in file}
    assert all((ROOT / file).is_file() for file in made)
    assert ROOT / "queries" / "reference" / "lab_test.csv" in source_files(BY_ID["ctcae-laboratory"])


@pytest.mark.parametrize("method", IN_SQL, ids=lambda method: method.id)
def test_sql_that_carries_a_definition_is_used_by_a_display(method):
    assert use_of(method).displays


def test_what_no_display_uses_is_called_so():
    assert {method.id for method in LISTED if not use_of(method).displays} >= {"wilson", "logrank", "simulation"}
    assert use_of(BY_ID["clopper-pearson"]).displays and use_of(BY_ID["kaplan-meier"]).displays == ("Remission",)
    assert use_of(BY_ID["ctrcd"]).uncalled == BY_ID["ctrcd"].functions
    unknown = replace(BY_ID["wilson"], where={}, functions=("stats.nowhere.nothing",), sql=("nothing",))
    assert use_of(unknown).displays == () and use_of(unknown).uncalled == unknown.functions
