"""Adverse events as bars, a lane for each term."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import plain
from displays.drawing import house
from displays.drawing.marks import since_line, who
from displays.groups import present
from displays.subject.style import graded, noted
from displays.words import on_day

UNGRADED = "#aab6bf"


def lanes(events: DataFrame, most: int) -> list[str]:
    """The terms in the order of their first day; where there are too many, the worst of them."""
    terms = events.groupby("TRACE").agg(GRADE=("GRADE", "max"), ADY=("ADY", "min")).reset_index()
    kept = terms.sort_values(["GRADE", "ADY"], ascending=[False, True], na_position="last").head(most)
    return list(kept.sort_values(["ADY", "TRACE"])["TRACE"])


def draw_events(fig: go.Figure, events: DataFrame, axis: str, span: tuple[float, float], terms: list[str]) -> None:
    """One bar an event, coloured by grade with the grade as a number; the term stands above its first bar."""
    place = {term: len(terms) - number for number, term in enumerate(terms)}
    rows = events[events["TRACE"].isin(place)].sort_values("ADY")
    least = (span[1] - span[0]) / 160
    ends = rows["AENDY"].fillna(span[1])
    starts = rows["ADY"].clip(lower=span[0])
    ringed = [bool(changed) for changed in rows["SINCE"]]
    fig.add_bar(
        x=(ends - starts + 1).clip(lower=least),
        base=starts,
        y=[place[term] - 0.22 for term in rows["TRACE"]],
        width=0.34,
        orientation="h",
        yaxis=axis,
        showlegend=False,
        marker=dict(
            color=[_colour(grade) for grade in rows["GRADE"]],
            line=dict(
                color=[house.NEW if ring else house.MUTED for ring in ringed],
                width=[2.2 if ring else 0.6 for ring in ringed],
            ),
        ),
        customdata=[[usubjid] for usubjid in rows["USUBJID"]],
        hovertext=[_hover(row) for row in rows.itertuples()],
        hovertemplate="%{hovertext}<extra></extra>",
        meta="Adverse events",
    )
    _numbers(fig, rows, axis, span, place, least)
    _names(fig, rows, axis, span, place)
    number = axis.removeprefix("y")
    fig.update_layout({f"yaxis{number}": dict(range=[0.35, len(terms) + 0.75], showticklabels=False, showgrid=False)})


def _colour(grade) -> str:
    return house.GRADE[int(grade)] if present(grade) else UNGRADED


def _numbers(
    fig: go.Figure, rows: DataFrame, axis: str, span: tuple[float, float], place: dict[str, int], least: float
) -> None:
    """The grade after the bar, so that it is read without colour; × for a DLT, › for an event without an end."""
    texts = []
    for row in rows.itertuples():
        going_on = "" if present(row.AENDY) else " ›"
        texts.append(
            (f"{int(row.GRADE)}" if present(row.GRADE) else "")
            + going_on
            + (f" <b style='color:{house.DLT}'>×DLT</b>" if row.MARK == "DLT" else "")
        )
    ends = [
        max(min(row.AENDY, span[1]) + 1 if present(row.AENDY) else span[1], row.ADY + least)
        for row in rows.itertuples()
    ]
    inside = [end > span[1] - 0.06 * (span[1] - span[0]) for end in ends]
    fig.add_scatter(
        x=[row.ADY if near else end for row, end, near in zip(rows.itertuples(), ends, inside)],
        y=[place[term] - 0.22 for term in rows["TRACE"]],
        yaxis=axis,
        mode="text",
        text=[f"{text} " if near else f" {text}" for text, near in zip(texts, inside)],
        textposition=["middle left" if near else "middle right" for near in inside],
        textfont=dict(size=11, color=house.INK),
        hoverinfo="skip",
        showlegend=False,
        cliponaxis=False,
    )


def _names(fig: go.Figure, rows: DataFrame, axis: str, span: tuple[float, float], place: dict[str, int]) -> None:
    first = rows.drop_duplicates("TRACE")
    middle = (span[0] + span[1]) / 2
    for row in first.itertuples():
        right = row.ADY > middle
        fig.add_annotation(
            x=min(row.AENDY if present(row.AENDY) else span[1], span[1]) if right else max(row.ADY, span[0]),
            y=place[row.TRACE] + 0.26,
            yref=axis,
            xanchor="right" if right else "left",
            text=plain(row.TRACE),
            showarrow=False,
            font=dict(size=12, color=house.INK),
            xshift=0,
        )


def _hover(row) -> str:
    length = f"{on_day(row.ADY)} to {int(row.AENDY)}" if present(row.AENDY) else f"from {on_day(row.ADY)}, no end"
    lines = [who(row), f"{plain(row.TRACE)}, {length}", *graded(row, "grade"), *noted(row.NOTE)]
    return "<br>".join(lines + (["dose-limiting toxicity"] if row.MARK == "DLT" else []) + since_line(row))
