"""What every file says of itself, and the numbers that it holds."""

from __future__ import annotations

import pandas
from pandas import DataFrame

from displays import Display
from displays.words import full_heading


def provenance(display: Display) -> list[tuple[str, str]]:
    """Title, study, data cut, population, filters, definition and source of a display, as (what, text)."""
    rows = [
        ("Title", display.title),
        ("Finding", display.finding),
        ("Study", display.study),
        ("Data", "Synthetic data" if display.synthetic else ""),
        ("Data cut", display.data_line),
        ("Session", display.audience.capitalize()),
        ("Population", display.population),
        ("Filters", display.filters),
        ("Definition", display.method),
        ("Source", display.source),
    ]
    return [(what, text) for what, text in rows if text]


def numbers(display: Display) -> DataFrame:
    """The table as files hold it: the columns shown, unformatted, under their headings."""
    columns = [column for column in display.labels if column in display.table.columns]
    return display.table[columns].set_axis([full_heading(display, column) for column in columns], axis=1)


def missing(value: object) -> bool:
    """Whether a cell of the table holds no value."""
    return value is None or (pandas.api.types.is_scalar(value) and bool(pandas.isna(value)))


def steady(number: float) -> float:
    """A number without its last digits, which depend on the order in which parts of a sum were added."""
    return float(f"{number:.13g}")
