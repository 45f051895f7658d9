"""CDISC Dataset-JSON 1.0 and 1.1, and its form with one record a line (NDJSON); each value is of its column's type.

1.1: one object with `columns` and `rows`; NDJSON: that object without rows, then one list a line. 1.0: `itemGroupData`
within `clinicalData` or `referenceData`, its `items` and `itemData`.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from dataclasses import dataclass

import pandas
from pandas import DataFrame, Series

from ingest.delivery import IngestError, NotData

ROW_NUMBERS = "ITEMGROUPDATASEQ"
"""Dataset-JSON 1.0 numbers its rows in a column of this name, which is no variable of the dataset."""
TEXTS = {"string", "decimal", "datetime", "date", "time", "uri"}
NUMBERS = {"integer", "float", "double"}
KINDS = TEXTS | NUMBERS | {"boolean"}


@dataclass(frozen=True)
class Table:
    """One dataset as the file describes it: version, name, (name, type) of each column, rows, rows announced."""

    version: str
    name: str
    columns: list[tuple[str, str]]
    rows: list
    announced: int | None


def read_dataset_json(content: bytes, file: str) -> tuple[DataFrame, str, str]:
    """The frame, the format with its version, and the dataset's name; IngestError where the file breaks its rules."""
    table = _table(_objects(content, file), file)
    _refuse_broken(table, file)
    numbered = [i for i, (name, _) in enumerate(table.columns) if name.upper() == ROW_NUMBERS]
    columns = {
        name: _column([row[i] for row in table.rows], kind, name, file)
        for i, (name, kind) in enumerate(table.columns)
        if i not in numbered
    }
    return DataFrame(columns), f"Dataset-JSON {table.version}", table.name


