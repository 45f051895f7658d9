"""Bars of a figure laid out in a box of a slide."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import plotly.graph_objects as go

from export.deck.axes import Refused, axis
from export.deck.chart import Axis, Chart, Series
from export.deck.legends import legend_height
from export.deck.rich import plain
from export.deck.room import EDGE, GAP, LINE, TITLE, own_width
from export.deck.text import SMALLEST, width

GAP_OF_BARS = 0.2
"""Between bars, in their distances, where the figure asks for none of its own."""


def bars_laid(
    figure: go.Figure, traces: list[Any], series: list[Series], told: list[Any], wide: float, high: float
) -> Chart:
    """Bars by categories, stacked on one another or beside each other."""
    lying, stacked = traces[0].orientation == "h", _stacked(figure, traces)
    named, counted = (told[1], told[0]) if lying else (told[0], told[1])
    keys = _keys(named, series)
    bars = [_in_order(one, keys) for one in series]
    scale = axis(counted, [0.0, *_ends(bars, stacked)], wide if lying else high, side="x" if lying else "y")
    names = Axis(0.0, 1.0, title=plain(named.title.text or ""), reversed=named.autorange == "reversed")
    x, y = (scale, names) if lying else (names, scale)
    categories = _categories(named, keys)
    labels = _widest(categories) if lying else own_width(scale)
    below = (LINE if lying else _highest(categories)) + GAP
    legend = _legend(figure, bars, wide)
    return Chart(
        "rows" if lying else "columns",
        tuple(bars),
        x,
        y,
        wide,
        high,
        left=labels + GAP + _title(y) + EDGE,
        top=legend + EDGE,
        right=18.0,
        bottom=below + _title(x) + 4,
        categories=categories,
        stacked=stacked,
        gap=float(GAP_OF_BARS if figure.layout.bargap is None else figure.layout.bargap),
        legend_height=legend,
        labels_below=below,
    )


def _stacked(figure: go.Figure, traces: list[Any]) -> bool:
    """Whether bars stand on one another; Refused where one hides another, or where words stand beside them."""
    mode = figure.layout.barmode or "group"
    if mode == "overlay" and len(traces) > 1 or any(one.text for one in figure.layout.annotations):
        raise Refused("bars over one another, or words beside bars")
    return mode in ("stack", "relative")


def _keys(named: Any, series: list[Series]) -> list[str]:
    """The categories that have a bar, in the order of their axis."""
    order = list(named.categoryarray) if named.categoryarray is not None else list(dict.fromkeys(series[0].x))
    return [str(one) for one in order if any(str(one) in one_series.x for one_series in series)]


def _categories(named: Any, keys: list[str]) -> tuple[str, ...]:
    """The words of the categories."""
    words = dict(zip(map(str, named.tickvals), named.ticktext, strict=True)) if named.ticktext is not None else {}
    return tuple("\n".join(plain(part) for part in str(words.get(key, key)).split("<br>")) for key in keys)


def _ends(bars: list[Series], stacked: bool) -> list[float]:
    """How far the bars of each category reach."""
    reach = sum if stacked else max
    return [reach(length or 0 for length in lengths) for lengths in zip(*(one.y for one in bars), strict=True)]


def _widest(categories: tuple[str, ...]) -> float:
    return max(width(line, SMALLEST) for text in categories for line in text.split("\n"))


def _highest(categories: tuple[str, ...]) -> float:
    return max(text.count("\n") + 1 for text in categories) * LINE


def _title(one: Axis) -> float:
    """The points that the title of an axis takes."""
    return TITLE if one.title else 0.0


def _legend(figure: go.Figure, bars: list[Series], wide: float) -> float:
    """The points that the legend takes, where there is one."""
    shown = [one for one in bars if one.in_legend]
    return legend_height(shown, wide) if figure.layout.showlegend is not False and len(shown) > 1 else 0.0


def _in_order(one: Series, keys: list[str]) -> Series:
    places = {str(key): place for place, key in enumerate(one.x)}
    at = [places.get(key) for key in keys]

    def taken(values: tuple) -> tuple:
        return tuple(None if place is None else values[place] for place in at if values)

    words = tuple(word or "" for word in taken(one.words))
    fills = tuple(fill or one.fills[0] for fill in taken(one.fills))
    return replace(one, x=tuple(keys), y=taken(one.y), words=words, fills=fills)
