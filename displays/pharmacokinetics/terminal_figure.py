"""The samples of one profile on a logarithmic scale, with the terminal line, now and with samples left out."""

from __future__ import annotations

from math import exp, isnan, log, log10

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import plain
from displays.drawing import house
from displays.groups import present
from displays.pharmacokinetics.concentrations import UNIT, amount
from displays.pharmacokinetics.curves_lines import LEFT_OUT_MARK
from displays.pharmacokinetics.profile import Profile
from displays.pharmacokinetics.reasons import LEFT_OUT
from displays.words import exactly
from queries.frames import rows_of
from stats.noncompartmental import NCA

HEIGHT_PIXELS = 440
BEYOND = 1.08
"""The line is drawn on a little beyond the last sample, dotted."""


def terminal_figure(profile: Profile, now: NCA, then: NCA, out: tuple[int, ...]) -> go.Figure:
    """Every sample of the profile, the actual terminal line, and beside it the supposed one."""
    rows = _placed(profile)
    last = max(float(rows["HOUR"].max()), 1.0)
    heights = rows["HEIGHT"].dropna()
    low, high = (float(heights.min()), float(heights.max())) if len(heights) else (1.0, 10.0)
    return house.figure(
        *_line(profile, now, last, house.INK, "terminal line"),
        *(_line(profile, then, last, house.ALERT, "without the samples left out") if out else []),
        *_marks(profile, rows, now, then, out),
        height=HEIGHT_PIXELS,
        margin=dict(t=60, b=56, l=66, r=12),
        legend=dict(itemclick=False, traceorder="normal"),
        shapes=_shapes(profile, rows),
        annotations=_words(profile),
        xaxis=dict(title="Hours after the start of the infusion", range=[-0.03 * last, BEYOND * last]),
        yaxis=house.log_axis(log10(low / 1.6), log10(high * 1.5)) | dict(title=UNIT),
    )


def _placed(profile: Profile) -> DataFrame:
    """The samples with HEIGHT: what is below the limit of quantification is drawn at that limit."""
    rows = profile.rows[profile.rows["HOUR"].notna()]
    return rows.assign(HEIGHT=rows["CONC"].where(rows["CONC"] > 0, rows["ALLOQ"].where(rows["BLQFL"] == "Y")))


def _line(profile: Profile, found: NCA, last: float, colour: str, name: str) -> list[go.Scatter]:
    """The fitted line over the samples that it uses, and dotted beyond them."""
    if isnan(found.lambda_z):
        return []
    used = profile.used.iloc[list(found.lambda_z_places)]
    hours, logs = used["HOUR"], [log(value) for value in used["CONC"]]
    level = sum(logs) / len(logs) + found.lambda_z * hours.mean()

    def at(hour: float) -> float:
        return exp(level - found.lambda_z * hour)

    first, end, far = found.lambda_z_first_h, found.lambda_z_last_h, BEYOND * last
    common = dict(mode="lines", hoverinfo="skip", name=name)
    return [
        go.Scatter(x=[first, end], y=[at(first), at(end)], line=dict(color=colour, width=2.4), **common),
        go.Scatter(
            x=[end, far],
            y=[at(end), at(far)],
            line=dict(color=colour, width=1.2, dash="dot"),
            showlegend=False,
            **common,
        ),
    ]


def _marks(profile: Profile, rows: DataFrame, now: NCA, then: NCA, out: tuple[int, ...]) -> list[go.Scatter]:
    """The samples by what they are to the line; the same words in the legend."""
    drawn = rows[rows["HEIGHT"].notna()]
    in_line = set(profile.used.iloc[list((then if out else now).lambda_z_places)]["PCSEQ"])
    kinds = [_kind(row, in_line, out) for row in rows_of(drawn)]
    return [
        _trace(drawn[[kind == name for kind in kinds]], name, look) for name, look in LOOKS.items() if name in kinds
    ]


LOOKS = {
    "in the line": dict(symbol="circle", size=10, color=house.INK),
    "not in the line": dict(symbol="circle-open", size=9, color=house.INK),
    "left out": dict(symbol="circle-x-open", size=12, color=house.ALERT),
    "below the limit of quantification": dict(symbol="triangle-down-open", size=9, color=house.INK),
    "in no profile": dict(symbol=LEFT_OUT_MARK, size=9, color=house.MUTED, line=dict(color=house.MUTED, width=1.6)),
}


def _kind(row, in_line: set[int], out: tuple[int, ...]) -> str:
    if present(row.REASON):
        return "in no profile"
    if row.BLQFL == "Y":
        return "below the limit of quantification"
    if row.PCSEQ in out:
        return "left out"
    return "in the line" if row.PCSEQ in in_line else "not in the line"


def _trace(rows: DataFrame, name: str, look: dict) -> go.Scatter:
    return go.Scatter(
        x=rows["HOUR"],
        y=rows["HEIGHT"],
        mode="markers",
        name=name,
        marker=look | dict(opacity=1),
        customdata=rows[["USUBJID"]],
        hovertext=[_hover(row, name) for row in rows_of(rows)],
        hoverinfo="text",
    )


def _hover(row, name: str) -> str:
    planned = f" (planned {exactly(row.NRRLT, 2)} h)" if present(row.NRRLT) else ""
    sign = "below " if row.BLQFL == "Y" else ""
    why = f": {LEFT_OUT[row.REASON]}" if present(row.REASON) else ""
    value = f"{exactly(row.HOUR, 2)} h{planned}: {sign}{amount(row.HEIGHT)} {UNIT}"
    return "<br>".join([f"<b>{plain(row.SUBJID)}</b>", value, name + why])


def _shapes(profile: Profile, rows: DataFrame) -> list[dict]:
    """The time of the infusion, and the limit of quantification."""
    limits = sorted(set(rows["ALLOQ"].dropna()))[:2]
    line = dict(type="line", x0=0, x1=1, xref="paper", line=dict(color=house.MUTED, width=1.2, dash="dash"))
    shown = [limit for limit in limits if (rows["BLQFL"] == "Y").any()]
    shaded = dict(type="rect", y0=0, y1=1, yref="paper", line=dict(width=0), fillcolor="#eef2f5", layer="below")
    infused = [shaded | dict(x0=0, x1=profile.infusion_h)] if profile.infusion_h else []
    return [*infused, *[line | dict(y0=limit, y1=limit) for limit in shown]]


def _words(profile: Profile) -> list[dict]:
    if not profile.infusion_h:
        return []
    place = dict(x=0, xanchor="left", y=1, yref="paper", yanchor="top", showarrow=False)
    return [dict(text="infusion", font=dict(color=house.MUTED), **place)]
