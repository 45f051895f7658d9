"""One value a subject in columns of groups, with the geometric mean of each: what a small trial can show."""

from __future__ import annotations

from math import exp, isnan, log, nan
from statistics import fmean

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import plain
from displays.drawing import house
from displays.drawing.marks import dose_entries, new_entry, outline, since_line, who
from displays.groups import dose_colours
from displays.pharmacokinetics.concentrations import estimate
from queries import View

SPREAD = 0.36
"""Half the width over which the marks of a group are set apart."""
HEIGHT = 430


def strips(view: View, rows: DataFrame, groups: list[str], *, axis: str, line: float | None = None) -> go.Figure:
    """A mark a subject: rows with USUBJID, SUBJID, TRTA, DISEASE, GROUP, VALUE and SINCE.

    groups: the columns, in order. line: a value at which a thin line is drawn, as 1 for a ratio without change."""
    colours = dose_colours(view, rows["TRTA"])
    return house.figure(
        *[
            trace
            for place, group in enumerate(groups)
            for trace in _group(rows[rows["GROUP"] == group], place, colours)
        ],
        *dose_entries(colours),
        *new_entry(rows["SINCE"], view.previous_date),
        height=HEIGHT,
        margin=dict(t=64),
        xaxis=dict(
            range=[-0.6, len(groups) - 0.4],
            tickvals=list(range(len(groups))),
            ticktext=[f"{plain(g)}<br>n = {int((rows['GROUP'] == g).sum())}" for g in groups],
        ),
        yaxis=dict(title=axis, rangemode="tozero"),
        legend=dict(itemclick=False),
        shapes=[] if line is None else [_across(line)],
    )


def _across(value: float) -> dict:
    return dict(
        type="line", xref="x domain", x0=0, x1=1, y0=value, y1=value, line=dict(color=house.MUTED, width=1, dash="dash")
    )


def geometric_mean(values) -> float:
    """nan where there is no value, or one is 0: nothing was measurable."""
    values = list(values)
    if not values or min(values) <= 0:
        return nan
    return exp(fmean(log(value) for value in values))


def _group(own: DataFrame, place: int, colours: dict[str, str]) -> list[go.Scatter]:
    if own.empty:
        return []
    own = own.sort_values(["TRTA", "SUBJID"], key=lambda column: column.astype(str))
    apart = [place + SPREAD * (2 * (n + 0.5) / len(own) - 1) for n in range(len(own))]
    marks = go.Scatter(
        x=apart,
        y=own["VALUE"],
        mode="markers",
        customdata=own[["USUBJID"]],
        hovertext=["<br>".join([who(row), f"{estimate(row.VALUE)}", *since_line(row)]) for row in own.itertuples()],
        hoverinfo="text",
        showlegend=False,
        marker=dict(size=9, color=[colours[dose] for dose in own["TRTA"]], line=outline(own["SINCE"])),
    )
    mean = geometric_mean(own["VALUE"])
    if isnan(mean):
        return [marks]
    bar = go.Scatter(
        x=[place - SPREAD, place + SPREAD],
        y=[mean, mean],
        mode="lines",
        line=dict(color=house.INK, width=2),
        hovertext=f"geometric mean {estimate(mean)} (n = {len(own)})",
        hoverinfo="text",
        showlegend=False,
    )
    return [bar, marks]
