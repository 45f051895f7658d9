"""What was delivered: datasets by name, the files they came from, and what was found odd on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pandas import DataFrame
from pyarrow import Table

from ingest.table import table_of
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
Tables = dict[str, Table]


@dataclass(frozen=True)
class Delivery:
    """The datasets of one delivery, lower-case names; files has one row a file (FILE_COLUMNS).

    A dataset may be given as a frame; it is kept as a table."""

    datasets: Tables
    adam: Tables = field(default_factory=dict)
    files: tuple[dict, ...] = ()
    findings: tuple[Finding, ...] = ()
    source: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "datasets", _tables(self.datasets))
        object.__setattr__(self, "adam", _tables(self.adam))

    @classmethod
    def of(cls, datasets: Mapping[str, DataFrame] | Delivery) -> Delivery:
        """A delivery made of frames alone, without files."""
        return datasets if isinstance(datasets, Delivery) else cls(datasets)


def _tables(datasets: Mapping[str, Table] | Mapping[str, DataFrame]) -> Tables:
    return {
        name.lower(): table_of(dataset) if isinstance(dataset, DataFrame) else dataset
        for name, dataset in datasets.items()
    }


def one_line(error: BaseException) -> str:
    """What an error says, on one line and without a full stop."""
    return " ".join(str(error).split()).rstrip(".") or type(error).__name__
