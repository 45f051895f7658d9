"""A tree from left to right, drawn from the table of its paths: one box a possible outcome."""

from __future__ import annotations

import textwrap

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import plain
from displays.drawing import house
from displays.rule.words import ACTIONS

LEAST_BOX_PIXELS, BOX_PIXELS, GAP_PIXELS, LINE_PIXELS, TOP_PIXELS = 50, 56, 4, 16, 44
ALLOWANCE = {"below": ("", "#e9eef2"), "above": ("", "#f0c8cc")}
"""In an expansion: the rate at the dose below the target, or not."""
CHARACTERS, MOST_LINES = 18, 3


def tree(table: DataFrame, headings: dict[str, str]) -> go.Figure:
    """Boxes in columns, a stage of the table each, joined to what follows; as high as there are paths."""
    stages = list(headings)
    room = (house.SCREEN_PIXELS - TOP_PIXELS) // len(table) - GAP_PIXELS
    more = LINE_PIXELS * (max(len(_outcome(text)) for stage in stages for text in table[stage]) - 1)
    box = min(max(room, LEAST_BOX_PIXELS + more), BOX_PIXELS + more)
    boxes = {stage: _boxes(table, stages[: number + 1], box + GAP_PIXELS) for number, stage in enumerate(stages)}
    shapes, words = [], []
    for number, stage in enumerate(stages):
        words.append(_heading(number, headings[stage]))
        for path, row, middle in boxes[stage]:
            shapes.append(_box(number, middle, row, stage, box))
            words.append(_words(number, middle, row, stage))
            if number:
                shapes += _join(number, next(m for p, _, m in boxes[stages[number - 1]] if p == path[:-1]), middle)
    height = (box + GAP_PIXELS) * len(table)
    return house.figure(
        height=height + TOP_PIXELS,
        showlegend=False,
        margin=dict(l=4, r=4, t=40, b=4),
        shapes=shapes,
        annotations=words,
        xaxis=dict(range=[0, max(len(stages), 2)], visible=False, fixedrange=True),
        yaxis=dict(range=[height, 0], visible=False, fixedrange=True),
    )


def _heading(number: int, text: str) -> dict:
    """The heading above a column of boxes."""
    place = dict(x=number, xanchor="left", y=1, yref="paper", yanchor="bottom", yshift=8)
    return place | dict(showarrow=False, text=f"<b>{text}</b>")


def _boxes(table: DataFrame, stages: list[str], row_pixels: int) -> list[tuple]:
    """The distinct beginnings of the paths up to a stage, with the height of the middle of their rows."""
    places: dict[tuple, list[int]] = {}
    for at, path in enumerate(zip(*(table[stage] for stage in stages), strict=True)):
        if path[-1]:
            places.setdefault(path, []).append(at)
    return [(path, table.iloc[at[0]], row_pixels * (sum(at) / len(at) + 0.5)) for path, at in places.items()]


def _outcome(text: str) -> list[str]:
    """The outcome in lines that fit the box on a narrow screen; what does not fit is in the table and on the mark."""
    lines = textwrap.wrap(text, CHARACTERS) or [""]
    return lines if len(lines) <= MOST_LINES else [*lines[: MOST_LINES - 1], lines[MOST_LINES - 1] + " …"]


def _box(number: int, middle: float, row, stage: str, box: int) -> dict:
    _, colour = (ACTIONS | ALLOWANCE)[row[f"{stage}ACTION"]]
    return dict(
        type="rect",
        x0=number,
        x1=number + 0.88,
        y0=middle - box / 2,
        y1=middle + box / 2,
        fillcolor=colour,
        line=dict(color=house.MUTED, width=1),
        name=f"{stage}: {row[stage]}",
    )


def _words(number: int, middle: float, row, stage: str) -> dict:
    sign, _ = (ACTIONS | ALLOWANCE)[row[f"{stage}ACTION"]]
    action, *more = (plain(part) for part in row[f"{stage}SHORT"].split("\n"))
    lines = [f"<b>{'<br>'.join(plain(line) for line in _outcome(row[stage]))}</b>", f"{sign} {action}".strip(), *more]
    return dict(
        x=number,
        xanchor="left",
        xshift=5,
        y=middle,
        yanchor="middle",
        showarrow=False,
        align="left",
        text="<br>".join(lines),
        font=dict(color=house.INK),
        captureevents=True,
        hovertext=f"{plain(row[stage])} → {plain(row[f'{stage}SAYS'])}",
    )


def _join(number: int, start: float, end: float) -> list[dict]:
    turn = number - 0.06
    corners = ((number - 0.12, start, turn, start), (turn, start, turn, end), (turn, end, number, end))
    return [
        dict(type="line", x0=x0, x1=x1, y0=y0, y1=y1, line=dict(color=house.MUTED, width=1), layer="below")
        for x0, y0, x1, y1 in corners
    ]
