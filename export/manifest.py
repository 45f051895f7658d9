"""What a pack was made of: trial, data, filters, software, and the numbers of each display, to be held against the
next pack."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import version
from platform import python_version

import pandas

from displays.display import Display
from displays.words import full_heading
from export.earlier import hash_of
from export.made import Book, Part
from export.provenance import missing, numbers, steady
from queries import Cut
from queries.frames import rows_of
from queries.release import release

SOFTWARE = ("duckdb", "pandas", "plotly", "kaleido", "typst", "XlsxWriter", "python-pptx")
MOST_ROWS = 5000
"""Of a longer table the manifest holds the hash alone."""


def manifest(made: Book, prepared: datetime, by: str = "") -> dict:
    """The manifest of a pack; with the same time and the same data it is the same."""
    return origin(made, prepared, by) | {"displays": [_display(part) for part in made.parts]}


def origin(made: Book, prepared: datetime, by: str = "") -> dict:
    """What a pack was made of, when and by whom; without its displays."""
    cut = made.view.cut
    return {
        "trial": made.study,
        "synthetic": made.synthetic,
        "title": made.pack.title,
        "session": made.pack.session,
        "data_as_of": cut.date.isoformat(),
        "compared_with": made.view.previous_date.isoformat() if made.view.previous_date else None,
        "filters": made.view.filters.words(),
        "prepared": prepared.isoformat(timespec="seconds"),
        "prepared_by": by,
        "software": {"dashboard": release(), "Python": python_version()} | {name: version(name) for name in SOFTWARE},
        "files": _files(cut, made),
        "files_compared_with": _files(made.view.previous, made) if made.view.previous else [],
    }


def in_brief(told: dict) -> dict:
    """A manifest without the rows of its tables, which a file of the pack holds in its own way: their hashes stay."""
    rows = ("columns", "rows", "percent")
    displays = [{key: value for key, value in one.items() if key not in rows} for one in told["displays"]]
    return told | {"displays": displays}


def of_part(told: dict, number: int) -> dict:
    """What a manifest says of one of its displays, the first is 0, and of its origin but for the delivered files."""
    own = {key: value for key, value in told.items() if key not in ("displays", "files", "files_compared_with")}
    return own | {"display": in_brief(told)["displays"][number]}


def in_words(told: dict) -> Iterator[tuple[str, str]]:
    """A manifest in lines to be read, as (what, text)."""
    for what in ("trial", "data_as_of", "compared_with", "session", "filters", "prepared", "prepared_by"):
        yield what.replace("_", " ").capitalize(), str(told[what] or "")
    for name, number in told["software"].items():
        yield f"Software: {name}", number
    for what, files in (("File", "files"), ("File compared with", "files_compared_with")):
        for file in told[files]:
            yield f"{what}: {file['file']}", f"SHA-256 {file['sha256']}"
    for one in told["displays"]:
        yield f"Table: {one['title']}", table_in_words(one)


def table_in_words(one: dict) -> str:
    """Of whom the table of a display is, and its hash."""
    if "sha256" not in one:
        return "could not be made"
    return f"{one['filters']}; {one['nrows']} rows; SHA-256 {one['sha256']}"


def compact(told: dict) -> str:
    """A manifest as text within another file."""
    return json.dumps(told, ensure_ascii=False)


def text_of(told: dict) -> str:
    """The manifest as its file holds it."""
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def _files(cut: Cut, made: Book) -> list[dict]:
    """The delivered files; none in an open session, where the hash of a file would confirm a guess of what is in it."""
    if made.pack.session == "open":
        return []
    return [{"file": row.FILENAME, "sha256": row.SHA256} for row in rows_of(cut.ask("data_files"))]


def _display(part: Part) -> dict:
    made = part.display
    told: dict = {"display": part.name, "title": part.title, "note": part.item.note, "made": made is not None}
    told |= {key: value for key, value in (("subject", part.item.subject), ("chosen", part.item.chosen)) if value}
    if made is None:
        return told
    frame = numbers(made)
    table = {"columns": list(frame.columns), "rows": _rows(frame)}
    told |= {"finding": made.finding, "filters": made.filters, "nrows": len(frame), "sha256": hash_of(table)}
    told |= {"percent": shares} if (shares := _shares(made)) else {}
    return told | (table if len(frame) <= MOST_ROWS else {})


def _shares(made: Display) -> list[str]:
    """The headings of the columns that hold proportions, which a reader is told in per cent."""
    columns = [column for column, kind in made.formats.items() if kind == "percent" and column in made.labels]
    return [full_heading(made, column) for column in columns]


def _rows(frame: pandas.DataFrame) -> list[list]:
    return [[_plain(value) for value in row] for row in frame.itertuples(index=False, name=None)]


def _plain(value):
    """A value of a table as JSON holds it."""
    if missing(value):
        return None
    if isinstance(value, (str, bool)):
        return value
    if hasattr(value, "strftime"):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    number = steady(float(value))
    return int(number) if number.is_integer() else number
