"""What changed since an earlier pack: findings, numbers and rows of each display, old and new, by its manifest."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pandas import DataFrame

from displays.display import day
from displays.since import SINCE_LABELS
from displays.words import counted, listed
from export.earlier import refuse_later
from export.pack import PackError
from export.paired import Pair, pairs
from export.provenance import steady

COLUMNS = {
    "DISPLAY": "Display",
    "WHAT": "What changed",
    "WHICH": "Row",
    "COLUMN": "Column",
    "BEFORE": "Before",
    "NOW": "Now",
}
KINDS = ("finding", "display", "table", "number", "row", "text", "more")
"""What can have changed, the gravest first."""
COMPARISON = set(SINCE_LABELS.values())
"""Columns that compare a cut with the one before: they change with every cut, and tell nothing of the subjects."""
SENTENCES = re.compile(r"(?<=[.!?]) (?=[^a-z])")
MOST_OF_A_DISPLAY = 200
"""Of a display with more changes the first are listed, and how many more there are."""


@dataclass(frozen=True)
class Since:
    """What changed since an earlier pack: a sentence, and the table (COLUMNS)."""

    sentence: str
    table: DataFrame


def since(now: dict, before: dict) -> Since:
    """What changed from one manifest to another; PackError for manifests of different trials or sessions, or where the
    earlier one is of a later data cut."""
    refuse_later(now, before)
    found = changes(now, before)
    return Since(words(found, before), found)


def changes(now: dict, before: dict) -> DataFrame:
    """Every finding, number and row that differs between two manifests of one trial, the gravest displays first;
    columns as COLUMNS.

    A row is known by its first columns, as many as tell all rows of the display apart in both packs.
    PackError for manifests of different trials or sessions.
    """
    for what in ("trial", "session"):
        if now.get(what) != before.get(what):
            raise PackError(f"The previous pack is of another {what} ({before.get(what)}, not {now.get(what)}).")
    rows = [row for pair in pairs(now, before) for row in _first(_of_display(pair))]
    return DataFrame(rows, columns=list(COLUMNS))


def words(found: DataFrame, before: dict) -> str:
    """How much changed, in a sentence."""
    prepared, data = _text(str(before.get("prepared"))[:10]), _text(before.get("data_as_of"))
    pack = f"since the pack of {prepared} (data as of {data})"
    if found.empty:
        return f"Nothing changed {pack}."
    numbers = found["WHAT"].value_counts()
    kinds = listed([counted(int(numbers[kind]), kind) for kind in KINDS[:-1] if kind in numbers])
    return f"Changed {pack}: {kinds}, in {counted(found['DISPLAY'].nunique(), 'display')}."


def _first(rows: Iterator[dict]) -> list[dict]:
    found = list(rows)
    more = len(found) - MOST_OF_A_DISPLAY
    if more <= 0:
        return found
    rest = _row(found[0]["DISPLAY"], "more", f"{more} more changes", "", "", "")
    return [*found[:MOST_OF_A_DISPLAY], rest]


def _of_display(pair: Pair) -> Iterator[dict]:
    title, now, before = pair.title, pair.now, pair.before
    if now is None or before is None:
        yield _row(title, "display", "", "", "in the pack" if before else "", "in the pack" if now else "")
        return
    if pair.otherwise:  # the same trial would give other numbers: they tell nothing of what changed in it
        yield from (_row(title, "display", says, "", old, new) for says, old, new in pair.otherwise)
        return
    if now.get("finding") != before.get("finding"):
        yield _row(title, "finding", "", "", *_other_sentences(before.get("finding"), now.get("finding")))
    if now.get("sha256") != before.get("sha256"):
        yield from _of_tables(title, now, before)


def _other_sentences(before: str | None, now: str | None) -> tuple[str, str]:
    """The sentences of each of two findings that the other has not; the findings where only their order differs."""
    old, new = SENTENCES.split(before or ""), SENTENCES.split(now or "")
    gone, added = [one for one in old if one not in new], [one for one in new if one not in old]
    return (" ".join(gone), " ".join(added)) if gone or added else (before or "", now or "")


def _of_tables(title: str, now: dict, before: dict) -> Iterator[dict]:
    if "rows" not in now or "rows" not in before or now["columns"] != before["columns"]:
        yield _row(title, "table", "", "", *_other_headings(now, before))
        return
    kept = [n for n, column in enumerate(now["columns"]) if column not in COMPARISON and not _is_rank(n, now, before)]
    today, then = ([[row[n] for n in kept] for row in told["rows"]] for told in (now, before))
    number = _key_columns(today, then)
    new, old = _by_key(today, number), _by_key(then, number)
    columns, shares = [now["columns"][n] for n in kept], set(now.get("percent", ()))
    for key in dict.fromkeys([*new, *old]):
        yield from _of_rows(title, key, columns, shares, new.get(key), old.get(key))


def _other_headings(now: dict, before: dict) -> tuple[str, str]:
    """The headings that only one of two tables has, old and new; where they have the same the numbers of rows."""
    old, new = before.get("columns", []), now.get("columns", [])
    gone, added = [one for one in old if one not in new], [one for one in new if one not in old]
    if not gone and not added:
        return f"{before.get('nrows')} rows", f"{now.get('nrows')} rows"
    return "; ".join(gone), "; ".join(added)


def _is_rank(column: int, *tables: dict) -> bool:
    """Whether a column only numbers the rows 1, 2, 3 …: who stands at a place is no name of a row."""
    return all([row[column] for row in told["rows"]] == [*range(1, len(told["rows"]) + 1)] for told in tables)


def _of_rows(
    title: str, key: tuple, columns: list[str], shares: set[str], now: list | None, before: list | None
) -> Iterator[dict]:
    which = " · ".join(_text(part) for part in key if part not in (None, ""))
    if now is None or before is None:
        yield _row(title, "row", which, "", "there" if before else "", "there" if now else "")
        return
    for column, then, today in zip(columns, before, now, strict=True):
        if then != today:
            if _is_number(then, today):
                told = _percent(then, today) if column in shares else _digits(then, today)
                yield _row(title, "number", which, column, *told)
            else:
                yield _row(title, "text", which, column, then, today)


def _key_columns(*tables: list[list]) -> int:
    """The least number of first columns that tell the rows of each table apart; all of them where none do."""
    width = max((len(row) for rows in tables for row in rows), default=0)
    for number in range(1, width + 1):
        if all(len({_key(row, number) for row in rows}) == len(rows) for rows in tables):
            return number
    return width


def _by_key(rows: list[list], number: int) -> dict[tuple, list]:
    """Key of a row → the row; of rows that are alike each has its number."""
    found: dict[tuple, list] = {}
    seen: Counter[tuple] = Counter()
    for row in rows:
        key = _key(row, number)
        seen[key] += 1
        found[key if seen[key] == 1 else (*key, f"({seen[key]})")] = row
    return found


def _key(row: list, number: int) -> tuple:
    return tuple(json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value for value in row[:number])


def _is_number(*values) -> bool:
    return all(value is None or isinstance(value, (int, float)) for value in values)


def _percent(*values: float | None) -> list[str]:
    """Two proportions as per cent: 0.7586 and 0.8286 as "75.9 %" and "82.9 %"."""
    told = _digits(*[None if value is None else steady(100.0 * value) for value in values], least=3)
    return [f"{text} %" if text else "" for text in told]


def _digits(*values: float | None, least: int = 4) -> list[str]:
    """Two numbers with as many digits, so many at least, as tell them apart; whole numbers whole."""
    for digits in range(least, 14):
        told = [f"{value:.{digits}g}" if isinstance(value, float) else _text(value) for value in values]
        if told[0] != told[1]:
            break
    return told


def _row(display: str, what: str, which: str, column: str, before, now) -> dict:
    told = {"BEFORE": before, "NOW": now}
    texts = {name: _text(value) for name, value in told.items()}
    return {"DISPLAY": display, "WHAT": what, "WHICH": which, "COLUMN": column, **texts}


def _text(value) -> str:
    """A value of a manifest as the board reads it: a date as 30 Nov 2007."""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        try:
            return day(date.fromisoformat(value))
        except ValueError:  # letters of a date that is none, as they were
            return value
    return "" if value is None else str(value)
