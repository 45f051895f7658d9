"""Marks and their words: outlines of what is new, entries of a legend, lines of a hover box."""

from __future__ import annotations

from datetime import date

import pandas
import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import day, plain
from displays.drawing import house
from displays.since import since_words

NEW_MARKER = dict(symbol="circle-open", size=13, color=house.NEW, line=dict(color=house.NEW, width=2))


def outline(since, *, colour: str = house.MUTED, width: float = 0.6, new_width: float = 2.5) -> dict:
    """The `line` of each mark or bar: what is new or changed since the previous cut is outlined in its own colour."""
    marked = [bool(value) for value in since]
    return dict(
        color=[house.NEW if mark else colour for mark in marked],
        width=[new_width if mark else width for mark in marked],
    )


def rings(x, y, since, *, size: int | list[float], width: float = 1.5) -> list[go.Scatter]:
    """Rings round the marks that are new or changed since the previous cut, where there are any; size: one for all,
    or of each mark."""
    sizes = size if isinstance(size, list) else [size] * len(since)
    marked = [place for *place, news in zip(x, y, sizes, since, strict=True) if news]
    if not marked:
        return []
    return [
        go.Scatter(
            x=[place[0] for place in marked],
            y=[place[1] for place in marked],
            mode="markers",
            hoverinfo="skip",
            showlegend=False,
            meta="changed",
            marker=dict(symbol="circle-open", size=[place[2] for place in marked], color=house.NEW, line_width=width),
        )
    ]


def legend_entry(name: str, marker: dict, **place) -> go.Scatter:
    """A trace without marks that puts one entry into the legend."""
    return go.Scatter(x=[None], y=[None], mode="markers", name=name, marker=marker, hoverinfo="skip", **place)


def dose_entries(colours: dict[str, str], *, symbol: str = "circle", size: int = 9) -> list[go.Scatter]:
    """Legend entries of dose → colour, in the order given."""
    line = dict(color=house.MUTED, width=0.6)
    return [
        legend_entry(plain(dose), dict(color=colour, size=size, symbol=symbol, line=line))
        for dose, colour in colours.items()
    ]


def new_entry(since, previous: date | None) -> list[go.Scatter]:
    """The legend entry of what is outlined as new or changed since the previous cut, where anything is."""
    return [legend_entry(f"new or changed since {day(previous)}", NEW_MARKER)] if any(since) else []


def who(row) -> str:
    """Subject, dose and disease as the first line of a mark's hover box; what is not known is left out."""
    known = [plain(part) for part in (row.TRTA, row.DISEASE) if not pandas.isna(part)]
    return ", ".join([f"<b>{plain(row.SUBJID)}</b>", *known])


def since_line(row) -> list[str]:
    """What happened to a mark since the previous cut, as a last line of its hover box; none where nothing did."""
    words = since_words(row)
    return [plain(words)] if words else []


def courses(rows: DataFrame, x: str, y: str) -> dict:
    """The x and y of one line a subject, in one trace, with a gap between subjects."""
    lines = [group for _, group in rows.groupby("USUBJID", sort=False)]
    return {
        axis: [value for line in lines for value in [*line[column].tolist(), None]]
        for axis, column in (("x", x), ("y", y))
    }
