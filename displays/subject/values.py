"""Measured values of one subject: a strip of values for each lane, the other subjects in grey behind."""

from __future__ import annotations

from collections.abc import Iterable
from math import log10

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import plain
from displays.drawing import house
from displays.subject.lanes import Lane
from displays.subject.others import grey_courses, usual
from displays.subject.strip import Level, Span, Strip, heading
from displays.subject.style import hover, line_marks, unit_words
from displays.words import exactly
from queries.frames import rows_of

LOG_FLOOR = 0.01
ACCORDING_TO_BASELINE = ("ALT", "Bilirubin")
"""CTCAE grades them by the baseline in place of the limit where the baseline is above it."""
MARGIN = 0.14
"""Share of the values' range that the axis is longer at either end, so that no mark is cut."""
WORST_SHOWN = 3
"""The axis reaches to the limit of this grade at least, and names it."""


def value_strip(lane: Lane, rows: DataFrame, others: DataFrame, limits: DataFrame, span: Span, pixels: int) -> Strip:
    """The values of one lane.

    rows, others: rows of `lane_values`, of the subject and of those behind. limits: TRACE, GRADE, CUT.
    """
    own, grey = (_placed(lane, values) for values in (rows, others[others["TRACE"] == lane.traces[0]]))
    unit = own["AVALU"].mode().iloc[0] if own["AVALU"].notna().any() else None
    own, grey = (_in_unit(lane, values, unit) for values in (own, grey))
    levels = _levels(lane, own, limits)
    axis = _axis(lane, own, levels, usual(grey, span))
    traces = [_trace(own[(own["TRACE"] == trace) & own["HEIGHT"].notna()], trace) for trace in lane.traces]
    return Strip(
        heading=heading(lane.name, _details(lane, own, unit)),
        pixels=max(pixels, lane.pixels),
        axis=axis,
        traces=[*grey_courses(grey, span), *[trace for trace in traces if len(trace.x)], *_unknown(lane, own, axis)],
        notes=[_words(lane, level) for level in levels if level.words],
        levels=tuple(levels),
    )


def _placed(lane: Lane, rows: DataFrame) -> DataFrame:
    """The rows with HEIGHT; a value of 0 has no place on a logarithmic axis: it is drawn at the lower edge."""
    height = rows[lane.height].astype("float64")
    return rows.assign(HEIGHT=height.clip(lower=LOG_FLOOR) if lane.log else height)


def _in_unit(lane: Lane, rows: DataFrame, unit: str | None) -> DataFrame:
    """A value in another unit than the lane's has no height on its axis; a multiple of a limit has no unit."""
    if lane.height != "AVAL" or unit is None:
        return rows
    return rows.assign(HEIGHT=rows["HEIGHT"].where((rows["AVALU"] == unit) | rows["AVALU"].isna()))


def _details(lane: Lane, own: DataFrame, unit: str | None) -> str:
    if lane.name == "Concentrations":
        marks = [
            f"{mark} {plain(own.loc[own['TRACE'] == trace, 'PARAM'].iloc[0])}"
            for trace, mark in zip(lane.traces, "●○", strict=True)
            if (own["TRACE"] == trace).any()
        ]
        below = ["▽ below the limit of quantification"] if (own["AVALQ"] == "<").any() else []
        return ", ".join([*([plain(unit_words(unit))] if unit else []), *marks, *below])
    if lane.grades and _by_baseline(lane, own):
        return f"{lane.details}; baseline above it, so graded by the baseline"
    return lane.details or (plain(unit_words(unit)) if unit else "")


def _by_baseline(lane: Lane, own: DataFrame) -> bool:
    return lane.name in ACCORDING_TO_BASELINE and bool((own["XBASE"] > 1).any())


def _levels(lane: Lane, own: DataFrame, limits: DataFrame) -> list[Level]:
    """The limits of the traces that have values, or where grades begin; else the first delivered upper limit."""
    if lane.limits:
        shown = set(own["TRACE"])
        return [Level(limit, words) for trace, limit, words in lane.limits if trace in shown]
    if lane.grades:
        return [] if _by_baseline(lane, own) else list(_grades(limits[limits["TRACE"] == lane.name]))
    delivered = sorted(set(own["UPLIM"].dropna()))[:1]
    return [Level(limit, f"ULN {exactly(limit)}") for limit in delivered]


def _grades(limits: DataFrame) -> Iterable[Level]:
    for row in rows_of(limits):
        words = f"grade {row.GRADE}: above {exactly(row.CUT)} ×" if row.GRADE == WORST_SHOWN else ""
        yield Level(row.CUT, words, house.GRADE[max(row.GRADE, 2)])


def _trace(rows: DataFrame, trace: str) -> go.Scatter:
    rows = rows.sort_values(["DAYN", "SEQ"])
    return go.Scatter(
        x=rows["DAYN"],
        y=rows["HEIGHT"],
        mode="lines+markers",
        name=trace,
        showlegend=False,
        marker=line_marks(rows, trace),
        line=dict(color="#7f93a3", width=1.3),
        customdata=[[usubjid] for usubjid in rows["USUBJID"]],
        text=[hover(row) for row in rows_of(rows)],
        hovertemplate="%{text}<extra></extra>",
        meta=trace,
    )


def _unknown(lane: Lane, own: DataFrame, axis: dict) -> list[go.Scatter]:
    """A question mark at the lower edge for each result without a place on the axis: not normal, but unknown."""
    rows = own[own["HEIGHT"].isna()]
    if rows.empty:
        return []
    low = axis["range"][0]
    return [
        go.Scatter(
            x=rows["DAYN"],
            y=[10**low if lane.log else low] * len(rows),
            mode="text",
            text=["<b>?</b>"] * len(rows),
            textposition="top center",
            textfont=dict(color=house.ALERT),
            showlegend=False,
            cliponaxis=False,
            customdata=[[usubjid] for usubjid in rows["USUBJID"]],
            hovertext=[hover(row) for row in rows_of(rows)],
            hovertemplate="%{hovertext}<extra></extra>",
            meta=f"{lane.name} unknown",
        )
    ]


def _words(lane: Lane, level: Level) -> dict:
    y = log10(level.value) if lane.log else level.value
    place = dict(x=1, xref="paper", xanchor="right", y=y, yanchor="bottom")
    return dict(text=level.words, showarrow=False, font=dict(color=house.MUTED), **place)


def _axis(lane: Lane, own: DataFrame, levels: list[Level], around: tuple[float, float] | None) -> dict:
    """The axis: it holds the subject's values, the limits that are named and what is usual in the others."""
    named = [level.value for level in levels if level.words]
    known = [*own["HEIGHT"].dropna(), *named, *(around or ())] or [1.0]
    low, high = min(known), max(known)
    if lane.log:
        low, high = max(low, LOG_FLOOR), max(high, LOG_FLOOR)
        pad = max(0.12, MARGIN * log10(high / low))
        return house.log_axis(log10(low) - pad, log10(high) + pad)
    pad = max(1.0, MARGIN * (high - low))
    return dict(range=[(low if lane.floor is None else lane.floor) - pad, high + pad])
