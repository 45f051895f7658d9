"""The course of the liver tests of the candidates of Hy's law, or of those nearest to it."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import Display, blank, display, not_collected, plain
from displays.drawing import house
from displays.drawing.marks import legend_entry
from displays.drawing.panels import domains, heading, level_line, shared_axis, subplot_names
from displays.laboratory.hys_law import CANDIDATES, hys_law_of, multiple
from displays.words import counted, exactly, listed, on_day, sentence
from queries import View
from queries.frames import rows_of

MOST_SHOWN = 4
LINES = {
    "ALT": ("ALT", house.INK, "solid", "circle"),
    "AST": ("AST", "#6c7f8d", "dot", "circle-open"),
    "BILI": ("bilirubin", house.GRADE[4], "solid", "square"),
    "ALP": ("ALP", "#3f7d58", "dash", "diamond"),
}
"""Test → its name, colour, line and mark."""
LABELS = {
    "SUBJID": "Subject",
    "TRTA": "Dose",
    "DISEASE": "Disease",
    "TEST": "Test",
    "ADT": "Date",
    "ADY": "Day",
    "AVAL": "Value",
    "AVALU": "Unit",
    "ANRHI": "Upper limit of normal",
    "XULN": "× ULN",
}
COURSE = ("liver_course", "Course of the liver tests")
GAP_PIXELS, AROUND_PIXELS, MOST_PIXELS = 40, 130, 240


def liver_course(view: View) -> Display:
    """ALT, AST, bilirubin and ALP (× ULN) of each candidate of Hy's law over time, or of those nearest to it."""
    if "lb" not in view.cut.received:
        return not_collected(view, *COURSE, "Laboratory results", "lb")
    law = hys_law_of(view)
    raised = law[law["HYCD"].isin(CANDIDATES) | (law["PEAKLIV"] >= 3)]
    if raised.empty:
        return blank(
            view, *COURSE, "No subject had ALT or AST of 3 × the upper limit of normal or more.", collected=True
        )
    chosen = raised.head(MOST_SHOWN)
    people = chosen["USUBJID"].tolist()
    table = view.ask("liver_course", people=people)
    table = table.assign(TEST=[LINES[code][0] for code in table["PARAMCD"]])
    return display(
        view,
        *COURSE,
        finding=_finding(raised, law),
        table=table,
        labels=LABELS,
        formats={"XULN": "decimal2"},
        figure=_figure(chosen, table),
        population=sentence(f"{listed(chosen['SUBJID'].tolist())}: {len(chosen)} of {len(raised)} with such a rise"),
        method="Multiples of the upper limit of normal delivered with each result; of several values of a day the "
        "last. The candidates of Hy's law first, then those nearest to it. Dashed: 2 and 3 × the limit.",
        source="Data: LB.",
        questions=(view.question("liver_course", people=people),),
    )


def _finding(raised: DataFrame, law: DataFrame) -> str:
    known = counted(int(law["PEAKLIV"].notna().sum()), "subject")
    return sentence(f"ALT or AST reached 3 × the upper limit of normal in {len(raised)} of {known}")


def _figure(chosen: DataFrame, table: DataFrame) -> go.Figure:
    pixels = [min(MOST_PIXELS, (560 - AROUND_PIXELS) // len(chosen))] * len(chosen)
    names, places = subplot_names(len(chosen)), domains(pixels, GAP_PIXELS)
    inner = sum(pixels) + GAP_PIXELS * (len(chosen) - 1)
    people = list(zip(rows_of(chosen), names, places, strict=True))
    most = max(3.5, float(table["XULN"].max())) if len(table) else 3.5
    return house.figure(
        *[trace for row, name, _ in people for trace in _lines(table[table["USUBJID"] == row.USUBJID], name)],
        *[legend_entry(name, dict(color=colour, symbol=mark, size=9)) for name, colour, _, mark in LINES.values()],
        height=inner + AROUND_PIXELS,
        margin=dict(t=70, b=56, l=58, r=14),
        legend=dict(y=1 + 26 / inner, itemclick=False),
        annotations=[heading(_title(row), place[1], size=14) for row, _, place in people],
        shapes=[level_line(name, limit) for _, name, _ in people for limit in (2, 3)],
        **shared_axis(len(chosen), dict(title="Days since first infusion")),
        **{f"yaxis{name}": _scale(name, place, most) for _, name, place in people},
    )


def _scale(name: str, place: tuple[float, float], most: float) -> dict:
    """Logarithmic, from 0.1 × ULN to beyond the highest value."""
    high = 1.15 if most < 10 else 2.15
    return house.log_axis(-1.2, high) | dict(anchor=f"x{name}", domain=place, title="× ULN")


def _title(row) -> str:
    result = "candidate" if row.HYCD in CANDIDATES else row.RESULT.lower()
    return f"<b>{plain(row.SUBJID)}</b>, {plain(row.TRTA)}; Hy's law: {result}"


def _lines(rows: DataFrame, name: str) -> list[go.Scatter]:
    return [_line(rows[rows["PARAMCD"] == code], name, *look) for code, look in LINES.items()]


def _line(rows: DataFrame, axis: str, name: str, colour: str, dash: str, mark: str) -> go.Scatter:
    return go.Scatter(
        x=rows["ADY"],
        y=rows["XULN"].clip(lower=0.07),
        mode="lines+markers",
        name=name,
        showlegend=False,
        line=dict(color=colour, width=1.6, dash=dash),
        marker=dict(size=7, symbol=mark),
        customdata=rows[["USUBJID"]],
        hovertext=[
            f"<b>{plain(row.SUBJID)}</b><br>{name} {exactly(row.AVAL)} {plain(row.AVALU)}, {multiple(row.XULN)}, "
            f"{on_day(row.ADY)}"
            for row in rows_of(rows)
        ],
        hoverinfo="text",
        xaxis=f"x{axis}",
        yaxis=f"y{axis}",
    )
