"""A design's decision table as cells, the present one framed, with the doses that are in each."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import plain
from displays.drawing import house
from displays.drawing.grid import GridPanel, grid_figure
from displays.rule.words import ACTIONS
from queries.frames import rows_of

WORDS = {
    "escalate": "escalate",
    "stay": "stay",
    "de-escalate": "de-escalate",
    "suspend": "wait for the pending subjects",
    "stop": "de-escalate, level closed for good",
}
SHORT = {"stop": "closed", "suspend": "wait"}
BY_DLTS = {0: "No DLT so far", 1: "One DLT", 2: "Two or more DLTs"}
MOST_DLTS = 7


def grid(table: DataFrame, unit: str) -> go.Figure:
    """The grid of the rows of `states`; unit: that of the dose levels."""
    panels = _enrolled_panels(table, unit) if "ENROLLED" in table else [_evaluated_panel(table, unit)]
    return grid_figure(panels, axis_title="Evaluated at the level (n)", key=_key(table, unit))


def _enrolled_panels(table: DataFrame, unit: str) -> list[GridPanel]:
    """A panel a number of DLTs: one cell a number enrolled and evaluated."""
    table = table.assign(COLUMN=table["NDLT"] + table["NNODLT"], ROW=table["ENROLLED"])
    few = [table[table["NDLT"] == dlts] for dlts in (0, 1)]
    panels = [*few, _merged(table[table["NDLT"] >= 2])]
    return [_panel(name, rows, "enrolled", unit) for name, rows in zip(BY_DLTS.values(), panels, strict=True)]


def _merged(rows: DataFrame) -> DataFrame:
    """Two and more DLTs decide the same, however many are enrolled: one cell a number evaluated."""
    together = {"ACTION": "first", "LEVELS": lambda names: ", ".join(n for n in names if n), "NOW": "max"}
    return rows.groupby("COLUMN", as_index=False).agg(together).assign(ROW=0)


def _evaluated_panel(table: DataFrame, unit: str) -> GridPanel:
    most = min(table["NDLT"].max(), MOST_DLTS)
    shown = table[(table["NDLT"] <= most) | (table["LEVELS"] != "")]
    rows = shown.assign(COLUMN=shown["NEVAL"], ROW=shown["NDLT"])
    return _panel("Subjects with a DLT at the level, by number evaluated", rows, "DLT", unit)


def _panel(title: str, rows: DataFrame, side: str, unit: str) -> GridPanel:
    first, last = int(rows["ROW"].min()), int(rows["ROW"].max())
    words = {row: f"{row} {side}" for row in range(first, last + 1)} if first < last else {first: f"any {side}"}
    cells = rows.assign(
        COLOUR=[ACTIONS[action][1] for action in rows["ACTION"]],
        TEXT=[_text(row, many_columns=side == "DLT") for row in rows_of(rows)],
        HOVER=[_hover(row, unit) for row in rows_of(rows)],
        NAME=rows["ACTION"],
        FRAMED=rows["NOW"] == "present",
    )
    return GridPanel(title, cells, words)


def _hover(row, unit: str) -> str:
    return WORDS[row.ACTION] + (f"; now at {plain(row.LEVELS)} {unit}" if row.LEVELS else "")


def _text(row, *, many_columns: bool) -> str:
    """The sign and the doses in two lines; where columns are many, several doses take the place of the sign."""
    sign, doses = ACTIONS[row.ACTION][0], row.LEVELS.split(", ")
    if not row.LEVELS:
        return sign
    if len(doses) == 1:
        return f"{sign}<br><b>{plain(doses[0])}</b>"
    second = f"+{len(doses) - 1}" if len(doses) > 2 else plain(doses[1])
    return f"{'' if many_columns else sign}<b>{plain(doses[0])}<br>{second}</b>"


def _key(table: DataFrame, unit: str) -> list[dict]:
    used = [action for action in ACTIONS if action in set(table["ACTION"])]
    signs = "   ".join(f"{ACTIONS[action][0]} {SHORT.get(action, action)}" for action in used)
    place = dict(x=0, xref="paper", xanchor="left", y=1, yref="paper", yanchor="bottom", showarrow=False)
    frame = f"Framed: the present state. Numbers: doses ({unit}) in that state."
    return [
        place | dict(yshift=16, text=signs),
        place | dict(yshift=-2, text=frame, font=dict(color=house.MUTED)),
    ]
