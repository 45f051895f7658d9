"""How the marks of one subject's course look, and what they say when touched."""

from __future__ import annotations

from pandas import DataFrame

from displays.display import plain
from displays.drawing import house
from displays.drawing.marks import since_line, who
from displays.groups import present
from displays.words import exactly, on_day

OPEN = {"Blood blasts"}
SQUARE = {"Shortening fraction"}


def line_marks(rows: DataFrame, trace: str) -> dict:
    """Marker of each value: filled by CTCAE grade (LVEF: by CTRCD), a triangle for a limit of the assay, ringed when new."""
    ringed = [bool(changed) for changed in rows["SINCE"]]
    return dict(
        opacity=1,
        size=[9 if ring else 7 for ring in ringed],
        symbol=[_symbol(row, trace) for row in rows.itertuples()],
        color=[_fill(row, trace) for row in rows.itertuples()],
        line=dict(
            color=[house.NEW if ring else house.INK for ring in ringed], width=[2.2 if ring else 0.8 for ring in ringed]
        ),
    )


def _symbol(row, trace: str) -> str:
    if present(row.AVALQ):
        return "triangle-down-open" if row.AVALQ == "<" else "triangle-up-open"
    return "square" if trace in SQUARE else "circle-open" if trace in OPEN else "circle"


def _fill(row, trace: str) -> str:
    if trace in OPEN or present(row.AVALQ):
        return house.INK
    if row.PANEL == "Heart":
        return (
            house.ALERT
            if row.MARK == "rise"
            else house.CTRCD.get(row.MARK, "#5b6b78")
            if present(row.MARK)
            else "#5b6b78"
        )
    return house.GRADE[int(row.GRADE)] if present(row.GRADE) else "#5b6b78"


def hover(row) -> str:
    """Subject, dose, disease; what, how much, when; what the previous cut said."""
    lines = [who(row), f"{plain(row.TRACE)} {_value(row)} on {on_day(row.ADY)}".replace("  ", " ")]
    return "<br>".join(lines + graded(row, "CTCAE grade") + noted(row.NOTE) + since_line(row))


def graded(row, word: str) -> list[str]:
    """The grade as a line of its own, none where there is no grade."""
    return [f"{word} {int(row.GRADE)}"] if present(row.GRADE) else []


def noted(note) -> list[str]:
    """A note as a line of its own, none where there is none."""
    return [plain(note)] if present(note) and note else []


def _value(row) -> str:
    if not present(row.AVAL):
        return ""
    return f"{plain(row.AVALQ) if present(row.AVALQ) else ''}{exactly(row.AVAL, 2)} {plain(unit_words(row.AVALU)) if present(row.AVALU) else ''}".strip()


def unit_words(unit: str) -> str:
    """A delivered unit as it is printed: ×10⁹/L, mg/m²."""
    return unit.replace("10^9", "×10⁹").replace("GI/L", "×10⁹/L").replace("mg/m2", "mg/m²")
