"""Recovery of counts drawn: steps of the cumulative incidence by dose, and of all doses together with its limits."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import plain
from displays.drawing import house
from displays.drawing.marks import legend_entry, new_entry, rings, since_line, who
from displays.groups import dose_colours
from displays.laboratory.recovery import EVENTS, curve
from displays.words import exactly, short_dose
from queries import View
from queries.frames import rows_of
from stats.survival import numbers_at_risk

MOST_MARKS = 120
"""Of more subjects the curves are drawn without a mark for each."""
PLOT_PIXELS, LINE_PIXELS, TOP_PIXELS = 270, 18, 50
STEPS = (7, 14, 28, 56, 112, 364)
SYMBOLS = {"RECOVERED": "circle", "CENSORED": "line-ns-open"}
OTHER = "triangle-down-open"


def counts_figure(view: View, risk: DataFrame, title: str) -> go.Figure:
    """risk: the subjects at risk, with AVAL (day of the course), EVNTCD, TRTA and SINCE."""
    colours = dose_colours(view, risk["TRTA"])
    ticks = _ticks(int(risk["AVAL"].max()))
    lines = len(colours) + 1
    curves = {dose: (rows, curve(rows)) for dose in colours if len(rows := risk[risk["TRTA"] == dose])}
    traces = [*_band(curve(risk)), *_steps(curve(risk), house.INK, 2.5, "all doses", [0, ticks[-1]])]
    for dose, (rows, steps) in curves.items():
        traces += _steps(steps, colours[dose], 2.5, dose, [0, ticks[-1]])
        traces += _marks(rows, steps, colours[dose]) if len(risk) <= MOST_MARKS else []
    below = LINE_PIXELS * lines + 52
    return house.figure(
        *traces,
        *_entries(risk),
        *new_entry(risk["SINCE"], view.previous_date),
        height=TOP_PIXELS + PLOT_PIXELS + below,
        margin=dict(t=TOP_PIXELS, b=below, l=78, r=16),
        legend=dict(itemclick=False, traceorder="normal", y=1.03),
        xaxis=dict(range=[-ticks[-1] * 0.01, ticks[-1] * 1.02], tickvals=ticks, title="Day of the course"),
        yaxis=dict(
            range=[-0.03, 1.03],
            tickvals=[0, 0.25, 0.5, 0.75, 1],
            ticktext=["0 %", "25 %", "50 %", "75 %", "100 %"],
            title=f"{title}: recovered",
        ),
        annotations=_at_risk(view, risk, colours, ticks),
    )


def _ticks(last: int) -> list[int]:
    step = next((step for step in STEPS if last / step <= 9), STEPS[-1])
    return list(range(0, last + step, step))


def _steps(steps: DataFrame, colour: str, width: float, name: str, span: list[int]) -> list[go.Scatter]:
    x, y = [span[0], *steps["time"]], [0.0, *steps["incidence"]]
    line = dict(color=colour, width=width, shape="hv", dash="solid" if name != "all doses" else "dot")
    return [go.Scatter(x=x, y=y, mode="lines", name=plain(name), line=line, hoverinfo="skip", showlegend=False)]


def _band(steps: DataFrame) -> list[go.Scatter]:
    """The limits of all doses together; they do not exist before the first recovery."""
    band = steps[steps["lower"].notna()]
    if band.empty:
        return []
    shape = dict(mode="lines", line=dict(width=0, shape="hv"), hoverinfo="skip", showlegend=False)
    return [
        go.Scatter(x=band["time"], y=band["lower"], **shape),
        go.Scatter(x=band["time"], y=band["upper"], fill="tonexty", fillcolor="rgba(29,42,53,0.08)", **shape),
    ]


def _marks(rows: DataFrame, steps: DataFrame, colour: str) -> list[go.Scatter]:
    """Each subject where its own time ends, on the curve of its dose; those of one place beside each other."""
    height = dict(zip(steps["time"], steps["incidence"], strict=True))
    y = [height[float(day)] for day in rows["AVAL"]]
    x = rows["AVAL"] + 0.5 * rows.groupby("AVAL").cumcount()
    marks = go.Scatter(
        x=x,
        y=y,
        mode="markers",
        showlegend=False,
        cliponaxis=False,
        marker=dict(
            size=10,
            opacity=1,
            color=[colour if code == "RECOVERED" else house.INK for code in rows["EVNTCD"]],
            symbol=[SYMBOLS.get(code, OTHER) for code in rows["EVNTCD"]],
            line=dict(color=house.MUTED, width=[0.6 if code == "RECOVERED" else 1.6 for code in rows["EVNTCD"]]),
        ),
        customdata=rows[["USUBJID"]],
        hovertext=[_hover(row) for row in rows_of(rows)],
        hoverinfo="text",
    )
    return [*rings(x, y, rows["SINCE"], size=16, width=2), marks]


def _hover(row) -> str:
    lines = [who(row), f"{EVENTS[row.EVNTCD]}, day {row.AVAL} of the course", f"nadir {exactly(row.NADIR, 2)} × 10⁹/L"]
    return "<br>".join([*lines, *since_line(row)])


def _entries(risk: DataFrame) -> list[go.Scatter]:
    """The legend of the marks; the doses are named with their colours under the axis."""
    dots = dict(color=house.INK, width=2.5, dash="dot")
    whole = go.Scatter(name="all, with 95 % limits", mode="lines", x=[None], y=[None], line=dots, hoverinfo="skip")
    look = dict(color=house.INK, size=10, line=dict(width=1.6, color=house.INK))
    words = {"RECOVERED": "recovered", OTHER: "another event first", "CENSORED": "not yet"}
    drawn = risk["EVNTCD"] if len(risk) <= MOST_MARKS else []
    found = {code if code in SYMBOLS else OTHER for code in drawn}
    marks = [legend_entry(words[code], look | dict(symbol=SYMBOLS.get(code, code))) for code in words if code in found]
    return [whole, *marks]


def _at_risk(view: View, risk: DataFrame, colours: dict[str, str], ticks: list[int]) -> list[dict]:
    """Under the axis, one line a dose: how many are still at risk at each tick."""
    place = dict(yref="paper", yanchor="top", y=0, showarrow=False)
    left = dict(x=0, xref="paper", xanchor="left", xshift=-72, **place)
    texts, down = [dict(yshift=-46, text="At risk", font=dict(color=house.MUTED), **left)], -46 - LINE_PIXELS
    for dose in colours:
        name = plain(short_dose(dose, view.trial.dose_unit))
        swatch = f'<span style="color:{colours[dose]}">■</span>'
        texts.append(dict(yshift=down, text=f"{swatch} <b>{name}</b>", **left))
        numbers = numbers_at_risk(risk.loc[risk["TRTA"] == dose, "AVAL"].astype(float), [float(tick) for tick in ticks])
        texts += [
            dict(x=tick, text=str(number), yshift=down, name="at risk", **place)
            for tick, number in zip(ticks, numbers, strict=True)
        ]
        down -= LINE_PIXELS
    return texts
