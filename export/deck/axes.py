"""A Plotly axis as PowerPoint draws one: its ends, its labels, and values as numbers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from math import ceil, floor, isfinite, log10
from typing import Any

import plotly.graph_objects as go
from pandas import Timedelta, Timestamp, isna

from export.deck.chart import Axis
from export.deck.rich import plain

EPOCH = Timestamp("1899-12-30")
"""Day 0 of a workbook's dates."""
STEPS = (1, 2, 2.5, 5, 10)
MONTHS = (1, 2, 3, 6, 12, 24, 60)
LABEL = 32
"""Points along an axis for each of its labels."""
SPARED = 0.09
"""So much of an axis may be empty for its own labels to lie at round numbers; else they are written beside it."""
FORMS = {".0%": "0%", ".1%": "0.0%", "d": "0", ",d": "#,##0", ".1f": "0.0", ".2f": "0.00", "~g": "General"}


class Refused(Exception):
    """What of a figure PowerPoint cannot draw as it is on screen."""


class Crowded(Refused):
    """What there is no room for; a part of the figure may be drawn."""


def number(value: Any) -> float | None:
    """A value as a workbook holds it: dates as days, None where there is none."""
    if value is None or isinstance(value, str):
        return _of_text(value)
    if isinstance(value, (datetime, date)) or hasattr(value, "dtype") and value.dtype.kind == "M":
        return None if isna(value) else (Timestamp(value) - EPOCH).total_seconds() / 86400
    return float(value) if isfinite(float(value)) else None


def _of_text(value: str | None) -> float | None:
    if value is None:
        return None
    raise Refused("a category among numbers")


def axis(told: Any, values: Iterable[float | None], length: float, *, side: str) -> Axis:
    """An axis of a figure that is so many points long; values: all that is drawn along it."""
    known = [value for value in values if value is not None]
    log, dates = told.type == "log", _of_dates(told)
    low, high, reverse = _ends(told, known, log)
    title = plain(told.title.text or "") if told.visible is not False else ""
    look = dict(title=title, reversed=reverse, log=log, grid=_grid(told, side), line=told.visible is not False)
    if told.visible is False or told.showticklabels is False:
        return Axis(low, high, **look)
    if dates:
        return Axis(low, high, ticks=_months(low, high, told.nticks or 6), **look)
    return _labelled(told, low, high, known, length, look)


def _labelled(told: Any, low: float, high: float, known: list[float], length: float, look: dict) -> Axis:
    """The axis with its own labels where they lie at equal steps, else with words beside it."""
    if told.ticktext is not None and len(told.ticktext):
        places = [number(value) for value in told.tickvals]
        return Axis(low, high, ticks=_within(zip(places, told.ticktext, strict=False), low, high), **look)
    form = _form(told, low)
    if look["log"]:
        return _decades(low, high, form, look)
    given = [float(number(value) or 0) for value in told.tickvals] if told.tickvals is not None else []
    places = given or _round_places(
        low, high, _number_of_labels(told, length), whole=form.startswith(("0;", "#")) or form == "0"
    )
    step = _equal_step(places)
    if step is None:
        return Axis(low, high, ticks=_within([(at, _words(at, form)) for at in places], low, high), **look)
    start = places[0] if min(known, default=low) >= places[0] else places[0] - step
    if abs(start - low) > SPARED * (high - low):
        return Axis(low, high, ticks=_within([(at, _words(at, form)) for at in places], low, high), **look)
    return Axis(start, high, step=step, form=form, **look)


def _decades(low: float, high: float, form: str, look: dict) -> Axis:
    if low == floor(log10(low)) or abs(log10(low) - round(log10(low))) < 1e-6:
        return Axis(low, high, step=10, form=form, **look)
    places = [10.0**power for power in range(ceil(log10(low)), floor(log10(high)) + 1)]
    return Axis(low, high, ticks=tuple((at, f"{at:,.10g}") for at in places), **look)


