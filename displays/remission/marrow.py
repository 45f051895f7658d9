"""Marrow blasts of every treated subject before treatment and at their lowest after."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import Display, display, not_collected
from displays.drawing import crowd, house
from displays.drawing.marks import rings
from displays.drawing.stacked_rows import placed, rows_layout
from displays.groups import no_subjects
from displays.remission.best_response import CATEGORIES, LABELS, hover, subjects
from displays.remission.definitions import caveat
from displays.words import counted
from queries import View
from queries.frames import rows_of

FORMATS = {"BEFORE": "decimal1", "AFTER": "decimal1"}
MARROWS = ((0, 5, "M1", "#e3f1e8"), (5, 25, "M2", "#f6f3e6"), (25, 100, "M3", house.PAPER))
"""The categories of marrow: from and to which percentage of blasts, name, colour."""


MARROW_BLASTS = ("marrow_blasts", "Marrow blasts before and after")


def marrow_blasts(view: View) -> Display:
    """Marrow blasts (%) of every treated subject before treatment and at their lowest after."""
    if not view.cut.ask("response_collected").MARROWS[0]:
        return not_collected(view, *MARROW_BLASTS, "Marrow blasts", "lb")
    table = subjects(view).sort_values(["DISEASE", "AFTER", "BEFORE"], na_position="last", ignore_index=True)
    if table.empty:
        return no_subjects(view, *MARROW_BLASTS)
    return display(
        view,
        *MARROW_BLASTS,
        finding=_finding(table[table.BEFORE.notna() & table.AFTER.notna()]),
        table=table,
        labels=LABELS,
        formats=FORMATS,
        figure=_figure(table),
        population=_population(table),
        method="Before: the last marrow up to the day of the first infusion. After: the lowest percentage later, up to "
        "a transplant. M1 below 5 %, M2 5 to 25 %, M3 above 25 % blasts. " + caveat(view),
        source="Children's Oncology Group marrow categories.",
        questions=("response_best",),
    )


def _finding(both: DataFrame) -> list[str]:
    if both.empty:
        return ["No subject has a marrow both before and after treatment."]
    fell, halved = sum(both.AFTER < 5), sum(both.AFTER <= both.BEFORE / 2)
    return [
        f"Marrow blasts fell below 5 % (M1) in {fell} of {counted(len(both), 'subject')} with a marrow before and "
        "after treatment.",
        f"They fell by half or more in {halved} of {len(both)}.",
    ]


def _population(table: DataFrame) -> str:
    before, after = table.BEFORE.notna(), table.AFTER.notna()
    return (
        f"{len(table)} treated: {sum(before & after)} with a marrow before and after, {sum(before & ~after)} with one "
        f"before only (open circle), {sum(~before & after)} with one after only, {sum(~before & ~after)} with none."
        f"{_crowd(table)}"
    )


def _crowd(table: DataFrame) -> str:
    """Who of very many subjects is drawn, and where the others are; "" where each is."""
    if not crowd.crowded(table):
        return ""
    low, middle, high = (f"{value:.3g}" for value in table.AFTER.quantile([0.25, 0.5, 0.75]))
    others = f"the median after treatment of all is {middle} % (quartiles {low} to {high})"
    return f" {crowd.words(table, f'the {crowd.NAMED} with the most blasts after treatment', others)}"


def _figure(table: DataFrame) -> go.Figure:
    if crowd.crowded(table):
        highest = table.sort_values("AFTER", ascending=False, na_position="last", kind="stable")
        table = table[table.USUBJID.isin(crowd.first_subjects(highest))].reset_index(drop=True)
    rows, headings = placed(table)
    layout = rows_layout(rows, headings, top_pixels=56, right_pixels=104)
    both = rows[rows.BEFORE.notna() & rows.AFTER.notna()]
    return house.figure(
        _lines(both),
        _before(rows[rows.BEFORE.notna()]),
        *_after(rows[rows.AFTER.notna()]),
        shapes=[*[_band(*marrow) for marrow in MARROWS], *[house.vertical_line(limit) for limit in (5, 25)]],
        xaxis=dict(title="Blasts in bone marrow (%)", range=[-4, 104]),
        **layout | dict(annotations=[*map(_band_name, MARROWS), *layout["annotations"], *map(_best, rows_of(rows))]),
    )


def _band(low: float, high: float, name: str, colour: str) -> dict:
    place = dict(x0=low, x1=high, y0=0, y1=1, yref="y domain")
    return dict(type="rect", fillcolor=colour, line_width=0, layer="below", name=name, **place)


def _band_name(marrow: tuple) -> dict:
    low, high, name, _ = marrow
    place = dict(x=(low + high) / 2, xanchor="center", y=1, yref="y domain", yanchor="bottom")
    return dict(text=name, showarrow=False, font=dict(color=house.MUTED), **place)


def _best(row) -> dict:
    """The best response, at the right end of the subject's row."""
    place = dict(x=1, xref="paper", xanchor="left", xshift=4, y=row.Y)
    return dict(text=CATEGORIES.get(row.BEST, ""), showarrow=False, **place)


def _lines(both: DataFrame) -> go.Scatter:
    return go.Scatter(
        x=[x for row in rows_of(both) for x in (row.BEFORE, row.AFTER, None)],
        y=[y for row in rows_of(both) for y in (row.Y, row.Y, None)],
        mode="lines",
        line=dict(color=house.MUTED, width=1.5),
        hoverinfo="skip",
        showlegend=False,
    )


def _before(rows: DataFrame) -> go.Scatter:
    colours = [house.MUTED] * len(rows)
    marker = dict(size=9, symbol="circle-open", color=colours, line=dict(color=house.MUTED, width=1.5))
    return _marks(rows, "BEFORE", "Before", marker)


def _after(rows: DataFrame) -> list[go.Scatter]:
    colours = [house.RESPONSE.get(best, house.OTHER) for best in rows.BEST]
    marker = dict(size=12, symbol="circle", color=colours, line=dict(color=house.INK, width=0.7))
    return [*rings(rows.AFTER, rows.Y, rows.SINCE, size=19), _marks(rows, "AFTER", "Lowest after", marker)]


def _marks(rows: DataFrame, column: str, name: str, marker: dict) -> go.Scatter:
    return go.Scatter(
        x=rows[column],
        y=rows.Y,
        mode="markers",
        name=name,
        customdata=[[usubjid] for usubjid in rows.USUBJID],
        text=[f"{hover(row)}<br>{name.lower()}: {getattr(row, column):g} %" for row in rows_of(rows)],
        hovertemplate="%{text}<extra></extra>",
        marker=marker,
        meta=column,
    )
