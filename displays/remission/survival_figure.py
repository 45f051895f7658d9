"""The figure of time to event: steps with limits, a mark for each subject, numbers at risk under the axis."""

from __future__ import annotations

import math
from itertools import cycle

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import plain
from displays.drawing import crowd, house
from displays.drawing.marks import rings
from queries.frames import rows_of
from stats.survival import numbers_at_risk

DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
LINE_PIXELS = 20
NAME_HEIGHT = 0.08
FEW = 5
"""With fewer subjects at risk a curve is drawn thin and pale: one more event would move it by a fifth or more."""
PLACES = 600
"""A curve is drawn at so many places along its axis at most: no screen tells more apart."""
STEPS_MONTHS = (0.5, 1, 2, 3, 6, 12, 24, 60)


def curve_figure(
    table: DataFrame, colours: dict[str, str], *, axis_title: str, time_title: str, start: float
) -> go.Figure:
    """Curves of a table with one row a subject; `start` is the value at time 0, `colours` group → colour.

    table: USUBJID, SUBJID, GROUP, TRTA, MONTHS, AVAL (days), EVENT, EVNTDESC, AT_RISK, ESTIMATE, LOWER, UPPER, SINCE.
    """
    named = first_events(table) if crowd.crowded(table) else table
    lines, ticks = len(colours) * (1 + _long(colours)), _ticks(table.MONTHS.max())
    traces = []
    for dash, (group, colour) in zip(cycle(DASHES), colours.items(), strict=False):
        rows = table[table.GROUP == group]
        own = [*_curve(rows, colour, dash, start), *_subjects(named[named.GROUP == group], colour)]
        traces += [trace.update(legendgroup=group) for trace in own]
    return house.figure(
        *traces,
        height=400 + LINE_PIXELS * lines,
        showlegend=False,
        xaxis=_time_axis(ticks, table.MONTHS.max(), time_title),
        yaxis=_share_axis(axis_title),
        annotations=[*_at_risk(table, colours, ticks), *_names(table, colours), *_few(table)],
        margin=dict(l=64, r=20, t=34, b=96 + LINE_PIXELS * lines),
    )


def first_events(table: DataFrame) -> DataFrame:
    """Of very many subjects those that are marked one by one: whose event came first."""
    order = table.sort_values(["EVENT", "AVAL"], ascending=[False, True], kind="stable")
    return table[table["USUBJID"].isin(crowd.first_subjects(order))]


