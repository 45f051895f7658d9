"""Bars of one subject, a row for each name: what adverse events and medicines have in common."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import plain
from displays.drawing import house
from displays.drawing.marks import outline
from displays.subject.strip import Span
from queries.frames import rows_of

ROW_PIXELS = 20
ROOM = 0.2
"""Share of the axis that a name needs beside its bar; with less on either side it stands on the bar."""


def bar_rows(rows: DataFrame, names: list[str], span: Span, meta: str) -> tuple[list, list[dict], dict]:
    """The traces, the words and the axis of a strip of bars, one row for each of `names`, top to bottom.

    rows: USUBJID, TRACE, ADY, AENDY, SINCE, COLOUR, HOVER, and WORDS: what stands beside the bar.
    """
    place = {name: len(names) - number for number, name in enumerate(names)}
    drawn = rows[rows["TRACE"].isin(place)].sort_values("ADY")
    left, right = span.bars(drawn)
    drawn = drawn.assign(Y=drawn["TRACE"].map(place), LEFT=left, RIGHT=right)
    axis = dict(range=[0.4, len(names) + 0.6], showticklabels=False, showgrid=False)
    return [_bars(drawn, meta)], [note for _, row in drawn.groupby("Y") for note in _words(row, span)], axis


def _bars(drawn: DataFrame, meta: str) -> go.Bar:
    return go.Bar(
        x=drawn["RIGHT"] - drawn["LEFT"],
        base=drawn["LEFT"],
        y=drawn["Y"],
        width=0.6,
        orientation="h",
        showlegend=False,
        marker=dict(color=list(drawn["COLOUR"]), line=outline(drawn["SINCE"], new_width=2.2)),
        customdata=[[usubjid] for usubjid in drawn["USUBJID"]],
        hovertext=list(drawn["HOVER"]),
        hovertemplate="%{hovertext}<extra></extra>",
        meta=meta,
    )


def _words(row: DataFrame, span: Span) -> list[dict]:
    """The words of each bar of one row after it, and the name once, where there is most room."""
    bars, name = list(rows_of(row)), f"{plain(row['TRACE'].iloc[0])}"
    width = span.high - span.low
    before, after = bars[0].LEFT - span.low, span.high - row["RIGHT"].max()
    last = max(bars, key=lambda bar: bar.RIGHT)
    if after >= min(before, ROOM * width) and after >= ROOM * width:
        named, text = last, f"{last.WORDS} {name}"
        note = dict(x=last.RIGHT, xanchor="left", xshift=2)
    elif before >= ROOM * width:
        named, text = bars[0], f"{name} {bars[0].WORDS}"
        note = dict(x=bars[0].LEFT, xanchor="right", xshift=-2)
    else:
        named, text = bars[0], f"{bars[0].WORDS} {name}"
        note = dict(x=bars[0].LEFT, xanchor="left", xshift=3, bgcolor="rgba(255,255,255,0.85)", borderpad=0)
    others = [bar for bar in bars if bar is not named and bar.WORDS]
    return [_note(text, row["Y"].iloc[0], **note)] + [
        _note(bar.WORDS, bar.Y, x=bar.RIGHT, xanchor="left", xshift=1) for bar in others
    ]


def _note(text: str, y: float, **place) -> dict:
    return dict(text=text.strip(), y=y, yanchor="middle", showarrow=False, font=dict(color=house.INK)) | place
