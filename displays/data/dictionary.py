"""What each analysis table and each of its columns is."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

import queries
from displays.data.whole import whole_cut
from displays.display import Display
from displays.words import counted, sentence
from queries import View

LABELS = {"TABNAME": "Table", "GRAIN": "One row is", "VARIABLE": "Column", "LABEL": "What it is", "TYPE": "Type"}


def table_dictionary(view: View) -> Display:
    """Every column of every analysis table of the cut, with the table's grain."""
    table, words = view.cut.ask("data_columns"), dictionary()
    named = [words.get(name.lower(), {}) for name in table["TABNAME"]]
    tables, columns = counted(table["TABNAME"].nunique(), "analysis table"), counted(len(table), "column")
    return whole_cut(
        view,
        "table_dictionary",
        title="Dictionary of the analysis tables",
        finding=sentence(f"{tables} with {columns}, named as ADaM names them"),
        table=table.assign(
            GRAIN=[one.get("grain", "") for one in named],
            LABEL=[one.get(column, "") for one, column in zip(named, table["VARIABLE"], strict=True)],
        ),
        labels=LABELS,
        method="Each table is made by one SQL file of queries/staging.",
        questions=("data_columns",),
    )


@lru_cache
def dictionary() -> dict[str, dict[str, str]]:
    """Analysis table → its grain and the label of each column."""
    return tomllib.loads((Path(queries.__file__).parent / "dictionary.toml").read_text(encoding="utf-8"))
