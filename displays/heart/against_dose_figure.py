"""The largest fall of the ejection fraction against both exposures, drawn: the mark is as large as the fall."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame, Series

from displays.display import plain
from displays.drawing import crowd, house
from displays.drawing.marks import legend_entry, new_entry, rings, since_line, who
from displays.heart.definitions import BAD, CATEGORIES, FALLS_POINTS
from displays.words import amount, exactly, on_day, signed
from queries import View
from queries.frames import rows_of

LABELLED = 8
HEIGHT_PIXELS = 560
UNMARKED = "#c3d3de"
"""No dysfunction, or none that is known."""
STEPS = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
MOST_TICKS = 7
NOT_KNOWN = "not known"


def figure(view: View, table: DataFrame) -> go.Figure:
    """A mark a subject; the largest falls first, so that a small mark is never hidden by a large one."""
    across, up = _axis(table["PRIORMG"]), _axis(table["CUMDOSE"])
    placed = table.assign(X=_places(table["PRIORMG"], across), Y=_places(table["CUMDOSE"], up))
    placed["SIZE"] = 9 + 1.2 * (-placed["CHG"]).clip(lower=0)
    others = []
    if crowd.crowded(placed):
        others = [crowd.dots(placed.iloc[crowd.NAMED :], "X", "Y")]
        placed = placed.head(crowd.NAMED)
    ring = rings(placed["X"], placed["Y"], placed["SINCE"], size=[size + 7 for size in placed["SIZE"]], width=2)
    found = [category for category in CATEGORIES[1:] if category in set(placed["CTRCD"])]
    look = dict(size=11, line=dict(color=house.MUTED, width=0.6))
    return house.figure(
        *others,
        *ring,
        _dots(placed, view.trial.amount_unit),
        *[legend_entry(f"CTRCD {category}", look | dict(color=house.CTRCD[category])) for category in found],
        *new_entry(table["SINCE"], view.previous_date),
        height=HEIGHT_PIXELS,
        margin=dict(t=56, l=58, r=14),
        legend=dict(itemclick=False),
        xaxis=across | dict(title="Prior anthracycline (mg/m², doxorubicin equivalents)"),
        yaxis=up | dict(title=f"{view.trial.drug} received ({view.trial.amount_unit})"),
    )


def _axis(values: Series) -> dict:
    """An axis from 0 on; where a value is not known, with a place for it before 0."""
    most = max(float(values.max()) if values.notna().any() else 0.0, STEPS[0])
    step = next((step for step in STEPS if most / step <= MOST_TICKS), most)
    ticks = [number * step for number in range(int(most // step) + 2)]
    names = [amount(tick) if tick else "0" for tick in ticks]
    if values.isna().any():
        ticks, names = [-step, *ticks], [NOT_KNOWN, *names]
    return dict(tickvals=ticks, ticktext=names, range=[ticks[0] - 0.4 * step, most + 0.6 * step], zeroline=False)


def _places(values: Series, axis: dict) -> Series:
    return values.fillna(axis["tickvals"][0])


def _dots(placed: DataFrame, unit: str) -> go.Scatter:
    notable = placed[(placed["CHG"] <= FALLS_POINTS[0]) | placed["CTRCD"].isin(BAD)].head(LABELLED).index
    right = placed["X"] > 0.75 * max(placed["X"].max(), 1)
    return go.Scatter(
        x=placed["X"],
        y=placed["Y"],
        mode="markers+text",
        showlegend=False,
        cliponaxis=False,
        name="largest fall",
        marker=_markers(placed),
        text=[
            f"  <b>{plain(row.SUBJID)} {signed(row.CHG)}</b>  " if row.Index in notable else ""
            for row in rows_of(placed)
        ],
        textposition=["middle left" if side else "middle right" for side in right],
        customdata=placed[["USUBJID"]],
        hovertext=[_hover(row, unit) for row in rows_of(placed)],
        hoverinfo="text",
    )


def _markers(placed: DataFrame) -> dict:
    """Filled in the colour of the dysfunction; open where the prior anthracycline is at least what is shown."""
    at_least = ((placed["PANTMISS"].fillna(0) > 0) & placed["PANTDOX"].notna()).tolist()
    fill = [house.CTRCD[c] if c in CATEGORIES[1:] else UNMARKED for c in placed["CTRCD"]]
    edge = [house.INK if c in CATEGORIES[1:] else house.MUTED for c in placed["CTRCD"]]
    return dict(
        size=placed["SIZE"],
        opacity=1,
        color=fill,
        symbol=["circle-open" if hollow else "circle" for hollow in at_least],
        line=dict(
            color=[
                colour if hollow and colour != UNMARKED else rim
                for hollow, colour, rim in zip(at_least, fill, edge, strict=True)
            ],
            width=[2.5 if hollow else 1 for hollow in at_least],
        ),
    )


def _hover(row, unit: str) -> str:
    return "<br>".join(
        [
            who(row),
            f"LVEF {exactly(row.BASE)} → {exactly(row.AVAL)} %, {signed(row.CHG)} points on {on_day(row.ADY)}",
            f"study drug {amount(row.CUMDOSE)} {unit}; prior anthracycline: {plain(row.PRIOR)}",
            *since_line(row),
        ]
    )
