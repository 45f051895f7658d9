"""Change of QTcF against concentration, drawn: pairs, the line with its interval, the change at each mean Cmax."""

from __future__ import annotations

from dataclasses import dataclass

import numpy
import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import plain
from displays.drawing import crowd, house
from displays.drawing.marks import dose_entries, legend_entry, new_entry, rings, since_line, who
from displays.groups import dose_colours, key_of
from displays.pharmacokinetics.concentrations import amount
from displays.words import exactly, signed
from queries import View
from queries.frames import rows_of
from stats.mixed import ConcentrationQTc

HEIGHT_PIXELS, LINE_POINTS, CONCERN_MS = 440, 25, 10


@dataclass(frozen=True)
class Fit:
    """rows: time points of QTcF, pairs first (WHY null); model: with concentrations in units of `per` ng/mL; peaks:
    rows of `peak_means`; carried: whether the data carry a line."""

    rows: DataFrame
    model: ConcentrationQTc
    peaks: DataFrame
    carried: bool
    per: float

    @property
    def pairs(self) -> DataFrame:
        """The time points with a concentration."""
        return self.rows[self.rows["WHY"].isna()]


def qtc_figure(view: View, fit: Fit, part: str) -> go.Figure:
    """The changes, or what is left of them beside the line (part "residuals")."""
    height = "RESIDUAL" if part == "residuals" and fit.carried else "CHG"
    rows = fit.pairs
    colours = dose_colours(view, [*rows["TRTA"], *fit.peaks["TRTA"]])
    shown = rows[rows["USUBJID"].isin(crowd.first_subjects(rows))] if crowd.crowded(rows) else rows
    others = [crowd.dots(rows[~rows.index.isin(shown.index)], "CONC", height)] if len(shown) < len(rows) else []
    line = _line(fit, colours) if fit.carried and height == "CHG" else []
    return house.figure(
        *others,
        *line,
        *rings(shown["CONC"], shown[height], shown["SINCE"], size=16, width=2),
        _marks(shown, colours, height),
        *dose_entries({dose: colours[dose] for dose in colours if dose in set(rows["TRTA"])}),
        *([legend_entry("predicted at the mean Cmax (90 %)", _PREDICTED | dict(color=house.INK))] if line else []),
        *new_entry(shown["SINCE"], view.previous_date),
        height=HEIGHT_PIXELS,
        margin=dict(t=64, b=56, l=64, r=16),
        legend=dict(itemclick=False),
        shapes=[_level(0, "solid"), *([_level(CONCERN_MS, "dash")] if height == "CHG" else [])],
        annotations=[_concern()] if height == "CHG" else [],
        xaxis=dict(title="Concentration (ng/mL)", tickformat=",~r", rangemode="tozero"),
        yaxis=dict(title="Change of QTcF (ms)" if height == "CHG" else "Residual of the change of QTcF (ms)"),
    )


_PREDICTED = dict(symbol="square", size=9, line=dict(color=house.INK, width=1))


def _level(value: float, dash: str) -> dict:
    line = dict(color=house.MUTED, width=1, dash=dash)
    return dict(type="line", x0=0, x1=1, xref="paper", y0=value, y1=value, line=line)


def _concern() -> dict:
    return dict(
        x=1, xref="paper", y=CONCERN_MS, text="10 ms", showarrow=False, xanchor="right", yanchor="bottom", yref="y"
    )


def _line(fit: Fit, colours: dict[str, str]) -> list[go.Scatter]:
    """The line over the concentrations seen, with its 90 % band; and the change at each dose's mean Cmax."""
    at = numpy.linspace(0, float(fit.pairs["CONC"].max()), LINE_POINTS)
    middle, low, high = zip(*[fit.model.at(value / fit.per) for value in at], strict=True)
    around = house.parts(house.MUTED)
    common = dict(mode="lines", hoverinfo="skip", showlegend=False)
    told = [(row, fit.model.at(row.CMAX / fit.per)) for row in rows_of(fit.peaks)]
    return [
        go.Scatter(
            x=[*at, *at[::-1]],
            y=[*high, *low[::-1]],
            fill="toself",
            fillcolor=f"rgba({around[0]},{around[1]},{around[2]},0.14)",
            line=dict(width=0),
            meta="interval",
            **common,
        ),
        go.Scatter(x=at, y=middle, line=dict(color=house.MUTED, width=2), meta="line", **common),
        go.Scatter(
            x=[row.CMAX for row, _ in told],
            y=[found[0] for _, found in told],
            error_y=dict(
                array=[found[2] - found[0] for _, found in told],
                arrayminus=[found[0] - found[1] for _, found in told],
                color=house.INK,
                thickness=1.5,
                width=5,
            ),
            mode="markers",
            marker=_PREDICTED | dict(color=[colours[row.TRTA] for row, _ in told]),
            customdata=[[peak_key(row)] for row, _ in told],
            hovertext=[
                f"{plain(row.TRTA)}: mean Cmax {amount(row.CMAX)} ng/mL (n = {row.N}), predicted {signed(found[0])} ms "
                f"(90 % CI {signed(found[1])} to {signed(found[2])})"
                for row, found in told
            ],
            hoverinfo="text",
            showlegend=False,
            meta="predicted",
        ),
    ]


def peak_key(row) -> str:
    """What a predicted change carries, and what the list of the subjects of its mean Cmax is called."""
    return key_of("in the mean Cmax", row.TRTA)


def _marks(rows: DataFrame, colours: dict[str, str], height: str) -> go.Scatter:
    return go.Scatter(
        x=rows["CONC"],
        y=rows[height],
        mode="markers",
        marker=dict(
            size=9, opacity=1, color=[colours[dose] for dose in rows["TRTA"]], line=dict(color=house.MUTED, width=0.8)
        ),
        customdata=rows[["USUBJID"]],
        hovertext=[_hover(row) for row in rows_of(rows)],
        hoverinfo="text",
        showlegend=False,
        meta="pairs",
    )


def _hover(row) -> str:
    change = f"QTcF {exactly(row.BASE, 0)} → {exactly(row.AVAL, 0)} ms, {signed(row.CHG)} ms, {amount(row.CONC)} ng/mL"
    return "<br>".join([who(row), plain(row.TIME), change, *since_line(row)])
