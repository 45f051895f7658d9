"""Named bars under one another: the name and the number stand above each bar, so that both read on any width."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import plain
from displays.drawing import house

ROW_PX = 35
HEADING_PX = 44
LONGEST_NAME = 38


def named_bars(
    rows: DataFrame, *, track: str = "all", part: str = "part", track_colour: str = "#dfe6ec", legend: bool = False
) -> go.Figure:
    """A figure of one bar a row, in the rows' order.

    rows: NAME and VALUE (text above the bar, left and right), PART (a heading where it changes), TRACK and START,
        LENGTH, COLOUR (the wide bar and the one on it, in any unit; NaN draws nothing), SCALE (what fills the width).
    """
    places, headings = _places(rows)
    lowest = min(places, default=0)
    texts = [_text(y, f"<b>{plain(text)}</b>", "left", house.MUTED) for y, text in headings]
    for y, name, value in zip(places, rows["NAME"], rows["VALUE"], strict=True):
        texts += [_text(y, plain(_short(name)), "left", house.INK), _text(y, value, "right", house.INK)]
    # Texts and rules go in at once: added one by one, each is checked again with every later one.
    return house.figure(
        _bars(rows, places, "TRACK", track, track_colour),
        _bars(rows, places, "LENGTH", part, list(rows["COLOUR"])),
        height=int(-lowest + ROW_PX + (66 if legend else 40)),
        barmode="overlay",
        showlegend=legend,
        margin=dict(l=8, r=8, t=34 if legend else 8, b=8),
        xaxis=dict(visible=False, range=[0, 1], fixedrange=True),
        yaxis=dict(visible=False, range=[lowest - 35, 16], fixedrange=True),
        annotations=texts,
        shapes=[_rule(y) for y in places],
    )


def changed(text: str) -> str:
    """What is new since the previous meeting, in its colour."""
    return f" <span style='color:{house.NEW}'><b>{plain(text)}</b></span>" if text else ""


def _places(rows: DataFrame) -> tuple[list[float], list[tuple[float, str]]]:
    places, headings, y, last = [], [], 0.0, None
    for heading in rows["PART"]:
        if heading and heading != last:
            headings.append((y if not places else y - 8, heading))
            y -= HEADING_PX - 14 if not places else HEADING_PX - 8
        last = heading
        places.append(y)
        y -= ROW_PX
    return places, headings


def _bars(rows: DataFrame, places: list[float], column: str, name: str, colour) -> go.Bar:
    base = rows["START"] if column == "LENGTH" else 0 * rows["SCALE"]
    return go.Bar(
        x=list(rows[column] / rows["SCALE"]),
        base=list(base / rows["SCALE"]),
        y=[y - 16 for y in places],
        orientation="h",
        width=10,
        marker=dict(color=colour, line_width=0),
        name=name,
        hovertext=[f"{plain(n)}: {_bare(v)}" for n, v in zip(rows["NAME"], rows["VALUE"], strict=True)],
        hoverinfo="text",
    )


def _rule(y: float) -> dict:
    """A hairline that leads the eye from the name to its number on a wide screen."""
    return dict(
        type="line",
        x0=0,
        x1=1,
        xref="paper",
        y0=y + 12,
        y1=y + 12,
        line=dict(color=house.RULE, width=0.5),
        layer="below",
    )


def _text(y: float, text: str, side: str, colour: str) -> dict:
    return dict(
        x=0 if side == "left" else 1,
        xref="paper",
        xanchor=side,
        y=y,
        yanchor="middle",
        text=text,
        showarrow=False,
        font=dict(color=colour),
        align=side,
    )


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1].rstrip() + "…"


def _bare(text: str) -> str:
    """The text without the marks of emphasis, for a hover box."""
    for mark in ("<b>", "</b>", "</span>", f"<span style='color:{house.NEW}'>"):
        text = text.replace(mark, "")
    return plain(text)
