"""The house style of every figure: one template, colours and marks keyed by meaning, never by position."""

from __future__ import annotations

import plotly.graph_objects as go

FONT = "Inter, 'Source Sans 3', 'Source Sans Pro', 'Segoe UI', 'Helvetica Neue', Arial, sans-serif"
INK = "#1d2a35"
MUTED = "#5b6b78"
RULE = "#d5dce2"
PAPER = "#ffffff"
ALERT = "#b3261e"
HIGHLIGHT = "#b35c00"

DOSE_RAMP = ("#c6dbef", "#9ecae1", "#6baed6", "#3d8dc4", "#1c6aaf", "#08457e", "#062f57")
"""Light to dark as the dose rises; readable in grey print because lightness alone carries it."""

DISEASE = {"ALL": "#0b7285", "AML": "#7a3e9d"}
DISEASE_SYMBOL = {"ALL": "circle", "AML": "diamond"}
OTHER = "#6c757d"

DLT = ALERT
STATUS = {"DLT": ALERT, "No DLT": "#3f7d58", "Pending": "#c79a1b", "Not evaluable": "#9aa5ae"}
STATUS_SYMBOL = {"DLT": "x", "No DLT": "circle", "Pending": "circle-open", "Not evaluable": "line-ew-open"}

GRADE = {0: "#eef2f5", 1: "#fbe3b0", 2: "#f4b860", 3: "#dd7631", 4: "#b3261e", 5: "#5c0f0b"}
CTRCD = {"none": "#eef2f5", "mild": "#fbe3b0", "moderate": "#dd7631", "severe": "#b3261e", "very severe": "#6d1010"}
RESPONSE = {
    "CR": "#1b5e3b",
    "CRh": "#2f8f5b",
    "CRi": "#63b98a",
    "MLFS": "#b7dcc6",
    "PR": "#f4d58d",
    "NR": "#c3cad0",
    "PD": "#8d6e63",
    "RELAPSE": "#b3261e",
    "NE": "#eef2f5",
}
NEW = "#b35c00"
"""The outline of what is new or changed since the previous cut."""


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
        font=dict(family=FONT, size=14, color=INK),
        paper_bgcolor=PAPER,
        plot_bgcolor=PAPER,
        colorway=list(DOSE_RAMP[2:]),
        margin=dict(l=64, r=24, t=28, b=56),
        hoverlabel=dict(bgcolor="#ffffff", bordercolor=RULE, font=dict(family=FONT, size=13, color=INK)),
        legend=dict(orientation="h", yanchor="bottom", y=1.02, xanchor="left", x=0, title_font_size=13, font_size=13),
        xaxis=dict(
            showgrid=False,
            linecolor=MUTED,
            ticks="outside",
            tickcolor=MUTED,
            zeroline=False,
            automargin=True,
            title_standoff=10,
        ),
        yaxis=dict(gridcolor="#e9eef2", linecolor=MUTED, zeroline=False, automargin=True, title_standoff=10),
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


def vertical_line(x: float, *, dash: str = "dash") -> dict:
    """The shape of a thin line through the whole figure at a limit of the horizontal axis."""
    line = dict(color=MUTED, width=1, dash=dash)
    return dict(type="line", x0=x, x1=x, y0=0, y1=1, yref="y domain", line=line)
