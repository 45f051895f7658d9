"""Peak ALT or AST against peak bilirubin on logarithmic axes, with the quadrants of Hy's law."""

from __future__ import annotations

from math import ceil, floor, log10

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import plain
from displays.drawing import house
from displays.drawing.marks import dose_entries, legend_entry, new_entry, rings, since_line, who
from displays.groups import dose_colours
from displays.laboratory.hys_law import CANDIDATES, multiple
from displays.words import on_day
from queries import View
from queries.frames import rows_of

HEIGHT_PIXELS = 540
LABELLED = 6
MOST_MARKS = 120
"""So many subjects have a mark of their own; of more, those nearest to Hy's law."""
STEP = 0.2
"""Decades that a square of the others is wide and high."""
LEAST = 0.02
"""Lower multiples are drawn here."""
LIVER_LIMIT, BILI_LIMIT = 3, 2


def placed(table: DataFrame, scale: str) -> DataFrame:
    """The subjects with both peaks, with X and Y."""
    across, up = ("PEAKLIV", "PEAKBILI") if scale == "uln" else ("RELLIV", "RELBILI")
    rows = table[table[across].notna() & table[up].notna()]
    return rows.assign(X=rows[across].clip(lower=LEAST), Y=rows[up].clip(lower=LEAST))


def crowd(drawn: DataFrame) -> tuple[DataFrame, DataFrame]:
    """Those with a mark of their own, and the others in squares: KEY, X, Y, N and PEOPLE (USUBJID, nearest first)."""
    near = (drawn[["X", "Y"]] / [LIVER_LIMIT, BILI_LIMIT]).min(axis=1).sort_values(ascending=False, kind="stable")
    ordered = drawn.loc[near.index]
    order = ordered.loc[ordered["HYCD"].isin(CANDIDATES).sort_values(ascending=False, kind="stable").index]
    shown, rest = order.head(MOST_MARKS), order.iloc[MOST_MARKS:]
    places = rest[["X", "Y"]].map(lambda value: floor(log10(value) / STEP))
    squares = [
        (f"square {number}", 10 ** ((x + 0.5) * STEP), 10 ** ((y + 0.5) * STEP), len(rows), tuple(rows["USUBJID"]))
        for number, ((x, y), rows) in enumerate(rest.groupby([places["X"], places["Y"]]))
    ]
    return shown, DataFrame(squares, columns=["KEY", "X", "Y", "N", "PEOPLE"])


def edish_figure(view: View, shown: DataFrame, squares: DataFrame, scale: str) -> go.Figure:
    """A mark a subject in the colour of its dose; lines at 3 and 2, the quadrants named."""
    colours = dose_colours(view, shown["TRTA"])
    ranges = _range([*shown["X"], *squares["X"]], LIVER_LIMIT), _range([*shown["Y"], *squares["Y"]], BILI_LIMIT)
    of = "× upper limit of normal" if scale == "uln" else "× baseline"
    sizes: list[float] = [19] * len(shown)
    return house.figure(
        *_squares(squares),
        *rings(shown["X"], shown["Y"], shown["SINCE"], size=sizes, width=2),
        _marks(shown, colours, scale),
        *dose_entries(colours, size=11),
        *_candidate_entry(shown, scale),
        *new_entry(shown["SINCE"], view.previous_date),
        height=HEIGHT_PIXELS,
        margin=dict(t=64, l=64, r=16, b=56),
        legend=dict(itemclick=False),
        shapes=_limits(),
        annotations=_quadrants(*ranges),
        xaxis=house.log_axis(*ranges[0]) | dict(title=f"Peak ALT or AST ({of})"),
        yaxis=house.log_axis(*ranges[1]) | dict(title=f"Peak bilirubin ({of})"),
    )


def _range(values: list[float], limit: float) -> tuple[float, float]:
    """From a decade at or below 0.1 to one beyond the highest value and the limit."""
    low, high = min([0.1, *values]), max([10 * limit / 3, *values])
    return float(floor(log10(low) * 10) / 10) - 0.05, float(ceil(log10(high) * 10) / 10) + 0.1


