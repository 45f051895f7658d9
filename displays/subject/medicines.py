"""Concomitant medicines of one subject as bars, a row for each name; those that matter for safety come first."""

from __future__ import annotations

from pandas import DataFrame

from displays.display import plain
from displays.groups import present
from displays.subject.bars import ROW_PIXELS, bar_rows
from displays.subject.strip import Span, Strip, heading
from displays.subject.style import lines, noted
from displays.words import counted, on_day
from queries.frames import rows_of

MEANINGS = {
    "THERAPY": "therapy against the leukaemia, by its name",
    "CARDIOPROTECTIVE": "protects the heart",
    "GROWTH FACTOR": "growth factor",
    "TRANSFUSION": "transfusion",
    "QT": "can prolong QT",
}
"""Why a medicine matters, in the order in which they are shown."""
SPECIAL, OTHER = "#4a6fa5", "#c3cad0"
MOST = 6


def medicines_strip(medicines: DataFrame, span: Span, most: int = MOST) -> Strip:
    """One bar a record, `most` names; the rest are counted."""
    names = _names(medicines)
    told = list(rows_of(medicines))
    rows = medicines.assign(
        COLOUR=[SPECIAL if row.MARK in MEANINGS else OTHER for row in told],
        WORDS=["" if present(row.AENDY) else "›" for row in told],
        HOVER=[_hover(row) for row in told],
    )
    shown = names[:most]
    traces, notes, axis = bar_rows(rows, shown, span, "Medicines")
    hidden = len(names) - len(shown)
    more = f"; {counted(hidden, 'more name')} only in the numbers" if hidden else ""
    title = heading(
        "Medicines", f"{len(medicines)}, dark: {_meanings(medicines[medicines['TRACE'].isin(shown)])}{more}"
    )
    return Strip(heading=title, pixels=ROW_PIXELS * len(shown), axis=axis, traces=traces, notes=notes)


def _names(medicines: DataFrame) -> list[str]:
    """The names, those that matter first, each kind in the order of its first day."""
    order = list(MEANINGS)
    rank = [order.index(mark) if mark in order else len(order) for mark in medicines["MARK"]]
    first = medicines.assign(RANK=rank).groupby("TRACE").agg(RANK=("RANK", "min"), ADY=("ADY", "min")).reset_index()
    return list(first.sort_values(["RANK", "ADY", "TRACE"])["TRACE"])


def _meanings(medicines: DataFrame) -> str:
    found = [words for mark, words in MEANINGS.items() if (medicines["MARK"] == mark).any()]
    return ", ".join(found) or "none"


def _hover(row) -> str:
    length = f"{on_day(row.ADY)} to {int(row.AENDY)}" if present(row.AENDY) else f"from {on_day(row.ADY)}, no end"
    return lines(row, f"{plain(row.TRACE)}, {length}", *noted(row.NOTE))
