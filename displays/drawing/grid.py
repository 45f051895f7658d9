"""Cells in rows and columns, in panels above one another with the same columns."""

from __future__ import annotations

from dataclasses import dataclass

import plotly.graph_objects as go
from pandas import DataFrame

from displays.drawing import house
from queries.frames import rows_of

CELL_PIXELS, GAP_PIXELS = 36, 52
TOP_PIXELS, BOTTOM_PIXELS = 64, 52


@dataclass(frozen=True)
class GridPanel:
    """One panel of a grid.

    cells: COLUMN and ROW (numbers), COLOUR, TEXT, HOVER, NAME, FRAMED (a cell that stands out).
    rows: ROW → its words at the left, from the top down; a row may have no cell.
    """

    title: str
    cells: DataFrame
    rows: dict[int, str]

    @property
    def pixels(self) -> int:
        """The height of its cells."""
        return CELL_PIXELS * len(self.rows)


def grid_figure(panels: list[GridPanel], *, axis_title: str, key: list[dict]) -> go.Figure:
    """The panels under one another; key: what the cells mean, as annotations above them."""
    columns = sorted({number for panel in panels for number in panel.cells["COLUMN"]})
    total = sum(panel.pixels + GAP_PIXELS for panel in panels)
    shapes, words, top = [], list(key), total
    for panel in panels:
        placed = _placed(panel, columns, top - GAP_PIXELS + 22)
        shapes += [_box(cell) for cell in rows_of(placed)]
        words += [*_panel_words(panel, top - GAP_PIXELS + 22), *[_cell_words(cell) for cell in rows_of(placed)]]
        top -= panel.pixels + GAP_PIXELS
    return house.figure(
        height=total + TOP_PIXELS + BOTTOM_PIXELS,
        showlegend=False,
        margin=dict(l=8, r=8, t=TOP_PIXELS, b=BOTTOM_PIXELS),
        shapes=shapes,
        annotations=words,
        yaxis=dict(range=[0, total], visible=False),
        xaxis=_column_axis(columns) | dict(title=axis_title),
    )


def _column_axis(columns: list) -> dict:
    ticks = dict(tickvals=list(range(len(columns))), ticktext=[str(number) for number in columns], ticks="")
    return dict(range=[-0.55 - 0.22 * (len(columns) + 1), len(columns) - 0.4], showline=False, **ticks)


def _placed(panel: GridPanel, columns: list, top: float) -> DataFrame:
    """The cells with their place X and Y; framed ones come last, so that their frame lies over their neighbours."""
    row = {number: place for place, number in enumerate(panel.rows)}
    return panel.cells.sort_values("FRAMED", kind="stable").assign(
        X=lambda cells: [columns.index(number) for number in cells["COLUMN"]],
        Y=lambda cells: [top - CELL_PIXELS * (row[number] + 0.5) for number in cells["ROW"]],
    )


def _box(cell) -> dict:
    half = CELL_PIXELS / 2 - 1
    line = dict(color=house.INK, width=3) if cell.FRAMED else dict(color=house.PAPER, width=1)
    place = dict(x0=cell.X - 0.48, x1=cell.X + 0.48, y0=cell.Y - half, y1=cell.Y + half)
    look = dict(fillcolor=cell.COLOUR, line=line, layer="above" if cell.FRAMED else "between", name=cell.NAME)
    return dict(type="rect", **place, **look)


def _cell_words(cell) -> dict:
    look = dict(showarrow=False, font=dict(color=house.INK), captureevents=True, hovertext=cell.HOVER)
    return dict(x=cell.X, y=cell.Y, text=cell.TEXT, **look)


def _panel_words(panel: GridPanel, top: float) -> list[dict]:
    """The panel's title above it, and the words of each row at its left."""
    left = dict(x=0, xref="paper", xanchor="left", showarrow=False)
    title = dict(y=top + 4, yanchor="bottom", text=f"<b>{panel.title}</b>", **left)
    small = dict(font=dict(color=house.MUTED), **left)
    rows = [dict(y=top - CELL_PIXELS * (place + 0.5), text=text) for place, text in enumerate(panel.rows.values())]
    return [title, *[row | small for row in rows]]
