"""Panels above one another on one axis of days: how courses of measurements are drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from math import log10

import plotly.graph_objects as go
from pandas import DataFrame

from displays.drawing import crowd, house
from displays.drawing.marks import courses, dose_entries, legend_entry, new_entry, rings

GAP_PIXELS = 34
TOP_PIXELS = 76
BOTTOM_PIXELS = 62
NOTABLE, PLAIN = 11, 8
"""The sizes of marks."""
LEAST_PIXELS, MOST_PIXELS = 90, 260


@dataclass(frozen=True)
class Panel:
    """One panel of courses.

    rows: USUBJID, ADY, AVAL, LOOK, COLOUR, SYMBOL, LABEL, HOVER, SINCE, and STRONG where the line is drawn strongly.
    limits: value → words at its dashed line. above: labels above their marks, where worse is higher.
    range: the ends of its axis, as exponents of 10 where it is logarithmic (log), which it then must have.
    band: medians and quartiles of all subjects (`crowd.quartiles`), where rows are of the most severe alone; colour:
    the band's.
    """

    title: str
    rows: DataFrame
    limits: tuple[tuple[float, str], ...] = ()
    range: tuple[float, float] | None = None
    axis: str = ""
    log: bool = False
    above: bool = False
    band: DataFrame | None = None
    colour: str = house.RULE


@dataclass(frozen=True)
class Legend:
    """What the legend explains, as far as it is on the chart.

    looks, doses: name → colour. symbols: symbol → words. previous: the cut since when outlined marks are new.
    """

    looks: dict[str, str]
    doses: dict[str, str]
    symbols: dict[str, str]
    previous: date | None


def panel_pixels(number: int) -> int:
    """How high each of several panels is, so that all are one screen; no lower than can be read."""
    room = house.SCREEN_PIXELS - TOP_PIXELS - BOTTOM_PIXELS - GAP_PIXELS * (number - 1)
    return min(max(room // number, LEAST_PIXELS), MOST_PIXELS)


def panels_figure(panels: list[Panel], legend: Legend) -> go.Figure:
    """The panels under one legend."""
    pixels = [panel_pixels(len(panels))] * len(panels)
    inner = sum(pixels) + GAP_PIXELS * (len(panels) - 1)
    placed = list(zip(panels, subplot_names(len(panels)), domains(pixels, GAP_PIXELS), strict=True))
    days = dict(range=_days(panels))
    # all at once: adding one by one makes Plotly check all that is there each time
    return house.figure(
        *[trace for panel, name, _ in placed for trace in _traces(panel, name)],
        *_entries(panels, legend),
        height=inner + TOP_PIXELS + BOTTOM_PIXELS,
        margin=dict(t=TOP_PIXELS, b=BOTTOM_PIXELS, l=58, r=14),
        legend=dict(y=1 + 24 / inner, itemclick=False),
        annotations=[note for panel, name, domain in placed for note in _notes(panel, name, domain[1])],
        shapes=[level_line(name, value) for panel, name, _ in placed for value, _ in panel.limits],
        **shared_axis(len(panels), days | dict(title="Days since first infusion")),
        **{f"yaxis{name}": _scale(panel, name, domain) for panel, name, domain in placed},
    )


def subplot_names(number: int) -> list[str]:
    """Plotly's names of the axes of several panels, top to bottom: "", "2", "3"."""
    return ["" if place == 1 else str(place) for place in range(1, number + 1)]


def domains(pixels: list[int], gaps: int | list[int]) -> list[tuple[float, float]]:
    """The share of the height that each panel fills (bottom, top), from the top panel down.

    gaps: pixels between two panels, the same everywhere or one for each gap.
    """
    between = [gaps] * (len(pixels) - 1) if isinstance(gaps, int) else gaps
    inner, top, found = sum(pixels) + sum(between), 0, []
    for height, gap in zip(pixels, [*between, 0], strict=True):
        found.append((max(0.0, 1 - (top + height) / inner), 1 - top / inner))
        top += height + gap
    return found


def shared_axis(panels: int, axis: dict) -> dict[str, dict]:
    """One horizontal axis for all panels, as wide in each, labelled under the last alone."""
    *upper, last = subplot_names(panels)
    bare = {key: value for key, value in axis.items() if key != "title"}
    above = {f"xaxis{name}": bare | dict(anchor=f"y{name}", matches=f"x{last}", showticklabels=False) for name in upper}
    return above | {f"xaxis{last}": axis | dict(anchor=f"y{last}")}


def level_line(name: str, value: float, *, dash: str = "dash") -> dict:
    """A thin line across one panel at a limit."""
    line = dict(color=house.MUTED, width=1, dash=dash)
    return dict(type="line", x0=0, x1=1, xref=f"x{name} domain", y0=value, y1=value, yref=f"y{name}", line=line)


