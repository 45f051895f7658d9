"""The figure of all designs: each one's answer, and below it how toxic it takes each level to be."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import plain
from displays.drawing import house
from displays.groups import dose_colours
from displays.rule.words import ACTIONS, dose_number
from displays.words import percent, percent_range
from queries import View
from queries.frames import rows_of

ROW_PIXELS, HEAD_PIXELS, GAP_PIXELS, AXIS_PIXELS = 24, 34, 8, 100


def figure(view: View, table: DataFrame) -> go.Figure:
    """What each design says, and below it its estimate of each level; table: the rows of `sensitivity`."""
    aim, top, each = view.trial.escalation["target"], 0, _row_pixels(table)
    traces, shapes = [], []
    words = [_above(aim, "center", f"target {percent(aim)}"), _above(1.2, "right", "P(over)")]
    for _, rows in table.groupby("DESIGN", sort=False):
        marks = rows[rows["ESTIMATE"].notna()]
        places = [top + HEAD_PIXELS + each * (n + 0.5) for n in range(len(marks))]
        shapes += _bands(rows.iloc[0], top, aim, each * len(marks))
        words.append(_head(rows.iloc[0], top))
        for place, row in zip(places, rows_of(marks), strict=True):
            words += _words(place, row, view)
        traces += [_marks(view, marks, places)] if len(marks) else []
        top += HEAD_PIXELS + each * len(marks) + GAP_PIXELS
    return house.figure(
        *traces,
        height=top + AXIS_PIXELS,
        showlegend=False,
        margin=dict(l=8, r=8, t=32, b=56),
        shapes=shapes,
        annotations=words,
        yaxis=dict(range=[top, 0], visible=False),
        xaxis=dict(
            range=[-0.24, 1.2],
            tickvals=[0, 0.25, 0.5, 0.75, 1],
            ticktext=["0", "25", "50", "75", "100"],
            title="P(DLT), %",
            ticks="",
        ),
    )


def _row_pixels(table: DataFrame) -> int:
    """How high the row of a level is, so that all designs are on one screen."""
    around = AXIS_PIXELS + table["DESIGN"].nunique() * (HEAD_PIXELS + GAP_PIXELS)
    return house.row_pixels(int(table["ESTIMATE"].notna().sum()), around, most=ROW_PIXELS)


def _above(x: float, anchor: str, text: str) -> dict:
    return dict(
        x=x,
        xanchor=anchor,
        y=1,
        yref="paper",
        yanchor="bottom",
        yshift=6,
        showarrow=False,
        text=text,
        font=dict(color=house.MUTED),
    )


def _bands(head, top: float, aim: float, pixels: float) -> list[dict]:
    """The coloured band of a design's answer, and the target's line through its rows."""
    below = top + HEAD_PIXELS
    band = dict(
        type="rect",
        xref="paper",
        x0=0,
        x1=1,
        y0=top + 4,
        y1=below - 8,
        fillcolor=ACTIONS[head.ACTION][1],
        line=dict(width=0),
        layer="below",
    )
    line = dict(
        type="line",
        x0=aim,
        x1=aim,
        y0=below,
        y1=below + pixels,
        line=dict(color=house.MUTED, width=1, dash="dash"),
        layer="below",
    )
    return [band, line] if pixels else [band]


def _head(head, top: float) -> dict:
    return dict(
        x=0,
        xref="paper",
        xanchor="left",
        xshift=4,
        y=top + HEAD_PIXELS / 2 - 2,
        yanchor="middle",
        showarrow=False,
        text=f"<b>{head.DESIGN}</b>  {ACTIONS[head.ACTION][0]} {plain(head.SAYS)}"
        + (f"  ({head.SINCE})" if head.SINCE else ""),
    )


def _marks(view: View, rows: DataFrame, places: list[float]) -> go.Scatter:
    colours = dose_colours(view, rows["TRTA"])
    return go.Scatter(
        x=rows["ESTIMATE"],
        y=places,
        mode="markers",
        name=rows["DESIGN"].iloc[0],
        hovertext=[_hover(row) for row in rows_of(rows)],
        hoverinfo="text",
        marker=dict(
            size=[13 if r else 10 for r in rows["RECOMMENDED"]],
            symbol="square",
            color=[colours[name] for name in rows["TRTA"]],
            line=dict(color=house.INK, width=1.2),
        ),
        error_x=dict(
            type="data",
            symmetric=False,
            array=rows["UPPER"] - rows["ESTIMATE"],
            arrayminus=rows["ESTIMATE"] - rows["LOWER"],
            color=house.INK,
            thickness=1.5,
            width=4,
        ),
    )


def _words(place: float, row, view: View) -> list[dict]:
    name = dose_number(row.RANK, view.trial)
    counts = f" {row.NDLT}/{row.NEVAL}" if row.NEVAL else " –"
    text = f"<b>▸ {name}</b>{counts}" if row.RECOMMENDED else f"{name}{counts}"
    right = dict(xanchor="right", y=place, showarrow=False)
    return [right | dict(x=-0.04, text=text), right | dict(x=1.2, text=percent(row.OVER))]


def _hover(row) -> str:
    counts = f"{row.NDLT} of {row.NEVAL} evaluable with a DLT" + (f", {row.NPENDING} pending" if row.NPENDING else "")
    return (
        f"<b>{row.DESIGN}</b>, "
        f"{plain(row.TRTA)}{' (recommended)' if row.RECOMMENDED else ''}<br>{counts}<br>P(DLT) "
        f"{percent(row.ESTIMATE)} (90 % {percent_range(row.LOWER, row.UPPER)})<br>P(over target) "
        f"{percent(row.OVER)}<br>{row.BASIS}"
    )
