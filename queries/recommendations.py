"""What the board recommended at its meetings: a small table that a statistician keeps beside the cuts."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas
from pandas import DataFrame

from queries.files import as_written

FILE = "recommendations.csv"
COLUMNS = ("MEETING", "CUT", "RECOMMENDATION")
"""Date of the meeting, date of the data cut that it saw (both YYYY-MM-DD), and what it recommended."""


class RecommendationsError(ValueError):
    """A table that cannot be read: one sentence that says what is wrong, where, and what to do."""


def beside(folder: Path) -> int:
    """What tells the table beside the cuts as it is written now; 0 where there is none. Its display is made anew."""
    path = folder / FILE
    return as_written(path) if path.exists() else 0


def read_recommendations(folder: Path) -> DataFrame | None:
    """The table beside the cuts, latest meeting first: MEETING, CUT (dates), RECOMMENDATION; None where there is none.

    RecommendationsError where a column, a date or a text is missing or a date cannot be read.
    """
    path = folder / FILE
    if not path.exists():
        return None
    try:
        read = pandas.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise RecommendationsError(
            f"{FILE} cannot be read ({type(error).__name__}); save it as CSV in UTF-8."
        ) from error
    if missing := [name for name in COLUMNS if name not in read.columns]:
        raise RecommendationsError(f"{FILE} has no column {missing[0]}; its columns are {', '.join(COLUMNS)}.")
    table = DataFrame({name: [_value(name, text, line) for line, text in enumerate(read[name], 2)] for name in COLUMNS})
    return table.sort_values(["MEETING", "CUT"], ascending=False, kind="stable", ignore_index=True)


def _value(name: str, text: str, line: int) -> date | str:
    if not text.strip():
        raise RecommendationsError(f"{FILE}, line {line}: {name} is empty; fill it or delete the line.")
    if name == "RECOMMENDATION":
        return text.strip()
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise RecommendationsError(f"{FILE}, line {line}: {name} is {text!r}; write a date as 2007-11-30.") from error
