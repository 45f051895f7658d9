"""The tables of a trial and of grading as a cut stores them: the rows and types that DuckDB reads from the frames."""

import duckdb
import pytest

from queries.grading import reference_tables, write_reference
from trial import Trial


def stored(connection, table):
    return connection.execute(f"describe {table}").fetchall(), connection.execute(f"select * from {table}").fetchall()


def frame_stored(connection, frame):
    connection.register("given", frame)
    connection.execute("create or replace table of_frame as select * from given")
    return stored(connection, "of_frame")


@pytest.mark.parametrize("given", ["a trial", "none"])
def test_the_tables_of_a_trial_are_stored_as_their_frames_are(trial, given):
    trial = trial if given == "a trial" else Trial.none()
    with duckdb.connect() as connection:
        assert trial.stored_tables.keys() == trial.tables().keys()
        for name, frame in trial.tables().items():
            connection.register("arrow", trial.stored_tables[name])
            connection.execute("create or replace table of_arrow as select * from arrow")
            assert stored(connection, "of_arrow") == frame_stored(connection, frame), name


def test_the_tables_of_grading_are_stored_as_their_frames_are():
    with duckdb.connect() as connection:
        write_reference(connection)
        for name, frame in reference_tables().items():
            assert stored(connection, f"reference.{name}") == frame_stored(connection, frame), name
