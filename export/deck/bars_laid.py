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


def bars_laid(
    figure: go.Figure, traces: list[Any], series: list[Series], told: list[Any], wide: float, high: float
) -> Chart:
    """Bars by categories, stacked on one another or beside each other."""
    mode, lying = figure.layout.barmode or "group", traces[0].orientation == "h"
    if mode == "overlay" and len(traces) > 1 or any(one.text for one in figure.layout.annotations):
        raise Refused("bars over one another, or words beside bars")
    named, counted = (told[1], told[0]) if lying else (told[0], told[1])
    order = list(named.categoryarray) if named.categoryarray is not None else list(dict.fromkeys(series[0].x))
    words = dict(zip(map(str, named.tickvals), named.ticktext, strict=True)) if named.ticktext is not None else {}
    keys = [str(one) for one in order if any(str(one) in one_series.x for one_series in series)]
    in_order = [_in_order(one, keys) for one in series]
    stacked = mode in ("stack", "relative")
    totals = [
        sum(one.y[place] or 0 for one in in_order) if stacked else max((one.y[place] or 0) for one in in_order)
        for place in range(len(keys))
    ]
    shown = [one for one in in_order if one.in_legend]
    legend = legend_height(shown, wide) if figure.layout.showlegend is not False and len(shown) > 1 else 0.0
    scale = axis(counted, [0.0, *totals], wide if lying else high, side="x" if lying else "y")
    categories = tuple("\n".join(plain(part) for part in str(words.get(key, key)).split("<br>")) for key in keys)
    names = Axis(0.0, 1.0, title=plain(named.title.text or ""), reversed=named.autorange == "reversed")
    widest = max(width(line, SMALLEST) for text in categories for line in text.split("\n"))
    tall = max(text.count("\n") + 1 for text in categories) * LINE
    across = (widest if lying else own_width(scale)) + GAP
    titles = [TITLE if one.title else 0.0 for one in ((scale, names) if lying else (names, scale))]
    below = (LINE if lying else tall) + GAP + titles[0]
    gap = figure.layout.bargap if figure.layout.bargap is not None else 0.2
    return Chart(
        "rows" if lying else "columns",
        tuple(in_order),
        scale if lying else names,
        names if lying else scale,
        wide,
        high,
        across + titles[1] + EDGE,
        legend + EDGE,
        18.0,
        below + 4,
        categories=categories,
        stacked=stacked,
        gap=float(gap),
        legend_height=legend,
        labels_below=(LINE if lying else tall) + GAP,
    )


def _in_order(one: Series, keys: list[str]) -> Series:
    places = {str(key): place for place, key in enumerate(one.x)}
    at = [places.get(key) for key in keys]

    def taken(values: tuple) -> tuple:
        return tuple(None if place is None else values[place] for place in at if values)

    words = tuple(word or "" for word in taken(one.words))
    fills = tuple(fill or one.fills[0] for fill in taken(one.fills))
    return replace(one, x=tuple(keys), y=taken(one.y), words=words, fills=fills)
