"""Panels above one another on one axis of days: how the heart's courses are drawn."""

from __future__ import annotations

from dataclasses import dataclass
from math import log10

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import day, plain
from displays.drawing import house
from displays.groups import present
from displays.heart.parts import ring
from queries import View

GAP_PIXELS = 34
TOP_PIXELS = 76
BOTTOM_PIXELS = 62


@dataclass(frozen=True)
class Panel:
    """One panel: rows with USUBJID, SUBJID, ADY, AVAL, LOOK, COLOUR, SYMBOL, LABEL, HOVER, CHANGED, STANDS (a line that stands out).

    above: labels stand above their marks, where worse is higher.
    """

    title: str
    rows: DataFrame
    limits: tuple[tuple[float, str], ...] = ()
    range: tuple[float, float] | None = None
    axis: str = ""
    log: bool = False
    pixels: int = 190
    above: bool = False


def panels_figure(
    view: View, panels: list[Panel], looks: dict[str, str], doses: dict[str, str] | None = None
) -> go.Figure:
    """The panels under one legend; `looks` is look → colour of what stands out, `doses` dose → colour where a panel holds several."""
    height = sum(panel.pixels for panel in panels) + GAP_PIXELS * (len(panels) - 1) + TOP_PIXELS + BOTTOM_PIXELS
    fig = house.figure(
        height=height,
        margin=dict(t=TOP_PIXELS, b=BOTTOM_PIXELS, l=58, r=14),
        legend=dict(y=1 + 24 / (height - 138), itemclick=False),
    )
    inner = height - TOP_PIXELS - BOTTOM_PIXELS
    fig.set_subplots(
        rows=len(panels),
        cols=1,
        shared_xaxes=True,
        vertical_spacing=GAP_PIXELS / inner if len(panels) > 1 else 0,
        row_heights=[panel.pixels for panel in panels],
    )
    for number, panel in enumerate(panels, start=1):
        _draw(fig, panel, number)
    _legend(fig, view, panels, looks, doses or {})
    fig.update_xaxes(title="Days since first infusion", row=len(panels), col=1)
    fig.update_xaxes(range=_days(panels))
    return fig


def _days(panels: list[Panel]) -> list[float]:
    days = [value for panel in panels for value in panel.rows["ADY"] if present(value)]
    low, high = (min(days), max(days)) if days else (0, 28)
    pad = max(6, 0.07 * (high - low))
    return [low - pad, high + pad]


def _draw(fig: go.Figure, panel: Panel, number: int) -> None:
    rows = panel.rows
    for standing_out in (False, True):
        chosen = rows[rows["STANDS"] == standing_out]
        fig.add_trace(_lines(chosen, standing_out), row=number, col=1)
    fig.add_trace(_marks(panel, number), row=number, col=1)
    if panel.log:
        fig.update_yaxes(type="log", row=number, col=1, dtick=1, minor=dict(showgrid=False))
    if panel.range:
        fig.update_yaxes(range=list(panel.range), row=number, col=1)
    fig.update_yaxes(title=panel.axis, nticks=6, row=number, col=1)
    axis = fig.layout["yaxis" if number == 1 else f"yaxis{number}"]
    fig.add_annotation(
        text=panel.title,
        x=0,
        xref="paper",
        xanchor="left",
        y=axis.domain[1],
        yref="paper",
        yanchor="bottom",
        yshift=4,
        showarrow=False,
        align="left",
        font=dict(size=14, color=house.INK),
    )
    for value, text in panel.limits:
        _limit(fig, panel, number, value, text)


def _limit(fig: go.Figure, panel: Panel, number: int, value: float, text: str) -> None:
    fig.add_hline(y=value, row=number, col=1, line=dict(color=house.MUTED, width=1, dash="dash"))
    if not text:
        return
    suffix = "" if number == 1 else str(number)
    fig.add_annotation(
        text=text,
        x=0.005,
        xref=f"x{suffix} domain",
        xanchor="left",
        y=log10(value) if panel.log else value,
        yref=f"y{suffix}",
        yanchor="bottom",
        showarrow=False,
        font=dict(size=12, color=house.MUTED),
        bgcolor="rgba(255,255,255,0.75)",
        borderpad=1,
    )


def _lines(rows: DataFrame, standing_out: bool) -> go.Scatter:
    """Every subject's line in one trace, with a gap between subjects."""
    x, y = [], []
    for _, course in rows.groupby("USUBJID", sort=False):
        x += [*course["ADY"].tolist(), None]
        y += [*course["AVAL"].tolist(), None]
    style = dict(color=house.INK, width=2) if standing_out else dict(color="#a9b8c4", width=1)
    return go.Scatter(x=x, y=y, mode="lines", line=style, hoverinfo="skip", showlegend=False)


def _marks(panel: Panel, number: int) -> go.Scatter:
    rows, days = panel.rows, _days([panel])
    colour, width = ring(rows["CHANGED"])
    height, late = "top" if panel.above else "bottom", days[0] + 0.8 * (days[1] - days[0])
    side = [f"{height} {'left' if at > late else 'right'}" for at in rows["ADY"]]
    return go.Scatter(
        x=rows["ADY"],
        y=rows["AVAL"],
        mode="markers+text",
        name=f"panel {number}",
        showlegend=False,
        cliponaxis=False,
        marker=dict(
            opacity=1,
            size=[11 if look else 8 for look in rows["LOOK"]],
            color=rows["COLOUR"],
            symbol=rows["SYMBOL"],
            line=dict(color=colour, width=width),
        ),
        text=rows["LABEL"],
        textposition=side,
        textfont=dict(size=13, color=house.INK),
        customdata=rows[["USUBJID"]],
        hovertext=rows["HOVER"],
        hoverinfo="text",
    )


def _legend(fig: go.Figure, view: View, panels: list[Panel], looks: dict[str, str], doses: dict[str, str]) -> None:
    """Only what is on the chart stands in its legend."""
    seen = {look for panel in panels for look in panel.rows["LOOK"]}
    for look, colour in looks.items():
        if look in seen:
            fig.add_trace(_key(look, dict(color=colour, size=11, line=dict(color=house.MUTED, width=0.6))))
    for dose, colour in doses.items():
        fig.add_trace(_key(plain(dose), dict(color=colour, size=9, line=dict(color=house.MUTED, width=0.6))))
    symbols = {symbol for panel in panels for symbol in panel.rows["SYMBOL"]}
    for symbol, words in (("square", "MUGA or MRI"), ("triangle-down-open", "below the assay's limit")):
        if symbol in symbols:
            fig.add_trace(_key(words, dict(color=house.MUTED, size=9, symbol=symbol)))
    if any((panel.rows["CHANGED"] != "").any() for panel in panels):
        ringed = dict(color=house.PAPER, size=9, line=dict(color=house.NEW, width=2.5))
        fig.add_trace(_key(f"new or changed since {day(view.previous.date)}", ringed))


def _key(name: str, marker: dict) -> go.Scatter:
    return go.Scatter(x=[None], y=[None], mode="markers", name=name, marker=marker, hoverinfo="skip")
