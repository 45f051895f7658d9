"""Puts the files of one split domain (LBCH, LBHE) on top of each other; a record that is in two of them counts once."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

import numpy
import pandas
import pyarrow
from numpy import ndarray
from pandas import DataFrame, Series
from pyarrow import ChunkedArray, Table

from ingest.delivery import Finding, IngestError
from ingest.read import File
from ingest.table import PIECE_ROWS, TEXT, frame_of, from_series, stacked_tables, with_columns
from ingest.weights import INFORMATION, of_dataset

Files = list[tuple[str, File]]
IDENTITY = ("TESTCD", "TRT", "TERM", "DTC", "STDTC")
"""Two records of one sequence number are the same one where these too agree: a number may begin again in each file."""
SUPPLEMENTAL = ("RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "QNAM")


def stacked(dataset: str, files: Files, findings: list[Finding]) -> Table:
    """One table of the files of one dataset; more than one is reported."""
    if len(files) == 1:
        return files[0][1].table
    files = sorted(files, key=lambda named: (_is_split(named[0]), named[0]))
    tables = _alike([file.table for _, file in files])
    new = [tables[0]]
    for place in range(1, len(files)):
        again = _again(dataset, files, place, stacked_tables(tables[:place]), tables[place])
        new.append(tables[place].filter(~again))
        findings += _twice(dataset, files[place][0], again)
    names = ", ".join(f"{name} ({len(file.table):,} rows)" for name, file in files)
    findings.append(
        Finding(
            "note",
            dataset.upper(),
            "stacked",
            "The domain was delivered in several files, which were stacked.",
            len(files),
            names,
            weight=INFORMATION,
        )
    )
    findings += _beside_the_whole(dataset, files, new)
    return stacked_tables(new)


def _is_split(name: str) -> bool:
    """Whether a file lies in a folder `split` of an eCTD, whose records its whole domain should hold too."""
    return "split" in {part.lower() for part in PurePosixPath(name).parts[:-1]}


def _again(dataset: str, files: Files, place: int, earlier: Table, table: Table) -> ndarray:
    """Which records of a file are in the files before it; IngestError where the same record differs."""
    key = _key(dataset, earlier, table)
    common = [column for column in table.column_names if column in earlier.column_names]
    # A column that one of them lacks is missing there, as a number where the other holds numbers.
    table, earlier = stacked_tables([earlier.slice(0, 0), table]), stacked_tables([table.slice(0, 0), earlier])
    # two columns tell most files apart, at a fraction of the cost
    hashes, earlier_hashes = _hashes(table, key[:2]), _hashes(earlier, key[:2])
    near = numpy.isin(hashes, earlier_hashes)
    near_earlier = earlier.filter(numpy.isin(earlier_hashes, hashes[near]))
    candidates = near_earlier.filter(numpy.isin(_hashes(near_earlier, key), _hashes(table.filter(near), key)))
    same_key = _among(near, table, candidates, key)
    again = _among(same_key, table, candidates, common)
    _refuse_other_version(dataset, files, place, again)
    if (same_key & ~again).any():
        raise IngestError(_differs(dataset, files, place, table.filter(same_key & ~again), candidates, key, common))
    return again


def _among(chosen: ndarray, table: Table, candidates: Table, columns: list[str]) -> ndarray:
    """Which of the chosen records agree with a candidate in the values of some columns."""
    found = chosen.copy()
    found[chosen] = numpy.isin(_hashes(table.filter(chosen), columns), _hashes(candidates, columns))
    return found


def _key(dataset: str, *tables: Table) -> list[str]:
    """The columns that name a record in all tables; without any, all columns of all of them."""
    common = set.intersection(*(set(table.column_names) for table in tables))
    if {"QNAM", "USUBJID"} <= common:
        return [column for column in SUPPLEMENTAL if column in common]
    if dataset in ("dm", "adam.adsl") and "USUBJID" in common:
        return ["USUBJID"]
    prefix = re.sub(r"^adam\.ad", "", dataset)[:2].upper()
    if {"USUBJID", f"{prefix}SEQ"} <= common:
        wanted = ["USUBJID", f"{prefix}SEQ", *(f"{prefix}{ending}" for ending in IDENTITY), "PARAMCD", "ADT"]
        return [column for column in wanted if column in common]
    return sorted(set().union(*(set(table.column_names) for table in tables)))


def _hashes(table: Table, columns: list[str]) -> ndarray:
    """A number for each record by its values; blank, missing and absent are the same."""
    known = table.select([column for column in columns if column in table.column_names])
    parts = [
        _hashes_of(frame_of(known.slice(start, PIECE_ROWS)), columns) for start in range(0, len(table), PIECE_ROWS)
    ]
    return numpy.concatenate([numpy.empty(0, dtype="u8"), *parts])


def _hashes_of(frame: DataFrame, columns: list[str]) -> ndarray:
    values = {c: _plain(frame[c]) if c in frame else Series("", frame.index) for c in columns}
    return pandas.util.hash_pandas_object(DataFrame(values, index=frame.index), index=False).to_numpy()


def _plain(column: Series) -> Series:
    """The values as they are compared: numbers as numbers, text without differences of writing alone."""
    if pandas.api.types.is_numeric_dtype(column):
        return column.astype("float64") + 0.0
    codes, texts = pandas.factorize(column.astype("object"), use_na_sentinel=True)
    plain = Series([*(_plain_text(str(text)) for text in texts), ""], dtype="object")
    return plain.iloc[codes].set_axis(column.index)


def _plain_text(text: str) -> str:
    text = text.strip()
    return "" if text == "NA" else re.sub(r"^(-?\d+)\.0+$", r"\1", text)


def _refuse_other_version(dataset: str, files: Files, place: int, again: ndarray) -> None:
    """Two files of one name are one dataset twice: one must hold all records of the other."""
    name, file = files[place]
    for other, earlier in files[:place]:
        one, two = (PurePosixPath(path).name.partition(".")[0].upper() for path in (other, name))
        if one == two and int(again.sum()) < min(len(earlier.table), len(file.table)):
            raise IngestError(
                f"{dataset.upper()} was delivered twice, as {other} and {name}, which differ; "
                "leave one of them in the folder."
            )


def _differs(
    dataset: str, files: Files, place: int, odd: Table, candidates: Table, key: list[str], common: list[str]
) -> str:
    """Which records two files give differently, and in what."""
    first = odd.slice(0, 1)
    twin = candidates.filter(numpy.isin(_hashes(candidates, key), _hashes(first, key))).slice(0, 1)
    one, other = frame_of(first), frame_of(twin)
    differing = [column for column in common if _plain(one[column]).iloc[0] != _plain(other[column]).iloc[0]]
    named = ", ".join(f"{column} {_plain(one[column]).iloc[0]}" for column in key[:2])
    others = " and ".join(name for name, _ in files[:place])
    return (
        f"{dataset.upper()}: {len(odd):,} records of {files[place][0]} are in {others} too, with other values "
        f"({named}: {', '.join(differing[:4])}); deliver each record once."
    )


def _twice(dataset: str, name: str, again: ndarray) -> list[Finding]:
    count = int(again.sum())
    return [
        Finding(
            "left out",
            dataset.upper(),
            "record_in_two_files",
            "The same records are in more than one file; each counts once.",
            count,
            f"{name}: {count:,} of {len(again):,} rows",
            "Ask the sponsor which file is meant.",
            weight=of_dataset(dataset),
        )
    ] * bool(count)


def _beside_the_whole(dataset: str, files: Files, new: list[Table]) -> list[Finding]:
    """Records of an eCTD's folder `split` that the whole domain beside it lacks; they are counted."""
    split = [(name, len(table)) for (name, _), table in zip(files, new, strict=True) if _is_split(name) and len(table)]
    if len([name for name, _ in files if _is_split(name)]) == len(files) or not split:
        return []
    return [
        Finding(
            "doubtful",
            dataset.upper(),
            "split_beyond_whole",
            "The split files hold records that the whole domain lacks; they are counted too.",
            sum(count for _, count in split),
            ", ".join(f"{name}: {count:,}" for name, count in split),
            "Ask the sponsor which of them is complete.",
            weight=of_dataset(dataset),
        )
    ]


def _alike(tables: list[Table]) -> list[Table]:
    """The tables with upper-case columns; a column that is no number in one is text in all."""
    tables = [table.rename_columns([name.upper() for name in table.column_names]) for table in tables]
    for column in {column for table in tables for column in table.column_names}:
        kinds = {_kind(table[column]) for table in tables if column in table.column_names}
        if len(kinds) > 1:
            tables = [
                with_columns(table, {column: _text(table[column])}) if column in table.column_names else table
                for table in tables
            ]
    return tables


def _kind(column: ChunkedArray) -> str:
    """Whether the values are numbers, of whatever size, or of what type else."""
    is_number = pyarrow.types.is_integer(column.type) or pyarrow.types.is_floating(column.type)
    return "number" if is_number else str(column.type)


def _text(column: ChunkedArray) -> ChunkedArray:
    if column.type == TEXT:
        return column
    number = _kind(column) == "number"
    frame = column.to_pandas(types_mapper={pyarrow.int64(): pandas.Int64Dtype()}.get)
    return from_series(
        frame.map(lambda value: f"{value:.15g}" if number else str(value), na_action="ignore").astype("str")
    )
