"""Estimates with their intervals as rows, each row's numbers written above its line, for a phone or grey print."""

from __future__ import annotations

from math import isnan

import plotly.graph_objects as go
from pandas import DataFrame

from displays.drawing import house

ROW_PIXELS, TWO_LINES_PIXELS = 62, 78


def interval_rows(
    table: DataFrame, *, axis_title: str, limits: tuple[float, float] = (0, 1), zero: bool = False
) -> go.Figure:
    """Rows from top to bottom: TEXT above, ESTIMATE with LOWER and UPPER below; no line where undefined.

    Columns: TEXT, COLOUR, SYMBOL, ESTIMATE, LOWER, UPPER (fractions) and, where wished, LINE (colour),
    WEIGHT (line width), SINCE (a ring round what changed since the previous cut) and KEY (of the subjects behind it).
    """
    figure = house.figure(height=80 + _row_pixels(table) * max(len(table), 1), showlegend=False)
    for position, row in enumerate(table.to_dict("records")):
        if not isnan(row["ESTIMATE"]):
            _row(figure, row, -position)
    place = dict(x=limits[0], xanchor="left", yanchor="bottom", showarrow=False, align="left")
    figure.update_layout(
        annotations=[dict(text=text, y=0.2 - position, **place) for position, text in enumerate(table.TEXT)]
    )
    if zero:
        figure.add_vline(x=0, line=dict(color=house.MUTED, width=1, dash="dash"))
    figure.update_xaxes(range=_padded(limits), tickformat=".0%", title=axis_title, nticks=6)
    figure.update_yaxes(visible=False, range=[-len(table) + 0.55, 0.95])
    figure.update_layout(margin=dict(l=24, r=24, t=12, b=56))
    return figure


def _row_pixels(table: DataFrame) -> int:
    """A row whose words take two lines is higher, so that they do not lie on the line above."""
    return TWO_LINES_PIXELS if table["TEXT"].str.contains("<br>").any() else ROW_PIXELS


def _padded(limits: tuple[float, float]) -> list[float]:
    margin = 0.02 * (limits[1] - limits[0])
    return [limits[0] - margin, limits[1] + margin]


def _row(figure: go.Figure, row: dict, y: float) -> None:
    hover = f"{row['TEXT']}<extra></extra>"
    weight = row.get("WEIGHT", 3)
    line = row.get("LINE", row["COLOUR"])
    figure.add_scatter(
        x=[row["LOWER"], row["UPPER"]],
        y=[y, y],
        mode="lines",
        name=f"{row['TEXT']}: interval",
        line=dict(color=line, width=weight),
        hovertemplate=hover,
    )
    if row.get("SINCE"):
        ring = dict(color=house.NEW, symbol="circle-open", size=21 + weight, line_width=2)
        figure.add_scatter(x=[row["ESTIMATE"]], y=[y], mode="markers", marker=ring, hoverinfo="skip", meta="changed")
    figure.add_scatter(
        x=[row["ESTIMATE"]],
        y=[y],
        mode="markers",
        name=row["TEXT"],
        hovertemplate=hover,
        meta="estimate",
        marker=dict(color=row["COLOUR"], symbol=row["SYMBOL"], size=9 + weight, line=dict(color=line, width=1)),
        customdata=[[row["KEY"]]] if "KEY" in row else None,
    )
