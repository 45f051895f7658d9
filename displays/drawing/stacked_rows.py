"""One row a subject, grouped by disease, top to bottom: the frame that swimmer plot and blasts share."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import plain
from displays.drawing import house
from displays.words import counted

ROW_PIXELS = 22


def placed(subjects: DataFrame) -> tuple[DataFrame, list[tuple[float, str]]]:
    """The subjects in their order with a row Y each, and the headings (y, disease) above the groups."""
    heights, headings, y = [], [], 0
    for group, rows in subjects.groupby("DISEASE", sort=False):
        headings.append((-y, group))
        heights += [-(y + 1 + n) for n in range(len(rows))]
        y += len(rows) + 1.4
    return subjects.assign(Y=heights), headings


def subject_figure(subjects: DataFrame, headings: list[tuple[float, str]], *, top_pixels: int) -> go.Figure:
    """An empty figure with a labelled row for each subject; its height grows with the rows."""
    rows = len(subjects) + 1.4 * len(headings)
    figure = house.figure(height=int(top_pixels + 64 + ROW_PIXELS * max(rows, 2)))
    figure.update_yaxes(
        tickvals=list(subjects.Y),
        ticktext=[plain(s) for s in subjects.SUBJID],
        tickfont_size=11,
        showgrid=False,
        range=[min(subjects.Y, default=0) - 0.8, 0.7],
        ticks="",
    )
    for y, group in headings:
        text = f"<b>{group}</b> · {counted(sum(subjects.DISEASE == group), 'subject')}"
        figure.add_annotation(
            x=0,
            xref="paper",
            xanchor="left",
            xshift=-62,
            y=y,
            text=text,
            showarrow=False,
            font=dict(size=13, color=house.disease_colour(group)),
        )
    figure.update_layout(margin=dict(l=70, r=20, t=top_pixels, b=56))
    return figure
