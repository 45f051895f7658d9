"""A cut made on demand holds what a whole cut holds, and nothing that was not asked for."""

from __future__ import annotations

import pytest
from building import building, faulty
from pandas.testing import assert_frame_equal
from rule_trials import drawn_trial

from ingest.staging import steps

TABLES = [*(step.name for step in reversed(steps()) if step.kept), "ingest.finding", "ingest.dataset", "source.ae"]


@pytest.fixture(scope="module")
def drawn() -> tuple:
    return drawn_trial("A130 NNT | A160 NPX")


@pytest.fixture
def made(drawn, trial):
    return building(drawn[0], trial, drawn[1])


def in_order(frame):
    return frame.sort_values(list(frame.columns), key=lambda values: values.astype(str), ignore_index=True)


def test_each_table_is_that_of_a_whole_cut(made, drawn, trial, file_of_cut):
    whole = file_of_cut(drawn[0], trial, drawn[1])
    for name in TABLES:
        assert_frame_equal(in_order(made.table(name)), in_order(whole.table(name)))
    assert made.connection.made == {step.name for step in steps()}


def test_what_is_not_asked_for_is_not_made(made):
    before = set(made.connection.made)
    assert "adsl" in before and not before & {"addl", "adlate", "adcv"}
    made.connection.execute("select 1 -- from adcv")
    assert made.connection.made == before
    assert len(made.ask("dlt_by_dose")) and "addl" in made.connection.made and "adcv" not in made.connection.made


def test_a_fault_reaches_what_is_made_from_it_and_is_undone(made):
    arms = "select any_value(SAFFL) from adsl"
    with faulty(made, "adsl", "then 'Y' else 'N' end as SAFFL", "then '?' else 'N' end as SAFFL", ["addl"]) as wrong:
        assert wrong.connection.execute(arms).fetchall() == [("?",)]
    assert made.connection.execute(arms).fetchall() == [("Y",)]
    assert len(made.table("addl")) and len(made.table("adcv")) == 0