def _limits() -> list[dict]:
    line = dict(color=house.MUTED, width=1, dash="dash")
    across = dict(type="line", x0=0, x1=1, xref="x domain", y0=BILI_LIMIT, y1=BILI_LIMIT, line=line)
    return [house.vertical_line(LIVER_LIMIT), across]


def _quadrants(across: tuple[float, float], up: tuple[float, float]) -> list[dict]:
    """The names of the quadrants in their outer corners; those of the left end before the limit."""
    look = dict(showarrow=False, font=dict(color=house.MUTED), xref="x", yref="y")
    left, right = dict(x=across[0], xanchor="left", xshift=6), dict(x=across[1], xanchor="right", xshift=-4)
    top, under = dict(y=up[1], yanchor="top"), dict(y=log10(BILI_LIMIT), yanchor="top", yshift=-2)
    return [
        look | right | top | dict(text="<b>Hy's law range</b>"),
        look | left | top | dict(text="Raised bilirubin alone"),
        look | right | under | dict(text="Raised ALT or AST alone"),
        look | dict(x=log10(LIVER_LIMIT), y=up[0], xanchor="left", yanchor="bottom", xshift=4, text="3 ×"),
        look | dict(x=across[0], y=log10(BILI_LIMIT), xanchor="left", yanchor="bottom", xshift=6, text="2 ×"),
    ]


def _marks(shown: DataFrame, colours: dict[str, str], scale: str) -> go.Scatter:
    met = shown["HYCD"].isin(CANDIDATES)
    relative = (shown["RELFL"] == "Y") if scale == "baseline" else met
    strong = met | relative
    named = set(shown.index[strong | (shown["X"] >= LIVER_LIMIT)][:LABELLED])
    return go.Scatter(
        x=shown["X"],
        y=shown["Y"],
        mode="markers+text",
        showlegend=False,
        cliponaxis=False,
        name="peaks",
        marker=dict(
            size=[14 if mark else 11 for mark in strong],
            opacity=1,
            color=[colours[dose] for dose in shown["TRTA"]],
            line=dict(
                color=[house.INK if mark else house.MUTED for mark in strong],
                width=[3 if mark else 0.6 for mark in strong],
            ),
        ),
        text=[f"  {plain(row.SUBJID)}  " if row.Index in named else "" for row in rows_of(shown)],
        textposition="middle left",
        textfont=dict(color=house.INK),
        customdata=shown[["USUBJID"]],
        hovertext=[_hover(row) for row in rows_of(shown)],
        hoverinfo="text",
    )


def _hover(row) -> str:
    lines = [
        who(row),
        f"{row.LIVTEST} {multiple(row.PEAKLIV)} on {on_day(row.LIVDY)}" if row.LIVTEST == row.LIVTEST else "",
        f"bilirubin {multiple(row.PEAKBILI)} on {on_day(row.PEAKBILIDY)}" if row.PEAKBILI == row.PEAKBILI else "",
        f"relative to baseline: {row.RELLIV:.3g} ×, bilirubin {row.RELBILI:.3g} ×" if row.RELLIV == row.RELLIV else "",
        f"Hy's law: {row.RESULT[:1].lower()}{row.RESULT[1:]}",
        *since_line(row),
    ]
    return "<br>".join(filter(None, lines))


def _squares(squares: DataFrame) -> list[go.Scatter]:
    if squares.empty:
        return []
    most = squares["N"].max()
    return [
        go.Scatter(
            x=squares["X"],
            y=squares["Y"],
            mode="markers",
            name="other subjects",
            marker=dict(symbol="square", color="#c3d3de", size=6 + 22 * (squares["N"] / most) ** 0.5),
            customdata=squares[["KEY"]],
            hovertext=[f"{number} subjects" for number in squares["N"]],
            hoverinfo="text",
        )
    ]


def _candidate_entry(shown: DataFrame, scale: str) -> list[go.Scatter]:
    """What a black edge means, where there is one."""
    met, relative = shown["HYCD"].isin(CANDIDATES).any(), (shown["RELFL"] == "Y").any()
    names = ["candidate"] * bool(met) + ["relative to baseline"] * bool(relative and scale == "baseline")
    look = dict(color=house.PAPER, size=12, line=dict(color=house.INK, width=3))
    if not names:
        return []
    return [legend_entry(" or ".join(names) if met else "candidate relative to baseline", look)]
