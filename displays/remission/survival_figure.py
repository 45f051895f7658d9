"""The figure of time to event: steps with limits, a mark for each subject, numbers at risk under the axis."""

from __future__ import annotations

import math

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import plain
from displays.drawing import house
from stats.survival import numbers_at_risk

DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
LINE_PIXELS = 20
NAME_HEIGHT = 0.08
FEW = 5
"""With fewer subjects at risk a curve is drawn thin and pale: one event more would move it by a fifth or further."""
STEPS_MONTHS = (0.5, 1, 2, 3, 6, 12, 24, 60)


def curve_figure(
    table: DataFrame, colours: dict[str, str], *, axis_title: str, time_title: str, start: float
) -> go.Figure:
    """Curves of a table with one row a subject: GROUP, MONTHS, EVENT, AT_RISK, ESTIMATE, LOWER, UPPER; `start` is the value at time 0."""
    groups = list(colours)
    lines = len(groups) * (1 + _long(colours))
    figure = house.figure(height=400 + LINE_PIXELS * lines, showlegend=False)
    for group, dash in zip(groups, DASHES * len(groups)):
        rows = table[table.GROUP == group]
        _curve(figure, rows, colours[group], dash, start)
        _subjects(figure, rows, colours[group])
    ticks = _ticks(table.MONTHS.max())
    figure.update_xaxes(
        tickvals=ticks, range=[-ticks[-1] * 0.03, max(ticks[-1], table.MONTHS.max()) * 1.04], title=time_title
    )
    figure.update_yaxes(
        range=[-0.05, 1.06], tickvals=[0, 0.25, 0.5, 0.75, 1], tickformat=".0%", title=axis_title.removesuffix(" (%)")
    )
    # All texts at once: adding them one by one takes Plotly a time that grows with their square
    figure.update_layout(
        annotations=[*_at_risk(table, colours, ticks), *_names(table, colours), *_few(table)],
        margin=dict(l=64, r=20, t=34, b=96 + LINE_PIXELS * lines),
    )
    return figure


def _curve(figure: go.Figure, rows: DataFrame, colour: str, dash: str, start: float) -> None:
    steps = rows.drop_duplicates("MONTHS").sort_values("MONTHS")
    # Limits do not exist while nothing has happened: the band begins with the first event
    band = steps[steps.LOWER.notna()]
    if len(band):
        shape = dict(mode="lines", line=dict(width=0, shape="hv"), hoverinfo="skip")
        figure.add_scatter(x=band.MONTHS, y=band.LOWER, meta="lower", **shape)
        figure.add_scatter(x=band.MONTHS, y=band.UPPER, fill="tonexty", fillcolor=_faint(colour), meta="upper", **shape)
    firm = steps[steps.AT_RISK >= FEW]
    for meta, part, line in (
        ("curve", steps, dict(color=_mixed(colour), width=1.5)),
        ("firm", firm, dict(color=colour, width=2.5)),
    ):
        if len(part):
            figure.add_scatter(
                x=[0, *part.MONTHS],
                y=[start, *part.ESTIMATE],
                mode="lines",
                line=dict(shape="hv", dash=dash, **line),
                hoverinfo="skip",
                meta=meta,
            )


def _subjects(figure: go.Figure, rows: DataFrame, colour: str) -> None:
    """Censored subjects as ticks, events as dots; each leads to its subject."""
    for event, marker in (
        (0, dict(symbol="line-ns", size=9, line=dict(color=colour, width=1.5))),
        (1, dict(symbol="circle", size=7, color=colour)),
    ):
        chosen = rows[rows.EVENT == event]
        new = chosen[chosen.CHANGED != ""]
        if len(new):
            figure.add_scatter(
                x=new.MONTHS,
                y=new.ESTIMATE,
                mode="markers",
                hoverinfo="skip",
                meta="changed",
                marker=dict(symbol="circle-open", size=15, color=house.NEW, line_width=2),
            )
        figure.add_scatter(
            x=chosen.MONTHS,
            y=chosen.ESTIMATE,
            mode="markers",
            marker=marker,
            customdata=[[u] for u in chosen.USUBJID],
            meta="subjects",
            text=[
                f"<b>{plain(r.SUBJID)}</b><br>{plain(r.GROUP)}, {plain(r.TRTA)}<br>{r.EVNTDESC}: day {r.AVAL}<br>estimate {r.ESTIMATE:.0%}, {r.AT_RISK} at risk"
                for r in chosen.itertuples()
            ],
            hovertemplate="%{text}<extra></extra>",
        )


