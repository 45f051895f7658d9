"""Writes what a reader must know of a cut's making into schema `ingest`."""

from __future__ import annotations

import hashlib
import platform
import tomllib
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import duckdb
from pandas import DataFrame

from ingest.as_domain import PLANS
from ingest.delivery import FILE_COLUMNS, FINDING_COLUMNS, Delivery, Finding
from ingest.weights import WEIGHTS
from trial import Trial

SOFTWARE = ("duckdb", "pandas", "pyarrow", "pyreadstat", "numpy", "scipy", "plotly", "streamlit")
EXPECTED = tomllib.loads((Path(__file__).parent / "expected.toml").read_text(encoding="utf-8"))
"""Domain → what displays use it for."""
ORDER = {"left out": 0, "doubtful": 1, "note": 2}


def write_dataset_counts(connection: duckdb.DuckDBPyConnection, delivery: Delivery) -> None:
    """ingest.dataset (every delivered dataset with its rows; later also what is read from ADaM instead, and SOURCE, of
    which dataset), ingest.expected (every domain that displays use, and what it ADDS to ADaM) and
    ingest.file (every delivered file, read or not)."""
    connection.execute("create schema ingest")
    rows = [(name, len(frame), len(frame.columns), "sdtm", None) for name, frame in delivery.datasets.items()]
    rows += [(name, len(frame), len(frame.columns), "adam", None) for name, frame in delivery.adam.items()]
    _write(
        connection,
        "dataset",
        ("DATASET", "NROWS", "NCOLS", "SCHEMANAM", "SOURCE"),
        ("varchar", "bigint", "bigint", "varchar", "varchar"),
        rows,
    )
    expected = [(name, used, PLANS.get(name, {}).get("adds")) for name, used in EXPECTED.items()]
    _write(connection, "expected", ("DATASET", "USEDFOR", "ADDS"), ("varchar", "varchar", "varchar"), expected)
    files = [tuple(record[column] for column in FILE_COLUMNS) for record in delivery.files]
    types = {"NBYTES": "bigint", "NROWS": "bigint", "NCOLS": "bigint"}
    _write(connection, "file", FILE_COLUMNS, [types.get(c, "varchar") for c in FILE_COLUMNS], files)


def write_report(
    connection: duckdb.DuckDBPyConnection, delivery: Delivery, findings: list[Finding], trial: Trial, previous: str
) -> None:
    """ingest.finding, ingest.software, ingest.setting; previous: with which cut the delivery was compared."""
    rows = [
        (f.weight, f.severity, f.dataset, f.check, f.what, f.count, f.examples, f.action)
        for f in sorted(findings, key=_order)
    ]
    _write(
        connection,
        "finding",
        FINDING_COLUMNS,
        ("varchar", "varchar", "varchar", "varchar", "varchar", "bigint", "varchar", "varchar"),
        rows,
    )
    software = [("Python", platform.python_version()), *((name, _version(name)) for name in SOFTWARE)]
    _write(connection, "software", ("NAME", "VERSION"), ("varchar", "varchar"), software)
    _write(
        connection,
        "setting",
        ("NAME", "SETTING"),
        ("varchar", "varchar"),
        [*_settings(delivery, trial), ("Previous cut", previous)],
    )


def _order(finding: Finding) -> tuple:
    return WEIGHTS.index(finding.weight), ORDER[finding.severity], finding.dataset, finding.check, finding.what


@lru_cache
def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _settings(delivery: Delivery, trial: Trial) -> list[tuple[str, str]]:
    definition = (
        hashlib.sha256(trial.text.encode()).hexdigest()
        if trial.defined
        else "none: the groups are the arms as delivered"
    )
    return [
        ("Source", delivery.source or "tables, not files"),
        ("Trial definition", trial.id or "none"),
        ("Trial definition SHA-256", definition),
        ("Made at (UTC)", datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")),
    ]


def _write(connection, name: str, columns, types, rows: list[tuple]) -> None:
    described = ", ".join(f"{column} {type_}" for column, type_ in zip(columns, types, strict=True))
    connection.execute(f"create table ingest.{name} ({described})")
    if rows:
        incoming = DataFrame(rows, columns=list(columns))
        connection.register("incoming", incoming)
        connection.execute(f"insert into ingest.{name} select * from incoming")
        connection.unregister("incoming")
