"""Shares of the most frequent adverse events as dots with intervals, one row a term."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import plain
from displays.drawing import house
from displays.drawing.marks import legend_entry, new_entry, rings
from displays.groups import dose_colours
from displays.words import as_words, percent, percent_range, rate, short_dose
from queries import View
from queries.frames import rows_of

ROW_PIXELS, TOP_PIXELS, BOTTOM_PIXELS = 22, 56, 72
AROUND_PIXELS = TOP_PIXELS + BOTTOM_PIXELS
CHART_PIXELS = 560
"""A chart is one screen high: its rows share this."""
SEVERE = dict(color=house.GRADE[3], symbol="diamond", size=10, line=dict(color=house.GRADE[4], width=1))
ANY = dict(color=house.PAPER, symbol="circle", size=10, line=dict(color=house.INK, width=1.6))
APART = 0.16
"""How far the two dots of a term lie from the middle of its row."""


def together_figure(view: View, table: DataFrame) -> go.Figure:
    """Any grade and grade 3 or worse, of all treated subjects; a mark carries "ANY n" or "SEV n", n its row."""
    any_grade = _dots(table, "ANY", "N", "NTREATED", "any grade", ANY, house.INK, -APART)
    severe = _dots(table[table["N3"] > 0], "SEV", "N3", "NTREATED", "grade 3 or worse", SEVERE, house.GRADE[4], APART)
    new = rings(table["ANY"], table.index - APART, table["SINCE"] != "", size=17)
    entries = [legend_entry("Any grade", ANY), legend_entry("Grade 3 or worse", SEVERE)]
    entries += new_entry([*(table["SINCE"] != "")], view.previous_date)
    return house.figure(
        *any_grade,
        *severe,
        *new,
        *entries,
        **_layout(table),
        xaxis=_shares_axis("Share of treated subjects,<br>with the exact 95 % interval"),
    )


def compared_figure(view: View, table: DataFrame, high: str, low: str) -> go.Figure:
    """Two dose levels at the left, their difference at the right; a mark carries "HIGH n" or "LOW n", n its row."""
    colours, unit = dose_colours(view, [high, low]), view.trial.dose_unit
    drawn, entries = [], []
    for part, group, move in (("HIGH", high, -APART), ("LOW", low, APART)):
        look = dict(color=colours[group], symbol="circle", size=10, line=dict(color=house.MUTED, width=0.8))
        name = plain(short_dose(group, unit))
        drawn += _dots(table, part, f"N{part}", f"OF{part}", name, look, colours[group], move)
        entries.append(legend_entry(name, look))
    return house.figure(
        *drawn,
        *_differences(table),
        *entries,
        **_layout(table),
        xaxis=_shares_axis("Share, with the<br>exact 95 % interval") | dict(domain=[0, 0.54]),
        xaxis2=dict(
            title="Difference, with<br>its 95 % interval",
            domain=[0.6, 1],
            range=[-1.03, 1.03],
            tickvals=[-1, -0.5, 0, 0.5, 1],
            ticktext=["−100 %", "−50 %", "0", "50 %", "100 %"],
            anchor="y",
        ),
        shapes=[
            dict(
                type="line", xref="x2", x0=0, x1=0, yref="paper", y0=0, y1=1, line=dict(color=house.MUTED, dash="dash")
            )
        ],
    )


def _dots(table: DataFrame, part: str, number: str, of: str, name: str, look: dict, colour: str, move: float) -> list:
    """The intervals of one column as lines, and its dots upon them."""
    hover = [
        f"<b>{plain(as_words(row['TERM']))}</b><br>{name}: {rate(row[number], row[of])}"
        for row in table.to_dict("records")
    ]
    rows = table.index + move
    lines = _lines(table[f"{part}LOW"], table[f"{part}HIGH"], rows, colour)
    return [
        lines,
        go.Scatter(
            x=table[part],
            y=rows,
            mode="markers",
            marker=look,
            customdata=[[f"{part} {place}"] for place in table.index],
            hovertext=hover,
            hoverinfo="text",
            showlegend=False,
            cliponaxis=False,
        ),
    ]


def _lines(low, high, rows, colour: str, **axes) -> go.Scatter:
    """A line from each lower to its upper limit."""
    x = [value for pair in zip(low, high, strict=True) for value in (*pair, None)]
    y = [value for row in rows for value in (row, row, None)]
    line = dict(color=colour, width=1.6)
    return go.Scatter(
        x=x, y=y, mode="lines", line=line, opacity=0.55, hoverinfo="skip", showlegend=False, meta="limits", **axes
    )


def _differences(table: DataFrame) -> list[go.Scatter]:
    hover = [
        f"<b>{plain(as_words(row.TERM))}</b><br>difference {percent(row.DIFF)} "
        f"(95 % CI {percent_range(row.DIFFLOW, row.DIFFHIGH)})".replace("-", "−")
        for row in rows_of(table)
    ]
    look = dict(color=house.INK, symbol="square", size=8)
    marks = go.Scatter(
        x=table["DIFF"], y=table.index, mode="markers", marker=look, hovertext=hover, hoverinfo="text", xaxis="x2"
    )
    return [
        _lines(table["DIFFLOW"], table["DIFFHIGH"], table.index, house.INK, xaxis="x2"),
        marks.update(showlegend=False, cliponaxis=False),
    ]


def _layout(table: DataFrame) -> dict:
    each = min(ROW_PIXELS, (CHART_PIXELS - AROUND_PIXELS) // max(len(table), 1))
    return dict(
        height=AROUND_PIXELS + max(each, house.LEAST_ROW_PIXELS) * max(len(table), 3),
        showlegend=True,
        margin=dict(t=TOP_PIXELS, b=BOTTOM_PIXELS, l=8, r=16),
        legend=dict(itemclick=False),
        yaxis=dict(
            tickvals=list(table.index),
            ticktext=[plain(_short(as_words(term))) for term in table["TERM"]],
            range=[max(len(table), 3) - 0.4, -0.6],
            gridcolor="#eef2f5",
            ticks="",
        ),
    )


def _short(term: str) -> str:
    """A term as it fits beside the chart."""
    return term if len(term) <= 36 else f"{term[:35]}…"


def _shares_axis(title: str) -> dict:
    return dict(title=title, range=[-0.02, 1.02], tickformat=".0%", tickvals=[0, 0.25, 0.5, 0.75, 1])
