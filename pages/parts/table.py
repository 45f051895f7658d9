"""How a display's table looks on screen: headings with units, dates and percentages as the board reads them."""
from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import pandas
import pyarrow
import streamlit as st
from pandas import DataFrame

from displays import Display

PIXELS_A_LINE = 21
LONGEST_LINE = 46


@dataclass(frozen=True)
class ScreenTable:
    """A display's table made ready once for all readers: what Streamlit would otherwise redo at every click."""

    arrow: pyarrow.Table
    columns: dict
    row_height: int | None


def screen_table(made: Display) -> ScreenTable:
    """The table of a display as the screen draws it."""
    frame = shown(made)
    return ScreenTable(pyarrow.Table.from_pandas(frame, preserve_index=False), column_config(made), row_height(frame))


def shown(made: Display) -> DataFrame:
    """The columns that the display names, in its order, percentages as numbers out of 100."""
    frame = made.table[[column for column in made.labels if column in made.table.columns]].copy()
    for column in frame.columns:
        if made.formats.get(column) == "percent":
            frame[column] = frame[column].astype("float64") * 100
    return frame


def column_config(made: Display) -> dict:
    """Heading and number format of each column."""
    return {column: _column(made.labels[column], made.formats.get(column), made.table[column]) for column in made.labels if column in made.table.columns}


def _column(label: str, kind: str | None, values: pandas.Series):
    decimals = {"percent": "%.0f %%", "integer": "%d", "decimal1": "%.1f", "decimal2": "%.2f", "p": "%.3f"}
    if kind in decimals:
        return st.column_config.NumberColumn(label, format=decimals[kind])
    if kind == "date" or pandas.api.types.is_datetime64_any_dtype(values):
        return st.column_config.DateColumn(label, format="D MMM YYYY")
    if pandas.api.types.is_float_dtype(values):
        return st.column_config.NumberColumn(label, format="%.4g")
    if pandas.api.types.is_integer_dtype(values):
        return st.column_config.NumberColumn(label, format="%d")
    return st.column_config.TextColumn(label, width="large" if _longest(values) > LONGEST_LINE else None)


def _longest(values: pandas.Series) -> int:
    lengths = values.dropna().astype(str).str.len()
    return int(lengths.max()) if len(lengths) else 0


def row_height(frame: DataFrame) -> int | None:
    """Tall enough that the longest sentence of the table is read whole; None where one line is enough."""
    longest = max((_longest(frame[column]) for column in frame.select_dtypes(["object", "str"])), default=0)
    lines = min(ceil(longest / LONGEST_LINE), 5)
    return None if lines <= 1 else 14 + PIXELS_A_LINE * lines
