"""The escalation as a path: the level given to each subject beside the level that the rule named that day."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import day, plain
from displays.drawing import house
from displays.groups import present
from displays.rule.words import dose_number
from displays.since import ringed
from queries import View
from queries.frames import rows_of

LEVEL_PIXELS = 56
MOST_FIFTHS = 120
QUIET = ("as recommended", "now", "cannot be compared")


def path(view: View, table: DataFrame) -> go.Figure:
    """Filled marks: what was given; wide dashes: what the rule said; a circle around each step where they differ."""
    levels = len(view.trial.dose_levels)
    fig = house.figure(
        height=130 + LEVEL_PIXELS * levels,
        legend=dict(y=1.01, itemclick=False, itemdoubleclick=False),
        margin=dict(t=70, l=8, r=14),
        xaxis=dict(
            title="Treated subjects in order of first infusion",
            range=[table["STEP"].min() - 0.8, table["STEP"].max() + 0.9],
            **_ticks(len(table)),
        ),
        yaxis=dict(
            title=f"Dose level ({view.trial.dose_unit})",
            tickvals=list(range(1, levels + 1)),
            ticktext=[dose_number(rank, view.trial) for rank in range(1, levels + 1)],
            range=[0.5, levels + 0.6],
        ),
    )
    given = table[table["LEVEL"].notna()]
    _given(fig, view, given)
    _named(fig, table[table["RULELEVEL"].notna()])
    _waits(fig, table[table["RULELEVEL"].isna()])
    _rings(fig, given[~given["AGREE"].isin(QUIET)], "differs", house.ALERT, 24)
    _rings(fig, ringed(given), "new or changed", house.NEW, 17)
    _now(fig, table.iloc[-1])
    for row in rows_of(given[~given["AGREE"].isin(QUIET)].head(3)):
        _label(fig, row, table["STEP"].mean())
    return fig


def _ticks(steps: int) -> dict:
    """At every fifth step; of very many as Plotly finds room."""
    if steps > MOST_FIFTHS:
        return dict(nticks=20)
    return dict(dtick=5 if steps > 8 else 1, tick0=0)


def _given(fig: go.Figure, view: View, rows: DataFrame) -> None:
    labels = view.cut.dose_labels
    colours = house.dose_colours(labels, labels)
    fig.add_scatter(
        x=rows["STEP"],
        y=rows["LEVEL"],
        mode="markers",
        name="given",
        customdata=rows[["USUBJID"]],
        marker=dict(
            size=9,
            color=[colours[labels[int(level) - 1]] for level in rows["LEVEL"]],
            line=dict(color=house.INK, width=1),
        ),
        hovertext=[_hover(row) for row in rows_of(rows)],
        hoverinfo="text",
    )


def _named(fig: go.Figure, rows: DataFrame) -> None:
    fig.add_scatter(
        x=rows["STEP"],
        y=rows["RULELEVEL"],
        mode="markers",
        name="the rule recommended",
        customdata=rows[["USUBJID"]],
        hovertext=[_hover(row) for row in rows_of(rows)],
        hoverinfo="text",
        marker=dict(symbol="line-ew", size=13, line=dict(color=house.INK, width=2.5)),
    )


def _waits(fig: go.Figure, rows: DataFrame) -> None:
    if len(rows):
        fig.add_scatter(
            x=rows["STEP"],
            y=rows["CURRENT"],
            mode="markers",
            name="wait, or no recommendation",
            customdata=rows[["USUBJID"]],
            hovertext=[_hover(row) for row in rows_of(rows)],
            hoverinfo="text",
            marker=dict(symbol="hourglass-open", size=11, line=dict(color=house.INK, width=2), color=house.INK),
        )


def _rings(fig: go.Figure, rows: DataFrame, name: str, colour: str, size: int) -> None:
    if len(rows):
        fig.add_scatter(
            x=rows["STEP"],
            y=rows["LEVEL"],
            mode="markers",
            name=name,
            customdata=rows[["USUBJID"]],
            hoverinfo="skip",
            marker=dict(symbol="circle-open", size=size, color=colour, line=dict(width=2 if size < 20 else 2.5)),
        )


def _now(fig: go.Figure, row) -> None:
    fig.add_vline(x=row.STEP, line=dict(color=house.MUTED, width=1, dash="dot"), layer="below")
    fig.add_annotation(
        x=row.STEP,
        y=1,
        yref="paper",
        yanchor="top",
        xanchor="right",
        text="now ",
        showarrow=False,
        font=dict(color=house.MUTED),
    )


def _label(fig: go.Figure, row, middle: float) -> None:
    left = row.STEP > middle
    fig.add_annotation(
        x=row.STEP,
        y=row.LEVEL,
        xanchor="right" if left else "left",
        xshift=-14 if left else 14,
        yshift=22,
        showarrow=False,
        font=dict(color=house.ALERT),
        text=f"{plain(row.SUBJID)}: {row.AGREE}",
        bgcolor="rgba(255,255,255,0.85)",
    )


def _hover(row) -> str:
    head = f"<b>{plain(row.SUBJID)}</b>, {day(row.DAY)}" if present(row.USUBJID) else f"<b>Now</b>, {day(row.DAY)}"
    done = f"<br>given {plain(row.DONE)}: {row.AGREE}" if row.DONE else ""
    return f"{head}{done}<br>recommended: {plain(row.RULE)}<br>{plain(row.KNOWN)}"
