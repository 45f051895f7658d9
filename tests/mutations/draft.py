"""A delivery before it is written: each dataset as a header and rows of text, and how its file is to be made."""

from __future__ import annotations

import csv
import io
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from raw import sample

CUT = "2007-11-30"
SUBJECTS = "101-002 102-002 103-001 104-001 103-003 102-004 105-001 106-001 105-004 106-003 101-006 103-002".split()
"""Three with DLTs, four who died, responses, transplants, an older cut's levels, one untreated, one never assigned."""
STUDY = "NCT00430443-"
HARMLESS, HARMFUL, LOST = "harmless", "harmful", "lost"
"""The same content written differently; content in doubt; records gone, of which only an earlier cut can tell."""


@dataclass
class Table:
    """One dataset as text. delimiter, ending, encoding, quoted: how its file is written."""

    header: list[str]
    rows: list[list[str]]
    delimiter: str = ","
    ending: str = "\n"
    encoding: str = "utf-8"
    quoted: bool = False

    def column(self, name: str) -> list[str]:
        place = self.header.index(name)
        return [row[place] for row in self.rows]

    def change(self, name: str, other: Callable[[str], str], only: Callable[[int], bool] = lambda n: True) -> int:
        """Write the values of a column otherwise; how many differ then."""
        place, changed = self.header.index(name), 0
        for n, row in enumerate(self.rows):
            if only(n):
                new = other(row[place])
                changed += new != row[place]
                row[place] = new
        return changed

    def text(self) -> str:
        stream = io.StringIO()
        quoting = csv.QUOTE_ALL if self.quoted else csv.QUOTE_MINIMAL
        writer = csv.writer(stream, delimiter=self.delimiter, lineterminator=self.ending, quoting=quoting)
        writer.writerows([self.header, *self.rows])
        return stream.getvalue()

    def bytes(self) -> bytes:
        return self.text().encode(self.encoding)


@dataclass
class Draft:
    """The tables of a delivery by name, and files made of some of them already (in place of the table's own file)."""

    tables: dict[str, Table]
    files: dict[str, bytes] = field(default_factory=dict)

    def take(self, name: str) -> Table:
        """A table whose file is made by hand."""
        return self.tables.pop(name)

    def written(self) -> dict[str, bytes]:
        return {f"{name}.csv": table.bytes() for name, table in self.tables.items()} | self.files

    def write(self, folder: Path) -> Path:
        for name, content in self.written().items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return folder


@dataclass(frozen=True)
class Mutation:
    """One kind of damage. harm(random, draft) does it; the dataset and what was done in words, None: not possible."""

    name: str
    kind: str
    harm: Callable[[random.Random, Draft], tuple[str, str] | None]


ALL: list[Mutation] = []


def mutation(kind: str):
    """Register a kind of damage under its function's name."""

    def register(harm):
        ALL.append(Mutation(harm.__name__, kind, harm))
        return harm

    return register


@lru_cache
def _tables() -> dict[str, tuple]:
    made = {}
    for name, frame in sample(CUT).items():
        if "USUBJID" in frame:
            frame = frame[frame["USUBJID"].str.removeprefix(STUDY).isin(SUBJECTS)]
        rows = [tuple(_text(value) for value in row) for row in frame.itertuples(index=False)]
        made[name] = (tuple(frame.columns), rows)
    return made


def _text(value: object) -> str:
    if isinstance(value, float):
        return "" if value != value else f"{value:.15g}"
    return "" if value is None else str(value)


def plain() -> Draft:
    """The delivery without damage."""
    return Draft({name: Table(list(header), [list(row) for row in rows]) for name, (header, rows) in _tables().items()})
