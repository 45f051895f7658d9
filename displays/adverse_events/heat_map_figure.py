"""Squares of worst grades: one column a subject, or a dose level, and one row a group of adverse events."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import plain
from displays.drawing import house
from displays.drawing.marks import legend_entry, new_entry, outline, who
from displays.drawing.narrow import WHOLE
from displays.groups import present
from displays.words import as_words, percent, short_dose
from queries import View
from queries.frames import rows_of

ROW_PIXELS, TOP_PIXELS, BOTTOM_PIXELS, CHART_PIXELS = 30, 104, 76, 560
LONGEST, ENDING = 27, " disorders"
WIDTH = 0.84
"""How much of its column a square fills."""
WIDE = 40
"""So many subjects are drawn with squares that hold their grade."""


def subjects_figure(view: View, subjects: DataFrame, table: DataFrame, groups: list[str]) -> go.Figure:
    """Subjects in the given order from left to right, groups from the top down; a mark carries its USUBJID."""
    columns = {subject: place for place, subject in enumerate(subjects["USUBJID"])}
    rows = {group: place for place, group in enumerate(groups)}
    each = _row_pixels(len(groups))
    return house.figure(
        _squares(table, columns, rows),
        *_diseases(subjects),
        *_entries(view, table),
        height=TOP_PIXELS + BOTTOM_PIXELS + each * (len(groups) + 1),
        showlegend=True,
        barmode="overlay",
        uniformtext=dict(mode="hide", minsize=11),
        legend=dict(itemclick=False, y=1.12),
        margin=dict(t=TOP_PIXELS, b=BOTTOM_PIXELS, l=8, r=8),
        annotations=_doses(view, subjects),
        shapes=_borders(subjects),
        xaxis=dict(
            tickvals=list(columns.values()),
            ticktext=[plain(name) for name in subjects["SUBJID"]],
            tickangle=-90,
            range=[-0.6, len(columns) - 0.4],
            ticks="",
        ),
        yaxis=_group_axis(groups, top=-1.6),
        meta=_whole(groups),
    )


def _row_pixels(rows: int) -> int:
    room = CHART_PIXELS - TOP_PIXELS - BOTTOM_PIXELS
    return max(min(room // (rows + 1), ROW_PIXELS), house.LEAST_ROW_PIXELS)


def _group_axis(groups: list[str], *, top: float) -> dict:
    return dict(
        tickvals=list(range(len(groups))),
        ticktext=[plain(_short(as_words(group))) for group in groups],
        range=[len(groups) - 0.4, top],
        showgrid=False,
        ticks="",
    )


def _whole(groups: list[str]) -> dict:
    """The names that are cut beside the chart, whole for files."""
    names = {plain(_short(as_words(group))): plain(as_words(group).removesuffix(ENDING)) for group in groups}
    return {WHOLE: {short: whole for short, whole in names.items() if short != whole}}


def _short(group: str) -> str:
    """A class as it fits beside the chart, on a phone too: without "disorders" at its end; whole on hover."""
    words = group.removesuffix(ENDING)
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1].rstrip(' ,')}…"


def _squares(table: DataFrame, columns: dict[str, int], rows: dict[str, int]) -> go.Bar:
    """As bars, which become narrower with the screen where marks would lie on one another."""
    grades = [int(grade) if present(grade) else None for grade in table["WORST"]]
    return go.Bar(
        orientation="h",
        x=[WIDTH] * len(table),
        base=[columns[subject] - WIDTH / 2 for subject in table["USUBJID"]],
        y=[rows[group] for group in table["GRP"]],
        width=0.82,
        marker=dict(
            opacity=1,
            color=[house.GRADE.get(grade, house.PAPER) for grade in grades],
            line=outline(table["SINCE"]),
        ),
        text=[grade or "?" for grade in grades] if len(columns) <= WIDE else None,
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        insidetextfont=dict(color=[_ink(grade) for grade in grades]),
        customdata=table[["USUBJID"]],
        hovertext=[_hover(row) for row in rows_of(table)],
        hoverinfo="text",
        showlegend=False,
    )


def _ink(grade: int | None) -> str:
    """The colour of words on that of a grade."""
    return house.PAPER if (grade or 0) >= house.ON_DARK else house.INK


def _hover(row) -> str:
    since = f"<br>{row.SINCE} since the previous cut" if row.SINCE else ""
    grade = f"grade {row.GRADE}" if present(row.WORST) else "not graded"
    return (
        f"{who(row)}<br>{plain(as_words(row.GRP))}: {plain(as_words(row.AEDECOD))}, {grade}; {row.NEVENT} in all{since}"
    )


def _diseases(subjects: DataFrame) -> list[go.Scatter]:
    """The disease of each subject in a row above the squares."""
    traces = []
    for disease, rows in subjects.reset_index(drop=True).fillna({"DISEASE": "Other"}).groupby("DISEASE"):
        look = dict(color=house.disease_colour(disease), symbol=house.DISEASE_SYMBOL.get(disease, "square"), size=9)
        traces.append(
            go.Scatter(
                x=rows.index, y=[-1] * len(rows), mode="markers", marker=look, name=plain(disease), hoverinfo="skip"
            )
        )
    return traces


def _entries(view: View, table: DataFrame) -> list[go.Scatter]:
    grades = sorted(int(grade) for grade in table["WORST"].dropna().unique())
    line = dict(color=house.MUTED, width=0.6)
    look = {f"Grade {grade}": dict(color=house.GRADE[grade], symbol="square", size=12, line=line) for grade in grades}
    if table["WORST"].isna().any():
        look["Not graded"] = dict(color=house.PAPER, symbol="square", size=12, line=line)
    return [
        *(legend_entry(name, marker) for name, marker in look.items()),
        *new_entry(table["SINCE"], view.previous_date),
    ]


def _spans(subjects: DataFrame) -> list[tuple[str, int, int]]:
    """Dose level, its first and its last column."""
    doses = subjects["TRTA"].reset_index(drop=True)
    return [(dose, rows.index[0], rows.index[-1]) for dose, rows in doses.groupby(doses, sort=False)]


def _doses(view: View, subjects: DataFrame) -> list[dict]:
    place = dict(y=-1.6, yanchor="bottom", showarrow=False)
    return [
        dict(
            x=(first + last) / 2,
            text=f"<b>{plain(short_dose(dose, view.trial.dose_unit))}</b><br>n = {last - first + 1}",
        )
        | place
        for dose, first, last in _spans(subjects)
    ]


def _borders(subjects: DataFrame) -> list[dict]:
    line = dict(color=house.MUTED, width=1)
    return [
        dict(type="line", x0=first - 0.5, x1=first - 0.5, y0=0, y1=1, yref="paper", line=line)
        for _, first, _ in _spans(subjects)[1:]
    ]


def pooled_figure(view: View, table: DataFrame, doses: list[str]) -> go.Figure:
    """Dose levels from left to right; a square carries "SHARE n", n its row of the table."""
    groups = list(dict.fromkeys(table["GRP"]))
    each = _row_pixels(len(groups))
    treated = table.drop_duplicates("TRTA").set_index("TRTA")["NTREATED"]
    squares = go.Scatter(
        x=[doses.index(dose) for dose in table["TRTA"]],
        y=[groups.index(group) for group in table["GRP"]],
        mode="markers+text",
        marker=dict(
            symbol="square",
            size=each - 4,
            opacity=1,
            color=[house.mixed(house.GRADE[4], min(share * 2, 1)) for share in table["FRACTION"]],
            line=dict(color=house.MUTED, width=0.6),
        ),
        text=[percent(share) for share in table["FRACTION"]],
        textposition="middle right",
        customdata=[[f"SHARE {place}"] for place in table.index],
        hovertext=[f"{plain(row.TRTA)}<br>{plain(as_words(row.GRP))}: {row.SHARE}" for row in rows_of(table)],
        hoverinfo="text",
        showlegend=False,
    )
    return house.figure(
        squares,
        height=TOP_PIXELS + BOTTOM_PIXELS + each * len(groups),
        margin=dict(t=TOP_PIXELS, b=24, l=8, r=8),
        xaxis=dict(
            title="Share of treated subjects with grade 3 or worse",
            side="top",
            tickvals=list(range(len(doses))),
            ticktext=[f"{plain(short_dose(dose, view.trial.dose_unit))}<br>n = {treated[dose]:,}" for dose in doses],
            range=[-0.5, len(doses) - 0.4],
            ticks="",
        ),
        yaxis=_group_axis(groups, top=-0.6),
        meta=_whole(groups),
    )
