"""Treatment and response of one subject: infusions, milestones and assessments."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import plain
from displays.drawing import house
from displays.drawing.marks import since_line, who
from displays.groups import present
from displays.subject.style import noted, unit_words
from displays.words import exactly, on_day
from queries import View

MILESTONES = {
    "Transplant": dict(symbol="square", color=house.PAPER),
    "Death": dict(symbol="cross", color=house.INK),
    "End of treatment": dict(symbol="line-ns", color=house.INK),
    "End of study": dict(symbol="line-ns", color=house.INK),
}
"""As in the swimmer plot; death is no ×: that is the mark of a dose-limiting toxicity."""
CLOSE = 0.13
"""Share of the axis below which two texts would touch on a narrow screen."""


def draw_treatment(fig: go.Figure, rows: DataFrame, axis: str, span: tuple[float, float], view: View) -> None:
    """Infusions as columns of their dose, courses by number, milestones above."""
    infusions = rows[rows["PANEL"] == "Infusions"]
    top = infusions["AVAL"].max() if infusions["AVAL"].notna().any() else 1
    if len(infusions):
        _infusions(fig, infusions, axis, span, view)
        _courses(fig, infusions, axis, span)
    _milestones(fig, rows[rows["TRACE"].isin(MILESTONES)], axis, span, top)
    fig.update_layout(
        {
            f"yaxis{axis.removeprefix('y')}": dict(
                range=[0, (2.2 if rows["TRACE"].isin(MILESTONES).any() else 1.5) * top],
                tickvals=[0, top],
                ticktext=["0", exactly(top, 0)],
            )
        }
    )


def _infusions(fig: go.Figure, rows: DataFrame, axis: str, span: tuple[float, float], view: View) -> None:
    known = [dose for dose in rows["TRTA"].dropna().unique()]
    colours = house.dose_colours(known, view.cut.dose_labels)
    least = (span[1] - span[0]) / 170
    ringed = [bool(changed) for changed in rows["SINCE"]]
    fig.add_bar(
        x=rows["ADY"],
        y=rows["AVAL"],
        width=(rows["AENDY"] - rows["ADY"] + 1).clip(lower=least),
        offset=0,
        yaxis=axis,
        showlegend=False,
        meta="Infusions",
        marker=dict(
            color=[colours.get(dose, house.OTHER) for dose in rows["TRTA"]],
            line=dict(
                color=[house.NEW if ring else house.INK for ring in ringed],
                width=[1.8 if ring else 0.4 for ring in ringed],
            ),
        ),
        customdata=[[usubjid] for usubjid in rows["USUBJID"]],
        hovertext=[_infusion(row) for row in rows.itertuples()],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _infusion(row) -> str:
    amount = (
        f"{exactly(row.AVAL)} {plain(unit_words(row.AVALU)) if present(row.AVALU) else ''}"
        if present(row.AVAL)
        else "dose not given"
    )
    return "<br>".join(
        [who(row), f"{plain(row.TRACE)} {amount} on {on_day(row.ADY)} ({row.NOTE})"] + noted(row.MARK) + since_line(row)
    )


def _courses(fig: go.Figure, rows: DataFrame, axis: str, span: tuple[float, float]) -> None:
    """ "C1" over the first infusion of each course; an asterisk where a dose was changed or interrupted."""
    course = rows["NOTE"].str.extract(r"course (\d+)")[0]
    last = -1e9
    for number, group in rows.groupby(course.astype("float64")):
        first = group.iloc[0]
        if first["ADY"] - last < 0.05 * (span[1] - span[0]):
            continue
        last = first["ADY"]
        star = "*" if group["MARK"].notna().any() else ""
        fig.add_annotation(
            x=first["ADY"],
            y=group["AVAL"].max(),
            yref=axis,
            yanchor="bottom",
            xanchor="left",
            xshift=-2,
            text=f"C{number:.0f}{star}",
            showarrow=False,
            font=dict(size=11, color=house.MUTED),
        )


def _milestones(fig: go.Figure, rows: DataFrame, axis: str, span: tuple[float, float], top: float) -> None:
    middle, wide = (span[0] + span[1]) / 2, span[1] - span[0]
    ordered = rows.sort_values("ADY")
    heights, level, last = [], 0, None
    for row in ordered.itertuples():
        level = 1 - level if last is not None and row.ADY - last < 0.45 * wide else 0
        heights.append(top * (1.95 if level == 0 else 1.55))
        last = row.ADY
    for row, height in zip(ordered.itertuples(), heights):
        right = row.ADY > middle
        fig.add_scatter(
            x=[row.ADY],
            y=[height],
            yaxis=axis,
            mode="markers+text",
            text=[f" {row.TRACE} " if not right else f"{row.TRACE}  "],
            textposition="middle left" if right else "middle right",
            textfont=dict(size=12, color=house.INK),
            marker=dict(
                size=11, line=dict(color=house.NEW if row.SINCE else house.INK, width=2), **MILESTONES[row.TRACE]
            ),
            showlegend=False,
            cliponaxis=False,
            customdata=[[row.USUBJID]],
            hovertext=[
                "<br>".join([who(row), f"{row.TRACE} on {on_day(row.ADY)}"] + noted(row.NOTE) + since_line(row))
            ],
            hovertemplate="%{hovertext}<extra></extra>",
            meta="Milestones",
        )


def draw_response(fig: go.Figure, rows: DataFrame, axis: str, span: tuple[float, float]) -> None:
    """Each assessment as a square in the colour of its response, named beside it; close ones on different heights."""
    ordered = rows.sort_values("ADY")
    heights, recent = [], {}
    for row in ordered.itertuples():
        free = [level for level in (2, 1, 0) if row.ADY - recent.get(level, -1e9) >= CLOSE * (span[1] - span[0])]
        level = free[0] if free else min(recent, key=recent.get)
        recent[level] = row.ADY
        heights.append(level)
    ringed = [bool(changed) for changed in ordered["SINCE"]]
    fig.add_scatter(
        x=ordered["ADY"],
        y=heights,
        yaxis=axis,
        mode="markers+text",
        text=[f" {plain(mark)}" for mark in ordered["MARK"]],
        textfont=dict(size=12, color=house.INK),
        showlegend=False,
        meta="Response",
        textposition=[
            "middle left" if day > span[1] - CLOSE * (span[1] - span[0]) else "middle right" for day in ordered["ADY"]
        ],
        cliponaxis=False,
        marker=dict(
            symbol="square",
            size=13,
            color=[house.RESPONSE.get(mark, house.OTHER) for mark in ordered["MARK"]],
            line=dict(
                color=[house.NEW if ring else house.INK for ring in ringed],
                width=[2.4 if ring else 0.7 for ring in ringed],
            ),
        ),
        customdata=[[usubjid] for usubjid in ordered["USUBJID"]],
        hovertext=[
            "<br>".join(
                [who(row), f"{plain(row.MARK)} on {on_day(row.ADY)} ({plain(row.NOTE).lower()})"] + since_line(row)
            )
            for row in ordered.itertuples()
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    fig.update_layout(
        {f"yaxis{axis.removeprefix('y')}": dict(range=[min(heights) - 0.6, 2.6], showticklabels=False, showgrid=False)}
    )
