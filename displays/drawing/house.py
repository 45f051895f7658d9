"""The house style of every figure: one template, colours and marks keyed by meaning, never by position."""

from __future__ import annotations

from math import ceil, floor

import plotly.graph_objects as go

FONT = "'Source Sans', 'Source Sans Pro', 'Source Sans 3', 'Segoe UI', 'Helvetica Neue', Arial, sans-serif"
"""The typeface of the page; a file is drawn in the nearest that the machine has."""
SCREEN_PIXELS = 780
"""A chart is no higher: it is seen whole under the frame of a screen of 1440 × 900."""
LEAST_ROW_PIXELS = 16
"""Rows with a name cannot be closer; of more subjects than a screen holds, the chart is longer."""
TEXT_PIXELS = 14
"""As large as the text of the page; nothing on a chart is smaller."""
INK = "#1d2a35"
MUTED = "#5b6b78"
RULE = "#d5dce2"
PAPER = "#ffffff"
ALERT = "#b3261e"
WAITING = "#6f6b00"
"""Of what is not settled: pending, or near a limit."""

DOSE_RAMP = ("#c6dbef", "#9ecae1", "#6baed6", "#3d8dc4", "#1c6aaf", "#08457e", "#062f57")
"""Light to dark as the dose rises; readable in grey print because lightness alone carries it."""

DISEASE = {"ALL": "#0b7285", "AML": "#7a3e9d"}
DISEASE_SYMBOL = {"ALL": "circle", "AML": "diamond"}
OTHER = "#6c757d"

DLT = ALERT
STATUS = {"DLT": ALERT, "No DLT": "#3f7d58", "Pending": WAITING, "Not evaluable": "#9aa5ae"}
STATUS_SYMBOL = {"DLT": "x", "No DLT": "circle", "Pending": "circle-open", "Not evaluable": "line-ew-open"}

GRADE = {0: "#eef2f5", 1: "#f7dcdc", 2: "#e8a9a9", 3: "#c9544f", 4: "#9c1c16", 5: "#4f0a08"}
"""Pale to dark red as it gets worse: never orange, which means new."""
CTRCD = {"none": GRADE[0], "mild": GRADE[1], "moderate": GRADE[3], "severe": GRADE[4], "very severe": GRADE[5]}
ON_DARK = 3
"""From this grade on, and from moderate CTRCD on, words on the colour are white."""
RESPONSE = {
    "CR": "#1b5e3b",
    "CRh": "#2f8f5b",
    "CRi": "#63b98a",
    "MLFS": "#b7dcc6",
    "PR": "#dcd9a0",
    "NR": "#c3cad0",
    "PD": "#7a6a70",
    "RELAPSE": "#b3261e",
    "NE": "#eef2f5",
}
NEW = "#b35c00"
"""Orange: what is new or changed since the previous cut, and nothing else."""


def dose_colours(doses: list[str], all_doses: list[str]) -> dict[str, str]:
    """Dose label → its step of the ramp; the step depends on the trial's levels, not on what is shown."""
    steps = DOSE_RAMP if len(all_doses) > 1 else DOSE_RAMP[3:4]
    spread = max(len(all_doses) - 1, 1)
    position = {dose: round(i * (len(steps) - 1) / spread) for i, dose in enumerate(all_doses)}
    return {dose: steps[position.get(dose, 0)] for dose in doses}


def parts(colour: str) -> tuple[int, int, int]:
    """Red, green and blue of a colour "#rrggbb", each from 0 to 255."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return red, green, blue


def mixed(colour: str, share: float) -> str:
    """The colour mixed with white paper: `share` is how much of it is left, 0 to 1."""
    return "#" + "".join(f"{round(255 - (255 - part) * share):02x}" for part in parts(colour))


def disease_colour(disease: str | None) -> str:
    return DISEASE.get(disease or "", OTHER)


TEMPLATE = go.layout.Template(
    layout=dict(
        font=dict(family=FONT, size=TEXT_PIXELS, color=INK),
        paper_bgcolor=PAPER,
        plot_bgcolor=PAPER,
        colorway=list(DOSE_RAMP[2:]),
        margin=dict(l=64, r=24, t=28, b=56),
        hoverlabel=dict(bgcolor="#ffffff", bordercolor=RULE, font=dict(family=FONT, size=TEXT_PIXELS, color=INK)),
        legend=dict(orientation="h", yanchor="bottom", y=1.02, xanchor="left", x=0),
        xaxis=dict(
            showgrid=False,
            linecolor=MUTED,
            ticks="outside",
            tickcolor=MUTED,
            zeroline=False,
            automargin=True,
            title=dict(standoff=10, font_size=TEXT_PIXELS),
        ),
        yaxis=dict(
            gridcolor="#e9eef2",
            linecolor=MUTED,
            zeroline=False,
            automargin=True,
            title=dict(standoff=10, font_size=TEXT_PIXELS),
        ),
    )
)


def figure(*traces, height: int = 360, **layout) -> go.Figure:
    """A figure in the house style; name the template on every figure, since Streamlit replaces Plotly's default.

    The height becomes a plain int: Streamlit overlooks a numpy one and squeezes the figure.
    """
    # The traces were checked when they were made; Plotly would check each of them again, for most of a figure's time.
    drawn = go.Figure(data=list(traces), _validate=False)
    drawn.layout = dict(template=TEMPLATE, height=int(height), **layout)
    return drawn


def row_pixels(rows: int, around: int, *, most: int) -> int:
    """How high each row of a chart is, so that it and the pixels around the rows are one screen; never unreadable."""
    return max(min((SCREEN_PIXELS - around) // max(rows, 1), most), LEAST_ROW_PIXELS)


def log_axis(low: float, high: float) -> dict:
    """A logarithmic axis from 10^low to 10^high that labels decades alone; it reaches to one where none lies in it."""
    low = low if ceil(low) <= high else float(floor(low))
    decades = range(ceil(low), floor(high) + 1)
    names = [f"{10**power:,}" if power >= 0 else f"{10.0**power:g}" for power in decades]
    ticks = dict(tickvals=[10.0**power for power in decades], ticktext=names, minor=dict(showgrid=False))
    return dict(type="log", range=[low, high], **ticks)


def vertical_line(x: float, *, dash: str = "dash") -> dict:
    """The shape of a thin line through the whole figure at a limit of the horizontal axis."""
    line = dict(color=MUTED, width=1, dash=dash)
    return dict(type="line", x0=x, x1=x, y0=0, y1=1, yref="y domain", line=line)
