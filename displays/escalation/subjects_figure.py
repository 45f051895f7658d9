"""The figure of every treated subject at its dose level: a row a subject, a band a cohort, a ring what is new."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import plain
from displays.drawing import house
from displays.escalation.evaluation import not_evaluable_in_short
from displays.groups import NO_LEVEL, present
from displays.since import since_words
from displays.words import short_dose
from queries import View
from queries.frames import rows_of

STATUSES = ("DLT", "No DLT", "Pending", "Not evaluable")
ROW_PIXELS, AROUND_PIXELS = 24, 130
LONGEST = 36
"""So many characters fit beside a mark on a tablet; a phone cuts them at its edge."""


def levels_shown(view: View, table: DataFrame) -> list[str]:
    """The planned levels that the filters leave, and that of subjects at none, where there are any."""
    shown = set(table["TRTA"])
    planned = [dose for dose in view.cut.dose_labels if dose in shown or not view.filters.doses]
    return planned + [NO_LEVEL] * (NO_LEVEL in shown)


def figure(view: View, table: DataFrame) -> go.Figure:
    """A mark a subject in the column of its level; table: the rows of the display."""
    levels = levels_shown(view, table)
    fig = house.figure(
        height=AROUND_PIXELS + house.row_pixels(len(table), AROUND_PIXELS, most=ROW_PIXELS) * len(table),
        xaxis=dict(
            title=f"Dose level ({view.trial.dose_unit})",
            tickvals=list(range(len(levels))),
            ticktext=[plain(short_dose(dose, view.trial.dose_unit)) for dose in levels],
            range=[-0.5, len(levels) + 1],
            side="top",
            gridcolor=house.RULE,
            showgrid=True,
        ),
        yaxis=dict(
            tickvals=list(range(len(table))),
            ticktext=[_tick(row) for row in rows_of(table)],
            range=[len(table) - 0.4, -0.6],
            showgrid=False,
            ticks="",
        ),
        legend=dict(y=-0.01, yanchor="top"),
        margin=dict(t=56, b=24, r=8),
    )
    _cohorts(fig, table)
    for status in STATUSES:
        _marks(fig, table, levels, status)
    _rings(fig, table, levels)
    return fig


def _tick(row) -> str:
    disease = (
        f' <span style="color:{house.disease_colour(row.DISEASE)}"><b>{plain(row.DISEASE)}</b></span>'
        if present(row.DISEASE)
        else ""
    )
    return plain(row.SUBJID) + disease


def _cohorts(fig: go.Figure, table: DataFrame) -> None:
    """A band behind each run of subjects of one cohort, named at its right end."""
    for number, rows in enumerate(_runs(table), start=1):
        first, last = rows.index[0], rows.index[-1]
        fig.add_shape(
            type="rect",
            x0=0,
            x1=1,
            xref="paper",
            y0=first - 0.5,
            y1=last + 0.5,
            layer="below",
            line_width=0,
            fillcolor="#f3f6f8" if number % 2 else house.PAPER,
        )
        fig.add_annotation(
            x=1,
            xref="paper",
            xanchor="right",
            y=_named_row(rows),
            yanchor="middle",
            text=plain(rows["COHORTNAM"].iloc[0]),
            showarrow=False,
            font=dict(color=house.MUTED),
        )


def _runs(table: DataFrame) -> list[DataFrame]:
    """The rows of each run of one cohort, in order, by their place in the figure."""
    placed = table.reset_index(drop=True)
    return [rows for _, rows in placed.groupby((placed["COHORTNAM"] != placed["COHORTNAM"].shift()).cumsum())]


def _named_row(rows: DataFrame) -> int:
    """Where a run's cohort is named: its first row that has no words beside the mark, else the first."""
    silent = rows.index[rows["DLTSTAT"] == "No DLT"]
    return silent[0] if len(silent) else rows.index[0]


def _marks(fig: go.Figure, table: DataFrame, levels: list[str], status: str) -> None:
    rows = [(at, row) for at, row in enumerate(rows_of(table)) if row.DLTSTAT == status]
    if not rows:
        return
    # towards the side with more room; where the cohort's name stands at the right end, there is less of it
    named = {_named_row(run) for run in _runs(table)}
    right = [levels.index(row.TRTA) <= len(levels) / 2 - (at in named) for at, row in rows]
    fig.add_scatter(
        x=[levels.index(row.TRTA) for _, row in rows],
        y=[at for at, _ in rows],
        mode="markers+text",
        name=status,
        text=[_beside(row, room=16 if at in named else LONGEST) for at, row in rows],
        textposition=["middle right" if r else "middle left" for r in right],
        textfont=dict(color=house.INK),
        marker=dict(
            size=11,
            symbol=house.STATUS_SYMBOL[status],
            color=house.STATUS[status],
            line=dict(width=2, color=house.STATUS[status]),
        ),
        customdata=[[row.USUBJID] for _, row in rows],
        hovertext=[_hover(row) for _, row in rows],
        hoverinfo="text",
    )


def _beside(row, room: int) -> str:
    """What a mark cannot say itself, short enough for a narrow screen; the whole stands in hover and table."""
    if row.DLTSTAT == "DLT":
        return _room(_cut_short(row.DLTTERM, room))
    if row.DLTSTAT == "Pending":
        return _room(_cut_short(row.PENDREAS, room))
    return _room(_cut_short(not_evaluable_in_short(row), room)) if row.DLTSTAT == "Not evaluable" else ""


def _cut_short(text: str, characters: int) -> str:
    return plain(text if len(text) <= characters else text[: characters - 1].rstrip() + "…")


def _room(text: str) -> str:
    return f"  {text}  "


def _hover(row) -> str:
    disease = row.DISEASE if present(row.DISEASE) else "disease not stated"
    lines = [
        f"<b>{plain(row.SUBJID)}</b>, {plain(disease)}, {plain(row.TRTA)}",
        f"{plain(row.COHORTNAM)}; first infusion {f'{row.TRTSDT:%d %b %Y}' if present(row.TRTSDT) else 'not dated'}",
        plain(row.STATE),
        plain(row.DOSENOTE or ""),
        plain(since_words(row)),
    ]
    return "<br>".join(line for line in lines if line)


def _rings(fig: go.Figure, table: DataFrame, levels: list[str]) -> None:
    rows = [(at, row) for at, row in enumerate(rows_of(table)) if row.SINCE]
    if rows:
        fig.add_scatter(
            x=[levels.index(row.TRTA) for _, row in rows],
            y=[at for at, _ in rows],
            mode="markers",
            name="New or changed",
            hoverinfo="skip",
            customdata=[[row.USUBJID] for _, row in rows],
            marker=dict(size=19, symbol="circle-open", color=house.NEW, line=dict(width=2)),
        )
