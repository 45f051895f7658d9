"""The figure of the DLT rates: a mark a dose level, its exact limits, and who is not in the denominator."""

from __future__ import annotations

import textwrap

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import day, plain
from displays.drawing import house
from displays.drawing.narrow import HARD, SOFT, lines_of, narrow
from displays.escalation.words import chance, denominators
from displays.groups import dose_colours, key_of, present
from displays.since import ringed
from displays.words import percent
from queries import View
from queries.frames import rows_of

LINE_CHARACTERS = 44
LINE_PIXELS = 16


def figure(view: View, table: DataFrame) -> go.Figure:
    """A mark a level with its exact limits, the counts in words below it; table: the rows of `dlt_by_dose`."""
    under = [_under(view, row) for row in rows_of(table)]
    place, top = _places(under)
    fig = house.figure(
        _marks(view, table, place),
        height=130 + top,
        showlegend=False,
        xaxis=dict(title="Subjects with a DLT (% of evaluable)", range=[-7, 104], tickvals=[0, 20, 40, 60, 80, 100]),
        yaxis=dict(
            title=f"Dose level ({view.trial.dose_unit})",
            tickvals=place,
            ticktext=[_tick(row) for row in rows_of(table)],
            range=[0, top],
            showgrid=False,
            ticks="",
        ),
        margin=dict(t=36, r=16),
    )
    _target(fig, view.trial.target_rate)
    _rings(fig, table, place)
    for at, lines, treated in zip(place, under, table["NTREATED"], strict=True):
        fig.add_annotation(_words_below(at, lines, house.INK if treated else house.MUTED))
    return fig


def _words_below(at: int, lines: list[str], colour: str) -> dict:
    return dict(
        x=0,
        xanchor="left",
        y=at,
        yshift=-12,
        yanchor="top",
        showarrow=False,
        align="left",
        text=HARD.join(lines),
        borderpad=1,
        bgcolor=house.PAPER,
        font=dict(color=colour),
    )


def _places(under: list[list[str]]) -> tuple[list[int], int]:
    """The height of each level's mark in pixels from the axis, with room for its words below, and the height of all."""
    place, height = [], 6
    for lines in under:
        height += LINE_PIXELS * lines_of(lines) + 22
        place.append(height)
        height += 26
    return place, height


def _tick(row) -> str:
    return f"<b>{row.TRTAN:g}</b>" if present(row.TRTAN) else "no level"


def _marks(view: View, table: DataFrame, place: list[int]) -> go.Scatter:
    colours = dose_colours(view, table["TRTA"])
    rate, lower, upper = (table[column] * 100 for column in ("RATE", "LOWER", "UPPER"))
    return go.Scatter(
        x=rate,
        y=place,
        mode="markers",
        name="DLT rate",
        hovertext=[_hover(row) for row in rows_of(table)],
        hoverinfo="text",
        customdata=[[key_of("DLT", dose)] for dose in table["TRTA"]],
        marker=dict(
            size=16,
            symbol="square",
            color=[colours[dose] for dose in table["TRTA"]],
            line=dict(color=house.INK, width=1.5),
        ),
        error_x=dict(
            type="data",
            symmetric=False,
            array=upper - rate,
            arrayminus=rate - lower,
            color=house.INK,
            thickness=2,
            width=6,
        ),
    )


def _hover(row) -> str:
    lines = [f"<b>{plain(row.TRTA)}</b>", _rate_words(row), *textwrap.wrap(plain(denominators(row)), 60)]
    return "<br>".join(lines)


def _rate_words(row) -> str:
    if not row.NEVAL:
        return "0 of 0 evaluable: no rate"
    return f"{row.NDLT} of {row.NEVAL} evaluable, {chance(row)}"


def _under(view: View, row) -> list[str]:
    if not row.NTREATED:
        return ["no subject treated"]
    lines = [f"<b>{_rate_words(row)}</b>;{SOFT}{narrow(plain(denominators(row)), LINE_CHARACTERS)}"]
    if row.SINCE == "changed":
        lines.append(f'<span style="color:{house.NEW}">was {row.PREVIOUS} on {day(view.previous.date)}</span>')
    return lines


def _target(fig: go.Figure, target: float | None) -> None:
    if target is None:
        return
    fig.add_vline(x=target * 100, line=dict(color=house.MUTED, width=1, dash="dash"))
    fig.add_annotation(
        x=target * 100,
        y=1,
        yref="paper",
        yanchor="bottom",
        text=f"target below {percent(target)}",
        showarrow=False,
        font=dict(color=house.MUTED),
    )


def _rings(fig: go.Figure, table: DataFrame, place: list[int]) -> None:
    rows = ringed(table.assign(AT=place))
    if len(rows):
        fig.add_scatter(
            x=list(rows["RATE"] * 100),
            y=list(rows["AT"]),
            mode="markers",
            hoverinfo="skip",
            marker=dict(size=26, symbol="circle-open", color=house.NEW, line=dict(width=2)),
            name="changed",
        )
