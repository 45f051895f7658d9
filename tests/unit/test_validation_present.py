"""What a record is held against: source, tests, case files and versions that are here now."""

from dataclasses import replace

import pytest
from recorded import FISHER, property_of, run_of, verdict_of

from validation import present as methods_present
from validation.methods import ROOT, read_methods
from validation.present import SHARED, fingerprint, present
from validation.record import OTHER_VERSIONS
from validation.report import rendered
from validation.sources import source_files
from validation.store import dated
from validation.words import provenance, summary

BY_ID = {method.id: method for method in read_methods()}
CASE_FILE, TEST_FILE = "cases/fisher_exact.json", "test_stats_proportions.py"
HERE = replace(present(FISHER), case_files={CASE_FILE: "1" * 64})


@pytest.fixture
def run(monkeypatch):
    """A run recorded with these case files, whether or not they lie beside the project."""
    monkeypatch.setattr("recorder.present", lambda method: HERE)
    return run_of(property_of(1, 1))


def test_a_record_of_what_is_here_is_passed(run):
    found = verdict_of(run, HERE)
    assert (found.state, found.why, found.unseen) == ("passed", (), ()) and summary(found).endswith(
        "1 of 1 recomputation passed."
    )


@pytest.mark.parametrize(
    "change, why",
    [
        (dict(code="0"), "its source files are not those recorded"),
        (dict(tests=HERE.tests | {TEST_FILE: "0"}), f"test file {TEST_FILE} differs"),
        (dict(tests={}), f"test file {TEST_FILE} is not here"),
        (dict(case_files={CASE_FILE: "0"}), f"case file {CASE_FILE} differs"),
        (dict(case_files={}), f"case file {CASE_FILE} is not here"),
        (dict(case_files=HERE.case_files | {"cases/new.json": "2"}), "case file cases/new.json was not recorded"),
    ],
)
def test_other_source_tests_or_case_files_are_stale(run, change, why):
    found = verdict_of(run, replace(HERE, **change))
    assert found.state == "stale" and why in found.why and f"{why}" in summary(found)
    assert (
        "**stale**" in rendered([found])
        and f"- **Stale: {'; '.join(found.why)}.**" in rendered([found])
        and "1 stale" in rendered([found])
    )


@pytest.mark.parametrize("name", ["numpy", "scipy", "pandas", "duckdb"])
def test_other_versions_are_said(run, name):
    found = verdict_of(run, replace(HERE, software=HERE.software | {name: "0.1"}))
    assert (
        found.state == OTHER_VERSIONS
        and f"Recorded with other versions: {name} {HERE.software[name]}, now 0.1." in summary(found)
    )
    assert "**recorded with other versions**" in rendered([found])
    assert verdict_of(run, replace(HERE, software=HERE.software | {"python": "3.99"})).state == "passed"


def test_without_the_folder_of_case_files_the_record_stands_and_that_is_said(run):
    found = verdict_of(run, replace(HERE, case_files=None))
    assert found.state == "passed" and found.unseen == (CASE_FILE,)
    said = f"Recorded with the case files {CASE_FILE} 111111111111, not present here."
    assert summary(found).endswith(said) and f"- **{said}**" in rendered([found])
    assert verdict_of(run, replace(HERE, tests=None, case_files=None)).state == "passed"


def test_a_record_from_before_files_were_recorded_is_stale(run):
    record = {
        key: value for key, value in run.recorded((FISHER,))["fisher"].items() if key not in ("tests", "case_files")
    }
    run.recorded = lambda methods: {"fisher": record}
    assert verdict_of(run, HERE).state == "stale" and "was not recorded" in summary(verdict_of(run, HERE))


def test_failed_and_missing_are_graver_than_stale(monkeypatch):
    monkeypatch.setattr("recorder.present", lambda method: HERE)
    here = replace(HERE, code="0", software={**HERE.software, "numpy": "0.1"})
    assert (
        verdict_of(run_of(property_of(1, 2)), here).state == "failed" and verdict_of(run_of(), here).state == "missing"
    )
    assert verdict_of(run_of(property_of(1, 1)), here).state == "stale"


def test_the_record_says_when_and_with_what_it_was_made(run):
    run.recorded = lambda methods, recorded=run.recorded: dated(recorded(methods), {}, "2026-05-07")
    said = provenance(verdict_of(run, HERE))
    assert said.startswith(f"7 May 2026; 1 case collected; source {HERE.code[:12]}; tests ") and said.endswith(
        f"; case files {CASE_FILE} 111111111111"
    )
    assert f"{TEST_FILE} {HERE.tests[TEST_FILE][:12]}" in said and f"- Recorded: {said}" in rendered(
        [verdict_of(run, HERE)]
    )


def test_a_changed_file_changes_what_is_present(monkeypatch):
    before, file_hash = present(FISHER), methods_present.file_hash
    files = {path.relative_to(ROOT).as_posix() for path in source_files(FISHER)}
    assert files >= {"stats/proportions.py", "stats/checks.py"}
    changed = ("checks.py", TEST_FILE)
    monkeypatch.setattr(methods_present, "file_hash", lambda path: file_hash(path) + "#" * (path.name in changed))
    after = present(FISHER)
    assert after.code != before.code and after.case_files == before.case_files
    assert {name for name in before.tests if before.tests[name] != after.tests[name]} == {TEST_FILE}


def test_line_ends_change_nothing_and_a_file_written_again_is_read_again(tmp_path):
    file = tmp_path / "one.sql"
    hashes = set()
    for content in (b"select 1\n", b"select 1\r\n", b"select  1\n"):
        file.write_bytes(content)
        hashes.add(methods_present.file_hash(file))
    assert len(hashes) == 2


def test_a_design_rests_on_every_file_it_imports_and_a_test_on_its_helpers():
    files = {path.name for path in source_files(BY_ID["dont-skip"])}
    assert {"wrappers.py", "crm.py", "outcomes.py", "checks.py"} <= files and "proportions.py" not in files
    assert {"test_stats_escalation_wrappers.py", "test_stats_escalation_safety.py", "by_integration.py"} <= set(
        present(BY_ID["dont-skip"]).tests
    )


def test_case_files_are_present_only_where_their_folder_is(monkeypatch, tmp_path):
    monkeypatch.setattr(methods_present, "SHARED", tmp_path)
    assert present(FISHER).case_files is None
    (tmp_path / "cases").mkdir()
    assert present(FISHER).case_files == {}
    (tmp_path / CASE_FILE).write_text("{}", encoding="utf-8")
    assert list(present(FISHER).case_files) == [CASE_FILE]


def test_a_test_file_that_cannot_be_parsed_is_present_all_the_same(monkeypatch, tmp_path):
    (tmp_path / TEST_FILE).write_text("def broken(:", encoding="utf-8")
    monkeypatch.setattr(methods_present, "TESTS", tmp_path)
    assert list(present(FISHER).tests) == [TEST_FILE] and fingerprint(FISHER) == HERE.code
    monkeypatch.setattr(methods_present, "TESTS", tmp_path / "absent")
    assert present(FISHER).tests is None


@pytest.mark.skipif(not SHARED.is_dir(), reason="the folder of cases is not beside the project")
def test_every_case_file_that_a_method_names_is_there():
    assert {name for method in BY_ID.values() for name in method.case_files if not (SHARED / name).is_file()} == set()
