"""The course of one laboratory test: a panel a dose, lines of subjects, median and quartiles, limits and grades."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log10

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import plain
from displays.drawing import house
from displays.drawing.marks import legend_entry, new_entry, rings
from displays.groups import dose_colours, doses_in_order, present
from displays.subject.style import unit_words
from displays.words import as_words
from queries import View

ACROSS = 3
HEIGHT_PIXELS, TOP_PIXELS, BOTTOM_PIXELS, GAP_PIXELS = 470, 66, 52, 40
LEAST_SUBJECTS = 3
"""So many subjects make a median and quartiles."""
SHADE = 0.45


@dataclass(frozen=True)
class Course:
    """What is drawn. scope: the row of `lab_course_scope`; bands, lines, cuts: the rows of their questions (lines with
    SINCE); by: "day" or "visit"; log: whether the axis is logarithmic; numbers: dose → its subjects."""

    scope: object
    bands: DataFrame
    lines: DataFrame
    cuts: DataFrame
    by: str
    log: bool
    numbers: dict[str, int]

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and the highest value of the axis: all that is drawn and the normal limits, with some room."""
        scope = self.scope
        limits = [value for value in (scope.ANRLO, scope.ANRHI) if present(value) and (value > 0 or not self.log)]
        if self.log:
            low, high = min(scope.LEAST, *limits, scope.HIGH), max(scope.HIGH, *limits, scope.LEAST)
            return low / 1.4, high * 1.4
        low, high = min(scope.LOW, scope.HIGH, *limits), max(scope.HIGH, scope.LOW, *limits)
        room = 0.06 * (high - low) or max(abs(high), 1) * 0.1
        return (low - room if low < 0 else max(0.0, low - room)), high + room


def course_figure(view: View, course: Course) -> go.Figure:
    """The panels, the lowest dose first, on the same axes."""
    doses = doses_in_order(view, course.bands["TRTA"])
    colours = dose_colours(view, doses)
    places = _places(len(doses))
    visits = _visits(course.bands) if course.by == "visit" else {}
    lines = _with_x(course, visits)
    panels = list(zip(doses, places, strict=True))
    return house.figure(
        *[trace for dose, place in panels for trace in _traces(course, lines, dose, colours[dose], place)],
        *_entries(view, course, lines),
        height=HEIGHT_PIXELS,
        margin=dict(t=TOP_PIXELS, b=BOTTOM_PIXELS, l=62, r=12),
        legend=dict(y=1 + 40 / (HEIGHT_PIXELS - TOP_PIXELS - BOTTOM_PIXELS), itemclick=False, traceorder="normal"),
        annotations=[_heading(dose, place, course) for dose, place in panels],
        shapes=[shape for _, place in panels for shape in (*_grades(course, place), *_limits(course, place))],
        **{f"xaxis{place['name']}": _across(course, place, visits) for _, place in panels},
        **{f"yaxis{place['name']}": _up(course, place) for _, place in panels},
    )


