"""Text and lines at places of a sheet, as a figure: what a sheet consists of where it holds no chart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import plotly.graph_objects as go

from displays.display import plain
from displays.drawing.house import INK, PAPER, RULE, figure
from export.drawn import TEXT, Drawn
from export.legal import legal
from export.lettering import LINE, width

HEAD = "#eef2f5"
WIDTH, HEIGHT, EDGE = 960, 540, 24
"""Points of a sheet, and of its edges at the left and right."""
INNER = WIDTH - 2 * EDGE


@dataclass(frozen=True)
class Words:
    """Lines of plain text: x of their left end, or of their right one, and y of the upper edge of the first."""

    lines: tuple[str, ...]
    x: float
    y: float
    size: float = TEXT
    bold: bool = False
    colour: str = INK
    right: bool = False

    @property
    def left(self) -> float:
        return self.x - self.wide if self.right else self.x

    @property
    def wide(self) -> float:
        return max((width(line, self.size, bold=self.bold) for line in self.lines), default=0.0)

    @property
    def bottom(self) -> float:
        return self.y + len(self.lines) * self.size * LINE

    @property
    def html(self) -> str:
        text = "<br>".join(plain(legal(line)) for line in self.lines)
        return f"<b>{text}</b>" if self.bold else text


@dataclass
class Slip:
    """What stands on a part of a sheet: words, thin lines across it (y), and grey bands (upper and lower y).

    part: which part of a whole it is, as the heading says it ("rows 1 to 14 of 43").
    """

    words: list[Words] = field(default_factory=list)
    rules: list[float] = field(default_factory=list)
    bands: list[tuple[float, float]] = field(default_factory=list)
    part: str = ""


def drawn_slip(slip: Slip, heading: Iterable[Words]) -> go.Figure:
    """A sheet of words alone."""
    words = [*heading, *slip.words]
    looks = dict.fromkeys((each.size, each.colour, each.right) for each in words)
    traces = [_trace([each for each in words if (each.size, each.colour, each.right) == look], *look) for look in looks]
    unseen = dict(visible=False, fixedrange=True)
    return figure(
        *traces,
        width=WIDTH,
        height=HEIGHT,
        margin=dict(l=0, r=0, t=0, b=0, pad=0, autoexpand=False),
        showlegend=False,
        xaxis=unseen | dict(range=[0, WIDTH]),
        yaxis=unseen | dict(range=[HEIGHT, 0]),
        shapes=[*map(_band, slip.bands), *map(_rule, slip.rules)],
    )


def _trace(words: list[Words], size: float, colour: str, right: bool) -> go.Scatter:
    return go.Scatter(
        x=[each.x for each in words],
        y=[each.y for each in words],
        text=[each.html for each in words],
        mode="text",
        textposition="bottom left" if right else "bottom right",
        textfont=dict(size=size, color=colour),
        hoverinfo="skip",
        cliponaxis=False,
    )


def _band(ends: tuple[float, float]) -> dict:
    return dict(
        type="rect", x0=EDGE, x1=WIDTH - EDGE, y0=ends[0], y1=ends[1], fillcolor=HEAD, line_width=0, layer="below"
    )


def _rule(y: float) -> dict:
    return dict(type="line", x0=EDGE, x1=WIDTH - EDGE, y0=y, y1=y, line=dict(color=RULE, width=1), layer="below")


def with_heading(body: Drawn, heading: Iterable[Words], top: float) -> go.Figure:
    """A chart as a sheet, its upper edge so far from that of the sheet, with words around it."""
    margin = body.margin
    inner_width = body.layout["width"] - margin["l"] - margin["r"]
    inner_height = body.height - margin["t"] - margin["b"]
    left, above = EDGE + margin["l"], top + margin["t"]
    notes = [
        dict(
            text=each.html,
            x=(each.x - left) / inner_width,
            y=1 + (above - each.y) / inner_height,
            xref="paper",
            yref="paper",
            xanchor="right" if each.right else "left",
            yanchor="top",
            align="left",
            showarrow=False,
            borderpad=0,
            font=dict(size=each.size, color=each.colour),
        )
        for each in heading
    ]
    ends = dict(l=left, r=WIDTH - left - inner_width, t=above, b=HEIGHT - above - inner_height)
    sheet = dict(width=WIDTH, height=HEIGHT, margin=margin | ends, paper_bgcolor=PAPER)
    return Drawn(body.data, body.layout | sheet | dict(annotations=[*body.annotations, *notes])).figure
