"""What changed since the previous cut: two frames compared by key, told in one pair of columns and one sentence.

SINCE is what happened to a row: "new", "changed" or "" ("removed" where a display lists those too that are no
longer delivered); for a number it is by how much it rose or fell ("+3"). PREVIOUS is the state at the previous cut.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pandas
from pandas import DataFrame, Series

from displays.display import day
from displays.words import counted, listed, sentence
from queries import View

SINCE_LABELS = {"SINCE": "Since previous cut", "PREVIOUS": "Previous cut"}
"""The headings of the two columns, on every display."""
MOST_NAMED = 5
"""So many rows that are gone are named in a sentence; of the rest it gives the number."""

Key = tuple[str, ...] | tuple[tuple[str, ...], ...]
"""The columns by which a row is found again; or several such keys, the surest first."""


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
        names = [name(row) for row in self.gone.head(MOST_NAMED).itertuples()]
        more = len(self.gone) - len(names)
        return f" ({listed(names + [f'{more} more'] * (more > 0))})"


def compare(
    now: DataFrame,
    before: DataFrame | None,
    key: Key,
    state: Callable,
    *,
    words: Callable | None = None,
    always: bool = False,
) -> Compared:
    """Each row of this cut beside the row of the previous cut that it was; `before` None where no cut is compared.

    state: row → what of it must be the same in both cuts, text or a tuple (see `values`).
    words: former row, row → what PREVIOUS says; without it the former state itself.
    always: PREVIOUS also of rows that did not change, as for counts.
    """
    if before is None:
        return Compared(now.assign(SINCE="", PREVIOUS=""), now.iloc[:0].reindex(now.index), now.iloc[:0])
    places, former = _places(now, before, key), [*before.itertuples(), None]
    rows = [(former[place], row) for place, row in zip(places, now.itertuples(), strict=True)]
    since = [_since(was, row, state) for was, row in rows]
    words = words or (lambda was, _: state(was))
    told = [
        words(was, row) if was is not None and (mark == "changed" or always) else ""
        for mark, (was, row) in zip(since, rows, strict=True)
    ]
    was = before.reset_index(drop=True).reindex(places).set_axis(now.index)
    gone = before.iloc[sorted(set(range(len(before))) - set(places))]
    return Compared(now.assign(SINCE=since, PREVIOUS=told), was, gone)


def _places(now: DataFrame, before: DataFrame, key: Key) -> list[int]:
    """For each row of this cut the place of the row that it was; -1 where it is new."""
    pairs = match(now, before, key)
    known = dict(zip(pairs["NOW"], pairs["BEFORE"], strict=True))
    return [known.get(row, -1) for row in range(len(now))]


def _since(was, row, state: Callable) -> str:
    if was is None:
        return "new"
    return "changed" if state(was) != state(row) else ""


def compare_numbers(now: DataFrame, before: DataFrame | None, key: Key, number: str) -> DataFrame:
    """`now` with PREVIOUS, the number at the previous cut (0 where it had no such row), and SINCE, "+3", "−1" or ""."""
    if before is None:
        return now.assign(SINCE="", PREVIOUS=Series(pandas.NA, index=now.index, dtype="Int64"))
    numbers = [*before[number], 0]
    previous = [numbers[place] for place in _places(now, before, key)]
    since = [change(value, then) for value, then in zip(now[number], previous, strict=True)]
    return now.assign(SINCE=since, PREVIOUS=Series(previous, index=now.index, dtype="Int64"))


def change(now, before) -> str:
    """By how much a count rose or fell: "+3", "−1"; "" where it is the same, or one of the two is not known."""
    if pandas.isna(now) or pandas.isna(before) or now == before:
        return ""
    return f"{int(now - before):+,d}".replace("-", "−")


def match(now: DataFrame, before: DataFrame, key: Key) -> DataFrame:
    """Which row of this cut is which of the previous one: their places NOW and BEFORE, each once, the surest key first.

    Rows that share a key are told apart by their order. A missing value is a value like any other.
    """
    keys = (key,) if isinstance(key[0], str) else key
    left, right = set(range(len(now))), set(range(len(before)))
    found: list[tuple[int, int]] = []
    for columns in keys:
        here, there = _keyed(now, before, columns)
        former = _numbered(there, right)
        pairs = [(place, former[known]) for known, place in _numbered(here, left).items() if known in former]
        left.difference_update(place for place, _ in pairs)
        right.difference_update(then for _, then in pairs)
        found += pairs
    return DataFrame(found, columns=["NOW", "BEFORE"], dtype="int64")


def _keyed(now: DataFrame, before: DataFrame, columns: Iterable[str]) -> tuple[list[tuple], list[tuple]]:
    """The key of each row of the two frames."""
    alike = [_alike(now[column], before[column]) for column in columns]
    here, there = zip(*alike, strict=True)
    return list(zip(*here, strict=True)), list(zip(*there, strict=True))


def _alike(now: Series, before: Series) -> tuple[list, list]:
    """The values of a column, comparable: numbers as they are, where both cuts hold numbers; all else as text."""
    if now.dtype == before.dtype and now.dtype.kind in "iubM":
        return now.tolist(), before.tolist()
    return _texts(now), _texts(before)


def _texts(column: Series) -> list[str]:
    return [value if isinstance(value, str) else text(value) for value in column.tolist()]


def _numbered(keys: list[tuple], places: set[int]) -> dict[tuple, int]:
    """Key and its how many-th row → the row's place, of the rows that are not matched yet."""
    seen: Counter = Counter()
    numbered = {}
    for place in sorted(places):
        key = keys[place]
        numbered[key, seen[key]] = place
        seen[key] += 1
    return numbered


def values(*columns: str) -> Callable:
    """A state of several columns: row → their values as text, so that 3 and 3.0 are the same."""
    return lambda row: tuple(text(getattr(row, column)) for column in columns)


def text(value) -> str:
    """A value of a cell as text; "" where it is missing."""
    if value is None or pandas.isna(value):
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


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
