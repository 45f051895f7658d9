"""Adverse events of one subject as bars, a lane for each term."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import plain
from displays.drawing import house
from displays.drawing.marks import outline
from displays.groups import present
from displays.subject.strip import Span, Strip, heading
from displays.subject.style import graded, lines, noted
from displays.words import on_day

UNGRADED = "#aab6bf"
LANE_PIXELS = 30
MOST_LANES = 24


def events_strip(events: DataFrame, span: Span) -> Strip:
    """One bar an event, coloured by grade with the grade as a number; the term is above its first bar."""
    terms = _lanes(events)
    place = {term: len(terms) - number for number, term in enumerate(terms)}
    rows = events[events["TRACE"].isin(place)].sort_values("ADY")
    rows = rows.assign(Y=rows["TRACE"].map(place))
    return Strip(
        heading=_heading(events),
        pixels=LANE_PIXELS * len(terms) + 8,
        axis=dict(range=[0.35, len(terms) + 0.75], showticklabels=False, showgrid=False),
        traces=[_bars(rows, span), _grades(rows, span)],
        notes=[_name(row, span) for row in rows.drop_duplicates("TRACE").itertuples()],
        days=True,
    )


def _lanes(events: DataFrame) -> list[str]:
    """The terms in the order of their first day; where there are too many, the worst of them."""
    terms = events.groupby("TRACE").agg(GRADE=("GRADE", "max"), ADY=("ADY", "min")).reset_index()
    worst = terms.sort_values(["GRADE", "ADY"], ascending=[False, True], na_position="last").head(MOST_LANES)
    return list(worst.sort_values(["ADY", "TRACE"])["TRACE"])


def _heading(events: DataFrame) -> str:
    hidden = events["TRACE"].nunique() - MOST_LANES
    grades = "number = grade" if events["GRADE"].notna().any() else "not graded"
    milder = f"; {hidden} milder terms only in the numbers" if hidden > 0 else ""
    return heading("Adverse events", f"{len(events)}, {grades}{milder}")


def _bars(rows: DataFrame, span: Span) -> go.Bar:
    starts, ends = rows["ADY"].clip(lower=span[0]), rows["AENDY"].fillna(span[1])
    return go.Bar(
        x=(ends - starts + 1).clip(lower=_least(span)),
        base=starts,
        y=rows["Y"] - 0.22,
        width=0.34,
        orientation="h",
        showlegend=False,
        marker=dict(color=[_colour(grade) for grade in rows["GRADE"]], line=outline(rows["SINCE"], new_width=2.2)),
        customdata=[[usubjid] for usubjid in rows["USUBJID"]],
        hovertext=[_hover(row) for row in rows.itertuples()],
        hovertemplate="%{hovertext}<extra></extra>",
        meta="Adverse events",
    )


def _least(span: Span) -> float:
    """The days that a bar is wide at least, so that an event of one day is seen."""
    return (span[1] - span[0]) / 160


def _colour(grade) -> str:
    return house.GRADE[int(grade)] if present(grade) else UNGRADED


def _grades(rows: DataFrame, span: Span) -> go.Scatter:
    """The grade after the bar, or over its start where the bar ends at the edge, so that it is read without colour."""
    ends = [_end(row, span) for row in rows.itertuples()]
    inside = [end > span[1] - 0.06 * (span[1] - span[0]) for end in ends]
    placed = list(zip(rows.itertuples(), ends, inside, strict=True))
    return go.Scatter(
        x=[row.ADY if near else end for row, end, near in placed],
        y=rows["Y"] - 0.22,
        mode="text",
        text=[f"{_grade(row)} " if near else f" {_grade(row)}" for row, _, near in placed],
        textposition=["middle left" if near else "middle right" for near in inside],
        textfont=dict(color=house.INK),
        hoverinfo="skip",
        showlegend=False,
        cliponaxis=False,
    )


def _end(row, span: Span) -> float:
    end = min(row.AENDY, span[1]) + 1 if present(row.AENDY) else span[1]
    return max(end, row.ADY + _least(span))


def _grade(row) -> str:
    """ "3", "3 ›" for an event without an end, "4 ×DLT"."""
    grade = f"{int(row.GRADE)}" if present(row.GRADE) else ""
    going_on = "" if present(row.AENDY) else " ›"
    return grade + going_on + (f" <b style='color:{house.DLT}'>×DLT</b>" if row.MARK == "DLT" else "")


def _name(row, span: Span) -> dict:
    """The term above its first bar, towards the side with more room."""
    right = row.ADY > (span[0] + span[1]) / 2
    last = min(row.AENDY if present(row.AENDY) else span[1], span[1])
    place = dict(x=last if right else max(row.ADY, span[0]), y=row.Y + 0.26, xanchor="right" if right else "left")
    return dict(text=plain(row.TRACE), showarrow=False, font=dict(color=house.INK), **place)


def _hover(row) -> str:
    length = f"{on_day(row.ADY)} to {int(row.AENDY)}" if present(row.AENDY) else f"from {on_day(row.ADY)}, no end"
    toxicity = ["dose-limiting toxicity"] if row.MARK == "DLT" else []
    return lines(row, f"{plain(row.TRACE)}, {length}", *graded(row, "grade"), *noted(row.NOTE), *toxicity)
