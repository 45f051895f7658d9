"""Makes one data cut: delivered tables, trial definition, analysis tables, in a file of its own."""
from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import duckdb
from pandas import DataFrame

from ingest.source import create_source_views
from queries import STAGING
from trial import Trial

STAGING_FOLDER = Path(__file__).parents[1] / "queries" / "staging"


def write_trial(connection: duckdb.DuckDBPyConnection, trial: Trial, cut: date) -> None:
    """Put the trial's definition and the date of the cut into schema `trial`."""
    connection.execute("create schema trial")
    connection.execute("create table trial.cut as select cast(? as date) as CUTDT, ? as DEFINITION", [cut, trial.text])
    for name, frame in trial.tables().items():
        _create(connection, f"trial.{name}", frame)
    connection.execute("alter table trial.site alter OPENDT type date")


def write_analysis_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the source views and every analysis table of `queries/staging`."""
    create_source_views(connection)
    for name in STAGING:
        path = STAGING_FOLDER / f"{name}.sql"
        if path.exists():
            connection.execute(f"create table {name} as {path.read_text(encoding='utf-8')}")


def _create(connection: duckdb.DuckDBPyConnection, table: str, frame: DataFrame) -> None:
    connection.register("incoming", frame)
    connection.execute(f"create table {table} as select * from incoming")
    connection.unregister("incoming")


def write_datasets(connection: duckdb.DuckDBPyConnection, datasets: dict[str, DataFrame]) -> None:
    """Store the delivered datasets as they came (schema `sdtm`)."""
    connection.execute("create schema sdtm")
    connection.execute("create schema ingest")
    for name, frame in datasets.items():
        _create(connection, f'sdtm."{name}"', frame)
    counts = DataFrame({"DATASET": list(datasets), "NROWS": [len(f) for f in datasets.values()]})
    _create(connection, "ingest.dataset", counts)


def build_cut(datasets: dict[str, DataFrame], trial: Trial, cut: date, folder: Path) -> Path:
    """Write `cut_<date>.duckdb` into a folder: whole under its name, or not at all."""
    target = Path(folder) / f"cut_{cut.isoformat()}.duckdb"
    part = target.with_name(f".{target.stem}.{os.getpid()}.part")
    try:
        with duckdb.connect(str(part)) as connection:
            write_datasets(connection, datasets)
            write_trial(connection, trial, cut)
            write_analysis_tables(connection)
        os.link(part, target)  # fails where the cut exists already: a cut is never overwritten
    finally:
        part.unlink(missing_ok=True)
    return target
