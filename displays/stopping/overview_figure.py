"""The figure of all stopping rules: how sure it is that each rate is over its threshold, against the cutoff."""

from __future__ import annotations

import textwrap

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import day, plain
from displays.drawing import house
from displays.drawing.narrow import HARD, lines_of, narrow
from displays.groups import key_of
from displays.stopping.heading import COLOURS, heading
from displays.stopping.state import UNKNOWN
from displays.words import percent
from queries import View
from queries.frames import rows_of

LINE_CHARACTERS = 58
LINE_PIXELS = 17
COUNTED = "with an event that counts"
"""What is true of the subjects behind the mark of a rule."""


def figure(view: View, table: DataFrame) -> go.Figure:
    """A bar a rule: P(true rate > threshold) against the cutoff; table: the rows of `stopping_overview`."""
    lines = [_lines(view, row) for row in rows_of(table)]
    place, top = _places(lines)
    return house.figure(
        _marks(table, place),
        _earlier(table, place),
        height=top + 96,
        showlegend=False,
        margin=dict(t=10, l=16, r=16, b=78),
        xaxis=dict(
            title="P(true rate > threshold), %<br>line: the rule's cutoff",
            range=[-3, 103],
            tickvals=[0, 20, 40, 60, 80, 100],
        ),
        yaxis=dict(visible=False, range=[0, top]),
        shapes=[shape for row, at in zip(rows_of(table), place, strict=True) for shape in _bar(row, at)],
        annotations=[_words_above(words, at) for words, at in zip(lines, place, strict=True)],
    )


def _places(lines: list[list[str]]) -> tuple[list[int], int]:
    """The height of each rule's bar in pixels from the axis, the first rule at the top, and the height of all."""
    place, height = [], 6
    for words in reversed(lines):
        place.append(height + 14)
        height += 44 + LINE_PIXELS * lines_of(words)
    return place[::-1], height


def _lines(view: View, row) -> list[str]:
    brief = plain(textwrap.shorten(row.BRIEFLY, LINE_CHARACTERS, placeholder=" …"))
    head = [*heading(row.RULE, row.STATE), f'<span style="color:{house.MUTED}">{brief}</span>']
    if row.STATE == UNKNOWN:
        return head
    words = [
        *head,
        narrow(f"<b>{row.EVENTS} of {row.N}</b>; {row.FURTHERWORDS}", LINE_CHARACTERS),
        narrow("; ".join(words for words in (row.LIMITS, row.CHANCE) if words), LINE_CHARACTERS),
        narrow(plain(row.REMARKS), LINE_CHARACTERS),
    ]
    words = [text for text in words if text]
    if row.SINCE:
        words.append(f'<span style="color:{house.NEW}">{day(view.previous.date)}: {row.PREVIOUS}</span>')
    return words


def _words_above(words: list[str], at: float) -> dict:
    return dict(
        text=HARD.join(words),
        x=0,
        xanchor="left",
        y=at,
        yshift=16,
        yanchor="bottom",
        showarrow=False,
        align="left",
        font=dict(color=house.INK),
    )


def _bar(row, at: float) -> list[dict]:
    """The bar from 0 to 100 %, its part beyond the cutoff shaded, and the cutoff's line."""
    bar = dict(type="rect", x0=0, x1=100, y0=at - 6, y1=at + 6, fillcolor="#eef2f5", line_width=0, layer="below")
    if row.STATE == UNKNOWN:
        return [bar]
    cutoff = row.CUTOFF * 100
    return [
        bar,
        bar | dict(x0=cutoff, fillcolor="#f3d0cc"),
        dict(type="line", x0=cutoff, x1=cutoff, y0=at - 11, y1=at + 11, line=dict(color=house.INK, width=2)),
    ]


def _marks(table: DataFrame, place: list[int]) -> go.Scatter:
    rows = table.assign(AT=place)[table["POSTERIOR"].notna()]
    return go.Scatter(
        x=[p * 100 for p in rows["POSTERIOR"]],
        y=rows["AT"],
        mode="markers",
        name="now",
        customdata=[[key_of(COUNTED, row.RULE)] for row in rows_of(rows)],
        hovertext=[_hover(row) for row in rows_of(rows)],
        hoverinfo="text",
        marker=dict(
            size=17,
            symbol="diamond",
            color=[COLOURS[state] for state in rows["STATE"]],
            line=dict(color=house.PAPER, width=1.5),
        ),
    )


def _earlier(table: DataFrame, place: list[int]) -> go.Scatter:
    rows = table.assign(AT=place)[table["WASPOSTERIOR"].notna() & (table["SINCE"] != "")]
    return go.Scatter(
        x=[p * 100 for p in rows["WASPOSTERIOR"]],
        y=rows["AT"],
        mode="markers",
        name="previous cut",
        hoverinfo="text",
        hovertext=[f"<b>{plain(r.RULE)}</b><br>previous cut: {r.PREVIOUS}" for r in rows_of(rows)],
        marker=dict(size=11, symbol="diamond-open", color=house.NEW, line=dict(width=2)),
    )


def _hover(row) -> str:
    chance = f"P(true rate > {percent(row.THRESHOLD)}) = {percent(row.POSTERIOR)}; cutoff {percent(row.CUTOFF)}"
    return f"<b>{plain(row.RULE)}</b><br>{plain(row.WORDS)}<br>{chance}"
