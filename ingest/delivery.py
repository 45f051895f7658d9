"""What was delivered: datasets by name, the files they came from, and what was found odd on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas
from pandas import DataFrame

from ingest.weights import DECISION


class IngestError(ValueError):
    """A delivery that cannot become a data cut: one line that says what is wrong, where, and what to do."""


class NotData(IngestError):
    """A file that is whole, and holds no dataset at all."""


@dataclass(frozen=True)
class Finding:
    """Something odd, in plain words: what, where, how often, first examples, and what to do about it.

    severity: "left out" (no display counts it), "doubtful" (counted, but contradicts itself or
    something else), "note" (how it was read). weight: what it could change (ingest.weights); one that states none is
    taken to weigh the most.
    """

    severity: str
    dataset: str
    check: str
    what: str
    count: int = 1
    examples: str = ""
    action: str = ""
    weight: str = DECISION


FILE_COLUMNS = ("FILENAME", "FORMAT", "NBYTES", "SHA256", "NROWS", "NCOLS", "DATASET", "ENCODING", "STATUS")
FINDING_COLUMNS = ("WEIGHT", "SEVERITY", "DATASET", "CHECKID", "WHAT", "NRECS", "EXAMPLES", "ACTION")


@dataclass(frozen=True)
class Delivery:
    """The datasets of one delivery, lower-case names; files has one row a file (FILE_COLUMNS)."""

    datasets: dict[str, DataFrame]
    adam: dict[str, DataFrame] = field(default_factory=dict)
    files: tuple[dict, ...] = ()
    findings: tuple[Finding, ...] = ()
    source: str = ""

    @classmethod
    def of(cls, datasets: Mapping[str, DataFrame] | Delivery) -> Delivery:
        """A delivery made of frames alone, without files."""
        if isinstance(datasets, Delivery):
            return datasets
        return cls({name.lower(): storable(frame) for name, frame in datasets.items()})


def storable(frame: DataFrame) -> DataFrame:
    """The frame with every column that is no number or time as plain text, missing as missing.

    DuckDB gives a column of nothing but missing values no type, and a category one of its own.
    """
    plain = {}
    for name in frame.columns:
        column = frame[name]
        if isinstance(column.dtype, pandas.CategoricalDtype):
            column = column.astype(column.cat.categories.dtype)
        plain[name] = _as_text(column) if column.dtype == object else column
    return DataFrame(plain, index=frame.index) if plain else frame


def _as_text(column: pandas.Series) -> pandas.Series:
    return column.map(_text, na_action="ignore").astype("str")


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
