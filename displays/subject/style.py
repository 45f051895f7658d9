"""How the marks of one subject's course look, and what they say on hover."""

from __future__ import annotations

from pandas import DataFrame

from displays.display import plain
from displays.drawing import house
from displays.drawing.marks import outline, since_line, who
from displays.groups import present
from displays.words import exactly, on_day
from queries.frames import rows_of

OPEN = {"Blood blasts", "Metabolite"}
SQUARE = {"Shortening fraction"}
UNGRADED = "#5b6b78"
BAND = {">450 to 480": house.GRADE[1], ">480 to 500": house.GRADE[2], ">500": house.GRADE[3]}
"""The bands of QTcF (ms), of ICH E14."""


def line_marks(rows: DataFrame, trace: str) -> dict:
    """Marker of each value: filled by CTCAE grade (LVEF: by CTRCD), a triangle at the assay's limit, ringed if new."""
    return dict(
        opacity=1,
        size=[9 if news else 7 for news in rows["SINCE"]],
        symbol=[_symbol(row, trace) for row in rows_of(rows)],
        color=[_fill(row, trace) for row in rows_of(rows)],
        line=outline(rows["SINCE"], colour=house.INK, width=0.8, new_width=2.2),
    )


def _symbol(row, trace: str) -> str:
    if present(row.AVALQ):
        return "triangle-down-open" if row.AVALQ == "<" else "triangle-up-open"
    if trace in SQUARE:
        return "square"
    return "circle-open" if trace in OPEN else "circle"


def _fill(row, trace: str) -> str:
    if trace in OPEN or present(row.AVALQ):
        return house.INK
    if row.PANEL == "Heart":
        return house.ALERT if row.MARK == "rise" else house.CTRCD.get(row.MARK, UNGRADED)
    if row.PANEL == "ECG":
        return BAND.get(row.MARK, UNGRADED)
    return house.GRADE[int(row.GRADE)] if present(row.GRADE) else UNGRADED


def hover(row) -> str:
    """Subject, dose, disease; what, how much, when; what the previous cut said."""
    name = row.PARAM if present(row.PARAM) else row.TRACE
    value = f"{plain(name)} {_value(row)} on {on_day(row.ADY)}".replace("  ", " ")
    return lines(row, value, *_multiple(row), *graded(row, "CTCAE grade"), *noted(row.NOTE))


def lines(row, *words: str) -> str:
    """A hover box: whose mark it is, the words, and what happened to it since the previous cut."""
    return "<br>".join([who(row), *words, *since_line(row)])


def graded(row, word: str) -> list[str]:
    """The grade as a line of its own, none where there is no grade."""
    return [f"{word} {int(row.GRADE)}"] if present(row.GRADE) else []


def noted(note) -> list[str]:
    """A note as a line of its own, none where there is none."""
    return [plain(note)] if present(note) and note else []


def _multiple(row) -> list[str]:
    """How often the upper limit of normal, of a test that is drawn so; that the limit is not known."""
    if row.PANEL not in ("Liver", "Kidney") or not present(row.AVAL):
        return []
    return [f"{exactly(row.XULN, 2)} × upper limit of normal" if present(row.XULN) else "no upper limit of normal"]


def _value(row) -> str:
    if not present(row.AVAL):
        return f"no number that can be read ({plain(row.AVALC)})" if present(row.AVALC) else "no result"
    limit = plain(row.AVALQ) if present(row.AVALQ) else ""
    unit = plain(unit_words(row.AVALU)) if present(row.AVALU) else ""
    return f"{limit}{exactly(row.AVAL, 2)} {unit}".strip()


def unit_words(unit: str) -> str:
    """A delivered unit as it is printed: ×10⁹/L, mg/m²."""
    return unit.replace("10^9", "×10⁹").replace("GI/L", "×10⁹/L").replace("mg/m2", "mg/m²")
