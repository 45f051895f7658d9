"""Blood counts, blasts, heart function and biomarkers of one subject: a strip of values each."""

from __future__ import annotations

from dataclasses import dataclass
from math import log10

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import plain
from displays.drawing import house
from displays.subject.strip import Strip, heading
from displays.subject.style import hover, line_marks, unit_words
from displays.words import exactly

LOG_FLOOR = 0.01


@dataclass(frozen=True)
class Values:
    """What one strip of values shows: traces (TRACE of the rows), and the limits of each worth a line, with words.

    details: what the marks are, where the unit alone does not say it. floor: the lowest value of the axis.
    """

    title: str
    pixels: int
    traces: tuple[str, ...]
    limits: tuple[tuple[str, float, str], ...] = ()
    log: bool = False
    details: str = ""
    floor: float | None = None


VALUES = (
    Values("Neutrophils", 92, ("Neutrophils",), (("Neutrophils", 0.5, "0.5"),), log=True),
    Values("Platelets", 92, ("Platelets",), (("Platelets", 25, "25"),), log=True),
    Values("Haemoglobin", 80, ("Haemoglobin",)),
    Values(
        "Blasts",
        80,
        ("Marrow blasts", "Blood blasts"),
        (("Marrow blasts", 5, "5 %"), ("Blood blasts", 5, "5 %")),
        details="%, ● marrow, ○ blood",
        floor=0,
    ),
    Values(
        "Heart",
        110,
        ("LVEF", "Shortening fraction"),
        (("LVEF", 50, "LVEF 50 %"), ("Shortening fraction", 28, "SF 28 %")),
        details="%, ● LVEF, ■ shortening fraction",
    ),
    Values("Troponin", 84, ("Troponin",), log=True),
    Values("NT-proBNP", 84, ("NT-proBNP",), (("NT-proBNP", 125, "125"),), log=True),
)


def value_strips(rows: DataFrame) -> list[Strip]:
    """The strips that have a value to show, in order."""
    chosen = [(what, rows[rows["TRACE"].isin(what.traces) & rows["AVAL"].notna()]) for what in VALUES]
    return [_strip(what, found) for what, found in chosen if len(found)]


def _strip(what: Values, rows: DataFrame) -> Strip:
    limits = _limits(what, rows)
    units = sorted({unit_words(unit) for unit in rows["AVALU"].dropna()})
    traces = [_trace(what, rows[rows["TRACE"] == trace].sort_values("ADY"), trace) for trace in what.traces]
    return Strip(
        heading=heading(what.title, what.details or plain(", ".join(units))),
        pixels=what.pixels,
        axis=_axis(what, rows, list(limits)),
        traces=[trace for trace in traces if len(trace.x)],
        notes=[_limit_words(what, limit, words) for limit, words in limits.items()],
        levels=tuple(limits),
    )


def _limits(what: Values, rows: DataFrame) -> dict[float, str]:
    """Limit → words, of the traces that have values; without such the first delivered upper limit of normal."""
    if what.limits:
        shown = set(rows["TRACE"])
        return {limit: words for trace, limit, words in what.limits if trace in shown}
    delivered = sorted(set(rows["UPLIM"].dropna()))[:1]
    return {limit: f"ULN {exactly(limit)}" for limit in delivered}


def _trace(what: Values, rows: DataFrame, trace: str) -> go.Scatter:
    return go.Scatter(
        x=rows["ADY"],
        y=_heights(what, rows),
        mode="lines+markers",
        name=trace,
        showlegend=False,
        marker=line_marks(rows, trace),
        line=dict(color="#9fb0bd", width=1.3),
        customdata=[[usubjid] for usubjid in rows["USUBJID"]],
        text=[hover(row) for row in rows.itertuples()],
        hovertemplate="%{text}<extra></extra>",
        meta=trace,
    )


def _heights(what: Values, rows: DataFrame):
    """A value of 0 has no place on a logarithmic axis: it is drawn at the lower edge."""
    return rows["AVAL"].clip(lower=LOG_FLOOR) if what.log else rows["AVAL"]


def _limit_words(what: Values, limit: float, words: str) -> dict:
    place = dict(x=1, xref="paper", xanchor="right", y=log10(limit) if what.log else limit, yanchor="bottom")
    paper = dict(bgcolor="rgba(255,255,255,0.75)", borderpad=0)
    return dict(text=words, showarrow=False, font=dict(color=house.MUTED), **place, **paper)


def _axis(what: Values, rows: DataFrame, limits: list[float]) -> dict:
    values = _heights(what, rows)
    low, high = min([values.min(), *limits]), max([values.max(), *limits])
    if what.log:
        pad = max(0.15, 0.1 * log10(high / low))
        return house.log_axis(log10(low) - pad, log10(high) + pad)
    pad = max(1.0, 0.12 * (high - low))
    return dict(range=[(low if what.floor is None else what.floor) - pad, high + pad])
