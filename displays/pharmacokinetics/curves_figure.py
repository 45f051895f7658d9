"""Concentration curves in panels: a day a panel with all doses, or a dose a panel."""

from __future__ import annotations

from dataclasses import dataclass
from math import log10

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import plain
from displays.drawing import crowd, house
from displays.drawing.marks import dose_entries, legend_entry, new_entry, rings
from displays.drawing.small_panels import across_words, panel_heading, panel_line, placed
from displays.groups import dose_colours, doses_in_order
from displays.pharmacokinetics.concentrations import UNIT, Concentrations, Occasion, occasion_words, own
from displays.pharmacokinetics.curves_lines import (
    LEAST_SUBJECTS,
    LEFT_OUT_MARK,
    ends_of,
    median_traces,
    peaks_of,
    subject_lines,
    subject_marks,
)
from displays.words import exactly, sentence
from queries import View

HEIGHT_PIXELS, TOP_PIXELS, BOTTOM_PIXELS = 500, 84, 52
MOST_PANELS = 6
HOURS = "Hours after the start of the infusion"


@dataclass(frozen=True)
class Curves:
    """What is drawn. found: the samples; medians: rows of `pk_medians`; shown: the days drawn; together: all doses in a
    panel for each day, else a panel for each dose; log: the scale; new: subjects whose curves are new."""

    found: Concentrations
    medians: DataFrame
    shown: list[Occasion]
    together: bool
    log: bool
    new: list[str]


@dataclass(frozen=True)
class Part:
    """One panel: its title, the day, and the doses in it."""

    title: str
    occasion: Occasion
    doses: list[str]


def curves_figure(view: View, curves: Curves) -> go.Figure:
    """The panels on the same vertical axis."""
    rows, inner = curves.found.rows, HEIGHT_PIXELS - TOP_PIXELS - BOTTOM_PIXELS
    doses = doses_in_order(view, rows["TRTA"])
    colours, ends = dose_colours(view, doses), ends_of(rows, curves.found.limits, log=curves.log)
    parts = _parts(curves, doses)
    planned, places = view.ask("pk_planned"), placed(len(parts), inner=inner)
    drawn = list(zip(parts, places, strict=True))
    return house.figure(
        *[trace for part, place in drawn for trace in _traces(curves, part, place, planned, colours, ends)],
        *_entries(view, curves, colours),
        height=HEIGHT_PIXELS,
        margin=dict(t=TOP_PIXELS, b=BOTTOM_PIXELS, l=66, r=12),
        legend=dict(y=1 + 26 / inner, itemclick=False, traceorder="normal"),
        annotations=[across_words(HOURS), *[panel_heading(part.title, place) for part, place in drawn]],
        shapes=[panel_line(limit, place, dash="dash") for _, place in drawn for limit in curves.found.limits[:2]],
        **{f"xaxis{place['name']}": _across(rows, part, place) for part, place in drawn},
        **{f"yaxis{place['name']}": _up(curves, place, ends) for _, place in drawn},
    )


def _parts(curves: Curves, doses: list[str]) -> list[Part]:
    days = curves.found.occasions
    if curves.together:
        return [
            Part(f"<b>{sentence(occasion_words(day, days))[:-1]}</b>", day, doses) for day in curves.shown[:MOST_PANELS]
        ]
    rows = curves.found.of(curves.shown[0])
    numbers = rows.groupby("TRTA")["USUBJID"].nunique()
    return [
        Part(f"<b>{plain(dose).removesuffix('/day')}</b>, n = {numbers[dose]}", curves.shown[0], [dose])
        for dose in doses
        if dose in numbers
    ]


def _traces(curves: Curves, part: Part, place: dict, planned: DataFrame, colours: dict, ends) -> list[go.Scatter]:
    axes = dict(xaxis=f"x{place['name']}", yaxis=f"y{place['name']}")
    rows = curves.found.of(part.occasion)
    rows = rows[rows["TRTA"].isin(part.doses) & (rows["REASON"] != "REPEATED")]
    rows = rows.assign(HEIGHT=rows["HEIGHT"].where(rows["STATE"] != "BELOW", rows["HEIGHT"].fillna(ends[0])))
    course, day = part.occasion
    times = set(planned.loc[(planned["COURSE"] == course) & (planned["COURSEDY"] == day), "NRRLT"])
    medians = curves.medians[(curves.medians["COURSE"] == course) & (curves.medians["COURSEDY"] == day)]
    limit = curves.found.limits[0] if curves.found.limits else ends[0]
    single = _single(rows)
    peaks = peaks_of(single, curves.new)
    return [
        *subject_lines(single, times, **axes),
        subject_marks(single, colours, **axes),
        *[ring.update(axes) for ring in rings(peaks["HOUR"], peaks["AVAL"], [True] * len(peaks), size=11)],
        *[
            trace
            for dose in part.doses
            for trace in median_traces(medians[medians["TRTA"] == dose], times, colours[dose], limit, **axes)
        ],
    ]


def _single(rows: DataFrame) -> DataFrame:
    """The samples of the subjects that are drawn one by one: of a crowd those with the highest concentrations."""
    if not crowd.crowded(rows):
        return rows
    return rows[
        rows["USUBJID"].isin(crowd.first_subjects(rows[["USUBJID", "AVAL"]].sort_values("AVAL", ascending=False)))
    ]


def _across(rows: DataFrame, part: Part, place: dict) -> dict:
    own = rows[(rows["COURSE"] == part.occasion[0]) & (rows["COURSEDY"] == part.occasion[1])]
    last = max(float(own["HOUR"].max()), 1.0)
    labels = dict(showticklabels=place["lowest"])
    step = labels | dict(dtick=next((hours for hours in (1, 2, 4, 6, 12, 24) if last / hours <= 8), None))
    return dict(domain=place["x"], anchor=f"y{place['name']}", range=[-0.04 * last, 1.04 * last]) | step


def _up(curves: Curves, place: dict, ends: tuple[float, float]) -> dict:
    axis = dict(domain=place["y"], anchor=f"x{place['name']}", showticklabels=place["left"])
    axis |= dict(title=UNIT) if place["left"] else {}
    if curves.log:
        return axis | house.log_axis(log10(ends[0]), log10(ends[1]))
    return axis | dict(range=list(ends), nticks=6, tickformat=",")


def _entries(view: View, curves: Curves, colours: dict[str, str]) -> list[go.Scatter]:
    found = curves.found
    below = (found.rows["STATE"] == "BELOW").any()
    left = len(found.rows) > len(own(found.rows))
    limits = ", ".join(exactly(limit, 3) for limit in found.limits[:2])
    words = f"below the limit of quantification ({limits} {UNIT}, dashed)" if limits else "below the limit"
    dotted = dict(symbol="line-ew-open", size=12, color=house.MUTED)
    median = dict(symbol="square", size=10, color=house.PAPER, line=dict(color=house.INK, width=1.2))
    cross = dict(symbol=LEFT_OUT_MARK, size=8, color=house.INK, line=dict(color=house.INK, width=1.2))
    return [
        *(dose_entries(colours) if curves.together else []),
        legend_entry(f"median of {LEAST_SUBJECTS} or more", median),
        *([legend_entry(words, dict(symbol="triangle-down-open", size=9, color=house.INK))] if below else []),
        *([legend_entry("in no curve (see Samples)", cross)] if left else []),
        legend_entry("dotted: a planned sample between is missing", dotted),
        *new_entry(curves.new, view.previous_date),
    ]