def _places(number: int) -> list[dict]:
    """Name and domains of each panel: up to three beside one another."""
    rows = ceil(number / ACROSS)
    columns = ceil(number / rows) if number else 1
    gap = GAP_PIXELS / (HEIGHT_PIXELS - TOP_PIXELS - BOTTOM_PIXELS) if rows > 1 else 0
    width, height = (1 - 0.03 * (columns - 1)) / columns, (1 - gap * (rows - 1)) / rows
    return [
        dict(
            name="" if place == 0 else str(place + 1),
            x=[place % columns * (width + 0.03), min(1.0, place % columns * (width + 0.03) + width)],
            y=[max(0.0, 1 - (place // columns) * (height + gap) - height), 1 - (place // columns) * (height + gap)],
            left=place % columns == 0,
            lowest=place + columns >= number,
        )
        for place in range(number)
    ]


def _visits(bands: DataFrame) -> dict[float, tuple[float, str]]:
    """Visit number → its place on the axis and its name."""
    rows = bands.drop_duplicates("PLACE").sort_values("X")
    return {row.PLACE: (row.X, as_words(str(row.VISIT))) for row in rows.itertuples()}


def _with_x(course: Course, visits: dict) -> DataFrame:
    lines = course.lines
    if course.by == "visit":
        lines = lines[lines["VISITNUM"].isin(list(visits))]
        return lines.assign(X=[visits[number][0] for number in lines["VISITNUM"]])
    return lines.assign(X=lines["ADY"])


def _height(course: Course, values):
    """A value of 0 has no place on a logarithmic axis: it is drawn at the lower edge."""
    return values.clip(lower=course.ends[0]) if course.log else values


def _traces(course: Course, lines: DataFrame, dose: str, colour: str, place: dict) -> list[go.Scatter]:
    axes = dict(xaxis=f"x{place['name']}", yaxis=f"y{place['name']}")
    own = lines[lines["TRTA"] == dose]
    bands = course.bands[(course.bands["TRTA"] == dose) & (course.bands["N"] >= LEAST_SUBJECTS)]
    marked = rings(own["X"], _height(course, own["AVAL"]), own["SINCE"], size=9, width=1.2)
    return [
        trace.update(axes)
        for trace in (*_band(course, bands, colour), *_lines(course, own), *marked, _median(course, bands, dose))
    ]


def _lines(course: Course, own: DataFrame) -> list[go.Scatter]:
    """All subjects of a dose as one trace, with a gap between two; each mark carries its subject."""
    x, y, people, words = [], [], [], []
    for _, rows in own.groupby("USUBJID", sort=False):
        x += [*rows["X"], None]
        y += [*_height(course, rows["AVAL"]), None]
        people += [*([name] for name in rows["USUBJID"]), [None]]
        words += [*_hovers(course, rows), ""]
    line, marker = dict(color="rgba(91,107,120,0.45)", width=1), dict(size=4, color="rgba(29,42,53,0.55)")
    return [
        go.Scatter(
            x=x,
            y=y,
            mode="lines+markers",
            line=line,
            marker=marker,
            customdata=people,
            hovertext=words,
            hoverinfo="text",
            showlegend=False,
        )
    ]


def _hovers(course: Course, rows: DataFrame) -> list[str]:
    return [
        f"<b>{plain(row.SUBJID)}</b> day {row.ADY}: {row.AVALQ if present(row.AVALQ) else ''}{row.AVAL:g}"
        + (f", grade {row.GRADE}" if present(row.GRADE) else "")
        for row in rows.itertuples()
    ]


def _band(course: Course, bands: DataFrame, colour: str) -> list[go.Scatter]:
    look = dict(mode="lines", line=dict(width=0), hoverinfo="skip", showlegend=False)
    red, green, blue = house.parts(colour)
    fill = dict(fill="tonexty", fillcolor=f"rgba({red},{green},{blue},0.45)")
    x = bands["X"]
    return [
        go.Scatter(x=x, y=_height(course, bands["Q1"]), **look),
        go.Scatter(x=x, y=_height(course, bands["Q3"]), **look, **fill),
    ]


def _median(course: Course, bands: DataFrame, dose: str) -> go.Scatter:
    return go.Scatter(
        x=bands["X"],
        y=_height(course, bands["MEDIAN"]),
        mode="lines+markers",
        line=dict(color=house.INK, width=2.4),
        marker=dict(size=6, color=house.INK),
        hovertext=[
            f"{plain(dose)}: median {row.MEDIAN:g}, quartiles {row.Q1:g} to {row.Q3:g} ({row.N} subjects)"
            for row in bands.itertuples()
        ],
        hoverinfo="text",
        showlegend=False,
    )


def _entries(view: View, course: Course, lines: DataFrame) -> list[go.Scatter]:
    """What the legend explains: a subject, median and quartiles, the grades that are on the chart."""
    low, high = course.ends
    shaded = sorted(
        {row.GRADE for row in course.cuts.itertuples() if low < row.START < high or _beyond(row, low, high)}
    )
    return [
        legend_entry("one subject", dict(size=5, color="rgba(29,42,53,0.55)")),
        legend_entry("median (line) and quartiles (band)", dict(size=9, color=house.INK)),
        *[
            legend_entry(f"CTCAE grade {grade}", dict(symbol="square", size=12, color=_shade(grade)))
            for grade in shaded
        ],
        *new_entry(lines["SINCE"], view.previous_date),
    ]


def _shade(grade: int) -> str:
    return house.mixed(house.GRADE[grade], SHADE)


def _beyond(row, low: float, high: float) -> bool:
    """Whether the grade begins beyond the axis on its milder side, so that it fills some of it."""
    return row.START <= low if row.DIRECTION == "H" else row.START >= high


def _grades(course: Course, place: dict) -> list[dict]:
    """A rectangle for each grade, from where it begins to where the next one does, as far as the axis goes."""
    low, high = course.ends
    shapes = []
    for side, cuts in course.cuts.groupby("DIRECTION"):
        starts = cuts.sort_values("GRADE")["START"].tolist()
        ends = [*starts[1:], high if side == "H" else low]
        for grade, start, end in zip(cuts.sort_values("GRADE")["GRADE"], starts, ends, strict=True):
            bottom, top = sorted((min(max(start, low), high), min(max(end, low), high)))
            if top > bottom:
                shapes.append(
                    dict(
                        type="rect",
                        xref=f"x{place['name']} domain",
                        yref=f"y{place['name']}",
                        x0=0,
                        x1=1,
                        y0=bottom,
                        y1=top,
                        line=dict(width=0),
                        fillcolor=_shade(grade),
                        layer="below",
                    )
                )
    return shapes


def _limits(course: Course, place: dict) -> list[dict]:
    line = dict(color=house.MUTED, width=1.2, dash="dot")
    low, high = course.ends
    return [
        dict(
            type="line",
            xref=f"x{place['name']} domain",
            yref=f"y{place['name']}",
            x0=0,
            x1=1,
            y0=value,
            y1=value,
            line=line,
        )
        for value in (course.scope.ANRLO, course.scope.ANRHI)
        if present(value) and low <= value <= high
    ]


def _heading(dose: str, place: dict, course: Course) -> dict:
    return dict(
        text=f"<b>{plain(dose).removesuffix('/day')}</b>, n = {course.numbers.get(dose, 0)}",
        x=place["x"][0],
        xref="paper",
        xanchor="left",
        y=place["y"][1],
        yref="paper",
        yanchor="bottom",
        yshift=3,
        showarrow=False,
    )


def _across(course: Course, place: dict, visits: dict) -> dict:
    axis = dict(domain=place["x"], anchor=f"y{place['name']}", matches="x" if place["name"] else None)
    if course.by == "visit":
        step = max(1, ceil(len(visits) / 7))
        ticks = list(visits.values())[::step]
        labels = dict(tickvals=[x for x, _ in ticks], ticktext=[_short(name) for _, name in ticks], tickangle=0)
        return axis | labels | dict(showticklabels=place["lowest"])
    return axis | dict(
        nticks=6, title="Days since first infusion" if place["lowest"] else "", showticklabels=place["lowest"]
    )


def _short(name: str) -> str:
    """A visit's name in two lines."""
    words = plain(name).split()
    half = ceil(len(words) / 2)
    return " ".join(words[:half]) + ("<br>" + " ".join(words[half:]) if words[half:] else "")


def _up(course: Course, place: dict) -> dict:
    low, high = course.ends
    axis = dict(domain=place["y"], anchor=f"x{place['name']}", showticklabels=place["left"])
    axis |= dict(title=plain(unit_words(course.scope.UNIT))) if place["left"] else {}
    return axis | (house.log_axis(log10(low), log10(high)) if course.log else dict(range=[low, high], nticks=5))
