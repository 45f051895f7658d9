"""CTCAE grades of laboratory values: the SQL that grades a cut's `adlb`, on any frame."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import duckdb
import numpy
import pandas
import pyarrow
from pandas import DataFrame

HERE = Path(__file__).parent
REFERENCE = HERE / "reference"
NEEDED = ("PARAM", "AVAL", "AVALU", "ANRLO", "ANRHI", "BASE")
NUMBERS = ("AVAL", "ANRLO", "ANRHI", "BASE", "PCHG")
TEXTS = ("AVALU", "AVALQ", "BNRIND")
FIGURES = ("GRADE", "CUT", "CUTFACTOR", "SIFACTOR", "MG", "FACTOR")
"""The columns of the reference tables that hold numbers."""


@lru_cache
def reference_tables() -> dict[str, DataFrame]:
    """The criteria, terms, units and tests that grading rests on, by table name (schema `reference`)."""
    return {path.stem: _read(path) for path in sorted(REFERENCE.glob("*.csv"))}


@lru_cache
def _stored_tables() -> dict[str, pyarrow.Table]:
    """The same as a cut stores them, converted once for all cuts."""
    return {name: pyarrow.Table.from_pandas(frame, preserve_index=False) for name, frame in reference_tables().items()}


def _read(path: Path) -> DataFrame:
    frame = pandas.read_csv(path, dtype=str, keep_default_na=False)
    return frame.assign(**{name: pandas.to_numeric(frame[name]) for name in FIGURES if name in frame.columns})


def write_reference(connection: duckdb.DuckDBPyConnection) -> None:
    """Put the reference tables into schema `reference` of an open database."""
    connection.execute("create schema reference")
    for name, table in _stored_tables().items():
        connection.register("incoming", table)
        connection.execute(f"create table reference.{name} as select * from incoming")
        connection.unregister("incoming")


def versions() -> list[str]:
    """The CTCAE versions that there are criteria for."""
    return sorted(set(reference_tables()["ctcae_term"]["VERSION"]))


def grade_labs(frame: DataFrame, version: str = "5.0") -> DataFrame:
    """How severe is each laboratory value by CTCAE? The frame with ATOXGRL and ATOXGRH (0 to 4, Int64).

    frame: PARAM (CTCAE's term, without case), AVAL, AVALU, ANRLO and ANRHI and BASE in the unit AVALU.
    May have AVALQ ("<", ">": AVAL is a limit), BNRIND (baseline "NORMAL" or "HIGH"; else BASE > ANRHI
    is high) and PCHG (per cent change, used where BASE is missing). A text "<3" in AVAL is a limit too.
    A grade is missing where the value, its unit or a normal limit that decides is; never guessed:
    `.attrs["not_graded"]` counts the rows by reason, `.attrs["unknown_terms"]` names terms not graded.
    Raises ValueError for missing columns and versions without criteria.
    version: "5.0", "6.0" or "4.03". Where its text can be read in two ways, READING of `ctcae_term` names the one.
    Source: NCI CTCAE v4.03 (14 June 2010), v5.0 (27 Nov 2017), v6.0 (22 July 2025), a semicolon read as "or"; see
    queries/reference/README.md.
    """
    graded = _graded(_checked(frame, version))
    result = frame.copy()
    for direction in "LH":
        result[f"ATOXGR{direction}"] = (
            graded["GRADE"].where(graded["DIRECTION"] == direction).astype("Int64").to_numpy()
        )
        result[f"ATOXGR{direction}"] = result[f"ATOXGR{direction}"].astype("Int64")
    unknown = graded["NOGRADE"].fillna("").str.startswith("no criteria for this term").to_numpy()
    result.attrs["unknown_terms"] = sorted(
        set(frame["PARAM"].dropna().astype(str)[unknown[frame["PARAM"].notna().to_numpy()]])
    )
    result.attrs["not_graded"] = graded["NOGRADE"].value_counts().to_dict()
    return result


def _checked(frame: DataFrame, version: str) -> DataFrame:
    missing = [name for name in NEEDED if name not in frame.columns]
    if missing:
        raise ValueError(f"grade_labs: the frame lacks {', '.join(missing)}; it needs {', '.join(NEEDED)}.")
    written = str(version).strip().lower().removeprefix("v")
    name = {"5": "5.0", "6": "6.0"}.get(written, written)
    if name not in versions():
        raise ValueError(
            f"grade_labs: there are no criteria for CTCAE version {version!r}; "
            f"the versions are {', '.join(versions())}."
        )
    values = {"LABNUM": numpy.arange(len(frame)), "CTCAEVER": name, "ATERML": _text(frame["PARAM"]), "ATERMH": None}
    values |= {column: _number(frame, column) for column in NUMBERS} | {
        column: _column(frame, column) for column in TEXTS
    }
    given = _column(frame, "AVAL").astype("string").str.extract(r"^\s*([<>])=?\s*[0-9.]")[0]
    values["AVALQ"] = values["AVALQ"].fillna(given)
    typed = DataFrame(values)
    texts = [*TEXTS, "ATERML", "ATERMH"]
    return typed.astype({**{c: "string" for c in texts}, **{c: "float64" for c in NUMBERS}})


def _column(frame: DataFrame, name: str) -> pandas.Series:
    return _text(frame[name]) if name in frame.columns else pandas.Series([None] * len(frame), dtype="string")


def _text(column: pandas.Series) -> pandas.Series:
    stripped = column.reset_index(drop=True).astype("string").str.strip()
    return stripped.replace("", pandas.NA)


def _number(frame: DataFrame, name: str) -> pandas.Series:
    if name not in frame.columns:
        return pandas.Series([numpy.nan] * len(frame), dtype="float64")
    column = frame[name].reset_index(drop=True)
    if not pandas.api.types.is_numeric_dtype(column):
        column = column.astype("string").str.replace(r"^\s*[<>]=?\s*", "", regex=True)
    return pandas.to_numeric(column, errors="coerce").astype("float64")


def _graded(values: DataFrame) -> DataFrame:
    """One row a value, in order: DIRECTION, GRADE, NOGRADE."""
    with _criteria().cursor() as connection:
        connection.register("labvalue", values)
        grades = connection.execute(f"select * from ({_grading_sql()})").df()
    return values[["LABNUM"]].merge(grades, on="LABNUM", how="left").sort_values("LABNUM").reset_index(drop=True)


@lru_cache
def _criteria() -> duckdb.DuckDBPyConnection:
    """A database with the reference tables, made once; a cursor of its own for each use."""
    connection = duckdb.connect()
    write_reference(connection)
    return connection


@lru_cache
def _grading_sql() -> str:
    return (HERE / "staging" / "labgrade.sql").read_text(encoding="utf-8")
