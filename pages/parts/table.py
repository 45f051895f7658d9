"""How a display's table looks on screen.

It is drawn as HTML: a grid on a canvas cuts sentences short and says nothing to a screen reader.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import orjson
import pandas
import streamlit as st

from displays import Display
from displays.words import brief_columns, cell, filled_columns

HERE = Path(__file__).parent
ROWS_SHOWN = 500
SHORT, LONG = 18, 34
ALL = "All"

_rows = st.components.v2.component(
    "safety.rows",
    html='<div class="rows"></div>',
    css=(HERE / "rows.css").read_text(encoding="utf-8"),
    js=(HERE / "rows.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True)
class Chosen:
    """What the reader chose in a table in this run: the subject of a row (USUBJID), or the key of a cell that stands
    for several; None for nothing."""

    subject: str | None
    cell: str | None


@dataclass(frozen=True)
class Rows:
    """A table as the browser gets it (JSON), which subject each of its rows leads to, and how many rows there are.

    parts: what the reader may narrow it to, each value of one column with its rows.
    """

    json: bytes
    subjects: tuple[str | None, ...]
    number: int
    parts: tuple[tuple[str, Rows], ...] = ()

    @property
    def in_order(self) -> tuple[str, ...]:
        """The subjects of the rows (USUBJID), each once, in the order of the rows."""
        return tuple(dict.fromkeys(filter(None, self.subjects)))


def screen_table(made: Display, *, brief: bool = False) -> Rows:
    """The table of a display as the screen draws it, made once for all readers; `brief`: in its brief columns alone."""
    columns = brief_columns(made) if brief else filled_columns(made)
    frame = made.table.head(ROWS_SHOWN)
    subjects = _subjects(made, frame)
    texts = {column: [cell(value, made.formats.get(column)) for value in frame[column]] for column in columns}
    drawn = {
        "head": [made.labels[column] for column in columns],
        "kinds": ["news" if column == "SINCE" else _kind(frame[column], texts[column]) for column in columns],
        "bars": [_shares(made, frame, column) for column in columns],
        "rows": [list(row) for row in zip(*texts.values(), strict=True)],
        "sort": [[_sortable(value) for value in frame[made.sorts.get(column, column)]] for column in columns],
        "leads": subjects,
        "cells": [_cells(made, frame, column) for column in columns],
        "levels": [int(level) for level in frame[made.level]] if made.level else [],
        "over": [made.over.get(column, "") for column in columns],
        "alt": made.alt,
    }
    # As bytes: Streamlit would search anything else for data frames at every run.
    return Rows(orjson.dumps(drawn), subjects, len(made.table), _parts(made, brief))


def _parts(made: Display, brief: bool) -> tuple[tuple[str, Rows], ...]:
    if not made.narrow or not len(made.table):
        return ()
    values = made.table[made.narrow]
    parts = {text: made.table[values == text] for text in dict.fromkeys(values)}
    return tuple(
        (text, screen_table(replace(made, table=part, narrow=""), brief=brief)) for text, part in parts.items()
    )


def _subjects(made: Display, frame: pandas.DataFrame) -> tuple[str | None, ...]:
    if "USUBJID" not in frame or made.audience == "open":
        return (None,) * len(frame)
    return tuple(value if pandas.notna(value) else None for value in frame["USUBJID"])


def _cells(made: Display, frame: pandas.DataFrame, column: str) -> list[str | None]:
    """The key of each cell of a column behind which stand several subjects; empty for a column of none."""
    if made.audience == "open":
        return []
    keys = [f"{column} {row}" for row in frame.index]
    if made.behind.keys().isdisjoint(keys):
        return []
    return [key if key in made.behind else None for key in keys]


def draw_table(rows: Rows, key: str) -> Chosen:
    """Draw the table, or the part of it that the reader wants; what the reader chose in it."""
    rows = _narrowed(rows, key) if len(rows.parts) > 1 else rows
    chosen = _rows(data=rows.json, key=key, on_subject_change=_nothing, on_cell_change=_nothing)
    left_out = rows.number - ROWS_SHOWN
    if left_out > 0:
        st.caption(f"The first {ROWS_SHOWN} rows; {left_out} more are in the CSV and XLSX files.")
    subject, cell = (what if isinstance(what, str) else None for what in (chosen.subject, chosen.cell))
    return Chosen(subject, cell)


def _narrowed(rows: Rows, key: str) -> Rows:
    """The part of the table that the reader chose, all of it at first."""
    parts, place = {ALL: rows, **dict(rows.parts)}, f"narrow-{key}"
    if st.session_state.get(place) not in parts:
        st.session_state[place] = ALL
    chosen = st.segmented_control(
        "Show",
        list(parts),
        key=place,
        format_func=lambda text: f"{text} ({parts[text].number})",
        required=True,
        label_visibility="collapsed",
    )
    return parts[chosen]


def _nothing() -> None:
    """The choice of a row is read from the component; Streamlit wants a function all the same."""


def _kind(values: pandas.Series, texts: list[str]) -> str:
    if pandas.api.types.is_datetime64_any_dtype(values):
        return "date"
    if pandas.api.types.is_numeric_dtype(values) and not pandas.api.types.is_bool_dtype(values):
        return "number"
    longest = max(map(len, texts), default=0)
    if longest <= SHORT:
        return "short"
    return "long" if longest > LONG else "text"


def _shares(made: Display, frame: pandas.DataFrame, column: str) -> list[float | None]:
    """How much of each cell of a column is filled by a bar; empty for a column without bars."""
    if column not in made.bars:
        return []
    return [None if pandas.isna(share) else float(share) for share in frame[made.bars[column]]]


def _sortable(value):
    """A value that sorts in the browser as it does here: numbers as numbers, dates as their text, missing last."""
    if value is None or pandas.isna(value):
        return None
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value if isinstance(value, str) else float(value)
