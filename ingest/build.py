"""Makes one data cut: delivered tables, trial definition, analysis tables, report, in a file of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
from pandas import DataFrame
from pyarrow import Table, default_memory_pool

from ingest.adam import take_adam
from ingest.against_adsl import compare_adsl
from ingest.check import run_checks
from ingest.delivered import Columns, delivered_columns, quoted
from ingest.delivery import Delivery, Finding, IngestError, one_line
from ingest.from_adam import leave_unknown, own_columns, read_from_adam
from ingest.parameters import fill_parameters
from ingest.previous import compare_with_previous
from ingest.publish import NOT_WRITTEN, beside, cut_path, part_of, publish, refuse_existing
from ingest.refusals import refuse_subjects_twice, refuse_without_study_drug
from ingest.report import write_dataset_counts, write_report
from ingest.source import create_source_tables
from ingest.staging import Step, steps
from ingest.values import create_value_tables
from queries.costly import MANY_SUBJECTS, costly
from queries.cut import KEPT, kept_as
from queries.grading import write_reference
from queries.schema import SCHEMA
from trial import Trial

BLOCK_BYTES, LARGE_BLOCK_BYTES = "16384", "262144"
"""DuckDB's smallest: a cut holds many small tables, each of whole blocks (the sample trial 3 MB instead of 20). Its
usual one, which costs less time, for a large delivery."""
LARGE_ROWS = 1_000_000
MEMORY = "1200MB"
"""What DuckDB may keep in memory while a cut is made; the rest lies in files beside the cut until it is done."""
THREADS = 4
"""At most: each thread needs memory of its own."""
Progress = Callable[[str], None]


def build_cut(
    datasets: Mapping[str, DataFrame] | Delivery,
    trial: Trial,
    cut: date,
    folder: Path,
    *,
    progress: Progress = lambda line: None,
    let_go: bool = False,
) -> Path:
    """Write `cut_<date>.duckdb` into a folder: whole under its name, or not at all. IngestError says why not.

    let_go: the delivery is empty afterwards; each of its datasets is dropped from memory as soon as it is stored."""
    delivery, target = Delivery.of(datasets), cut_path(folder, cut)
    refuse_existing(target)
    try:
        with part_of(target) as part:
            with duckdb.connect(str(part), config=_config(delivery, part)) as connection:
                write_cut(connection, delivery, trial, cut, progress, target.parent, let_go)
                connection.execute("checkpoint")
            publish(part, target)
    except NOT_WRITTEN as error:
        raise IngestError(f"{target} could not be written ({one_line(error)}); is the disk full?") from error
    except duckdb.OutOfMemoryException as error:
        raise IngestError(
            f"{target} could not be made ({one_line(error)}): the delivery needs more memory, or more room on the disk "
            "of the cut for what does not fit into memory."
        ) from error
    return target


def _config(delivery: Delivery, part: Path) -> dict[str, str | int]:
    large = any(len(table) > LARGE_ROWS for table in (*delivery.datasets.values(), *delivery.adam.values()))
    return {
        "default_block_size": LARGE_BLOCK_BYTES if large else BLOCK_BYTES,
        "memory_limit": MEMORY,
        "temp_directory": str(beside(part)),
        "threads": min(THREADS, os.cpu_count() or 1),
    }


def write_cut(
    connection,
    delivery: Delivery,
    trial: Trial,
    cut: date,
    progress: Progress,
    folder: Path | None = None,
    let_go: bool = False,
) -> None:
    """Write all that a cut holds through an open connection; folder: where earlier cuts are."""
    findings = write_delivered(connection, delivery, trial, cut, progress, let_go)
    findings += write_analysis_tables(connection, progress, cut)
    progress("all tables made; what was delivered is checked")
    told = write_findings(connection, delivery, trial, cut, findings, folder)
    write_answers(connection, trial)
    progress(f"report: {told} findings")


def write_delivered(
    connection,
    delivery: Delivery,
    trial: Trial,
    cut: date,
    progress: Progress = lambda line: None,
    let_go: bool = False,
) -> list[Finding]:
    """Write all that analysis tables are made of; what was found in the delivery on the way."""
    write_datasets(connection, delivery, progress, let_go)
    write_trial(connection, trial, cut)
    return write_sources(connection, delivery, cut, progress)


def write_sources(connection, delivery: Delivery, cut: date, progress: Progress = lambda line: None) -> list[Finding]:
    """Read the stored datasets as staging does, the trial's definition being there; what was found on the way."""
    from_adam = read_from_adam(connection, delivery, cut)
    delivered = delivered_columns(connection, "sdtm")
    progress(f"{len(delivered)} datasets stored; their dates, numbers and codes are read")
    ways = create_source_tables(connection, delivered, cut)
    create_value_tables(connection, delivered, ways, cut)
    return [*delivery.findings, *from_adam]