def _places(steps: DataFrame) -> DataFrame:
    """The steps as a screen shows them: of several at one place the last, so that no fall or rise is lost."""
    if len(steps) <= PLACES:
        return steps
    width = steps.MONTHS.max() / PLACES
    return steps[~(steps.MONTHS // width).duplicated(keep="last")]


def _time_axis(ticks: list[float], longest: float, title: str) -> dict:
    return dict(tickvals=ticks, range=[-ticks[-1] * 0.03, max(ticks[-1], longest) * 1.04], title=title)


def _share_axis(title: str) -> dict:
    ticks = dict(tickvals=[0, 0.25, 0.5, 0.75, 1], tickformat=".0%")
    return dict(range=[-0.05, 1.06], title=title, **ticks)


def _curve(rows: DataFrame, colour: str, dash: str, start: float) -> list[go.Scatter]:
    """The band of the limits, the curve thin and pale, and over it in full colour the part with enough at risk."""
    steps = _places(rows.drop_duplicates("MONTHS").sort_values("MONTHS"))
    pale, firm = dict(color=house.mixed(colour, 0.6), width=1.5), dict(color=colour, width=2.5)
    return [
        *_band(steps, colour),
        *_steps(steps, start, "curve", pale | dict(dash=dash)),
        *_steps(steps[steps.AT_RISK >= FEW], start, "firm", firm | dict(dash=dash)),
    ]


def _band(steps: DataFrame, colour: str) -> list[go.Scatter]:
    """The limits do not exist while nothing has happened: the band begins with the first event."""
    band = steps[steps.LOWER.notna()]
    if band.empty:
        return []
    shape = dict(mode="lines", line=dict(width=0, shape="hv"), hoverinfo="skip")
    return [
        go.Scatter(x=band.MONTHS, y=band.LOWER, meta="lower", **shape),
        go.Scatter(x=band.MONTHS, y=band.UPPER, fill="tonexty", fillcolor=_faint(colour), meta="upper", **shape),
    ]


def _steps(steps: DataFrame, start: float, meta: str, line: dict) -> list[go.Scatter]:
    if steps.empty:
        return []
    x, y = [0, *steps.MONTHS], [start, *steps.ESTIMATE]
    return [go.Scatter(x=x, y=y, mode="lines", line=dict(shape="hv", **line), hoverinfo="skip", meta=meta)]


def _subjects(rows: DataFrame, colour: str) -> list[go.Scatter]:
    """Censored subjects as ticks, events as dots; each leads to its subject."""
    censored = dict(symbol="line-ns", size=9, line=dict(color=colour, width=1.5))
    happened = dict(symbol="circle", size=7, color=colour)
    return [*_marks(rows[rows.EVENT == 0], censored), *_marks(rows[rows.EVENT == 1], happened)]


def _marks(rows: DataFrame, marker: dict) -> list[go.Scatter]:
    marks = go.Scatter(
        x=rows.MONTHS,
        y=rows.ESTIMATE,
        mode="markers",
        marker=marker,
        customdata=[[usubjid] for usubjid in rows.USUBJID],
        meta="subjects",
        text=[_hover(row) for row in rows_of(rows)],
        hovertemplate="%{text}<extra></extra>",
    )
    return [*rings(rows.MONTHS, rows.ESTIMATE, rows.SINCE, size=15, width=2), marks]


def _hover(row) -> str:
    return (
        f"<b>{plain(row.SUBJID)}</b><br>{plain(row.GROUP)}, {plain(row.TRTA)}<br>{row.EVNTDESC}: day {row.AVAL}"
        f"<br>estimate {row.ESTIMATE:.0%}, {row.AT_RISK} at risk"
    )


def _ticks(longest_months: float) -> list[float]:
    step = next((s for s in STEPS_MONTHS if longest_months / s <= 6.5), math.ceil(longest_months / 6))
    return [step * n for n in range(int(longest_months / step) + 1)] if longest_months >= step else [0, step]


def _at_risk(table: DataFrame, colours: dict[str, str], ticks: list[float]) -> list[dict]:
    """Under the axis, one line a group: how many are still followed at each tick; a long name takes its own line."""
    place = dict(yref="paper", yanchor="top", y=0, showarrow=False)
    left = dict(x=0, xref="paper", xanchor="left", xshift=-58, **place)
    texts, down = [dict(yshift=-54, text="At risk", font=dict(color=house.MUTED), **left)], -74
    for group in colours:
        texts.append(dict(yshift=down, text=f"<b>{plain(group)}</b>", font=dict(color=_ink(group)), **left))
        down -= LINE_PIXELS * _long(colours)
        numbers = numbers_at_risk(table[table.GROUP == group].MONTHS, ticks)
        look = dict(yshift=down, name="at risk", **place)
        texts += [dict(x=tick, text=str(number), **look) for tick, number in zip(ticks, numbers, strict=True)]
        down -= LINE_PIXELS
    return texts


def _long(colours: dict[str, str]) -> bool:
    return max(map(len, colours)) > 7


def _ink(group: str) -> str:
    """A disease's name in its colour; the lightest doses would be too faint for text."""
    return house.DISEASE.get(group, house.INK)


def _names(table: DataFrame, colours: dict[str, str]) -> list[dict]:
    """Each curve named at its end."""
    last, heights = table.groupby("GROUP").MONTHS.max(), _name_heights(table, colours)
    return [
        dict(
            x=last[group],
            y=height,
            xanchor="right",
            yanchor="bottom",
            text=f"<b>{plain(group)}</b>",
            name="curve",
            showarrow=False,
            font=dict(color=_ink(group)),
        )
        for group, height in heights.items()
    ]


def _name_heights(table: DataFrame, colours: dict[str, str]) -> dict[str, float]:
    """Group → height of its name; names that would meet are moved apart, first down from the top, then up again."""
    ends = [(table[table.GROUP == group].sort_values("MONTHS").ESTIMATE.iloc[-1], group) for group in colours]
    heights, ceiling, floor = {}, 1.0, 0.01
    for value, group in sorted(ends, reverse=True):
        heights[group] = min(value + 0.01, ceiling)
        ceiling = heights[group] - NAME_HEIGHT
    for group in reversed(list(heights)):
        heights[group] = max(heights[group], floor)
        floor = heights[group] + NAME_HEIGHT
    return heights


def _few(table: DataFrame) -> list[dict]:
    """Says what the pale line is, where there is one."""
    if not (table.AT_RISK < FEW).any():
        return []
    place = dict(x=1, xref="paper", xanchor="right", y=1, yref="paper", yanchor="bottom", yshift=4)
    look = dict(showarrow=False, name="few", font=dict(color=house.MUTED))
    return [dict(text=f"Thin, pale: fewer than {FEW} at risk", **place, **look)]


def _faint(colour: str) -> str:
    red, green, blue = house.parts(colour)
    return f"rgba({red},{green},{blue},0.10)"
