"""One line a subject: infusions, marks of adverse events, the last day known."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import plain
from displays.drawing import house
from displays.drawing.marks import legend_entry, new_entry, outline, who
from displays.groups import present
from displays.words import as_words, on_day, short_dose
from queries import View
from queries.frames import rows_of

TOP_PIXELS, BELOW_PIXELS = 66, 58
SYMBOLS = {"related": "circle", "not related": "square", "not known": "diamond"}
SERIOUS, MILD = 14, 9
"""The sizes of marks."""


def figure(view: View, rows: DataFrame, table: DataFrame, until: int | None) -> go.Figure:
    """rows: every thing of the subjects in their order; table: their events in words; until: the last day drawn."""
    subjects = rows.drop_duplicates("USUBJID")
    places = {subject: -place for place, subject in enumerate(subjects["USUBJID"])}
    ends = rows[rows["KIND"] == "END"]
    each = house.row_pixels(len(places), TOP_PIXELS + BELOW_PIXELS, most=house.LEAST_ROW_PIXELS)
    last = until or max(int(ends["ADY"].max()), view.trial.dlt_window_days)
    return house.figure(
        _lines(ends, places),
        _infusions(rows, places),
        *_marks(table, places),
        _ongoing(table, ends, places, last),
        _deaths(ends, places),
        *_entries(view, table),
        height=TOP_PIXELS + BELOW_PIXELS + each * max(len(places), 3),
        showlegend=True,
        legend=dict(itemclick=False),
        margin=dict(t=TOP_PIXELS, b=BELOW_PIXELS, l=8, r=8),
        shapes=[_window(view)],
        xaxis=dict(title="Days since first infusion", range=[-0.02 * last, 1.02 * last]),
        yaxis=dict(
            tickvals=list(places.values()),
            ticktext=[_name(view, row) for row in rows_of(subjects)],
            range=[-max(len(places), 3) + 0.4, 0.7],
            showgrid=False,
            ticks="",
        ),
    )


def _name(view: View, row) -> str:
    colour = house.disease_colour(row.DISEASE)
    dose = plain(short_dose(row.TRTA, view.trial.dose_unit))
    return f'{plain(row.SUBJID)} · <span style="color:{colour}">{dose}</span>'


def _window(view: View) -> dict:
    days = view.trial.dlt_window_days
    look = dict(fillcolor="#eef2f5", line_width=0, layer="below")
    return dict(type="rect", x0=0.5, x1=days + 0.5, y0=0, y1=1, yref="paper", **look)


def _lines(ends: DataFrame, places: dict[str, int]) -> go.Scatter:
    x, y = [], []
    for row in rows_of(ends):
        x += [1, row.ADY, None]
        y += [places[row.USUBJID]] * 2 + [None]
    return go.Scatter(x=x, y=y, mode="lines", line=dict(color="#a9b8c4", width=1), hoverinfo="skip", showlegend=False)


def _infusions(rows: DataFrame, places: dict[str, int]) -> go.Scatter:
    given = rows[rows["KIND"] == "INFUSION"]
    return go.Scatter(
        x=given["ADY"],
        y=[places[subject] - 0.28 for subject in given["USUBJID"]],
        mode="markers",
        name="Infusion",
        marker=dict(symbol="triangle-up", size=6, color=house.DOSE_RAMP[4]),
        customdata=given[["USUBJID"]],
        hovertext=[f"{who(row)}<br>infusion, {on_day(row.ADY)}" for row in rows_of(given)],
        hoverinfo="text",
    )


def _marks(table: DataFrame, places: dict[str, int]) -> list[go.Scatter]:
    """The events, the worst on top."""
    rows = table.sort_values("ATOXGR", kind="stable", na_position="first")
    grades = [int(grade) if present(grade) else None for grade in rows["ATOXGR"]]
    return [
        go.Scatter(
            x=rows["COUNTDY"],
            y=[places[subject] for subject in rows["USUBJID"]],
            mode="markers",
            showlegend=False,
            marker=dict(
                symbol=[SYMBOLS[relation] for relation in rows["RELATED"]],
                size=[SERIOUS if serious == "yes" else MILD for serious in rows["AESERC"]],
                opacity=1,
                color=[house.GRADE.get(grade, house.PAPER) for grade in grades],
                line=outline(rows["SINCE"], new_width=2),
            ),
            customdata=rows[["USUBJID"]],
            hovertext=[_hover(row) for row in rows_of(rows)],
            hoverinfo="text",
        )
    ]


def _hover(row) -> str:
    lasting = "ongoing" if row.ONGOING == "yes" else "no end"
    until = f"to {on_day(row.AENDY)}" if present(row.AENDY) else lasting
    serious = {"yes": "serious", "no": "not serious"}.get(row.AESERC, "seriousness not known")
    grade = f"grade {row.GRADE}" if present(row.ATOXGR) else "not graded"
    relation = row.RELATED if row.RELATED != "not known" else "relation not known"
    new = "<br>new since the previous cut" if row.SINCE else ""
    name = plain(as_words(row.AEDECOD))
    return f"{who(row)}<br>{name}, {grade}<br>{on_day(row.ADY)} {until}; {serious}, {relation}{new}"


def _ongoing(table: DataFrame, ends: DataFrame, places: dict[str, int], last: int) -> go.Scatter:
    """An arrow at the end of the line of each subject with an event that has not ended."""
    open_ones = table[table["ONGOING"] == "yes"].groupby("USUBJID", sort=False)["AEDECOD"].agg(", ".join)
    until = ends.set_index("USUBJID")["ADY"].reindex(open_ones.index)
    return go.Scatter(
        x=[min(day, last) for day in until],
        y=[places[subject] for subject in open_ones.index],
        mode="markers",
        name="Event ongoing",
        marker=dict(symbol="triangle-right", size=11, color=house.INK),
        customdata=[[subject] for subject in open_ones.index],
        hovertext=[f"ongoing: {plain(terms)}" for terms in open_ones],
        hoverinfo="text",
        cliponaxis=False,
    )


def _deaths(ends: DataFrame, places: dict[str, int]) -> go.Scatter:
    dead = ends[ends["DTHDAYFL"] == "Y"]
    return go.Scatter(
        x=dead["ADY"],
        y=[places[subject] for subject in dead["USUBJID"]],
        mode="markers",
        name="Death",
        marker=dict(symbol="cross", size=11, color=house.INK),
        customdata=dead[["USUBJID"]],
        hovertext=[f"{who(row)}<br>died, {on_day(row.ADY)}" for row in rows_of(dead)],
        hoverinfo="text",
    )


def _entries(view: View, table: DataFrame) -> list[go.Scatter]:
    line = dict(color=house.MUTED, width=0.6)
    found = sorted(int(grade) for grade in table["ATOXGR"].dropna().unique())
    grades = [legend_entry(f"Grade {grade}", dict(color=house.GRADE[grade], size=11, line=line)) for grade in found]
    if table["ATOXGR"].isna().any():
        grades.append(legend_entry("Not graded", dict(color=house.PAPER, size=11, line=line)))
    words = {"related": "Related", "not related": "Not related", "not known": "Relation not known"}
    shapes = [
        legend_entry(words[relation], dict(color=house.MUTED, size=9, symbol=symbol))
        for relation, symbol in SYMBOLS.items()
        if (table["RELATED"] == relation).any()
    ]
    serious = [legend_entry("Large: serious", dict(color=house.PAPER, size=14, line=dict(color=house.INK, width=1)))]
    return [*grades, *shapes, *serious, *new_entry(table["SINCE"], view.previous_date)]