def _ticks(longest_months: float) -> list[float]:
    step = next((s for s in STEPS_MONTHS if longest_months / s <= 6.5), math.ceil(longest_months / 6))
    return [step * n for n in range(int(longest_months / step) + 1)] if longest_months >= step else [0, step]


def _at_risk(table: DataFrame, colours: dict[str, str], ticks: list[float]) -> list[dict]:
    """Under the axis, one line a group: how many are still followed at each tick; a long name takes a line of its own."""
    place = dict(yref="paper", yanchor="top", y=0, showarrow=False)
    left = dict(x=0, xref="paper", xanchor="left", xshift=-58, **place)
    texts, down = [dict(yshift=-54, text="At risk", font=dict(size=12, color=house.MUTED), **left)], -74
    for group in colours:
        texts.append(dict(yshift=down, text=f"<b>{plain(group)}</b>", font=dict(size=12, color=_ink(group)), **left))
        down -= LINE_PIXELS * _long(colours)
        numbers = numbers_at_risk(table[table.GROUP == group].MONTHS, ticks)
        texts += [
            dict(x=tick, yshift=down, text=str(number), font=dict(size=12), name="at risk", **place)
            for tick, number in zip(ticks, numbers)
        ]
        down -= LINE_PIXELS
    return texts


def _long(colours: dict[str, str]) -> bool:
    return max(map(len, colours)) > 7


def _ink(group: str) -> str:
    """A disease's name in its colour; the lightest doses would be too faint for text."""
    return house.DISEASE.get(group, house.INK)


def _names(table: DataFrame, colours: dict[str, str]) -> list[dict]:
    """Each curve named at its end; names that would meet are moved apart, first down from the top, then up from the axis."""
    ends = sorted(
        ((table[table.GROUP == group].sort_values("MONTHS").ESTIMATE.iloc[-1], group) for group in colours),
        reverse=True,
    )
    heights, ceiling, floor = {}, 1.0, 0.01
    for value, group in ends:
        heights[group] = min(value + 0.01, ceiling)
        ceiling = heights[group] - NAME_HEIGHT
    for _, group in reversed(ends):
        heights[group] = max(heights[group], floor)
        floor = heights[group] + NAME_HEIGHT
    last = table.groupby("GROUP").MONTHS.max()
    return [
        dict(
            x=last[group],
            y=heights[group],
            xanchor="right",
            yanchor="bottom",
            text=f"<b>{plain(group)}</b>",
            name="curve",
            showarrow=False,
            font=dict(size=13, color=_ink(group)),
        )
        for _, group in ends
    ]


def _few(table: DataFrame) -> list[dict]:
    """Says what the pale line is, where there is one."""
    if not (table.AT_RISK < FEW).any():
        return []
    return [
        dict(
            x=1,
            xref="paper",
            xanchor="right",
            y=1,
            yref="paper",
            yanchor="bottom",
            yshift=4,
            showarrow=False,
            name="few",
            text=f"Thin, pale: fewer than {FEW} at risk",
            font=dict(size=12, color=house.MUTED),
        )
    ]


def _mixed(colour: str) -> str:
    """The colour mixed with paper, as strong as still reads."""
    return "#" + "".join(f"{round(255 - (255 - int(colour[i : i + 2], 16)) * 0.6):02x}" for i in (1, 3, 5))


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.10)"
