"""One value a subject in columns of groups, with the geometric mean of each: what a small trial can show."""

from __future__ import annotations

from math import exp, isnan, log, nan
from statistics import fmean

import plotly.graph_objects as go
from pandas import DataFrame, Series

from displays.display import plain
from displays.drawing import crowd, house
from displays.drawing.marks import dose_entries, new_entry, outline, since_line, who
from displays.groups import dose_colours
from displays.pharmacokinetics.concentrations import estimate
from queries import View
from queries.frames import rows_of

SPREAD = 0.36
"""Half the width over which the marks of a group are set apart."""
HEIGHT = 430


def strips(view: View, rows: DataFrame, groups: list[str], *, axis: str, line: float | None = None) -> go.Figure:
    """A mark a subject: rows with USUBJID, SUBJID, TRTA, DISEASE, GROUP, VALUE and SINCE.

    Of a crowd those with the highest values are drawn one by one. groups: the columns, in order. line: a value at
    which a thin line is drawn, as 1 for a ratio without change."""
    colours = dose_colours(view, rows["TRTA"])
    highest = rows.sort_values("VALUE", ascending=False, kind="stable")
    single = crowd.first_subjects(highest) if crowd.crowded(rows) else rows["USUBJID"]
    shown = rows["USUBJID"].isin(single)
    return house.figure(
        *[
            trace
            for place, group in enumerate(groups)
            for trace in _group(rows[rows["GROUP"] == group], shown, place, colours)
        ],
        *dose_entries(colours),
        *new_entry(rows.loc[shown, "SINCE"], view.previous_date),
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


def _group(own: DataFrame, shown: Series, place: int, colours: dict[str, str]) -> list[go.Scatter]:
    if own.empty:
        return []
    own = own.sort_values(["TRTA", "SUBJID"], key=lambda column: column.astype(str))
    apart = [place + SPREAD * (2 * (n + 0.5) / len(own) - 1) for n in range(len(own))]
    own = own.assign(X=apart)
    single, others = own[shown[own.index]], own[~shown[own.index]]
    marks = go.Scatter(
        x=single["X"],
        y=single["VALUE"],
        mode="markers",
        customdata=single[["USUBJID"]],
        hovertext=["<br>".join([who(row), f"{estimate(row.VALUE)}", *since_line(row)]) for row in rows_of(single)],
        hoverinfo="text",
        showlegend=False,
        marker=dict(size=9, color=[colours[dose] for dose in single["TRTA"]], line=outline(single["SINCE"])),
    )
    drawn = [*([crowd.dots(others, "X", "VALUE", digits=3)] if len(others) else []), marks]
    mean = geometric_mean(own["VALUE"])
    if isnan(mean):
        return drawn
    bar = go.Scatter(
        x=[place - SPREAD, place + SPREAD],
        y=[mean, mean],
        mode="lines",
        line=dict(color=house.INK, width=2),
        hovertext=f"geometric mean {estimate(mean)} (n = {len(own)})",
        hoverinfo="text",
        meta="mean",
        showlegend=False,
    )
    return [*drawn[:-1], bar, marks]
