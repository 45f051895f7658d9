"""The tests of tumour lysis over the first days of a course: small panels, each subject a line in its dose's colour."""

from __future__ import annotations

from math import log10

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import plain
from displays.drawing import house
from displays.drawing.marks import courses, legend_entry, new_entry, rings, who
from displays.drawing.panels import subplot_names
from displays.groups import dose_colours
from displays.laboratory.lysis import MET, TESTS
from displays.words import exactly, on_day
from queries import View
from queries.frames import rows_of

MOST_LINES, SEVERE_LINES = 120, 20
"""So many subjects are drawn one by one; of more the most severe, over bands of all."""
HEIGHT_PIXELS, COLUMNS, ROWS = 530, 2, 3
UNITS = {"URATE": "µmol/L", "K": "mmol/L", "PHOS": "mmol/L", "CACORR": "mmol/L", "CREAT": "× ULN", "LDH": "× ULN"}
SHORT = {"CACORR": "Corr. calcium"}
"""A name that is too long for a panel on a phone."""
LIMITS = {"URATE": [476], "K": [6], "PHOS": [2.1, 1.45], "CACORR": [1.75], "CREAT": [1.5], "LDH": []}
"""The limits drawn, the child's first; LDH is no criterion."""
LOG = ("LDH",)
DAYS = {-3: "−3", 0: "1", 3: "4", 7: "8", 13: "14"}
"""Days since the first infusion → the day of the course; there is no day 0."""
BAND = "rgba(29,42,53,0.10)"


def lysis_figure(view: View, table: DataFrame, values: DataFrame, bands: DataFrame | None) -> go.Figure:
    """table: the subjects with TLSCD and SINCE; values: rows of `lysis_course`; bands: of `lysis_bands` or None."""
    colours = dose_colours(view, values["TRTA"])
    met = set(table.loc[table["TLSCD"].isin(MET), "USUBJID"])
    news = dict(zip(table["USUBJID"], table["SINCE"], strict=True))
    rows = values.assign(
        MET=values["USUBJID"].isin(met), SINCE=[news.get(usubjid, "") for usubjid in values["USUBJID"]]
    )
    rows = rows.assign(SINCE=rows["SINCE"].where(rows["MET"], ""))
    panels = list(zip(TESTS, subplot_names(len(TESTS)), strict=True))
    return house.figure(
        *[trace for code, name in panels for trace in _panel(code, name, rows, bands, colours)],
        *_entries(colours, bool(met)),
        *new_entry(rows["SINCE"], view.previous_date),
        height=HEIGHT_PIXELS,
        margin=dict(t=72, b=48, l=44, r=10),
        legend=dict(itemclick=False, y=1.08, traceorder="normal"),
        shapes=[shape for code, name in panels for shape in _shapes(view, code, name)],
        annotations=[words for place, (code, _) in enumerate(panels) for words in _titles(code, place)],
        **{f"xaxis{name}": _days(name, place) for place, (_, name) in enumerate(panels)},
        **{f"yaxis{name}": _scale(code, name, place, rows, bands) for place, (code, name) in enumerate(panels)},
    )


def _corner(place: int) -> tuple[tuple[float, float], tuple[float, float]]:
    """The share of the width and of the height that a panel fills."""
    column, row = place % COLUMNS, place // COLUMNS
    left, top = column * 0.535, 1 - row * 0.365
    return (left, left + 0.465), (top - 0.27, top)


def _days(name: str, place: int) -> dict:
    ticks = dict(tickvals=list(DAYS), ticktext=list(DAYS.values()), range=[-3.6, 13.6], tickangle=0)
    last = place >= COLUMNS * (ROWS - 1)
    title = dict(title="Day of the course" if last else "", showticklabels=last)
    return ticks | title | dict(domain=_corner(place)[0], anchor=f"y{name}")


def _scale(code: str, name: str, place: int, rows: DataFrame, bands: DataFrame | None) -> dict:
    axis = dict(domain=_corner(place)[1], anchor=f"x{name}", nticks=4)
    if code not in LOG:
        return axis
    drawn = [rows["X"][rows["PARAMCD"] == code]]
    drawn += [bands[end][bands["PARAMCD"] == code] for end in ("LOW", "HIGH")] if bands is not None else []
    known = [value for values in drawn for value in values if value > 0] or [1.0]
    return axis | house.log_axis(log10(min(known)) - 0.1, log10(max(known)) + 0.1)


def _titles(code: str, place: int) -> list[dict]:
    """The test above its panel at the left, the unit at the right."""
    across, up = _corner(place)
    name = SHORT.get(code, TESTS[code][:1].upper() + TESTS[code][1:])
    above = dict(y=up[1], xref="paper", yref="paper", yanchor="bottom", yshift=3, showarrow=False)
    return [
        above | dict(text=f"<b>{name}</b>", x=across[0], xanchor="left"),
        above | dict(text=UNITS[code], x=across[1], xanchor="right", font=dict(color=house.MUTED)),
    ]


