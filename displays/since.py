"""What changed since the previous cut: two frames compared by key, told in one pair of columns and one sentence.

SINCE is what happened to a row: "new", "changed" or "" ("removed" where a display lists those too that are no
longer delivered); for a number it is by how much it rose or fell ("+3"). PREVIOUS is the state at the previous cut.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy
import pandas
from pandas import DataFrame, Series

from displays.display import day
from displays.words import counted, listed, sentence
from queries import View
from queries.frames import rows_of
from queries.matching import Key, match, text

SINCE_LABELS = {"SINCE": "Since previous cut", "PREVIOUS": "Previous cut"}
"""The headings of the two columns, on every display."""
MOST_NAMED = 5
"""So many rows that are gone are named in a sentence; of the rest it gives the number."""


@dataclass(frozen=True)
class Compared:
    """A frame of this cut beside the previous cut's.

    rows: the frame with SINCE and PREVIOUS. was: for each of them the row that it was (all missing where it is new).
    gone: the rows of the previous cut that this cut does not hold.
    """

    rows: DataFrame
    was: DataFrame
    gone: DataFrame

    @property
    def new(self) -> DataFrame:
        return self.rows[self.rows["SINCE"] == "new"]

    @property
    def changed(self) -> DataFrame:
        return self.rows[self.rows["SINCE"] == "changed"]

    def words(self, thing: str, name: Callable | None = None) -> str:
        """ "2 new events, none changed, 1 removed (A103 Rash)"; `name` gives a removed row in words."""
        new, changed = counted(len(self.new), f"new {thing}"), len(self.changed) or "none"
        return f"{new}, {changed} changed, {len(self.gone) or 'none'} removed{self._named(name)}"

    def _named(self, name: Callable | None) -> str:
        if name is None or self.gone.empty:
            return ""
        names = [name(row) for row in rows_of(self.gone.head(MOST_NAMED))]
        more = len(self.gone) - len(names)
        return f" ({listed(names + [f'{more} more'] * (more > 0))})"


def compare(
    now: DataFrame,
    before: DataFrame | None,
    key: Key,
    state: Callable | None = None,
    *,
    words: Callable | None = None,
    always: bool = False,
    places: numpy.ndarray | None = None,
    read: Iterable[str] | None = None,
) -> Compared:
    """Each row of this cut beside the row of the previous cut that it was; `before` None where no cut is compared.

    state: row → what of it must be the same in both cuts, text or a tuple (see `values`). None: a row that is there in
    both is the same, whatever it says.
    words: former row, row → what PREVIOUS says; without it the former state itself.
    always: PREVIOUS also of rows that did not change, as for counts.
    places: what `places_of` gave for the same two frames and key, where they are compared more than once.
    read: the columns that state reads, where it is not all: of many rows with another end few have another grade.
    """
    if before is None:
        return Compared(now.assign(SINCE="", PREVIOUS=""), now.iloc[:0].reindex(now.index), now.iloc[:0])
    places = places_of(now, before, key) if places is None else places
    was = before.reset_index(drop=True).reindex(places).set_axis(now.index)
    since, told = numpy.full(len(now), "", dtype=object), numpy.full(len(now), "", dtype=object)
    since[places < 0] = "new"
    told_of, read = (state, read) if state else (_nothing, ())
    words = words or (lambda was, _: told_of(was))
    asked = (places >= 0) & (True if always else ~_same(now, was, read))
    # as Python's own values first: of a large cut each cell of text would be made out of Arrow's by itself
    then_and_now = before.iloc[places[asked]].astype(object), now[asked].astype(object)
    rows = zip(*(rows_of(part) for part in then_and_now), strict=True)
    for place, (then, row) in zip(numpy.flatnonzero(asked), rows, strict=True):
        since[place] = "changed" if told_of(then) != told_of(row) else ""
        told[place] = words(then, row) if since[place] or always else ""
    gone = before.iloc[numpy.setdiff1d(numpy.arange(len(before)), places)]
    return Compared(now.assign(SINCE=since.tolist(), PREVIOUS=told.tolist()), was, gone)


def _nothing(_row) -> str:
    """The state of a row of which only matters that it is there."""
    return ""


def _same(now: DataFrame, was: DataFrame, read: Iterable[str] | None) -> numpy.ndarray:
    """Which rows hold the same in every column read: no state of theirs can differ, and of many rows most are such."""
    columns = [set(frame.columns) & set(frame.columns if read is None else read) for frame in (now, was)]
    same = numpy.full(len(now), columns[0] == columns[1])
    for column in columns[0] & columns[1]:
        here, there = now[column], was[column]
        same &= ((here == there) | (here.isna() & there.isna())).fillna(False).to_numpy(dtype=bool)
    return same


def places_of(now: DataFrame, before: DataFrame, key: Key) -> numpy.ndarray:
    """For each row of this cut the place of the row that it was; -1 where it is new."""
    pairs, places = match(now, before, key), numpy.full(len(now), -1)
    places[pairs["NOW"]] = pairs["BEFORE"]
    return places


def compare_numbers(now: DataFrame, before: DataFrame | None, key: Key, number: str) -> DataFrame:
    """`now` with PREVIOUS, the number at the previous cut (0 where it had no such row), and SINCE, "+3", "−1" or ""."""
    if before is None:
        return now.assign(SINCE="", PREVIOUS=Series(pandas.NA, index=now.index, dtype="Int64"))
    numbers = [*before[number], 0]
    previous = [numbers[place] for place in places_of(now, before, key)]
    since = [change(value, then) for value, then in zip(now[number], previous, strict=True)]
    return now.assign(SINCE=since, PREVIOUS=Series(previous, index=now.index, dtype="Int64"))


def change(now, before) -> str:
    """By how much a count rose or fell: "+3", "−1"; "" where it is the same, or one of the two is not known."""
    if pandas.isna(now) or pandas.isna(before) or now == before:
        return ""
    return f"{int(now - before):+,d}".replace("-", "−")


def values(*columns: str) -> Callable:
    """A state of several columns: row → their values as text, so that 3 and 3.0 are the same."""
    return lambda row: tuple(text(getattr(row, column)) for column in columns)


def since(view: View, words: str) -> str:
    """ "Since 29 Feb 2008: no new event."; "" where no cut is compared."""
    return sentence(f"since {day(view.previous.date)}: {words}") if view.previous and words else ""


def since_words(row) -> str:
    """A marked row in a word for its hover: "new since the previous cut", "previous cut: No DLT"; "" where the same."""
    if not row.SINCE:
        return ""
    return f"previous cut: {row.PREVIOUS}" if row.PREVIOUS else f"{row.SINCE} since the previous cut"


def ringed(rows: DataFrame) -> DataFrame:
    """The rows that a figure rings: new or changed."""
    return rows[rows["SINCE"] != ""]
