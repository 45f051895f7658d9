"""Draws one subject's course: panels above one another, one axis of study days."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import log10

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import plain
from displays.drawing import house
from displays.subject.lanes import draw_events, lanes
from displays.subject.marks import draw_response, draw_treatment
from displays.subject.style import hover, line_marks, unit_words
from displays.words import exactly
from queries import View

GAP_PIXELS = 38
TICK_PIXELS = 24
"""More room below the panels that carry the days as well: in so long a figure one axis at the foot is too far away."""
WITH_DAYS = ("Treatment", "Adverse events")
TOP_PIXELS = 92
BOTTOM_PIXELS = 56
LOG_FLOOR = 0.01
LANE_PIXELS = 30
MAX_LANES = 24


@dataclass(frozen=True)
class Panel:
    """A strip of the figure: its title, height, traces (of the table's TRACE) and the limits worth a line."""

    title: str
    pixels: int
    traces: tuple[str, ...] = ()
    log: bool = False
    limits: tuple[tuple[float, str], ...] = ()
    rows: DataFrame = field(default=None, compare=False)


VALUES = (
    Panel("Neutrophils", 92, ("Neutrophils",), log=True, limits=((0.5, "0.5"),)),
    Panel("Platelets", 92, ("Platelets",), log=True, limits=((25, "25"),)),
    Panel("Haemoglobin", 80, ("Haemoglobin",)),
    Panel("Blasts", 80, ("Marrow blasts", "Blood blasts"), limits=((5, "5 %"),)),
    Panel(
        "LVEF and shortening fraction",
        110,
        ("LVEF", "Shortening fraction"),
        limits=((50, "LVEF 50 %"), (28, "SF 28 %")),
    ),
    Panel("Troponin", 84, ("Troponin",), log=True),
    Panel("NT-proBNP", 84, ("NT-proBNP",), log=True, limits=((125, "125"),)),
)


def course_figure(view: View, table: DataFrame) -> go.Figure:
    """The figure of a subject's rows; what has no study day is left to the table."""
    rows = table[table["ADY"].notna()].astype({"ADY": "float64", "AENDY": "float64"})
    panels = _panels(rows)
    height = sum(panel.pixels + _gap(panel) for panel in panels) - _gap(panels[-1]) + TOP_PIXELS + BOTTOM_PIXELS
    fig = house.figure(
        height=height,
        margin=dict(t=TOP_PIXELS, b=BOTTOM_PIXELS, l=48, r=16),
        showlegend=True,
        bargap=0,
        barmode="overlay",
    )
    span = _span(rows)
    _axes(fig, panels, height, span, view)
    _everywhere(fig, rows, panels, view)
    for number, panel in enumerate(panels, start=1):
        _draw(fig, panel, number, span, view)
        fig.update_traces(xaxis=_days_axis(panel, number, len(panels)), selector=dict(yaxis=_short("y", number)))
        fig.for_each_annotation(
            lambda note, n=number, p=panel: (
                note.update(xref=_days_axis(p, n, len(panels)))
                if note.yref == _short("y", n) and note.xref != "paper"
                else None
            )
        )
    _grade_key(fig, rows, height, _days_axis(panels[0], 1, len(panels)))
    return fig


def _panels(rows: DataFrame) -> list[Panel]:
    """The panels that have something to show, from treatment to response."""
    found = [Panel("Treatment", 96, rows=rows[rows["PANEL"].isin(["Infusions", "Milestones"])])]
    events = rows[rows["PANEL"] == "Adverse events"]
    if len(events):
        found.append(Panel("Adverse events", LANE_PIXELS * len(lanes(events, MAX_LANES)) + 8, rows=events))
    for panel in VALUES:
        chosen = rows[rows["TRACE"].isin(panel.traces) & rows["AVAL"].notna()]
        if len(chosen):
            found.append(Panel(panel.title, panel.pixels, panel.traces, panel.log, panel.limits, chosen))
    response = rows[rows["PANEL"] == "Response"]
    return found + ([Panel("Response", 66, rows=response)] if len(response) else [])


def _span(rows: DataFrame) -> tuple[float, float]:
    drawn = rows[rows["TRACE"] != "Data cut"]
    low, high = drawn["ADY"].min(), max(drawn["ADY"].max(), drawn["AENDY"].max() if drawn["AENDY"].notna().any() else 1)
    # One old event of the medical past must not squeeze the treatment into a corner
    low = max(low, -60)
    pad = max(3.0, 0.04 * (high - low))
    return low - pad, high + pad


def _axes(fig: go.Figure, panels: list[Panel], height: int, span: tuple[float, float], view: View) -> None:
    inner = height - TOP_PIXELS - BOTTOM_PIXELS
    top = inner
    for number, panel in enumerate(panels, start=1):
        domain = [max(0, (top - panel.pixels) / inner), min(1, top / inner)]
        fig.update_layout(
            {
                _axis("y", number): dict(
                    domain=domain,
                    anchor=_days_axis(panel, number, len(panels)),
                    zeroline=False,
                    nticks=4,
                    tickfont_size=12,
                    automargin=False,
                    fixedrange=True,
                )
            }
        )
        fig.add_annotation(
            x=0,
            xref="paper",
            xanchor="left",
            xshift=-40,
            y=domain[1],
            yref="paper",
            yanchor="bottom",
            yshift=5,
            showarrow=False,
            text=_title(panel, view),
            font=dict(size=13, color=house.INK),
            align="left",
        )
        top -= panel.pixels + _gap(panel)
    days = dict(range=list(span), showgrid=True, gridcolor="#eef2f5", tickfont_size=12, nticks=8, zeroline=False)
    fig.update_layout(
        xaxis=days
        | dict(anchor=_short("y", len(panels)), title=dict(text="Study day (day 1 = first infusion)", font_size=13))
    )
    for number, panel in enumerate(panels[:-1], start=1):
        if panel.title in WITH_DAYS:
            fig.update_layout({_axis("x", number + 1): days | dict(anchor=_short("y", number), matches="x")})


def _gap(panel: Panel) -> int:
    return GAP_PIXELS + (TICK_PIXELS if panel.title in WITH_DAYS else 0)


def _days_axis(panel: Panel, number: int, panels: int) -> str:
    """The panel's own axis of days where it carries one; all of them move together."""
    return _short("x", number + 1) if panel.title in WITH_DAYS and number < panels else "x"


def _axis(letter: str, number: int) -> str:
    return f"{letter}axis" + ("" if number == 1 else str(number))


def _short(letter: str, number: int) -> str:
    return letter + ("" if number == 1 else str(number))


def _title(panel: Panel, view: View) -> str:
    units = sorted({unit_words(unit) for unit in panel.rows["AVALU"].dropna()}) if panel.traces else []
    muted = f"  <span style='color:{house.MUTED}'>" + "{}</span>"
    if panel.title == "Treatment":
        dose = [unit_words(unit) for unit in panel.rows["AVALU"].dropna().unique()]
        window = f"; shaded: DLT window to day {view.trial.dlt_window_days}" if view.trial.defined else ""
        return "<b>Treatment</b>" + muted.format(
            plain("infused, " + ", ".join(dose) + window) if dose else "no infusion"
        )
    if panel.title == "Adverse events":
        hidden = panel.rows["TRACE"].nunique() - MAX_LANES
        grades = "number = grade" if panel.rows["GRADE"].notna().any() else "not graded"
        milder = f"; {hidden} milder terms only in the numbers" if hidden > 0 else ""
        return "<b>Adverse events</b>" + muted.format(f"{len(panel.rows)}, {grades}{milder}")
    if panel.title == "Blasts":
        return "<b>Blasts</b>" + muted.format("%, ● marrow, ○ blood")
    if panel.title.startswith("LVEF"):
        return "<b>Heart</b>" + muted.format("%, ● LVEF, ■ shortening fraction")
    return f"<b>{panel.title}</b>" + (muted.format(plain(", ".join(units))) if units else "")


def _draw(fig: go.Figure, panel: Panel, number: int, span: tuple[float, float], view: View) -> None:
    axis = _short("y", number)
    if panel.title == "Treatment":
        draw_treatment(fig, panel.rows, axis, span, view)
    elif panel.title == "Adverse events":
        draw_events(fig, panel.rows, axis, span, lanes(panel.rows, MAX_LANES))
    elif panel.title == "Response":
        draw_response(fig, panel.rows, axis, span)
    else:
        _draw_values(fig, panel, number, axis)


def _draw_values(fig: go.Figure, panel: Panel, number: int, axis: str) -> None:
    for trace in panel.traces:
        rows = panel.rows[panel.rows["TRACE"] == trace].sort_values("ADY")
        if len(rows):
            heights = rows["AVAL"].clip(lower=LOG_FLOOR) if panel.log else rows["AVAL"]
            fig.add_scatter(
                x=rows["ADY"],
                y=heights,
                yaxis=axis,
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
    limits = [
        *panel.limits,
        *[
            (limit, f"ULN {exactly(limit)}")
            for limit in sorted(set(panel.rows["UPLIM"].dropna()))[:1]
            if not panel.limits
        ],
    ]
    shown = {trace for trace in panel.rows["TRACE"]}
    for limit, words in limits:
        if (
            words.startswith("SF")
            and "Shortening fraction" not in shown
            or words.startswith("LVEF")
            and "LVEF" not in shown
        ):
            continue
        fig.add_shape(
            type="line",
            xref="paper",
            x0=0,
            x1=1,
            yref=axis,
            y0=limit,
            y1=limit,
            line=dict(color=house.MUTED, width=1, dash="dot"),
            layer="below",
        )
        fig.add_annotation(
            x=1,
            xref="paper",
            xanchor="right",
            yref=axis,
            y=_on_log(limit) if panel.log else limit,
            yanchor="bottom",
            text=words,
            showarrow=False,
            font=dict(size=11, color=house.MUTED),
            bgcolor="rgba(255,255,255,0.75)",
            borderpad=0,
        )
    fig.update_layout({_axis("y", number): _scale(panel, [limit for limit, _ in limits])})


def _on_log(value: float) -> float:
    return log10(value)


def _scale(panel: Panel, limits: list[float]) -> dict:
    values = panel.rows["AVAL"].clip(lower=LOG_FLOOR) if panel.log else panel.rows["AVAL"]
    low, high = min([values.min(), *limits]), max([values.max(), *limits])
    if panel.log:
        low, high = _on_log(low), _on_log(high)
        pad = max(0.15, 0.1 * (high - low))
        return dict(
            type="log",
            range=[low - pad, high + pad],
            dtick=1 if high - low > 0.9 else None,
            exponentformat="none",
            minor=dict(showgrid=False),
        )
    pad = max(1.0, 0.12 * (high - low))
    floor = 0 if panel.title == "Blasts" else low
    return dict(range=[floor - pad, high + pad])


def _everywhere(fig: go.Figure, rows: DataFrame, panels: list[Panel], view: View) -> None:
    """The DLT window and the milestones run through every panel; drawn first, so that all else lies on top."""
    windowed = view.trial.defined and (rows["PANEL"] == "Infusions").any()
    milestones = rows[(rows["PANEL"] == "Milestones") & (rows["TRACE"] != "Data cut")]
    for number, panel in enumerate(panels, start=1):
        place = dict(
            xref=_days_axis(panel, number, len(panels)), yref=_short("y", number) + " domain", y0=0, y1=1, layer="below"
        )
        if windowed:
            fig.add_shape(
                type="rect", x0=1, x1=view.trial.dlt_window_days + 1, fillcolor="#f1f4f7", line_width=0, **place
            )
        for row in milestones.itertuples():
            colour = house.INK if row.TRACE == "Death" else house.MUTED
            fig.add_shape(type="line", x0=row.ADY, x1=row.ADY, line=dict(color=colour, width=1, dash="dot"), **place)


def _grade_key(fig: go.Figure, rows: DataFrame, height: int, axis: str) -> None:
    """A legend of the grades that occur; colour is named once for all panels."""
    # On the first panel's own axis: a trace on another would lay an empty panel over it
    key = dict(x=[None], y=[None], mode="markers", xaxis=axis)
    grades = sorted(
        {
            int(grade)
            for grade in rows.loc[rows["PANEL"].isin(["Adverse events", "Blood counts"]), "GRADE"].dropna()
            if grade > 0
        }
    )
    for grade in grades:
        fig.add_scatter(
            **key,
            name=f"Grade {grade}",
            marker=dict(symbol="square", size=11, color=house.GRADE[grade], line=dict(color=house.MUTED, width=0.6)),
        )
    if (rows["SINCE"] != "").any():
        fig.add_scatter(
            **key, name="New or changed", marker=dict(symbol="circle-open", size=11, color=house.NEW, line_width=2.5)
        )
    inner = height - TOP_PIXELS - BOTTOM_PIXELS
    fig.update_layout(
        legend=dict(
            x=0,
            xanchor="left",
            y=1 + 34 / inner,
            yanchor="bottom",
            font_size=12,
            itemclick=False,
            itemdoubleclick=False,
            entrywidth=0,
            itemwidth=30,
        )
    )
