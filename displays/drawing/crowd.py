"""Crowds: of more subjects than can be told apart, the most severe are drawn one by one and all of them as a band.

The one rule of every chart that draws subjects. Numbers in findings and tables are of everybody, whatever is drawn.
"""

from __future__ import annotations

import numpy
import plotly.graph_objects as go
from pandas import DataFrame

from displays.drawing import house
from displays.words import counted
from queries.frames import rows_of

MOST_DRAWN = 120
"""Up to so many subjects each is drawn."""
NAMED = 40
"""Of more, so many are drawn one by one on a chart, all its panels together."""
BINS, LEAST = 40, 5
"""A band has so many places at most, each of so many values at least."""


def crowded(rows: DataFrame) -> bool:
    """Whether rows (USUBJID) are of more subjects than are drawn one by one."""
    return len(rows) > MOST_DRAWN and rows["USUBJID"].nunique() > MOST_DRAWN


def first_subjects(rows: DataFrame, number: int = NAMED) -> list[str]:
    """The first so many subjects (USUBJID) of rows that come worst first."""
    return rows["USUBJID"].drop_duplicates().head(max(number, 1)).tolist()


def quartiles(rows: DataFrame, x: str, y: str) -> DataFrame:
    """Median and quartiles of y (linear interpolation) along x: X, LOWER, MEDIAN, UPPER and N, the number of values.

    x is cut into BINS equal parts; X is the median x of the values in one. A part of fewer than LEAST values is left
    out, and so are rows without x or y.
    """
    known = rows[[x, y]].dropna().astype("float64")
    if known.empty:
        return DataFrame(columns=["X", "LOWER", "MEDIAN", "UPPER", "N"])
    width = max((known[x].max() - known[x].min()) / BINS, 1)
    parts = known.groupby(numpy.floor((known[x] - known[x].min()) / width).clip(upper=BINS - 1))
    found = parts[y].quantile([0.25, 0.5, 0.75]).unstack().set_axis(["LOWER", "MEDIAN", "UPPER"], axis=1)
    found = found.assign(X=parts[x].median(), N=parts.size()).reset_index(drop=True)
    return found.loc[found["N"] >= LEAST, ["X", "LOWER", "MEDIAN", "UPPER", "N"]].reset_index(drop=True)


def band(found: DataFrame, colour: str, **axes) -> list[go.Scatter]:
    """The band between the quartiles, and the line of the medians, of `quartiles`; none where there are none."""
    if found.empty:
        return []
    days, around = found["X"].tolist(), house.parts(colour)
    hover = [
        f"median {row.MEDIAN:.4g}, quartiles {row.LOWER:.4g} to {row.UPPER:.4g} ({counted(int(row.N), 'value')})"
        for row in rows_of(found)
    ]
    common = dict(showlegend=False, **axes)
    return [
        go.Scatter(
            x=[*days, *reversed(days)],
            y=[*found["UPPER"], *reversed(found["LOWER"].tolist())],
            mode="lines",
            line=dict(width=0),
            fill="toself",
            fillcolor=f"rgba({around[0]},{around[1]},{around[2]},0.35)",
            hoverinfo="skip",
            meta="quartiles",
            **common,
        ),
        go.Scatter(
            x=days,
            y=found["MEDIAN"],
            mode="lines",
            line=dict(color=house.MUTED, width=2.5),
            hovertext=hover,
            hoverinfo="text",
            meta="median",
            **common,
        ),
    ]


def words(rows: DataFrame, which: str, others: str = "all as median and quartiles (band)") -> str:
    """ "10,000 subjects: the 40 lowest are drawn one by one, all as median and quartiles (band)."; "" where each is
    drawn. which: who is drawn one by one, such as "the 40 lowest"."""
    if not crowded(rows):
        return ""
    return f"{rows['USUBJID'].nunique():,} subjects: {which} are drawn one by one, {others}."


def thinned(rows: DataFrame, most: int = 400) -> DataFrame:
    """Rows along a line, of very many every so many-th and the last: a screen has no more pixels."""
    if len(rows) <= most:
        return rows
    return rows.iloc[sorted({*range(0, len(rows), -(-len(rows) // most)), len(rows) - 1})]


def dots(rows: DataFrame, x: str, y: str, *, digits: int = 1, **axes) -> go.Scatter:
    """The subjects who are not drawn one by one, as pale dots without words; one where several are at a place,
    to so many digits after the point."""
    places = rows[[x, y]].dropna().astype("float64").round(digits).drop_duplicates()
    return go.Scatter(
        x=places[x],
        y=places[y],
        mode="markers",
        marker=dict(size=4, color=house.RULE, opacity=1),
        hoverinfo="skip",
        showlegend=False,
        meta="others",
        **axes,
    )


DOTS = "the others as pale dots"
