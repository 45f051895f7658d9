"""A tree from left to right, drawn from the table of its paths: one box a possible outcome."""
from __future__ import annotations

import textwrap

import plotly.graph_objects as go
from pandas import DataFrame

from displays import house
from displays.display import plain
from displays.rule_words import ACTIONS

BOX_PIXELS, ROW_PIXELS = 56, 64
ALLOWANCE = {"below": ("", "#e9eef2"), "above": ("", "#f3c6b4")}
"""In an expansion: the rate at the dose below the target, or not."""
CHARACTERS = 18


def tree(table: DataFrame, headings: dict[str, str]) -> go.Figure:
    """Boxes in columns, one a stage of the table, joined to what follows; as wide as the screen, as high as the paths."""
    stages, height = list(headings), ROW_PIXELS * len(table)
    fig = house.figure(height=height + 44, showlegend=False, margin=dict(l=4, r=4, t=40, b=4))
    fig.update_xaxes(range=[0, max(len(stages), 2)], visible=False, fixedrange=True)
    fig.update_yaxes(range=[height, 0], visible=False, fixedrange=True)
    boxes = {stage: _boxes(table, stages[: number + 1]) for number, stage in enumerate(stages)}
    for number, stage in enumerate(stages):
        fig.add_annotation(x=number, xanchor="left", y=1, yref="paper", yanchor="bottom", yshift=8, showarrow=False, text=f"<b>{headings[stage]}</b>", font=dict(size=13))
        for path, row, middle in boxes[stage]:
            _box(fig, number, middle, row, stage)
            if number:
                _join(fig, number, next(m for p, _, m in boxes[stages[number - 1]] if p == path[:-1]), middle)
    return fig


def _boxes(table: DataFrame, stages: list[str]) -> list[tuple]:
    """The distinct beginnings of the paths up to a stage, with the height of the middle of their rows."""
    places: dict[tuple, list[int]] = {}
    for at, path in enumerate(zip(*(table[stage] for stage in stages))):
        if path[-1]:
            places.setdefault(path, []).append(at)
    return [(path, table.iloc[at[0]], ROW_PIXELS * (sum(at) / len(at) + 0.5)) for path, at in places.items()]


def _box(fig: go.Figure, number: int, middle: float, row, stage: str) -> None:
    sign, colour = (ACTIONS | ALLOWANCE)[row[f"{stage}ACTION"]]
    fig.add_shape(
        type="rect", x0=number, x1=number + 0.88, y0=middle - BOX_PIXELS / 2, y1=middle + BOX_PIXELS / 2, fillcolor=colour,
        line=dict(color=house.MUTED, width=1), name=f"{stage}: {row[stage]}",
    )
    outcome = textwrap.wrap(plain(row[stage]), CHARACTERS)
    outcome = outcome if len(outcome) < 2 else [outcome[0] + " …"]
    lines = [f"<b>{outcome[0]}</b>", *(plain(part) for part in row[f"{stage}SHORT"].split("\n"))]
    lines[1] = f"{sign} {lines[1]}".strip()
    fig.add_annotation(
        x=number, xanchor="left", xshift=5, y=middle, yanchor="middle", showarrow=False, align="left", text="<br>".join(lines), font=dict(size=12, color=house.INK),
        captureevents=True, hovertext=f"{plain(row[stage])} → {plain(row[f'{stage}SAYS'])}",
    )


def _join(fig: go.Figure, number: int, start: float, end: float) -> None:
    turn = number - 0.06
    for x0, y0, x1, y1 in ((number - 0.12, start, turn, start), (turn, start, turn, end), (turn, end, number, end)):
        fig.add_shape(type="line", x0=x0, x1=x1, y0=y0, y1=y1, line=dict(color=house.MUTED, width=1), layer="below")