def _objects(content: bytes, file: str) -> list:
    """The file's one JSON value, or those of its lines."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise IngestError(f"{file} is not UTF-8 text, as JSON must be; ask for the file again.") from error
    if file.lower().endswith(".ndjson"):
        lines = enumerate(text.split("\n"), 1)
        return [_parsed(line, f"{file} line {number}") for number, line in lines if line.strip()]
    return [_parsed(text, file)]


def _parsed(text: str, where: str):
    try:
        return json.loads(text, parse_constant=_no_number, parse_float=_finite, object_pairs_hook=_each_once)
    except RecursionError as error:
        raise IngestError(f"{where} is nested too deeply to be a dataset; ask for the file again.") from error
    except ValueError as error:
        reason = " ".join(str(error).split())
        raise IngestError(
            f"{where} is no whole JSON ({reason}); damaged or cut short: ask for the file again."
        ) from error


def _no_number(text: str):
    raise ValueError(f"{text} is not a number")


def _finite(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else _no_number(text)


def _each_once(pairs: list[tuple]) -> dict:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name is there twice in one object")
    return found


def _table(objects: list, file: str) -> Table:
    head = objects[0] if objects else None
    if not isinstance(head, dict) or not (
        {"datasetJSONVersion", "columns", "clinicalData", "referenceData"} & head.keys()
    ):
        raise NotData(
            f"{file} is JSON, but no Dataset-JSON: it names neither a version nor columns; ask for Dataset-JSON."
        )
    version = str(head.get("datasetJSONVersion") or "")
    if not re.fullmatch(r"1\.[01](\.\d+)?", version):
        raise IngestError(
            f"{file} is Dataset-JSON {version or 'without a version'}; 1.0 and 1.1 are read: ask for one of them."
        )
    if {"clinicalData", "referenceData"} & head.keys():
        return _item_group(head, version, file)
    rows = objects[1:] if file.lower().endswith(".ndjson") else head.get("rows")
    return Table(
        version, str(head.get("name") or ""), _columns(head, "columns", "dataType", file), rows, _records(head)
    )


def _item_group(head: dict, version: str, file: str) -> Table:
    groups = [
        group
        for part in ("clinicalData", "referenceData")
        if isinstance(head.get(part), dict)
        for group in _groups(head[part], file)
    ]
    if len(groups) != 1:
        raise IngestError(f"{file} holds {len(groups)} datasets in one file; deliver one file a dataset.")
    group = groups[0]
    return Table(
        version,
        str(group.get("name") or ""),
        _columns(group, "items", "type", file),
        group.get("itemData"),
        _records(group),
    )


def _groups(part: dict, file: str) -> list[dict]:
    groups = part.get("itemGroupData")
    if not isinstance(groups, dict) or not all(isinstance(group, dict) for group in groups.values()):
        raise IngestError(f"{file} has no readable itemGroupData; ask for the file again.")
    return list(groups.values())


def _columns(described: dict, key: str, kind: str, file: str) -> list[tuple[str, str]]:
    """(name, type) of each column."""
    columns = described.get(key)
    if not isinstance(columns, list) or not columns or not all(isinstance(column, dict) for column in columns):
        raise IngestError(f"{file} describes no columns; ask for the file again.")
    return [(str(column.get("name") or "").strip(), str(column.get(kind) or "").lower()) for column in columns]


def _refuse_broken(table: Table, file: str) -> None:
    for place, (name, kind) in enumerate(table.columns, 1):
        if not name:
            raise IngestError(f"{file}: column {place} has no name; name every column.")
        if kind not in KINDS:
            raise IngestError(
                f"{file}: {name} has the type {kind or 'of nothing'!r}, which Dataset-JSON does not have."
            )
    twice = [name for name, count in Counter(name.upper() for name, _ in table.columns).items() if count > 1]
    if twice:
        raise IngestError(f"{file}: the column {twice[0]} is there twice; name every column once.")
    if not isinstance(table.rows, list):
        raise IngestError(f"{file} holds no rows, not even an empty list of them; ask for the file again.")
    for number, row in enumerate(table.rows, 1):
        if not isinstance(row, list) or len(row) != len(table.columns):
            size = f"{len(row)} values" if isinstance(row, list) else "no list of values"
            raise IngestError(
                f"{file} row {number}: {size} under {len(table.columns)} columns; ask for the file again."
            )
    whole_without = not file.lower().endswith(".ndjson")  # a list that is closed is whole; lines may simply end
    if table.announced != len(table.rows) and not (table.announced is None and whole_without):
        raise IngestError(
            f"{file} is cut short or altered: it announces {_announced(table)} records and holds {len(table.rows):,}; "
            "ask for the file again."
        )


def _records(described: dict) -> int | None:
    """The number of rows that is announced; some writers give it as text."""
    records = described.get("records")
    return int(records) if isinstance(records, str) and records.isdecimal() else records


def _announced(table: Table) -> str:
    return "no number of" if table.announced is None else str(table.announced)


def _column(values: list, kind: str, name: str, file: str) -> Series:
    for row, value in enumerate(values, 1):
        if not _is_kind(value, kind):
            raise IngestError(
                f"{file} row {row}: {name} is {str(value)[:40]!r}, not of its type {kind}; ask for the file again."
            )
    if kind == "integer":
        return pandas.Series(values, dtype="Int64")
    if kind in NUMBERS:
        return pandas.Series(values, dtype="float64")
    if kind == "boolean":
        values = [value if value is None else "NY"[value] for value in values]
    if kind == "decimal":
        values = [f"{value:.15g}" if isinstance(value, (int, float)) else value for value in values]
    return pandas.Series(values, dtype="str")


def _is_kind(value, kind: str) -> bool:
    """Whether a value is of its column's type; a decimal is text, or a number where the writer kept none."""
    if value is None:
        return True
    if kind == "boolean":
        return isinstance(value, bool)
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind == "integer":
        return number and value == int(value) and abs(value) < 2**63
    if kind in NUMBERS:
        return number
    return isinstance(value, str) or (number and kind == "decimal")