def heading(text: str, top: float, *, size: int = 13) -> dict:
    """Words above a panel whose top lies at this share of the height, at their left end."""
    place = dict(x=0, xref="paper", xanchor="left", y=top, yref="paper", yanchor="bottom", yshift=4)
    return dict(text=text, showarrow=False, align="left", font=dict(size=size, color=house.INK), **place)


def _days(panels: list[Panel]) -> list[float]:
    days = [value for panel in panels for value in panel.rows["ADY"].dropna()]
    days += [value for panel in panels if panel.band is not None for value in panel.band["X"]]
    low, high = (min(days), max(days)) if days else (0, 28)
    pad = max(6, 0.07 * (high - low))
    return [low - pad, high + pad]


def _scale(panel: Panel, name: str, domain: tuple[float, float]) -> dict:
    scale = dict(anchor=f"x{name}", domain=domain, title=panel.axis, nticks=6)
    if panel.range is None:
        return scale
    return scale | (house.log_axis(*panel.range) if panel.log else dict(range=list(panel.range)))


def _notes(panel: Panel, name: str, top: float) -> list[dict]:
    """The panel's title, and the words at its limits."""
    words = dict(xref=f"x{name} domain", x=0.005, xanchor="left", yref=f"y{name}", yanchor="bottom", showarrow=False)
    look = dict(font=dict(color=house.MUTED), bgcolor="rgba(255,255,255,0.75)", borderpad=1)
    limits = [(log10(value) if panel.log else value, text) for value, text in panel.limits if text]
    return [heading(panel.title, top, size=14), *[dict(text=text, y=y, **words, **look) for y, text in limits]]


def _traces(panel: Panel, name: str) -> list[go.Scatter]:
    # without the first infusion's day a value has no study day: it is in the table alone
    rows, axes = panel.rows[panel.rows["ADY"].notna()], dict(xaxis=f"x{name}", yaxis=f"y{name}")
    lines = [_lines(rows[rows["STRONG"] == strong], strong) for strong in (False, True)]
    # with paper between mark and ring, so that it is seen on a mark of any colour
    sizes = [NOTABLE + 7 if look else PLAIN + 6 for look in rows["LOOK"]]
    new = rings(rows["ADY"], rows["AVAL"], rows["SINCE"], size=sizes)
    lines = lines if panel.band is None else [*crowd.band(panel.band, panel.colour), *lines]
    return [trace.update(axes) for trace in (*lines, *new, _marks(replace(panel, rows=rows)))]


def _lines(rows: DataFrame, strong: bool) -> go.Scatter:
    style = dict(color=house.INK, width=2) if strong else dict(color="#a9b8c4", width=1)
    look = dict(mode="lines", line=style, hoverinfo="skip", showlegend=False, meta="strong" if strong else "courses")
    return go.Scatter(**courses(rows, "ADY", "AVAL"), **look)


def _marks(panel: Panel) -> go.Scatter:
    rows, days = panel.rows, _days([panel])
    height, late = "top" if panel.above else "bottom", days[0] + 0.8 * (days[1] - days[0])
    side = [f"{height} {'left' if at > late else 'right'}" for at in rows["ADY"]]
    return go.Scatter(
        x=rows["ADY"],
        y=rows["AVAL"],
        mode="markers+text",
        name=panel.title,
        showlegend=False,
        cliponaxis=False,
        marker=dict(
            opacity=1,
            size=[NOTABLE if look else PLAIN for look in rows["LOOK"]],
            color=rows["COLOUR"],
            symbol=rows["SYMBOL"],
            line=dict(color=house.MUTED, width=0.6),
        ),
        text=rows["LABEL"],
        textposition=side,
        textfont=dict(color=house.INK),
        customdata=rows[["USUBJID"]],
        hovertext=rows["HOVER"],
        hoverinfo="text",
    )


def _entries(panels: list[Panel], legend: Legend) -> list[go.Scatter]:
    """Only what is on the chart is in its legend."""
    looks, symbols, since = (
        [value for panel in panels for value in panel.rows[column]] for column in ("LOOK", "SYMBOL", "SINCE")
    )
    edge = dict(color=house.MUTED, width=0.6)
    marked = [
        legend_entry(look, dict(color=colour, size=11, line=edge))
        for look, colour in legend.looks.items()
        if look in looks
    ]
    shaped = [
        legend_entry(words, dict(color=house.MUTED, size=9, symbol=symbol))
        for symbol, words in legend.symbols.items()
        if symbol in symbols
    ]
    return [*marked, *dose_entries(legend.doses), *shaped, *new_entry(since, legend.previous)]
