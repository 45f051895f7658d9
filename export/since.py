"""What changed since an earlier pack: findings, numbers and rows of each display, old and new, by its manifest."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from pandas import DataFrame

from export.pack import PackError

COLUMNS = {
    "DISPLAY": "Display",
    "WHAT": "What changed",
    "WHICH": "Row",
    "COLUMN": "Column",
    "BEFORE": "Before",
    "NOW": "Now",
}
MOST_OF_A_DISPLAY = 200
"""Of a display with more changes the first are listed, and how many more there are."""
NO_MANIFEST = "The previous manifest is no manifest of a pack; name the file that ends in _manifest.json."


@dataclass(frozen=True)
class Since:
    """What changed since an earlier pack: a sentence, and the table (COLUMNS)."""

    sentence: str
    table: DataFrame


def since(now: dict, before: dict) -> Since:
    """What changed from one manifest to another; PackError for manifests of different trials or sessions."""
    found = changes(now, before)
    return Since(words(found, before), found)


def read_manifest(text: str) -> dict:
    """The manifest of an earlier pack; PackError where it is none."""
    try:
        told = json.loads(text)
        whole = all(isinstance(one["display"], str) for one in told["displays"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise PackError(NO_MANIFEST) from error
    if not whole:
        raise PackError(NO_MANIFEST)
    return told


def changes(now: dict, before: dict) -> DataFrame:
    """Every finding, number and row that differs between two manifests of one trial; columns as COLUMNS.

    A row is known by its first columns, as many as tell all rows of the display apart in both packs.
    PackError for manifests of different trials or sessions.
    """
    for what in ("trial", "session"):
        if now.get(what) != before.get(what):
            raise PackError(f"The previous pack is of another {what} ({before.get(what)}, not {now.get(what)}).")
    new, old = _named(now), _named(before)
    rows = [row for key in dict.fromkeys([*new, *old]) for row in _first(_of_display(key, new.get(key), old.get(key)))]
    return DataFrame(rows, columns=list(COLUMNS))


def words(found: DataFrame, before: dict) -> str:
    """How much changed, in a sentence."""
    prepared, data = str(before.get("prepared"))[:10], before.get("data_as_of")
    pack = f"since the pack of {prepared} (data as of {data})"
    if found.empty:
        return f"Nothing changed {pack}."
    kinds = ", ".join(f"{kind} ({n})" for kind, n in found["WHAT"].value_counts().items())
    return f"Changed {pack}: {kinds}, in {found['DISPLAY'].nunique()} of the displays."


def _named(told: dict) -> dict[tuple, dict]:
    """Display and title → what was told of it."""
    return {(one["display"], one.get("title", "")): one for one in told["displays"]}


def _first(rows: Iterator[dict]) -> list[dict]:
    found = list(rows)
    more = len(found) - MOST_OF_A_DISPLAY
    if more <= 0:
        return found
    rest = _row(found[0]["DISPLAY"], "more", f"{more} more changes", "", "", "")
    return [*found[:MOST_OF_A_DISPLAY], rest]


def _of_display(key: tuple, now: dict | None, before: dict | None) -> Iterator[dict]:
    title = key[1] or key[0]
    if now is None or before is None:
        yield _row(title, "display", "", "", "in the pack" if before else "", "in the pack" if now else "")
        return
    if now.get("finding") != before.get("finding"):
        yield _row(title, "finding", "", "", before.get("finding"), now.get("finding"))
    if now.get("sha256") != before.get("sha256"):
        yield from _of_tables(title, now, before)


def _of_tables(title: str, now: dict, before: dict) -> Iterator[dict]:
    if "rows" not in now or "rows" not in before or now["columns"] != before["columns"]:
        yield _row(title, "table", "", "", f"{before.get('nrows')} rows", f"{now.get('nrows')} rows")
        return
    number = _key_columns(now["rows"], before["rows"])
    new, old = _by_key(now["rows"], number), _by_key(before["rows"], number)
    for key in dict.fromkeys([*new, *old]):
        yield from _of_rows(title, key, now["columns"], new.get(key), old.get(key))


def _of_rows(title: str, key: tuple, columns: list[str], now: list | None, before: list | None) -> Iterator[dict]:
    which = " · ".join("" if part is None else str(part) for part in key)
    if now is None or before is None:
        yield _row(title, "row", which, "", "there" if before else "", "there" if now else "")
        return
    for column, then, today in zip(columns, before, now, strict=True):
        if then != today:
            yield _row(title, "number" if _is_number(then, today) else "text", which, column, then, today)


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


def _row(display: str, what: str, which: str, column: str, before, now) -> dict:
    told = {"BEFORE": before, "NOW": now}
    texts = {name: "" if value is None else str(value) for name, value in told.items()}
    return {"DISPLAY": display, "WHAT": what, "WHICH": which, "COLUMN": column, **texts}
