"""The answers that a cut of many subjects keeps: the same as asked, and given to their own question alone."""

from __future__ import annotations

import shutil
from dataclasses import replace

import duckdb
import pytest
from pandas.testing import assert_frame_equal

from ingest import build
from queries import open_cut
from queries.costly import costly
from queries.cut import KEPT, kept_as


@pytest.fixture
def cut(sample_cuts):
    return list(sample_cuts.values())[-1]


def test_a_cut_of_many_subjects_keeps_what_it_would_answer(cut, tmp_path, monkeypatch):
    copy = tmp_path / cut.path.name
    shutil.copy(cut.path, copy)
    copy.chmod(0o644)
    monkeypatch.setattr(build, "MANY_SUBJECTS", 1)
    with duckdb.connect(str(copy)) as connection:
        build.write_answers(connection, cut.trial)
    kept = open_cut(copy)
    for asked in costly(cut.trial):
        answers = [one.ask(asked.name, **asked.parameters) for one in (kept, open_cut(cut.path))]
        assert kept_as(asked.sql, asked.parameters) in kept._kept
        assert_frame_equal(*answers)
    assert len(answers[0])


def test_a_kept_answer_is_given_to_its_own_question_alone(cut, tmp_path):
    copy = tmp_path / cut.path.name
    shutil.copy(cut.path, copy)
    copy.chmod(0o644)
    asked = cut.question("selected_treated")
    with duckdb.connect(str(copy)) as connection:
        connection.execute(f"create schema {KEPT}")
        table = f"{KEPT}.{kept_as(asked.sql, asked.parameters)}"
        connection.execute(f"create table {table} as select -1 as SUBJECTS, -1 as TREATED")
    kept = open_cut(copy)
    assert kept.ask("selected_treated")["TREATED"].tolist() == [-1]
    assert kept.ask("selected_treated", sites=["101"])["TREATED"][0] > 0
    assert replace(kept, facts=kept, hypothetical="supposed").ask("selected_treated")["TREATED"][0] > 0


def test_a_cut_of_few_subjects_keeps_none(cut):
    assert not open_cut(cut.path)._kept
