"""A display's figure as charts that can be edited in PowerPoint, where it can be drawn there as on the screen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import plotly.graph_objects as go

from export.deck.axes import Crowded, Refused, axes_of
from export.deck.chart import Mark, Series
from export.deck.traces import series_of_trace, values_of

MOST_MARKS, MOST_SERIES, MOST_WORDS, MOST_PANELS, MOST_LINES = 420, 48, 34, 4, 14
"""Of a figure with more, a picture is easier to read than a chart is to edit."""


def traces_of(figure: go.Figure, pair: tuple[str, str]) -> list[Any]:
    """The traces of a figure on one pair of axes."""
    return [trace for trace in figure.data if (trace.xaxis or "x", trace.yaxis or "y") == pair]


def check(figure: go.Figure) -> None:
    """Refused, where the figure holds what a chart of PowerPoint cannot show as it is."""
    kinds = {trace.type for trace in figure.data}
    if not kinds or not kinds <= {"bar", "scatter"} or len(kinds) > 1:
        raise Refused(f"traces of the types {', '.join(sorted(kinds)) or 'none'}")
    if len(axes_of(figure)) > MOST_PANELS:
        raise Crowded("more panels than a slide holds")
    points = sum(len(values_of(trace.y)) for trace in figure.data if "lines" not in (getattr(trace, "mode", "") or ""))
    if points > MOST_MARKS or len(figure.data) > MOST_SERIES:
        raise Crowded("hundreds of marks")
    if len([one for one in figure.layout.annotations if one.text]) > MOST_WORDS:
        raise Crowded("many words within the plot")
    if any(one.showarrow is not False or one.textangle for one in figure.layout.annotations if one.text):
        raise Refused("arrows or words at an angle")
    straight = all(one.type == "line" and (one.x0 == one.x1 or one.y0 == one.y1) for one in figure.layout.shapes)
    if not straight or len(figure.layout.shapes) > MOST_LINES:
        raise Refused("shapes")


def series_of(traces: list[Any]) -> list[Series]:
    """The series of the traces of one pair of axes, each group of the legend named once.

    Marks of several colours become a series of each, named as the legend names them. Rings come last: a
    program that fills them (LibreOffice) draws later series of marks beneath, PowerPoint draws them hollow on top.
    """
    found = _all(traces)
    entries = [one for one in found if one.in_legend and one.marks and not _drawn(one)]
    legend: dict[tuple[str, str] | None, Series] = {}
    for one in entries:
        if one.marks[0].fill:
            legend.setdefault(_look(one), one)
    parted = [part for one in found for part in _parted(one, legend)]
    shown = {_look(one) for one in parted if one.in_legend and _drawn(one)}
    kept = [one for one in parted if _drawn(one) or one.in_legend and _look(one) not in shown]
    return [*filter(None, map(_intervals, kept)), *sorted(kept, key=_rings)]


def _intervals(one: Series) -> Series | None:
    """The error bars of a series of points as lines behind them: PowerPoint draws error bars, some programs do not."""
    bars = one.bars
    if bars is None or not all(isinstance(value, float | int | None) for value in one.x):
        return None
    x: list[float | None] = []
    y: list[float | None] = []
    for across, up, more, less in zip(one.x, one.y, bars.plus, bars.minus, strict=True):
        if None in (across, up, more, less):
            continue
        along = bars.axis == "x"
        x += [across - less, across + more, None] if along else [across, across, None]
        y += [up, up, None] if along else [up - less, up + more, None]
    return Series(f"{one.name}: interval", tuple(x), tuple(y), bars.line) if x else None


def _rings(one: Series) -> bool:
    return bool(one.marks) and not one.marks[0].fill and one.line is None and _drawn(one)


def _drawn(one: Series) -> bool:
    """Whether any of its points is on the chart."""
    return any(value is not None for value in one.y)


def _look(one: Series) -> tuple[str, str] | None:
    """What a legend tells of marks by: shape and colour."""
    return (one.marks[0].symbol, one.marks[0].fill or one.marks[0].edge) if one.marks else None


def _parted(one: Series, legend: dict) -> list[Series]:
    """A series of marks as one of each look, in the order of the first of each."""
    marks = one.marks if len(one.marks) == len(one.y) else one.marks * len(one.y)
    if one.line is not None or not _drawn(one) or not legend and len(set(marks)) < 2:
        return [one]
    order = list(legend)
    looks = list(dict.fromkeys((mark.symbol, mark.fill or mark.edge) for mark in marks))
    looks.sort(key=lambda look: order.index(look) if look in legend else len(order))
    return [_part_of(one, marks, look, legend.get(look)) for look in looks]


def _part_of(one: Series, marks: tuple[Mark, ...], look: tuple, entry: Series | None) -> Series:
    at = [place for place, mark in enumerate(marks) if (mark.symbol, mark.fill or mark.edge) == look]
    own = _taken(marks, at)
    bars = one.bars and replace(one.bars, plus=_taken(one.bars.plus, at), minus=_taken(one.bars.minus, at))
    return replace(
        one,
        name=entry.name if entry else one.name,
        x=_taken(one.x, at),
        y=_taken(one.y, at),
        marks=own[:1] if len(set(own)) == 1 else own,
        bars=bars,
        words=_taken(one.words, at),
        places=_taken(one.places, at),
        in_legend=one.in_legend or entry is not None,
    )


def _taken(values: tuple, at: list[int]) -> tuple:
    return tuple(values[place] for place in at) if values else ()


def _all(traces: list[Any]) -> list[Series]:
    found, named = [], set()
    for place, trace in enumerate(traces):
        entry = trace.showlegend is not False and bool(trace.name)
        group = trace.legendgroup or trace.name
        found.append(series_of_trace(trace, traces[place + 1 : place + 2], entry and group not in named))
        named |= {group} if entry else set()
    return found
