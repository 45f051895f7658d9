"""Exposure against effect, drawn: two rows of subjects, with a line only where one is fitted, or marks by a number."""

from __future__ import annotations

from dataclasses import dataclass
from math import log2

import numpy
import plotly.graph_objects as go
from pandas import DataFrame, Series

from displays.display import plain
from displays.drawing import crowd, house
from displays.drawing.marks import dose_entries, legend_entry, new_entry, rings, since_line, who
from displays.groups import dose_colours
from displays.pharmacokinetics.concentrations import amount
from displays.pharmacokinetics.effects import Effect
from displays.words import counted
from queries import View
from queries.frames import rows_of
from stats.penalised import Penalised, chances

HEIGHT_PIXELS = 430
CURVE_POINTS = 9
FITTED = "fitted probability (95 %)"
STEP, CLOSE, ROOM = 0.055, 0.012, 3
"""How far apart marks of a row are put that are nearer than CLOSE of the axis, and how many places on either side."""


@dataclass(frozen=True)
class Drawn:
    """What is drawn. name, unit: of the exposure; table: the subjects worst first (OUT: why one is not drawn); model:
    the fitted line of an event, None where there is none."""

    asked: Effect
    name: str
    unit: str
    table: DataFrame
    model: Penalised | None


def exposure_figure(view: View, drawn: Drawn) -> go.Figure:
    """The subjects with both known by exposure; the first of very many one by one."""
    rows = drawn.table[drawn.table["OUT"].isna()].copy()
    rows["Y"] = _heights(rows, drawn.asked)
    colours = dose_colours(view, rows["TRTA"])
    shown = rows.head(crowd.NAMED) if crowd.crowded(rows) else rows
    others = [crowd.dots(rows.iloc[len(shown) :], "X", "Y")] if len(shown) < len(rows) else []
    parts = _event_parts(rows, drawn) if drawn.asked.event else []
    return house.figure(
        *others,
        *parts,
        *rings(shown["X"], shown["Y"], shown["SINCE"], size=16, width=2),
        _marks(shown, colours, drawn),
        *dose_entries(colours),
        *_open_entry(rows),
        *new_entry(shown["SINCE"], view.previous_date),
        height=HEIGHT_PIXELS,
        margin=dict(t=64, b=56, l=64, r=16),
        legend=dict(itemclick=False),
        xaxis=dict(title=f"{drawn.name} ({drawn.unit})", range=_range(rows["X"]), tickformat=",~r"),
        yaxis=_y_axis(rows, drawn),
    )


def _heights(rows: DataFrame, asked: Effect) -> Series:
    """An event's row, its marks spread so that each is seen; else the number, or the day until which it was awaited."""
    if not asked.event:
        return rows["VALUE"].astype("float64").fillna(rows["UNTIL"].astype("float64"))
    span = max(float(rows["X"].max() - rows["X"].min()), 1e-9)
    places = Series(0.0, index=rows.index)
    for value, group in rows.groupby(rows["EVENT"].astype(bool)):
        last, turn = -numpy.inf, 0
        for index, x in group["X"].sort_values().items():
            turn = turn + 1 if x - last < CLOSE * span else 0
            last = x
            step = (turn + 1) // 2 * (-1 if turn % 2 else 1)
            places[index] = float(value) + STEP * max(-ROOM, min(ROOM, step))
    return places


def _event_parts(rows: DataFrame, drawn: Drawn) -> list[go.Scatter]:
    event = rows["EVENT"].astype(bool)
    bars = [_median(rows.loc[event == value, "X"], float(value)) for value in (True, False) if (event == value).any()]
    return [*_curve(rows, drawn), *bars]


def _median(values: Series, row: float) -> go.Scatter:
    """A bar at the median exposure of a row."""
    middle = float(values.median())
    return go.Scatter(
        x=[middle, middle],
        y=[row - 0.16, row + 0.16],
        mode="lines",
        line=dict(color=house.INK, width=3),
        hovertext=f"median {amount(middle)} ({counted(len(values), 'subject')})",
        hoverinfo="text",
        showlegend=False,
        meta="median",
    )


def _curve(rows: DataFrame, drawn: Drawn) -> list[go.Scatter]:
    """The fitted probability between the lowest and the highest exposure, with its limits."""
    if drawn.model is None:
        return []
    at = numpy.linspace(rows["X"].min(), rows["X"].max(), CURVE_POINTS)
    event = [int(value) for value in rows["EVENT"]]
    found = chances([log2(x) for x in rows["X"]], event, [log2(x) for x in at], level=drawn.model.level)
    middle, low, high = (list(part) for part in zip(*found, strict=True))
    common = dict(mode="lines", hoverinfo="skip")
    around = house.parts(house.MUTED)
    return [
        go.Scatter(
            x=[*at, *at[::-1]],
            y=[*high, *low[::-1]],
            fill="toself",
            fillcolor=f"rgba({around[0]},{around[1]},{around[2]},0.14)",
            line=dict(width=0),
            showlegend=False,
            meta="interval",
            **common,
        ),
        go.Scatter(x=at, y=middle, line=dict(color=house.MUTED, width=2), name=FITTED, meta="line", **common),
    ]


def _marks(rows: DataFrame, colours: dict[str, str], drawn: Drawn) -> go.Scatter:
    waiting = rows["VALUE"].isna() if not drawn.asked.event else Series(False, index=rows.index)
    return go.Scatter(
        x=rows["X"],
        y=rows["Y"],
        mode="markers",
        marker=dict(
            size=10,
            opacity=1,
            symbol=["circle-open" if hollow else "circle" for hollow in waiting],
            color=[house.INK if hollow else colours[dose] for hollow, dose in zip(waiting, rows["TRTA"], strict=True)],
            line=dict(color=house.MUTED, width=[2 if hollow else 0.8 for hollow in waiting]),
        ),
        customdata=rows[["USUBJID"]],
        hovertext=[_hover(row, drawn) for row in rows_of(rows)],
        hoverinfo="text",
        showlegend=False,
        cliponaxis=False,
        meta="subjects",
    )


def _hover(row, drawn: Drawn) -> str:
    exposure = f"{drawn.name} {amount(row.X)} {drawn.unit}"
    return "<br>".join([who(row), plain(row.EFFECT), plain(exposure), *since_line(row)])


def _open_entry(rows: DataFrame) -> list[go.Scatter]:
    """The legend entry of who has no number yet, where anybody has none."""
    if rows["EVENT"].notna().any() or rows["VALUE"].notna().all():
        return []
    return [legend_entry("not recovered by that day", dict(symbol="circle-open", size=10, color=house.INK))]


def _range(values: Series) -> list[float]:
    low, high = float(values.min()), float(values.max())
    room = 0.06 * (high - low) or 0.1 * max(abs(high), 1)
    return [low - room, high + room]


def _y_axis(rows: DataFrame, drawn: Drawn) -> dict:
    if not drawn.asked.event:
        return dict(title=drawn.asked.name[:1].upper() + drawn.asked.name[1:], tickformat=",~r")
    event = rows["EVENT"].astype(bool)
    names = {1.0: f"{drawn.asked.yes}<br>n = {event.sum()}", 0.0: f"{drawn.asked.no}<br>n = {(~event).sum()}"}
    if drawn.model is not None:
        names |= {0.25: "25 %", 0.5: "50 %", 0.75: "75 %"}
    return dict(tickvals=list(names), ticktext=list(names.values()), range=[-0.3, 1.3], showgrid=False)