def write_findings(
    connection, delivery: Delivery, trial: Trial, cut: date, findings: list[Finding], folder: Path | None = None
) -> int:
    """Check what was delivered and write the report of these findings and those; how many they are."""
    previous = compare_with_previous(connection, folder, cut)
    told = [*findings, *run_checks(connection), *previous.findings]
    write_report(connection, delivery, told, trial, previous.words)
    return len(told)


def write_answers(connection: duckdb.DuckDBPyConnection, trial: Trial) -> None:
    """Keep the answers to the questions that cost most, where subjects are many."""
    [(subjects,)] = connection.execute("select count(*) from adsl").fetchall()
    if subjects < MANY_SUBJECTS:
        return
    connection.execute(f"create schema {KEPT}")
    for asked in costly(trial):
        table = f"{KEPT}.{kept_as(asked.sql, asked.parameters)}"
        connection.execute(f"create table {table} as {asked.sql}", asked.parameters)


def write_datasets(
    connection: duckdb.DuckDBPyConnection,
    delivery: Delivery,
    progress: Progress = lambda line: None,
    let_go: bool = False,
) -> None:
    """Store the delivered datasets as they came (schemas `sdtm` and `adam`); let_go: drop each that is stored."""
    write_dataset_counts(connection, delivery)
    for schema, tables in (("sdtm", delivery.datasets), ("adam", delivery.adam)):
        connection.execute(f"create schema {schema}")
        for name in list(tables):
            _create(connection, f"{schema}.{quoted(name)}", tables[name])
            if len(tables[name]) > LARGE_ROWS:
                progress(f"{name.upper()}: {len(tables[name]):,} rows stored")
            if let_go:
                del tables[name]
    if let_go:
        default_memory_pool().release_unused()


def write_trial(connection: duckdb.DuckDBPyConnection, trial: Trial, cut: date) -> None:
    """Put the trial's definition, the defaults it was read over and the date of the cut into schema `trial`."""
    connection.execute("create schema trial")
    connection.execute(
        "create table trial.cut as select cast(? as date) as CUTDT, ? as DEFINITION, ? as DEFAULTS, ? as SCHEMAVER",
        [cut, trial.text, trial.defaults_text, SCHEMA],
    )
    for name, table in trial.stored_tables.items():
        _create(connection, f"trial.{name}", table)
    connection.execute("alter table trial.site alter OPENDT type date")


def write_analysis_tables(
    connection: duckdb.DuckDBPyConnection, progress: Progress, cut: date | None = None
) -> list[Finding]:
    """Create every analysis table of `queries/staging`; the findings of the sponsor's own ADaM, where it came."""
    write_reference(connection)
    findings, own = [], OwnAdam.of(connection, cut)
    for number, step in enumerate(steps(), 1):
        findings += write_step(connection, step, own)
        [(rows,)] = connection.execute(f"select count(*) from {step.name}").fetchall()
        if step.kept or rows > LARGE_ROWS:
            progress(f"{step.name}: {rows:,} rows (step {number} of {len(steps())})")
    return findings


@dataclass(frozen=True)
class OwnAdam:
    """The sponsor's own ADaM as it was delivered: dataset → its columns, and the columns made of it alone."""

    delivered: dict[str, Columns]
    alone: set[str]
    cut: date | None

    @classmethod
    def of(cls, connection: duckdb.DuckDBPyConnection, cut: date | None) -> OwnAdam:
        return cls(delivered_columns(connection, "adam"), own_columns(connection), cut)


def write_step(connection: duckdb.DuckDBPyConnection, step: Step, own: OwnAdam) -> list[Finding]:
    """Create the table of one step, those that it reads being there, with the sponsor's values where they came."""
    findings: list[Finding] = []
    connection.execute(step.statement)
    if step.name in own.delivered:
        findings = take_adam(connection, step.name, own.delivered[step.name], own.cut, own.alone)
    if step.name == "adsl" and "adsl" in own.delivered:
        findings += compare_adsl(connection, own.delivered["adsl"])
    if step.name == "exdrug":
        refuse_without_study_drug(connection)
    if step.name == "pkparam":
        fill_parameters(connection)
    if step.name == "adsl":
        leave_unknown(connection)
        refuse_subjects_twice(connection)
    return findings


def _create(connection: duckdb.DuckDBPyConnection, table: str, records: DataFrame | Table) -> None:
    if not len(records.columns):
        connection.execute(f"create table {table} (USUBJID varchar)")
        return
    connection.register("incoming", records)
    connection.execute(f"create table {table} as select * from incoming")
    connection.unregister("incoming")