def _ends(told: Any, known: list[float], log: bool) -> tuple[float, float, bool]:
    if told.range is not None:
        first, last = (10.0 ** float(end) if log else number(end) for end in told.range)
        if first is None or last is None:
            raise Refused("an axis with an open end")
        return min(first, last), max(first, last), first > last
    if not known:
        raise Refused("an axis without an end")
    low, high = min(known), max(known)
    if told.rangemode in ("tozero", "nonnegative"):
        low = min(low, 0.0)
    room = ((high - low) or abs(high) or 1.0) * 0.06
    if log:
        return low / 1.3, high * 1.3, False
    return (low if low == 0 else low - room), high + room, told.autorange == "reversed"


def _of_dates(told: Any) -> bool:
    ends = told.range or ()
    return told.type == "date" or any(isinstance(end, (datetime, date)) for end in ends)


def _months(low: float, high: float, most: int) -> tuple[tuple[float, str], ...]:
    first, last = EPOCH + Timedelta(days=low), EPOCH + Timedelta(days=high)
    month = first.to_period("M").to_timestamp()
    months = []
    while month <= last:
        months.append(month)
        month = (month.to_period("M") + 1).to_timestamp()
    step = next((step for step in MONTHS if len(months) / step <= most + 1), MONTHS[-1])
    shown = [at for at in months if (at.month - 1) % min(step, 12) == 0 and at >= first]
    return tuple(((at - EPOCH).days, f"{at:%b}<br>{at:%Y}") for at in shown)


def _number_of_labels(told: Any, length: float) -> int:
    return max(min(told.nticks or 7, int(length / LABEL)), 2)


def _round_places(low: float, high: float, most: int, *, whole: bool) -> list[float]:
    """Round numbers from one end to the other, at equal steps: as many as there is room for, two at least."""
    rough = (high - low) / max(most - 1, 1) or 1.0
    scale = 10.0 ** floor(log10(rough))
    steps = [scale * step for step in (0.1, 0.2, 0.5, *STEPS) if not whole or (scale * step).is_integer()] or [1.0]
    wished = next((step for step in steps if step >= rough * 0.999), steps[-1])
    for step in [wished, *reversed([one for one in steps if one < wished])]:
        places = range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)
        if len(places) > 1:
            return [round(step * place, 10) for place in places]
    return [low, high]


def _equal_step(places: list[float]) -> float | None:
    if len(places) < 2:
        return None
    step = places[1] - places[0]
    equal = all(
        abs(after - at - step) < 1e-9 * max(abs(step), 1) for at, after in zip(places, places[1:], strict=False)
    )
    return round(step, 10) if equal and step > 0 else None


def _within(ticks: Iterable[tuple[float | None, str]], low: float, high: float) -> tuple[tuple[float, str], ...]:
    slack = 1e-9 * (high - low)
    return tuple((at, str(text)) for at, text in ticks if at is not None and low - slack <= at <= high + slack)


def _form(told: Any, low: float) -> str:
    form = FORMS.get(told.tickformat or "", None if told.tickformat else "General")
    if form is None:
        raise Refused(f"labels in the format {told.tickformat}")
    suffix = f'"{told.ticksuffix}"' if told.ticksuffix else ""
    return f"{form}{suffix};−{form}{suffix}" if low < 0 else f"{form}{suffix}"


def _words(at: float, form: str) -> str:
    text = f"{at:.0%}" if "%" in form else f"{at:.10g}"
    return text.replace("-", "−")


def _grid(told: Any, side: str) -> str:
    shown = told.showgrid if told.showgrid is not None else side == "y"
    return (told.gridcolor or "#e9eef2") if shown and told.visible is not False else ""


def axes_of(figure: go.Figure) -> list[tuple[str, str]]:
    """The pairs of axes on which a figure has traces, as ("x", "y"), ("x2", "y2")."""
    return list(dict.fromkeys((trace.xaxis or "x", trace.yaxis or "y") for trace in figure.data))
