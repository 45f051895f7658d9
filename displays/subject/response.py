"""Response assessments of one subject."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import plain
from displays.drawing import house
from displays.drawing.marks import outline
from displays.subject.strip import Span, Strip, heading
from displays.subject.style import lines
from displays.words import on_day
from queries.frames import rows_of

PIXELS = 48
CLOSE = 0.13
"""Share of the axis below which two texts would touch on a narrow screen."""


def response_strip(rows: DataFrame, span: Span) -> Strip:
    """Each assessment as a square in the colour of its response, named beside it; close ones on different heights."""
    ordered, close = rows.sort_values("ADY"), CLOSE * (span.high - span.low)
    heights = _heights(list(ordered["ADY"]), close)
    squares = go.Scatter(
        x=ordered["ADY"],
        y=heights,
        mode="markers+text",
        text=[f" {plain(mark)}" for mark in ordered["MARK"]],
        textfont=dict(color=house.INK),
        showlegend=False,
        meta="Response",
        textposition=["middle left" if day > span.high - close else "middle right" for day in ordered["ADY"]],
        cliponaxis=False,
        marker=dict(
            symbol="square",
            size=13,
            color=[house.RESPONSE.get(mark, house.OTHER) for mark in ordered["MARK"]],
            line=outline(ordered["SINCE"], colour=house.INK, width=0.7, new_width=2.4),
        ),
        customdata=[[usubjid] for usubjid in ordered["USUBJID"]],
        hovertext=[_hover(row) for row in rows_of(ordered)],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    axis = dict(range=[min(heights) - 0.6, 2.6], showticklabels=False, showgrid=False)
    return Strip(heading=heading("Response"), pixels=PIXELS, axis=axis, traces=[squares], notes=[])


def _hover(row) -> str:
    return lines(row, f"{plain(row.MARK)} on {on_day(row.ADY)} ({plain(row.NOTE).lower()})")


def _heights(days: list[float], close: float) -> list[int]:
    """For each day the highest of three rows that is free, else the one used longest ago."""
    heights, recent = [], {}
    for day in days:
        free = [level for level in (2, 1, 0) if day - recent.get(level, -1e9) >= close]
        level = free[0] if free else min(recent, key=recent.get)
        recent[level] = day
        heights.append(level)
    return heights
