"""Cases that do not influence each other, as subjects of one cut: each is then looked at by itself."""

from __future__ import annotations

from collections import Counter

import pandas

from ingest.check import CHECKS_FOLDER
from queries import Cut, Filters, View

Frames = dict[str, pandas.DataFrame]


def gathered(deliveries: dict[str, Frames]) -> Frames:
    """One delivery of many with one subject each, who is named as the key says; blank where a column was not given."""
    tables: dict[str, list[pandas.DataFrame]] = {}
    for name, frames in deliveries.items():
        for dataset, frame in frames.items():
            tables.setdefault(dataset, []).append(_named(frame, name))
    return {dataset: _one_below_another(frames) for dataset, frames in tables.items()}


def alone(cut: Cut, name: str) -> View:
    """The view of one subject of a cut."""
    return View(cut, filters=Filters(subjects=(name,)))


def found_in(view: View, check: str) -> dict[str, int]:
    """Dataset → how many records of the selected subjects one check of the load finds."""
    return dict(Counter(dataset for dataset, _ in _found(view, check)))


def records_found_in(view: View, check: str) -> list[str]:
    """The records of the selected subjects that one check of the load finds, as it names them."""
    return [record for _, record in _found(view, check)]


def _found(view: View, check: str) -> list[tuple[str, str]]:
    sql = (CHECKS_FOLDER / f"{check}.sql").read_text(encoding="utf-8")
    rows = f"select DATASET, RECORD from (\n{sql}\n) where list_contains(?, USUBJID) order by all"
    return view.cut.cursor().execute(rows, [list(view.filters.subjects)]).fetchall()


def _named(frame: pandas.DataFrame, name: str) -> pandas.DataFrame:
    assert frame["USUBJID"].nunique() <= 1, f"{name} is more than one subject"
    return frame.assign(**{column: name for column in ("USUBJID", "SUBJID") if column in frame})


def _one_below_another(frames: list[pandas.DataFrame]) -> pandas.DataFrame:
    table = pandas.concat(frames, ignore_index=True)
    texts = [column for column in table if not pandas.api.types.is_numeric_dtype(table[column])]
    return table.assign(**{column: table[column].where(table[column].notna(), "") for column in texts})