def _limits(view: View, code: str) -> list[float]:
    """The limits of a test; the adult's of phosphate beside the child's where the trial takes adults. By Howard a
    child's uric acid has its own upper limit of normal, and no line."""
    definition, adult = view.trial.tumour_lysis
    ages = view.trial.content["trial"].get("age_years", [0, 99])
    if code == "PHOS":
        child, grown = LIMITS[code][0], 1.5 if definition == "howard" else LIMITS[code][1]
        return [child] * (ages[0] < adult) + [grown] * (ages[1] >= adult)
    return [] if code == "URATE" and definition == "howard" and ages[0] < adult else LIMITS[code]


def _shapes(view: View, code: str, name: str) -> list[dict]:
    """The days that are assessed, and the limits; an adult's beside a child's where the trial takes adults."""
    window = dict(type="rect", x0=-3.3, x1=7.5, xref=f"x{name}", y0=0, y1=1, yref=f"y{name} domain", layer="below")
    limits = _limits(view, code)
    line = dict(color=house.ALERT, width=1)
    return [
        window | dict(fillcolor="#f3f6f8", line_width=0),
        *[
            dict(type="line", x0=0, x1=1, xref=f"x{name} domain", y0=limit, y1=limit, yref=f"y{name}")
            | dict(line=line | dict(dash="dash" if number == 0 else "dot"))
            for number, limit in enumerate(limits)
        ],
    ]


def _panel(code: str, name: str, rows: DataFrame, bands: DataFrame | None, colours: dict[str, str]) -> list[go.Scatter]:
    own = rows[rows["PARAMCD"] == code]
    axes = dict(xaxis=f"x{name}", yaxis=f"y{name}")
    traces = [*_bands(bands[bands["PARAMCD"] == code])] if bands is not None else []
    for met in (False, True):
        for dose, colour in colours.items():
            part = own[(own["TRTA"] == dose) & (own["MET"] == met)]
            traces += [_lines(part, colour, met)] if len(part) else []
    new = own[own["SINCE"] != ""]
    peaks = new.loc[new.groupby("USUBJID")["X"].idxmin() if code == "CACORR" else new.groupby("USUBJID")["X"].idxmax()]
    return [
        trace.update(axes) for trace in (*traces, *rings(peaks["AFTER"], peaks["X"], peaks["SINCE"], size=13, width=2))
    ]


def _lines(rows: DataFrame, colour: str, met: bool) -> go.Scatter:
    """One trace of many courses, with gaps; what is behind each point lies in the same places."""
    drawn = rows.assign(HOVER=[_hover(row) for row in rows_of(rows)])
    whose = courses(drawn, "USUBJID", "HOVER")
    return go.Scatter(
        **courses(drawn, "AFTER", "X"),
        mode="lines+markers",
        showlegend=False,
        line=dict(color=colour, width=3 if met else 1),
        marker=dict(
            size=8 if met else 4,
            color=colour,
            opacity=1,
            line=dict(color=house.INK if met else house.MUTED, width=1.5 if met else 0.3),
        ),
        customdata=[[usubjid] for usubjid in whose["x"]],
        hovertext=whose["y"],
        hoverinfo="text",
    )


def _hover(row) -> str:
    name = TESTS[row.PARAMCD]
    return f"{who(row)}<br>{name} {exactly(row.X, 2)} {UNITS[row.PARAMCD]}, {on_day(row.CRSDY)} of the course"


def _bands(bands: DataFrame) -> list[go.Scatter]:
    """The values that leave out a twentieth, and a quarter, at each end, and the median."""
    found = []
    for low, high in (("LOW", "HIGH"), ("LOWER", "UPPER")):
        shape = dict(mode="lines", line_width=0, hoverinfo="skip", showlegend=False)
        found += [go.Scatter(x=bands["AFTER"], y=bands[low], **shape)]
        found += [go.Scatter(x=bands["AFTER"], y=bands[high], fill="tonexty", fillcolor=BAND, **shape)]
    middle = dict(mode="lines", line=dict(color=house.INK, width=2), hoverinfo="skip", showlegend=False)
    return [*found, go.Scatter(x=bands["AFTER"], y=bands["MIDDLE"], **middle)]


def _entries(colours: dict[str, str], met: bool) -> list[go.Scatter]:
    line = dict(mode="lines", x=[None], y=[None], hoverinfo="skip")
    doses = [go.Scatter(name=plain(dose), line=dict(color=colour, width=3), **line) for dose, colour in colours.items()]
    limit = go.Scatter(name="limit", line=dict(color=house.ALERT, width=1, dash="dash"), **line)
    look = dict(color=house.PAPER, size=9, line=dict(color=house.INK, width=2))
    return [*doses, *([legend_entry("laboratory criteria met", look)] if met else []), limit]
