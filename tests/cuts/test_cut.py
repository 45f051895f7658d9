"""A data cut answers for its own file, its own date and its own rows, whatever happens beside it."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import duckdb
import pandas
import pytest

from queries import CutError, list_cuts, open_cut

DAY = date(2007, 11, 30)


def subjects(count: int) -> dict:
    ids = [f"S-{i}" for i in range(count)]
    return {
        "dm": pandas.DataFrame(
            {
                "STUDYID": "S",
                "USUBJID": ids,
                "SUBJID": ids,
                "SITEID": "1",
                "AGE": 5.0,
                "AGEU": "YEARS",
                "ARMCD": "A",
                "ARM": "A",
            }
        )
    }


@pytest.fixture
def small(file_of_cut, tmp_path):
    """A cut in a folder of its own, which a test may change."""
    folder = tmp_path / "small"
    folder.mkdir()
    return open_cut(shutil.copy(file_of_cut(subjects(3), cut=DAY).path, folder))


def test_a_file_replaced_by_another_of_the_same_name_is_read_anew(small, file_of_cut):
    other = file_of_cut(subjects(5), cut=DAY)
    small.path.unlink()
    shutil.copy(other.path, small.path)
    assert len(small.table("adsl")) == 3  # who has it open goes on reading it whole
    assert len(open_cut(small.path).table("adsl")) == 5


def test_a_renamed_file_is_not_taken_for_another_date(small):
    moved = small.path.with_name("cut_2008-02-29.duckdb")
    shutil.copy(small.path, moved)
    with pytest.raises(CutError, match="^cut_2008-02-29.duckdb holds the data of 2007-11-30"):
        open_cut(moved)


def test_sql_in_a_cut_reads_no_other_file(small):
    with pytest.raises(duckdb.Error, match="disabled|Cannot access"):
        small.cursor().execute("select * from read_text('/etc/hostname')")


def test_a_cut_is_never_written(small):
    with pytest.raises(duckdb.Error, match="read-only"):
        small.cursor().execute("delete from adsl")


@pytest.mark.parametrize("content", [b"", b"not a database", b"<html></html>"])
def test_a_file_that_is_no_cut_is_one_sentence(tmp_path, content):
    path = tmp_path / "cut_2007-11-30.duckdb"
    path.write_bytes(content)
    with pytest.raises(CutError, match="^cut_2007-11-30.duckdb is not .* make one with python -m ingest"):
        open_cut(path)


@pytest.mark.parametrize(
    "change, words",
    [
        ("alter table trial.cut drop SCHEMAVER", "an earlier version .* version 1, this dashboard reads"),
        ("update trial.cut set SCHEMAVER = 0", "an earlier version"),
        ("update trial.cut set SCHEMAVER = 999", "a later version .* version 999"),
    ],
)
def test_a_cut_of_another_version_of_the_dashboard_is_refused_in_one_sentence(small, tmp_path, change, words):
    other = tmp_path / small.path.name
    shutil.copy(small.path, other)
    other.chmod(0o644)
    with duckdb.connect(str(other)) as connection:
        connection.execute(change)
    with pytest.raises(CutError, match=words) as refused:
        open_cut(other)
    assert str(refused.value).startswith("cut_2007-11-30.duckdb ") and str(tmp_path) not in str(refused.value)
    assert "python -m ingest SOURCE --trial trial.toml --cut 2007-11-30 --out FOLDER" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_kept_answers_are_asked_once_and_nobody_changes_anothers(small):
    asked = []

    def keep(key, find, kept={}):  # noqa: B006  the store of this test
        if key not in kept:
            asked.append(key)
            kept[key] = find()
        return kept[key]

    cut = replace(small, answers=keep)
    for _ in range(3):
        answer = cut.table("adsl")
        answer["AGE"], answer.loc[0, "USUBJID"] = 99.0, "other"
        del answer["SEX"]
        answer.columns = [f"{column}_" for column in answer.columns]
    assert len(asked) == 1
    pandas.testing.assert_frame_equal(cut.table("adsl"), small.table("adsl"))
    assert len(cut.ask("subject_list", usubjid=None, sites=["1"])) == 3
    assert len(cut.ask("subject_list", usubjid=None, sites=["2"])) == 0
    assert len(asked) == 3


def test_a_missing_cut_is_one_sentence(tmp_path):
    with pytest.raises(CutError, match="^There is no data cut cut_2007-11-30.duckdb;"):
        open_cut(tmp_path / "cut_2007-11-30.duckdb")


def test_cuts_are_listed_by_date_and_other_files_passed_over(tmp_path):
    for name in ("cut_2008-02-29.duckdb", "cut_2007-08-31.duckdb", "cut_soon.duckdb", ".cut_2007-11-30.1.part"):
        (tmp_path / name).touch()
    assert [day.isoformat() for day, _ in list_cuts(tmp_path)] == ["2007-08-31", "2008-02-29"]


def test_many_readers_at_once_each_get_their_own_rows(sample_cuts):
    cut = list(sample_cuts.values())[-1]
    sites = sorted(cut.table("adsl")["SITEID"].unique())
    expected = {site: len(cut.ask("dlt_status", sites=[site])) for site in sites}
    with ThreadPoolExecutor(8) as pool:
        asked = sites * 12
        answers = pool.map(lambda site: len(cut.ask("dlt_status", sites=[site])), asked)
        assert list(answers) == [expected[site] for site in asked]


@pytest.mark.parametrize("wrong", [{"dose": ["x"]}, {"site": 1}])
def test_an_unknown_parameter_is_named(small, wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        small.ask("dlt_by_dose", **wrong)


def test_an_unknown_question_is_named(small):
    with pytest.raises(ValueError, match="no question 'nothing'"):
        small.ask("nothing")


@pytest.mark.parametrize("name", ["adsl; drop table adsl", "read_text('/etc/hostname')", "a b"])
def test_a_table_name_is_a_name(small, name):
    with pytest.raises(ValueError, match="no table name"):
        small.table(name)
