"""A cut made on demand holds what a whole cut holds, and nothing that was not asked for."""

from __future__ import annotations

import re
from datetime import date

import definitions
import duckdb
import on_demand
import pytest
from building import building, faulty
from on_demand import EMPTY_WITHOUT, Steps, columns_of
from pandas.testing import assert_frame_equal
from raw import sample
from rule_trials import drawn_trial

from ingest.build import OwnAdam, write_trial
from ingest.staging import steps
from queries.grading import write_reference

TABLES = [*(step.name for step in reversed(steps()) if step.kept), "ingest.finding", "ingest.dataset", "source.ae"]


@pytest.fixture(scope="module")
def drawn() -> tuple:
    return drawn_trial("A130 NNT | A160 NPX")


@pytest.fixture
def made(drawn, trial):
    return building(drawn[0], trial, drawn[1])


def test_a_definition_that_is_copied_is_the_one_that_is_written(trial, tmp_path, monkeypatch):
    """What of a definition is in a cut is the same to the type, whichever cut of the trial had it first."""
    monkeypatch.setattr(definitions, "room", lambda: tmp_path)
    written, *others = (duckdb.connect(config={"threads": 1}) for _ in range(4))
    write_trial(written, trial, date(2008, 2, 29))
    write_reference(written)
    for connection, day in zip(others, [date(2007, 8, 31), date(2007, 11, 30), date(2008, 2, 29)], strict=True):
        definitions.write_definition(connection, trial, day)
    assert len(list(tmp_path.glob("*/*"))) == 1 and definitions_in(others[-1]) == definitions_in(written)


def definitions_in(connection) -> dict:
    """Table → its columns with their types, and its rows."""
    names = connection.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()
    assert len(names) > 20
    return {name: [connection.execute(f"{ask} {name}").fetchall() for ask in ("describe", "from")] for (name,) in names}


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


def test_cuts_made_beside_each_other_know_nothing_of_each_other(drawn, trial, monkeypatch):
    """Several are databases of one running DuckDB; one that is gone leaves its place to nobody."""
    monkeypatch.setattr(on_demand, "DATABASES", on_demand.Databases())
    datasets, day = drawn
    events = datasets["ae"].assign(AEXDLT="Y")
    other, one = building(datasets | {"ae": events}, trial, day), building(datasets, trial, day)
    assert told_of_flags(other) == ["AE"] and told_of_flags(one) == []
    assert one.ask("data_columns").equals(other.ask("data_columns"))
    name, server = other.catalog, one.connection.connection
    databases = "select database_name from duckdb_databases()"
    assert (name,) in server.execute(databases).fetchall()
    del other
    assert (name,) not in server.execute(databases).fetchall() and len(one.table("adsl")) == 6


def told_of_flags(cut) -> list[str]:
    told = "select DATASET from ingest.finding where CHECKID = 'dlt_flag_not_used'"
    return [dataset for (dataset,) in cut.connection.execute(told).fetchall()]


def test_a_table_made_without_its_step_would_have_no_row_and_these_columns(made, trial):
    """Of the sample, which has rows of every domain, each step is run without the rows that it is said to need."""
    whole = building(sample("2007-11-30"), trial, date(2007, 11, 30)).connection
    whole.make(*EMPTY_WITHOUT)
    few = made.connection
    few.make_step = Steps(few.connection, OwnAdam.of(few.connection, None), {}).make  # each by its step
    few.make(*EMPTY_WITHOUT)
    for step in steps(*EMPTY_WITHOUT):
        if step.name in EMPTY_WITHOUT:
            without = emptied(whole.connection, step.sql, EMPTY_WITHOUT[step.name])
            assert whole.connection.execute(f"select count(*) from ({without})").fetchall() == [(0,)], step.name
            assert columns_of(few.connection, step.name) == columns_of(whole.connection, step.name)


def emptied(connection, sql: str, tables: list[str]) -> str:
    """SQL that reads tables without rows in place of these."""
    sql = re.sub("--.*", "", sql)
    for table in tables:
        name = table.rpartition(".")[2]
        connection.execute(f"create or replace temporary table no_{name} as select * from {table} where false")
        reads = rf"\b(from|join) {re.escape(table)}\b( as \w+)?"
        assert re.search(reads, sql), f"the step does not read {table}"
        sql = re.sub(reads, lambda found, n=name: f"{found[1]} no_{n}{found[2] or f' as {n}'}", sql)
    return sql
