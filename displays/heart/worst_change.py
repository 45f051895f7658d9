"""How far each subject's ejection fraction fell at its worst."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import Display, display, not_collected, plain
from displays.drawing import crowd, house
from displays.drawing.marks import dose_entries, new_entry, outline, who
from displays.groups import dose_colours, nobody
from displays.heart.by_subject import subjects
from displays.heart.definitions import FALLS_POINTS, baseline, sources
from displays.heart.measurements import collected
from displays.since import SINCE_LABELS, compare
from displays.words import amount, counted, exactly, on_day, rate, signed
from queries import View
from queries.frames import rows_of

LABELS = {
    "SUBJID": "Subject",
    "TRTA": "Dose",
    "DISEASE": "Disease",
    "BASE": "Baseline LVEF (%)",
    "WORSTCHGVAL": "LVEF at the worst change (%)",
    "WORSTCHG": "Worst change (points)",
    "WORSTCHGDY": "on day",
    "WORSTCHGDOSE": "Study drug by then ({unit})",
    "CTRCD": "Worst CTRCD",
} | SINCE_LABELS
FORMATS = {"BASE": "decimal1", "WORSTCHGVAL": "decimal1", "WORSTCHG": "decimal1", "WORSTCHGDOSE": "amount"}
TOP_PIXELS, BOTTOM_PIXELS = 76, 64
NO_CHANGE = "No subject has a baseline and a later LVEF by the same method yet."


LVEF_WORST_CHANGE = ("lvef_worst_change", "Worst change of LVEF from baseline, subject by subject")


def lvef_worst_change(view: View) -> Display:
    """The worst change of LVEF from baseline (percentage points) in every subject that has one, worst first."""
    if not collected(view, "LVEF"):
        return not_collected(view, *LVEF_WORST_CHANGE, "Ejection fractions", "cv")
    people, table = subjects(view), _changes(view)
    return display(
        view,
        *LVEF_WORST_CHANGE,
        finding=_finding(view, people, table),
        table=table,
        labels=LABELS,
        formats=FORMATS,
        figure=_figure(view, table) if len(table) else None,
        population=f"{len(table)} of {counted(len(people), 'treated subject')} with a baseline and a later LVEF by "
        f"the same method.{_crowd(table)}",
        method=f"Largest fall, else smallest rise, in percentage points. {baseline(view)} Dashed: falls of 10 and 20 "
        "points (CTCAE v5.0 grades 2 and 3).",
        source=sources(view),
        questions=("heart_subjects",),
    )


def _changes(view: View) -> DataFrame:
    """The subjects with a change, with SINCE and PREVIOUS, the worst change that the previous cut knew."""
    now, before = view.ask("heart_subjects"), view.ask_previous("heart_subjects")
    return compare(
        _measured(now),
        None if before is None else _measured(before),
        ("USUBJID",),
        lambda row: row.WORSTCHG,
        words=lambda then, _: f"{signed(then.WORSTCHG)} points",
        always=True,
    ).rows


def _measured(people: DataFrame) -> DataFrame:
    return people[people["WORSTCHG"].notna()].sort_values(["WORSTCHG", "SUBJID"], ignore_index=True)


def _finding(view: View, people: DataFrame, table: DataFrame) -> list[str]:
    if people.empty:
        return [nobody(view)]
    if table.empty:
        return [NO_CHANGE]
    ten, twenty = (int((table["WORSTCHG"] <= fall).sum()) for fall in FALLS_POINTS)
    worst = table.iloc[0]
    return [
        f"LVEF fell by 10 points or more in {rate(ten, len(table))}, by 20 or more in {twenty}.",
        f"The largest change was {signed(worst.WORSTCHG)} points ({worst.SUBJID}, {exactly(worst.BASE)} → "
        f"{exactly(worst.WORSTCHGVAL)} %, {on_day(worst.WORSTCHGDY)}).",
    ]


def _crowd(table: DataFrame) -> str:
    """Who of very many subjects is drawn, and where the others are; "" where each is."""
    if not crowd.crowded(table):
        return ""
    low, middle, high = (signed(value) for value in table["WORSTCHG"].quantile([0.25, 0.5, 0.75]).round(1))
    others = f"the median of all is {middle} points (quartiles {low} to {high})"
    return f" {crowd.words(table, f'the {crowd.NAMED} largest falls', others)}"


def _figure(view: View, table: DataFrame) -> go.Figure:
    table = table.head(crowd.NAMED) if crowd.crowded(table) else table
    colours = dose_colours(view, table["TRTA"])
    marks = [_bars(view, table, colours), _dots(view, table[table["WORSTCHG"] == 0], colours)]
    return house.figure(
        *marks,
        *dose_entries(colours, symbol="square", size=11),
        *new_entry(table["SINCE"], view.previous_date),
        height=TOP_PIXELS
        + BOTTOM_PIXELS
        + house.row_pixels(len(table), TOP_PIXELS + BOTTOM_PIXELS, most=24) * len(table),
        bargap=0.25,
        margin=dict(t=TOP_PIXELS, b=BOTTOM_PIXELS, l=76),
        xaxis=dict(
            title="Change of LVEF (percentage points)",
            range=[min(table["WORSTCHG"].min(), -20) - 2, max(table["WORSTCHG"].max(), 0) + 2],
        ),
        yaxis=dict(autorange="reversed", type="category", showgrid=False, ticks="", dtick=1),
        legend=dict(itemclick=False),
        shapes=[house.vertical_line(fall) for fall in FALLS_POINTS],
    )


def _bars(view: View, table: DataFrame, colours: dict[str, str]) -> go.Bar:
    fill = [colours[dose] for dose in table["TRTA"]]
    return go.Bar(
        orientation="h", marker=dict(color=fill, line=outline(table["SINCE"])), **_places(table, view.trial.amount_unit)
    )


def _dots(view: View, flat: DataFrame, colours: dict[str, str]) -> go.Scatter:
    """A change of 0 has no bar: the dot keeps the subject in sight and within reach."""
    fill = [colours[dose] for dose in flat["TRTA"]]
    marker = dict(size=8, color=fill, line=dict(color=house.MUTED, width=0.6))
    return go.Scatter(mode="markers", marker=marker, **_places(flat, view.trial.amount_unit))


def _places(table: DataFrame, unit: str) -> dict:
    return dict(
        x=table["WORSTCHG"],
        y=table["SUBJID"].map(plain),
        showlegend=False,
        customdata=table[["USUBJID"]],
        hovertext=[_hover(row, unit) for row in rows_of(table)],
        hoverinfo="text",
    )


def _hover(row, unit: str) -> str:
    lines = [
        who(row),
        f"LVEF {exactly(row.BASE)} → {exactly(row.WORSTCHGVAL)} %, {signed(row.WORSTCHG)} points on "
        f"{on_day(row.WORSTCHGDY)}",
        f"study drug by then {amount(row.WORSTCHGDOSE)} {unit}",
    ]
    return "<br>".join(lines + [f"previous cut: {row.PREVIOUS}"] * (row.SINCE == "changed"))
