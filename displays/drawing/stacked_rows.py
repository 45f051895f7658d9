"""One row a subject, grouped by disease, top to bottom: the frame that swimmer plot and blasts share."""

from __future__ import annotations

from math import ceil

from pandas import DataFrame

from displays.display import plain
from displays.drawing import house
from displays.words import counted

ROW_PIXELS, BELOW_PIXELS = 22, 64
HEADING_ROWS = 1.4


def placed(subjects: DataFrame) -> tuple[DataFrame, list[tuple[float, str]]]:
    """The subjects in their order with a row Y each, and the headings (y, disease) above the groups."""
    heights, headings, y = [], [], 0
    for group, rows in subjects.groupby("DISEASE", sort=False):
        headings.append((-y, group))
        heights += [-(y + 1 + n) for n in range(len(rows))]
        y += len(rows) + HEADING_ROWS
    return subjects.assign(Y=heights), headings


def rows_layout(subjects: DataFrame, headings: list[tuple[float, str]], *, top_pixels: int, right_pixels: int) -> dict:
    """The layout of a figure with a labelled row for each placed subject; as high as its rows, up to a screen."""
    rows = max(len(subjects) + HEADING_ROWS * len(headings), 2)
    each = house.row_pixels(ceil(rows), top_pixels + BELOW_PIXELS, most=ROW_PIXELS)
    return dict(
        height=int(top_pixels + BELOW_PIXELS + each * rows),
        margin=dict(l=70, r=right_pixels, t=top_pixels, b=56),
        yaxis=dict(
            tickvals=list(subjects.Y),
            ticktext=[plain(subject) for subject in subjects.SUBJID],
            showgrid=False,
            range=[min(subjects.Y, default=0) - 0.8, 0.7],
            ticks="",
        ),
        annotations=[_heading(y, group, int((subjects.DISEASE == group).sum())) for y, group in headings],
    )


def _heading(y: float, group: str, subjects: int) -> dict:
    return dict(
        x=0,
        xref="paper",
        xanchor="left",
        xshift=-62,
        y=y,
        text=f"<b>{group}</b> · {counted(subjects, 'subject')}",
        showarrow=False,
        font=dict(color=house.disease_colour(group)),
    )
